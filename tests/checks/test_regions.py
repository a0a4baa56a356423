"""Regions against the nation: averages stay between the extremes, parts add up, and nobody has to declare which."""

from __future__ import annotations

from typing import Any

import pandas as pd

YEARS = range(2016, 2024)


def parts(printed: Any, old: float = 30.0, share: float = 1.0) -> pd.DataFrame:
    """Synthetic counts: two regions that make up ``share`` of the country, growing a little every year."""
    texts = {
        "KZ-SYN-OLD": {year: f"{old + n:.1f}" for n, year in enumerate(YEARS)},
        "KZ-SYN-NEW": {year: f"{12 + 0.5 * n:.1f}" for n, year in enumerate(YEARS) if year >= 2022},
    }
    national = {year: f"{sum(float(region.get(year, 0)) for region in texts.values()) * share:.1f}" for year in YEARS}
    frames = [printed(national), *(printed(region, area=area) for area, region in texts.items())]
    return pd.concat(frames, ignore_index=True)


def damaged(frame: pd.DataFrame, area: str, period: str, **cells: Any) -> pd.DataFrame:
    place = (frame["area"] == area) & (frame["period"] == period)
    return frame.assign(**{name: frame[name].where(~place, value) for name, value in cells.items()})


def test_regions_against_the_nation(printed: Any, judge_all: Any, synthetic: Any, failed: Any) -> None:
    whole = parts(printed)
    lost = whole.drop(index=whole.index[(whole["area"] == "KZ-SYN-OLD") & (whole["period"] == "2023")])
    national = {2019: "52.7", 2020: "45.8", 2021: "46.8", 2022: "21.3"}
    sums = {2019: 52.7, 2020: 45.8, 2021: 46.8, 2022: 23.3}
    # Kazstat 17-6-2, broadband from 256 kbit/s to 2 Mbit/s, thousands: national values and sums are real,
    # that there are two regions is synthetic.
    subscribers = [
        printed(national),
        printed({year: f"{total - 5:.1f}" for year, total in sums.items()}, area="KZ-SYN-OLD"),
        printed(dict.fromkeys(sums, "5.0"), area="KZ-SYN-NEW"),
    ]
    # Kazstat 15-4-1: 193 per cent in 2016.
    protected = {2014: "19.4", 2015: "19.4", 2016: "193", 2017: "19.1", 2018: "19.8", 2019: "20.0"}
    cases: dict[str, tuple[pd.DataFrame, set[str]]] = {
        "sound parts": (whole, set()),
        "one region is the country until another is founded": (whole[whole["period"] < "2022"], set()),
        "suppressed part": (
            damaged(whole, "KZ-SYN-NEW", "2023", value=float("nan"), status="c", published="x"),
            set(),
        ),
        "wrong part": (damaged(whole, "KZ-SYN-OLD", "2019", value=39.0), {"regions_sum"}),
        "lost part": (lost, {"regions_sum", "regions_complete"}),
        "subscribers of 2022": (pd.concat(subscribers), {"regions_sum", "region_existed"}),
        "mountains of 2016": (printed(protected), {"magnitude"}),
    }
    ref = synthetic(minimum=0, maximum=None, decimals=None, publication_lag_months=60)
    verdicts = judge_all(
        {name: frame.assign(series=name).astype({"series": "str"}) for name, (frame, _) in cases.items()},
        dict.fromkeys(cases, ref),
    )
    assert {name: failed(verdict) for name, verdict in verdicts.items()} == {n: ids for n, (_, ids) in cases.items()}
    assert "regions_sum" in {check.id for check in verdicts["sound parts"].checks}
    found = {name: [c.rows for c in v.failures() if c.id == "regions_sum"] for name, v in verdicts.items()}
    ((row,),) = found["subscribers of 2022"]
    assert (row["period"], row["value"], row["regions_total"]) == ("2022", 21.3, 23.3)
    ((row,),) = found["wrong part"]
    assert (row["period"], row["regions_total"]) == ("2019", 39.0)

"""Every check catches its own damage, names itself and the rows, and nothing else cries out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from checks.rules import BY_ID, Severity
from checks.verdict import Verdict

Frame = pd.DataFrame
Damage = Callable[[Frame], Frame]


def with_row(period: int, /, **changes: Any) -> Damage:
    """Another row of the national total, like that of 2023 but for the changes."""

    def damage(frame: Frame) -> Frame:
        row = frame[(frame["area"] == "KZ") & (frame["period"] == "2023")].assign(period=str(period), **changes)
        return pd.concat([frame, row], ignore_index=True)

    return damage


def with_cell(area: str, period: int, /, **changes: Any) -> Damage:
    def damage(frame: Frame) -> Frame:
        place = (frame["area"] == area) & (frame["period"] == str(period))
        for column, value in changes.items():
            frame.loc[place, column] = value
        return frame

    return damage


def without(*years: int) -> Damage:
    return lambda frame: frame[~frame["period"].isin([str(year) for year in years])]


DAMAGES: dict[str, tuple[Damage, dict[str, Any], set[str]]] = {
    # name: damage, changes to the series, checks that must not pass
    "column renamed": (lambda f: f.rename(columns={"value": "wert"}), {}, {"schema"}),
    "figures as text": (lambda f: f.assign(value=f["published"]), {}, {"schema"}),
    "row of another series": (with_cell("KZ", 2015, series="syn/other"), {}, {"series_id"}),
    "no rows": (lambda f: f.iloc[:0], {}, {"has_values"}),
    "only regions": (lambda f: f[f["area"] != "KZ"], {}, {"has_values"}),
    "two values for a year": (with_row(2020, value=46.0, published="46.0"), {}, {"key_unique"}),
    "same row twice": (with_row(2023), {}, {"key_unique"}),
    "region twice": (
        lambda f: pd.concat([f, f[f["area"] == "KZ-SYN-OLD"].tail(1)], ignore_index=True),
        {},
        {"key_unique"},
    ),
    "period is a word": (with_cell("KZ", 2023, period="last year"), {}, {"period_readable", "frequency"}),
    "period is nothing": (with_cell("KZ", 2023, period=None), {}, {"period_readable", "frequency"}),
    "year nought": (with_cell("KZ", 2023, period="0000"), {}, {"period_readable", "frequency"}),
    "quarter among years": (with_cell("KZ", 2023, period="2023-Q4"), {}, {"frequency"}),
    "forecast": (with_row(2030), {}, {"future_period", "expected_periods"}),
    "year not over": (with_row(2024), {}, {"unfinished_period"}),
    "unknown flag": (with_cell("KZ", 2012, status="z"), {}, {"status_known"}),
    "flag is nothing": (with_cell("KZ", 2012, status=None), {}, {"status_known"}),
    "value missing without a flag": (with_cell("KZ", 2012, value=np.nan), {}, {"value_present"}),
    "value infinite": (with_cell("KZ", 2012, value=np.inf), {"maximum": None}, {"value_present"}),
    "suppressed value leaks": (with_cell("KZ-SYN-OLD", 2022, status="c"), {}, {"value_present"}),
    "decimal point lost": (with_cell("KZ", 2014, value=431.0), {}, {"natural_limits", "magnitude"}),
    "decimal point lost where nothing is impossible": (
        with_cell("KZ", 2014, value=431.0),
        {"maximum": None},
        {"magnitude"},
    ),
    "one figure in thousands": (with_cell("KZ", 2010, value=0.0403, decimals=4), {"decimals": 4}, {"magnitude"}),
    "below nought": (with_cell("KZ", 2014, value=-0.1), {}, {"natural_limits"}),
    "region above the limit": (with_cell("KZ-SYN-OLD", 2023, value=519.0), {}, {"regional_limits"}),
    "unknown region": (with_cell("KZ-SYN-OLD", 2023, area="KZTUR"), {}, {"region_known", "regions_complete"}),
    "region lost": (
        lambda f: f.drop(index=f.index[(f["area"] == "KZ-SYN-OLD") & (f["period"] == "2023")]),
        {},
        {"regions_complete"},
    ),
    "national value of another year": (with_cell("KZ", 2022, value=55.0), {}, {"regions_around_nation"}),
    "region before it existed": (with_cell("KZ-SYN-NEW", 2022, period="2019"), {}, {"region_existed"}),
    "running total that goes back": (with_cell("KZ", 2016, value=40.0), {"monotonic": "up"}, {"monotonic"}),
    "years missing": (without(2013, 2014), {}, {"expected_periods"}),
    "first years missing": (lambda f: f, {"first_period": "2007"}, {"expected_periods"}),
    "too many decimals": (
        with_cell("KZ", 2011, published="40.6999999", decimals=7),
        {},
        {"precision"},
    ),
    "rounded to whole numbers": (
        lambda f: f.assign(value=f["value"].round(), published=f["value"].round().map("{:.0f}".format), decimals=0),
        {},
        {"precision"},
    ),
    "latest value three times as large": (with_cell("KZ", 2023, value=99.0), {}, {"jump", "regions_around_nation"}),
    "space in a figure": (with_cell("KZ", 2023, published="49.4 "), {}, {"text_clean"}),
    "no-break space in a figure": (with_cell("KZ", 2023, published="4\u00a09.4"), {}, {"text_clean"}),
    "Cyrillic letter in a figure": (with_cell("KZ", 2023, published="х"), {}, {"text_clean"}),
}


@pytest.fixture(scope="module")
def damaged(judge_all: Any, clean_of: Any, synthetic: Any) -> dict[str, Verdict]:
    """All damages in one run: each series must get its own verdict and nobody else's. ``make damages`` shows them."""
    verdicts: dict[str, Verdict] = judge_all(
        {name: damage(clean_of(name)) for name, (damage, _, _) in DAMAGES.items()},
        {name: synthetic(**changes) for name, (_, changes, _) in DAMAGES.items()},
    )
    lines = [f"{'damage':<48}what became of it  caught by"]
    for name, verdict in verdicts.items():
        caught = ", ".join(check.id for check in verdict.checks if check.outcome == "failed") or "NOTHING"
        lines.append(f"{name:<48}{'quarantined' if verdict.quarantine else 'published':<19}{caught}")
    sys.stdout.write("\n\n{}\n".format("\n".join(lines)))
    return verdicts


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_caught_by_its_own_check(name: str, damaged: dict[str, Verdict]) -> None:
    verdict, expected = damaged[name], DAMAGES[name][2]
    assert {check.id for check in verdict.checks if check.outcome == "failed"} == expected
    assert verdict.quarantine == any(BY_ID[rule].severity is Severity.CRITICAL for rule in expected)


def test_every_rule_has_its_damage() -> None:
    """Comparisons with the release before and freshness have their own tests below, others in tests of their own."""
    compared = {"withdrawn", "half_withdrawn", "redefinition", "large_revision", "freshness", "regions_sum"}
    compared |= {"parts_of_whole", "second_source", "target_precision", "row_count"}
    assert set().union(*(expected for _, _, expected in DAMAGES.values())) | compared == set(BY_ID)


def test_table_of_damages_stands_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "data-quality.md").read_text(encoding="utf-8")
    _, _, table = page.partition("| damage | caught by |\n|---|---|\n")
    order = list(BY_ID)
    rows = [
        f"| {name} | {', '.join(f'`{rule}`' for rule in sorted(rules, key=order.index))} |"
        for name, (_, _, rules) in DAMAGES.items()
    ]
    assert table.splitlines() == rows
    assert len(rows) >= 30


def test_failing_row_is_shown(clean: Frame, judge: Any) -> None:
    verdict = judge(with_cell("KZ", 2014, value=431.0)(clean))
    (check,) = (c for c in verdict.failures() if c.id == "natural_limits")
    assert check.rows == (
        {"area": "KZ", "period": "2014", "value": 431.0, "expected_minimum": 0.0, "expected_maximum": 100.0},
    )
    assert check.observed.startswith("1 of 18 rows; first: area KZ, period 2014, value 431,")
    assert check.message == "A national value lies outside what its unit allows."


def test_malformed_frame_leaves_no_row_check_passed(clean: Frame, judge: Any) -> None:
    verdict = judge(clean.drop(columns="status"))
    assert verdict.passed == 0
    assert {check.outcome for check in verdict.checks if check.id != "schema"} == {"not_evaluated"}
    assert verdict.quarantine


CLEAN: dict[str, tuple[Damage, dict[str, Any]]] = {
    "plain": (lambda f: f, {}),
    "no regions": (lambda f: f[f["area"] == "KZ"], {}),
    "no limits, no precision": (lambda f: f, {"minimum": None, "maximum": None, "decimals": None}),
    "trailing zeros lost": (with_cell("KZ", 2011, value=41.0, published="41", decimals=0), {}),
    "survey with gaps": (without(2011, 2012, 2014), {"regular": False}),
    "gap that the source names": (with_cell("KZ", 2014, value=np.nan, status="m", published=""), {}),
    "suppressed region": (with_cell("KZ-SYN-OLD", 2022, value=np.nan, status="c", published="x"), {}),
    "jump at a break that the source flags": (
        lambda f: with_cell("KZ", 2023, value=99.0, status="b")(f[f["area"] == "KZ"].copy()),
        {},
    ),
    "jump at a break that the register states": (
        lambda f: with_cell("KZ", 2023, value=99.0)(f[f["area"] == "KZ"].copy()),
        {"breaks": [{"period": "2023", "reason": {"ru": "синтетический", "en": "synthetic"}}]},
    ),
}


def test_clean_frames_pass(judge_all: Any, clean_of: Any, synthetic: Any) -> None:
    verdicts = judge_all(
        {name: change(clean_of(name)) for name, (change, _) in CLEAN.items()},
        {name: synthetic(**changes) for name, (_, changes) in CLEAN.items()},
    )
    assert {name: [check.id for check in v.failures()] for name, v in verdicts.items()} == {n: [] for n in CLEAN}
    assert {name: v.grade for name, v in verdicts.items()} == {
        name: "B" if "the source flags" in name else "A" for name in CLEAN
    }


def test_flagged_figure_of_the_running_year_is_no_fault(clean: Frame, judge: Any, failed: Any) -> None:
    verdict = judge(with_row(2024, status="p")(clean))
    assert failed(verdict) == set()
    assert (verdict.latest_period, verdict.latest_status, verdict.grade) == ("2024", "p", "B")


def test_freshness(judge_all: Any, clean_of: Any, synthetic: Any, failed: Any) -> None:
    """2023 is fresh for a year, 12 months of publication lag and a year of grace: to the end of 2026."""
    changes = {
        "as ever": {},
        "slow publisher": {"publication_lag_months": 13},
        "survey": {"regular": False},
        "series ended": {"ended": "2023"},
    }
    frames = {name: clean_of(name) for name in changes}
    series = {name: synthetic(**change) for name, change in changes.items()}
    last_day = judge_all(frames, series, today=date(2026, 12, 31))
    assert all(not failed(verdict) for verdict in last_day.values())
    day_after = judge_all(frames, series, today=date(2027, 1, 1))
    assert {name: verdict.grade for name, verdict in day_after.items() if failed(verdict)} == {"as ever": "C"}
    assert failed(day_after["as ever"]) == {"freshness"}


def test_gap_is_named_in_the_series_own_periods(judge_all: Any, synthetic: Any, printed: Any) -> None:
    gaps = {
        "Q": (["2022-Q3", "2022-Q4", "2023-Q2"], "2023-Q1"),
        "S": (["2021-S2", "2022-S2", "2023-S1"], "2022-S1"),
        "M": (["2022-11", "2022-12", "2023-03"], "2023-01, 2023-02"),
    }
    verdicts = judge_all(
        {name: printed(dict.fromkeys(published, "44.0"), name) for name, (published, _) in gaps.items()},
        {name: synthetic(frequency=name) for name in gaps},
        today=date(2023, 7, 1),
    )
    found = {name: [(c.id, c.rows[0]["missing_list"]) for c in v.failures()] for name, v in verdicts.items()}
    assert found == {name: [("expected_periods", missing)] for name, (_, missing) in gaps.items()}


def test_rows_are_capped_and_counted(judge: Any, synthetic: Any, printed: Any) -> None:
    years = {year: f"{year - 1800}.0" for year in range(1960, 2024)}
    (limits,) = (c for c in judge(printed(years), synthetic(maximum=150)).checks if c.id == "natural_limits")
    assert (limits.failing, len(limits.rows)) == (64, 20)


# Against the release before.


def revised(frame: Frame, change: Callable[[pd.Series], pd.Series]) -> Frame:
    values = change(frame["value"]).round(1)
    return frame.assign(value=values, published=values.map(str))


def test_first_release_is_not_asked_for_a_comparison(clean: Frame, judge: Any) -> None:
    ids = {check.id for check in judge(clean, previous=clean.iloc[:0]).checks}
    assert not ids & {"withdrawn", "half_withdrawn", "redefinition", "large_revision"}


def test_revisions_of_the_whole_past(judge_all: Any, clean_of: Any, failed: Any) -> None:
    both_ways = pd.Series([1.15 if n % 2 else 0.85 for n in range(18)])
    cases: dict[str, tuple[Any, set[str]]] = {
        "the same figures again": (1.0, set()),
        "a little higher": (1.05, set()),
        "up and down": (both_ways, set()),
        "an eighth lower": (0.85, {"redefinition"}),
        "half": (0.5, {"redefinition", "large_revision"}),
    }
    before = {name: clean_of(name) for name in cases}
    after = {name: revised(before[name], lambda v, by=by: v * by) for name, (by, _) in cases.items()}
    verdicts = judge_all(after, previous=before)
    assert {name: failed(verdict) for name, verdict in verdicts.items()} == {n: ids for n, (_, ids) in cases.items()}
    assert not any(verdict.quarantine for verdict in verdicts.values())
    same = {check.id for check in verdicts["the same figures again"].checks}
    assert {"withdrawn", "half_withdrawn", "redefinition", "large_revision"} <= same


def test_rounding_of_a_small_figure_is_no_large_revision(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """0.03 that becomes 0.04 moves by a third, and by one unit of the last decimal."""
    ref = synthetic(decimals=2)
    before, after = printed({2021: "0.05", 2022: "0.03"}), printed({2021: "0.05", 2022: "0.04"})
    assert failed(judge(after, ref, previous=before)) == set()
    assert failed(judge(printed({2021: "0.05", 2022: "0.06"}), ref, previous=before)) == {"large_revision"}


def test_withdrawn_values(clean: Frame, judge: Any, failed: Any) -> None:
    verdict = judge(clean[clean["period"] != "2010"], previous=clean)
    assert failed(verdict) == {"withdrawn"}
    assert verdict.failures()[0].rows == ({"withdrawn": 1.0, "previous_values": 18.0, "withdrawn_list": "2010"},)
    verdict = judge(clean[clean["period"] >= "2022"], previous=clean)
    assert failed(verdict) == {"withdrawn", "half_withdrawn", "row_count"}
    assert verdict.quarantine


def test_series_that_takes_off_does_not_jump_every_year(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    values = [0.1] * 9 + [0.2, 0.4, 0.9, 1.9, 2.8]
    growing = {2010 + n: f"{value:.1f}" for n, value in enumerate(values)}
    assert failed(judge(printed(growing), synthetic())) == set()


def test_winter_is_no_jump_and_a_winter_twice_as_high_is(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Four years of months: three times as much in December and January as in June, rising a little every year."""

    def season(month: int) -> float:
        return 60.0 if month in (1, 12) else 20.0

    months = [(year, month) for year in range(2020, 2024) for month in range(1, 13)]
    values = {
        f"{year}-{month:02}": f"{season(month) + (year - 2020) * 1.5 + month % 3 / 10:.1f}" for year, month in months
    }
    ref = synthetic(frequency="M", maximum=None)
    assert failed(judge(printed(values), ref, today=date(2024, 1, 10))) == set()
    doubled = {**values, "2023-12": "123.4"}
    assert failed(judge(printed(doubled), ref, today=date(2024, 1, 10))) == {"jump"}

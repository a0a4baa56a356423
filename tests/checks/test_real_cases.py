"""Faults and revisions that really happened in Kazakh figures, value for value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from checks.verdict import Verdict


def found(verdict: Verdict, rule: str) -> list[tuple[str, float, float]]:
    """Period, previous and new value of the rows that a check kept."""
    (check,) = (c for c in verdict.checks if c.id == rule)
    return [(row["period"], row["previous"], row["value"]) for row in check.rows]


def test_four_totals_for_one_year(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Women in managerial positions, kazstat 5-5-2: four national rows for 2020 with three different values."""
    past = {2018: "41.2", 2019: "43"}
    frame = pd.concat([printed({**past, 2020: "41.1 "}), *(printed({2020: text}) for text in ("41.5", "40.0", "41.1"))])
    verdict = judge(frame.reset_index(drop=True), synthetic(publication_lag_months=36))
    assert failed(verdict) == {"key_unique", "text_clean"}
    assert [row["value"] for row in verdict.failures()[0].rows] == [41.1, 41.5, 40.0, 41.1]
    assert verdict.quarantine
    assert verdict.grade == "D"


BEFORE_2019_06 = {
    2011: "9.104880831682053",
    2012: "8.376536157036131",
    2013: "8.11190474163471",
    2014: "8.693493734842917",
    2015: "10.3083328825092",
    2016: "12.7",
    2017: "11.3",
}
FROM_2019_06 = {2011: "0.0", 2012: "0.0", 2013: "0.0", 2014: "0.62", 2015: "0.77", 2016: "0.98", 2017: "1.08"}


def test_renewables_without_large_hydro(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Kazstat 7-2-1, releases of 2019-05-18 and 2019-06-10: another definition under the same id."""
    ref = synthetic(decimals=None, publication_lag_months=60)
    verdict = judge(printed(FROM_2019_06), ref, previous=printed(BEFORE_2019_06))
    assert failed(verdict) == {"redefinition", "large_revision"}
    assert ("2014", 8.693493734842917, 0.62) in found(verdict, "redefinition")
    assert not verdict.quarantine
    assert verdict.grade == "C"


def test_energy_intensity_in_prices_of_another_year(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """WDI EG.EGY.PRIM.PP.KD of 2018-08-01 and 2026-04-01, two decimals: 2014 and 2015 fell, the rest stayed."""
    before: Mapping[int, str] = {
        2008: "9.29",
        2009: "8.34",
        2010: "8.47",
        2011: "8.84",
        2012: "8.07",
        2013: "8.42",
        2014: "7.87",
        2015: "7.92",
    }
    after: Mapping[int, str] = {
        2008: "9.35",
        2009: "8.39",
        2010: "8.52",
        2011: "8.87",
        2012: "8.07",
        2013: "8.41",
        2014: "6.44",
        2015: "5.36",
    }
    ref = synthetic(decimals=2, maximum=None, publication_lag_months=96)
    verdict = judge(printed(after), ref, previous=printed(before))
    assert failed(verdict) == {"large_revision"}
    assert found(verdict, "large_revision") == [("2015", 7.92, 5.36)]
    assert not verdict.quarantine


def test_energy_per_dollar_in_another_unit(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Kazstat 7-3-1, releases of 2019-05-18 and 2019-08-20: all values fell to 28 %, and 2010 was withdrawn."""
    before = {2010: "1.85", 2011: "1.78", 2012: "1.62", 2013: "1.69", 2014: "1.52", 2015: "1.53", 2016: "1.54"}
    after = {2011: "0.49", 2012: "0.44", 2013: "0.46", 2014: "0.42", 2015: "0.42", 2016: "0.42"}
    ref = synthetic(decimals=2, publication_lag_months=84)
    verdict = judge(printed(after), ref, previous=printed(before))
    assert failed(verdict) == {"redefinition", "large_revision", "withdrawn"}


def test_everything_withdrawn(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Kazstat 7-2-1, release of 2019-09-25: all eight national values disappeared."""
    verdict = judge(printed({}), synthetic(decimals=None), previous=printed({**FROM_2019_06, 2010: "0.0"}))
    assert failed(verdict) == {"has_values", "withdrawn", "half_withdrawn"}
    assert verdict.quarantine


def test_deaths_of_a_pandemic_year(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Maternal mortality, kazstat 3-1-1: 36.5 in 2020 after 13.7 in 2019 is out of the ordinary, and true."""
    deaths = {
        2010: "22.7",
        2011: "17.4",
        2012: "13.5",
        2013: "13.1",
        2014: "11.7",
        2015: "12.5",
        2016: "12.7",
        2017: "12.5",
        2018: "14",
        2019: "13.7",
        2020: "36.5",
    }
    verdict = judge(printed(deaths), synthetic(maximum=None, publication_lag_months=36))
    assert failed(verdict) == {"jump"}
    assert verdict.grade == "B"


PM25_BEFORE = {
    2010: "16.88",
    2011: "17.19",
    2012: "18.16",
    2013: "18.30",
    2014: "19.17",
    2015: "19.62",
    2016: "19.66",
}
PM25_AFTER = {
    2010: "20.51",
    2011: "25.49",
    2012: "27.20",
    2013: "25.84",
    2014: "23.84",
    2015: "22.56",
    2016: "22.76",
}
UNEMPLOYMENT_BEFORE = {2012: "5.29", 2013: "5.20", 2014: "5.06", 2015: "4.93", 2016: "4.96", 2017: "4.86"}
UNEMPLOYMENT_AFTER = {2012: "5.29", 2013: "5.20", 2014: "5.06", 2015: "4.93", 2016: "4.96", 2017: "4.90"}

REVISIONS: dict[str, tuple[dict[int, str], dict[int, str], set[str]]] = {
    # what happened: values before, values after, checks that must not pass
    "16-1-1, 2019-05-18: hundreds became fractions": (
        {2015: "853.0", 2016: "848.0", 2017: "915.0"},
        {2014: "1.3", 2015: "0.2", 2016: "0.83", 2017: "0.86", 2018: "0.81"},
        {"redefinition", "large_revision"},
    ),
    "8-3-1, 2020-12-19: the whole past rose": (
        {2012: "13.4", 2013: "13.0", 2014: "16.5", 2015: "14.4", 2016: "12.3", 2017: "9.8", 2018: "8.8"},
        {
            2012: "26.0",
            2013: "24.3",
            2014: "25.0",
            2015: "22.9",
            2016: "18.6",
            2017: "16.2",
            2018: "14.9",
            2019: "13.7",
        },
        {"redefinition", "large_revision"},
    ),
    "9-4-1, 2019-06-28: 2.0 in place of the figures": (
        {2012: "304.6", 2013: "296.1", 2014: "302.9", 2015: "310.3", 2016: "327.0", 2017: "332.7", 2018: "337.9"},
        {2015: "2.0", 2016: "2.0"},
        {"large_revision", "withdrawn", "half_withdrawn"},
    ),
    "16-6-2, 2024-09-26: the figures had been those of 16-1-1": (
        {2012: "0.13", 2013: "0.15", 2014: "1.3", 2015: "0.2", 2016: "0.83", 2017: "0.86", 2018: "0.81"},
        {2015: "79.0", 2016: "72.8", 2017: "65.9", 2018: "72.4", 2019: "74.8"},
        {"redefinition", "large_revision", "withdrawn"},
    ),
    "3-6-1, 2019-10-30: one small correction": ({2018: "12.71"}, {2018: "13.2"}, set()),
    "EN.ATM.PM25.MC.M3, 2018-08-01 to 2025-12-17: the whole past rose": (
        PM25_BEFORE,
        PM25_AFTER,
        {"redefinition", "large_revision"},
    ),
    "SL.UEM.TOTL.ZS, 2018-08-01 to 2026-04-01: the same rate, rounded": (
        UNEMPLOYMENT_BEFORE,
        UNEMPLOYMENT_AFTER,
        set(),
    ),
}


def test_revisions_are_told_apart(judge_all: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    """Kazstat releases and World Development Indicators (rounded to two decimals), value for value."""
    ref = synthetic(decimals=None, maximum=None, publication_lag_months=96)
    verdicts = judge_all(
        {name: printed(after, name) for name, (_, after, _) in REVISIONS.items()},
        dict.fromkeys(REVISIONS, ref),
        {name: printed(before, name) for name, (before, _, _) in REVISIONS.items()},
    )
    assert {name: failed(verdict) for name, verdict in verdicts.items()} == {
        n: ids for n, (_, _, ids) in REVISIONS.items()
    }
    assert [name for name, verdict in verdicts.items() if verdict.quarantine] == [
        "9-4-1, 2019-06-28: 2.0 in place of the figures"
    ]

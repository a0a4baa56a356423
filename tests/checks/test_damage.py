"""Every check catches its own damage, names itself and the rows, and nothing else cries out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from checks.rules import RULES, Severity

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
    "row of another series": (with_cell("KZ", 2015, series="syn/2"), {}, {"series_id"}),
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
    "decimal point lost": (with_cell("KZ", 2014, value=431.0), {}, {"natural_limits"}),
    "below nought": (with_cell("KZ", 2014, value=-0.1), {}, {"natural_limits"}),
    "region above the limit": (with_cell("KZ-SYN-OLD", 2023, value=519.0), {}, {"regional_limits"}),
    "unknown region": (with_cell("KZ-SYN-OLD", 2023, area="KZTUR"), {}, {"region_known"}),
    "region before it existed": (with_cell("KZ-SYN-NEW", 2022, period="2019"), {}, {"region_existed"}),
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
    "latest value three times as large": (with_cell("KZ", 2023, value=99.0), {}, {"jump"}),
    "space in a figure": (with_cell("KZ", 2023, published="49.4 "), {}, {"text_clean"}),
    "no-break space in a figure": (with_cell("KZ", 2023, published="4\u00a09.4"), {}, {"text_clean"}),
    "Cyrillic letter in a figure": (with_cell("KZ", 2023, published="х"), {}, {"text_clean"}),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_caught_by_its_own_check(name: str, clean: Frame, judge: Any, synthetic: Any, failed: Any) -> None:
    damage, changes, expected = DAMAGES[name]
    verdict = judge(damage(clean), synthetic(**changes))
    found = {check.id for check in verdict.checks if check.outcome == "failed"}
    assert found == expected
    critical = {rule.id for rule in RULES if rule.severity is Severity.CRITICAL}
    assert verdict.quarantine == bool(expected & critical)


def test_failing_row_is_shown(clean: Frame, judge: Any) -> None:
    verdict = judge(with_cell("KZ", 2014, value=431.0)(clean))
    (check,) = verdict.failures()
    assert check.rows == (
        {"area": "KZ", "period": "2014", "value": 431.0, "expected_minimum": 0.0, "expected_maximum": 100.0},
    )
    assert check.observed.startswith("1 of 18 rows; first: area KZ, period 2014, value 431.0")
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
        lambda f: with_cell("KZ", 2023, value=99.0, status="b")(f)[lambda g: g["period"] != "2024"],
        {},
    ),
    "jump at a break that the register states": (
        with_cell("KZ", 2023, value=99.0),
        {"breaks": [{"period": "2023", "reason": {"ru": "синтетический", "en": "synthetic"}}]},
    ),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_frame_passes(name: str, clean: Frame, judge: Any, synthetic: Any, failed: Any) -> None:
    change, changes = CLEAN[name]
    verdict = judge(change(clean), synthetic(**changes))
    assert failed(verdict) == set()
    assert verdict.passed == verdict.total > 0
    assert verdict.grade == ("B" if verdict.latest_status else "A")


def test_flagged_figure_of_the_running_year_is_no_fault(clean: Frame, judge: Any, failed: Any) -> None:
    verdict = judge(with_row(2024, status="p")(clean))
    assert failed(verdict) == set()
    assert (verdict.latest_period, verdict.latest_status, verdict.grade) == ("2024", "p", "B")


@pytest.mark.parametrize(
    ("today", "changes", "stale"),
    [
        (date(2026, 12, 31), {}, False),  # 2023 + a year + 12 months of lag + a year of grace
        (date(2027, 1, 1), {}, True),
        (date(2027, 1, 1), {"publication_lag_months": 13}, False),
        (date(2027, 1, 1), {"regular": False}, False),
        (date(2027, 1, 1), {"ended": "2023"}, False),
    ],
)
def test_freshness(clean: Frame, judge: Any, synthetic: Any, failed: Any, today: date, changes: Any, stale: bool) -> None:
    verdict = judge(clean, synthetic(**changes), today=today)
    assert failed(verdict) == ({"freshness"} if stale else set())
    assert verdict.grade == ("C" if stale else "A")


@pytest.mark.parametrize(
    ("frequency", "published", "missing"),
    [
        ("Q", ["2022-Q3", "2022-Q4", "2023-Q2"], "2023-Q1"),
        ("S", ["2021-S2", "2022-S2", "2023-S1"], "2022-S1"),
        ("M", ["2022-11", "2022-12", "2023-03"], "2023-01, 2023-02"),
    ],
)
def test_gap_is_named_in_the_series_own_periods(
    judge: Any, synthetic: Any, printed: Any, frequency: str, published: list[str], missing: str
) -> None:
    verdict = judge(printed(dict.fromkeys(published, "44.0")), synthetic(frequency=frequency), today=date(2023, 7, 1))
    (gap,) = verdict.failures()
    assert gap.id == "expected_periods"
    assert gap.rows[0]["missing_list"] == missing


def test_rows_are_capped_and_counted(judge: Any, synthetic: Any, printed: Any) -> None:
    years = {year: f"{year - 1800}.0" for year in range(1960, 2024)}
    (limits,) = (c for c in judge(printed(years), synthetic(maximum=150)).checks if c.id == "natural_limits")
    assert (limits.failing, len(limits.rows)) == (64, 20)


# Against the release before.


def revised(frame: Frame, change: Callable[[pd.Series], pd.Series]) -> Frame:
    values = change(frame["value"]).round(1)
    return frame.assign(value=values, published=values.map(str))


def test_same_figures_again_pass_every_comparison(clean: Frame, judge: Any, failed: Any) -> None:
    verdict = judge(clean, previous=clean)
    assert failed(verdict) == set()
    assert {"withdrawn", "half_withdrawn", "redefinition", "large_revision"} <= {check.id for check in verdict.checks}


def test_first_release_is_not_asked_for_a_comparison(clean: Frame, judge: Any) -> None:
    ids = {check.id for check in judge(clean, previous=clean.iloc[:0]).checks}
    assert not ids & {"withdrawn", "half_withdrawn", "redefinition", "large_revision"}


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(1.05, set()), (0.85, {"redefinition"}), (0.5, {"redefinition", "large_revision"})],
)
def test_level_shift(clean: Frame, judge: Any, failed: Any, factor: float, expected: set[str]) -> None:
    assert failed(judge(revised(clean, lambda v: v * factor), previous=clean)) == expected


def test_corrections_both_ways_are_no_shift(clean: Frame, judge: Any, failed: Any) -> None:
    signs = pd.Series([1.15 if n % 2 else 0.85 for n in range(len(clean))])
    assert failed(judge(revised(clean, lambda v: v * signs), previous=clean)) == set()


def test_rounding_of_a_small_figure_is_no_large_revision(
    judge: Any, synthetic: Any, printed: Any, failed: Any
) -> None:
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
    assert failed(verdict) == {"withdrawn", "half_withdrawn"}
    assert verdict.quarantine


def test_series_that_takes_off_does_not_jump_every_year(judge: Any, synthetic: Any, printed: Any, failed: Any) -> None:
    values = [0.1] * 9 + [0.2, 0.4, 0.9, 1.9, 2.8]
    growing = {2010 + n: f"{value:.1f}" for n, value in enumerate(values)}
    assert failed(judge(printed(growing), synthetic())) == set()

"""Rates and delays, beside naive counts in exact fractions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.scores.measures import measures_score
from indicators.scores.rates import (
    Rate,
    application_rate,
    delays,
    report_rates,
    round_half_up,
    shares_by_month,
    waits,
)
from indicators.scores.result import MeasureResult, MeasuresScore
from indicators.scores.waiting import Wait, median_wait

AT = date(2026, 9, 30)
START = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "printed"),
    [
        (63, 280, 0, "23"),
        (14, 142, 0, "10"),
        (97, 144, 0, "67"),
        (24, 61, 1, "39.3"),
        (1, 8, 2, "12.50"),
        (0, 5, 0, "0"),
    ],
)
def test_half_up(numerator: int, denominator: int, decimals: int, printed: str) -> None:
    assert str(Rate(numerator, denominator).percent(decimals)) == printed


def test_no_rate_without_a_denominator() -> None:
    assert Rate(0, 0).share is None
    assert Rate(0, 0).percent() is None


@given(st.fractions(-1000, 1000, max_denominator=400), st.integers(0, 3))
def test_rounding_is_the_nearest_and_halves_go_away_from_zero(value: Fraction, decimals: int) -> None:
    error = Fraction(round_half_up(value, decimals)) - value
    half = Fraction(1, 2 * 10**decimals)
    assert abs(error) <= half
    if abs(error) == half:
        assert (error > 0) == (value > 0)


def scored(expected: int, fulfilled: int, unknown: int = 0, completeness: str = "complete") -> MeasuresScore:
    """A synthetic law's measures with these counts."""
    states = ["in_force"] * fulfilled + ["unknown"] * unknown + ["drafting"] * (expected - fulfilled - unknown)
    rows = tuple(
        MeasureResult(str(n), s, "no_deadline", s == "in_force", True, None, None, None, None)
        for n, s in enumerate(states)
    )
    return MeasuresScore(completeness, expected, fulfilled, unknown, None, None, None, "kz-default", rows)


def test_pooled_and_never_the_mean_of_the_laws() -> None:
    """1 of 1 and 1 of 9 are 2 of 10; the mean of the two rates would say 56 %."""
    rate = application_rate([scored(1, 1), scored(9, 1), scored(4, 4, completeness="partial")])
    assert (rate.low, rate.high, rate.left_out) == (Rate(2, 10), Rate(2, 10), 1)
    assert rate.low.percent() == Decimal(20)


counts = st.integers(0, 20).flatmap(
    lambda e: st.integers(0, e).flatmap(lambda t: st.tuples(st.just(e), st.just(t), st.integers(0, e - t)))
)


@given(st.lists(counts, max_size=6))
def test_pooling_adds_numerators_and_denominators(laws: list[tuple[int, int, int]]) -> None:
    rate = application_rate(scored(*law) for law in laws)
    expected, found, unknown = (sum(law[n] for law in laws) for n in range(3))
    assert rate.low.share == (Fraction(found, expected) if expected else None)
    assert rate.high.share == (Fraction(found + unknown, expected) if expected else None)


def test_deferred_measures_leave_both_sums() -> None:
    law = scored(4, 2)
    law = replace(law, rows=(*law.rows[:3], replace(law.rows[3], clock="deferred_by_law")))
    assert application_rate([law]).low == Rate(2, 4)
    assert application_rate([law], without_deferred=True).low == Rate(2, 3)


def taken(days: int) -> Wait:
    return Wait(START, START + timedelta(days), True)


def still_open(days: int) -> Wait:
    return Wait(START, START + timedelta(days), False)


def test_delays_of_what_is_out() -> None:
    found = delays([taken(10), taken(20), taken(120), taken(800), still_open(900)])
    assert (found.count, found.mean, found.median, found.minimum, found.maximum) == (4, 237.5, 70, 10, 800)
    assert found.bands == ((0, 2), (3, 1), (6, 0), (12, 0), (24, 1))


def test_median_wait_counts_the_open_ones() -> None:
    """Two quick acts of five: their mean of 15 days hides that most are still open."""
    given_ = [taken(10), taken(20), still_open(900), still_open(900), still_open(900)]
    assert delays(given_).mean == 15
    assert median_wait(given_) is None
    assert median_wait([*given_, taken(400)]) == 400


def test_shares_by_month_leave_out_laws_too_young_to_tell() -> None:
    cut_off = date(2020, 8, 1)
    young = Wait(date(2020, 6, 15), date(2020, 7, 1), True)
    old = [Wait(START, date(2020, 4, 1), True), Wait(START, date(2020, 4, 2), True), Wait(START, cut_off, False)]
    assert shares_by_month([young, *old], cut_off) == (
        (3, Rate(1, 3)),
        (6, Rate(2, 3)),
        (12, Rate(0, 0)),
        (24, Rate(0, 0)),
    )


def test_waits_and_report_rates_of_a_law(law_of: Any, part: Any) -> None:
    def measure(name: str, state: str, day: date | None, **more: Any) -> dict[str, Any]:
        return {
            "id": name, "title": part.text("synthetic"), "kind": "order", "responsible": part.text("synthetic"),
            "facts": [{"date": day, "state": state, "act": name if state == "in_force" else None, "verification": "A"}],
            "verification": "A", **more,
        }  # fmt: skip

    def report(name: str, state: str, day: date | None) -> dict[str, Any]:
        return measure(name, state, day, kind="report", due=date(2026, 6, 1), due_source=part.source())

    def act(name: str, day: date) -> dict[str, Any]:
        return {"id": name, "kind": "order", "dates": [day], "verification": "A"}

    law = law_of(
        adopted=date(2026, 1, 1),
        measures_list={"completeness": "complete", "verification": "A"},
        measures=[
            measure("out", "in_force", date(2026, 3, 2)),
            measure("open", "drafting", date(2026, 2, 1)),
            measure("unknown", "unknown", None),
            report("r-on-time", "in_force", date(2026, 5, 1)),
            report("r-late", "in_force", date(2026, 7, 1)),
            report("r-unknown", "unknown", None),
            {**report("r-later", "drafting", date(2026, 2, 1)), "due": date(2027, 6, 1)},
        ],
        acts=[act("out", date(2026, 3, 2)), act("r-on-time", date(2026, 5, 1)), act("r-late", date(2026, 7, 1))],
    )
    rows = measures_score(law, AT).rows
    assert [(w.days, w.taken) for w in waits(law, rows, AT)] == [(60, True), (272, False)]
    found = report_rates(law, rows, AT)
    assert (found.delivered, found.on_time, found.unknown) == (Rate(2, 3), Rate(1, 3), 1)

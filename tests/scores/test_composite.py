"""Aggregates beside a naive second implementation in exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.scores.composite import (
    ARITHMETIC,
    GEOMETRIC,
    HARMONIC,
    Child,
    aggregate,
    branch,
    leaf,
    mean,
)
from indicators.scores.result import Status

points = st.integers(0, 100)
weights = st.integers(1, 9)
groups = st.lists(st.tuples(weights, points | st.none(), points), min_size=1, max_size=6)


def leaves(group: list[tuple[int, int | None, int]]) -> list[Child]:
    return [leaf(str(n), float(w), s, None if s is None else e) for n, (w, s, e) in enumerate(group)]


@given(groups)
def test_score_needed_coverage_and_bounds_in_fractions(group: list[tuple[int, int | None, int]]) -> None:
    found = aggregate("g", 1.0, leaves(group))
    total = sum(w for w, _, _ in group)
    known = [(w, s, e) for w, s, e in group if s is not None]
    share = sum(w for w, _, _ in known)
    sum_known = sum(w * s for w, s, _ in known)
    assert found.coverage == pytest.approx(float(Fraction(share, total)))
    assert found.low == pytest.approx(float(Fraction(sum_known, total)))
    assert found.high == pytest.approx(float(Fraction(sum_known + 100 * (total - share), total)))
    assert (found.covered, found.children) == (len(known), len(group))
    if Fraction(share, total) < Fraction(2, 3):
        assert (found.score, found.needed, found.status) == (None, None, Status.INSUFFICIENT_DATA)
    else:
        assert found.score == pytest.approx(float(Fraction(sum_known, share)))
        assert found.needed == pytest.approx(float(Fraction(sum(w * e for w, _, e in known), share)))
        assert found.used == tuple(str(n) for n, (_, s, _) in enumerate(group) if s is not None)


@given(st.lists(st.tuples(weights, groups), min_size=1, max_size=4), st.sampled_from([1.0, 0.0, -1.0, 2.0, -3.0]))
def test_bounds_hold_the_score_and_coverage_is_a_share_at_every_level(
    tree: list[tuple[int, list[tuple[int, int | None, int]]]], exponent: float
) -> None:
    pillars = [aggregate(f"p{n}", float(w), leaves(g), exponent=exponent) for n, (w, g) in enumerate(tree)]
    total = aggregate("law", 1.0, [branch(p) for p in pillars], exponent=exponent)
    for group in (*pillars, total):
        assert group.coverage is not None and 0 <= group.coverage <= 1
        assert group.low is not None and group.high is not None and 0 <= group.low <= group.high <= 100
        if group.score is not None:
            assert group.low <= group.score <= group.high
            assert group.coverage >= 2 / 3 - 1e-9


@given(groups)
def test_a_child_left_out_changes_nothing_else(group: list[tuple[int, int | None, int]]) -> None:
    outside = leaf("outside", 5.0, None, None, scorable=False)
    with_it, without = aggregate("g", 1.0, [*leaves(group), outside]), aggregate("g", 1.0, leaves(group))
    assert (with_it.score, with_it.low, with_it.coverage) == (without.score, without.low, without.coverage)
    assert (with_it.children, with_it.not_scorable) == (without.children, 1)


@pytest.mark.parametrize(
    ("exponent", "expected"),
    [
        (ARITHMETIC, (40 + 2 * 90) / 3),
        (GEOMETRIC, math.exp((math.log(40) + 2 * math.log(90)) / 3)),
        (HARMONIC, 3 / (1 / 40 + 2 / 90)),
        (2.0, math.sqrt((40**2 + 2 * 90**2) / 3)),
    ],
)
def test_named_means(exponent: float, expected: float) -> None:
    assert mean([40, 90], [1, 2], exponent) == pytest.approx(expected)


@pytest.mark.parametrize("exponent", [GEOMETRIC, HARMONIC, -3.0])
def test_a_zero_is_not_compensated(exponent: float) -> None:
    assert mean([0, 100], [1, 1], exponent) == 0


def test_two_of_three_suffice_and_less_does_not() -> None:
    two_of_three = aggregate("g", 1.0, leaves([(1, 50, 50), (1, 50, 50), (1, None, 0)]))
    assert (two_of_three.score, two_of_three.coverage) == (50.0, pytest.approx(2 / 3))
    assert aggregate("g", 1.0, leaves([(13, 50, 50), (7, None, 0)])).score is None


def test_a_missing_mandatory_child_leaves_no_number() -> None:
    children = [leaf("a", 9.0, 50.0, 50.0), leaf("b", 1.0, None, None, mandatory=True)]
    found = aggregate("g", 1.0, children)
    assert (found.score, found.status, found.coverage) == (None, Status.INSUFFICIENT_DATA, 0.9)


def test_nothing_to_score_is_no_target_and_has_no_coverage() -> None:
    found = aggregate("g", 1.0, [leaf("a", 1.0, None, None, scorable=False)])
    assert (found.status, found.coverage, found.low, found.not_scorable) == (Status.NO_TARGET, None, None, 1)


def test_coverage_of_a_law_speaks_of_indicators_and_not_of_pillars() -> None:
    """A single pillar with two of three indicators known: 67 %, not 100 %."""
    pillar = aggregate("p", 1.0, leaves([(1, 50, 50), (1, 50, 50), (1, None, 0)]))
    law = aggregate("law", 1.0, [branch(pillar)])
    assert (law.coverage, law.covered, law.children) == (pytest.approx(2 / 3), 2, 3)


def test_a_pillar_without_a_number_does_not_carry_the_law_over_the_threshold() -> None:
    """By what is known 75 % are covered, by what a score could rest on 50 %."""
    full = aggregate("full", 1.0, leaves([(1, 50, 50)]))
    half = aggregate("half", 1.0, leaves([(1, 50, 50), (1, None, 0)]))
    law = aggregate("law", 1.0, [branch(full), branch(half)])
    assert (law.score, law.status) == (None, Status.INSUFFICIENT_DATA)
    assert (law.coverage, law.covered, law.children) == (0.75, 2, 3)


def test_quality_is_the_worst_grade_used() -> None:
    children = [
        leaf("a", 1.0, 50.0, 50.0, quality="A"),
        leaf("b", 1.0, 50.0, 50.0, quality="C"),
        leaf("c", 1.0, None, None, quality="D"),
    ]
    assert aggregate("g", 1.0, children).quality == "C"


@pytest.mark.parametrize(
    ("score", "needed", "status"),
    [
        (100.0, 100.0, Status.ACHIEVED),
        (0.0, 0.0, Status.NOT_STARTED),
        (5.0, 0.0, Status.NOT_STARTED),
        (47.5, 50.0, Status.ON_TRACK),
        (47.4, 50.0, Status.BEHIND),
        (29.9, 50.0, Status.FAR_BEHIND),
    ],
)
def test_status_of_an_aggregate(score: float, needed: float, status: Status) -> None:
    assert aggregate("g", 1.0, [leaf("a", 1.0, score, needed)]).status is status

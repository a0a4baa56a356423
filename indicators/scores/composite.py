"""From children to an aggregate, level by level (METHOD 4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from indicators.scores.paths import by_ratio
from indicators.scores.result import Aggregate, Status

ARITHMETIC = 1.0
GEOMETRIC = 0.0
HARMONIC = -1.0
"""Exponents of the weighted power mean; any other exponent is a rule of its own."""

COVERAGE_THRESHOLD = 2 / 3
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Child:
    """A member of a group: an indicator, the list of by-laws, or a pillar.

    ``score`` None with ``scorable`` True is a missing child, which stays in the denominator and
    lies between ``low`` and ``high``; with ``scorable`` False the child is outside it. ``coverage``
    is the share of its leaves' weight that is known; ``covered``, ``leaves`` and ``not_scorable``
    count leaves.
    """

    id: str
    weight: float
    score: float | None
    needed: float | None
    low: float = 0.0
    high: float = 100.0
    scorable: bool = True
    mandatory: bool = False
    quality: str | None = None
    coverage: float = 0.0
    covered: int = 0
    leaves: int = 1
    not_scorable: int = 0


def leaf(
    name: str,
    weight: float,
    score: float | None,
    needed: float | None,
    *,
    scorable: bool = True,
    mandatory: bool = False,
    quality: str | None = None,
    bounds: tuple[float, float] = (0.0, 100.0),
) -> Child:
    """A child without children. ``bounds`` matter only where there is no score."""
    known = scorable and score is not None
    low, high = (score, score) if known and score is not None else bounds
    return Child(
        name, weight, score if known else None, needed, low, high, scorable, mandatory, quality,
        coverage=1.0 if known else 0.0,
        covered=1 if known else 0,
        leaves=1 if scorable else 0,
        not_scorable=0 if scorable else 1,
    )  # fmt: skip


def branch(group: Aggregate) -> Child:
    """An aggregate as a child of the level above."""
    return Child(
        group.id,
        group.weight,
        group.score,
        group.needed,
        low=group.low if group.low is not None else 0.0,
        high=group.high if group.high is not None else 100.0,
        scorable=group.children > 0,
        quality=group.quality,
        coverage=group.coverage or 0.0,
        covered=group.covered,
        leaves=group.children,
        not_scorable=group.not_scorable,
    )


def mean(values: Sequence[float], weights: Sequence[float], exponent: float = ARITHMETIC) -> float:
    """Weighted power mean of points from 0 to 100; a zero makes it 0 for exponents of 0 and below."""
    if exponent == ARITHMETIC:
        return fmean(values, weights)
    if exponent <= 0 and min(values) <= 0:
        return 0.0
    if exponent == GEOMETRIC:
        value = math.exp(fmean([math.log(v) for v in values], weights))
    else:
        scale = (max(values) if exponent > 0 else min(values)) or 1.0  # so that no power overflows
        value = scale * fmean([(v / scale) ** exponent for v in values], weights) ** (1 / exponent)
    return min(max(value, min(values)), max(values))


def aggregate(
    name: str,
    weight: float,
    children: Sequence[Child],
    *,
    exponent: float = ARITHMETIC,
    threshold: float = COVERAGE_THRESHOLD,
    empty: Status = Status.NO_TARGET,
) -> Aggregate:
    """The aggregate of a group; missing children's weights go to their siblings.

    There is no number, and the status is `insufficient_data`, where less than ``threshold`` of the
    weight is covered or a mandatory child is missing. ``low`` and ``high`` are the aggregate with
    every missing child at the ends of its own bounds (0 and 100 where nothing is known of it). They
    are widened to hold the score: renormalising leaves out what is known of a child that is itself
    insufficient, so the score may lie beyond what its bounds allow. ``empty`` is the status of a
    group that has nothing in the denominator.

    Beside a number, coverage is the share of weight that the number rests on, and the threshold is
    held against that; where there is none, it is the share that is known.
    """
    inside = [c for c in children if c.scorable]
    used = [c for c in inside if c.score is not None]
    outside = sum(c.not_scorable for c in children)
    if not inside:
        return Aggregate(name, weight, None, None, None, None, empty, None, 0, 0, outside, (), None)
    total = sum(c.weight for c in inside)
    behind_score = min(sum(c.weight * c.coverage for c in used) / total, 1.0)
    weights = [c.weight for c in inside]
    low = mean([c.low for c in inside], weights, exponent)
    high = mean([c.high for c in inside], weights, exponent)
    score = needed = None
    status = Status.INSUFFICIENT_DATA
    lacking = any(c.mandatory and c.score is None for c in inside)
    if used and not lacking and behind_score >= threshold - _NOISE:
        shares = [c.weight for c in used]
        score = mean([c.score for c in used if c.score is not None], shares, exponent)
        needed = mean([c.needed if c.needed is not None else 0.0 for c in used], shares, exponent)
        status = group_status(score, needed)
        low, high = min(low, score), max(high, score)
    counted = used if score is not None else inside
    return Aggregate(
        id=name,
        weight=weight,
        score=score,
        needed=needed,
        low=low,
        high=high,
        status=status,
        coverage=min(sum(c.weight * c.coverage for c in counted) / total, 1.0),
        covered=sum(c.covered for c in counted),
        children=sum(c.leaves for c in inside),
        not_scorable=outside,
        used=tuple(c.id for c in used),
        quality=max((c.quality for c in used if c.quality is not None), default=None),
    )


def group_status(score: float, needed: float) -> Status:
    """Status of an aggregate from its score and the score needed by now, both in points."""
    if score >= 100 - _NOISE:
        return Status.ACHIEVED
    if needed <= _NOISE:
        return Status.NOT_STARTED
    return by_ratio(score / needed)

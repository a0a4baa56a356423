"""Why a law's score moved between two editions: parts that add up to the change, exactly (METHOD 5).

The score is a sum of shares of weight times scores. Each input that differs between the editions is
a factor, and its part is its Shapley value over all orders of change, so that no input gains from
coming first. Parts are told by factor and, within it, by indicator.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from indicators.register import period as periods
from indicators.scores.engine.panel import Floats
from indicators.scores.engine.shapley import attribute
from indicators.scores.law import BY_LAWS, INSTRUMENTS
from indicators.scores.paths import Direction, Path, position
from indicators.scores.result import Aggregate, IndicatorScore, LawScore, Point

NEW_PERIODS = "new_periods"  # later observations than the edition before had
REVISIONS = "revisions"  # other values of periods that it already had, the baseline's among them
TARGETS = "targets"  # the register's targets, baseline periods and directions
BY_LAW_FACTS = "by_laws"
WEIGHTS = "weights"  # the register's weights, indicators added and taken out
COVERAGE = "coverage"  # indicators that gained or lost their number
COMPOSITION = "composition"  # weights and coverage together, where one without the other leaves nothing
METHOD = "method"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of score in points; ``parts`` (factor, indicator) add up to it. None: an edition has no number."""

    before: float | None
    after: float | None
    parts: Mapping[tuple[str, str], float]

    @property
    def total(self) -> float | None:
        """Points gained; None where one of the editions has no number."""
        return None if self.before is None or self.after is None else self.after - self.before

    def by_factor(self) -> dict[str, float]:
        """Points by factor, in the order in which the factors are defined; factors without a part are left out."""
        names = (NEW_PERIODS, REVISIONS, TARGETS, BY_LAW_FACTS, WEIGHTS, COVERAGE, COMPOSITION, METHOD)
        sums = {f: math.fsum(v for (factor, _), v in self.parts.items() if factor == f) for f in names}
        return {f: v for f, v in sums.items() if v != 0}


def law_change(before: LawScore, after: LawScore, rescored: LawScore | None = None) -> Change:
    """The change between two score trees of one law.

    ``rescored``: the earlier edition's inputs
    under the later method; it is needed, and gives the method's part, where the method versions
    differ. Raises ValueError for trees of two laws and for a missing ``rescored``.
    """
    if before.law != after.law:
        raise ValueError(f"{before.law} and {after.law} are two laws: compare editions of one")
    start = before
    if before.method != after.method:
        if rescored is None or rescored.method != after.method:
            raise ValueError(
                f"methods {before.method} and {after.method}: score the earlier inputs by the later method "
                "and give the tree as rescored"
            )
        start = rescored
    if before.total.score is None or after.total.score is None or start.total.score is None:
        return Change(before.total.score, after.total.score, {})
    sides = (_Side.of(start), _Side.of(after))
    parts = _parts(sides)
    if start is not before:
        parts[(METHOD, before.law)] = start.total.score - before.total.score
    return Change(before.total.score, after.total.score, parts)


@dataclass(frozen=True)
class _Side:
    """One edition: its leaves' trees, weights by leaf and pillar, and which leaves have a number."""

    scores: Mapping[str, IndicatorScore]
    by_laws: float | None
    pillar_of: Mapping[str, str]
    weights: Mapping[str, float]
    pillars: Mapping[str, float]
    known: frozenset[str]

    @classmethod
    def of(cls, score: LawScore) -> _Side:
        used = {p.id: p for p in score.pillars if p.id in score.total.used}
        weights = {i.id: i.weight for i in score.indicators}
        pillar_of = {i.id: i.pillar for i in score.indicators}
        weights[BY_LAWS], pillar_of[BY_LAWS] = 1.0, INSTRUMENTS
        known = frozenset(leaf for p in used.values() for leaf in p.used)
        m = score.measures
        by_laws = 100 * m.rate_low if BY_LAWS in known and m.rate_low is not None else None
        return cls({i.id: i for i in score.indicators}, by_laws, pillar_of, weights, _weights(score.pillars), known)


def _weights(pillars: tuple[Aggregate, ...]) -> dict[str, float]:
    return {p.id: p.weight for p in pillars}


def _parts(sides: tuple[_Side, _Side]) -> dict[tuple[str, str], float]:
    leaves = sorted(sides[0].known | sides[1].known)
    value_factors = [NEW_PERIODS, REVISIONS, TARGETS, BY_LAW_FACTS]

    def scores(on: frozenset[str]) -> Floats:
        return np.array([_score(leaf, sides, on) for leaf in leaves])

    def evaluate(on: frozenset[str]) -> Floats:
        shares = _shares(leaves, sides, WEIGHTS in on or COMPOSITION in on, COVERAGE in on or COMPOSITION in on)
        return shares * scores(on)

    factors = [*value_factors, WEIGHTS, COVERAGE]
    mixed = (_shares(leaves, sides, True, False), _shares(leaves, sides, False, True))
    if any(np.isnan(m).any() for m in mixed):
        factors = [*value_factors, COMPOSITION]
    found = attribute(evaluate, factors)
    return {
        (factor, leaf): float(part)
        for factor, parts in found.items()
        for leaf, part in zip(leaves, parts, strict=True)
        if part != 0
    }


def _shares(leaves: list[str], sides: tuple[_Side, _Side], new_weights: bool, new_coverage: bool) -> Floats:
    """Share of each leaf in the total; NaN where nothing with a weight is left."""
    register, cover = sides[new_weights], sides[new_coverage]
    other = sides[not new_coverage]

    def there(leaf: str) -> bool:
        # A leaf that one edition's register does not have is no gap in that edition's data.
        own = cover if leaf in cover.weights else other
        return leaf in register.weights and leaf in own.known

    present = [leaf for leaf in leaves if there(leaf)]
    totals: dict[str, float] = {}
    for leaf in present:
        pillar = register.pillar_of[leaf]
        totals[pillar] = totals.get(pillar, 0.0) + register.weights[leaf]
    whole = sum(register.pillars[p] for p in totals)
    if not whole:
        return np.full(len(leaves), np.nan)
    share: dict[str, float] = {}
    for leaf in present:
        pillar = register.pillar_of[leaf]
        share[leaf] = register.weights[leaf] / totals[pillar] * register.pillars[pillar] / whole
    return np.array([share.get(leaf, 0.0) for leaf in leaves])


def _score(leaf: str, sides: tuple[_Side, _Side], on: frozenset[str]) -> float:
    """A leaf's score with some inputs new and the others old; one that only one edition has keeps that score."""
    known = [leaf in side.known for side in sides]
    if not all(known):
        side = sides[0] if known[0] else sides[1]
        return _own(leaf, side)
    if leaf == BY_LAWS:
        return _own(leaf, sides[BY_LAW_FACTS in on])
    old, new = sides[0].scores[leaf], sides[1].scores[leaf]
    now = frozenset(on & {NEW_PERIODS, REVISIONS, TARGETS})
    if not now:
        return _own(leaf, sides[0])
    if len(now) == 3:
        return _own(leaf, sides[1])
    return _mixed(old, new, now)


def _own(leaf: str, side: _Side) -> float:
    score = side.by_laws if leaf == BY_LAWS else side.scores[leaf].score
    assert score is not None  # the leaf is known on this side
    return score


def _mixed(old: IndicatorScore, new: IndicatorScore, on: frozenset[str]) -> float:
    """Score from the value, the revisions and the path of whichever edition each comes from."""
    assert old.value is not None and new.value is not None and old.period is not None and new.period is not None
    revised = {p.period: p.value for p in new.history}
    published = {p.period: p.value for p in old.history}
    if NEW_PERIODS in on:
        period, value = new.period, new.value
        if REVISIONS not in on:
            value = published.get(period, value)
    else:
        period, value = old.period, old.value
        if REVISIONS in on:
            value = revised.get(period, value)
    register = new if TARGETS in on else old
    history = revised if REVISIONS in on else published
    route = _route(register, history)
    direction = Direction(register.direction, register.best, register.parity)  # type: ignore[arg-type]
    time = periods.time(period)
    path = Path(direction, tuple(periods.time(p.period) for p in route), tuple(p.value for p in route))
    return position(path, time, value).score


def _route(register: IndicatorScore, history: Mapping[str, float]) -> tuple[Point, ...]:
    """The path's nodes; the baseline as the history of the other edition has it, where it was read from a series."""
    base = register.path[0]
    from_series = any(p.period == base.period and p.value == base.value for p in register.history)
    if not from_series or base.period not in history:
        return register.path
    return (replace(base, value=history[base.period]), *register.path[1:])

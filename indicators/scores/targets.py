"""Targets known and in force at a knowledge date, their values, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indicators.register import period as periods
from indicators.register.model import Baseline, Indicator, Target
from indicators.scores.guards import indistinguishable
from indicators.scores.paths import Direction, Path
from indicators.scores.readings import Reading, Segments, value_at
from indicators.scores.result import Milestone, Missing, Point


def in_force(indicator: Indicator, as_of: date) -> tuple[Target, ...]:
    """Scored targets that hold at the knowledge date, in order of time.

    A target counts from the day it was announced until its successor holds, and only where its
    document is established (marks A and B): others print as "to be confirmed" and are not scored.
    """
    return _ordered(t for t in _known(indicator, as_of) if t.superseded is None or t.superseded > as_of)


def judged(indicator: Indicator, as_of: date) -> tuple[Target, ...]:
    """Targets that get a mark: those in force, and those that fell due before they were superseded.

    A goal that was missed and then lowered stays missed; one that was replaced before its date
    never fell due and gets no mark.
    """
    return _ordered(
        t
        for t in _known(indicator, as_of)
        if t.superseded is None or t.superseded > as_of or t.superseded > periods.end(t.period)
    )


def _known(indicator: Indicator, as_of: date) -> list[Target]:
    return [
        t
        for t in indicator.targets
        if t.role == "path" and t.source.verification.printable and (t.announced is None or t.announced <= as_of)
    ]


def _ordered(targets: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(sorted(targets, key=lambda t: (periods.end(t.period), t.id)))


@dataclass(frozen=True, slots=True)
class Segment:
    """The stretch of a series in which the latest value lies; nothing outside it is compared."""

    readings: tuple[Reading, ...]
    segments: Segments
    latest: Reading

    def value(self, period: str) -> float | None:
        """The published value of a period of this stretch."""
        return value_at(self.readings, period)

    def holds(self, period: str) -> bool:
        """True where a period lies in this stretch."""
        return self.segments.together(period, self.latest.period)


def target_value(target: Target, segment: Segment) -> float | Missing:
    """Absolute value of a target, in the series' unit.

    A relative target is computed anew from the base period's value as known now: where a revision
    moves the base, the target moves with it (METHOD 3.2).
    """
    if target.value is not None:
        return target.value
    assert target.base_period is not None and target.change_percent is not None  # the register demands both
    if not segment.holds(target.base_period):
        return Missing.DEFINITION_BREAK
    base = segment.value(target.base_period)
    return Missing.NOT_PUBLISHED if base is None else base * (1 + target.change_percent / 100)


def baseline_value(baseline: Baseline, segment: Segment) -> float | Missing:
    """Value at the baseline's period: the one its document states, else the series' own."""
    if not segment.holds(baseline.period):
        return Missing.DEFINITION_BREAK
    if baseline.value is not None:
        known = baseline.source is None or baseline.source.verification.printable
        return baseline.value if known else Missing.NOT_PUBLISHED
    value = segment.value(baseline.period)
    return Missing.NOT_PUBLISHED if value is None else value


@dataclass(frozen=True, slots=True)
class Route:
    """Baseline and targets with their values; ``path`` is None where one of them is ``missing``."""

    baseline: Point | None
    nodes: tuple[Point, ...]
    path: Path | None
    missing: Missing | None


def route(indicator: Indicator, targets: tuple[Target, ...], direction: Direction, segment: Segment) -> Route:
    """The path of an indicator through its baseline and the targets in force."""
    if indicator.baseline is None:
        return Route(None, (), None, None)
    start = baseline_value(indicator.baseline, segment)
    baseline = None if isinstance(start, Missing) else Point(indicator.baseline.period, start)
    nodes: list[Point] = [] if baseline is None else [baseline]
    missing = start if isinstance(start, Missing) else None
    for target in targets:
        value = target_value(target, segment)
        if isinstance(value, Missing):
            missing = missing or value
        else:
            nodes.append(Point(target.period, value))
    if missing is not None or len(nodes) < 2:
        return Route(baseline, tuple(nodes), None, missing)
    times = tuple(periods.time(n.period) for n in nodes)
    return Route(baseline, tuple(nodes), Path(direction, times, tuple(n.value for n in nodes)), None)


def milestone(
    target: Target, direction: Direction, segment: Segment | None, decimals: int, at: date
) -> Milestone | None:
    """The mark of one target at the reference date; None where its value cannot be computed.

    The value of the target's own period decides. Where the source passed that period over and
    went on, a target already met by then counts as met, and otherwise nothing is known: neither
    an earlier nor a later value says that it was missed at its date.
    """
    value = target.value if segment is None else target_value(target, segment)
    if value is None or isinstance(value, Missing):
        return None
    due = periods.end(target.period)
    observed = None
    if segment is not None and segment.holds(target.period):
        observed = next((r for r in reversed(segment.readings) if r.end <= due), None)
    mark = _mark(value, due, direction, segment, observed, decimals) if due <= at else "pending"
    return Milestone(target.id, target.period, value, mark, observed.point if observed else None)


def _mark(
    value: float, due: date, direction: Direction, segment: Segment | None, observed: Reading | None, decimals: int
) -> str:
    if segment is None or observed is None:
        return "no_data"
    own = observed.end == due
    if not own and segment.latest.end < due:
        return "no_data"
    if indistinguishable(observed.value, value, decimals):
        return "not_distinguishable"
    if direction.reached(observed.value, value):
        return "achieved"
    return "missed" if own else "no_data"

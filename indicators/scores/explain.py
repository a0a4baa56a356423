"""The arithmetic of one score as a tree that a person can check with a pocket calculator.

Free of language: identifiers, numbers and the signs of arithmetic. Each line follows from the lines
below it; only the last digit may differ by rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from indicators.register import period as periods
from indicators.scores.law import BY_LAWS, INSTRUMENTS
from indicators.scores.measures import due_by
from indicators.scores.result import Aggregate, IndicatorScore, LawScore, Point

DIGITS = 6
POINT_DIGITS = 4
"""Of points: two fewer than of shares, so that a share times 100 gives what is printed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what comes out (a word that a page translates), and how."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name.replace('_', ' ')} = {self.text}"


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree: what it is, its number, how it comes about, and what it rests on."""

    id: str
    kind: str  # law, pillar, indicator, by_laws
    weight: float
    score: float | None
    needed: float | None
    status: str
    reason: str | None
    arithmetic: tuple[Line, ...]
    children: tuple[Node, ...] = ()

    def json(self) -> dict[str, Any]:
        """The tree as data."""
        return {
            "id": self.id,
            "kind": self.kind,
            "weight": self.weight,
            "score": self.score,
            "needed": self.needed,
            "status": self.status,
            "reason": self.reason,
            "arithmetic": [str(line) for line in self.arithmetic],
            "children": [c.json() for c in self.children],
        }

    def lines(self, depth: int = 0) -> list[str]:
        """The tree as indented lines."""
        head = f"{self.id}  [{self.status}{f': {self.reason}' if self.reason else ''}]  weight {number(self.weight)}"
        own = [head, *(f"  {a}" for a in self.arithmetic)]
        below = [line for child in self.children for line in child.lines(depth + 1)]
        return ["  " * depth + line for line in own] + below

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Every node with its depth, from the top down."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def explain(score: LawScore) -> Node:
    """The tree of one law's score."""
    pillars = tuple(_pillar(score, p) for p in score.pillars)
    return _group(score.total, "law", pillars)


def number(value: float, digits: int = DIGITS) -> str:
    """A number as it stands in the tree: at most so many decimals, no trailing zeros."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def points(value: float) -> str:
    """Points of a score as they stand in the tree."""
    return number(value, POINT_DIGITS)


def _pillar(score: LawScore, pillar: Aggregate) -> Node:
    children = [_indicator(i) for i in score.indicators if i.pillar == pillar.id]
    if pillar.id == INSTRUMENTS:
        children.append(_by_laws(score, BY_LAWS in pillar.used))
    return _group(pillar, "pillar", tuple(children))


def _group(group: Aggregate, kind: str, children: tuple[Node, ...]) -> Node:
    used = [c for c in children if c.id in group.used]
    lines: list[Line] = []
    if group.coverage is not None:
        lines.append(Line("coverage", f"{number(group.coverage)} ({group.covered} / {group.children})"))
    if group.score is not None:
        lines.append(_mean("score", used, [c.score for c in used], group.score))
    if group.needed is not None:
        lines.append(_mean("needed", used, [c.needed for c in used], group.needed))
    if group.low is not None and group.high is not None and group.low != group.high:
        lines.append(Line("bounds", f"{points(group.low)} ... {points(group.high)}"))
    return Node(
        group.id, kind, group.weight, group.score, group.needed, group.status.value, None, tuple(lines), children
    )


def _mean(name: str, used: list[Node], values: list[float | None], result: float) -> Line:
    terms = " + ".join(f"{number(c.weight)} x {points(v or 0.0)}" for c, v in zip(used, values, strict=True))
    total = " + ".join(number(c.weight) for c in used)
    return Line(name, f"({terms}) / ({total}) = {points(result)}")


def _indicator(score: IndicatorScore) -> Node:
    lines = list(_steps(score))
    reason = score.reason.value if score.reason is not None else None
    return Node(
        score.id, "indicator", score.weight, score.score, score.needed_score, score.status.value, reason, tuple(lines)
    )


def _steps(score: IndicatorScore) -> Iterator[Line]:
    if score.value is not None and score.period is not None:
        yield Line("value", f"{number(score.value)} ({score.period})")
    if score.path:
        yield Line("path", " -> ".join(f"{number(p.value)} ({p.period})" for p in score.path))
    if score.needed_value is not None and score.period is not None:
        yield Line("needed_value", _interpolated(score, score.period, score.needed_value))
    if score.value is not None and score.attainment is not None and score.path:
        yield from _shares(score, score.value, score.attainment)
    if score.score is not None:
        how = "" if score.attainment is None else f"100 x clip({_factor(score.attainment)}, 0, 1) = "
        yield Line("score", how + points(score.score))
    if score.needed_score is not None and score.needed is not None:
        yield Line("needed", f"100 x clip({_factor(score.needed)}, 0, 1) = {points(score.needed_score)}")
    if score.ratio is not None and score.attainment is not None and score.needed is not None:
        yield Line("ratio", f"{_factor(score.attainment)} / {_factor(score.needed)} = {number(score.ratio)}")
    found = score.verdict
    if found is not None:
        given = "" if found.number is None else f", {number(found.number)}"
        stands = "" if found.fallback is None else f" (path: {found.fallback})"
        yield Line("method", f"{found.method}: {found.trend}{given}{stands}")


def _interpolated(score: IndicatorScore, period: str, needed: float) -> str:
    """The needed value on the stretch of the path in which the observation lies; flat beyond its ends."""
    here = periods.time(period)
    for start, end in pairwise(score.path):
        if score.direction != "at" and periods.time(start.period) < here < periods.time(end.period):
            low, high = number(start.value), _factor(start.value)
            t0, t, t1 = _years(start, Point(period, 0.0), end)
            return f"{low} + ({number(end.value)} - {high}) x ({t} - {t0}) / ({t1} - {t0}) = {number(needed)}"
    return number(needed)


def _years(*points: Point) -> tuple[str, ...]:
    """Times as years where all are whole years, else as decimals of a year."""
    whole = all(len(p.period) == 4 for p in points)
    return tuple(p.period if whole else number(periods.time(p.period)) for p in points)


def _shares(score: IndicatorScore, value: float, attainment: float) -> Iterator[Line]:
    """Attainment and needed share, as quotients of levels."""
    start, end = score.path[0].value, score.path[-1].value
    if start == end:
        yield Line("attainment", number(attainment))
        return
    first, last = _level(score, start), _level(score, end)
    below = f"({last} - {first})"
    yield Line("attainment", f"({_level(score, value)} - {first}) / {below} = {number(attainment)}")
    if score.needed_value is not None and score.needed is not None:
        wanted = _level(score, score.needed_value)
        yield Line("needed_share", f"({wanted} - {first}) / {below} = {number(score.needed)}")


def _level(score: IndicatorScore, value: float) -> str:
    """What the formulas run on: the value, or its distance from the best point."""
    if score.direction != "at" or score.best is None:
        return _factor(value)
    if score.parity:
        return f"max({number(value)}, 1 / {number(value)})"
    return f"abs({number(value)} - {_factor(score.best)})"


def _by_laws(score: LawScore, used: bool) -> Node:
    m = score.measures
    if m.completeness != "complete":  # what was found of a list that was not read to the end is no share of it
        found = (Line("fulfilled", str(m.fulfilled)),) if m.completeness == "partial" else ()
        return Node(BY_LAWS, "by_laws", 1.0, None, None, m.completeness, None, found)
    lines = [Line("fulfilled", f"{m.fulfilled} / {m.expected}"), Line("unknown", str(m.unknown))]
    rate = needed = None
    if used and m.rate_low is not None:
        due = due_by(m.rows, score.reference_date)
        rate, needed = 100 * m.rate_low, 100 * due / m.expected
        lines.append(Line("score", f"100 x {m.fulfilled} / {m.expected} = {points(rate)}"))
        lines.append(Line("needed", f"100 x {due} / {m.expected} = {points(needed)}"))
    elif m.rate_low is not None and m.rate_high is not None:
        lines.append(Line("bounds", f"{points(100 * m.rate_low)} ... {points(100 * m.rate_high)}"))
    return Node(BY_LAWS, "by_laws", 1.0, rate, needed, m.category or "unknown", None, tuple(lines))


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)

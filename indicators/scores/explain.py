"""The arithmetic of one score as a tree that a person can check with a pocket calculator.

Free of language: identifiers, numbers and the signs of arithmetic. Numbers bear enough digits that
each line follows from the lines below it to the digits printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indicators.scores.law import BY_LAWS, INSTRUMENTS
from indicators.scores.measures import due_by
from indicators.scores.result import Aggregate, IndicatorScore, LawScore

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree: what it is, its number, how it comes about, and what it rests on."""

    id: str
    kind: str  # law, pillar, indicator, by_laws
    weight: float
    score: float | None
    needed: float | None
    status: str
    reason: str | None
    arithmetic: tuple[str, ...]
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
            "arithmetic": list(self.arithmetic),
            "children": [c.json() for c in self.children],
        }

    def lines(self, depth: int = 0) -> list[str]:
        """The tree as indented lines."""
        head = f"{self.id}  [{self.status}{f': {self.reason}' if self.reason else ''}]  weight {number(self.weight)}"
        own = [head, *(f"  {a}" for a in self.arithmetic)]
        below = [line for child in self.children for line in child.lines(depth + 1)]
        return ["  " * depth + line for line in own] + below


def explain(score: LawScore) -> Node:
    """The tree of one law's score."""
    pillars = tuple(_pillar(score, p) for p in score.pillars)
    return _group(score.total, "law", pillars)


def number(value: float) -> str:
    """A number as it stands in the tree: at most six decimals, no trailing zeros."""
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _pillar(score: LawScore, pillar: Aggregate) -> Node:
    children = [_indicator(i) for i in score.indicators if i.pillar == pillar.id]
    if pillar.id == INSTRUMENTS:
        children.append(_by_laws(score, BY_LAWS in pillar.used))
    return _group(pillar, "pillar", tuple(children))


def _group(group: Aggregate, kind: str, children: tuple[Node, ...]) -> Node:
    used = [c for c in children if c.id in group.used]
    lines: list[str] = []
    if group.coverage is not None:
        lines.append(f"coverage = {number(group.coverage)} ({group.covered} / {group.children})")
    if group.score is not None:
        lines.append(_mean("score", used, [c.score for c in used], group.score))
    if group.needed is not None:
        lines.append(_mean("needed", used, [c.needed for c in used], group.needed))
    if group.low is not None and group.high is not None and group.low != group.high:
        lines.append(f"bounds = {number(group.low)} ... {number(group.high)}")
    return Node(
        group.id, kind, group.weight, group.score, group.needed, group.status.value, None, tuple(lines), children
    )


def _mean(name: str, used: list[Node], values: list[float | None], result: float) -> str:
    terms = " + ".join(f"{number(c.weight)} x {_factor(v or 0.0)}" for c, v in zip(used, values, strict=True))
    total = " + ".join(number(c.weight) for c in used)
    return f"{name} = ({terms}) / ({total}) = {number(result)}"


def _indicator(score: IndicatorScore) -> Node:
    lines: list[str] = []
    if score.value is not None and score.period is not None:
        lines.append(f"value {score.period} = {number(score.value)}")
    if score.path:
        lines.append("path: " + " -> ".join(f"{p.period}: {number(p.value)}" for p in score.path))
    if score.value is not None and score.attainment is not None and score.path:
        lines += _shares(score, score.value, score.attainment)
    if score.score is not None:
        shown = number(score.score)
        if score.attainment is None:
            lines.append(f"score = {shown}")
        else:
            lines.append(f"score = 100 x clip({_factor(score.attainment)}, 0, 1) = {shown}")
    if score.needed_score is not None and score.needed is not None:
        lines.append(f"needed = 100 x clip({_factor(score.needed)}, 0, 1) = {number(score.needed_score)}")
    if score.ratio is not None and score.attainment is not None and score.needed is not None:
        lines.append(f"ratio = {_factor(score.attainment)} / {_factor(score.needed)} = {number(score.ratio)}")
    reason = score.reason.value if score.reason is not None else None
    return Node(
        score.id, "indicator", score.weight, score.score, score.needed_score, score.status.value, reason, tuple(lines)
    )


def _shares(score: IndicatorScore, value: float, attainment: float) -> list[str]:
    """Attainment and needed share; best-at-a-point indicators show the result, whose levels are distances."""
    start, end = score.path[0].value, score.path[-1].value
    if score.direction == "at" or start == end:
        return [f"attainment = {number(attainment)}"]
    below = f"({number(end)} - {_factor(start)})"
    lines = [f"attainment = ({number(value)} - {_factor(start)}) / {below} = {number(attainment)}"]
    if score.needed_value is not None and score.needed is not None:
        wanted = number(score.needed_value)
        lines.append(f"needed share = ({wanted} - {_factor(start)}) / {below} = {number(score.needed)}")
    return lines


def _by_laws(score: LawScore, used: bool) -> Node:
    m = score.measures
    lines = [f"{m.fulfilled} / {m.expected}, unknown {m.unknown}, {m.completeness}"]
    points = needed = None
    if used and m.rate_low is not None:
        points, needed = 100 * m.rate_low, _needed_by_laws(score)
        lines.append(f"score = 100 x {m.fulfilled} / {m.expected} = {number(points)}")
    elif m.rate_low is not None and m.rate_high is not None:
        lines.append(f"bounds = {number(100 * m.rate_low)} ... {number(100 * m.rate_high)}")
    status = m.category or ("unknown" if m.completeness == "complete" else m.completeness)
    return Node(BY_LAWS, "by_laws", 1.0, points, needed, status, None, tuple(lines))


def _needed_by_laws(score: LawScore) -> float:
    due = due_by(score.measures.rows, score.reference_date)
    return 100 * due / score.measures.expected


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)

"""How sure the score is, the score by other choices, and the arithmetic behind it: the pages after the method."""

from __future__ import annotations

import re
from typing import Any

from indicators.scores.result import Status
from reports.findings.arguments import SCORE_DECIMALS
from reports.model import LawEdition
from reports.reckoning import Arithmetic, Step, Uncertainty
from reports.view.tables import measures_count, trend_words
from reports.view.words import Words, count, figure, printed

_NUMBER = re.compile(r"(?<!\d)-?\d+(?:\.\d+)?")  # no sign within a period such as 2023-08
_SIGNS = {" x ": " × ", " -> ": " → ", " - ": " \u2212 ", " ... ": " … "}


def cover(edition: LawEdition, w: Words) -> dict[str, Any] | None:
    """The interval beside the big score; None where nothing that was varied can move it."""
    sure = edition.uncertainty
    if sure is None or not sure.factors:
        return None
    drawn = sure.draws - sure.failed
    same = round(sure.p_status.get(edition.status, 0.0) * drawn)
    return {
        "low": sure.low,
        "high": sure.high,
        "text": _range(sure, w),
        "same": w("score.same_status", same=count(same), draws=count(drawn)),
    }


def sureness(edition: LawEdition, w: Words) -> dict[str, Any] | None:
    """The draws in words, and the table of scores by other choices."""
    sure = edition.uncertainty
    if sure is None:
        return None
    text = w(
        "sureness.text",
        draws=printed(w.number(sure.draws, 0)),
        failed=printed(w.number(sure.failed, 0)),
        seed=printed(str(sure.choices["seed"])),
        low=figure(sure.low, SCORE_DECIMALS),
        high=figure(sure.high, SCORE_DECIMALS),
    )
    shares = ", ".join(f"{w('factor.' + s.factor)} {w.percent(min(max(s.total, 0.0), 1.0))}" for s in sure.shares)
    moves = w("sureness.shares", shares=printed(shares)) if shares else w("sureness.still")
    drawn = sure.draws - sure.failed
    counts = [(status, round(share * drawn)) for status, share in sure.p_status.items()]
    statuses = ", ".join(f"{w('status.' + status)} {w.number(times, 0)}" for status, times in counts)
    told = w("sureness.statuses", statuses=printed(statuses))
    return {"text": " ".join((text, told, moves)), "rows": _otherwise(edition, sure, w)}


def _otherwise(edition: LawEdition, sure: Uncertainty, w: Words) -> list[dict[str, str]]:
    rows = [
        {
            "choice": w("otherwise." + o.choice),
            "score": w.number(o.score, SCORE_DECIMALS),
            "needed": w.number(o.needed, SCORE_DECIMALS),
            "status": o.status,
        }
        for o in sure.otherwise
    ]
    if any(score is not None for score in sure.without.values()):
        for name, score in sorted(sure.without.items(), key=lambda item: _titled(edition, item[0], w)):
            title = printed(_titled(edition, name, w))
            rows.append(
                {
                    "choice": w("otherwise.without", title=title),
                    "score": w.number(score, SCORE_DECIMALS),
                    "needed": "—",
                    "status": "",
                }
            )
    if not rows:
        return []
    registered = {
        "choice": w("otherwise.registered"),
        "score": w.number(edition.score, SCORE_DECIMALS),
        "needed": w.number(edition.needed, SCORE_DECIMALS),
        "status": edition.status,
    }
    return [registered, *rows]


def arithmetic(edition: LawEdition, w: Words) -> list[dict[str, Any]]:
    """The tree of the score, a line a step; nothing for a law that has nothing to score."""
    if not edition.children:
        return []
    return [
        {
            "depth": node.depth,
            "title": _titled(edition, node.id, w, node),
            "weight": w("arithmetic.weight", weight=printed(w.number(node.weight, _places(node.weight)))),
            "status": "" if node.kind == "by_laws" else _status(node, edition),
            "steps": _steps(edition, node, w),
        }
        for node in edition.arithmetic
        if node.status != Status.NO_TARGET or node.kind == "pillar"
    ]


def _steps(edition: LawEdition, node: Arithmetic, w: Words) -> list[list[str]]:
    if node.kind == "by_laws" and edition.measures_completeness != "complete":
        return [[w("step.fulfilled"), measures_count(edition, w)]]
    return [[w("step." + step.label), f"= {_text(edition, node, step, w)}"] for step in node.steps]


def _status(node: Arithmetic, edition: LawEdition) -> str:
    """The status as the first page has it: a pillar with nothing in its denominator is not scored."""
    empty = any(p.id == node.id and p.score is None and not p.children for p in edition.pillars)
    return "not_scored" if node.kind == "pillar" and empty else node.status


def _titled(edition: LawEdition, name: str, w: Words, node: Arithmetic | None = None) -> str:
    """A node's title: the law's, a pillar's, an indicator's with its number, or the list of by-laws."""
    if node is not None and node.kind == "law":
        return edition.short_title.get(w.lang)
    if node is not None and node.kind == "pillar":
        return next(f"{p.number} {p.title.get(w.lang)}" for p in edition.pillars if p.id == name)
    row = next((row for row in edition.indicators if row.id == name), None)
    return w("score.by_laws") if row is None else f"{row.number} {row.title.get(w.lang)}"


def _text(edition: LawEdition, node: Arithmetic, step: Step, w: Words) -> str:
    """Signs and numbers of a step in the language of the page; the name of a method in words."""
    if step.label == "method":
        return trend_words(next(row for row in edition.indicators if row.id == node.id), w)
    text = step.text
    for sign, shown in _SIGNS.items():
        text = text.replace(sign, shown)
    if w.lang != "en":
        text = text.replace(", ", "; ")  # a comma is their decimal sign
    return _NUMBER.sub(lambda found: _number(found.group(), w), text)


def _number(text: str, w: Words) -> str:
    """A number with all its digits, ungrouped: years are numbers here too."""
    shown = text.replace("-", "\u2212")
    return shown if w.lang == "en" else shown.replace(".", ",")


def _places(value: float) -> int:
    return next((n for n in range(5) if abs(round(value, n) - value) < 1e-9), 4)


def _range(sure: Uncertainty, w: Words) -> str:
    return f"{w.number(sure.low, SCORE_DECIMALS)}–{w.number(sure.high, SCORE_DECIMALS)}"

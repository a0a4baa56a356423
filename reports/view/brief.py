"""The view of a hearing brief: what a deputy needs on one page, and the order in which it gives way.

The page says the headline finding, then facts, questions and limits, each list with the most
important first. Where a page is too small for all of them, ``plans`` tells the template what to
leave out: first the type goes down to 10 pt, then what people say of the law goes, so that no fact
makes way for it, then the last facts and questions, as few as will do, then the last limits. A
sentence is never shortened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indicators.scores.result import Status
from reports.model import Finding, IndicatorRow, LawEdition
from reports.questions import Question, hearing_questions
from reports.view.chart import HALF, Gallery
from reports.view.law import meta, quote, replaces, verify
from reports.view.lines import leading_chart
from reports.view.statements import for_brief
from reports.view.words import Words, at, count, printed

MOST_FACTS = 4
MOST_QUESTIONS = 3
MOST_LIMITS = 3
MOST_TITLES = 3

SIZES = (11.5, 10.8, 10.0)
"""Sizes of the text in points, from a page with room to a full one; it is never smaller."""

CHART_HEIGHT = 150.0

SUPPORTING = ("regions", "recent_change", "cross_check", "pace", "revision", "target_document")
"""Kinds of supporting findings that make up the number of facts where few are worth quoting."""

UNKNOWN = ("no_data", "check", "quarantined", "unconfirmed_target")
"""Kinds of findings that say what is not known."""
UNREAD = ("finding.by_laws.not_read", "finding.by_laws.not_found", "finding.by_laws.unconfirmed")
"""Findings that say what is not known of the by-laws."""


def brief_view(edition: LawEdition, lang: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What ``brief.typ`` sets, and its chart as SVG."""
    w = Words(lang)
    gallery = Gallery()
    chart = leading_chart(edition, w, HALF, CHART_HEIGHT)
    if chart is not None:
        gallery.add("lead", chart)
    facts = facts_to_quote(edition)
    questions = hearing_questions(edition)[:MOST_QUESTIONS]
    told = {fact.id for fact in facts} | {name for question in questions for name in question.findings}
    limits = list(_limits(edition, facts, told, w))[:MOST_LIMITS]
    headline = edition.findings[0]
    said = for_brief(edition, w)
    view = {
        "t": w.labels(),
        "lang": lang,
        "id": edition.id,
        "document": w("document.brief"),
        "title": edition.title.get(lang),
        "short_title": edition.short_title.get(lang),
        "meta": meta(edition, w),
        "replaces": replaces(edition, w),
        "status": edition.status,
        "say": _cited(headline, edition, w),
        "verdict": "" if edition.score is None else _stopped(w.message(edition.verdict)),
        "facts": [_cited(fact, edition, w) for fact in facts],
        "sources": _owners(edition, w),
        "questions": [_question(question, w) for question in questions],
        "limits": limits,
        "statements": said,
        "charts": gallery.words,
        "plans": plans(len(facts), len(questions), len(limits), len(said)),
        "verify": verify(edition, w),
    }
    return view, gallery.svg


def plans(facts: int, questions: int, limits: int, statements: int = 0) -> list[dict[str, float]]:
    """Settings of the page in the order in which they are tried; the first that fits is taken."""
    least = (min(facts, 1), min(questions, 1))
    kept = [(f, q) for f in range(least[0], facts + 1) for q in range(least[1], questions + 1)]
    kept.sort(key=lambda both: (-sum(both), abs(both[0] - both[1]), -both[1]))  # of equal numbers, the even ones
    tried = [(size, facts, questions, limits, said) for said in range(statements, -1, -1) for size in SIZES]
    tried += [(SIZES[-1], *both, limits, 0) for both in kept[1:]]
    tried += [(SIZES[-1], *least, fewer, 0) for fewer in range(limits - 1, 0, -1)]
    return [dict(zip(("size", "facts", "questions", "limits", "statements"), plan, strict=True)) for plan in tried]


def facts_to_quote(edition: LawEdition) -> tuple[Finding, ...]:
    """At most four findings beside the headline, by importance.

    What says that something is not known is a limit and no fact, and a figure that the checks doubt
    is not put forward. Supporting findings fill the number only where they speak of the present
    and say something: a change that is not clear is none.
    """
    doubted = {finding.indicator for finding in edition.findings if finding.kind == "check"}
    silent = {row.id for row in edition.indicators if row.status == Status.NO_DATA}
    able = [
        f
        for f in edition.findings[1:]
        if f.kind not in UNKNOWN and f.sentence.key not in UNREAD and f.indicator not in doubted - {None}
    ]
    worth = [f for f in able if f.importance <= 2]
    support = [
        f
        for f in able
        if f.importance > 2
        and f.kind in SUPPORTING
        and f.figure is not None
        and f.indicator not in silent
        and f.sentence.key != "finding.change.unclear"
    ]
    return tuple([*worth, *support][:MOST_FACTS])


def _stopped(heading: str) -> str:
    """A heading as a sentence; an abbreviation at its end keeps its one full stop."""
    return heading if heading.endswith(".") else f"{heading}."


def _cited(finding: Finding, edition: LawEdition, w: Words) -> dict[str, Any]:
    return {**quote(finding, edition, w), "sources": list(finding.sources)}


def _question(question: Question, w: Words) -> dict[str, str]:
    asked = "; ".join(body.get(w.lang) for body in question.ask)
    return {
        "ids": ", ".join(question.findings),
        "sentence": w.message(question.sentence),
        "ask": asked or w("brief.ask.law"),
    }


def _owners(edition: LawEdition, w: Words) -> list[dict[str, str]]:
    """Who published each series; the page names those of what stands on it."""
    return [{"id": row.id, "owner": row.owner.get(w.lang)} for row in edition.sources]


def _limits(edition: LawEdition, facts: tuple[Finding, ...], told: set[str], w: Words) -> Iterator[str]:
    """What nobody may conclude from the page, the most important first; not again what a question tells."""
    yield w.message(edition.notes[0])
    yield from _of_kinds(edition, ("caveat", "check"), told, w)
    missing = [row for row in edition.indicators if row.status == Status.NO_DATA]
    if missing:
        titles = "; ".join(row.title.get(w.lang) for row in missing[:MOST_TITLES])
        key = "brief.no_figures" if len(missing) <= MOST_TITLES else "brief.no_figures.among"
        yield w(key, count=count(len(missing)), titles=printed(titles))
    rows = {row.id: row for row in edition.indicators}
    flagged = {fact.indicator: rows[fact.indicator] for fact in facts if fact.indicator in rows}
    for row in flagged.values():
        yield from _flag(row, w)
    yield from _of_kinds(edition, ("cross_check", "stale", "quarantined"), told, w)
    for finding in edition.findings:
        if finding.id not in told and finding.sentence.key in UNREAD:
            yield w.message(finding.sentence)


def _of_kinds(edition: LawEdition, kinds: tuple[str, ...], told: set[str], w: Words) -> Iterator[str]:
    for finding in edition.findings:
        if finding.kind in kinds and finding.id not in told:
            yield w.message(finding.sentence)


def _flag(row: IndicatorRow, w: Words) -> Iterator[str]:
    key = {"p": "brief.provisional", "e": "brief.estimate"}.get(row.flag)
    if key is not None and row.period is not None:
        yield w(key, title=printed(row.title.get(w.lang)), period=at(row.period))

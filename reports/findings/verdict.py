"""The sentence at the head of a scorecard, the one or two below it, and the notes at its end."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.register.model import Verification
from indicators.scores.result import LawScore, Status
from reports import language
from reports.findings.arguments import amount, difference, goal, points, score, scored, side, subject
from reports.findings.draft import HEADLINE, draft, say
from reports.findings.standing import pace_message
from reports.model import CountArg, DateArg, Finding, IndicatorRow, LawEdition, Message, PeriodArg, TextArg

_PLAIN = 0.1
"""A gap of this size or more is headed with one decimal."""


def law_verdict(result: LawScore, rows: tuple[IndicatorRow, ...]) -> tuple[Message, tuple[Message, ...]]:
    """The verdict, as a newspaper would head it, and one or two sentences of detail."""
    with_score = [row for row in rows if scored(row)]
    facts = [row for row in rows if not any(t.scored for t in row.targets)]
    goals = len(rows) - len(facts)
    total = result.total
    if total.status == Status.NO_TARGET:
        return say("verdict.no_target"), (_only_facts(facts),) if facts else ()
    if total.score is None or total.needed is None:
        return say("verdict.insufficient"), tuple(_bounds(result))
    if len(with_score) == 1 and total.covered == 1:
        row = with_score[0]
        speed = pace_message("detail.pace", row, with_paces=False)
        return _single(row), tuple(m for m in (_level(row), speed) if m is not None)
    detail = [say("detail.coverage", covered=CountArg(value=len(with_score)), count=CountArg(value=goals))]
    if facts:
        detail.append(say("detail.facts", count=CountArg(value=len(facts))))
    return _total(result), tuple(detail)


def headline(edition: LawEdition) -> Finding:
    """The finding that says the verdict in full, with the law's name."""
    law = TextArg(value=edition.short_title)
    sources = tuple(dict.fromkeys(row.source for row in edition.indicators if scored(row)))
    goals = [row for row in edition.indicators if any(t.scored for t in row.targets)]
    if edition.score is not None and edition.needed is not None:
        sentence = say(
            "finding.score",
            law=law,
            at=DateArg(value=edition.reference_date),
            score=score(edition.score),
            needed=score(edition.needed),
        )
        return draft("score", HEADLINE, sentence, say("figure.score", score=score(edition.score)), sources=sources)
    if edition.status == Status.NO_TARGET:
        named = any(row.targets for row in edition.indicators)
        key = "finding.no_target.unscorable" if named else "finding.no_target"
        return draft("score", HEADLINE, say(key, law=law))
    covered = sum(scored(row) for row in goals)
    count = CountArg(value=len(goals))
    if covered == 0:
        return draft("score", HEADLINE, say("finding.insufficient.none", law=law, count=count))
    part = CountArg(value=covered)
    sentence = say("finding.insufficient", law=law, covered=part, count=count)
    return draft("score", HEADLINE, sentence, say("figure.fraction", part=part, whole=count), sources=sources)


def law_notes(edition: LawEdition) -> tuple[Message, ...]:
    """What a reader must know before using the figures, a sentence each."""
    return tuple(_notes(edition))


def _notes(edition: LawEdition) -> Iterator[Message]:
    yield say("note.facts" if edition.status == Status.NO_TARGET else "note.cause")
    yield say("note.known", as_of=DateArg(value=edition.as_of))
    stale = sum(row.stale for row in edition.indicators)
    if stale:
        yield say("note.stale", count=CountArg(value=stale))
    for row in edition.indicators:
        shown = {p.period for p in row.history}
        for period, reason in row.breaks:
            if period in shown and period != min(shown):
                yield say(
                    "note.breaks", title=subject(row), period=PeriodArg(value=period), reason=TextArg(value=reason)
                )
    if not Verification(edition.identity_verification).printable:
        yield say("note.identity")
    if not Verification(edition.in_force_verification).printable:
        yield say("note.in_force")
    if edition.enacted_by != edition.parliament:
        yield say(
            "note.parliament",
            enacted=TextArg(value=edition.enacted_by),
            parliament=TextArg(value=edition.parliament),
        )


def _single(row: IndicatorRow) -> Message:
    """The verdict of a law with one scored indicator, in the indicator's own unit."""
    if row.status in (Status.ACHIEVED, Status.MISSED):
        return say(f"verdict.indicator.{row.status}", title=subject(row))
    where = side(row)
    if where == "on" or row.value is None or row.needed_value is None:
        return say("verdict.indicator.on", title=subject(row))
    gap = difference(row, row.value, row.needed_value)
    if gap.value >= _PLAIN:  # a headline says 0.2, not 0.19
        gap = gap.model_copy(update={"decimals": min(gap.decimals, 1)})
    return say(f"verdict.indicator.{where}", title=subject(row), gap=gap)


def _total(result: LawScore) -> Message:
    total = result.total
    if total.status in (Status.ACHIEVED, Status.NOT_STARTED):
        return say(f"verdict.{total.status}")
    if total.score is None or total.needed is None:
        raise ValueError(f"law {result.law} has no score to head")
    gap = language.rounded(total.score, 1) - language.rounded(total.needed, 1)
    if not gap:
        return say("verdict.points.on")
    return say("verdict.points.ahead" if gap > 0 else "verdict.points.behind", gap=points(float(abs(gap))))


def _level(row: IndicatorRow) -> Message | None:
    if row.value is None or row.period is None or row.target is None or row.target_period is None:
        return None
    if row.needed_value is None or row.status in (Status.ACHIEVED, Status.MISSED):
        return None
    return say(
        "detail.level",
        value=amount(row, row.value),
        period=PeriodArg(value=row.period),
        target=goal(row, row.target),
        target_period=PeriodArg(value=row.target_period),
        needed=amount(row, row.needed_value),
    )


def _only_facts(facts: list[IndicatorRow]) -> Message:
    return say("detail.only_facts", count=CountArg(value=len(facts)))


def _bounds(result: LawScore) -> Iterator[Message]:
    low, high = result.total.low, result.total.high
    if low is not None and high is not None:
        yield say("detail.bounds", low=score(low), high=score(high))

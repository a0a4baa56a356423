"""The sentence at the head of a scorecard, the one or two below it, and the notes at its end."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.register.model import Text, Verification
from indicators.scores.result import LawScore, Status
from reports import language
from reports.findings.arguments import amount, difference, goal, points, score, scored, side, subject, unmeasured
from reports.findings.draft import HEADLINE, draft, say
from reports.findings.standing import pace_message
from reports.model import (
    LANGUAGES,
    Argument,
    CountArg,
    DateArg,
    Finding,
    IndicatorRow,
    LawEdition,
    Message,
    PeriodArg,
    TextArg,
)

_PLAIN = 0.1
"""A gap of this size or more is headed with one decimal."""


def law_verdict(result: LawScore, rows: tuple[IndicatorRow, ...]) -> tuple[Message, tuple[Message, ...]]:
    """The verdict, as a newspaper would head it, and one or two sentences of detail."""
    with_score = [row for row in rows if scored(row)]
    facts = [row for row in rows if not has_goal(row)]
    total = result.total
    if total.status == Status.NO_TARGET:
        shown, named = CountArg(value=len(facts)), ".unscorable" if any(row.targets for row in rows) else ""
        return say(f"verdict.no_target{named}"), (say(f"detail.only_facts{named}", count=shown),) if facts else ()
    if total.score is None or total.needed is None:
        return _insufficient(result, rows), tuple(_lacking(result, rows))
    if len(with_score) == 1 and total.covered == 1:
        row = with_score[0]
        speed = pace_message("detail.pace", row, with_paces=False)
        caveat = None if row.caveat is None else say("detail.caveat", reason=TextArg(value=row.caveat))
        return _single(row), tuple(m for m in (_level(row), caveat, speed) if m is not None)
    detail = []
    if with_score:
        goals = CountArg(value=len(rows) - len(facts))
        detail.append(say("detail.coverage", covered=CountArg(value=len(with_score)), count=goals))
    if facts:
        detail.append(say("detail.facts", count=CountArg(value=len(facts))))
    return _total(result), tuple(detail)


def has_goal(row: IndicatorRow) -> bool:
    """True where the indicator has a target that is scored."""
    return any(target.scored for target in row.targets)


def headline(edition: LawEdition) -> Finding:
    """The finding that says the verdict in full, with the law's name."""
    law = TextArg(value=edition.short_title)
    sources = tuple(dict.fromkeys(row.source for row in edition.indicators if scored(row)))
    if edition.score is not None and edition.needed is not None:
        args: dict[str, Argument] = {
            "law": law,
            "score": score(edition.score),
        }
        if edition.status == Status.NOT_STARTED:
            sentence = say("finding.score.not_started", at=DateArg(value=edition.reference_date), **args)
        else:
            args["needed"] = score(edition.needed)
            sentence = _scored_by(edition, args)
        return draft("score", HEADLINE, sentence, say("figure.score", score=score(edition.score)), sources=sources)
    goals = CountArg(value=sum(has_goal(row) for row in edition.indicators))
    if edition.status == Status.NO_TARGET:
        named = any(row.targets for row in edition.indicators)
        sentence = say("finding.no_target.unscorable" if named else "finding.no_target", law=law)
        return draft("score", HEADLINE, sentence, say("figure.no_target"))
    if goals.value == 0:
        whole, unknown = CountArg(value=edition.measures_expected), CountArg(value=edition.measures_unknown)
        sentence = say("finding.insufficient.by_laws", law=law, count=whole, unknown=unknown)
        return draft("score", HEADLINE, sentence, say("figure.no_score"))
    covered = CountArg(value=sum(scored(row) for row in edition.indicators))
    figure = say("figure.fraction", part=covered, whole=goals)
    if covered.value == 0:
        sentence = say("finding.insufficient.none", law=law, count=goals)
    else:
        sentence = say("finding.insufficient", law=law, covered=covered, count=goals)
    return draft("score", HEADLINE, sentence, figure, sources=sources)


def _scored_by(edition: LawEdition, args: dict[str, Argument]) -> Message:
    """The score with what it rests on: indicators of one period are counted and dated in the sentence."""
    resting = [row for row in edition.indicators if scored(row)]
    spoken = {row.period for row in resting if row.period is not None}
    by_laws = any(pillar.id == "instruments" and pillar.score is not None for pillar in edition.pillars)
    if by_laws or len(spoken) != 1:
        return say("finding.score", at=DateArg(value=edition.reference_date), **args)
    period, count = PeriodArg(value=spoken.pop()), CountArg(value=len(resting))
    return say("finding.score.dated", period=period, count=count, **args)


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
    title = subject(row)
    if row.status in (Status.ACHIEVED, Status.MISSED):
        return say(f"verdict.indicator.{row.status}", title=title)
    if row.value is None or row.period is None or row.needed_value is None:
        raise ValueError(f"indicator {row.id} has a score and no value")
    if row.target is None or row.target_period is None:
        raise ValueError(f"indicator {row.id} has a score and no place on a path")
    when = PeriodArg(value=row.period)
    if row.status == Status.NOT_STARTED:
        target, period = goal(row, row.target), PeriodArg(value=row.target_period)
        return say("verdict.indicator.not_started", title=title, target=target, target_period=period)
    where = side(row)
    if where == "on":
        return say("verdict.indicator.on", title=title, period=when)
    gap = difference(row, row.value, row.needed_value)
    if gap.value >= _PLAIN:  # a headline says 0.2, not 0.19
        gap = gap.model_copy(update={"decimals": min(gap.decimals, 1)})
    return say(f"verdict.indicator.{where}", title=title, gap=gap, period=when)


def _insufficient(result: LawScore, rows: tuple[IndicatorRow, ...]) -> Message:
    """Why there is no score: the by-laws are not established, or figures are lacking."""
    goals = sum(has_goal(row) for row in rows)
    by_laws = result.measures
    if goals == 0 and by_laws.unknown:
        found, unknown = CountArg(value=by_laws.fulfilled), CountArg(value=by_laws.unknown)
        whole = CountArg(value=by_laws.expected)
        return say("verdict.insufficient.by_laws", found=found, unknown=unknown, count=whole)
    covered, count = CountArg(value=sum(scored(row) for row in rows)), CountArg(value=goals)
    if covered.value == 0:
        return say("verdict.insufficient.none", count=count)
    return say("verdict.insufficient", covered=covered, count=count)


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
    args: dict[str, Argument] = {
        "value": amount(row, row.value),
        "period": PeriodArg(value=row.period),
    }
    if row.status == Status.NOT_STARTED:
        return Message(key="detail.start", args=args)
    args["target"] = goal(row, row.target)
    args["target_period"] = PeriodArg(value=row.target_period)
    args["needed"] = amount(row, row.needed_value)
    return Message(key="detail.level", args=args)


def _lacking(result: LawScore, rows: tuple[IndicatorRow, ...]) -> Iterator[Message]:
    """What is missing, the bounds where they tell more than "between 0 and 100", and the facts shown."""
    missing = [row for row in rows if has_goal(row) and not scored(row)]
    unseen = [row for row in missing if unmeasured(row)]
    coarse = [row for row in missing if row.status == Status.NOT_DISTINGUISHABLE]
    rest = [row for row in missing if row not in unseen and row not in coarse]
    for key, group in (("no_series", unseen), ("coarse", coarse), ("no_figure", rest)):
        if group:
            yield say(f"detail.missing.{key}", titles=_titles(group))
    low, high = result.total.low, result.total.high
    if low is not None and high is not None and (low, high) != (0, 100):
        yield say("detail.bounds", low=score(low), high=score(high))
    facts = sum(not has_goal(row) for row in rows)
    if facts:
        yield say("detail.facts", count=CountArg(value=facts))


def _titles(rows: list[IndicatorRow]) -> TextArg:
    """Titles in a row; they hold commas of their own, so semicolons stand between them."""
    joined = {lang: "; ".join(row.title.get(lang) for row in rows) for lang in LANGUAGES}
    return TextArg(value=Text(**joined))

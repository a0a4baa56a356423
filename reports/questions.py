"""Questions for a hearing, by rule from an edition: when, who, how much, where.

Pure: the same edition gives the same questions in the same order. A question rests on findings of
the edition, takes its figures from them and names them by id; it adds no adjective and draws no
conclusion. What its rule asks for, and the order of the rules, stand in :data:`ORDER`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.register.model import Completeness, Text, Verification
from indicators.scores.result import Missing
from reports.findings.arguments import pace
from reports.model import (
    LANGUAGES,
    Argument,
    CountArg,
    Finding,
    IndicatorRow,
    LawEdition,
    MeasureRow,
    Message,
    NumberArg,
    TextArg,
    WordArg,
)

ORDER = (
    "overdue",  # a by-law is past its deadline
    "reversing",  # the recent pace points away from the target
    "milestone",  # a target whose date has passed was not reached
    "target_lowered",  # a target was lowered, or relaxed where less is better
    "slow",  # the recent pace is below the one that the target needs
    "pace",  # the target needs a pace, and no recent one is known
    "by_laws_not_found",  # a by-law called for was not found in the sources read
    "by_laws_open",  # a by-law called for is not adopted
    "no_target",  # the law has no target by which it can be scored
    "no_series",  # nothing measures an indicator
    "no_newer",  # the series ended, is late or its last figure is too old
    "no_figure",  # an indicator has no figure that can be used
    "conflict",  # two sources disagree
    "regions",  # regions lie far apart
    "doubted",  # the latest figure departs from its past more than ever before
    "precision",  # the published precision cannot tell the figure from its path
    "target_unconfirmed",  # a target is named but not confirmed
    "by_laws_unconfirmed",  # a by-law is named but not confirmed
    "by_laws_not_read",  # the law's delegations have not been read
)
"""Kinds of questions, the most important first."""

FILLERS = ("target_unconfirmed", "by_laws_unconfirmed", "by_laws_not_read")
"""Kinds that ask about what was not read: they come after every other question."""

MANY_TIMES = 2.0
"""A regional gap is large where the highest value is this many times the lowest."""
MANY_POINTS = 20.0
"""... or, for percentages, where it is of this many percentage points."""

MOST_TITLES = 3
"""Indicators that one question names; the count says how many there are."""
MOST_BODIES = 2
"""Bodies of by-laws that one question is put to; with more, it goes to the body responsible for the law."""

_OURS = {Missing.SOURCE_DOWN, Missing.NOT_DUE, Missing.NOT_APPLICABLE, Missing.NOT_COLLECTED}
"""Reasons for a missing figure that nobody at a hearing can answer for."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the ids of the findings it rests on.

    ``ask`` names whom to ask, each established with mark A or B; empty where no such body is
    known, which reads "the body responsible for the law".
    """

    kind: str
    sentence: Message
    findings: tuple[str, ...]
    ask: tuple[Text, ...]
    indicator: str | None = None


Rule = Callable[[LawEdition], Iterator[Question]]


def hearing_questions(edition: LawEdition) -> tuple[Question, ...]:
    """Every question that the edition raises, the most important first.

    A question that repeats the kind or the indicator of one before it comes after those that do
    not, so that the first three speak of three things.
    """
    raised = sorted((q for rule in _RULES for q in rule(edition)), key=lambda q: ORDER.index(q.kind))
    kinds: set[str] = set()
    indicators: set[str | None] = set()
    places = []
    for question in raised:
        known = question.kind in kinds or (question.indicator is not None and question.indicator in indicators)
        places.append((question.kind in FILLERS, known))
        kinds.add(question.kind)
        indicators.add(question.indicator)
    by_place = sorted(range(len(raised)), key=lambda n: places[n])
    return tuple(raised[n] for n in by_place)


def _question(
    edition: LawEdition, kind: str, key: str, findings: Sequence[Finding], args: Mapping[str, Argument]
) -> Question:
    """A question to the body responsible for the law."""
    first = findings[0]
    ids = tuple(finding.id for finding in findings)
    return Question(kind, Message(key=key, args=dict(args)), ids, edition.responsible, first.indicator)


_PACE = ("title", "target", "target_period", "needed_pace")
_TARGET = ("title", "period", "old", "new")
_FROM_A_FINDING: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "finding.pace.turn": ("reversing", "question.pace", (*_PACE, "recent_pace")),
    "finding.pace.faster": ("slow", "question.pace", (*_PACE, "recent_pace")),
    "finding.path.missed": ("milestone", "question.milestone", ("title", "target", "target_period", "value", "period")),
    "finding.target.lowered": ("target_lowered", "question.target_lowered", _TARGET),
    "finding.target.relaxed": ("target_lowered", "question.target_lowered", _TARGET),
    "finding.target.unconfirmed": ("target_unconfirmed", "question.target_unconfirmed", ("title", "period")),
    "finding.no_target": ("no_target", "question.no_target", ()),
    "finding.no_target.unscorable": ("no_target", "question.no_target", ()),
    "finding.cross_check.differs": ("conflict", "question.conflict", ("title", "period", "own", "other")),
    "finding.check.jump": ("doubted", "question.doubted", ("title", "period", "value")),
    "finding.path.not_distinguishable": ("precision", "question.precision", ("title", "count")),
    "finding.path.not_distinguishable.needed": ("precision", "question.precision", ("title", "count")),
    "finding.by_laws.unconfirmed": ("by_laws_unconfirmed", "question.by_laws.unconfirmed", ("count",)),
    "finding.by_laws.not_read": ("by_laws_not_read", "question.by_laws.not_read", ()),
    "finding.by_laws.partial_none": ("by_laws_not_read", "question.by_laws.not_read", ()),
}
"""Key of a finding: kind and key of its question, and the arguments that pass from one to the other."""

_OF_THE_LATEST = ("reversing", "slow", "milestone", "pace", "precision")
"""Kinds that rest on the latest figure: not asked where the checks doubt it."""


def _of_findings(edition: LawEdition) -> Iterator[Question]:
    doubted = {finding.indicator for finding in edition.findings if finding.kind == "check"}
    for finding in edition.findings:
        found = _FROM_A_FINDING.get(finding.sentence.key)
        if found is None or (found[0] in _OF_THE_LATEST and finding.indicator in doubted):
            continue
        kind, key, names = found
        yield _question(edition, kind, key, [finding], {name: finding.sentence.args[name] for name in names})


def _missed_milestone(edition: LawEdition) -> Iterator[Question]:
    """A milestone on the way that is not reached to this day."""
    rows = {row.id: row for row in edition.indicators}
    for finding in _said(edition, "finding.milestone.missed"):
        given = finding.sentence.args
        target = given["target"]
        if isinstance(target, NumberArg) and _reached(rows[finding.indicator or ""], target.value):
            continue
        args = {name: given[name] for name in ("title", "target", "target_period")}
        args |= {"value": given["observed"], "period": given["observed_period"]}
        yield _question(edition, "milestone", "question.milestone", [finding], args)


def _reached(row: IndicatorRow, target: float) -> bool:
    if row.value is None:
        return False
    return row.value <= target if row.direction == "down" else row.value >= target


def _needed_pace(edition: LawEdition) -> Iterator[Question]:
    """A pace is needed and none was seen: the recent one is zero, or not known."""
    rows = {row.id: row for row in edition.indicators}
    doubted = {finding.indicator for finding in edition.findings if finding.kind == "check"}
    for finding in _said(edition, "finding.pace.needed"):
        row = rows[finding.indicator or ""]
        if row.id in doubted:
            continue
        args = {name: finding.sentence.args[name] for name in _PACE}
        if row.recent_pace is None or row.needed_pace is None:
            yield _question(edition, "pace", "question.pace.needed", [finding], args)
        else:
            args["recent_pace"] = pace(row, row.recent_pace, row.needed_pace)
            yield _question(edition, "slow", "question.pace", [finding], args)


def _by_laws(edition: LawEdition) -> Iterator[Question]:
    overdue = [m for m in edition.measures if m.counted and m.clock == "overdue"]
    for finding in _said(edition, "finding.by_laws.overdue"):
        args = {name: finding.sentence.args[name] for name in ("count", "at")}
        question = _question(edition, "overdue", "question.overdue", [finding], args)
        yield _put_to(question, overdue)
    missing = [m for m in edition.measures if m.counted and m.state == "unknown"]
    for finding in _said(edition, "finding.by_laws.bounds", "finding.by_laws.not_found"):
        args = {"count": CountArg(value=edition.measures_unknown)}
        question = _question(edition, "by_laws_not_found", "question.by_laws.not_found", [finding], args)
        yield _put_to(question, missing)
    rest = edition.measures_expected - edition.measures_fulfilled - edition.measures_unknown
    if edition.measures_completeness != Completeness.COMPLETE or rest <= 0 or overdue:
        return
    waiting = [m for m in edition.measures if m.counted and not m.fulfilled and m.state != "unknown"]
    rates = ("rate", "fraction", "none", "bounds")
    for finding in _said(edition, *(f"finding.by_laws.{rate}" for rate in rates)):
        args = {
            "count": CountArg(value=edition.measures_expected),
            "fulfilled": CountArg(value=edition.measures_fulfilled),
            "rest": CountArg(value=rest),
        }
        question = _question(edition, "by_laws_open", "question.by_laws.open", [finding], args)
        yield _put_to(question, waiting)


def _put_to(question: Question, measures: Iterable[MeasureRow]) -> Question:
    """The question, put to the bodies of its by-laws where they are established and few."""
    bodies = {m.responsible.ru: m.responsible for m in measures if Verification(m.verification).printable}
    if not 0 < len(bodies) <= MOST_BODIES:
        return question
    return Question(question.kind, question.sentence, question.findings, tuple(bodies.values()), question.indicator)


def _no_series(edition: LawEdition) -> Iterator[Question]:
    """One question for all indicators that nothing measures: it would be the same for each."""
    unmeasured = list(_said(edition, "finding.no_series"))
    if not unmeasured:
        return
    titles = [t.value for f in unmeasured if isinstance(t := f.sentence.args["title"], TextArg)]
    named = {lang: "; ".join(title.get(lang) for title in titles[:MOST_TITLES]) for lang in LANGUAGES}
    key = "question.no_series" if len(titles) <= MOST_TITLES else "question.no_series.among"
    args: dict[str, Argument] = {"count": CountArg(value=len(titles)), "titles": TextArg(value=Text(**named))}
    question = _question(edition, "no_series", key, unmeasured, args)
    yield Question(question.kind, question.sentence, question.findings, question.ask)


def _no_figure(edition: LawEdition) -> Iterator[Question]:
    """One question an indicator whose series gives nothing for the present."""
    asked: set[str | None] = set()
    late = ("finding.ended", "finding.ended.reason", "finding.stale")
    for finding in _said(edition, *late, "finding.no_data.last", "finding.no_data"):
        reason = _reason(finding)
        if finding.indicator in asked or reason in _OURS:
            continue
        asked.add(finding.indicator)
        given = finding.sentence.args
        if "period" in given and reason != Missing.DEFINITION_BREAK:
            args = {name: given[name] for name in ("title", "period")}
            yield _question(edition, "no_newer", "question.no_newer", [finding], args)
        else:
            yield _question(edition, "no_figure", "question.no_figure", [finding], {"title": given["title"]})


def _reason(finding: Finding) -> Missing | None:
    word = finding.sentence.args.get("reason")
    return Missing(word.key.removeprefix("word.reason.")) if isinstance(word, WordArg) else None


def _regions(edition: LawEdition) -> Iterator[Question]:
    for finding in _said(edition, "finding.regions"):
        given = finding.sentence.args
        low, high = given["low"], given["high"]
        if isinstance(low, NumberArg) and isinstance(high, NumberArg) and far_apart(low, high):
            names = ("title", "period", "low", "low_region", "high", "high_region")
            yield _question(edition, "regions", "question.regions", [finding], {name: given[name] for name in names})


def far_apart(low: NumberArg, high: NumberArg) -> bool:
    """True where regions differ by :data:`MANY_TIMES` or, for percentages, by :data:`MANY_POINTS`."""
    if low.unit == "percent" and high.value - low.value >= MANY_POINTS:
        return True
    return high.value > 0 and high.value >= MANY_TIMES * low.value


def _said(edition: LawEdition, *keys: str) -> Iterator[Finding]:
    return (finding for finding in edition.findings if finding.sentence.key in keys)


_RULES: tuple[Rule, ...] = (_of_findings, _missed_milestone, _needed_pace, _by_laws, _no_series, _no_figure, _regions)

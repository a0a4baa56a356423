"""The overview of a committee's laws: a row a law, the widest gap first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date as Day

from indicators.register.load import Register
from indicators.register.model import Completeness, Text
from indicators.scores.result import Status
from reports.edition import edition_id
from reports.findings.arguments import SCORE_DECIMALS, amount, points, score, subject
from reports.findings.draft import HEADLINE, QUOTE, draft, say
from reports.language import rounded
from reports.model import (
    CountArg,
    DateArg,
    Finding,
    LawEdition,
    Message,
    OverviewEdition,
    OverviewRow,
    PeriodArg,
    TextArg,
    sha256,
)

LARGEST_MOVES = 3


def build_overview(editions: Sequence[LawEdition], register: Register, committee: str | None = None) -> OverviewEdition:
    """The overview of ``editions``; ``committee`` is an id of the profile, None for every law under watch.

    Raises ValueError where there is no edition, or where they are not of one reference date, one
    knowledge date, one method and this register, and LookupError for an unknown committee.
    """
    if not editions:
        raise ValueError("an overview needs the edition of one law at least: name the laws")
    at, as_of, method = editions[0].reference_date, editions[0].as_of, editions[0].method
    for edition in editions:
        stamp = (edition.reference_date, edition.as_of, edition.method, edition.register_version)
        if stamp != (at, as_of, method, register.law_versions.get(edition.law)):
            raise ValueError(
                f"edition {edition.id} is of other dates, another method or another register: build it again"
            )
    rows = tuple(sorted((_row(edition) for edition in editions), key=_place))
    country = register.profile.country
    return OverviewEdition(
        id=edition_id(country, committee or "all", at, as_of),
        country=country,
        parliament=register.profile.parliament(at).name,
        committee=None if committee is None else _committee(register, committee),
        reference_date=at,
        as_of=as_of,
        register_version=register.version,
        method=method,
        counts=dict(sorted(Counter(row.status for row in rows).items())),
        rows=rows,
        findings=tuple(
            finding.model_copy(update={"id": f"§{n}"})
            for n, finding in enumerate(_findings(rows, editions[0].previous_date), start=1)
        ),
        notes=(say("note.overview.order"), say("note.cause")),
    )


def _committee(register: Register, committee: str) -> Text:
    for entry in register.profile.committees:
        if entry.id == committee:
            return entry.name
    raise LookupError(f"no committee {committee!r} in the profile of {register.profile.country}")


def _row(edition: LawEdition) -> OverviewRow:
    gap = None if edition.score is None or edition.needed is None else edition.needed - edition.score
    return OverviewRow(
        law=edition.law,
        edition=edition.id,
        title=edition.short_title,
        status=edition.status,
        score=edition.score,
        needed=edition.needed,
        gap=gap,
        coverage=edition.coverage,
        covered=edition.covered,
        children=edition.children,
        not_scorable=edition.not_scorable,
        quality=edition.quality,
        previous_score=edition.previous_score,
        measures_completeness=edition.measures_completeness,
        measures_expected=edition.measures_expected,
        measures_fulfilled=edition.measures_fulfilled,
        measures_unknown=edition.measures_unknown,
        headline=edition.verdict,
        fact=_fact(edition) if edition.status == Status.NO_TARGET else None,
        sha256=sha256(edition),
    )


def _fact(edition: LawEdition) -> Message | None:
    """The latest figure of the first indicator put forward; None where none was ever observed."""
    told = [finding.indicator for finding in edition.findings if finding.kind in ("status", "change")]
    rows = {row.id: row for row in edition.indicators}
    for identifier in told:
        row = rows[identifier] if identifier is not None else None
        if row is not None and row.value is not None and row.period is not None:
            period = PeriodArg(value=row.period)
            return say("verdict.fact", title=subject(row), value=amount(row, row.value), period=period)
    return None


def _place(row: OverviewRow) -> tuple[int, float, str]:
    """Scored laws by gap, then laws with too few figures, then laws without a target."""
    if row.gap is not None:
        return (0, -row.gap, row.law)
    return (2 if row.status == Status.NO_TARGET else 1, 0.0, row.law)


def _findings(rows: Sequence[OverviewRow], since: Day | None) -> Iterator[Finding]:
    scored = [row for row in rows if row.gap is not None]
    yield draft(
        "score",
        HEADLINE,
        say(
            "overview.counts",
            count=CountArg(value=len(rows)),
            scored=CountArg(value=len(scored)),
            no_target=CountArg(value=sum(row.status == Status.NO_TARGET for row in rows)),
            insufficient=CountArg(value=sum(row.gap is None and row.status != Status.NO_TARGET for row in rows)),
        ),
        say("figure.fraction", part=CountArg(value=len(scored)), whole=CountArg(value=len(rows))),
    )
    if scored:
        yield from _ends(scored)
    if since is not None:
        yield from _moves(scored, since)
    complete = [r for r in rows if r.measures_completeness == Completeness.COMPLETE and r.measures_expected]
    if any(row.measures_fulfilled for row in complete):
        whole = CountArg(value=sum(row.measures_expected for row in complete))
        part = CountArg(value=sum(row.measures_fulfilled for row in complete))
        yield draft(
            "by_laws",
            QUOTE,
            say("overview.by_laws", count=whole, fulfilled=part),
            say("figure.fraction", part=part, whole=whole),
        )


def _ends(scored: Sequence[OverviewRow]) -> Iterator[Finding]:
    """The law furthest behind and the one furthest ahead, where there are such."""
    for row, key, wanted in ((scored[0], "overview.furthest_behind", 1), (scored[-1], "overview.furthest_ahead", -1)):
        if row.score is None or row.needed is None or row.gap is None or row.gap * wanted <= 0:
            continue
        sentence = say(key, law=TextArg(value=row.title), score=score(row.score), needed=score(row.needed))
        figure = say("figure.value", value=points(row.score - row.needed, signed=True))
        yield draft("score", QUOTE, sentence, figure)


def _moves(scored: Sequence[OverviewRow], since: Day) -> Iterator[Finding]:
    """The largest moves since the state compared with, as printed."""
    moves = []
    for row in scored:
        if row.score is not None and row.previous_score is not None:
            move = rounded(row.score, SCORE_DECIMALS) - rounded(row.previous_score, SCORE_DECIMALS)
            if move:
                moves.append((abs(move), row.law, row, row.score, row.previous_score))
    for _, _, row, latest, previous in sorted(moves, key=lambda m: (-m[0], m[1]))[:LARGEST_MOVES]:
        title, day = TextArg(value=row.title), DateArg(value=since)
        sentence = say("overview.move", law=title, since=day, old=score(previous), score=score(latest))
        yield draft("change", QUOTE, sentence, say("figure.change", earlier=score(previous), value=score(latest)))

"""Findings on the data themselves: gaps, age, disagreement, revisions, refused releases, regions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Day

from indicators.register.model import Text
from indicators.scores.result import Status
from reports import language
from reports.findings.arguments import amount, difference, subject, unmeasured
from reports.findings.draft import SUPPORT, draft, say
from reports.model import (
    LANGUAGES,
    DateArg,
    Finding,
    IndicatorRow,
    PeriodArg,
    RegionValue,
    SourceRow,
    TextArg,
    WordArg,
)

DOUBT = "check.jump"
"""The check whose failure puts one figure in doubt: it departs from its past more than ever before."""

MOST_NAMED = 2
"""Regions that a sentence names when several share the highest or the lowest value."""


def evidence_findings(row: IndicatorRow, source: SourceRow | None, at: Day) -> Iterator[Finding]:
    """What there is to say of the data of one indicator; ``source`` is the row of its series."""
    doubt = doubted(row, source)
    if doubt is not None:
        yield doubt
    ended = row.ended and row.period is not None
    if row.status == Status.NO_DATA and not ended:
        yield _no_data(row)
    yield from _disagreements(row)
    if row.period is not None:
        title, period = subject(row), PeriodArg(value=row.period)
        sentence = None
        if row.ended and row.reason_text is not None:
            sentence = say("finding.ended.reason", title=title, period=period, reason=TextArg(value=row.reason_text))
        elif row.ended:
            sentence = say("finding.ended", title=title, period=period)
        elif row.stale and row.status != Status.NO_DATA:
            sentence = say("finding.stale", title=title, period=period, at=DateArg(value=at))
        if sentence is not None:
            kind, figure = "ended" if row.ended else "stale", say("figure.period", period=period)
            yield draft(kind, SUPPORT, sentence, figure, indicator=row.id, period=row.period, sources=(row.source,))
    if source is not None and source.quarantined:
        sentence = say("finding.quarantined", title=subject(row), known_from=DateArg(value=source.known_from))
        yield draft("quarantined", SUPPORT, sentence, indicator=row.id, period=row.period, sources=(row.source,))
    yield from _revision(row)
    yield from _regions(row)


def doubted(row: IndicatorRow, source: SourceRow | None) -> Finding | None:
    """The finding that the checks doubt the latest figure; None where they do not."""
    if source is None or row.value is None or row.period is None:
        return None
    for warning in source.warnings:
        what, period = warning.args.get("what"), warning.args.get("period")
        if what == WordArg(key=DOUBT) and period == PeriodArg(value=row.period):
            value = amount(row, row.value)
            sentence = say("finding.check.jump", title=subject(row), period=PeriodArg(value=row.period), value=value)
            figure = say("figure.value", value=value)
            return draft("check", SUPPORT, sentence, figure, indicator=row.id, period=row.period, sources=(row.source,))
    return None


def _disagreements(row: IndicatorRow) -> Iterator[Finding]:
    for check in row.cross_checks:
        if check.agrees is not False or check.value is None or check.own_value is None or check.period is None:
            continue
        own, other = amount(row, check.own_value), amount(row, check.value)
        sentence = say(
            "finding.cross_check.differs",
            title=subject(row),
            period=PeriodArg(value=check.period),
            own=own,
            other=other,
            difference=TextArg(value=check.difference),
        )
        yield draft(
            "cross_check",
            SUPPORT,
            sentence,
            say("figure.versus", own=own, other=other),
            indicator=row.id,
            period=check.period,
            sources=(row.source, check.source),
        )


def _no_data(row: IndicatorRow) -> Finding:
    if unmeasured(row) and row.reason_text is not None:
        sentence = say("finding.no_series", title=subject(row), reason=TextArg(value=row.reason_text))
        return draft("no_data", SUPPORT, sentence, indicator=row.id)
    reason = WordArg(key=f"word.reason.{row.reason}")
    if row.value is None or row.period is None:
        sentence = say("finding.no_data", title=subject(row), reason=reason)
    else:
        value, period = amount(row, row.value), PeriodArg(value=row.period)
        sentence = say("finding.no_data.last", title=subject(row), reason=reason, value=value, period=period)
    return draft("no_data", SUPPORT, sentence, indicator=row.id, period=row.period, sources=(row.source,))


def _revision(row: IndicatorRow) -> Iterator[Finding]:
    """A revision of the latest figure or of the baseline that the printed figures show."""
    for point in row.history:
        if point.revised_from is None or point.period not in (row.period, row.baseline_period):
            continue
        old, new = amount(row, point.revised_from), amount(row, point.value)
        if language.rounded(point.revised_from, row.decimals) == language.rounded(point.value, row.decimals):
            continue
        yield draft(
            "revision",
            SUPPORT,
            say("finding.revised", title=subject(row), period=PeriodArg(value=point.period), old=old, new=new),
            say("figure.change", earlier=old, value=new),
            indicator=row.id,
            period=point.period,
            sources=(row.source,),
        )


def _regions(row: IndicatorRow) -> Iterator[Finding]:
    """The highest and the lowest region, where they differ and few enough share the place."""
    valued = [(r, language.rounded(r.value, row.decimals)) for r in row.regions if r.value is not None and r.existed]
    if row.regions_period is None or len(valued) < 2:
        return
    top, bottom = max(v for _, v in valued), min(v for _, v in valued)
    highest = [r for r, v in valued if v == top]
    lowest = [r for r, v in valued if v == bottom]
    if top == bottom or max(len(highest), len(lowest)) > MOST_NAMED:
        return
    high, low = float(top), float(bottom)
    sentence = say(
        "finding.regions",
        title=subject(row),
        period=PeriodArg(value=row.regions_period),
        high_region=_names(highest),
        high=amount(row, high),
        low_region=_names(lowest),
        low=amount(row, low),
        gap=difference(row, high, low),
    )
    figure = say("figure.range", low=amount(row, low), high=amount(row, high))
    yield draft(
        "regions",
        SUPPORT,
        sentence,
        figure,
        indicator=row.id,
        period=row.regions_period,
        sources=(row.source,),
    )


def _names(regions: list[RegionValue]) -> TextArg:
    names = {lang: language.join([r.name.get(lang) for r in regions], lang) for lang in LANGUAGES}
    return TextArg(value=Text(**names))

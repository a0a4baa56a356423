"""Findings on by-laws: a fraction before a percentage, bounds where something is unknown (METHOD 2.3)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.register.model import Completeness, Text, Verification
from reports.findings.draft import QUOTE, SUPPORT, draft, say
from reports.model import CountArg, DateArg, Finding, LawEdition, MeasureRow, Message, NumberArg, TextArg, WordArg

FEWEST_FOR_PERCENTAGE = 5
"""With fewer by-laws expected, a percentage says more than there is: the fraction stands alone."""


def by_law_findings(edition: LawEdition) -> Iterator[Finding]:
    """What there is to say of a law's by-laws."""
    sentence, figure = _rate(edition)
    partial = edition.measures_completeness == Completeness.PARTIAL  # says how far was read, not what was done
    yield draft("by_laws", SUPPORT if figure is None or partial else QUOTE, sentence, figure)
    if edition.measures_completeness == Completeness.PARTIAL and edition.measures_unknown:
        count = CountArg(value=edition.measures_unknown)
        yield draft("by_laws_detail", SUPPORT, say("finding.by_laws.not_found", count=count), _count(count))
    unconfirmed = sum(not Verification(m.verification).printable for m in edition.measures)
    if unconfirmed:
        count = CountArg(value=unconfirmed)
        yield draft("by_laws_detail", SUPPORT, say("finding.by_laws.unconfirmed", count=count), _count(count))
    overdue = sum(m.counted and m.clock == "overdue" for m in edition.measures)
    if overdue:
        count, at = CountArg(value=overdue), DateArg(value=edition.reference_date)
        yield draft("by_laws", QUOTE, say("finding.by_laws.overdue", count=count, at=at), _count(count))
    latest = _latest(edition)
    if latest is not None and latest.adopted is not None and latest.act_label is not None:
        number = latest.act_label.removeprefix("№ ")
        label = TextArg(value=Text(kk=f"№\u00a0{number}", ru=f"№\u00a0{number}", en=f"No.\u00a0{number}"))
        day = DateArg(value=latest.adopted)
        sentence = say("finding.by_laws.latest", day=day, number=label, kind=WordArg(key=f"word.kind.{latest.kind}"))
        yield draft("by_laws_detail", SUPPORT, sentence, say("figure.date", day=day))


def _rate(edition: LawEdition) -> tuple[Message, Message | None]:
    expected, fulfilled = edition.measures_expected, edition.measures_fulfilled
    unknown = edition.measures_unknown
    if edition.measures_completeness == Completeness.NOT_READ:
        return say("finding.by_laws.not_read"), None
    if edition.measures_completeness == Completeness.PARTIAL:
        if fulfilled == 0:
            return say("finding.by_laws.partial_none"), None
        count = CountArg(value=fulfilled)
        return say("finding.by_laws.partial", count=count), _count(count)
    if expected == 0:
        return say("finding.by_laws.direct"), None
    whole, part = CountArg(value=expected), CountArg(value=fulfilled)
    if unknown:
        high = CountArg(value=fulfilled + unknown)
        sentence = say("finding.by_laws.bounds", count=whole, low=part, high=high, unknown=CountArg(value=unknown))
        return sentence, say("figure.bounds", low=part, high=high, whole=whole)
    figure = say("figure.fraction", part=part, whole=whole)
    if fulfilled == 0:
        return say("finding.by_laws.none", count=whole), figure
    if expected < FEWEST_FOR_PERCENTAGE:
        return say("finding.by_laws.fraction", count=whole, fulfilled=part), figure
    rate = NumberArg(value=100 * fulfilled / expected, decimals=0, unit="percent")
    return say("finding.by_laws.rate", count=whole, fulfilled=part, rate=rate), figure


def _count(count: CountArg) -> Message:
    return say("figure.count", number=count)


def _latest(edition: LawEdition) -> MeasureRow | None:
    """The fulfilled by-law whose act is the most recent."""
    dated = [m for m in edition.measures if m.fulfilled and m.counted and m.adopted is not None and m.act_label]
    return max(dated, key=lambda m: (m.adopted is not None and m.adopted.toordinal(), m.id), default=None)

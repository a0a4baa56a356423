"""What a corrected edition says of the one it replaces: which, since when, and because of what."""

from __future__ import annotations

from datetime import date as Day

from indicators.register.model import Text
from reports import language
from reports.glyphs import unprintable_in
from reports.model import LANGUAGES, DateArg, Edition, LawEdition, Message, OverviewEdition, Replaces, TextArg, sha256

LONGEST = 300
"""Characters of a reason in each language: it is printed in the head of page 1."""


class ReasonRefused(ValueError):
    """A reason for a correction that cannot be printed."""


def reason_of(kk: str | None, ru: str, en: str) -> Text:
    """The staff's reason for a correction; ReasonRefused where it cannot be printed, with what to do."""
    for lang, given in (("kk", kk), ("ru", ru), ("en", en)):
        if given is not None and not 0 < len(given.strip()) <= LONGEST:
            raise ReasonRefused(f"the reason in {lang} has {len(given.strip())} characters: write 1 to {LONGEST}")
        found = unprintable_in(given or "")
        if found is not None:
            raise ReasonRefused(f"the reason in {lang} has {found}: write one line of plain text")
    return Text(kk=None if kk is None else _clause(kk), ru=_clause(ru), en=_clause(en))


def _clause(text: str) -> str:
    """The text without a full stop at its end: the sentence of the page brings its own."""
    return text.strip().rstrip(".")


def replacing(edition: Edition, before: Edition, on: Day, reason: Text | None) -> Replaces:
    """The link from ``edition`` back to ``before``; ``reason``: the staff's words, None where there are none."""
    return Replaces(
        edition=before.id, sha256=sha256(before), on=on, causes=tuple(_causes(edition, before)), reason=reason
    )


def because(replaces: Replaces) -> Text:
    """Why, in each language: the staff's words, else the causes found by comparing the two editions."""
    if replaces.reason is not None:
        return replaces.reason
    said = {
        lang: "; ".join(language.render(Message(key=f"replaces.cause.{cause}"), lang) for cause in replaces.causes)
        for lang in LANGUAGES
    }
    return Text(**said)


def told(replaces: Replaces) -> Message:
    """The sentence of the page about a replacement."""
    edition = TextArg(value=Text(kk=replaces.edition, ru=replaces.edition, en=replaces.edition))
    args = {"edition": edition, "date": DateArg(value=replaces.on), "reason": TextArg(value=because(replaces))}
    return Message(key="replaces", args=args)


def _causes(edition: Edition, before: Edition) -> list[str]:
    """All that differs between two editions of the same dates; the program where nothing else does."""
    causes = []
    if isinstance(edition, LawEdition) and isinstance(before, LawEdition):
        if _vintages(edition) != _vintages(before):
            causes.append("figures")
        if edition.law_file_sha256 != before.law_file_sha256:
            causes.append("register")
    if isinstance(edition, OverviewEdition) and isinstance(before, OverviewEdition):
        mine, theirs = ({row.law: row.sha256 for row in each.rows} for each in (edition, before))
        if mine != theirs:
            causes.append("laws")
    if edition.method != before.method:
        causes.append("method")
    return causes or ["program"]


def _vintages(edition: LawEdition) -> set[tuple[str, str]]:
    return {(source.series, source.vintage) for source in edition.sources}

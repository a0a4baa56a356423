"""Comments and replies as the page shows them: who says it, when, of what, and in which language."""

from __future__ import annotations

from typing import Any

from indicators.register.markdown import Block
from reports.model import LawEdition, StatementRow
from reports.view.words import Words, count, day, printed

INSTEAD = {"kk": ("ru", "en"), "ru": ("kk", "en"), "en": ("ru", "kk")}
"""Languages in which a statement is printed where it was not made in the page's own."""
SHORT = 420
"""Most characters of a statement that a hearing brief quotes whole; a longer one stands in the scorecard alone."""


def statements(edition: LawEdition, w: Words) -> list[dict[str, Any]]:
    """Every statement of the edition, ready to print."""
    return [_shown(row, edition, w) for row in edition.statements]


def counted(edition: LawEdition, w: Words) -> str:
    """How many there are, for the first page; nothing where there are none."""
    comments = sum(row.kind == "comment" for row in edition.statements)
    replies = len(edition.statements) - comments
    said = []
    if comments:
        said.append(w("statements.comments", count=count(comments)))
    if replies:
        said.append(w("statements.replies", count=count(replies)))
    return " · ".join(said)


def of_finding(finding: str, edition: LawEdition) -> bool:
    """True where somebody speaks of the finding."""
    return any(row.finding == finding for row in edition.statements)


def for_brief(edition: LawEdition, w: Words) -> list[dict[str, Any]]:
    """The newest comment and the newest reply that are short enough to stand whole on a brief."""
    kept = []
    for kind in ("comment", "reply"):
        rows = [row for row in edition.statements if row.kind == kind and row.day is not None]
        newest = max(rows, key=lambda row: (row.day, row.id), default=None)
        if newest is not None and _length(newest, w.lang) <= SHORT:
            kept.append(_shown(newest, edition, w))
    return kept


def _shown(row: StatementRow, edition: LawEdition, w: Words) -> dict[str, Any]:
    lang = _language(row, w.lang)
    return {
        "id": row.id,
        "head": _head(row, edition, w),
        "about": _about(row, edition, w),
        "lang": lang or w.lang,
        "note": w(f"statement.only.{lang}") if lang not in (None, w.lang) else "",
        "blocks": [] if lang is None else [_block(block) for block in row.texts[lang]],
    }


def _head(row: StatementRow, edition: LawEdition, w: Words) -> str:
    author = printed(row.author.get(w.lang))
    if row.kind == "comment" and row.day is not None:
        return w("statement.comment", author=author, date=day(row.day))
    if row.due is None or row.requested is None:
        raise ValueError(f"{row.id} is a reply without its deadline")
    if row.day is None:
        return w("statement.awaited", author=author, requested=day(row.requested), due=day(row.due),
                 as_of=day(edition.as_of))  # fmt: skip
    return w("statement.reply", author=author, received=day(row.day), due=day(row.due))


def _about(row: StatementRow, edition: LawEdition, w: Words) -> str:
    if row.finding is None:
        return w(f"statement.about.{row.about}")
    sentence = next(f.sentence for f in edition.findings if f.id == row.finding)
    return f"{row.finding} {w.message(sentence)}"


def _language(row: StatementRow, wanted: str) -> str | None:
    """The page's language, else the first in which the statement was made; None where it has no text."""
    return next((lang for lang in (wanted, *INSTEAD[wanted]) if lang in row.texts), None)


def _length(row: StatementRow, wanted: str) -> int:
    lang = _language(row, wanted)
    return 0 if lang is None else sum(len(block.text) for block in row.texts[lang])


def _block(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, "items": [[span.model_dump() for span in item] for item in block.items]}

"""A finding before it has its number, and the order in which findings are numbered."""

from __future__ import annotations

from collections.abc import Iterable

from reports.model import Argument, Finding, Message

HEADLINE, QUOTE, SUPPORT = 1, 2, 3
"""Importance: the edition's own sentence; worth quoting; supporting."""

LEAST_QUOTES = 3
"""Statements worth quoting that a scorecard needs; supporting ones are raised to make up the number."""

ORDER = (
    "score",
    "status",
    "caveat",
    "target_changed",
    "by_laws",
    "milestone",
    "pace",
    "change",
    "cross_check",
    "check",
    "no_data",
    "ended",
    "quarantined",
    "stale",
    "regions",
    "by_laws_detail",
    "recent_change",
    "target_document",
    "reference_target",
    "unconfirmed_target",
    "revision",
)
"""Kinds in the order in which findings of one importance are numbered."""


def draft(
    kind: str,
    importance: int,
    sentence: Message,
    figure: Message | None = None,
    *,
    indicator: str | None = None,
    period: str | None = None,
    sources: Iterable[str | None] = (),
) -> Finding:
    """A finding without a number; sources that were never collected leave no citation."""
    return Finding(
        id="",
        sentence=sentence,
        figure=figure,
        importance=importance,
        kind=kind,
        indicator=indicator,
        period=period,
        sources=tuple(s for s in sources if s is not None),
    )


def say(key: str, **args: Argument) -> Message:
    """A message of the catalogue."""
    return Message(key=key, args=args)


def numbered(drafts: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as §1, §2 …: by importance, kind and the order in which they were drafted.

    Where fewer than :data:`LEAST_QUOTES` are worth quoting, the first supporting ones are raised.
    """
    ordered = sorted(drafts, key=lambda f: (f.importance, ORDER.index(f.kind)))
    return tuple(
        f.model_copy(
            update={"id": f"§{n}", "importance": min(f.importance, QUOTE) if n <= LEAST_QUOTES else f.importance}
        )
        for n, f in enumerate(ordered, start=1)
    )

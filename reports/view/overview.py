"""The view of an overview: a row a law, in pages of 25."""

from __future__ import annotations

from typing import Any

from reports.attachments import file_name
from reports.model import OverviewEdition, OverviewRow
from reports.view.law import STATUSES, replaces, verify
from reports.view.words import Words, count, figure, printed

PAGE = 25
"""Laws on one page."""


def overview_view(edition: OverviewEdition, lang: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What ``overview.typ`` sets; an overview has no charts beside its bars."""
    w = Words(lang)
    rows = [_row(number, row, w) for number, row in enumerate(edition.rows, start=1)]
    title = w("overview.title.all")
    if edition.committee is not None:
        title = w("overview.title", committee=printed(edition.committee.get(lang)))
    view = {
        "t": w.labels(),
        "lang": lang,
        "id": edition.id,
        "document": w("document.overview"),
        "title": title,
        "short_title": title,
        "pages": [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)],
        "counts": {
            "total": w("overview.counts", count=count(len(rows))),
            "rows": [{"status": s, "count": edition.counts[s]} for s in STATUSES if edition.counts.get(s)],
        },
        "findings": [{"id": finding.id, "sentence": w.message(finding.sentence)} for finding in edition.findings],
        "notes": [w.message(message) for message in edition.notes],
        "replaces": replaces(edition, w),
        "statuses": list(STATUSES),
        "verify": verify(edition, w),
    }
    return view, {}


def _row(number: int, row: OverviewRow, w: Words) -> dict[str, Any]:
    gap = ""
    if row.gap is not None and row.needed is not None:
        short = w.number(-row.gap, 1, signed=True)
        gap = w("overview.gap", needed=figure(row.needed, 1), difference=printed(short))
    return {
        "number": str(number),
        "law": row.law,
        "title": row.title.get(w.lang),
        "headline": w.message(row.headline if row.fact is None else row.fact),
        "edition": row.edition,
        "file": f"../../{row.edition}/{file_name(row.edition, w.lang)}",  # from the overview's own folder
        "sha256": row.sha256,
        "score": row.score,
        "needed": row.needed,
        "previous": row.previous_score,
        "score_text": w.number(row.score, 1),
        "needed_text": w.number(row.needed, 1),
        "gap": gap,
        "status": row.status,
        "coverage": f"{row.covered}\u2009/\u2009{row.children}" if row.children else "—",
        "quality": row.quality or "—",
        "by_laws": _by_laws(row, w),
    }


def _by_laws(row: OverviewRow, w: Words) -> str:
    """A few characters: a fraction for a complete list, else how many were found."""
    if row.measures_completeness == "not_read":
        return w("overview.not_read")
    found = str(row.measures_fulfilled)
    if row.measures_completeness == "partial":
        return w("overview.found", count=count(row.measures_fulfilled))
    if row.measures_expected == 0:
        return w("measures.direct")
    if row.measures_unknown:
        found = f"{row.measures_fulfilled}–{row.measures_fulfilled + row.measures_unknown}"
    return f"{found}\u2009/\u2009{row.measures_expected}"

"""Data quality as the scorecard prints it: what the checks found, what was corrected, changed or released, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from indicators.register.observation import NATION
from reports import language
from reports.model import CorrectedPeriod, CorrectionRow, LawEdition, OverrideRow, SourceRow
from reports.view.words import Words, count, day, printed

Row = dict[str, Any]


def quality(edition: LawEdition, w: Words) -> Row:
    """The section: a row a series, then the notes that no figure may be used without."""
    grades = [row.grade for row in edition.sources]
    return {
        "rows": [_series(row, w) for row in edition.sources],
        "summary": w(
            "quality.summary",
            count=count(len(grades)),
            **{grade.lower(): count(grades.count(grade)) for grade in "ABCD"},
        ),
        "run": edition.evidence or "",
        "corrections": [
            cells for row in edition.sources for note in row.corrections for cells in _correction(row, note, w)
        ],
        "remarks": [text for row in edition.sources for text in _remarks(row, w)],
    }


def _series(row: SourceRow, w: Words) -> Row:
    """What the checks found in a series."""
    warnings = [w.message(message) for message in row.warnings]
    if row.quarantined:
        warnings.insert(0, w("quality.quarantined"))
    if row.stale:
        warnings.insert(0, w("note.stale"))
    return {
        "id": row.id,
        "title": row.title.get(w.lang),
        "checks": f"{row.checks_passed}\u2009/\u2009{row.checks_total}",
        "grade": row.grade,
        "warnings": warnings or [w("quality.none")],
        "plain": not warnings,
        "page": row.evidence,
    }


def _correction(row: SourceRow, note: CorrectionRow, w: Words) -> list[Row]:
    """A row for each period that was corrected."""
    reported = w("correction.not_reported")
    if note.reported_to is not None and note.reported_on is not None:
        reported = w("correction.reported", to=printed(note.reported_to.get(w.lang)), date=day(note.reported_on))
    return [
        {
            "id": row.id,
            "period": w.period(corrected.period) + ("" if note.area == NATION else f" ({note.area})"),
            "published": ", ".join(text.strip() for text in corrected.published),
            "used": _used(note, corrected, w),
            "why": f"{note.reason.get(w.lang)} {reported}",
        }
        for corrected in note.periods
    ]


def _used(note: CorrectionRow, corrected: CorrectedPeriod, w: Words) -> str:
    if not corrected.used:
        return w("correction.dropped")
    numbers = ", ".join(w.number(value, language.own_decimals(value, 0)) for value in corrected.used)
    return f"{numbers} ({w('correction.flag.' + note.status)})" if note.status is not None else numbers


def _remarks(row: SourceRow, w: Words) -> list[str]:
    """A sentence for each check that the law file changes, and for a release on a person's word."""
    out = [_override(row, note, w) for note in row.overrides]
    if row.released is not None:
        out.append(
            w(
                "quality.released",
                source=printed(row.id),
                by=printed(row.released.by),
                date=day(datetime.fromisoformat(row.released.at).date()),
                checks=printed("; ".join(w.check(name) for name in row.released.checks)),
                reason=printed(row.released.reason),
            )
        )
    return out


def _override(row: SourceRow, note: OverrideRow, w: Words) -> str:
    what = printed(w.check(note.check))
    reason = printed(note.reason.get(w.lang))
    source = printed(row.id)
    if note.skip:
        return w("override.skip", source=source, check=what, reason=reason)
    parts = []
    if note.severity is not None:
        new, usual = (printed(w("severity." + name)) for name in (note.severity, note.usual_severity))
        parts.append(w("override.severity", new=new, usual=usual))
    if note.bound is not None and note.usual_bound is not None:
        new, usual = (printed(_bound(bound, w)) for bound in (note.bound, note.usual_bound))
        parts.append(w("override.bound", new=new, usual=usual))
    return w("override.changed", source=source, check=what, change=printed("; ".join(parts)), reason=reason)


def _bound(value: float, w: Words) -> str:
    return w.number(value, language.own_decimals(value, 0))

"""By-laws in time: when each duty of a whole list was first met, and those never issued; else the acts' dates."""

from __future__ import annotations

from datetime import date as Day
from datetime import timedelta

from reports.charts import bylaws
from reports.model import LawEdition, MeasureRow
from reports.view.chart import HALF, Chart
from reports.view.tables import CONFIRMED
from reports.view.words import Words, count, day, printed

MOST_BYLAWS = 14


def bylaw_chart(edition: LawEdition, w: Words) -> Chart | None:
    """By-laws in the order of their delay; never issued ones first, with their running delay.

    A list that is not whole shows the dates of its acts, the latest first, and no time since the
    law: a duty may be younger than the law, and would read as late.
    """
    shown = [row for row in edition.measures if _drawn(row, edition)]
    if not any(row.adopted for row in shown) and not any(row.delay_days for row in shown):
        return None
    ordered = sorted(shown, key=lambda row: (row.adopted is not None or row.state == "unknown", row.state == "unknown",
                                             -(row.delay_days or 0), -_ordinal(row), row.id))  # fmt: skip
    kept = ordered[:MOST_BYLAWS]
    timed = edition.measures_completeness == "complete"
    drawn = tuple(_bylaw(row, edition, w) if timed else _dated(row, w) for row in kept)
    spec = bylaws.ByLaws(
        rows=drawn,
        start=edition.adopted if timed else None,
        start_text=w("chart.bylaws.start"),
        reference=edition.reference_date,
        reference_text=w.date(edition.reference_date),
    )
    adopted = sorted((row for row in shown if row.adopted), key=_adopted)
    opened = [row for row in shown if not row.adopted and row.state != "unknown"]
    if opened:
        title = w("chart.bylaws.open", open=count(len(opened)), count=count(len(shown)))
    else:
        title = w("chart.bylaws.adopted", count=count(len(adopted)), last=day(_adopted(adopted[-1])))
    span = ""
    if adopted:
        span = w("chart.bylaws.span", first=day(_adopted(adopted[0])), last=day(_adopted(adopted[-1])))
    subtitle = w("chart.bylaws.subtitle" if timed else "chart.bylaws.subtitle.dates")
    if len(kept) < len(shown):
        subtitle = f"{subtitle} {w('chart.bylaws.part', kept=count(len(kept)), count=count(len(shown)))}"
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=w("chart.alt.bars", text=printed(f"{title.rstrip('.')}. {span}".rstrip(". "))),
        svg=bylaws.draw(spec, HALF),
        width=HALF,
        height=bylaws.height(len(kept)),
        legend=tuple(
            name
            for name, present in (
                ("first", any(row.first for row in drawn)),
                ("current", any(row.current and row.current != row.first for row in drawn)),
                ("open", any(row in opened for row in kept)),
                ("due", any(row.due for row in drawn)),
            )
            if present
        ),
    )


def _adopted(row: MeasureRow) -> Day:
    if row.adopted is None:
        raise ValueError(f"{row.id} is not adopted")
    return row.adopted


def _ordinal(row: MeasureRow) -> int:
    return 0 if row.adopted is None else row.adopted.toordinal()


def _dated(row: MeasureRow, w: Words) -> bylaws.ByLaw:
    """The act in force by its own date."""
    return bylaws.ByLaw(
        name=row.title.get(w.lang), first=row.adopted, current=row.adopted, due=row.due, text=w.date(row.adopted)
    )


def _drawn(row: MeasureRow, edition: LawEdition) -> bool:
    """Adopted or still due by what was confirmed; an unknown one only where the list is whole."""
    if row.verification not in CONFIRMED or row.state in ("lapsed", "not_needed", "satisfied_by_existing_act"):
        return False
    if row.state == "unknown":
        return edition.measures_completeness == "complete"
    return row.adopted is not None or row.delay_days is not None


def _bylaw(row: MeasureRow, edition: LawEdition, w: Words) -> bylaws.ByLaw:
    """The delay runs to the first act that met the duty, so its day follows from the delay."""
    unknown = row.state == "unknown"
    timed = row.fulfilled and row.delay_days is not None
    return bylaws.ByLaw(
        name=row.title.get(w.lang),
        first=edition.adopted + timedelta(days=row.delay_days) if timed and row.delay_days is not None else None,
        current=row.adopted,
        due=row.due,
        text=w("state.unknown") if unknown else "" if row.delay_days is None else w.duration(row.delay_days),
        late=row.clock == "done_late",
        unknown=unknown,
    )

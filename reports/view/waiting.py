"""How long the by-laws of a whole list waited: the share without an act by months since the law."""

from __future__ import annotations

from datetime import timedelta

from indicators.scores.listed_rates import LEAST_FOR_PERCENT
from indicators.scores.rates import DAYS_A_MONTH
from indicators.scores.waiting import Wait, waiting_share
from reports.charts import waiting
from reports.model import LawEdition, MeasureRow
from reports.view.chart import WIDE, Chart
from reports.view.tables import CONFIRMED
from reports.view.words import Words, count, printed

MOST_LEFT_OUT = 1 / 3
"""Of the duties that were due; with more of them not established, the line would be a guess."""
HEIGHT = 118.0


def waiting_chart(edition: LawEdition, w: Words) -> Chart | None:
    """The line of a complete list; None where too few duties, or acts, are established to draw one."""
    if edition.measures_completeness != "complete":
        return None
    due = [row for row in edition.measures if _due(row, edition)]
    placed = [wait for row in due if (wait := _wait(row, edition)) is not None]
    left_out = len(due) - len(placed)
    steps = waiting_share(placed)
    watched = max((wait.days for wait in placed), default=0)
    if len(placed) < LEAST_FOR_PERCENT or left_out > MOST_LEFT_OUT * len(due) or not steps or not watched:
        return None
    still = sum(not wait.taken for wait in placed)
    whole = count(len(placed))
    if still:
        title = w("chart.waiting.open", open=count(still), count=whole, time=printed(w.duration(watched)))
    else:
        title = w("chart.waiting.met", count=whole, time=printed(w.duration(steps[-1].days)))
    half = next((step for step in steps if step.share <= 0.5), None)
    if half is not None and not half.days:
        half = None  # half had their act before the law: there was nothing to wait for
    halved = "" if half is None else w("chart.waiting.half", time=printed(w.duration(half.days)))
    subtitle = w("chart.waiting.subtitle", count=whole)
    if left_out:
        subtitle = f"{subtitle} {w('chart.waiting.left_out', count=count(left_out))}"
    spec = waiting.Waiting(
        steps=tuple((step.days / DAYS_A_MONTH, 100 * float(step.share)) for step in steps),
        end=watched / DAYS_A_MONTH,
        open_text=f"{still}\u2009/\u2009{len(placed)}" if still else "",
        months=lambda months: w.number(months, 0),
        percent=lambda share: w.percent(share / 100),
        marks=() if half is None else ((half.days / DAYS_A_MONTH, halved),),
    )
    proof = ". ".join(part for part in (title, halved) if part)
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=w("chart.alt.line", text=printed(proof)),
        svg=waiting.draw(spec, WIDE, HEIGHT),
        width=WIDE,
        height=HEIGHT,
    )


def _due(row: MeasureRow, edition: LawEdition) -> bool:
    """Counted, confirmed, and due by the reference date; a duty without a day is due since the law."""
    later = row.due is not None and row.due > edition.reference_date
    return row.counted and row.verification in CONFIRMED and row.clock != "deferred_by_law" and not later


def _wait(row: MeasureRow, edition: LawEdition) -> Wait | None:
    """The duty's wait; an act older than the law was none, and of what is not established nothing is said."""
    if row.delay_days is not None:
        return Wait(edition.adopted, edition.adopted + timedelta(days=row.delay_days), row.fulfilled)
    older = row.adopted is not None and row.adopted < edition.adopted
    none_needed = row.fulfilled and (older or row.state == "satisfied_by_existing_act")
    return Wait(edition.adopted, edition.adopted, True) if none_needed else None

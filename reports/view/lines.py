"""Lines in time: the law's score, its leading indicator, and a small line for each of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indicators.register import period as periods
from reports.charts import panel, trajectory
from reports.findings.arguments import comparable, scored, side
from reports.model import IndicatorRow, LawEdition
from reports.view.chart import WIDE, Chart, axis_numbers, goal_text, measured, values
from reports.view.tables import needed_decimals, pace_text
from reports.view.words import Words, figure, printed

Level = tuple[float, float | None, float | None]
"""Time in years, score, needed score."""

TRAJECTORY_HEIGHTS = {"lead": 168.0, "lead-tall": 214.0}
"""Heights of the first page's chart by name; the page takes the tall one where it has the room."""
PANEL_HEIGHT = 66.0


def lead(edition: LawEdition) -> IndicatorRow | None:
    """The indicator that the first page draws in its own unit; None where the index is drawn, or nothing.

    The only scored indicator; in a law without a score, the weightiest one that has a history.
    """
    having = [row for row in edition.indicators if scored(row)]
    if len(having) == 1:
        return having[0]
    if _index(edition):
        return None
    able = [row for row in edition.indicators if len(row.history) > 1]
    return max(able, key=lambda row: (bool(row.path), row.weight, len(row.history) > 4), default=None)


def _index(edition: LawEdition) -> list[Level]:
    """The score in time where at least two years have one."""
    points = [(periods.time(year), score, needed) for year, score, needed in edition.trajectory]
    return points if sum(score is not None for _, score, _ in points) > 1 else []


def leading_charts(edition: LawEdition, w: Words) -> dict[str, Chart]:
    """The chart of the first page in its two heights; nothing where nothing was ever observed."""
    charts = {name: leading_chart(edition, w, WIDE, height) for name, height in TRAJECTORY_HEIGHTS.items()}
    return {name: chart for name, chart in charts.items() if chart is not None}


def leading_chart(edition: LawEdition, w: Words, width: float, height: float) -> Chart | None:
    """The law's way so far in a chart of that size; None where nothing was ever observed."""
    row, points = lead(edition), _index(edition)
    if row is not None:
        return own_unit(row, w, width, height)
    return index(edition, points, w, width, height) if points else None


def index(edition: LawEdition, points: list[Level], w: Words, width: float, height: float) -> Chart:
    """The law's score from 0 to 100 against the level needed."""
    dots = tuple(trajectory.Dot(time, score) for time, score, _ in points if score is not None)
    path = tuple(trajectory.Node(time, needed) for time, _, needed in points if needed is not None)
    needed = next((level for time, _, level in points if time == dots[-1].time), None)
    score_text = w("chart.actual", value=figure(dots[-1].value, 1))
    gap = None if needed is None else dots[-1].value - needed
    title = w("chart.index.title") if gap is None else w("chart.index." + _side(dots[-1].value, needed))
    needed_text = "" if needed is None else w("chart.needed", value=figure(needed, 1))
    spec = trajectory.Trajectory(
        actual=dots,
        latest_text=score_text,
        number=lambda value: w.number(value, 0),
        path=path,
        path_name=w("chart.path"),
        needed=needed,
        needed_text=needed_text,
        gap_text="" if gap is None else w.number(gap, 1, signed=True),
        behind=gap is not None and gap < 0,
        pace_text=_index_pace(dots[-1], path, w),
        bounds=(0, 100),
        band=None if edition.uncertainty is None else (edition.uncertainty.low, edition.uncertainty.high),
    )
    alt = ". ".join(part for part in (title, score_text, needed_text) if part)
    return Chart(
        title=title,
        subtitle=w("chart.index.subtitle", sources=printed(_ids(edition))),
        alt=w("chart.alt.line", text=printed(alt)),
        svg=trajectory.draw(spec, width, height),
        width=width,
        height=height,
    )


def _index_pace(latest: trajectory.Dot, path: tuple[trajectory.Node, ...], w: Words) -> tuple[str, ...]:
    """Points a year from here to 100 at the path's end."""
    if not path or path[-1].time <= latest.time or latest.value >= 100:
        return ()
    pace = (path[-1].value - latest.value) / (path[-1].time - latest.time)
    return (w("chart.pace.needed", value=figure(pace, 1)),) if pace > 0 else ()


def _side(value: float, needed: float | None) -> str:
    """Where a score stands against the needed level, with the statuses' own threshold of 95 %."""
    if needed is None or value >= needed:
        return "ahead"
    return "near" if value >= 0.95 * needed else "behind"


def _ids(edition: LawEdition) -> str:
    """Sources of the score, runs joined: S01–S04, S07."""
    used = sorted({int(row.source[1:]) for row in edition.indicators if scored(row) and row.source is not None})
    runs: list[list[int]] = []
    for number in used:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"S{run[0]:02d}" if len(run) == 1 else f"S{run[0]:02d}–S{run[-1]:02d}" for run in runs)


def own_unit(row: IndicatorRow, w: Words, width: float, height: float) -> Chart:
    """One indicator in its own unit: against its path, or alone where it has no target."""
    text = values(row, w)
    dots = tuple(trajectory.Dot(periods.time(p.period), p.value, p.revised_from) for p in row.history)
    newest = text(row.history[-1].value)
    behind = row.ratio is not None and row.ratio < 1
    path = tuple(
        trajectory.Node(
            periods.time(period),
            value,
            w("chart.target", value=printed(goal_text(row, value, w))) if number == len(row.path) - 1
            else goal_text(row, value, w) if number else "",
        )
        for number, (period, value) in enumerate(row.path)
    )  # fmt: skip
    on_path = row.needed_value is not None and bool(path)
    actual_text = w("chart.actual", value=printed(newest)) if path else newest
    needed_text = ""
    if row.needed_value is not None:
        needed = w.amount(row.needed_value, needed_decimals(row), row.percentage)
        needed_text = w("chart.needed", value=printed(needed))
    gap = 0.0 if row.needed_value is None else row.history[-1].value - row.needed_value
    spec = trajectory.Trajectory(
        actual=dots,
        latest_text=actual_text,
        first_text="" if path else text(row.history[0].value),
        number=axis_numbers(w),
        path=path,
        path_name=w("chart.path"),
        needed=row.needed_value if on_path else None,
        needed_text=needed_text,
        gap_text=text(gap, signed=True) if on_path else "",
        behind=behind,
        pace_text=_pace_lines(row, w) if on_path else (),
        breaks=tuple(periods.time(period) for period, _ in row.breaks),
    )
    title = _own_title(row, w, text)
    told = measured(row, w)
    if len(trajectory.segments(dots, spec.breaks)) > 1:
        told = f"{told}; {w('chart.break')}"
    alt = ". ".join(part for part in (title, row.title.get(w.lang), actual_text, needed_text) if part)
    return Chart(
        title=title,
        subtitle=told,
        alt=w("chart.alt.line", text=printed(alt)),
        svg=trajectory.draw(spec, width, height),
        width=width,
        height=height,
    )


def _own_title(row: IndicatorRow, w: Words, text: Callable[..., str]) -> str:
    if row.path and row.status in ("reversing", "achieved", "missed", "not_started", "not_distinguishable"):
        return w("chart.own." + row.status)
    if row.path and scored(row):
        return w("chart.own." + side(row))
    return change(row, w)


def change(row: IndicatorRow, w: Words) -> str:
    """First and last comparable value with their periods: no verb, since no interval proves a rise or a fall."""
    text = values(row, w)
    first, last = comparable(row)[0], row.history[-1]
    if not row.comparable or first == last:
        return w("chart.own.latest", value=printed(text(last.value)), period=printed(w.period(last.period)))
    return w(
        "chart.own.change",
        first=printed(text(first.value)),
        start=printed(w.period(first.period)),
        last=printed(text(last.value)),
        end=printed(w.period(last.period)),
    )


def _pace_lines(row: IndicatorRow, w: Words) -> tuple[str, ...]:
    if row.needed_pace is None or row.status in ("achieved", "missed"):
        return ()
    lines = [w("chart.pace.needed", value=printed(pace_text(row, row.needed_pace, w)))]
    if row.recent_pace is not None:
        lines.append(w("chart.pace.recent", value=printed(pace_text(row, row.recent_pace, w))))
    return tuple(lines)


def shared_span(rows: Sequence[IndicatorRow]) -> tuple[str, str]:
    """First and last period of several indicators, their paths included."""
    reached = [period for row in rows for period in (*(p.period for p in row.history), *(p for p, _ in row.path))]
    return min(reached, key=periods.time), max(reached, key=periods.time)


def small_line(row: IndicatorRow, w: Words, width: float, span: tuple[str, str] | None = None) -> Chart:
    """The history of one indicator; ``span``: the periods that it shares with the lines beside it."""
    text = values(row, w)
    first, last = row.history[0], row.history[-1]
    spec = panel.Panel(
        dots=tuple(trajectory.Dot(periods.time(p.period), p.value, p.revised_from) for p in row.history),
        first_text=text(first.value),
        last_text=text(last.value),
        first_period=w.period(first.period if span is None else span[0]),
        last_period=w.period(last.period if span is None else span[1]),
        path=tuple((periods.time(period), value) for period, value in row.path),
        span=None if span is None else (periods.time(span[0]), periods.time(span[1])),
        breaks=tuple(periods.time(period) for period, _ in row.breaks),
        target=row.target,
        target_text="" if row.target is None else w("chart.target", value=printed(goal_text(row, row.target, w))),
    )
    summary = change(row, w)
    return Chart(
        title=summary,
        subtitle=measured(row, w),
        alt=w("chart.alt.line", text=printed(f"{row.title.get(w.lang)}. {summary}")),
        svg=panel.draw(spec, width, PANEL_HEIGHT),
        width=width,
        height=PANEL_HEIGHT,
    )

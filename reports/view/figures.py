"""Charts of a scorecard: which are drawn, the finding that heads each, and its alternative text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Day
from datetime import timedelta
from typing import Any

from indicators.register import period as periods
from reports.charts import bylaws, panel, regions, trajectory
from reports.findings.arguments import scored, side
from reports.model import IndicatorRow, LawEdition, MeasureRow, RegionValue
from reports.view.tables import CONFIRMED, needed_decimals, pace_text, target_decimals, unit
from reports.view.words import TextArg, Words, at, count, day, figure, printed

Level = tuple[float, float | None, float | None]
"""Time in years, score, needed score."""

WIDE = 306.0
"""Width in points of the chart beside the score."""
HALF = 245.0
"""Width in points of half a page."""
WHOLE = 510.0
"""Width in points of a page's text."""
THIRD = 158.0
"""Width in points of a third of a page."""
TRAJECTORY_HEIGHTS = {"lead": 168.0, "lead-tall": 214.0}
"""Heights of the first page's chart by name; the page takes the tall one where it has the room."""
PANEL_HEIGHT = 66.0
_PANEL_ROOM = PANEL_HEIGHT + 40  # with its title
_HEAD_ROOM = 46.0  # title, subtitle and legend of a large chart
_NOTES_ROOM = 110.0
MOST_BYLAWS = 14
FEWEST_REGIONS = 4
FEWEST_POINTS = 3
"""A line of two points says no more than the table."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the words around it; ``alt`` holds the finding and the numbers that prove it."""

    title: str
    subtitle: str
    alt: str
    svg: str
    width: float
    height: float
    legend: tuple[str, ...] = ()


@dataclass(slots=True)
class Gallery:
    """The charts of a document by name: words for the templates, and SVG beside them."""

    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    svg: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, chart: Chart) -> str:
        """Keep a chart under a name and return the name."""
        self.words[name] = {
            "title": chart.title,
            "subtitle": chart.subtitle,
            "alt": chart.alt,
            "width": chart.width,
            "legend": list(chart.legend),
        }
        self.svg[name] = chart.svg
        return name


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
    row, points = lead(edition), _index(edition)
    if row is None and not points:
        return {}
    return {
        name: own_unit(row, w, height) if row is not None else index(edition, points, w, height)
        for name, height in TRAJECTORY_HEIGHTS.items()
    }


def index(
    edition: LawEdition, points: list[tuple[float, float | None, float | None]], w: Words, height: float
) -> Chart:
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
    )
    alt = ". ".join(part for part in (title, score_text, needed_text) if part)
    return Chart(
        title=title,
        subtitle=w("chart.index.subtitle", sources=printed(_ids(edition))),
        alt=w("chart.alt.line", text=printed(alt)),
        svg=trajectory.draw(spec, WIDE, height),
        width=WIDE,
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
    used = [row.source for row in edition.indicators if scored(row) and row.source is not None]
    return ", ".join(dict.fromkeys(used))


def own_unit(row: IndicatorRow, w: Words, height: float) -> Chart:
    """One indicator in its own unit: against its path, or alone where it has no target."""
    text = _values(row, w)
    dots = tuple(trajectory.Dot(periods.time(p.period), p.value, p.revised_from) for p in row.history)
    newest = text(row.history[-1].value)
    behind = row.ratio is not None and row.ratio < 1
    path = tuple(
        trajectory.Node(
            periods.time(period),
            value,
            w("chart.target", value=printed(_goal(row, value, w))) if number == len(row.path) - 1
            else _goal(row, value, w) if number else "",
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
        number=_axis(row, w),
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
    alt = ". ".join(part for part in (title, row.title.get(w.lang), actual_text, needed_text) if part)
    return Chart(
        title=title,
        subtitle=_measured(row, w),
        alt=w("chart.alt.line", text=printed(alt)),
        svg=trajectory.draw(spec, WIDE, height),
        width=WIDE,
        height=height,
    )


def _own_title(row: IndicatorRow, w: Words, text: Any) -> str:
    if row.path and row.status in ("reversing", "achieved", "missed", "not_started", "not_distinguishable"):
        return w("chart.own." + row.status)
    if row.path and scored(row):
        return w("chart.own." + side(row))
    if len(row.history) < 2:
        return w("chart.own.single", value=printed(text(row.history[-1].value)), period=at(row.history[-1].period))
    return change(row, w)


def change(row: IndicatorRow, w: Words) -> str:
    """First and last value with their periods: no verb, since no interval proves a rise or a fall."""
    text = _values(row, w)
    first, last = row.history[0], row.history[-1]
    return w(
        "chart.own.change",
        first=printed(text(first.value)),
        start=printed(w.period(first.period)),
        last=printed(text(last.value)),
        end=printed(w.period(last.period)),
    )


def _values(row: IndicatorRow, w: Words) -> Any:
    def text(value: float, signed: bool = False) -> str:
        if signed and row.percentage:
            return w.number(value, row.decimals, signed=True)
        return w.amount(value, row.decimals, row.percentage, signed)

    return text


def _axis(row: IndicatorRow, w: Words) -> Any:
    """Axis numbers with no more decimals than they need."""

    def text(value: float) -> str:
        decimals = next((n for n in range(5) if abs(round(value, n) - value) < 1e-9), 4)
        return w.number(value, decimals)

    return text


def _goal(row: IndicatorRow, value: float, w: Words) -> str:
    return w.amount(value, target_decimals(row, value), row.percentage)


def _pace_lines(row: IndicatorRow, w: Words) -> tuple[str, ...]:
    if row.needed_pace is None or row.status in ("achieved", "missed"):
        return ()
    lines = [w("chart.pace.needed", value=printed(pace_text(row, row.needed_pace, w)))]
    if row.recent_pace is not None:
        lines.append(w("chart.pace.recent", value=printed(pace_text(row, row.recent_pace, w))))
    return tuple(lines)


def _measured(row: IndicatorRow, w: Words) -> str:
    """Measure, unit and source: the subtitle of a chart."""
    parts = [row.title.get(w.lang), unit(row, w)]
    text = ", ".join(part for part in parts if part)
    return f"{row.number} {text} [{row.source}]" if row.source else f"{row.number} {text}"


def region_chart(edition: LawEdition, w: Words) -> Chart | None:
    """Regions of the leading indicator, or of the first that has them."""
    first = lead(edition)
    able = [row for row in edition.indicators if _has_regions(row)]
    if not able:
        return None
    row = first if first in able else able[0]
    known = [r for r in row.regions if r.value is not None]
    best_first = sorted(known, key=lambda r: _order(r, row), reverse=row.direction != "down")
    missing = [r for r in row.regions if r.value is None and r.existed]
    text = _values(row, w)
    reached = {r.code for r in known if _reached(r, row)}
    rows = [
        regions.Region(r.name.get(w.lang), r.value, text(r.value or 0.0), r.code in reached) for r in best_first
    ] + [regions.Region(r.name.get(w.lang), None, "") for r in missing]
    nation = next((p.value for p in row.history if p.period == row.regions_period), None)
    ordered = sorted(known, key=lambda r: (r.value or 0.0, r.code))
    low, high = ordered[0], ordered[-1]
    spread = w(
        "chart.regions.range",
        low=TextArg(value=low.name),
        low_value=printed(text(low.value or 0.0)),
        high=TextArg(value=high.name),
        high_value=printed(text(high.value or 0.0)),
    )
    title = spread
    if row.target is not None and row.target_period is not None:
        key = "chart.regions.reached" if reached else "chart.regions.unreached"
        title = w(key, count=count(len(reached)), total=count(len(known)), period=at(row.target_period))
    spec = regions.Regions(
        rows=tuple(rows),
        number=_axis(row, w),
        no_data=w("no_data"),
        nation=nation,
        nation_text="" if nation is None else w("chart.nation", value=printed(text(nation))),
        target=row.target,
        target_text="" if row.target is None else w("chart.regions.target", value=printed(_goal(row, row.target, w))),
    )
    period = w.period(row.regions_period)
    return Chart(
        title=title,
        subtitle=f"{_measured(row, w)}, {period}",
        alt=w("chart.alt.dots", text=printed(f"{title}. {spread}. {row.title.get(w.lang)}, {period}")),
        svg=regions.draw(spec, HALF),
        width=HALF,
        height=regions.height(len(rows)),
    )


def _has_regions(row: IndicatorRow) -> bool:
    return sum(r.value is not None for r in row.regions) >= FEWEST_REGIONS


def _order(region: RegionValue, row: IndicatorRow) -> tuple[float, str]:
    return (region.value or 0.0, region.code)


def _reached(region: RegionValue, row: IndicatorRow) -> bool:
    if row.target is None or region.value is None:
        return False
    return region.value <= row.target if row.direction == "down" else region.value >= row.target


def bylaw_chart(edition: LawEdition, w: Words) -> Chart | None:
    """By-laws in the order of their delay; never issued ones first, with their running delay."""
    shown = [row for row in edition.measures if _drawn(row, edition)]
    if not any(row.adopted for row in shown) and not any(row.delay_days for row in shown):
        return None
    ordered = sorted(shown, key=lambda row: (row.adopted is not None or row.state == "unknown", row.state == "unknown",
                                             -(row.delay_days or 0), row.id))  # fmt: skip
    kept = ordered[:MOST_BYLAWS]
    drawn = tuple(_bylaw(row, edition, w) for row in kept)
    spec = bylaws.ByLaws(
        rows=drawn,
        start=edition.adopted,
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
    subtitle = w("chart.bylaws.subtitle")
    if len(kept) < len(shown):
        subtitle = f"{subtitle} {w('chart.bylaws.part', kept=count(len(kept)), count=count(len(shown)))}"
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=w("chart.alt.bars", text=printed(f"{title}. {span}".rstrip(". "))),
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


def arrange(edition: LawEdition, gallery: Gallery, w: Words) -> dict[str, Any]:
    """The second page's charts: two columns that end at about the same height, then rows across the page.

    Regions and by-laws are the large ones; small lines of the other indicators fill the shorter
    column and, if more than one is left, rows of two or three. ``notes`` names the column that has
    room for the notes on the indicators.
    """
    large = {"regions": region_chart(edition, w), "bylaws": bylaw_chart(edition, w)}
    columns: list[list[str]] = [[], []]
    heights = [0.0, 0.0]
    for column, (name, chart) in enumerate((name, chart) for name, chart in large.items() if chart is not None):
        columns[column].append(gallery.add(name, chart))
        heights[column] += chart.height + _HEAD_ROOM
    first = lead(edition)
    waiting = [row for row in edition.indicators if row is not first and len(row.history) >= FEWEST_POINTS]
    while waiting and columns[0] and abs(heights[0] - heights[1]) > _PANEL_ROOM * 0.7:
        shorter = heights.index(min(heights))
        row = waiting.pop(0)
        columns[shorter].append(gallery.add(f"panel-{row.number}", _panel(row, w, HALF)))
        heights[shorter] += _PANEL_ROOM
    width = {1: WHOLE, 2: HALF, 4: HALF}.get(len(waiting), THIRD)
    rest = [gallery.add(f"panel-{row.number}", _panel(row, w, width)) for row in waiting]
    room = columns[0] and abs(heights[0] - heights[1]) > _NOTES_ROOM and len(edition.indicators) <= 2
    beside = ("left", "right")[heights.index(min(heights))] if room else ""
    return {"left": columns[0], "right": columns[1], "rest": rest, "notes": beside}


def _panel(row: IndicatorRow, w: Words, width: float) -> Chart:
    text = _values(row, w)
    first, last = row.history[0], row.history[-1]
    spec = panel.Panel(
        dots=tuple(trajectory.Dot(periods.time(p.period), p.value) for p in row.history),
        first_text=text(first.value),
        last_text=text(last.value),
        first_period=w.period(first.period),
        last_period=w.period(last.period),
        breaks=tuple(periods.time(period) for period, _ in row.breaks),
        target=row.target,
        target_text="" if row.target is None else w("chart.target", value=printed(_goal(row, row.target, w))),
    )
    summary = change(row, w)
    return Chart(
        title=summary,
        subtitle=_measured(row, w),
        alt=w("chart.alt.line", text=printed(f"{row.title.get(w.lang)}. {summary}")),
        svg=panel.draw(spec, width, PANEL_HEIGHT),
        width=width,
        height=PANEL_HEIGHT,
    )

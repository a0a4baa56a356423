"""A line in time against the path it should follow, and the pace that the rest of the way needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.charts import palette
from reports.charts.canvas import Anchor, Canvas, text_width
from reports.charts.placing import Box, Labels, Place, around, text_box
from reports.charts.scale import Scale, ticks, year_ticks

_AXIS = 6.9  # size of axis text
_BOTTOM, _TOP = 17.0, 12.0
_SIDES: tuple[tuple[Anchor, float], ...] = (("left", 6.0), ("center", 0.0), ("right", -6.0))


@dataclass(frozen=True, slots=True)
class Dot:
    """An observation: time in years, value, and the value that it had before a revision."""

    time: float
    value: float
    revised_from: float | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A point of the path with the words beside it; the last node of a path is the target."""

    time: float
    value: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What the chart shows; every string is ready to print."""

    actual: tuple[Dot, ...]
    latest_text: str
    number: Callable[[float], str]
    first_text: str = ""
    path: tuple[Node, ...] = ()
    path_name: str = ""
    needed: float | None = None  # at the time of the latest observation
    needed_text: str = ""
    gap_text: str = ""
    band: tuple[float, float] | None = None  # interval of the latest observation
    behind: bool = False
    pace_text: tuple[str, ...] = ()  # lines beside the pace from here; empty: no such line
    breaks: tuple[float, ...] = ()  # times from which values cannot be compared with those before
    bounds: tuple[float, float] | None = None  # of the value axis; None: from the data


def segments(dots: Sequence[Dot], breaks: Sequence[float]) -> list[list[Dot]]:
    """The observations split where the series is not comparable with what lies before."""
    parts: list[list[Dot]] = [[]]
    for before, dot in zip((None, *dots), dots, strict=False):
        if before is not None and any(before.time < at <= dot.time for at in breaks):
            parts.append([])
        parts[-1].append(dot)
    return [part for part in parts if part]


def value_ticks(spec: Trajectory) -> tuple[float, ...]:
    """Gridlines: from zero where the values lie closer to it than to each other."""
    if spec.bounds is not None:
        return ticks(*spec.bounds)
    values = [dot.value for dot in spec.actual] + [node.value for node in spec.path]
    values += [dot.revised_from for dot in spec.actual if dot.revised_from is not None]
    low, high = min(values), max(values)
    if 0 < low < 0.6 * high:
        low = 0.0
    elif 0.6 * low < high < 0:
        high = 0.0
    return ticks(low, high)


def draw(spec: Trajectory, width: float, height: float) -> str:
    """SVG of ``width`` x ``height`` points; ValueError without an observation: draw no empty chart."""
    if not spec.actual:
        raise ValueError("a trajectory needs at least one observation")
    canvas = Canvas(width, height)
    labels = Labels(canvas)
    grid = value_ticks(spec)
    times = [dot.time for dot in spec.actual] + [node.time for node in spec.path]
    first, last = min(times), max(times)
    if first == last:
        first, last = first - 1, last + 1
    left = max(text_width(spec.number(tick), _AXIS) for tick in grid) + 7
    target_text = spec.path[-1].text if spec.path else ""
    right = width - max(8.0, min(text_width(target_text, 8, 700) + 8, width * 0.28))
    x = Scale(first, last, left + 3, right)
    y = Scale(grid[0], grid[-1], _BOTTOM, height - _TOP)
    _axes(canvas, labels, spec, grid, x, y, (left, right))
    _path(canvas, labels, spec, x, y)
    _actual(canvas, labels, spec, x, y)
    _words(labels, spec, x, y)
    return canvas.svg()


def _axes(
    canvas: Canvas,
    labels: Labels,
    spec: Trajectory,
    grid: Sequence[float],
    x: Scale,
    y: Scale,
    span: tuple[float, float],
) -> None:
    left, right = span
    labels.boxes += [Box(0, 0, canvas.width, _BOTTOM), Box(0, 0, left, canvas.height)]
    for tick in grid:
        level = y(tick)
        canvas.line([(left, level), (right, level)], palette.RULE, 0.6)
        canvas.text(left - 4, level - 2.4, spec.number(tick), _AXIS, palette.MUTED, anchor="right")
    canvas.line([(left, _BOTTOM), (right, _BOTTOM)], palette.MUTED, 0.8)
    for year in year_ticks(x.low, x.high, right - left):
        at = x(year)
        canvas.line([(at, _BOTTOM), (at, _BOTTOM - 3)], palette.MUTED, 0.8)
        centre = min(at, canvas.width - text_width(str(year), _AXIS) / 2)
        canvas.text(centre, _BOTTOM - 11.5, str(year), _AXIS, palette.MUTED, anchor="center")
    for at in spec.breaks:
        if x.low < at < x.high:
            line = [(x(at - 0.5), _BOTTOM), (x(at - 0.5), canvas.height - _TOP)]
            canvas.line(line, palette.MUTED, 0.7, dash=(1, 2))
            labels.put("b", [Place(line[1][0] + 2, line[1][1] - 5)], 7, palette.MUTED)
            labels.keep_clear(line)


def _path(canvas: Canvas, labels: Labels, spec: Trajectory, x: Scale, y: Scale) -> None:
    if not spec.path:
        return
    points = [(x(node.time), y(node.value)) for node in spec.path]
    if len(points) > 1:
        canvas.line(points, palette.MUTED, 1.3, dash=(3.2, 2.2))
        labels.keep_clear(points)
    if spec.pace_text:
        here = (x(spec.actual[-1].time), y(spec.actual[-1].value))
        canvas.line([here, points[-1]], palette.ORANGE, 1.3, dash=(1.2, 1.6))
        labels.keep_clear([here, points[-1]])
    for (px, py), node in list(zip(points, spec.path, strict=True))[1:]:
        if node.text or node is spec.path[-1]:
            canvas.dot(px, py, 2.0 if node is not spec.path[-1] else 3.2, palette.INK)
            labels.keep_clear_of_dot(px, py, 3.2)


def _actual(canvas: Canvas, labels: Labels, spec: Trajectory, x: Scale, y: Scale) -> None:
    latest = spec.actual[-1]
    if spec.band is not None:
        low, high = (y(bound) for bound in spec.band)
        canvas.rectangle(x(latest.time) - 3.4, low, 6.8, max(high - low, 0.8), palette.BAND)
    if spec.needed is not None:
        at = x(latest.time)
        stem = [(at, y(latest.value)), (at, y(spec.needed))]
        if abs(stem[0][1] - stem[1][1]) > 4:
            canvas.line(stem, palette.ORANGE if spec.behind else palette.NAVY, 1.6)
            labels.keep_clear(stem)
        canvas.dot(at, y(spec.needed), 2.6, palette.WHITE, palette.MUTED, 1.3)
        labels.keep_clear_of_dot(at, y(spec.needed), 3.2)
    radius = 2.1 if len(spec.actual) <= 24 else 1.4
    for part in segments(spec.actual, spec.breaks):
        points = [(x(dot.time), y(dot.value)) for dot in part]
        if len(points) > 1:
            canvas.line(points, palette.NAVY, 2.0, cap="round")
            labels.keep_clear(points)
        for (px, py), dot in zip(points, part, strict=True):
            if dot.revised_from is not None:
                before = y(dot.revised_from)
                canvas.line([(px, before), (px, py)], palette.NAVY, 0.7)
                canvas.dot(px, before, 1.7, palette.WHITE, palette.NAVY, 0.8)
                labels.keep_clear_of_dot(px, before, 2.2)
            canvas.dot(px, py, radius if dot is not latest else 3.0, palette.NAVY)
            labels.keep_clear_of_dot(px, py, radius + 0.6)


def _words(labels: Labels, spec: Trajectory, x: Scale, y: Scale) -> None:
    latest = spec.actual[-1]
    here = (x(latest.time), y(latest.value))
    above = spec.needed is None or latest.value >= spec.needed
    labels.put(spec.latest_text, _prefer(around(*here, 9), above, here[1]), 9, palette.NAVY, 700)
    if spec.needed is not None:
        there = (here[0], y(spec.needed))
        labels.put(spec.needed_text, _prefer(around(*there, 8), not above, there[1]), 8, palette.MUTED, 600)
        middle = (here[1] + there[1]) / 2
        if spec.gap_text and abs(here[1] - there[1]) > 12:
            colour = palette.ORANGE_TEXT if spec.behind else palette.NAVY
            beside = (Place(here[0] + 4, middle - 3), Place(here[0] - 4, middle - 3, "right"))
            labels.put(spec.gap_text, beside, 8, colour, 700)
    for node in spec.path[:0:-1]:
        if node.text:
            size, weight = (8, 700) if node is spec.path[-1] else (7, 600)
            at = (x(node.time), y(node.value))
            end = (Place(at[0] + 6, at[1] - 2.9),) if node is spec.path[-1] else ()
            labels.put(node.text, (*end, *around(*at, size)), size, palette.INK, weight)
    if spec.first_text and len(spec.actual) > 1:
        start = (x(spec.actual[0].time), y(spec.actual[0].value))
        labels.put(spec.first_text, around(*start, 7.4), 7.4, palette.NAVY, 600)
    if spec.pace_text:
        _pace(labels, spec, here, (x(spec.path[-1].time), y(spec.path[-1].value)))
    if spec.path_name and len(spec.path) > 1:
        _path_name(labels, spec, x, y)


def _prefer(places: Sequence[Place], above: bool, level: float) -> list[Place]:
    """Places on the wanted side of a level first."""
    return sorted(places, key=lambda place: (place.y > level) != above)


def _pace(labels: Labels, spec: Trajectory, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Words at the dotted line, one line under the other, on the side away from the path."""
    longest = max(spec.pace_text, key=lambda line: text_width(line, 7.2, 600))
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.9):
        px, py = start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
        for shift in (-12, -20, -30, -42, 16, 26, 38):
            for anchor, dx in _SIDES:
                lines = [Place(px + dx, py + shift - 9 * row, anchor) for row in range(len(spec.pace_text))]
                if all(labels.free(text_box(at.x, at.y, longest, 7.2, 600, at.anchor)) for at in lines):
                    for row, (at, text) in enumerate(zip(lines, spec.pace_text, strict=True)):
                        labels.write(text, at, 7.2, palette.ORANGE_TEXT, 400 if row else 600)
                    return


def _path_name(labels: Labels, spec: Trajectory, x: Scale, y: Scale) -> None:
    """The path's name beside the path, near its middle if there is room."""
    first, last = spec.path[0].time, spec.path[-1].time
    for share in (0.55, 0.45, 0.65, 0.35, 0.75, 0.25, 0.85, 0.15):
        time = first + share * (last - first)
        px, py = x(time), y(_on_path(spec.path, time))
        places = [Place(px + dx, py + dy, anchor) for dy in (6, -12, 12, -18) for anchor, dx in reversed(_SIDES)]
        if labels.put(spec.path_name, places, 7.2, palette.MUTED, 600):
            return


def _on_path(path: Sequence[Node], time: float) -> float:
    """Value of the path at a time within it."""
    for start, end in pairwise(path):
        if start.time <= time <= end.time:
            return start.value + (time - start.time) / (end.time - start.time) * (end.value - start.value)
    raise ValueError(f"the path does not reach {time}")

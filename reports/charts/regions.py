"""Regions as sorted dots against the country's value and the target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.charts import palette
from reports.charts.canvas import Canvas, text_width
from reports.charts.placing import Labels, Place
from reports.charts.scale import Scale, ticks

_PITCH, _TOP, _BOTTOM = 12.4, 24.0, 16.0


@dataclass(frozen=True, slots=True)
class Region:
    """One row; ``value`` None prints the words for no data and no dot."""

    name: str
    value: float | None
    text: str
    reached: bool = False  # the target


@dataclass(frozen=True, slots=True)
class Regions:
    """Rows in the order in which they are printed, best first, and the two reference lines."""

    rows: tuple[Region, ...]
    number: Callable[[float], str]
    no_data: str
    nation: float | None = None
    nation_text: str = ""
    target: float | None = None
    target_text: str = ""


def height(rows: int) -> float:
    """Height in points of a chart with so many rows."""
    return rows * _PITCH + _TOP + _BOTTOM


def draw(spec: Regions, width: float) -> str:
    """SVG ``width`` points wide and :func:`height` high; ValueError where no region has a value."""
    values = [row.value for row in spec.rows if row.value is not None]
    if not values:
        raise ValueError("a chart of regions needs at least one value")
    canvas = Canvas(width, height(len(spec.rows)))
    labels = Labels(canvas)
    lines = [value for value in (spec.nation, spec.target) if value is not None]
    grid = ticks(min(values + lines), max(values + lines), most=4)
    left = max(text_width(row.name, 7.2) for row in spec.rows) + 8
    right = width - max(text_width(row.text, 7.2, 700) for row in spec.rows) - 9
    x = Scale(grid[0], grid[-1], left + 4, right - 4)
    top = canvas.height - _TOP
    foot = top - sum(row.value is not None for row in spec.rows) * _PITCH  # no line through "no data"
    for tick in grid:
        canvas.line([(x(tick), _BOTTOM), (x(tick), top)], palette.RULE, 0.6)
        canvas.text(x(tick), 3, spec.number(tick), 6.9, palette.MUTED, anchor="center")
    if spec.nation is not None:
        canvas.line([(x(spec.nation), foot), (x(spec.nation), top + 2)], palette.MUTED, 1.0)
    if spec.target is not None:
        canvas.line([(x(spec.target), foot), (x(spec.target), top + 2)], palette.INK, 1.1, dash=(2.6, 2.0))
    for number, row in enumerate(spec.rows):
        level = top - (number + 0.5) * _PITCH
        colour = palette.INK if row.value is not None else palette.MUTED
        canvas.text(left - 4, level - 2.5, row.name, 7.2, colour, anchor="right")
        if row.value is None:
            canvas.rectangle(left + 2, level - 4, text_width(spec.no_data, 7.0) + 4, 8, palette.WHITE)
            canvas.text(left + 4, level - 2.5, spec.no_data, 7.0, palette.MUTED)
            continue
        canvas.line([(left, level), (x(row.value), level)], palette.RULE, 0.5)
        canvas.dot(x(row.value), level, 2.7, palette.NAVY if row.reached else palette.WHITE, palette.NAVY, 1.4)
        canvas.text(width - 2, level - 2.5, row.text, 7.2, colour, 700 if row.reached else 400, "right")
    for value, text, colour, weight in (
        (spec.target, spec.target_text, palette.INK, 700),
        (spec.nation, spec.nation_text, palette.MUTED, 600),
    ):
        if value is not None:
            labels.put(text, _heads(x(value), top + 5, text, weight, width), 7.2, colour, weight)
    return canvas.svg()


def _heads(at: float, level: float, text: str, weight: int, width: float) -> list[Place]:
    """Above a reference line, pushed inside the page, on the lower or the upper line of heads."""
    half = text_width(text, 7.2, weight) / 2 + 2
    inside = min(max(at, half), width - half)
    return [Place(inside, level, "center"), Place(inside, level + 10, "center")]

"""The share of duties without an act, falling in steps as acts are adopted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.charts import palette
from reports.charts.canvas import Canvas, text_width
from reports.charts.placing import Box, Labels, Place, around
from reports.charts.scale import Scale

_BOTTOM, _TOP = 17.0, 14.0
_LEVELS = (0.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """``steps`` are (months, share from then on); ``end`` is the month up to which the duties were watched."""

    steps: tuple[tuple[float, float], ...]
    end: float
    open_text: str  # at the end of the line; empty: nothing is open
    months: Callable[[float], str]
    percent: Callable[[float], str]
    marks: tuple[tuple[float, str], ...] = ()  # months and words of the steps that are named


def month_ticks(end: float) -> range:
    """Months to write along the axis: at most eight, whole years where there is more than one."""
    step = next((step for step in (1, 3, 6, 12, 24, 36, 60, 120) if end / step <= 7), 240)
    return range(0, int(end) + 1, step)


def draw(spec: Waiting, width: float, height: float) -> str:
    """SVG of ``width`` x ``height`` points; ValueError without a step."""
    if not spec.steps:
        raise ValueError("a line of waiting duties needs at least one act")
    canvas = Canvas(width, height)
    labels = Labels(canvas)
    left = max(text_width(spec.percent(level), 6.9) for level in _LEVELS) + 7
    right = width - max(text_width(spec.open_text, 8, 700) + 12, 8)
    x = Scale(0.0, spec.end, left + 3, right)
    y = Scale(0.0, 100.0, _BOTTOM, height - _TOP)
    labels.boxes += [Box(0, 0, width, _BOTTOM), Box(0, 0, left, height)]
    for level in _LEVELS:
        canvas.line([(left, y(level)), (right, y(level))], palette.RULE, 0.6)
        canvas.text(left - 4, y(level) - 2.4, spec.percent(level), 6.9, palette.MUTED, anchor="right")
    canvas.line([(left, _BOTTOM), (right, _BOTTOM)], palette.MUTED, 0.8)
    for tick in month_ticks(spec.end):
        canvas.text(x(tick), 5, spec.months(tick), 6.9, palette.MUTED, anchor="center")
    points = [(x(0.0), y(100.0))]
    for months, share in spec.steps:
        points += [(x(months), points[-1][1]), (x(months), y(share))]
    points.append((x(spec.end), points[-1][1]))
    canvas.line(points, palette.NAVY, 2.0)
    labels.keep_clear(points)
    for months, _ in spec.steps:
        level = next(y(share) for at, share in reversed(spec.steps) if at <= months)
        canvas.dot(x(months), level, 2.1, palette.NAVY)
    if spec.open_text:
        canvas.dot(*points[-1], 3.0, palette.WHITE, palette.NAVY, 1.4)
        labels.put(spec.open_text, (Place(points[-1][0] + 6, points[-1][1] - 2.9),), 8, palette.NAVY, 700)
    for months, text in spec.marks:
        level = next(y(share) for at, share in reversed(spec.steps) if at <= months)
        labels.put(text, around(x(months), level, 7.2)[2:], 7.2, palette.NAVY, 600)
    return canvas.svg()

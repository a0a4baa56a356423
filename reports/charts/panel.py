"""A small line of one indicator in time: one of several beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import palette
from reports.charts.canvas import Canvas
from reports.charts.placing import Box, Labels, around
from reports.charts.scale import Scale
from reports.charts.trajectory import Dot, segments

_BOTTOM, _SIDE, _TOP = 12.0, 14.0, 12.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A series with its first and last value in words, and its target, if it has one.

    ``span`` is the stretch of time that panels beside each other share; then the needed path is
    drawn, with the target at its end, and the periods are those of the span.
    """

    dots: tuple[Dot, ...]
    first_text: str
    last_text: str
    first_period: str
    last_period: str
    breaks: tuple[float, ...] = ()
    target: float | None = None
    target_text: str = ""
    path: tuple[tuple[float, float], ...] = ()
    span: tuple[float, float] | None = None


def draw(spec: Panel, width: float, height: float) -> str:
    """SVG of ``width`` x ``height`` points; ValueError with fewer than two observations."""
    if len(spec.dots) < 2:
        raise ValueError("a line in time needs at least two observations")
    canvas = Canvas(width, height)
    labels = Labels(canvas)
    path = spec.path if spec.span is not None else ()
    shown = [dot.value for dot in spec.dots] + [value for _, value in path]
    shown += [dot.revised_from for dot in spec.dots if dot.revised_from is not None]
    low, high = _range(shown if spec.target is None else [*shown, spec.target])
    x = Scale(*(spec.span or (spec.dots[0].time, spec.dots[-1].time)), _SIDE, width - _SIDE)
    y = Scale(low, high, _BOTTOM + 8, height - _TOP)
    canvas.line([(0, _BOTTOM), (width, _BOTTOM)], palette.RULE, 0.8)
    labels.boxes.append(Box(0, 0, width, _BOTTOM))  # the room of the two periods
    canvas.text(0, 2.6, spec.first_period, 6.9, palette.MUTED)
    canvas.text(width, 2.6, spec.last_period, 6.9, palette.MUTED, anchor="right")
    ahead = [(x(time), y(value)) for time, value in path]
    if ahead:
        canvas.line(ahead, palette.MUTED, 1.1, dash=(3.2, 2.4))
        canvas.dot(*ahead[-1], 2.4, palette.INK)
        labels.keep_clear(ahead)
        labels.keep_clear_of_dot(*ahead[-1], 2.6)
    elif spec.target is not None:
        line = [(0.0, y(spec.target)), (width, y(spec.target))]
        canvas.line(line, palette.INK, 0.9, dash=(2.6, 2.0))
        labels.keep_clear(line)
    for part in segments(spec.dots, spec.breaks):
        points = [(x(dot.time), y(dot.value)) for dot in part]
        if len(points) > 1:
            canvas.line(points, palette.NAVY, 1.6, cap="round")
            labels.keep_clear(points)
        for at, dot in zip(points, part, strict=True):
            if dot.revised_from is not None:
                before = (at[0], y(dot.revised_from))
                canvas.line([before, at], palette.NAVY, 0.7)
                canvas.dot(*before, 1.5, palette.WHITE, palette.NAVY, 0.7)
            canvas.dot(*at, 1.3, palette.NAVY)
    first, last = spec.dots[0], spec.dots[-1]
    for dot, text, weight, size in ((last, spec.last_text, 700, 8.0), (first, spec.first_text, 400, 7.4)):
        at = (x(dot.time), y(dot.value))
        canvas.dot(*at, 2.4, palette.NAVY)
        labels.keep_clear_of_dot(*at, 2.6)
        places = around(*at, size)
        inward = ("left" if dot is first else "right", "center")
        sides = [p for p in places if p.anchor in inward] + [p for p in places if p.anchor not in inward]
        labels.put(text, sides, size, palette.NAVY, weight)
    if ahead:
        labels.put(spec.target_text, around(*ahead[-1], 7), 7, palette.INK, 600)
    elif spec.target is not None:
        middle = around(width / 2, y(spec.target), 7, gap=2.4)
        labels.put(spec.target_text, middle, 7, palette.INK, 600)
    return canvas.svg()


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The values' range, or one around a constant, so that it is drawn in the middle."""
    low, high = min(values), max(values)
    room = (high - low) or abs(high) or 1.0
    return (low - 0.05 * room, high + 0.05 * room) if high > low else (low - room, high + room)

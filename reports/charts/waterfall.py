"""From one score to the next in steps: every part of the change as a bar that starts where the one above it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.charts import palette
from reports.charts.canvas import Canvas, text_width, wrap
from reports.charts.scale import Scale, ticks

_PITCH = 21.0
_TOP, _BOTTOM = 6.0, 17.0
_NAMES = 0.40  # share of the width that the names take
_THICK = 8.0
_TEXT = 7.4


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the change: its words, its points, and both ready to print."""

    name: str
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Both scores with their words and the parts between them, which add up to the difference.

    ``band``: the 5-95 % interval of the later score; None where there is none.
    """

    before: float
    before_name: str
    before_text: str
    after: float
    after_name: str
    after_text: str
    parts: tuple[Part, ...]
    number: Callable[[float], str]
    band: tuple[float, float] | None = None


def height(parts: int) -> float:
    """Height in points of a chart with so many parts."""
    return (parts + 2) * _PITCH + _TOP + _BOTTOM


def draw(spec: Waterfall, width: float) -> str:
    """SVG ``width`` points wide and :func:`height` high; ValueError without parts: nothing moved, nothing to draw."""
    if not spec.parts:
        raise ValueError("a waterfall needs at least one part: say in words that nothing changed")
    canvas = Canvas(width, height(len(spec.parts)))
    levels = [spec.before]
    for part in spec.parts:
        levels.append(levels[-1] + part.points)
    grid = ticks(min(levels), max(levels))
    room = max(text_width(part.text, _TEXT, 700) for part in spec.parts) + 10
    x = Scale(grid[0], grid[-1], width * _NAMES + room, width - room)
    for tick in grid:
        canvas.line([(x(tick), _BOTTOM), (x(tick), canvas.height - _TOP)], palette.RULE, 0.6)
        canvas.text(x(tick), 5, spec.number(tick), 6.9, palette.MUTED, anchor="center")
    rows = [canvas.height - _TOP - (n + 0.5) * _PITCH for n in range(len(spec.parts) + 2)]
    _name(canvas, spec.before_name, rows[0], 600)
    canvas.dot(x(spec.before), rows[0], 3.0, palette.WHITE, palette.INK, 1.0)
    canvas.text(x(spec.before) + 7, rows[0] - 2.6, spec.before_text, 8.0, palette.INK, 700)
    for n, part in enumerate(spec.parts):
        _bar(canvas, part, x(levels[n]), x(levels[n + 1]), rows[n + 1], rows[n])
    canvas.line([(x(levels[-1]), rows[-2] - _THICK / 2), (x(levels[-1]), rows[-1])], palette.MUTED, 0.6)
    _name(canvas, spec.after_name, rows[-1], 600)
    if spec.band is not None:
        low, high = (x(min(max(bound, grid[0]), grid[-1])) for bound in spec.band)
        canvas.rectangle(low, rows[-1] - 3.2, max(high - low, 0.8), 6.4, palette.BAND)
    canvas.dot(x(spec.after), rows[-1], 3.0, palette.NAVY)
    beside = x(spec.after) if spec.band is None else max(x(spec.after), x(min(spec.band[1], grid[-1])))
    canvas.text(beside + 7, rows[-1] - 2.6, spec.after_text, 8.0, palette.NAVY, 700)
    return canvas.svg()


def _bar(canvas: Canvas, part: Part, start: float, end: float, level: float, above: float) -> None:
    """A part from where the part above ended; its number stands on the side to which it leads."""
    canvas.line([(start, above - _THICK / 2), (start, level)], palette.MUTED, 0.6)
    low, high = sorted((start, end))
    gain = part.points >= 0
    fill = palette.BLUE if gain else palette.ORANGE
    canvas.rectangle(low, level - _THICK / 2, max(high - low, 0.8), _THICK, fill)
    _name(canvas, part.name, level, 400)
    colour = palette.NAVY if gain else palette.ORANGE_TEXT
    if gain:
        canvas.text(high + 4, level - 2.6, part.text, _TEXT, colour, 700)
    else:
        canvas.text(low - 4, level - 2.6, part.text, _TEXT, colour, 700, "right")


def _name(canvas: Canvas, text: str, level: float, weight: int) -> None:
    lines = wrap(text, canvas.width * _NAMES - 4, _TEXT, 2, weight)
    for n, line in enumerate(lines):
        canvas.text(0, level - 2.4 + (len(lines) - 1) * 4.4 - n * 8.8, line, _TEXT, palette.INK, weight)

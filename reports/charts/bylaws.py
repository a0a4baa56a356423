"""By-laws on a time axis: when each duty was first met, by which act it is met now, and those never issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.charts import palette
from reports.charts.canvas import Canvas, text_width, wrap
from reports.charts.scale import Scale, year_ticks

_TOP, _BOTTOM = 18.0, 16.0
_PITCH = 26.0


@dataclass(frozen=True, slots=True)
class ByLaw:
    """One row.

    ``first`` is the day on which the duty was first met (None: not established), ``current`` that
    of the act in force now. With neither, the by-law is open and runs to the reference date, or
    its state is ``unknown``.
    """

    name: str
    first: date | None
    current: date | None
    due: date | None
    text: str  # delay, or the word for an unknown state
    late: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class ByLaws:
    """Rows in the order in which they are printed.

    ``start`` is the law's own day, from which the bars run; None where no time since it is shown.
    Then every row has its act, and the axis starts on the day of the oldest one.
    """

    rows: tuple[ByLaw, ...]
    start: date | None
    start_text: str
    reference: date
    reference_text: str


def height(rows: int) -> float:
    """Height in points of a chart with so many rows."""
    return rows * _PITCH + _TOP + _BOTTOM


def draw(spec: ByLaws, width: float) -> str:
    """SVG ``width`` points wide and :func:`height` high; ValueError without rows."""
    if not spec.rows:
        raise ValueError("a chart of by-laws needs at least one row")
    canvas = Canvas(width, height(len(spec.rows)))
    names = width * 0.42
    days = (
        [spec.reference]
        + [spec.start or spec.reference]
        + [day for row in spec.rows for day in (row.first, row.current, row.due) if day]
    )
    x = Scale(_time(min(days)), _time(max(days)), names + 8, width - 8)
    top = canvas.height - _TOP
    for year in year_ticks(x.low, x.high, x.end - x.start):
        canvas.line([(x(year), _BOTTOM), (x(year), top)], palette.RULE, 0.6)
        canvas.text(x(year), 3, str(year), 6.9, palette.MUTED, anchor="center")
    if spec.start is not None:
        _day(canvas, x(_time(spec.start)), top, spec.start_text, palette.MUTED)
    _day(canvas, x(_time(spec.reference)), top, spec.reference_text, palette.INK)
    for number, row in enumerate(spec.rows):
        _row(canvas, spec, row, top - (number + 0.5) * _PITCH, names, x)
    return canvas.svg()


def _time(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _day(canvas: Canvas, at: float, top: float, text: str, colour: str) -> None:
    canvas.line([(at, _BOTTOM), (at, top + 2)], colour, 1.0)
    half = text_width(text, 7.0, 600) / 2
    canvas.text(min(max(at, half), canvas.width - half), top + 6, text, 7.0, colour, 600, "center")


def _row(canvas: Canvas, spec: ByLaws, row: ByLaw, level: float, names: float, x: Scale) -> None:
    colour = palette.MUTED if row.unknown else palette.INK
    lines = wrap(row.name, names - 2, 6.9, 3)
    for number, line in enumerate(lines):
        canvas.text(names, level - 2.4 + (len(lines) - 1) * 4 - number * 8, line, 6.9, colour, anchor="right")
    if row.unknown:
        canvas.line([(x.start, level), (x.end, level)], palette.MUTED, 0.8, dash=(1, 3))
        canvas.text((x.start + x.end) / 2, level + 2, row.text, 7.0, palette.MUTED, anchor="center")
        return
    begin = x.start if spec.start is None else x(_time(spec.start))
    if row.first is None and row.current is None:
        end = x(_time(spec.reference))
        canvas.rectangle(begin, level - 2, end - begin, 4, palette.ORANGE)
        _beside(canvas, row.text, end, level, x, palette.ORANGE_TEXT, 700)
    if row.first is not None:
        end = x(_time(row.first))
        if spec.start is not None:
            low, high = sorted((begin, end))
            thick = 4.0 if row.late else 2.2  # the colour only repeats it
            canvas.rectangle(low, level - thick / 2, high - low, thick, palette.DELAY if row.late else palette.BAND)
        other = None if row.current in (None, row.first) else x(_time(row.current or row.first))
        _beside(canvas, row.text, end, level, x, palette.INK, 400, other)
        canvas.dot(end, level, 2.8, palette.NAVY)
    if row.current is not None and row.current != row.first:
        canvas.dot(x(_time(row.current)), level, 2.4, palette.WHITE, palette.NAVY, 1.2)
    if row.due is not None:
        at = x(_time(row.due))
        canvas.line([(at, level - 4.5), (at, level + 4.5)], palette.INK, 1.4)


def _beside(
    canvas: Canvas, text: str, at: float, level: float, x: Scale, colour: str, weight: int, other: float | None = None
) -> None:
    """The words right of a mark, or above it where the page ends or another mark stands there."""
    width = text_width(text, 7.0, weight)
    taken = other is not None and at - 4 <= other <= at + width + 10
    if at + 8 + width <= x.end and not taken:
        canvas.rectangle(at + 4.5, level - 3.2, width + 3, 7, palette.WHITE)
        canvas.text(at + 6, level - 2.4, text, 7.0, colour, weight)
    else:
        left = min(max(at - width - 3, x.start + 3), x.end - width - 3)
        canvas.text(left, level + 3.8, text, 7.0, colour, weight)

"""Direct labels that never overlap: each takes the first free place among its candidates.

A label stands on a white ground of its own size, so that no gridline strikes it through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reports.charts import palette
from reports.charts.canvas import Anchor, Canvas, text_width

_ASCENT = 0.72  # of the font size: height of capitals and figures
_DESCENT = 0.22


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """True where the two share a point."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def crossed_by(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """True where the segment enters the box (Liang and Barsky's clipping)."""
        low, high = 0.0, 1.0
        dx, dy = end[0] - start[0], end[1] - start[1]
        for step, room in (
            (-dx, start[0] - self.left),
            (dx, self.right - start[0]),
            (-dy, start[1] - self.bottom),
            (dy, self.top - start[1]),
        ):
            if step == 0:
                if room < 0:
                    return False
                continue
            at = room / step
            if step < 0:
                low = max(low, at)
            else:
                high = min(high, at)
            if low > high:
                return False
        return True


def text_box(x: float, y: float, text: str, size: float, weight: int, anchor: Anchor, margin: float = 1.2) -> Box:
    """The box that a line of text covers, baseline at ``y``, with a margin in points."""
    width = text_width(text, size, weight)
    left = x - {"left": 0.0, "center": width / 2, "right": width}[anchor]
    return Box(left - margin, y - _DESCENT * size - margin, left + width + margin, y + _ASCENT * size + margin)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label may stand: its anchor point at the baseline."""

    x: float
    y: float
    anchor: Anchor = "left"


@dataclass
class Labels:
    """Labels of one chart with what they must not touch."""

    canvas: Canvas
    boxes: list[Box] = field(default_factory=list)
    segments: list[tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=list)

    def keep_clear(self, points: Sequence[tuple[float, float]]) -> None:
        """No label may lie on this polyline."""
        self.segments.extend(pairwise(points))

    def keep_clear_of_dot(self, x: float, y: float, radius: float) -> None:
        """No label may lie on this dot."""
        self.boxes.append(Box(x - radius, y - radius, x + radius, y + radius))

    def free(self, box: Box) -> bool:
        """True where the box lies on the canvas and touches nothing."""
        across = box.left >= 0 and box.right <= self.canvas.width
        inside = across and box.bottom >= 0 and box.top <= self.canvas.height
        return (
            inside
            and not any(box.meets(other) for other in self.boxes)
            and not any(box.crossed_by(*segment) for segment in self.segments)
        )

    def put(
        self,
        text: str,
        places: Iterable[Place],
        size: float = 7.2,
        colour: str = palette.INK,
        weight: int = 400,
    ) -> bool:
        """Write the text at the first free place; False, and nothing drawn, where none is free."""
        for place in places:
            if self.free(text_box(place.x, place.y, text, size, weight, place.anchor)):
                self.write(text, place, size, colour, weight)
                return True
        return False

    def write(self, text: str, place: Place, size: float, colour: str, weight: int = 400) -> None:
        """Write the text here, on its white ground, and keep the place."""
        ground = text_box(place.x, place.y, text, size, weight, place.anchor, margin=0.4)
        width, height = ground.right - ground.left, ground.top - ground.bottom
        self.canvas.rectangle(ground.left, ground.bottom, width, height, palette.WHITE)
        self.canvas.text(place.x, place.y, text, size, colour, weight, place.anchor)
        self.boxes.append(text_box(place.x, place.y, text, size, weight, place.anchor))


def around(x: float, y: float, size: float, gap: float = 4.0) -> tuple[Place, ...]:
    """Places around a point, nearest and most readable first, then further away."""
    places: list[Place] = []
    for away in (gap, gap + 6, gap + 13, gap + 22):
        places += [
            Place(x, y + away, "center"),
            Place(x, y - away - _ASCENT * size, "center"),
            Place(x + away, y + away, "left"),
            Place(x + away, y - away - _ASCENT * size, "left"),
            Place(x - away, y + away, "right"),
            Place(x - away, y - away - _ASCENT * size, "right"),
            Place(x + away, y - 0.36 * size, "left"),
            Place(x - away, y - 0.36 * size, "right"),
        ]
    return tuple(places)

"""A drawing surface in points (72 to the inch, origin at the lower left) that ends as SVG.

matplotlib draws it without Axes, which cost five times as much as the marks themselves. Text is
written as text in the document's own font, so it can be searched and read aloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import matplotlib
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from reports.charts import palette

FONTS = Path(__file__).resolve().parent.parent / "fonts"
FAMILY = "Source Sans 3"
FACES = {
    400: FONTS / "SourceSans3_400Regular.ttf",
    600: FONTS / "SourceSans3_600SemiBold.ttf",
    700: FONTS / "SourceSans3_700Bold.ttf",
}
SMALLEST = 6.7
"""Smallest text of a chart, in points."""

Anchor = Literal["left", "center", "right"]
_POINTS = IdentityTransform()  # at 72 dpi a display unit is a point


class _Line(Text):
    """One line of text at its baseline: the SVG writer anchors it, so no layout is computed."""

    def draw(self, renderer: RendererBase, *_: Any, **__: Any) -> None:
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        x, y = self.get_position()
        height = renderer.get_canvas_width_height()[1]
        renderer.draw_text(context, x, height - y, self.get_text(), self.get_fontproperties(), 0, False, self)
        context.restore()


@cache
def _face(weight: int) -> FT2Font:
    face = FT2Font(str(FACES[weight]))
    face.set_size(100, 72)
    return face


@cache
def _advance(character: str, weight: int) -> float:
    glyph = _face(weight).load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / 100


@cache
def _font(size: float, weight: int) -> FontProperties:
    if FAMILY not in {entry.name for entry in fontManager.ttflist}:
        for path in FACES.values():
            fontManager.addfont(str(path))
    return FontProperties(family=FAMILY, size=size, weight=weight)


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of a line of text in points, from the font's own advances."""
    return size * sum(_advance(character, weight) for character in text)


def wrap(text: str, width: float, size: float, lines: int, weight: int = 400) -> list[str]:
    """Text broken at spaces into at most ``lines`` lines; what does not fit ends in an ellipsis."""
    out: list[str] = []
    for word in text.split(" "):
        if out and text_width(f"{out[-1]} {word}", size, weight) <= width:
            out[-1] = f"{out[-1]} {word}"
        else:
            out.append(word)
    kept = out[:lines]
    if len(out) > lines:
        kept[-1] = " ".join(out[lines - 1 :])
    return [shorten(line, width, size, weight) for line in kept]


def shorten(text: str, width: float, size: float, weight: int = 400) -> str:
    """The text, or as much of it as fits with an ellipsis; the full text stands in a table."""
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(text + "…", size, weight) > width:
        text = text[:-1]
    return text.rstrip(" ,;:") + "…"


class Canvas:
    """Marks in points on a white page; the last drawn lies on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
        self._order = 0

    def _add(self, artist: Any) -> None:
        self._order += 1
        artist.set_zorder(self._order)
        self._figure.add_artist(artist)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float,
        dash: tuple[float, float] | None = None,
        cap: Literal["butt", "round"] = "butt",
    ) -> None:
        """A polyline; ``dash`` is (on, off) in units of the line's width."""
        xs, ys = zip(*points, strict=True)
        style: Any = "-" if dash is None else (0, dash)
        self._add(
            Line2D(
                xs,
                ys,
                color=colour,
                linewidth=width,
                linestyle=style,
                solid_capstyle=cap,
                dash_capstyle=cap,
                solid_joinstyle="round",
                transform=_POINTS,
            )
        )

    def dot(
        self, x: float, y: float, radius: float, fill: str, edge: str | None = None, edge_width: float = 1.0
    ) -> None:
        """A disc; with ``edge`` a ring around it."""
        self._add(
            Circle(
                (x, y),
                radius,
                facecolor=fill,
                edgecolor=edge or "none",
                linewidth=edge_width if edge else 0,
                transform=_POINTS,
            )
        )

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle from its lower left corner."""
        self._add(Rectangle((x, y), width, height, facecolor=fill, edgecolor="none", transform=_POINTS))

    def area(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled polygon."""
        self._add(Polygon(points, closed=True, facecolor=fill, edgecolor="none", transform=_POINTS))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 7.2,
        colour: str = palette.INK,
        weight: int = 400,
        anchor: Anchor = "left",
    ) -> None:
        """One line of text with its baseline at ``y``."""
        if size < SMALLEST:
            raise ValueError(f"chart text of {size} pt is below the smallest readable size of {SMALLEST} pt")
        self._add(
            _Line(
                x,
                y,
                text,
                color=colour,
                fontproperties=_font(size, weight),
                horizontalalignment=anchor,
                verticalalignment="baseline",
                rotation_mode="anchor",
                transform=_POINTS,
                parse_math=False,
            )
        )

    def svg(self) -> str:
        """The drawing as SVG: the same text every time, without a date or a maker."""
        buffer = BytesIO()
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "oryndau"}):
            FigureCanvasSVG(self._figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
        return buffer.getvalue().decode()

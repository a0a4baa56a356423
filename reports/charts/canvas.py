"""A drawing surface in points (72 to the inch, origin at the lower left) that ends as SVG.

matplotlib writes it mark by mark, without Axes, which cost many times as much as the marks
themselves. Text is written as text in the document's own font, so it can be searched and read aloud.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from io import StringIO
from pathlib import Path as File
from typing import Any, Literal, NamedTuple

import matplotlib
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform, Transform

from reports.charts import palette

FONTS = File(__file__).resolve().parent.parent / "fonts"
FAMILY = "Source Sans 3"
FACES = {
    400: FONTS / "SourceSans3_400Regular.ttf",
    600: FONTS / "SourceSans3_600SemiBold.ttf",
    700: FONTS / "SourceSans3_700Bold.ttf",
}
SMALLEST = 6.7
"""Smallest text of a chart, in points."""

Anchor = Literal["left", "center", "right"]
_POINTS = IdentityTransform()  # a unit of the page is a point
_DISC = Path.unit_circle()


class MissingGlyph(ValueError):
    """A text of a chart holds a character that the font lacks; the message names both."""


class _Anchored(NamedTuple):
    """What the SVG writer asks of a text to anchor it at its baseline, so that no layout is computed."""

    position: tuple[float, float]
    anchor: Anchor

    def get_transform(self) -> Transform:
        return _POINTS

    def get_unitless_position(self) -> tuple[float, float]:
        return self.position

    def get_rotation_mode(self) -> str:
        return "anchor"

    def get_ha(self) -> Anchor:
        return self.anchor


@cache
def _face(weight: int) -> FT2Font:
    face = FT2Font(str(FACES[weight]))
    face.set_size(100, 72)
    return face


@cache
def _known(character: str, weight: int) -> bool:
    return bool(_face(weight).get_char_index(ord(character)))


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


def named(character: str) -> str:
    """A character as an error names it: itself, its number and its name."""
    name = unicodedata.name(character, "a character without a name")
    return f"{character!r} (U+{ord(character):04X}, {name})"


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of a line of text in points, from the font's own advances; MissingGlyph where the font lacks one."""
    for character in text:
        if not _known(character, weight):
            raise MissingGlyph(f"{named(character)} cannot be printed, in a chart's text {text!r}")
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
        self._marks: list[Callable[[RendererSVG], None]] = []

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float,
        dash: tuple[float, float] | None = None,
        cap: Literal["butt", "round"] = "butt",
    ) -> None:
        """A polyline; ``dash`` is (on, off) in units of the line's width."""
        dashes = None if dash is None else tuple(width * part for part in dash)
        self._path(Path(points), None, colour, width, dashes, cap)

    def dot(
        self, x: float, y: float, radius: float, fill: str, edge: str | None = None, edge_width: float = 1.0
    ) -> None:
        """A disc; with ``edge`` a ring around it."""
        disc = Affine2D.from_values(radius, 0, 0, radius, x, y)
        self._path(_DISC, fill, edge, edge_width, transform=disc)

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle from its lower left corner."""
        self.area(((x, y), (x + width, y), (x + width, y + height), (x, y + height)), fill)

    def area(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled polygon."""
        self._path(Path((*points, points[0]), closed=True), fill)

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

        def draw(renderer: RendererSVG) -> None:
            ink = renderer.new_gc()
            ink.set_foreground(colour)
            anchored: Any = _Anchored((x, y), anchor)
            renderer.draw_text(ink, x, self.height - y, text, _font(size, weight), 0, False, anchored)

        self._marks.append(draw)

    def _path(
        self,
        path: Path,
        fill: str | None,
        edge: str | None = None,
        width: float = 0.0,
        dashes: tuple[float, ...] | None = None,
        cap: Literal["butt", "round"] = "butt",
        transform: Transform = _POINTS,
    ) -> None:
        def draw(renderer: RendererSVG) -> None:
            ink = renderer.new_gc()
            ink.set_linewidth(width if edge else 0)
            ink.set_foreground(edge or palette.INK)
            ink.set_joinstyle("round")
            ink.set_capstyle(cap)
            ink.set_dashes(0, dashes)
            renderer.draw_path(ink, path, transform, None if fill is None else to_rgba(fill))

        self._marks.append(draw)

    def svg(self) -> str:
        """The drawing as SVG: the same text every time, without a date or a maker.

        The marks go straight to matplotlib's SVG writer: a figure with an artist a mark takes three
        times as long for the same drawing.
        """
        buffer = StringIO()
        kept = matplotlib.rcParams["svg.fonttype"]
        matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text
        try:
            renderer = RendererSVG(self.width, self.height, buffer, metadata={"Date": None, "Creator": None})
            for draw in self._marks:
                draw(renderer)
            renderer.finalize()
        finally:
            matplotlib.rcParams["svg.fonttype"] = kept
        return buffer.getvalue()

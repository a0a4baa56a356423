"""What differs in colour differs without it; each chart as each kind of sight has it is kept in ``build/charts``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
import typst
from PIL import Image

from reports.charts.canvas import FONTS
from reports.render import render_pdf
from reports.view.law import STATUSES, law_view
from tests.reports.colour_vision import MATRICES, as_seen, contrast, luminance
from tests.reports.synthetic_edition import law_edition

PICTURES = Path(__file__).resolve().parents[2] / "build" / "charts"
SIGHTS = tuple(MATRICES)
SVG = "{http://www.w3.org/2000/svg}"
LEAST_CONTRAST = 1.5
"""Of two marks of one shape: about the step from ink to the navy of a line."""
LEAST_RATIO = 1.3
"""Of the sizes of two marks of one shape."""


@cache
def charts() -> dict[str, str]:
    """Every kind of chart of a synthetic law, as SVG by name."""
    _, drawn = law_view(law_edition(measures=24, indicators=7), "kk")
    _, own = law_view(law_edition(measures=0, indicators=1), "kk")
    return {**drawn, "own-unit": own["lead-tall"]}


def picture(svg: str) -> np.ndarray:
    """The chart as bytes (rows, columns, 3), with the document's font."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    page = '#set page(width: auto, height: auto, margin: 6pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    body = typst.compile(page.encode(), format="png", ppi=144, sys_inputs={"svg": svg}, font_paths=fonts)
    path = PICTURES / "chart.png"
    path.write_bytes(body)
    pixels = np.asarray(Image.open(path).convert("RGB"))
    path.unlink()
    return pixels


@dataclass(frozen=True, slots=True)
class Mark:
    """How one mark of a chart is drawn; ``size`` is a line's width, a dot's or a bar's height."""

    shape: str
    dash: str
    size: float
    fill: str
    edge: str

    def ink(self) -> str:
        """The colour that its shape is seen by."""
        return self.fill if self.fill != "none" else self.edge


def marks(svg: str) -> set[Mark]:
    """Every manner of drawing in a chart; the white grounds of labels are none."""
    found = set()
    for element in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        style = dict(part.split(": ") for part in element.get("style", "").split("; ") if part)
        outline = element.get("d", "")
        ys = [float(number) for number in re.findall(r"-?[\d.]+", outline)[1::2]]
        fill, edge = style.get("fill", "#000000").upper().replace("NONE", "none"), style.get("stroke", "none").upper()
        if "C" in outline:
            shape, size = "dot", max(ys) - min(ys)
        elif "z" in outline:
            shape, size = "bar", max(ys) - min(ys)
        else:
            shape, size = "line", float(style.get("stroke-width", "1"))
        if (fill, edge) != ("#FFFFFF", "NONE"):
            dashes = [float(part) for part in style.get("stroke-dasharray", "").split(",") if part]
            rhythm = "" if not dashes else f"{dashes[0] / size:.1f}"
            found.add(Mark(shape, rhythm, round(size, 1), fill, edge.replace("NONE", "none")))
    return found


def told_apart(first: Mark, second: Mark, sight: str) -> bool:
    """By shape, dashes, size, or the lightness of the shape."""
    if first.shape != second.shape or first.dash != second.dash:
        return True
    large, small = max(first.size, second.size), max(min(first.size, second.size), 0.1)
    return large / small >= LEAST_RATIO or contrast(first.ink(), second.ink(), sight) >= LEAST_CONTRAST


@pytest.mark.parametrize("name", ["lead", "own-unit", "regions", "bylaws", "waiting", "panel-2.2"])
def test_two_marks_of_a_chart_differ_without_colour(name: str) -> None:
    drawn = marks(charts()[name])
    assert len(drawn) > 1
    for sight in SIGHTS:
        for first, second in combinations(sorted(drawn, key=str), 2):
            same = (first.fill, first.edge) == (second.fill, second.edge)
            assert same or told_apart(first, second, sight), f"{sight}: {first} and {second}"


@pytest.mark.parametrize("name", ["lead", "own-unit", "regions", "bylaws", "waiting", "panel-2.2"])
def test_pictures_are_kept_and_keep_their_lines(name: str) -> None:
    """Of what stands out from the page in colour, nearly all stands out to every kind of sight."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    seen = picture(charts()[name])
    dark = luminance(seen) < 0.35
    assert dark.sum() > 200
    for sight in SIGHTS:
        Image.fromarray(as_seen(seen, sight)).save(PICTURES / f"{name}-{sight}.png")
        assert (luminance(seen, sight)[dark] < 0.5).mean() > 0.97


def test_statuses_differ_by_their_shapes() -> None:
    """Every two marks differ in greyscale and to the colour-blind in a good part of their pixels."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    sheet = marks_of_statuses()
    for sight in SIGHTS:
        Image.fromarray(as_seen(np.concatenate(list(sheet.values()), axis=1), sight)).save(
            PICTURES / f"statuses-{sight}.png"
        )
        for (first, a), (second, b) in combinations(sheet.items(), 2):
            differing = (np.abs(luminance(a, sight) - luminance(b, sight)) > 0.25).mean()
            assert differing > 0.04, f"{sight}: {first} and {second} differ in {differing:.1%} of their pixels"


def marks_of_statuses() -> dict[str, np.ndarray]:
    """A picture of each status mark, cut from the method section of a real page."""
    document = pypdfium2.PdfDocument(render_pdf(law_edition(indicators=1, measures=0), "en"))
    view, _ = law_view(law_edition(indicators=1, measures=0), "en")
    scale = 8
    found = {}
    for sheet in document:
        text, pixels = sheet.get_textpage(), sheet.render(scale=scale).to_numpy()[:, :, :3][:, :, ::-1]
        height = sheet.get_height()
        for status in STATUSES:
            rule = f"{view['t']['status.' + status]} —"
            place = text.search(rule, match_case=True).get_next()
            if place is None:
                continue
            left, bottom, _, top = text.get_charbox(place[0])
            middle = (bottom + top) / 2
            rows = slice(int((height - middle - 5) * scale), int((height - middle - 5) * scale) + 10 * scale)
            found[status] = pixels[rows, int((left - 10) * scale) : int((left - 10) * scale) + 10 * scale]
    assert set(found) == set(STATUSES)
    return found

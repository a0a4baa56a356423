"""Charts as part of a page: named for a screen reader, and of the same shape in any font."""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]
from markupsafe import Markup

from reports.charts.canvas import text_width
from reports.html.words import safe

_SVG = "http://www.w3.org/2000/svg"
_SIZE = re.compile(r"font-size: ([\d.]+)px")
_WEIGHT = re.compile(r"font-weight: (\d+)")
_SHORTHAND = re.compile(r"font: (?:(\d+) )?([\d.]+)px")
_FAMILY = re.compile(r"'Source Sans 3'")
_FALLBACK = "'Source Sans 3', system-ui, sans-serif"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def inline(svg: str, name: str, title: str, description: str) -> Markup:
    """A chart of ``reports.charts`` as an element of a page.

    ``name`` is unique on the page; ``title`` and ``description`` are what a screen reader says. Every
    line of text keeps the width it was placed with, so that labels do not run into each other where
    the reader's machine lacks the font.
    """
    root = etree.fromstring(svg.encode(), _PARSER)
    for part in list(root):
        if part.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}defs"):
            root.remove(part)
    for element in root.iter():
        element.attrib.pop("id", None)
        if element.tag == f"{{{_SVG}}}text":
            _fix_width(element)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    root.set("stroke-linejoin", "round")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        child = etree.Element(f"{{{_SVG}}}{tag}", id=f"{name}-{tag}")
        child.text = safe(text)
        root.insert(position, child)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # built here, every text escaped by lxml


def _fix_width(text: etree._Element) -> None:
    style = text.get("style", "")
    content = text.text = safe(text.text or "")
    short, size, weight = _SHORTHAND.search(style), _SIZE.search(style), _WEIGHT.search(style)
    points = float(short[2] if short else size[1] if size else 0)
    heaviness = int((short[1] if short else weight[1] if weight else None) or 400)
    width = text_width(content, points, heaviness)
    if width:
        text.set("textLength", f"{width:.2f}")
        text.set("lengthAdjust", "spacingAndGlyphs")
    text.set("style", _FAMILY.sub(_FALLBACK, style))

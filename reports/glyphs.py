"""Which characters the report's font can print, and where a text holds one that it cannot."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.ft2font import FT2Font

from indicators.register.parse import Problem
from reports.charts.canvas import FACES, FONTS, named

EVERY_FACE = (*FACES.values(), FONTS / "SourceSans3_400Regular_Italic.ttf")

_SPACES = "\n" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f"
"""Spaces of a fixed width are set without a glyph of their own."""

_UNSEEN = ("Cc", "Cf")
"""Controls, zero widths and soft hyphens."""


def absent_faces() -> list[Path]:
    """Font files that are not where they belong."""
    return [path for path in EVERY_FACE if not path.is_file()]


@cache
def covered() -> frozenset[str]:
    """Characters that every face can print; one that nobody sees is none, though the font may know it."""
    faces = [set(FT2Font(str(path)).get_charmap()) for path in EVERY_FACE]
    known = (chr(code) for code in set.intersection(*faces))
    return frozenset(character for character in known if unicodedata.category(character) not in _UNSEEN).union(_SPACES)


def unprintable_in(line: str) -> str | None:
    """The first character of one line of text that no report can print, with its place; None where there is none."""
    for place, character in enumerate(line, start=1):
        if character == "\n" or character not in covered():
            return f"U+{ord(character):04X} at character {place}"
    return None


def unprintable(root: Path) -> list[Problem]:
    """Every line of a register's files that holds a character which no report can print."""
    problems = []
    for path in sorted((*root.glob("*.yaml"), *root.rglob("*.md"))):
        for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
            for character in sorted(set(line) - covered()):
                message = f"no report can print {named(character)}: remove it or write it with other characters"
                problems.append(Problem(str(path), number, message))
    return problems


def missing_glyph(view: Mapping[str, Any]) -> str | None:
    """The first character of a view that cannot be printed, with its place in the view and its words; else None."""
    for place, text in _texts(view, ""):
        for at, character in enumerate(text):
            if character not in covered():
                around = text[max(at - 20, 0) : at + 20].strip()
                return f"{named(character)} cannot be printed, in {place}: {around!r}"
    return None


def _texts(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text of a view with its place: ``indicators[0].rows[2].title``."""
    if isinstance(node, str):
        if not covered().issuperset(node):
            yield place, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _texts(value, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list | tuple):
        for number, value in enumerate(node):
            yield from _texts(value, f"{place}[{number}]")

"""A chart of a document with the words around it, and the charts of one document together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reports.model import IndicatorRow
from reports.view.tables import target_decimals, unit
from reports.view.words import Words

WIDE = 306.0
"""Width in points of the chart beside the score."""
WHOLE = 510.0
"""Width in points of a page's text."""
HALF = 245.0
"""Width in points of half a page."""
THIRD = 158.0
"""Width in points of a third of a page."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the words around it; ``alt`` holds the finding and the numbers that prove it."""

    title: str
    subtitle: str
    alt: str
    svg: str
    width: float
    height: float
    legend: tuple[str, ...] = ()


@dataclass(slots=True)
class Gallery:
    """The charts of a document by name: words for the templates, and SVG beside them."""

    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    svg: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, chart: Chart) -> str:
        """Keep a chart under a name and return the name."""
        self.words[name] = {
            "title": chart.title,
            "subtitle": chart.subtitle,
            "alt": chart.alt,
            "width": chart.width,
            "legend": list(chart.legend),
        }
        self.svg[name] = chart.svg
        return name


def values(row: IndicatorRow, w: Words) -> Callable[..., str]:
    """Prints values of an indicator; ``signed`` marks a difference, which bears no sign for per cent."""

    def text(value: float, signed: bool = False) -> str:
        if signed and row.percentage:
            return w.number(value, row.decimals, signed=True)
        return w.amount(value, row.decimals, row.percentage, signed)

    return text


def axis_numbers(w: Words) -> Callable[[float], str]:
    """Axis numbers with no more decimals than they need."""

    def text(value: float) -> str:
        decimals = next((n for n in range(5) if abs(round(value, n) - value) < 1e-9), 4)
        return w.number(value, decimals)

    return text


def goal_text(row: IndicatorRow, value: float, w: Words) -> str:
    """A target with its own decimals."""
    return w.amount(value, target_decimals(row, value), row.percentage)


def measured(row: IndicatorRow, w: Words) -> str:
    """Measure, unit and source: the subtitle of a chart."""
    parts = [row.title.get(w.lang), unit(row, w)]
    text = ", ".join(part for part in parts if part)
    return f"{row.number} {text} [{row.source}]" if row.source else f"{row.number} {text}"

"""Which charts stand on the second page, and in which column."""

from __future__ import annotations

from typing import Any

from reports.model import LawEdition
from reports.view.chart import HALF, THIRD, WHOLE, Gallery
from reports.view.delays import bylaw_chart
from reports.view.lines import PANEL_HEIGHT, lead, shared_span, small_line
from reports.view.places import region_chart
from reports.view.words import Words

FEWEST_POINTS = 3
"""A line of two points says no more than the table."""
SMALL_MULTIPLES = 4
"""From so many indicators with a history on, each has a line, and all of them share one stretch of time."""

_PANEL_ROOM = PANEL_HEIGHT + 40  # with its title
_HEAD_ROOM = 46.0  # title, subtitle and legend of a large chart
_NOTES_ROOM = 110.0


def arrange(edition: LawEdition, gallery: Gallery, w: Words) -> dict[str, Any]:
    """The second page's charts: two columns that end at about the same height, then rows across the page.

    Regions and by-laws are the large ones; small lines of the other indicators fill the shorter
    column and, if more than one is left, rows of two or three; from :data:`SMALL_MULTIPLES` on they
    share their time and show the needed path. ``notes`` names the column that has
    room for the notes on the indicators.
    """
    large = {"regions": region_chart(edition, w), "bylaws": bylaw_chart(edition, w)}
    columns: list[list[str]] = [[], []]
    heights = [0.0, 0.0]
    for column, (name, chart) in enumerate((name, chart) for name, chart in large.items() if chart is not None):
        columns[column].append(gallery.add(name, chart))
        heights[column] += chart.height + _HEAD_ROOM
    first = lead(edition)
    having = [row for row in edition.indicators if len(row.history) >= FEWEST_POINTS]
    together = len(having) >= SMALL_MULTIPLES
    span = shared_span(having) if together else None
    waiting = [row for row in having if together or row is not first]
    while waiting and columns[0] and abs(heights[0] - heights[1]) > _PANEL_ROOM * 0.7:
        shorter = heights.index(min(heights))
        row = waiting.pop(0)
        columns[shorter].append(gallery.add(f"panel-{row.number}", small_line(row, w, HALF, span)))
        heights[shorter] += _PANEL_ROOM
    width = {1: WHOLE, 2: HALF, 4: HALF}.get(len(waiting), THIRD)
    rest = [gallery.add(f"panel-{row.number}", small_line(row, w, width, span)) for row in waiting]
    room = columns[0] and abs(heights[0] - heights[1]) > _NOTES_ROOM and len(edition.indicators) <= 2
    beside = ("left", "right")[heights.index(min(heights))] if room else ""
    return {"left": columns[0], "right": columns[1], "rest": rest, "notes": beside}

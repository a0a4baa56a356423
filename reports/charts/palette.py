"""Colours of every report; contrast on white and greyscale are checked (tests/reports)."""

from __future__ import annotations

INK = "#1A1F26"
MUTED = "#59626D"
RULE = "#D3D9E0"
PAPER = "#F3F6F9"
NAVY = "#12436D"
BLUE = "#2073BC"
BAR = "#4E7EAC"
TRACK = "#E4E9EF"
BAND = "#BFD9EF"
ORANGE = "#C8500F"
ORANGE_TEXT = "#A4420C"
DELAY = "#F6C9A8"
WHITE = "#FFFFFF"

COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "paper": PAPER,
    "navy": NAVY,
    "blue": BLUE,
    "bar": BAR,
    "track": TRACK,
    "band": BAND,
    "orange": ORANGE,
    "orange-text": ORANGE_TEXT,
    "delay": DELAY,
}
"""The same colours by name, for the templates."""

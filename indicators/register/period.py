"""Periods as ISO text and their dates.

``2023`` (year), ``2023-S1`` (half-year), ``2023-Q1`` (quarter), ``2023-08`` (month).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

_SHAPE = re.compile(r"^(\d{4})(?:-(?:(S)([12])|(Q)([1-4])|(0[1-9]|1[0-2])))?$")

MONTHS = {"A": 12, "S": 6, "Q": 3, "M": 1}
"""Length of a period in months by frequency."""

_KEPT = 8192
"""Periods and days remembered: a register asks for the same few hundred at every reference date."""


@lru_cache(maxsize=_KEPT)
def frequency(period: str) -> str:
    """``A``, ``S``, ``Q`` or ``M``; ValueError where the text is not a period."""
    match = _SHAPE.match(period)
    if not match:
        raise ValueError(f"{period!r} is not a period: write 2023, 2023-S1, 2023-Q1 or 2023-08")
    return match[2] or match[4] or ("M" if match[6] else "A")


@lru_cache(maxsize=_KEPT)
def end(period: str) -> date:
    """Last day of the period: the date that a figure of that period speaks of."""
    kind = frequency(period)
    year = int(period[:4])
    if kind == "A":
        month = 12
    elif kind == "M":
        month = int(period[5:])
    else:
        month = int(period[6:]) * MONTHS[kind]
    return date(year, month, monthrange(year, month)[1])


@lru_cache(maxsize=_KEPT)
def time(period: str) -> float:
    """Position on the time axis in years: the year itself for yearly data.

    Sub-yearly periods lie at their end within the year, so that ``2023-12`` equals ``2023``
    and paths drawn between yearly targets hold for every frequency.
    """
    kind = frequency(period)
    year = int(period[:4])
    if kind == "A":
        return float(year)
    return year - 1 + end(period).month / 12


@lru_cache(maxsize=_KEPT)
def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the month's last day where it has none."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

"""One figure as a ministry sends it, by workbook, CSV file or view: period, area, value and status, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable

from indicators.register import period as periods
from indicators.register.model import SeriesRef
from indicators.register.observation import NATION, STATUSES, Observation
from indicators.sources.number import precision, read_number

EMPTY = frozenset({"m", "c"})
"""Statuses that say why there is no value."""


class RowError(ValueError):
    """``what`` is wrong with one of the four, ``column``."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(f"{column}: {what}")
        self.column = column
        self.what = what


def read_row(series: SeriesRef, period: str, area: str, value: str, status: str) -> Observation:
    """The observation; RowError says what is wrong with which of the four.

    Periods are of the series' frequency; a series without a rhythm may mix years and months. An
    empty area is the whole country. A value may have a decimal comma. Without a value the status
    is ``m`` or ``c``, with one it is neither.
    """
    try:
        fits = periods.frequency(period) == series.frequency or not series.regular
    except ValueError as error:
        raise RowError("period", str(error)) from error
    if not fits:
        raise RowError("period", f"{period} is no period of frequency {series.frequency}")
    if area not in ("", NATION) and not series.regional:
        raise RowError("area", f"{area!r}, and the series is for the whole country ({NATION})")
    if status not in STATUSES:
        known = ", ".join(repr(s) for s in STATUSES)
        raise RowError("status", f"{status!r} is no status; known are {known}")
    if (value == "") != (status in EMPTY):
        what = f"a value with status {status}" if value else "no value, and no status m or c to say so"
        raise RowError("value", what)
    if not value:
        return Observation(series.id, area or NATION, period, math.nan, status)
    try:
        number = read_number(value, comma=True)
    except ValueError as error:
        raise RowError("value", str(error)) from error
    decimals = precision(number, series.decimals)
    return Observation(series.id, area or NATION, period, number.value, status, number.text, decimals)


def ordered(observations: Iterable[Observation]) -> list[Observation]:
    """The nation first, then regions by code, each by period; repeated rows collapse.

    Two values for one area and period stay side by side, so that the checks see them.
    """
    unique = {(o.area, o.period, o.published, o.status): o for o in observations}
    return [unique[k] for k in sorted(unique, key=lambda k: (k[0] != NATION, k))]

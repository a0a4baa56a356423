"""Where a series stops being comparable with itself: breaks of its definition, and of a region's territory.

Scores and store ask here, so that both draw the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Day
from datetime import timedelta
from functools import lru_cache

from indicators.register import period as periods
from indicators.register.model import Break, Region


@lru_cache(maxsize=4096)  # the same few periods are asked for at every reference date
def first_month(period: str) -> int:
    """The month in which a period begins, in months since the year 0."""
    end = periods.end(period)
    return end.year * 12 + end.month - periods.MONTHS[periods.frequency(period)]


def definition_starts(breaks: Iterable[Break], flagged: Iterable[str]) -> tuple[int, ...]:
    """First months of the stretches after the first, in order (METHOD 3.2).

    A stretch begins at each break that the register states and at each period that the source itself
    flags ``b``, which are given as ``flagged``.
    """
    return tuple(sorted({*(first_month(b.period) for b in breaks), *map(first_month, flagged)}))


def territory_days(region: Region) -> tuple[Day, ...]:
    """First days of each territory after the region's first, in order: what it ceded, its first and last day.

    A source that has figures of a region from before its first day has computed them for later borders, or
    names another region so: either way they are figures of another territory than those after it.
    """
    days = {cession.on for cession in region.ceded}
    if region.since is not None:
        days.add(region.since)
    if region.until is not None:
        days.add(region.until + timedelta(days=1))
    return tuple(sorted(days))


def territory(region: Region, period: str) -> int:
    """Number of the region's territory that a period's figure speaks of, from 0.

    A period in which the territory changed has a number of its own: whether its figure is that of the old
    or of the new borders, or of both for some months, is not said by the figure.
    """
    first, last = first_day(period), periods.end(period)
    return sum((day <= last) + (day <= first) for day in territory_days(region))


def existed(region: Region, period: str) -> bool:
    """Whether the region existed on some day of the period."""
    first, last = first_day(period), periods.end(period)
    return (region.since is None or region.since <= last) and (region.until is None or first <= region.until)


def first_day(period: str) -> Day:
    """First day of a period."""
    year, month = divmod(first_month(period), 12)
    return Day(year, month + 1, 1)

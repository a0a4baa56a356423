"""National readings: the frame of observations as what one indicator needs of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from indicators.register import period as periods
from indicators.register import units
from indicators.register.model import Break
from indicators.register.observation import NATION, OBSERVATION_COLUMNS, in_full
from indicators.register.segments import definition_starts, first_month
from indicators.scores.result import Point

PROVENANCE_COLUMNS = ("vintage", "known_from", "raw_sha256", "grade")
"""Columns that the store adds to an observation frame: where each value came from."""

_READ = ("period", "status", "value", "decimals", "multiplier", *PROVENANCE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Reading:
    """One valid national value of a series; ``time`` is in years, ``end`` the day it speaks of.

    ``value`` is in the unit of the series, its power of ten applied, or in that of ``converted``;
    ``decimals`` are those that the publication has in this unit (below 0: it is rounded to tens,
    hundreds …), of which conversion brought ``decimals_moved``.
    """

    period: str
    time: float
    end: date
    value: float
    flag: str
    decimals: int
    decimals_moved: int
    vintage: str | None
    known_from: date | None
    raw_sha256: str | None
    grade: str | None

    @property
    def point(self) -> Point:
        """Period and value alone."""
        return Point(self.period, self.value)


@dataclass(frozen=True)
class Readings:
    """A series' valid national values in order of time, and the ends of the withheld periods.

    ``suppressed`` and ``missing`` hold the last days of the periods that the source names as
    confidential and as without a value.
    """

    series: str
    valid: tuple[Reading, ...] = ()
    suppressed: tuple[date, ...] = ()
    missing: tuple[date, ...] = ()

    def until(self, day: date) -> tuple[Reading, ...]:
        """The values that speak of periods over by ``day``."""
        return self.valid[: bisect_right(self.valid, day, key=_end)]

    def converted(self, by: Decimal) -> Readings:
        """The same readings in another unit, see ``indicators.register.units``."""
        if by == 1:
            return self
        moved = units.decimals_moved(by)
        valid = tuple(
            replace(
                r,
                value=units.converted(r.value, by),
                decimals=r.decimals + moved,
                decimals_moved=r.decimals_moved + moved,
            )
            for r in self.valid
        )
        return replace(self, valid=valid)

    @cached_property
    def flagged(self) -> tuple[str, ...]:
        """The periods that the source itself flags as a break."""
        return tuple(r.period for r in self.valid if r.flag == "b")


def _end(reading: Reading) -> date:
    return reading.end


def national_readings(observations: pd.DataFrame, series: Collection[str]) -> dict[str, Readings]:
    """Readings by series id from a frame as ``store.observations`` gives it, of the ``series`` named.

    The order of rows does not matter. Raises ValueError for a frame without the declared columns
    and for two values of one period: which of them holds is for the checks to say, not for scores.
    """
    absent = [c for c in (*OBSERVATION_COLUMNS, *PROVENANCE_COLUMNS) if c not in observations.columns]
    if absent:
        raise ValueError(f"observations lack the columns {', '.join(absent)}: give the frame of store.observations")
    asked = (observations["area"] == NATION).to_numpy() & observations["series"].isin(list(series)).to_numpy()
    at = np.flatnonzero(asked)
    found: dict[str, _Gathered] = {}
    for name, *row in zip(*(observations[column].take(at).tolist() for column in ("series", *_READ)), strict=True):
        found.setdefault(str(name), _Gathered(str(name))).add(*row)
    return {name: found[name].readings() for name in sorted(found)}


class _Gathered:
    """The rows of one series while a frame is read, row by row: groups of a frame cost more than their rows."""

    def __init__(self, series: str) -> None:
        self.series = series
        self.valid: dict[str, Reading] = {}
        self.suppressed: list[date] = []
        self.missing: list[date] = []

    def add(
        self, period: object, status: object, value: float, decimals: int, multiplier: int, vintage: object,
        known_from: object, raw_sha256: object, grade: object,
    ) -> None:  # fmt: skip
        name, flag, end = str(period), str(status), periods.end(str(period))
        if flag == "c":
            self.suppressed.append(end)
        elif flag == "m" or pd.isna(value):
            self.missing.append(end)
        elif name in self.valid:
            raise ValueError(f"series {self.series} has two national values for {name}: mend the check of unique keys")
        else:
            self.valid[name] = Reading(
                period=name,
                time=periods.time(name),
                end=end,
                value=in_full(float(value), int(multiplier)),
                flag=flag,
                decimals=int(decimals) - int(multiplier),
                decimals_moved=-int(multiplier),
                vintage=_text(vintage),
                known_from=_day(known_from),
                raw_sha256=_text(raw_sha256),
                grade=_text(grade),
            )

    def readings(self) -> Readings:
        in_order = tuple(sorted(self.valid.values(), key=lambda r: (r.end, r.period)))
        return Readings(self.series, in_order, tuple(sorted(self.suppressed)), tuple(sorted(self.missing)))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(value: object) -> date | None:
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of a series with one definition; values of two stretches are never compared.

    A stretch begins at each break that the register states and at each observation that the
    source flags ``b`` (METHOD 3.2).
    """

    starts: tuple[int, ...]

    def of(self, period: str) -> int:
        """Number of the stretch in which a period lies."""
        start = first_month(period)
        return sum(1 for s in self.starts if s <= start)

    def together(self, *given: str) -> bool:
        """True where all the periods lie in one stretch."""
        return not self.starts or len({self.of(p) for p in given}) <= 1

    def around(self, reading: Reading, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """Those of the readings that lie in the stretch of one of them."""
        if not self.starts:
            return readings
        return tuple(r for r in readings if self.together(r.period, reading.period))


def segments(breaks: tuple[Break, ...], readings: Readings) -> Segments:
    """The stretches of one series."""
    return Segments(definition_starts(breaks, readings.flagged))


def value_at(readings: tuple[Reading, ...], period: str) -> float | None:
    """The value published for exactly this period end, or None; ``2023-12`` answers for ``2023``."""
    end = periods.end(period)
    return next((r.value for r in readings if r.end == end), None)


def find(readings: Mapping[str, Readings], series: str) -> Readings:
    """Readings of a series; empty ones where the store knows nothing of it."""
    return readings.get(series, Readings(series))

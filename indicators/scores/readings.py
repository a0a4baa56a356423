"""National readings: the frame of observations as what one indicator needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import pandas as pd

from indicators.register import period as periods
from indicators.register.model import Break
from indicators.register.observation import NATION, OBSERVATION_COLUMNS
from indicators.scores.result import Point

PROVENANCE_COLUMNS = ("vintage", "known_from", "raw_sha256", "grade")
"""Columns that the store adds to an observation frame: where each value came from."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One valid national value of a series; ``time`` is in years, ``end`` the day it speaks of."""

    period: str
    time: float
    end: date
    value: float
    flag: str
    decimals: int
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
        return tuple(r for r in self.valid if r.end <= day)

    @cached_property
    def breaks(self) -> tuple[int, ...]:
        """Starts of the periods that the source itself flags as a break (months since year 0)."""
        return tuple(_start(r.period) for r in self.valid if r.flag == "b")


def national_readings(observations: pd.DataFrame) -> dict[str, Readings]:
    """Readings by series id from a frame as ``store.observations`` gives it.

    The order of rows does not matter. Raises ValueError for a frame without the declared columns
    and for two values of one period: which of them holds is for the checks to say, not for scores.
    """
    absent = [c for c in (*OBSERVATION_COLUMNS, *PROVENANCE_COLUMNS) if c not in observations.columns]
    if absent:
        raise ValueError(f"observations lack the columns {', '.join(absent)}: give the frame of store.observations")
    nation = observations[observations["area"] == NATION]
    return {str(series): _readings(str(series), rows) for series, rows in nation.groupby("series", sort=True)}


def _readings(series: str, rows: pd.DataFrame) -> Readings:
    valid: dict[str, Reading] = {}
    suppressed: list[date] = []
    missing: list[date] = []
    names = ["period", "status", "value", "decimals", *PROVENANCE_COLUMNS]
    for cells in zip(*(rows[name].tolist() for name in names), strict=True):
        row = dict(zip(names, cells, strict=True))
        period, flag = str(row["period"]), str(row["status"])
        if flag == "c":
            suppressed.append(periods.end(period))
        elif flag == "m" or pd.isna(row["value"]):
            missing.append(periods.end(period))
        elif period in valid:
            raise ValueError(f"series {series} has two national values for {period}: mend the check of unique keys")
        else:
            valid[period] = Reading(
                period=period,
                time=periods.time(period),
                end=periods.end(period),
                value=float(row["value"]),
                flag=flag,
                decimals=int(row["decimals"]),
                vintage=_text(row["vintage"]),
                known_from=_day(row["known_from"]),
                raw_sha256=_text(row["raw_sha256"]),
                grade=_text(row["grade"]),
            )
    in_order = tuple(sorted(valid.values(), key=lambda r: (r.end, r.period)))
    return Readings(series, in_order, tuple(sorted(suppressed)), tuple(sorted(missing)))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(value: object) -> date | None:
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value if isinstance(value, date) else None


@lru_cache(maxsize=4096)  # the same few periods are asked for at every reference date
def _start(period: str) -> int:
    end = periods.end(period)
    return end.year * 12 + end.month - periods.MONTHS[periods.frequency(period)]


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of a series with one definition; values of two stretches are never compared.

    A stretch begins at each break that the register states and at each observation that the
    source flags ``b`` (METHOD 3.2).
    """

    starts: tuple[int, ...]

    def of(self, period: str) -> int:
        """Number of the stretch in which a period lies."""
        start = _start(period)
        return sum(1 for s in self.starts if s <= start)

    def together(self, *given: str) -> bool:
        """True where all the periods lie in one stretch."""
        return not self.starts or len({self.of(p) for p in given}) <= 1


def segments(breaks: tuple[Break, ...], readings: Readings) -> Segments:
    """The stretches of one series."""
    return Segments(tuple(sorted({*(_start(b.period) for b in breaks), *readings.breaks})))


def value_at(readings: tuple[Reading, ...], period: str) -> float | None:
    """The value published for exactly this period end, or None; ``2023-12`` answers for ``2023``."""
    end = periods.end(period)
    return next((r.value for r in readings if r.end == end), None)


def find(readings: Mapping[str, Readings], series: str) -> Readings:
    """Readings of a series; empty ones where the store knows nothing of it."""
    return readings.get(series, Readings(series))

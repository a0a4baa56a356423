"""How fast it moves and how fast it would have to (METHOD 3.1); paces are units a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from statistics import median

from indicators.scores.paths import Path
from indicators.scores.readings import Reading

WINDOW_PERIODS = 5
LEAST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """Recent and needed pace; ``acceleration`` is None and ``turn_round`` True where they point apart."""

    recent: float | None
    needed: float | None
    acceleration: float | None
    turn_round: bool


def recent_pace(readings: tuple[Reading, ...], period_months: int) -> float | None:
    """Theil-Sen slope over the last five periods, in units a year; None with fewer than three points.

    The window is of periods and not of points: a value of nine years ago says nothing about the
    recent pace, however few came after it.
    """
    if not readings:
        return None
    last = readings[-1].end
    reach = (WINDOW_PERIODS - 1) * period_months
    window = [r for r in readings if _months(last) - _months(r.end) <= reach]
    if len(window) < LEAST_POINTS:
        return None
    # of at most five points; the library's routine takes a hundred times as long, a hundred thousand times over
    return median((b.value - a.value) / (b.time - a.time) for a, b in combinations(window, 2))


def pace(path: Path | None, readings: tuple[Reading, ...], period_months: int) -> Pace:
    """Paces of a series on its path; there is no needed pace once the last target is met or past."""
    recent = recent_pace(readings, period_months)
    needed = _needed(path, readings[-1]) if path is not None and readings else None
    if recent is None or needed is None or recent == 0:
        return Pace(recent, needed, None, False)
    if (recent > 0) != (needed > 0):
        return Pace(recent, needed, None, True)
    return Pace(recent, needed, needed / recent, False)


def _needed(path: Path, latest: Reading) -> float | None:
    if latest.time >= path.end or path.direction.reached(latest.value, path.target):
        return None
    return (path.target - latest.value) / (path.end - latest.time)


def _months(day: date) -> int:
    return day.year * 12 + day.month

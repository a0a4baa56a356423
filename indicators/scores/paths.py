"""Distance and path: the default method of METHOD 3.1, on numbers alone.

A *level* is what the formulas run on: the value itself for directions ``up`` and ``down``, the
distance from the best point for ``at``. Attainment, needed share and ratio are quotients of
differences of levels, so they hold for every direction without a change of sign.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from indicators.scores.result import Status

ON_TRACK = 0.95
BEHIND = 0.60
_NOISE = 1e-12
"""Relative size of what floating point alone may add; smaller differences are none."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way is better. ``best`` is the point to be at, in the series' unit, for ``at``.

    ``ratio``: the series is a ratio (a parity index), whose distance from 1 is max(y, 1/y).
    """

    kind: Literal["up", "down", "at"]
    best: float | None = None
    ratio: bool = False

    def level(self, value: float) -> float:
        """Level of a value; ValueError for a ratio at or below zero, which has no distance from 1."""
        if self.kind != "at":
            return value
        assert self.best is not None  # the register's model demands it for 'at'
        if not self.ratio:
            return abs(value - self.best)
        if value <= 0:
            raise ValueError(f"{value} is no ratio: register the indicator with direction up or down")
        return max(value, 1 / value)

    def value(self, level: float, like: float) -> float:
        """The value with this level, on the same side of the best point as ``like``."""
        if self.kind != "at":
            return level
        assert self.best is not None
        if self.ratio:
            return 1 / level if like < 1 else level
        return self.best - level if like < self.best else self.best + level

    def reached(self, value: float, target: float) -> bool:
        """True where the value is at or past the target."""
        have, want = self.level(value), self.level(target)
        slack = _NOISE * max(abs(have), abs(want))
        return have >= want - slack if self.kind == "up" else have <= want + slack


@dataclass(frozen=True, slots=True)
class Path:
    """Baseline (t0, y0) and targets (t1, y1) ... (tn, yn): times in years, values in the series' unit."""

    direction: Direction
    times: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.times) != len(self.values) or len(self.times) < 2:
            raise ValueError("a path needs a baseline and at least one target, each with a time and a value")
        if any(b <= a for a, b in pairwise(self.times)):
            raise ValueError(f"the nodes of a path follow each other in time, found {self.times}")

    @property
    def baseline(self) -> float:
        return self.values[0]

    @property
    def target(self) -> float:
        """Value of the last target."""
        return self.values[-1]

    @property
    def end(self) -> float:
        """Time of the last target."""
        return self.times[-1]

    @property
    def holds(self) -> bool:
        """True where the baseline already is at or past the last target: the path asks to hold it."""
        return self.direction.reached(self.baseline, self.target)

    def level(self, time: float) -> float:
        """Needed level at a time: piecewise linear, flat before the baseline and after the last target."""
        after = bisect_right(self.times, time)
        if after == 0:
            return self.direction.level(self.values[0])
        start = self.direction.level(self.values[after - 1])
        if after == len(self.times):
            return start
        since = self.times[after - 1]
        slope = (self.direction.level(self.values[after]) - start) / (self.times[after] - since)
        return slope * (time - since) + start

    def value(self, time: float) -> float:
        """Needed value at a time, in the series' unit, on the baseline's side of the best point."""
        return self.direction.value(self.level(time), self.baseline)

    def next_target(self, time: float) -> float | None:
        """Value of the first target due at or after a time."""
        return next((v for t, v in zip(self.times[1:], self.values[1:], strict=True) if t >= time), None)


@dataclass(frozen=True, slots=True)
class Position:
    """Where an observation stands on its path.

    ``attainment`` (a), ``needed`` (e) and ``ratio`` (R) are fractions, unclipped; the scores are
    points from 0 to 100. None: the quotient is undefined.
    """

    attainment: float | None
    needed: float
    ratio: float | None
    score: float
    needed_score: float
    status: Status


def position(path: Path, time: float, value: float, *, reached_in_time: bool = False) -> Position:
    """Attainment, needed share, ratio, scores and status of a value observed at ``time``.

    Everything is judged at the observation's own period, so that a slow publisher is not a slow
    law: a target is `missed` only where the series has come to its date. ``reached_in_time``
    says that the last target was met at its date; a later fall is then judged by the ratio and
    not called missed, for the mark of a milestone is not erased by a later value.

    Where the baseline already is at or past the last target, there is no way to go: the score
    is 100 while the value holds it and 0 once it does not (`reversing`, or `missed` at the end).
    """
    achieved = path.direction.reached(value, path.target)
    over = time >= path.end
    if path.holds:
        score = 100.0 if achieved else 0.0
        lost = Status.MISSED if over and not reached_in_time else Status.REVERSING
        return Position(1.0 if achieved else None, 1.0, None, score, 100.0, Status.ACHIEVED if achieved else lost)
    start = path.direction.level(path.baseline)
    span = path.direction.level(path.target) - start
    gained = path.direction.level(value) - start
    wanted = path.level(time) - start
    attainment, needed = gained / span + 0.0, wanted / span + 0.0  # + 0.0: no minus before a zero
    moving = needed > _NOISE
    ratio = gained / wanted + 0.0 if moving else None
    if achieved:
        status = Status.ACHIEVED
    elif over and not reached_in_time:
        status = Status.MISSED
    elif ratio is None:
        status = Status.NOT_STARTED
    else:
        status = by_ratio(ratio)
    return Position(attainment, needed, ratio, points(attainment), points(needed), status)


def by_ratio(ratio: float) -> Status:
    """Status by the ratio of what was gained to what was needed; the bounds belong to the better status."""
    if ratio >= ON_TRACK * (1 - _NOISE):
        return Status.ON_TRACK
    if ratio >= BEHIND * (1 - _NOISE):
        return Status.BEHIND
    return Status.FAR_BEHIND if ratio >= 0 else Status.REVERSING


def points(share: float) -> float:
    """A share as points: 100 clip(share, 0, 1)."""
    return 100.0 * min(max(share, 0.0), 1.0)

"""Skewed indicators tamed: winsorising, then a logarithm where that is not enough.

Tests and formulas follow the reference of the OECD/JRC toolbox (package COINr, functions
``winsorise``, ``log_CT``); skewness and kurtosis are sample-corrected (G1 and G2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from indicators.scores.engine.method import Treat
from indicators.scores.engine.panel import Floats


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was done to one indicator; ``passed`` says whether it is tame afterwards."""

    indicator: str
    year: int | None
    winsorised: int
    logged: bool
    passed: bool


def treat(column: Floats, step: Treat) -> tuple[Floats, int, bool, bool]:
    """One indicator's values, the points winsorised, whether a logarithm was taken, whether it passes.

    A constant indicator, and one with fewer than four values, is left as it is and counts as tame:
    it has no skewness to speak of.
    """
    if _tame(column, step):
        return column, 0, False, True
    bent, points = _winsorised(column, step)
    if _tame(bent, step):
        return bent, points, False, True
    if step.log is None:
        return bent, points, False, False
    if not step.combine:
        bent, points = column, 0
    logged = _logged(bent, step.log)
    return logged, points, True, _tame(logged, step)


def skewness(column: Floats) -> float:
    """Sample-corrected skewness G1; NaN with fewer than three values."""
    return float(stats.skew(_measured(column), bias=False))


def kurtosis(column: Floats) -> float:
    """Sample-corrected excess kurtosis G2; NaN with fewer than four values."""
    return float(stats.kurtosis(_measured(column), bias=False))


def _measured(column: Floats) -> Floats:
    """The values by their greatest: neither figure has a unit, and so no square overflows."""
    known = column[~np.isnan(column)]
    largest = np.abs(known).max(initial=0.0)
    return known / largest if largest else known


def _tame(column: Floats, step: Treat) -> bool:
    known = column[~np.isnan(column)]
    if known.size < 4 or known.min() == known.max():
        return True
    return abs(skewness(known)) < step.skew or kurtosis(known) < step.kurtosis


def _winsorised(column: Floats, step: Treat) -> tuple[Floats, int]:
    """Extremes set to the next value inwards, one point at a time, until tame or out of points."""
    out, points = column.copy(), 0
    while points < step.winsorise and not _tame(out, step):
        if skewness(out) >= 0:
            out[out == np.nanmax(out)] = np.nanmax(out[out < np.nanmax(out)])
        else:
            out[out == np.nanmin(out)] = np.nanmin(out[out > np.nanmin(out)])
        points += 1
    return out, points


def _logged(column: Floats, kind: str) -> Floats:
    """``shifted`` ln(x - min + a), a = 1 % of the range; ``signed`` mirrors it for a left skew; ``plus_one`` a = 1."""
    low, high = np.nanmin(column), np.nanmax(column)
    if kind == "plus_one":
        return np.log(column - low + 1)
    offset = 0.01 * (high - low)
    if kind == "signed" and skewness(column) <= 0:
        return -np.log(high + offset - column)
    return np.log(column - low + offset)

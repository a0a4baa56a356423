"""Ranks of units: 1 is the best, ties share the better rank, a unit without a number has none."""

from __future__ import annotations

import numpy as np
from scipy import stats

from indicators.scores.engine.panel import Floats


def ranks(scores: Floats, axis: int = -1) -> Floats:
    """Descending ranks along an axis; NaN stays NaN."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    found = np.asarray(stats.rankdata(-filled, method="min", axis=axis), dtype=np.float64)
    return np.where(np.isnan(scores), np.nan, found)

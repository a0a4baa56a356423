"""Weighted power means over many groups and cells at once."""

from __future__ import annotations

import numpy as np

from indicators.scores.composite import ARITHMETIC, GEOMETRIC
from indicators.scores.engine.panel import Floats


def power_mean(x: Floats, known: Floats | None, weights: Floats, exponent: float) -> Floats:
    """Weighted power mean of each group over the children that are known.

    ``x`` (..., children) with 0 where nothing is known; ``known`` (..., children) of 0 and 1, or
    None where every cell is; ``weights`` (..., children, groups), 0 for children of other groups.
    NaN where no child with a weight is known, where a child is NaN, and where a negative child meets
    an exponent other than 1. A zero makes the mean 0 for exponents of 0 and below, as it does for laws.
    """
    total = weights.sum(axis=-2, keepdims=True) if known is None else known @ weights
    if exponent == ARITHMETIC:
        return _over(x @ weights, total)
    low = x <= 0
    inside = low if known is None else low & (known > 0)
    barred: Floats | None = None
    if inside.any():
        counted = (weights > 0).astype(np.float64)
        barred = inside @ counted
        negative = (inside & (x < 0)) @ counted
    ready = np.where(low, 1.0, x) if low.any() else x
    if exponent == GEOMETRIC:
        # the logarithm of what is not known is ln 1 = 0 and adds nothing
        mean = np.exp(_over(np.log(ready) @ weights, total))
    else:
        scale = float(np.fmax.reduce(ready, axis=None, initial=np.finfo(float).tiny))
        powers = (ready / scale) ** exponent
        if known is not None:
            powers = powers * known
        if exponent > 0:
            powers = np.where(low, 0.0, powers)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            mean = scale * _over(powers @ weights, total) ** (1 / exponent)
        mean = np.where(np.isfinite(mean), mean, np.nan)
    if barred is not None:
        if exponent <= 0:
            mean = np.where((barred > 0) & ~np.isnan(mean), 0.0, mean)
        mean = np.where(negative > 0, np.nan, mean)
    return mean


def _over(part: Floats, whole: Floats) -> Floats:
    if np.all(whole > 0):
        return part / whole
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)

"""Weighted power means over many groups and cells at once."""

from __future__ import annotations

import numpy as np

from indicators.scores.composite import ARITHMETIC, GEOMETRIC
from indicators.scores.engine.panel import Floats, Mask


def power_mean(x: Floats, known: Floats | None, weights: Floats, exponent: float) -> Floats:
    """Weighted power mean of each group over the children that are known.

    ``x`` (..., children) with 0 where nothing is known; ``known`` (..., children) of 0 and 1, or
    None where every cell is; ``weights`` (..., children, groups), 0 for children of other groups.
    NaN where no child with a weight is known, where a child is NaN, where a negative child meets an
    exponent other than 1, and where the mean is too large for a number. A zero makes the mean 0 for
    exponents of 0 and below, as it does for laws.
    """
    with np.errstate(all="ignore"):
        mean = _mean(x, known, weights, exponent)
    return mean if np.isfinite(mean).all() else np.where(np.isfinite(mean), mean, np.nan)


def _mean(x: Floats, known: Floats | None, weights: Floats, exponent: float) -> Floats:
    total = weights.sum(axis=-2, keepdims=True) if known is None else known @ weights
    if exponent == ARITHMETIC:
        return _over(x @ weights, total)
    low = x <= 0
    inside = low if known is None else low & (known > 0)
    if exponent == GEOMETRIC:
        # the logarithm of what is not known is ln 1 = 0 and adds nothing
        ready = np.where(low, 1.0, x) if low.any() else x
        mean = np.exp(_over(np.log(ready) @ weights, total))
    else:
        counts = np.ones(x.shape, dtype=np.bool_) if known is None else known > 0
        groups = [_power(x, counts, low, weights[..., g], exponent) for g in range(weights.shape[-1])]
        mean = _over(np.stack(groups, axis=-1), np.where(total > 0, 1.0, 0.0))
    if inside.any():
        counted = (weights > 0).astype(np.float64)
        if exponent <= 0:
            mean = np.where((inside @ counted > 0) & ~np.isnan(mean), 0.0, mean)
        mean = np.where((inside & (x < 0)) @ counted > 0, np.nan, mean)
    return mean


def _power(x: Floats, counts: Mask, low: Mask, weights: Floats, exponent: float) -> Floats:
    """The mean of one group by an exponent other than 0 and 1; cells at or below 0 add nothing to it.

    Values are measured by the greatest of their cell's group (the least, for exponents below 0), so
    that no power overflows and none of a small group is lost beside a large one.
    """
    own = np.flatnonzero((weights > 0).reshape(-1, weights.shape[-1]).any(axis=0))
    w = weights[..., np.newaxis, own]
    counts, low, x = counts[..., own] & (w > 0), low[..., own], x[..., own]
    ready = counts & ~low
    if exponent > 0:
        edge = np.where(ready, x, 0.0).max(axis=-1, keepdims=True, initial=0.0)
    else:
        edge = np.where(ready, x, np.inf).min(axis=-1, keepdims=True, initial=np.inf)
    edge = np.where((edge == 0) | np.isposinf(edge), 1.0, edge)
    powers = np.where(ready, (x / edge) ** exponent, 0.0 if exponent > 0 else counts.astype(np.float64))
    mean = edge[..., 0] * ((powers * w).sum(axis=-1) / (counts * w).sum(axis=-1)) ** (1 / exponent)
    return np.asarray(mean)


def _over(part: Floats, whole: Floats) -> Floats:
    return part / whole if np.all(whole > 0) else np.where(whole > 0, part / whole, np.nan)

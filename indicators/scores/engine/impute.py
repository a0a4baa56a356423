"""Filling gaps, only where a method asks for it; every filled cell is flagged in the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.method import Impute, Method
from indicators.scores.engine.panel import Floats, Panel


def impute(values: Floats, step: Impute, panel: Panel, method: Method) -> Floats:
    """Values with gaps filled by one rule; gaps for which the rule knows nothing stay gaps.

    ``values`` (years, units, indicators) on the panel's axes. Raises MethodError for a group that
    the panel does not have.
    """
    if step.rule in ("mean", "median"):
        average = _mean if step.rule == "mean" else _median
        return _across_units(values, _members(panel, step.group), average)
    if step.rule == "row_mean":
        parents = {i.id: i.parent for i in method.indicators}
        family = [parents.get(name, "") if step.within_parent else "" for name in panel.indicators]
        signs = {i.id: -1.0 if i.direction == "down" else 1.0 for i in method.indicators}
        return _row_mean(values, family, np.array([signs.get(name, 1.0) for name in panel.indicators]))
    return _across_years(values, np.array(panel.years, dtype=np.float64), step)


def _members(panel: Panel, group: str | None) -> list[list[int]]:
    if group is None:
        return [list(range(len(panel.units)))]
    if group not in panel.groups:
        raise MethodError("impute.group", f"the panel has no attribute {group!r}", "name one of the units' attributes")
    labels = panel.groups[group]
    return [[n for n, own in enumerate(labels) if own == label] for label in dict.fromkeys(labels)]


def _mean(column: Floats) -> float:
    return float(np.mean(column))


def _median(column: Floats) -> float:
    return float(np.median(column))


def _across_units(values: Floats, members: Sequence[Sequence[int]], average: Callable[[Floats], float]) -> Floats:
    out = values.copy()
    for year in range(values.shape[0]):
        for rows in members:
            block = values[year, rows]
            for column in np.flatnonzero(np.isnan(block).any(axis=0)):
                known = block[~np.isnan(block[:, column]), column]
                if known.size:
                    gaps = np.asarray(rows)[np.isnan(block[:, column])]
                    out[year, gaps, column] = average(known)
    return out


def _row_mean(values: Floats, family: Sequence[str], signs: Floats) -> Floats:
    """Mean of the unit's other indicators on 0..1, the better the higher, brought back to the unit's scale."""
    flipped = values * signs
    low = np.fmin.reduce(flipped, axis=1, keepdims=True)
    span = np.fmax.reduce(flipped, axis=1, keepdims=True) - low
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(span > 0, (flipped - low) / span, np.nan)
    out = values.copy()
    for name in dict.fromkeys(family):
        own = np.array([f == name for f in family])
        known = ~np.isnan(share[..., own])
        count = known.sum(axis=-1, keepdims=True)
        total = np.where(known, share[..., own], 0.0).sum(axis=-1, keepdims=True)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        filled = (low[..., own] + mean * span[..., own]) * signs[own]
        out[..., own] = np.where(np.isnan(values[..., own]), filled, values[..., own])
    return out


def _across_years(values: Floats, years: Floats, step: Impute) -> Floats:
    out = values.copy()
    for unit, column in np.argwhere(np.isnan(values).any(axis=0)):
        series = values[:, unit, column]
        if not np.isnan(series).all():
            out[:, unit, column] = _filled(series, years, step)
    return out


def _filled(series: Floats, years: Floats, step: Impute) -> Floats:
    if step.rule == "latest":
        return _latest(series, years, step.max_gap)
    if step.rule == "constant":
        forward = _latest(series, years, step.max_gap)
        return _latest(forward[::-1], -years[::-1], step.max_gap)[::-1]
    known = ~np.isnan(series)
    beyond = {"left": np.nan, "right": np.nan} if step.rule == "linear_inside" else {}
    return np.asarray(np.interp(years, years[known], series[known], **beyond))


def _latest(series: Floats, years: Floats, max_gap: int | None) -> Floats:
    out = series.copy()
    last: int | None = None
    for n, value in enumerate(series):
        if not np.isnan(value):
            last = n
        elif last is not None and (max_gap is None or years[n] - years[last] <= max_gap):
            out[n] = series[last]
    return out

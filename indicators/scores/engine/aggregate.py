"""From normalised indicators to the root, level by level, with coverage and bounds (METHOD 4.2, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.scores.engine.means import power_mean
from indicators.scores.engine.panel import Floats, Mask
from indicators.scores.engine.states import CellState
from indicators.scores.engine.tree import Level, Tree

_NOISE = 1e-9


@dataclass(frozen=True)
class Totals:
    """Arrays (years, units, nodes): indicators first, then groups by height.

    ``values`` is NaN exactly where ``states`` is not OK. ``coverage`` is the share of the weight of
    the leaves behind a node that is known, ``count`` the share of its direct children that has a
    number. ``low`` and ``high`` are the node with every missing leaf at the ends of the scale; NaN
    where the method's scale has no ends or no child is applicable.
    """

    values: Floats
    states: NDArray[np.int8]
    coverage: Floats
    count: Floats
    low: Floats
    high: Floats


def aggregate(
    tree: Tree,
    values: Floats,
    states: NDArray[np.int8],
    *,
    basis: str = "weight",
    ends: tuple[float, float] | None = (0.0, 100.0),
) -> Totals:
    """Every node of a tree from normalised values (years, units, indicators) and their states.

    Missing siblings' weights go to those that are known. A group has no number below its level's
    threshold, without a mandatory child, and where its mean is not defined; the state says which.
    ``ends``: worst and best of the scale, for the bounds; None where it has none.
    """
    years, units, leaves = values.shape
    shape = (years, units, len(tree.nodes))
    out, state = np.full(shape, np.nan), np.zeros(shape, dtype=np.int8)
    out[..., :leaves], state[..., :leaves] = values, states
    known = (states == CellState.OK).astype(np.float64)
    applicable = np.ones(shape)
    applicable[..., :leaves] = states != CellState.NOT_APPLICABLE
    whole = bool(known.all())
    coverage, count = np.ones(shape), np.ones(shape)
    coverage[..., :leaves] = count[..., :leaves] = known
    leaf = np.stack([known, applicable[..., :leaves]]) if basis == "leaves" else None
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    if ends is not None:
        low[..., :leaves] = values if whole else np.where(known > 0, values, ends[0])
        high[..., :leaves] = values if whole else np.where(known > 0, values, ends[1])
    for level in tree.levels:
        here = slice(level.first, level.first + len(level.groups))
        columns = level.columns
        if whole:
            out[..., here] = _means(level, out[..., columns], None)
            if ends is not None:
                low[..., here] = high[..., here] = out[..., here]
            whole = not bool(np.isnan(out[..., here]).any())
            if not whole:
                _explain(level, out, state, here, columns)
            continue
        _gapped(level, here, columns, out, state, applicable, coverage, count, basis)
        if ends is not None:
            _bounds(level, here, columns, out, applicable, low, high)
    return Totals(out, state, coverage, count, low, high)


def _gapped(
    level: Level,
    here: slice,
    columns: slice | list[int],
    out: Floats,
    state: NDArray[np.int8],
    applicable: Floats,
    coverage: Floats,
    count: Floats,
    basis: str,
) -> None:
    """One level of groups where cells are missing."""
    child = out[..., columns]
    known = (~np.isnan(child)).astype(np.float64)
    inside = applicable[..., columns]
    mean = _means(level, np.where(known > 0, child, 0.0), known)
    owed = inside @ level.weights
    children = inside @ level.members
    with np.errstate(invalid="ignore", divide="ignore"):
        behind = np.where(owed > 0, ((coverage[..., columns] * inside) @ level.weights) / owed, 0.0)
        rests = np.where(owed > 0, ((coverage[..., columns] * known) @ level.weights) / owed, 0.0)
        present = np.where(children > 0, (known @ level.members) / children, 0.0)
    held = rests if basis == "weight" else present
    weighed = known @ level.weights > 0
    enough = held >= level.thresholds - _NOISE
    lacking = ((1.0 - known) * inside) @ level.mandatory > 0
    fine = ~np.isnan(mean) & enough & ~lacking
    found = np.where(np.isnan(mean), CellState.UNDEFINED, CellState.OK)
    found = np.where(lacking, CellState.MANDATORY_MISSING, found)
    found = np.where(~enough, CellState.INSUFFICIENT, found)
    found = np.where(~weighed, np.where(present > 0, CellState.NO_WEIGHT, CellState.INSUFFICIENT), found)
    found = np.where(fine, CellState.OK, found)
    found = np.where(children == 0, CellState.NOT_APPLICABLE, found)
    out[..., here] = np.where(fine, mean, np.nan)
    state[..., here] = found
    applicable[..., here] = children > 0
    coverage[..., here] = np.minimum(np.where(fine, rests, behind), 1.0)
    count[..., here] = present


def _explain(level: Level, out: Floats, state: NDArray[np.int8], here: slice, columns: slice | list[int]) -> None:
    """States of a level whose children are all known and whose mean is still not defined."""
    weightless = np.asarray(level.weights.sum(axis=-2) == 0)[:, np.newaxis, :]
    why = np.where(weightless, CellState.NO_WEIGHT, CellState.UNDEFINED)
    state[..., here] = np.where(np.isnan(out[..., here]), why, CellState.OK)


def _bounds(
    level: Level, here: slice, columns: slice | list[int], out: Floats, applicable: Floats, low: Floats, high: Floats
) -> None:
    """The aggregate with every missing leaf at the ends; widened to hold the number that stands."""
    inside = applicable[..., columns]
    for side, widen in ((low, np.fmin), (high, np.fmax)):
        child = side[..., columns]
        ready = inside * ~np.isnan(child)
        side[..., here] = widen(_means(level, np.where(ready > 0, child, 0.0), ready), out[..., here])


def _means(level: Level, x: Floats, known: Floats | None) -> Floats:
    """Means of a level's groups, each by its own rule."""
    weights = level.weights
    if len(set(level.exponents)) == 1:
        return power_mean(x, known, weights, level.exponents[0])
    out = np.empty((*x.shape[:-1], len(level.groups)))
    for exponent in sorted(set(level.exponents)):
        own: Mask = np.array(level.exponents) == exponent
        used = level.members[:, own].any(axis=1)
        part = None if known is None else np.ascontiguousarray(known[..., used])
        out[..., own] = power_mean(np.ascontiguousarray(x[..., used]), part, weights[:, used][..., own], exponent)
    return out

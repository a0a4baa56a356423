"""From normalised indicators to the root, level by level, with coverage and bounds (METHOD 4.2, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from indicators.scores.engine.means import power_mean
from indicators.scores.engine.panel import Floats, Mask
from indicators.scores.engine.states import CellState
from indicators.scores.engine.tree import Level, Tree

_NOISE = 1e-9
_CACHE_CELLS = 200_000
"""Above this size years are worked one after the other, so that their arrays stay in the processor's cache."""


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
    if len(values) > 1 and values.size > _CACHE_CELLS:
        years = [
            aggregate(_of_year(tree, y), values[y : y + 1], states[y : y + 1], basis=basis, ends=ends)
            for y in range(len(values))
        ]
        return Totals(*(np.concatenate([getattr(t, f.name) for t in years]) for f in fields(Totals)))
    work = _Work(tree, values, states, ends, basis == "leaves")
    for level in tree.levels:
        here, columns = slice(level.first, level.first + len(level.groups)), level.columns
        if not work.whole:
            _gapped(work, level, here, columns, basis)
            if ends is not None:
                _bounds(work, level, here, columns)
            continue
        work.out[..., here] = _means(level, work.out[..., columns], None)
        if ends is not None:
            work.low[..., here] = work.high[..., here] = work.out[..., here]
        if work.leaves is not None:
            work.leaves[..., here] = work.leaves[..., columns] @ level.members
        if np.isnan(work.out[..., here]).any():
            work.whole = False
            _explain(level, work.out, work.state, here)
    return Totals(work.out, work.state, work.coverage, work.count, work.low, work.high)


def _of_year(tree: Tree, year: int) -> Tree:
    """The tree with the weights of one year."""
    levels = tuple(replace(v, weights=v.weights[min(year, len(v.weights) - 1)][np.newaxis]) for v in tree.levels)
    return replace(tree, levels=levels)


class _Work:
    """The arrays (years, units, nodes) that fill up level by level.

    ``applicable`` is None where every cell is; ``leaves`` counts the leaves behind a node, known and
    applicable, where the threshold asks for them; ``whole`` says that no cell was missing so far.
    """

    def __init__(
        self,
        tree: Tree,
        values: Floats,
        states: NDArray[np.int8],
        ends: tuple[float, float] | None,
        count_leaves: bool,
    ) -> None:
        shape = (*values.shape[:2], len(tree.nodes))
        self.first_group = values.shape[2]
        own = slice(0, self.first_group)
        self.whole = not states.any()
        self.out, self.state = np.empty(shape), np.zeros(shape, dtype=np.int8)
        self.out[..., own], self.state[..., own] = values, states
        self.coverage, self.count = np.ones(shape), np.ones(shape)
        self.applicable: Floats | None = None
        self.leaves = np.ones((2, *shape)) if count_leaves else None
        known = states == CellState.OK
        if not self.whole:
            self.coverage[..., own] = self.count[..., own] = known
            inside = states != CellState.NOT_APPLICABLE
            if not inside.all():
                self.applicable = np.ones(shape)
                self.applicable[..., own] = inside
            if self.leaves is not None:
                self.leaves[0, ..., own], self.leaves[1, ..., own] = known, inside
        self.low, self.high = np.full((2, *shape), np.nan)
        if ends is not None:
            self.low[..., own] = values if self.whole else np.where(known, values, ends[0])
            self.high[..., own] = values if self.whole else np.where(known, values, ends[1])


def _gapped(work: _Work, level: Level, here: slice, columns: slice | list[int], basis: str) -> None:
    """One level of groups where cells are missing."""
    child, inside = work.out[..., columns], None
    seen = ~np.isnan(child)
    known = seen.astype(np.float64)
    mean = _means(level, np.where(seen, child, 0.0), known)
    coverage = work.coverage[..., columns]
    leaf_level = level.children[-1] < work.first_group
    owed, children = level.weights.sum(axis=-2, keepdims=True), level.members.sum(axis=0)
    if work.applicable is not None:
        inside = work.applicable[..., columns]
        owed, children = inside @ level.weights, inside @ level.members
    weighed = known @ level.weights
    rests = _share(weighed if leaf_level else (coverage * known) @ level.weights, owed)
    present = _share(known @ level.members, children)
    held = rests if basis == "weight" else present
    if work.leaves is not None:
        leaves = work.leaves[..., columns] @ level.members
        work.leaves[..., here] = leaves
        held = _share(leaves[0], leaves[1])
    fine = ~np.isnan(mean) & (held >= level.thresholds - _NOISE)
    if level.mandatory.any():
        absent = 1.0 - known if inside is None else (1.0 - known) * inside
        lacking = absent @ level.mandatory > 0
        fine &= ~lacking
    work.out[..., here] = mean
    work.count[..., here] = present
    work.coverage[..., here] = np.minimum(rests, 1.0)
    if work.applicable is not None:
        work.applicable[..., here] = children > 0
    if fine.all():
        return
    found = np.where(np.isnan(mean), CellState.UNDEFINED, CellState.OK)
    if level.mandatory.any():
        found = np.where(lacking, CellState.MANDATORY_MISSING, found)
    found = np.where(held < level.thresholds - _NOISE, CellState.INSUFFICIENT, found)
    unweighed = np.where(present > 0, CellState.NO_WEIGHT, CellState.INSUFFICIENT)
    found = np.where(weighed > 0, found, unweighed)
    found = np.where(fine, CellState.OK, found)
    work.out[..., here] = np.where(fine, mean, np.nan)
    work.state[..., here] = np.where(children == 0, CellState.NOT_APPLICABLE, found)
    if not leaf_level:
        # without a number, what is known counts, not what a number could rest on
        behind = _share((coverage if inside is None else coverage * inside) @ level.weights, owed)
        work.coverage[..., here] = np.minimum(np.where(fine, rests, behind), 1.0)


def _share(part: Floats, whole: Floats) -> Floats:
    """Quotient; 0 where there is nothing to have a share of."""
    if np.all(whole > 0):
        return part / whole
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, 0.0)


def _explain(level: Level, out: Floats, state: NDArray[np.int8], here: slice) -> None:
    """States of a level whose children are all known and whose mean is still not defined."""
    weightless = np.asarray(level.weights.sum(axis=-2) == 0)[:, np.newaxis, :]
    why = np.where(weightless, CellState.NO_WEIGHT, CellState.UNDEFINED)
    state[..., here] = np.where(np.isnan(out[..., here]), why, CellState.OK)


def _bounds(work: _Work, level: Level, here: slice, columns: slice | list[int]) -> None:
    """The aggregate with every missing leaf at the ends; widened to hold the number that stands."""
    inside = work.applicable[..., columns] if work.applicable is not None else None
    for side, widen in ((work.low, np.fmin), (work.high, np.fmax)):
        child = side[..., columns]
        if inside is None:
            mean = _means(level, child, None)
        else:
            ready = inside * ~np.isnan(child)
            mean = _means(level, np.where(ready > 0, child, 0.0), ready)
        side[..., here] = widen(mean, work.out[..., here])


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

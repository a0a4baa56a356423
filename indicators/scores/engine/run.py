"""A method run on a panel: the steps in their order, one result that says what was done to each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.scores.engine.aggregate import Totals, aggregate
from indicators.scores.engine.errors import MethodError, PanelError
from indicators.scores.engine.impute import impute
from indicators.scores.engine.means import power_mean
from indicators.scores.engine.method import Impute, Method, Screen, Treat, method_sha256
from indicators.scores.engine.normalise import Normaliser, bounded
from indicators.scores.engine.panel import Floats, Mask, Panel
from indicators.scores.engine.ranks import ranks
from indicators.scores.engine.screen import screened
from indicators.scores.engine.standins import stand_ins
from indicators.scores.engine.states import CellState
from indicators.scores.engine.treat import Treatment, treat
from indicators.scores.engine.tree import Tree, plant


@dataclass(frozen=True)
class Result:
    """What a method makes of a panel. Arrays are (years, units, nodes) as in :class:`Totals`.

    ``prepared`` are the values that were normalised, ``imputed`` the cells that a rule filled,
    ``kept`` (years, units) the units that passed the screen, ``treatments`` what was done to skewed
    indicators. ``stood_in`` marks children that took their group's mean, for the root alone.
    """

    method: Method
    panel: Panel
    tree: Tree
    prepared: Floats
    totals: Totals
    imputed: Mask
    kept: Mask
    treatments: tuple[Treatment, ...]
    stood_in: Mask

    def scores(self, node: str | None = None) -> Floats:
        """Values of a node (default: the root), shape (years, units); NaN where there is none."""
        return self.totals.values[..., self.tree.column(node or self.tree.root)]

    def ranks(self, node: str | None = None) -> Floats:
        """Descending ranks of the units, year by year."""
        return ranks(self.scores(node))

    def used(self, unit: str, node: str, year: int | None = None) -> tuple[str, ...]:
        """Children that a group's number rests on; of the first year unless one is named."""
        y = self.panel.years.index(year) if year is not None else 0
        u = self.panel.units.index(unit)
        for level in self.tree.levels:
            if node in level.groups:
                own = level.members[:, level.groups.index(node)] > 0
                ids = [c for c, mine in zip(level.children, own, strict=True) if mine]
                return tuple(self.tree.nodes[c] for c in ids if self.totals.states[y, u, c] == CellState.OK)
        raise KeyError(f"{node!r} is no group")

    def silent(self) -> tuple[str, ...]:
        """Indicators without a number anywhere: constant, or never observed. They are told, not dropped."""
        column = self.totals.values[..., : self.tree.indicators]
        empty: Mask = np.asarray(np.isnan(column).all(axis=(0, 1)))
        return tuple(self.tree.nodes[n] for n in np.flatnonzero(empty))

    def frame(self, nodes: Sequence[str] | None = None) -> pd.DataFrame:
        """Wide frame: index (year, unit), one column a node; empty where there is no number."""
        names = list(nodes or self.tree.nodes)
        columns = [self.tree.column(n) for n in names]
        cells = self.totals.values[..., columns].reshape(-1, len(names))
        return pd.DataFrame(cells, index=self.panel.index, columns=names, copy=False)

    def json(self) -> dict[str, Any]:
        """The result as data; numbers or null, never NaN, and a state beside each null."""
        totals = self.totals
        return {
            "method": self.method.model_dump(mode="json"),
            "method_sha256": method_sha256(self.method),
            "silent": list(self.silent()),
            "treatments": [
                {"indicator": t.indicator, "year": t.year, "winsorised": t.winsorised, "logged": t.logged}
                for t in self.treatments
            ],
            "cells": [
                {
                    "year": year,
                    "unit": unit,
                    "node": node,
                    "value": _number(totals.values[y, u, n]),
                    "state": CellState(int(totals.states[y, u, n])).label,
                    "coverage": _number(totals.coverage[y, u, n]),
                    "coverage_count": _number(totals.count[y, u, n]),
                    "low": _number(totals.low[y, u, n]),
                    "high": _number(totals.high[y, u, n]),
                    "imputed": n < self.tree.indicators and bool(self.imputed[y, u, n]),
                    "stood_in": bool(self.stood_in[y, u, n]),
                }
                for y, year in enumerate(self.panel.years)
                for u, unit in enumerate(self.panel.units)
                for n, node in enumerate(self.tree.nodes)
            ],
        }


class Composite:
    """A method made ready for panels with the same indicators, units and years; run it as often as needed."""

    def __init__(self, method: Method, panel: Panel) -> None:
        self.method = method
        self.tree = plant(method, panel.indicators, panel.years)
        self._normalise = Normaliser(method, panel.indicators, panel.units, panel.years)
        read = {i.id for i in method.indicators}
        self._read = np.array([name in read for name in panel.indicators])
        step = method.normalise
        self.ends = step.scale if all(bounded(s) for s in (step, *step.overrides.values())) else None

    def normalised(self, prepared: Floats) -> Floats:
        """Prepared values (years, units, indicators) on the method's scale."""
        return self._normalise(prepared)

    def run(self, panel: Panel) -> Result:
        """The result for a panel. Raises MethodError for a step that the panel cannot serve."""
        values = panel.values
        kept = np.ones(values.shape[:2], dtype=np.bool_)
        imputed = np.zeros(values.shape, dtype=np.bool_)
        treatments: list[Treatment] = []
        prepared = values
        for step in self.method.steps:
            if isinstance(step, Impute):
                with np.errstate(all="ignore"):
                    filled = _within(impute(values, step, panel, self.method), panel, "impute")
                imputed |= np.isnan(values) & ~np.isnan(filled)
                values = filled
            elif isinstance(step, Screen):
                now = Panel(panel.years, panel.units, panel.indicators, values)
                kept &= screened(now, step, self._read)
                values = np.where(kept[..., np.newaxis], values, np.nan)
            elif isinstance(step, Treat):
                with np.errstate(all="ignore"):
                    values, done = _treated(values, step, panel)
                values = _within(values, panel, "treat")
                treatments += done
            elif step.step == "normalise":
                prepared = values
                values = self._normalise(values)
        states = _states(panel, prepared, values)
        totals = aggregate(self.tree, values, states, basis=self.method.aggregate.basis, ends=self.ends)
        stood_in = np.zeros(totals.values.shape, dtype=np.bool_)
        attribute = self.method.aggregate.stand_in
        if attribute is not None:
            totals, stood_in = _with_stand_ins(self.tree, totals, panel, attribute)
        return Result(self.method, panel, self.tree, prepared, totals, imputed, kept, tuple(treatments), stood_in)


def run(method: Method, panel: Panel) -> Result:
    """A method on one panel."""
    return Composite(method, panel).run(panel)


def _states(panel: Panel, prepared: Floats, values: Floats) -> NDArray[np.int8]:
    gone = np.isnan(values)
    state = np.zeros(values.shape, dtype=np.int8)
    if gone.any():
        state[gone] = CellState.MISSING
        unscaled = gone & ~np.isnan(prepared)
        whole = gone.all(axis=(0, 1))
        state[unscaled] = CellState.UNDEFINED
        state[unscaled & (whole | gone.all(axis=1, keepdims=True))] = CellState.NO_SPAN
    if panel.not_applicable is not None:
        state[panel.not_applicable] = CellState.NOT_APPLICABLE
        values[panel.not_applicable] = np.nan
    return state


def _within(values: Floats, panel: Panel, step: str) -> Floats:
    """The values after a step. Raises PanelError where one has become too large for a number."""
    if np.isinf(values).any():
        year, unit, column = (int(n) for n in np.argwhere(np.isinf(values))[0])
        place = f"{panel.indicators[column]}, {panel.units[unit]}, {panel.years[year]}"
        raise PanelError(place, f"the values are too large for the step {step!r}", "give them in a larger unit")
    return values


def _treated(values: Floats, step: Treat, panel: Panel) -> tuple[Floats, list[Treatment]]:
    out, done = values.copy(), []
    layers: list[tuple[int | None, slice]] = [(None, slice(None))]
    if step.scope == "year":
        layers = [(year, slice(y, y + 1)) for y, year in enumerate(panel.years)]
    for year, layer in layers:
        for column, name in enumerate(panel.indicators):
            block = values[layer, :, column]
            bent, points, logged, passed = treat(block.reshape(-1), step)
            if points or logged or not passed:
                out[layer, :, column] = bent.reshape(block.shape)
                done.append(Treatment(name, year, points, logged, passed))
    return out, done


def _with_stand_ins(tree: Tree, totals: Totals, panel: Panel, attribute: str) -> tuple[Totals, Mask]:
    """The root computed anew, a missing child replaced by its mean over units of the same attribute."""
    if attribute not in panel.groups:
        raise MethodError("aggregate.stand_in", f"the panel has no attribute {attribute!r}", "name one of the units'")
    level = tree.levels[-1]
    child = totals.values[..., level.children]
    known = (~np.isnan(child)).astype(np.float64)
    child, now = stand_ins(np.where(known > 0, child, 0.0), known, np.array(panel.groups[attribute]))
    has_number = totals.states[..., -1] == CellState.OK
    filled = (now > known) & has_number[..., np.newaxis]
    root = power_mean(child, now, level.weights, level.exponents[0])[..., 0]
    values, stood_in = totals.values.copy(), np.zeros(totals.values.shape, dtype=np.bool_)
    values[..., -1] = np.where(has_number, root, np.nan)
    stood_in[..., level.children] = filled
    low, high = totals.low.copy(), totals.high.copy()
    low[..., -1], high[..., -1] = np.fmin(low[..., -1], root), np.fmax(high[..., -1], root)
    low[..., -1][np.isnan(totals.low[..., -1])] = high[..., -1][np.isnan(totals.high[..., -1])] = np.nan
    return Totals(values, totals.states, totals.coverage, totals.count, low, high), stood_in


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

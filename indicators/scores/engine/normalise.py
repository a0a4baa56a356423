"""Indicators on one scale (METHOD 4.1). The direction is applied once, before the formula.

Formulas follow the OECD/JRC Handbook on Constructing Composite Indicators (2008), chapter 5, on
x = value x direction, over the cells that are known; minimum, maximum, mean and standard
deviation (n - 1) are taken over the step's scope.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.method import ByYear, IndicatorNode, Method, Normalise, NormaliseRule
from indicators.scores.engine.panel import Floats
from indicators.scores.engine.tree import by_year

BOUNDED = frozenset({"goalposts", "minmax", "percentile_rank"})
"""Rules whose scale has two ends, so that a missing child can be put at both."""


def bounded(step: Normalise) -> bool:
    """True where no value can leave the step's scale."""
    return step.rule in BOUNDED and (step.rule != "goalposts" or step.clip)


class Normaliser:
    """A method's normalisation made ready for one set of indicators, units and years.

    Raises MethodError, with the indicator, where a parameter that its rule needs is absent.
    """

    def __init__(self, method: Method, indicators: Sequence[str], units: Sequence[str], years: Sequence[int]) -> None:
        step = method.normalise
        unknown = next((n for n in step.overrides if n not in {i.id for i in method.indicators}), None)
        if unknown is not None:
            raise MethodError(f"normalise.overrides.{unknown}", "no such indicator", "mend the name")
        nodes: Mapping[str, IndicatorNode] = {i.id: i for i in method.indicators}
        chosen = [nodes.get(name) for name in indicators]  # a panel may hold more columns than the method reads
        self._signs = np.array([-1.0 if n is not None and n.direction == "down" else 1.0 for n in chosen])
        self._flip = bool((self._signs < 0).any())
        self._logs = [c for c, n in enumerate(chosen) if n is not None and n.transform == "log"]
        parts: dict[str, tuple[Normalise, list[int]]] = {}
        for column, node in enumerate(chosen):
            own = step.overrides.get(node.id, step) if node is not None else step
            key = own.model_dump_json(exclude={"overrides"})
            parts.setdefault(key, (own, []))[1].append(column)
        self._bounded = all(bounded(s) for s, _ in parts.values())
        self._parts = [_Part(s, cols, [chosen[c] for c in cols], units, years) for s, cols in parts.values()]

    def __call__(self, values: Floats) -> Floats:
        """Normalised values of an array (years, units, indicators); NaN where there is none.

        A value too large for a number is none.
        """
        if self._logs:
            values = values.copy()
            values[..., self._logs] = _logarithm(values[..., self._logs])
        flipped = values * self._signs if self._flip else values
        with np.errstate(all="ignore"):
            if len(self._parts) == 1:
                out = self._parts[0](flipped)
            else:
                out = np.empty_like(flipped)
                for part in self._parts:
                    out[..., part.columns] = part(np.ascontiguousarray(flipped[..., part.columns]))
        if self._bounded:
            return out
        beyond = np.isinf(out)
        return np.where(beyond, np.nan, out) if beyond.any() else out


class _Part:
    """The columns that share one rule and its parameters."""

    def __init__(
        self,
        step: Normalise,
        columns: list[int],
        nodes: Sequence[IndicatorNode | None],
        units: Sequence[str],
        years: Sequence[int],
    ) -> None:
        self.step = step
        self.columns = columns
        self._low = self._high = self._target = np.zeros(0)
        self._down = np.array([n is not None and n.direction == "down" for n in nodes])
        if step.rule == "goalposts":
            posts = [_goalposts(n, years) for n in nodes]
            self._low = np.array([[p[0] for p in column] for column in posts]).T[:, np.newaxis, :]
            self._high = np.array([[p[1] for p in column] for column in posts]).T[:, np.newaxis, :]
        elif step.rule == "distance_to_target":
            self._target = np.array([_target(n, years) for n in nodes]).T[:, np.newaxis, :]
        elif step.rule == "distance_to_reference":
            if step.reference not in units:
                raise MethodError("normalise.reference", f"{step.reference!r} is no unit", "name a unit of the panel")
            self._unit = list(units).index(cast(str, step.reference))

    def __call__(self, x: Floats) -> Floats:
        step, axes = self.step, (0, 1) if self.step.scope == "all" else (1,)
        worst, best = step.scale
        if step.rule == "none":
            return x
        if step.rule == "goalposts":
            share = (x - self._low) / (self._high - self._low)
            return worst + (best - worst) * (np.clip(share, 0.0, 1.0) if step.clip else share)
        if step.rule == "zscore":
            return _zscore(x, axes) * step.sd + step.mean
        if step.rule in ("rank", "percentile_rank"):
            ranks = _ranks(x, axes)
            if step.rule == "rank":
                return ranks
            known = np.count_nonzero(~np.isnan(x), axis=axes, keepdims=True)
            return worst + (best - worst) * _over(ranks - 1, (known - 1).astype(np.float64))
        low = np.fmin.reduce(x, axis=axes, keepdims=True)
        high = np.fmax.reduce(x, axis=axes, keepdims=True)
        return self._by_extremes(step.rule, x, low, high)

    def _by_extremes(self, rule: NormaliseRule, x: Floats, low: Floats, high: Floats) -> Floats:
        worst, best = self.step.scale
        if rule == "minmax":
            return _over(x - low, high - low) * (best - worst) + worst
        if rule == "fraction_of_best":
            share = _fraction(x, low, high, self._down)
        else:
            top = self._target if rule == "distance_to_target" else x[:, [self._unit]]
            share = _over(x - low, np.maximum(top - low, 0.0))
        if self.step.clip:
            share = np.minimum(share, 1.0)
        return worst + (best - worst) * share


def _fraction(x: Floats, low: Floats, high: Floats, down: NDArray[np.bool_]) -> Floats:
    """Share of the best: x / max where more is better, min / x where less is (both then end at 1).

    Only for amounts of one sign: nothing is a fraction of a zero or of a debt.
    """
    share = np.where(down, _over(high, x), _over(x, high))
    sound = np.where(down, high < 0, low >= 0)
    return np.where(sound, share, np.nan)


def _zscore(x: Floats, axes: tuple[int, ...]) -> Floats:
    known = ~np.isnan(x)
    count = np.count_nonzero(known, axis=axes, keepdims=True)
    filled = np.where(known, x, 0.0)
    scale = np.maximum(np.abs(filled).max(axis=axes, keepdims=True), np.finfo(float).tiny)
    filled /= scale  # so that no square overflows
    mean = filled.sum(axis=axes, keepdims=True) / np.maximum(count, 1)
    squares = np.where(known, filled - mean, 0.0) ** 2
    sd = np.sqrt(squares.sum(axis=axes, keepdims=True) / np.maximum(count - 1, 1))
    constant = np.fmax.reduce(x, axis=axes, keepdims=True) == np.fmin.reduce(x, axis=axes, keepdims=True)
    return _over(x / scale - mean, np.where(constant, 0.0, sd))


def _ranks(x: Floats, axes: tuple[int, ...]) -> Floats:
    """Ascending ranks from 1, ties sharing the lowest; cells without a value have none.

    Worked on rows that lie side by side in memory and, where nothing ties, without looking for the
    first of each tie: the library's routine takes three times as long, a thousand draws over.
    """
    cells = x.reshape(1, -1, x.shape[-1]) if 0 in axes else x
    rows = np.ascontiguousarray(cells.swapaxes(1, 2)).reshape(-1, cells.shape[1])
    gone = np.isnan(rows)
    filled = np.where(gone, np.inf, rows)
    order = filled.argsort(axis=1)
    order += np.arange(0, order.size, order.shape[1])[:, np.newaxis]
    ordered = filled.reshape(-1)[order]
    ties = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] < np.inf)
    place: NDArray[np.int64] = np.arange(1, order.shape[1] + 1)[np.newaxis]
    if ties.any():
        first = np.where(np.pad(ties, ((0, 0), (1, 0))), 0, place)
        place = np.maximum.accumulate(first, axis=1)
    ranks = np.empty(rows.size)
    ranks[order] = place
    ranks[gone.reshape(-1)] = np.nan
    return np.ascontiguousarray(ranks.reshape(cells.shape[0], -1, cells.shape[1]).swapaxes(1, 2)).reshape(x.shape)


def _over(part: Floats, whole: Floats) -> Floats:
    """Quotient, and NaN where there is nothing to divide by."""
    return part / np.where(whole != 0, whole, np.nan)


def _logarithm(values: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _goalposts(node: IndicatorNode | None, years: Sequence[int]) -> list[tuple[float, float]]:
    """Goalposts of each year on the flipped scale: worst first, whatever the direction."""
    if node is None:
        return [(0.0, 1.0)] * len(years)
    if node.goalposts is None:
        raise MethodError(node.id, "it has no goalposts", "give the lower and the upper one")
    found: list[tuple[float, float]] = []
    for low, high in by_year(node.goalposts, years, node.id, "goalpost"):
        if low >= high:
            raise MethodError(
                node.id, f"goalposts {low:g} and {high:g}", "give the lower one first, two different ones"
            )
        low, high = _transformed(node, low), _transformed(node, high)
        found.append((low, high) if node.direction == "up" else (-high, -low))
    return found


def _target(node: IndicatorNode | None, years: Sequence[int]) -> list[float]:
    if node is None:
        return [0.0] * len(years)
    if node.target is None:
        raise MethodError(node.id, "it has no target", "give one")
    given: ByYear = node.target
    values = [_transformed(node, t) for t in by_year(given, years, node.id, "target")]
    return values if node.direction == "up" else [-v for v in values]


def _transformed(node: IndicatorNode, value: float) -> float:
    if node.transform is None:
        return value
    if value <= 0:
        raise MethodError(node.id, f"{value:g} has no logarithm", "give parameters above 0 or drop the transform")
    return math.log(value)

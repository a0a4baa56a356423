"""How sure a composite on a panel is (METHOD 5): score and rank intervals, P(A above B).

Weights, the rule of aggregation, the rule of normalisation and errors of measurement vary at once.
Which cells have a number is decided once, by the registered method: the draws vary numbers and not
the coverage. A draw that gives a unit no number (a negative value under a geometric mean) is
counted and left out of that unit's interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.scores.engine.draws import Choices, Integers, interval, pick, sibling_weights, uniform
from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.means import power_mean
from indicators.scores.engine.method import Method, Normalise, Rule, exponent
from indicators.scores.engine.panel import Floats, Panel
from indicators.scores.engine.ranks import ranks
from indicators.scores.engine.run import Composite, Result
from indicators.scores.engine.standins import stand_ins
from indicators.scores.engine.states import CellState
from indicators.scores.engine.tree import Level

FACTORS = ("weights", "aggregation", "normalisation", "measurement")

Rules = tuple[tuple[float, ...], ...]
"""Exponents of the means, a tuple a level with one for each of its groups."""

BATCH_CELLS = 4_000_000
"""Most cells of one array while drawing; larger panels are drawn in more batches."""


class PanelModel:
    """The root's scores in one year as a function of uniform numbers, one row (FACTORS) a draw.

    ``errors``: standard errors in the indicators' own units, broadcastable to (years, units,
    indicators), 0 or NaN where nothing is known; they act on the values as prepared for
    normalising. None, or ``choices.measurement`` False, takes every value as exact.
    """

    def __init__(
        self,
        method: Method,
        panel: Panel,
        choices: Choices,
        rng: np.random.Generator,
        *,
        year: int | None = None,
        errors: Floats | None = None,
    ) -> None:
        kinds = [s.step for s in method.steps]
        if "impute" in kinds[kinds.index("normalise") :]:
            raise MethodError("steps", "'impute' after 'normalise' cannot be drawn", "put it before 'normalise'")
        self.choices = choices
        self.result = Composite(method, panel).run(panel)
        self._year = len(panel.years) - 1 if year is None else panel.years.index(year)
        self._tree = self.result.tree
        self._rules = self._choose_rules()
        attribute = method.aggregate.stand_in
        self._labels = None if attribute is None else np.array(panel.groups[attribute])
        base = method.normalise
        steps = [base, *choices.normalisations]
        self._composites = [Composite(_with(method, s), panel) for s in steps]
        self._exact = [self._normalised(k, self.result.prepared) for k in range(len(steps))]
        self._errors = None
        if errors is not None and choices.measurement:
            self._errors = np.nan_to_num(np.broadcast_to(errors, panel.values.shape), nan=0.0)
        self._seeds = rng.integers(0, 2**63, size=choices.pool)
        self._weights = self._pools(rng)

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that have more than one choice."""
        sizes = (
            self.choices.concentration is not None,
            len(self._rules) > 1,
            len(self._exact) > 1,
            self._errors is not None,
        )
        return tuple(f for f, varies in zip(FACTORS, sizes, strict=True) if varies)

    def _choose_rules(self) -> list[Rules]:
        """The registered rules of every level, then one rule for all of them as often as the choices name one."""
        levels = self._tree.levels
        drawn = [tuple((exponent(r),) * len(v.groups) for v in levels) for r in self.choices.rules]
        registered = tuple(v.exponents for v in levels)
        return drawn if registered in drawn else [registered, *drawn]

    @property
    def rules(self) -> tuple[Rule | Literal["registered"], ...]:
        """The means that are drawn; ``registered`` where those of the method are none of the choices."""
        named: tuple[Rule | Literal["registered"], ...] = self.choices.rules
        return named if len(self._rules) == len(named) else ("registered", *named)

    def point(self) -> Floats:
        """Scores (units) by the registered method."""
        return self.result.scores()[self._year]

    def __call__(self, uniforms: Floats) -> Floats:
        """Scores (draws, units); NaN where the registered method has none and where the draw fails."""
        which = [pick(uniforms[:, n], size) for n, size in enumerate(self._sizes())]
        weight, rule, step, error = which
        out = np.full((len(uniforms), self.result.panel.values.shape[1]), np.nan)
        cells = self.result.panel.values[0].size if self._errors is not None else out.shape[1] * len(self._tree.nodes)
        size = max(BATCH_CELLS // max(cells, 1), 1)
        for k in range(len(self._exact)):
            rows = np.flatnonzero(step == k)
            rows = rows[np.argsort(error[rows], kind="stable")]  # draws of the same errors share their values
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                leaves, place = self._leaves(k, error[batch])
                for r, rules in enumerate(self._rules):
                    own = rule[batch] == r
                    if own.any():
                        values = leaves if len(leaves) == 1 else leaves[place[own]]
                        out[batch[own]] = self._scores(values, rules, weight[batch[own]])
        out[:, np.isnan(self.point())] = np.nan
        return out

    def _sizes(self) -> tuple[int, int, int, int]:
        return self.choices.pool, len(self._rules), len(self._exact), self.choices.pool

    def _leaves(self, k: int, error: Integers) -> tuple[Floats, Integers]:
        """Normalised values (different errors, units, indicators) and the place of each draw's among them."""
        if self._errors is None:
            return self._exact[k][np.newaxis], np.zeros(len(error), dtype=np.int64)
        different, place = np.unique(error, return_inverse=True)
        leaves = np.empty((len(different), *self._exact[k].shape))
        for n, e in enumerate(different):
            leaves[n] = self._normalised(k, self._perturbed(int(e)))
        return leaves, place

    def _scores(self, leaves: Floats, rules: Rules, weight: Integers) -> Floats:
        """One batch of draws that share a normalisation and a rule: (draws, units)."""
        states = self.result.totals.states[self._year]
        known = (states == CellState.OK).astype(np.float64)
        nodes = [leaves]
        at = [np.arange(self._tree.indicators)]
        for level, pool, rule in zip(self._tree.levels, self._weights, rules, strict=True):
            child = _columns(nodes, at, level.children)
            own = known[:, level.columns]
            filled = np.where(own > 0, child, 0.0)  # NaN of an alternative rule stays and fails the draw
            if self._labels is not None and level is self._tree.levels[-1]:
                filled, own = stand_ins(filled, own, self._labels)
            weights = pool[weight] if len(pool) > 1 else pool
            whole = None if own.all() else own[np.newaxis]
            nodes.append(_group_by_group(level, filled, whole, weights, rule))
            at.append(np.arange(level.first, level.first + len(level.groups)))
        root = nodes[-1][..., 0]
        return np.broadcast_to(root, (len(weight), root.shape[-1]))

    def _normalised(self, k: int, prepared: Floats) -> Floats:
        return self._composites[k].normalised(prepared)[self._year]

    def _perturbed(self, error: int) -> Floats:
        assert self._errors is not None
        noise = np.random.default_rng(self._seeds[error]).standard_normal(self._errors.shape)
        noise *= self._errors
        noise += self.result.prepared
        return noise

    def _pools(self, rng: np.random.Generator) -> list[Floats]:
        """Weights (pool or 1, children, groups) of every level, in the year."""
        pools: list[Floats] = []
        for level in self._tree.levels:
            registered = level.weights[min(self._year, len(level.weights) - 1)]
            if self.choices.concentration is None:
                pools.append(registered[np.newaxis])
                continue
            pool = np.zeros((self.choices.pool, *registered.shape))
            for group in range(registered.shape[1]):
                own = np.flatnonzero(level.members[:, group])
                given = registered[own, group]
                pool[:, own, group] = sibling_weights(given, self.choices.concentration, self.choices.pool, rng)
            pools.append(pool)
        return pools


def _group_by_group(level: Level, x: Floats, known: Floats | None, weights: Floats, rules: tuple[float, ...]) -> Floats:
    """Means of a level for many draws: a product for each group costs less than one with all the zeros."""
    means: list[Floats] = []
    for group, rule in enumerate(rules):
        own = np.flatnonzero(level.members[:, group])
        columns: slice | Integers = slice(own[0], own[-1] + 1) if own[-1] - own[0] + 1 == len(own) else own
        part = None if known is None else known[..., columns]
        means.append(power_mean(x[..., columns], part, weights[:, columns, group : group + 1], rule))
    return np.concatenate(means, axis=-1)


def _with(method: Method, step: Normalise) -> Method:
    return method.model_copy(update={"steps": tuple(step if s.step == "normalise" else s for s in method.steps)})


def _columns(nodes: list[Floats], at: list[Integers], children: tuple[int, ...]) -> Floats:
    """The children's columns out of the levels computed so far; the last level alone needs no copy."""
    for values, columns in zip(reversed(nodes), reversed(at), strict=True):
        first = int(columns[0])
        if first <= children[0] and children[-1] <= int(columns[-1]):
            inside = [c - first for c in children]
            return values if len(inside) == values.shape[-1] else values[..., inside]
    draws = max(v.shape[0] for v in nodes)
    shape = (draws, nodes[0].shape[1])
    joined = np.concatenate([np.broadcast_to(v, (*shape, v.shape[-1])) for v in nodes], axis=-1)
    return joined[..., list(children)]


@dataclass(frozen=True)
class PanelUncertainty:
    """Draws (draws, units) of one year and what follows from them.

    ``failed`` counts, for each unit with a number, the draws that gave it none; ``varied`` names the
    factors that had more than one choice, ``rules`` the means that were drawn.
    """

    result: Result
    year: int
    choices: Choices
    varied: tuple[str, ...]
    rules: tuple[Rule | Literal["registered"], ...]
    point: Floats
    draws: Floats

    @property
    def failed(self) -> tuple[int, ...]:
        """Failed draws of each unit; 0 for a unit that has no number to begin with."""
        gone = np.isnan(self.draws).sum(axis=0)
        return tuple(int(n) for n in np.where(np.isnan(self.point), 0, gone))

    def interval(self, unit: str) -> tuple[float, float] | None:
        """5-95 % interval of a unit's score, widened to hold the point; None where it has no number."""
        u = self.result.panel.units.index(unit)
        return None if np.isnan(self.point[u]) else interval(self.draws[:, u], float(self.point[u]))

    def rank_intervals(self) -> dict[str, tuple[int, int, int]]:
        """Rank and its 5-95 % interval, in whole ranks, of every unit with a number; 1 is the best."""
        drawn, point = ranks(self.draws, axis=1), ranks(self.point)
        out: dict[str, tuple[int, int, int]] = {}
        for u, unit in enumerate(self.result.panel.units):
            ends = interval(drawn[:, u], float(point[u])) if not np.isnan(point[u]) else None
            if ends is not None:
                out[unit] = (int(point[u]), int(np.floor(ends[0])), int(np.ceil(ends[1])))
        return out

    def above(self, unit: str) -> dict[str, float | None]:
        """Probability that a unit scores above each other one, a tie counting half; None without a common draw."""
        u = self.result.panel.units.index(unit)
        own = self.draws[:, [u]]
        common = np.count_nonzero(~(np.isnan(own) | np.isnan(self.draws)), axis=0)
        won = np.count_nonzero(own > self.draws, axis=0) + 0.5 * np.count_nonzero(own == self.draws, axis=0)
        others = zip(self.result.panel.units, won, common, strict=True)
        return {name: float(w / n) if n else None for name, w, n in others if name != unit}


def panel_uncertainty(
    method: Method, panel: Panel, choices: Choices, *, year: int | None = None, errors: Floats | None = None
) -> PanelUncertainty:
    """Draw a method on a panel, for one year (default: the last). The same seed gives the same draws."""
    rows, rng = uniform(choices, len(FACTORS))
    model = PanelModel(method, panel, choices, rng, year=year, errors=errors)
    at = panel.years[-1] if year is None else year
    return PanelUncertainty(model.result, at, choices, model.factors, model.rules, model.point(), model(rows))

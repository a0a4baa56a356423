"""How sure a law's score is (METHOD 5): interval, P(status), sensitivity, leave one out.

Weights, the rule of aggregation, the form of the path, the baseline's year and the published values
vary at once. Which children have a number is decided once, with the registered weights: the draws
vary numbers and not the coverage.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from indicators.register.model import Indicator, Law
from indicators.scores import guards
from indicators.scores.composite import group_status
from indicators.scores.engine.draws import Choices, Integers, interval, pick, sibling_weights, uniform
from indicators.scores.engine.means import power_mean
from indicators.scores.engine.method import exponent
from indicators.scores.engine.panel import Floats
from indicators.scores.engine.sensitivity import Sensitivity, sobol
from indicators.scores.indicator import Knowledge, Standing, standing
from indicators.scores.law import BY_LAWS, INSTRUMENTS, score_law
from indicators.scores.measures import due_by
from indicators.scores.paths import Direction, Path
from indicators.scores.readings import national_readings
from indicators.scores.result import LawScore, Status

FACTORS = ("weights", "aggregation", "path", "baseline", "measurement")


@dataclass(frozen=True)
class _Leaf:
    """A child of a pillar with a number: an indicator with its paths, or the list of by-laws (``path`` empty)."""

    id: str
    pillar: str
    weight: float
    paths: tuple[Path, ...]  # one for each shift of the baseline
    time: float
    value: float
    standard_error: float
    half_unit: float
    fixed: tuple[float, float] | None = None  # score and needed of the list of by-laws


@dataclass(frozen=True)
class LawUncertainty:
    """What the draws say of one law's total.

    ``interval`` is the 5-95 % interval of the score, widened to hold the point. ``p_status``: share
    of the draws with a number in each status. ``linear_only``: indicators without a path at a
    constant rate (a zero or a change of sign), whose path stayed linear in every draw.
    ``without``: the score without each indicator; None where nothing is left.
    """

    law: str
    point: float | None
    interval: tuple[float, float] | None
    p_status: dict[Status, float]
    draws: int
    failed: int
    factors: tuple[str, ...]
    linear_only: tuple[str, ...]
    sensitivity: Sensitivity | None
    without: dict[str, float | None]
    choices: Choices

    def json(self) -> dict[str, Any]:
        """As data, with the seed and every choice."""
        s = self.sensitivity
        return {
            "law": self.law,
            "score": self.point,
            "interval": list(self.interval) if self.interval else None,
            "p_status": {status.value: p for status, p in self.p_status.items()},
            "draws": self.draws,
            "failed": self.failed,
            "factors": list(self.factors),
            "linear_only": list(self.linear_only),
            "sobol": None
            if s is None
            else {f: {"first": a, "total": b} for f, a, b in zip(s.factors, s.first, s.total, strict=True)},
            "without": self.without,
            "choices": self.choices.json(),
        }


def law_uncertainty(
    law: Law,
    observations: pd.DataFrame,
    at: date,
    as_of: date,
    choices: Choices,
    *,
    errors: Mapping[str, float] | None = None,
    failed: Collection[str] = (),
    down: Collection[str] = (),
    blocks: int = 256,
) -> LawUncertainty:
    """Draw a law's score; the same inputs and seed give the same numbers.

    ``errors``: standard errors by indicator, in the series' unit (see
    :mod:`indicators.scores.engine.measurement`); the rounding of the publication is always added.
    ``blocks`` of Saltelli's design for the Sobol indices; 0 leaves them out.
    """
    score = score_law(law, observations, at, as_of, failed, down)
    rows, rng = uniform(choices, len(FACTORS))
    model = LawModel(law, observations, score, choices, rng, errors or {}, failed, down)
    point = score.total.score
    if point is None or not model.leaves:
        return LawUncertainty(law.id, None, None, {}, 0, 0, model.factors, (), None, {}, choices)
    scores, needed = model(rows)
    known = np.isfinite(scores) & np.isfinite(needed)
    statuses = [group_status(float(s), float(n)) for s, n in zip(scores[known], needed[known], strict=True)]
    shares = {status: statuses.count(status) / len(statuses) for status in Status if status in statuses}
    found = sobol(lambda u: model(u)[0], FACTORS, model.factors, blocks=blocks, seed=choices.seed) if blocks else None
    return LawUncertainty(
        law=law.id,
        point=point,
        interval=interval(scores[known], point),
        p_status=shares,
        draws=choices.draws,
        failed=int((~known).sum()),
        factors=model.factors,
        linear_only=model.linear_only,
        sensitivity=found,
        without={leaf.id: model.without(leaf.id) for leaf in model.leaves},
        choices=choices,
    )


class LawModel:
    """A law's score and needed score as a function of uniform numbers, one row (FACTORS) a draw."""

    def __init__(
        self,
        law: Law,
        observations: pd.DataFrame,
        score: LawScore,
        choices: Choices,
        rng: np.random.Generator,
        errors: Mapping[str, float],
        failed: Collection[str] = (),
        down: Collection[str] = (),
    ) -> None:
        self.choices = choices
        self._score = score
        self.leaves = _leaves(law, observations, score, choices, errors, failed, down)
        self._pillars = [p for p in score.pillars if p.id in score.total.used]
        self._columns = [[n for n, leaf in enumerate(self.leaves) if leaf.pillar == p.id] for p in self._pillars]
        own = [np.array([self.leaves[n].weight for n in columns]) for columns in self._columns]
        above = np.array([p.weight for p in self._pillars])
        self._registered = (own, above)
        self._pools = [self._pool(w, rng) for w in own], self._pool(above, rng)
        size = (choices.pool, len(self.leaves))
        self._noise, self._rounding = rng.standard_normal(size), rng.uniform(-1.0, 1.0, size)

    @property
    def linear_only(self) -> tuple[str, ...]:
        """Indicators that have no path at a constant rate of growth."""
        if "growth" not in self.choices.paths:
            return ()
        return tuple(f.id for f in self.leaves if f.paths and not all(_grows(p, f.value) for p in f.paths))

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that can move this law's score."""
        moving = [f for f in self.leaves if f.paths]
        varies = (
            self.choices.concentration is not None and len(self.leaves) > 1,
            len(self.choices.rules) > 1 and len(self.leaves) > 1,
            len(self.choices.paths) > 1 and len(self.linear_only) < len(moving),
            any(len(set(f.paths)) > 1 for f in moving),
            self.choices.measurement and any(f.standard_error or f.half_unit for f in moving),
        )
        return tuple(f for f, yes in zip(FACTORS, varies, strict=True) if yes)

    def __call__(self, uniforms: Floats) -> tuple[Floats, Floats]:
        """Score and needed score of each row; NaN where a draw gives none."""
        choices = self.choices
        sizes = (choices.pool, len(choices.rules), len(choices.paths), len(choices.baseline_years), choices.pool)
        weight, rule, form, baseline, error = (pick(uniforms[:, n], size) for n, size in enumerate(sizes))
        scores, needed = np.empty((2, len(uniforms), len(self.leaves)))
        for n, leaf in enumerate(self.leaves):
            if leaf.fixed is not None:
                scores[:, n], needed[:, n] = leaf.fixed
                continue
            values = np.full(len(uniforms), leaf.value)
            if choices.measurement:
                values += self._noise[error, n] * leaf.standard_error + self._rounding[error, n] * leaf.half_unit
            for f, name in enumerate(choices.paths):
                for b, path in enumerate(leaf.paths):
                    rows = np.flatnonzero((form == f) & (baseline == b))
                    scores[rows, n], needed[rows, n] = placed(path, leaf.time, values[rows], growth=name == "growth")
        out = np.full((2, len(uniforms)), np.nan)
        for r, mean in enumerate(choices.rules):
            rows = np.flatnonzero(rule == r)
            for side, given in enumerate((scores, needed)):
                out[side, rows] = self._total(given[rows], weight[rows], exponent(mean))
        return out[0], out[1]

    def without(self, leaf: str) -> float | None:
        """The score by the registered method without one leaf; None where nothing is left."""
        own, above = self._registered
        column = next(n for n, f in enumerate(self.leaves) if f.id == leaf)
        values: list[float] = []
        weights: list[float] = []
        points = [self._point(f) for f in self.leaves]
        for pillar, columns in enumerate(self._columns):
            kept = [k for k, n in enumerate(columns) if n != column]
            if kept:
                total = sum(own[pillar][k] for k in kept)
                values.append(sum(own[pillar][k] * points[columns[k]] for k in kept) / total)
                weights.append(float(above[pillar]))
        return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights) if weights else None

    def _point(self, leaf: _Leaf) -> float:
        if leaf.fixed is not None:
            return leaf.fixed[0]
        found = next(i for i in self._score.indicators if i.id == leaf.id).score
        assert found is not None  # only indicators with a number are leaves
        return found

    def _pool(self, weights: Floats, rng: np.random.Generator) -> Floats:
        if self.choices.concentration is None:
            return np.broadcast_to(weights, (self.choices.pool, weights.size))
        return sibling_weights(weights, self.choices.concentration, self.choices.pool, rng)

    def _total(self, leaves: Floats, weight: Integers, power: float) -> Floats:
        pools, above = self._pools
        pillars = [
            power_mean(leaves[:, np.newaxis, columns], None, pool[weight][..., np.newaxis], power)[:, 0, 0]
            for columns, pool in zip(self._columns, pools, strict=True)
        ]
        stacked = np.stack(pillars, axis=-1)[:, np.newaxis, :]
        return power_mean(stacked, None, above[weight][..., np.newaxis], power)[:, 0, 0]


def placed(path: Path, time: float, values: Floats, *, growth: bool) -> tuple[Floats, Floats]:
    """Score and needed score of many values at one time on one path, as :func:`paths.position` gives them.

    With ``growth`` the way from node to node is one of constant growth: the same formulas on
    logarithms of the levels. Where a level is zero or the signs differ, the path stays linear.
    """
    levels = _levels(path.direction, values)
    nodes = np.array([path.direction.level(v) for v in path.values])
    if growth and _grows(path, float(values.min(initial=np.inf))) and _grows(path, float(values.max(initial=-np.inf))):
        levels, nodes = np.log(levels), np.log(nodes)
    if path.holds:
        reached = np.array([path.direction.reached(float(v), path.target) for v in values], dtype=np.float64)
        return 100.0 * reached, np.full(values.shape, 100.0)
    span = nodes[-1] - nodes[0]
    wanted = (float(np.interp(time, path.times, nodes)) - nodes[0]) / span
    shares = (levels - nodes[0]) / span
    return 100.0 * np.clip(shares, 0.0, 1.0), np.full(values.shape, 100.0 * min(max(wanted, 0.0), 1.0))


def _grows(path: Path, value: float) -> bool:
    """True where every level of the path, and the value's, is above zero."""
    if path.direction.ratio and value <= 0:
        return False
    return bool(np.isfinite(value)) and min(path.direction.level(v) for v in (*path.values, value)) > 0


def _levels(direction: Direction, values: Floats) -> Floats:
    if direction.kind != "at":
        return values
    if not direction.ratio:
        assert direction.best is not None  # the register's model demands it for 'at'
        return np.abs(values - direction.best)
    return np.maximum(values, 1 / values)


def _leaves(
    law: Law,
    observations: pd.DataFrame,
    score: LawScore,
    choices: Choices,
    errors: Mapping[str, float],
    failed: Collection[str],
    down: Collection[str],
) -> list[_Leaf]:
    """The children with a number of the pillars that enter the total."""
    series = {s.id: s for s in law.series}
    known = Knowledge(score.as_of, series, national_readings(observations, series), frozenset(failed), frozenset(down))
    used = {p.id: p.used for p in score.pillars if p.id in score.total.used}
    leaves: list[_Leaf] = []
    for indicator in law.indicators:
        if indicator.id not in used.get(indicator.pillar, ()):
            continue
        now = standing(indicator, series.get(indicator.series or ""), known, score.reference_date)
        assert now.latest is not None and now.route is not None and now.route.path is not None  # it has a number
        paths = tuple(_shifted(indicator, now, now.route.path, years) for years in choices.baseline_years)
        half = float(guards.half_unit(now.decimals))
        error = errors.get(indicator.id, 0.0)
        leaves.append(
            _Leaf(
                indicator.id, indicator.pillar, indicator.weight, paths, now.latest.time, now.latest.value, error, half
            )
        )
    measures = score.measures
    if BY_LAWS in used.get(INSTRUMENTS, ()) and measures.rate_low is not None:
        needed = 100 * due_by(measures.rows, score.reference_date) / measures.expected
        leaves.append(_Leaf(BY_LAWS, INSTRUMENTS, 1.0, (), 0.0, 0.0, 0.0, 0.0, fixed=(100 * measures.rate_low, needed)))
    return leaves


def _shifted(indicator: Indicator, now: Standing, path: Path, years: int) -> Path:
    """The path with its baseline a year earlier or later; the registered one where that year has no value.

    A baseline whose document states the value is no choice of a year, and stays.
    """
    baseline, segment = indicator.baseline, now.segment
    if years == 0 or baseline is None or baseline.value is not None or segment is None:
        return path
    period = f"{int(baseline.period[:4]) + years:04d}{baseline.period[4:]}"
    value = segment.value(period) if segment.holds(period) else None
    time = path.times[0] + years
    if value is None or time >= path.times[1] or time > segment.latest.time:
        return path
    if path.direction.ratio and value <= 0:
        return path
    return Path(path.direction, (time, *path.times[1:]), (value, *path.values[1:]))

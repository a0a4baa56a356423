"""A law's score as a function of the choices behind it: one row of uniform numbers is one way to compute it.

Weights, the mean, the form of the path, the baseline's year and the published values vary at once.
Which children have a number is decided once, with the registered weights: the draws vary numbers
and not the coverage. What is drawn for a group or a value is drawn under its own name, so that two
editions of a law share every choice but those of the values that differ.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.register.model import Indicator, Law
from indicators.scores import guards
from indicators.scores.engine.draws import Choices, Integers, pick, sibling_weights
from indicators.scores.engine.means import power_mean
from indicators.scores.engine.method import exponent
from indicators.scores.engine.panel import Floats
from indicators.scores.indicator import Knowledge, Standing, standing
from indicators.scores.law import BY_LAWS, INSTRUMENTS
from indicators.scores.measures import due_by
from indicators.scores.paths import Direction, Path
from indicators.scores.readings import national_readings
from indicators.scores.result import LawScore

FACTORS = ("weights", "aggregation", "path", "baseline", "measurement")


@dataclass(frozen=True)
class Leaf:
    """A child of a pillar with a number: an indicator with its paths, or the list of by-laws (``paths`` empty)."""

    id: str
    pillar: str
    weight: float
    score: float  # by the registered method
    needed: float
    series: str = ""
    period: str = ""
    paths: tuple[Path, ...] = ()  # one for each shift of the baseline
    time: float = 0.0
    value: float = 0.0
    standard_error: float = 0.0
    half_unit: float = 0.0


class LawModel:
    """A law's score and needed score as a function of uniform numbers, one row (FACTORS) a draw."""

    def __init__(self, leaves: tuple[Leaf, ...], score: LawScore, choices: Choices) -> None:
        self.choices = choices
        self.leaves = leaves
        self._pillars = [p for p in score.pillars if p.id in score.total.used]
        self._columns = [[n for n, leaf in enumerate(leaves) if leaf.pillar == p.id] for p in self._pillars]
        own = [np.array([leaves[n].weight for n in columns]) for columns in self._columns]
        above = np.array([p.weight for p in self._pillars])
        self._registered = (own, above)
        names = [p.id for p in self._pillars]
        self._pools = [self._pool(w, name) for w, name in zip(own, names, strict=True)], self._pool(above, score.law)
        self._errors = np.zeros((choices.pool, len(leaves)))
        for n, leaf in enumerate(leaves):
            if choices.measurement and leaf.paths:
                drawn = self._drawn(f"{leaf.series} {leaf.period}")  # one figure has one error, whoever reads it
                rounding = drawn.uniform(-leaf.half_unit, leaf.half_unit, choices.pool)
                self._errors[:, n] = drawn.normal(0.0, leaf.standard_error, choices.pool) + rounding

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
            if not leaf.paths:
                scores[:, n], needed[:, n] = leaf.score, leaf.needed
                continue
            values = leaf.value + self._errors[error, n]
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
        points = [f.score for f in self.leaves]
        for pillar, columns in enumerate(self._columns):
            kept = [k for k, n in enumerate(columns) if n != column]
            if kept:
                total = sum(own[pillar][k] for k in kept)
                values.append(sum(own[pillar][k] * points[columns[k]] for k in kept) / total)
                weights.append(float(above[pillar]))
        return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights) if weights else None

    def _pool(self, weights: Floats, group: str) -> Floats:
        if self.choices.concentration is None:
            return np.broadcast_to(weights, (self.choices.pool, weights.size))
        return sibling_weights(weights, self.choices.concentration, self.choices.pool, self._drawn(group))

    def _drawn(self, name: str) -> np.random.Generator:
        """Random numbers that belong to a name, whatever else the law holds."""
        return np.random.default_rng([self.choices.seed, zlib.crc32(name.encode())])

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
    if path.direction.ratio:
        values = np.where(values > 0, values, np.nan)  # an error that leaves no ratio fails the draw
    levels = _levels(path.direction, values)
    nodes = np.array([path.direction.level(v) for v in path.values])
    if growth and _grows(path, float(values.min(initial=np.inf))) and _grows(path, float(values.max(initial=-np.inf))):
        levels, nodes = np.log(levels), np.log(nodes)
    if path.holds:
        reached = np.array([path.direction.reached(float(v), path.target) for v in values], dtype=np.float64)
        return np.where(np.isnan(values), np.nan, 100.0 * reached), np.full(values.shape, 100.0)
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


def law_leaves(
    law: Law,
    observations: pd.DataFrame,
    score: LawScore,
    choices: Choices,
    errors: Mapping[str, float],
) -> tuple[Leaf, ...]:
    """The children with a number of the pillars that enter the total; ``errors`` by indicator, in the series' unit."""
    series = {s.id: s for s in law.series}
    known = Knowledge(score.as_of, series, national_readings(observations, series))
    used = {p.id: p.used for p in score.pillars if p.id in score.total.used}
    leaves: list[Leaf] = []
    for indicator in law.indicators:
        if indicator.id not in used.get(indicator.pillar, ()):
            continue
        now = standing(indicator, series.get(indicator.series or ""), known, score.reference_date)
        path = now.route.path if now.route is not None else None
        assert now.latest is not None and now.position is not None and path is not None  # it has a number
        leaves.append(
            Leaf(
                id=indicator.id,
                pillar=indicator.pillar,
                weight=indicator.weight,
                score=now.position.score,
                needed=now.position.needed_score,
                series=indicator.series or "",
                period=now.latest.period,
                paths=tuple(_shifted(indicator, now, path, years) for years in choices.baseline_years),
                time=now.latest.time,
                value=now.latest.value,
                standard_error=errors.get(indicator.id, 0.0),
                half_unit=float(guards.half_unit(now.decimals)),
            )
        )
    measures = score.measures
    if BY_LAWS in used.get(INSTRUMENTS, ()) and measures.rate_low is not None:
        needed = 100 * due_by(measures.rows, score.reference_date) / measures.expected
        leaves.append(Leaf(BY_LAWS, INSTRUMENTS, 1.0, 100 * measures.rate_low, needed))
    return tuple(leaves)


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

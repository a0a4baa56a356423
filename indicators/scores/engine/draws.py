"""Random choices for uncertainty and sensitivity: one row of uniform numbers is one way to compute a score.

Monte Carlo and Sobol's sequences feed the same rows through the same mapping, so that both speak of
the same model. Weights and errors are drawn once into pools, and a uniform number picks from the pool:
a whole vector of weights is then one factor, as it is one choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from indicators.scores.engine.method import Normalise, Rule

if TYPE_CHECKING:
    from indicators.scores.engine.panel import Floats  # its tables take half a second to load; help shows only defaults

Integers = NDArray[np.int64]

LOW, HIGH = 5.0, 95.0
"""Percentiles of the printed interval."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What may vary, by how much; all of it stands in the output.

    ``concentration``: weights of siblings are drawn from a Dirichlet distribution around the
    registered shares; the variance of a share p is p (1 - p) / (concentration + 1), so that at 50 a
    third varies by a fifth of itself. None holds the weights. ``rules`` are means of every level,
    drawn with equal chance, beside a panel's registered ones where those differ. ``normalisations``
    stand beside a panel's registered one; ``paths`` are the ways of a law's indicators from baseline
    to target (``linear``, or ``growth`` at a constant rate), and ``baseline_years`` the shifts of
    their baselines in years.
    """

    concentration: float | None = 50.0
    rules: tuple[Rule, ...] = ("arithmetic", "geometric")
    normalisations: tuple[Normalise, ...] = ()
    paths: tuple[Literal["linear", "growth"], ...] = ("linear", "growth")
    baseline_years: tuple[int, ...] = (-1, 0, 1)
    measurement: bool = True
    draws: int = 1000
    seed: int = 20260930
    pool: int = 1000

    def __post_init__(self) -> None:
        if self.draws < 1 or self.pool < 1:
            raise ValueError("draws and pool are at least 1")
        if self.concentration is not None and not self.concentration > 0:
            raise ValueError("the concentration is above 0; None holds the weights")
        if not (self.rules and self.baseline_years and self.paths):
            raise ValueError("rules, paths and baseline_years name at least one choice; the registered one holds them")

    def json(self) -> dict[str, Any]:
        """The choices as data, for the output beside the numbers they led to."""
        return {
            "concentration": self.concentration,
            "rules": list(self.rules),
            "normalisations": [n.model_dump(mode="json") for n in self.normalisations],
            "paths": list(self.paths),
            "baseline_years": list(self.baseline_years),
            "measurement": self.measurement,
            "draws": self.draws,
            "seed": self.seed,
            "pool": self.pool,
        }


def uniform(choices: Choices, factors: int) -> tuple[Floats, np.random.Generator]:
    """Rows of uniform numbers (draws, factors) from the seed, and the generator for the pools."""
    seeds = np.random.SeedSequence(choices.seed).spawn(2)
    return np.random.default_rng(seeds[0]).random((choices.draws, factors)), np.random.default_rng(seeds[1])


def pick(uniforms: Floats, size: int) -> Integers:
    """Index into ``size`` equally likely choices for numbers from 0 to 1 (1 counts as the last)."""
    return np.minimum((uniforms * size).astype(np.int64), size - 1)


def sibling_weights(weights: Floats, concentration: float, pool: int, rng: np.random.Generator) -> Floats:
    """Dirichlet draws (pool, siblings) around the shares of ``weights``; a weight of 0 stays 0.

    The draws add up to the registered sum. Siblings that all weigh nothing stay so.
    """
    total = weights.sum()
    if total <= 0:
        return np.zeros((pool, weights.size))
    shapes = concentration * weights / total
    drawn = rng.standard_gamma(np.broadcast_to(shapes, (pool, weights.size)))
    sums = drawn.sum(axis=1, keepdims=True)
    # gamma draws of tiny shapes may all underflow; the registered shares then stand for that draw
    return np.where(sums > 0, drawn / np.where(sums > 0, sums, 1.0), weights / total) * total


def interval(draws: Floats, point: float | None) -> tuple[float, float] | None:
    """5th and 95th percentile of the draws that gave a number, widened to hold the point; None without any."""
    known = draws[np.isfinite(draws)]
    if not known.size:
        return None
    low, high = (float(p) for p in np.percentile(known, [LOW, HIGH]))
    return (low, high) if point is None else (min(low, point), max(high, point))

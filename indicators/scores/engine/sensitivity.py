"""Which choice matters: first-order and total Sobol indices, and the score without each node (METHOD 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

from indicators.scores.engine.method import Method
from indicators.scores.engine.panel import Floats, Panel
from indicators.scores.engine.run import Result, run
from indicators.scores.engine.uncertainty import FACTORS, PanelModel


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Sobol indices of one output: shares of its variance, with the half-widths of their 95 % intervals.

    ``first``: by the choice alone; ``total``: with all its interplay. ``failed`` counts the blocks
    of the design that were left out because a draw in them gave no number.
    """

    factors: tuple[str, ...]
    first: tuple[float, ...]
    first_half_width: tuple[float, ...]
    total: tuple[float, ...]
    total_half_width: tuple[float, ...]
    variance: float
    blocks: int
    failed: int
    seed: int


def sobol(
    evaluate: Callable[[Floats], Floats],
    names: Sequence[str],
    varied: Sequence[str],
    *,
    blocks: int = 256,
    seed: int = 20260930,
) -> Sensitivity | None:
    """Sobol indices of a score to the ``varied`` factors among ``names``, by Saltelli's design.

    ``evaluate`` takes rows of uniform numbers, a column a name, and gives one number a row; factors
    that do not vary are held at their first choice. ``blocks`` is a power of two. None where fewer
    than two factors vary, where too few blocks gave numbers, and where the output does not vary.
    """
    rows = _design(names, varied, blocks, seed)
    return None if rows is None else _indices(evaluate(rows), varied, blocks, seed)


def sobol_by_unit(model: PanelModel, *, blocks: int = 256, seed: int = 20260930) -> tuple[Sensitivity | None, ...]:
    """Sobol indices of each unit's score, from one set of draws for all of them."""
    rows = _design(FACTORS, model.factors, blocks, seed)
    if rows is None:
        return (None,) * len(model.point())
    return tuple(_indices(output, model.factors, blocks, seed) for output in model(rows).T)


def _problem(varied: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(varied), "names": list(varied), "bounds": [[0.0, 1.0]] * len(varied)}


def _design(names: Sequence[str], varied: Sequence[str], blocks: int, seed: int) -> Floats | None:
    """Saltelli's rows of uniform numbers; None where fewer than two factors vary."""
    if len(varied) < 2:
        return None
    design = sampling.sample(_problem(varied), blocks, calc_second_order=False, seed=seed)
    rows = np.zeros((len(design), len(names)))
    rows[:, [list(names).index(v) for v in varied]] = design
    return rows


def _indices(scores: Floats, varied: Sequence[str], blocks: int, seed: int) -> Sensitivity | None:
    output = scores.reshape(blocks, len(varied) + 2)
    whole = np.isfinite(output).all(axis=1)
    kept = output[whole]
    if len(kept) < 2 or np.ptp(kept) <= 1e-12 * max(1.0, float(np.abs(kept).max())):
        return None
    found = analysis.analyze(_problem(varied), kept.reshape(-1), calc_second_order=False, seed=seed)
    return Sensitivity(
        factors=tuple(varied),
        first=_numbers(found["S1"]),
        first_half_width=_numbers(found["S1_conf"]),
        total=_numbers(found["ST"]),
        total_half_width=_numbers(found["ST_conf"]),
        variance=float(np.var(kept)),
        blocks=blocks,
        failed=int((~whole).sum()),
        seed=seed,
    )


def without(method: Method, panel: Panel, node: str) -> Result:
    """The result with one node's weight at 0: its siblings share its weight.

    It stays in the tree, so that its own value can still be read.
    """
    indicators = tuple(i.model_copy(update={"weight": 0.0}) if i.id == node else i for i in method.indicators)
    groups = tuple(g.model_copy(update={"weight": 0.0}) if g.id == node else g for g in method.groups)
    if indicators == method.indicators and groups == method.groups:
        raise KeyError(f"no node {node!r} with a weight")
    return run(method.model_copy(update={"indicators": indicators, "groups": groups}), panel)


def _numbers(values: Floats) -> tuple[float, ...]:
    return tuple(float(v) for v in values)

"""A method on a panel with everything that says how sure its ranks are, as data (METHOD 5)."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np

from indicators.scores.engine.consistency import correlations, cronbach
from indicators.scores.engine.draws import Choices
from indicators.scores.engine.method import GroupNode, IndicatorNode, Method, method_sha256
from indicators.scores.engine.panel import Floats, Panel
from indicators.scores.engine.sensitivity import sobol_by_unit, without
from indicators.scores.engine.states import CellState
from indicators.scores.engine.tree import effective_weights
from indicators.scores.engine.uncertainty import PanelModel, PanelUncertainty, panel_uncertainty

LAWS_ONLY = frozenset({"paths", "baseline_years"})
"""Choices that concern paths to targets; a panel has none."""


def ranking(
    method: Method,
    panel: Panel,
    choices: Choices,
    *,
    year: int | None = None,
    errors: Floats | None = None,
    pairs: bool = False,
) -> dict[str, Any]:
    """Scores and ranks of one year (default: the last) with their intervals, a row a unit, best first.

    ``low`` and ``high`` of a unit are its score with every missing child at the ends of the scale,
    ``interval`` and ``rank_interval`` the 5th and 95th percentile of the draws, ``above_next`` the
    probability that it stands above the unit ranked next; with ``pairs``, ``above`` gives that of all
    pairs. ``method`` and ``choices`` with the panel alone give the same numbers again.
    """
    drawn = panel_uncertainty(method, panel, choices, year=year, errors=errors)
    result, intervals = drawn.result, drawn.rank_intervals()
    order = sorted(intervals, key=lambda unit: (intervals[unit][0], panel.units.index(unit)))
    after = dict(pairwise(order))
    order += [unit for unit in panel.units if unit not in intervals]
    read = {i.id for i in method.indicators}
    found = {
        "method": method.model_dump(mode="json"),
        "method_sha256": method_sha256(method),
        "year": drawn.year if panel.years != (0,) else None,
        "choices": {k: v for k, v in choices.json().items() if k not in LAWS_ONLY} | {"rules": list(drawn.rules)},
        "varied": list(drawn.varied),
        "effective_weights": effective_weights(result.tree, panel.years.index(drawn.year)),
        "unread": [n for n in panel.indicators if n not in read],
        "silent": [n for n in result.silent() if n in read],
        "treatments": [asdict(t) for t in result.treatments],
        "units": [_unit(drawn, unit, intervals.get(unit), after.get(unit)) for unit in order],
    }
    if pairs:
        known = order[: len(intervals)]
        chances = {unit: drawn.above(unit) for unit in known}
        found["above"] = {a: {b: chances[a][b] for b in known if b != a} for a in known}
    return found


def _unit(drawn: PanelUncertainty, unit: str, ranked: tuple[int, int, int] | None, after: str | None) -> dict[str, Any]:
    result, panel = drawn.result, drawn.result.panel
    totals, nodes = result.totals, result.tree.nodes
    y, u, root = panel.years.index(drawn.year), panel.units.index(unit), result.tree.column(result.tree.root)
    scores, ranks = result.scores()[:, u], result.ranks()[:, u]
    return {
        "unit": unit,
        "score": _number(drawn.point[u]),
        "rank": ranked[0] if ranked else None,
        "state": CellState(int(totals.states[y, u, root])).label,
        "coverage": _number(totals.coverage[y, u, root]),
        "coverage_count": _number(totals.count[y, u, root]),
        "low": _number(totals.low[y, u, root]),
        "high": _number(totals.high[y, u, root]),
        "interval": drawn.interval(unit),
        "rank_interval": ranked[1:] if ranked else None,
        "failed_draws": drawn.failed[u],
        "above_next": None if after is None else drawn.above(unit)[after],
        "nodes": {
            node: {"score": _number(totals.values[y, u, n]), "state": CellState(int(totals.states[y, u, n])).label}
            for n, node in enumerate(nodes)
            if n != root
        },
        "imputed": [node for n, node in enumerate(panel.indicators) if result.imputed[y, u, n]],
        "stood_in": [node for n, node in enumerate(nodes) if result.stood_in[y, u, n]],
        "years": [
            {"year": year, "score": _number(scores[n]), "rank": None if np.isnan(ranks[n]) else int(ranks[n])}
            for n, year in enumerate(panel.years)
            if len(panel.years) > 1
        ],
    }


def sensitivity(
    method: Method, panel: Panel, choices: Choices, *, year: int | None = None, errors: Floats | None = None
) -> dict[str, Any]:
    """What the scores of one year hang on: Sobol indices, and the scores without each node.

    ``sobol`` of a unit is null where fewer than two choices vary or its score does not; ``without``
    gives score and rank of each unit with one indicator or group left out, its weight going to its
    siblings; ``correlation_with_parent`` and ``cronbach_alpha`` say whether a group's children go
    together.
    """
    model = PanelModel(method, panel, choices, np.random.default_rng(choices.seed), year=year, errors=errors)
    y = len(panel.years) - 1 if year is None else panel.years.index(year)
    found = sobol_by_unit(model, seed=choices.seed)
    root = model.result.tree.root
    lone = sum(i.weight != 0 for i in method.indicators) == 1
    nodes: list[IndicatorNode | GroupNode] = [] if lone else [*method.indicators, *method.groups]
    left_out = {n.id: without(method, panel, n.id) for n in nodes if n.id != root and n.weight != 0}
    return {
        "sobol": {unit: asdict(s) if s is not None else None for unit, s in zip(panel.units, found, strict=True)},
        "without": {
            name: {
                unit: {
                    "score": _number(r.scores()[y, u]),
                    "rank": _number(r.ranks()[y, u]),
                    "state": CellState(int(r.totals.states[y, u, -1])).label,
                }
                for u, unit in enumerate(panel.units)
            }
            for name, r in left_out.items()
        },
        "correlation_with_parent": correlations(model.result, year=panel.years[y]),
        "cronbach_alpha": cronbach(model.result, panel.years[y]),
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

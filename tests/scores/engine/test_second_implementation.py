"""Random trees beside a naive second implementation: loops over cells, exact fractions where they exist."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from indicators.scores.engine.method import Method, exponent, method_from
from indicators.scores.engine.panel import Panel
from indicators.scores.engine.run import run

RULES: list[str | float] = ["arithmetic", "geometric", "harmonic", 2.0, -2.0, 0.5]


def random_case(seed: int) -> tuple[Method, Panel]:
    """A synthetic tree of two to four levels, weights that add up to anything, gaps and three years."""
    rng = random.Random(seed)
    depth, groups, above = rng.randint(1, 3), [{"id": "top"}], ["top"]
    for level in range(depth - 1):
        names = [f"g{level}-{n}" for n in range(rng.randint(len(above), 2 * len(above)))]
        # every group above gets a child first, the rest fall where they fall
        for n, name in enumerate(names):
            parent = above[n] if n < len(above) else rng.choice(above)
            groups.append({"id": name, "parent": parent, "weight": rng.randint(1, 40) / 8})
        above = names
    indicators: list[dict[str, Any]] = []
    for n in range(len(above) + rng.randint(1, 8)):
        parent = above[n] if n < len(above) else rng.choice(above)
        weight: Any = rng.randint(1, 40) / 8
        if rng.random() < 0.3:
            weight = {2020: weight, 2022: rng.randint(1, 40) / 8}
        direction = rng.choice(["up", "down"])
        indicators.append({"id": f"i{n}", "parent": parent, "weight": weight, "direction": direction})
    rules = [rng.choice(RULES) for _ in range(depth)]
    thresholds = [rng.choice([0.0, 0.5, 2 / 3, 1.0]) for _ in range(depth)]
    steps = [
        {"step": "normalise", "rule": "minmax", "scale": [1, 100]},
        {"step": "aggregate", "rules": rules, "thresholds": thresholds, "basis": rng.choice(["weight", "count"])},
    ]
    data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none", "steps": steps}
    method = method_from({**data, "indicators": indicators, "groups": groups})
    values = np.array(
        [
            [[rng.randint(1, 999) / 4 if rng.random() > 0.25 else math.nan for _ in indicators] for _ in range(6)]
            for _ in range(3)
        ]
    )
    return method, Panel((2020, 2021, 2022), tuple("abcdef"), tuple(i["id"] for i in indicators), values)


def naive(method: Method, panel: Panel) -> dict[tuple[int, str, str], tuple[float | None, float]]:
    """(value, coverage by weight) of every group, one cell at a time."""
    exact: dict[tuple[int, str, str], Fraction | None] = {}
    for n, node in enumerate(method.indicators):
        sign = -1 if node.direction == "down" else 1
        column = [
            (y, u, sign * Fraction(panel.values[yn, un, n]))
            for yn, y in enumerate(panel.years)
            for un, u in enumerate(panel.units)
            if not math.isnan(panel.values[yn, un, n])
        ]
        low, high = min(x for _, _, x in column), max(x for _, _, x in column)
        for y in panel.years:
            for u in panel.units:
                exact[y, u, node.id] = None
        for y, u, x in column:
            exact[y, u, node.id] = (x - low) / (high - low) * 99 + 1
    out: dict[tuple[int, str, str], tuple[float | None, float]] = {}
    for y in panel.years:
        for u in panel.units:
            cells: dict[str, tuple[float | None, float]] = {}
            for node in method.indicators:
                x = exact[y, u, node.id]
                cells[node.id] = (None, 0.0) if x is None else (float(x), 1.0)
            _climb(method, "top", cells, y)
            out |= {(y, u, g.id): cells[g.id] for g in method.groups}
    return out


def _weight(given: Any, year: int) -> float:
    return given[max(y for y in given if y <= year)] if isinstance(given, dict) else given


def _climb(method: Method, group: str, cells: dict[str, tuple[float | None, float]], year: int) -> int:
    """Fills in a group and everything below it; gives its height."""
    step = method.aggregate
    children = [n for n in (*method.indicators, *method.groups) if n.parent == group]
    heights = [_climb(method, c.id, cells, year) if c.id not in cells else 0 for c in children]
    height = 1 + max(heights)
    rule = exponent(step.rules[min(height, len(step.rules)) - 1])
    threshold = step.thresholds[min(height, len(step.thresholds)) - 1]
    total = known = 0.0
    behind = pairs = 0.0
    terms: list[tuple[float, float]] = []
    for child in children:
        weight = _weight(child.weight, year)
        value, coverage = cells[child.id]
        total += weight
        known += weight * coverage
        if value is not None:
            behind += weight * coverage
            pairs += 1
            terms.append((weight, value))
    held = behind / total if step.basis == "weight" else pairs / len(children)
    if not terms or held < threshold - 1e-9:
        cells[group] = (None, known / total)
        return height
    whole = sum(w for w, _ in terms)
    if rule == 0:
        mean = math.exp(sum(w * math.log(v) for w, v in terms) / whole)
    else:
        mean = (sum(w * v**rule for w, v in terms) / whole) ** (1 / rule)
    cells[group] = (mean, behind / total)
    return height


@pytest.mark.parametrize("seed", range(10))
def test_every_group_of_ten_random_trees(seed: int) -> None:
    method, panel = random_case(seed)
    result = run(method, panel)
    expected = naive(method, panel)
    for (year, unit, node), (value, coverage) in expected.items():
        y, u, n = panel.years.index(year), panel.units.index(unit), result.tree.column(node)
        found = result.totals.values[y, u, n]
        assert (value is None) == bool(np.isnan(found)), (year, unit, node)
        if value is not None:
            assert found == pytest.approx(value, abs=1e-9)
        assert result.totals.coverage[y, u, n] == pytest.approx(coverage, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_a_method_read_back_from_its_json_gives_the_same_result(seed: int) -> None:
    method, panel = random_case(seed)
    again = method_from(method.model_dump(mode="json"))
    first, second = run(method, panel), run(again, panel)
    np.testing.assert_array_equal(first.totals.values, second.totals.values)
    assert first.json()["method_sha256"] == second.json()["method_sha256"]


def test_a_large_panel_is_its_years_one_by_one() -> None:
    """Synthetic, with weights that change: years of a large panel are worked apart, and must not be mixed up."""
    rng = np.random.default_rng(3)
    values = rng.uniform(0, 10, (3, 1000, 100))
    values[rng.random(values.shape) < 0.1] = np.nan
    leaves = [
        {"id": f"i{n}", "parent": f"p{n % 9}", "goalposts": [0, 10], "weight": {2020: 1, 2022: 1 + n}}
        for n in range(100)
    ]
    groups = [{"id": f"p{n}", "parent": "top"} for n in range(9)] + [{"id": "top"}]
    steps = [{"step": "normalise", "rule": "goalposts"}, {"step": "aggregate"}]
    data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none", "steps": steps}
    method = method_from({**data, "indicators": leaves, "groups": groups})
    units, names = tuple(f"u{n}" for n in range(1000)), tuple(f"i{n}" for n in range(100))
    whole = run(method, Panel((2020, 2021, 2022), units, names, values))
    for n, year in enumerate((2020, 2021, 2022)):
        alone = run(method, Panel((year,), units, names, values[n : n + 1]))
        np.testing.assert_allclose(whole.totals.values[n], alone.totals.values[0], rtol=1e-12)
        np.testing.assert_array_equal(whole.totals.states[n], alone.totals.states[0])

"""Why a score moved: parts that add up to the change, on synthetic laws and random trees."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators.register.model import Law
from indicators.scores.change import law_change
from indicators.scores.engine.method import method_from
from indicators.scores.engine.panel import single
from indicators.scores.engine.run import run
from indicators.scores.engine.shapley import attribute
from indicators.scores.law import score_law

Make = Callable[..., Any]
OLD, NEW = date(2023, 12, 31), date(2024, 12, 31)
PAST = {"2019": 10.0, "2023": 12.0}


def law_with(
    law_of: Make, part: Any, target: float = 20, weights: tuple[float, float] = (1, 1), names: str = "ab"
) -> Law:
    indicators = [
        part.indicator(n, series=f"s/{n}", weight=w, baseline={"period": "2019"}, targets=[part.target("2029", target)])
        for n, w in zip(names, weights, strict=True)
    ]
    return law_of(indicators=indicators, series=[part.series(f"s/{n}") for n in names])


def change(before: tuple[Law, pd.DataFrame], after: tuple[Law, pd.DataFrame]) -> Any:
    found = law_change(score_law(*before, OLD, OLD), score_law(*after, NEW, NEW))
    assert found.total is not None
    assert math.fsum(found.parts.values()) == pytest.approx(found.total, abs=1e-12)
    return found


@pytest.fixture(scope="module")
def start(law_of: Make, part: Any, observed: Make) -> tuple[Law, pd.DataFrame]:
    return law_with(law_of, part), observed({"s/a": PAST, "s/b": PAST})


def test_a_new_period_alone(start: Any, law_of: Make, part: Any, observed: Make) -> None:
    after = law_with(law_of, part), observed({"s/a": {**PAST, "2024": 16.0}, "s/b": PAST})
    assert change(start, after).by_factor() == pytest.approx({"new_periods": 20.0})


def test_a_revision_of_the_old_value_and_of_the_baseline(start: Any, law_of: Make, part: Any, observed: Make) -> None:
    after = law_with(law_of, part), observed({"s/a": {"2019": 8.0, "2023": 14.0}, "s/b": PAST})
    assert change(start, after).by_factor() == pytest.approx({"revisions": (50 + 20) / 2 - 20})


def test_a_target_that_was_lowered_is_no_progress(start: Any, law_of: Make, part: Any, observed: Make) -> None:
    found = change(start, (law_with(law_of, part, target=14), start[1]))
    assert found.by_factor() == pytest.approx({"targets": 30.0})


def test_weights_alone(law_of: Make, part: Any, observed: Make) -> None:
    frame = observed({"s/a": {**PAST, "2023": 20.0}, "s/b": PAST})
    found = change((law_with(law_of, part), frame), (law_with(law_of, part, weights=(3, 1)), frame))
    assert found.by_factor() == pytest.approx({"weights": 20.0})


def test_an_indicator_that_lost_its_number_is_coverage(law_of: Make, part: Any, observed: Make) -> None:
    law = law_with(law_of, part, weights=(3, 1))
    old = observed({"s/a": {**PAST, "2023": 20.0}, "s/b": PAST})
    found = change((law, old), (law, observed({"s/a": {**PAST, "2023": 20.0}, "s/b": {"2019": 10.0, "2023": "m"}})))
    assert set(found.by_factor()) <= {"coverage", "new_periods", "revisions"}
    gone = change((law, old), (law, old[old["series"] == "s/a"]))
    assert gone.by_factor() == pytest.approx({"coverage": 20.0})


def test_every_indicator_replaced_still_adds_up(law_of: Make, part: Any, observed: Make) -> None:
    frame = observed({"s/a": PAST, "s/b": PAST, "s/c": {**PAST, "2023": 15.0}, "s/d": PAST})
    found = change((law_with(law_of, part), frame), (law_with(law_of, part, names="cd"), frame))
    assert sum(found.by_factor().values()) == pytest.approx(15.0)


def test_a_change_of_method_is_its_own_part(start: Any) -> None:
    tree = score_law(*start, OLD, OLD)
    other = replace(tree, method="synthetic-2", total=replace(tree.total, score=23.0))
    with pytest.raises(ValueError, match="rescored"):
        law_change(tree, other)
    again = replace(tree, method="synthetic-2")
    assert law_change(tree, again, rescored=again).by_factor() == {}


def test_without_a_number_there_is_no_change(start: Any) -> None:
    tree = score_law(*start, OLD, OLD)
    bare = replace(tree, total=replace(tree.total, score=None))
    found = law_change(tree, bare)
    assert (found.total, found.parts) == (None, {})


@pytest.mark.parametrize("seed", range(20))
def test_random_laws_add_up_to_the_last_digit(seed: int, law_of: Make, part: Any, observed: Make) -> None:
    rng = random.Random(seed)

    def edition(last: int) -> tuple[Law, pd.DataFrame]:
        names = sorted(rng.sample("abcdef", rng.randint(3, 6)))
        indicators = [
            part.indicator(
                n,
                series=f"s/{n}",
                weight=rng.randint(1, 9) / 4,
                pillar=rng.choice(["outcomes", "instruments"]),
                baseline={"period": rng.choice(["2018", "2019"])},
                targets=[part.target("2025", rng.uniform(14, 18)), part.target("2030", rng.uniform(18, 30))],
            )
            for n in names
        ]
        values = {
            f"s/{n}": {str(y): rng.uniform(8, 22) for y in range(2018, last + 1) if y < 2020 or rng.random() < 0.9}
            for n in names
        }
        return law_of(indicators=indicators, series=[part.series(f"s/{n}") for n in names]), observed(values)

    before, after = edition(2023), edition(2024)
    old, new = score_law(*before, OLD, OLD), score_law(*after, NEW, NEW)
    found = law_change(old, new)
    if found.total is not None:
        assert math.fsum(found.parts.values()) == pytest.approx(found.total, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_shapley_parts_of_any_rule_add_up(seed: int) -> None:
    """Synthetic geometric composites: values, weights and rule all change at once."""
    rng = np.random.default_rng(seed)
    tables, weights = rng.uniform(1, 100, (2, 4, 5)), rng.uniform(0.1, 3, (2, 5))

    def score(on: frozenset[str]) -> np.ndarray:
        nodes = [{"id": f"i{n}", "parent": "t", "weight": w} for n, w in enumerate(weights[int("weights" in on)])]
        rule = "geometric" if "rule" in on else "harmonic"
        steps = [{"step": "normalise", "rule": "none"}, {"step": "aggregate", "rules": [rule]}]
        data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none", "groups": [{"id": "t"}]}
        method = method_from({**data, "indicators": nodes, "steps": steps})
        return run(method, single(list("abcd"), [f"i{n}" for n in range(5)], tables[int("values" in on)])).scores()[0]

    factors = ["values", "weights", "rule"]
    parts = attribute(score, factors)
    np.testing.assert_allclose(sum(parts.values()), score(frozenset(factors)) - score(frozenset()), atol=1e-12)

"""Correlations and Cronbach's alpha by hand; the panels are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from indicators.scores.engine.consistency import correlations, cronbach
from indicators.scores.engine.run import run

Make = Callable[..., Any]
PLAIN = ({"step": "normalise", "rule": "none"}, {"step": "aggregate", "thresholds": [0]})


def test_alpha_of_three_children_by_hand(method_of: Make, panel_of: Make) -> None:
    """Variances 1, 1 and 1; covariances 1/2, 1/2 and -1/2, each counted twice: alpha = 3/2 (1 - 3/4)."""
    panel = panel_of({"a": [1, 2, 3], "b": [1, 3, 2], "c": [2, 1, 3]})
    result = run(method_of([{"id": n} for n in "abc"], None, *PLAIN), panel)
    covariance = [Fraction(1, 2), Fraction(1, 2), Fraction(-1, 2)]
    total = 3 + 2 * sum(covariance)
    assert cronbach(result)["top"] == pytest.approx(float(Fraction(3, 2) * (1 - 3 / total)))


def test_a_child_against_its_parent_has_a_negative_correlation(method_of: Make, panel_of: Make) -> None:
    panel = panel_of({"a": [1, 2, 3, 9], "b": [10, 20, 30, 90], "against": [4, 3, 2, 1]})
    result = run(method_of([{"id": n} for n in panel.indicators], None, *PLAIN), panel)
    for kind in ("pearson", "spearman", "kendall"):
        found = correlations(result, kind)
        assert found["a"] > 0.9 and found["against"] < -0.8
    assert correlations(result, "spearman")["against"] == pytest.approx(-1)


def test_what_cannot_be_said_is_none(method_of: Make, panel_of: Make) -> None:
    panel = panel_of({"a": [1, 1, 1, None], "b": [1, 2, None, None]})
    result = run(method_of([{"id": "a"}, {"id": "b"}], None, *PLAIN), panel)
    assert correlations(result) == {"a": None, "b": None}
    lone = run(method_of([{"id": "a"}], None, *PLAIN), panel)
    assert cronbach(lone) == {"top": None}

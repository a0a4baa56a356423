"""The tree that explains a score is arithmetic that a person can redo."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from indicators.scores.explain import explain, number
from indicators.scores.law import score_law

AT = date(2024, 12, 31)


def redone(line: str) -> tuple[float, float]:
    """Left and right of a printed equation, the left computed from what is printed."""
    left, _, right = line.partition("= ")[2].rpartition(" = ")
    assert re.fullmatch(r"[\d\s.()+\-/x,clip]+", left), left
    text = left.replace("x", "*").replace("clip(", "min(max(0, ").replace(", 0, 1)", "), 1)")
    return float(eval(text)), float(right)


def test_every_printed_equation_holds(renewables: Any) -> None:
    score = score_law(*renewables, AT, AT)
    lines = [line.strip() for line in explain(score).lines()]
    assert "attainment = (4.99 - 0.62) / (15 - 0.62) = 0.303894" in lines
    equations = [line for line in lines if line.count("=") == 2]
    assert len(equations) >= 8
    for line in equations:
        left, right = redone(line)
        assert left == pytest.approx(right, abs=2e-4), line


def test_the_tree_names_what_did_not_enter_and_why(law_of: Any, part: Any, observed: Any) -> None:
    indicators = [
        part.indicator("gone", series="s/gone", baseline={"period": "2019"}, targets=[part.target("2030", 5)]),
        part.indicator("fact", series="s/fact"),
    ]
    law = law_of(indicators=indicators, series=[part.series("s/gone"), part.series("s/fact")])
    tree = explain(score_law(law, observed({"s/fact": {"2024": 3.0}}), AT, AT)).json()
    outcomes = next(p for p in tree["children"] if p["id"] == "outcomes")
    assert [(c["id"], c["status"], c["reason"]) for c in outcomes["children"]] == [
        ("gone", "no_data", "not_collected"),
        ("fact", "no_target", None),
    ]
    assert outcomes["arithmetic"] == ["coverage = 0 (0 / 1)", "bounds = 0 ... 100"]
    assert tree["score"] is None


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (-1e-9, "0"), (30.3894297, "30.38943"), (1200.0, "1200")])
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text

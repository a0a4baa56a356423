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
    assert re.fullmatch(r"(?:[\d\s.()+\-/x,]|clip|abs|max)+", left), left
    text = left.replace(" x ", " * ").replace("clip(", "min(max(0, ").replace(", 0, 1)", "), 1)")
    return float(eval(text)), float(right)


def test_every_printed_equation_holds(renewables: Any) -> None:
    score = score_law(*renewables, AT, AT)
    lines = [line.strip() for line in explain(score).lines()]
    assert "attainment = (4.99 - 0.62) / (15 - 0.62) = 0.303894" in lines
    equations = [line for line in lines if line.count("=") == 2]
    assert "needed value = 3 + (6 - 3) x (2023 - 2020) / (2025 - 2020) = 4.8" in lines
    assert len(equations) >= 9
    for line in equations:
        left, right = redone(line)
        assert left == pytest.approx(right, abs=2e-4), line


@pytest.mark.parametrize(
    ("unit", "best", "points", "target", "attainment"),
    [
        (
            "PT",
            50.0,
            {"2019": 80.0, "2024": 35.0},
            50.0,
            "(abs(35 - 50) - abs(80 - 50)) / (abs(50 - 50) - abs(80 - 50))",
        ),
        ("ratio", 1.0, {"2019": 0.5, "2024": 0.8}, 1.0, "(max(0.8, 1 / 0.8) - max(0.5, 1 / 0.5))"),
    ],
)
def test_distances_from_a_best_point_are_written_out(
    law_of: Any, part: Any, observed: Any, unit: str, best: float, points: Any, target: float, attainment: str
) -> None:
    one = part.indicator(direction="at", best=best, baseline={"period": "2019"}, targets=[part.target("2030", target)])
    law = law_of(indicators=[one], series=[part.series(unit={"code": unit, "name": part.text(unit)})])
    lines = [line.strip() for line in explain(score_law(law, observed({"synthetic/s": points}), AT, AT)).lines()]
    assert any(attainment in line for line in lines), lines
    for line in (line for line in lines if line.count(" = ") == 2):
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

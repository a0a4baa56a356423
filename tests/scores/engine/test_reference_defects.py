"""The right answer where the reference implementation is known to be wrong, and small cases of where it is right.

Numbers marked *reference* were computed by the R package COINr 1.1.14 on six hand-written units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from indicators.scores.engine import growth
from indicators.scores.engine.draws import Choices
from indicators.scores.engine.errors import PanelError
from indicators.scores.engine.panel import Panel
from indicators.scores.engine.run import run
from indicators.scores.engine.states import CellState
from indicators.scores.engine.uncertainty import panel_uncertainty

Make = Callable[..., Any]

SIX: dict[str, list[float | None]] = {
    "x": [1, 2, 3, 4, 4, None],
    "k": [5, 5, 5, 5, 5, 5],
    "z": [0, None, None, 10, 20, None],
    "n": [-5, -1, 0, 3, None, None],
}
NODES = [
    {"id": "x", "parent": "g1"},
    {"id": "k", "parent": "g1", "weight": 3},
    {"id": "z", "parent": "g2", "weight": 2, "direction": "down"},
    {"id": "n", "parent": "g2"},
]
GROUPS = [{"id": "g1", "parent": "t"}, {"id": "g2", "parent": "t", "weight": 2}, {"id": "t"}]


def six(method_of: Make, norm: dict[str, Any], nodes: list[dict[str, Any]] = NODES, threshold: float = 0.0) -> Any:
    aggregate = {"step": "aggregate", "thresholds": [threshold], "basis": "count"}
    return method_of(nodes, GROUPS, {"step": "normalise", **norm}, aggregate)


def column(result: Any, node: str) -> list[float | None]:
    values = result.totals.values[0, :, result.tree.column(node)]
    return [None if np.isnan(v) else float(v) for v in values]


def test_the_six_units_as_the_reference_has_them(method_of: Make, panel_of: Make) -> None:
    result = run(six(method_of, {"rule": "minmax"}), panel_of(SIX))
    assert column(result, "x") == pytest.approx([0, 100 / 3, 200 / 3, 100, 100, None])  # reference
    assert column(result, "n") == pytest.approx([0, 50, 62.5, 100, None, None])  # reference
    assert column(result, "t") == pytest.approx([400 / 9, 400 / 9, 63.88888888888889, 700 / 9, 100 / 3, None])
    z = run(six(method_of, {"rule": "zscore"}), panel_of(SIX))
    assert column(z, "x")[:3] == pytest.approx([-1.3805369799252667, -0.61357199107789617, 0.15339299776947424])
    assert column(run(six(method_of, {"rule": "rank"}), panel_of(SIX)), "z") == [3, None, None, 2, 1, None]


def test_a_constant_indicator_is_told_and_lowers_the_coverage(method_of: Make, panel_of: Make) -> None:
    result = run(six(method_of, {"rule": "minmax"}, threshold=2 / 3), panel_of(SIX))
    assert result.silent() == ("k",)
    k = result.tree.column("k")
    assert set(result.totals.states[0, :, k].tolist()) == {CellState.NO_SPAN}
    assert result.totals.coverage[0, 0, result.tree.column("g1")] == pytest.approx(0.25)
    assert column(result, "g1") == [None] * 6
    assert result.used("u0", "g2") == ("z", "n")


def test_fraction_of_the_best_ends_at_one_in_both_directions(method_of: Make, panel_of: Make) -> None:
    nodes = [{"id": "more"}, {"id": "less", "direction": "down"}]
    m = method_of(
        nodes, None, {"step": "normalise", "rule": "fraction_of_best", "scale": [0, 1]}, {"step": "aggregate"}
    )
    result = run(m, panel_of({"more": [1, 2, 4], "less": [10, 20, 40]}))
    assert column(result, "more") == [0.25, 0.5, 1.0]
    assert column(result, "less") == [1.0, 0.5, 0.25]
    debt = run(m, panel_of({"more": [-1, 2, 4], "less": [0, 20, 40]}))
    assert column(debt, "more") == column(debt, "less") == [None] * 3


def test_goalposts_flip_with_the_direction(method_of: Make, panel_of: Make) -> None:
    nodes = [{"id": "rate", "direction": "down", "goalposts": [10, 50]}]
    m = method_of(nodes, None, {"step": "normalise", "rule": "goalposts"}, {"step": "aggregate"})
    assert column(run(m, panel_of({"rate": [5, 10, 20, 50, 60]})), "rate") == [100, 100, 75, 0, 0]


def test_a_power_mean_goes_on_without_the_missing_child(method_of: Make, panel_of: Make) -> None:
    steps = ({"step": "normalise", "rule": "none"}, {"step": "aggregate", "rules": [2], "thresholds": [0.5]})
    m = method_of([{"id": "a"}, {"id": "b"}, {"id": "c"}], None, *steps)
    result = run(m, panel_of({"a": [3, 3], "b": [4, 4], "c": [5, None]}))
    assert result.scores()[0] == pytest.approx([(50 / 3) ** 0.5, 12.5**0.5])


def test_a_group_without_weight_says_so_and_the_rest_goes_on(method_of: Make, panel_of: Make) -> None:
    weightless = [{**n, "weight": 0} if n["parent"] == "g1" else n for n in NODES]
    result = run(six(method_of, {"rule": "minmax"}, weightless), panel_of(SIX))
    g1 = result.tree.column("g1")
    assert result.totals.states[0, :5, g1].tolist() == [CellState.NO_WEIGHT] * 5
    assert column(result, "t") == pytest.approx(column(result, "g2"))
    whole = run(six(method_of, {"rule": "none"}, weightless), panel_of({k: [1, 2] for k in SIX}))
    assert whole.totals.states[0, :, whole.tree.column("g1")].tolist() == [CellState.NO_WEIGHT] * 2


def test_growth_takes_the_years_that_were_asked_for() -> None:
    years, values = [2018, 2019, 2020, 2021], [1.0, 8.0, 2.0, 5.0]
    assert growth.compound_rate(*growth.window(values, years, chosen=[2018, 2020])) == pytest.approx(2**0.5 - 1)
    assert growth.compound_rate(*growth.window(values, years, latest=2)) == pytest.approx(1.5)
    with pytest.raises(PanelError, match="2030"):
        growth.window(values, years, chosen=[2018, 2030])


def test_a_series_that_ended_has_the_growth_of_its_own_last_years() -> None:
    """The reference has no number for it once gaps are filled, though nothing lies beyond the last value."""
    years, values = [2018, 2019, 2020, 2021, 2022, 2023], [4.0, 8.0, 10.0, 20.0, np.nan, np.nan]
    assert growth.compound_rate(*growth.window(values, years, latest=2)) == pytest.approx(1.0)
    assert growth.percent_change(*growth.window(values, years, latest=4)) == pytest.approx(
        growth.percent_change(*growth.window(values[:4], years[:4])) or 0
    )


@pytest.mark.parametrize("pair", [(0.0, 5.0), (-1.0, 2.0), (2.0, -1.0), (5.0, 0.0)])
def test_no_growth_rate_leads_over_zero(pair: tuple[float, float]) -> None:
    """The reference answers infinity, -3, not-a-number and -1."""
    assert growth.compound_rate(np.array([2000.0, 2001.0]), np.array(pair)) is None


def test_percent_change_as_the_reference_has_it() -> None:
    assert growth.percent_change(*growth.window([1, 2, 4], [2000, 2001, 2002])) == pytest.approx(180, abs=1e-8)
    assert growth.percent_change(*growth.window([1, np.nan, 4], [2000, 2001, 2002])) == pytest.approx(150)
    assert growth.percent_change(*growth.window([2, 2, 2], [2000, 2001, 2002])) == 0


def test_failed_draws_are_counted_and_leave_the_other_units_alone(method_of: Make, panel_of: Make) -> None:
    steps = ({"step": "normalise", "rule": "none"}, {"step": "aggregate"})
    m = method_of([{"id": "a"}, {"id": "b"}], None, *steps)
    choices = Choices(concentration=None, rules=("arithmetic", "geometric"), draws=400)
    found = panel_uncertainty(m, panel_of({"a": [4, -1, None], "b": [9, 3, 1]}), choices)
    assert found.failed[0] == 0 and 150 < found.failed[1] < 250
    assert found.interval("u0") == pytest.approx((6.0, 6.5))
    assert found.interval("u1") == pytest.approx((1.0, 1.0))
    assert found.interval("u2") is None


def test_a_panel_normalised_over_all_years_has_an_uncertainty(method_of: Make) -> None:
    values = np.arange(24.0).reshape(3, 4, 2)
    panel = Panel((2020, 2021, 2022), tuple("abcd"), ("a", "b"), values)
    m = method_of([{"id": "a"}, {"id": "b"}])
    found = panel_uncertainty(m, panel, Choices(draws=50), year=2021, errors=np.full((1, 1, 2), 0.1))
    point = run(m, panel).scores()[1]
    for n, unit in enumerate("abcd"):
        low, high = found.interval(unit) or (np.nan, np.nan)
        assert low < point[n] < high
    assert found.failed == (0, 0, 0, 0)

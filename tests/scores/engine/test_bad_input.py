"""Whatever is wrong with a method or a panel is told with its place; nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.scores.engine.errors import MethodError, PanelError
from indicators.scores.engine.means import power_mean
from indicators.scores.engine.method import method_json, read_method
from indicators.scores.engine.panel import Panel, from_frame, single
from indicators.scores.engine.run import run
from indicators.scores.engine.states import CellState
from indicators.scores.engine.treat import kurtosis, skewness

Make = Callable[..., Any]
PLAIN = {"a": [1.0, 2.0], "b": [3.0, 1.0]}


@pytest.mark.parametrize(
    ("nodes", "groups", "place"),
    [
        ([{"id": "a", "weight": -1}, {"id": "b"}], [{"id": "top"}], "a"),
        ([{"id": "a", "parent": "lost"}, {"id": "b"}], [{"id": "top"}], "a"),
        ([{"id": "a"}, {"id": "b"}], [{"id": "top", "parent": "x"}, {"id": "x", "parent": "top"}], "a"),
        ([{"id": "a"}, {"id": "a"}], [{"id": "top"}], "a"),
        ([{"id": "a"}, {"id": "b"}], [{"id": "top"}, {"id": "empty", "parent": "top"}], "empty"),
        ([{"id": "a"}, {"id": "b", "parent": "other"}], [{"id": "top"}, {"id": "other"}], "other"),
        ([{"id": "a", "weight": 0}, {"id": "b", "weight": 0}], [{"id": "top"}], "synthetic"),
        ([{"id": "a"}, {"id": "absent"}], [{"id": "top"}], "absent"),
        ([{"id": "a", "weight": {2030: 1}}, {"id": "b"}], [{"id": "top"}], "a"),
    ],
)
def test_a_tree_that_contradicts_itself(
    method_of: Make, panel_of: Make, nodes: list[Any], groups: list[Any], place: str
) -> None:
    with pytest.raises(MethodError) as error:
        run(method_of(nodes, groups), panel_of(PLAIN))
    assert error.value.place == place


@pytest.mark.parametrize(
    ("node", "step"),
    [
        ({"id": "a"}, {"rule": "goalposts"}),
        ({"id": "a", "goalposts": [5, 5]}, {"rule": "goalposts"}),
        ({"id": "a", "goalposts": [0, 5], "transform": "log"}, {"rule": "goalposts"}),
        ({"id": "a"}, {"rule": "distance_to_target"}),
        ({"id": "a"}, {"rule": "distance_to_reference", "reference": "nobody"}),
        ({"id": "a"}, {"rule": "minmax", "overrides": {"nobody": {"rule": "rank"}}}),
    ],
)
def test_a_rule_without_its_parameter(method_of: Make, panel_of: Make, node: Any, step: Any) -> None:
    method = method_of([node], None, {"step": "normalise", **step}, {"step": "aggregate"})
    with pytest.raises(MethodError):
        run(method, panel_of({"a": [1, 2]}))


@pytest.mark.parametrize(
    ("text", "place"),
    [("- 1", "m.yaml"), ("a: [", "m.yaml"), ("id: x", "m.yaml.version"), ("id: x\nversion: '1'\nweigth: 2", "m.yaml")],
)
def test_a_file_that_is_no_method(text: str, place: str) -> None:
    with pytest.raises(MethodError) as error:
        read_method(text, "m.yaml")
    assert error.value.place.startswith(place)


def test_an_infinite_value_is_named(panel_of: Make) -> None:
    with pytest.raises(PanelError, match="b, u1, 0: the value is infinite"):
        panel_of({"a": [1, 2], "b": [3, np.inf]})


def test_a_frame_with_a_row_twice() -> None:
    with pytest.raises(PanelError, match="2020 x"):
        from_frame(pd.DataFrame({"unit": ["x", "x"], "year": [2020, 2020], "a": [1.0, 2.0]}))


def test_a_frame_becomes_a_panel_and_back(method_of: Make) -> None:
    frame = pd.DataFrame(
        {"unit": ["x", "y", "x"], "year": [2021, 2020, 2020], "zone": ["n", "s", "n"], "a": [3.0, 2, 1]}
    )
    panel = from_frame(frame, groups=["zone"])
    assert (panel.years, panel.units, panel.groups["zone"]) == ((2020, 2021), ("x", "y"), ("n", "s"))
    back = run(method_of([{"id": "a"}]), panel).frame()
    assert back.loc[(2020, "x"), "top"] == 0 and back.loc[(2021, "x"), "top"] == 100
    assert np.isnan(back.loc[(2021, "y"), "top"])


@pytest.mark.parametrize("rule", ["minmax", "zscore", "percentile_rank"])
def test_one_unit_has_nothing_to_be_compared_with(method_of: Make, rule: str) -> None:
    m = method_of([{"id": "a"}], None, {"step": "normalise", "rule": rule}, {"step": "aggregate"})
    result = run(m, single(["only"], ["a"], np.array([[5.0]])))
    states = result.totals.states[0, 0].tolist()
    assert states == [CellState.NO_SPAN, CellState.INSUFFICIENT]


def test_all_missing_and_the_json_bears_no_nan(method_of: Make, panel_of: Make) -> None:
    data = run(method_of([{"id": "a"}, {"id": "b"}]), panel_of({"a": [None, None], "b": [None, None]})).json()
    top = [c for c in data["cells"] if c["node"] == "top"]
    assert [(c["value"], c["state"], c["coverage"], c["low"], c["high"]) for c in top] == [
        (None, "insufficient", 0.0, 0.0, 100.0)
    ] * 2
    assert data["silent"] == ["a", "b"]


EXTREMES = [0.0, 1.0, -1.0, 5e-324, 1e-300, 1e300, -1e300, 1.7e308, -1.7e308, 3.0, 3.0, np.nan]
NORMS = [
    {"rule": "goalposts"},
    {"rule": "goalposts", "clip": False},
    {"rule": "minmax"},
    {"rule": "zscore"},
    {"rule": "percentile_rank"},
    {"rule": "distance_to_target", "clip": False},
    {"rule": "distance_to_reference", "reference": "u0", "clip": False},
    {"rule": "fraction_of_best"},
    {"rule": "none"},
]


@pytest.mark.filterwarnings("error")
@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(*[st.sampled_from(EXTREMES)] * 3), min_size=1, max_size=4),
    st.sampled_from(NORMS),
    st.sampled_from(["arithmetic", "geometric", "harmonic", 0.5, 40.0, -3.0]),
)
def test_no_value_is_so_large_or_small_that_a_cell_has_neither_number_nor_reason(
    method_of: Make, rows: list[tuple[float, ...]], norm: dict[str, Any], rule: Any
) -> None:
    nodes = [
        {"id": "a", "goalposts": [0, 5e-324], "target": 1e308},
        {"id": "b", "direction": "down", "goalposts": [0, 1e308], "target": 0, "weight": 1e300},
        {"id": "c", "goalposts": [0, 1], "target": 1},
    ]
    steps = ({"step": "normalise", **norm}, {"step": "aggregate", "rules": [rule], "thresholds": [0.1]})
    result = run(method_of(nodes, None, *steps), single([f"u{n}" for n in range(len(rows))], "abc", np.array(rows)))
    ok = result.totals.states == CellState.OK
    np.testing.assert_array_equal(ok, np.isfinite(result.totals.values))
    json.dumps(result.json(), allow_nan=False)


@pytest.mark.parametrize("exponent", [40.0, 0.5, -1.0, -40.0])
def test_a_small_unit_keeps_its_mean_beside_a_large_one(exponent: float) -> None:
    found = power_mean(np.array([[2.0, 2.0], [1e300, 1e300]]), None, np.ones((2, 1)), exponent)
    assert found[:, 0] == pytest.approx([2.0, 1e300])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("step", [{"step": "treat", "winsorise": 0}, {"step": "impute", "rule": "mean"}])
def test_values_too_large_for_a_step_are_named(method_of: Make, panel_of: Make, step: dict[str, Any]) -> None:
    chain = (step, {"step": "normalise", "rule": "minmax"}, {"step": "aggregate"})
    with pytest.raises(PanelError, match=r"a, u\d+, 0: the values are too large for the step"):
        run(method_of([{"id": "a"}], None, *chain), panel_of({"a": [1.7e308, 1.7e308, -1.7e308, *[1.7e308] * 9, None]}))


def test_skewness_has_no_unit() -> None:
    column = np.array([1.0, 2.0, 3.0, 50.0, 4.0])
    assert skewness(column * 1e300) == pytest.approx(skewness(column))
    assert kurtosis(column * 1e-300) == pytest.approx(kurtosis(column))


def test_a_target_at_the_minimum_leaves_no_way(method_of: Make, panel_of: Make) -> None:
    m = method_of(
        [{"id": "a", "target": 1}], None, {"step": "normalise", "rule": "distance_to_target"}, {"step": "aggregate"}
    )
    assert run(m, panel_of({"a": [1, 2]})).totals.states[0, 0, 0] == CellState.NO_SPAN


def test_zero_and_less_than_zero_under_a_geometric_mean(method_of: Make, panel_of: Make) -> None:
    steps = ({"step": "normalise", "rule": "none"}, {"step": "aggregate", "rules": ["geometric"]})
    result = run(method_of([{"id": "a"}, {"id": "b"}], None, *steps), panel_of({"a": [0, -1, 4], "b": [5, 5, 9]}))
    assert result.scores()[0, [0, 2]].tolist() == pytest.approx([0, 6])
    assert result.totals.states[0, 1, 2] == CellState.UNDEFINED


def test_a_mandatory_child_and_one_that_does_not_apply(method_of: Make) -> None:
    values = np.array([[[np.nan, 4.0, 4.0], [4.0, np.nan, 4.0], [2.0, 2.0, 2.0]]])
    away = np.zeros(values.shape, dtype=bool)
    away[0, 1, 1] = True
    panel = Panel((0,), ("x", "y", "z"), ("a", "b", "c"), values, not_applicable=away)
    nodes = [{"id": "a", "mandatory": True}, {"id": "b"}, {"id": "c"}]
    m = method_of(nodes, None, {"step": "normalise", "rule": "none"}, {"step": "aggregate", "thresholds": [0.9]})
    result = run(m, panel)
    assert result.totals.states[0, :, 3].tolist() == [CellState.INSUFFICIENT, CellState.OK, CellState.OK]
    assert result.totals.coverage[0, 1, 3] == 1.0
    low = method_of(nodes, None, {"step": "normalise", "rule": "none"}, {"step": "aggregate", "thresholds": [0.1]})
    assert run(low, panel).totals.states[0, 0, 3] == CellState.MANDATORY_MISSING


def test_the_json_of_a_method_spells_out_every_default(method_of: Make) -> None:
    assert '"basis":"weight"' in method_json(method_of([{"id": "a"}]))

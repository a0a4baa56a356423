"""What must hold for any composite: invariances, monotonicity, bounds, coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.scores.engine.method import Method, method_from
from indicators.scores.engine.panel import Panel, single
from indicators.scores.engine.run import run
from indicators.scores.engine.states import CellState

cells = st.integers(0, 1000).map(lambda n: n / 8)
gappy = st.one_of(st.none(), cells)
RULES = ["arithmetic", "geometric", "harmonic", 3.0]


@st.composite
def tables(draw: st.DrawFn, values: st.SearchStrategy[Any] = gappy) -> np.ndarray:
    rows, columns = draw(st.integers(3, 6)), draw(st.integers(2, 5))
    given = draw(st.lists(st.lists(values, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return np.array(given, dtype=float)


def method(columns: int, rule: Any = "arithmetic", norm: str = "minmax", **more: Any) -> Method:
    weights = more.pop("weights", [1.0] * columns)
    order = more.pop("order", range(columns))
    indicators = [{"id": f"i{n}", "parent": f"p{n % 2}", "weight": weights[n], "goalposts": [0, 125]} for n in order]
    groups = [{"id": "p0", "parent": "top", "weight": 2}, {"id": "p1", "parent": "top"}, {"id": "top"}]
    steps = [{"step": "normalise", "rule": norm}, {"step": "aggregate", "rules": [rule], **more}]
    data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none"}
    return method_from({**data, "indicators": indicators, "groups": groups, "steps": steps})


def panel(table: np.ndarray, order: Any = None) -> Panel:
    names = [f"i{n}" for n in range(table.shape[1])]
    if order is not None:
        return single([f"u{n}" for n in range(len(table))], [names[n] for n in order], table[:, list(order)])
    return single([f"u{n}" for n in range(len(table))], names, table)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from([0.25, 2.0, 1024.0]), st.sampled_from([-50.0, 0.0, 8.0]))
def test_scale_and_origin_of_an_indicator_do_not_matter_where_the_formula_removes_them(
    table: np.ndarray, scale: float, shift: float
) -> None:
    for norm in ("minmax", "zscore", "percentile_rank"):
        m = method(table.shape[1], norm=norm)
        there, here = run(m, panel(table * scale + shift)).scores(), run(m, panel(table)).scores()
        np.testing.assert_allclose(there, here, atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(tables(), st.floats(1e-6, 1e6), st.sampled_from(RULES))
def test_weights_may_sum_to_anything(table: np.ndarray, factor: float, rule: Any) -> None:
    columns = table.shape[1]
    one = run(method(columns, rule), panel(table)).scores()
    other = run(method(columns, rule, weights=[factor] * columns), panel(table)).scores()
    np.testing.assert_allclose(other, one, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(), st.randoms(use_true_random=False), st.sampled_from(RULES))
def test_the_order_of_units_and_indicators_does_not_matter(table: np.ndarray, rng: Any, rule: Any) -> None:
    rows, order = list(range(len(table))), list(range(table.shape[1]))
    rng.shuffle(rows)
    rng.shuffle(order)
    plain = run(method(table.shape[1], rule), panel(table))
    mixed = run(method(table.shape[1], rule, order=order), panel(table[rows], order))
    np.testing.assert_allclose(mixed.scores()[0], plain.scores()[0][rows], atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(cells), st.data(), st.sampled_from(RULES))
def test_a_better_indicator_never_lowers_the_score(table: np.ndarray, data: st.DataObject, rule: Any) -> None:
    row, column = data.draw(st.integers(0, len(table) - 1)), data.draw(st.integers(0, table.shape[1] - 1))
    better = table.copy()
    better[row, column] += data.draw(st.integers(1, 400)) / 8
    m = method(table.shape[1], rule, norm="goalposts")
    before, after = run(m, panel(table)).scores(), run(m, panel(better)).scores()
    assert after[0, row] >= before[0, row] - 1e-9
    np.testing.assert_allclose(np.delete(after, row, axis=1), np.delete(before, row, axis=1), atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(tables(), st.sampled_from(RULES), st.sampled_from(["weight", "count", "leaves"]))
def test_bounds_hold_the_score_and_a_gap_has_a_reason(table: np.ndarray, rule: Any, basis: str) -> None:
    result = run(method(table.shape[1], rule, norm="goalposts", basis=basis), panel(table))
    t = result.totals
    assert ((t.coverage >= 0) & (t.coverage <= 1) & (t.count >= 0) & (t.count <= 1)).all()
    assert not np.isnan(t.low).any() and not np.isnan(t.high).any()
    ok = t.states == CellState.OK
    np.testing.assert_array_equal(ok, ~np.isnan(t.values))
    assert (t.low[ok] <= t.values[ok] + 1e-9).all() and (t.values[ok] <= t.high[ok] + 1e-9).all()
    assert (t.low >= -1e-9).all() and (t.high <= 100 + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(tables(cells))
def test_means_keep_their_order(table: np.ndarray) -> None:
    scores = [run(method(table.shape[1], r, norm="goalposts"), panel(table)).scores() for r in RULES]
    arithmetic, geometric, harmonic, cubic = scores
    assert (harmonic <= geometric + 1e-9).all() and (geometric <= arithmetic + 1e-9).all()
    assert (arithmetic <= cubic + 1e-9).all()


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_huge_and_tiny_values_leave_no_nan_without_a_reason(size: float) -> None:
    table = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]) * size
    for norm in ("minmax", "zscore", "percentile_rank"):
        assert np.isfinite(run(method(2, norm=norm), panel(table)).scores()).all()

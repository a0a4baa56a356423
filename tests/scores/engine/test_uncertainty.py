"""Draws on panels: seeded, sized as stated, and telling about the choices they were made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.scores.engine.draws import Choices, sibling_weights, uniform
from indicators.scores.engine.means import power_mean
from indicators.scores.engine.measurement import from_bounds, from_revisions
from indicators.scores.engine.method import Normalise
from indicators.scores.engine.panel import single
from indicators.scores.engine.sensitivity import sobol, without
from indicators.scores.engine.uncertainty import FACTORS, PanelModel, panel_uncertainty

Make = Callable[..., Any]
PLAIN = {"a": [1.0, 5.0, 9.0, 4.0], "b": [2.0, 8.0, 3.0, 9.0], "c": [7.0, 5.0, 6.0, 1.0]}


def three(method_of: Make) -> Any:
    steps = ({"step": "normalise", "rule": "minmax", "scale": [1, 100]}, {"step": "aggregate"})
    return method_of([{"id": "a", "weight": 3}, {"id": "b", "weight": 2}, {"id": "c"}], None, *steps)


def test_the_same_seed_gives_the_same_draws_and_another_does_not(method_of: Make, panel_of: Make) -> None:
    m, p = three(method_of), panel_of(PLAIN)
    first, again = panel_uncertainty(m, p, Choices(draws=100)), panel_uncertainty(m, p, Choices(draws=100))
    np.testing.assert_array_equal(first.draws, again.draws)
    assert (panel_uncertainty(m, p, Choices(draws=100, seed=1)).draws != first.draws).any()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(1, 99), min_size=3, max_size=3), min_size=3, max_size=5), st.integers(0, 9))
def test_intervals_contain_the_point_and_ranks_theirs(method_of: Make, rows: list[list[int]], seed: int) -> None:
    p = single([f"u{n}" for n in range(len(rows))], ["a", "b", "c"], np.array(rows, dtype=float))
    found = panel_uncertainty(three(method_of), p, Choices(draws=40, pool=40, seed=seed))
    for n, unit in enumerate(p.units):
        ends = found.interval(unit)
        assert (ends is None) == bool(np.isnan(found.point[n]))
        if ends is not None:
            assert ends[0] <= found.point[n] <= ends[1]
    for rank, low, high in found.rank_intervals().values():
        assert 1 <= low <= rank <= high <= len(p.units)


def test_held_choices_leave_nothing_uncertain(method_of: Make, panel_of: Make) -> None:
    choices = Choices(concentration=None, rules=("arithmetic",), draws=20)
    found = panel_uncertainty(three(method_of), panel_of(PLAIN), choices)
    np.testing.assert_allclose(found.draws, np.broadcast_to(found.point, found.draws.shape), atol=1e-12)


@pytest.mark.parametrize(("exponent", "with_zero"), [(1.0, 2.0), (0.0, 0.0), (-1.0, 0.0), (2.0, 8**0.5)])
def test_a_cell_without_a_number_fails_its_own_draw_under_every_mean(exponent: float, with_zero: float) -> None:
    draws = np.array([[[np.nan, 4.0]], [[0.0, 4.0]], [[3.0, 3.0]]])
    found = power_mean(draws, None, np.ones((2, 1)), exponent)[:, 0, 0]
    assert np.isnan(found[0]) and found[1:] == pytest.approx([with_zero, 3.0])


def test_drawn_weights_keep_their_mean_sum_and_spread() -> None:
    weights = np.array([3.0, 2.0, 1.0, 0.0])
    drawn = sibling_weights(weights, 50.0, 20000, np.random.default_rng(1))
    np.testing.assert_allclose(drawn.sum(axis=1), 6.0)
    np.testing.assert_allclose(drawn.mean(axis=0), weights, atol=0.02)
    share = weights / 6
    np.testing.assert_allclose((drawn / 6).var(axis=0), share * (1 - share) / 51, atol=2e-4)
    assert (drawn[:, 3] == 0).all()


def test_probability_that_one_unit_is_above_another(method_of: Make, panel_of: Make) -> None:
    m = three(method_of)
    found = panel_uncertainty(m, panel_of({"a": [1, 9, 5, 5], "b": [1, 9, 5, 5], "c": [1, 9, 5, 5]}), Choices(draws=50))
    assert found.above("u1")["u0"] == 1.0
    assert found.above("u2")["u3"] == 0.5


def test_measurement_error_widens_with_its_size(method_of: Make, panel_of: Make) -> None:
    held = Choices(concentration=None, rules=("arithmetic",), draws=300)
    widths = []
    for size in (0.0, 0.1, 0.4):
        errors = np.full((1, 1, 3), size)
        low, high = panel_uncertainty(three(method_of), panel_of(PLAIN), held, errors=errors).interval("u1") or (0, 0)
        widths.append(high - low)
    assert widths[0] == pytest.approx(0, abs=1e-9) and widths[0] < widths[1] < widths[2]


def test_sobol_indices_of_a_function_that_is_known() -> None:
    """y = 4 a + 2 b of uniform numbers: 80 % and 20 % of the variance; c does nothing."""
    found = sobol(lambda u: 4 * u[:, 0] + 2 * u[:, 1], ["a", "b", "c"], ["a", "b", "c"], blocks=1024)
    assert found is not None
    assert found.first == pytest.approx((0.8, 0.2, 0.0), abs=0.02)
    assert found.total == pytest.approx((0.8, 0.2, 0.0), abs=0.02)


def test_sobol_blocks_with_a_failed_draw_are_counted() -> None:
    found = sobol(lambda u: np.where(u[:, 0] > 0.9, np.nan, u[:, 0] + u[:, 1]), ["a", "b"], ["a", "b"])
    assert found is not None and 0 < found.failed < found.blocks
    assert sobol(lambda u: np.full(len(u), 3.0), ["a", "b"], ["a", "b"]) is None


def test_sobol_on_a_panel_names_the_factors_that_vary(method_of: Make, panel_of: Make) -> None:
    other = Normalise(rule="percentile_rank", scale=(1.0, 100.0))
    choices = Choices(normalisations=(other,), pool=64)
    _, rng = uniform(choices, len(FACTORS))
    model = PanelModel(three(method_of), panel_of(PLAIN), choices, rng)
    assert model.factors == ("weights", "aggregation", "normalisation")
    found = sobol(lambda u: model(u)[:, 1], FACTORS, model.factors, blocks=64)
    assert found is not None and all(-0.3 < s < 1.3 for s in found.first)


def test_leaving_one_out_gives_its_weight_to_its_siblings(method_of: Make, panel_of: Make) -> None:
    m, p = three(method_of), panel_of(PLAIN)
    scores = without(m, p, "a").scores()[0]
    b, c = (np.array(PLAIN[n]) for n in "bc")
    scaled = [(x - x.min()) / np.ptp(x) * 99 + 1 for x in (b, c)]
    np.testing.assert_allclose(scores, (2 * scaled[0] + scaled[1]) / 3)
    with pytest.raises(KeyError, match="nobody"):
        without(m, p, "nobody")


def test_standard_errors_from_published_bounds_and_from_revisions() -> None:
    assert from_bounds(8.04, 11.96) == pytest.approx(1.0, abs=1e-3)
    rows = pd.DataFrame({"area": ["KZ", "KZ", "KZ-X"], "value": [11.0, 9.0, 1.0], "previous": [10.0, 10.0, 5.0]})
    assert from_revisions(rows, 20.0, "KZ") == pytest.approx(2.0)
    assert from_revisions(rows, 20.0, "FR") is None
    with pytest.raises(ValueError, match="out of order"):
        from_bounds(2, 1)

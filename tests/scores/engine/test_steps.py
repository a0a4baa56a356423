"""Imputation, screening and treatment: off unless named, and every cell they touch is flagged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from indicators.scores.engine.method import Impute, Treat, method_from
from indicators.scores.engine.panel import Panel
from indicators.scores.engine.run import run
from indicators.scores.engine.treat import kurtosis, skewness, treat

Make = Callable[..., Any]
NONE = {"step": "normalise", "rule": "none"}
AGG = {"step": "aggregate", "thresholds": [0.0]}


def series(values: list[float | None], **step: Any) -> list[float | None]:
    """One unit's synthetic series 2018-2023 through one imputation."""
    years = tuple(range(2018, 2018 + len(values)))
    cells = np.array([np.nan if v is None else v for v in values])[:, np.newaxis, np.newaxis]
    nodes = [{"id": "a", "parent": "top"}]
    data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none", "groups": [{"id": "top"}]}
    method = method_from({**data, "indicators": nodes, "steps": [{"step": "impute", **step}, NONE, AGG]})
    result = run(method, Panel(years, ("u",), ("a",), cells))
    gaps = [v is None for v in values]
    filled = ~np.isnan(result.prepared[:, 0, 0])
    assert result.imputed[:, 0, 0].tolist() == [g and bool(f) for g, f in zip(gaps, filled, strict=True)]
    return [None if np.isnan(v) else float(v) for v in result.prepared[:, 0, 0]]


def test_gaps_in_time() -> None:
    gappy = [None, 2.0, None, None, 5.0, None]
    assert series(gappy, rule="latest") == [None, 2, 2, 2, 5, 5]
    assert series(gappy, rule="latest", max_gap=1) == [None, 2, 2, None, 5, 5]
    assert series(gappy, rule="constant") == [2, 2, 2, 2, 5, 5]
    assert series(gappy, rule="linear") == [2, 2, 3, 4, 5, 5]
    assert series(gappy, rule="linear_inside") == [None, 2, 3, 4, 5, None]


def test_gaps_across_units(method_of: Make) -> None:
    values = np.array([[[1.0, 10.0], [3.0, np.nan], [8.0, 30.0], [np.nan, 20.0]]])
    panel = Panel((0,), tuple("abcd"), ("x", "y"), values, groups={"zone": ("n", "n", "s", "s")})

    def prepared(**step: Any) -> np.ndarray:
        m = method_of([{"id": "x"}, {"id": "y", "direction": "down"}], None, {"step": "impute", **step}, NONE, AGG)
        return run(m, panel).prepared[0]

    assert prepared(rule="mean")[3, 0] == 4 and prepared(rule="median")[3, 0] == 3
    assert prepared(rule="mean", group="zone")[1, 1] == 10
    # b has 2/7 of the range of x, and y is better the lower: 30 - 2/7 x 20
    assert prepared(rule="row_mean")[1, 1] == pytest.approx(30 - 40 / 7)


def test_units_with_too_little_data_are_left_out_and_named(method_of: Make, panel_of: Make) -> None:
    columns = {"a": [1, 2, None, 4], "b": [0, 2, 3, None], "c": [0, 1, None, None]}
    screen = {"step": "screen", "least_available": 0.6, "least_nonzero": 0.5, "keep": ["u3"]}
    result = run(method_of([{"id": n} for n in columns], None, screen, NONE, AGG), panel_of(columns))
    assert result.kept[0].tolist() == [False, True, False, True]
    assert np.isnan(result.scores()[0, [0, 2]]).all()


SKEWED = np.array([1.0, 2, 2, 3, 3, 3, 4, 4, 5, 100])


def test_one_outlier_is_winsorised_to_its_neighbour() -> None:
    n, z = len(SKEWED), (SKEWED - SKEWED.mean()) / SKEWED.std(ddof=1)
    assert skewness(SKEWED) == pytest.approx(n / (n - 1) / (n - 2) * (z**3).sum())
    fourth = n * (n + 1) / (n - 1) / (n - 2) / (n - 3) * (z**4).sum()
    assert kurtosis(SKEWED) == pytest.approx(fourth - 3 * (n - 1) ** 2 / (n - 2) / (n - 3))
    bent, points, logged, passed = treat(SKEWED, Treat())
    assert (bent.max(), points, logged, passed) == (5.0, 1, False, True)


def test_where_winsorising_is_not_allowed_a_logarithm_is_taken_of_the_original() -> None:
    bent, points, logged, _ = treat(SKEWED, Treat(winsorise=0))
    assert (points, logged) == (0, True)
    assert bent == pytest.approx(np.log(SKEWED - 1 + 0.99))
    mirrored, _, _, _ = treat(-SKEWED, Treat(winsorise=0, log="signed"))
    assert mirrored == pytest.approx(-bent)


def test_a_treated_indicator_is_named_in_the_result(method_of: Make, panel_of: Make) -> None:
    m = method_of([{"id": "a"}, {"id": "b"}], None, {"step": "treat"}, NONE, AGG)
    result = run(m, panel_of({"a": SKEWED.tolist(), "b": list(range(10))}))
    assert [(t.indicator, t.winsorised, t.logged) for t in result.treatments] == [("a", 1, False)]


def test_a_constant_indicator_is_not_treated() -> None:
    assert treat(np.ones(8), Treat())[1:] == (0, False, True)


def test_options_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="max_gap"):
        Impute(rule="linear", max_gap=2)

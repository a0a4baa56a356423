"""Published methods as files: the Human Development Index by its worked rows, the SDG Index by its rules."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.panel import Panel, single
from indicators.scores.engine.published import published
from indicators.scores.engine.run import run

HDI_COLUMNS = ["life_expectancy", "expected_schooling", "mean_schooling", "gni_per_capita"]


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        # worked rows of the Human Development Report's statistical annex
        ([81.6, 17.5, 12.6, 64992], 0.944),
        ([81.6, 17.9, 11.9, 45435], 0.922),
        ([81.7, 13.9, 11.7, 58711], 0.892),
    ],
)
def test_hdi(row: list[float], printed: float) -> None:
    result = run(published("hdi"), single(["country"], HDI_COLUMNS, np.array([row])))
    assert round(float(result.scores()[0, 0]), 3) == printed


def test_hdi_caps_income_and_schooling_and_needs_every_part() -> None:
    rows = np.array([[85, 18, 15, 75000], [85, 25, 20, 120000], [85, np.nan, 15, 75000]])
    scores = run(published("hdi"), single(["top", "past", "gap"], HDI_COLUMNS, rows)).scores()[0]
    assert scores[:2] == pytest.approx([1, 1]) and np.isnan(scores[2])


def goals() -> dict[str, object]:
    """Three synthetic goals with two, two and one indicators."""
    parents = ["g1", "g1", "g2", "g2", "g3"]
    return {
        "indicators": [{"id": f"i{n}", "parent": p, "goalposts": [0, 10]} for n, p in enumerate(parents)],
        "groups": [{"id": g, "parent": "sdg_index"} for g in ("g1", "g2", "g3")] + [{"id": "sdg_index"}],
    }


def test_sdg_index_takes_the_regions_mean_for_a_missing_goal_in_the_index_only() -> None:
    values = np.array([[[2, 4, 6, 8, np.nan], [10, 10, 10, 10, 5], [10, 10, 10, 10, 9], [10, 10, 10, 10, 0]]])
    panel = Panel(
        (2024,), tuple("abcd"), tuple(f"i{n}" for n in range(5)), values, groups={"region": ("r", "r", "r", "s")}
    )
    result = run(published("sdg_index", **goals()), panel)
    assert result.scores("sdg_index")[0] == pytest.approx([(30 + 70 + 70) / 3, 250 / 3, 290 / 3, 200 / 3])
    assert np.isnan(result.scores("g3")[0, 0])
    assert result.stood_in[0, 0, result.tree.column("g3")] and result.stood_in.sum() == 1


def test_sdg_index_has_no_number_with_more_than_a_fifth_missing() -> None:
    values = np.array([[[2, 4, np.nan, 8, np.nan], [10, 10, 10, 10, 5]]])
    panel = Panel((2024,), ("a", "b"), tuple(f"i{n}" for n in range(5)), values, groups={"region": ("r", "r")})
    result = run(published("sdg_index", **goals()), panel)
    assert np.isnan(result.scores()[0, 0]) and not np.isnan(result.scores("g2")[0, 0])


def test_sdg_index_without_its_indicators_says_so() -> None:
    with pytest.raises(MethodError, match="indicators"):
        published("sdg_index")

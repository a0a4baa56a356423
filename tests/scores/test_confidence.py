"""How sure a law's score is: draws beside the formulas of METHOD 3.1 and 4, on synthetic laws."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.register.model import Law
from indicators.scores.confidence import difference, law_uncertainty
from indicators.scores.engine.draws import Choices
from indicators.scores.law import score_law
from indicators.scores.law_model import placed
from indicators.scores.paths import Direction, Path, position
from indicators.scores.result import Status

AT = date(2024, 12, 31)
HELD = Choices(concentration=None, rules=("arithmetic",), paths=("linear",), baseline_years=(0,), measurement=False)
levels = st.integers(1, 400).map(lambda n: n / 4)


@given(levels, levels, levels, levels, st.sampled_from(["up", "down", "at"]))
def test_a_linear_draw_is_the_score_of_the_path_method(y0: float, y1: float, y: float, best: float, kind: Any) -> None:
    path = Path(Direction(kind, best if kind == "at" else None), (2014.0, 2030.0), (y0, y1))
    found = position(path, 2022.5, y)
    scores, needed = placed(path, 2022.5, np.array([y]), growth=False)
    assert (scores[0], needed[0]) == pytest.approx((found.score, found.needed_score))


def test_constant_growth_halves_the_way_at_the_geometric_middle() -> None:
    path = Path(Direction("down"), (2020.0, 2030.0), (16.0, 4.0))
    scores, needed = placed(path, 2025.0, np.array([8.0, 4.0, 20.0]), growth=True)
    assert scores == pytest.approx([50, 100, 0]) and needed == pytest.approx([50] * 3)
    through_zero = Path(Direction("up"), (2020.0, 2030.0), (-1.0, 1.0))
    assert placed(through_zero, 2025.0, np.array([0.5]), growth=True)[0] == pytest.approx([75])


@pytest.fixture(scope="module")
def two(law_of: Callable[..., Law], part: Any, observed: Callable[..., pd.DataFrame]) -> tuple[Law, pd.DataFrame]:
    """A synthetic law with two indicators: 40 and 80 of 100 points, 50 needed."""
    names = ("synthetic/a", "synthetic/b")
    indicators = [
        part.indicator(n, series=f"synthetic/{n}", baseline={"period": "2019"}, targets=[part.target("2029", 20)])
        for n in "ab"
    ]
    law = law_of(indicators=indicators, series=[part.series(n) for n in names])
    values = {"2018": 9, "2019": 10, "2020": 12}
    return law, observed({names[0]: {**values, "2024": 14}, names[1]: {**values, "2024": 18}})


def test_everything_held_gives_the_point_alone(two: tuple[Law, pd.DataFrame]) -> None:
    found = law_uncertainty(*two, AT, AT, HELD)
    assert found.point == score_law(*two, AT, AT).total.score == 60
    assert found.interval == pytest.approx((60, 60))
    assert found.p_status == {Status.ON_TRACK: 1.0}
    assert (found.failed, found.factors, found.shares) == (0, (), ())
    assert found.without == {"a": 80, "b": 40}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 99))
def test_the_interval_holds_the_point_and_the_chances_add_up(two: tuple[Law, pd.DataFrame], seed: int) -> None:
    found = law_uncertainty(*two, AT, AT, Choices(draws=60, pool=60, seed=seed), errors={"a": 2.0}, blocks=0)
    assert found.interval is not None and found.interval[0] <= 60 <= found.interval[1]
    assert found.interval[0] < 58 and found.interval[1] > 62
    assert sum(found.p_status.values()) == pytest.approx(1)


def test_every_factor_that_varies_is_named_and_its_share_estimated(two: tuple[Law, pd.DataFrame]) -> None:
    found = law_uncertainty(*two, AT, AT, Choices(draws=100))
    assert found.factors == ("weights", "aggregation", "path", "baseline", "measurement")
    assert {share.factor for share in found.shares} == set(found.factors)
    data = found.json()
    assert data["choices"]["seed"] == 20260930 and data["draws"] == 100 and data["failed"] == 0
    assert law_uncertainty(*two, AT, AT, Choices(draws=100)).json() == data


def test_the_baseline_moves_only_to_years_that_were_published(two: tuple[Law, pd.DataFrame]) -> None:
    found = law_uncertainty(
        *two, AT, AT, Choices(concentration=None, rules=("arithmetic",), paths=("linear",), measurement=False), blocks=0
    )
    # from 9 (2018), 10 (2019), 12 (2020) to 20: the mean of both indicators, each draw one baseline for all
    ends = [(100 * (14 - b) / (20 - b) + 100 * (18 - b) / (20 - b)) / 2 for b in (9, 10, 12)]
    assert found.interval == pytest.approx((min(ends), max(ends)))


def test_a_law_without_a_number_has_no_interval(
    law_of: Callable[..., Law], observed: Callable[..., pd.DataFrame]
) -> None:
    found = law_uncertainty(law_of(), observed({"synthetic/s": {"2020": 1.0}}), AT, AT, Choices(draws=10))
    assert (found.point, found.interval, found.p_status, found.without) == (None, None, {}, {})


def test_growth_at_a_constant_rate_is_another_score_and_not_in_the_interval(two: tuple[Law, pd.DataFrame]) -> None:
    found = law_uncertainty(*two, AT, AT)
    assert found.interval is not None
    (growth,) = (o for o in found.otherwise if o.choice == "growth")
    by_hand = 100 * (np.log(14 / 10) + np.log(18 / 10)) / 2 / np.log(20 / 10)
    assert growth.score == pytest.approx(by_hand) and growth.score > found.interval[1]
    earlier, later = (next(o for o in found.otherwise if o.choice == f"baseline_{w}") for w in ("before", "after"))
    assert (earlier.score, later.score) == pytest.approx(((5 / 11 + 9 / 11) * 50, (2 / 8 + 6 / 8) * 50))
    assert next(o for o in found.otherwise if o.choice == "geometric").score == pytest.approx((40 * 80) ** 0.5)


def test_what_two_editions_share_makes_no_difference_uncertain(
    two: tuple[Law, pd.DataFrame], observed: Callable[..., pd.DataFrame]
) -> None:
    law, frame = two
    before = law_uncertainty(law, frame, AT, AT, errors={"a": 0.5, "b": 0.5})
    same = difference(before, law_uncertainty(law, frame, AT, AT, errors={"a": 0.5, "b": 0.5}))
    assert same == (0.0, 0.0)
    assert before.interval is not None and before.interval[1] - before.interval[0] > 5

    def later(value: float) -> tuple[float, float]:
        values = {"2018": 9, "2019": 10, "2020": 12, "2024": 14, "2025": value}
        new = observed({"synthetic/a": values, "synthetic/b": {"2018": 9, "2019": 10, "2020": 12, "2024": 18}})
        day = date(2025, 12, 31)
        found = difference(before, law_uncertainty(law, new, day, day, errors={"a": 0.5, "b": 0.5}))
        assert found is not None and found[0] <= 50 * (value - 14) / 10 <= found[1]
        return found

    assert later(19)[0] > 0  # 25 points more, whatever is drawn
    low, high = later(14.2)
    assert low < 0 < high  # one point, and the figures themselves are not that exact


def test_draws_of_two_sets_of_choices_are_not_subtracted(two: tuple[Law, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="same"):
        difference(law_uncertainty(*two, AT, AT, HELD), law_uncertainty(*two, AT, AT, blocks=0))


def test_an_error_that_leaves_no_ratio_fails_its_draw_and_is_counted(
    law_of: Callable[..., Law], part: Any, observed: Callable[..., pd.DataFrame]
) -> None:
    one = part.indicator(direction="at", best=1, baseline={"period": "2019"}, targets=[part.target("2029", 1)])
    law = law_of(indicators=[one], series=[part.series(unit={"code": "ratio", "name": part.text("ratio")})])
    frame = observed({"synthetic/s": {"2019": 0.1, "2024": 0.2}})
    found = law_uncertainty(law, frame, AT, AT, errors={"i": 0.2}, blocks=0)
    assert 50 < found.failed < 400 and found.interval is not None
    assert sum(found.p_status.values()) == pytest.approx(1)

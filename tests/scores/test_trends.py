"""The named trend methods on METHOD's worked cases and at their edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indicators.scores.law import score_law
from indicators.scores.paths import Direction
from indicators.scores.result import Fallback, Status, Trend
from indicators.scores.trends import Course, cagr_ratio, growth, sdsn_arrow, unstat_projection, weather

UP, DOWN = Direction("up"), Direction("down")
BASE, TARGET = (2015.0, 10.0), (2030.0, 5.0)


@pytest.mark.parametrize(
    ("value", "rate", "ratio", "trend"),
    [
        (7.0, -0.04968, 1.100, Trend.ON_TRACK),
        (9.0, -0.01494, 0.331, Trend.LIMITED),
        (10.5, 0.00699, -0.155, Trend.DETERIORATION),
    ],
)
def test_cagr_ratio_as_the_method_works_it_out(value: float, rate: float, ratio: float, trend: Trend) -> None:
    assert growth(BASE, TARGET) == pytest.approx(-0.04516, abs=5e-6)
    assert growth(BASE, (2022.0, value)) == pytest.approx(rate, abs=5e-6)
    found = cagr_ratio(Course(DOWN, BASE, (2022.0, value), TARGET))
    assert found.number == pytest.approx(ratio, abs=5e-4)
    assert (found.trend, found.fallback) == (trend, None)


def test_a_target_reached_wins() -> None:
    assert cagr_ratio(Course(DOWN, BASE, (2022.0, 5.0), TARGET)).trend is Trend.TARGET_REACHED


@pytest.mark.parametrize(
    ("yearly", "trend"),
    [
        (1.016, Trend.SUBSTANTIAL),
        (1.006, Trend.MODERATE),
        (1.001, Trend.LIMITED),
        (0.999, Trend.DETERIORATION),
    ],
)
def test_without_a_target_growth_in_the_wanted_direction_decides(yearly: float, trend: Trend) -> None:
    assert cagr_ratio(Course(UP, (2015.0, 10.0), (2020.0, 10 * yearly**5))).trend is trend
    assert cagr_ratio(Course(DOWN, (2015.0, 10.0), (2020.0, 10 / yearly**5))).trend is trend


@pytest.mark.parametrize(
    ("course", "growth_rates", "why"),
    [
        (Course(UP, (2015.0, 0.0), (2020.0, 6.0), (2030.0, 15.0)), False, Fallback.SIGNS_OR_ZERO),
        (Course(UP, (2015.0, -4.0), (2020.0, 6.0), (2030.0, 26.0)), False, Fallback.SIGNS_OR_ZERO),
        (Course(UP, (2015.0, 1.0), (2020.0, 3.0), (2030.0, 7.0)), True, Fallback.GROWTH_RATES),
    ],
)
def test_where_there_is_no_growth_rate_the_path_stands_in_and_says_so(
    course: Course, growth_rates: bool, why: Fallback
) -> None:
    for found in (
        cagr_ratio(course, growth_rates=growth_rates),
        unstat_projection(course, growth_rates=growth_rates),
    ):
        assert found.fallback is why
        assert found.trend is Trend.ON_TRACK


@pytest.mark.parametrize(
    ("value", "trend"),
    [(7.0, Trend.ON_TRACK), (9.0, Trend.ACCELERATION_NEEDED), (9.9, Trend.LIMITED), (10.5, Trend.LIMITED)],
)
def test_projection_at_the_actual_growth_rate(value: float, trend: Trend) -> None:
    found = unstat_projection(Course(DOWN, BASE, (2022.0, value), TARGET))
    projected = 10 * (value / 10) ** (15 / 7)
    assert found.number == pytest.approx((projected - 10) / (5 - 10))
    assert found.trend is trend


@pytest.mark.parametrize(
    ("start", "value", "trend"),
    [
        (0.0, 50.0, Trend.UP),
        (0.0, 30.0, Trend.UP_RIGHT),
        (0.0, 10.0, Trend.FLAT),
        (0.0, -1.0, Trend.DOWN),
        (100.0, 101.0, Trend.UP),
        (101.0, 99.0, Trend.DOWN),
    ],
)
def test_arrow(start: float, value: float, trend: Trend) -> None:
    """Green is 100 by 2030; from 0 in 2020, half the way is due by 2025."""
    assert sdsn_arrow(Course(UP, (2020.0, start), (2025.0, value), (2030.0, 100.0))).trend is trend


@pytest.mark.parametrize(
    ("change", "trend"),
    [
        (2.0, Trend.SUN),
        (1.95, Trend.SUN),
        (1.9, Trend.SLIGHTLY_CLOUDY),
        (1.6, Trend.SLIGHTLY_CLOUDY),
        (1.5, Trend.CLOUDY),
        (0.0, Trend.THUNDERSTORM),
        (-1.0, Trend.THUNDERSTORM),
    ],
)
def test_weather(change: float, trend: Trend) -> None:
    """10 points are left over 5 years, so 2 a year lead exactly to the target."""
    readings = [(float(y), 50 + change * (y - 2025)) for y in range(2019, 2026)]
    assert weather(UP, readings, (2030.0, 60.0)).trend is trend


def test_weather_needs_five_years() -> None:
    with pytest.raises(ValueError, match="five years before 2025"):
        weather(UP, [(2021.0, 1.0), (2025.0, 2.0)], (2030.0, 9.0))


@pytest.mark.parametrize(("value", "trend"), [(-8.0, Trend.SUBSTANTIAL), (-12.0, Trend.DETERIORATION)])
def test_a_negative_value_that_grows_in_size_falls(value: float, trend: Trend) -> None:
    assert cagr_ratio(Course(UP, (2015.0, -10.0), (2020.0, value))).trend is trend


def test_a_baseline_beyond_the_target_has_no_growth_to_ask_for() -> None:
    """Up, at least 8, from 10: a fall to 7 is steeper than the fall to 8, and no success."""
    found = cagr_ratio(Course(UP, (2015.0, 10.0), (2020.0, 7.0), (2030.0, 8.0)))
    assert (found.fallback, found.trend) == (Fallback.NO_WAY, Trend.DETERIORATION)


SHARE = {"2017": 9.0, "2018": 8.0, "2022": 9.0}  # synthetic: from 10 (2015) to 5 (2030), lower is better
AT = date(2024, 12, 31)


def judged(law_of: Any, part: Any, observed: Any, method: str, points: Any, **more: Any) -> Any:
    goal = more.pop("targets", [part.target("2030", 5)])
    one = part.indicator(method=method, direction="down", baseline={"period": "2015"}, targets=goal)
    law = law_of(indicators=[one], series=[part.series(**more)])
    return score_law(law, observed({"synthetic/s": {"2015": 10.0, **points}}), AT, AT)


@pytest.mark.parametrize(
    ("method", "status", "trend", "number"),
    [
        ("path", Status.BEHIND, None, None),
        ("cagr_ratio", Status.FAR_BEHIND, Trend.LIMITED, 0.33081),
        ("sdsn_arrow", Status.FAR_BEHIND, Trend.FLAT, (1 / 7) / (5 / 15)),
        ("unstat_projection", Status.BEHIND, Trend.ACCELERATION_NEEDED, (10 * 0.9 ** (15 / 7) - 10) / -5),
        ("weather", Status.ON_TRACK, Trend.SUN, 0.0),
    ],
)
def test_the_register_chooses_the_method_that_gives_the_status(
    law_of: Any, part: Any, observed: Any, method: str, status: Status, trend: Trend | None, number: float | None
) -> None:
    """9 in 2022. The path is given 8.5 (R 0.64); the weather sees 0.9 a year since 2017, which leads past 5 by 2030."""
    points = {"2017": 13.5, "2022": 9.0} if method == "weather" else SHARE
    if method == "path":
        points = {"2022": 8.5}
    law = judged(law_of, part, observed, method, points)
    (found,) = law.indicators
    assert found.status is status
    value = points["2022"]
    assert (found.score, law.total.score) == (pytest.approx(20 * (10 - value)),) * 2  # the way, whatever the method
    if trend is None:
        assert found.verdict is None
    else:
        assert (found.verdict.method, found.verdict.trend, found.verdict.fallback) == (method, trend, None)
        assert found.verdict.number == pytest.approx(number, abs=5e-5)


@pytest.mark.parametrize(
    ("method", "points", "more", "why"),
    [
        ("cagr_ratio", {"2022": 9.0}, {"growth_rate": True}, Fallback.GROWTH_RATES),
        ("unstat_projection", {"2022": -9.0}, {}, Fallback.SIGNS_OR_ZERO),
        ("cagr_ratio", {"2022": 0.0}, {"targets": "below zero"}, Fallback.SIGNS_OR_ZERO),
        ("weather", {"2018": 8.0, "2022": 9.0}, {}, Fallback.NO_VALUE_FIVE_YEARS_BEFORE),
    ],
)
def test_where_the_method_cannot_be_used_the_path_decides_and_the_tree_says_so(
    law_of: Any, part: Any, observed: Any, method: str, points: Any, more: Any, why: Fallback
) -> None:
    if "targets" in more:
        more = {"targets": [part.target("2030", -5)]}
    (found,) = judged(law_of, part, observed, method, points, **more).indicators
    (by_path,) = judged(law_of, part, observed, "path", points, **more).indicators
    assert found.status is by_path.status
    if by_path.status is not Status.ACHIEVED:
        assert found.verdict.fallback is why


@pytest.mark.parametrize("method", ["cagr_ratio", "sdsn_arrow", "unstat_projection", "weather"])
@pytest.mark.parametrize(("points", "status"), [({"2022": 5.0}, Status.ACHIEVED), ({"2015": 10.0}, Status.NO_DATA)])
def test_a_target_reached_and_a_missing_figure_need_no_method(
    law_of: Any, part: Any, observed: Any, method: str, points: Any, status: Status
) -> None:
    (found,) = judged(law_of, part, observed, method, points).indicators
    assert (found.status, found.verdict) == (status, None)


def test_growth_without_a_target_is_told_and_scores_nothing(law_of: Any, part: Any, observed: Any) -> None:
    (found,) = judged(law_of, part, observed, "cagr_ratio", {"2022": 9.0}, targets=[]).indicators
    assert (found.status, found.score, found.verdict.trend) == (Status.NO_TARGET, None, Trend.MODERATE)

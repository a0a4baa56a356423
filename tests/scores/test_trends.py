"""The named trend methods on METHOD's worked cases and at their edges."""

from __future__ import annotations

import pytest

from indicators.scores.paths import Direction
from indicators.scores.trends import Course, Trend, cagr_ratio, growth, sdsn_arrow, unstat_projection, weather

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
        (Course(UP, (2015.0, 0.0), (2020.0, 6.0), (2030.0, 15.0)), False, "zero"),
        (Course(UP, (2015.0, -4.0), (2020.0, 6.0), (2030.0, 26.0)), False, "signs"),
        (Course(UP, (2015.0, 1.0), (2020.0, 3.0), (2030.0, 7.0)), True, "growth rate"),
    ],
)
def test_where_there_is_no_growth_rate_the_path_stands_in_and_says_so(
    course: Course, growth_rates: bool, why: str
) -> None:
    for found in (
        cagr_ratio(course, growth_rates=growth_rates),
        unstat_projection(course, growth_rates=growth_rates),
    ):
        assert found.fallback is not None and why in found.fallback
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

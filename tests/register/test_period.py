"""Periods of different length on one time axis."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.register import period as periods


@pytest.mark.parametrize(
    ("period", "frequency", "end", "time"),
    [
        ("2023", "A", date(2023, 12, 31), 2023.0),
        ("2023-S1", "S", date(2023, 6, 30), 2022.5),
        ("2023-Q1", "Q", date(2023, 3, 31), 2022.25),
        ("2024-02", "M", date(2024, 2, 29), 2023 + 2 / 12),
        ("2023-12", "M", date(2023, 12, 31), 2023.0),
    ],
)
def test_a_period_has_one_place_in_time(period: str, frequency: str, end: date, time: float) -> None:
    assert periods.frequency(period) == frequency
    assert periods.end(period) == end
    assert periods.time(period) == pytest.approx(time, abs=1e-12)


@pytest.mark.parametrize("text", ["23", "2023-13", "2023-00", "2023-Q5", "2023-S3", "2023-1", "2023/24", "2023 ", ""])
def test_what_is_no_period_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(ValueError, match="2023-S1, 2023-Q1 or 2023-08"):
        periods.end(text)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 1, 31), -2, date(2022, 11, 30)),
        (date(2023, 12, 31), 0, date(2023, 12, 31)),
    ],
)
def test_months_are_added_without_leaving_the_month(day: date, months: int, later: date) -> None:
    assert periods.add_months(day, months) == later

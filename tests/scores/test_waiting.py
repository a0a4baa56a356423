"""The share of measures without an act, against SciPy's product-limit estimate."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from indicators.scores.waiting import Step, Wait, median_wait, waiting_share

START = date(2020, 1, 1)


def wait(days: int, taken: bool) -> Wait:
    return Wait(START, START + timedelta(days), taken)


def test_a_worked_case() -> None:
    """Five measures: taken after 10 and 30 days, one open one watched for 20, two for 40 days."""
    waits = [wait(10, True), wait(20, False), wait(30, True), wait(40, False), wait(40, False)]
    assert waiting_share(waits) == (Step(10, Fraction(4, 5), 5), Step(30, Fraction(4, 5) * Fraction(2, 3), 3))
    assert median_wait(waits) is None


def test_without_open_measures_the_share_is_the_plain_one() -> None:
    taken = [wait(day, True) for day in (0, 5, 5, 9)]
    assert [step.share for step in waiting_share(taken)] == [Fraction(3, 4), Fraction(1, 4), 0]
    assert median_wait(taken) == 5
    assert waiting_share([wait(3, False)]) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(wait, st.integers(0, 40), st.booleans()), min_size=1, max_size=40))
def test_scipy_says_the_same(waits: list[Wait]) -> None:
    steps = waiting_share(waits)
    if not steps:
        return
    theirs = ecdf(CensoredData.right_censored([w.days for w in waits], [not w.taken for w in waits])).sf
    found = theirs.evaluate(np.array([step.days for step in steps]))
    assert [float(step.share) for step in steps] == pytest.approx(found.tolist(), abs=1e-12)
    half = next((day for day, share in zip(steps, found, strict=True) if share <= 0.5 + 1e-12), None)
    assert median_wait(waits) == (None if half is None else half.days)

"""How far published values move later, from releases of a synthetic series."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from indicators.scores.revisions import ENOUGH, Release, release_history, reliability


def yearly(*first: float, revised: float) -> list[Release]:
    """A release each April: the year before as first published, and the one before that moved by a share."""
    out, known = [], {}
    for n, value in enumerate(first):
        known = {p: (v * (1 + revised) if p == str(2009 + n) else v) for p, v in known.items()} | {str(2010 + n): value}
        out.append(Release(date(2011 + n, 4, 1), known))
    return out


def test_values_of_the_same_age_speak_for_the_latest() -> None:
    """Each first figure is moved by a tenth a year later, and then left alone: the latest is a first figure."""
    found = reliability(yearly(*[10.0] * (ENOUGH + 1), revised=0.1), str(2010 + ENOUGH))
    assert found is not None
    assert (found.relative, found.comparisons, found.same_age) == (pytest.approx(0.1), ENOUGH, True)


def test_an_older_figure_is_as_firm_as_figures_of_its_age() -> None:
    releases = yearly(*[10.0] * (ENOUGH + 5), revised=0.1)
    found = reliability(releases, str(2011 + ENOUGH))  # three years before the last release
    assert found is not None and found.same_age and found.relative == pytest.approx(0.0, abs=1e-12)


def test_with_too_few_of_its_age_every_age_counts() -> None:
    found = reliability(yearly(10.0, 10.0, 10.0, revised=0.1), "2012")
    assert found is not None
    # of 2010 in 2012 and 2013 and of 2011 in 2013: moved, left alone, moved
    assert (found.comparisons, found.same_age) == (3, False)
    assert found.relative == pytest.approx((2 * 0.1**2 / 3) ** 0.5)


def test_nothing_is_known_of_a_series_that_was_never_released_again() -> None:
    assert reliability([Release(date(2024, 1, 1), {"2023": 1.0})], "2023") is None


def test_history_is_read_series_by_series_in_order_of_time() -> None:
    early, late = date(2024, 1, 1), date(2025, 1, 1)
    rows = [("b", early, "2023", 1.0), ("a", late, "2023", 3.0), ("a", early, "2023", 2.0)]
    found = release_history(pd.DataFrame(rows, columns=["series", "known_from", "period", "value"]))
    assert found == {
        "a": [Release(early, {"2023": 2.0}), Release(late, {"2023": 3.0})],
        "b": [Release(early, {"2023": 1.0})],
    }

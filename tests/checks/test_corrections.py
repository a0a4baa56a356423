"""A known error of a source is corrected in the open, and only while the source makes it."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from checks.corrections import CorrectionOutdated, correct
from indicators.register.corrections import Correction

KNOWN = date(2024, 6, 1)
TEXT = {"ru": "Синтетическая причина", "en": "Synthetic reason"}


def entry(**fields: Any) -> Correction:
    whole = {
        "id": "syn-error",
        "series": "syn/1",
        "reason": TEXT,
        "source": {"title": TEXT, "verification": "A"},
        **fields,
    }
    return Correction.model_validate(whole)


def applied(frame: pd.DataFrame, *entries: Correction, known_from: date = KNOWN) -> Any:
    return correct(frame, entries, series="syn/1", source="syn", known_from=known_from)


def national(frame: pd.DataFrame, period: str) -> list[tuple[Any, ...]]:
    rows = frame[(frame["area"] == "KZ") & (frame["period"] == period)]
    return list(rows[["value", "status", "published", "decimals"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"action": "drop"}, []),
        ({"action": "override", "values": {"2014": "43.12"}}, [(43.12, "", "42.8", 2)]),
        ({"action": "scale", "factor": 0.001}, [(0.0428, "", "42.8", 4)]),
        ({"action": "flag", "status": "b"}, [(42.8, "b", "42.8", 1)]),
    ],
)
def test_action_changes_its_figure_only_and_keeps_what_was_published(
    fields: dict[str, Any], left: list[Any], clean: pd.DataFrame
) -> None:
    untouched = clean.copy()
    corrected = applied(clean, entry(expect={"2014": ["42.8"]}, **fields))
    assert national(corrected.frame, "2014") == left
    rest = clean[(clean["period"] != "2014")]
    pd.testing.assert_frame_equal(corrected.frame[corrected.frame["period"] != "2014"], rest)
    pd.testing.assert_frame_equal(clean, untouched)
    assert corrected.frame.dtypes.equals(clean.dtypes)
    (note,) = corrected.applied
    assert note["periods"] == [{"period": "2014", "published": ["42.8"], "used": [row[0] for row in left]}]
    assert note["reason"] == TEXT


def test_one_of_several_values_is_kept(clean: pd.DataFrame, judge: Any, failed: Any) -> None:
    twice = pd.concat([clean, clean[clean["period"] == "2014"].assign(value=44.0, published="44.0")], ignore_index=True)
    assert failed(judge(twice)) == {"key_unique"}
    corrected = applied(twice, entry(action="drop", expect={"2014": ["44.0", "42.8"]}, keep={"2014": "42.8"}))
    assert failed(judge(corrected.frame.reset_index(drop=True))) == set()
    assert corrected.applied[0]["periods"] == [{"period": "2014", "published": ["42.8", "44.0"], "used": [42.8]}]


@pytest.mark.parametrize("expected", [["43.2"], ["42.8", "42.8"]])
def test_guard_fails_when_the_source_says_something_else(expected: list[str], clean: pd.DataFrame) -> None:
    with pytest.raises(CorrectionOutdated, match=r"expects 4.*source gives 42\.8.*until: 2024-06-01") as caught:
        applied(clean, entry(action="drop", expect={"2014": expected}))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert not caught.value.retry


def test_guard_fails_when_the_period_is_gone(clean: pd.DataFrame) -> None:
    with pytest.raises(CorrectionOutdated, match="gives nothing"):
        applied(clean[clean["period"] != "2014"], entry(action="drop", expect={"2014": ["42.8"]}))


def test_releases_outside_its_days_are_left_alone(clean: pd.DataFrame) -> None:
    """A mended error keeps its entry, so that the releases of its time can be replayed."""
    closed = entry(action="drop", expect={"2014": ["42.8"]}, since=date(2024, 1, 1), until=date(2024, 6, 1))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 5, 31), date(2024, 6, 1)]
    assert [bool(applied(clean, closed, known_from=day).applied) for day in days] == [False, True, True, False]


def test_other_series_and_areas_are_left_alone(clean: pd.DataFrame) -> None:
    assert applied(clean, entry(series="syn/2", action="drop", expect={"2014": ["x"]})).frame is clean
    regional = applied(clean, entry(area="KZ-SYN-OLD", action="drop", expect={"2023": ["51.9"]})).frame
    assert len(national(regional, "2023")) == 1
    assert len(regional) == len(clean) - 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"action": "override", "expect": {"2014": ["1"]}}, "needs values"),
        ({"action": "override", "expect": {"2014": ["1"]}, "values": {"2015": "2"}}, "same periods"),
        ({"action": "override", "expect": {"2014": ["1"]}, "values": {"2014": "2,5"}}, "pattern"),
        ({"action": "drop", "expect": {"2014": ["1"]}, "factor": 10}, "belongs to the action scale"),
        ({"action": "scale", "expect": {"2014": ["1", "2"]}, "factor": 10}, "cannot choose"),
        ({"action": "drop", "expect": {"2014": ["1", "2"]}, "keep": {"2014": "3"}}, "none of the expected"),
        ({"action": "drop", "expect": {}}, "at least 1"),
        ({"action": "drop", "expect": {"2014": ["1"]}, "reported_on": "2024-01-01"}, "go together"),
        ({"action": "drop", "expect": {"2014": ["1"]}, "since": "2024-01-01", "until": "2024-01-01"}, "after since"),
    ],
)
def test_half_a_correction_is_refused(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        entry(**fields)

"""Synthetic series, regions and frames for the tests of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import pytest

from checks.gate import validate
from checks.verdict import Verdict
from indicators.register.model import Region, SeriesRef
from indicators.register.observation import Observation, published_decimals, to_frame

KNOWN = date(2024, 6, 1)
TEXT = {"ru": "Синтетический ряд", "en": "Synthetic series"}
REGIONS = {
    "KZ-SYN-OLD": Region.model_validate({"code": "KZ-SYN-OLD", "name": TEXT}),
    "KZ-SYN-NEW": Region.model_validate({"code": "KZ-SYN-NEW", "name": TEXT, "since": date(2022, 1, 1)}),
}


def synthetic_series(series_id: str = "syn/1", **changes: Any) -> SeriesRef:
    """A yearly percentage with one decimal."""
    fields = {
        "id": series_id,
        "source": "syn",
        "dataset": "synthetic",
        "title": TEXT,
        "unit": {"code": "PT", "name": TEXT, "percentage": True},
        "decimals": 1,
        "minimum": 0,
        "maximum": 100,
    }
    return SeriesRef.model_validate({**fields, **changes})


def frame_of(texts: Mapping[Any, str], series_id: str = "syn/1", area: str = "KZ") -> pd.DataFrame:
    """Observations from what a source printed, by period."""
    return to_frame(
        Observation(series_id, area, str(period), float(text), "", text, published_decimals(text))
        for period, text in texts.items()
    )


def synthetic_frame(series_id: str = "syn/1") -> pd.DataFrame:
    """Fourteen years of a country that improves a little every year, and two regions."""
    national = {year: f"{40 + 0.7 * n + (0.3 if n % 3 == 0 else 0):.1f}" for n, year in enumerate(range(2010, 2024))}
    return pd.concat(
        [
            frame_of(national, series_id),
            frame_of({2022: "51.1", 2023: "51.9"}, series_id, "KZ-SYN-OLD"),
            frame_of({2022: "38.4", 2023: "39.2"}, series_id, "KZ-SYN-NEW"),
        ],
        ignore_index=True,
    )


@pytest.fixture(scope="session")
def judge_all() -> Callable[..., dict[str, Verdict]]:
    """Verdicts on many frames of one family, released and judged on :data:`KNOWN`, by name."""

    def all_of(
        frames: Mapping[str, pd.DataFrame],
        series: Mapping[str, SeriesRef] | None = None,
        previous: Mapping[str, pd.DataFrame] | None = None,
        today: date = KNOWN,
    ) -> dict[str, Verdict]:
        refs = {name: (series or {}).get(name, synthetic_series()) for name in frames}
        return validate(frames, refs, previous or {}, dict.fromkeys(frames, KNOWN), today, regions=REGIONS)

    return all_of


@pytest.fixture(scope="session")
def judge(judge_all: Callable[..., dict[str, Verdict]]) -> Callable[..., Verdict]:
    """The verdict on one frame of one series."""

    def one(
        frame: pd.DataFrame, series: SeriesRef | None = None, previous: pd.DataFrame | None = None, today: date = KNOWN
    ) -> Verdict:
        ref = series or synthetic_series()
        before = {} if previous is None else {ref.id: previous}
        return judge_all({ref.id: frame}, {ref.id: ref}, before, today)[ref.id]

    return one


@pytest.fixture(scope="session")
def synthetic() -> Callable[..., SeriesRef]:
    return synthetic_series


@pytest.fixture
def clean() -> pd.DataFrame:
    return synthetic_frame()


@pytest.fixture(scope="session")
def clean_of() -> Callable[[str], pd.DataFrame]:
    return synthetic_frame


@pytest.fixture(scope="session")
def printed() -> Callable[..., pd.DataFrame]:
    return frame_of


@pytest.fixture(scope="session")
def regions() -> dict[str, Region]:
    return REGIONS


@pytest.fixture(scope="session")
def failed() -> Callable[[Verdict], set[str]]:
    """Ids of the checks that did not pass."""

    def ids(verdict: Verdict) -> set[str]:
        found: Iterable[str] = (check.id for check in verdict.failures())
        return set(found)

    return ids

"""Small laws and frames for the scores' tests; every name says that they are synthetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import pytest

from indicators.register.model import Law
from indicators.register.observation import Observation, to_frame

Frame = Callable[..., pd.DataFrame]
MakeLaw = Callable[..., Law]


def text(value: str) -> dict[str, str]:
    return {"ru": value, "en": value}


def source(mark: str = "A") -> dict[str, Any]:
    return {"title": text("synthetic document"), "verification": mark}


def target(period: str, value: float | None = None, **more: Any) -> dict[str, Any]:
    more.setdefault("id", f"t-{period}-{value}")
    more.setdefault("source", source())
    return {"period": period, "value": value, **more}


def series(name: str = "synthetic/s", **more: Any) -> dict[str, Any]:
    unit = {"code": "PT", "name": text("%"), "percentage": True}
    base = {"id": name, "source": "synthetic", "dataset": "s", "title": text("synthetic series"), "unit": unit}
    return {**base, **more}


def indicator(name: str = "i", **more: Any) -> dict[str, Any]:
    base = {
        "id": name,
        "pillar": "outcomes",
        "title": text("synthetic indicator"),
        "why": text("synthetic"),
        "series": "synthetic/s",
        "direction": "up",
    }
    return {**base, **more}


def make_law(**more: Any) -> Law:
    base: dict[str, Any] = {
        "id": "Z000000001_",
        "kind": "law",
        "number": "1-synthetic",
        "adopted": date(2014, 1, 1),
        "enacted_under": "synthetic",
        "titles": [{"text": text("Synthetic law"), "verification": "A"}],
        "short_title": text("Synthetic law"),
        "identity_verification": "A",
        "in_force": {"date": date(2014, 2, 1), "verification": "A"},
        "measures_list": {"completeness": "not_read", "verification": "A"},
        "pillars": [{"id": "instruments", "title": text("By-laws")}, {"id": "outcomes", "title": text("Outcomes")}],
    }
    return Law.model_validate({**base, **more})


def make_frame(
    values: Mapping[str, Mapping[str, float | str]],
    *,
    decimals: int = 2,
    grade: str = "A",
    extra: Iterable[Observation] = (),
) -> pd.DataFrame:
    """Observations as the store gives them; a text instead of a number is a status flag without a value."""
    rows = [
        Observation(s, "KZ", period, float("nan"), status=v)
        if isinstance(v, str)
        else Observation(s, "KZ", period, v, published=f"{v:.{decimals}f}", decimals=decimals)
        for s, points in values.items()
        for period, v in points.items()
    ]
    frame = to_frame([*rows, *extra])
    return frame.assign(vintage="synthetic-1", known_from=date(2026, 1, 1), raw_sha256="0" * 64, grade=grade)


@pytest.fixture(scope="session")
def law_of() -> MakeLaw:
    """Builds a synthetic law from the fields that a test cares for."""
    return make_law


@pytest.fixture(scope="session")
def observed() -> Frame:
    """Builds a frame of observations as ``store.observations`` gives it."""
    return make_frame


@pytest.fixture(scope="session")
def part() -> Any:
    """The builders of a law's parts, by name."""

    class Parts:
        target = staticmethod(target)
        series = staticmethod(series)
        indicator = staticmethod(indicator)
        source = staticmethod(source)
        text = staticmethod(text)

    return Parts


RENEWABLES = {"2014": 0.62, "2018": 1.30, "2019": 1.60, "2020": 3.00, "2021": 3.46, "2022": 3.72, "2023": 4.99}


@pytest.fixture(scope="session")
def renewables() -> tuple[Law, pd.DataFrame]:
    """METHOD 3.3: share of renewables by the law's own definition (platform indicator 7-2-1)."""
    share = indicator(
        "res-share",
        baseline={"period": "2014"},
        targets=[target("2020", 3), target("2025", 6), target("2030", 15)],
    )
    return (
        make_law(indicators=[share], series=[series(decimals=2)]),
        make_frame({"synthetic/s": RENEWABLES}),
    )

"""A synthetic national register, law by law, so that its size is bounded by one law and not by all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from indicators.register.model import Law
from indicators.register.observation import NATION, OBSERVATION_COLUMNS

INDICATORS, REGIONS, FIRST, LAST = 10, 20, 2010, 2024


def national_register(numbers: Iterable[int], seed: int = 20260930) -> Iterator[tuple[Law, pd.DataFrame]]:
    """Synthetic laws of ten indicators in two pillars, each with its observations as the store gives them.

    A law follows from its number and the seed alone, so that a register can be shared out to processes.
    """
    for number in numbers:
        yield synthetic_law(number), _observations(number, np.random.default_rng([seed, number]))


def synthetic_law(number: int) -> Law:
    """One synthetic law: ten indicators with a milestone and a target each."""
    text = {"ru": "synthetic", "en": "synthetic"}
    source = {"title": text, "verification": "A"}
    indicators: list[dict[str, Any]] = []
    series: list[dict[str, Any]] = []
    for n in range(INDICATORS):
        name = f"synthetic/{number}-{n}"
        targets = [
            {"id": f"t{year}", "period": str(year), "value": value, "source": source}
            for year, value in ((2020, 60.0), (2030, 90.0))
        ]
        pillar = "delivery" if n % 2 else "outcomes"
        own = {"id": f"i{n}", "pillar": pillar, "title": text, "why": text, "series": name, "direction": "up"}
        indicators.append({**own, "weight": 1 + n % 3, "baseline": {"period": str(FIRST)}, "targets": targets})
        unit = {"code": "PT", "name": text}
        series.append(
            {"id": name, "source": "synthetic", "dataset": "s", "title": text, "unit": unit, "regional": True}
        )
    return Law.model_validate(
        {
            "id": f"S{number:09d}_",
            "kind": "law",
            "number": f"{number}-synthetic",
            "adopted": date(2009, 1, 1),
            "enacted_under": "synthetic",
            "titles": [{"text": text, "verification": "A"}],
            "short_title": text,
            "identity_verification": "A",
            "in_force": {"date": date(2009, 2, 1), "verification": "A"},
            "measures_list": {"completeness": "not_read", "verification": "A"},
            "pillars": [{"id": "delivery", "title": text}, {"id": "outcomes", "title": text}],
            "indicators": indicators,
            "series": series,
        }
    )


def _observations(number: int, rng: np.random.Generator) -> pd.DataFrame:
    years = range(FIRST, LAST + 1)
    areas = [NATION, *(f"R{n:02d}" for n in range(REGIONS))]
    index = pd.MultiIndex.from_product(
        [[f"synthetic/{number}-{n}" for n in range(INDICATORS)], areas, [str(y) for y in years]],
        names=["series", "area", "period"],
    )
    frame = index.to_frame(index=False)
    start = np.tile(np.linspace(40, 80, len(years)), INDICATORS * len(areas))
    frame["value"] = np.round(start + rng.normal(0, 3, len(frame)), 2)
    frame["status"], frame["decimals"], frame["unit"], frame["multiplier"] = "", 2, "", 0
    frame["published"] = frame["value"].astype(str)
    frame = frame[list(OBSERVATION_COLUMNS)].astype(OBSERVATION_COLUMNS)
    return frame.assign(vintage="synthetic-1", known_from=date(2025, 6, 1), raw_sha256="0" * 64, grade="A")

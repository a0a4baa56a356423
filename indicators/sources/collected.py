"""What a connector hands back: a series as published, with the bytes that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from indicators.sources.exchange import Fetched


@dataclass(frozen=True)
class Collected:
    """One release of one series.

    ``observations`` has the columns of ``OBSERVATION_COLUMNS``, the nation first, then regions by
    code, each by period. ``known_from`` is the day from which the release could be known,
    ``release`` the source's own name for it. ``raw`` holds the answers in the order they came.
    """

    series_id: str
    raw: tuple[Fetched, ...]
    observations: pd.DataFrame
    known_from: date
    release: str

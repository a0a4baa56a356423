"""Observations: what every source is turned into, and what every later step reads.

An observation is one published value of one series for one area and one period. The frame
form has exactly the columns of :data:`OBSERVATION_COLUMNS`; rooms exchange that frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NATION = "KZ"
"""Area code of the whole country; regions carry the codes of ``laws/kz/regions.yaml``."""

OBSERVATION_COLUMNS = {
    "series": "str",
    "area": "str",
    "period": "str",
    "value": "float64",
    "status": "str",
    "published": "str",
    "decimals": "int64",
    "unit": "str",
    "multiplier": "int64",
}
"""Columns and dtypes of an observation frame.

``period`` is ISO text (``2023``, ``2023-S1``, ``2023-Q1``, ``2023-08``); ``status`` is one of
:data:`STATUSES`; ``published`` is the value exactly as the source wrote it; ``decimals`` is the
number of decimals it was published with (the precision of the publication, not of the float).

``value`` is the figure as published, in ``unit`` times ten to the power of ``multiplier``: ``unit``
is the unit in the source's own words or codes (empty where it names none beside the figure),
``multiplier`` the power of ten that the source states beside it (SDMX's UNIT_MULT; 0 where none).
Both are kept as published. Conversion is made for reading only (:mod:`indicators.register.units`).
"""

STATUSES = {
    "": "official figure",
    "e": "estimate",
    "p": "provisional",
    "b": "break in series",
    "m": "missing: the source names the period and gives no value",
    "c": "confidential: suppressed by the source",
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One published value, see :data:`OBSERVATION_COLUMNS`; ``value`` is NaN where ``status`` is ``m`` or ``c``."""

    series: str
    area: str
    period: str
    value: float
    status: str = ""
    published: str = ""
    decimals: int = 0
    unit: str = ""
    multiplier: int = 0


def to_frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """Observations as a frame with the declared columns and dtypes, in the order given."""
    import pandas as pd  # whoever only reads the register, as a scheduler does again and again, need not load it

    frame = pd.DataFrame([astuple(o) for o in observations], columns=list(OBSERVATION_COLUMNS))
    return frame.astype(OBSERVATION_COLUMNS)


def in_full(value: float, multiplier: int) -> float:
    """A figure with its power of ten: 4.9 with multiplier 6 is 4900000, exact in decimals."""
    return value if not multiplier or math.isnan(value) else float(Decimal(repr(value)).scaleb(multiplier))


def published_decimals(published: str) -> int:
    """Number of decimals in a published number: ``"4.99"`` has 2, ``"13"`` has 0."""
    _, _, fraction = published.strip().replace(",", ".").partition(".")
    return len(fraction)

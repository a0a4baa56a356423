"""Time codes of statistics services as periods of the register."""

from __future__ import annotations

import re
from functools import lru_cache

_SHAPE = re.compile(r"^(\d{4})(?:-?A1?|-?Q([1-4])|-?S([12])|-?M(0[1-9]|1[0-2])|-(0[1-9]|1[0-2]))?$", re.ASCII)


@lru_cache(maxsize=4096)
def read_period(text: str) -> str:
    """The period that a time code names: ``2023``, ``2023-A1``, ``2023-Q1``, ``2023S1``, ``2023M08``, ``2023-08``.

    Weeks, days, trimesters and spans of years are no periods of the register: ValueError.
    """
    shape = _SHAPE.match(text)
    if not shape:
        raise ValueError(f"{text[:40]!r} is not a year, half-year, quarter or month")
    year, quarter, half, reporting_month, month = shape.groups()
    if quarter:
        return f"{year}-Q{quarter}"
    if half:
        return f"{year}-S{half}"
    number = reporting_month or month
    return f"{year}-{number}" if number else year

"""Running totals: series that the register says may only rise, or only fall."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from indicators.register.model import SeriesRef


def with_value_before(rows: pd.DataFrame, series: Mapping[str, SeriesRef]) -> pd.DataFrame:
    """The observation frame with the value before each value of a running total, empty for all other series.

    ``value_before`` is the value of the same area at the period before; ``running_value`` is asked
    to be at least ``running_low`` (a total that rises) or at most ``running_high`` (one that falls).
    """
    ways = {name: ref.monotonic for name, ref in series.items() if ref.monotonic is not None}
    way = rows["expected_series"].map(ways)
    totals = rows[way.notna() & rows["value"].notna() & rows["time"].notna()].sort_values("time", kind="stable")
    before = totals.groupby(["expected_series", "area"])["value"].shift().reindex(rows.index).astype("float64")
    return rows.assign(
        value_before=before,
        running_value=rows["value"].where(before.notna()),
        running_low=before.where(way == "up"),
        running_high=before.where(way == "down"),
    )

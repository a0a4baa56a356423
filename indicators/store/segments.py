"""Figures of one series that may be compared with each other: its segments.

A figure begins a new segment where the definition changed (the register's breaks, the source's flag ``b``),
where the territory of its region changed, or where its unit or power of ten is another than before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import pandas as pd

from indicators.register import period as periods
from indicators.register.model import Region, SeriesRef
from indicators.register.segments import definition_starts, existed, first_month, territory
from indicators.store.queries import KNOWN_COLUMNS

REASONS = {
    "definition": "the register states a break, or the source flags one",
    "territory": "parts of the region became other regions, or it began or ended",
    "unit": "the source names another unit or power of ten beside the figure",
}
"""Why a segment begins; several are joined by ``+``. The first segment has none."""

SEGMENT_COLUMNS = KNOWN_COLUMNS | {"kato": "str", "existed": "bool", "segment": "int64", "begins": "str"}
"""Columns of ``segmented``. ``kato`` is the region's code in the classifier of territories, empty for the
nation and where it is not established; ``existed`` is False where the region did not exist in the period;
``segment`` counts from 1 within series and area; ``begins`` says why the row's segment begins."""


def segmented(known: pd.DataFrame, series: Mapping[str, SeriesRef], regions: Mapping[str, Region]) -> pd.DataFrame:
    """The answer of ``queries.known`` with SEGMENT_COLUMNS, by series, area and time.

    Series without an entry in ``series`` have the source's own breaks only; areas without one in
    ``regions``, the nation among them, have one territory.
    """
    found = known.assign(time=[periods.time(period) for period in known["period"]])
    found = found.sort_values(["series", "area", "time", "period"], kind="stable").reset_index(drop=True)
    added: list[tuple[str, bool, int, str]] = []
    for (name, area), rows in found.groupby(["series", "area"], sort=False):
        region = regions.get(str(area))
        spans = [True if region is None else existed(region, period) for period in rows["period"]]
        kato = "" if region is None or region.kato is None else region.kato
        numbered = _numbered(rows, series.get(str(name)), region)
        added += [(kato, span, *place) for span, place in zip(spans, numbered, strict=True)]
    names = [name for name in SEGMENT_COLUMNS if name not in KNOWN_COLUMNS]
    both = found.join(pd.DataFrame(added, columns=names, index=found.index))
    return both[list(SEGMENT_COLUMNS)].astype(SEGMENT_COLUMNS)


def _numbered(rows: pd.DataFrame, series: SeriesRef | None, region: Region | None) -> Iterator[tuple[int, str]]:
    """Segment and reason of each row of one series and area, in order of time."""
    starts = definition_starts(series.breaks if series is not None else (), rows.loc[rows["status"] == "b", "period"])
    units = list(zip(rows["unit"], rows["multiplier"], strict=True))
    for n, empty in enumerate(rows["value"].isna()):
        if empty and n:
            units[n] = units[n - 1]  # no figure, so no unit that could be another
    states = [
        {
            "definition": sum(start <= first_month(period) for start in starts),
            "territory": 0 if region is None else territory(region, period),
            "unit": unit,
        }
        for period, unit in zip(rows["period"], units, strict=True)
    ]
    segment, begins = 1, ""
    for before, now in pairwise([*states[:1], *states]):
        other = [reason for reason in REASONS if now[reason] != before[reason]]
        if other:
            segment, begins = segment + 1, "+".join(other)
        yield segment, begins

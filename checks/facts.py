"""The frame of a family's series: what each one's observations add up to, beside what is expected of it.

Plain Python over plain rows: a run has hundreds of series of a few dozen rows, and cutting a frame
for each of them would take longer than all the checks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd

from checks.frames import EXPECTED_SCHEMA, schema
from checks.overrides import bounds
from checks.relations import ALONE, Relations
from indicators.register import period as periods
from indicators.register.model import SeriesRef
from indicators.register.observation import NATION
from indicators.scores.guards import indistinguishable

_LISTED = 12


class _Row(NamedTuple):
    """What is read of a row of the observation frame."""

    expected_series: str
    area: str
    period: str
    value: float
    status: str
    decimals: int
    national: bool
    frequency: str
    time: float
    period_start: pd.Timestamp
    region_until: pd.Timestamp
    watched: bool
    averaged_value: float
    added_value: float
    parts_total: float
    value_before: float
    second_value: float


def series_frame(
    frames: Mapping[str, pd.DataFrame],
    series: Mapping[str, SeriesRef],
    previous: Mapping[str, pd.DataFrame],
    observations: pd.DataFrame,
    today: Mapping[str, date],
    related: Mapping[str, Relations],
) -> pd.DataFrame:
    """The facts of each series beside what is expected of them, indexed by row number.

    Facts of a malformed frame are those of an empty one: its ``schema`` is what fails. Columns
    are missing where nothing is expected: ``fresh_until`` for irregular and ended series,
    ``withdrawn`` without a previous release.
    """
    rows: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in zip(*(observations[name].tolist() for name in _Row._fields), strict=True):
        rows[row[0]].append(_Row(*row))
    facts = pd.DataFrame(
        [
            {
                "series": series_id,
                "schema": schema(frame),
                "expected_schema": EXPECTED_SCHEMA,
                **_facts(series[series_id], rows[series_id], today[series_id]),
                **_undecided(series[series_id], rows[series_id], related.get(series_id, ALONE).targets),
                **_against(rows[series_id], previous.get(series_id)),
                **bounds(series[series_id], "series"),
                "today": today[series_id],
            }
            for series_id, frame in frames.items()
        ]
    )
    numbers = ("expected_minimum", "expected_maximum", "expected_decimals", "most_decimals", "missing_periods")
    counts = ("regions_lost", "withdrawn", "previous_values", "withdrawn_share")
    releases = ("previous_rows", "comparable_rows", "row_change")
    targets = ("undecided_targets", "latest_value")
    kinds = {
        **dict.fromkeys((*numbers, *counts, *releases, *targets), "float64"),
        **dict.fromkeys(("expected_frequency", "latest_period"), "str"),
        **dict.fromkeys(("fresh_until", "today"), "datetime64[s]"),
    }
    return facts.astype(kinds)


def _facts(ref: SeriesRef, rows: Sequence[_Row], today: date) -> dict[str, object]:
    national = [row for row in rows if row.national and row.frequency == ref.frequency]
    valued = [row for row in national if _stated(row.value)]
    # Of several rows of the latest period the last one in the file.
    latest = max(reversed(valued), key=lambda row: row.time, default=None)
    missing = _missing(ref, {row.period for row in national}) if ref.regular and national else None
    ended = ref.ended is not None and periods.end(ref.ended) <= today
    lost = _regions_lost(rows)
    return {
        "rows": len(rows),
        "values": len(valued),
        "regional_rows": sum(not row.national for row in rows),
        "watched_rows": sum(row.watched for row in rows),
        "averaged_rows": sum(_stated(row.averaged_value) for row in rows),
        "added_rows": sum(_stated(row.added_value) for row in rows),
        "parts_rows": sum(_stated(row.parts_total) for row in rows),
        "running_rows": sum(_stated(row.value_before) for row in rows),
        "second_rows": sum(_stated(row.second_value) for row in rows),
        "regions_lost": None if lost is None else len(lost),
        "regions_lost_list": _listed(lost or []),
        "latest_period": latest.period if latest is not None else None,
        "latest_status": latest.status if latest is not None else "",
        "expected_frequency": ref.frequency if ref.regular else None,
        "expected_minimum": ref.minimum,
        "expected_maximum": ref.maximum,
        "expected_decimals": ref.decimals if valued else None,
        "most_decimals": max((row.decimals for row in valued), default=None),
        "missing_periods": None if missing is None else len(missing),
        "missing_list": _listed(missing or []),
        "fresh_until": fresh_until(ref, latest.period) if latest is not None and ref.regular and not ended else None,
    }


def _stated(value: float) -> bool:
    return value == value


def fresh_until(ref: SeriesRef, latest: str) -> date:
    """Last day on which a series with this latest period is up to date (METHOD 3.2).

    Its frequency, its publication lag and one period of grace after the end of the period.
    """
    months = periods.MONTHS[ref.frequency]
    return periods.add_months(periods.end(latest), 2 * months + ref.publication_lag_months)


def _missing(ref: SeriesRef, published: set[str]) -> list[str]:
    """Periods between the first expected and the last published that have no row."""
    first = ref.first_period or min(published, key=periods.time)
    last = max(published, key=periods.time)
    months = periods.MONTHS[ref.frequency]
    day, expected = periods.end(first), []
    while day <= periods.end(last):
        expected.append(_name(day, ref.frequency))
        # From the first of the month, so that a month's last day never slips into the next.
        step = periods.add_months(day.replace(day=1), months)
        day = periods.end(f"{step.year}-{step.month:02}")
    return [name for name in expected if name not in published]


def _name(last_day: date, frequency: str) -> str:
    """The period of this frequency that ends on a day."""
    if frequency == "A":
        return str(last_day.year)
    if frequency == "M":
        return f"{last_day.year}-{last_day.month:02}"
    return f"{last_day.year}-{frequency}{last_day.month // periods.MONTHS[frequency]}"


def _regions_lost(rows: Sequence[_Row]) -> list[str] | None:
    """Regions with a row in the period before and none in the latest, though they still exist.

    Of the periods for which the series has regions; None where there are not two of them.
    """
    regional = [row for row in rows if not row.national and _stated(row.time)]
    times = sorted({row.time for row in regional})[-2:]
    if len(times) < 2:
        return None
    last = [row for row in regional if row.time == times[1]]
    there, start = {row.area for row in last}, last[0].period_start
    # NaT, a region without a last day, is before nothing.
    return sorted({row.area for row in regional if row.time == times[0] and not row.region_until < start} - there)


def _undecided(ref: SeriesRef, rows: Sequence[_Row], targets: Sequence[float]) -> dict[str, object]:
    """Targets that the latest national value cannot be told from, by the guard that keeps it from being scored."""
    valued = [row for row in rows if row.national and row.frequency == ref.frequency and _stated(row.value)]
    if not targets or not valued:
        return {"undecided_targets": None, "undecided_list": "", "latest_value": None}
    latest = max(reversed(valued), key=lambda row: row.time)
    decimals = ref.decimals if ref.decimals is not None else max(row.decimals for row in valued)
    open_ = [target for target in targets if indistinguishable(latest.value, target, decimals)]
    listed = ", ".join(f"{target:g}" for target in open_)
    return {"undecided_targets": len(open_), "undecided_list": listed, "latest_value": latest.value}


_NO_RELEASE_BEFORE: dict[str, object] = {
    **dict.fromkeys(("withdrawn", "previous_values", "withdrawn_share")),
    **dict.fromkeys(("previous_rows", "comparable_rows", "row_change")),
    "withdrawn_list": "",
}

FEWEST_ROWS = 10
"""Rows by which two releases must differ before the share of the difference means anything."""


def _against(rows: Sequence[_Row], before: pd.DataFrame | None) -> dict[str, object]:
    """What became of the values and rows of the release before."""
    if before is None:
        return _NO_RELEASE_BEFORE
    kept = {(row.area, row.period) for row in rows if _stated(row.value)}
    columns = (before[name].tolist() for name in ("area", "period", "value"))
    had = [(area, period) for area, period, value in zip(*columns, strict=True) if _stated(value)]
    gone = [key for key in had if key not in kept]
    # Only the areas that both may have: a release that brings the regions for the first time has lost nothing.
    areas = set(before["area"])
    comparable = sum(row.area in areas for row in rows)
    difference = abs(comparable - len(before))
    return {
        "previous_rows": len(before),
        "comparable_rows": comparable,
        "row_change": difference / len(before) if difference > FEWEST_ROWS else 0.0,
        "withdrawn": len(gone),
        "previous_values": len(had),
        "withdrawn_share": len(gone) / len(had) if had else 0.0,
        "withdrawn_list": _listed([period if area == NATION else f"{area} {period}" for area, period in gone]),
    }


def _listed(names: list[str]) -> str:
    """Names for a message: the first twelve, and how many more there are."""
    shown = ", ".join(names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED} more" if len(names) > _LISTED else shown

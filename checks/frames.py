"""The two frames that the suites of a family read: one row an observation, one row a series.

A family is every series of one source in a run. What the register expects of a series stands
beside each row as a column (``expected_…``), so that one suite judges the whole family at once;
a missing expectation is open. These functions only lay facts and expectations side by side;
whether they agree is for the expectations to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from checks.regions import regions_lost, with_regions
from indicators.register import period as periods
from indicators.register.model import Region, SeriesRef
from indicators.register.observation import NATION, OBSERVATION_COLUMNS, to_frame

EXPECTED_SCHEMA = ", ".join(sorted(f"{name}:{kind}" for name, kind in OBSERVATION_COLUMNS.items()))

_LISTED = 12
_NO_TEXT = "(nothing)"
_NONE = to_frame([]).assign(expected_series=pd.Series(dtype="str"))


def schema(frame: pd.DataFrame) -> str:
    """Columns and types of a frame as one comparable text."""
    return ", ".join(sorted(f"{name}:{kind}" for name, kind in frame.dtypes.astype(str).items()))


def observation_frame(
    frames: Mapping[str, pd.DataFrame],
    series: Mapping[str, SeriesRef],
    previous: Mapping[str, pd.DataFrame],
    known_from: Mapping[str, date],
    regions: Mapping[str, Region],
) -> pd.DataFrame:
    """Every observation of a family beside what is expected of it.

    Frames must have the agreed schema. ``expected_series`` is the id under which a frame was
    handed over. ``previous`` is the value of the same area and period in the release before, NaN
    where that had none; ``step`` is one unit of the coarser of both publications' last decimal.
    ``final_from`` is the day from which the value can be final: missing where it bears a flag
    that says it is not, or where the period had not begun. ``watched`` marks the new national
    values whose change is judged: those that the previous release did not have, or the latest
    where there is no previous release; values at a declared break are not watched.
    """
    rows = pd.concat(
        [_NONE, *(frame.assign(expected_series=series_id) for series_id, frame in frames.items())], ignore_index=True
    )
    texts = [name for name, kind in OBSERVATION_COLUMNS.items() if kind == "str"]
    # GX passes over nulls in text columns; a null period or flag must fail instead.
    rows[texts] = rows[texts].fillna(_NO_TEXT)
    rows["national"] = rows["area"] == NATION
    rows["national_value"] = rows["value"].where(rows["national"])
    rows["regional_value"] = rows["value"].where(~rows["national"])
    rows = rows.join(_expectations(frames, series, known_from), on="expected_series")
    rows = rows.join(_calendar(rows["period"]), on="period")
    rows = rows.join(_lifetimes(regions), on="area")
    plain = (rows["status"] == "") & (rows["period_start"] <= rows["known_from"])
    rows["final_from"] = rows["period_end"].where(plain)
    rows = _with_previous(rows, previous)
    breaks = {(i, b.period) for i, ref in series.items() for b in ref.breaks}
    declared = pd.Series(list(zip(rows["expected_series"], rows["period"], strict=True)), index=rows.index)
    at_break = (rows["status"] == "b") | declared.isin(breaks)
    national = rows["national_value"].notna() & rows["time"].notna()
    latest = rows["time"].where(national).groupby(rows["expected_series"]).transform("max")
    has_previous = rows["expected_series"].isin(previous)
    new = rows["previous"].isna().where(has_previous, rows["time"] == latest).astype(bool)
    rows["watched"] = national & new & ~at_break
    return with_regions(rows, regions)


def _expectations(
    frames: Mapping[str, pd.DataFrame], series: Mapping[str, SeriesRef], known_from: Mapping[str, date]
) -> pd.DataFrame:
    columns = {
        "expected_series": "str",
        "expected_frequency": "str",
        "expected_minimum": "float64",
        "expected_maximum": "float64",
        "known_from": "datetime64[s]",
    }
    refs = {series_id: series[series_id] for series_id in frames}
    records = [
        (series_id, ref.frequency if ref.regular else None, ref.minimum, ref.maximum, known_from[series_id])
        for series_id, ref in refs.items()
    ]
    return _indexed(records, columns)


def _calendar(texts: pd.Series) -> pd.DataFrame:
    """Frequency, first and last day, and time of each distinct period; empty where unreadable."""
    columns = {
        "period": "str",
        "frequency": "str",
        "period_start": "datetime64[s]",
        "period_end": "datetime64[s]",
        "time": "float64",
    }
    records: list[tuple[object, ...]] = []
    for text in texts.unique():
        try:
            kind, last = periods.frequency(text), periods.end(text)
        except ValueError:
            records.append((text, "", None, None, None))
            continue
        first = date(last.year, last.month - periods.MONTHS[kind] + 1, 1)
        records.append((text, kind, first, last, periods.time(text)))
    return _indexed(records, columns)


def _lifetimes(regions: Mapping[str, Region]) -> pd.DataFrame:
    columns = {"area": "str", "region_since": "datetime64[s]", "region_until": "datetime64[s]"}
    return _indexed([(region.code, region.since, region.until) for region in regions.values()], columns)


def _indexed(records: Sequence[tuple[object, ...]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Records as a frame of these columns and types, the first column as its index."""
    return pd.DataFrame(list(records), columns=list(columns)).astype(dict(columns)).set_index(next(iter(columns)))


def _with_previous(rows: pd.DataFrame, previous: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    key = ["expected_series", "area", "period"]
    before = [
        frame.assign(expected_series=series_id)[[*key, "value", "decimals"]] for series_id, frame in previous.items()
    ]
    if before:
        values = pd.concat(before, ignore_index=True).rename(
            columns={"value": "previous", "decimals": "previous_decimals"}
        )
        rows = rows.merge(values, on=key, how="left", validate="many_to_one")
    else:
        rows = rows.assign(previous=float("nan"), previous_decimals=float("nan"))
    coarser = rows[["decimals", "previous_decimals"]].min(axis=1).astype("float64")
    return rows.assign(step=10.0**-coarser)


def series_frame(
    frames: Mapping[str, pd.DataFrame],
    series: Mapping[str, SeriesRef],
    previous: Mapping[str, pd.DataFrame],
    observations: pd.DataFrame,
    today: Mapping[str, date],
) -> pd.DataFrame:
    """The facts of each series beside what is expected of them, indexed by row number.

    Facts of a malformed frame are those of an empty one: its ``schema`` is what fails. Columns
    are missing where nothing is expected: ``fresh_until`` for irregular and ended series,
    ``withdrawn`` without a previous release.
    """
    grouped = dict(iter(observations.groupby("expected_series", sort=False)))
    nothing = observations.iloc[:0]
    facts = pd.DataFrame(
        [
            {
                "series": series_id,
                "schema": schema(frame),
                "expected_schema": EXPECTED_SCHEMA,
                **_facts(series[series_id], grouped.get(series_id, nothing), today[series_id]),
                **_withdrawn(grouped.get(series_id, nothing), previous.get(series_id)),
                "today": today[series_id],
            }
            for series_id, frame in frames.items()
        ]
    )
    kinds = {
        **dict.fromkeys(("expected_minimum", "expected_maximum", "expected_decimals", "most_decimals"), "float64"),
        **dict.fromkeys(
            ("missing_periods", "regions_lost", "withdrawn", "previous_values", "withdrawn_share"), "float64"
        ),
        **dict.fromkeys(("expected_frequency", "latest_period"), "str"),
        **dict.fromkeys(("fresh_until", "today"), "datetime64[s]"),
    }
    return facts.astype(kinds)


def _facts(ref: SeriesRef, rows: pd.DataFrame, today: date) -> dict[str, object]:
    national = rows[rows["national"] & (rows["frequency"] == ref.frequency)]
    valued = national[national["value"].notna()]
    latest = valued.sort_values("time", kind="stable").iloc[-1] if len(valued) else None
    missing = _missing(ref, set(national["period"])) if ref.regular and len(national) else None
    ended = ref.ended is not None and periods.end(ref.ended) <= today
    lost = regions_lost(rows)
    goes_on = latest is not None and ref.regular and not ended
    return {
        "rows": len(rows),
        "values": len(valued),
        "regional_rows": int((~rows["national"]).sum()),
        "watched_rows": int(rows["watched"].sum()),
        "averaged_rows": int(rows["averaged_value"].notna().sum()),
        "added_rows": int(rows["added_value"].notna().sum()),
        "regions_lost": None if lost is None else len(lost),
        "regions_lost_list": listed(lost or []),
        "latest_period": latest["period"] if latest is not None else None,
        "latest_status": latest["status"] if latest is not None else "",
        "expected_frequency": ref.frequency if ref.regular else None,
        "expected_minimum": ref.minimum,
        "expected_maximum": ref.maximum,
        "expected_decimals": ref.decimals if len(valued) else None,
        "most_decimals": valued["decimals"].max() if len(valued) else None,
        "missing_periods": None if missing is None else len(missing),
        "missing_list": listed(missing or []),
        "fresh_until": fresh_until(ref, latest["period"]) if goes_on and latest is not None else None,
    }


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


def _withdrawn(rows: pd.DataFrame, before: pd.DataFrame | None) -> dict[str, object]:
    if before is None:
        return {"withdrawn": None, "previous_values": None, "withdrawn_share": None, "withdrawn_list": ""}
    valued, had = rows[rows["value"].notna()], before[before["value"].notna()]
    kept = set(zip(valued["area"], valued["period"], strict=True))
    gone = [key for key in zip(had["area"], had["period"], strict=True) if key not in kept]
    return {
        "withdrawn": len(gone),
        "previous_values": len(had),
        "withdrawn_share": len(gone) / len(had) if len(had) else 0.0,
        "withdrawn_list": listed([period if area == NATION else f"{area} {period}" for area, period in gone]),
    }


def listed(names: list[str]) -> str:
    """Names for a message: the first twelve, and how many more there are."""
    shown = ", ".join(names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED} more" if len(names) > _LISTED else shown

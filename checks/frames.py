"""The frame of a family's observations, each beside what is expected of it; ``checks.facts`` has the series.

A family is every series of one source in a run. What the register expects of a series stands
beside each row as a column (``expected_…``), so that one suite judges the whole family at once;
a missing expectation is open. These functions only lay facts and expectations side by side;
whether they agree is for the expectations to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from checks.overrides import bounds
from checks.regions import with_regions
from checks.relations import Beside, Relations, with_relations
from checks.rules import RULES
from checks.running import with_value_before
from indicators.register import period as periods
from indicators.register.model import Region, SeriesRef
from indicators.register.observation import NATION, OBSERVATION_COLUMNS, to_frame

EXPECTED_SCHEMA = ", ".join(sorted(f"{name}:{kind}" for name, kind in OBSERVATION_COLUMNS.items()))

_NO_TEXT = "(nothing)"
_NONE = to_frame([])


def schema(frame: pd.DataFrame) -> str:
    """Columns and types of a frame as one comparable text."""
    return ", ".join(sorted(f"{name}:{kind}" for name, kind in zip(frame.columns, frame.dtypes, strict=True)))


def observation_frame(
    frames: Mapping[str, pd.DataFrame],
    series: Mapping[str, SeriesRef],
    previous: Mapping[str, pd.DataFrame],
    known_from: Mapping[str, date],
    regions: Mapping[str, Region],
    related: Mapping[str, Relations],
    beside: Beside,
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
    rows = _together(frames)
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
    rows = with_value_before(with_regions(rows, regions), series)
    return with_relations(rows, related, beside)


def _expectations(
    frames: Mapping[str, pd.DataFrame], series: Mapping[str, SeriesRef], known_from: Mapping[str, date]
) -> pd.DataFrame:
    columns = {
        "expected_series": "str",
        "expected_frequency": "str",
        "expected_minimum": "float64",
        "expected_maximum": "float64",
        "seasons": "float64",
        "known_from": "datetime64[s]",
        **{rule.bound_column: "float64" for rule in RULES if rule.bound is not None and rule.level == "observation"},
    }
    refs = {series_id: series[series_id] for series_id in frames}
    records = [
        (
            *(series_id, ref.frequency if ref.regular else None, ref.minimum, ref.maximum),
            *(12 / periods.MONTHS[ref.frequency], known_from[series_id]),
            *bounds(ref, "observation").values(),
        )
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


def _together(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All frames as one, each row with the id under which its frame was handed over."""
    rows = pd.concat([_NONE, *frames.values()], ignore_index=True)
    names = np.repeat(np.array(list(frames), dtype=object), [len(frame) for frame in frames.values()])
    return rows.assign(expected_series=pd.Series(names, dtype="str"))


def _with_previous(rows: pd.DataFrame, previous: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    key = ["expected_series", "area", "period"]
    if previous:
        before = _together(previous)[[*key, "value", "decimals"]]
        values = before.rename(columns={"value": "previous", "decimals": "previous_decimals"})
        rows = rows.merge(values, on=key, how="left", validate="many_to_one")
    else:
        rows = rows.assign(previous=float("nan"), previous_decimals=float("nan"))
    coarser = rows[["decimals", "previous_decimals"]].min(axis=1).astype("float64")
    return rows.assign(step=10.0**-coarser)

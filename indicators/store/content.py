"""The content of a release: its frame checked, hashed, and turned into rows and back."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from indicators.register.observation import OBSERVATION_COLUMNS
from indicators.store.errors import ObservationsRefused

ROW_COLUMNS = ("area", "period", "value", "status", "published", "decimals", "unit", "multiplier")
"""The columns of a stored observation; its series is that of the batch."""

_SHAPE = "Give a frame with the columns and dtypes of indicators.register.observation.OBSERVATION_COLUMNS."


def checked(series_id: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with exactly the declared columns and dtypes, all rows of ``series_id``.

    The order of rows and repeated rows are kept. Raises ObservationsRefused.
    """
    where = f"series {series_id}"
    absent = [name for name in OBSERVATION_COLUMNS if name not in frame.columns]
    if absent:
        raise ObservationsRefused(f"the frame lacks {', '.join(absent)}", where, _SHAPE)
    taken = frame[list(OBSERVATION_COLUMNS)].reset_index(drop=True)
    text = [name for name, kind in OBSERVATION_COLUMNS.items() if kind == "str"]
    empty = [name for name in OBSERVATION_COLUMNS if name != "value" and taken[name].isna().any()]
    if empty:
        raise ObservationsRefused(f"{', '.join(empty)} must have a value in every row", where, _SHAPE)
    try:
        taken = taken.astype(OBSERVATION_COLUMNS)
    except (TypeError, ValueError) as error:
        raise ObservationsRefused(f"a column has another type: {error}", where, _SHAPE) from error
    strange = sorted(set(taken["series"].unique()) - {series_id})
    if strange:
        raise ObservationsRefused(f"the frame has rows of other series: {', '.join(strange[:3])}", where, _SHAPE)
    if any("\x00" in written for name in text for written in taken[name].unique()):
        raise ObservationsRefused("a text holds a NUL character, which no database keeps", where, _SHAPE)
    if np.isinf(taken["value"]).any():
        raise ObservationsRefused("a value is infinite", where, "Refuse it in the connector: it is no figure.")
    taken["value"] = taken["value"] + 0.0  # a negative zero would come back from a database as zero
    return taken


def content_hash(frame: pd.DataFrame) -> str:
    """SHA-256 of a set of observations: the order of rows does not matter, repeated rows do.

    Every column counts, floats by their shortest exact text, so that equal hashes mean equal frames.
    Unit and multiplier count where the source names any: a source that begins to name them brings
    another content, one that never did keeps the hash that it had before they were read.
    """
    said = (frame["unit"] != "").any() or (frame["multiplier"] != 0).any()
    left_out = {"value"} if said else {"value", "unit", "multiplier"}
    columns = [frame[name].tolist() for name in OBSERVATION_COLUMNS if name not in left_out]
    rows = sorted(zip(*columns, map(repr, frame["value"].tolist()), strict=True))
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def to_rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Tuples of ROW_COLUMNS for an insert, by area and period; NaN becomes None.

    Sorted, because both databases keep observations in that order and write it fastest.
    """
    columns = {name: frame[name].tolist() for name in ROW_COLUMNS}
    columns["value"] = [None if math.isnan(value) else value for value in columns["value"]]
    rows = list(zip(*columns.values(), strict=True))
    rows.sort(key=itemgetter(0, 1))
    return rows


def from_rows(series_id: str, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Rows of ROW_COLUMNS as a frame of OBSERVATION_COLUMNS, in the order given."""
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(ROW_COLUMNS))
    frame.insert(0, "series", series_id)
    return frame[list(OBSERVATION_COLUMNS)].astype(OBSERVATION_COLUMNS)

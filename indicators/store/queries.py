"""What was known on a day: vintages, observations, revisions, refusals.

Of the published batches of a series in order of (known from, decision), each whose content differs
from the one before it is a vintage. The one in force on a day is the last that was known by then.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import CTE, ColumnElement, Connection, and_, func, not_, or_, select

from indicators.register.observation import OBSERVATION_COLUMNS, in_full
from indicators.store.batch import Batch, RawRecord, Refusal, Vintage
from indicators.store.content import ROW_COLUMNS, from_rows
from indicators.store.publishing import require
from indicators.store.tables import (
    PUBLISHED,
    QUARANTINED,
    batches,
    contents,
    observations,
    raw_parts,
    staged_observations,
)

KNOWN_COLUMNS = OBSERVATION_COLUMNS | {
    "vintage": "str",
    "known_from": "object",
    "raw_sha256": "str",
    "grade": "str",
}
"""Columns of what ``known`` gives: the observations and the vintage that brought each of them."""

_OF_VINTAGE = {
    "series": "series_id",
    "vintage": "id",
    "known_from": "known_from",
    "raw_sha256": "raw_sha256",
    "grade": "grade",
}


def known(connection: Connection, series_ids: Collection[str], as_of: date) -> pd.DataFrame:
    """Observations of the vintages in force on a day, two queries for all series.

    Sorted by series, area and period; series without a vintage by then have no rows.
    """
    vintage = _vintages(series_ids, as_of)
    in_force = connection.execute(
        select(vintage.c.content_id, *(vintage.c[name] for name in _OF_VINTAGE.values()))
        .where(vintage.c.recency == 1)
        .order_by(vintage.c.series_id)
    ).all()
    found = connection.execute(
        select(observations.c.content_id, *(observations.c[name] for name in ROW_COLUMNS))
        .where(observations.c.content_id.in_([row.content_id for row in in_force]))
        # In the order of the key, so that the database sorts nothing; a content belongs to one series only.
        .order_by(observations.c.content_id, observations.c.area, observations.c.period)
    )
    # The driver's tuples: a Row object for each observation takes longer than all else here.
    rows = found.cursor.fetchall()
    held, *columns = zip(*rows, strict=True) if rows else [()] * (1 + len(ROW_COLUMNS))
    contents_held, wanted = np.array(held, dtype="int64"), np.array([row.content_id for row in in_force], dtype="int64")
    first, last = (np.searchsorted(contents_held, wanted, side) for side in ("left", "right"))
    place = np.concatenate([np.arange(0), *map(np.arange, first, last)])
    arrays = {name: _array(values, name)[place] for name, values in zip(ROW_COLUMNS, columns, strict=True)}
    for name, source in _OF_VINTAGE.items():
        arrays[name] = np.repeat(_array([getattr(row, source) for row in in_force], name), last - first)
    return pd.DataFrame({name: pd.Series(arrays[name], dtype=kind) for name, kind in KNOWN_COLUMNS.items()})


def _array(values: Sequence[Any], name: str) -> np.ndarray[Any, Any]:
    """A column of KNOWN_COLUMNS. The general conversion would look at every value for what it is."""
    kind = KNOWN_COLUMNS[name]
    return np.array(values, dtype="object" if kind in ("str", "object") else kind)


def vintages(connection: Connection, series_id: str, as_of: date | None) -> list[Vintage]:
    """The vintages of a series known by a day (None: all), oldest first."""
    vintage = _vintages([series_id], as_of)
    rows = connection.execute(
        select(
            *(vintage.c[name] for name in ("id", "series_id", "number", "known_from", "raw_sha256", "grade")),
            *(batches.c.release, batches.c.content_sha256, contents.c.rows),
        )
        .join_from(vintage, batches, batches.c.id == vintage.c.id)
        .join(contents, contents.c.id == vintage.c.content_id)
        .order_by(vintage.c.number)
    )
    return [Vintage(**row._mapping) for row in rows]


def is_vintage(connection: Connection, series_id: str, identifier: str) -> bool:
    """Whether a batch changed what is known of its series."""
    vintage = _vintages([series_id], None)
    return connection.execute(select(vintage.c.id).where(vintage.c.id == identifier)).first() is not None


def revisions(connection: Connection, series_id: str, as_of: date) -> pd.DataFrame:
    """What the vintage in force on a day changed of the one before it.

    Columns period, area, value, previous; a row for each value that the vintage before gave and this
    one gives differently. Both are told with their powers of ten: 4.9 million and 4,900 thousand are no
    revision. ``value`` is NaN where it was withdrawn. New periods are not revisions.
    """
    vintage = _vintages([series_id], as_of)
    rows = connection.execute(
        select(vintage.c.recency, *(observations.c[name] for name in ("period", "area", "value", "multiplier")))
        .join_from(vintage, observations, observations.c.content_id == vintage.c.content_id)
        .where(vintage.c.recency <= 2)
    ).all()
    now, before = (
        {
            (row.period, row.area): None if row.value is None else in_full(row.value, row.multiplier)
            for row in rows
            if row.recency == recency
        }
        for recency in (1, 2)
    )
    changed = [
        (period, area, now.get((period, area)), previous)
        for (period, area), previous in sorted(before.items())
        if previous is not None and now.get((period, area)) != previous
    ]
    frame = pd.DataFrame(changed, columns=["period", "area", "value", "previous"])
    return frame.astype({"period": "str", "area": "str", "value": "float64", "previous": "float64"})


def releases(connection: Connection, series_ids: Collection[str], as_of: date, area: str) -> pd.DataFrame:
    """Every value that the vintages known by a day gave of one area: series, known_from, period, value.

    In order of series and vintage, with their powers of ten; missing values are left out.
    """
    vintage = _vintages(series_ids, as_of)
    rows = connection.execute(
        select(
            vintage.c.series_id,
            vintage.c.known_from,
            *(observations.c[name] for name in ("period", "value", "multiplier")),
        )
        .join_from(vintage, observations, observations.c.content_id == vintage.c.content_id)
        .where(observations.c.area == area, observations.c.value.is_not(None))
        .order_by(vintage.c.series_id, vintage.c.number, observations.c.period)
    ).all()
    given = [(*row[:3], in_full(row.value, row.multiplier)) for row in rows]
    return pd.DataFrame(given, columns=["series", "known_from", "period", "value"])


def refusals(connection: Connection, series_ids: Collection[str], as_of: date | None) -> list[Refusal]:
    """Quarantined batches after which nothing was published, by series and day of knowledge."""
    later = batches.alias("later")
    replaced = (
        select(later.c.id)
        .where(
            later.c.series_id == batches.c.series_id,
            later.c.state == PUBLISHED,
            *_by(later.c.known_from, as_of),
            or_(
                later.c.known_from > batches.c.known_from,
                and_(later.c.known_from == batches.c.known_from, later.c.sequence > batches.c.sequence),
            ),
        )
        .exists()
    )
    rows = connection.execute(
        select(batches.c.id, batches.c.series_id, batches.c.known_from, batches.c.release, batches.c.verdict)
        .where(
            batches.c.state == QUARANTINED,
            batches.c.series_id.in_(series_ids),
            *_by(batches.c.known_from, as_of),
            not_(replaced),
        )
        .order_by(batches.c.series_id, batches.c.known_from, batches.c.sequence)
    )
    return [Refusal(row.id, row.series_id, row.known_from, row.release, json.loads(row.verdict)) for row in rows]


def batch(connection: Connection, identifier: str) -> Batch:
    """A batch with its raw parts and observations; UnknownBatch where there is none."""
    row = require(connection, identifier)
    parts = connection.execute(
        select(*(raw_parts.c[name] for name in ("sha256", "url", "media_type", "retrieved", "size")))
        .where(raw_parts.c.batch_id == identifier)
        .order_by(raw_parts.c.ordinal)
    )
    return Batch(
        id=row.id,
        series_id=row.series_id,
        source_id=row.source_id,
        known_from=row.known_from,
        release=row.release,
        content_sha256=row.content_sha256,
        raw_sha256=row.raw_sha256,
        raw=tuple(RawRecord(*part) for part in parts),
        state=row.state,
        verdict=None if row.verdict is None else json.loads(row.verdict),
        grade=row.grade,
        observations=from_rows(row.series_id, observation_rows(connection, row.id, row.content_id)),
    )


def observation_rows(connection: Connection, identifier: str, content_id: int | None) -> list[Any]:
    """Rows of ROW_COLUMNS of a batch, staged (``content_id`` None) or settled, by area and period."""
    if content_id is None:
        held, mine = staged_observations, staged_observations.c.batch_id == identifier
        order = [held.c.area, held.c.period, held.c.ordinal]
    else:
        held, mine = observations, observations.c.content_id == content_id
        order = [held.c.area, held.c.period]
    return list(connection.execute(select(*(held.c[name] for name in ROW_COLUMNS)).where(mine).order_by(*order)))


def _vintages(series_ids: Collection[str], as_of: date | None) -> CTE:
    """Vintages known by a day, with ``number`` from the oldest and ``recency`` from the newest."""
    order = (batches.c.known_from, batches.c.sequence)
    published = (
        select(
            # As few columns as every question needs: the databases carry them from window to window.
            *(batches.c[name] for name in (*_OF_VINTAGE.values(), "sequence", "content_id")),
            func.lag(batches.c.content_id)
            .over(partition_by=batches.c.series_id, order_by=order)
            .label("content_before"),
        )
        .where(batches.c.state == PUBLISHED, batches.c.series_id.in_(series_ids), *_by(batches.c.known_from, as_of))
        .cte("published")
    )
    oldest = (published.c.known_from, published.c.sequence)
    newest = tuple(column.desc() for column in oldest)
    return (
        select(
            published,
            func.row_number().over(partition_by=published.c.series_id, order_by=oldest).label("number"),
            func.row_number().over(partition_by=published.c.series_id, order_by=newest).label("recency"),
        )
        .where(or_(published.c.content_before.is_(None), published.c.content_before != published.c.content_id))
        .cte("vintage")
    )


def _by(column: ColumnElement[date], as_of: date | None) -> list[ColumnElement[bool]]:
    return [] if as_of is None else [column <= as_of]

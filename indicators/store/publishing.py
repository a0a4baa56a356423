"""From a collected release to a vintage: stage, judge, publish or quarantine.

Functions of an open write transaction that holds the lock of the batch's series.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, func, insert, select, update

from indicators.store.batch import RawRecord
from indicators.store.bulk import insert_rows
from indicators.store.content import ROW_COLUMNS, content_hash, to_rows
from indicators.store.errors import (
    AlreadyPublished,
    BatchQuarantined,
    DuplicateObservations,
    NotChecked,
    UnknownBatch,
    VerdictRefused,
)
from indicators.store.tables import (
    PUBLISHED,
    QUARANTINED,
    STAGED,
    batches,
    contents,
    observations,
    raw_parts,
    staged_observations,
)

_log = logging.getLogger(__name__)


def batch_id(series_id: str, known_from: date, content_sha256: str) -> str:
    """The id of a release: the same content of a series, known from the same day, is the same batch."""
    return f"{series_id}@{known_from.isoformat()}.{content_sha256[:12]}"


def series_of(identifier: str) -> str:
    """The series that a batch id names."""
    return identifier.rpartition("@")[0]


def stage(
    connection: Connection,
    *,
    series_id: str,
    source_id: str,
    known_from: date,
    release: str,
    frame: pd.DataFrame,
    raw_sha256: str,
    raw: Sequence[RawRecord],
) -> str:
    """Keep a release for the checks; staging it again changes nothing. Returns the batch id."""
    sha256 = content_hash(frame)
    identifier = batch_id(series_id, known_from, sha256)
    if connection.execute(select(batches.c.id).where(batches.c.id == identifier)).first():
        return identifier
    _look_at_the_clock(connection, series_id, known_from)
    rows = to_rows(frame)
    content_id = settle(connection, series_id, sha256, rows)
    connection.execute(
        insert(batches).values(
            id=identifier,
            series_id=series_id,
            source_id=source_id,
            known_from=known_from,
            release=release,
            content_sha256=sha256,
            content_id=content_id,
            raw_sha256=raw_sha256,
            state=STAGED,
            grade="",
        )
    )
    keep_parts(connection, identifier, raw, [] if content_id is not None else rows)
    return identifier


def _look_at_the_clock(connection: Connection, series_id: str, known_from: date) -> None:
    """Warn of a release dated before one that is published: found late, or dated by a clock that was set back."""
    mine = (batches.c.series_id == series_id, batches.c.state == PUBLISHED)
    latest = connection.execute(select(func.max(batches.c.known_from)).where(*mine)).scalar()
    if latest is not None and latest > known_from:
        _log.warning(
            "a release of %s is dated %s, before that of %s, which stays in force: "
            "nothing is lost, but check this machine's clock unless the release was found late",
            series_id,
            known_from,
            latest,
        )


def keep_parts(
    connection: Connection, identifier: str, raw: Sequence[RawRecord], staged: Sequence[tuple[Any, ...]]
) -> None:
    """What hangs on a batch: its raw parts and, where it has no content, its tuples of ROW_COLUMNS."""
    connection.execute(
        insert(raw_parts),
        [{"batch_id": identifier, "ordinal": ordinal, **asdict(part)} for ordinal, part in enumerate(raw)],
    )
    numbered = ((identifier, ordinal, *row) for ordinal, row in enumerate(staged))
    insert_rows(connection, staged_observations, ("batch_id", "ordinal", *ROW_COLUMNS), numbered)


def settle(connection: Connection, series_id: str, sha256: str, rows: Sequence[tuple[Any, ...]]) -> int | None:
    """Keep a content once however many batches repeat it and return its id.

    ``rows`` are sorted tuples of ROW_COLUMNS. None, and nothing kept, where an area and period have
    several observations: such a batch may be looked at but never published.
    """
    known = connection.execute(select(contents.c.id).where(contents.c.sha256 == sha256)).scalar_one_or_none()
    if known is not None:
        return known
    if any(row[:2] == following[:2] for row, following in pairwise(rows)):
        return None
    content_id: int = connection.execute(
        insert(contents).values(series_id=series_id, sha256=sha256, rows=len(rows)).returning(contents.c.id)
    ).scalar_one()
    insert_rows(connection, observations, ("content_id", *ROW_COLUMNS), ((content_id, *row) for row in rows))
    return content_id


def set_verdict(connection: Connection, identifier: str, verdict: Mapping[str, Any]) -> None:
    """Record what the checks found. A quarantined batch that is judged anew is staged again."""
    batch = require(connection, identifier)
    values: dict[str, Any] = _verdict_values(identifier, verdict)
    if batch.state == QUARANTINED:
        values |= {"state": STAGED, "sequence": None}
    connection.execute(update(batches).where(batches.c.id == identifier).values(values))


def quarantine(connection: Connection, identifier: str, verdict: Mapping[str, Any]) -> None:
    """Refuse a batch with the evidence; batch and raw bytes stay, the last good vintage stays in force."""
    batch = require(connection, identifier)
    if batch.state == PUBLISHED:
        raise AlreadyPublished(
            "a published vintage cannot be quarantined",
            identifier,
            "Publish a corrected release of the series; vintages are never taken back.",
        )
    values = _verdict_values(identifier, verdict)
    if batch.state != QUARANTINED:
        values |= {"state": QUARANTINED, "sequence": _next_sequence(connection, batch.series_id)}
    connection.execute(update(batches).where(batches.c.id == identifier).values(values))


def publish(connection: Connection, identifier: str) -> None:
    """Make a judged batch part of what is known; publishing it again changes nothing.

    Raises NotChecked, BatchQuarantined, DuplicateObservations or UnknownBatch.
    """
    batch = require(connection, identifier)
    if batch.state == PUBLISHED:
        return
    if batch.verdict is None:
        raise NotChecked(
            "the batch has no verdict, so nobody knows whether it may be published",
            identifier,
            "Check it and record the verdict with set_verdict first.",
        )
    if batch.state == QUARANTINED or json.loads(batch.verdict).get("quarantine", False):
        raise BatchQuarantined(
            "the checks refused this batch",
            identifier,
            "Read its verdict; correct the register or wait for the source, check again, then publish.",
        )
    if batch.content_id is None:
        raise _duplicates(connection, identifier)
    connection.execute(
        update(batches)
        .where(batches.c.id == identifier)
        .values(state=PUBLISHED, sequence=_next_sequence(connection, batch.series_id))
    )


def require(connection: Connection, identifier: str) -> Row[Any]:
    """The row of a batch; UnknownBatch where there is none."""
    row = connection.execute(select(batches).where(batches.c.id == identifier)).one_or_none()
    if row is None:
        raise UnknownBatch(
            f"the store has no batch or vintage {identifier!r}", "batches", "Stage the series first, or check the id."
        )
    return row


def _duplicates(connection: Connection, identifier: str) -> DuplicateObservations:
    staged = staged_observations.c
    repeated = connection.execute(
        select(staged.area, staged.period)
        .where(staged.batch_id == identifier)
        .group_by(staged.area, staged.period)
        .having(func.count() > 1)
        .order_by(staged.area, staged.period)
    ).all()
    named = ", ".join(f"{area} {period}" for area, period in repeated[:5])
    return DuplicateObservations(
        f"{len(repeated)} area-periods have more than one observation: {named}",
        identifier,
        "Quarantine the batch; narrow the key of the series in the register so that one value a period remains.",
    )


def _next_sequence(connection: Connection, series_id: str) -> int:
    highest = connection.execute(select(func.max(batches.c.sequence)).where(batches.c.series_id == series_id)).scalar()
    return (highest or 0) + 1


def _verdict_values(identifier: str, verdict: Mapping[str, Any]) -> dict[str, Any]:
    grade = verdict.get("grade")
    if not isinstance(grade, str):
        raise VerdictRefused(
            "the verdict has no grade", identifier, "Give the verdict as the checks write it, with its letter."
        )
    text = json.dumps(dict(verdict), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return {"verdict": text, "grade": grade}

"""Counting the store again: does everything still have the content that its hash promises?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from indicators.store import documents, queries
from indicators.store.archive import Archive
from indicators.store.content import content_hash, from_rows
from indicators.store.errors import StoreCorrupted, StoreError
from indicators.store.tables import batches, contents, observations, raw_parts
from indicators.store.tables import documents as documents_table

_RESTORE = "Restore it from a backup; until then, figures that rest on it cannot be verified."


def problems(connection: Connection, archive: Archive) -> Iterator[StoreError]:
    """Re-hash the archive, every content, every staged batch and every document; one error each."""
    yield from archive.problems()
    yield from absent_bodies(connection, archive)
    yield from _altered_contents(connection)
    for kind, key in connection.execute(
        select(documents_table.c.kind, documents_table.c.key).order_by(documents_table.c.kind, documents_table.c.key)
    ):
        try:
            documents.get(connection, kind, key)
        except StoreCorrupted as error:
            yield error


def absent_bodies(connection: Connection, archive: Archive) -> Iterator[StoreError]:
    """An error for each raw response that a batch names and the archive does not have."""
    named = (
        select(batches.c.id, batches.c.raw_sha256.label("sha256"))
        .union(select(raw_parts.c.batch_id, raw_parts.c.sha256))
        .subquery()
    )
    rows = connection.execute(
        select(named.c.sha256, func.min(named.c.id)).group_by(named.c.sha256).order_by(named.c.sha256)
    )
    for sha256, batch in rows:
        if sha256 not in archive:
            yield StoreCorrupted(
                f"the archive lacks the raw response {sha256}", f"batch {batch}, archive {archive.root}", _RESTORE
            )


def _altered_contents(connection: Connection) -> Iterator[StoreError]:
    settled = select(contents.c.id, contents.c.series_id, contents.c.sha256, contents.c.rows).order_by(contents.c.id)
    for content_id, series_id, sha256, count in connection.execute(settled).all():
        frame = from_rows(series_id, queries.observation_rows(connection, "", content_id))
        if len(frame) != count or content_hash(frame) != sha256:
            yield StoreCorrupted(
                f"{len(frame)} observations no longer are the {count} that were published",
                f"content {sha256} of series {series_id}",
                _RESTORE,
            )
    strays = select(observations.c.content_id).where(observations.c.content_id.not_in(select(contents.c.id))).distinct()
    for content_id in connection.execute(strays.order_by(observations.c.content_id)).scalars().all():
        yield StoreCorrupted("there are observations of no content", f"observations of {content_id}", _RESTORE)
    waiting = select(batches.c.id, batches.c.series_id, batches.c.content_sha256).where(batches.c.content_id.is_(None))
    for identifier, series_id, sha256 in connection.execute(waiting.order_by(batches.c.id)).all():
        frame = from_rows(series_id, queries.observation_rows(connection, identifier, None))
        if content_hash(frame) != sha256:
            yield StoreCorrupted("the staged observations were altered", f"batch {identifier}", _RESTORE)

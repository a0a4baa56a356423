"""Removing what nothing needs: never a published or refused batch, never what a document cites.

What can be removed: a staged batch whose series has since been published or refused with a later
release; a raw body that no batch names and no document cites; the unfinished file of a killed run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, union

from indicators.store.archive import Archive
from indicators.store.batch import PARTS_BEGIN
from indicators.store.database import Database
from indicators.store.errors import ArchiveCorrupted
from indicators.store.tables import STAGED, batches, contents, documents, observations, raw_parts, staged_observations

_SHA256 = re.compile(rb"\b[0-9a-f]{64}\b")
_LARGEST_LIST = 10_000_000
"""Bytes in the archive. A cited body up to this size may be a list of parts, which are cited with it."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, or would be: batch ids, hashes of raw bodies, unfinished files; ``size`` in
    bytes in the archive."""

    staged: tuple[str, ...]
    bodies: tuple[str, ...]
    temporary: tuple[str, ...]
    size: int


def prune(database: Database, archive: Archive, remove: bool) -> Pruned:
    """Find, and with ``remove`` remove, what nothing needs; safe beside running collectors.

    A body that only a leftover batch names goes with it. Killed half-way it leaves less to remove.
    """
    with database.reading() as connection:
        leftovers = _leftovers(connection)
        if not remove:
            return _unneeded(connection, archive, [identifier for _, identifier in leftovers])
    removed = []
    for series_id in dict.fromkeys(series_id for series_id, _ in leftovers):
        with database.writing(series_id) as connection:
            # Asked again: since the first look a batch may have been published.
            mine = [identifier for series, identifier in _leftovers(connection, series_id)]
            _remove_batches(connection, mine)
        removed += mine
    # A collector names its bodies under the same lock, so that none of them is removed in between.
    with database.alone_with_archive() as connection:
        found = _unneeded(connection, archive, removed)
        for sha256 in found.bodies:
            archive.remove(sha256)
        for name in found.temporary:
            archive.place.remove_abandoned(name)
    return found


def _leftovers(connection: Connection, series_id: str | None = None) -> list[tuple[str, str]]:
    """Series and id of each staged batch that a later release of its series has overtaken."""
    decided = (
        select(batches.c.series_id, func.max(batches.c.known_from).label("day"))
        .where(batches.c.state != STAGED)
        .group_by(batches.c.series_id)
        .subquery()
    )
    query = (
        select(batches.c.series_id, batches.c.id)
        .join(decided, decided.c.series_id == batches.c.series_id)
        .where(batches.c.state == STAGED, batches.c.known_from < decided.c.day)
        .order_by(batches.c.series_id, batches.c.id)
    )
    if series_id is not None:
        query = query.where(batches.c.series_id == series_id)
    return [(series, identifier) for series, identifier in connection.execute(query)]


def _remove_batches(connection: Connection, identifiers: list[str]) -> None:
    """Remove staged batches of one series, and the contents that no other batch has."""
    held = select(batches.c.content_id).where(batches.c.id.in_(identifiers), batches.c.content_id.is_not(None))
    content_ids = set(connection.execute(held).scalars())
    for part in (raw_parts, staged_observations):
        connection.execute(delete(part).where(part.c.batch_id.in_(identifiers)))
    connection.execute(delete(batches).where(batches.c.id.in_(identifiers)))
    kept = select(batches.c.content_id).where(batches.c.content_id.in_(content_ids))
    unused = content_ids - set(connection.execute(kept).scalars())
    connection.execute(delete(observations).where(observations.c.content_id.in_(unused)))
    connection.execute(delete(contents).where(contents.c.id.in_(unused)))


def _unneeded(connection: Connection, archive: Archive, without: list[str]) -> Pruned:
    """Bodies and unfinished files that nothing needs where the batches ``without`` are not counted."""
    others = set(without)
    named = union(select(batches.c.id, batches.c.raw_sha256), select(raw_parts.c.batch_id, raw_parts.c.sha256))
    needed = {sha256 for identifier, sha256 in connection.execute(named) if identifier not in others}
    for sha256 in _cited(connection) - needed:
        needed |= {sha256} | _parts(archive, sha256)
    bodies = tuple(sha256 for sha256 in archive.hashes() if sha256 not in needed)
    temporary = tuple(archive.place.abandoned())
    size = sum(map(archive.size, bodies)) + sum(map(archive.place.size, temporary))
    return Pruned(tuple(without), bodies, temporary, size)


def _cited(connection: Connection) -> set[str]:
    """Every SHA-256 that is written in a document, read one document at a time."""
    keys = connection.execute(select(documents.c.kind, documents.c.key)).all()
    found: set[str] = set()
    for kind, key in keys:
        body = connection.execute(
            select(documents.c.body).where(documents.c.kind == kind, documents.c.key == key)
        ).scalar_one()
        found.update(match.decode() for match in _SHA256.findall(bytes(body)))
    return found


def _parts(archive: Archive, sha256: str) -> set[str]:
    """Hashes that a cited body lists; empty where it is no list of parts, or is not in the archive."""
    if sha256 not in archive or archive.size(sha256) > _LARGEST_LIST:
        return set()
    try:
        body = archive.get(sha256)
    except ArchiveCorrupted:
        return set()  # the file itself stays; verify names it
    return {match.decode() for match in _SHA256.findall(body)} if body.startswith(PARTS_BEGIN) else set()

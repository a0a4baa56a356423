"""Removing what nothing needs: never a published or refused batch, never what a document cites.

What can be removed: a staged batch whose series has since been published or refused with a later
release; a raw body that no batch names and no document cites; the unfinished file of a killed run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, union

from indicators.store.archive import Archive
from indicators.store.database import Database
from indicators.store.errors import ArchiveCorrupted, ArchiveMissing
from indicators.store.tables import STAGED, batches, contents, documents, observations, raw_parts, staged_observations

_SHA256 = re.compile(rb"\b[0-9a-f]{64}\b")
_LARGEST_LIST = 10_000_000
"""Bytes. A cited body below this size may be a list of parts, which are cited with it."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, or would be: batch ids, hashes of raw bodies, unfinished files; ``size`` in
    bytes on the disk of the archive."""

    staged: tuple[str, ...]
    bodies: tuple[str, ...]
    temporary: tuple[Path, ...]
    size: int


def prune(database: Database, archive: Archive, remove: bool) -> Pruned:
    """Find, and with ``remove`` remove, what nothing needs; safe beside running collectors.

    A body that only a leftover batch names goes with it. Killed half-way it leaves less to remove.
    """
    with database.reading() as connection:
        leftovers = _leftovers(connection)
    if remove:
        staged = tuple(_remove_batches(database, leftovers))
        removed: list[str] = []
    else:
        staged = tuple(identifier for _, identifier in leftovers)
        removed = list(staged)
    # A collector names its bodies under the same lock (shared), so that none is removed in between.
    with database.alone_with_archive() as connection:
        needed = _named(connection, removed) | _cited(connection, archive)
        bodies = tuple(sha256 for sha256 in archive.hashes() if sha256 not in needed)
        temporary = tuple(archive.abandoned())
        paths = [*map(archive.path, bodies), *temporary]
        size = sum(path.stat().st_size for path in paths)
        if remove:
            for path in paths:
                archive.remove(path)
    return Pruned(staged, bodies, temporary, size)


def _leftovers(connection: Connection) -> list[tuple[str, str]]:
    """Series and id of each staged batch that a later release of its series has overtaken."""
    latest = (
        select(batches.c.series_id, func.max(batches.c.known_from).label("day"))
        .where(batches.c.state != STAGED)
        .group_by(batches.c.series_id)
        .subquery()
    )
    overtaken = (
        select(batches.c.series_id, batches.c.id)
        .join(latest, latest.c.series_id == batches.c.series_id)
        .where(batches.c.state == STAGED, batches.c.known_from < latest.c.day)
        .order_by(batches.c.series_id, batches.c.id)
    )
    named = {text for (body,) in connection.execute(select(documents.c.body)) for text in _quoted(bytes(body))}
    return [(series, identifier) for series, identifier in connection.execute(overtaken) if identifier not in named]

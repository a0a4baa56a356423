"""A whole store as one file, which anyone can read with ``tar`` and ``sha256sum -c SHA256SUMS``.

The file is an uncompressed tar with these members, in this order:

* ``export.json``: format, version, and how many of everything there are;
* ``contents.jsonl``: a line a content, with its observations as rows of ROW_COLUMNS;
* ``batches.jsonl``: a line a batch, with its raw parts and, where it has no content, its staged rows;
* ``documents.jsonl``: a line a document, without its body;
* ``documents/<sha256>`` and ``bodies/<sha256>.gz``: the documents and the raw responses;
* ``SHA256SUMS``: a line a member above.

Nothing in it depends on the database, the day or the user, so equal stores give equal files (made with
the same zlib, which compressed the raw responses).
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, func, select

from indicators.store import audit, documents, queries
from indicators.store.archive import Archive
from indicators.store.content import ROW_COLUMNS
from indicators.store.errors import StoreCorrupted, from_os_error
from indicators.store.tables import batches, contents, raw_parts, staged_observations
from indicators.store.tables import documents as documents_table

FORMAT = "oryndau-store"
VERSION = 2
"""Version 2 has the unit and the multiplier of each observation."""

DESCRIPTION, CONTENTS, BATCHES, DOCUMENTS = "export.json", "contents.jsonl", "batches.jsonl", "documents.jsonl"
DOCUMENT_FOLDER, BODY_FOLDER, SUMS = "documents/", "bodies/", "SHA256SUMS"

BATCH_COLUMNS = (
    *("id", "series_id", "source_id", "known_from", "release", "content_sha256", "raw_sha256"),
    *("state", "sequence", "verdict", "grade"),
)
PART_COLUMNS = ("sha256", "url", "media_type", "retrieved", "size")


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds; ``bodies`` are raw responses in the archive."""

    contents: int
    observations: int
    batches: int
    documents: int
    bodies: int


def write(connection: Connection, archive: Archive, path: Path) -> Counts:
    """Export what a read transaction sees; see the module. The file appears whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise from_os_error(error, str(path)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            counts = _write_members(connection, archive, file, path.parent)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise from_os_error(error, str(path)) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return counts


def _write_members(connection: Connection, archive: Archive, file: BinaryIO, folder: Path) -> Counts:
    kept = connection.execute(
        select(documents_table.c.kind, documents_table.c.key, documents_table.c.sha256).order_by(
            documents_table.c.kind, documents_table.c.key
        )
    ).all()
    for problem in audit.absent_bodies(connection, archive):
        raise problem
    bodies = list(archive.hashes())
    counts = _counts(connection, len(bodies))
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
        sums: list[str] = []

        def add(name: str, pieces: Iterable[bytes]) -> None:
            sums.append(f"{_add(tar, name, pieces, folder)}  {name}\n")

        add(DESCRIPTION, [_line({"format": FORMAT, "version": VERSION, "counts": asdict(counts)})])
        add(CONTENTS, _content_lines(connection))
        add(BATCHES, _batch_lines(connection))
        add(DOCUMENTS, (_line({"kind": kind, "key": key, "sha256": sha256}) for kind, key, sha256 in kept))
        for sha256, (kind, key) in sorted({sha256: (kind, key) for kind, key, sha256 in kept}.items()):
            add(DOCUMENT_FOLDER + sha256, [_document(connection, kind, key)])
        for sha256 in bodies:
            packed, _ = archive.packed(sha256)  # verified: a damaged one must not travel
            add(f"{BODY_FOLDER}{sha256}.gz", [packed])
        _add(tar, SUMS, [line.encode() for line in sums], folder)
    return counts


def _add(tar: tarfile.TarFile, name: str, pieces: Iterable[bytes], folder: Path) -> str:
    """Append a member, through a file on the disk as its size comes first; returns its SHA-256."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile(dir=folder) as held:
        for piece in pieces:
            digest.update(piece)
            held.write(piece)
        member = tarfile.TarInfo(name)
        member.size = held.tell()
        member.mode = 0o644
        held.seek(0)
        tar.addfile(member, held)
    return digest.hexdigest()


def _counts(connection: Connection, bodies: int) -> Counts:
    def ask(query: Any) -> int:
        return int(connection.execute(query).scalar_one() or 0)

    return Counts(
        contents=ask(select(func.count()).select_from(contents)),
        observations=ask(select(func.sum(contents.c.rows))),
        batches=ask(select(func.count()).select_from(batches)),
        documents=ask(select(func.count()).select_from(documents_table)),
        bodies=bodies,
    )


def _content_lines(connection: Connection) -> Iterator[bytes]:
    settled = select(contents.c.id, contents.c.series_id, contents.c.sha256).order_by(contents.c.sha256)
    for content_id, series_id, sha256 in connection.execute(settled).all():
        rows = [list(row) for row in queries.observation_rows(connection, "", content_id)]
        yield _line({"series_id": series_id, "sha256": sha256, "observations": rows})


def _batch_lines(connection: Connection) -> Iterator[bytes]:
    taken = select(*(batches.c[name] for name in BATCH_COLUMNS), batches.c.content_id).order_by(batches.c.id)
    for batch in connection.execute(taken).all():
        parts = connection.execute(
            select(*(raw_parts.c[name] for name in PART_COLUMNS))
            .where(raw_parts.c.batch_id == batch.id)
            .order_by(raw_parts.c.ordinal)
        )
        line = {name: getattr(batch, name) for name in BATCH_COLUMNS}
        line["parts"] = [dict(part._mapping) for part in parts]
        line["staged"] = None
        if batch.content_id is None:
            staged = staged_observations.c
            rows = connection.execute(
                select(*(staged[name] for name in ROW_COLUMNS))
                .where(staged.batch_id == batch.id)
                .order_by(staged.ordinal)
            )
            line["staged"] = [list(row) for row in rows]
        yield _line(line)


def _document(connection: Connection, kind: str, key: str) -> bytes:
    body = documents.get(connection, kind, key)
    if body is None:
        raise StoreCorrupted("a document vanished while it was read", f"{kind} {key}", "Repeat the export.")
    return body


def _line(data: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_iso)
    return text.encode() + b"\n"


def _iso(value: Any) -> str:
    iso: Callable[[], str] = value.isoformat
    return iso()

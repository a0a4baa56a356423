"""Taking an export into an empty store. Nothing in the file is believed: every hash is computed again.

Members are read as streams under the few names that an export has and are never unpacked by name, so
paths, links and devices in a hostile file lead nowhere; sizes are limited before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from io import BufferedReader
from math import isfinite
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from indicators.store import documents, publishing
from indicators.store.archive import Archive
from indicators.store.batch import RawRecord
from indicators.store.bulk import refresh_statistics
from indicators.store.content import ROW_COLUMNS, content_hash, from_rows
from indicators.store.database import Database
from indicators.store.errors import ExportRefused, StoreNotEmpty, from_os_error
from indicators.store.exporting import (
    BATCH_COLUMNS,
    BATCHES,
    BODY_FOLDER,
    CONTENTS,
    DESCRIPTION,
    DOCUMENT_FOLDER,
    DOCUMENTS,
    FORMAT,
    PART_COLUMNS,
    SUMS,
    VERSION,
    Counts,
)
from indicators.store.tables import PUBLISHED, QUARANTINED, STAGED, batches, contents
from indicators.store.tables import documents as documents_table

LARGEST_BODY = 1 << 29
"""Bytes of one unpacked raw response or document (512 MiB)."""

LARGEST_LINE = 1 << 29
"""Bytes of one line: a content with some five million observations."""

_NAME = re.compile(
    rf"{DESCRIPTION}|{CONTENTS}|{BATCHES}|{DOCUMENTS}|{SUMS}"
    rf"|{DOCUMENT_FOLDER}[0-9a-f]{{64}}|{BODY_FOLDER}[0-9a-f]{{64}}\.gz"
)
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)")
_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "series_id", "source_id", "known_from", "release"), str),
    **dict.fromkeys(("content_sha256", "raw_sha256", "state", "grade", "sha256", "url", "media_type"), str),
    **dict.fromkeys(("kind", "key"), str),
    **dict.fromkeys(("verdict", "retrieved"), (str, type(None))),
    "sequence": (int, type(None)),
    "size": int,
    "parts": list,
    "staged": (list, type(None)),
    "observations": list,
}
_ROW_TYPES: tuple[type | tuple[type, ...], ...] = (str, str, (float, type(None)), str, str, int, str, int)


def load(database: Database, archive: Archive, path: Path) -> Counts:
    """Load an export: the database in one transaction, the bodies before it.

    Cut short, it leaves an empty database and bodies that the next attempt finds. Raises ExportRefused,
    StoreNotEmpty, or what the disk and the database raise.
    """
    with _opened(path) as tar:
        members = _checked_members(tar, path)
        announced = _description(tar, members[DESCRIPTION], path)
        with _consistent(path), database.alone_with_archive() as connection:
            _require_empty(connection, database)
            bodies = _take_bodies(tar, members, archive, path)
            found = _take_contents(connection, _lines(tar, members[CONTENTS], path), path)
            found = replace(
                found,
                batches=_take_batches(connection, _lines(tar, members[BATCHES], path), bodies, path),
                documents=_take_documents(connection, tar, members, path),
                bodies=len(bodies),
            )
            if found != announced:
                raise _refused(f"it holds {asdict(found)} and announces {asdict(announced)}", path)
            refresh_statistics(connection)
    return found


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise _refused(f"it is not a whole tar file: {error}", path) from error
    except FileNotFoundError as error:
        raise ExportRefused(
            "there is no such file", str(path), "Name the file that `oryndau store export` wrote."
        ) from error
    except OSError as error:
        raise from_os_error(error, str(path)) from error


@contextmanager
def _consistent(path: Path) -> Iterator[None]:
    """What the database itself refuses, such as two batches with one id, is a fault of the file."""
    try:
        yield
    except (IntegrityError, DataError, UnicodeEncodeError) as error:
        raise _refused(f"its lines do not go together: {error}", path) from error


def _checked_members(tar: tarfile.TarFile, path: Path) -> dict[str, tarfile.TarInfo]:
    """The members by name: known names, plain files, each once, each with its sum."""
    members: dict[str, tarfile.TarInfo] = {}
    sums: dict[str, str] = {}
    for member in tar:
        if not _NAME.fullmatch(member.name) or not member.isreg() or member.issparse():
            raise _refused(f"{member.name[:200]!r} does not belong into an export", path)
        if member.name in members:
            raise _refused(f"{member.name} is there twice", path)
        members[member.name] = member
        sums[member.name] = _sha256(_stream(tar, member))
    absent = {DESCRIPTION, CONTENTS, BATCHES, DOCUMENTS, SUMS} - set(members)
    if absent:
        raise _refused(f"{', '.join(sorted(absent))} is not there: the file was cut short or is no export", path)
    listed = {}
    for line in _text_lines(tar, members[SUMS], path):
        match = _SUM.fullmatch(line)
        if not match:
            raise _refused(f"a line of {SUMS} is not a sum", path)
        listed[match[2]] = match[1]
    del sums[SUMS], members[SUMS]
    wrong = sorted(name for name in sums.keys() | listed.keys() if sums.get(name) != listed.get(name))
    if wrong:
        raise _refused(f"{wrong[0]} does not have the hash that {SUMS} gives it ({len(wrong)} such)", path)
    return members


def _description(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> Counts:
    """What the file says it is and holds."""
    described = next(_lines(tar, member, path), {})
    if described.get("format") != FORMAT:
        raise _refused("it is not the export of a store", path)
    if described.get("version") != VERSION:
        raise ExportRefused(
            f"the export has format version {described.get('version')!r}, this software reads {VERSION}",
            str(path),
            "Open the store from which it came with this version of the software, and export it again.",
        )
    try:
        return Counts(**described["counts"])
    except (KeyError, TypeError) as error:
        raise _refused(f"{DESCRIPTION} does not say how much there is", path) from error


def _require_empty(connection: Connection, database: Database) -> None:
    for table in (batches, contents, documents_table):
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise StoreNotEmpty(
                f"the store already has {table.name}", database.where, "Load the export into a new, empty database."
            )


def _take_bodies(
    tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], archive: Archive, path: Path
) -> dict[str, int]:
    """Put every raw response into the archive; gives its size in bytes by hash."""
    sizes = {}
    for name, member in members.items():
        if not name.startswith(BODY_FOLDER):
            continue
        sha256 = name.removeprefix(BODY_FOLDER).removesuffix(".gz")
        body = _unpacked(_whole(tar, member, path), name, path)
        if hashlib.sha256(body).hexdigest() != sha256:
            raise _refused(f"{name} holds another response than its name says", path)
        archive.put(body)
        sizes[sha256] = len(body)
    return sizes


def _unpacked(packed: bytes, name: str, path: Path) -> bytes:
    """One gzip stream, never unpacked beyond LARGEST_BODY: a small file could announce any size."""
    gunzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        body = gunzip.decompress(packed, LARGEST_BODY)
    except zlib.error as error:
        raise _refused(f"{name} is damaged: {error}", path) from error
    if not gunzip.eof or gunzip.unused_data:
        raise _refused(f"{name} is not one gzip stream of at most {LARGEST_BODY} bytes", path)
    return body


def _take_contents(connection: Connection, lines: Iterator[dict[str, Any]], path: Path) -> Counts:
    count = rows_count = 0
    for line in lines:
        _require_shape(line, ("series_id", "sha256", "observations"), path)
        rows = sorted(_rows(line["observations"], line["series_id"], path), key=itemgetter(0, 1))
        _require_hash(line["series_id"], rows, line["sha256"], path)
        if publishing.settle(connection, line["series_id"], line["sha256"], rows) is None:
            raise _refused(f"content {line['sha256']} repeats an area and period", path)
        count, rows_count = count + 1, rows_count + len(rows)
    return Counts(count, rows_count, 0, 0, 0)


def _take_batches(connection: Connection, lines: Iterator[dict[str, Any]], bodies: dict[str, int], path: Path) -> int:
    held = {row.sha256: (row.id, row.series_id) for row in connection.execute(select(contents))}
    used = set()
    count = 0
    for line in lines:
        _require_shape(line, (*BATCH_COLUMNS, "parts", "staged"), path)
        day = _day(line["known_from"], path)
        series_id, sha256 = line["series_id"], line["content_sha256"]
        where = f"batch {line['id'][:200]}"
        content_id, content_series = held.get(sha256, (None, series_id))
        parts = [_part(part, path) for part in line["parts"]]
        if line["id"] != publishing.batch_id(series_id, day, sha256) or content_series != series_id:
            raise _refused(f"{where} is not the one of its series, day and content", path)
        if not parts or any(part.size != bodies.get(part.sha256) for part in parts) or line["raw_sha256"] not in bodies:
            raise _refused(f"{where} names a raw response that is not in the file", path)
        if (content_id is None) is not (line["staged"] is not None):
            raise _refused(f"{where} has no observations, or has them twice", path)
        if not _possible_state(line, content_id):
            raise _refused(f"{where} has a state, order and verdict that do not go together", path)
        values = {name: line[name] for name in BATCH_COLUMNS} | {"known_from": day, "content_id": content_id}
        connection.execute(insert(batches).values(values))
        rows = []
        if content_id is None:
            rows = _rows(line["staged"], series_id, path)
            _require_hash(series_id, rows, sha256, path)
        publishing.keep_parts(connection, line["id"], parts, rows)
        used.add(content_id)
        count += 1
    if {content_id for content_id, _ in held.values()} - used:
        raise _refused("it holds contents that no batch has", path)
    return count


def _possible_state(line: dict[str, Any], content_id: int | None) -> bool:
    verdict = line["verdict"]
    if verdict is not None:
        try:
            if json.loads(verdict)["grade"] != line["grade"]:
                return False
        except (ValueError, KeyError, TypeError):
            return False
    decided = line["sequence"] is not None and line["sequence"] > 0 and verdict is not None
    return {
        STAGED: line["sequence"] is None,
        PUBLISHED: decided and content_id is not None,
        QUARANTINED: decided,
    }.get(line["state"], False)


def _take_documents(
    connection: Connection, tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], path: Path
) -> int:
    kept = set()
    for line in _lines(tar, members[DOCUMENTS], path):
        _require_shape(line, ("kind", "key", "sha256"), path)
        member = members.get(DOCUMENT_FOLDER + line["sha256"])
        body = b"" if member is None else _whole(tar, member, path)
        if hashlib.sha256(body).hexdigest() != line["sha256"] or (line["kind"], line["key"]) in kept:
            raise _refused(f"document {line['kind']} {line['key']} is not there as announced", path)
        documents.put(connection, line["kind"], line["key"], body, line["sha256"], replace=False)
        kept.add((line["kind"], line["key"]))
    return len(kept)


def _part(part: Any, path: Path) -> RawRecord:
    _require_shape(part, PART_COLUMNS, path)
    retrieved = None if part["retrieved"] is None else _day(part["retrieved"], path)
    return RawRecord(part["sha256"], part["url"], part["media_type"], retrieved, part["size"])


def _rows(given: Sequence[Any], series_id: str, path: Path) -> list[tuple[Any, ...]]:
    for row in given:
        if (
            not isinstance(row, list)
            or len(row) != len(ROW_COLUMNS)
            or not all(_is(value, kind) for value, kind in zip(row, _ROW_TYPES, strict=True))
            or (row[2] is not None and not isfinite(row[2]))
        ):
            raise _refused(f"a row of series {series_id} is not an observation", path)
    return [tuple(row) for row in given]


def _require_hash(series_id: str, rows: Sequence[tuple[Any, ...]], sha256: str, path: Path) -> None:
    if content_hash(from_rows(series_id, rows)) != sha256:
        raise _refused(f"the observations of series {series_id} do not have the hash {sha256}", path)


def _require_shape(line: Any, names: Sequence[str], path: Path) -> None:
    if not isinstance(line, dict) or set(line) != set(names):
        raise _refused(f"a line does not have exactly the fields {', '.join(names)}", path)
    for name in names:
        if not _is(line[name], _TYPES[name]):
            raise _refused(f"{name} is {str(line[name])[:80]!r}", path)


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    """Whether a JSON value is of a kind and a database can keep it."""
    if isinstance(value, bool) or not isinstance(value, kind):
        return False
    return "\x00" not in value if isinstance(value, str) else not isinstance(value, int) or abs(value) < 2**31


def _day(text: str, path: Path) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _refused(f"{text[:40]!r} is not a day", path) from error


def _lines(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> Iterator[dict[str, Any]]:
    for text in _text_lines(tar, member, path):
        try:
            line = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _refused(f"a line of {member.name} is not JSON: {error}", path) from error
        if not isinstance(line, dict):
            raise _refused(f"a line of {member.name} is not an object", path)
        yield line


def _text_lines(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> Iterator[str]:
    stream = _stream(tar, member)
    while line := stream.readline(LARGEST_LINE + 1):
        if len(line) > LARGEST_LINE:
            raise _refused(f"a line of {member.name} is longer than {LARGEST_LINE} bytes", path)
        try:
            yield line.decode().rstrip("\n")
        except UnicodeDecodeError as error:
            raise _refused(f"{member.name} is not UTF-8", path) from error


def _whole(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> bytes:
    if member.size > LARGEST_BODY:
        raise _refused(f"{member.name} is larger than {LARGEST_BODY} bytes", path)
    return _stream(tar, member).read()


def _stream(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BufferedReader:
    stream = tar.extractfile(member)
    if not isinstance(stream, BufferedReader):
        raise tarfile.ReadError(f"{member.name} is no file")
    return stream


def _sha256(stream: BufferedReader) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _refused(what: str, path: Path) -> ExportRefused:
    return ExportRefused(
        f"the export is refused: {what}",
        str(path),
        "Nothing was loaded. Export the store again, or copy the file again.",
    )

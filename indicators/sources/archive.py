"""The archive transport: answers of sources kept as files, each with the day it became known.

The folder holds ``manifest.csv`` (columns :data:`COLUMNS`, one row an answer) and the answers.
Every file is checked against its hash when it is read, so that an altered figure cannot enter.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.register.model import SourceInfo
from indicators.sources.errors import ArchiveDamaged, SeriesMissing
from indicators.sources.exchange import PLAIN, Fetched, Manner, Transport, address, form_address

COLUMNS = ("source", "dataset", "url", "known_from", "retrieved", "media_type", "file", "sha256", "note")
"""Columns of the manifest; ``retrieved`` and ``note`` may be empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the manifest."""

    source: str
    dataset: str
    url: str
    known_from: date
    retrieved: date | None
    media_type: str
    file: str
    sha256: str


class ArchiveTransport:
    """Answers from the archive in ``root`` as they were known on ``day`` (None: all that it holds)."""

    def __init__(self, root: Path, day: date | None) -> None:
        """Reads the manifest; ArchiveDamaged names the line that cannot be read."""
        self._root = root
        self._day = day
        self._entries = _manifest(root)

    def at(self, day: date) -> ArchiveTransport:
        """The same archive as it was known on ``day``."""
        other = object.__new__(ArchiveTransport)
        other._root, other._day, other._entries = self._root, day, self._entries
        return other

    def days(self, source_id: str, dataset: str) -> list[date]:
        """Days, in order, on which a release of the dataset became known."""
        known = {e.known_from for e in self._visible() if e.source == source_id and e.dataset == dataset}
        return sorted(known)

    def releases(self, source: SourceInfo, dataset: str) -> list[Transport]:
        """One transport a release, oldest first; SeriesMissing where the archive holds none."""
        days = self.days(source.id, dataset)
        if not days:
            raise self._missing(source, f"dataset {dataset}", None)
        return [self.at(day) for day in days]

    def get(self, source: SourceInfo, path: str, params: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The latest answer known to the request; ArchiveDamaged where the file was altered."""
        return self._latest(source, address(source, path, params))

    def post(self, source: SourceInfo, path: str, form: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The latest answer known to the form; errors as for ``get``."""
        return self._latest(source, form_address(source, path, form))

    def _latest(self, source: SourceInfo, url: str) -> Fetched:
        matching = [e for e in self._visible() if e.source == source.id and e.url == url]
        if not matching:
            raise self._missing(source, "this request", url)
        entry = max(matching, key=lambda e: e.known_from)
        return Fetched(self._read(entry), url, entry.media_type, entry.retrieved, entry.known_from)

    def _visible(self) -> list[Entry]:
        return [e for e in self._entries if self._day is None or e.known_from <= self._day]

    def _read(self, entry: Entry) -> bytes:
        path = (self._root / entry.file).resolve()
        remedy = f"restore {entry.file} from version control, or correct its row in manifest.csv"
        if not path.is_relative_to(self._root.resolve()):
            raise ArchiveDamaged(f"{entry.file} lies outside the archive", source=entry.source, remedy=remedy)
        try:
            body = path.read_bytes()
        except OSError as error:
            what = f"cannot read {entry.file}: {error.strerror}"
            raise ArchiveDamaged(what, source=entry.source, url=entry.url, remedy=remedy) from error
        found = hashlib.sha256(body).hexdigest()
        if found != entry.sha256:
            what = f"{entry.file} was altered: its hash is {found[:12]}…, the manifest says {entry.sha256[:12]}…"
            raise ArchiveDamaged(what, source=entry.source, url=entry.url, remedy=remedy)
        return body

    def _missing(self, source: SourceInfo, what: str, url: str | None) -> SeriesMissing:
        when = f" known on {self._day}" if self._day else ""
        return SeriesMissing(
            f"the archive {self._root} holds no answer to {what}{when}",
            source=source.id,
            url=url,
            remedy="add the answer to the archive with a row in manifest.csv, or read the source live",
        )


def _manifest(root: Path) -> tuple[Entry, ...]:
    path = root / "manifest.csv"
    remedy = "name the folder of an archive: it holds manifest.csv and the files that it lists"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveDamaged(f"cannot read {path}: {error}", source="archive", remedy=remedy) from error
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    if tuple(header) != COLUMNS:
        what = f"{path}:1: the columns are {', '.join(header) or 'missing'}"
        raise ArchiveDamaged(what, source="archive", remedy=f"they are to be {', '.join(COLUMNS)}")
    entries = []
    for row in rows:
        if row:
            entries.append(_entry(row, f"{path}:{rows.line_num}"))
    return tuple(entries)


def _entry(row: list[str], place: str) -> Entry:
    remedy = f"write one field for each of {', '.join(COLUMNS)}; days as 2026-04-08"
    if len(row) != len(COLUMNS):
        raise ArchiveDamaged(f"{place}: {len(row)} fields, not {len(COLUMNS)}", source="archive", remedy=remedy)
    source, dataset, url, known_from, retrieved, media_type, file, sha256, _note = row
    try:
        return Entry(
            source,
            dataset,
            url,
            date.fromisoformat(known_from),
            date.fromisoformat(retrieved) if retrieved else None,
            media_type,
            file,
            sha256,
        )
    except ValueError as error:
        raise ArchiveDamaged(f"{place}: {error}", source="archive", remedy=remedy) from error

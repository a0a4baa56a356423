"""The store: raw responses, releases of series as they became known, and documents.

Two clocks: a vintage is known *from* a day, and every question is asked *as of* a day. Both days are
the caller's word: the store reads no clock. A release given an earlier day than the vintages that are
there (a collector whose clock was set back, or a release found late) is kept and takes its place among
them: answers from its day to the next vintage's change, and those of later days do not. A release given
a day to come is not known before it. Every method is safe to repeat and safe to kill; all errors are
subclasses of StoreError.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

import pandas as pd

from indicators.register.model import Region, SeriesRef
from indicators.store import audit, documents, exporting, loading, publishing, queries, schema
from indicators.store.archive import Archive
from indicators.store.batch import Batch, RawPart, RawRecord, Refusal, Vintage, list_of_parts
from indicators.store.changes import between
from indicators.store.content import checked
from indicators.store.database import Database
from indicators.store.documents import DocumentInfo
from indicators.store.errors import DaysRefused, ObservationsRefused, StoreError
from indicators.store.exporting import Counts
from indicators.store.prune import Pruned, prune
from indicators.store.segments import segmented
from indicators.store.tables import PUBLISHED


class Store:
    """A database and an archive that belong together."""

    def __init__(self, database: Database, archive: Archive):
        self.database = database
        self.archive = archive

    @classmethod
    def open(
        cls,
        url: str,
        archive: Path | str,
        *,
        archive_options: Mapping[str, str] | None = None,
        lock_timeout: float = 30.0,
    ) -> Self:
        """A store by URL (``sqlite:///path`` or ``postgresql://…``) and archive, see ``Archive.at``.

        Nothing is touched until the first call. ``lock_timeout`` in seconds: how long to wait for
        another process before StoreLocked.
        """
        return cls(Database(url, lock_timeout), Archive.at(archive, archive_options))

    def migrate(self) -> None:
        """Create the database, or bring it to the schema of this version; harmless to repeat."""
        schema.upgrade(self.database)

    # --- from a release to a vintage

    def stage(
        self,
        series_id: str,
        source_id: str,
        observations: pd.DataFrame,
        raw: Sequence[RawPart],
        known_from: date,
        release: str,
    ) -> str:
        """Keep a release for the checks and return its batch id.

        ``observations`` has OBSERVATION_COLUMNS, repeated rows included. Idempotent by (series,
        known from, content): the same release has the same id, whatever became of it since, and
        keeps the raw parts with which it came first. Raises ObservationsRefused.
        """
        frame = checked(series_id, observations)
        if not raw:
            raise ObservationsRefused(
                "no raw response was given", f"series {series_id}", "Every figure must lead back to what was received."
            )
        # Bodies first: a run killed here leaves bytes that nothing names, never a name without bytes.
        records = [
            RawRecord(self.archive.put(part.body), part.url, part.media_type, part.retrieved, len(part.body))
            for part in raw
        ]
        bodies = {record.sha256: part.body for record, part in zip(records, raw, strict=True)}
        raw_sha256 = records[0].sha256
        if len(records) > 1:
            listing = list_of_parts(records)
            raw_sha256 = self.archive.put(listing)
            bodies[raw_sha256] = listing
        with self.database.writing(series_id) as connection:
            self.database.share_archive(connection)
            for sha256, body in bodies.items():
                if sha256 not in self.archive:  # pruned a moment ago, as nothing named it yet
                    self.archive.put(body)
            return publishing.stage(
                connection,
                series_id=series_id,
                source_id=source_id,
                known_from=known_from,
                release=release,
                frame=frame,
                raw_sha256=raw_sha256,
                raw=records,
            )

    def set_verdict(self, batch_id: str, verdict: Mapping[str, Any]) -> None:
        """Record what the checks found (a JSON object with ``grade``).

        A quarantined batch becomes staged again: it has been judged anew. The verdict of a published
        batch may be replaced; editions hold their own copy. Raises UnknownBatch.
        """
        with self.database.writing(publishing.series_of(batch_id)) as connection:
            publishing.set_verdict(connection, batch_id, verdict)

    def quarantine(self, batch_id: str, verdict: Mapping[str, Any]) -> None:
        """Refuse a batch with its evidence; the last good vintage stays. Raises AlreadyPublished, UnknownBatch."""
        with self.database.writing(publishing.series_of(batch_id)) as connection:
            publishing.quarantine(connection, batch_id, verdict)

    def publish(self, batch_id: str) -> str | None:
        """Make a judged batch known; returns the vintage id, or None where it changed nothing.

        The vintage has the id of the batch that brought it. It changed nothing where its content is
        that of the release known just before its day. Publishing again gives the same answer.
        Raises NotChecked, BatchQuarantined, DuplicateObservations, UnknownBatch.
        """
        series_id = publishing.series_of(batch_id)
        with self.database.writing(series_id) as connection:
            publishing.publish(connection, batch_id)
            return batch_id if queries.is_vintage(connection, series_id, batch_id) else None

    def is_published(self, batch_id: str) -> bool:
        """Whether the batch was published, also where it changed nothing. Raises UnknownBatch."""
        with self.database.reading() as connection:
            return bool(publishing.require(connection, batch_id).state == PUBLISHED)

    def batch(self, batch_id: str) -> Batch:
        """A batch or vintage with its raw parts, verdict and observations. Raises UnknownBatch."""
        with self.database.reading() as connection:
            return queries.batch(connection, batch_id)

    def verdict_of(self, vintage_id: str) -> dict[str, Any] | None:
        """The verdict of a batch or vintage; None where it was not judged yet. Raises UnknownBatch."""
        with self.database.reading() as connection:
            text = publishing.require(connection, vintage_id).verdict
        return None if text is None else json.loads(text)

    # --- what was known on a day

    def observations(self, series_ids: Collection[str], as_of: date) -> pd.DataFrame:
        """Observations of the vintages known as of a day: the latest ``known_from`` on or before it.

        Columns OBSERVATION_COLUMNS and vintage, known_from (datetime.date), raw_sha256, grade; sorted
        by series, area, period. A series without a vintage by then has no rows.
        """
        with self.database.reading() as connection:
            return queries.known(connection, series_ids, as_of)

    def vintages(self, series_id: str, as_of: date | None = None) -> list[Vintage]:
        """Vintages of a series known by a day (None: all), oldest first."""
        with self.database.reading() as connection:
            return queries.vintages(connection, series_id, as_of)

    def revisions(self, series_id: str, as_of: date) -> pd.DataFrame:
        """Values that the vintage known as of a day changed: period, area, value, previous.

        ``value`` is NaN where a figure was withdrawn; new periods are not revisions.
        """
        with self.database.reading() as connection:
            return queries.revisions(connection, series_id, as_of)

    def releases(self, series_ids: Collection[str], as_of: date, area: str) -> pd.DataFrame:
        """What each vintage known as of a day gave for one area: series, known_from, period, value.

        By series, from the oldest vintage; periods without a value are left out.
        """
        with self.database.reading() as connection:
            return queries.releases(connection, series_ids, as_of, area)

    def changes(
        self, series_ids: Collection[str], since: date, until: date, series: Mapping[str, SeriesRef] | None = None
    ) -> pd.DataFrame:
        """What was known on ``until`` and not yet on ``since``, figure by figure.

        CHANGE_COLUMNS of ``changes`` with a kind of its KINDS; the two answers are compared, whatever
        lay between them. Ask from one vintage's day to the next one's for every single step. ``series``
        of the register tell what their redefinitions were. Raises DaysRefused where ``since`` is after
        ``until``.
        """
        if since > until:
            raise DaysRefused(f"{since} is after {until}", "changes", "Give the earlier day first.")
        with self.database.reading() as connection:
            earlier, later = (queries.known(connection, series_ids, day) for day in (since, until))
        basis = {
            name: redefinition.basis
            for name, reference in (series or {}).items()
            for redefinition in sorted(reference.redefinitions, key=lambda r: r.seen)
            if since < redefinition.seen <= until
        }
        return between(earlier, later, basis)

    def segments(
        self,
        series_ids: Collection[str],
        as_of: date,
        series: Mapping[str, SeriesRef],
        regions: Mapping[str, Region],
    ) -> pd.DataFrame:
        """Observations known as of a day with the segment in which each may be compared with others.

        SEGMENT_COLUMNS of ``segments``; ``series`` and ``regions`` as the register has them.
        """
        return segmented(self.observations(series_ids, as_of), series, regions)

    def quarantined(self, series_ids: Collection[str], as_of: date | None = None) -> list[Refusal]:
        """Refused batches known by a day (None: all) that no later release has replaced."""
        with self.database.reading() as connection:
            return queries.refusals(connection, series_ids, as_of)

    # --- documents

    def put_document(
        self, kind: str, key: str, body: bytes, sha256: str | None = None, *, replace: bool = False
    ) -> str:
        """Keep a document (``score``, ``edition`` …) under its key and return its SHA-256.

        Other bytes under the same key replace the document, except for an edition, which is
        permanent: DocumentRefused unless ``replace``. ``sha256``, where given, must be the body's.
        """
        with self.database.writing(f"{kind} {key}") as connection:
            return documents.put(connection, kind, key, body, sha256, replace)

    def revise_document(
        self, kind: str, key: str, revise: Callable[[bytes | None], bytes], cited: Iterable[bytes] = ()
    ) -> bytes:
        """Keep what ``revise`` makes of the document (None where none is kept), and return it.

        Nobody writes the document in between, so that of two processes none overlooks the other's part;
        nor does anybody prune the bodies ``cited``, which go into the archive in the same step.
        """
        with self.database.writing(f"{kind} {key}") as connection:
            self.database.share_archive(connection)
            for body in cited:
                self.archive.put(body)
            revised = revise(documents.get(connection, kind, key))
            documents.put(connection, kind, key, revised, None, False)
        return revised

    def get_document(self, kind: str, key: str) -> bytes | None:
        """The document's bytes, verified; None where none is kept."""
        with self.database.reading() as connection:
            return documents.get(connection, kind, key)

    def documents(self, kind: str, prefix: str = "") -> list[DocumentInfo]:
        """Documents of a kind whose key begins with ``prefix``, by key, without their bodies."""
        with self.database.reading() as connection:
            return documents.listed(connection, kind, prefix)

    # --- proof, tidying, moving house

    def prune(self, *, remove: bool = False) -> Pruned:
        """What nothing needs: overtaken staged batches, raw bodies without a batch, unfinished files.

        Only told, unless ``remove``. Never a published or refused batch, nor a body that a document
        cites by its hash. Safe beside running collectors.
        """
        return prune(self.database, self.archive, remove)

    def export(self, path: Path) -> Counts:
        """Write the whole store to one tar file; equal stores give equal bytes.

        The file appears whole or not at all. Raises StoreCorrupted, ArchiveMissing or ArchiveCorrupted
        where the store is damaged, and DiskFull, StoreReadOnly or StoreUnavailable.
        """
        with self.database.reading() as connection:
            return exporting.write(connection, self.archive, path)

    def load(self, path: Path) -> Counts:
        """Take an export into this store, which must be migrated and empty: all of it or nothing.

        Every hash in the file is computed again. Raises ExportRefused where the file is damaged, hostile
        or of another version, and StoreNotEmpty.
        """
        return loading.load(self.database, self.archive, path)

    def verify(self) -> list[StoreError]:
        """Re-hash the archive and recount the database; the list of problems, empty where all is well."""
        with self.database.reading() as connection:
            return list(audit.problems(connection, self.archive))

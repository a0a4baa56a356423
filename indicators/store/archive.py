"""The archive of raw responses: every body once, under its own SHA-256, never changed.

A body lies compressed in ``<root>/<2 hex>/<2 hex>/<sha256>.gz`` (``zcat`` reads it). The name is the
hash of the body, not of the file, so the archive can be checked by anyone without the database.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import logging
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.store.errors import ArchiveCorrupted, ArchiveMissing, StoreError, from_os_error

_log = logging.getLogger(__name__)
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)


class Archive:
    """A content-addressed folder; any number of processes may put and get at the same time."""

    def __init__(self, root: Path):
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the body with this hash lies, or would lie; ArchiveMissing where it is no hash at all."""
        if not _SHA256.match(sha256):
            raise ArchiveMissing(
                f"{sha256!r} is not a SHA-256",
                str(self.root),
                "Give the 64 hexadecimal digits printed beside it.",
            )
        return self.root / sha256[:2] / sha256[2:4] / f"{sha256}.gz"

    def put(self, body: bytes) -> str:
        """Keep ``body`` and return its SHA-256; putting it again changes nothing.

        A damaged file under the same hash is replaced by the good bytes, with a warning in the log.
        Raises DiskFull, StoreReadOnly or StoreUnavailable; nothing half-written remains visible.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        try:
            if path.exists():
                if _read(path) == body:
                    return sha256
                _log.warning("archive file was damaged; replaced", extra={"path": str(path), "sha256": sha256})
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, gzip.compress(body, compresslevel=6, mtime=0))
        except OSError as error:
            raise from_os_error(error, str(path)) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The body with this hash, verified; ArchiveMissing or ArchiveCorrupted otherwise."""
        path = self.path(sha256)
        try:
            body = _read(path)
        except FileNotFoundError as error:
            raise ArchiveMissing(
                f"the archive has no body {sha256}",
                str(path),
                "Restore the file from a copy of the archive, or collect the series again.",
            ) from error
        except OSError as error:
            raise from_os_error(error, str(path)) from error
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveCorrupted(
                "the archived response is damaged: its content no longer has the hash of its name",
                str(path),
                "Restore the file from a copy of the archive; figures from it cannot be verified until then.",
            )
        return body

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def hashes(self) -> Iterator[str]:
        """Every hash in the archive, in order. Temporary files of killed runs are not part of it."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.gz")):
            if _SHA256.match(path.stem):
                yield path.stem

    def remove(self, sha256: str) -> None:
        """Remove a body; nothing happens where it is not there. The caller knows that nothing needs it."""
        path = self.path(sha256)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise from_os_error(error, str(path)) from error

    def abandoned(self) -> Iterator[Path]:
        """Unfinished files of runs that were killed, in order; one still being written is not among them."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/.*.tmp")):
            with _taken(path) as free:
                if free:
                    yield path

    def remove_abandoned(self, path: Path) -> None:
        """Remove an unfinished file unless somebody writes it."""
        with _taken(path) as free:
            if free:
                path.unlink(missing_ok=True)

    def problems(self) -> Iterator[StoreError]:
        """Re-hash every file; yields an error for each that is damaged or unreadable."""
        for sha256 in self.hashes():
            try:
                self.get(sha256)
            except StoreError as error:
                yield error


def _read(path: Path) -> bytes | None:
    """The decompressed content; None where the file is not whole gzip data."""
    try:
        return gzip.decompress(path.read_bytes())
    except _DAMAGED:
        return None


def _write_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name, flush to the disk, then rename: readers see all or nothing."""
    descriptor, temporary = _unfinished(path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o444)
            os.replace(temporary, path)  # while it is open, and so locked: nobody takes it for abandoned
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the rename itself must survive a power cut
    finally:
        os.close(folder)


def _unfinished(folder: Path) -> tuple[int, str]:
    """A new hidden file, locked while it is open: the lock of a killed process ends with it."""
    while True:
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if os.fstat(descriptor).st_nlink:
            return descriptor, temporary
        os.close(descriptor)  # pruned in the moment before the lock


@contextmanager
def _taken(path: Path) -> Iterator[bool]:
    """Hold an unfinished file; False where somebody writes it or it is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    except OSError as error:
        raise from_os_error(error, str(path)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield free
    finally:
        os.close(descriptor)

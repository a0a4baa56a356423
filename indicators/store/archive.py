"""The archive of raw responses: every body once, under its own SHA-256, never changed.

A body lies compressed under ``<2 hex>/<2 hex>/<sha256>.gz`` (``zcat`` reads it) in a folder or in a
bucket of object storage. The name is the hash of the body, not of the file, so the archive can be
checked by anyone without the database.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, Self

from indicators.store.errors import ArchiveCorrupted, ArchiveMissing, StoreError
from indicators.store.folder import Folder
from indicators.store.objects import Objects

_log = logging.getLogger(__name__)
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)


class Place(Protocol):
    """Where an archive keeps its files, by names such as ``ab/cd/abcd….gz``.

    Whatever fails is a StoreError that names the file; an absent file is a FileNotFoundError.
    """

    root: str
    """The folder or URL, fit for a message: no secret is part of it."""

    def location(self, name: str) -> str:
        """The file's path or URL."""
        ...

    def read(self, name: str) -> bytes:
        """The whole file."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, in the place of whatever had its name."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def size(self, name: str) -> int:
        """Bytes of the file as it lies there."""
        ...

    def names(self) -> Iterator[str]:
        """The names of all whole files, in order."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file; nothing happens where it is not there."""
        ...

    def abandoned(self) -> Iterator[str]:
        """Names of unfinished files of killed runs, in order; one still being written is not among them."""
        ...

    def remove_abandoned(self, name: str) -> None:
        """Remove an unfinished file unless somebody writes it."""
        ...


class Archive:
    """Raw responses by their hash; any number of processes may put and get at the same time."""

    def __init__(self, place: Place):
        self.place = place

    @classmethod
    def at(cls, where: Path | str, options: Mapping[str, str] | None = None) -> Self:
        """The archive in a folder, or at a URL such as ``s3://bucket/folder`` or ``file:///folder``.

        ``options`` are for the library that reaches the object storage (``key``, ``secret``,
        ``endpoint_url``). Nothing is touched yet. Raises StoreUnavailable for a URL that is none of these.
        """
        if isinstance(where, Path) or "://" not in where:
            return cls(Folder(Path(where)))
        if where.startswith("file://"):
            return cls(Folder(Path(where.removeprefix("file://"))))
        return cls(Objects(where, options or {}))

    @property
    def root(self) -> str:
        """The folder or URL."""
        return self.place.root

    def location(self, sha256: str) -> str:
        """Path or URL where the body with this hash lies, or would lie; ArchiveMissing where it is no hash."""
        return self.place.location(self._name(sha256))

    def put(self, body: bytes) -> str:
        """Keep ``body`` and return its SHA-256; putting it again changes nothing.

        A damaged file under the same hash is replaced by the good bytes, with a warning in the log.
        Raises DiskFull, StoreReadOnly or StoreUnavailable; nothing half-written remains visible.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        name = self._name(sha256)
        if self.place.exists(name):
            if _unpacked(self.place.read(name)) == body:
                return sha256
            _log.warning(
                "archive file was damaged; replaced", extra={"path": self.place.location(name), "sha256": sha256}
            )
        self.place.write(name, gzip.compress(body, compresslevel=6, mtime=0))
        return sha256

    def get(self, sha256: str) -> bytes:
        """The body with this hash, verified; ArchiveMissing or ArchiveCorrupted otherwise."""
        return self.packed(sha256)[1]

    def packed(self, sha256: str) -> tuple[bytes, bytes]:
        """The file as it lies there, and the verified body in it; ArchiveMissing or ArchiveCorrupted otherwise."""
        name = self._name(sha256)
        try:
            file = self.place.read(name)
        except FileNotFoundError as error:
            raise ArchiveMissing(
                f"the archive has no body {sha256}",
                self.place.location(name),
                "Restore the file from a copy of the archive, or collect the series again.",
            ) from error
        body = _unpacked(file)
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveCorrupted(
                "the archived response is damaged: its content no longer has the hash of its name",
                self.place.location(name),
                "Restore the file from a copy of the archive; figures from it cannot be verified until then.",
            )
        return file, body

    def size(self, sha256: str) -> int:
        """Bytes of the compressed body; FileNotFoundError where it is not there."""
        return self.place.size(self._name(sha256))

    def __contains__(self, sha256: str) -> bool:
        return self.place.exists(self._name(sha256))

    def hashes(self) -> Iterator[str]:
        """Every hash in the archive, in order. Unfinished files of killed runs are not part of it."""
        for name in self.place.names():
            sha256 = name.rpartition("/")[2].removesuffix(".gz")
            if _SHA256.match(sha256) and name == self._name(sha256):
                yield sha256

    def remove(self, sha256: str) -> None:
        """Remove a body; nothing happens where it is not there. The caller knows that nothing needs it."""
        self.place.remove(self._name(sha256))

    def problems(self) -> Iterator[StoreError]:
        """Re-hash every file; yields an error for each that is damaged or unreadable."""
        for sha256 in self.hashes():
            try:
                self.get(sha256)
            except StoreError as error:
                yield error

    def _name(self, sha256: str) -> str:
        if not _SHA256.match(sha256):
            raise ArchiveMissing(
                f"{sha256!r} is not a SHA-256", self.place.root, "Give the 64 hexadecimal digits printed beside it."
            )
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.gz"


def _unpacked(file: bytes) -> bytes | None:
    """The decompressed content; None where the file is not whole gzip data."""
    try:
        return gzip.decompress(file)
    except _DAMAGED:
        return None

"""An archive's files in a folder: written under a hidden name, flushed to the disk, then renamed."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.store.errors import from_os_error


class Folder:
    """A folder of a local or mounted disk, as a place of an archive."""

    def __init__(self, path: Path):
        self.path = path
        self.root = str(path)

    def location(self, name: str) -> str:
        """The file's path."""
        return str(self.path / name)

    def read(self, name: str) -> bytes:
        """The whole file; FileNotFoundError where there is none."""
        with self._named(name, absent_is_an_error=False):
            return (self.path / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all; a killed run leaves a hidden one."""
        path = self.path / name
        with self._named(name):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, content)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with self._named(name):
            return (self.path / name).exists()

    def size(self, name: str) -> int:
        """Bytes on the disk."""
        with self._named(name, absent_is_an_error=False):
            return (self.path / name).stat().st_size

    def names(self) -> Iterator[str]:
        """The names of all whole files, in order."""
        for path in sorted(self.path.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.gz")):
            yield path.relative_to(self.path).as_posix()

    def remove(self, name: str) -> None:
        """Remove a file; nothing happens where it is not there."""
        with self._named(name):
            (self.path / name).unlink(missing_ok=True)

    def abandoned(self) -> Iterator[str]:
        """Hidden files that nobody writes any more, in order."""
        for path in sorted(self.path.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/.*.tmp")):
            with _taken(path) as free:
                if free:
                    yield path.relative_to(self.path).as_posix()

    def remove_abandoned(self, name: str) -> None:
        """Remove a hidden file unless somebody writes it."""
        path = self.path / name
        with self._named(name), _taken(path) as free:
            if free:
                path.unlink(missing_ok=True)

    @contextmanager
    def _named(self, name: str, absent_is_an_error: bool = True) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not absent_is_an_error:
                raise
            raise from_os_error(error, self.location(name)) from error


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

"""What can go wrong in the store: every error says what happened, where, and what to do."""

from __future__ import annotations

import errno
from typing import ClassVar


class StoreError(Exception):
    """A failure of the store: ``what`` happened, ``where``, and the ``remedy``.

    ``retry`` tells a scheduler whether the same call may succeed a little later.
    """

    retry: ClassVar[bool] = False

    def __init__(self, what: str, where: str, remedy: str):
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} ({self.where}). {self.remedy}"


class StoreUnavailable(StoreError):
    """The database or the archive folder cannot be reached or opened."""

    retry = True


class StoreLocked(StoreError):
    """Another process held the database, or the same series, for longer than the lock timeout."""

    retry = True


class StoreNotMigrated(StoreError):
    """The database has no tables yet, or those of another version of the software."""


class DowngradeRefused(StoreError):
    """A migration downwards would lose what earlier versions cannot keep."""


class StoreReadOnly(StoreError):
    """The database or the archive may not be written by this user."""


class StoreCorrupted(StoreError):
    """The database file is damaged, or holds rows that no longer match their recorded hash."""


class DiskFull(StoreError):
    """There is no room for the bytes to be written; nothing of them was kept."""


class ArchiveCorrupted(StoreError):
    """A file of the archive no longer has the content that its name promises."""


class ArchiveMissing(StoreError):
    """The archive has no file for this hash."""


class ObservationsRefused(StoreError):
    """The frame or the raw parts given to ``stage`` do not have the declared shape."""


class DuplicateObservations(StoreError):
    """A batch to be published has several observations for one area and period."""


class UnknownBatch(StoreError):
    """No batch or vintage has this id."""


class VerdictRefused(StoreError):
    """A verdict does not have the shape that the checks write."""


class NotChecked(StoreError):
    """A batch without a verdict was to be published."""


class BatchQuarantined(StoreError):
    """A batch that the checks refused was to be published."""


class AlreadyPublished(StoreError):
    """A published vintage was to be quarantined; vintages are never taken back."""


class DaysRefused(StoreError):
    """The earlier of two days was given as the later one."""


class ExportRefused(StoreError):
    """A file to be loaded is damaged, is no export of a store, or is one of another version."""


class StoreNotEmpty(StoreError):
    """An export was to be loaded into a store that already holds something."""


class DocumentRefused(StoreError):
    """A document's bytes are not those announced, or would change a permanent document."""


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EROFS, errno.EACCES, errno.EPERM}


def from_os_error(error: OSError, where: str) -> StoreError:
    """The store's error for an error of the file system at ``where``."""
    reason = error.strerror or str(error)
    if error.errno in _NO_ROOM:
        return DiskFull(
            f"no room to write: {reason}",
            where,
            "Free some space, or raise the quota or file size limit, and run again: nothing half-written was kept.",
        )
    if error.errno in _NO_RIGHT:
        return StoreReadOnly(
            f"not allowed: {reason}",
            where,
            "Give this user the right to the folder, or point the store to a folder that it may write.",
        )
    return StoreUnavailable(
        f"cannot be used: {reason}", where, "Check that the path exists, is a folder, and that its disk is mounted."
    )

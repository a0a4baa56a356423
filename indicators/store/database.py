"""Reaching the database: SQLite embedded or PostgreSQL by URL, transactions, locks, named errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, inspect, make_url, select, table
from sqlalchemy import column as sql_column
from sqlalchemy.exc import ArgumentError, DBAPIError

from indicators.store.errors import (
    DiskFull,
    StoreCorrupted,
    StoreError,
    StoreLocked,
    StoreNotMigrated,
    StoreReadOnly,
    StoreUnavailable,
    from_os_error,
)
from indicators.store.tables import SCHEMA_REVISION, VERSION_TABLE

_ARCHIVE = "\x01archive"
"""The lock of the archive; no subject has this name."""

_MIGRATE = "Prepare it with `oryndau check`, which brings the store to this version, then repeat."


class Database:
    """One database by URL, from any number of threads and forked processes.

    Every transaction on SQLite opens the file anew, which costs nothing. Connections to PostgreSQL are
    kept for the next transaction of the same process: making one takes as long as an answer.
    ``lock_timeout`` is in seconds: how long to wait for another process before StoreLocked.
    """

    def __init__(self, url: str, lock_timeout: float):
        self.url = _known_url(url)
        self.where = self.url.render_as_string(hide_password=True)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock_timeout = lock_timeout
        self._ready = False
        self._process = os.getpid()
        self.engine = self._engine()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction on a database at the schema of this version; all its reads see one moment."""
        snapshot: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._named_errors(), self._connected(**snapshot) as connection:
            self._require_schema(connection)
            yield connection

    @contextmanager
    def writing(self, subject: str) -> Iterator[Connection]:
        """A write transaction; ``subject`` (a series, a document) is written by one process at a time.

        Each transaction locks one subject, at its beginning: two of them cannot wait for each other.
        """
        with self._named_errors(), self._connected(store_writes=True) as connection:
            self.lock(connection, subject)
            self._require_schema(connection)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A write transaction on whatever is there; creates the folder of a SQLite file."""
        self._ready = False
        with (
            self._named_errors(),
            self._alone_on_file(),
            self._connected(create=True, store_writes=True) as connection,
        ):
            self.lock(connection, "schema")
            yield connection

    @contextmanager
    def alone_with_archive(self) -> Iterator[Connection]:
        """A transaction during which nobody names a body of the archive (see ``share_archive``)."""
        with self._named_errors(), self._connected(store_writes=True) as connection:
            self._require_schema(connection)
            self.lock(connection, _ARCHIVE)
            yield connection

    def share_archive(self, connection: Connection) -> None:
        """From here to the end of a write transaction no body is removed from the archive.

        Always after the lock of a subject, so that two transactions cannot wait for each other.
        """
        if not self.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(_ARCHIVE, 0))))

    def lock(self, connection: Connection, subject: str) -> None:
        """Hold ``subject`` until the transaction ends. A SQLite writer already holds the whole file."""
        if not self.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))

    @property
    def _file(self) -> Path | None:
        return Path(str(self.url.database)) if self.is_sqlite else None

    @contextmanager
    def _alone_on_file(self) -> Iterator[None]:
        """Make a SQLite file ready to be migrated, one process at a time; nothing to do for a server.

        The write-ahead log lets readers read while one process writes, and the file remembers it. SQLite
        does not wait for its lock when it switches to that log: hence a lock file of our own.
        """
        if self._file is None:
            yield
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock", timeout=self._lock_timeout):
                with closing(sqlite3.connect(self._file, timeout=self._lock_timeout)) as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
                yield
        except Timeout as error:
            raise StoreLocked("another process is migrating the database", self.where, _TOLD[StoreLocked][1]) from error
        except OSError as error:
            raise from_os_error(error, str(self._file)) from error

    @contextmanager
    def _connected(self, create: bool = False, **options: Any) -> Iterator[Connection]:
        if self._file is not None and not create and not self._file.exists():
            raise StoreNotMigrated("the store has no database yet", self.where, _MIGRATE)
        if self._process != os.getpid():
            self.engine.dispose(close=False)  # after a fork: the kept connections are the parent's
            self._process = os.getpid()
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def _require_schema(self, connection: Connection) -> None:
        if self._ready:
            return
        found = revision(connection)
        if found != SCHEMA_REVISION:
            held = f"its tables are those of revision {found}" if found else "it has no tables yet"
            raise StoreNotMigrated(
                f"the store is not at revision {SCHEMA_REVISION}: {held}",
                self.where,
                f"{_MIGRATE} A later revision was made by a newer version: install that one.",
            )
        self._ready = True

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            # The settings of a new connection fail with the driver's own error, all else with SQLAlchemy's.
            named = _named(error.orig if isinstance(error, DBAPIError) else error, self.where)
            if named is None:
                raise
            raise named from error

    def _engine(self) -> Engine:
        options: dict[str, Any] = {"poolclass": NullPool}
        if not self.is_sqlite:
            # A connection that the server closed meanwhile is found out before the transaction, not in it.
            options = {"connect_args": {"connect_timeout": 10}, "pool_pre_ping": True, "pool_use_lifo": True}
        try:
            engine = create_engine(self.url, **options)
        except ModuleNotFoundError as error:
            raise StoreUnavailable(
                f"the driver of this database is not installed: {error.name}",
                self.where,
                "Install it with the extra: pip install 'oryndau[postgres]'.",
            ) from error
        milliseconds = int(self._lock_timeout * 1000)

        if self.is_sqlite:

            @event.listens_for(engine, "connect")
            def _sqlite_settings(connection: sqlite3.Connection, _record: object) -> None:
                connection.isolation_level = None  # transactions are begun below, not by the driver
                connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")

            @event.listens_for(engine, "begin")
            def _begin(connection: Connection) -> None:
                # A writer takes its lock at once: turning a reader into a writer could fail without waiting.
                writes = connection.get_execution_options().get("store_writes", False)
                connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        else:

            @event.listens_for(engine, "connect")
            def _postgresql_settings(connection: Any, _record: object) -> None:
                connection.execute(f"SET lock_timeout = {milliseconds}")
                connection.commit()

        return engine


def revision(connection: Connection) -> str | None:
    """The migration that the database is at; None where it has never been migrated."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    versions = table(VERSION_TABLE, sql_column("version_num"))
    return connection.execute(select(versions.c.version_num)).scalar_one_or_none()


def _known_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unsupported(repr(url)) from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise _unsupported(parsed.render_as_string(hide_password=True))


def _unsupported(where: str) -> StoreError:
    return StoreUnavailable(
        "not the URL of a store", where, "Write sqlite:///folder/store.db or postgresql://user:password@host/database."
    )


_TOLD: dict[type[StoreError], tuple[str, str]] = {
    StoreLocked: (
        "another process holds the database or the series",
        "Let the other run finish, or stop it, then repeat: nothing of this step was kept.",
    ),
    DiskFull: (
        "no room to write",
        "Free some space on the disk of the database, then repeat: nothing of this step was kept.",
    ),
    StoreReadOnly: (
        "the database may not be written",
        "Give this user the right to write there, or point the store to a database that it may write.",
    ),
    StoreUnavailable: (
        "the database cannot be reached",
        "Check that it runs, that the URL is right, and that its disk is mounted and local.",
    ),
    StoreCorrupted: (
        "the database is damaged",
        "Restore the database from a backup, or move it away and collect again from the archive.",
    ),
}

_SQLITE: tuple[tuple[str, type[StoreError]], ...] = (
    ("SQLITE_BUSY", StoreLocked),
    ("SQLITE_LOCKED", StoreLocked),
    ("SQLITE_FULL", DiskFull),
    ("SQLITE_READONLY", StoreReadOnly),
    ("SQLITE_PERM", StoreReadOnly),
    ("SQLITE_CORRUPT", StoreCorrupted),
    ("SQLITE_NOTADB", StoreCorrupted),
    ("SQLITE_CANTOPEN", StoreUnavailable),
    ("SQLITE_IOERR", StoreUnavailable),
    ("SQLITE_PROTOCOL", StoreUnavailable),
)
"""Beginnings of SQLite's result codes, https://www.sqlite.org/rescode.html."""

_POSTGRESQL: tuple[tuple[str, type[StoreError]], ...] = (
    ("55P03", StoreLocked),  # lock_not_available
    ("40P01", StoreLocked),  # deadlock_detected
    ("53100", DiskFull),
    ("53", StoreUnavailable),  # other shortages: connections, memory
    ("25006", StoreReadOnly),  # read_only_sql_transaction
    ("42501", StoreReadOnly),  # insufficient_privilege
    ("08", StoreUnavailable),
    ("28", StoreUnavailable),  # wrong user or password
    ("3D000", StoreUnavailable),  # no such database
    ("57P", StoreUnavailable),  # shutting down or starting
    ("XX001", StoreCorrupted),
    ("XX002", StoreCorrupted),
)
"""Beginnings of SQLSTATE codes, https://www.postgresql.org/docs/current/errcodes-appendix.html."""


def _named(error: BaseException | None, where: str) -> StoreError | None:
    """The store's error for a driver's error; None where it is a fault of this code."""
    if isinstance(error, sqlite3.Error):
        code, codes = getattr(error, "sqlite_errorname", None), _SQLITE
    else:
        code, codes = getattr(error, "sqlstate", None), _POSTGRESQL
        if code is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
            code = "08"  # the server could not be reached, so it gave no code
    for beginning, kind in codes:
        if code and code.startswith(beginning):
            what, remedy = _TOLD[kind]
            return kind(f"{what}: {str(error).strip()}", where, remedy)
    return None

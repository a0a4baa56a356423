"""Many rows at once: COPY into PostgreSQL, one prepared statement for all rows into SQLite.

SQLAlchemy's own ``executemany`` builds a dictionary a row and PostgreSQL's protocol answers each of
them; ``benchmarks/store.py`` measures both ways side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert tuples of ``columns``, in the order given, within the connection's transaction.

    ``columns`` are names of the table's columns; those left out stay NULL. The driver's own errors
    come through, for the caller's transaction to name.
    """
    named = ", ".join(f'"{table.c[name].name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("the connection was closed before its rows were written")
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    written = list(rows)
    if written:
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})', written)


def refresh_statistics(connection: Connection) -> None:
    """Tell PostgreSQL's planner how large the tables are now.

    The server does so by itself within a minute or so. Until then, after a whole store was loaded, it
    reads all observations to answer for one law. SQLite takes the index in any case.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")

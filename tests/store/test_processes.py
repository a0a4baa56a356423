"""Several processes at once, and processes killed at any moment: the store ends as if undisturbed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path

from sqlalchemy import event

from indicators.register.observation import Observation, to_frame
from indicators.store.batch import RawPart
from indicators.store.store import Store

RELEASES = ((date(2024, 5, 1), 1.0), (date(2024, 6, 1), 1.0), (date(2024, 7, 1), 2.0))
DAY = date(2024, 12, 31)
KILLS = 8

fork = multiprocessing.get_context("fork")


def publish_all(url: str, archive: Path, series: list[str], die_at: int | None = None) -> int:
    """Publish three synthetic releases of each series; gives the number of steps it took.

    A step is a statement or a commit on the database. At step ``die_at`` the process kills itself
    as ``kill -9`` would, so that a killed run is stopped at a chosen place and not at a lucky time.
    """
    store = Store.open(url, archive)
    store.migrate()
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.database.engine, "before_cursor_execute", step)
    event.listen(store.database.engine, "commit", step)
    for name in series:
        for day, value in RELEASES:
            observations = to_frame(
                Observation(name, "KZ", str(year), value * year, "", str(value * year), 1) for year in (2021, 2022)
            )
            raw = [RawPart(f"synthetic {name} {value}".encode(), "https://statistics.example", "text/plain", day)]
            batch = store.stage(name, "synthetic", observations, raw, day, f"release of {day}")
            store.set_verdict(batch, {"grade": "A", "quarantine": False})
            store.publish(batch)
        store.put_document("edition", name, name.encode())
    return steps


def undisturbed(folder: Path, series: list[str]) -> Store:
    publish_all(f"sqlite:///{folder / 'alone.db'}", folder / "alone", series)
    return Store.open(f"sqlite:///{folder / 'alone.db'}", folder / "alone")


def test_processes_that_publish_the_same_series_at_once_do_it_once(url, tmp_path, everything):
    series = [f"synthetic/{name}" for name in "abcdef"]
    archive = tmp_path / "archive"
    orders = (series, series[::-1], series, series[3:] + series[:3])
    running = [fork.Process(target=publish_all, args=(url, archive, order)) for order in orders]
    for process in running:
        process.start()
    for process in running:
        process.join(timeout=60)
    assert [process.exitcode for process in running] == [0, 0, 0, 0]
    found = everything(Store.open(url, archive), series, DAY)
    assert found == everything(undisturbed(tmp_path, series), series, DAY)
    assert [len(vintages) for vintages in found["vintages"].values()] == [2] * len(series)
    assert found["problems"] == []


def test_a_killed_run_repeated_ends_like_an_undisturbed_one(url, tmp_path, everything):
    archive = tmp_path / "archive"
    steps = publish_all(url, archive, ["synthetic/steps"])
    series = [f"synthetic/killed-{number}" for number in range(KILLS)]
    for number, name in enumerate(series):
        at = 1 + number * (steps - 1) // (KILLS - 1)
        process = fork.Process(target=publish_all, args=(url, archive, [name], at))
        process.start()
        process.join(timeout=60)
        assert process.exitcode == -signal.SIGKILL, f"the run was to be killed at step {at} of {steps}"
        assert Store.open(url, archive).verify() == []
    publish_all(url, archive, series)
    store = Store.open(url, archive)
    assert everything(store, series, DAY) == everything(undisturbed(tmp_path, series), series, DAY)
    assert [store.get_document("edition", name) for name in series] == [name.encode() for name in series]

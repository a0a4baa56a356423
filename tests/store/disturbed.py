"""A collector that may be killed at any moment, for the tests and for ``benchmarks/store_kills.py``."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import event

from indicators.register.observation import Observation, to_frame
from indicators.store.batch import RawPart
from indicators.store.store import Store

RELEASES = ((date(2024, 5, 1), 1.0), (date(2024, 6, 1), 1.0), (date(2024, 7, 1), 2.0))
DAY = date(2024, 12, 31)

fork = multiprocessing.get_context("fork")


def publish_all(
    url: str,
    archive: Path | str,
    series: Sequence[str],
    die_at: int | None = None,
    archive_options: Mapping[str, str] | None = None,
) -> int:
    """Publish three synthetic releases of each series; gives the number of steps it took.

    A step is a statement or a commit on the database. At step ``die_at`` the process kills itself
    as ``kill -9`` would, so that a run is stopped at a chosen place.
    """
    store = Store.open(url, archive, archive_options=archive_options)
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


def kill_collectors(url: str, archive: Path, kills: int, seed: int) -> list[str]:
    """Start ``kills`` collectors of a series each and kill every one; gives the series.

    Every other one dies at a chosen step, so that all steps are met in turn; the rest are killed from
    outside after a random time, in the middle of whatever they do. After each the store must be sound.
    """
    began = perf_counter()
    steps = publish_all(url, archive, ["synthetic/steps"])
    lasts = perf_counter() - began
    chance = random.Random(seed)
    series = [f"synthetic/killed-{number:03d}" for number in range(kills)]
    for number, name in enumerate(series):
        chosen = 1 + number * (steps - 1) // max(1, kills - 1) if number % 2 == 0 else None
        process = fork.Process(target=publish_all, args=(url, archive, [name], chosen))
        process.start()
        process.join(timeout=60 if chosen else chance.uniform(0, lasts))
        if chosen is None:
            process.kill()
            process.join()
        elif process.exitcode != -signal.SIGKILL:
            raise AssertionError(f"the run was to be killed at step {chosen} of {steps}, and ended {process.exitcode}")
        problems = Store.open(url, archive).verify()
        if problems:
            raise AssertionError(f"after kill {number} (seed {seed}): {problems[0]}")
    return series


def everything(store: Store, series: Sequence[str], day: date) -> dict[str, Any]:
    """All that a store answers about some series, to compare two stores."""
    vintages = {name: store.vintages(name) for name in series}
    return {
        "vintages": vintages,
        "observations": store.observations(series, day).astype(str).values.tolist(),
        "raw": [store.batch(v.id).raw for found in vintages.values() for v in found],
        "verdicts": [store.verdict_of(v.id) for found in vintages.values() for v in found],
        "quarantined": store.quarantined(series),
        "documents": [store.get_document("edition", name) for name in series],
        "problems": [str(problem) for problem in store.verify()],
    }


def undisturbed(folder: Path, series: Sequence[str]) -> Store:
    """A store into which one run published everything without being disturbed."""
    publish_all(f"sqlite:///{folder / 'alone.db'}", folder / "alone", series)
    return Store.open(f"sqlite:///{folder / 'alone.db'}", folder / "alone")

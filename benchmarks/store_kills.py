"""A hundred collectors killed with ``kill -9`` on each database; the repeated run must set all right.

``python -m benchmarks.store_kills --kills 20 --seed 7`` kills fewer, at other moments.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import benchmarks
from benchmarks import Figure
from benchmarks.store import postgresql
from indicators.store.store import Store
from tests.store.disturbed import DAY, everything, kill_collectors, publish_all, undisturbed


def measure(kills: int, seed: int) -> Iterator[Figure]:
    """Stores that equal that of an undisturbed run; RuntimeError with the seed where one does not."""
    with tempfile.TemporaryDirectory(prefix="oryndau-kills-") as folder:
        yield _disturb("SQLite", f"sqlite:///{folder}/store.db", Path(folder), kills, seed)
    with postgresql() as url, tempfile.TemporaryDirectory(prefix="oryndau-kills-") as folder:
        yield _disturb("PostgreSQL", url, Path(folder), kills, seed)


def _disturb(name: str, url: str, folder: Path, kills: int, seed: int) -> Figure:
    began = perf_counter()
    archive = folder / "archive"
    series = kill_collectors(url, archive, kills, seed)
    publish_all(url, archive, series)
    taken = perf_counter() - began
    store = Store.open(url, archive)
    if everything(store, series, DAY) != everything(undisturbed(folder, series), series, DAY):
        raise RuntimeError(f"{name}: after {kills} kills (seed {seed}) the store is another than an undisturbed one")
    left = len(store.prune(remove=True).temporary)
    beside = f"seed {seed}; {left} unfinished files pruned; {taken:.0f} s"
    return Figure(f"{name}: runs killed, store as if undisturbed", kills, "kills", at_least=kills, beside=beside)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = arguments.parse_args()
    benchmarks.show(measure(given.kills, given.seed))

"""Several processes at once, and processes killed at any moment: the store ends as if undisturbed."""

from __future__ import annotations

from indicators.store.store import Store
from tests.store.disturbed import DAY, everything, fork, kill_collectors, publish_all, undisturbed

KILLS = 10
"""On each of the two databases; ``make bench`` kills a hundred."""


def test_processes_that_publish_the_same_series_at_once_do_it_once(url, tmp_path):
    series = [f"synthetic/{name}" for name in "abcd"]
    archive = tmp_path / "archive"
    orders = (series, series[::-1], series[2:] + series[:2])
    running = [fork.Process(target=publish_all, args=(url, archive, order)) for order in orders]
    for process in running:
        process.start()
    for process in running:
        process.join(timeout=120)
    assert [process.exitcode for process in running] == [0, 0, 0]
    found = everything(Store.open(url, archive), series, DAY)
    assert found == everything(undisturbed(tmp_path, series), series, DAY)
    assert [len(vintages) for vintages in found["vintages"].values()] == [2] * len(series)
    assert found["problems"] == []


def test_killed_runs_repeated_end_like_an_undisturbed_one(url, tmp_path):
    archive = tmp_path / "archive"
    series = kill_collectors(url, archive, KILLS, seed=20240510)
    publish_all(url, archive, series)
    store = Store.open(url, archive)
    assert everything(store, series, DAY) == everything(undisturbed(tmp_path, series), series, DAY)
    store.prune(remove=True)
    assert not list(archive.rglob(".*.tmp"))
    assert store.verify() == []

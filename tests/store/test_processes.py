"""Several processes at once, and processes killed at any moment: the store ends as if undisturbed."""

from __future__ import annotations

import psycopg

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


def test_forked_processes_ask_at_once_through_connections_of_their_own(store, release, values_on):
    release("synthetic/a", DAY, {"2022": "4.5"})

    def ask_often() -> None:
        for _ in range(60):
            assert values_on("synthetic/a", DAY) == {"2022": 4.5}

    running = [fork.Process(target=ask_often) for _ in range(2)]
    for process in running:
        process.start()
    ask_often()
    for process in running:
        process.join(timeout=60)
    assert [process.exitcode for process in running] == [0, 0]


def test_a_server_that_closed_the_kept_connections_is_asked_again(store, url, release, values_on):
    release("synthetic/a", DAY, {"2022": "4.5"})
    if not store.database.is_sqlite:
        with psycopg.connect(url) as other:
            [[closed]] = other.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        assert closed >= 1
    assert values_on("synthetic/a", DAY) == {"2022": 4.5}

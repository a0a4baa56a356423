"""When the database fails: one message with what, where and what to do; nothing half-written."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, event, update

from indicators.store.batch import RawPart
from indicators.store.errors import (
    DiskFull,
    StoreCorrupted,
    StoreError,
    StoreLocked,
    StoreReadOnly,
    StoreUnavailable,
)
from indicators.store.store import Store
from indicators.store.tables import observations

S = "synthetic/a"
DAY = date(2024, 5, 10)


@contextmanager
def held(store: Store):
    """The series is being written by somebody else."""
    with store.database.writing(S):
        yield


def test_a_locked_database_is_named_and_the_step_can_be_repeated(store, url, stage, good):
    batch = stage(S, DAY, {"2022": "4.5"})
    impatient = Store.open(url, store.archive.root, lock_timeout=0.05)
    with held(store):
        for call in (
            lambda: impatient.set_verdict(batch, good),
            lambda: impatient.publish(batch),
        ):
            with pytest.raises(StoreLocked, match="Let the other run finish") as caught:
                call()
            assert caught.value.retry
        assert impatient.batch(batch).state == "staged", "readers are not held up by a writer"
    impatient.set_verdict(batch, good)
    assert impatient.publish(batch) == batch


def test_a_full_disk_is_named_and_nothing_of_the_step_is_kept(tmp_path, frame):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = Store.open(url, tmp_path / "archive")
    store.migrate()

    @event.listens_for(store.database.engine, "connect")
    def _little_room(connection, _record):
        connection.execute("PRAGMA max_page_count = 30")

    large = frame(S, {str(1000 + n): "4.5" for n in range(6000)})
    raw = [RawPart(b"synthetic", "https://statistics.example", "text/plain")]
    with pytest.raises(DiskFull, match="Free some space"):
        store.stage(S, "synthetic", large, raw, DAY, "release")
    reopened = Store.open(url, store.archive.root)
    assert reopened.verify() == []
    batch = reopened.stage(S, "synthetic", large, raw, DAY, "release")
    assert len(reopened.batch(batch).observations) == 6000


def test_a_damaged_database_file_is_named(tmp_path):
    path = tmp_path / "store.db"
    path.write_text("this is not a database " * 100)
    store = Store.open(f"sqlite:///{path}", tmp_path / "archive")
    for call in (store.migrate, lambda: store.documents("score")):
        with pytest.raises(StoreCorrupted, match="Restore the database") as caught:
            call()
        assert str(path) in caught.value.where


def test_a_read_only_database_is_named(open_folder, in_own_process):
    store = Store.open(f"sqlite:///{open_folder / 'store.db'}", open_folder / "archive")
    store.migrate()
    (open_folder / "store.db").chmod(0o444)
    open_folder.chmod(0o555)
    error = in_own_process(lambda: store.put_document("score", "a", b"1"), ordinary_user=True)
    assert isinstance(error, StoreReadOnly)
    assert str(open_folder) in str(error)


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = Store.open(f"postgresql://user:secret@127.0.0.1:{port}/store", tmp_path)
    for call in (store.migrate, lambda: store.observations([S], DAY)):
        with pytest.raises(StoreUnavailable, match=str(port)) as caught:
            call()
        assert caught.value.retry
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://user:secret@host/x", "store.db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_is_no_store_is_refused_at_once(url, tmp_path):
    with pytest.raises(StoreError, match=r"sqlite:///folder/store\.db") as caught:
        Store.open(url, tmp_path)
    assert "secret" not in str(caught.value)


def test_verify_counts_everything_again(store, stage, release):
    release(S, DAY, {"2022": "4.5", "2023": "4.9"})
    release("synthetic/b", DAY, {"2022": "1.0", "2023": "2.0"})
    staged = stage("synthetic/c", DAY, {"2022": "3.0"})
    assert store.verify() == []
    with store.database.engine.begin() as connection:
        connection.execute(update(observations).where(observations.c.value == 4.9).values(value=5.0))
        connection.execute(delete(observations).where(observations.c.value == 2.0))
    Path(store.archive.location(store.batch(staged).raw_sha256)).unlink()
    found = [str(problem) for problem in store.verify()]
    assert len(found) == 3
    assert f"batch {staged}" in found[0] and "lacks the raw response" in found[0]
    assert "2 observations no longer are the 2" in found[1] and f"series {S}" in found[1]
    assert "1 observations no longer are the 2" in found[2] and "series synthetic/b" in found[2]

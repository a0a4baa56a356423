"""A whole store in one file: it moves between databases unchanged, and a bad file is refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import resource
import shutil
import tarfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.store import loading
from indicators.store.batch import RawPart
from indicators.store.errors import ArchiveCorrupted, DiskFull, ExportRefused, StoreCorrupted, StoreNotEmpty
from indicators.store.store import Store
from tests.store.disturbed import everything

S, T = "synthetic/a", "synthetic/қ"
MAY, JUNE, JULY = (date(2024, month, 10) for month in (5, 6, 7))


@pytest.fixture
def filled(store, stage, release, frame, bad):
    """A store with everything that a store can hold."""
    release(S, MAY, {"2021": "0.30000000000000004", "2022": None})
    release(S, JUNE, {"2021": "0.30000000000000004", "2022": None})
    release(T, JUNE, {"2022": "1e-7"})
    release(S, JULY, {})
    store.quarantine(stage(T, JULY, {"2022": "450"}), bad)
    stage(T, JULY, frame(T, {"2023": "1", "2022": "2"}).loc[[1, 0, 1]])
    parts = [RawPart(b"page 1", "https://x.example/1?қ", "a/b", MAY), RawPart(b"", "https://x.example/2", "a/b")]
    store.stage(T, "synthetic", frame(T, {"2022": "3"}), parts, JUNE, "r")
    store.put_document("edition", S, b"{}")
    store.put_document("score", S, b"\x00\xff")
    store.archive.put(b"no batch names it")
    return store


@pytest.fixture
def empty(url, tmp_path, request):
    """An empty store on the other database than ``url``."""
    if not url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "other.db")
        yield Store.open(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other")
        return
    server = request.getfixturevalue("postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE other TEMPLATE {request.getfixturevalue('migrated_database')}")
    yield Store.open(server.replace("/postgres?", "/other?"), tmp_path / "other")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE other WITH (FORCE)")


def test_a_store_moves_to_the_other_database_with_equal_answers_and_bytes(filled, empty, tmp_path):
    counts = filled.export(tmp_path / "one.tar")
    assert (counts.contents, counts.observations, counts.batches, counts.documents) == (5, 5, 7, 2)
    filled.export(tmp_path / "again.tar")
    assert empty.load(tmp_path / "one.tar") == counts
    assert empty.export(tmp_path / "two.tar") == counts
    one, again, two = ((tmp_path / f"{name}.tar").read_bytes() for name in ("one", "again", "two"))
    assert one == again == two
    assert everything(empty, [S, T], JULY) == everything(filled, [S, T], JULY)
    assert list(empty.archive.hashes()) == list(filled.archive.hashes())
    assert empty.get_document("score", S) == b"\x00\xff"
    assert not list(tmp_path.glob(".*.tmp"))
    with pytest.raises(StoreNotEmpty, match="new, empty database"):
        empty.load(tmp_path / "one.tar")


def test_a_loaded_store_goes_on_like_the_one_it_came_from(filled, empty, frame, good, tmp_path):
    filled.export(tmp_path / "one.tar")
    empty.load(tmp_path / "one.tar")
    answers = []
    for number, store in enumerate((filled, empty)):
        raw = [RawPart(b"next", "https://x.example", "a/b")]
        batch = store.stage(T, "synthetic", frame(T, {"2022": "5"}), raw, date(2024, 8, 1), "next")
        store.set_verdict(batch, good)
        store.publish(batch)
        store.export(tmp_path / f"next-{number}.tar")
        answers.append((tmp_path / f"next-{number}.tar").read_bytes())
    assert answers[0] == answers[1]


@pytest.fixture
def exported(tmp_path, migrated_file, frame, good) -> Path:
    """An export of a small store."""
    shutil.copy(migrated_file, tmp_path / "small.db")
    store = Store.open(f"sqlite:///{tmp_path / 'small.db'}", tmp_path / "small")
    for day, value in ((MAY, "1.5"), (JUNE, "1.6")):
        batch = store.stage(S, "synthetic", frame(S, {"2022": value}), [RawPart(value.encode(), "u", "t")], day, "r")
        store.set_verdict(batch, good)
        store.publish(batch)
    store.put_document("edition", S, b"{}")
    store.export(tmp_path / "small.tar")
    return tmp_path / "small.tar"


@pytest.fixture
def target(tmp_path, migrated_file) -> Store:
    shutil.copy(migrated_file, tmp_path / "target.db")
    return Store.open(f"sqlite:///{tmp_path / 'target.db'}", tmp_path / "target")


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The export with other members, under right sums: what somebody could make on purpose."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    del members["SHA256SUMS"]
    change(members)
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in members.items())
    members["SHA256SUMS"] = sums.encode()
    with tarfile.open(path, "w") as tar:
        for name, body in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return path


def replaced(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        assert old.encode() in members[name]
        members[name] = members[name].replace(old.encode(), new.encode())

    return change


def other_body(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("bodies/"))
    members[name] = gzip.compress(b"another")


def without_body(members: dict[str, bytes]) -> None:
    del members[next(name for name in members if name.startswith("bodies/"))]


def doubled_batch(members: dict[str, bytes]) -> None:
    members["batches.jsonl"] += members["batches.jsonl"].splitlines(keepends=True)[0]


def published_unjudged(members: dict[str, bytes]) -> None:
    lines = [json.loads(line) for line in members["batches.jsonl"].splitlines()]
    members["batches.jsonl"] = b"".join(json.dumps(line | {"verdict": None}).encode() + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (replaced("export.json", '"version":2', '"version":1'), "format version 1"),
        (replaced("export.json", "oryndau-store", "another-store"), "not the export of a store"),
        (replaced("export.json", '"batches":2', '"batches":3'), "announces"),
        (replaced("contents.jsonl", "1.6", "1.7"), "do not have the hash"),
        (replaced("contents.jsonl", '1.6,"","1.6",1', 'NaN,"","1.6",1'), "not an observation"),
        (replaced("contents.jsonl", '"1.6",1', '"1.6",true'), "not an observation"),
        (replaced("contents.jsonl", "2022", "\\ud800"), "do not go together"),
        (replaced("contents.jsonl", "{", "["), "not JSON"),
        (
            replaced("batches.jsonl", '"known_from":"2024-06-10"', '"known_from":"2024-06-11"'),
            "not the one of its series, day and content",
        ),
        (replaced("batches.jsonl", '"sequence":2', '"sequence":1'), "do not go together"),
        (replaced("batches.jsonl", '"state":"published"', '"state":"staged"'), "state, order and verdict"),
        (published_unjudged, "state, order and verdict"),
        (doubled_batch, "do not go together"),
        (replaced("documents.jsonl", '"kind":"edition"', '"kind":7'), "kind is '7'"),
        (other_body, "another response than its name says"),
        (without_body, "not in the file"),
    ],
)
def test_a_file_made_to_deceive_is_refused_and_leaves_nothing(exported, target, change, told):
    with pytest.raises(ExportRefused, match=told) as caught:
        target.load(rewritten(exported, change))
    assert caught.value.where == str(exported)
    assert target.documents("edition") == [] and target.vintages(S) == []
    assert target.verify() == []


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "bodies/../../outside", "bodies/" + "0" * 64])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE])
def test_paths_links_and_devices_lead_nowhere(exported, target, tmp_path, name, kind):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    with tarfile.open(exported, "a") as tar:
        tar.addfile(member)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ExportRefused, match="does not belong into an export"):
        target.load(exported)
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and "target.db" not in path.name] == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(exported, target, monkeypatch):
    monkeypatch.setattr(loading, "LARGEST_BODY", 1_000_000)

    def bomb(members: dict[str, bytes]) -> None:
        members[next(name for name in members if name.startswith("bodies/"))] = gzip.compress(bytes(1_000_001))

    with pytest.raises(ExportRefused, match="at most 1000000 bytes"):
        target.load(rewritten(exported, bomb))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_or_altered_anywhere_is_refused_or_loads_the_same(exported, tmp_path, migrated_file, data):
    whole = exported.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] if data.draw(st.booleans()) else whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :]
    name = f"{zlib.crc32(broken):08x}"
    (tmp_path / f"{name}.tar").write_bytes(broken)
    shutil.copy(migrated_file, tmp_path / f"{name}.db")
    store = Store.open(f"sqlite:///{tmp_path / name}.db", tmp_path / "broken")
    try:
        store.load(tmp_path / f"{name}.tar")
    except ExportRefused as refused:
        assert name in refused.where
        assert store.documents("edition") == []
    else:
        store.export(tmp_path / f"{name}.out")  # padding was hit, which says nothing
        assert (tmp_path / f"{name}.out").read_bytes() == whole
    for path in tmp_path.glob(f"{name}*"):
        path.unlink()


def test_a_damaged_store_is_not_exported(filled, tmp_path, in_own_process):
    filled.archive.put(os.urandom(200_000))

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        filled.export(tmp_path / "out" / "store.tar")

    assert isinstance(in_own_process(little_room), DiskFull)
    victim = Path(filled.archive.location(filled.batch(filled.vintages(S)[0].id).raw_sha256))
    victim.chmod(0o644)
    victim.write_bytes(b"")
    with pytest.raises(ArchiveCorrupted):
        filled.export(tmp_path / "out" / "store.tar")
    victim.unlink()
    with pytest.raises(StoreCorrupted, match="lacks the raw response"):
        filled.export(tmp_path / "out" / "store.tar")
    assert list((tmp_path / "out").iterdir()) == []

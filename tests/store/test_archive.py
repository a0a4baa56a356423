"""The archive: what was received is kept, is never changed, and damage is never passed on."""

from __future__ import annotations

import gzip
import hashlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.store.archive import Archive
from indicators.store.errors import ArchiveCorrupted, ArchiveMissing, DiskFull, StoreReadOnly, StoreUnavailable

BODY = b'{"synthetic": [1, 2, 3]}' * 50


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.at(tmp_path / "archive")


def test_a_body_comes_back_whole_under_its_own_hash(archive):
    sha256 = archive.put(BODY)
    assert sha256 == hashlib.sha256(BODY).hexdigest()
    assert archive.get(sha256) == BODY
    assert sha256 in archive
    assert archive.get(archive.put(b"")) == b""


def test_the_same_body_is_kept_once_and_the_file_has_the_same_bytes_everywhere(archive, tmp_path):
    sha256 = archive.put(BODY)
    archive.put(BODY)
    other = Archive.at(tmp_path / "other")
    other.put(BODY)
    assert len(files(Path(archive.root))) == 1
    assert archive.packed(sha256) == other.packed(sha256)
    assert Path(archive.location(sha256)).stat().st_mode & 0o222 == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-20],
        lambda whole: b"",
        lambda whole: b"<html>" + whole,
        lambda whole: gzip.compress(b"another body"),
        lambda whole: whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
    ],
    ids=["cut", "empty", "not gzip", "other body", "one bit"],
)
def test_damage_is_named_and_mended_by_putting_the_body_again(archive, damage):
    sha256 = archive.put(BODY)
    archive.put(b"a neighbour")
    path = Path(archive.location(sha256))
    path.chmod(0o644)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ArchiveCorrupted, match=r"damaged.*Restore") as caught:
        archive.get(sha256)
    assert str(path) in str(caught.value)
    assert [problem.where for problem in archive.problems()] == [str(path)]
    archive.put(BODY)
    assert archive.get(sha256) == BODY
    assert list(archive.problems()) == []


def test_an_absent_body_or_a_wrong_hash_is_named(archive):
    with pytest.raises(ArchiveMissing, match="collect the series again"):
        archive.get(hashlib.sha256(b"never put").hexdigest())
    with pytest.raises(ArchiveMissing, match="not a SHA-256"):
        archive.get("../../etc/passwd")


def test_a_read_only_folder_can_be_read_and_refuses_with_the_folder_named(open_folder, in_own_process):
    archive = Archive.at(open_folder)
    sha256 = archive.put(BODY)
    open_folder.chmod(0o555)
    assert in_own_process(lambda: archive.get(sha256), ordinary_user=True) is None
    error = in_own_process(lambda: archive.put(b"new"), ordinary_user=True)
    assert isinstance(error, StoreReadOnly)
    assert str(open_folder) in str(error)
    assert len(files(open_folder)) == 1


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="is a folder"):
        Archive.at(tmp_path / "file").put(BODY)


def test_when_the_room_runs_out_nothing_half_written_remains(archive, in_own_process):
    kept = archive.put(b"small")
    large = os.urandom(50_000)

    def write_with_little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        archive.put(large)

    error = in_own_process(write_with_little_room)
    assert isinstance(error, DiskFull)
    assert "Free some space" in str(error)
    assert [path.stem for path in files(Path(archive.root))] == [kept]
    assert archive.get(archive.put(large)) == large


def test_a_process_killed_while_writing_leaves_nothing_that_counts(archive, tmp_path):
    script = """
import os, signal, sys
from pathlib import Path
from indicators.store.archive import Archive
os.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)
Archive.at(sys.argv[1]).put(sys.argv[2].encode())
"""
    done = subprocess.run([sys.executable, "-c", script, archive.root, BODY.decode()], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(archive.hashes()) == []
    sha256 = archive.put(BODY)
    assert archive.get(sha256) == BODY
    assert list(archive.hashes()) == [sha256]

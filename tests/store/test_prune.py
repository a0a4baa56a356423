"""Pruning: what nothing needs goes, and nothing that a figure, a refusal or an edition rests on."""

from __future__ import annotations

import json
import multiprocessing
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from indicators.register.observation import Observation, to_frame
from indicators.store.batch import RawPart
from indicators.store.errors import StoreReadOnly
from indicators.store.store import Store
from tests.store.disturbed import everything

S = "synthetic/a"
MAY, JUNE, JULY = (date(2024, month, 10) for month in (5, 6, 7))


def test_only_what_nothing_needs_is_removed(store, stage, release, frame, bad, good):
    release(S, MAY, {"2022": "4.50"})
    refused = stage(S, JUNE, {"2022": "450"})
    store.quarantine(refused, bad)
    overtaken = stage(S, MAY, {"2022": "4.51"})
    repeated = stage(S, MAY, frame(S, {"2022": "4.5"}).loc[[0, 0]])
    waiting = stage(S, JULY, {"2022": "4.52"})
    lone = stage("synthetic/b", MAY, {"2022": "1"})
    orphan = store.archive.put(b"a response that no batch names")
    cited = store.archive.put(b"a response of a batch that is gone, printed in an edition")
    part = store.archive.put(b"one of several parts")
    listing = store.archive.put(json.dumps({"parts": [{"sha256": part}]}, separators=(",", ":")).encode())
    store.put_document("edition", "KZ-synthetic/1", json.dumps({"raw_sha256": [cited, listing]}).encode())
    lost = {store.batch(b).raw_sha256 for b in (overtaken, repeated)} | {orphan}
    before = everything(store, [S, "synthetic/b"], JULY)
    files = sorted(store.archive.hashes())

    told = store.prune()
    assert set(told.staged) == {overtaken, repeated}
    assert set(told.bodies) == lost
    assert told.size == sum(map(store.archive.size, lost))
    assert sorted(store.archive.hashes()) == files
    assert store.batch(overtaken).state == "staged"

    assert store.prune(remove=True) == told
    assert set(store.archive.hashes()) == set(files) - lost
    assert everything(store, [S, "synthetic/b"], JULY) == before
    assert [store.batch(b).state for b in (refused, waiting, lone)] == ["quarantined", "staged", "staged"]
    assert store.prune() == store.prune(remove=True)
    assert not store.prune().bodies

    again = stage(S, MAY, {"2022": "4.51"})
    store.set_verdict(again, good)
    assert store.publish(again) == overtaken, "what was pruned may come again"
    assert store.verify() == []


def test_a_killed_run_leaves_a_file_that_goes_and_a_running_one_keeps_its_own(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}", tmp_path / "archive")
    store.migrate()
    script = """
import os, signal, sys, time
from indicators.store.archive import Archive
def stop(*names):
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    print("writing", flush=True)
    sys.stdin.read()
    rename(*names)
rename, os.replace = os.replace, stop
Archive.at(sys.argv[1]).put(sys.argv[2].encode())
"""
    command = [sys.executable, "-c", script, store.archive.root]
    assert subprocess.run([*command, "killed"], check=False).returncode == -signal.SIGKILL
    writing = subprocess.Popen([*command, "alive"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert writing.stdout is not None and writing.stdout.readline() == b"writing\n"
    hidden = list(Path(store.archive.root).rglob(".*.tmp"))
    assert len(hidden) == 2
    [left] = store.prune(remove=True).temporary
    gone = Path(store.archive.root) / left
    assert gone in hidden and not gone.exists()
    writing.communicate()
    assert writing.returncode == 0
    assert len(list(store.archive.hashes())) == 1
    assert not list(Path(store.archive.root).rglob(".*.tmp"))


def stage_many(store: Store, first: int) -> None:
    for number in range(first, first + 15):
        frame = to_frame([Observation(S, "KZ", "2022", float(number), "", str(number), 0)])
        # Every body is one that lay unnamed in the archive before: the worst case for a pruning beside.
        store.stage(S, "synthetic", frame, [RawPart(b"body %d" % number, "", "")], JULY, "r")


def test_pruning_beside_collectors_takes_nothing_away_from_them(store):
    for number in range(30):
        store.archive.put(b"body %d" % number)
    fork = multiprocessing.get_context("fork")
    collectors = [fork.Process(target=stage_many, args=(store, first)) for first in (0, 15)]
    for process in collectors:
        process.start()
    while any(process.is_alive() for process in collectors):
        store.prune(remove=True)
    for process in collectors:
        process.join()
    assert [process.exitcode for process in collectors] == [0, 0]
    assert store.verify() == []
    assert len(list(store.archive.hashes())) == 30


def test_a_folder_that_may_not_be_written_is_named(open_folder, in_own_process):
    store = Store.open(f"sqlite:///{open_folder / 'store.db'}", open_folder / "archive")
    store.migrate()
    path = Path(store.archive.location(store.archive.put(b"orphan")))
    for file in (open_folder / "store.db", *open_folder.glob("store.db-*")):
        file.chmod(0o666)
    open_folder.chmod(0o777)
    path.parent.chmod(0o555)
    error = in_own_process(lambda: store.prune(remove=True), ordinary_user=True)
    assert isinstance(error, StoreReadOnly)
    assert str(path.parent) in str(error)
    path.parent.chmod(0o755)

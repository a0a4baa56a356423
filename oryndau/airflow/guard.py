"""The guard: starts processes, and ends them with all their descendants when told to or orphaned.

It runs as a process of its own (``python -m oryndau.airflow.guard``), because only that survives
a launcher that crashes or is killed. It reads its standard input: each line starts one process,
the end of the input ends them all; the input ends with the launcher, however that dies. On its
standard output it reports, a JSON line each, what was started and what exited. On Linux the guard
adopts orphaned descendants, so that a process which left its parent's group is found as well.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

GRACE_SECONDS = 1.5
"""How long a process may take to end by itself before it is killed."""

_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """Serve standard input until it ends; 0 once no descendant is left."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    _prctl(_SET_CHILD_SUBREAPER, 1)
    names: dict[int, str] = {}
    pending = b""
    try:
        while True:
            readable, _, _ = select.select([0], [], [], 0.1)
            if readable:
                chunk = os.read(0, 65536)
                if not chunk:
                    return 0
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    order = json.loads(line)
                    pid = _start(order)
                    names[pid] = order["name"]
                    _report(event="started", name=order["name"], pid=pid)
            for pid, code in _ended():
                if pid in names:
                    _report(event="exited", name=names.pop(pid), code=code)
    finally:
        _end(names)


def _start(order: dict[str, Any]) -> int:
    """Start one process in a session of its own, its output going to its log file."""
    with Path(order["log"]).open("wb") as log:
        return subprocess.Popen(
            order["argv"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=order["env"],
            cwd=order["cwd"],
            start_new_session=True,
            preexec_fn=_die_with_parent,
        ).pid


def _die_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # Should the guard itself be killed, the processes are told to end.
    _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _ended() -> Iterable[tuple[int, int]]:
    """Process id and exit code of every child that ended, adopted ones too."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def _end(leaders: Iterable[int]) -> None:
    """Ask the started processes to end, then kill whatever is left, until nothing is."""
    for pid in leaders:
        _signal(pid, signal.SIGINT)
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        for _ in _ended():
            pass
        left = psutil.Process().children(recursive=True)
        if not left:
            return
        if time.monotonic() > deadline:
            for process in left:
                _signal(process.pid, signal.SIGKILL)
        time.sleep(0.05)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _report(**event: Any) -> None:
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return  # the launcher is gone; the end of the input follows


if __name__ == "__main__":
    raise SystemExit(main())

"""One run at a time in one home: the lock, and who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout


class Taken(RuntimeError):
    """Another process holds what this run needs; says who, and what to do."""


@contextmanager
def one_run(home: Path) -> Iterator[bool]:
    """Hold the home for one run; gives True where the run before it was cut off.

    Taken names the holder. The system frees the lock with the process, however that ends.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    card = home / "run.json"
    lock = FileLock(home / "run.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise Taken(
            f"another run is at work in {home}{_holder(card)}; wait for it, stop it, "
            "or set ORYNDAU_HOME to another folder"
        ) from error
    try:
        cut_off = card.exists()
        card.write_text(json.dumps({"pid": os.getpid(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}))
        yield cut_off
        card.unlink()
    finally:
        lock.release()


def port(host: str, wanted: int | None) -> int:
    """A port that is free on ``host``: the wanted one, else any. Taken names who has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted or 0))
        except OSError as error:
            raise Taken(
                f"port {wanted} on {host} cannot be used ({error.strerror}{_listener(wanted)}); "
                "free it, set ORYNDAU_PORT to another, or leave ORYNDAU_PORT out for any free port"
            ) from error
        return int(probe.getsockname()[1])


def _holder(card: Path) -> str:
    try:
        found = json.loads(card.read_text())
    except (OSError, ValueError):
        return ""  # the holder is just coming or going
    return f" (process {found['pid']}, since {found['since']})"


def _listener(wanted: int | None) -> str:
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return ""
    for connection in connections:
        if connection.status != psutil.CONN_LISTEN or not connection.pid:
            continue
        if getattr(connection.laddr, "port", None) == wanted:
            return f", by process {connection.pid} {psutil.Process(connection.pid).name()}"
    return ""

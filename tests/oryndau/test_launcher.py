"""The launcher leaves no process behind, and says who is in its way."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from oryndau.airflow import home, lock
from oryndau.airflow.client import reason
from oryndau.settings import PROJECT, Settings

STARTS_A_STRAY = """
import os, subprocess, sys, time
stray = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
with open(sys.argv[1], "w") as fifo:
    fifo.write(f"{os.getpid()} {stray.pid}")
if sys.argv[2] == "leave":
    os._exit(0)
time.sleep(600)
"""

HOLDS_A_GUARD = """
import json, subprocess, sys, time
guard = subprocess.Popen([sys.executable, "-m", "oryndau.airflow.guard"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
guard.stdin.write(sys.argv[1].encode() + b"\\n"); guard.stdin.flush()
print(guard.pid, flush=True)
time.sleep(600)
"""

HOLDS_THE_LOCK = """
import sys, time
from pathlib import Path
from oryndau.airflow import lock
with lock.one_run(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""

SCORECARDS = """
from datetime import date
from pathlib import Path
from rich.console import Console
from oryndau import launcher
from oryndau.airflow.progress import Progress
from oryndau.settings import Settings
settings = Settings.from_environment()
launcher.run(settings, [], ["ru"], None, None, settings.out, Progress(Console()))
"""


def python(script: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    """A Python process of its own that runs ``script``."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        env=os.environ | {"PYTHONPATH": str(PROJECT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_gone(processes: list[psutil.Process]) -> None:
    _, left = psutil.wait_procs(processes, timeout=15)
    for process in left:
        process.kill()
    assert left == []


@pytest.mark.parametrize("parent", ["stay", "leave"])
def test_killed_launcher_leaves_no_process(tmp_path: Path, parent: str) -> None:
    """Also none that left its parent's group, whether its parent still lives or not."""
    fifo = tmp_path / "pids"
    os.mkfifo(fifo)
    order = {
        "name": "synthetic",
        "argv": [sys.executable, "-c", STARTS_A_STRAY, str(fifo), parent],
        "env": dict(os.environ),
        "cwd": str(tmp_path),
        "log": str(tmp_path / "log"),
    }
    launcher = python(HOLDS_A_GUARD, json.dumps(order))
    assert launcher.stdout is not None
    guard = int(launcher.stdout.readline())
    started, stray = map(int, fifo.read_text().split())
    watched = [psutil.Process(pid) for pid in (guard, stray)]
    if parent == "stay":
        watched.append(psutil.Process(started))
    launcher.kill()
    launcher.communicate()
    assert_gone(watched)


def test_interrupted_run_leaves_no_process_and_the_next_may_start(tmp_path: Path) -> None:
    """A real Airflow, interrupted while its tasks run."""
    launcher = python(SCORECARDS, ORYNDAU_HOME=str(tmp_path / "home"), ORYNDAU_OUT=str(tmp_path / "out"))
    assert launcher.stdout is not None
    for line in launcher.stdout:
        if "collecting" in line:
            break
    started = psutil.Process(launcher.pid).children(recursive=True)
    ports = [c for p in started for c in p.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert len(started) > 4, "Airflow was expected to run"
    assert {connection.laddr.ip for connection in ports} == {"127.0.0.1"}
    launcher.send_signal(signal.SIGINT)
    _, errors = launcher.communicate(timeout=60)
    assert launcher.returncode != 0
    assert "KeyboardInterrupt" in errors
    assert_gone(started)
    with lock.one_run(tmp_path / "home") as cut_off:
        assert cut_off


def test_second_run_is_refused_with_the_holder_named(tmp_path: Path) -> None:
    holder = python(HOLDS_THE_LOCK, str(tmp_path))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(lock.Taken, match=f"process {holder.pid}, since"), lock.one_run(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with lock.one_run(tmp_path) as cut_off:
        assert cut_off
    with lock.one_run(tmp_path) as cut_off:
        assert not cut_off


def test_taken_port_is_refused_with_the_holder_named() -> None:
    with socket.socket() as holder:
        holder.bind((home.HOST, 0))
        holder.listen()
        number = holder.getsockname()[1]
        with pytest.raises(lock.Taken, match=rf"port {number} .*process {os.getpid()} .*ORYNDAU_PORT"):
            lock.port(home.HOST, number)


def test_secrets_are_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ORYNDAU_HOME": str(tmp_path / "home")})
    home.prepare(settings)
    first = home.environment(settings, 8080, tmp_path), home.password(settings)
    home.prepare(settings)
    assert (home.environment(settings, 8080, tmp_path), home.password(settings)) == first
    secret = first[0]["AIRFLOW__API_AUTH__JWT_SECRET"]
    assert len(secret) >= 64
    for path in settings.airflow_home.iterdir():
        if path.is_file() and (secret in path.read_text() or first[1] in path.read_text()):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_proxy_does_not_come_between_tasks_and_their_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "intern.example")
    settings = Settings.from_environment({"ORYNDAU_HOME": str(tmp_path / "home")})
    home.prepare(settings)
    handed_on = home.environment(settings, 8080, tmp_path)
    assert handed_on["HTTP_PROXY"] == "http://proxy.example:3128"
    assert handed_on["NO_PROXY"].split(",") == ["intern.example", "127.0.0.1", "localhost"]


def test_damaged_metadata_is_named_and_kept(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ORYNDAU_HOME": str(tmp_path / "home")})
    home.prepare(settings)
    database = settings.airflow_home / home.DATABASE
    database.write_bytes(b"not a database" * 1000)
    with pytest.raises(home.HomeError, match=r"delete .*metadata\.db"):
        home.migrate(settings, home.environment(settings, 8080, tmp_path))
    assert database.read_bytes() == b"not a database" * 1000
    assert not home.migrated(settings)


def test_reason_of_a_failed_task_is_its_last_error(tmp_path: Path) -> None:
    log = tmp_path / "attempt=1.log"
    assert "before it could write" in reason(log)
    log.write_text('{"event": "begun"}\na library printed this\n')
    assert "may have been killed" in reason(log)
    entry = {"event": "failed", "error_detail": [{"exc_type": "DiskFull", "exc_value": "no room"}]}
    log.write_text(log.read_text() + json.dumps(entry) + "\n" + '{"event": "Post Execute"}\n')
    assert reason(log) == "DiskFull: no room"

"""The embedded Airflow: API server, DAG processor and scheduler of one run on this machine.

They live in a ``with`` block: started at its head, and ended with every process of theirs when
it is left, by the guard (see :mod:`oryndau.airflow.guard`).
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from oryndau.airflow import home
from oryndau.airflow.client import AirflowFailed, Client
from oryndau.airflow.guard import GRACE_SECONDS
from oryndau.settings import PROJECT, Settings

START_SECONDS = 180.0
"""How long Airflow may take to start, on a slow and busy machine."""


@dataclass
class Embedded:
    """A running Airflow: its API, its logs, and a watch over its processes."""

    client: Client
    logs: Path
    guard: subprocess.Popen[bytes]
    ended: dict[str, int] = field(default_factory=dict)
    _pending: bytes = b""

    def start(self, name: str, arguments: list[str], variables: Mapping[str, str]) -> None:
        """Have the guard start one of Airflow's processes."""
        order = {
            "name": name,
            "argv": [sys.executable, "-m", "airflow", *arguments],
            "env": dict(variables),
            "cwd": str(PROJECT),
            "log": str(self.logs / f"{name}.log"),
        }
        assert self.guard.stdin is not None
        self.guard.stdin.write(json.dumps(order).encode() + b"\n")
        self.guard.stdin.flush()

    def watch(self) -> None:
        """Take note of what ended; AirflowFailed where that must not have."""
        assert self.guard.stdout is not None
        while select.select([self.guard.stdout], [], [], 0)[0]:
            chunk = os.read(self.guard.stdout.fileno(), 65536)
            if not chunk:
                raise AirflowFailed("the process that guards Airflow was killed: run the command again")
            *lines, self._pending = (self._pending + chunk).split(b"\n")
            for event in map(json.loads, lines):
                if event["event"] == "exited":
                    self.ended[event["name"]] = event["code"]
        for name, code in self.ended.items():
            if name != "dag-processor" or code != 0:
                log = self.logs / f"{name}.log"
                raise AirflowFailed(f"Airflow's {name} ended unasked (code {code}): see {log}{_last_line(log)}")

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Come back when ``condition`` holds; AirflowFailed where it does not come to that."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            self.watch()
            if time.monotonic() > deadline:
                raise AirflowFailed(f"Airflow did not start within {START_SECONDS:.0f} s: see {self.logs}")
            time.sleep(0.1)

    def files_read(self) -> bool:
        """Whether the DAG files were read."""
        return "dag-processor" in self.ended


@contextmanager
def airflow(settings: Settings, port: int, dags: Path, cut_off: bool) -> Iterator[Embedded]:
    """Airflow at work on ``dags``; AirflowFailed or ApiError where it does not come up.

    ``cut_off`` says that an earlier run was interrupted: what it left unfinished is failed before
    the scheduler could take it up again.
    """
    variables = home.environment(settings, port, dags)
    logs = home.logs(settings)
    guard = subprocess.Popen(
        [sys.executable, "-m", "oryndau.airflow.guard"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(logs / "guard.log").open("wb"),
        env=variables,
        cwd=PROJECT,
        start_new_session=True,
    )
    try:
        with Client(f"http://{home.HOST}:{port}", home.USER, home.password(settings)) as client:
            running = Embedded(client, logs, guard)
            running.start("api-server", ["api-server"], variables)
            # One pass over the files is enough: nobody edits them while a person waits.
            running.start("dag-processor", ["dag-processor", "--num-runs", "1"], variables)
            scheduler = ["scheduler", "--skip-serve-logs"]
            if not cut_off:  # all three at once: that is the quickest
                running.start("scheduler", scheduler, home.scheduler_environment(variables))
            running.wait_until(client.healthy)
            client.log_in()
            running.wait_until(running.files_read)
            if cut_off:
                for dag_id, run_id in client.unfinished_runs():
                    client.fail_run(dag_id, run_id)
                running.start("scheduler", scheduler, home.scheduler_environment(variables))
            if errors := client.import_errors():
                raise AirflowFailed("a DAG file does not load: " + "\n".join(errors))
            yield running
    finally:
        _end(guard)


def _end(guard: subprocess.Popen[bytes]) -> None:
    """Close the guard's input, and wait until it has ended all that it started."""
    assert guard.stdin is not None and guard.stdout is not None
    with suppress(BrokenPipeError):
        guard.stdin.close()
    try:
        guard.wait(timeout=GRACE_SECONDS + 10)
    finally:
        guard.stdout.close()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.is_file() else []
    told = [line.strip() for line in lines if line.strip()]
    return f" ({told[-1][:300]})" if told else ""

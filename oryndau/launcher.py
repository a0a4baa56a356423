"""The launcher: one command, a real Airflow run, the scorecards.

Takes the lock, starts an Airflow of its own, has it collect, score and publish, tells what
happens, and ends every process that it started, however it ends itself.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from oryndau.airflow import home, lock
from oryndau.airflow.client import FINISHED_TASK, REPEATED, UNFINISHED, Task, reason, task_log
from oryndau.airflow.embedded import Embedded, airflow
from oryndau.airflow.pools import source_pools
from oryndau.airflow.progress import Progress
from oryndau.settings import PROJECT, Settings

DAGS = PROJECT / "dags"
POLL_SECONDS = 0.5
REFUSED = "gate.every_suite_passed"
"""Task that is red where a batch was refused; :class:`Outcome` names the batches as quarantined."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that failed: its name, the reason in its own words, and where its log lies."""

    dag: str
    task: str
    reason: str
    log: Path

    def __str__(self) -> str:
        return f"{self.dag}: {self.task}: {self.reason}\n    log: {self.log}"


@dataclass
class Outcome:
    """What a run came to: editions made, reports written, what failed, what the checks refused."""

    editions: list[str] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def run(
    settings: Settings,
    laws: Sequence[str],
    langs: Sequence[str],
    at: date | None,
    as_of: date | None,
    out: Path,
    progress: Progress,
) -> Outcome:
    """Collect, score and publish ``laws`` (none: all) in ``langs`` with a real Airflow.

    A source that fails does not keep the others from being reported; :class:`Outcome` names it.
    Raises ``lock.Taken`` where another run or program holds the home or the port, ``HomeError``
    or ``AirflowFailed`` where Airflow does not work, KeyboardInterrupt where it is told to stop.
    Whatever happens, no process is left behind.
    """
    asked = {
        "laws": list(laws),
        "at": at.isoformat() if at else None,
        "as_of": as_of.isoformat() if as_of else None,
    }
    with _told_to_stop(), lock.one_run(settings.home) as cut_off, progress, ExitStack() as lifetime:
        port = lock.port(home.HOST, settings.port)
        home.prepare(settings)
        if not home.migrated(settings):
            with progress.part("preparing Airflow"):
                home.migrate(settings, home.environment(settings, port, DAGS))
        with progress.part("starting Airflow"):
            running = lifetime.enter_context(airflow(settings, port, DAGS, cut_off))
            for pool, slots in source_pools(settings.register).items():
                running.client.set_pool(pool, slots, "tasks that read this source")
        outcome = _chain(running, asked, langs, out, progress)
        with progress.part("stopping Airflow"):
            lifetime.close()
    outcome.seconds = progress.seconds
    return outcome


def _chain(running: Embedded, asked: dict[str, Any], langs: Sequence[str], out: Path, progress: Progress) -> Outcome:
    """The three DAGs, one after another; each goes on with what the one before it achieved."""
    outcome = Outcome()
    with progress.part("collecting, checking, publishing figures"):
        collected = _Run(running, "collect", {**asked, "score": "all"}, progress)
        collected.follow(outcome)
        for task in collected.done("gate.check"):
            outcome.quarantined += collected.returned(task)["quarantined"]
    if not collected.done("gate.publish"):
        return outcome
    with progress.part("scoring"):
        _Run.started_by(collected, "score").follow(outcome)
    with progress.part("making scorecards"):
        made = _Run(
            running, "publish_scorecards", {**asked, "languages": list(langs), "out": str(out.resolve())}, progress
        )
        made.follow(outcome)
        for task in made.done("edit"):
            outcome.editions += made.returned(task)
        for task in made.done("render"):
            outcome.paths += map(Path, made.returned(task))
    return outcome


class _Run:
    """One DAG run, from its start to its end."""

    def __init__(
        self, running: Embedded, dag_id: str, asked: dict[str, Any], progress: Progress, run_id: str | None = None
    ):
        self.running, self.dag_id, self.progress = running, dag_id, progress
        self.asked_at = datetime.now(UTC)
        self.run_id = run_id or running.client.trigger(dag_id, asked)
        self.tasks: list[Task] = []
        self._told: set[tuple[str, int, str | None, int]] = set()

    @classmethod
    def started_by(cls, earlier: _Run, dag_id: str) -> _Run:
        """The run that the figures announced by an earlier run start."""
        client, found = earlier.running.client, None
        while found is None:
            earlier.running.watch()
            found = client.asset_run_since(dag_id, earlier.asked_at)
            time.sleep(POLL_SECONDS)
        return cls(earlier.running, dag_id, {}, earlier.progress, found)

    def follow(self, outcome: Outcome) -> None:
        """Tell of each task until the run ends; put what failed into ``outcome``."""
        state = "queued"
        while state in UNFINISHED:
            time.sleep(POLL_SECONDS)
            self.running.watch()
            state = self.running.client.run_state(self.dag_id, self.run_id)
            self.tasks = self.running.client.tasks(self.dag_id, self.run_id)
            self.progress.running([task.name for task in self.tasks if task.state == "running"])
            self._tell()
        failed = [task for task in self.tasks if task.state == "failed"]
        for task in failed:
            if task.id == REFUSED:
                continue  # what the checks refuse is kept out of the reports, and fails nothing else
            log = self._log(task)
            outcome.failures.append(Failure(self.dag_id, task.name, reason(log), log))
        if state == "failed" and not failed:
            log = self.running.logs / "scheduler.log"
            outcome.failures.append(Failure(self.dag_id, "the run", "it failed without a failed task", log))

    def _tell(self) -> None:
        """Tell of what ended since the last time, and of a try that will be repeated with its reason."""
        for task in self.tasks:
            end = (task.id, task.index, task.state, task.tries)
            if end in self._told or task.state not in (*FINISHED_TASK, REPEATED):
                continue
            self._told.add(end)
            self.progress.finished(self.dag_id, task.name, task.state, task.seconds)
            if task.state == REPEATED:
                self.progress.note(f"    {reason(self._log(task))}")

    def _log(self, task: Task) -> Path:
        return task_log(self.running.logs, self.dag_id, self.run_id, task)

    def done(self, task_id: str) -> list[Task]:
        """Those tasks of this name that succeeded."""
        return [task for task in self.tasks if task.id == task_id and task.state == "success"]

    def returned(self, task: Task) -> Any:
        """What a task gave back."""
        return self.running.client.returned(self.dag_id, self.run_id, task)


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the run as Ctrl-C does, through every ``finally``.

    SIGINT is set as well: a shell starts what it puts in the background with SIGINT ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, _interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)

"""What the person sees while Airflow works: what runs, what is done, how long it took.

On a terminal a few lines that move; elsewhere (a log, CI) one line an event. Airflow's own
output never comes here, it goes to files.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from oryndau.airflow.client import REPEATED

MARKS = {
    "success": "done",
    "failed": "FAILED",
    "skipped": "skipped",
    "upstream_failed": "not run",
    REPEATED: "again",
}


class Progress:
    """The parts of a run, one after another, each with its tasks; ``seconds`` keeps their times."""

    def __init__(self, console: Console):
        self.seconds: dict[str, float] = {}
        self._console = console
        self._began = time.monotonic()
        self._part: str | None = None
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}", markup=True),
            console=console,
            transient=False,
        )
        self._row: TaskID | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of the run, timed; parts follow one another."""
        began = time.monotonic()
        self._part = name
        if self._console.is_terminal:
            self._row = self._bars.add_task(name, total=1, detail="")
        else:
            self._line(name)
        try:
            yield
        finally:
            self.seconds[name] = round(time.monotonic() - began, 1)
        if self._row is not None:
            self._bars.update(self._row, completed=1, detail="")
            self._row = None

    def running(self, names: list[str]) -> None:
        """The tasks at work now."""
        if self._row is not None:
            self._bars.update(self._row, detail="  ".join(names)[:100])

    def finished(self, dag_id: str, task: str, state: str, seconds: float | None) -> None:
        """A task that came to its end, or to the end of a try that will be repeated."""
        took = f"{seconds:6.1f} s" if seconds is not None else " " * 8
        line = f"  {MARKS.get(state, state):8}{took}  {dag_id}: {task}"
        if not self._console.is_terminal:
            self._line(line)
        elif state in ("failed", REPEATED):
            self._console.print(line, style="red", highlight=False, markup=False)

    def note(self, text: str) -> None:
        """Something worth knowing."""
        if self._console.is_terminal:
            self._console.print(text, highlight=False, markup=False)
        else:
            self._line(text)

    def _line(self, text: str) -> None:
        elapsed = int(time.monotonic() - self._began)
        self._console.print(f"{elapsed // 60}:{elapsed % 60:02}  {text}", highlight=False, markup=False, soft_wrap=True)

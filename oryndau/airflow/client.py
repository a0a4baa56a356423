"""Airflow's REST API, as far as the launcher needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx

UNFINISHED = ("queued", "running")
PAGE = 100
FINISHED_TASK = ("success", "failed", "skipped", "upstream_failed", "removed")
REPEATED = "up_for_retry"


class AirflowFailed(RuntimeError):
    """Airflow itself did not start or did not go on."""


class ApiError(AirflowFailed):
    """Airflow's API refused a request, or gave no answer to it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a run, at the moment of asking."""

    id: str
    index: int
    label: str
    state: str | None
    tries: int
    seconds: float | None

    @property
    def name(self) -> str:
        """Name for people: the task, and what this one of several works on."""
        return f"{self.id} [{self.label}]" if self.label else self.id


class Client:
    """A session with one API server; closes with its ``with`` block."""

    def __init__(self, address: str, user: str, password: str):
        self._credentials = {"username": user, "password": password}
        # The server is on this machine: a proxy of the environment must not come between.
        self._http = httpx.Client(base_url=address, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def healthy(self) -> bool:
        """Whether the server answers and reaches its database."""
        try:
            # The first answer of the tasks' own API takes seconds: better now than with the first task.
            self._http.get("/execution/health")
            answer = self._http.get("/api/v2/monitor/health")
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and answer.json()["metadatabase"]["status"] == "healthy"

    def log_in(self) -> None:
        """Obtain the token that the other calls need."""
        token = self._call("POST", "/auth/token", json=self._credentials)["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def import_errors(self) -> list[str]:
        """DAG files that do not load, each with the reason."""
        found = self._pages("/api/v2/importErrors", "import_errors", {})
        return [f"{error['filename']}: {error['stack_trace'].strip()}" for error in found]

    def set_pool(self, name: str, slots: int, description: str) -> None:
        """Make a pool, or bring it to ``slots``."""
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        known = {pool["name"]: pool["slots"] for pool in self._pages("/api/v2/pools", "pools", {})}
        if name not in known:
            self._call("POST", "/api/v2/pools", json=body)
        elif known[name] != slots:
            self._call("PATCH", f"/api/v2/pools/{name}", json=body)

    def unfinished_runs(self) -> list[tuple[str, str]]:
        """DAG and run of every run that waits or runs."""
        found = self._pages("/api/v2/dags/~/dagRuns", "dag_runs", {"state": UNFINISHED})
        return [(run["dag_id"], run["dag_run_id"]) for run in found]

    def fail_run(self, dag_id: str, run_id: str) -> None:
        """Mark a run as failed, with what it still has to do."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed"})

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run; gives its id."""
        body = {"logical_date": None, "conf": dict(conf)}
        return str(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """``queued``, ``running``, ``success`` or ``failed``."""
        return str(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def tasks(self, dag_id: str, run_id: str) -> list[Task]:
        """The tasks of a run."""
        url = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return [
            Task(
                id=entry["task_id"],
                index=entry["map_index"],
                label=entry["rendered_map_index"] or "",
                state=entry["state"],
                tries=entry["try_number"],
                seconds=entry["duration"],
            )
            for entry in self._pages(url, "task_instances", {})
        ]

    def returned(self, dag_id: str, run_id: str, task: Task) -> Any:
        """What a task gave back."""
        url = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task.id}/xcomEntries/return_value"
        value = self._call("GET", url, params={"map_index": task.index, "deserialize": False})["value"]
        return json.loads(value) if isinstance(value, str) else value

    def asset_run_since(self, dag_id: str, since: datetime) -> str | None:
        """The first run of a DAG that its assets started at or after a moment; None while there is none."""
        params = {"run_type": "asset_triggered", "run_after_gte": since.isoformat(), "order_by": "id", "limit": 1}
        found = self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns", params=params)["dag_runs"]
        return found[0]["dag_run_id"] if found else None

    def _pages(self, url: str, key: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Every entry of a list, a page at a time."""
        offset = 0
        while True:
            answer = self._call("GET", url, params={**params, "limit": PAGE, "offset": offset})
            yield from answer[key]
            offset += PAGE
            if offset >= answer["total_entries"]:
                return

    def _call(self, method: str, url: str, **request: Any) -> Any:
        try:
            answer = self._http.request(method, url, **request)
        except httpx.TransportError as error:
            raise ApiError(f"{method} {url}: no answer ({error}); see api-server.log in Airflow's logs") from error
        if answer.is_error:
            raise ApiError(f"{method} {url}: {answer.status_code} {_detail(answer)}")
        return answer.json()


def task_log(logs: Path, dag_id: str, run_id: str, task: Task) -> Path:
    """Where the log of a task's last try lies."""
    folder = logs / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task.id}"
    if task.index >= 0:
        folder /= f"map_index={task.index}"
    return folder / f"attempt={max(task.tries, 1)}.log"


def reason(log: Path) -> str:
    """Why a task failed: the last error that its log holds."""
    if not log.is_file():
        return "it ended before it could write a log"
    told = "it ended without an error of its own: it may have been killed, e.g. for want of memory"
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # a line that a library printed
        if isinstance(entry, dict) and entry.get("error_detail"):
            error = entry["error_detail"][0]
            told = f"{error['exc_type']}: {error['exc_value']}"
    return told


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.text[:500]
    return detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False)

"""A task that ends badly is told with the DAG's own advice and the link that it names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from oryndau.notices import Notice


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Notice]:
    notices: list[Notice] = []
    monkeypatch.setattr("oryndau.notices.send", lambda settings, notice: notices.append(notice))
    return notices


def end(dags: dict[str, Any], dag_id: str, task_id: str, error: Exception | None) -> None:
    ti = SimpleNamespace(task_id=task_id, map_index=-1, run_id="manual", log_url="http://127.0.0.1/log")
    callback = dags[dag_id].get_task(task_id).on_failure_callback  # a mapped task has it bare
    (callback[0] if isinstance(callback, list) else callback)({"ti": ti, "dag": dags[dag_id], "exception": error})


def test_refused_batch_leads_to_its_evidence(dags: dict[str, Any], sent: list[Notice]) -> None:
    error = RuntimeError("refused by its checks: syn/1@2024 (key_unique); evidence: file:///out/evidence/01/index.html")
    end(dags, "collect", "gate.every_suite_passed", error)
    (notice,) = sent
    assert notice.evidence == "file:///out/evidence/01/index.html"
    assert "syn/1@2024 (key_unique)" in notice.why
    assert "oryndau check release BATCH" in notice.remedy


def test_every_task_has_advice_of_its_own_and_somebody_is_told(dags: dict[str, Any], sent: list[Notice]) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            end(dags, dag.dag_id, task.task_id, None)
            assert not sent[-1].remedy.startswith("Read the task's log"), task.task_id
            assert sent[-1].evidence == "http://127.0.0.1/log"


def test_gate_has_its_own_retries_and_tells_of_a_skip(dags: dict[str, Any]) -> None:
    gate = dags["collect"].task_group.children["gate"]
    assert set(gate.children) == {"gate.check", "gate.publish", "gate.every_suite_passed"}
    assert {task.retries for task in gate.children.values()} == {3}
    assert dags["collect"].get_task("gate.every_suite_passed").on_skipped_callback

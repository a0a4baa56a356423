"""What every DAG owes to the person who is called when it fails, and to the machine that reads it."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dags.conftest import PROJECT, read_dags

HEAVY = ("pandas", "numpy", "great_expectations", "matplotlib", "typst", "oryndau.pipeline", "checks", "reports")


def test_dags_are_those_of_the_chain(dags: dict[str, Any]) -> None:
    assert set(dags) == {"collect", "score", "publish_scorecards"}


def test_text_says_what_to_do_for_each_task_that_can_fail(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        advice = dag.doc_md.partition("### When a task fails")[2]
        for task_id in dag.task_ids:
            last = task_id.rpartition(".")[2]
            assert f".{last}`" in advice or f"`{last}`" in advice, f"{dag.dag_id}: no word on {task_id}"


def test_owner_tags_and_no_catching_up(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert {task.owner for task in dag.tasks} == {"oryndau"}
        assert "oryndau" in dag.tags
        assert dag.catchup is False


def test_retries_follow_the_kind_of_error(dags: dict[str, Any]) -> None:
    from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown
    from indicators.store.errors import DiskFull, StoreLocked

    where = {"source": "synthetic", "remedy": "none"}
    down, changed, missing = (kind("x", **where) for kind in (SourceDown, SourceChanged, SeriesMissing))
    locked, full = (kind("x", "here", "none") for kind in (StoreLocked, DiskFull))
    for dag in dags.values():
        for task in dag.tasks:
            assert task.retries >= 1, f"{dag.dag_id}.{task.task_id}"

            def action(error: Exception, task: Any = task) -> str:
                return task.retry_policy.evaluate(error, 1, task.retries).action.value

            assert [action(e) for e in (locked, full, KeyError())] == ["retry", "fail", "fail"]
            if task.task_id.endswith(".collect"):
                assert [action(e) for e in (down, changed, missing)] == ["retry", "fail", "fail"]


def test_each_source_is_read_in_a_pool_of_its_own(dags: dict[str, Any]) -> None:
    from oryndau.airflow.pools import source_pools

    collecting = {t.pool for t in dags["collect"].tasks if t.task_id.endswith(".collect")}
    assert collecting == set(source_pools(PROJECT / "laws/kz"))


@pytest.mark.parametrize(
    ("dag_id", "field", "value"),
    [
        ("publish_scorecards", "languages", ["de"]),
        ("publish_scorecards", "languages", []),
        ("publish_scorecards", "laws", ["Z090000165_; rm -rf /"]),
        ("score", "at", "2026-13-01"),
        ("collect", "score", "some"),
    ],
)
def test_form_refuses_what_cannot_be(dags: dict[str, Any], dag_id: str, field: str, value: Any) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    params = copy.deepcopy(dags[dag_id].params)
    with pytest.raises(ParamValidationError):
        params[field] = value


def test_reading_the_files_loads_no_heavy_library(airflow_home: Path) -> None:
    script = (
        "import json, sys\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        f"bag = DagBag({str(PROJECT / 'dags')!r})\n"
        f"print('LOADED', json.dumps([m for m in {HEAVY!r} if m in sys.modules]), len(bag.dags))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True
    )
    told = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    assert json.loads(told.split(" ", 1)[1].rsplit(" ", 1)[0]) == []
    assert told.endswith(" 3")


def test_reading_the_files_opens_no_law(dags: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 500 laws the files give the same DAGs; that the laws are not even YAML goes unnoticed."""
    (tmp_path / "sources.yaml").write_bytes((PROJECT / "laws/kz/sources.yaml").read_bytes())
    for number in range(500):
        (tmp_path / f"Z{number:09}_.yaml").write_text("{ synthetic: not YAML")
    monkeypatch.setenv("ORYNDAU_REGISTER", str(tmp_path))
    with_many = read_dags()
    assert {d: sorted(with_many[d].task_ids) for d in with_many} == {d: sorted(dags[d].task_ids) for d in dags}


def test_calendar_is_off_only_when_asked(dags: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert dags["collect"].timetable.can_be_scheduled
    assert dags["publish_scorecards"].timetable.can_be_scheduled
    monkeypatch.setenv("ORYNDAU_SCHEDULE", "off")
    on_demand = read_dags()
    assert not on_demand["collect"].timetable.can_be_scheduled
    assert not on_demand["publish_scorecards"].timetable.can_be_scheduled

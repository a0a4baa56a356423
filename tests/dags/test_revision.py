"""Figures that change lead to scores that change: from the archive through the gate to a new run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.dags.conftest import PROJECT, read_dags

REVISED, UNTOUCHED = "Z1500000410", "Z1500000401"
"""One law with a series that its source revised in July 2026, and one without."""
ASKED = {"laws": [REVISED, UNTOUCHED], "at": "2026-06-30", "as_of": "2026-09-30", "score": "changed"}


@pytest.fixture
def known_to(airflow_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A store of its own, a register of the two laws, and an archive that knows up to the day it is told."""
    samples = tmp_path / "samples"
    shutil.copytree(PROJECT / "samples/kazakhstan", samples)
    other_laws = {path.name for path in (PROJECT / "laws/kz").glob("[A-Z]*.yaml")} - {
        f"{REVISED}.yaml",
        f"{UNTOUCHED}.yaml",
    }
    shutil.copytree(PROJECT / "laws/kz", tmp_path / "laws", ignore=lambda _, names: other_laws & set(names))
    monkeypatch.setenv("ORYNDAU_REGISTER", str(tmp_path / "laws"))
    monkeypatch.setenv("ORYNDAU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ORYNDAU_SAMPLES", str(samples))

    def tell(day: str) -> None:
        (samples / "archive.yaml").write_text(f"known_to: {day}\nmanifest: manifest.csv\n")

    return tell


@pytest.fixture
def metadata(airflow_home: Path) -> None:
    """Airflow's database, knowing the DAGs of the project."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session

    initdb()
    with create_session() as session:
        DagBundlesManager().sync_bundles_to_db(session=session)
    sync_bag_to_db(DagBag(str(PROJECT / "dags"), bundle_name="dags-folder"), "dags-folder", None)


def started_score_runs() -> list[tuple[str, set[str]]]:
    """What the scheduler starts now: the period of each new run of ``score``, and the keys announced to it."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        runs = select(DagRun).where(DagRun.dag_id == "score", DagRun.run_type == "asset_triggered")
        before = set(session.scalars(runs.with_only_columns(DagRun.id)))
        # The step of the scheduler's loop that turns announced partitions into runs.
        SchedulerJobRunner(job=Job())._create_dagruns_for_partitioned_asset_dags(session)
        session.flush()
        new = [run for run in session.scalars(runs) if run.id not in before]
        return [(str(run.partition_key), {e.partition_key for e in run.consumed_asset_events}) for run in new]


def test_revised_statistic_starts_a_new_score_run(metadata: None, known_to: Any) -> None:
    dags = read_dags()

    def collect() -> list[tuple[str, set[str]]]:
        assert dags["collect"].test(run_conf=ASKED).state == "success"
        return started_score_runs()

    known_to("2026-06-30")
    assert collect() == [("laws|2026-Q2", {f"{REVISED}|2026-Q2", f"{UNTOUCHED}|2026-Q2"})]
    assert dags["score"].test(run_conf={k: v for k, v in ASKED.items() if k != "score"}).state == "success"
    assert collect() == [], "nothing is new, so nothing is to be scored"
    known_to("2026-09-30")
    assert collect() == [("laws|2026-Q2", {f"{REVISED}|2026-Q2"})]

"""Reading verdicts is cheap, and validating under Airflow prints nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__UNIT_TEST_MODE": "False"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_importing_the_room_imports_neither_great_expectations_nor_pandas(tmp_path: Path) -> None:
    code = (
        "import sys, checks, checks.rules, checks.verdict; print({'great_expectations', 'pandas'} & set(sys.modules))"
    )
    assert run(code, tmp_path).stdout == "set()\n"


def test_validating_after_airflow_prints_nothing(tmp_path: Path) -> None:
    """Airflow's logging would show the library's two hundred notices about itself."""
    code = """
from datetime import date
from airflow.sdk import dag
from checks.gate import validate
from indicators.register.model import SeriesRef
from indicators.register.observation import Observation, to_frame
text = {"ru": "Синтетический ряд", "en": "Synthetic series"}
ref = SeriesRef.model_validate(
    {"id": "syn/1", "source": "syn", "dataset": "syn", "title": text, "unit": {"code": "PT", "name": text}}
)
frame = to_frame([Observation("syn/1", "KZ", "2023", 200.0, "", "200", 0)] * 2)
verdict = validate({"syn/1": frame}, {"syn/1": ref}, {}, {"syn/1": date(2024, 6, 1)}, date(2024, 6, 1), regions={})
assert verdict["syn/1"].quarantine
"""
    done = run(code, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

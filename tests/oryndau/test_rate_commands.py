"""The commands rate and reconcile on files, as another parliament would use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from oryndau.rate_commands import mount

TABLE = "law,kind,promulgated,fulfilled\nL,decree,2024-01-01,2024-03-01\nL,order,2024-01-01,\n"


@pytest.fixture
def app() -> typer.Typer:
    application = typer.Typer()
    mount(application)
    return application


def test_rate_of_a_file(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text(TABLE, encoding="utf-8")
    arguments = ["rate", str(file), "--perimeter", "fr-senate", "--cutoff", "2024-12-31"]
    data = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)
    assert (data["perimeter"], data["cutoff"], data["fulfilled"], data["expected"]) == ("fr-senate", "2024-12-31", 1, 2)
    assert "1 of 2" in CliRunner().invoke(app, arguments).output


def test_a_fault_of_the_file_ends_with_two_and_names_the_line(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text(TABLE.replace("order", "letter"), encoding="utf-8")
    found = CliRunner().invoke(app, ["rate", str(file), "--perimeter", "kz-default", "--cutoff", "2024-12-31"])
    assert found.exit_code == 2 and "line 3" in found.output
    unknown = CliRunner().invoke(app, ["rate", str(file), "--perimeter", "mine", "--cutoff", "2024-12-31"])
    assert unknown.exit_code == 2


def test_reconcile_a_file(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text("id,numerator,denominator,decimals,published\na,63,280,0,23\n", encoding="utf-8")
    data = json.loads(CliRunner().invoke(app, ["reconcile", str(file), "--json"]).output)
    assert [(r["id"], r["verdict"], r["recomputed"]) for r in data] == [("a", "follows", "23")]

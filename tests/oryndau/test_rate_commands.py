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
    said = CliRunner().invoke(app, arguments).output
    assert "rate        1 of 2\n" in said and "%" not in said  # a small list bears no percentage
    assert "60 days (1 month 30 days)" in said


def test_what_a_law_defers_leaves_the_rate_with_its_fraction(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text("law,kind,promulgated,fulfilled,deferred\n" + "L,decree,2024-01-01,,yes\n" * 2, encoding="utf-8")
    said = CliRunner().invoke(app, ["rate", str(file), "--perimeter", "kz-default", "--cutoff", "2024-12-31"]).output
    assert "rate        0 of 2\n" in said and "without deferred: nothing to count" in said


def test_bounds_and_nothing_to_count_are_said_in_words(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    rows = "".join(f"L,decree,2024-01-01,,{state}\n" for state in ["unknown", *["drafting"] * 5])
    file.write_text(f"law,kind,promulgated,fulfilled,state\n{rows}E,,2024-01-01,,\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["rate", str(file), "--perimeter", "kz-default", "--cutoff", "2024-12-31"]).output
    assert "0 to 1 of 6, 1 unknown (0-17 %)" in said and "E  applies directly\n" in said
    assert "None" not in said


DOSSIER = """<DOSSIER_LEGISLATIF><META><META_DOSSIER_LEGISLATIF>
<TITRE>LOI n° 2097-{n} du 1er janvier 2097 (synthetic)</TITRE></META_DOSSIER_LEGISLATIF></META>
<CONTENU><ECHEANCIER derniere_maj="2098-06-30">
<LIGNE><ARTICLE>1</ARTICLE><DECRET>Décret n° 2097-5 du 2/03/2097</DECRET></LIGNE>
</ECHEANCIER></CONTENU></DOSSIER_LEGISLATIF>"""


def test_french_schedules_are_pooled_and_print_the_day_at_which_they_end(app: typer.Typer, tmp_path: Path) -> None:
    files = [tmp_path / f"synthetic-{n}.xml" for n in (1, 2)]
    for n, file in enumerate(files):
        file.write_text(DOSSIER.format(n=n), encoding="utf-8")
    options = ["--perimeter", "fr-government", "--cutoff", "2099-01-01"]
    said = CliRunner().invoke(app, ["rate", *map(str, files), *options]).output
    assert "rate        2 of 2" in said and said.count("by 2098-06-30, its list ends there") == 2
    twice = CliRunner().invoke(app, ["rate", str(files[0]), str(files[0]), *options])
    assert twice.exit_code == 2 and "2097-0" in twice.output


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

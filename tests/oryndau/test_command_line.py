"""What a person reads when something is wrong: place, remedy, and the exit code that fits."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oryndau.conftest import Home, run_words

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def register(fresh: Home) -> Path:
    """A copy of the register that a test may damage."""
    return Path(shutil.copytree(PROJECT / "laws/kz", fresh.root / "laws"))


@pytest.fixture
def samples(fresh: Home) -> Path:
    """A copy of the archive that a test may damage."""
    return Path(shutil.copytree(PROJECT / "samples/kazakhstan", fresh.root / "samples"))


def assert_told(done, code: int, *parts: str) -> None:
    assert done.returncode == code, done.stderr
    for part in parts:
        assert part in done.stderr + done.stdout, done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_command(fresh: Home) -> None:
    done = fresh.call("--help")
    for command in ("laws", "collect", "check", "score", "report", "run", "scorecards", "verify", "trace"):
        assert command in done.stdout


def test_help_waits_for_no_library_that_only_a_command_needs() -> None:
    heavy = "pandas scipy sqlalchemy great_expectations airflow matplotlib typst pyhanko sdmx"
    asked = f"import oryndau.cli, sys; print([name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout == "[]\n"


def test_wrong_language(fresh: Home) -> None:
    assert_told(fresh.call("run", "--lang", "de"), 2, "'de'", "kk, ru or en")


def test_unknown_law_names_those_that_exist(fresh: Home) -> None:
    assert_told(fresh.call("score", "--law", "Z0000000000"), 2, "Z0000000000", "Z090000165_")


def test_malformed_law_file(fresh: Home, register: Path) -> None:
    file = register / "Z090000165_.yaml"
    file.write_text(file.read_text().replace("adopted:", "adoptedd:", 1))
    done = fresh.call("laws", "lint", env={"ORYNDAU_REGISTER": str(register)})
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "adoptedd:" in text)
    assert_told(done, 2, f"Z090000165_.yaml:{line}:", "unknown field")
    assert_told(fresh.call("run", env={"ORYNDAU_REGISTER": str(register)}), 2, f"Z090000165_.yaml:{line}:")


def test_missing_register(fresh: Home) -> None:
    assert_told(fresh.call("laws", "list", env={"ORYNDAU_REGISTER": "/nowhere"}), 2, "ORYNDAU_REGISTER", "/nowhere")


def test_missing_source_file(fresh: Home, samples: Path) -> None:
    shutil.rmtree(samples / "kz-sdg/7-2-1")
    done = fresh.call(*run_words("Z090000165_"), env={"ORYNDAU_SAMPLES": str(samples)})
    assert_told(done, 2, "kz-sdg/7-2-1/ELWPP", "Remedy")


def test_response_that_is_a_web_page(fresh: Home, samples: Path) -> None:
    rewrite(samples, "kz-sdg/7-2-1", b"<!doctype html><title>502 Bad Gateway</title>")
    done = fresh.call(*run_words("Z090000165_"), env={"ORYNDAU_SAMPLES": str(samples)})
    assert_told(done, 2, "kz-sdg/7-2-1/ELWPP")


def test_unreadable_spreadsheet(fresh: Home, samples: Path) -> None:
    rewrite(samples, "kz-forms/preschool-coverage", b"PK\x03\x04 not a workbook")
    done = fresh.call(*run_words("Z070000319_"), env={"ORYNDAU_SAMPLES": str(samples)})
    assert_told(done, 2, "kz-forms/preschool-coverage")


def rewrite(samples: Path, folder: str, body: bytes) -> None:
    """Put ``body`` in place of every response of a dataset, and its hash in the manifest."""
    import csv
    import hashlib

    manifest = samples / "manifest.csv"
    with manifest.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["file"].startswith(folder + "/"):
            (samples / row["file"]).write_bytes(body)
            row["sha256"] = hashlib.sha256(body).hexdigest()
    with manifest.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_database_that_is_not_one(fresh: Home) -> None:
    (fresh.root / "home").mkdir()
    (fresh.root / "home/oryndau.db").write_bytes(b"this is not a database, it is a letter" * 100)
    assert_told(fresh.call("score"), 1, "oryndau.db")


def test_a_store_without_figures_is_not_taken_for_a_country_without_them(fresh: Home) -> None:
    assert_told(fresh.call("score", "--law", "Z090000165_"), 0, "no series of these laws is published", "oryndau check")


def test_a_day_after_what_is_known(fresh: Home) -> None:
    done = fresh.call("score", "--law", "Z090000165_", "--since", "2030-01-01")
    assert_told(done, 2, "--since", "2030-01-01 lies after 2026-09-30")


def test_a_home_that_is_a_file(fresh: Home) -> None:
    (fresh.root / "home").write_text("a file where the folder should be")
    assert_told(fresh.call("score"), 1, "home: File exists", "check that the path is right")


def test_locked_database(finished: Home, copied) -> None:
    home = copied()
    holder = sqlite3.connect(home.root / "home/oryndau.db")
    holder.execute("BEGIN EXCLUSIVE")
    done = home.call("report", "--law", "Z090000165_", "--at", "2026-06-30", env={"ORYNDAU_LOCK_SECONDS": "0.2"})
    holder.rollback()
    assert_told(done, 1, "oryndau.db")


def test_folder_for_reports_that_cannot_be_written(copied) -> None:
    home = copied()
    blocked = home.root / "blocked"
    blocked.write_text("a file where the folder should be")
    done = home.call("report", "--law", "Z090000165_", "--lang", "en", "--out", str(blocked))
    assert_told(done, 1, "blocked")


def test_a_file_that_is_no_report(fresh: Home) -> None:
    stray = fresh.root / "letter.pdf"
    stray.write_bytes(b"%PDF-1.7 nothing else")
    assert_told(fresh.call("verify", str(stray)), 2, "letter.pdf")


def test_certificates_that_are_not_there_are_told_though_nothing_is_signed(fresh: Home) -> None:
    stray = fresh.root / "letter.pdf"
    stray.write_bytes(b"%PDF-1.7 nothing else")
    assert_told(fresh.call("verify", str(stray), "--trust", "nobody.pem"), 2, "nobody.pem", "PEM")


def test_an_edition_that_is_not_kept_names_those_that_are(finished: Home) -> None:
    assert_told(finished.call("report", "--edition", "KZ-none/2026-Q3"), 2, "KZ-none", "there are: KZ-")


def test_a_finding_that_does_not_exist(finished: Home) -> None:
    assert_told(finished.call("trace", "KZ-Z090000165_/2026-Q3 §999"), 2, "§999")

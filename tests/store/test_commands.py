"""``oryndau store``: what an operator asks of the store, on a store of one real series."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from indicators.store.batch import RawPart
from indicators.store.errors import StoreNotMigrated
from indicators.store.store import Store
from oryndau.store_commands import store_app
from tests.store.histories import states
from tests.store.test_changes import INTENSITY

LAST = date(2026, 4, 1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ORYNDAU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ORYNDAU_DATABASE_URL", raising=False)
    monkeypatch.delenv("ORYNDAU_ARCHIVE", raising=False)
    return tmp_path / "home"


@pytest.fixture
def filled(home, frame, good) -> Store:
    store = Store.open(f"sqlite:///{home / 'oryndau.db'}", home / "archive")
    store.migrate()
    for day, values in states(INTENSITY).items():
        raw = [RawPart(str(values).encode(), "https://api.worldbank.org", "application/json", day)]
        batch = store.stage(INTENSITY, "wb-wdi", frame(INTENSITY, values), raw, day, f"vintage of {day}")
        store.set_verdict(batch, good)
        store.publish(batch)
    return store


def call(*words: object) -> Result:
    return CliRunner().invoke(store_app, [str(word) for word in words])


def test_revisions_between_two_days(filled):
    done = call("revisions", "--law", "Z1200000541", "--since", "2018-08-01", "--until", "2026-04-01", "--json")
    assert done.exit_code == 0, done.output
    rows = {row["period"]: row for row in json.loads(done.stdout)}
    assert (rows["2015"]["kind"], rows["2015"]["new"], rows["2016"]["old"]) == ("redefined", 5.36, None)
    table = call("revisions", "--law", "Z1200000541", "--since", "2018-08-01").stdout
    assert "-32.3%" in table and "2026-04-01" in table
    assert f"{INTENSITY}: another price base, seen 2026-04-01. The source computed the whole series anew" in table
    assert call("revisions", "--since", "2026-04-01").stdout == "Nothing changed.\n"


def test_a_new_past_without_a_reason_in_the_register_asks_for_one(filled, frame, good):
    day, values = "2027-04-01", {year: str(2 * float(text)) for year, text in states(INTENSITY)[LAST].items()}
    raw = [RawPart(b"synthetic", "https://api.worldbank.org", "application/json")]
    batch = filled.stage(INTENSITY, "wb-wdi", frame(INTENSITY, values), raw, date.fromisoformat(day), "synthetic")
    filled.set_verdict(batch, good)
    filled.publish(batch)
    table = call("revisions", "--law", "Z1200000541", "--since", "2026-04-01").stdout
    assert f"{INTENSITY}: nearly all of its past became different, and the register does not say why" in table
    assert "another price base" not in table, "what was stated of an earlier day explains nothing"
    wrong = call("revisions", "--since", "2026-04-02", "--until", "2026-04-01")
    assert wrong.exit_code == 2 and "before --since" in wrong.stderr


def test_segments_are_told_by_law_area_and_day(filled):
    told = call("segments", "--law", "Z1200000541", "--as-of", "2018-12-31").stdout
    assert [line.split() for line in told.splitlines()][1:] == [[INTENSITY, "KZ", "1", "1990", "2015", "26"]]
    rows = json.loads(call("segments", "--law", "Z1200000541", "--json").stdout)
    assert {(row["area"], row["segment"], row["existed"]) for row in rows} == {("KZ", 1, True)}
    assert call("segments", "--area", "190000000").stdout == (
        "No figures of the area '190000000' are published in this store.\n"
    )


def test_verify_names_every_problem_and_fails(filled):
    assert call("verify").stdout == "The store is sound.\n"
    Path(filled.archive.location(filled.vintages(INTENSITY)[0].raw_sha256)).unlink()
    for done in (call("verify"), call("verify", "--json")):
        assert done.exit_code == 1
        assert filled.vintages(INTENSITY)[0].id in done.stdout


def test_prune_tells_first_and_removes_when_told(filled):
    orphan = filled.archive.put(b"nobody names it")
    told = call("prune").stdout
    assert "1 raw responses" in told and "--yes" in told
    assert orphan in filled.archive
    removed = json.loads(call("prune", "--yes", "--json").stdout)
    assert (removed["bodies"], removed["removed"]) == ([orphan], True)
    assert orphan not in filled.archive


def test_export_and_import_move_a_store(filled, tmp_path, monkeypatch):
    assert "2 contents" in call("export", tmp_path / "store.tar").stdout
    monkeypatch.setenv("ORYNDAU_HOME", str(tmp_path / "new"))
    (tmp_path / "new").mkdir()
    assert json.loads(call("import", tmp_path / "store.tar", "--json").stdout)["bodies"] == 2
    assert call("verify").exit_code == 0
    assert "no such file" in str(call("import", tmp_path / "absent.tar").exception)


def test_a_store_that_is_not_there_is_not_called_sound(home):
    assert isinstance(call("verify").exception, StoreNotMigrated)
    assert not home.exists()

"""``oryndau sources``: what an engineer asks of the sources, and a ministry's form on its way out and back."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner, Result

from indicators.register.load import load_register
from indicators.sources.errors import SourceChanged
from indicators.sources.form import Filled, FormRow, write_template
from indicators.sources.sdmx_presets import Preset
from oryndau import pipeline
from oryndau.settings import Settings
from oryndau.source_commands import sources_app

SERIES = "kz-forms/ti-cpi"
STRUCTURE = Path(__file__).parents[1] / "sources" / "synthetic_structure.xml"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that nothing was collected in yet."""
    monkeypatch.setenv("ORYNDAU_HOME", str(tmp_path / "home"))
    for name in ("ORYNDAU_DATABASE_URL", "ORYNDAU_ARCHIVE", "ORYNDAU_INBOX"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def call(*words: object) -> Result:
    return CliRunner().invoke(sources_app, [str(word) for word in words])


def filled(tmp_path: Path, value: str = "38") -> Path:
    """The form as a synthetic sender fills it in."""
    register = load_register(Settings.from_environment().register)
    content = Filled("Synthetic sender, Ltd", date(2026, 7, 1), "synthetic", (FormRow("2024", "KZ", value),))
    file = tmp_path / "as it came.xlsx"
    file.write_bytes(write_template(register.series[SERIES], (), content))
    return file


def test_every_source_is_listed_before_and_after_its_first_release() -> None:
    rows = {row["source"]: row for row in json.loads(call("list", "--json").stdout)}
    assert rows["wb-wdi"]["address"] == "https://api.worldbank.org/v2"
    assert rows["wb-wdi"]["secret"] == "not needed" and rows["wb-wdi"]["newest release"] is None
    settings = Settings.from_environment()
    checked = pipeline.check(settings, pipeline.collect_laws(settings, ["Z2400000110"]).batches)
    pipeline.publish(settings, checked.ready)
    rows = {row["source"]: row for row in json.loads(call("list", "--json").stdout)}
    assert any(row["collected"] and row["newest release"] for row in rows.values())
    assert "ORYNDAU_SOURCES=live" in call("list").stdout


def test_a_form_goes_out_empty_and_never_over_another(tmp_path: Path) -> None:
    out = tmp_path / "form.xlsx"
    assert call("form", SERIES, "--out", out).exit_code == 0
    written = out.read_bytes()
    again = call("form", SERIES, "--out", out)
    assert isinstance(again.exception, LookupError) and out.read_bytes() == written
    assert "name it form.xlsx" in call("form", SERIES, "--out", tmp_path / "form.csv").output
    other = call("form", "wb-wdi/EG.ELC.COAL.ZS", "--out", out)
    assert "not from forms" in str(other.exception) and SERIES in str(other.exception)
    refused = call("receive", SERIES, out)
    assert isinstance(refused.exception, SourceChanged) and "'sender'" in str(refused.exception)


def test_a_form_that_came_back_is_checked_and_collected_with_sender_day_and_hash(tmp_path: Path, home: Path) -> None:
    file = filled(tmp_path)
    told = json.loads(call("receive", SERIES, file, "--json").stdout)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert told["sender"] == "Synthetic sender, Ltd" and told["sent"] == "2026-07-01"
    assert (told["figures"], told["sha256"]) == (1, sha256)
    place = home / "inbox" / "kz-forms" / "ti-cpi.xlsx"
    assert place.read_bytes() == file.read_bytes() and list(place.parent.iterdir()) == [place]


def test_a_live_run_keeps_who_sent_a_form_when_and_its_bytes(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORYNDAU_SOURCES", "live")
    settings = Settings.from_environment()
    file = filled(tmp_path)
    assert call("receive", SERIES, file).exit_code == 0
    (batch,) = pipeline.collect(settings, [SERIES])
    kept = pipeline.open_store(settings).batch(batch)
    assert kept.release == "Synthetic sender, Ltd, 2026-07-01"
    assert kept.raw_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_another_form_in_the_inbox_is_not_lost(tmp_path: Path) -> None:
    assert call("receive", SERIES, filled(tmp_path)).exit_code == 0
    assert call("receive", SERIES, filled(tmp_path)).exit_code == 0, "the same form again is no fault"
    other = filled(tmp_path, "40")
    refused = call("receive", SERIES, other)
    assert isinstance(refused.exception, LookupError) and "--replace" in str(refused.exception)
    assert call("receive", SERIES, other, "--replace").exit_code == 0


def test_a_mistake_in_a_form_is_named_by_its_cell_and_nothing_enters_the_inbox(tmp_path: Path, home: Path) -> None:
    refused = call("receive", SERIES, filled(tmp_path, "about 38"))
    assert "data!C2" in str(refused.exception)
    assert not (home / "inbox").exists()


def test_the_structure_of_a_flow_tells_the_key(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Preset("SYN", httpserver.url_for("/rest").partition("://")[2], "*/*", scheme="http")
    monkeypatch.setattr("indicators.sources.sdmx_presets.PRESETS", (entry,))
    httpserver.expect_request("/rest/dataflow/all/DF/latest").respond_with_data(STRUCTURE.read_bytes())
    table = call("structure", "syn", "DF").stdout
    assert "SYN,DF,1.0" in table and "KAZ" in table
    document = json.loads(call("structure", "syn", "DF", "--json").stdout)
    assert [d["id"] for d in document["dimensions"]] == ["FREQ", "REF_AREA", "TIME_PERIOD"]
    codes = json.loads(call("structure", "syn", "DF", "--dimension", "FREQ", "--json").stdout)
    assert codes == [{"code": "A", "name": "Annual"}, {"code": "M", "name": "Monthly"}]
    assert "it has FREQ" in str(call("structure", "syn", "DF", "--dimension", "X").exception)
    assert "no data flows" in str(call("structure", "wb-wdi", "DF").exception)
    assert "or SYN" in str(call("structure", "nobody", "DF").exception)

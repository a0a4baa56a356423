"""Open data of an edition: what a spreadsheet, a statistical database or a data portal gets."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from frictionless import Package

from indicators.register.model import Text
from indicators.sources.sdmx_csv import read_csv
from reports.model import LawEdition, canonical_json
from reports.open_data.package import open_data
from reports.open_data.sdmx import COLUMNS, SdmxError, sdmx_csv
from reports.open_data.tables import Field, Table, tables
from reports.open_data.workbook import MOST_CHARACTERS, WorkbookError, workbook
from tests.reports import synthetic_edition as synthetic
from tests.reports.documents import KINDS, edition


def written(kind: str, folder: Path) -> dict[str, bytes]:
    files = {file.name: file.body for file in open_data(edition(kind))}
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return files


def retitled(title: str) -> LawEdition:
    """A law whose first indicator bears a synthetic title."""
    law = edition("one_indicator")
    assert isinstance(law, LawEdition)
    first = law.indicators[0].model_copy(update={"title": Text(kk=title, ru=title, en=title)})
    return law.model_copy(update={"indicators": (first,)})


@pytest.mark.parametrize("kind", KINDS)
def test_a_portal_accepts_the_package_with_every_row_of_every_table(kind: str, tmp_path: Path) -> None:
    written(kind, tmp_path)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, [error.message for task in report.tasks for error in (*task.errors, *report.errors)]


def test_the_package_tells_a_value_that_its_schema_forbids(tmp_path: Path) -> None:
    files = written("scored", tmp_path)
    name = next(name for name in files if name.endswith("_indicators.csv"))
    (tmp_path / name).write_bytes(files[name].replace(b"up,", b"up,about ", 1))
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_every_column_and_file_has_a_meaning_in_three_languages(tmp_path: Path) -> None:
    package = json.loads(written("scored", tmp_path)["datapackage.json"])
    described = [f for r in package["resources"] if "schema" in r for f in r["schema"]["fields"]]
    for entry in described:
        assert all(entry["descriptions"][lang] for lang in ("kk", "ru", "en")), entry["name"]
        assert entry["descriptions"]["kk"] != entry["descriptions"]["en"]
    assert len(described) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_workbook_and_tables_hold_the_same_values_in_their_types(kind: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(edition(kind), tables(edition(kind)))), read_only=True)
    for table in tables(edition(kind)):
        found = list(book[table.name].iter_rows(min_row=2, values_only=True))
        assert len(found) == len(table.rows)
        for row, wanted in zip(found, table.rows, strict=True):
            for cell, value in zip(row, wanted, strict=True):
                if isinstance(value, date):
                    assert cell == datetime(value.year, value.month, value.day)
                elif isinstance(value, float):
                    assert cell == pytest.approx(value, rel=1e-15)  # the format holds fifteen digits
                else:
                    assert cell == (None if value == "" else value)
                    assert isinstance(cell, bool) == isinstance(value, bool)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "#N/A"])
def test_a_title_that_looks_like_a_formula_stays_a_text(start: str) -> None:
    title = f'{start}HYPERLINK("https://example.org/synthetic")'
    law = retitled(title.strip() if start == "\t" else title)
    body = workbook(law, tables(law))
    sheet = openpyxl.load_workbook(io.BytesIO(body))["indicators"]
    [cell] = [cell for cell in sheet[2] if sheet.cell(1, cell.column).value == "title_en"]
    assert (cell.value, cell.data_type) == (law.indicators[0].title.en, "s")
    assert b"<f>" not in ZipFile(io.BytesIO(body)).read(f"xl/worksheets/sheet{1 + len(tables(law))}.xml")
    if start in "=+-@":
        assert cell.quotePrefix  # stays a text when somebody edits it


def test_a_text_too_long_for_a_cell_names_the_cell() -> None:
    law = edition("one_indicator")
    table = Table("laws", (Field("title", "string", "title"),), (), (("x" * (MOST_CHARACTERS + 1),),))
    with pytest.raises(WorkbookError, match=r"sheet laws, A2: a text of 32768 characters .* shorten"):
        workbook(law, [table])


def test_the_moment_of_writing_is_nowhere_in_the_workbook() -> None:
    law = edition("scored")
    with ZipFile(io.BytesIO(workbook(law, tables(law)))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
    assert core.count(f"{law.as_of.isoformat()}T00:00:00Z") == 2


def test_the_sdmx_file_reads_back_as_the_series_of_the_page() -> None:
    law = edition("scored")
    assert isinstance(law, LawEdition)
    body = sdmx_csv(law)
    for item in law.indicators:
        key = {"LAW": law.law, "INDICATOR": item.id, "MEASURE": "OBS", "REF_AREA": "KZ"}
        read = list(read_csv(body, tuple(key), lambda parts, _, key=key: key.items() <= parts.items()))
        assert [(d.period, float(d.value)) for d in read] == [(p.period, p.value) for p in item.history]
        assert {d.action for d in read} <= {"I"}


def test_a_score_that_is_not_there_is_missing_and_no_zero() -> None:
    rows = list(csv.DictReader(io.StringIO(sdmx_csv(edition("no_data")).decode())))
    [law] = [r for r in rows if (r["PILLAR"], r["MEASURE"], r["FREQ"]) == ("_T", "SCORE", "D")]
    assert (law["OBS_VALUE"], law["OBS_STATUS"]) == ("", "O")


@pytest.mark.parametrize("kind", KINDS)
def test_the_sdmx_file_has_the_columns_of_the_standard_and_one_value_a_key(kind: str) -> None:
    head, *rows = csv.reader(io.StringIO(sdmx_csv(edition(kind)).decode()))
    assert tuple(head) == COLUMNS
    assert head[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    keys = [tuple(row[: head.index("OBS_VALUE")]) for row in rows]
    assert len(set(keys)) == len(keys) > 0
    assert {row[0] for row in rows} == {"dataflow"}


def test_an_id_that_is_no_code_of_the_standard_is_refused() -> None:
    law = edition("one_indicator")
    assert isinstance(law, LawEdition)
    odd = law.indicators[0].model_copy(update={"id": "a,b"})
    with pytest.raises(SdmxError, match="'a,b' is no SDMX code"):
        sdmx_csv(law.model_copy(update={"indicators": (odd,)}))


@pytest.mark.parametrize("kind", ["scored", "overview"])
def test_a_data_portal_finds_every_file_with_its_size_and_checksum(kind: str, tmp_path: Path) -> None:
    files = written(kind, tmp_path)
    dataset = json.loads(files["dcat.jsonld"])
    offered = {}
    for found in dataset["dcat:distribution"]:
        body = files[found["dcat:downloadURL"]["@id"]]
        offered[found["dcat:downloadURL"]["@id"]] = body
        assert int(found["dcat:byteSize"]["@value"]) == len(body)
        assert found["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(body).hexdigest()
    assert offered.keys() == files.keys() - {"dcat.jsonld"}
    assert {t["@language"] for t in dataset["dct:title"]} == {"kk", "ru", "en"}
    assert date.fromisoformat(dataset["dct:temporal"]["dcat:endDate"]["@value"]) == synthetic.REFERENCE


def test_the_json_beside_the_tables_is_the_edition_itself(tmp_path: Path) -> None:
    files = written("scored", tmp_path)
    assert canonical_json(edition("scored")) in files.values()

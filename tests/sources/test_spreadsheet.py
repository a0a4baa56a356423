"""The spreadsheet form: what the project writes it reads, and what a sender spoils it names by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from indicators.register.model import Region, SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged
from indicators.sources.exchange import Transport
from indicators.sources.form import Filled, FormRow, write_template

REGIONS = [Region.model_validate({"code": c, "name": {"ru": c, "en": c}}) for c in ("KZAKM", "KZABY")]
ROWS = (
    FormRow("2023", "KZ", 89.1, "", "synthetic"),
    FormRow("2024", "KZ", "90,50", "p"),
    FormRow("2025", "KZ", None, "c"),
    FormRow("2024", "KZAKM", 91),
)
FORM = Filled("Synthetic ministry", date(2026, 7, 1), "Synthetic register", ROWS)

Read = Callable[..., Collected]


@pytest.fixture
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """A regional yearly series that arrives by spreadsheet."""
    return make_series("coverage", regional=True)


@pytest.fixture
def read(series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]) -> Read:
    """Reads a workbook's bytes."""

    def reader(body: bytes, **changes: Any) -> Collected:
        source = make_source("spreadsheet", None, **changes)
        return collect(series, source, held(body))

    return reader


def spoilt(body: bytes, sheet: str, **cells: Any) -> bytes:
    """The workbook with some cells overwritten."""
    workbook = openpyxl.load_workbook(io.BytesIO(body))
    for name, value in cells.items():
        workbook[sheet][name] = value
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_a_filled_form_comes_back_as_it_was_typed(series: SeriesRef, read: Read) -> None:
    collected = read(write_template(series, REGIONS, FORM))
    frame = collected.observations
    assert list(zip(frame.area, frame.period, frame.published, frame.status, frame.decimals, strict=True)) == [
        ("KZ", "2023", "89.1", "", 1),
        ("KZ", "2024", "90,50", "p", 2),
        ("KZ", "2025", "", "c", 0),
        ("KZAKM", "2024", "91", "", 0),
    ]
    assert frame.value.iloc[1] == 90.5
    assert collected.known_from == date(2026, 7, 1)
    assert collected.release == "Synthetic ministry, 2026-07-01"


def test_the_same_content_gives_the_same_bytes(series: SeriesRef) -> None:
    assert write_template(series, REGIONS, FORM) == write_template(series, REGIONS, FORM)


def test_the_empty_form_offers_areas_and_names_the_series(series: SeriesRef, read: Read) -> None:
    body = write_template(series, REGIONS)
    workbook = openpyxl.load_workbook(io.BytesIO(body))
    assert any("KZ,KZABY,KZAKM" in rule.formula1 for rule in workbook["data"].data_validations.dataValidation)
    assert workbook["about"]["B1"].value == "syn/coverage"
    with pytest.raises(SourceChanged, match="sender"):
        read(body)


def test_a_form_saved_by_a_spreadsheet_programme_is_read(series: SeriesRef, read: Read) -> None:
    """Programmes keep a typed year as a number and a typed day as a date."""
    body = spoilt(write_template(series, REGIONS, FORM), "data", A2=2023)
    body = spoilt(body, "about", B3=datetime(2026, 7, 1))
    collected = read(body)
    assert collected.observations.period.iloc[0] == "2023"
    assert collected.known_from == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "place"),
    [
        ("data", "C2", "=B1+1", r"data!C2: a formula"),
        ("data", "A2", "=2023", r"data!A2: a formula"),
        ("about", "B2", '="x"', r"about!B2: a formula"),
        ("data", "C2", "eighty", r"data!C2: 'eighty' is not a number"),
        ("data", "C2", True, r"data!C2"),
        ("data", "C2", datetime(2024, 1, 1), r"data!C2"),
        ("data", "C2", "1,234,567", r"data!C2"),
        ("data", "C2", None, r"data!C2: no value"),
        ("data", "C4", 3, r"data!C4: a value with status c"),
        ("data", "A2", "2023/24", r"data!A2: '2023/24' is not a period"),
        ("data", "A2", "2023-08", r"data!A2: 2023-08 is no period of frequency A"),
        ("data", "D2", "x", r"data!D2: 'x' is no status"),
        ("data", "A1", "год", r"data!A1: the header"),
        ("about", "B1", "syn/other", r"about!B1: the form is for series 'syn/other'"),
        ("about", "B3", "soon", r"about!B3: 'soon' is not a day"),
        ("about", "B4", None, r"'source of the figures'"),
    ],
)
def test_what_a_sender_spoilt_is_named_by_its_cell(
    series: SeriesRef, read: Read, sheet: str, cell: str, value: Any, place: str
) -> None:
    body = spoilt(write_template(series, REGIONS, FORM), sheet, **{cell: value})
    with pytest.raises(SourceChanged, match=place) as caught:
        read(body)
    assert caught.value.series == series.id


def test_a_region_in_a_national_series_is_refused(
    make_series: Callable[..., SeriesRef], series: SeriesRef, make_source: Callable[..., SourceInfo], held: Any
) -> None:
    national = make_series("coverage")
    with pytest.raises(SourceChanged, match=r"data!B5: 'KZAKM'"):
        collect(national, make_source("spreadsheet", None), held(write_template(series, REGIONS, FORM)))


def test_a_form_without_figures_is_missing(series: SeriesRef, read: Read) -> None:
    with pytest.raises(SeriesMissing, match="holds no figure"):
        read(write_template(series, REGIONS, Filled("Synthetic ministry", date(2026, 7, 1), "none", ())))


@pytest.mark.parametrize("body", [b"", b"not a workbook", b"PK\x03\x04 torn", b"\xd0\xcf\x11\xe0 old XLS"])
def test_other_bytes_are_no_workbook(read: Read, body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not an XLSX workbook"):
        read(body)


def test_a_zip_that_is_no_workbook_is_refused(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("readme.txt", "synthetic")
    with pytest.raises(SourceChanged, match="cannot be read"):
        read(out.getvalue())


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(series: SeriesRef, read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"0" * 3_000_000)
    assert len(out.getvalue()) < 10_000
    with pytest.raises(SourceChanged, match="unpacks to more than 1000000 bytes"):
        read(out.getvalue(), max_bytes=1_000_000)


def test_a_workbook_without_the_forms_sheets_is_refused(read: Read) -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(SourceChanged, match="no sheet 'data'"):
        read(out.getvalue())

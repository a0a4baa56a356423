"""Files of stat.gov.kz: redirects, slices cut in two by a change of method, tables by tabs, large workbooks."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.exchange import Transport
from indicators.sources.live import LiveTransport

COUNTRY = "РЕСПУБЛИКА КАЗАХСТАН"

Read = Callable[..., Collected]


@pytest.fixture
def read(
    make_source: Callable[..., SourceInfo], make_series: Callable[..., SeriesRef], held: Callable[[bytes], Transport]
) -> Read:
    """Reads a body as the file of element 102790."""

    def reader(body: Any, key: dict[str, str] | None = None, dataset: str = "102790", **changes: Any) -> Collected:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        source_changes = {k: changes.pop(k) for k in ("max_bytes",) if k in changes}
        source = make_source("stat_gov_kz", "https://stat.example", **source_changes)
        return collect(make_series(dataset, key=key or {}, **changes), source, held(data))

    return reader


def rows(collected: Collected) -> list[tuple[Any, ...]]:
    """Area, period, published text and status of every observation."""
    f = collected.observations
    return list(zip(f.area, f.period, f.published, f.status, strict=True))


def piece(values: dict[str, Any], *names: str, ids: Iterable[str] = ("741880",)) -> dict[str, Any]:
    """A slice of a cube in the file's shape."""
    return {
        "terms": [*ids, *(str(n) for n in range(len(names)))],
        "termNames": [COUNTRY, *names],
        "periods": [{"date": day, "value": value} for day, value in values.items()],
    }


# JSON


def test_the_redirect_to_the_static_file_is_followed(
    httpserver: HTTPServer, live: LiveTransport, make_source: Any, make_series: Any
) -> None:
    there = httpserver.url_for("/static/1.json").replace("localhost", "127.0.0.1")
    address = "/api/iblock/element/102790/json/file/kk/"
    httpserver.expect_request(address).respond_with_data("", status=302, headers={"Location": there})
    httpserver.expect_request("/static/1.json").respond_with_json([piece({"31.03.2026": "4.6"})])
    series = make_series("102790", frequency="Q", key={"language": "kk"})
    with pytest.raises(SourceChanged, match=r"redirects to http://127.0.0.1"):
        collect(series, make_source("stat_gov_kz", httpserver.url_for("")), live)
    source = make_source("stat_gov_kz", httpserver.url_for(""), allowed_hosts=["127.0.0.1"])
    collected = collect(series, source, live)
    assert rows(collected) == [("KZ", "2026-Q1", "4.6", "")]
    assert collected.raw[0].url == httpserver.url_for(address)


def test_the_same_terms_twice_are_two_segments_and_the_second_begins_with_a_break(read: Read) -> None:
    late = piece({f"31.12.{y}": f"{y - 2015}.5" for y in range(2019, 2023)}, "Всего")
    early = piece({f"31.12.{y}": f"{y - 2015}.1" for y in range(2016, 2019)}, "Всего", ids=("741880",))
    collected = read([late, early], {"names": "всего"})
    assert [(p, s) for _, p, _, s in rows(collected)] == [
        ("2016", ""), ("2017", ""), ("2018", ""), ("2019", "b"), ("2020", ""), ("2021", ""), ("2022", ""),
    ]  # fmt: skip


def test_a_break_is_marked_at_the_first_value_where_the_segment_begins_empty(read: Read) -> None:
    parts = [piece({"31.12.2018": "1"}), piece({"31.12.2019": "x", "31.12.2020": "2"})]
    assert [s for *_, s in rows(read(parts))] == ["", "c", "b"]


def test_segments_that_disagree_on_a_period_are_refused(read: Read) -> None:
    parts = [piece({"31.12.2018": "1.0", "31.12.2019": "2.0"}), piece({"31.12.2019": "2.5", "31.12.2020": "3"})]
    with pytest.raises(SourceChanged, match=r"two slices with the same terms give 2.0 and 2.5 for 2019"):
        read(parts)


def test_segments_that_agree_where_they_overlap_are_one_without_a_break(read: Read) -> None:
    parts = [piece({"31.12.2018": "1.0", "31.12.2019": "2.0"}), piece({"31.12.2019": "2.0", "31.12.2020": "3"})]
    assert [s for *_, s in rows(read(parts))] == ["", "", ""]


def test_gross_domestic_product_counts_from_january_and_the_register_is_to_say_so(read: Read) -> None:
    values = {"31.03.2025": "10", "30.06.2025": "25", "30.09.2025": "45", "31.12.2025": "70"}
    with pytest.raises(SourceChanged, match="4439 count from January: write cumulative: yes"):
        read([piece(values)], dataset="4439", frequency="Q")
    quarters = read([piece(values)], {"cumulative": "yes"}, dataset="4439", frequency="Q")
    assert [p for _, p, _, _ in rows(quarters)] == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert quarters.release.endswith("cumulative from January")
    years = read([piece(values)], {"cumulative": "yes"}, dataset="4439")
    assert rows(years) == [("KZ", "2025", "70", "")]
    with pytest.raises(SourceChanged, match="no period of frequency A ends in month 3"):
        read([piece(values)])


def test_regions_by_id_or_by_name(read: Read) -> None:
    region = {"terms": ["20", "0"], "termNames": ["Акмолинская  область", "Всего"], "periods": []}
    region["periods"] = [{"date": "31.12.2025", "value": "5,5"}]
    parts = [region, piece({"31.12.2025": "4"}, "Всего")]
    for name in ("area.20", "area.АКМОЛИНСКАЯ ОБЛАСТЬ"):
        found = rows(read(parts, {"names": "Всего", name: "KZAKM"}, regional=True))
        assert found == [("KZ", "2025", "4", ""), ("KZAKM", "2025", "5,5", "")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ([], SeriesMissing),
        ([piece({"31.12.2025": ""})], SeriesMissing),
        ([piece({"31.12.2025": "1"}, "Женщины")], SeriesMissing),
        ([piece({"31.12.2025": "-"})], SourceChanged),
        ([piece({"15.12.2025": "1"})], SourceChanged),
        ([{"terms": ["741880"]}], SourceChanged),
        ({"data": []}, SourceChanged),
        (b"<!DOCTYPE html><html></html>", SourceChanged),
        (b"[{", SourceChanged),
        (b"\xff\xfe[", SourceChanged),
    ],
)
def test_json_of_another_shape(read: Read, body: Any, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        read(body)


@pytest.mark.parametrize("key", [{"format": "pdf"}, {"language": "de"}, {"cumulative": "maybe"}])
def test_a_key_that_cannot_be_asked(read: Read, key: dict[str, str]) -> None:
    with pytest.raises(SourceChanged, match="key"):
        read([piece({"31.12.2025": "1"})], key)


# The table that is called CSV

HEADER = "NAM\tDAT\tPERIOD\tКАТО\tКАТО_NAME\tVAL"
LINES = ["Всего\t1\t201911\t 0\tРК\t4.80", "Всего\t1\t201911\t11\tАкмола\t5,1", "Мужчины\t1\t201911\t0\tРК\t3.9"]
TABLE = {"format": "csv", "NAM": "Всего", "area.0": "KZ", "area.11": "KZAKM"}


def table(*lines: str, header: str = HEADER) -> bytes:
    """The file: tabs, UTF-8 with its mark."""
    return "".join(f"{line}\r\n" for line in (header, *lines)).encode("utf-8-sig")


def test_the_csv_is_separated_by_tabs_and_begins_with_a_mark(read: Read) -> None:
    found = rows(read(table(*LINES), TABLE, frequency="M", regional=True))
    assert found == [("KZ", "2019-11", "4.80", ""), ("KZAKM", "2019-11", "5,1", "")]


def test_rows_that_the_key_does_not_tell_apart_are_refused(read: Read) -> None:
    with pytest.raises(SourceChanged, match="lines 2 and 4 give two values for 2019-11 of KZ"):
        read(table(*LINES), {k: v for k, v in TABLE.items() if k != "NAM"}, frequency="M")


def test_repeated_rows_count_once_and_years_are_read(read: Read) -> None:
    lines = ["Всего\t1\t2019\t0\tРК\t4.8", "Всего\t1\t2019\t0\tРК\t4.8", "Всего\t1\t201812\t0\tРК\tx"]
    assert rows(read(table(*lines), TABLE)) == [("KZ", "2018", "x", "c"), ("KZ", "2019", "4.8", "")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (table(), SeriesMissing),
        (table("Женщины\t1\t201911\t0\tРК\t4.8"), SeriesMissing),
        (table("Всего\t1\t201913\t0\tРК\t4.8"), SourceChanged),
        (table("Всего\t1\t2019\t0\tРК\t4.8"), SourceChanged),
        (table("Всего\t1\t201911\t0\tРК"), SourceChanged),
        (table("Всего\t1\t201911\t0\tРК\t4.8\t9"), SourceChanged),
        (table("Всего\t1\t201911\t0\tРК\t..."), SourceChanged),
        (table(*LINES)[:-6], SourceChanged),
        (table(*LINES).replace(b"\t", b";"), SourceChanged),
        (table(*LINES, header=HEADER.replace("VAL", "VALUE")), SourceChanged),
        (table(*LINES, header=HEADER.replace("DAT", "NAM")), SourceChanged),
        (table(*LINES).decode("utf-8-sig").encode("cp1251"), SourceChanged),
        (b"<html></html>", SourceChanged),
        (b"", SourceChanged),
    ],
)
def test_tables_of_another_shape(read: Read, body: bytes, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        read(body, TABLE, frequency="M")


# Workbooks


def workbook(**sheets: list[tuple[Any, ...]]) -> bytes:
    """A workbook written as a stream; names of sheets begin with an underscore, which is dropped."""
    book = openpyxl.Workbook(write_only=True)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name.removeprefix("_"))
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


MONTHS = [
    ("Синтетические показатели",),
    (None, None, "январь 2025 года*", "Февраль  2025 года", "март 2025", "примечание"),
    (1, "Республика Казахстан", 1.5, "2,50", "x", "n"),
    (2, "Акмолинская область", 3, None, 5),
]
BOOK = workbook(x=[("", *(f"{y} год" for y in range(2016, 2021))), (COUNTRY, *(y + 0.5 for y in range(2016, 2021)))])
XLSX = {"format": "xlsx", "area.Акмолинская область": "KZAKM"}


def test_a_sheet_a_year_and_an_asterisk_for_provisional_values(read: Read) -> None:
    older = [(None, "декабрь 2024 года"), ("Республика Казахстан", 0.5)]
    found = rows(read(workbook(_2025=MONTHS, _2024=older), XLSX, frequency="M"))
    assert found == [
        ("KZ", "2024-12", "0.5", ""),
        ("KZ", "2025-01", "1.5", "p"),
        ("KZ", "2025-02", "2,50", ""),
        ("KZ", "2025-03", "x", "c"),
    ]
    regional = rows(read(workbook(_2025=MONTHS, _2024=older), XLSX, frequency="M", regional=True))
    assert [(p, v, s) for a, p, v, s in regional if a == "KZAKM"] == [
        ("2025-01", "3", "p"), ("2025-02", "", "m"), ("2025-03", "5", ""),
    ]  # fmt: skip


def test_periods_of_other_lengths_are_left_to_their_series(read: Read) -> None:
    lines = [
        ("", "I квартал 2025 года", "март 2025 года", "I полугодие 2025 года", "2025 год*"),
        ("Республика Казахстан", 1, 2, 3, 4),
    ]
    for frequency, expected in [
        ("Q", ("2025-Q1", "1", "")),
        ("M", ("2025-03", "2", "")),
        ("S", ("2025-S1", "3", "")),
        ("A", ("2025", "4", "p")),
    ]:
        assert rows(read(workbook(x=lines), XLSX, frequency=frequency)) == [("KZ", *expected)]


def test_spans_of_months_are_cumulative(read: Read) -> None:
    lines = [("", "январь 2025 года", "январь-март 2025 года*"), ("Республика Казахстан", 1, 6)]
    with pytest.raises(SourceChanged, match="counts from январь"):
        read(workbook(x=lines), XLSX, frequency="M")
    found = read(workbook(x=lines), XLSX | {"cumulative": "yes"}, frequency="M")
    assert rows(found) == [("KZ", "2025-01", "1", ""), ("KZ", "2025-03", "6", "p")]


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([*MONTHS, MONTHS[2]], "a second row 'республика казахстан'"),
        ([(None, "март 2025 года", "март 2025 года"), ("Республика Казахстан", 1, 2)], "two columns are 2025-03"),
        ([(None, "март 2025 года"), ("Республика Казахстан", "...")], "not a number"),
        ([(None, "март 2025 года"), ("Республика Казахстан", True)], "a bool is not a number"),
    ],
)
def test_sheets_that_leave_a_doubt_are_refused(read: Read, lines: list[Any], what: str) -> None:
    with pytest.raises(SourceChanged, match=what):
        read(workbook(x=lines), XLSX, frequency="M")


def test_two_sheets_that_disagree_are_refused_and_the_key_may_choose(read: Read) -> None:
    one, other = [(None, "март 2025"), ("Республика Казахстан", 1)], [(None, "март 2025"), ("Республика Казахстан", 2)]
    body = workbook(total=one, women=other)
    with pytest.raises(SourceChanged, match="a second value for 2025-03 of KZ"):
        read(body, XLSX, frequency="M")
    assert rows(read(body, XLSX | {"sheet": "wom"}, frequency="M")) == [("KZ", "2025-03", "2", "")]
    with pytest.raises(SeriesMissing):
        read(body, XLSX | {"sheet": "men 2020"}, frequency="M")


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old XLS", b"<html></html>"])
def test_other_bytes_are_no_workbook(read: Read, body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not an XLSX workbook"):
        read(body, XLSX)


@pytest.mark.parametrize(("part", "size"), [("xl/sharedStrings.xml", 3_000_000), ("xl/worksheets/a.xml", 30_000_001)])
def test_a_workbook_that_unpacks_without_end_is_not_unpacked(read: Read, part: str, size: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(part, b"0" * size)
    with pytest.raises(SourceChanged, match=f"unpacks to {size} bytes"):
        read(out.getvalue(), XLSX, max_bytes=1_000_000)


def test_a_cell_far_away_costs_neither_memory_nor_time(read: Read) -> None:
    """A reader that lays the sheet out up to its farthest cell would ask for half a terabyte."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
    size = b'<dimension ref="A1:XFD1048576"/><sheetData>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as parts, zipfile.ZipFile(out, "w") as damaged:
        for name in parts.namelist():
            body = parts.read(name)
            if "worksheets/sheet" in name:
                body = body.replace(b"</sheetData>", far).replace(b"<sheetData>", size)
            damaged.writestr(name, body)
    found = rows(read(out.getvalue(), XLSX))
    assert found == rows(read(BOOK, XLSX))


# Damage

JSON = [
    piece({f"31.12.{y}": f"{y}.5" for y in range(2016, 2019)}),
    piece({f"31.12.{y}": f"{y}.5" for y in (2019, 2020)}),
]
TRUE = {(str(y), float(f"{y}.5")) for y in range(2016, 2021)}
BYTES = table(*(f"Всего\t1\t{y}12\t0\tРК\t{y}.5" for y in range(2016, 2021)))
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def judge(read: Read, body: Any, key: dict[str, str]) -> None:
    """Passes on a typed error or on figures that are all true."""
    try:
        frame = read(body, key).observations
    except SourceError as error:
        assert error.series == "syn/102790" and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE


@SLOW
@given(data=st.data(), junk=st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.text()), drop=st.booleans())
def test_slices_with_parts_replaced_or_lost(read: Read, data: st.DataObject, junk: Any, drop: bool) -> None:
    document = copy.deepcopy(JSON)
    spot: Any = document
    while isinstance(spot, dict | list) and spot:
        key = data.draw(st.sampled_from(list(spot) if isinstance(spot, dict) else range(len(spot))))
        inner = spot[key]
        if not isinstance(inner, dict | list) or not data.draw(st.integers(0, 4)):
            if drop:
                del spot[key]
            elif not (isinstance(junk, str) and junk.strip().isdecimal()):
                spot[key] = junk
            break
        spot = inner
    judge(read, document, {})


@SLOW
@given(
    at=st.integers(0, len(BYTES)), junk=st.binary(min_size=1, max_size=4), cut=st.integers(0, len(BYTES)) | st.none()
)
def test_tables_with_foreign_bytes_or_cut_off(read: Read, at: int, junk: bytes, cut: int | None) -> None:
    if any(chr(b) in "0123456789.,-+eE\t\r\n" for b in junk):
        junk = b"\xd0"
    judge(read, BYTES[:cut] if cut is not None else BYTES[:at] + junk + BYTES[at:], TABLE)


@settings(SLOW, max_examples=80)
@given(data=st.data())
def test_workbooks_with_damaged_bytes(read: Read, data: st.DataObject) -> None:
    body = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    judge(read, bytes(body), XLSX)

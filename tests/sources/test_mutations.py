"""Damaged answers give a typed error or the published figures, and never another exception."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import collect
from indicators.sources.errors import SourceError
from indicators.sources.exchange import Transport
from indicators.sources.form import Filled, FormRow, write_template

YEARS = {str(year): f"{year - 2000}.{year - 2000}5" for year in range(2010, 2024)}
TRUE = {(period, float(text)) for period, text in YEARS.items()}
MESSAGES = [
    {"page": 1, "pages": 1, "per_page": 1000, "total": len(YEARS), "lastupdated": "2026-04-08"},
    [
        {
            "indicator": {"id": "X", "value": "Synthetic"},
            "country": {"id": "KZ", "value": "Kazakhstan"},
            "date": year,
            "value": float(text),
            "unit": "",
            "obs_status": "",
        }
        for year, text in YEARS.items()
    ],
]
TABLE = "Year,UNIT_MEASURE,REF_AREA,SEX,Value\n" + "".join(
    f"{year},PT,,,{text}\n{year},PT,KZAKM,,{text}\n{year},PT,,F,1.0\n" for year, text in YEARS.items()
)
JUNK = st.none() | st.booleans() | st.text(max_size=4) | st.lists(st.integers(), max_size=2) | st.just({"id": "KZ"})
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Judge = Callable[[str, bytes], None]


@pytest.fixture
def judge(
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
    held: Callable[[bytes], Transport],
) -> Judge:
    """Collects from damaged bytes; passes on a typed error or on figures that are all true."""
    series = make_series("X", id="X", regional=True)

    def judged(protocol: str, body: bytes) -> None:
        source = make_source(protocol, None if protocol == "spreadsheet" else "https://service.example")
        try:
            frame = collect(series, source, held(body)).observations
        except SourceError as error:
            assert error.series == "X" and error.remedy
            return
        stated = frame[frame.status != "m"]
        assert set(zip(stated.period, stated.value, strict=True)) <= TRUE

    return judged


def nodes(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to every part of a JSON document."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(p for key, part in inner for p in nodes(part, (*path, key)))]


PATHS = nodes(MESSAGES)


@SLOW
@given(places=st.lists(st.sampled_from(PATHS), min_size=1, max_size=3), junk=JUNK, drop=st.booleans())
def test_world_bank_answers_with_parts_replaced_or_lost(
    judge: Judge, places: list[tuple[Any, ...]], junk: Any, drop: bool
) -> None:
    document = copy.deepcopy(MESSAGES)
    for *way, last in (p for p in places if p):
        part: Any = document
        for key in way:
            part = part[key] if isinstance(part, list | dict) and _has(part, key) else None
        if isinstance(part, list | dict) and _has(part, last):
            if drop:
                del part[last]
            else:
                part[last] = junk
    body = json.dumps(junk if () in places and not drop else document).encode()
    if not any(p and p[-1] == "value" and isinstance(junk, str) and junk.strip().isdigit() for p in places):
        judge("worldbank_v2", body)


def _has(part: Any, key: Any) -> bool:
    return key in part if isinstance(part, dict) else isinstance(key, int) and key < len(part)


@SLOW
@given(cut=st.integers(0, len(json.dumps(MESSAGES))))
def test_world_bank_answers_cut_off(judge: Judge, cut: int) -> None:
    judge("worldbank_v2", json.dumps(MESSAGES).encode()[:cut])


@SLOW
@given(at=st.integers(0, len(TABLE)), junk=st.binary(min_size=1, max_size=6).filter(lambda b: not _numeric(b)))
def test_tables_with_foreign_bytes(judge: Judge, at: int, junk: bytes) -> None:
    body = TABLE.encode()
    judge("open_sdg", body[:at] + junk + body[at:])


def _numeric(junk: bytes) -> bool:
    """True for bytes that could make another number out of a number, which no reader can notice."""
    return any(chr(b) in "0123456789.-+eE\r\n," for b in junk)


@SLOW
@given(line=st.integers(1, TABLE.count("\n") - 1), cell=st.integers(0, 4))
def test_tables_with_a_lost_cell(judge: Judge, line: int, cell: int) -> None:
    lines = TABLE.splitlines()
    cells = lines[line].split(",")
    del cells[cell]
    lines[line] = ",".join(cells)
    judge("open_sdg", ("\n".join(lines) + "\n").encode())


@SLOW
@given(cut=st.integers(0, len(TABLE) - 1))
def test_tables_cut_off(judge: Judge, cut: int) -> None:
    judge("open_sdg", TABLE.encode()[:cut])


@settings(SLOW, max_examples=120)
@given(data=st.data())
def test_workbooks_with_damaged_bytes(judge: Judge, make_series: Callable[..., SeriesRef], data: st.DataObject) -> None:
    rows = tuple(FormRow(year, "KZ", text) for year, text in YEARS.items())
    body = bytearray(write_template(make_series("X", id="X"), (), Filled("Syn", date(2026, 7, 1), "Syn", rows)))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    judge("spreadsheet", bytes(body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body))

"""The Open SDG connector against files with the faults that the Kazakh platform's files have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from pytest_httpserver import HTTPServer

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import collect
from indicators.sources.errors import SeriesMissing, SourceChanged
from indicators.sources.exchange import Transport
from indicators.sources.live import LiveTransport

FILE = """Year,UNIT_MEASURE,ACTIVITY,REF_AREA,SEX,GeoCode,Value
2021,PT,_L_ACT_ILWPP,,,,10.9
2021,PT,_L_ACT_ELWPP,,,,3.46
2021,PT,_L_ACT_ELWPP,,F,,3.1
2022,PT,_L_ACT_ELWPP,,,,3.72
2022,PT,_L_ACT_ELWPP,KZAKM,,KZAKM,2.0
2022,PT,_L_ACT_ELWPP,KZ YUZ,,KZYUZ, 1.5
2022,PT,_L_ACT_ELWPP,KZAKM,F,KZAKM,9.9
2023,PT,_L_ACT_ELWPP,,,,4.99
"""

Read = Callable[..., pd.DataFrame]


@pytest.fixture
def read(
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
    held: Callable[[bytes], Transport],
) -> Read:
    """Reads the text of a file as a series and gives its observations."""

    def reader(text: str | bytes, key: dict[str, str] | None = None, **changes: Any) -> pd.DataFrame:
        body = text if isinstance(text, bytes) else text.encode()
        series = make_series("7-2-1", key={"ACTIVITY": "_L_ACT_ELWPP"} if key is None else key, **changes)
        source = make_source("open_sdg", "https://platform.example")
        return collect(series, source, held(body)).observations

    return reader


def test_the_file_is_asked_for_where_the_platform_keeps_it(
    httpserver: HTTPServer, platform: SourceInfo, live: LiveTransport, make_series: Callable[..., SeriesRef]
) -> None:
    httpserver.expect_request("/sdg/untranslated/data/7-2-1.csv").respond_with_data(FILE, content_type="text/csv")
    collected = collect(make_series("7-2-1", key={"Activity": "_L_ACT_ELWPP"}), platform, live)
    assert list(collected.observations.period) == ["2021", "2022", "2023"]
    assert collected.known_from.isoformat() == "2026-09-30"
    assert collected.raw[0].url.endswith("/sdg/untranslated/data/7-2-1.csv")


def test_an_indicator_that_is_not_published_is_missing(
    httpserver: HTTPServer, platform: SourceInfo, live: LiveTransport, make_series: Callable[..., SeriesRef]
) -> None:
    httpserver.expect_request("/sdg/untranslated/data/9-9-9.csv").respond_with_data("<html>404</html>", status=404)
    with pytest.raises(SeriesMissing) as caught:
        collect(make_series("9-9-9"), platform, live)
    assert caught.value.series == "syn/9-9-9"


def test_national_totals_leave_regions_and_disaggregations_out(read: Read) -> None:
    frame = read(FILE)
    assert list(frame.value) == [3.46, 3.72, 4.99]
    assert list(frame.published) == ["3.46", "3.72", "4.99"]
    assert set(frame.area) == {"KZ"}


def test_regions_are_rows_with_an_area_and_nothing_else(read: Read) -> None:
    frame = read(FILE, regional=True)
    assert list(zip(frame.area, frame.period, frame.value, strict=True)) == [
        ("KZ", "2021", 3.46),
        ("KZ", "2022", 3.72),
        ("KZ", "2023", 4.99),
        ("KZAKM", "2022", 2.0),
        ("KZYUZ", "2022", 1.5),
    ]


def test_a_series_without_a_key_has_every_disaggregation_empty(read: Read) -> None:
    text = "Year,SERIES,Value\n2022,,95.3\n2022,_L_KZ_030b01_1A,98.0\n"
    assert list(read(text, {}).value) == [95.3]


def test_a_key_finds_codes_with_stray_spaces(read: Read) -> None:
    text = "Year,SERIES,Value\n2022,_L_KZ_090102_1 I,7.0\n"
    assert list(read(text, {"Series": "_L_KZ_090102_1I"}).value) == [7.0]


def test_two_values_for_one_key_are_both_handed_on_and_repeats_collapse(read: Read) -> None:
    text = "Year,Value\n2020,41.1 \n2020,41.5\n2020,40.0\n2020,41.1\n2021,39.0\n2021,39.0 \n"
    frame = read(text, {})
    assert list(zip(frame.period, frame.published, strict=True)) == [
        ("2020", "41.1 "),
        ("2020", "41.5"),
        ("2020", "40.0"),
        ("2021", "39.0"),
    ]


@pytest.mark.parametrize(
    ("published", "expected", "decimals"),
    [("4.99", None, 2), ("3.0", 2, 2), ("3.0", None, 1), ("17.0", 0, 0), ("0.029", 2, 3), ("110", None, 0)],
)
def test_precision_is_the_texts_unless_the_register_knows_better(
    read: Read, published: str, expected: int | None, decimals: int
) -> None:
    frame = read(f"Year,Value\n2020,{published}\n", {}, decimals=expected)
    assert list(frame.decimals) == [decimals]
    assert list(frame.published) == [published]


def test_a_named_year_without_a_value_is_missing(read: Read) -> None:
    frame = read("Year,Value\n2020,1.0\n2021,\n", {})
    assert list(frame.status) == ["", "m"]


def test_a_column_without_a_name_may_be_empty(read: Read) -> None:
    text = "\ufeffYear,UNIT_MEASURE,Unnamed: 6,Value,\r\n2020,PT,,1.0,\r\n"
    assert list(read(text, {}).value) == [1.0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Year,SERIES,Value\n2022,,95.3\n2010,98.1,\n", "line 3"),
        ("Year,UNIT_MEASURE,SERIES,Value\n2022,PT,,95.3\n2010,,98.1,\n", "line 3"),
        ("Year,URBANISATION,REF_AREA,GeoCode,Value\n2010,,,,22.7\n2010,KZAKM,8.2,8.2,\n", "line 3"),
        ("Year,REF_AREA,Value\n2019,,30.1\n2019,32.8\n", "line 3"),
        ("Year,Value,\n2019,30.1,\n2020,30.2,x\n", "line 3"),
        ("Year,Value\n2019,30.1\n2020,n/a\n", "line 3"),
        ("Year,Value\n2019,30.1\n2020,1 234.5\n", "line 3"),
        ("Year,Value\n2019,30.1\nавгуст,30.2\n", "line 3"),
        ('Year,Value\n2019,30.1\n2020,"30.2\n', "line 3"),
    ],
)
def test_a_slid_or_broken_row_is_refused_with_its_line(read: Read, text: str, place: str) -> None:
    with pytest.raises(SourceChanged, match=place):
        read(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "Год,Значение\n2020,1.0\n",
        "Year,Value,Value\n2020,1.0,1.0\n",
        "<!DOCTYPE html><html></html>\n",
        "Year,Value\n2020,1.0\n2021,4.9",
        b"Year,Value\n2020,\xff\n",
    ],
    ids=["empty", "blank", "translated", "column-twice", "html", "cut-off", "not-utf8"],
)
def test_another_file_is_refused(read: Read, text: str | bytes) -> None:
    with pytest.raises(SourceChanged):
        read(text, {})


def test_a_column_that_disappeared_is_named(read: Read) -> None:
    """In 2019 the file of 7-2-1 had no ACTIVITY, and its one total changed its meaning twice."""
    with pytest.raises(SourceChanged, match="ACTIVITY"):
        read("Year,Value\n2014,8.693493734842917\n")


def test_a_code_that_disappeared_is_missing_with_those_that_are_there(read: Read) -> None:
    with pytest.raises(SeriesMissing, match="_L_ACT_ILWPP"):
        read(FILE, {"ACTIVITY": "_L_ACT_GONE"})


def test_rows_of_two_units_are_no_series_and_a_key_chooses_one(read: Read) -> None:
    text = "Year,UNIT_MEASURE,Value\n2020,PT,1.0\n2021,PERSONS,120\n"
    with pytest.raises(SourceChanged, match=r"PERSONS, PT.*UNIT_MEASURE"):
        read(text, {})
    assert list(read(text, {"UNIT_MEASURE": "PT"}).value) == [1.0]

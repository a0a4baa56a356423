"""The Global Health Observatory: links between pages, two spellings of a code, text without numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.exchange import Transport
from indicators.sources.live import LiveTransport
from tests.sources.damaged_json import JUNK, damaged, paths

ADDRESS = "/api/SYN_198"
SLOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Ask = Callable[..., Collected]
Read = Callable[..., Collected]


def row(
    year: int, number: Any, text: str | None = None, *, sex: str | None = "SEX_BTSX", **changes: Any
) -> dict[str, Any]:
    """One row in the service's shape."""
    fields = {
        "Id": year,
        "IndicatorCode": "SYN_198",
        "SpatialDimType": "COUNTRY",
        "SpatialDim": "KAZ",
        "TimeDimType": "YEAR",
        "TimeDim": year,
        "Dim1Type": "SEX" if sex else None,
        "Dim1": sex,
        "Dim2Type": None,
        "Dim2": None,
        "Dim3Type": None,
        "Dim3": None,
        "DataSourceDimType": None,
        "DataSourceDim": None,
        "Value": str(number) if text is None else text,
        "NumericValue": number,
        "Low": 11.1,
        "High": 14.4,
        "Date": "2024-01-15T00:00:00+01:00",
    }
    return {**fields, **changes}


def answer(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page of rows."""
    return {"@odata.context": "syn", "value": list(rows), **more}


@pytest.fixture(scope="module")
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series whose answers the replica gives."""
    return make_series("SYN_198", key={"SpatialDim": "KAZ", "SEX": "BTSX"})


@pytest.fixture
def service(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The replica of the service."""
    return make_source("who_gho", httpserver.url_for("/api"))


@pytest.fixture
def ask(httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef) -> Ask:
    """Collects the series, with another key where one is given, from a replica that gives one answer."""

    def asked(body: Any, key: dict[str, str] | None = None, **more: Any) -> Collected:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        httpserver.expect_request(ADDRESS).respond_with_data(text, **more)
        return collect(series if key is None else series.model_copy(update={"key": key}), service, live)

    return asked


def test_the_number_is_kept_with_the_precision_that_is_printed(httpserver: HTTPServer, ask: Ask) -> None:
    collected = ask(answer(row(2020, 12.68, "12.7 [11.1-14.4]"), row(2019, 1250, "1 250"), row(2021, 3.0, "3.00")))
    frame = collected.observations
    assert list(zip(frame.period, frame.published, frame.decimals, strict=True)) == [
        ("2019", "1250", 0),
        ("2020", "12.68", 1),
        ("2021", "3.0", 2),
    ]
    assert set(frame.area) == {"KZ"}
    assert httpserver.log[0][0].args["$filter"] == "SpatialDim eq 'KAZ'"


def test_a_number_that_contradicts_its_text_is_refused(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match=r"2020: NumericValue is 127, and Value prints 12.7"):
        ask(answer(row(2020, 127, "12.7 [11.1-14.4]")))


def test_text_without_a_number_is_missing_and_never_zero(ask: Ask) -> None:
    frame = ask(answer(row(2019, None, "No data"), row(2020, 12.7), row(2021, None, "<0.1"))).observations
    assert list(frame.status) == ["m", "", "m"]
    assert [math.isnan(v) for v in frame.value] == [True, False, True]


def test_regions_income_groups_and_the_world_are_left_out(ask: Ask) -> None:
    rows = [
        row(2020, 1.0, SpatialDimType="GLOBAL", SpatialDim="GLOBAL"),
        row(2020, 2.0, SpatialDimType="REGION", SpatialDim="EUR"),
        row(2020, 3.0, SpatialDimType="WORLDBANKINCOMEGROUP", SpatialDim="WB_UMI"),
        row(2020, 4.0, SpatialDim="KGZ"),
        row(2020, 5.0, SpatialDimType="REGION", SpatialDim="KAZ"),
        row(2020, 6.0),
    ]
    assert list(ask(answer(*rows)).observations.value) == [6.0]


@pytest.mark.parametrize("spelled", ["SEX_BTSX", "BTSX"])
@pytest.mark.parametrize("key", [{"SEX": "BTSX"}, {"SEX": "SEX_BTSX"}, {"Dim1": "BTSX"}, {"Dim1": "SEX_BTSX"}])
def test_a_code_may_be_spelled_with_its_type_or_without(ask: Ask, spelled: str, key: dict[str, str]) -> None:
    rows = [row(2020, 12.7, sex=spelled), row(2020, 9.9, sex=spelled.replace("BTSX", "FMLE"))]
    assert list(ask(answer(*rows), {"SpatialDim": "KAZ", **key}).observations.value) == [12.7]


def test_a_type_is_found_in_whatever_slot_it_stands(ask: Ask) -> None:
    moved = {"Dim1Type": "AGEGROUP", "Dim1": "AGEGROUP_ALL", "Dim2Type": "SEX", "Dim2": "SEX_BTSX"}
    assert list(ask(answer(row(2020, 12.7, **moved))).observations.value) == [12.7]


def test_rows_of_several_series_are_refused_though_years_differ(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match=r"differ in Dim1: BTSX, MLE.*key"):
        ask(answer(row(2020, 12.7), row(2021, 18.1, sex="SEX_MLE")), {"SpatialDim": "KAZ"})


def test_the_same_year_twice_is_refused(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="2020 came twice"):
        ask(answer(row(2020, 12.7), row(2020, 12.8)))


def paged(httpserver: HTTPServer, link: Callable[[int], str | None]) -> None:
    """Makes the replica give one year a page, with the link that ``link`` makes of the number of the page."""

    def pages(request: Request) -> Response:
        number = int(request.args.get("$skip", "0"))
        following = link(number)
        more = {"@odata.nextLink": following} if following else {}
        return Response(json.dumps(answer(row(2018 + number, 1.5 + number), **more)))

    httpserver.expect_request(ADDRESS).respond_with_handler(pages)


FILTER = "$filter=SpatialDim%20eq%20%27KAZ%27"


@pytest.mark.parametrize("form", ["absolute", "relative to the page", "relative to the host"])
def test_links_to_the_next_page_are_followed(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef, form: str
) -> None:
    start = {"absolute": httpserver.url_for("/api/"), "relative to the page": "", "relative to the host": "/api/"}[form]
    paged(httpserver, lambda n: f"{start}SYN_198?{FILTER}&$skip={n + 1}" if n < 2 else None)
    collected = collect(series, service, live)
    assert list(collected.observations.value) == [1.5, 2.5, 3.5]
    assert [request.args["$filter"] for request, _ in httpserver.log] == ["SpatialDim eq 'KAZ'"] * 3


@pytest.mark.parametrize("loop", [f"SYN_198?{FILTER}", f"SYN_198?{FILTER}&$skip=1"])
def test_links_in_a_circle_end(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef, loop: str
) -> None:
    paged(httpserver, lambda n: loop)
    with pytest.raises(SourceChanged, match="circle"):
        collect(series, service, live)
    assert len(httpserver.log) <= 2


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/api/SYN_198", "/other/SYN_198", "//elsewhere.example/", "http://[x"]
)
def test_links_that_leave_the_service_are_not_followed(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef, link: str
) -> None:
    paged(httpserver, lambda n: link)
    with pytest.raises(SourceChanged, match=r"leaves the service|cannot be read"):
        collect(series, service, live)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    "body",
    [
        answer(),
        answer(row(2020, 1.0, SpatialDim="KGZ")),
        answer(row(2020, 1.0, sex="MLE")),
        answer(row(2020, None, "x")),
    ],
)
def test_no_row_of_the_country_is_a_missing_series(ask: Ask, body: Any) -> None:
    with pytest.raises(SeriesMissing):
        ask(body)


def test_a_filter_that_the_service_refuses_is_told(httpserver: HTTPServer, ask: Ask) -> None:
    with pytest.raises(SourceChanged, match=r"400.*not supported"):
        ask({"error": {"message": "The filter is not supported"}}, status=400)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("code", ["", "KAZ' or 1 eq 1", "Казахстан"])
def test_a_key_that_is_no_country_is_never_asked(httpserver: HTTPServer, ask: Ask, code: str) -> None:
    with pytest.raises(SourceChanged, match="SpatialDim: KAZ"):
        ask(answer(), {"SpatialDim": code})
    assert not httpserver.log


@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "[]",
        {"value": {}},
        {"value": [1]},
        answer(row(2020, "12.7")),
        answer(row(2020, True)),
        answer(row(2020, 1.0, IndicatorCode="OTHER")),
        answer(row(2020, 1.0, TimeDimType="MONTH")),
        answer(row(2020, 1.0, TimeDim="2020")),
        answer(row(2020, 1.0, TimeDim=20.5)),
    ],
)
def test_other_shapes_are_refused_at_once(httpserver: HTTPServer, ask: Ask, body: Any) -> None:
    with pytest.raises(SourceChanged) as caught:
        ask(body)
    assert caught.value.series == "syn/SYN_198" and len(httpserver.log) == 1


DOCUMENT = answer(
    row(2019, 13.5, "13.5 [11-15]"),
    row(2020, 12.7),
    row(2020, 18.1, sex="SEX_MLE"),
    row(2019, 99.5, SpatialDimType="GLOBAL", SpatialDim="GLOBAL"),
)
TRUE = {("2019", 13.5), ("2020", 12.7)}


@pytest.fixture(scope="module")
def read(series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]) -> Read:
    """Collects the series from bytes."""

    def collected(body: bytes) -> Collected:
        return collect(series, make_source("who_gho", "https://service.example"), held(body))

    return collected


@SLOW
@given(path=st.sampled_from([p for p in paths(DOCUMENT) if p]), junk=JUNK, drop=st.booleans())
def test_parts_replaced_or_lost(read: Read, path: tuple[Any, ...], junk: Any, drop: bool) -> None:
    try:
        frame = read(damaged(DOCUMENT, path, junk, drop)).observations
    except SourceError as error:
        assert error.series == "syn/SYN_198" and error.remedy
        return
    stated = frame[frame.status != "m"]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE


@SLOW
@given(cut=st.integers(0, len(json.dumps(DOCUMENT)) - 1))
def test_answers_cut_off(read: Read, cut: int) -> None:
    with pytest.raises(SourceChanged):
        read(json.dumps(DOCUMENT).encode()[:cut])

"""The United Nations' goal database: pages, values as text, several rows a year, codes of areas."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date
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

ADDRESS = "/SDGAPI/v1/sdg/Series/Data"
SLOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Ask = Callable[..., Collected]
Read = Callable[..., Collected]


def row(year: int, value: Any, *, area: str = "398", sex: str = "BOTHSEX", **changes: Any) -> dict[str, Any]:
    """One row in the service's shape."""
    fields = {
        "goal": ["3"],
        "series": "SYN_STA",
        "geoAreaCode": area,
        "geoAreaName": "Kazakhstan",
        "timePeriodStart": float(year),
        "value": value,
        "valueType": "Float",
        "upperBound": None,
        "lowerBound": None,
        "attributes": {"Nature": "C", "Units": "PER_100000_POP"},
        "dimensions": {"Sex": sex, "Reporting Type": "G"},
    }
    return {**fields, **changes}


def page(rows: list[dict[str, Any]], number: int = 1, pages: int = 1, total: int | None = None) -> dict[str, Any]:
    """One page of rows."""
    count = len(rows) if total is None else total
    return {"size": 1000, "totalElements": count, "totalPages": pages, "pageNumber": number, "data": rows}


@pytest.fixture(scope="module")
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series whose answers the replica gives."""
    return make_series("SYN_STA", key={"areaCode": "398", "Sex": "BOTHSEX"})


@pytest.fixture
def service(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The replica of the service."""
    return make_source("unsd_sdg", httpserver.url_for("/SDGAPI/v1/sdg"))


@pytest.fixture
def ask(httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef) -> Ask:
    """Collects the series, with another key where one is given, from a replica that gives one answer."""

    def asked(body: Any, key: dict[str, str] | None = None, **answer: Any) -> Collected:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        httpserver.expect_request(ADDRESS).respond_with_data(text, **answer)
        return collect(series if key is None else series.model_copy(update={"key": key}), service, live)

    return asked


def test_the_chosen_rows_become_observations(httpserver: HTTPServer, ask: Ask) -> None:
    rows = [row(2020, "12.70"), row(2019, "13"), row(2020, "18.1", sex="MALE"), row(2020, "7.2", sex="FEMALE")]
    rows[0]["attributes"] = {"Nature": "E", "Units": "PER_100000_POP"}
    collected = ask(page(rows))
    frame = collected.observations
    assert list(zip(frame.period, frame.published, frame.decimals, frame.status, strict=True)) == [
        ("2019", "13", 0, ""),
        ("2020", "12.70", 2, "e"),
    ]
    assert set(frame.area) == {"KZ"}
    assert collected.known_from == date(2026, 9, 30)
    assert dict(httpserver.log[0][0].args) == {
        "seriesCode": "SYN_STA",
        "areaCode": "398",
        "page": "1",
        "pageSize": "1000",
    }


def test_regions_of_the_world_and_other_countries_are_left_out(ask: Ask) -> None:
    rows = [row(2020, "1.0", area="1"), row(2020, "2.0", area="143"), row(2020, "3.0"), row(2020, "4.0", area="39")]
    assert list(ask(page(rows)).observations.value) == [3.0]


@pytest.mark.parametrize(("written", "answered"), [("004", "4"), ("4", "4"), ("4", "004")])
def test_codes_are_compared_without_leading_zeros(ask: Ask, written: str, answered: str) -> None:
    rows = [row(2020, "3.0", area=answered), row(2020, "9.0", area="40")]
    assert list(ask(page(rows), {"areaCode": written}).observations.value) == [3.0]


def test_values_that_are_no_numbers_are_missing_and_keep_their_text(ask: Ask) -> None:
    rows = [row(2018, "<0.1"), row(2019, "NaN"), row(2020, ""), row(2021, None), row(2022, "0.0"), row(2023, ">95")]
    frame = ask(page(rows)).observations
    assert list(frame.status) == ["m", "m", "m", "m", "", "m"]
    assert list(frame.published) == ["<0.1", "", "", "", "0.0", ">95"]
    assert [math.isnan(v) for v in frame.value] == [True, True, True, True, False, True]


def test_several_rows_a_year_are_refused_with_the_codes_to_choose_from(ask: Ask) -> None:
    rows = [row(2020, "12.7"), row(2021, "18.1", sex="MALE")]
    with pytest.raises(SourceChanged, match=r"differ in Sex: BOTHSEX, MALE.*add Sex"):
        ask(page(rows), {"areaCode": "398"})


def test_the_same_year_twice_is_refused(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="2020 came twice"):
        ask(page([row(2020, "12.7"), row(2020, "12.8")]))


def test_a_change_of_unit_is_refused_and_the_key_can_choose(ask: Ask) -> None:
    rows = [row(2020, "12.7"), row(2021, "0.1", attributes={"Nature": "C", "Units": "PERCENT"})]
    with pytest.raises(SourceChanged, match=r"differ in Units: PERCENT, PER_100000_POP"):
        ask(page(rows))
    chosen = ask(page(rows), {"areaCode": "398", "Sex": "BOTHSEX", "Units": "PER_100000_POP"})
    assert list(chosen.observations.period) == ["2020"]


def test_pages_are_read_to_the_end(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    def pages(request: Request) -> Response:
        number = int(request.args["page"])
        return Response(json.dumps(page([row(2018 + number, f"{number}.5")], number, 3, 3)))

    httpserver.expect_request(ADDRESS).respond_with_handler(pages)
    collected = collect(series, service, live)
    assert list(collected.observations.published) == ["1.5", "2.5", "3.5"]
    assert len(collected.raw) == len(httpserver.log) == 3


@pytest.mark.parametrize("fault", ["repeats with its own number", "repeats as it is", "falls short", "grows"])
def test_pages_that_do_not_add_up_are_refused(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef, fault: str
) -> None:
    def pages(request: Request) -> Response:
        number = int(request.args["page"])
        rows = [row(2020, "1.5")] if number == 1 or "repeats" in fault else []
        shown = 1 if fault == "repeats as it is" else number
        total = 3 if fault == "grows" and number == 2 else 2
        return Response(json.dumps(page(rows, shown, 2, total)))

    httpserver.expect_request(ADDRESS).respond_with_handler(pages)
    with pytest.raises(SourceChanged):
        collect(series, service, live)


@pytest.mark.parametrize(
    "body",
    [
        page([]),
        page([row(2020, "1.0", area="1")]),
        page([row(2020, "1.0", sex="MALE")]),
        page([row(2020, "NaN")]),
    ],
)
def test_no_row_under_the_key_is_a_missing_series(ask: Ask, body: Any) -> None:
    with pytest.raises(SeriesMissing):
        ask(body)


@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "[]",
        {"data": []},
        page([row(2020, "1.0")], total=2),
        page([row(2020, "1.0")], pages=60, total=60),
        page([row(2020, "1.0")], number=2),
        page([row(2020, "1,5")]),
        page([row(2020, True)]),
        page([row(2020, "1.0", series="OTHER")]),
        page([row(2020, "1.0", timePeriodStart=2020.5)]),
        page([row(2020, "1.0", timePeriodStart="2020")]),
        page([row(2020, "1.0", attributes=None)]),
        page([row(2020, "1.0", attributes={"Nature": "?", "Units": "X"})]),
        page([row(2020, "1.0", dimensions={"Gender": "BOTHSEX"})]),
    ],
)
def test_other_shapes_are_refused_at_once(httpserver: HTTPServer, ask: Ask, body: Any) -> None:
    with pytest.raises(SourceChanged) as caught:
        ask(body)
    assert caught.value.series == "syn/SYN_STA" and len(httpserver.log) == 1


def test_an_address_that_is_gone_is_missing(ask: Ask) -> None:
    with pytest.raises(SeriesMissing):
        ask("", status=404)


DOCUMENT = page([row(2019, "13.5"), row(2020, "12.7"), row(2020, "18.1", sex="MALE"), row(2019, "99.5", area="1")])
TRUE = {("2019", 13.5), ("2020", 12.7)}


@pytest.fixture(scope="module")
def read(series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]) -> Read:
    """Collects the series from bytes."""

    def collected(body: bytes) -> Collected:
        return collect(series, make_source("unsd_sdg", "https://service.example"), held(body))

    return collected


@SLOW
@given(path=st.sampled_from([p for p in paths(DOCUMENT) if p]), junk=JUNK, drop=st.booleans())
def test_parts_replaced_or_lost(read: Read, path: tuple[Any, ...], junk: Any, drop: bool) -> None:
    try:
        frame = read(damaged(DOCUMENT, path, junk, drop)).observations
    except SourceError as error:
        assert error.series == "syn/SYN_STA" and error.remedy
        return
    stated = frame[frame.status != "m"]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE


@SLOW
@given(cut=st.integers(0, len(json.dumps(DOCUMENT)) - 1))
def test_answers_cut_off(read: Read, cut: int) -> None:
    with pytest.raises(SourceChanged):
        read(json.dumps(DOCUMENT).encode()[:cut])

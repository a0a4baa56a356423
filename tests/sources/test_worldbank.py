"""The World Bank connector against a replica that behaves as the service was seen to behave."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown
from indicators.sources.live import LiveTransport

ADDRESS = "/v2/country/KZ/indicator/EG.SYN.ZS"
HTML_400 = b"\xef\xbb\xbf<!DOCTYPE html><html><body>Request Error</body></html>"
XML_ERROR = (
    b'<?xml version="1.0" encoding="utf-8"?><wb:error xmlns:wb="http://www.worldbank.org">'
    b'<wb:message id="175" key="Invalid format">The indicator was not found. It may have been deleted or archived.'
    b"</wb:message></wb:error>"
)


def header(**changes: Any) -> dict[str, Any]:
    """The header of an answer with one value."""
    fields = {"page": 1, "pages": 1, "per_page": 1000, "total": 1, "sourceid": "2", "lastupdated": "2026-04-08"}
    return {**fields, **changes}


def row(year: str, value: Any, **changes: Any) -> dict[str, Any]:
    """One value in the service's shape."""
    fields = {
        "indicator": {"id": "EG.SYN.ZS", "value": "Synthetic (% of total)"},
        "country": {"id": "KZ", "value": "Kazakhstan"},
        "countryiso3code": "KAZ",
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }
    return {**fields, **changes}


@pytest.fixture
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series whose answers the replica gives."""
    return make_series("EG.SYN.ZS")


Ask = Callable[[Any], Collected]


@pytest.fixture
def ask(httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef) -> Ask:
    """Collects the series from a replica that always gives one answer."""

    def asked(answer: Any) -> Collected:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        httpserver.expect_request(ADDRESS).respond_with_data(body, content_type="application/json")
        return collect(series, bank, live)

    return asked


def test_values_keep_their_text_and_the_vintage_is_the_services_own(ask: Ask) -> None:
    body = b"""[{"page":1,"pages":1,"per_page":"50","total":"3","lastupdated":"2026-04-08"},
    [{"indicator":{"id":"EG.SYN.ZS","value":"s"},"country":{"id":"KZ","value":"Kazakhstan"},"date":"2022",
      "value":3.10,"unit":"","obs_status":"E","decimal":0},
     {"indicator":{"id":"EG.SYN.ZS","value":"s"},"country":{"id":"KZ","value":"Kazakhstan "},"date":"2021",
      "value":2.99615912685309,"unit":"","obs_status":"","decimal":0},
     {"indicator":{"id":"EG.SYN.ZS","value":"s"},"country":{"id":"KZ","value":"Kazakhstan"},"date":"2020",
      "value":3447920000,"unit":"","obs_status":null,"decimal":0}]]"""
    collected = ask(body)
    frame = collected.observations
    assert list(frame.period) == ["2020", "2021", "2022"]
    assert list(frame.published) == ["3447920000", "2.99615912685309", "3.10"]
    assert list(frame.decimals) == [0, 14, 2]
    assert list(frame.status) == ["", "", "e"]
    assert set(frame.area) == {"KZ"}
    assert collected.known_from.isoformat() == "2026-04-08"
    assert collected.raw[0].body == body
    assert collected.raw[0].retrieved is not None and collected.raw[0].retrieved.isoformat() == "2026-09-30"


def test_the_registers_precision_overrides_the_digits_of_a_float(
    httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    httpserver.expect_request(ADDRESS).respond_with_json([header(), [row("2021", 5.8100000000001)]])
    known = series.model_copy(update={"decimals": 2})
    assert list(collect(known, bank, live).observations.decimals) == [2]


def test_a_gap_between_values_is_missing_and_empty_ends_are_no_observations(ask: Ask) -> None:
    rows = [row("2024", None), row("2023", 2.5), row("2022", None), row("2021", 1.5), row("2020", None)]
    frame = ask([header(total=5), rows]).observations
    assert list(zip(frame.period, frame.status, strict=True)) == [("2021", ""), ("2022", "m"), ("2023", "")]
    assert frame.value.isna().tolist() == [False, True, False]


def test_quarters_and_months_become_periods(ask: Ask) -> None:
    answer = [header(total=2), [row("2021Q3", 1), row("2021M08", 2)]]
    assert list(ask(answer).observations.period) == ["2021-08", "2021-Q3"]


def test_several_pages_are_read_as_often_as_page_one_says(
    httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    asked: list[str] = []

    def pages(request: Request) -> Response:
        number = int(request.args["page"])
        asked.append(request.args["page"])
        pages_claimed = 2 if number == 1 else 99
        years = ["2023", "2022"] if number == 1 else ["2021"]
        head = header(page=number, pages=pages_claimed, total=3)
        return Response(json.dumps([head, [row(y, int(y)) for y in years]]), content_type="application/json")

    httpserver.expect_request(ADDRESS).respond_with_handler(pages)
    collected = collect(series, bank, live)
    assert asked == ["1", "2"]
    assert list(collected.observations.period) == ["2021", "2022", "2023"]
    assert len(collected.raw) == 2


@pytest.mark.parametrize("claimed", [1, 2])
def test_page_two_that_repeats_page_one_is_refused(
    httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef, claimed: int
) -> None:
    def pages(request: Request) -> Response:
        number = 1 if request.args["page"] == "1" else claimed
        return Response(json.dumps([header(page=number, pages=2, total=2), [row("2023", 1.0)]]))

    httpserver.expect_request(ADDRESS).respond_with_handler(pages)
    with pytest.raises(SourceChanged):
        collect(series, bank, live)


def test_a_page_past_the_end_is_refused(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match=r"page 99 came"):
        ask([header(page=99), []])


@pytest.mark.parametrize(
    "answer",
    [
        [{"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}],
        XML_ERROR,
        b"\xef\xbb\xbf" + XML_ERROR,
        [header(total=0, pages=0)],
        [header(total=0, pages=0), None],
        [header(total="0", pages="0"), []],
        [header(), [row("2021", None)]],
    ],
    ids=["message-120", "xml-175", "xml-bom", "no-rows", "null-rows", "string-zero", "only-null-values"],
)
def test_an_indicator_that_is_not_there_is_missing(
    httpserver: HTTPServer, series: SeriesRef, ask: Ask, answer: Any
) -> None:
    with pytest.raises(SeriesMissing) as caught:
        ask(answer)
    assert caught.value.series == series.id
    assert ADDRESS in str(caught.value) and "Remedy" in str(caught.value)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not json",
        b'[{"page":1',
        b"\xff\xfe\x00",
        HTML_400,
        b"<wb:countries xmlns:wb='http://www.worldbank.org'/>",
        b'[{"page":1,"pages":1,"total":1,"lastupdated":"2026-04-08"},[{"value":NaN}]]',
        {"page": 1},
        [],
        [[], []],
        [header(total=2), [row("2021", 1.0)]],
        [header(), None],
        [header(), {"2021": 1.0}],
        [header(lastupdated=None), [row("2021", 1.0)]],
        [header(pages=7), [row("2021", 1.0)]],
        [header(total="many"), [row("2021", 1.0)]],
        [header(), [row("2021", 1.0, country={"id": "KG"})]],
        [header(), [row("2021", 1.0, indicator={"id": "EG.OTHER"})]],
        [header(), [row("2021", 1.0, indicator=None)]],
        [header(), [row("MRV", 1.0)]],
        [header(), [row("2021", True)]],
        [header(), [row("2021", "n/a")]],
        [header(), [row("2021", {"v": 1})]],
        [header(), [row("2021", 1.0, obs_status="?")]],
        [header(), [{k: v for k, v in row("2021", 1.0).items() if k != "value"}]],
        [{"message": [{"id": "199", "key": "?", "value": "Something else"}]}],
        [{"message": "down"}],
    ],
)
def test_an_answer_of_another_shape_is_refused_at_once(httpserver: HTTPServer, ask: Ask, answer: Any) -> None:
    with pytest.raises(SourceChanged) as caught:
        ask(answer)
    assert not caught.value.retry
    assert len(httpserver.log) == 1


def test_a_html_400_passes_and_is_asked_again(
    httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    httpserver.expect_ordered_request(ADDRESS).respond_with_data(HTML_400, status=400, content_type="text/html")
    httpserver.expect_ordered_request(ADDRESS).respond_with_json([header(), [row("2021", 1.5)]])
    assert list(collect(series, bank, live).observations.value) == [1.5]


def test_a_400_that_is_an_answer_is_not_asked_again(
    httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    httpserver.expect_request(ADDRESS).respond_with_json({"error": "bad request"}, status=400)
    with pytest.raises(SourceChanged, match=r"400.*bad request"):
        collect(series, bank, live)
    assert len(httpserver.log) == 1


def test_a_spell_of_502_is_a_source_that_is_down(
    httpserver: HTTPServer, bank: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    httpserver.expect_request(ADDRESS).respond_with_data("Bad Gateway", status=502)
    with pytest.raises(SourceDown) as caught:
        collect(series, bank, live)
    assert caught.value.retry and caught.value.series == series.id
    assert len(httpserver.log) == 3

"""JSON-stat as Eurostat gives it: sparse cubes, answers that come later, faults in another format."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.exchange import Transport
from indicators.sources.live import LiveTransport
from tests.sources.damaged_json import damaged, paths

BASE = "/eurostat/api/dissemination"
ADDRESS = f"{BASE}/statistics/1.0/data/syn_10"
YEARS = ("2019", "2020", "2021", "2022", "2023", "2024")
SLOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Ask = Callable[..., Collected]
Read = Callable[..., Collected]


def dataset(**changes: Any) -> dict[str, Any]:
    """A cube of two units, two countries and six years; KZ in PC has 2020 (1.20) and 2022 (3)."""
    document = {
        "version": "2.0",
        "class": "dataset",
        "source": "ESTAT",
        "updated": "2026-09-15T23:00:00+0200",
        "id": ["unit", "geo", "time"],
        "size": [2, 2, 6],
        "dimension": {
            "unit": {"category": {"index": {"PC": 1, "NR": 0}, "label": {}}},
            "geo": {"category": {"index": ["KG", "KZ"]}},
            "time": {"category": {"index": {year: n for n, year in enumerate(YEARS)}}},
        },
        "value": {"0": 9.9, "19": 1.25, "21": 3},
        "status": {"19": "p", "20": ":", "22": "c"},
    }
    return {**document, **changes}


@pytest.fixture(scope="module")
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series in the cube."""
    return make_series("syn_10", id="syn/10", key={"geo": "KZ", "unit": "PC"})


@pytest.fixture
def eurostat(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The replica of the service."""
    return make_source("json_stat", httpserver.url_for(BASE))


@pytest.fixture
def ask(httpserver: HTTPServer, eurostat: SourceInfo, live: LiveTransport, series: SeriesRef) -> Ask:
    """Collects the series from a replica that always gives one answer."""

    def asked(body: Any, **answer: Any) -> Collected:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        httpserver.expect_request(ADDRESS).respond_with_data(text, **answer)
        return collect(series, eurostat, live)

    return asked


@pytest.fixture(scope="module")
def read(series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]) -> Read:
    """Collects the series, with another key where one is given, from a document."""

    def collected(document: Any, key: dict[str, str] | None = None) -> Collected:
        wanted = series if key is None else series.model_copy(update={"key": key})
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return collect(wanted, make_source("json_stat", "https://service.example/dissemination"), held(body))

    return collected


def rows(collected: Collected) -> list[tuple[str, str, str]]:
    """Period, value as published and status of each observation."""
    frame = collected.observations
    assert all(math.isnan(v) == (s in ("m", "c")) for v, s in zip(frame.value, frame.status, strict=True))
    return list(zip(frame.period, frame.published, frame.status, strict=True))


WANTED = [("2020", "1.25", "p"), ("2021", "", "m"), ("2022", "3", ""), ("2023", "", "c")]


def test_cells_are_found_in_a_sparse_cube_and_the_release_is_the_services_own(httpserver: HTTPServer, ask: Ask) -> None:
    collected = ask(dataset())
    assert rows(collected) == WANTED
    assert collected.known_from == date(2026, 9, 15)
    assert dict(httpserver.log[0][0].args) == {"format": "JSON", "lang": "EN", "geo": "KZ", "unit": "PC"}


def test_values_and_statuses_may_be_lists(read: Read) -> None:
    values, statuses = [None] * 24, [None] * 24
    for place, value in dataset()["value"].items():
        values[int(place)] = value
    for place, status in dataset()["status"].items():
        statuses[int(place)] = status
    assert rows(read(dataset(value=values, status=statuses))) == WANTED


def test_one_status_may_hold_for_all_and_none_need_be_there(read: Read) -> None:
    assert [r[2] for r in rows(read(dataset(status="e")))] == ["e", "m", "e"]
    assert [r[2] for r in rows(read(dataset(status=None)))] == ["", "m", ""]


def test_a_dimension_of_one_category_needs_neither_index_nor_key(read: Read) -> None:
    document = dataset(id=["freq", "unit", "geo", "time"], size=[1, 2, 2, 6])
    document["dimension"]["freq"] = {"category": {"label": {"A": "Annual"}}}
    assert rows(read(document)) == WANTED


def test_quarters_and_months_become_periods(read: Read) -> None:
    document = dataset()
    codes = ("2023-Q1", "2023Q2", "2023-05", "2023M06", "2023-S1", "2022")
    document["dimension"]["time"]["category"]["index"] = {code: n for n, code in enumerate(codes)}
    document["value"] = {str(18 + n): n for n in range(6)}
    document["status"] = None
    assert [r[0] for r in rows(read(document))] == ["2022", "2023-05", "2023-06", "2023-Q1", "2023-Q2", "2023-S1"]


def test_time_may_bear_another_name(read: Read) -> None:
    text = json.dumps(dataset(role={"time": ["year"]})).replace('"time": {"cat', '"year": {"cat')
    document = json.loads(text)
    document["id"] = ["unit", "geo", "year"]
    assert rows(read(document)) == WANTED


def test_a_dimension_outside_the_key_with_several_categories_is_refused(read: Read) -> None:
    with pytest.raises(SourceChanged, match=r"dimension unit .* NR|PC") as caught:
        read(dataset(), {"geo": "KZ"})
    assert "add unit" in caught.value.remedy


def test_a_code_that_is_gone_is_missing(read: Read) -> None:
    with pytest.raises(SeriesMissing, match=r"geo has no UZ .*KG, KZ"):
        read(dataset(), {"geo": "UZ", "unit": "PC"})


def test_a_cube_without_a_value_under_the_key_is_missing(read: Read) -> None:
    with pytest.raises(SeriesMissing):
        read(dataset(value={"0": 9.9}))


def fault(code: int, text: str = "SYNTHETIC") -> str:
    """A fault as the service words it."""
    head = '<?xml version="1.0"?><S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">'
    return f"{head}<faultcode>{code}</faultcode><faultstring>{text}</faultstring></S:Fault>"


TOO_BIG = "EXTRACTION_TOO_BIG: The requested extraction is too big, estimated 6 rows, max authorised is 5"


@pytest.mark.parametrize(
    ("body", "status", "kind", "remedy"),
    [
        (fault(100), 400, SeriesMissing, "key"),
        (fault(100), 200, SeriesMissing, "key"),
        (fault(140), 400, SourceChanged, "manual"),
        (fault(150), 400, SourceChanged, "manual"),
        (fault(413, TOO_BIG), 413, SourceChanged, "EXTRACTION_TOO_BIG.*ask for fewer"),
        (fault(413, TOO_BIG), 200, SourceChanged, "ask for fewer"),
        ({"error": [{"status": 400, "id": 100, "label": "no results"}]}, 400, SeriesMissing, "key"),
        ({"error": [{"status": 413, "label": "much"}]}, 413, SourceChanged, "ask for fewer"),
        ({"error": {"status": 400, "label": "INVALID_QUERY_DIMENSION"}}, 400, SourceChanged, "INVALID_QUERY"),
        ({"error": "?"}, 400, SourceChanged, "manual"),
    ],
)
def test_refusals_say_what_they_mean(
    httpserver: HTTPServer, ask: Ask, body: Any, status: int, kind: type[SourceError], remedy: str
) -> None:
    with pytest.raises(kind, match=remedy):
        ask(body, status=status)
    assert len(httpserver.log) == 1


def test_a_web_page_with_status_400_passes(httpserver: HTTPServer, ask: Ask) -> None:
    with pytest.raises(SourceDown):
        ask("<!DOCTYPE html><html>Gateway</html>", status=400)
    assert len(httpserver.log) == 3


@pytest.mark.parametrize(
    "body",
    [
        "<wb:error xmlns:wb='urn:x'/>",
        "<html>",
        "[]",
        "{}",
        "not json",
        dataset(**{"class": "collection"}),
        dataset(size=[2, 2, 7]),
        dataset(size=[2, 2]),
        dataset(id=["unit", "geo", "geo"]),
        dataset(value=[1, 2]),
        dataset(value={"24": 1}),
        dataset(value={"-1": 1}),
        dataset(value={"19": {"v": 1}}),
        dataset(value={"19": "many"}),
        dataset(value=None),
        dataset(status={"19": "?"}),
        dataset(updated="yesterday"),
        dataset(dimension={}),
        dataset(role={"time": ["era"]}),
        json.dumps(dataset()).replace('"2021": 2', '"2021": 1'),
        json.dumps(dataset()).replace('"2021"', '"2021-W07"'),
        json.dumps(dataset()).replace('"2021"', '"2021-A1"').replace('"2020"', '"2021"'),
        json.dumps(dataset()).replace("1.25", "NaN"),
    ],
)
def test_other_shapes_are_refused_at_once(httpserver: HTTPServer, ask: Ask, body: Any) -> None:
    with pytest.raises(SourceChanged) as caught:
        ask(body)
    assert caught.value.series == "syn/10" and len(httpserver.log) == 1


ENVELOPE = (
    '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Header/><env:Body>'
    '<ns0:response xmlns:ns0="urn:x"><{0}><id>{1}</id><status>{2}</status></{0}></ns0:response>'
    "</env:Body></env:Envelope>"
)


def test_a_queued_answer_is_waited_for(
    httpserver: HTTPServer, eurostat: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    states = itertools.chain(["SUBMITTED", "PROCESSING"], itertools.repeat("AVAILABLE"))
    httpserver.expect_request(ADDRESS).respond_with_data(ENVELOPE.format("queued", "a-1", "SUBMITTED"))
    httpserver.expect_request(f"{BASE}/1.0/async/status/a-1").respond_with_handler(
        lambda _: Response(ENVELOPE.format("state", "a-1", next(states)))
    )
    httpserver.expect_request(f"{BASE}/1.0/async/data/a-1").respond_with_json(dataset())
    collected = collect(series, eurostat, live)
    assert rows(collected) == WANTED
    assert "statistics/1.0/data/syn_10?" in collected.raw[0].url
    assert len(httpserver.log) == 5


@pytest.mark.parametrize("identity", ["../../admin", "", "x" * 100])
def test_an_id_that_is_no_id_is_not_asked_for(httpserver: HTTPServer, ask: Ask, identity: str) -> None:
    with pytest.raises(SourceChanged, match="cannot be asked"):
        ask(ENVELOPE.format("queued", identity, "SUBMITTED"))
    assert len(httpserver.log) == 1


def test_a_fault_behind_the_queue_is_told(
    httpserver: HTTPServer, eurostat: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    httpserver.expect_request(ADDRESS).respond_with_data(ENVELOPE.format("queued", "a-1", "SUBMITTED"))
    ready = ENVELOPE.format("state", "a-1", "AVAILABLE")
    httpserver.expect_request(f"{BASE}/1.0/async/status/a-1").respond_with_data(ready)
    httpserver.expect_request(f"{BASE}/1.0/async/data/a-1").respond_with_data(fault(413), status=413)
    with pytest.raises(SourceChanged, match="ask for fewer"):
        collect(series, eurostat, live)


TRUE = {("2020", 1.25), ("2022", 3.0)}
JUNK = st.none() | st.booleans() | st.text("abc:", max_size=4) | st.lists(st.none(), max_size=2) | st.just({"KZ": 0})


def judged(read: Read, body: bytes) -> None:
    """Passes on a typed error and on figures that are all true."""
    try:
        frame = read(body).observations
    except SourceError as error:
        assert error.series == "syn/10" and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE


@SLOW
@given(path=st.sampled_from([p for p in paths(dataset()) if p]), junk=JUNK, drop=st.booleans())
def test_parts_replaced_or_lost(read: Read, path: tuple[Any, ...], junk: Any, drop: bool) -> None:
    judged(read, damaged(dataset(), path, junk, drop))


@SLOW
@given(cut=st.integers(0, len(json.dumps(dataset())) - 1))
def test_answers_cut_off(read: Read, cut: int) -> None:
    judged(read, json.dumps(dataset()).encode()[:cut])

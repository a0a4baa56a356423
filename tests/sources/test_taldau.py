"""The Taldau connector against a replica that answers as the service was seen to answer."""

from __future__ import annotations

import copy
import csv
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.archive import COLUMNS, ArchiveTransport
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.live import LiveTransport

ATTRIBUTES = {"name": "Синтетический индекс", "measureName": "млрд. тенге", "path": "1/2/3"}
DATES = {"datesIds": ["101", "102", "103"], "periodNameList": ["2022 год", "2023 год", "2024 год"]}
COUNTRY = "РЕСПУБЛИКА КАЗАХСТАН"
FAULT_PAGE = "<html><head><title>Индекс за пределами\r\n диапазона</title></head><body>Server Error</body></html>"


def part(region: str, name: str, values: dict[str, Any], *rest: str) -> dict[str, Any]:
    """A slice in the service's shape; ``rest`` are the ids of the other terms."""
    periods = [{"name": f"{day[-4:]} год", "date": day, "value": value} for day, value in values.items()]
    return {"terms": [region, *rest], "termNames": [name, *("Всего" for _ in rest)], "periods": periods}


VALUES = {"31.12.2022": "103765.5", "31.12.2023": "113585.50", "31.12.2024": "x"}
DATA = [part("741880", COUNTRY, VALUES), part("741921", "АКМОЛИНСКАЯ ОБЛАСТЬ", {"31.12.2023": "3100.1"})]

Ask = Callable[..., Collected]


@pytest.fixture
def ask(
    httpserver: HTTPServer,
    live: LiveTransport,
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
) -> Ask:
    """Collects index 701592 from a replica with these answers."""

    def asked(
        data: Any = DATA,
        key: dict[str, str] | None = None,
        attributes: Any = ATTRIBUTES,
        dates: Any = DATES,
        **changes: Any,
    ) -> Collected:
        api = "/ru/Api"
        httpserver.expect_request(f"{api}/GetIndexAttributes").respond_with_json(attributes)
        httpserver.expect_request(f"{api}/GetIndexPeriods").respond_with_json(dates)
        httpserver.expect_request(f"{api}/GetIndexData/701592").respond_with_json(data)
        series = make_series("701592", key={"period": "7", "dics": "67", **(key or {})}, **changes)
        return collect(series, make_source("taldau", httpserver.url_for("")), live)

    return asked


def rows(collected: Collected) -> list[tuple[Any, ...]]:
    """Area, period, published text, status and decimals of every observation."""
    f = collected.observations
    return list(zip(f.area, f.period, f.published, f.status, f.decimals, strict=True))


def test_values_keep_their_text_and_x_is_confidential(ask: Ask, httpserver: HTTPServer) -> None:
    collected = ask()
    assert rows(collected) == [
        ("KZ", "2022", "103765.5", "", 1),
        ("KZ", "2023", "113585.50", "", 2),
        ("KZ", "2024", "x", "c", 0),
    ]
    assert collected.observations.value.isna().tolist() == [False, False, True]
    assert set(collected.observations.unit) == {"млрд. тенге"}
    assert len(collected.raw) == 3
    asked = [(r.path.rpartition("/")[2], dict(r.args)) for r, _ in httpserver.log]
    assert asked[1][1]["p_term_id"] == "741880"
    assert asked[2] == ("701592", {"period": "7", "dics": "67", "dateIds": "101,102,103"})


def test_the_cyrillic_x_is_confidential_too_and_never_minus_one(ask: Ask) -> None:
    collected = ask([part("741880", COUNTRY, {"31.12.2022": "1", "31.12.2023": "х", "31.12.2024": None})])
    assert list(collected.observations.status) == ["", "c", "m"]
    assert not (collected.observations.value == -1).any()


def test_regions_are_the_terms_that_the_register_names(ask: Ask) -> None:
    area = {"area.741921": "KZAKM"}
    assert ("KZAKM", "2023", "3100.1", "", 1) in rows(ask(key=area, regional=True))
    assert all(row[0] == "KZ" for row in rows(ask(key=area)))


def test_a_region_that_is_gone_is_no_silence(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="no slice of area KZABY"):
        ask(key={"area.741921": "KZAKM", "area.999": "KZABY"}, regional=True)


def test_further_dictionaries_need_their_terms(ask: Ask) -> None:
    data = [part("741880", COUNTRY, VALUES, "5", "9"), part("741880", COUNTRY, {"31.12.2023": "1"}, "6", "9")]
    assert rows(ask(data, {"dics": "67,848,859", "terms": "5,9"}))[1][2] == "113585.50"
    with pytest.raises(SeriesMissing, match="no slice is the country's"):
        ask(data, {"dics": "67,848,859"})


@pytest.mark.parametrize(
    ("kind", "frequency", "day", "period"),
    [
        ("4", "M", "31.08.2024", "2024-08"),
        ("5", "Q", "30.09.2024", "2024-Q3"),
        ("6", "S", "30.06.2024", "2024-S1"),
        ("7", "A", "31.12.2024", "2024"),
        ("8", "M", "29.02.2024", "2024-02"),
        ("9", "Q", "31.12.2024", "2024-Q4"),
        ("10", "S", "31.12.2024", "2024-S2"),
        ("12", "A", "31.12.2024", "2024"),
        ("16", "A", "31.12.2024", "2024"),
    ],
)
def test_every_kind_of_period(ask: Ask, kind: str, frequency: str, day: str, period: str) -> None:
    one = {"datesIds": ["1"], "periodNameList": ["?"]}
    found = ask([part("741880", COUNTRY, {day: "1.5"})], {"period": kind}, dates=one, frequency=frequency)
    assert list(found.observations.period) == [period]


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ({"period": "4"}, "kind '4' has not the series' frequency A"),
        ({"period": ""}, "key period"),
        ({"dics": "848,67"}, "first dictionary"),
        ({"dics": ""}, "first dictionary"),
        ({"measure": "1&x=2"}, "are numbers"),
        ({"language": "../en"}, "key language"),
    ],
)
def test_a_key_that_cannot_be_asked_is_refused_before_asking(
    ask: Ask, httpserver: HTTPServer, key: dict[str, str], what: str
) -> None:
    with pytest.raises(SourceChanged, match=what):
        ask(key=key)
    assert not httpserver.log


def test_a_wrong_question_answered_with_500_is_asked_once_and_its_title_quoted(
    httpserver: HTTPServer, live: LiveTransport, ask: Ask
) -> None:
    httpserver.expect_ordered_request("/ru/Api/GetIndexAttributes").respond_with_data(
        FAULT_PAGE, status=500, content_type="text/html; charset=utf-8"
    )
    with pytest.raises(SourceChanged, match="500 with the page 'Индекс за пределами диапазона'"):
        ask()
    assert len(httpserver.log) == 1


def test_a_500_without_a_page_and_a_502_may_pass(httpserver: HTTPServer, ask: Ask) -> None:
    address = "/ru/Api/GetIndexAttributes"
    httpserver.expect_ordered_request(address).respond_with_data("busy", status=500)
    httpserver.expect_ordered_request(address).respond_with_data(FAULT_PAGE, status=502)
    httpserver.expect_ordered_request(address).respond_with_json(ATTRIBUTES)
    assert len(ask().observations) == 3


@pytest.mark.parametrize("answers", [{"data": []}, {"attributes": []}, {"attributes": {}}, {"dates": []}])
def test_an_empty_answer_with_200_is_a_missing_series(ask: Ask, answers: dict[str, Any]) -> None:
    with pytest.raises(SeriesMissing):
        ask(**answers)


def test_an_index_without_any_value_is_missing(ask: Ask) -> None:
    with pytest.raises(SeriesMissing, match="no value"):
        ask([part("741880", COUNTRY, dict.fromkeys(VALUES, ""))])


def test_another_unit_under_the_same_id_is_refused(ask: Ask) -> None:
    assert len(ask(key={"unit": "Млрд.  тенге"}).observations) == 3
    with pytest.raises(SourceChanged, match=r"unit of measurement is 'млрд. тенге', the register says 'тыс. тенге'"):
        ask(key={"unit": "тыс. тенге"})


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        ({"data": DATA, "dates": {"datesIds": ["1"], "periodNameList": ["2022", "2023"]}}, "as many"),
        ({"data": [part("741880", COUNTRY, {"31.12.2023": "1"})]}, "lists 3 dates, values of 1 came"),
        ({"data": [part("741880", COUNTRY, VALUES | {"30.06.2024": "1"})]}, "lists 3 dates"),
        ({"data": [part("741880", COUNTRY, {**VALUES, "31.12.2024": "-"})]}, "'-' is not a number"),
        ({"data": [part("741880", COUNTRY, {**VALUES, "31.12.2024": "1 234,5"})]}, "not a number"),
        ({"data": [part("741880", COUNTRY, {**VALUES, "31.12.2024": True})]}, "a bool"),
        ({"data": [part("741880", COUNTRY, {"31.12.2022": "1", "31.12.2023": "2", "30.12.2024": "3"})]}, "last day"),
        ({"data": [part("741880", COUNTRY, {"31.12.2022": "1", "31.12.2023": "2", "2024": "3"})]}, "not a day"),
        ({"data": [{"terms": ["741880"], "termNames": [], "periods": []}]}, "fields terms"),
        ({"data": {"error": "?"}}, "not a list"),
    ],
)
def test_an_answer_of_another_shape_is_refused(ask: Ask, answers: dict[str, Any], what: str) -> None:
    with pytest.raises(SourceChanged, match=what):
        ask(**answers)


NODES = [
    {"id": "741880", "text": COUNTRY, "leaf": "false", "measureName": "%", "y122022": "104.4", "y122023": "105.1"},
    {"id": "741921", "text": "АКМОЛИНСКАЯ", "leaf": "true", "measureName": "%", "y122022": "x", "y122023": ""},
    {"id": "5", "text": "район", "leaf": "true", "measureName": "%", "y122022": "1", "y122023": "2"},
]


@pytest.fixture
def ask_tree(
    httpserver: HTTPServer,
    live: LiveTransport,
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
) -> Callable[..., Collected]:
    """Collects from the replica of the page's tree."""

    def asked(nodes: Any, regional: bool = True, **key: str) -> Collected:
        address = "/kk/NewIndex/GetIndexTreeData"
        httpserver.expect_request(address, method="POST").respond_with_json(nodes)
        area = {"period": "7", "dics": "67", "call": "tree", "language": "kk", "area.741921": "KZAKM"}
        series = make_series("701592", key=area | key, regional=regional)
        return collect(series, make_source("taldau", httpserver.url_for("")), live)

    return asked


def test_the_tree_is_asked_by_form_and_read_by_columns(ask_tree: Any, httpserver: HTTPServer) -> None:
    collected = ask_tree(NODES, unit="%")
    assert rows(collected) == [
        ("KZ", "2022", "104.4", "", 1),
        ("KZ", "2023", "105.1", "", 1),
        ("KZAKM", "2022", "x", "c", 0),
        ("KZAKM", "2023", "", "m", 0),
    ]
    form = httpserver.log[0][0].form
    assert (form["p_index_id"], form["p_period_id"], form["p_term_id"], form["idx"]) == ("701592", "7", "741880", "0")
    assert collected.raw[0].url.endswith("GetIndexTreeData#" + collected.raw[0].url.partition("#")[2])
    assert "p_index_id=701592" in collected.raw[0].url.partition("#")[2]


@pytest.mark.parametrize(
    ("nodes", "kind"),
    [
        ([], SeriesMissing),
        (NODES[1:], SeriesMissing),
        (NODES[:1], SeriesMissing),
        ([NODES[0], NODES[0], NODES[1]], SourceChanged),
        ([{**NODES[0], "y062022": "1"}, NODES[1]], SourceChanged),
        ([{**NODES[0], "y122022": ["1"]}, NODES[1]], SourceChanged),
        ([{"id": "741880", "text": COUNTRY}, NODES[1]], SourceChanged),
        ({"error": 1}, SourceChanged),
        (["741880"], SourceChanged),
    ],
)
def test_a_tree_of_another_shape(ask_tree: Any, nodes: Any, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        ask_tree(nodes)


def test_a_tree_kept_in_the_archive_is_read_again(
    ask_tree: Any, tmp_path: Any, make_source: Any, make_series: Any
) -> None:
    fetched = ask_tree(NODES).raw[0]
    (tmp_path / "tree.json").write_bytes(fetched.body)
    sha = hashlib.sha256(fetched.body).hexdigest()
    row = ["syn", "701592", fetched.url, "2026-09-30", "", "application/json", "tree.json", sha, ""]
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, row])
    base = fetched.url.partition("/kk/")[0]
    key = {"period": "7", "dics": "67", "call": "tree", "language": "kk"}
    collected = collect(make_series("701592", key=key), make_source("taldau", base), ArchiveTransport(tmp_path, None))
    assert list(collected.observations.published) == ["104.4", "105.1"]


def test_a_service_that_is_down_is_down(httpserver: HTTPServer, ask: Ask) -> None:
    httpserver.expect_ordered_request("/ru/Api/GetIndexAttributes").respond_with_data("", status=503)
    httpserver.expect_ordered_request("/ru/Api/GetIndexAttributes").respond_with_data("", status=503)
    httpserver.expect_ordered_request("/ru/Api/GetIndexAttributes").respond_with_data("", status=503)
    with pytest.raises(SourceDown):
        ask()


JUNK = st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
TRUE = {("2022", 103765.5), ("2023", 113585.5)}


class Replies:
    """A transport that gives the three answers in turn."""

    def __init__(self, held: Any, bodies: list[bytes]) -> None:
        self.held, self.bodies = held, bodies

    def get(self, *question: Any) -> Any:
        return self.held(self.bodies.pop(0)).get(*question[:3])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), junk=JUNK, drop=st.booleans(), cut=st.integers(0, 400) | st.none())
def test_damaged_answers_give_a_typed_error_or_true_values(
    make_source: Any, make_series: Any, held: Any, data: st.DataObject, junk: Any, drop: bool, cut: int | None
) -> None:
    documents = copy.deepcopy([ATTRIBUTES, DATES, DATA])
    spot: Any = documents
    while isinstance(spot, dict | list) and spot and data.draw(st.integers(0, 5)):
        last, key = spot, data.draw(st.sampled_from(list(spot) if isinstance(spot, dict) else range(len(spot))))
        spot = spot[key]
        if not isinstance(spot, dict | list):
            if drop:
                del last[key]
            elif not (isinstance(junk, str) and junk.strip().isdecimal()):
                last[key] = junk
    bodies = [json.dumps(document).encode() for document in documents]
    if cut is not None:
        bodies[2] = bodies[2][:cut]
    series = make_series("701592", key={"period": "7", "dics": "67"})
    try:
        frame = collect(series, make_source("taldau", "https://taldau.example"), Replies(held, bodies)).observations
    except SourceError as error:
        assert error.series == series.id and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE

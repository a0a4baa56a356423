"""The open data portal: a key, errors that are answers, versions that climb, fields that change their names."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from tenacity import wait_none
from werkzeug import Request, Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources import data_egov_kz
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.live import LiveTransport

PORTAL_KEY = "synthetic-key-0123456789"
META = {
    "nameRu": "Синтетический набор",
    "fields": {n: {"type": "String"} for n in ("god", "znachenie", "oblast", "vid")},
}
RECORDS = [
    {"id": "1", "god": "2023", "znachenie": "4.80", "oblast": "РК", "vid": "Всего"},
    {"id": "2", "god": "2024", "znachenie": 5.25, "oblast": "РК", "vid": "Всего"},
    {"id": "3", "god": "2024", "znachenie": "6,1", "oblast": "Акмолинская", "vid": "Всего"},
    {"id": "4", "god": "2024", "znachenie": "1.0", "oblast": "РК", "vid": "Всего мужчин"},
]
KEY = {
    "version": "v2",
    "period": "god",
    "value": "znachenie",
    "area": "oblast",
    "area.РК": "KZ",
    "area.Акмолинская": "KZAKM",
    "match.vid": "Всего",
}

Ask = Callable[..., Collected]


@pytest.fixture
def live() -> Iterator[LiveTransport]:
    """The real transport with the portal's key."""
    transport = LiveTransport(attempts=2, pause=wait_none(), secrets={"syn": PORTAL_KEY})
    yield transport
    transport.close()


@pytest.fixture
def ask(
    httpserver: HTTPServer,
    live: LiveTransport,
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
) -> Ask:
    """Collects from a replica that pages, checks the key, and describes the versions given."""

    def asked(
        records: Any = RECORDS, key: dict[str, str] = KEY, versions: dict[str, Any] | None = None, **changes: Any
    ) -> Collected:
        described = versions or {"v2": META}

        def meta(request: Request) -> Response:
            version = request.path.rpartition("/")[2]
            if version not in described:
                return Response("<html>404</html>", status=404)
            return Response(json.dumps(described[version]), content_type="application/json")

        httpserver.expect_request(re.compile("^/meta/syn-set/")).respond_with_handler(meta)

        def page(request: Request) -> Response:
            if request.args.get("apiKey") != PORTAL_KEY:
                return Response("<html><body>403 Forbidden</body></html>", status=403, content_type="text/html")
            if callable(records):
                return records(request)
            query = json.loads(request.args["source"])
            part = records[query["from"] : query["from"] + query["size"]] if isinstance(records, list) else records
            return Response(json.dumps(part), content_type="application/json")

        httpserver.expect_request("/api/v4/syn-set/v2").respond_with_handler(page)
        return collect(
            make_series("syn-set", key=key, **changes), make_source("data_egov_kz", httpserver.url_for("")), live
        )

    return asked


def rows(collected: Collected) -> list[tuple[Any, ...]]:
    """Area, period, published text and status of every observation."""
    f = collected.observations
    return list(zip(f.area, f.period, f.published, f.status, strict=True))


def test_records_become_observations_and_the_search_is_checked(ask: Ask, httpserver: HTTPServer) -> None:
    collected = ask(regional=True)
    assert rows(collected) == [("KZ", "2023", "4.80", ""), ("KZ", "2024", "5.25", ""), ("KZAKM", "2024", "6,1", "")]
    query = json.loads(httpserver.log[-1][0].args["source"])
    assert query["query"] == {"bool": {"must": [{"match": {"vid": "Всего"}}]}}
    assert all(PORTAL_KEY not in answer.url and b"apiKey" not in answer.body for answer in collected.raw)
    assert not any("apiKey" in r.args for r, _ in httpserver.log if r.path.startswith("/meta"))


def test_a_wrong_key_is_refused_once_and_a_missing_one_not_even_tried(
    httpserver: HTTPServer, make_source: Any, make_series: Any
) -> None:
    httpserver.expect_request("/meta/syn-set/v2").respond_with_json(META)
    httpserver.expect_request("/meta/syn-set/v3").respond_with_data("", status=404)
    forbidden = "<!DOCTYPE html><html>403 Forbidden</html>"
    httpserver.expect_request("/api/v4/syn-set/v2").respond_with_data(forbidden, status=403)
    source, series = make_source("data_egov_kz", httpserver.url_for("")), make_series("syn-set", key=KEY)
    wrong = LiveTransport(attempts=3, pause=wait_none(), secrets={"syn": "wrong-but-long-key"})
    with pytest.raises(SourceChanged, match=r"403 to the source's key.*correct it in the secrets") as caught:
        collect(series, source, wrong)
    wrong.close()
    assert "wrong-but-long-key" not in str(caught.value)
    assert len([r for r, _ in httpserver.log if r.path.startswith("/api")]) == 1
    with pytest.raises(SourceChanged, match="none was given"):
        collect(series, source, LiveTransport(pause=wait_none()))
    assert len([r for r, _ in httpserver.log if r.path.startswith("/api")]) == 1


@pytest.mark.parametrize("answer", [{"error": "Index not found"}, {"message": "лимит"}, "x", 3, [3], [[]]])
def test_an_error_object_with_200_is_quoted(ask: Ask, answer: Any) -> None:
    with pytest.raises(SourceChanged):
        ask(answer)
    if isinstance(answer, dict):
        with pytest.raises(SourceChanged, match="answers with an error"):
            ask(answer)


def test_a_newer_version_is_no_silence(ask: Ask, httpserver: HTTPServer) -> None:
    newer = {"nameRu": "s", "fields": {"year": {}, "value": {}}}
    with pytest.raises(
        SourceChanged, match=r"version v3 is published, with fields value, year; version v2 is kept up no"
    ):
        ask(versions={"v2": META, "v3": newer})
    assert not any(r.path.startswith("/api") for r, _ in httpserver.log)


def test_an_error_about_the_next_version_is_no_newer_version(ask: Ask) -> None:
    assert len(ask(versions={"v2": META, "v3": {"error": "not found"}}).observations) == 2


def test_a_field_that_changed_its_name_is_named(ask: Ask) -> None:
    meta = {"fields": {n: {} for n in ("god", "value", "oblast", "vid")}}
    with pytest.raises(SourceChanged, match="v2 has no field znachenie; its fields are god, oblast, value, vid"):
        ask(versions={"v2": meta})


def test_a_record_without_the_fields_of_the_key_is_refused(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="a record has not the fields of the key"):
        ask([{**RECORDS[0], "god": "2020"}, {"god": "2021", "value": "1"}])


@pytest.mark.parametrize("meta", [{"error": "?"}, {"fields": {}}, {"fields": []}, []])
def test_a_version_without_description_is_missing(ask: Ask, meta: Any) -> None:
    with pytest.raises(SeriesMissing, match="does not describe version v2"):
        ask(versions={"v2": meta})


@pytest.mark.parametrize(
    "key", [{**KEY, "version": "2"}, {**KEY, "version": "v2/../v1"}, {"version": "v2", "period": "god"}]
)
def test_a_key_that_cannot_be_asked(ask: Ask, key: dict[str, str], httpserver: HTTPServer) -> None:
    with pytest.raises(SourceChanged, match="key"):
        ask(key=key)
    assert not httpserver.log


def test_pages_are_read_until_one_is_not_full(
    ask: Ask, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_egov_kz, "SIZE", 2)
    assert len(ask(regional=True).observations) == 3
    froms = [json.loads(r.args["source"])["from"] for r, _ in httpserver.log if r.path.startswith("/api")]
    assert froms == [0, 2, 4]


@pytest.mark.parametrize(("part", "what"), [(RECORDS[:2], "page 2 repeats"), (RECORDS, "2 records were asked for, 4")])
def test_a_portal_that_ignores_paging_is_refused(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, part: list[Any], what: str
) -> None:
    monkeypatch.setattr(data_egov_kz, "SIZE", 2)
    with pytest.raises(SourceChanged, match=what):
        ask(lambda _: Response(json.dumps(part)))


def test_more_records_than_a_series_can_have_are_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_egov_kz, "SIZE", 1)
    monkeypatch.setattr(data_egov_kz, "MAX_PAGES", 3)
    with pytest.raises(SourceChanged, match="more than 3 records"):
        ask()


@pytest.mark.parametrize("records", [[], RECORDS[2:], [{**RECORDS[0], "znachenie": None}]])
def test_without_a_national_value_the_series_is_missing(ask: Ask, records: Any) -> None:
    with pytest.raises(SeriesMissing):
        ask(records)


@pytest.mark.parametrize(
    "change",
    [
        {"znachenie": "4.81"},
        {"god": "2023 г."},
        {"god": "2023-06"},
        {"znachenie": "n/a"},
        {"znachenie": []},
        {"god": None},
    ],
)
def test_records_that_leave_a_doubt_are_refused(ask: Ask, change: dict[str, Any]) -> None:
    with pytest.raises(SourceChanged):
        ask([RECORDS[0], {**RECORDS[0], **change}])


@pytest.mark.parametrize(
    ("text", "frequency", "period"),
    [
        ("2023-12-31T00:00:00.000Z", "A", "2023"),
        ("31.03.2023", "Q", "2023-Q1"),
        ("2023-03", "M", "2023-03"),
        (2023, "A", "2023"),
    ],
)
def test_periods_as_datasets_write_them(ask: Ask, text: Any, frequency: str, period: str) -> None:
    assert list(ask([{**RECORDS[0], "god": text}], frequency=frequency).observations.period) == [period]


TRUE = {("2023", 4.8), ("2024", 5.25)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), junk=st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.text()), cut=st.integers(0, 300)
)
def test_damaged_answers_give_a_typed_error_or_true_values(
    make_source: Any, make_series: Any, held: Any, data: st.DataObject, junk: Any, cut: int
) -> None:
    records = copy.deepcopy(RECORDS)
    record = data.draw(st.sampled_from(records))
    field = data.draw(st.sampled_from(["znachenie", "oblast", "vid", "god"]))
    if data.draw(st.booleans()):
        del record[field]
    elif not (isinstance(junk, str) and (junk.strip().isdecimal() or field != "znachenie")):
        record[field] = junk
    body = json.dumps(records).encode()
    body = body[:cut] if data.draw(st.booleans()) else body

    class Replies:
        def get(self, source: Any, path: str, params: Any) -> Any:
            if path.endswith("v3"):
                raise SeriesMissing("no", source="syn", remedy="none")
            return held(json.dumps(META).encode() if path.startswith("meta") else body).get(source, path, params)

    series = make_series("syn-set", key=KEY)
    try:
        frame = collect(series, make_source("data_egov_kz", "https://portal.example"), Replies()).observations
    except SourceError as error:
        assert error.series == series.id and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE

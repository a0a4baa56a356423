"""SDMX services of both versions: how they are asked, and what their refusals mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.live import LiveTransport
from indicators.sources.sdmx_presets import GENERAL_21, PRESETS, SPECIFIC, preset
from tests.sources import sdmx_messages as syn

Ask = Callable[..., Collected]


def test_a_21_service_is_asked_by_position(httpserver: HTTPServer, ask: Ask) -> None:
    assert syn.figures(ask(syn.csv_1())) == syn.FIGURES
    request = httpserver.log[0][0]
    assert request.headers["Accept"].startswith("application/vnd.sdmx.data+csv;version=1.0.0")
    assert request.args["dimensionAtObservation"] == "TIME_PERIOD"


def test_an_empty_code_asks_for_all_and_is_good_while_one_comes(
    httpserver: HTTPServer, sdmx_service: SourceInfo, live: LiveTransport, sdmx_series: SeriesRef
) -> None:
    open_key = sdmx_series.model_copy(update={"key": {**syn.KEY, "SEX": ""}})
    httpserver.expect_request("/rest/data/SYN,DF,1.0/A.KAZ.").respond_with_data(syn.csv_2())
    assert syn.figures(collect(open_key, sdmx_service, live)) == syn.FIGURES


def test_a_30_service_is_asked_by_component(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], live: LiveTransport, sdmx_series: SeriesRef
) -> None:
    httpserver.expect_request("/v3/data/dataflow/SYN/DF/1.0/*").respond_with_data(syn.csv_2())
    collected = collect(sdmx_series, make_source("sdmx_30", httpserver.url_for("/v3")), live)
    assert syn.figures(collected) == syn.FIGURES
    query = httpserver.log[0][0].query_string.decode()
    assert "c%5BREF_AREA%5D=KAZ" in query and "[" not in query
    assert httpserver.log[0][0].headers["Accept"].startswith("application/vnd.sdmx.data+csv;version=2.0.0")


def test_presets_are_found_by_address() -> None:
    assert preset("https://sdmx.ilo.org/rest/", GENERAL_21).accept == SPECIFIC
    assert preset("https://sdmx.ilo.org.example/rest", GENERAL_21) is GENERAL_21
    assert preset(None, GENERAL_21) is GENERAL_21
    assert len({p.address for p in PRESETS}) == len({p.name for p in PRESETS}) == len(PRESETS)


def test_presets_have_the_addresses_that_their_named_source_lists() -> None:
    sdmx = import_module("sdmx")
    listed = json.loads((Path(sdmx.__file__).parent / "sources.json").read_text(encoding="utf-8"))
    urls = {entry["url"].rstrip("/"): entry for entry in listed}
    for entry in PRESETS:
        assert entry.base_url in urls, f"{entry.name}: {entry.base_url} is not in sdmx1's sources.json any more"
        versions = urls[entry.base_url].get("versions", ["2.1"])
        assert versions == (["3.0.0"] if entry.protocol == "sdmx_30" else ["2.1"])
    accept = {e["id"]: e.get("headers", {}).get("data", {}).get("Accept") for e in listed}
    assert accept["ILO"] == preset("https://sdmx.ilo.org/rest", GENERAL_21).accept


@pytest.mark.parametrize("status", [204, 404])
def test_no_data_is_a_missing_series(httpserver: HTTPServer, ask: Ask, status: int) -> None:
    with pytest.raises(SeriesMissing) as caught:
        ask(b"", status=status)
    assert caught.value.series == "syn/DF"
    assert len(httpserver.log) == 1


ERROR = (
    '<m:Error xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"><m:ErrorMessage code="{}"/></m:Error>'
)


@pytest.mark.parametrize(
    ("body", "kind", "remedy"),
    [
        (ERROR.format(100), SeriesMissing, "key"),
        (ERROR.format(140), SourceChanged, "manual"),
        (ERROR.format(510), SourceChanged, "ask for fewer"),
        (ERROR.format(503), SourceDown, "later"),
        ('{"errors":[{"code":100,"title":"nothing"}]}', SeriesMissing, "key"),
        ('{"errors":[{"code":413,"title":"much"}]}', SourceChanged, "ask for fewer"),
        (syn.csv_1().splitlines()[0] + "\n", SeriesMissing, "key"),
        (syn.message("<m:DataSet/>"), SeriesMissing, "key"),
        ('{"data":{"dataSets":[],"structures":[]}}', SeriesMissing, "key"),
        (" ", SeriesMissing, "key"),
        (syn.csv_1().replace("KAZ", "KAS"), SeriesMissing, "key"),
    ],
)
def test_errors_inside_a_200_and_empty_messages(ask: Ask, body: str, kind: type[SourceError], remedy: str) -> None:
    with pytest.raises(kind, match=remedy):
        ask(body)


def test_status_413_says_to_ask_for_fewer(httpserver: HTTPServer, ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="ask for fewer"):
        ask("too many", status=413)
    assert len(httpserver.log) == 1


def test_a_flow_of_version_30_without_its_version_is_never_asked(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], live: LiveTransport, sdmx_series: SeriesRef
) -> None:
    with pytest.raises(SourceChanged, match=r"agency,flow,version"):
        collect(
            sdmx_series.model_copy(update={"dataset": "DF"}), make_source("sdmx_30", httpserver.url_for("/v3")), live
        )
    assert not httpserver.log

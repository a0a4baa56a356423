"""Eurostat's SDMX service: its own day of release, queued answers, faults in SOAP."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.live import LiveTransport
from indicators.sources.sdmx_presets import PRESETS


@pytest.fixture
def eurostat(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], monkeypatch: pytest.MonkeyPatch
) -> SourceInfo:
    """The replica of Eurostat's service; the entry of its address is moved to the replica."""
    base = httpserver.url_for("/eurostat/api/dissemination/sdmx/2.1")
    entry = PRESETS[0].__class__("Eurostat", base.partition("://")[2], "*/*", PRESETS[0].params, queued=True)
    monkeypatch.setattr("indicators.sources.sdmx_presets.PRESETS", (entry,))
    return make_source("sdmx_21", base)


EUROSTAT = "/eurostat/api/dissemination"
QUEUED = (
    '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><ns0:syncResponse xmlns:ns0="urn:x">'
    "<queued><id>98de05ea-540a</id><status>SUBMITTED</status></queued></ns0:syncResponse></env:Body></env:Envelope>"
)
CSV = "DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\r\n"
CSV += "ESTAT:SYN(1.0),15/09/26 23:00:00,A,KZ,2020,1.20,\r\nESTAT:SYN(1.0),15/09/26 23:00:00,A,KZ,2021,,:\r\n"


def state(text: str) -> str:
    """The envelope with the state of a queued answer."""
    return QUEUED.replace("<queued>", "<state>").replace("</queued>", "</state>").replace("SUBMITTED", text)


@pytest.fixture
def dataset(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """A series of Eurostat."""
    return make_series("SYN", key={"freq": "A", "geo": "KZ"})


def test_a_queued_answer_is_waited_for(
    httpserver: HTTPServer, eurostat: SourceInfo, live: LiveTransport, dataset: SeriesRef
) -> None:
    states = itertools.chain(["SUBMITTED", "PROCESSING"], itertools.repeat("AVAILABLE"))
    httpserver.expect_request(f"{EUROSTAT}/sdmx/2.1/data/SYN/A.KZ").respond_with_data(QUEUED)
    status = f"{EUROSTAT}/1.0/async/status/98de05ea-540a"
    httpserver.expect_request(status).respond_with_handler(lambda _: Response(state(next(states))))
    httpserver.expect_request(f"{EUROSTAT}/1.0/async/data/98de05ea-540a").respond_with_data(CSV)
    collected = collect(dataset, eurostat, live)
    frame = collected.observations
    assert list(zip(frame.period, frame.published, frame.status, strict=True)) == [
        ("2020", "1.20", ""),
        ("2021", "", "m"),
    ]
    assert collected.known_from == date(2026, 9, 15)
    assert collected.raw[0].url.endswith("/data/SYN/A.KZ?format=SDMX-CSV&compressed=false")
    assert sum(request.path == status for request, _ in httpserver.log) == 3


@pytest.mark.parametrize(("last", "looks"), [("PROCESSING", 20), ("EXPIRED", 1)])
def test_a_queued_answer_that_never_comes_is_down(
    httpserver: HTTPServer, eurostat: SourceInfo, live: LiveTransport, dataset: SeriesRef, last: str, looks: int
) -> None:
    httpserver.expect_request(f"{EUROSTAT}/sdmx/2.1/data/SYN/A.KZ").respond_with_data(QUEUED)
    httpserver.expect_request(f"{EUROSTAT}/1.0/async/status/98de05ea-540a").respond_with_data(state(last))
    with pytest.raises(SourceDown) as caught:
        collect(dataset, eurostat, live)
    assert caught.value.retry
    assert len(httpserver.log) == 1 + looks


@pytest.mark.parametrize(
    ("code", "status", "kind", "remedy"),
    [(100, 400, SeriesMissing, "key"), (140, 400, SourceChanged, "manual"), (413, 413, SourceChanged, "ask for fewer")],
)
def test_faults_of_eurostat_say_what_they_mean(
    httpserver: HTTPServer,
    eurostat: SourceInfo,
    live: LiveTransport,
    dataset: SeriesRef,
    code: int,
    status: int,
    kind: type[SourceError],
    remedy: str,
) -> None:
    fault = '<S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>{}</faultcode>'
    fault = fault.format(code) + "<faultstring>EXTRACTION_TOO_BIG: or another</faultstring></S:Fault>"
    httpserver.expect_request(f"{EUROSTAT}/sdmx/2.1/data/SYN/A.KZ").respond_with_data(fault, status=status)
    with pytest.raises(kind, match=remedy):
        collect(dataset, eurostat, live)
    assert len(httpserver.log) == 1


def test_a_last_update_that_is_no_day_is_refused(
    httpserver: HTTPServer, eurostat: SourceInfo, live: LiveTransport, dataset: SeriesRef
) -> None:
    body = CSV.replace("15/09/26", "2026-09-15")
    httpserver.expect_request(f"{EUROSTAT}/sdmx/2.1/data/SYN/A.KZ").respond_with_data(body)
    with pytest.raises(SourceChanged, match="LAST UPDATE"):
        collect(dataset, eurostat, live)

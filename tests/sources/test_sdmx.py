"""SDMX services of both versions: every dialect says the same, every trap is a typed error."""

from __future__ import annotations

import gzip
import itertools
import json
import math
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from tenacity import wait_none
from werkzeug import Request, Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.exchange import Transport
from indicators.sources.live import LiveTransport
from indicators.sources.sdmx_presets import GENERAL_21, PRESETS, SPECIFIC, preset
from tests.sources import sdmx_messages as syn

PATH = "/rest/data/SYN,DF,1.0/A.KAZ._T"
SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Read = Callable[..., Collected]
Ask = Callable[..., Collected]


@pytest.fixture(scope="module")
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series that every synthetic message holds."""
    return make_series("SYN,DF,1.0", id="syn/DF", key=syn.KEY)


@pytest.fixture
def service(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The replica of a service of version 2.1."""
    return make_source("sdmx_21", httpserver.url_for("/rest"), timeout_seconds=0.2)


@pytest.fixture
def ask(httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef) -> Ask:
    """Collects the series from a replica that always gives one answer."""

    def asked(body: str | bytes, **answer: Any) -> Collected:
        httpserver.expect_request(PATH).respond_with_data(body, **answer)
        return collect(series, service, live)

    return asked


@pytest.fixture(scope="module")
def read(series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]) -> Read:
    """Collects the series, with another key where one is given, from bytes."""

    def collected(body: str | bytes | dict[str, Any], key: dict[str, str] | None = None) -> Collected:
        raw = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        wanted = series if key is None else series.model_copy(update={"key": key})
        return collect(wanted, make_source("sdmx_21", "https://service.example/rest"), held(raw))

    return collected


def figures(collected: Collected) -> dict[str, str]:
    """Periods with their values as published."""
    frame = collected.observations
    assert set(frame.area) == {"KZ"}
    return dict(zip(frame.period, frame.published, strict=True))


MESSAGES: dict[str, str | dict[str, Any]] = {
    "csv 1.0": syn.csv_1(),
    "csv 1.0 with semicolons": syn.csv_1().replace(",A,KAZ,", ";A;KAZ;").replace(",", ";"),
    "csv 2.0": syn.csv_2(),
    "csv 2.0 with sub-fields": syn.csv_2(start="STRUCTURE[;]"),
    "csv 2.0 with labels": syn.csv_labels(),
    "csv 2.0 with names": syn.csv_names(),
    "csv with a byte order mark": "\ufeff" + syn.csv_1(),
    "ml structure-specific": syn.message(syn.specific()),
    "ml structure-specific, flat": syn.message(syn.flat_specific(), at="AllDimensions"),
    "ml generic": syn.message(syn.generic(), kind="GenericData"),
    "ml generic, flat": syn.message(syn.flat_generic(), kind="GenericData", at="AllDimensions"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_dialect_keeps_the_figures_as_they_were_written(read: Read, name: str) -> None:
    collected = read(MESSAGES[name])
    assert figures(collected) == syn.FIGURES
    assert list(collected.observations.decimals) == [2, 2, 1]
    assert collected.known_from == date(2026, 7, 1)


@pytest.mark.parametrize("body", [syn.json_1(), syn.json_1(flat=True), {"data": syn.json_1()}, syn.json_2()])
def test_json_of_both_versions(read: Read, body: dict[str, Any]) -> None:
    assert {p: float(v) for p, v in figures(read(body)).items()} == {p: float(v) for p, v in syn.FIGURES.items()}


def test_a_21_service_is_asked_by_position(httpserver: HTTPServer, ask: Ask) -> None:
    assert figures(ask(syn.csv_1())) == syn.FIGURES
    request = httpserver.log[0][0]
    assert request.headers["Accept"].startswith("application/vnd.sdmx.data+csv;version=1.0.0")
    assert request.args["dimensionAtObservation"] == "TIME_PERIOD"


def test_an_empty_code_asks_for_all_and_is_good_while_one_comes(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    open_key = series.model_copy(update={"key": {**syn.KEY, "SEX": ""}})
    httpserver.expect_request("/rest/data/SYN,DF,1.0/A.KAZ.").respond_with_data(syn.csv_2())
    assert figures(collect(open_key, service, live)) == syn.FIGURES


def test_a_30_service_is_asked_by_component(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], live: LiveTransport, series: SeriesRef
) -> None:
    httpserver.expect_request("/v3/data/dataflow/SYN/DF/1.0/*").respond_with_data(syn.csv_2())
    collected = collect(series, make_source("sdmx_30", httpserver.url_for("/v3")), live)
    assert figures(collected) == syn.FIGURES
    query = httpserver.log[0][0].query_string.decode()
    assert "c%5BREF_AREA%5D=KAZ" in query and "[" not in query
    assert httpserver.log[0][0].headers["Accept"].startswith("application/vnd.sdmx.data+csv;version=2.0.0")


def test_presets_are_found_by_address() -> None:
    assert preset("https://sdmx.ilo.org/rest/", GENERAL_21).accept == SPECIFIC
    assert preset("https://sdmx.ilo.org.example/rest", GENERAL_21) is GENERAL_21
    assert preset(None, GENERAL_21) is GENERAL_21
    assert {p.name for p in PRESETS} == {"Eurostat", "ILO", "UNICEF", "UNSD"}


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


def test_a_footer_that_says_too_much_is_no_data(read: Read) -> None:
    footer = (
        '<f:Footer><f:Message code="413" severity="Information"><c:Text>Due to the size</c:Text></f:Message></f:Footer>'
    )
    with pytest.raises(SourceChanged, match=r"Due to the size.*ask for fewer"):
        read(syn.message(syn.specific(), footer=footer))


def test_status_413_says_to_ask_for_fewer(httpserver: HTTPServer, ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="ask for fewer"):
        ask("too many", status=413)
    assert len(httpserver.log) == 1


def test_rows_can_delete_merge_and_replace(read: Read) -> None:
    rows = [
        "dataflow,SYN:DF(1.0.0),D,A,KAZ,_T,2019,,",
        "dataflow,SYN:DF(1.0.0),D,A,KAZ,_T,2020,,A",
        "dataflow,SYN:DF(1.0.0),M,A,KAZ,_T,2020,,E",
        "dataflow,SYN:DF(1.0.0),R,A,KAZ,_T,2021,5.1,P",
        "dataflow,SYN:DF(1.0.0),D,A,KGZ,_T,,,",
    ]
    collected = read(syn.csv_2(*rows))
    assert figures(collected) == {"2020": "4.90", "2021": "5.1"}
    assert list(collected.observations.status) == ["", "p"]


@pytest.mark.parametrize("row", ["D,A,KAZ,_T,,,", "D,,KAZ,,,,"])
def test_a_deletion_without_period_takes_the_whole_series(read: Read, row: str) -> None:
    with pytest.raises(SeriesMissing):
        read(syn.csv_2(f"dataflow,SYN:DF(1.0.0),{row}"))


def test_a_data_set_can_delete(read: Read) -> None:
    gone = syn.specific("Delete", {"2020": ""})
    assert list(figures(read(syn.message(syn.specific() + gone)))) == ["2019", "2021"]
    document = syn.json_1()
    document["dataSets"].append({"action": "Delete", "series": {"1:0": {"observations": {"1": []}}}})
    assert list(figures(read(document))) == ["2019", "2021"]


def test_one_period_with_two_values_is_refused(read: Read) -> None:
    with pytest.raises(SourceChanged, match=r"2021 came twice: '4.9' and '5.0'"):
        read(syn.csv_1("SYN:DF(1.0),A,KAZ,_T,2021,5.0,A,"))
    assert figures(read(syn.csv_1("SYN:DF(1.0),A,KAZ,_T,2021,4.9,A,again"))) == syn.FIGURES


@pytest.mark.parametrize("name", ["csv 1.0", "ml structure-specific", "ml generic", "ml structure-specific, flat"])
def test_a_key_that_leaves_several_series_is_refused_though_periods_differ(read: Read, name: str) -> None:
    with pytest.raises(SourceChanged, match=r"2 series, which differ in REF_AREA: KAZ, KGZ") as caught:
        body = str(MESSAGES[name]).replace("SYN:DF(1.0),A,KAZ,F", "SYN:DF(1.0),A,XXX,F")
        wanted = {"FREQ": "A", "SEX": "_T"}
        read(
            body.replace(",KGZ,_T,2021,", ",KGZ,_T,1999,").replace('"2021" OBS_VALUE="1.1"', '"1999" OBS_VALUE="1.1"'),
            wanted,
        )
    assert "key" in caught.value.remedy


def test_a_change_of_unit_inside_a_series_is_refused(read: Read) -> None:
    head = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n"
    rows = "SYN:DF(1.0),A,KAZ,_T,2019,4.8,0\nSYN:DF(1.0),A,KAZ,_T,2020,4.9,3\n"
    with pytest.raises(SourceChanged, match=r"UNIT_MULT: 0, 3"):
        read(head + rows)


@pytest.mark.parametrize("name", ["ml structure-specific", "ml generic", "json 1.0"])
def test_a_change_of_unit_from_one_value_to_the_next_is_refused(read: Read, name: str) -> None:
    if name == "json 1.0":
        document = syn.json_1()
        units = {"id": "UNIT_MULT", "values": [{"id": "0"}, {"id": "3"}]}
        document["structure"]["attributes"]["observation"] = [units]
        document["dataSets"][0]["series"]["1:0"]["observations"] = {"0": [4.8, 0], "1": [4.9, 1]}
        body = json.dumps(document)
    else:
        body = str(MESSAGES[name]).replace('"2020" OBS_VALUE', '"2020" UNIT_MULT="3" OBS_VALUE')
        flag = '<g:Value id="OBS_STATUS" value="A"/></g:Attributes></g:Obs></g:Series></m:'
        body = body.replace(flag, flag.replace("<g:Value", '<g:Value id="UNIT_MULT" value="3"/><g:Value', 1))
    with pytest.raises(SourceChanged, match=r"the unit changes from .* to UNIT_MULT 3"):
        read(body)


def test_a_flow_of_version_30_without_its_version_is_never_asked(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], live: LiveTransport, series: SeriesRef
) -> None:
    with pytest.raises(SourceChanged, match=r"agency,flow,version"):
        collect(series.model_copy(update={"dataset": "DF"}), make_source("sdmx_30", httpserver.url_for("/v3")), live)
    assert not httpserver.log


def test_flags_become_statuses_and_missing_values_are_never_zero(read: Read) -> None:
    head = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS\n"
    given_rows = [
        ("2010", "1.0", "A", "F", ""),
        ("2011", "1.0", "E", "", "e"),
        ("2012", "1.0", "BP", "", "b"),
        ("2013", "", "", "", "m"),
        ("2014", "NaN", "A", "", "m"),
        ("2015", "0", "M", "", "m"),
        ("2016", "", "Q", "", "c"),
        ("2017", "", "", "C", "c"),
        ("2018-Q3", "1.0", "P", "", "p"),
        ("2018-M07", "1.0", "U", "", "e"),
        ("2018-S2", "1.0", "p", "", "p"),
    ]
    rows = "".join(f"SYN:DF(1.0),A,KAZ,_T,{p},{v},{f},{c}\n" for p, v, f, c, _ in given_rows)
    frame = read(head + rows).observations
    expected = {p.replace("M07", "07"): status for p, *_, status in given_rows}
    assert dict(zip(frame.period, frame.status, strict=True)) == expected
    assert all(math.isnan(v) == (s in ("m", "c")) for v, s in zip(frame.value, frame.status, strict=True))


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><body>Maintenance</body></html>",
        "Series not available",
        syn.csv_1().replace("OBS_VALUE", "VALUE"),
        syn.csv_1().replace("REF_AREA", "GEO"),
        syn.csv_1().replace("NOTE", "SEX"),
        syn.csv_1().replace(",_T,2020,", ",2020,"),
        syn.csv_1().rstrip(),
        syn.csv_1().replace("4.90", "4.9x"),
        syn.csv_1().replace("4.90", "1,234.5"),
        syn.csv_1().replace("2020", "2020-W07"),
        syn.csv_1().replace("4.90,A", "4.90,?"),
        syn.csv_2().replace(",I,A,KAZ", ",X,A,KAZ"),
        syn.csv_1().encode().replace(b"4.90", b"\xff\xfe"),
        syn.message(syn.specific())[:-40],
        syn.message(syn.specific()).replace('"Replace"', '"Upsert"'),
        syn.message(syn.specific(), at="SEX"),
        syn.message(syn.specific(), kind="Structure"),
        '<!DOCTYPE x [<!ENTITY e "4.9">]>' + syn.message(syn.specific()).partition("?>")[2],
        "[1]",
        '{"data":{"dataSets":[{"series":{"0:0":{}}}],"structures":[]}}',
        "{",
    ],
)
def test_other_shapes_are_refused_at_once(httpserver: HTTPServer, ask: Ask, body: str | bytes) -> None:
    with pytest.raises(SourceChanged) as caught:
        ask(body)
    assert caught.value.series == "syn/DF" and not caught.value.retry
    assert len(httpserver.log) == 1


def test_entities_are_neither_fetched_nor_blown_up(read: Read, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/secret").respond_with_data("4.9")
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    for inside in (f'<!ENTITY e SYSTEM "{httpserver.url_for("/secret")}">', f'<!ENTITY e0 "ha">{levels}'):
        name = "e9" if "e9" in inside else "e"
        body = syn.message(f"<m:DataSet>&{name};</m:DataSet>").partition("?>")[2]
        started = time.monotonic()
        with pytest.raises(SourceChanged):
            read(f"<!DOCTYPE m [{inside}]>{body}")
        assert time.monotonic() - started < 2
    assert not httpserver.log


# Eurostat: its own day of release, queued answers, faults in SOAP


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


# The wire: conditions, drips, cuts, bombs, foreign hosts


@pytest.mark.parametrize("validator", [{"ETag": '"v1"'}, {"Last-Modified": "Tue, 15 Sep 2026 21:00:00 GMT"}])
def test_an_unchanged_answer_is_not_sent_again(
    httpserver: HTTPServer, service: SourceInfo, series: SeriesRef, tmp_path: Any, validator: dict[str, str]
) -> None:
    bodies = []

    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        bodies.append(b"" if known in validator.values() else syn.csv_1().encode())
        return Response(bodies[-1], status=200 if bodies[-1] else 304, headers=validator)

    httpserver.expect_request(PATH).respond_with_handler(answer)
    for _ in range(2):
        live = LiveTransport(kept=tmp_path, attempts=1, pause=wait_none(), today=lambda: date(2026, 9, 30))
        assert figures(collect(series, service, live)) == syn.FIGURES
    assert [bool(b) for b in bodies] == [True, False]
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes().replace(b"4.90", b"9.90"))
    assert figures(collect(series, service, live)) == syn.FIGURES
    assert [bool(b) for b in bodies] == [True, False, True]


def test_an_answer_that_cannot_be_kept_is_read_all_the_same(
    httpserver: HTTPServer, service: SourceInfo, series: SeriesRef, tmp_path: Any
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    httpserver.expect_request(PATH).respond_with_data(syn.csv_1(), headers={"ETag": '"v1"'})
    live = LiveTransport(kept=tmp_path / "taken", attempts=1, pause=wait_none())
    assert figures(collect(series, service, live)) == syn.FIGURES


def test_a_304_that_nobody_asked_for_is_refused(ask: Ask) -> None:
    with pytest.raises(SourceChanged, match="304"):
        ask(b"", status=304)


class _Wire(socketserver.BaseRequestHandler):
    """Sends the parts that its server holds, with a pause between them, and hangs up."""

    def handle(self) -> None:
        self.request.recv(65536)
        server: Any = self.server
        try:
            for part in server.parts:
                self.request.sendall(part)
                if server.stopping.wait(server.pause):
                    return
        except OSError:
            return


@pytest.fixture
def wire() -> Iterator[Callable[..., str]]:
    """Starts a server that sends parts of an answer as they are given, and gives its address."""
    servers: list[Any] = []

    def start(parts: Any, pause: float) -> str:
        server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Wire)
        server.daemon_threads, server.parts, server.pause = True, parts, pause
        server.stopping = threading.Event()
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/rest"

    yield start
    for server in servers:
        server.stopping.set()
        server.shutdown()
        server.server_close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n"


def test_a_server_that_drips_is_given_up(
    wire: Callable[..., str], make_source: Callable[..., SourceInfo], series: SeriesRef
) -> None:
    body = syn.csv_1().encode() * 10
    drip = [HEAD + b"Content-Length: %d\r\n\r\n" % len(body), *(body[n : n + 1] for n in range(len(body)))]
    live = LiveTransport(attempts=1, pause=wait_none())
    started = time.monotonic()
    with pytest.raises(SourceDown, match="trickled"):
        collect(series, make_source("sdmx_21", wire(drip, 0.02), timeout_seconds=0.05), live)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("framing", [b"Content-Length: 500\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n40\r\n"])
def test_a_connection_cut_in_the_middle_gives_no_half_series(
    wire: Callable[..., str], make_source: Callable[..., SourceInfo], series: SeriesRef, framing: bytes
) -> None:
    half = syn.csv_1().encode()[:120]
    live = LiveTransport(attempts=2, pause=wait_none())
    with pytest.raises(SourceDown, match="connection failed"):
        collect(series, make_source("sdmx_21", wire([HEAD + framing + half], 0.01), timeout_seconds=0.5), live)


def test_a_cut_that_the_wire_does_not_show_is_seen_in_the_message(
    wire: Callable[..., str], make_source: Callable[..., SourceInfo], series: SeriesRef
) -> None:
    half = syn.csv_1().encode()[:120]
    live = LiveTransport(attempts=1, pause=wait_none())
    with pytest.raises(SourceChanged, match="cut off"):
        collect(series, make_source("sdmx_21", wire([HEAD + b"\r\n" + half], 0.01), timeout_seconds=0.5), live)


def test_a_bomb_does_not_go_off(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport, series: SeriesRef
) -> None:
    bomb = gzip.compress(syn.csv_1().encode() + b"\0" * 20_000_000)
    httpserver.expect_request(PATH).respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    small = service.model_copy(update={"max_bytes": 100_000})
    with pytest.raises(SourceChanged, match="larger than 100000 bytes"):
        collect(series, small, live)


def test_a_redirect_to_another_host_is_not_followed(httpserver: HTTPServer, ask: Ask) -> None:
    with pytest.raises(SourceChanged, match=r"elsewhere\.example.*allowed_hosts"):
        ask("", status=302, headers={"Location": "https://elsewhere.example/rest"})
    assert len(httpserver.log) == 1


# Mutations: a typed error or the right figures


TRUE = {(period, float(text)) for period, text in syn.FIGURES.items()}
BODIES = [m.encode() for m in MESSAGES.values() if isinstance(m, str)]
BODIES += [json.dumps(m).encode() for m in (syn.json_1(), syn.json_1(flat=True), syn.json_2())]
MUTE = st.binary(min_size=1, max_size=5).filter(lambda b: not set(b) & set(b"0123456789.-+eE,;\r\n\t"))


def judged(read: Read, body: bytes) -> None:
    """Passes on a typed error and on figures that are all true."""
    try:
        frame = read(body).observations
    except SourceError as error:
        assert error.series == "syn/DF" and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE


@SLOW
@given(body=st.sampled_from(BODIES), data=st.data())
def test_messages_cut_off(read: Read, body: bytes, data: st.DataObject) -> None:
    judged(read, body[: data.draw(st.integers(0, len(body)))])


@SLOW
@given(body=st.sampled_from(BODIES), junk=MUTE, data=st.data())
def test_messages_with_foreign_bytes(read: Read, body: bytes, junk: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body)))
    judged(read, body[:at] + junk + body[at:])


@SLOW
@given(body=st.sampled_from(BODIES[:6]), data=st.data())
def test_messages_with_a_lost_cell(read: Read, body: bytes, data: st.DataObject) -> None:
    lines = body.decode().splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    separator = ";" if ";" in lines[0] and "," not in lines[0] else ","
    cells = lines[at].split(separator)
    del cells[data.draw(st.integers(0, len(cells) - 1))]
    lines[at] = separator.join(cells)
    judged(read, ("\n".join(lines) + "\n").encode())

"""The wire: conditional requests, drips, cuts, bombs, foreign hosts, told by whole series."""

from __future__ import annotations

import gzip
import itertools
import re
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from tenacity import wait_none
from werkzeug import Request, Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SourceChanged, SourceDown
from indicators.sources.kept import KeptAnswer
from indicators.sources.live import LiveTransport
from tests.sources import sdmx_messages as syn

Ask = Callable[..., Collected]


@pytest.mark.parametrize("validator", [{"ETag": '"v1"'}, {"Last-Modified": "Tue, 15 Sep 2026 21:00:00 GMT"}])
def test_an_unchanged_answer_is_not_sent_again(
    httpserver: HTTPServer, sdmx_service: SourceInfo, sdmx_series: SeriesRef, tmp_path: Any, validator: dict[str, str]
) -> None:
    bodies = []

    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        bodies.append(b"" if known in validator.values() else syn.csv_1().encode())
        return Response(bodies[-1], status=200 if bodies[-1] else 304, headers=validator)

    httpserver.expect_request(syn.PATH).respond_with_handler(answer)
    for _ in range(2):
        live = LiveTransport(kept=tmp_path, attempts=1, pause=wait_none(), today=lambda: date(2026, 9, 30))
        assert syn.figures(collect(sdmx_series, sdmx_service, live)) == syn.FIGURES
    assert [bool(b) for b in bodies] == [True, False]
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes().replace(b"4.90", b"9.90"))
    assert syn.figures(collect(sdmx_series, sdmx_service, live)) == syn.FIGURES
    assert [bool(b) for b in bodies] == [True, False, True]


def test_updated_after_only_tells_whether_a_release_is_new_and_loses_no_figure(
    httpserver: HTTPServer, sdmx_service: SourceInfo, sdmx_series: SeriesRef, tmp_path: Path
) -> None:
    """The service answers a delta as such: the figure that changed alone. No unchanged figure may be lost."""
    source = sdmx_service.model_copy(update={"updated_after": True})
    latest = {"body": syn.csv_1(), "delta": ""}
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.args.get("updatedAfter", "whole"))
        if "updatedAfter" in request.args:
            return Response(latest["delta"], status=200 if latest["delta"] else 204)
        return Response(latest["body"])

    httpserver.expect_request(syn.PATH).respond_with_handler(answer)

    def collected() -> dict[str, str]:
        live = LiveTransport(kept=tmp_path, attempts=1, pause=wait_none(), today=lambda: date(2026, 9, 30))
        return syn.figures(collect(sdmx_series, source, live))

    assert collected() == collected() == syn.FIGURES
    assert asked[0] == "whole" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", asked[1])
    latest["body"] = syn.csv_1().replace("2021,4.9,", "2021,5.3,")
    latest["delta"] = "\n".join([syn.csv_1().splitlines()[0], "SYN:DF(1.0),A,KAZ,_T,2021,5.3,A,"]) + "\n"
    assert collected() == {**syn.FIGURES, "2021": "5.3"}
    assert len(asked) == 4 and asked[3] == "whole"


def test_changes_are_asked_for_from_a_day_before_the_servers_own_clock() -> None:
    answer = KeptAnswer(b"", "text/csv", "", "", "Tue, 15 Sep 2026 21:00:00 GMT")
    assert answer.moment() == "2026-09-14T21:00:00Z"
    assert KeptAnswer(b"", "text/csv", "", "", "yesterday").moment() is None


@pytest.mark.parametrize("status", [404, 500, 200])
def test_whatever_is_no_plain_no_to_updated_after_is_no_answer(
    httpserver: HTTPServer, sdmx_service: SourceInfo, sdmx_series: SeriesRef, tmp_path: Path, status: int
) -> None:
    source = sdmx_service.model_copy(update={"updated_after": True})
    whole = itertools.count()

    def answer(request: Request) -> Response:
        if "updatedAfter" in request.args:
            return Response("", status=status)
        next(whole)
        return Response(syn.csv_1())

    httpserver.expect_request(syn.PATH).respond_with_handler(answer)
    for _ in range(2):
        live = LiveTransport(kept=tmp_path, attempts=1, pause=wait_none(), today=lambda: date(2026, 9, 30))
        assert syn.figures(collect(sdmx_series, source, live)) == syn.FIGURES
    assert next(whole) == 2, "a flow that is gone, a fault and a service that ignores the question: asked whole again"


def test_a_service_is_asked_for_changes_only_where_the_register_says_that_it_knows_them(
    httpserver: HTTPServer, sdmx_service: SourceInfo, sdmx_series: SeriesRef, tmp_path: Path
) -> None:
    httpserver.expect_request(syn.PATH).respond_with_data(syn.csv_1())
    for _ in range(2):
        collect(sdmx_series, sdmx_service, LiveTransport(kept=tmp_path, attempts=1, pause=wait_none()))
    assert not any("updatedAfter" in request.args for request, _ in httpserver.log)


def test_an_answer_that_cannot_be_kept_is_read_all_the_same(
    httpserver: HTTPServer, sdmx_service: SourceInfo, sdmx_series: SeriesRef, tmp_path: Any
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    httpserver.expect_request(syn.PATH).respond_with_data(syn.csv_1(), headers={"ETag": '"v1"'})
    live = LiveTransport(kept=tmp_path / "taken", attempts=1, pause=wait_none())
    assert syn.figures(collect(sdmx_series, sdmx_service, live)) == syn.FIGURES


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
    wire: Callable[..., str], make_source: Callable[..., SourceInfo], sdmx_series: SeriesRef
) -> None:
    body = syn.csv_1().encode() * 10
    drip = [HEAD + b"Content-Length: %d\r\n\r\n" % len(body), *(body[n : n + 1] for n in range(len(body)))]
    live = LiveTransport(attempts=1, pause=wait_none())
    started = time.monotonic()
    with pytest.raises(SourceDown, match="trickled"):
        collect(sdmx_series, make_source("sdmx_21", wire(drip, 0.02), timeout_seconds=0.05), live)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("framing", [b"Content-Length: 500\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n40\r\n"])
def test_a_connection_cut_in_the_middle_gives_no_half_series(
    wire: Callable[..., str], make_source: Callable[..., SourceInfo], sdmx_series: SeriesRef, framing: bytes
) -> None:
    half = syn.csv_1().encode()[:120]
    live = LiveTransport(attempts=2, pause=wait_none())
    with pytest.raises(SourceDown, match="connection failed"):
        collect(sdmx_series, make_source("sdmx_21", wire([HEAD + framing + half], 0.01), timeout_seconds=0.5), live)


def test_a_cut_that_the_wire_does_not_show_is_seen_in_the_message(
    wire: Callable[..., str], make_source: Callable[..., SourceInfo], sdmx_series: SeriesRef
) -> None:
    half = syn.csv_1().encode()[:120]
    live = LiveTransport(attempts=1, pause=wait_none())
    with pytest.raises(SourceChanged, match="cut off"):
        collect(sdmx_series, make_source("sdmx_21", wire([HEAD + b"\r\n" + half], 0.01), timeout_seconds=0.5), live)


def test_a_bomb_does_not_go_off(
    httpserver: HTTPServer, sdmx_service: SourceInfo, live: LiveTransport, sdmx_series: SeriesRef
) -> None:
    bomb = gzip.compress(syn.csv_1().encode() + b"\0" * 20_000_000)
    httpserver.expect_request(syn.PATH).respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    small = sdmx_service.model_copy(update={"max_bytes": 100_000})
    with pytest.raises(SourceChanged, match="larger than 100000 bytes"):
        collect(sdmx_series, small, live)


def test_a_redirect_to_another_host_is_not_followed(httpserver: HTTPServer, ask: Ask) -> None:
    with pytest.raises(SourceChanged, match=r"elsewhere\.example.*allowed_hosts"):
        ask("", status=302, headers={"Location": "https://elsewhere.example/rest"})
    assert len(httpserver.log) == 1

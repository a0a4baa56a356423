"""What the live transport must not do: hang, swallow without limit, follow anywhere, leak a kind of error."""

from __future__ import annotations

import gzip
import pickle
import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from tenacity import wait_none
from werkzeug import Request, Response

from indicators.register.model import SourceInfo
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.live import LiveTransport

Fetch = Callable[..., bytes]


@pytest.fixture
def fetch(make_source: Callable[..., SourceInfo]) -> Fetch:
    """Makes one request to a synthetic source and gives the body."""

    def fetched(live: LiveTransport, base_url: str | None, **changes: object) -> bytes:
        return live.get(make_source("open_sdg", base_url, **changes), "a.csv", {}).body

    return fetched


def test_a_server_that_never_answers_is_down_after_its_timeout(live: LiveTransport, fetch: Fetch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(SourceDown, match=r"no answer within 0.05 s"):
            fetch(live, base, timeout_seconds=0.05)


def test_a_refused_connection_is_down(live: LiveTransport, fetch: Fetch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SourceDown, match=r"connection failed"):
        fetch(live, f"http://127.0.0.1:{port}")


def test_an_endless_answer_is_cut_at_the_limit(httpserver: HTTPServer, live: LiveTransport, fetch: Fetch) -> None:
    sent: list[int] = []

    def endless(request: Request) -> Response:
        def parts() -> Iterator[bytes]:
            for n in range(10_000):
                sent.append(n)
                yield b"x" * 10_000

        return Response(parts())

    httpserver.expect_request("/a.csv").respond_with_handler(endless)
    with pytest.raises(SourceChanged, match=r"larger than 50000 bytes"):
        fetch(live, httpserver.url_for(""), max_bytes=50_000)
    assert len(sent) < 10_000


def test_a_packed_answer_counts_unpacked(httpserver: HTTPServer, live: LiveTransport, fetch: Fetch) -> None:
    packed = gzip.compress(b"0" * 1_000_000)
    httpserver.expect_request("/a.csv").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceChanged, match=r"larger than"):
        fetch(live, httpserver.url_for(""), max_bytes=len(packed) * 2)


def test_a_redirect_to_a_foreign_host_is_refused(httpserver: HTTPServer, live: LiveTransport, fetch: Fetch) -> None:
    httpserver.expect_request("/a.csv").respond_with_data(
        "", status=302, headers={"Location": "http://portal.example/a.csv"}
    )
    with pytest.raises(SourceChanged, match=r"portal.example.*allowed_hosts"):
        fetch(live, httpserver.url_for(""))
    assert len(httpserver.log) == 1


def test_a_redirect_to_an_allowed_host_is_followed(httpserver: HTTPServer, live: LiveTransport, fetch: Fetch) -> None:
    there = httpserver.url_for("/new.csv").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/a.csv").respond_with_data("", status=301, headers={"Location": there})
    httpserver.expect_request("/new.csv").respond_with_data("Year,Value\n")
    assert fetch(live, httpserver.url_for(""), allowed_hosts=["127.0.0.1"]) == b"Year,Value\n"


def test_redirects_in_a_circle_end(httpserver: HTTPServer, live: LiveTransport, fetch: Fetch) -> None:
    httpserver.expect_request("/a.csv").respond_with_data("", status=307, headers={"Location": "/a.csv"})
    with pytest.raises(SourceChanged, match=r"redirects"):
        fetch(live, httpserver.url_for(""))


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_missing_though_it_is_html(
    httpserver: HTTPServer, live: LiveTransport, status: int, fetch: Fetch
) -> None:
    httpserver.expect_request("/a.csv").respond_with_data("<!DOCTYPE html><html>404</html>", status=status)
    with pytest.raises(SeriesMissing):
        fetch(live, httpserver.url_for(""))
    assert len(httpserver.log) == 1


def test_a_busy_server_is_asked_again(httpserver: HTTPServer, live: LiveTransport, fetch: Fetch) -> None:
    httpserver.expect_ordered_request("/a.csv").respond_with_data("slow down", status=429)
    httpserver.expect_ordered_request("/a.csv").respond_with_data("Year,Value\n")
    assert fetch(live, httpserver.url_for("")) == b"Year,Value\n"


def test_a_wrong_address_in_the_register_is_not_asked_again(live: LiveTransport, fetch: Fetch) -> None:
    with pytest.raises(SourceChanged, match=r"not an address"):
        fetch(live, "ftp://service.example")


def test_workbooks_come_from_the_inbox(tmp_path: Path, fetch: Fetch) -> None:
    live = LiveTransport(tmp_path, pause=wait_none(), today=lambda: date(2026, 9, 30))
    with pytest.raises(SeriesMissing, match=r"syn/a.csv"):
        fetch(live, None)
    (tmp_path / "syn").mkdir()
    (tmp_path / "syn" / "a.csv").write_bytes(b"12345")
    assert fetch(live, None) == b"12345"
    with pytest.raises(SourceChanged, match=r"larger than 4 bytes"):
        fetch(live, None, max_bytes=4)
    with pytest.raises(SeriesMissing, match=r"inbox"):
        fetch(LiveTransport(), None)


def test_errors_keep_what_they_say_on_their_way_between_processes() -> None:
    error = SourceDown("no answer", source="wb-wdi", series="wb-wdi/X", url="https://a.example", remedy="wait")
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, SourceDown) and isinstance(back, SourceError)
    assert str(back) == str(error) == "wb-wdi/X: no answer (https://a.example). Remedy: wait"

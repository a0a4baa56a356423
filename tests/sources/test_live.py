"""What the live transport must not do: hang, swallow without limit, follow anywhere, leak a kind of error."""

from __future__ import annotations

import gzip
import pickle
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
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
    with pytest.raises(SourceChanged, match=r"more than 5 redirects"):
        fetch(live, httpserver.url_for(""))
    assert len(httpserver.log) == 6


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """A replica that speaks TLS, with a certificate of its own that this test alone trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "certificate.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with HTTPServer(ssl_context=context) as server:
        yield server


def test_a_redirect_from_https_to_http_is_refused_on_the_same_host(
    secure: HTTPServer, httpserver: HTTPServer, fetch: Fetch
) -> None:
    plain = httpserver.url_for("/a.csv")
    secure.expect_request("/a.csv").respond_with_data("", status=302, headers={"Location": plain})
    with pytest.raises(SourceChanged, match=r"redirects to http://localhost"):
        fetch(LiveTransport(attempts=1, pause=wait_none()), secure.url_for(""))
    assert not httpserver.log


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

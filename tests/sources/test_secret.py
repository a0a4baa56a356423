"""A canary secret through every way a request can end: it reaches the service, and nobody else."""

from __future__ import annotations

import io
import json
import logging
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from pytest_httpserver import HTTPServer
from tenacity import wait_none
from werkzeug import Request, Response

from indicators.register.model import SourceInfo
from indicators.sources.archive import ArchiveTransport
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.exchange import SECRET, Fetched
from indicators.sources.live import LiveTransport

CANARY = 'canary/7f3a+"Қ&=%'
PARTS = [CANARY, quote(CANARY), quote(CANARY, safe=""), quote_plus(CANARY), json.dumps(CANARY)[1:-1], "7f3a"]

Ask = Callable[..., Fetched]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that any library but the replica's own logs at the most talkative level."""
    told, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(told), root.level
    handler.addFilter(lambda record: record.name != "werkzeug")
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    client = logging.getLogger("httpx")
    quiet = client.level
    client.setLevel(logging.NOTSET)  # Airflow, where it was loaded before, has silenced it
    yield told
    client.setLevel(quiet)
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def keyed() -> Iterator[LiveTransport]:
    """A transport that holds the canary as the secret of the synthetic source."""
    live = LiveTransport(attempts=2, pause=wait_none(), secrets={"syn": CANARY})
    yield live
    live.close()


@pytest.fixture
def ask(keyed: LiveTransport, make_source: Callable[..., SourceInfo]) -> Ask:
    """Asks a service with the key."""

    def asked(base_url: str, **changes: object) -> Fetched:
        source = make_source("data_egov_kz", base_url, **changes)
        return keyed.get(source, "api/v4/x/v1", {"apiKey": SECRET, "source": "{}"})

    return asked


def silent(text: str) -> bool:
    """True where no spelling of the canary stands in the text."""
    return not any(part in text for part in PARTS)


def everything_said(error: BaseException) -> str:
    """What a user, a log or another process sees of an error."""
    fields = " ".join(str(v) for v in vars(error).values())
    return "".join(traceback.format_exception(error)) + repr(error) + str(error) + fields + str(pickle.dumps(error))


def test_the_service_gets_the_key_and_nobody_else(
    httpserver: HTTPServer, ask: Ask, logged: io.StringIO, keyed: LiveTransport
) -> None:
    httpserver.expect_request("/api/v4/x/v1").respond_with_json([])
    answer = ask(httpserver.url_for(""))
    assert httpserver.log[0][0].args["apiKey"] == CANARY
    assert answer.url == httpserver.url_for("/api/v4/x/v1?source=%7B%7D")
    assert "HTTP Request" in logged.getvalue()
    assert silent(logged.getvalue()) and silent(repr(vars(keyed)))


def echo(request: Request, status: int = 200, **headers: str) -> Response:
    """An answer that repeats the address it was asked by."""
    told = f"not allowed: {request.url} {request.args['apiKey']} {json.dumps(request.args)}"
    return Response(told, status=status, headers=headers, content_type="text/plain")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda r: echo(r, 200), SourceChanged),
        (lambda r: echo(r, 400), SourceChanged),
        (lambda r: echo(r, 401), SourceChanged),
        (lambda r: echo(r, 403), SourceChanged),
        (lambda r: echo(r, 404), SeriesMissing),
        (lambda r: echo(r, 413), SourceChanged),
        (lambda r: echo(r, 429), SourceDown),
        (lambda r: echo(r, 500), SourceDown),
        (lambda r: echo(r, 302, Location=r.url), SourceChanged),
        (lambda r: echo(r, 302, Location=f"http://{quote(r.args['apiKey'], safe='')}.example/"), SourceChanged),
        (lambda r: echo(r, 302, Location=f"ftp://{r.host}/?k={quote(r.args['apiKey'])}"), SourceChanged),
        (lambda r: Response("x" * 190 + r.args["apiKey"], status=418), SourceChanged),
        (lambda r: Response(b"x" * 2_000_000), SourceChanged),
        (lambda r: Response(b"not gzip", headers={"Content-Encoding": "gzip"}), SourceDown),
    ],
    ids=[
        "echo-200",
        "400",
        "401",
        "403",
        "404",
        "413",
        "429",
        "500",
        "circle",
        "foreign",
        "ftp",
        "cut-through",
        "too-large",
        "not-gzip",
    ],
)
def test_no_failure_tells_the_key(
    httpserver: HTTPServer,
    ask: Ask,
    logged: io.StringIO,
    answer: Callable[[Request], Response],
    kind: type[SourceError],
) -> None:
    httpserver.expect_request("/api/v4/x/v1").respond_with_handler(answer)
    with pytest.raises(kind) as caught:
        ask(httpserver.url_for(""), max_bytes=1_000_000)
    assert httpserver.log[0][0].args["apiKey"] == CANARY
    assert silent(everything_said(caught.value))
    assert silent(logged.getvalue())


def test_a_redirect_that_would_hand_the_key_to_another_allowed_host_is_refused(
    httpserver: HTTPServer, ask: Ask, logged: io.StringIO
) -> None:
    def elsewhere(request: Request) -> Response:
        there = request.url.replace("localhost", "127.0.0.1").replace("/v1", "/v2")
        return Response(status=302, headers={"Location": there})

    httpserver.expect_request("/api/v4/x/v1").respond_with_handler(elsewhere)
    with pytest.raises(SourceChanged, match="hands the key over") as caught:
        ask(httpserver.url_for(""), allowed_hosts=["127.0.0.1"])
    assert len(httpserver.log) == 1
    assert silent(everything_said(caught.value)) and silent(logged.getvalue())


def test_answers_kept_on_disk_hold_no_key_and_are_found_again(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], tmp_path: Path
) -> None:
    def kept(request: Request) -> Response:
        status = 304 if request.headers.get("If-None-Match") == '"1"' else 200
        return Response("" if status == 304 else "[1]", status=status, headers={"ETag": '"1"'})

    httpserver.expect_request("/x").respond_with_handler(kept)
    live = LiveTransport(kept=tmp_path, pause=wait_none(), secrets={"syn": CANARY})
    source = make_source("data_egov_kz", httpserver.url_for(""))
    assert [live.get(source, "x", {"apiKey": SECRET}).body for _ in range(2)] == [b"[1]", b"[1]"]
    live.close()
    assert [r.args["apiKey"] for r, _ in httpserver.log] == [CANARY, CANARY]
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert files and all(silent(str(f) + f.read_bytes().decode("latin-1")) for f in files)


def test_neither_a_refused_nor_a_silent_connection_tells_the_key(ask: Ask, logged: io.StringIO) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SourceDown) as caught:
        ask(f"http://127.0.0.1:{port}")
    assert silent(everything_said(caught.value))
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(SourceDown) as late:
        ask(f"http://127.0.0.1:{deaf.getsockname()[1]}", timeout_seconds=0.05)
    assert silent(everything_said(late.value)) and silent(logged.getvalue())


def test_without_a_key_nothing_is_asked(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> None:
    source = make_source("data_egov_kz", httpserver.url_for(""))
    with pytest.raises(SourceChanged, match=r"none was given.*secrets under syn"):
        LiveTransport().get(source, "api/v4/x/v1", {"apiKey": SECRET})
    assert not httpserver.log


@pytest.mark.parametrize("secret", ["", "short", " " * 20])
def test_a_secret_too_short_to_be_told_from_chance_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="'syn' has fewer than 8 characters"):
        LiveTransport(secrets={"syn": secret})


@pytest.mark.parametrize(
    "base_url",
    [f"postgresql://reader:{quote(CANARY, safe='')}@db.example/x", "postgresql://db.example/x?password=7f3a"],
)
def test_a_password_in_the_register_is_refused_and_not_repeated(
    base_url: str, make_source: Callable[..., SourceInfo], tmp_path: Path, samples: Path
) -> None:
    source = make_source("sql", base_url)
    for transport in (LiveTransport(tmp_path), ArchiveTransport(samples, None)):
        with pytest.raises(SourceChanged, match=r"base_url in sources.yaml holds a password") as caught:
            transport.get(source, "view", {})
        assert silent(everything_said(caught.value))


def test_the_logs_are_watched_only_while_the_transport_is_open(keyed: LiveTransport) -> None:
    assert logging.getLogger("httpx").filters
    before = len(logging.getLogger("httpx").filters)
    keyed.close()
    assert len(logging.getLogger("httpx").filters) == before - 1

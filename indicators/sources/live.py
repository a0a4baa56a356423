"""The live transport: polite, bounded HTTP to statistics services that fail in known ways."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    wait_random_exponential,
)
from tenacity.wait import wait_base

from indicators.register.model import SourceInfo
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown
from indicators.sources.exchange import PLAIN, Fetched, Manner, Transport, address
from indicators.sources.kept import KeptAnswer, KeptAnswers

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
MAX_LOOKS = 20
"""How often an answer that a service prepares in the background is looked for: about ten minutes."""
SLOWEST = 6.0
"""A whole answer may take this many times the source's timeout, which bounds each single wait."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})
_GONE = frozenset({404, 410})


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass
class _Pace:
    """Keeps requests to one source apart by ``gap`` seconds, whatever the number of threads."""

    gap: float
    next_slot: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        with self.lock:
            now = time.monotonic()
            pause = max(0.0, self.next_slot - now)
            self.next_slot = max(now, self.next_slot) + self.gap
        if pause:
            time.sleep(pause)


class LiveTransport:
    """HTTP with a timeout, a pace, a size limit and a list of hosts for each source.

    Passing faults (no connection, timeouts, 5xx, 408, 425, 429, and a 4xx that is an HTML page:
    the World Bank's gateway answers so for a while) are tried again ``attempts`` times with random
    exponential pauses; a 4xx that is a proper answer fails at once. Redirects are followed only
    to the source's own host and its ``allowed_hosts``, never from https to http.

    Spreadsheets have no address: they are read from ``inbox/<source>/<file>``, where an operator
    puts what a ministry sent. Answers with an ETag or a Last-Modified are kept in the folder
    ``kept`` (None: nowhere) and asked for again only if they changed. ``pause`` and ``today`` are
    for tests.
    """

    def __init__(
        self,
        inbox: Path | None = None,
        *,
        kept: Path | None = None,
        attempts: int = 4,
        pause: wait_base | None = None,
        today: Callable[[], date] = _today,
    ) -> None:
        self._inbox = inbox
        self._kept = KeptAnswers(kept) if kept else None
        self._attempts = attempts
        self._pause = pause or wait_random_exponential(multiplier=2, max=60)
        self._today = today
        self._paces: dict[str, _Pace] = {}
        self._lock = threading.Lock()
        self._client = httpx.Client(
            follow_redirects=False, headers={"User-Agent": "oryndau (parliamentary follow-up of laws)"}
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def releases(self, source: SourceInfo, dataset: str) -> list[Transport]:
        """The network knows one release: the present one."""
        return [self]

    def get(self, source: SourceInfo, path: str, params: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The answer, tried again while the fault may pass.

        Raises SourceDown after the last attempt, SeriesMissing for 204, 404 and 410, SourceChanged
        for other refusals, an answer above the source's ``max_bytes`` and a redirect to a foreign host.
        """
        url = address(source, path, params)
        if source.base_url is None:
            return self._from_inbox(source, path, url)
        attempts = Retrying(
            retry=retry_if_exception_type(SourceDown),
            stop=stop_after_attempt(self._attempts),
            wait=self._pause,
            before_sleep=_report,
            reraise=True,
        )
        ready = manner.ready
        if ready is None:
            return attempts(self._once, source, url, manner)
        looks = Retrying(
            retry=retry_if_result(lambda answer: not ready(answer.body)),
            stop=stop_after_attempt(MAX_LOOKS),
            wait=self._pause,
            retry_error_callback=lambda _: _raise(_down(source, url, f"not ready after {MAX_LOOKS} looks")),
        )
        return looks(attempts, self._once, source, url, manner)

    def _from_inbox(self, source: SourceInfo, path: str, url: str) -> Fetched:
        if self._inbox is None:
            raise SeriesMissing(
                "spreadsheets arrive as files, and no inbox folder is set",
                source=source.id,
                url=url,
                remedy="set the inbox folder and put the sender's workbook into it",
            )
        file = self._inbox / source.id / path
        remedy = f"put the sender's workbook into the inbox as {source.id}/{path}"
        try:
            size = file.stat().st_size
            if size > source.max_bytes:
                raise _too_large(source, url)
            body = file.read_bytes()
        except FileNotFoundError as error:
            raise SeriesMissing("no such workbook in the inbox", source=source.id, url=url, remedy=remedy) from error
        except OSError as error:
            what = f"the workbook cannot be read: {error.strerror}"
            raise SourceDown(what, source=source.id, url=url, remedy=remedy) from error
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Fetched(body, url, media, self._today(), None)

    def _once(self, source: SourceInfo, url: str, manner: Manner) -> Fetched:
        try:
            return self._followed(source, url, manner)
        except httpx.TimeoutException as error:
            what = f"no answer within {source.timeout_seconds:g} s"
            raise _down(source, url, what) from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise _changed(source, url, f"not an address that can be asked: {error}") from error
        except httpx.RequestError as error:
            raise _down(source, url, f"the connection failed: {error}") from error

    def _followed(self, source: SourceInfo, url: str, manner: Manner) -> Fetched:
        here = httpx.URL(url)
        allowed = {here.host, *source.allowed_hosts}
        known = self._kept.find(url, manner.accept) if self._kept else None
        headers = {"Accept": manner.accept, **(known.conditions() if known else {})}
        for _ in range(MAX_REDIRECTS + 1):
            self._pace(source).wait()
            with self._client.stream("GET", here, headers=headers, timeout=source.timeout_seconds) as response:
                if response.status_code not in _REDIRECTS:
                    return self._answer(source, url, response, manner, known)
                target = here.join(response.headers.get("location", ""))
            if target.host not in allowed or target.scheme not in {"https", here.scheme}:
                raise SourceChanged(
                    f"the source redirects to {target.scheme}://{target.host}, which is not among its hosts",
                    source=source.id,
                    url=url,
                    remedy="find out whether the service moved; if so, add the host to allowed_hosts in sources.yaml",
                )
            here = target
        raise _changed(source, url, f"more than {MAX_REDIRECTS} redirects")

    def _answer(
        self, source: SourceInfo, url: str, response: httpx.Response, manner: Manner, known: KeptAnswer | None
    ) -> Fetched:
        body = self._body(source, url, response)
        status = response.status_code
        media = response.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
        if status == 304 and known:
            return Fetched(known.body, url, known.media_type, self._today(), None)
        if status in manner.refusals and not _is_page(body):
            return Fetched(body, url, media, self._today(), None)
        if status >= 500 or status in _PASSING:
            raise _down(source, url, f"the server answered {status}")
        if status == 413:
            raise SourceChanged(
                f"the server answered 413, the request is too large: {_excerpt(body)}",
                source=source.id,
                url=url,
                remedy="ask for fewer: name a code for every dimension in the series' key",
            )
        if status in _GONE or status == 204:
            raise SeriesMissing(
                f"the server answered {status}: nothing is published under this address",
                source=source.id,
                url=url,
                remedy="compare the dataset's id in the register with the source's catalogue",
            )
        if status >= 400 and _is_page(body):
            raise _down(source, url, f"the server answered {status} with a web page")
        if status != 200:
            raise _changed(source, url, f"the server answered {status}: {_excerpt(body)}")
        etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        if self._kept and (etag or modified):
            self._kept.keep(url, manner.accept, KeptAnswer(body, media, etag, modified))
        return Fetched(body, url, media, self._today(), None)

    def _body(self, source: SourceInfo, url: str, response: httpx.Response) -> bytes:
        """The whole body; stops reading as soon as it is too large or too slow."""
        started, parts, size = time.monotonic(), [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > source.max_bytes:
                raise _too_large(source, url)
            if time.monotonic() - started > SLOWEST * source.timeout_seconds:
                raise _down(source, url, f"the answer trickled for more than {SLOWEST * source.timeout_seconds:g} s")
            parts.append(part)
        return b"".join(parts)

    def _pace(self, source: SourceInfo) -> _Pace:
        with self._lock:
            return self._paces.setdefault(source.id, _Pace(1 / source.requests_per_second))


def _is_page(body: bytes) -> bool:
    """True for an HTML page or nothing at all: no service's proper answer."""
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return not start or start.startswith((b"<!doctype html", b"<html"))


def _excerpt(body: bytes) -> str:
    return " ".join(body[:200].decode("utf-8", "replace").split())


def _report(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.warning("attempt %d failed, trying again: %s", state.attempt_number, error)


def _raise(error: Exception) -> NoReturn:
    raise error


def _down(source: SourceInfo, url: str, what: str) -> SourceDown:
    remedy = "nothing to mend here: try again later; the figures known so far stay in use"
    return SourceDown(what, source=source.id, url=url, remedy=remedy)


def _changed(source: SourceInfo, url: str, what: str) -> SourceChanged:
    remedy = "open the address in a browser and compare it with the source's entry in sources.yaml"
    return SourceChanged(what, source=source.id, url=url, remedy=remedy)


def _too_large(source: SourceInfo, url: str) -> SourceChanged:
    return SourceChanged(
        f"the answer is larger than {source.max_bytes} bytes",
        source=source.id,
        url=url,
        remedy="see what the source sends; if it is right, raise max_bytes in sources.yaml",
    )

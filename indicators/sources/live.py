"""The live transport: polite, bounded HTTP to statistics services that fail in known ways."""

from __future__ import annotations

import logging
import re
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
    retry_if_exception,
    retry_if_result,
    stop_after_attempt,
    wait_random_exponential,
)
from tenacity.wait import wait_base

from indicators.register.model import SourceInfo
from indicators.sources import sql_view
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceDown, SourceError
from indicators.sources.exchange import PLAIN, SECRET, Fetched, Manner, Transport, address, form_address
from indicators.sources.form import MEDIA_TYPE as WORKBOOK
from indicators.sources.guard import Breaker, Budget, BudgetSpent, Pace
from indicators.sources.kept import KeptAnswer, KeptAnswers
from indicators.sources.secret import Secrets

log = logging.getLogger(__name__)

MEDIA_TYPES = {".xlsx": WORKBOOK, ".csv": "text/csv"}
"""Kinds of files that are read from the inbox."""

MAX_REDIRECTS = 5
MAX_LOOKS = 20
"""How often an answer that a service prepares in the background is looked for: about ten minutes."""
SLOWEST = 6.0
"""A whole answer may take this many times the source's timeout, which bounds each single wait."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})
_GONE = frozenset({404, 410})
_NOTHING_NEW = frozenset({204, 304})
_REFUSED = frozenset({401, 403})
_SAME_METHOD = frozenset({307, 308})
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class _Question:
    """A request: ``url`` as it is noted, ``wire`` as it is sent, which may hold the source's secret."""

    source: SourceInfo
    url: str
    wire: str = field(repr=False)
    manner: Manner = PLAIN
    form: Mapping[str, str] | None = None
    keyed: bool = False


class LiveTransport:
    """HTTP with a timeout, a pace, a size limit and a list of hosts for each source.

    Passing faults (no connection, timeouts, 5xx, 408, 425, 429, and a 4xx that is an HTML page:
    the World Bank's gateway answers so for a while) are tried again ``attempts`` times with random
    exponential pauses; a 4xx that is a proper answer fails at once. Redirects are followed only
    to the source's own host and its ``allowed_hosts``, never from https to http.

    Forms of ministries have no address: they are read from ``inbox/<source>/<file>``, where an
    operator puts what was sent. A source of protocol ``sql`` is a database. Answers with an ETag or
    a Last-Modified, and those of services that know :attr:`Manner.since`, are kept in the folder
    ``kept`` (None: nowhere) and asked for again only if they changed. ``secrets`` holds the key or
    the password of each source that needs one, by the source's id
    (:mod:`indicators.sources.secret`). ``breaker`` leaves a failing source alone, ``budget``
    limits the run. ``pause`` and ``today`` are for tests.

    Pace, breaker and budget hold within this transport. Tasks in several processes have each their
    own: a source then sees at most ``pool_slots`` times ``requests_per_second``, because the
    scheduler's pool of the source admits no more tasks. A service that counts strictly gets one slot.
    """

    def __init__(
        self,
        inbox: Path | None = None,
        *,
        kept: Path | None = None,
        attempts: int = 4,
        pause: wait_base | None = None,
        today: Callable[[], date] = _today,
        secrets: Mapping[str, str] | None = None,
        breaker: Breaker | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._inbox = inbox
        self._kept = KeptAnswers(kept) if kept else None
        self._attempts = attempts
        self._pause = pause or wait_random_exponential(multiplier=2, max=60)
        self._today = today
        self._secrets = Secrets(secrets or {})
        self._breaker = breaker or Breaker()
        self._budget = budget or Budget()
        self._paces: dict[str, Pace] = {}
        self._lock = threading.Lock()
        self._client = httpx.Client(
            follow_redirects=False, headers={"User-Agent": "oryndau (parliamentary follow-up of laws)"}
        )

    def close(self) -> None:
        """Close the connections that are kept open, and stop watching the logs for secrets."""
        self._client.close()
        self._secrets.close()

    def releases(self, source: SourceInfo, dataset: str) -> list[Transport]:
        """The network knows one release: the present one."""
        return [self]

    def get(self, source: SourceInfo, path: str, params: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The answer, tried again while the fault may pass.

        Raises SourceDown after the last attempt, SeriesMissing for 204, 404 and 410, SourceChanged
        for other refusals, an answer above the source's ``max_bytes``, one that repeats the source's
        secret, and a redirect to a foreign host.
        """
        url = address(source, path, params)
        if source.base_url is None:
            return self._from_inbox(source, path, url)
        if source.protocol == "sql":
            return self._answered(source, url, lambda: self._from_database(source, path, params, url))
        question = _Question(source, url, url, manner)
        if SECRET in params.values():
            secret = self._secrets.needed(source, url)
            filled = {name: secret if value == SECRET else value for name, value in params.items()}
            question = _Question(source, url, address(source, path, filled), manner, keyed=True)
        return self._answered(source, url, lambda: self._followed(question), manner.ready)

    def post(self, source: SourceInfo, path: str, form: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The answer to a form; faults are handled as for ``get``."""
        url = form_address(source, path, form)
        question = _Question(source, url, address(source, path, {}), manner, form)
        return self._answered(source, url, lambda: self._followed(question), manner.ready)

    def _answered(
        self,
        source: SourceInfo,
        url: str,
        ask: Callable[[], Fetched],
        ready: Callable[[bytes], bool] | None = None,
    ) -> Fetched:
        """Asks until there is an answer, and tells the breaker how it went."""
        self._breaker.admit(source)
        try:
            answer = self._persistent(source, url, ask, ready)
        except BudgetSpent:
            raise
        except SourceDown:
            self._breaker.failed(source)
            raise
        except SourceError:
            self._breaker.answered(source)
            raise
        self._breaker.answered(source)
        return answer

    def _persistent(
        self, source: SourceInfo, url: str, ask: Callable[[], Fetched], ready: Callable[[bytes], bool] | None
    ) -> Fetched:
        attempts = Retrying(
            retry=retry_if_exception(lambda e: isinstance(e, SourceDown) and not isinstance(e, BudgetSpent)),
            stop=stop_after_attempt(self._attempts),
            wait=self._pause,
            before_sleep=_report,
            reraise=True,
        )
        if ready is None:
            return attempts(self._once, source, ask)
        looks = Retrying(
            retry=retry_if_result(lambda answer: not ready(answer.body)),
            stop=stop_after_attempt(MAX_LOOKS),
            wait=self._pause,
            retry_error_callback=lambda _: _raise(_down(source, url, f"not ready after {MAX_LOOKS} looks")),
        )
        return looks(attempts, self._once, source, ask)

    def _once(self, source: SourceInfo, ask: Callable[[], Fetched]) -> Fetched:
        with self._secrets.guarded(source):
            self._spend(source)
            return ask()

    def _spend(self, source: SourceInfo) -> None:
        self._budget.spend(source)
        self._pace(source).wait()

    def _from_database(self, source: SourceInfo, view: str, match: Mapping[str, str], url: str) -> Fetched:
        body = sql_view.snapshot(source, view, match, self._secrets.of(source), url)
        self._unspoken(source, url, body)
        return Fetched(body, url, sql_view.MEDIA_TYPE, self._today(), None)

    def _from_inbox(self, source: SourceInfo, path: str, url: str) -> Fetched:
        if self._inbox is None:
            raise SeriesMissing(
                "forms arrive as files, and no inbox folder is set",
                source=source.id,
                url=url,
                remedy="set the inbox folder and put the sender's file into it",
            )
        file = self._inbox / source.id / path
        remedy = f"put the sender's file into the inbox as {source.id}/{path}"
        try:
            size = file.stat().st_size
            if size > source.max_bytes:
                raise _too_large(source, url)
            body = file.read_bytes()
        except FileNotFoundError as error:
            raise SeriesMissing("no such file in the inbox", source=source.id, url=url, remedy=remedy) from error
        except OSError as error:
            what = f"the file cannot be read: {error.strerror}"
            raise SourceDown(what, source=source.id, url=url, remedy=remedy) from error
        media = MEDIA_TYPES.get(file.suffix.lower(), "application/octet-stream")
        return Fetched(body, url, media, self._today(), None)

    def _followed(self, question: _Question) -> Fetched:
        source, url = question.source, question.url
        try:
            return self._asked(question)
        except httpx.TimeoutException as error:
            what = f"no answer within {source.timeout_seconds:g} s"
            raise _down(source, url, what) from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise _changed(source, url, f"not an address that can be asked: {error}") from error
        except httpx.RequestError as error:
            raise _down(source, url, f"the connection failed: {error}") from error

    def _asked(self, question: _Question) -> Fetched:
        source, url, form, accept = question.source, question.url, question.form, question.manner.accept
        here = httpx.URL(question.wire)
        allowed = {here.host, *source.allowed_hosts}
        known = self._kept.find(url, accept) if self._kept and form is None else None
        if known and self._unchanged(question, known):
            return Fetched(known.body, url, known.media_type, self._today(), None)
        headers = {"Accept": accept, **(known.conditions() if known else {})}
        for turn in range(MAX_REDIRECTS + 1):
            if turn:
                self._spend(source)
            method, wait = "GET" if form is None else "POST", source.timeout_seconds
            with self._client.stream(method, here, headers=headers, data=form, timeout=wait) as response:
                if response.status_code not in _REDIRECTS:
                    return self._answer(question, response, known)
                target = here.join(response.headers.get("location", ""))
            form = form if response.status_code in _SAME_METHOD else None
            if target.host not in allowed or target.scheme not in {"https", here.scheme}:
                raise SourceChanged(
                    f"the source redirects to {target.scheme}://{target.host}, which is not among its hosts",
                    source=source.id,
                    url=url,
                    remedy="find out whether the service moved; if so, add the host to allowed_hosts in sources.yaml",
                )
            if question.keyed and target.host != here.host and self._secrets.held_in(str(target)):
                raise _changed(source, url, f"the source redirects to {target.host} and hands the key over to it")
            here = target
        raise _changed(source, url, f"more than {MAX_REDIRECTS} redirects")

    def _unchanged(self, question: _Question, known: KeptAnswer) -> bool:
        """Whether the service says that nothing changed since an answer that bears no validator of its own.

        Anything but a plain no (204, 304) is no answer to that: the whole release is asked for then.
        """
        moment = known.moment()
        if not question.manner.since or known.conditions() or moment is None:
            return False
        asked = httpx.URL(question.wire).copy_merge_params({question.manner.since: moment})
        headers, wait = {"Accept": question.manner.accept}, question.source.timeout_seconds
        with self._client.stream("GET", asked, headers=headers, timeout=wait) as response:
            if response.status_code in _NOTHING_NEW:
                return True
        self._spend(question.source)
        return False

    def _answer(self, question: _Question, response: httpx.Response, known: KeptAnswer | None) -> Fetched:
        source, url, manner = question.source, question.url, question.manner
        body = self._body(source, url, response)
        status = response.status_code
        media = response.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
        if status == 304 and known:
            return Fetched(known.body, url, known.media_type, self._today(), None)
        if status in _REFUSED and question.keyed:
            raise SourceChanged(
                f"the server answered {status} to the source's key: {self._excerpt(body)}",
                source=source.id,
                url=url,
                remedy=f"ask the source's owner whether the key is valid, and correct it in the secrets ({source.id})",
            )
        if status in manner.final and (title := _TITLE.search(body.decode("utf-8", "replace"))):
            raise _changed(source, url, f"the server answered {status} with the page {self._line(title[1])!r}")
        if status in manner.refusals and not _is_page(body):
            self._unspoken(source, url, body)
            return Fetched(body, url, media, self._today(), None)
        if status >= 500 or status in _PASSING:
            raise _down(source, url, f"the server answered {status}")
        if status == 413:
            raise SourceChanged(
                f"the server answered 413, the request is too large: {self._excerpt(body)}",
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
            raise _changed(source, url, f"the server answered {status}: {self._excerpt(body)}")
        self._unspoken(source, url, body)
        etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        at = response.headers.get("date", "")
        if self._kept and question.form is None and (etag or modified or (manner.since and at)):
            self._kept.keep(url, manner.accept, KeptAnswer(body, media, etag, modified, at))
        return Fetched(body, url, media, self._today(), None)

    def _unspoken(self, source: SourceInfo, url: str, body: bytes) -> None:
        """Refuses an answer that would carry a secret into the archive."""
        if self._secrets.held_in(body.decode("utf-8", "replace")):
            raise _changed(source, url, "the answer repeats a secret that was sent, so it is not kept")

    def _excerpt(self, body: bytes) -> str:
        return self._line(body.decode("utf-8", "replace"))

    def _line(self, text: str) -> str:
        """The beginning of a text on one line, without secrets: they are hidden before it is cut."""
        return " ".join(self._secrets.redacted(text).split())[:200]

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

    def _pace(self, source: SourceInfo) -> Pace:
        with self._lock:
            return self._paces.setdefault(source.id, Pace(1 / source.requests_per_second))


def _is_page(body: bytes) -> bool:
    """True for an HTML page or nothing at all: no service's proper answer."""
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return not start or start.startswith((b"<!doctype html", b"<html"))


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

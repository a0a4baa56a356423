"""What Eurostat's services say around their data: faults, and answers prepared in the background.

A request for more than half a million cells is queued: the answer is an envelope with an id, whose
state is asked for until the data can be fetched. Faults come as SOAP in XML, whatever was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indicators.sources.errors import SourceError
from indicators.sources.exchange import Fetched, Manner, Transport
from indicators.sources.faults import FEWER, Faults

REFUSALS = frozenset({400, 404, 413})
"""Statuses that come with a fault which says why."""

NO_RESULTS = "100"
TOO_BIG = "413"
WORKING = frozenset({"SUBMITTED", "PROCESSING"})
READY = "AVAILABLE"

_ROOT = "/dissemination"
_ID = re.compile(r"^[A-Za-z0-9_-]{1,80}$", re.ASCII)
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class _Notice:
    """An envelope: the id of a queued answer, its state, or a fault with its code."""

    queued: str | None = None
    state: str | None = None
    code: str | None = None
    said: str = ""


def fetch(transport: Transport, path: str, params: Mapping[str, str], accept: str, faults: Faults) -> Fetched:
    """The answer to a request, waited for where the service queues it.

    SeriesMissing where the service finds no results, SourceChanged with the remedy to ask for fewer
    where the request is too large, SourceChanged for other faults and SourceDown where the queued
    answer does not become ready. The answer bears the address of the request, because that of a
    queued answer expires.
    """
    source = faults.source
    first = transport.get(source, path, params, Manner(accept, REFUSALS))
    notice = _notice(first.body)
    if notice is None:
        return first
    if notice.queued is None:
        raise _fault(notice, first, faults)
    base, found, _ = (source.base_url or "").partition(_ROOT)
    if not found or not _ID.match(notice.queued):
        raise faults.changed("the answer is queued under an address that cannot be asked", first)
    service = source.model_copy(update={"base_url": base + _ROOT})
    state = transport.get(service, f"1.0/async/status/{notice.queued}", {}, Manner(refusals=REFUSALS, ready=_settled))
    settled = _notice(state.body)
    if settled is None or settled.code is not None:
        raise _fault(settled or _Notice(), state, faults)
    if settled.state != READY:
        raise faults.down(f"the queued answer is {settled.state or 'in no known state'}, not {READY}", state)
    answer = transport.get(service, f"1.0/async/data/{notice.queued}", {}, Manner(accept, REFUSALS))
    again = _notice(answer.body)
    if again is not None:
        raise _fault(again, answer, faults)
    return replace(answer, url=first.url)


def _settled(body: bytes) -> bool:
    notice = _notice(body)
    return notice is None or notice.state not in WORKING


def _fault(notice: _Notice, answer: Fetched, faults: Faults) -> SourceError:
    what = f"the service refused with {notice.code or 'no code'}: {notice.said or 'no reason given'}"
    if notice.code == NO_RESULTS:
        return faults.missing(what, answer)
    if notice.code == TOO_BIG:
        return faults.changed(what, answer, FEWER)
    return faults.changed(what, answer)


def _notice(body: bytes) -> _Notice | None:
    """The envelope in an answer; None where the answer is something else, such as data."""
    if len(body) > _LARGEST or not body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return None
    try:
        root = fromstring(body.removeprefix(b"\xef\xbb\xbf").lstrip())
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    named = {_local(e): (e.text or "").strip() for e in root.iter() if not len(e)}
    inside = {_local(e) for e in root.iter()}
    if "faultcode" in named:
        return _Notice(code=named["faultcode"], said=named.get("faultstring", "")[:200])
    if "queued" in inside:
        return _Notice(queued=named.get("id", ""))
    if _local(root) == "Envelope" or "status" in named:
        return _Notice(state=named.get("status"))
    return None


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]

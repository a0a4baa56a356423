"""What connectors read through: the request a source understands, and the answer as it came.

Two transports speak it: :mod:`indicators.sources.live` goes to the network,
:mod:`indicators.sources.archive` reads answers kept as files. Connectors cannot tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from urllib.parse import quote, urlencode

from indicators.register.model import SourceInfo
from indicators.sources.errors import SourceChanged

SECRET: Final = "{secret}"
"""The value of a parameter that the live transport fills in with the source's secret.

It is no part of the address: what is stored and printed leaves the whole parameter out.
"""

_PASSWORD = re.compile(r"//[^/@]*:[^/@]*@|[?&](password|sslpassword|passfile)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: its bytes as they came, where from, and the days that are known about it.

    ``retrieved`` is the day of the request (None where nobody noted it), ``known_from`` the day
    from which the answer could be known, where that is established apart from the answer itself.
    """

    body: bytes
    url: str
    media_type: str
    retrieved: date | None
    known_from: date | None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a request is made where a plain one will not do.

    ``accept`` lists the media types asked for. ``refusals`` are statuses that the service explains
    in a body which the connector reads itself; their answer is handed over like any other.
    ``ready`` looks at the answer of a service that works in the background: until it says True, the
    transport pauses and asks again, a bounded number of times. ``final`` are statuses above 499 that
    this service also gives to a wrong question, with a web page whose title names the fault: asking
    again would not help. ``since`` names a parameter that asks for what changed after a moment, where
    the service knows one. It is used to learn whether anything changed, and for nothing else: what
    such a request brings are changes, and a release is always taken whole.
    """

    accept: str = "*/*"
    refusals: frozenset[int] = frozenset()
    ready: Callable[[bytes], bool] | None = None
    final: frozenset[int] = frozenset()
    since: str = ""


PLAIN = Manner()
"""A plain request: any media type, nothing but status 200 is an answer, asked once."""


class Transport(Protocol):
    """Something that answers requests to a source.

    Raises SourceDown where the source does not answer, SeriesMissing where it has nothing under
    the address, SourceChanged where it answers beyond what is allowed.
    """

    def get(self, source: SourceInfo, path: str, params: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The answer to ``path`` (relative to the source's base address) with ``params``."""
        ...

    def post(self, source: SourceInfo, path: str, form: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        """The answer to a form sent to ``path``, for questions that a service takes in no other way."""
        ...

    def releases(self, source: SourceInfo, dataset: str) -> list[Transport]:
        """Transports that each know one release of the dataset more than the one before."""
        ...


def address(source: SourceInfo, path: str, params: Mapping[str, str]) -> str:
    """The full address of a request; spreadsheets, which come without one, get ``form:<source>/<path>``.

    Parameters that are :data:`SECRET` are left out. SourceChanged where the base address itself
    holds a password.
    """
    base = f"form:{source.id}" if source.base_url is None else source.base_url.rstrip("/")
    if _PASSWORD.search(base):
        raise SourceChanged(
            "base_url in sources.yaml holds a password",
            source=source.id,
            remedy=f"remove it there, change it at its owner, and add the new one to the secrets under {source.id}",
        )
    told = {name: value for name, value in params.items() if value != SECRET}
    query = f"?{urlencode(told)}" if told else ""
    return f"{base}/{quote(path)}{query}"


def form_address(source: SourceInfo, path: str, form: Mapping[str, str]) -> str:
    """How a request with a form is noted: its address, and the form's content after ``#``."""
    return f"{address(source, path, {})}#{urlencode(form)}"

"""What connectors read through: the request a source understands, and the answer as it came.

Two transports speak it: :mod:`indicators.sources.live` goes to the network,
:mod:`indicators.sources.archive` reads answers kept as files. Connectors cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import quote, urlencode

from indicators.register.model import SourceInfo


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


class Transport(Protocol):
    """Something that answers requests to a source.

    Raises SourceDown where the source does not answer, SeriesMissing where it has nothing under
    the address, SourceChanged where it answers beyond what is allowed.
    """

    def get(self, source: SourceInfo, path: str, params: Mapping[str, str]) -> Fetched:
        """The answer to ``path`` (relative to the source's base address) with ``params``."""
        ...

    def releases(self, source: SourceInfo, dataset: str) -> list[Transport]:
        """Transports that each know one release of the dataset more than the one before."""
        ...


def address(source: SourceInfo, path: str, params: Mapping[str, str]) -> str:
    """The full address of a request; spreadsheets, which come without one, get ``form:<source>/<path>``."""
    base = f"form:{source.id}" if source.base_url is None else source.base_url.rstrip("/")
    query = f"?{urlencode(params)}" if params else ""
    return f"{base}/{quote(path)}{query}"

"""Services that speak SDMX and how each wants to be asked: data, one entry a service.

A source of the register is matched by its base address. Listed are services whose address is
established; OECD, IMF and UNESCO are read with the general manner until theirs is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CSV_1 = "application/vnd.sdmx.data+csv;version=1.0.0"
CSV_2 = "application/vnd.sdmx.data+csv;version=2.0.0"
JSON_1 = "application/vnd.sdmx.data+json;version=1.0.0"
JSON_2 = "application/vnd.sdmx.data+json;version=2.0.0"
SPECIFIC = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"

ANY_21 = f"{CSV_1}, {SPECIFIC};q=0.8, {GENERIC};q=0.7, {JSON_1};q=0.6"
ANY_30 = f"{CSV_2}, {CSV_1};q=0.9, {JSON_2};q=0.8, {SPECIFIC};q=0.7"
"""CSV first; whatever comes is recognised by its beginning."""


@dataclass(frozen=True, slots=True)
class Preset:
    """How a service is asked: ``accept`` as in the header, ``params`` with every request.

    ``address`` is host and path without the scheme; ``queued`` is True where large requests are
    answered in Eurostat's way, later and under another address.
    """

    name: str
    address: str
    accept: str
    params: Mapping[str, str] = field(default_factory=dict)
    queued: bool = False


PRESETS = (
    Preset(
        "Eurostat",
        "ec.europa.eu/eurostat/api/dissemination/sdmx/2.1",
        "*/*",
        {"format": "SDMX-CSV", "compressed": "false"},
        queued=True,
    ),
    Preset("ILO", "sdmx.ilo.org/rest", SPECIFIC),
    Preset("UNICEF", "sdmx.data.unicef.org/ws/public/sdmxapi/rest", ANY_21),
    Preset("UNSD", "data.un.org/WS/rest", ANY_21),
)

GENERAL_21 = Preset("SDMX 2.1", "", ANY_21)
GENERAL_30 = Preset("SDMX 3.0", "", ANY_30)
"""For services without an entry."""


def preset(base_url: str | None, general: Preset) -> Preset:
    """The entry for a base address; ``general`` where there is none."""
    address = (base_url or "").partition("://")[2].rstrip("/")
    return next((p for p in PRESETS if address == p.address), general)

"""Services that speak SDMX and how each wants to be asked: data, one entry a service.

A source of the register is matched by its base address; any other service is asked in the general
manner. Addresses, and ILO's one format, are those that sdmx1 ships in its ``sources.json`` (2.28.0,
https://sdmx1.readthedocs.io); a test compares them with the release that is installed. Eurostat's
parameters are those of its own API manual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
    answered in Eurostat's way, later and under another address. ``scheme`` is the one that the
    service is listed with; whichever a source of the register writes, its entry is found.
    """

    name: str
    address: str
    accept: str
    params: Mapping[str, str] = field(default_factory=dict)
    queued: bool = False
    protocol: Literal["sdmx_21", "sdmx_30"] = "sdmx_21"
    scheme: str = "https"

    @property
    def base_url(self) -> str:
        """The address as ``base_url`` of a source in ``sources.yaml``."""
        return f"{self.scheme}://{self.address}"


PRESETS = (
    Preset(
        "Eurostat",
        "ec.europa.eu/eurostat/api/dissemination/sdmx/2.1",
        "*/*",
        {"format": "SDMX-CSV", "compressed": "false"},
        queued=True,
    ),
    Preset("Eurostat-3", "ec.europa.eu/eurostat/api/dissemination/sdmx/3.0", ANY_30, protocol="sdmx_30"),
    Preset("ILO", "sdmx.ilo.org/rest", SPECIFIC),
    Preset("IMF", "api.imf.org/external/sdmx/2.1", ANY_21),
    Preset("IMF-3", "api.imf.org/external/sdmx/3.0", ANY_30, protocol="sdmx_30"),
    Preset("OECD", "sdmx.oecd.org/public/rest", ANY_21),
    Preset("OECD-3", "sdmx.oecd.org/public/rest/v2", ANY_30, protocol="sdmx_30"),
    Preset("UNESCO", "api.uis.unesco.org/sdmx", ANY_21, scheme="http"),
    Preset("UNICEF", "sdmx.data.unicef.org/ws/public/sdmxapi/rest", ANY_21),
    Preset("UNSD", "data.un.org/WS/rest", ANY_21, scheme="http"),
)

GENERAL_21 = Preset("SDMX 2.1", "", ANY_21)
GENERAL_30 = Preset("SDMX 3.0", "", ANY_30)
"""For services without an entry."""


def preset(base_url: str | None, general: Preset) -> Preset:
    """The entry for a base address; ``general`` where there is none."""
    address = (base_url or "").partition("://")[2].rstrip("/")
    return next((p for p in PRESETS if address == p.address), general)

"""What a data flow of an SDMX service is made of: its dimensions in the order of the key, and their codes.

An engineer reads it to write a series' key; no connector needs it. Structures have many versions and
references between files, so reading them is left to sdmx1, an optional extra that is loaded here alone.
The answer itself comes through the project's own transport, with its limits and its manners.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from indicators.register.model import SourceInfo
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.exchange import Fetched, Manner, Transport
from indicators.sources.sdmx_message import NotSdmx
from indicators.sources.sdmx_ml import refuse_doctype

INSTALL = "pip install 'oryndau[sdmx]'"

ACCEPT = "application/vnd.sdmx.structure+xml;version=2.1, application/vnd.sdmx.structure+xml;version=3.0.0;q=0.9"


class ReaderAbsent(SourceError):
    """The extra that reads structures is not installed."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One place of the key: its id, and its codes with their English names (empty: the service lists none)."""

    id: str
    codes: Mapping[str, str]
    time: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """A data flow: agency, id and version as its service states them, its name, and its dimensions in order."""

    flow: str
    name: str
    dimensions: tuple[Dimension, ...]


def structure(source: SourceInfo, flow: str, transport: Transport) -> Structure:
    """The structure of ``flow``, written as ``SeriesRef.dataset``: ``agency,flow,version`` or less of it.

    ReaderAbsent where the extra is not installed, SeriesMissing where the service has no such flow,
    SourceChanged where its answer is no structure or leaves the dimensions out.
    """
    sdmx = _reader(source)
    agency, name, version = _parts(flow, source)
    path = f"dataflow/{agency}/{name}/{version}"
    if source.protocol == "sdmx_30":
        path = f"structure/dataflow/{agency}/{name}/{version}"
    answer = transport.get(source, path, {"references": "descendants"}, Manner(ACCEPT))
    return _read(sdmx, answer, source, name)


def _reader(source: SourceInfo) -> ModuleType:
    try:
        import sdmx
    except ImportError as error:
        what = "structures of SDMX services are read by sdmx1, which is not installed"
        raise ReaderAbsent(what, source=source.id, remedy=f"install it: {INSTALL}") from error
    module: ModuleType = sdmx
    return module


def _parts(flow: str, source: SourceInfo) -> tuple[str, str, str]:
    """Agency, flow and version; what is left out is what the standard calls all agencies and the latest."""
    parts = [part.strip() for part in flow.split(",")]
    if not all(parts) or len(parts) > 3:
        what = f"{flow[:80]!r} names no data flow"
        raise SourceChanged(what, source=source.id, remedy="write it as agency,flow,version or as flow alone")
    new = source.protocol == "sdmx_30"
    if len(parts) == 1:
        return "*" if new else "all", parts[0], "~" if new else "latest"
    return parts[0], parts[1], parts[2] if len(parts) == 3 else ("~" if new else "latest")


def _read(sdmx: ModuleType, answer: Fetched, source: SourceInfo, name: str) -> Structure:
    try:
        refuse_doctype(answer.body)
        message = sdmx.read_sdmx(io.BytesIO(answer.body), format="XML")
    except NotSdmx as error:
        raise _changed(str(error), answer, source) from error
    except Exception as error:
        what = f"the answer is no SDMX structure ({type(error).__name__}: {str(error)[:200]})"
        raise _changed(what, answer, source) from error
    flows = [f for f in getattr(message, "dataflow", {}).values() if f.id == name]
    if not flows:
        raise SeriesMissing(
            f"the service describes no data flow {name}",
            source=source.id,
            url=answer.url,
            remedy="look the flow up in the service's catalogue; ids are case-sensitive",
        )
    described = flows[0].structure
    if described is None or not described.dimensions.components:
        raise _changed(f"the answer leaves out the dimensions of {name}", answer, source)
    ordered = sorted(described.dimensions.components, key=lambda d: (d.order is None, d.order or 0))
    maintainer = flows[0].maintainer.id if flows[0].maintainer else ""
    return Structure(
        ",".join((maintainer, flows[0].id, str(flows[0].version or ""))),
        _text(flows[0].name) or name,
        tuple(Dimension(d.id, _codes(d), type(d).__name__ == "TimeDimension") for d in ordered),
    )


def _codes(dimension: Any) -> dict[str, str]:
    """Codes of a dimension's own list, else of its concept's."""
    own = dimension.local_representation
    listed = own.enumerated if own is not None else None
    if listed is None and dimension.concept_identity is not None:
        core = dimension.concept_identity.core_representation
        listed = core.enumerated if core is not None else None
    return {} if listed is None else {code.id: _text(code.name) for code in listed}


def _text(value: Any) -> str:
    localized: dict[str, str] = getattr(value, "localizations", {})
    return localized.get("en") or next(iter(localized.values()), "")


def _changed(what: str, answer: Fetched, source: SourceInfo) -> SourceChanged:
    remedy = "open the address; if the service describes its flows in another way, read its own catalogue"
    return SourceChanged(what, source=source.id, url=answer.url, remedy=remedy)

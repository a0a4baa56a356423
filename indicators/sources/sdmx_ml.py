"""SDMX-ML data messages of versions 2.1 and 3.0, structure-specific and generic, read element by element.

Memory holds one series at a time. Entities are not resolved, nothing is fetched, and a document
with a DOCTYPE is refused: no statistics service sends one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from indicators.sources.sdmx_message import (
    ACTIONS,
    MULTIPLIER,
    SECRECY,
    STATUS,
    TIME,
    UNITS,
    VALUE,
    Choose,
    Datum,
    NotSdmx,
)

NO_RESULTS = frozenset({"100"})
TOO_LARGE = frozenset({"130", "413", "510"})
PASSING = frozenset({"500", "503"})
"""Codes of SDMX errors, in error messages and in footers of data messages."""

_FLAT = "AllDimensions"
_ROOTS = ("StructureSpecificData", "StructureSpecificTimeSeriesData", "GenericData", "GenericTimeSeriesData")


class SdmxError(Exception):
    """The service's own error, in place of data or in the footer behind them."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


def read_ml(body: bytes, choose: Choose) -> Iterator[Datum]:
    """Observations of the series that ``choose`` picks.

    SdmxError where the message is an error or ends in one, NotSdmx where it is no data message of
    these versions or no whole XML document.
    """
    try:
        kind, flat = _header(body)
        yield from _series(body, kind.startswith("Generic"), flat, choose)
    except etree.XMLSyntaxError as error:
        raise NotSdmx(f"the message is not whole XML: {error.msg}") from error


def _parse(body: bytes, events: tuple[str, ...], tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    source: Iterator[tuple[str, Any]] = etree.iterparse(
        io.BytesIO(body),
        events=events,
        tag=tuple("{*}" + tag for tag in tags),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return source


def _header(body: bytes) -> tuple[str, bool]:
    """The kind of message, and whether its observations stand alone, from all that lies before the data."""
    kind, flat = "", False
    for event, element in _parse(body, ("start", "end"), ("*",)):
        name = _local(element.tag)
        if not kind:
            _without_doctype(element)
            kind = name
            if kind == "Error":
                raise _error(body)
            if kind not in _ROOTS:
                raise NotSdmx(f"the message is {kind[:60]}, no SDMX data")
        if event == "start" and name == "Structure":
            at = element.get("dimensionAtObservation", TIME)
            if at not in (TIME, _FLAT):
                raise NotSdmx(f"the observations are ordered by {at[:60]}, not by time")
            flat = at == _FLAT
        if name == "DataSet" or (event == "end" and name == "Header"):
            break
    return kind, flat


def refuse_doctype(body: bytes) -> None:
    """NotSdmx where a document has a DOCTYPE or is no XML: for readers that would act upon one."""
    try:
        _, root = next(_parse(body, ("start",), ("*",)))
        _without_doctype(root)
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise NotSdmx("the answer is no XML") from error


def _without_doctype(element: Any) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise NotSdmx("the message has a DOCTYPE")


def _error(body: bytes) -> SdmxError:
    code, texts = "", []
    for _, element in _parse(body, ("end",), ("ErrorMessage", "Text")):
        code = element.get("code", code)
        texts.append((element.text or "").strip())
    return SdmxError(code, " ".join(t for t in texts if t)[:200] or "no reason given")


def _series(body: bytes, generic: bool, flat: bool, choose: Choose) -> Iterator[Datum]:
    """Series by series; in a flat message each observation is a series of its own."""
    unit = "Obs" if flat else "Series"
    read = _generic if generic else _specific
    message_action = action = "I"
    for event, element in _parse(body, ("start", "end"), ("DataSetAction", "DataSet", unit, "Footer")):
        name = _local(element.tag)
        if name == unit:
            if event == "end":
                yield from read(element, action, flat, choose)
                _forget(element)
        elif name == "DataSet" and event == "start":
            action = message_action
            for attribute, value in element.attrib.items():
                if _local(attribute) == "action":
                    action = _action(value)
        elif name == "DataSetAction" and event == "end":
            message_action = _action((element.text or "").strip())
        elif name == "Footer" and event == "end":
            _footer(element)


def _action(text: str) -> str:
    if text not in ACTIONS:
        raise NotSdmx(f"unknown action {text[:40]!r}")
    return ACTIONS[text]


def _forget(element: Any) -> None:
    """Free what was read; the siblings before it too, or the empty shells of a million series stay."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _footer(footer: Any) -> None:
    for message in footer:
        code, severity = message.get("code", ""), message.get("severity", "")
        if code in TOO_LARGE or severity == "Error":
            texts = (part.text for part in message if part.text)
            raise SdmxError(code, " ".join(texts)[:200] or "no reason given")


def _specific(element: Any, action: str, flat: bool, choose: Choose) -> Iterator[Datum]:
    if flat:
        yield from _alone(dict(element.attrib), action, choose)
        return
    of_series = dict(element.attrib)
    parts = {name: value for name, value in of_series.items() if name not in (*STATUS, SECRECY, MULTIPLIER)}
    if not choose(parts, action):
        return
    flags = _first(of_series, STATUS)
    secrecy = of_series.get(SECRECY, "")
    unit, multiplier = _unit(of_series), of_series.get(MULTIPLIER, "")
    found = False
    for observation in element:
        if not observation.tag.endswith("Obs"):
            continue
        get, found = observation.get, True
        yield Datum(
            action,
            get(TIME, ""),
            get(VALUE, ""),
            get("OBS_STATUS") or get("OBS_FLAG") or flags,
            get(SECRECY) or secrecy,
            # Most observations bear no unit of their own, and this is read for each of them.
            unit if not any(map(get, UNITS)) else _unit({**of_series, **observation.attrib}),
            get(MULTIPLIER) or multiplier,
        )
    if action == "D" and not found:
        yield Datum(action, "", "", "", "")


def _alone(components: Mapping[str, str], action: str, choose: Choose) -> Iterator[Datum]:
    """An observation with all its components; what stands before its value are dimensions."""
    names = list(components)
    before = names[: names.index(VALUE)] if VALUE in components else names
    if choose({name: components[name] for name in before if name not in (TIME, MULTIPLIER)}, action):
        yield _datum(components, action)


def _generic(element: Any, action: str, flat: bool, choose: Choose) -> Iterator[Datum]:
    if flat:
        key = _values(element, "ObsKey")
        if choose({name: value for name, value in key.items() if name != TIME}, action):
            value = next((part.get("value", "") for part in element if part.tag.endswith("}ObsValue")), "")
            yield _datum({**key, **_values(element, "Attributes"), VALUE: value}, action)
        return
    key = _values(element, "SeriesKey")
    if not choose(key, action):
        return
    of_series = {**key, **_values(element, "Attributes")}
    found = False
    for observation in element:
        if not observation.tag.endswith("}Obs"):
            continue
        found = True
        components = dict(of_series)
        for part in observation:
            tag = part.tag
            if tag.endswith("}ObsDimension"):
                components[TIME] = part.get("value", "")
            elif tag.endswith("}ObsValue"):
                components[VALUE] = part.get("value", "")
            elif tag.endswith("}Attributes"):
                components.update((value.get("id", ""), value.get("value", "")) for value in part)
        yield _datum(components, action)
    if action == "D" and not found:
        yield Datum(action, "", "", "", "")


def _datum(components: Mapping[str, str], action: str) -> Datum:
    get = components.get
    return Datum(
        action,
        get(TIME, ""),
        get(VALUE, ""),
        _first(components, STATUS),
        get(SECRECY, ""),
        _unit(components),
        get(MULTIPLIER, ""),
    )


def _unit(components: Mapping[str, str]) -> tuple[str, ...]:
    return tuple([components.get(name, "") for name in UNITS])


def _local(name: str) -> str:
    """A name without its namespace; ``etree.QName`` refuses the odd names of a damaged document."""
    return name.rpartition("}")[2]


def _first(components: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((components[name] for name in names if components.get(name)), "")


def _values(element: Any, part: str) -> dict[str, str]:
    """The id-value pairs in one part of a generic element."""
    return {
        value.get("id", ""): value.get("value", "")
        for group in element
        if group.tag.endswith("}" + part)
        for value in group
    }

"""SDMX-JSON data messages of versions 1.0 and 2.0.

Both write codes as positions in lists that the message's structure holds. Version 1.0 has one
structure and counts it outside or inside ``data``; version 2.0 has several, and writes time and
other components without a code list as ``value`` in place of ``id``.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from indicators.sources.sdmx_message import ACTIONS, MULTIPLIER, SECRECY, STATUS, TIME, UNITS, Choose, Datum, NotSdmx
from indicators.sources.sdmx_ml import SdmxError

Part = dict[str, Any]


def read_json(document: Any, choose: Choose) -> Iterator[Datum]:
    """Observations of the series that ``choose`` picks, from a document whose numbers are Decimal.

    SdmxError where the message is an error, NotSdmx where it has another shape.
    """
    message = _part(document, "the message")
    errors = message.get("errors")
    if errors and "data" not in message and "dataSets" not in message:
        first = _part(_list(errors, "errors")[0], "an error")
        raise SdmxError(str(first.get("code", "")), str(first.get("title") or first.get("detail") or "")[:200])
    data = _part(message.get("data", message), "data")
    structures = data.get("structures", [data["structure"]] if "structure" in data else [])
    for dataset in _list(data.get("dataSets"), "dataSets"):
        described = _at(_list(structures, "structures"), _part(dataset, "a data set").get("structure", Decimal(0)))
        yield from _DataSet(_part(described, "a structure"), dataset).read(choose)


class _DataSet:
    """One data set with the structure that its positions point into."""

    def __init__(self, structure: Part, dataset: Part) -> None:
        self._dataset = dataset
        action = str(dataset.get("action", ""))
        if action not in ACTIONS:
            raise NotSdmx(f"unknown action {action[:40]!r}")
        self._action = ACTIONS[action]
        dimensions = _part(structure.get("dimensions"), "dimensions")
        attributes = _part(structure.get("attributes", {}), "attributes")
        measures = _part(structure.get("measures", {}), "measures").get("observation", [None])
        self._fixed = {_id(d): _code(d, Decimal(0)) for d in _parts(dimensions, "dataSet")}
        self._of_series = _parts(dimensions, "series")
        self._of_observation = _parts(dimensions, "observation")
        self._series_attributes = _parts(attributes, "series")
        self._attributes = _parts(attributes, "observation")
        self._first_attribute = len(_list(measures, "measures"))
        if self._first_attribute != 1:
            raise NotSdmx(f"the observations have {self._first_attribute} values, not one")

    def read(self, choose: Choose) -> Iterator[Datum]:
        """The data set's chosen observations: by series, or each alone."""
        if "series" in self._dataset:
            for position, series in _part(self._dataset["series"], "series").items():
                key = self._fixed | _codes(self._of_series, position)
                body = _part(series, "a series")
                attributes = _attributes(self._series_attributes, body.get("attributes") or [])
                observations = _part(body.get("observations", {}), "observations")
                yield from self._observations(key, attributes, observations, choose)
        else:
            observations = _part(self._dataset.get("observations", {}), "observations")
            yield from self._observations(self._fixed, {}, observations, choose)

    def _observations(
        self, key: dict[str, str], of_series: dict[str, str], observations: Part, choose: Choose
    ) -> Iterator[Datum]:
        alone = len(self._of_observation) != 1
        if not alone and not choose({n: v for n, v in key.items() if n != TIME}, self._action):
            return
        for position, values in observations.items():
            full = key | _codes(self._of_observation, position)
            if alone and not choose({n: v for n, v in full.items() if n != TIME}, self._action):
                continue
            yield self._datum(full, of_series, _list(values, "an observation"))
        if self._action == "D" and not observations:
            yield Datum("D", "", "", "", "")

    def _datum(self, key: dict[str, str], of_series: dict[str, str], values: list[Any]) -> Datum:
        attributes = key | of_series | _attributes(self._attributes, values[self._first_attribute :])
        return Datum(
            self._action,
            key.get(TIME, ""),
            _written(values[0] if values else None),
            next((attributes[name] for name in STATUS if attributes.get(name)), ""),
            attributes.get(SECRECY, ""),
            tuple(attributes.get(name, "") for name in UNITS),
            attributes.get(MULTIPLIER, ""),
        )


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal | str):
        return str(value)
    raise NotSdmx(f"a value is a {type(value).__name__}, not a number")


def _codes(components: list[Part], positions: str) -> dict[str, str]:
    numbers = positions.split(":") if positions else []
    if len(numbers) != len(components) or not all(n.isascii() and n.isdigit() for n in numbers):
        raise NotSdmx(f"{positions[:60]!r} is no position in {len(components)} dimensions")
    return {_id(c): _code(c, Decimal(n)) for c, n in zip(components, numbers, strict=True)}


def _attributes(components: list[Part], values: Any) -> dict[str, str]:
    """Attributes by position in the lists, or as text; trailing ones may be left out."""
    found = {}
    for component, value in zip(components, _list(values, "attributes"), strict=False):
        if isinstance(value, Decimal):
            found[_id(component)] = _code(component, value)
        elif isinstance(value, str):
            found[_id(component)] = value
    return found


def _code(component: Part, position: Decimal) -> str:
    entry = _part(_at(_list(component.get("values"), "values"), position), "a component's value")
    code = entry.get("id", entry.get("value"))
    if not isinstance(code, str):
        raise NotSdmx(f"component {_id(component)} has a value without id")
    return code


def _at(entries: list[Any], position: Any) -> Any:
    if (
        not isinstance(position, Decimal)
        or position != position.to_integral_value()
        or not 0 <= position < len(entries)
    ):
        raise NotSdmx(f"position {str(position)[:20]} lies outside a list of {len(entries)}")
    return entries[int(position)]


def _parts(parent: Part, name: str) -> list[Part]:
    return [_part(entry, name) for entry in _list(parent.get(name, []), name)]


def _id(component: Part) -> str:
    return str(component.get("id"))


def _part(value: Any, name: str) -> Part:
    if not isinstance(value, dict):
        raise NotSdmx(f"{name} is a {type(value).__name__}, not an object")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise NotSdmx(f"{name} is a {type(value).__name__}, not a list")
    return value

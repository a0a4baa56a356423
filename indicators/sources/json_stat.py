"""JSON-stat 2.0 datasets as Eurostat's statistics service gives them.

A dataset is a cube written as one row of cells, the last dimension changing fastest; cells without
a value may be left out, so value and status are lists or objects keyed by position. The base
address of the source ends in ``/dissemination``; ``SeriesRef.key`` names dimensions with their
codes (``geo: KZ``), in any order. Every dimension but time must be in the key or have one category.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources import eurostat
from indicators.sources.collected import Collected
from indicators.sources.errors import SourceError
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import FEWER, Faults
from indicators.sources.flags import read_status
from indicators.sources.number import read_number
from indicators.sources.timecode import read_period

UNIT = "unit"
"""The dimension that tells the unit."""
TIMES = ("time", "TIME_PERIOD")
"""Ids of the time dimension where the dataset gives none the role of time."""


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series' values for the country; periods inside it that have none are kept as missing.

    SeriesMissing where the service finds no results, knows a code of the key no more or has no
    value under it; SourceChanged where a dimension outside the key has several categories, where
    the answer is no JSON-stat dataset and where the request is too large.
    """
    faults = Faults(source, series)
    params = {"format": "JSON", "lang": "EN", **series.key}
    answer = eurostat.fetch(transport, f"statistics/1.0/data/{series.dataset}", params, "application/json", faults)
    document = faults.document(answer)
    if not isinstance(document, dict):
        raise faults.changed("the answer is not a JSON-stat object", answer)
    if "error" in document:
        raise _refusal(document["error"], answer, faults)
    if document.get("class") != "dataset":
        raise faults.changed(f"the answer is a {str(document.get('class'))[:40]!r}, not a dataset", answer)
    observations = _Cube(document, answer, faults).observations(series)
    day = answer.known_from or _updated(document, answer, faults) or faults.day(answer)
    return Collected(series.id, (answer,), to_frame(observations), day, f"{series.dataset} {day.isoformat()}")


def _refusal(error: Any, answer: Fetched, faults: Faults) -> SourceError:
    """What an error in JSON means: ``{"error": [{"status": 400, "id": 100, "label": ...}]}``."""
    entries = error if isinstance(error, list) else [error]
    first = entries[0] if entries and isinstance(entries[0], dict) else {}
    codes = {str(first.get("status")), str(first.get("id"))}
    what = f"the service refused with {first.get('id', 'no code')}: {str(first.get('label', 'no reason given'))[:200]}"
    if eurostat.NO_RESULTS in codes or "404" in codes:
        return faults.missing(what, answer)
    return faults.changed(what, answer, FEWER if eurostat.TOO_BIG in codes else None)


def _updated(document: dict[str, Any], answer: Fetched, faults: Faults) -> date | None:
    """The day of release; offsets come without colon (``+0200``). None where the dataset names none."""
    text = document.get("updated")
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError as error:
        raise faults.changed(f"'updated' is {str(text)[:40]!r}, not a time", answer) from error


@dataclass(frozen=True, slots=True)
class _Dimension:
    """A dimension: its categories with their places, and how many cells apart two neighbours lie."""

    id: str
    places: Mapping[str, int]
    stride: int


class _Cube:
    """The dataset's cells with the way to them."""

    def __init__(self, document: dict[str, Any], answer: Fetched, faults: Faults) -> None:
        self._answer = answer
        self._faults = faults
        ids, sizes = document.get("id"), document.get("size")
        if not isinstance(ids, list) or not isinstance(sizes, list) or len(ids) != len(sizes) or not ids:
            raise self._changed("'id' and 'size' do not name the dimensions")
        if not all(isinstance(i, str) for i in ids) or len(set(ids)) != len(ids):
            raise self._changed("'id' names a dimension twice or not by text")
        self._dimensions: dict[str, _Dimension] = {}
        stride = 1
        for name, size in reversed(list(zip(ids, sizes, strict=True))):
            places = self._places(name, document.get("dimension"))
            if not isinstance(size, Decimal) or size != len(places):
                raise self._changed(f"dimension {name} has {len(places)} categories, not {str(size)[:20]}")
            self._dimensions[name] = _Dimension(name, places, stride)
            stride *= len(places)
        self._time = self._time_dimension(document)
        self._values = self._cells(document.get("value"), "value", stride)
        self._statuses = self._status_cells(document.get("status"), stride)

    def observations(self, series: SeriesRef) -> list[Observation]:
        """The cells that the key leads to, from the first with a value to the last."""
        found = []
        unit = self._unit(series.key)
        start = sum(self._offset(d, series.key) for d in self._dimensions.values() if d is not self._time)
        for code, place in sorted(self._time.places.items()):
            found.append(self._observation(code, start + place * self._time.stride, series, unit))
        found.sort(key=lambda o: o.period)
        periods = [o.period for o in found]
        if len(set(periods)) != len(periods):
            raise self._changed("two categories of time name the same period")
        said = [n for n, o in enumerate(found) if not math.isnan(o.value) or o.status == "c"]
        if not any(not math.isnan(o.value) for o in found):
            raise self._faults.missing("the dataset has no value under the key", self._answer)
        return found[said[0] : said[-1] + 1]

    def _offset(self, dimension: _Dimension, key: Mapping[str, str]) -> int:
        code = key.get(dimension.id)
        if code is None:
            if len(dimension.places) > 1:
                codes = ", ".join(list(dimension.places)[:20])
                remedy = f"add {dimension.id} with one of its codes to the series' key"
                what = f"dimension {dimension.id} is not in the key and has several categories: {codes}"
                raise self._faults.changed(what, self._answer, remedy)
            return 0
        if code not in dimension.places:
            there = ", ".join(list(dimension.places)[:20])
            raise self._faults.missing(f"dimension {dimension.id} has no {code} (it has {there})", self._answer)
        return dimension.places[code] * dimension.stride

    def _unit(self, key: Mapping[str, str]) -> str:
        """The code of the unit, where a dimension tells it, as every dataset of Eurostat does."""
        dimension = self._dimensions.get(UNIT)
        return key.get(UNIT, next(iter(dimension.places))) if dimension else ""

    def _observation(self, code: str, cell: int, series: SeriesRef, unit: str) -> Observation:
        try:
            period = read_period(code)
            status = read_status(self._statuses.get(cell, ""))
            value = self._values.get(cell)
            if value is None or status in ("m", "c"):
                return Observation(series.id, NATION, period, math.nan, "c" if status == "c" else "m", unit=unit)
            if not isinstance(value, Decimal | str):
                raise ValueError(f"the value is a {type(value).__name__}, not a number")
            number = read_number(str(value))
        except ValueError as error:
            raise self._changed(f"{code}: {error}") from error
        decimals = number.decimals if series.decimals is None else series.decimals
        return Observation(series.id, NATION, period, number.value, status, number.text, decimals, unit)

    def _places(self, name: str, dimensions: Any) -> dict[str, int]:
        """Categories by place: ``index`` is a list, an object, or absent where there is one category."""
        dimension = dimensions.get(name) if isinstance(dimensions, dict) else None
        category = dimension.get("category") if isinstance(dimension, dict) else None
        if not isinstance(category, dict):
            raise self._changed(f"dimension {name} has no categories")
        index = category.get("index", list(category["label"]) if isinstance(category.get("label"), dict) else None)
        if isinstance(index, list) and all(isinstance(code, str) for code in index):
            places = {code: place for place, code in enumerate(index)}
            whole = len(places) == len(index)
        elif isinstance(index, dict) and all(isinstance(place, Decimal) for place in index.values()):
            places = {code: int(place) for code, place in index.items()}
            whole = all(place == int(place) for place in index.values())
        else:
            raise self._changed(f"dimension {name} has no index of its categories")
        if not whole or sorted(places.values()) != list(range(len(places))):
            raise self._changed(f"the categories of dimension {name} are not numbered from 0 without gaps")
        return places

    def _time_dimension(self, document: dict[str, Any]) -> _Dimension:
        role = document.get("role")
        named = role.get("time") if isinstance(role, dict) else None
        times = [n for n in (named if isinstance(named, list) else TIMES) if n in self._dimensions]
        if len(times) != 1:
            raise self._changed(f"the dataset has {len(times)} dimensions of time, not one")
        return self._dimensions[times[0]]

    def _cells(self, cells: Any, name: str, count: int) -> dict[int, Any]:
        if isinstance(cells, list):
            if len(cells) != count:
                raise self._changed(f"{name!r} has {len(cells)} cells, the dimensions make {count}")
            return dict(enumerate(cells))
        if not isinstance(cells, dict):
            raise self._changed(f"{name!r} is neither a list nor an object")
        if not all(p.isascii() and p.isdigit() and int(p) < count for p in cells):
            raise self._changed(f"{name!r} names a cell outside the {count} that the dimensions make")
        return {int(position): cell for position, cell in cells.items()}

    def _status_cells(self, cells: Any, count: int) -> dict[int, str]:
        """Statuses by cell; one text holds for all cells."""
        if cells is None:
            return {}
        if isinstance(cells, str):
            return dict.fromkeys(range(count), cells)
        return {place: "" if cell is None else str(cell) for place, cell in self._cells(cells, "status", count).items()}

    def _changed(self, what: str) -> SourceError:
        return self._faults.changed(what, self._answer)

"""Taldau, the information system of the Bureau of National Statistics: one index of one cube.

``SeriesRef.dataset`` is the index's id. ``key`` holds

* ``period``: the id of the kind of period, see :data:`KINDS`; cumulative kinds count from January,
  and are only collected because the register says so here;
* ``dics``: ids of the dictionaries, the regions' (67 or 68) first, separated by commas;
* ``terms`` or ``names``, and ``area.<term>`` for regions, see :mod:`indicators.sources.bureau`;
* ``measure`` (default 1) and ``unit``: the id and the printed name of the unit of measurement; where
  ``unit`` is given, another one is refused, which guards against a change of unit under one id;
* ``call``: ``tree`` for an index that only the tree of the site's own page gives, else ``data``;
* ``language``: of the address, ru, kk or en. It changes names, not numbers.

A question that the cube does not fit (a wrong measure, a missing dictionary) is answered with
status 500 and a page whose title names the fault, or with an empty list and status 200: both mean
that the register is wrong, and asking again does not help.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources import bureau
from indicators.sources.bureau import COUNTRY
from indicators.sources.collected import Collected
from indicators.sources.exchange import Fetched, Manner, Transport
from indicators.sources.faults import Faults

KINDS = {"4": "M", "5": "Q", "6": "S", "7": "A", "8": "M", "9": "Q", "10": "S", "12": "A", "16": "A"}
"""Frequency of each kind of period; 8, 9 and 10 are cumulative, 12 and 16 other years."""

REGIONS = ("67", "68")
LANGUAGES = ("ru", "kk", "en")
MANNER = Manner(final=frozenset({500}))

_COLUMN = re.compile(r"^y(\d{2})(\d{4})$", re.ASCII)
_ID = re.compile(r"^\d{1,12}$", re.ASCII)


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The index's values for the country and, for a regional series, for the regions that the key names.

    SeriesMissing where the service knows no such index, or has no value for these terms;
    SourceChanged where an answer has another shape or unit, where dates that the service lists do
    not come, and where the key does not fit the index.
    """
    call = _Call(series, source, transport, Faults(source, series))
    observations = call.tree() if call.key("call", "data") == "tree" else call.data()
    if all(o.status == "m" for o in observations):
        raise call.fault.missing("the service lists the index and has no value of it", call.raw[-1])
    day = call.fault.day(call.raw[-1])
    return Collected(
        series.id, tuple(call.raw), to_frame(observations), day, f"index {series.dataset} {day.isoformat()}"
    )


@dataclass
class _Call:
    """The calls for one series, whose answers gather in ``raw``."""

    series: SeriesRef
    source: SourceInfo
    transport: Transport
    fault: Faults
    raw: list[Fetched] = field(default_factory=list)
    unit: str = ""

    def __post_init__(self) -> None:
        kind, dics = self.key("period", ""), self.dics()
        if KINDS.get(kind) != self.series.frequency:
            raise self.fault.changed(f"key period: kind {kind!r} has not the series' frequency {self.series.frequency}")
        if not dics or dics[0] not in REGIONS:
            raise self.fault.changed(f"key dics: the first dictionary is to be a regions' one ({' or '.join(REGIONS)})")
        if not all(_ID.match(part) for part in (self.series.dataset, *dics, self.key("measure", "1"))):
            raise self.fault.changed("the ids of index, dictionaries and measure are numbers")
        if self.key("language", "ru") not in LANGUAGES:
            raise self.fault.changed(f"key language: {self.key('language', '')!r} is none of {', '.join(LANGUAGES)}")

    def key(self, name: str, default: str) -> str:
        return self.series.key.get(name, default)

    def dics(self) -> list[str]:
        return [part.strip() for part in self.key("dics", "").split(",") if part.strip()]

    def get(self, call: str, params: dict[str, str]) -> Any:
        """One answer of the Api as JSON."""
        answer = self.transport.get(self.source, f"{self.key('language', 'ru')}/Api/{call}", params, MANNER)
        self.raw.append(answer)
        return bureau.read_json(answer, self.fault)

    def data(self) -> list[Observation]:
        """Values by the Api's own calls: unit, dates, data."""
        index, kind, dics = self.series.dataset, self.key("period", ""), ",".join(self.dics())
        attributes = self.get("GetIndexAttributes", {"indexId": index})
        if not attributes:
            raise self.fault.missing("the service knows no such index", self.raw[-1])
        self._unit(attributes.get("measureName") if isinstance(attributes, dict) else None)
        dates = self._dates(self.get("GetIndexPeriods", {**self._question("p_dicIds", dics), "p_term_id": COUNTRY}))
        document = self.get(f"GetIndexData/{index}", {"period": kind, "dics": dics, "dateIds": ",".join(dates)})
        answer = self.raw[-1]
        slices = bureau.read_slices(document, answer, self.fault)
        found = bureau.chosen(slices, self.series, answer, self.fault)
        if len({day for part in found[NATION] for day in part.values}) != len(dates):
            came = sum(len(part.values) for part in found[NATION])
            raise self.fault.changed(f"the service lists {len(dates)} dates, values of {came} came", answer)
        observations: list[Observation] = []
        for area, parts in found.items():
            try:
                observations += bureau.joined([self._read(area, part.values) for part in parts])
            except ValueError as error:
                raise self.fault.changed(f"{parts[0].names[0][:60]}: {error}", answer) from error
        return observations

    def _read(self, area: str, values: dict[str, str | None]) -> list[Observation]:
        series = self.series
        return [
            bureau.observation(series, area, bureau.period_of(day, series.frequency), text, unit=self.unit)
            for day, text in values.items()
        ]

    def _question(self, dictionaries: str, dics: str) -> dict[str, str]:
        return {
            "p_measure_id": self.key("measure", "1"),
            "p_index_id": self.series.dataset,
            "p_period_id": self.key("period", ""),
            "p_terms": ",".join((COUNTRY, *filter(None, self.key("terms", "").split(",")))),
            dictionaries: dics,
        }

    def _dates(self, document: Any) -> list[str]:
        ids, names = (document.get(k) if isinstance(document, dict) else None for k in ("datesIds", "periodNameList"))
        if document == [] or ids == []:
            raise self.fault.missing("the service lists no date of the index for these terms", self.raw[-1])
        if not isinstance(ids, list) or not isinstance(names, list) or len(ids) != len(names):
            raise self.fault.changed("the list of dates has not as many datesIds as periodNameList", self.raw[-1])
        dates = [part.strip() for entry in ids for part in str(entry).split(",")]
        if not all(_ID.match(part) for part in dates) or len(set(dates)) != len(dates):
            raise self.fault.changed("the list of dates holds something else than different ids", self.raw[-1])
        return dates

    def _unit(self, told: Any) -> None:
        """Notes the unit that the service names, and refuses another than the register's."""
        self.unit = " ".join(str(told or "").split())
        expected = self.series.key.get("unit")
        if expected is not None and bureau.fold(str(told)) != bureau.fold(expected):
            raise self.fault.changed(
                f"the unit of measurement is {str(told)[:60]!r}, the register says {expected!r}", self.raw[-1]
            )

    def tree(self) -> list[Observation]:
        """Values by the page's tree: one node a term, one column a period (``y122023``)."""
        form = {
            "p_parent_id": "",
            **self._question("p_dicIds", ",".join(self.dics())),
            "p_keyword": "",
            "p_term_id": COUNTRY,
            "idx": "0",
            "filter": "",
            "id": "",
        }
        path = f"{self.key('language', 'ru')}/NewIndex/GetIndexTreeData"
        answer = self.transport.post(self.source, path, form, MANNER)
        self.raw.append(answer)
        nodes = bureau.read_json(answer, self.fault)
        if nodes == []:
            raise self.fault.missing("the service answers an empty list", answer)
        if not isinstance(nodes, list) or not all(isinstance(n, dict) and isinstance(n.get("id"), str) for n in nodes):
            raise self.fault.changed("the answer is not a list of nodes", answer)
        known, found = bureau.areas(self.series), dict[str, list[Observation]]()
        for node in nodes:
            area = known.get(node["id"])
            if area == NATION or (area and self.series.regional):
                self._unit(node.get("measureName"))
                if area in found:
                    raise self.fault.changed(f"area {area} came twice", answer)
                found[area] = self._node(area, node, answer)
        wanted = set(known.values()) if self.series.regional else {NATION}
        if NATION not in found or wanted - found.keys():
            raise self.fault.missing(f"no node is {', '.join(sorted(wanted - found.keys()))}", answer)
        return [o for area in sorted(found, key=lambda a: (a != NATION, a)) for o in found[area]]

    def _node(self, area: str, node: dict[str, Any], answer: Fetched) -> list[Observation]:
        found = []
        for column, value in node.items():
            shape = _COLUMN.match(column)
            if not shape:
                continue
            if value is not None and not isinstance(value, str):
                raise self.fault.changed(f"{column} of {area} is a {type(value).__name__}, not a number", answer)
            try:
                period = bureau.period_ending(int(shape[2]), int(shape[1]), self.series.frequency)
                found.append(bureau.observation(self.series, area, period, value, unit=self.unit))
            except ValueError as error:
                raise self.fault.changed(f"{column} of {area}: {error}", answer) from error
        if not found:
            raise self.fault.changed(f"the node of {area} has no column like y122023", answer)
        return sorted(found, key=lambda o: o.period)

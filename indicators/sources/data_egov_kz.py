"""Open data portal data.egov.kz, API v4: flat records of one dataset, with a key.

``SeriesRef.dataset`` is the dataset's name (apiUri). ``key`` holds

* ``version``: ``v3``; versions climb, and fields are renamed between them, so that the portal's
  description of the dataset is read first: a field that is gone, or a newer version, is an error;
* ``period`` and ``value``: the fields that hold them; ``area``: the field of the area, where the
  records are regional, with ``area.<its value>`` for every area, the country's own too;
* ``match.<field>``: the value that records of this series have in a field.

The key of the portal is a secret: it is no part of an address, an error or the archive. Without
one the portal answers 403. It counts requests: set ``requests_per_second`` to 0.5 or less.
"""

from __future__ import annotations

import json
import re
from typing import Any

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources import bureau
from indicators.sources.bureau import AREA
from indicators.sources.collected import Collected
from indicators.sources.errors import SeriesMissing
from indicators.sources.exchange import SECRET, Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.form_row import ordered

SIZE = 1000
MAX_PAGES = 100
MATCH = "match."

_VERSION = re.compile(r"^v([1-9]\d{0,2})$", re.ASCII)
_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(T00:00:00.*)?$", re.ASCII)


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The values of the records that the key chooses, in order of area and period.

    SeriesMissing where no record is left; SourceChanged where a field of the key is gone, a newer
    version is published, the portal answers with an error, a page repeats an earlier one, or two
    records give two values for one area and period.
    """
    reader = _Reader(series, source, transport)
    reader.description()
    records = reader.records()
    observations = reader.observations(records)
    day = reader.fault.day(reader.raw[-1])
    release = f"{series.dataset} {reader.version} {day.isoformat()}"
    return Collected(series.id, tuple(reader.raw), to_frame(observations), day, release)


class _Reader:
    """Reads one version of one dataset for one series."""

    def __init__(self, series: SeriesRef, source: SourceInfo, transport: Transport) -> None:
        self._series = series
        self._source = source
        self._transport = transport
        self.fault = Faults(source, series)
        self.raw: list[Fetched] = []
        self.version = series.key.get("version", "")
        if not _VERSION.match(self.version):
            raise self.fault.changed(f"key version: {self.version!r} is no version; write v1")
        self._fields = [series.key[name] for name in ("period", "value", "area") if name in series.key]
        if not {"period", "value"} <= series.key.keys():
            raise self.fault.changed("key: the fields of period and value are to be named")
        self._match = {k.removeprefix(MATCH): v for k, v in series.key.items() if k.startswith(MATCH)}

    def description(self) -> None:
        """Checks the fields of this version, and that there is no newer one."""
        answer = self._transport.get(self._source, f"meta/{self._series.dataset}/{self.version}", {})
        self.raw.append(answer)
        fields = self._described(answer)
        if fields is None:
            raise self.fault.missing(f"the portal does not describe version {self.version}: {_said(answer)}", answer)
        gone = [name for name in (*self._fields, *self._match) if name not in fields]
        if gone:
            there = ", ".join(sorted(fields))[:300]
            raise self.fault.changed(f"{self.version} has no field {', '.join(gone)}; its fields are {there}", answer)
        newer = f"v{int(self.version[1:]) + 1}"
        try:
            answer = self._transport.get(self._source, f"meta/{self._series.dataset}/{newer}", {})
        except SeriesMissing:
            return
        fields = self._described(answer)
        if fields is not None:
            what = f"version {newer} is published, with fields {', '.join(sorted(fields))[:300]}"
            raise self.fault.changed(f"{what}; version {self.version} is kept up no more", answer)

    def _described(self, answer: Fetched) -> set[str] | None:
        document = bureau.read_json(answer, self.fault)
        fields = document.get("fields") if isinstance(document, dict) else None
        return set(fields) if isinstance(fields, dict) and fields else None

    def records(self) -> list[dict[str, Any]]:
        """All records, page by page until one is not full."""
        found: list[dict[str, Any]] = []
        bodies: set[bytes] = set()
        for page in range(MAX_PAGES):
            must = [{"match": {field: value}} for field, value in self._match.items()]
            query = {"bool": {"must": must}} if must else {"match_all": {}}
            order = [{self._series.key["period"]: {"order": "asc"}}]
            asked = {"from": page * SIZE, "size": SIZE, "query": query, "sort": order}
            params = {"apiKey": SECRET, "source": json.dumps(asked, ensure_ascii=False)}
            answer = self._transport.get(self._source, f"api/v4/{self._series.dataset}/{self.version}", params)
            self.raw.append(answer)
            records = bureau.read_json(answer, self.fault)
            if not isinstance(records, list):
                raise self.fault.changed(f"the portal answers with an error: {_said(answer)}", answer)
            if not all(isinstance(record, dict) for record in records):
                raise self.fault.changed("the answer is not a list of records", answer)
            if records and answer.body in bodies:
                raise self.fault.changed(f"page {page + 1} repeats an earlier one", answer)
            if len(records) > SIZE:
                raise self.fault.changed(f"{SIZE} records were asked for, {len(records)} came", answer)
            bodies.add(answer.body)
            found += records
            if len(records) < SIZE:
                return found
        raise self.fault.changed(f"more than {MAX_PAGES * SIZE} records: name values in the key to choose some", answer)

    def observations(self, records: list[dict[str, Any]]) -> list[Observation]:
        """The records that have the values of the key, as observations."""
        found: dict[tuple[str, str], Observation] = {}
        answer = self.raw[-1]
        for record in records:
            if any(name not in record for name in (*self._fields, *self._match)):
                raise self.fault.changed(f"a record has not the fields of the key: {', '.join(record)[:200]}", answer)
            if any(bureau.fold(str(record[field])) != bureau.fold(value) for field, value in self._match.items()):
                continue  # the portal's search is for words, not for equality
            entry = self._observation(record, answer)
            if entry is None:
                continue
            same = found.setdefault((entry.area, entry.period), entry)
            if (same.published, same.status) != (entry.published, entry.status):
                what = f"two records give {same.published or 'nothing'} and {entry.published or 'nothing'}"
                raise self.fault.changed(f"{what} for {entry.period} of {entry.area}", answer)
        if not any(o.area == NATION and o.status != "m" for o in found.values()):
            raise self.fault.missing("the dataset has no value of the series for the country", answer)
        return ordered(found.values())

    def _observation(self, record: dict[str, Any], answer: Fetched) -> Observation | None:
        series, key = self._series, self._series.key
        area = NATION
        if "area" in key:
            known = {bureau.fold(k.removeprefix(AREA)): v for k, v in key.items() if k.startswith(AREA)}
            said = known.get(bureau.fold(str(record[key["area"]])))
            if said is None or (said != NATION and not series.regional):
                return None
            area = said
        period, value = record[key["period"]], record[key["value"]]
        if not isinstance(period, str) or not (value is None or isinstance(value, str)):
            raise self.fault.changed(f"a record's period or value is no text or number: {str(record)[:200]}", answer)
        try:
            return bureau.observation(series, area, _period(period.strip(), series.frequency), value)
        except ValueError as error:
            raise self.fault.changed(f"record of {period[:40]}: {error}", answer) from error


def _period(text: str, frequency: str) -> str:
    """A period written as a year, as ``2025-03``, or as its last day (``2025-03-31``, ``31.03.2025``)."""
    day = _DAY.match(text)
    if day:
        return bureau.period_of(f"{day[3]}.{day[2]}.{day[1]}", frequency)
    if "." in text:
        return bureau.period_of(text, frequency)
    return bureau.exact_period(text, frequency)


def _said(answer: Fetched) -> str:
    return " ".join(answer.body.decode("utf-8", "replace").split())[:200]

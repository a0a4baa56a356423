"""The United Nations' database of Sustainable Development Goal indicators.

``SeriesRef.dataset`` is the series code, ``SeriesRef.key`` holds ``areaCode`` (398) and the
dimensions that choose one row a year (``Sex: BOTHSEX``, ``Reporting Type: G``); an attribute such as
``Units`` may be named too and then guards the series. A series has rows by sex, age and location
beside its total, and regions of the world are numbered like countries: every row is compared with
the key. The bounds of estimates have no place in an observation and are left in the raw answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources.collected import Collected
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.number import read_number

AREA = "areaCode"
PAGE_SIZE = 1000
MAX_PAGES = 50
"""One area and one series fill a page or two; beyond this the filter did not hold."""

UNIT = "Units"

NATURE = {
    "C": "",  # country data
    "CA": "",  # country data, adjusted
    "G": "",  # global monitoring data
    "E": "e",  # estimated
    "M": "e",  # modelled
    "F": "e",  # forecast
    "N": "m",  # not relevant
    "NA": "",  # nature not available
    "_X": "",  # nature not specified
}
"""Codes of the attribute ``Nature`` as statuses of the register."""

NO_VALUE = frozenset({"", "NaN", "NA", "N"})


@dataclass(frozen=True, slots=True)
class _Page:
    pages: int
    total: int
    rows: list[dict[str, Any]]


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series' values for the area, all years.

    A value such as ``<0.1`` is no number: the year is kept as missing with the text as published.
    SeriesMissing where the service has no row under the key, SourceChanged where the key leaves
    several rows a year or several units, and where pages repeat or do not add up.
    """
    faults = Faults(source, series)
    raw: list[Fetched] = []
    rows: list[dict[str, Any]] = []
    first: _Page | None = None
    while first is None or len(raw) < first.pages:
        number = len(raw) + 1
        params = {
            "seriesCode": series.dataset,
            AREA: series.key.get(AREA, ""),
            "page": str(number),
            "pageSize": str(PAGE_SIZE),
        }
        answer = transport.get(source, "Series/Data", params)
        page = _page(answer, number, faults)
        first = first or page
        if (page.pages, page.total) != (first.pages, first.total):
            raise faults.changed(f"page {number} belongs to another list than page 1", answer)
        raw.append(answer)
        rows += page.rows
    if len(rows) != first.total:
        raise faults.changed(f"{first.total} rows were announced, {len(rows)} came", raw[-1])
    observations = _observations(rows, series, raw[-1], faults)
    day = faults.day(raw[0])
    return Collected(series.id, tuple(raw), to_frame(observations), day, f"{series.dataset} {day.isoformat()}")


def _page(answer: Fetched, number: int, faults: Faults) -> _Page:
    document = faults.document(answer)
    if not isinstance(document, dict):
        raise faults.changed("the answer is not an object of pages and data", answer)
    rows = document.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise faults.changed("'data' is not a list of rows", answer)
    total = _count(document, "totalElements", answer, faults)
    pages = _count(document, "totalPages", answer, faults)
    if total == 0:
        raise faults.missing("the service has no row of the series for the area", answer)
    if _count(document, "pageNumber", answer, faults) != number:
        raise faults.changed(f"page {number} was asked for, page {document['pageNumber']} came", answer)
    if not 1 <= pages <= min(total, MAX_PAGES):
        raise faults.changed(f"{pages} pages are announced for {total} rows", answer)
    return _Page(pages, total, rows)


def _count(document: dict[str, Any], field: str, answer: Fetched, faults: Faults) -> int:
    value = document.get(field)
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not 0 <= value < 10**9:
        raise faults.changed(f"{field!r} is {str(value)[:40]!r}, not a count", answer)
    return int(value)


def _observations(rows: list[dict[str, Any]], series: SeriesRef, answer: Fetched, faults: Faults) -> list[Observation]:
    area = _area(series.key.get(AREA, ""))
    wanted = {name: code for name, code in series.key.items() if name != AREA}
    chosen = []
    for row in rows:
        if row.get("series") != series.dataset:
            raise faults.changed(f"a row of another series came: {str(row.get('series'))[:40]!r}", answer)
        parts = {**_part(row, "attributes", answer, faults), **_part(row, "dimensions", answer, faults)}
        absent = [name for name in wanted if name not in parts]
        if absent:
            raise faults.changed(f"the rows have no {', '.join(absent)}; they have {', '.join(sorted(parts))}", answer)
        if _area(row.get("geoAreaCode")) == area and all(parts[name] == code for name, code in wanted.items()):
            chosen.append(row)
    if not chosen:
        raise faults.missing(f"no row of area {area} has the codes of the key among {len(rows)} rows", answer)
    _one_series(chosen, answer, faults)
    found: dict[str, Observation] = {}
    for row in chosen:
        observation = _observation(row, series, answer, faults)
        if observation.period in found:
            raise faults.changed(f"{observation.period} came twice under the key", answer)
        found[observation.period] = observation
    if all(math.isnan(o.value) for o in found.values()):
        raise faults.missing("no row under the key has a number", answer)
    return [found[period] for period in sorted(found)]


def _area(code: Any) -> str:
    """An area code as a plain number: the service writes 4 where lists of M49 write 004."""
    return str(code).lstrip("0")


def _part(row: dict[str, Any], name: str, answer: Fetched, faults: Faults) -> Mapping[str, Any]:
    part = row.get(name)
    if not isinstance(part, dict):
        raise faults.changed(f"a row has no {name}", answer)
    return part


def _one_series(rows: list[dict[str, Any]], answer: Fetched, faults: Faults) -> None:
    """Refuses rows that differ in a dimension or in the unit: they are no one series."""
    keys = [{**row["dimensions"], UNIT: row["attributes"].get(UNIT)} for row in rows]
    for name in sorted({name for key in keys for name in key}):
        codes = sorted({str(key.get(name)) for key in keys})
        if len(codes) > 1:
            remedy = f"add {name} with one of these codes to the series' key"
            raise faults.changed(f"the rows differ in {name}: {', '.join(codes[:20])}", answer, remedy)


def _observation(row: dict[str, Any], series: SeriesRef, answer: Fetched, faults: Faults) -> Observation:
    year = row.get("timePeriodStart")
    if not isinstance(year, Decimal) or year != year.to_integral_value() or not 1000 <= year <= 9999:
        raise faults.changed(f"'timePeriodStart' is {str(year)[:40]!r}, not a year", answer)
    period = str(int(year))
    text = row.get("value")
    if text is not None and not isinstance(text, str | Decimal):
        raise faults.changed(f"{period}: the value is a {type(text).__name__}, not text", answer)
    nature = str(row["attributes"].get("Nature", "_X"))
    if nature not in NATURE:
        raise faults.changed(f"{period}: unknown nature {nature[:40]!r}", answer)
    unit = str(row["attributes"].get(UNIT) or "")
    written = "" if text is None else str(text).strip()
    if written in NO_VALUE or NATURE[nature] == "m":
        return Observation(series.id, NATION, period, math.nan, "m", unit=unit)
    try:
        if written[0] in "<>":
            read_number(written.lstrip("<>=≤≥ "))
            return Observation(series.id, NATION, period, math.nan, "m", written, unit=unit)
        number = read_number(written)
    except ValueError as error:
        raise faults.changed(f"{period}: {error}", answer) from error
    decimals = number.decimals if series.decimals is None else series.decimals
    return Observation(series.id, NATION, period, number.value, NATURE[nature], number.text, decimals, unit)

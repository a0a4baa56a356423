"""The World Health Organization's Global Health Observatory (OData).

``SeriesRef.dataset`` is the indicator code, ``SeriesRef.key`` holds ``SpatialDim`` (KAZ) and the
dimensions that choose one row a year, by slot (``Dim1``) or by type (``SEX``): the slot of a type
changes between indicators. A code is compared without the prefix that repeats its type, because the
same sex is ``BTSX`` here and ``SEX_BTSX`` there. Rows of regions, income groups and the world stand
among those of countries. The bounds of estimates (Low, High) have no place in an observation: they
stay in the raw answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources.collected import Collected
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.number import Number, read_number

AREA = "SpatialDim"
NEXT = "@odata.nextLink"
SLOTS = ("Dim1", "Dim2", "Dim3", "DataSourceDim")
MAX_PAGES = 100

_CODE = re.compile(r"^[A-Za-z0-9_]{1,20}$", re.ASCII)
_SHOWN = re.compile(r"^[+-]?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?(?=$|[ \[])", re.ASCII)


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series' values for the country, all years.

    The number is NumericValue, its precision that of the text that WHO prints in Value; the two must
    agree. A year whose row has text and no number is kept as missing. SeriesMissing where no row is
    the country's under the key, SourceChanged where the key leaves several rows a year or the links
    between pages run in a circle or leave the service.
    """
    faults = Faults(source, series)
    area = series.key.get(AREA, "")
    if not _CODE.match(area):
        what = f"the key's {AREA} is {area!r}, not a country's code"
        raise faults.changed(what, None, f"write {AREA}: KAZ in the series' key in the register")
    raw: list[Fetched] = []
    rows: list[dict[str, Any]] = []
    for answer, part in _pages(series, source, transport, faults):
        raw.append(answer)
        rows += part
    observations = _observations(rows, series, raw[-1], faults)
    day = faults.day(raw[0])
    return Collected(series.id, tuple(raw), to_frame(observations), day, f"{series.dataset} {day.isoformat()}")


def _pages(
    series: SeriesRef, source: SourceInfo, transport: Transport, faults: Faults
) -> Iterator[tuple[Fetched, list[dict[str, Any]]]]:
    path, params = series.dataset, {"$filter": f"{AREA} eq '{series.key[AREA]}'"}
    asked = set()
    while True:
        answer = transport.get(source, path, params)
        asked.add(_request(path, params))
        document = faults.document(answer)
        rows = document.get("value") if isinstance(document, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise faults.changed("the answer is not an OData list of rows", answer)
        yield answer, rows
        link = document.get(NEXT)
        if link is None:
            return
        path, params = _next(str(link), answer, source, faults)
        if _request(path, params) in asked:
            raise faults.changed("the links between pages run in a circle", answer)
        if len(asked) == MAX_PAGES:
            raise faults.changed(f"the rows fill more than {MAX_PAGES} pages: the filter did not hold", answer)


def _request(path: str, params: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return path, tuple(sorted(params.items()))


def _next(link: str, answer: Fetched, source: SourceInfo, faults: Faults) -> tuple[str, dict[str, str]]:
    """Path and parameters of the next page; the link may be relative and must stay in the service."""
    base = (source.base_url or "").rstrip("/") + "/"
    try:
        target = urljoin(answer.url, link)
        parts = urlsplit(target)
    except ValueError as error:
        raise faults.changed(f"the link to the next page cannot be read: {link[:80]!r}", answer) from error
    if not target.startswith(base):
        raise faults.changed(f"the link to the next page leaves the service: {link[:80]!r}", answer)
    return unquote(parts.path[len(urlsplit(base).path) :]), dict(parse_qsl(parts.query))


def _observations(rows: list[dict[str, Any]], series: SeriesRef, answer: Fetched, faults: Faults) -> list[Observation]:
    wanted = {name: code for name, code in series.key.items() if name != AREA}
    found: dict[str, Observation] = {}
    keys: list[dict[str, str]] = []
    for row in rows:
        if row.get("IndicatorCode") != series.dataset:
            raise faults.changed(f"a row of another indicator came: {str(row.get('IndicatorCode'))[:40]!r}", answer)
        if row.get("SpatialDimType") != "COUNTRY" or row.get(AREA) != series.key[AREA]:
            continue
        key = _dimensions(row)
        if any(key.get(name) != _bare(code, _type(row, name)) for name, code in wanted.items()):
            continue
        keys.append(key)
        observation = _observation(row, series, answer, faults)
        _one_series(keys[0], key, answer, faults)
        if observation.period in found:
            raise faults.changed(f"{observation.period} came twice under the key", answer)
        found[observation.period] = observation
    if not found:
        raise faults.missing(f"none of {len(rows)} rows is the country's with the codes of the key", answer)
    if all(math.isnan(o.value) for o in found.values()):
        raise faults.missing("no row under the key has a number", answer)
    return [found[period] for period in sorted(found)]


def _dimensions(row: Mapping[str, Any]) -> dict[str, str]:
    """The row's codes by slot and by type, each without the prefix of its type."""
    found = {}
    for slot in SLOTS:
        kind, code = row.get(f"{slot}Type"), row.get(slot)
        if code is not None:
            found[slot] = found[str(kind)] = _bare(str(code), str(kind))
    return found


def _type(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(f"{name}Type")) if name in SLOTS else name


def _bare(code: str, kind: str) -> str:
    return code.removeprefix(f"{kind}_")


def _one_series(first: Mapping[str, str], key: Mapping[str, str], answer: Fetched, faults: Faults) -> None:
    for name in sorted(first.keys() | key.keys()):
        if first.get(name) != key.get(name):
            codes = f"{first.get(name, 'none')}, {key.get(name, 'none')}"
            remedy = f"add {name} with one of these codes to the series' key"
            raise faults.changed(f"the rows differ in {name}: {codes}", answer, remedy)


def _observation(row: Mapping[str, Any], series: SeriesRef, answer: Fetched, faults: Faults) -> Observation:
    year, value = row.get("TimeDim"), row.get("NumericValue")
    if row.get("TimeDimType") != "YEAR" or not isinstance(year, Decimal) or not re.fullmatch(r"\d{4}", str(year)):
        raise faults.changed(f"{str(year)[:40]!r} ({str(row.get('TimeDimType'))[:40]}) is not a year", answer)
    period = str(year)
    if value is None:
        return Observation(series.id, NATION, period, math.nan, "m")
    try:
        if not isinstance(value, Decimal):
            raise ValueError(f"NumericValue is a {type(value).__name__}, not a number")
        number = read_number(str(value))
        shown = _shown(row.get("Value"))
        if shown and abs(shown.value - number.value) > 10**-shown.decimals * 1.0001:
            raise ValueError(f"NumericValue is {number.text}, and Value prints {shown.text}")
    except ValueError as error:
        raise faults.changed(f"{period}: {error}", answer) from error
    decimals = (shown or number).decimals if series.decimals is None else series.decimals
    return Observation(series.id, NATION, period, number.value, "", number.text, decimals)


def _shown(text: Any) -> Number | None:
    """The number at the beginning of the printed text (``12.7 [11.1-14.4]``, ``1 250``); None for other texts."""
    match = _SHOWN.match(text) if isinstance(text, str) else None
    return read_number(re.sub(r"\s", "", match[0])) if match else None

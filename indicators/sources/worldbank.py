"""World Bank Indicators API v2: one country, one indicator, all years.

The service answers errors with status 200, sometimes in XML although JSON was asked for, and the
vintage of its figures stands in the answer (``lastupdated``). Values are unrounded floats: the
text of the number is kept, and its decimals count as the precision unless the register states it
(``SeriesRef.decimals``), because the API drops trailing zeros and never says how well it knows.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources.collected import Collected
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.number import read_number

PER_PAGE = 1000
"""Holds every year of one country; larger sizes work too, some smaller ones gave errors."""

MAX_PAGES = 20
"""More than the months of a century need; beyond it the header is wrong."""

NOT_THERE = frozenset({"120", "175"})
"""Ids of the messages 'invalid value' and 'indicator not found, deleted or archived'."""

STATUS = {"": "", "E": "e", "F": "e", "P": "p", "B": "b"}
"""The API's ``obs_status`` as a status of the register; F is a forecast, so an estimate."""

_PERIOD = re.compile(r"^(\d{4})(?:Q([1-4])|M(0[1-9]|1[0-2]))?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    pages: int
    total: int
    vintage: date
    rows: list[dict[str, Any]]


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series' values for the country, every year from the first to the last that has one.

    Years without a value between two with one are kept as missing (status ``m``); the empty rows
    before and after are only the frame of the World Bank's table and are left out. SeriesMissing
    where the service knows no such indicator or has no value, SourceChanged where its answer has
    another shape, and where a page repeats an earlier one.
    """
    fault = _Fault(source, series)
    path = f"country/{NATION}/indicator/{series.dataset}"
    raw: list[Fetched] = []
    pages: list[_Page] = []
    wanted = 1
    while len(pages) < wanted:
        params = {"format": "json", "per_page": str(PER_PAGE), "page": str(len(pages) + 1)}
        answer = transport.get(source, path, params)
        page = _page(answer, fault)
        if page.number != len(pages) + 1:
            raise fault.changed(f"page {len(pages) + 1} was asked for, page {page.number} came", answer)
        if not pages:
            wanted = page.pages
            if not 1 <= wanted <= min(page.total, MAX_PAGES):
                raise fault.changed(f"{wanted} pages are announced for {page.total} values", answer)
        raw.append(answer)
        pages.append(page)
    rows = [row for page in pages for row in page.rows]
    if len(rows) != pages[0].total:
        raise fault.changed(f"{pages[0].total} values were announced, {len(rows)} came", raw[-1])
    if len({page.vintage for page in pages}) > 1:
        raise fault.changed("the pages belong to different releases", raw[-1])
    observations = _trimmed(_observations(rows, series, raw[-1], fault))
    if not observations:
        raise fault.missing("the service lists the indicator and has no value for the country", raw[0])
    vintage = pages[0].vintage
    return Collected(
        series_id=series.id,
        raw=tuple(raw),
        observations=to_frame(observations),
        known_from=raw[0].known_from or vintage,
        release=f"WDI {vintage.isoformat()}",
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """Makes errors that name the source, the series and the address."""

    source: SourceInfo
    series: SeriesRef

    def changed(self, what: str, answer: Fetched) -> SourceError:
        return self._error(SourceChanged, what, answer, "open the address and compare its answer with the API's manual")

    def missing(self, what: str, answer: Fetched) -> SourceError:
        remedy = "see whether the indicator was renamed or archived, and correct the series in the register"
        return self._error(SeriesMissing, what, answer, remedy)

    def _error(self, kind: type[SourceError], what: str, answer: Fetched, remedy: str) -> SourceError:
        return kind(what, source=self.source.id, series=self.series.id, url=answer.url, remedy=remedy)


def _page(answer: Fetched, fault: _Fault) -> _Page:
    try:
        text = answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault.changed(f"the answer is not UTF-8 text: {error.reason}", answer) from error
    if text.lstrip().startswith("<"):
        raise _markup(answer, fault)
    try:
        document = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise fault.changed(f"the answer is not JSON: {error}", answer) from error
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        raise fault.changed("the answer is not the API's list of a header and rows", answer)
    header = document[0]
    if "message" in header:
        raise _refusal(_messages(header["message"]), answer, fault)
    rows = document[1] if len(document) > 1 else None
    if rows is None:
        rows = []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise fault.changed("the second part of the answer is not a list of values", answer)
    page = _Page(
        number=_count(header, "page", answer, fault),
        pages=_count(header, "pages", answer, fault),
        total=_count(header, "total", answer, fault),
        vintage=_vintage(header, answer, fault),
        rows=rows,
    )
    if page.total == 0:
        raise fault.missing("the service has no value of the indicator for the country", answer)
    return page


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _count(header: dict[str, Any], field: str, answer: Fetched, fault: _Fault) -> int:
    """A count of the header, which some calls write as a string."""
    text = str(header.get(field))
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise fault.changed(f"{field!r} in the header is {text[:40]!r}, not a count", answer)
    return int(text)


def _vintage(header: dict[str, Any], answer: Fetched, fault: _Fault) -> date:
    text = str(header.get("lastupdated"))
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise fault.changed(f"'lastupdated' is {text[:40]!r}, not a day", answer) from error


def _messages(value: Any) -> list[tuple[str, str]]:
    entries = value if isinstance(value, list) else [value]
    return [(str(e.get("id")), str(e.get("value"))) for e in entries if isinstance(e, dict)]


def _refusal(messages: list[tuple[str, str]], answer: Fetched, fault: _Fault) -> SourceError:
    said = "; ".join(f"{number}: {text[:200]}" for number, text in messages) or "no reason given"
    if any(number in NOT_THERE for number, _ in messages):
        return fault.missing(f"the service refused with message {said}", answer)
    return fault.changed(f"the service refused with message {said}", answer)


def _markup(answer: Fetched, fault: _Fault) -> SourceError:
    """What an answer in markup means: the API's own error in XML, or a page of somebody else."""
    try:
        root = fromstring(answer.body.removeprefix(b"\xef\xbb\xbf").lstrip())
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return fault.changed("the answer is a web page, not JSON", answer)
    if not str(root.tag).endswith("}error"):
        return fault.changed(f"the answer is XML ({str(root.tag)[:60]}), not JSON", answer)
    return _refusal([(str(e.get("id")), (e.text or "").strip()) for e in root], answer, fault)


def _observations(
    rows: Iterable[dict[str, Any]], series: SeriesRef, answer: Fetched, fault: _Fault
) -> list[Observation]:
    found: dict[str, Observation] = {}
    for row in rows:
        if _id(row, "indicator") != series.dataset:
            raise fault.changed(f"a value of another indicator came: {_id(row, 'indicator')!r}", answer)
        if _id(row, "country") != NATION:
            raise fault.changed(f"a value of another country came: {_id(row, 'country')!r}", answer)
        observation = _observation(row, series, answer, fault)
        if observation.period in found:
            what = f"{observation.period} came twice: a page repeats an earlier one"
            raise fault.changed(what, answer)
        found[observation.period] = observation
    return [found[period] for period in sorted(found)]


def _id(row: dict[str, Any], field: str) -> Any:
    part = row.get(field)
    return part.get("id") if isinstance(part, dict) else None


def _observation(row: dict[str, Any], series: SeriesRef, answer: Fetched, fault: _Fault) -> Observation:
    shape = _PERIOD.match(str(row.get("date")))
    if not shape:
        raise fault.changed(f"{str(row.get('date'))[:40]!r} is not a period", answer)
    year, quarter, month = shape.groups()
    period = f"{year}-Q{quarter}" if quarter else f"{year}-{month}" if month else year
    if "value" not in row:
        raise fault.changed(f"{period} has no field 'value'", answer)
    value, unit = row["value"], str(row.get("unit") or "").strip()
    if value is None:
        return Observation(series.id, NATION, period, math.nan, "m", unit=unit)
    status = STATUS.get(str(row.get("obs_status") or ""))
    if status is None:
        raise fault.changed(f"{period}: unknown observation status {str(row['obs_status'])[:40]!r}", answer)
    if not isinstance(value, Decimal | str):
        raise fault.changed(f"{period}: the value is a {type(value).__name__}, not a number", answer)
    try:
        number = read_number(str(value))
    except ValueError as error:
        raise fault.changed(f"{period}: {error}", answer) from error
    decimals = number.decimals if series.decimals is None else series.decimals
    return Observation(series.id, NATION, period, number.value, status, number.text, decimals, unit)


def _trimmed(observations: list[Observation]) -> list[Observation]:
    """Without the empty rows before the first value and after the last."""
    valued = [n for n, o in enumerate(observations) if o.status != "m"]
    return observations[valued[0] : valued[-1] + 1] if valued else []

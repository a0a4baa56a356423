"""Workbooks of stat.gov.kz: a sheet a year, a column a period, a row an item; 50 to 90 megabytes.

Sheets are read as streams, one row in memory at a time, to their ends: a label that stands in a
sheet twice is refused. The reader is openpyxl. python-calamine 0.9 is some fifteen times as fast, but
lays a sheet out in memory up to its farthest cell: two cells in a file of a kilobyte end the process,
and no exception tells of it. ``benchmarks/workbook.py`` measures what is read here.

``SeriesRef.key`` holds ``row`` (the label of the country's row, by default Республика Казахстан),
``area.<label>`` for regions, and ``sheet`` (a text that the names of the sheets to read contain).

The row of a sheet that holds periods (``январь 2025 года*``, ``I квартал 2025 года``, ``2025 год``) is
its header; an asterisk marks provisional values. The first text of a row below, left of the periods,
is its label. Headers that span months (``январь-март 2025 года``) are cumulative: they are read, as the
period that ends with the last month, where the key says ``cumulative: yes``, and refused elsewhere.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import load_workbook

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation
from indicators.sources import bureau
from indicators.sources.bureau import COUNTRY_NAME
from indicators.sources.exchange import Fetched
from indicators.sources.faults import Faults

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
PARTS = {"i квартал": 3, "ii квартал": 6, "iii квартал": 9, "iv квартал": 12, "i полугодие": 6, "ii полугодие": 12}
"""Parts of a year by the month with which they end."""

UNPACKED = 30
"""A workbook may unpack to this many times the source's ``max_bytes``: it is read as a stream."""

STRINGS = "xl/sharedStrings.xml"
"""The one part of a workbook that has to be held in memory; it is kept below ``max_bytes``."""

MAX_COLUMNS = 400

_HEADER = re.compile(
    rf"^(?:(?P<span>{'|'.join(MONTHS)})\s*[-–]\s*)?(?P<part>{'|'.join((*MONTHS, *PARTS))})?\s*(?P<year>\d{{4}})\s*"
    r"(?:г\.|года|год)?\s*(?P<mark>\*)?$"
)


def read_workbook(series: SeriesRef, source: SourceInfo, answer: Fetched, fault: Faults) -> list[Observation]:
    """The rows that the key names, from every sheet that has them, the nation first, each by period."""
    _bounded(source, answer, fault)
    found: dict[tuple[str, str], Observation] = {}
    try:
        workbook = load_workbook(io.BytesIO(answer.body), read_only=True, data_only=True, keep_links=False)
        sheets = [name for name in workbook.sheetnames if series.key.get("sheet", "") in name]
        parts = [entry for name in sheets for entry in _sheet(name, workbook[name], series)]
        workbook.close()
    except _Refused as refused:
        raise fault.changed(str(refused), answer) from refused
    except Exception as error:  # openpyxl names no exception of its own for a broken part
        what = f"the workbook cannot be read ({type(error).__name__}: {str(error)[:120]})"
        raise fault.changed(what, answer) from error
    for place, entry in parts:
        same = found.setdefault((entry.area, entry.period), entry)
        if (same.published, same.status) != (entry.published, entry.status):
            raise fault.changed(f"{place}: a second value for {entry.period} of {entry.area}", answer)
    if not any(area == NATION for area, _ in found):
        raise fault.missing(f"no sheet has a row {_labels(series)[0]!r} below a header of periods", answer)
    return [found[k] for k in sorted(found, key=lambda k: (k[0] != NATION, k))]


class _Refused(ValueError):
    """A sheet that is not laid out as this module reads it."""


def _bounded(source: SourceInfo, answer: Fetched, fault: Faults) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(answer.body)) as parts:
            sizes = {part.filename: part.file_size for part in parts.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise fault.changed(f"the file is not an XLSX workbook: {error}", answer) from error
    if sum(sizes.values()) > UNPACKED * source.max_bytes or sizes.get(STRINGS, 0) > source.max_bytes:
        what = f"the workbook unpacks to {sum(sizes.values())} bytes; raise max_bytes if that is right"
        raise fault.changed(what, answer)


def _labels(series: SeriesRef) -> tuple[str, dict[str, str]]:
    """The country's label, and area codes by label."""
    own = bureau.fold(series.key.get("row", COUNTRY_NAME))
    return own, {**bureau.areas(series), own: NATION}


def _sheet(name: str, sheet: Any, series: SeriesRef) -> Iterator[tuple[str, Observation]]:
    """Values of the wanted rows with their places."""
    _, known = _labels(series)
    known = {label: area for label, area in known.items() if area == NATION or series.regional}
    header: list[tuple[int, str, str]] = []
    waiting = set(known.values())
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = row[:MAX_COLUMNS]  # asked for so many, the reader would fill every row up to them
        if not header:
            header = _header(cells, series, f"{name}!{number}")
            continue
        label = next((bureau.fold(c) for c in cells[: header[0][0]] if isinstance(c, str) and c.strip()), "")
        area = known.get(label)
        if area is None:
            continue
        if area not in waiting:
            raise _Refused(f"{name}!{number}: a second row {label!r}; choose one by the key's row or sheet")
        waiting.discard(area)
        for column, period, status in header:
            place = f"{name}!{number}, column {column + 1}"
            yield place, _value(series, area, period, cells[column] if column < len(cells) else None, status, place)


def _header(cells: Sequence[Any], series: SeriesRef, place: str) -> list[tuple[int, str, str]]:
    """Column, period and status of every period of the series in a row; empty where the row has none."""
    cumulative = bureau.flag(series.key, "cumulative")
    found: list[tuple[int, str, str]] = []
    for column, cell in enumerate(cells):
        shape = _HEADER.match(bureau.fold(cell)) if isinstance(cell, str) else None
        if not shape or (shape["part"] is None and series.frequency != "A"):
            continue
        part, year = shape["part"], int(shape["year"])
        if shape["span"] and not cumulative:
            raise _Refused(f"{place}: {cell.strip()!r} counts from {shape['span']}; the series is not cumulative")
        month = 12 if part is None else PARTS.get(part) or MONTHS.index(part) + 1
        if _length(shape, cumulative) is not None and _length(shape, cumulative) != series.frequency:
            continue
        try:
            period = bureau.period_ending(year, month, series.frequency)
        except ValueError:
            continue  # a month within a longer period of the series
        if any(period == other for _, other, _ in found):
            raise _Refused(f"{place}: two columns are {period}")
        found.append((column, period, "p" if shape["mark"] else ""))
    return found


def _length(shape: re.Match[str], cumulative: bool) -> str | None:
    """Frequency of the period that a header names; None for spans, which are cumulative and fit all."""
    part = shape["part"]
    if shape["span"] or (cumulative and part in MONTHS):
        return None
    if part is None:
        return "A"
    return "M" if part in MONTHS else "Q" if "квартал" in part else "S"


def _value(series: SeriesRef, area: str, period: str, cell: Any, status: str, place: str) -> Observation:
    if cell is not None and (isinstance(cell, bool) or not isinstance(cell, str | int | float)):
        raise _Refused(f"{place}: a {type(cell).__name__} is not a number")
    try:
        return bureau.observation(series, area, period, None if cell is None else str(cell), status)
    except ValueError as error:
        raise _Refused(f"{place}: {error}") from error

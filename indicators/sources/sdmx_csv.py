"""SDMX-CSV data messages, read row by row.

Version 1.0 begins with the column DATAFLOW, version 2.x with STRUCTURE, STRUCTURE_ID and, where
rows may replace or delete, ACTION. The first cell tells the separator of columns, and in
``STRUCTURE[;]`` that of several values in one cell. With labels, ``A: Value A`` stands for ``A``.
Order of columns carries no meaning in version 2, but in every message seen the columns before
OBS_VALUE are dimensions: they, the columns named in the key and the unit tell one series from another.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter

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

_START = re.compile(r'^"?(?:DATAFLOW|STRUCTURE(?:\[.\])?)(?::[^,;\t|]*)?"?([,;\t|])')
_ID = re.compile(r"^[A-Za-z][\w@$-]*$", re.ASCII)
_NO_DIMENSIONS = frozenset(
    {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "LAST UPDATE"}
    | {TIME, MULTIPLIER, *STATUS}
)
_UPDATE = "%d/%m/%y %H:%M:%S"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Positions of what is read; None where the message has no such column."""

    names: tuple[str, ...]
    labelled: frozenset[int]
    series: tuple[int, ...]
    time: int
    value: int
    flags: int | None
    secrecy: int | None
    action: int | None
    multiplier: int | None


def read_csv(body: bytes, key: Collection[str], choose: Choose) -> Iterator[Datum]:
    """Observations of the series that ``choose`` picks; ``key`` names the components it looks at.

    NotSdmx where the text is no SDMX-CSV, where a row has another number of cells than the header,
    and where the last line has no end: the message was cut off.
    """
    if body and not body.endswith((b"\n", b"\r")):
        raise NotSdmx("the message is cut off: its last line has no end")
    lines = csv.reader(_text(body), delimiter=_separator(body), strict=True)
    try:
        columns = _columns(next(lines, []), key)
        yield from _data(lines, columns, choose)
    except csv.Error as error:
        raise NotSdmx(f"line {lines.line_num} is not CSV: {error}") from error
    except UnicodeDecodeError as error:
        raise NotSdmx(f"the message is not UTF-8 text: {error.reason}") from error


def last_update(body: bytes) -> date | None:
    """The day in Eurostat's column LAST UPDATE; None where there is no such column, NotSdmx where it is no day."""
    lines = csv.reader(_text(body), delimiter=_separator(body))
    header, first = next(lines, []), next(lines, [])
    if "LAST UPDATE" not in header or len(first) != len(header):
        return None
    text = first[header.index("LAST UPDATE")]
    try:
        return datetime.strptime(text, _UPDATE).date()
    except ValueError as error:
        raise NotSdmx(f"LAST UPDATE is {text[:40]!r}, not a day as 31/12/26 23:00:00") from error


def _text(body: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline="")


def _separator(body: bytes) -> str:
    start = _START.match(body[:200].decode("utf-8-sig", "replace"))
    if not start:
        raise NotSdmx("the first column is neither DATAFLOW nor STRUCTURE")
    return start[1]


def _columns(header: list[str], key: Collection[str]) -> _Columns:
    names = tuple(cell.partition(":")[0].strip() for cell in header)
    named = [n for n in names if n]
    if len(set(named)) != len(named):
        raise NotSdmx(f"line 1 names a column twice: {', '.join(names)[:200]}")
    places = {name: place for place, name in enumerate(names)}
    absent = [n for n in (TIME, VALUE, *key) if n not in places]
    if absent:
        raise NotSdmx(f"line 1 has no column {', '.join(absent)}: {', '.join(names)[:200]}")
    value = places[VALUE]
    series = [
        place
        for place, name in enumerate(names)
        if name in key or name in UNITS or (place < value and name not in _NO_DIMENSIONS and _ID.match(name))
    ]
    return _Columns(
        names=names,
        labelled=frozenset(place for place, cell in enumerate(header) if ":" in cell),
        series=tuple(series),
        time=places[TIME],
        value=value,
        flags=next((places[name] for name in STATUS if name in places), None),
        secrecy=places.get(SECRECY),
        action=places.get("ACTION"),
        multiplier=places.get(MULTIPLIER),
    )


def _data(lines: Iterator[list[str]], columns: _Columns, choose: Choose) -> Iterator[Datum]:
    width, time, value = len(columns.names), columns.time, columns.value
    flags, secrecy, action, multiplier = columns.flags, columns.secrecy, columns.action, columns.multiplier
    written = _picker(columns.series if action is None else (*columns.series, action))
    chosen: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}  # action (empty: not chosen) and unit by series
    for number, cells in enumerate(lines, start=2):
        if len(cells) != width:
            if not cells:
                continue
            raise NotSdmx(f"row {number} has {len(cells)} cells, the header {width}")
        if columns.labelled:
            cells = [cell.partition(":")[0].strip() if n in columns.labelled else cell for n, cell in enumerate(cells)]
        series = written(cells)
        known = chosen.get(series)
        if known is None:
            deed = "I" if action is None else ACTIONS.get(cells[action])
            if deed is None:
                raise NotSdmx(f"row {number} has an unknown action")
            parts = {columns.names[place]: cells[place] for place in columns.series}
            known = chosen[series] = deed if choose(parts, deed) else "", tuple(parts.get(name, "") for name in UNITS)
        deed, unit = known
        if not deed or (deed == "D" and not cells[value] and any(cells[value + 1 :])):
            continue  # another series, or a deletion of attributes that leaves the value
        yield Datum(
            deed,
            cells[time],
            cells[value],
            "" if flags is None else cells[flags],
            "" if secrecy is None else cells[secrecy],
            unit,
            "" if multiplier is None else cells[multiplier],
        )


def _picker(places: tuple[int, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the cells of some columns as a tuple; itemgetter gives no tuple for fewer than two."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)

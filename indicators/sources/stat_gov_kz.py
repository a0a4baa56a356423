"""Files of stat.gov.kz: an element of the statistics pages as JSON, as a table of text, or as a workbook.

The address of an element redirects to a static file, which may lie on another host: name that host
in ``allowed_hosts``. ``SeriesRef.dataset`` is the element's id. ``key`` holds

* ``format``: ``json`` (slices of the Bureau's cube), ``csv`` (which is separated by tabs) or ``xlsx``;
* ``language``: of the address and of names, ru, kk or en;
* ``cumulative``: ``yes`` where values count from January, as those of gross domestic product do.
  They are handed on as published; a yearly series takes those of December alone;
* for JSON ``terms`` or ``names``, and ``area.<term>`` for regions, see :mod:`indicators.sources.bureau`;
* for CSV ``area`` (the column of the area, by default the one that begins with КАТО), ``area.<code>``
  for every area, the country's own too, and a value for every other column by which rows differ;
* for workbooks see :mod:`indicators.sources.stat_gov_workbook`.
"""

from __future__ import annotations

import csv
import io
import re

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources import bureau
from indicators.sources.bureau import AREA
from indicators.sources.collected import Collected
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.stat_gov_workbook import read_workbook

CUMULATIVE = frozenset({"4439"})
"""Elements that are known to count from January: gross domestic product."""

LANGUAGES = ("ru", "kk", "en")
PLACES = {"json": "json/file", "csv": "csv/file", "xlsx": "file"}
"""Where an element's file of each format lies."""

SETTINGS = frozenset({"format", "language", "cumulative", "area", "sheet", "row"})
"""Entries of a key that are no column of a CSV file."""

_CUT = re.compile(r"^КАТО|^KATO", re.IGNORECASE)
_MONTH = re.compile(r"^(\d{4})(\d{2})?$", re.ASCII)


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The element's values for the country and, for a regional series, for the areas that the key names.

    Two slices with the same terms, as a change of method leaves them, become one series with status
    ``b`` where the later begins; SourceChanged where they disagree, where the file has another
    layout, and for an element known to be cumulative whose key does not say so.
    """
    fault = Faults(source, series)
    form, language = series.key.get("format", "json"), series.key.get("language", "ru")
    if form not in PLACES or language not in LANGUAGES:
        raise fault.changed(f"key: format {form!r} and language {language!r} are not both known")
    cumulative = _cumulative(series, fault)
    answer = transport.get(source, f"api/iblock/element/{series.dataset}/{PLACES[form]}/{language}/", {})
    reader = {"json": _slices, "csv": _table, "xlsx": read_workbook}[form]
    observations = reader(series, source, answer, fault)
    day = fault.day(answer)
    release = f"element {series.dataset} {day.isoformat()}" + (", cumulative from January" if cumulative else "")
    return Collected(series.id, (answer,), to_frame(observations), day, release)


def _cumulative(series: SeriesRef, fault: Faults) -> bool:
    try:
        cumulative = bureau.flag(series.key, "cumulative")
    except ValueError as error:
        raise fault.changed(str(error)) from error
    if series.dataset in CUMULATIVE and not cumulative:
        raise fault.changed(
            f"the values of element {series.dataset} count from January: write cumulative: yes into the series' key, "
            "and say so in its title"
        )
    return cumulative


def _slices(series: SeriesRef, source: SourceInfo, answer: Fetched, fault: Faults) -> list[Observation]:
    slices = bureau.read_slices(bureau.read_json(answer, fault), answer, fault)
    found: list[Observation] = []
    for area, parts in bureau.chosen(slices, series, answer, fault).items():
        try:
            found += bureau.joined([_segment(series, area, part) for part in parts])
        except ValueError as error:
            raise fault.changed(f"{parts[0].names[0][:60]}: {error}", answer) from error
    if not any(o.area == NATION and o.status != "m" for o in found):
        raise fault.missing("the element has no value for the country", answer)
    return found


def _segment(series: SeriesRef, area: str, part: bureau.Slice) -> list[Observation]:
    yearly = series.frequency == "A" and bureau.flag(series.key, "cumulative")
    return [
        bureau.observation(series, area, bureau.period_of(day, series.frequency), text)
        for day, text in part.values.items()
        if not yearly or day.startswith("31.12.")
    ]


def _table(series: SeriesRef, source: SourceInfo, answer: Fetched, fault: Faults) -> list[Observation]:
    """The rows of a file separated by tabs that have the key's values."""
    columns, rows = _rows(answer, fault)
    area_column = series.key.get("area") or next((c for c in columns if _CUT.match(c)), "")
    match = {k: v for k, v in series.key.items() if k not in SETTINGS and not k.startswith(AREA)}
    for column in (area_column, "PERIOD", "VAL", *match):
        if column not in columns:
            there = ", ".join(columns)[:300]
            raise fault.changed(f"the file has no column {column or 'КАТО'!r}; its columns are {there}", answer)
    known, found = bureau.areas(series), dict[tuple[str, str], tuple[int, Observation]]()
    for line, cells in rows:
        row = dict(zip(columns, cells, strict=True))
        area = known.get(bureau.fold(row[area_column]))
        if area is None or (area != NATION and not series.regional):
            continue
        if any(bureau.fold(row[c]) != bureau.fold(v) for c, v in match.items()):
            continue
        try:
            period = _period(row["PERIOD"], series)
            entry = bureau.observation(series, area, period, row["VAL"]) if period else None
        except ValueError as error:
            raise fault.changed(f"line {line}: {error}", answer) from error
        if entry is None:
            continue
        before = found.setdefault((area, entry.period), (line, entry))
        if (before[1].published, before[1].status) != (entry.published, entry.status):
            what = f"lines {before[0]} and {line} give two values for {entry.period} of {area}"
            raise fault.changed(f"{what}: name in the key the columns by which they differ", answer)
    if not any(area == NATION for area, _ in found):
        raise fault.missing("no row is the country's with the values of the key", answer)
    return [found[k][1] for k in sorted(found, key=lambda k: (k[0] != NATION, k))]


def _rows(answer: Fetched, fault: Faults) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault.changed(f"the file is not UTF-8 text: {error.reason}", answer) from error
    if text.lstrip().startswith("<"):
        raise fault.changed("the answer is a web page, not a file", answer)
    if not text.endswith("\n"):
        raise fault.changed("the file is cut off: its last line has no end", answer)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if cells]
    except csv.Error as error:
        raise fault.changed(f"line {reader.line_num} is not text separated by tabs: {error}", answer) from error
    if len(set(columns)) != len(columns):
        raise fault.changed(f"line 1 names a column twice: {', '.join(columns)[:200]}", answer)
    for line, cells in rows:
        if len(cells) != len(columns):
            raise fault.changed(f"line {line} has {len(cells)} cells, the header {len(columns)}", answer)
    return columns, rows


def _period(text: str, series: SeriesRef) -> str | None:
    """The period of ``201911`` or ``2019``; None for months that a yearly series of cumulative values leaves out."""
    shape = _MONTH.match(text)
    if not shape:
        raise ValueError(f"PERIOD {text[:40]!r} is not a month written 201911")
    if shape[2] is None:
        if series.frequency != "A":
            raise ValueError(f"PERIOD {text} is a year, the series has frequency {series.frequency}")
        return bureau.period_ending(int(shape[1]), 12, "A")
    if series.frequency == "A" and bureau.flag(series.key, "cumulative") and shape[2] != "12":
        return None
    return bureau.period_ending(int(shape[1]), int(shape[2]), series.frequency)

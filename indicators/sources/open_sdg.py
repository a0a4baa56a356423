"""Open SDG platforms: an indicator as a static CSV file of coded columns.

Read is the ``untranslated`` build, whose columns and values are the codes of the data repository
(``/ru/data/…`` and ``/en/data/…`` hold the same rows with translated labels instead). The columns
of the Kazakh platform are Year, UNIT_MEASURE, SERIES, ACTIVITY, REF_AREA, URBANISATION, SEX, AGE,
GeoCode and Value, each indicator with those that it needs. A row with every disaggregation empty
is the national total; a row with only REF_AREA filled is a region.

The files are kept by hand and show it: white space inside codes and around values, keys that occur
twice with two values, rows whose cells slid one column. The first is mended, the second is handed
on so that the checks see it, the third is refused with its line.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources.collected import Collected
from indicators.sources.errors import SeriesMissing, SourceError
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.number import precision, read_multiplier, read_number

REGION = "REF_AREA"
WRITTEN = "VALUE AS WRITTEN"
UNITS = frozenset({"UNIT_MEASURE", "UNITS"})
MULTIPLIER = "UNIT_MULT"
NOT_DIMENSIONS = frozenset({"YEAR", "VALUE", "GEOCODE", MULTIPLIER}) | UNITS
"""Columns that are no disaggregation. GeoCode repeats REF_AREA for the platform's maps."""

_YEAR = re.compile(r"^\d{4}$", re.ASCII)
_AREA = re.compile(r"^[A-Z]{2}[A-Z0-9_]*$", re.ASCII)
_NAMELESS = re.compile(r"^(UNNAMED:\d+)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Table:
    """The file as codes: columns in capitals, rows with their line numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series' national values and, for a regional series, its regions' values.

    ``series.key`` filters columns by code; names of columns are compared without regard to case,
    because platforms write SERIES and Series. A key may name UNIT_MEASURE too, which then guards the
    series against a change of unit under the same id. SourceChanged where the file has another
    layout or mixes units, SeriesMissing where no national row is left.
    """
    answer = transport.get(source, f"untranslated/data/{series.dataset}.csv", {})
    reader = _Reader(series, source, answer)
    observations = reader.observations()
    day = answer.known_from or answer.retrieved
    if day is None:
        raise reader.changed("neither the day of the release nor of the request is known")
    return Collected(series.id, (answer,), to_frame(observations), day, f"{series.dataset} {day.isoformat()}")


class _Reader:
    """Reads one answer for one series."""

    def __init__(self, series: SeriesRef, source: SourceInfo, answer: Fetched) -> None:
        self._series = series
        self._source = source
        self._answer = answer

    def changed(self, what: str) -> SourceError:
        remedy = "look at the file; if its owner changed it on purpose, correct the series in the register"
        return Faults(self._source, self._series).changed(what, self._answer, remedy)

    def observations(self) -> list[Observation]:
        """The series' rows in order; keys that occur with two values appear twice."""
        table = self._table()
        key = {_code(column).upper(): _code(value) for column, value in self._series.key.items()}
        for column in key:
            if column not in table.columns:
                found = ", ".join(table.columns)
                raise self.changed(f"the file has no column {column} any more; its columns are {found}")
        dimensions = [c for c in table.columns if c not in NOT_DIMENSIONS | key.keys() and c != REGION]
        chosen = [
            (line, row)
            for line, row in table.rows
            if all(row[c] == v for c, v in key.items()) and not any(row[c] for c in dimensions)
        ]
        self._one_unit(chosen)
        found_keys: dict[tuple[str, str], list[Observation]] = {}
        for line, row in chosen:
            area = row.get(REGION) or NATION
            if area != NATION and not self._series.regional:
                continue
            observation = self._observation(line, row, area)
            same = found_keys.setdefault((area, observation.period), [])
            if not any(_same(observation, other) for other in same):
                same.append(observation)
        if not any(area == NATION for area, _ in found_keys):
            raise self._missing(table, key)
        order = sorted(found_keys, key=lambda k: (k[0] != NATION, k))
        return [observation for k in order for observation in found_keys[k]]

    def _table(self) -> _Table:
        try:
            text = self._answer.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.changed(f"the file is not UTF-8 text: {error.reason}") from error
        if text.lstrip().startswith("<"):
            raise self.changed("the answer is a web page, not a CSV file")
        if not text.endswith("\n"):
            raise self.changed("the file is cut off: its last line has no end")
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            columns = tuple(_code(name).upper() for name in next(lines, []))
            self._header(columns)
            rows = tuple((lines.line_num, self._row(columns, cells, lines.line_num)) for cells in lines if any(cells))
        except csv.Error as error:
            raise self.changed(f"line {lines.line_num} is not CSV: {error}") from error
        return _Table(tuple(c for c in columns if not _NAMELESS.match(c)), rows)

    def _header(self, columns: tuple[str, ...]) -> None:
        named = [c for c in columns if not _NAMELESS.match(c)]
        for needed in ("YEAR", "VALUE"):
            if needed not in named:
                raise self.changed(f"line 1 names no column {needed}: {', '.join(columns)[:200]!r}")
        if len(set(named)) != len(named):
            raise self.changed(f"line 1 names a column twice: {', '.join(columns)[:200]!r}")

    def _row(self, columns: tuple[str, ...], cells: list[str], line: int) -> dict[str, str]:
        if len(cells) != len(columns):
            raise self.changed(f"line {line} has {len(cells)} cells, the header {len(columns)}")
        row = {}
        for column, cell in zip(columns, cells, strict=True):
            value = cell.strip() if column == "VALUE" else _code(cell)
            if value and (_NAMELESS.match(column) or (column == REGION and not _AREA.match(value))):
                raise self.changed(f"line {line} is shifted: {value[:40]!r} stands under {column or 'no column'}")
            row[column] = value
            if column == "VALUE":
                row[WRITTEN] = cell  # as the source wrote it: the check of untidy text is to see it
        if not row["VALUE"] and any(_is_number(v) for c, v in row.items() if c not in ("YEAR", WRITTEN)):
            raise self.changed(f"line {line} is shifted: it has no value, and a number in another column")
        if not _YEAR.match(row["YEAR"]):
            raise self.changed(f"line {line}: {row['YEAR'][:40]!r} is not a year")
        return row

    def _one_unit(self, chosen: list[tuple[int, dict[str, str]]]) -> None:
        """Refuses rows of several units: they are no one series."""
        units = sorted({row[c] for _, row in chosen for c in UNITS & row.keys()})
        if len(units) > 1:
            what = f"the rows have several units: {', '.join(u or 'none' for u in units)}"
            raise self.changed(f"{what}; add UNIT_MEASURE to the series' key to choose one")

    def _observation(self, line: int, row: Mapping[str, str], area: str) -> Observation:
        series = self._series
        unit = next((row[c] for c in sorted(UNITS & row.keys()) if row[c]), "")
        try:
            multiplier = read_multiplier(row.get(MULTIPLIER, ""))
            if not row["VALUE"]:
                return Observation(series.id, area, row["YEAR"], math.nan, "m", unit=unit, multiplier=multiplier)
            number = read_number(row["VALUE"])
        except ValueError as error:
            raise self.changed(f"line {line}: {error}") from error
        decimals = precision(number, series.decimals)
        return Observation(series.id, area, row["YEAR"], number.value, "", row[WRITTEN], decimals, unit, multiplier)

    def _missing(self, table: _Table, key: Mapping[str, str]) -> SeriesMissing:
        wanted = ", ".join(f"{c}={v}" for c, v in key.items()) or "all disaggregations empty"
        there = "; ".join(f"{c}: {', '.join(sorted({r[c] for _, r in table.rows if r[c]})[:20])}" for c in key)
        return SeriesMissing(
            f"no national row with {wanted}" + (f" (the file has {there})" if there else ""),
            source=self._source.id,
            series=self._series.id,
            url=self._answer.url,
            remedy="compare the series' key in the register with the codes of the file",
        )


def _code(text: str) -> str:
    """A code without the white space that strays into the files (``KZ YUZ``, ``_L_KZ_090102_1 I``)."""
    return "".join(text.split())


def _is_number(text: str) -> bool:
    try:
        read_number(text)
    except ValueError:
        return False
    return True


def _same(one: Observation, other: Observation) -> bool:
    """True for a repeated row: the same value, or no value in both."""
    return one.value == other.value or one.status == other.status == "m"

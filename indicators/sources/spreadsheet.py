"""Spreadsheets of a ministry: the project's own XLSX form, read back with every cell checked.

The form (:func:`indicators.sources.form.write_template`) has a sheet ``data`` with one figure a
row and a sheet ``about`` that says who sends which series, when, and where the figures come from.
Formulas are refused: what was typed is what counts, and a formula's value depends on the reader.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import Observation, to_frame
from indicators.sources.collected import Collected
from indicators.sources.errors import SeriesMissing, SourceError
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.form import ABOUT, COLUMNS
from indicators.sources.form_row import RowError, ordered, read_row

MAX_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's value and whether a formula stands in it."""

    value: Any
    formula: bool


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The figures of the workbook ``<dataset>.xlsx``, known from the day it was sent.

    SourceChanged names sheet and cell of the first thing that is not as the form has it,
    SeriesMissing says that the form holds no figure. ``release`` names sender and day.
    """
    answer = transport.get(source, f"{series.dataset}.xlsx", {})
    reader = _Reader(series, source, answer)
    sheets = reader.sheets()
    sender, sent = reader.about(sheets)
    observations = reader.observations(sheets["data"])
    known = answer.known_from or sent
    return Collected(series.id, (answer,), to_frame(observations), known, f"{sender}, {sent.isoformat()}")


class _Reader:
    """Reads one workbook for one series."""

    def __init__(self, series: SeriesRef, source: SourceInfo, answer: Fetched) -> None:
        self._series = series
        self._source = source
        self._answer = answer

    def changed(self, what: str) -> SourceError:
        remedy = "mend the workbook, or ask the sender for a new one on the project's form"
        return Faults(self._source, self._series).changed(what, self._answer, remedy)

    def sheets(self) -> dict[str, list[list[Cell]]]:
        """The cells of both sheets; SourceChanged where the bytes are no such workbook."""
        try:
            with zipfile.ZipFile(io.BytesIO(self._answer.body)) as parts:
                size = sum(part.file_size for part in parts.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise self.changed(f"the file is not an XLSX workbook: {error}") from error
        if size > self._source.max_bytes:
            raise self.changed(f"the workbook unpacks to more than {self._source.max_bytes} bytes")
        try:
            found = _cells(self._answer.body)
        except Exception as error:  # openpyxl names no exception of its own for a broken part
            what = f"the workbook cannot be read ({type(error).__name__}: {error})"
            raise self.changed(what) from error
        for name in ("data", "about"):
            if name not in found:
                raise self.changed(f"there is no sheet {name!r}")
            if len(found[name]) > MAX_ROWS:
                raise self.changed(f"sheet {name!r} has more than {MAX_ROWS} rows")
        return found

    def about(self, sheets: dict[str, list[list[Cell]]]) -> tuple[str, date]:
        """Sender and day of sending, after a check that the form is this series'."""
        values: dict[str, tuple[str, Any]] = {}
        for number, row in enumerate(sheets["about"], 1):
            label = self._text(row, number, 1, "about")
            if label in ABOUT:
                values[label] = (f"about!B{number}", self._plain(row, number, 2, "about").value)
        for label in ABOUT:
            if label not in values or values[label][1] in (None, ""):
                raise self.changed(f"sheet 'about' does not say {label!r}")
        place, named = values["series"]
        if str(named).strip() != self._series.id:
            raise self.changed(f"{place}: the form is for series {str(named)[:80]!r}")
        place, sent = values["date sent"]
        return str(values["sender"][1]).strip(), self._day(sent, place)

    def _day(self, value: Any, place: str) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError as error:
            raise self.changed(f"{place}: {str(value)[:40]!r} is not a day; write 2026-07-01") from error

    def observations(self, rows: Sequence[list[Cell]]) -> list[Observation]:
        """The figures below the header, in order of area and period; repeated rows collapse.

        Periods are of the series' frequency; a series without a rhythm may mix years and months.
        """
        header = tuple(self._text(rows[0], 1, n, "data") for n in range(1, len(COLUMNS) + 1)) if rows else ()
        if header != COLUMNS:
            raise self.changed(f"data!A1: the header is {', '.join(header)!r}, not {', '.join(COLUMNS)!r}")
        found: list[Observation] = []
        for number, row in enumerate(rows[1:], 2):
            if any(cell.value not in (None, "") for cell in row):
                found.append(self._observation(row, number))
        if not found:
            raise SeriesMissing(
                "sheet 'data' holds no figure",
                source=self._source.id,
                series=self._series.id,
                url=self._answer.url,
                remedy="ask the sender to fill the form in",
            )
        return ordered(found)

    def _observation(self, row: list[Cell], number: int) -> Observation:
        period, area, status = (self._text(row, number, column, "data") for column in (1, 2, 4))
        try:
            return read_row(self._series, period, area, self._figure(row, number), status)
        except RowError as error:
            letter = get_column_letter(COLUMNS.index(error.column) + 1)
            raise self.changed(f"data!{letter}{number}: {error.what}") from error

    def _figure(self, row: list[Cell], number: int) -> str:
        """The value as it was typed, or as the workbook keeps it where the cell is a number."""
        value = self._plain(row, number, 3, "data").value
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.changed(f"data!C{number}: {str(value)[:40]!r} is not a number")
        return str(value)

    def _text(self, row: list[Cell], number: int, column: int, sheet: str) -> str:
        """A cell as text; a whole number, as which Excel keeps a year, without its point."""
        value = self._plain(row, number, column, sheet).value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def _plain(self, row: list[Cell], number: int, column: int, sheet: str) -> Cell:
        cell = row[column - 1] if column <= len(row) else Cell(None, False)
        if cell.formula:
            place = f"{sheet}!{get_column_letter(column)}{number}"
            raise self.changed(f"{place}: a formula stands in the cell; type the value itself")
        return cell


def _cells(body: bytes) -> dict[str, list[list[Cell]]]:
    """Every cell of the form's two sheets, as openpyxl reads them."""
    workbook = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
    found: dict[str, list[list[Cell]]] = {}
    for name in ("data", "about"):
        if name in workbook.sheetnames:
            rows = workbook[name].iter_rows(max_col=len(COLUMNS), max_row=MAX_ROWS + 1)
            found[name] = [[Cell(cell.value, cell.data_type == "f") for cell in row] for row in rows]
    workbook.close()
    return found

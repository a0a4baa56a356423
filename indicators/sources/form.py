"""The project's own spreadsheet form: what a ministry fills in and sends.

The bytes depend on nothing but the content: no clock, no order of a set, no compression library,
so that a committed form can be written again and compared.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from indicators.register.model import Region, SeriesRef
from indicators.register.observation import NATION, STATUSES

COLUMNS = ("period", "area", "value", "status", "note")
"""Header of the sheet ``data``."""

ABOUT = ("series", "sender", "date sent", "source of the figures")
"""Labels of the sheet ``about``, each with its value in the cell to the right."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_EPOCH = datetime(2000, 1, 1)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_LAST_ROW = 1000


@dataclass(frozen=True, slots=True)
class FormRow:
    """One figure as it is typed: ``value`` None where ``status`` says why there is none."""

    period: str
    area: str
    value: float | str | None
    status: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form's content: who sends the figures, when, and where they come from."""

    sender: str
    sent: date
    source: str
    rows: tuple[FormRow, ...]


def write_template(series: SeriesRef, regions: Iterable[Region], filled: Filled | None = None) -> bytes:
    """The XLSX form of a series: empty for the sender, or with the content of ``filled``.

    Cells for area and status offer what is allowed: the country, the ``regions`` where the series
    is regional, and the statuses of the register.
    """
    workbook = Workbook()
    workbook.properties.creator = "Oryndau"
    workbook.properties.created = _EPOCH
    data = workbook.worksheets[0]
    data.title = "data"
    rows = filled.rows if filled else ()
    areas = [NATION, *(sorted(r.code for r in regions) if series.regional else ())]
    _data_sheet(data, rows, areas)
    _about_sheet(workbook.create_sheet("about"), series, filled)
    return _packed(workbook)


def _data_sheet(sheet: Worksheet, rows: Sequence[FormRow], areas: Sequence[str]) -> None:
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append((row.period, row.area, row.value, row.status or None, row.note or None))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6EE")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDE", (12, 12, 14, 10, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    _choice(sheet, "B", areas, "Code of the country or of a region")
    _choice(sheet, "D", [s for s in STATUSES if s], "; ".join(f"{k or 'empty'}: {v}" for k, v in STATUSES.items()))


def _choice(sheet: Worksheet, letter: str, values: Sequence[str], prompt: str) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(values)}"', allow_blank=True, showDropDown=False)
    rule.prompt = prompt[:250]
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(rule)


def _about_sheet(sheet: Worksheet, series: SeriesRef, filled: Filled | None) -> None:
    values = (series.id, filled.sender, filled.sent.isoformat(), filled.source) if filled else (series.id, "", "", "")
    for label, value in zip(ABOUT, values, strict=True):
        sheet.append((label, value or None))
    sheet.append(())
    for label, text in (("title", series.title), ("unit", series.unit.name)):
        for lang in ("kk", "ru", "en"):
            sheet.append((f"{label} ({lang})", text.get(lang)))
    how = "Write one figure a row on the sheet 'data': no formulas, periods as 2024, 2024-S1, 2024-Q1 or 2024-08."
    sheet.append(("how to fill in", how))
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 100
    for row in sheet.iter_rows(min_col=2, max_col=2):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")


def _packed(workbook: Workbook) -> bytes:
    """The workbook as bytes without the clock: openpyxl stamps the day of saving into both zip and properties."""
    first = io.BytesIO()
    workbook.save(first)
    workbook.properties.modified = _EPOCH
    packed = io.BytesIO()
    with zipfile.ZipFile(first) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as out:
        for name in parts.namelist():
            body = tostring(workbook.properties.to_tree()) if name == "docProps/core.xml" else parts.read(name)
            out.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), body)
    return packed.getvalue()

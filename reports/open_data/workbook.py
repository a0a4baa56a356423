"""An edition's tables as one XLSX workbook: a sheet that explains every column, then a sheet a table.

Numbers are numbers and dates are dates. A text is stored as text whatever it begins with, and one
that a spreadsheet would take for a formula when it is edited is marked as quoted. The bytes depend
on the edition alone: the moment of writing is nowhere in the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Day
from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from reports import language
from reports.model import LANGUAGES, Edition
from reports.open_data.tables import Cell, Table

MOST_CHARACTERS = 32_767
"""What a cell of the format holds."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment of a ZIP file
_CORE = "docProps/core.xml"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML 1.0 cannot hold
_WIDTHS = {"string": 28, "number": 13, "integer": 11, "boolean": 10, "date": 12}


class WorkbookError(ValueError):
    """A table does not fit the format."""


def workbook(edition: Edition, tables: Sequence[Table]) -> bytes:
    """The workbook; WorkbookError names the sheet, row and column of a text that is too long for a cell."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _codebook(book.create_sheet("columns"), tables)
    for table in tables:
        sheet = book.create_sheet(table.name)
        _begin(sheet, [field.name for field in table.fields], [_WIDTHS[field.type] for field in table.fields])
        for row in table.rows:
            _append(sheet, row)
    buffer = BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue(), edition)


def _codebook(sheet: Worksheet, tables: Sequence[Table]) -> None:
    """A row a column of every sheet: its type and its meaning in each language."""
    _begin(sheet, ["sheet", "column", "type", *LANGUAGES], [16, 24, 10, 60, 60, 60])
    for table in tables:
        _append(sheet, (table.name, None, None, *map(table.title, LANGUAGES)))
        for field in table.fields:
            _append(sheet, (table.name, field.name, field.type, *map(field.description, LANGUAGES)))


def _begin(sheet: Worksheet, names: Sequence[str], widths: Sequence[int]) -> None:
    """The header, which stays in view, and the widths of the columns."""
    sheet.freeze_panes = "A2"
    _append(sheet, names)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.cell(1, number).font = Font(bold=True)


def _append(sheet: Worksheet, row: Sequence[Cell]) -> None:
    number = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for column, value in enumerate(row, start=1):
        cell = sheet.cell(number, column)
        if not isinstance(value, str):
            cell.value = value
            continue
        text = _FORBIDDEN.sub("\ufffd", value)
        if len(text) > MOST_CHARACTERS:
            raise WorkbookError(
                f"sheet {sheet.title}, {cell.coordinate}: a text of {len(text)} characters does not fit a cell of "
                f"{MOST_CHARACTERS}: shorten it in the register"
            )
        cell.value = text
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        if text.startswith(FORMULA_STARTS):
            cell.quotePrefix = True


def _timeless(body: bytes, edition: Edition) -> bytes:
    """The same package with the edition's day for every moment in it."""
    known = _midnight(edition.as_of)
    core = DocumentProperties(
        title=edition.id,
        creator=language.label("ui.author", "en"),
        identifier=edition.id,
        created=known,
        modified=known,
    )
    out = BytesIO()
    with ZipFile(BytesIO(body)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = tostring(core.to_tree()) if name == _CORE else old.read(name)
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, part)
    return out.getvalue()


def _midnight(day: Day) -> datetime:
    return datetime.combine(day, time())

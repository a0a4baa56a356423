"""Everything that is published of an edition beside its pages: data in four formats, and two descriptions of them."""

from __future__ import annotations

from reports.attachments import Attachment, attachments, csv_of, file_stem, table_name
from reports.model import Edition
from reports.open_data.datapackage import datapackage
from reports.open_data.dcat import dcat
from reports.open_data.sdmx import fields, sdmx_csv
from reports.open_data.tables import tables
from reports.open_data.workbook import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def open_data(edition: Edition) -> tuple[Attachment, ...]:
    """The files by name, those that a PDF carries first; the same edition gives the same bytes."""
    stem = file_stem(edition.id)
    found = tables(edition)
    described = {table_name(edition.id, table): table for table in found}
    carried = attachments(edition)
    names = {file.name for file in carried}
    more = tuple(
        Attachment(name, csv_of(table), "text/csv", "data", f"file.{table.name}")
        for name, table in described.items()
        if name not in names
    )
    sdmx = Attachment(f"{stem}_sdmx.csv", sdmx_csv(edition), "text/csv", "data", "file.sdmx")
    book = Attachment(f"{stem}.xlsx", workbook(edition, found), XLSX, "data", "file.workbook")
    data = (*carried, *more, sdmx, book)
    package = datapackage(edition, data, {**described, sdmx.name: fields()})
    description = Attachment("datapackage.json", package, "application/json", "data", "file.datapackage")
    listed = (*data, description)
    return (*listed, Attachment("dcat.jsonld", dcat(edition, listed), "application/ld+json", "data", "file.dcat"))

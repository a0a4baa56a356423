"""Open data of an edition: the files that every PDF carries, and that stand beside it.

The JSON is the edition itself, byte for byte what its SHA-256 is taken of. The CSV files are the
tables and charts of the page in UTF-8 with a header; they hold all three languages, so that the
documents of one edition carry the same data.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from reports.model import Edition, LawEdition, canonical_json
from reports.open_data.tables import Table, history, indicators, laws, measures


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of data beside a PDF or in it; ``relationship`` is its role there (ISO 19005-3: Source or Data)."""

    name: str
    body: bytes
    media_type: str
    relationship: str
    label: str  # key of its description in the layout's catalogue


def file_stem(edition_id: str) -> str:
    """An edition's id as a plain file name: ``KZ-Z090000165__2026-Q3``."""
    return edition_id.replace("/", "_")


def file_name(edition_id: str, lang: str) -> str:
    """Name of an edition's PDF in a language; the overview links to the scorecards by it."""
    return f"{file_stem(edition_id)}_{lang}.pdf"


def brief_name(edition_id: str, lang: str) -> str:
    """Name of the hearing brief of a law's edition in a language."""
    return f"{file_stem(edition_id)}_brief_{lang}.pdf"


def attachments(edition: Edition) -> tuple[Attachment, ...]:
    """The JSON first, then the tables of the page and its charts as CSV."""
    stem = file_stem(edition.id)
    shown: tuple[Table, ...]
    if isinstance(edition, LawEdition):
        shown = (indicators(edition), measures(edition), history(edition))
    else:
        shown = (laws(edition),)
    source = Attachment(f"{stem}.json", canonical_json(edition), "application/json", "source", "file.edition")
    return source, *(
        Attachment(table_name(edition.id, table), csv_of(table), "text/csv", "data", f"file.{table.name}")
        for table in shown
    )


def table_name(edition_id: str, table: Table) -> str:
    """Name of a table's CSV file."""
    return f"{file_stem(edition_id)}_{table.name}.csv"


def csv_of(table: Table) -> bytes:
    """A table as CSV: UTF-8, a header, RFC 4180."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(field.name for field in table.fields)
    writer.writerows(table.rows)
    return buffer.getvalue().encode()

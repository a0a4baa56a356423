"""``datapackage.json``: what is in an edition's files, readable by machines (Frictionless Data Package, version 1).

Every CSV file is described column by column, so the description is the codebook: name, type and,
in three languages, meaning with unit. The license property of the standard says under what terms
the whole package may be used; an edition joins series of several owners, so it is given for each
source and for the whole not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date as Day
from typing import Any

from indicators.register.model import Text
from reports import language
from reports.attachments import Attachment, file_stem
from reports.model import LANGUAGES, Edition, LawEdition
from reports.open_data.tables import Field, Table

Columns = Table | tuple[Field, ...]
PAGE_LANGUAGE = "en"
"""Language of the properties that the standard allows once; the others stand beside them."""


def datapackage(edition: Edition, files: Sequence[Attachment], tables: Mapping[str, Columns]) -> bytes:
    """The description of ``files``; ``tables`` holds the columns of those that are CSV, by file name."""
    title = titles(edition)
    body: dict[str, Any] = {
        "profile": "data-package",
        "name": file_stem(edition.id).lower(),
        "id": edition.id,
        "title": title[PAGE_LANGUAGE],
        "titles": title,
        "description": language.label("data.package", PAGE_LANGUAGE),
        "descriptions": in_languages("data.package"),
        "created": f"{edition.as_of.isoformat()}T00:00:00Z",
        "version": edition.id.partition("/")[2],
        "referenceDate": edition.reference_date.isoformat(),
        "method": edition.method,
        "register": edition.register_version,
        "sources": _sources(edition),
        "resources": [_resource(file, tables.get(file.name)) for file in files],
    }
    return json_file(body)


def titles(edition: Edition) -> dict[str, str]:
    """The title of an edition in each language."""
    if isinstance(edition, LawEdition):
        return texts(edition.title)
    if edition.committee is None:
        return in_languages("ui.overview.title.all")
    return texts(edition.committee)


def texts(text: Text) -> dict[str, str]:
    """A text by language."""
    return {lang: text.get(lang) for lang in LANGUAGES}


def in_languages(key: str) -> dict[str, str]:
    """A text of the catalogues by language."""
    return {lang: language.label(key, lang) for lang in LANGUAGES}


def digest(body: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(body).hexdigest()


def json_file(body: Any) -> bytes:
    """JSON for people too: indented, in the order given, the same bytes every time."""
    return (json.dumps(body, ensure_ascii=False, indent=2, allow_nan=False, default=_day) + "\n").encode()


def _day(value: object) -> str:
    if isinstance(value, Day):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _sources(edition: Edition) -> list[dict[str, Any]]:
    if not isinstance(edition, LawEdition):
        return [{"title": row.edition, "sha256": row.sha256} for row in edition.rows]
    return [
        {
            "title": f"{row.id} {row.title.get(PAGE_LANGUAGE)}",
            **({} if row.url is None else {"path": row.url}),
            "owner": row.owner.get(PAGE_LANGUAGE),
            "licence": row.licence,
            "series": row.series,
            "sha256": row.raw_sha256,
        }
        for row in edition.sources
    ]


def _resource(file: Attachment, table: Columns | None) -> dict[str, Any]:
    name, _, ending = file.name.rpartition(".")
    common = {
        "name": f"{name}.{ending}".lower(),
        "path": file.name,
        "title": language.label(f"ui.{file.label}", PAGE_LANGUAGE),
        "titles": in_languages(f"ui.{file.label}"),
        "format": ending,
        "mediatype": file.media_type,
        "bytes": len(file.body),
        "hash": f"sha256:{digest(file.body)}",
    }
    if table is None:
        return common
    fields = table.fields if isinstance(table, Table) else table
    schema: dict[str, Any] = {"fields": [_field(field) for field in fields], "missingValues": [""]}
    if isinstance(table, Table) and table.key:
        schema["primaryKey"] = list(table.key)
    return common | {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema}


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "description": field.description(PAGE_LANGUAGE),
        "descriptions": {lang: field.description(lang) for lang in LANGUAGES},
    }

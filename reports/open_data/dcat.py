"""``dcat.jsonld``: an edition as a dataset of a catalogue (W3C DCAT 3, JSON-LD 1.1).

The context stands in the file, so that no reader has to fetch one. Addresses of the distributions
are relative to the file itself: a portal that takes the folder over needs to change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Day
from typing import Any

from indicators.register import period as periods
from reports.attachments import Attachment
from reports.model import LANGUAGES, Edition, LawEdition, SourceRow
from reports.open_data.datapackage import digest, in_languages, json_file, texts, titles

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"
_LICENCES = {"CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/"}
"""Licences that have an address of their own; any other is given in the owner's words."""

Node = dict[str, Any]


def dcat(edition: Edition, files: Sequence[Attachment]) -> bytes:
    """The dataset with ``files`` as its distributions."""
    return json_file(
        {
            "@context": _CONTEXT,
            "@id": "",
            "@type": "dcat:Dataset",
            "dct:identifier": edition.id,
            "dct:title": _said(titles(edition)),
            "dct:description": _said(in_languages("data.package")),
            "dct:creator": {"@type": "foaf:Agent", "foaf:name": "Oryndau"},
            "dct:language": [{"@id": _LANGUAGES + lang} for lang in LANGUAGES],
            "dct:issued": _typed("date", edition.as_of.isoformat()),
            "dct:spatial": {"@type": "dct:Location", "dct:identifier": edition.country},
            "dct:temporal": _span(edition),
            "dct:rights": {"@type": "dct:RightsStatement", "dct:description": _said(in_languages("data.rights"))},
            "dcat:version": edition.id.partition("/")[2],
            "dct:source": _sources(edition),
            "dcat:distribution": [_distribution(file) for file in files],
        }
    )


def _said(by_language: dict[str, str]) -> list[Node]:
    return [{"@language": lang, "@value": text} for lang, text in by_language.items()]


def _typed(kind: str, value: str) -> Node:
    return {"@type": f"xsd:{kind}", "@value": value}


def _span(edition: Edition) -> Node:
    """From the first period with a value to the reference date."""
    found = []
    if isinstance(edition, LawEdition):
        found = [point.period for row in edition.indicators for point in row.history]
        found += [year for year, score, _ in edition.trajectory if score is not None]
    first = min(map(_start, found), default=edition.reference_date)
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _typed("date", first.isoformat()),
        "dcat:endDate": _typed("date", edition.reference_date.isoformat()),
    }


def _start(period: str) -> Day:
    """First day of a period."""
    last = periods.end(period).replace(day=1)
    return periods.add_months(last, 1 - periods.MONTHS[periods.frequency(period)])


def _sources(edition: Edition) -> list[Node]:
    if not isinstance(edition, LawEdition):
        return [{"dct:identifier": row.edition} for row in edition.rows]
    return [_source(row) for row in edition.sources]


def _source(row: SourceRow) -> Node:
    """A series with its owner and licence; only an address that is one of the web is a link."""
    node: Node = {
        "@type": "dcat:Dataset",
        "dct:identifier": row.series,
        "dct:title": _said(texts(row.title)),
        "dct:rightsHolder": {"@type": "foaf:Agent", "foaf:name": _said(texts(row.owner))},
    }
    if row.licence in _LICENCES:
        node["dct:license"] = {"@id": _LICENCES[row.licence]}
    else:
        node["dct:rights"] = {"@type": "dct:RightsStatement", "dct:description": row.licence}
    if row.url is not None and row.url.startswith(("https://", "http://")):
        node["dcat:landingPage"] = {"@id": row.url}
    return node


def _distribution(file: Attachment) -> Node:
    return {
        "@type": "dcat:Distribution",
        "dct:title": _said(in_languages(f"ui.{file.label}")),
        "dcat:accessURL": {"@id": file.name},
        "dcat:downloadURL": {"@id": file.name},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + file.media_type},
        "dcat:byteSize": _typed("nonNegativeInteger", str(len(file.body))),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed("hexBinary", digest(file.body)),
        },
    }

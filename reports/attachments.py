"""Open data of an edition: the files that every PDF carries, and that stand beside it.

The JSON is the edition itself, byte for byte what its SHA-256 is taken of. The CSV files are the
tables and charts of the page in UTF-8 with a header; they hold all three languages, so that the
documents of one edition carry the same data.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Day
from io import StringIO

from indicators.register.model import Text
from indicators.register.observation import NATION
from reports.model import LANGUAGES, Edition, IndicatorRow, LawEdition, MeasureRow, OverviewEdition, canonical_json

Cell = str | float | int | bool | Day | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a PDF; ``relationship`` is its role there (ISO 19005-3: Source or Data)."""

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
    """The JSON first, then the tables as CSV."""
    stem = file_stem(edition.id)
    tables: dict[str, Callable[[], bytes]]
    if isinstance(edition, LawEdition):
        tables = {
            "indicators": lambda: indicators_csv(edition),
            "measures": lambda: measures_csv(edition),
            "history": lambda: history_csv(edition),
        }
    else:
        tables = {"laws": lambda: laws_csv(edition)}
    source = Attachment(f"{stem}.json", canonical_json(edition), "application/json", "source", "file.edition")
    return source, *(
        Attachment(f"{stem}_{name}.csv", body(), "text/csv", "data", f"file.{name}") for name, body in tables.items()
    )


def indicators_csv(edition: LawEdition) -> bytes:
    """A row an indicator: values, targets, shares (fractions of 1), status, quality and source."""
    head = ("number", "id", "pillar", *_titles("title"), "unit_en", "direction", "weight", "period", "value", "flag",
            "baseline_period", "baseline", "target_period", "target", "needed_value", "attainment", "needed", "ratio",
            "status", "reason", "quality", "source")  # fmt: skip

    def row(item: IndicatorRow) -> tuple[Cell, ...]:
        unit = None if item.unit is None else item.unit.en
        return (item.number, item.id, item.pillar, *_texts(item.title), unit, item.direction, item.weight, item.period,
                item.value, item.flag, item.baseline_period, item.baseline, item.target_period, item.target,
                item.needed_value, item.attainment, item.needed, item.ratio, item.status, item.reason, item.grade,
                item.source)  # fmt: skip

    return _csv(head, (row(item) for item in edition.indicators))


def measures_csv(edition: LawEdition) -> bytes:
    """A row a by-law; ``delay_days`` runs from the law's adoption, for an open one to the reference date."""
    head = ("id", *_titles("title"), "provisions_en", "kind", *_titles("responsible"), "state", "clock", "fulfilled",
            "counted", "act", "act_number", "adopted", "due", "delay_days", "verification", "url")  # fmt: skip

    def row(item: MeasureRow) -> tuple[Cell, ...]:
        provisions = "; ".join(provision.en for provision in item.provisions)
        return (item.id, *_texts(item.title), provisions, item.kind, *_texts(item.responsible), item.state, item.clock,
                item.fulfilled, item.counted, item.act_id, item.act_label, item.adopted, item.due, item.delay_days,
                item.verification, item.url)  # fmt: skip

    return _csv(head, (row(item) for item in edition.measures))


def history_csv(edition: LawEdition) -> bytes:
    """Everything that is plotted: an observation a row, the country's and the regions', and the needed paths."""
    head = ("indicator", "kind", "area", "period", "value", "flag", "revised_from")

    def rows() -> Iterable[tuple[Cell, ...]]:
        for item in edition.indicators:
            for point in item.history:
                yield item.id, "observation", NATION, point.period, point.value, point.flag, point.revised_from
            for period, value in item.path:
                yield item.id, "path", NATION, period, value, None, None
            for region in item.regions:
                yield item.id, "observation", region.code, item.regions_period, region.value, None, None
        for period, score, needed in edition.trajectory:
            yield None, "score", NATION, period, score, None, None
            yield None, "needed", NATION, period, needed, None, None

    return _csv(head, rows())


def laws_csv(edition: OverviewEdition) -> bytes:
    """A row a law of the overview, in its order."""
    head = ("law", "edition", *_titles("title"), "status", "score", "needed", "gap", "coverage", "quality",
            "measures_completeness", "measures_expected", "measures_fulfilled", "measures_unknown",
            "edition_sha256")  # fmt: skip
    return _csv(
        head,
        (
            (row.law, row.edition, *_texts(row.title), row.status, row.score, row.needed, row.gap, row.coverage,
             row.quality, row.measures_completeness, row.measures_expected, row.measures_fulfilled,
             row.measures_unknown, row.sha256)
            for row in edition.rows
        ),
    )  # fmt: skip


def _titles(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{lang}" for lang in LANGUAGES)


def _texts(text: Text) -> tuple[str, ...]:
    return tuple(text.get(lang) for lang in LANGUAGES)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue().encode()

"""The tables of an edition: columns with a type and a meaning, and rows of plain values.

Every format is written from these tables, so that a CSV file, a sheet of the workbook and the
schema that describes them cannot disagree. A table holds all three languages. The meaning of a
column stands in the catalogues under ``data.field.<name>``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day
from typing import Literal, get_args

from indicators.register.model import Text
from indicators.register.observation import NATION
from reports import language
from reports.model import (
    LANGUAGES,
    CrossCheckRow,
    Edition,
    Finding,
    IndicatorRow,
    LawEdition,
    MeasureRow,
    Message,
    OverviewEdition,
    SourceRow,
    TargetRow,
)

Cell = str | float | int | bool | Day | None
Type = Literal["string", "number", "integer", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column; ``name`` without the language is the key of its meaning in the catalogues."""

    name: str
    type: Type
    meaning: str
    lang: str | None = None

    def description(self, lang: str) -> str:
        """What the column holds, with its unit; for a text also the language that it is in."""
        text = language.label(f"data.field.{self.meaning}", lang)
        return text if self.lang is None else f"{text} [{self.lang}]"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values under typed columns; ``key`` names the columns that tell rows apart, where some do."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def title(self, lang: str) -> str:
        return language.label(f"data.table.{self.name}", lang)


def tables(edition: Edition) -> tuple[Table, ...]:
    """Every table of an edition, the main one first."""
    if isinstance(edition, OverviewEdition):
        return (laws(edition), findings(edition))
    return (
        scores(edition),
        indicators(edition),
        history(edition),
        targets(edition),
        measures(edition),
        findings(edition),
        cross_checks(edition),
        sources(edition),
    )


def scores(edition: LawEdition) -> Table:
    """A row for the law and one for each pillar: score and level needed, bounds, status and coverage."""
    fields = _fields(
        "level", "id", "title:language", "weight:number", "score:number", "needed:number:needed_score", "low:number",
        "high:number", "interval_low:number", "interval_high:number", "previous_score:number", "status",
        "coverage:number", "covered:integer", "children:integer", "not_scorable:integer", "quality",
    )  # fmt: skip
    sure = edition.uncertainty
    interval = (None, None) if sure is None else (sure.low, sure.high)
    law = ("law", edition.law, *_texts(edition.title), None, edition.score, edition.needed, edition.low, edition.high,
           *interval, edition.previous_score, edition.status, edition.coverage, edition.covered, edition.children,
           edition.not_scorable, edition.quality)  # fmt: skip
    pillars = (
        ("pillar", row.id, *_texts(row.title), row.weight, row.score, row.needed, row.low, row.high,
         None, None, row.previous_score, row.status, row.coverage, row.covered, row.children, row.not_scorable,
         row.quality)
        for row in edition.pillars
    )  # fmt: skip
    return Table("scores", fields, ("level", "id"), (law, *pillars))


def indicators(edition: LawEdition) -> Table:
    """A row an indicator: values, targets, shares (fractions of 1), status, quality and source."""
    fields = _fields(
        "number", "id", "pillar", "title:language", "unit_en", "direction", "weight:number", "period", "value:number",
        "flag", "baseline_period", "baseline:number", "target_period", "target:number", "needed_value:number",
        "attainment:number", "needed:number:needed_share", "ratio:number", "status", "reason", "quality", "source",
    )  # fmt: skip

    def row(item: IndicatorRow) -> tuple[Cell, ...]:
        unit = None if item.unit is None else item.unit.en
        return (item.number, item.id, item.pillar, *_texts(item.title), unit, item.direction, item.weight, item.period,
                item.value, item.flag, item.baseline_period, item.baseline, item.target_period, item.target,
                item.needed_value, item.attainment, item.needed, item.ratio, item.status, item.reason, item.grade,
                item.source)  # fmt: skip

    return Table("indicators", fields, ("id",), tuple(row(item) for item in edition.indicators))


def measures(edition: LawEdition) -> Table:
    """A row a by-law; ``delay_days`` runs from the law's adoption, for an open one to the reference date."""
    fields = _fields(
        "id", "title:language", "provisions_en", "kind:string:measure_kind", "responsible:language", "state",
        "clock", "fulfilled:boolean", "counted:boolean", "act", "act_number", "adopted:date", "due:date",
        "delay_days:integer", "verification", "url",
    )  # fmt: skip

    def row(item: MeasureRow) -> tuple[Cell, ...]:
        provisions = "; ".join(provision.en for provision in item.provisions)
        return (item.id, *_texts(item.title), provisions, item.kind, *_texts(item.responsible), item.state, item.clock,
                item.fulfilled, item.counted, item.act_id, item.act_label, item.adopted, item.due, item.delay_days,
                item.verification, item.url)  # fmt: skip

    return Table("measures", fields, ("id",), tuple(row(item) for item in edition.measures))


def history(edition: LawEdition) -> Table:
    """Everything that is plotted: an observation a row, the country's and the regions', and the needed paths."""
    fields = _fields("indicator", "kind", "area", "period", "value:number", "flag", "revised_from:number")

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

    return Table("history", fields, (), tuple(rows()))


def targets(edition: LawEdition) -> Table:
    """A row a target with its document; replaced ones stay and name their successor."""
    fields = _fields(
        "indicator", "id", "period", "value:number", "change_percent:number", "base_period", "document:language",
        "document_date:date", "verification", "superseded_by", "outcome", "scored:boolean",
    )  # fmt: skip

    def row(item: IndicatorRow, entry: TargetRow) -> tuple[Cell, ...]:
        return (item.id, entry.id, entry.period, entry.value, entry.change_percent, entry.base_period,
                *_texts(entry.document), entry.document_date, entry.verification, entry.superseded_by, entry.mark,
                entry.scored)  # fmt: skip

    rows = tuple(row(item, entry) for item in edition.indicators for entry in item.targets)
    return Table("targets", fields, ("indicator", "id"), rows)


def findings(edition: Edition) -> Table:
    """A row a finding: its permanent id, the sentence and what it rests on."""
    fields = _fields("id", "citation", "sentence:language", "figure:language", "importance:integer", "kind",
                     "indicator", "period", "sources")  # fmt: skip

    def row(item: Finding) -> tuple[Cell, ...]:
        return (item.id, f"{edition.id} {item.id}", *_said(item.sentence), *_said(item.figure), item.importance,
                item.kind, item.indicator, item.period, "; ".join(item.sources))  # fmt: skip

    return Table("findings", fields, ("id",), tuple(row(item) for item in edition.findings))


def cross_checks(edition: LawEdition) -> Table:
    """A row a comparison with a second source; ``relative_difference`` is a fraction of 1 of the own value."""
    fields = _fields("indicator", "title:language", "period", "own_value:number", "other_value:number",
                     "relative_difference:number", "agrees:boolean", "difference:language", "source")  # fmt: skip

    def row(item: IndicatorRow, check: CrossCheckRow) -> tuple[Cell, ...]:
        return (item.id, *_texts(check.title), check.period, check.own_value, check.value, check.relative_difference,
                check.agrees, *_texts(check.difference), check.source)  # fmt: skip

    rows = tuple(row(item, check) for item in edition.indicators for check in item.cross_checks)
    return Table("cross_checks", fields, (), rows)


def sources(edition: LawEdition) -> Table:
    """A row a series: who owns it, under which licence, and the bytes that it was read from."""
    fields = _fields("id", "series", "title:language", "owner:language", "licence", "dataset", "vintage",
                     "known_from:date", "retrieved:date", "raw_sha256", "url", "checks_passed:integer",
                     "checks_total:integer", "quality", "quarantined:boolean", "stale:boolean")  # fmt: skip

    def row(item: SourceRow) -> tuple[Cell, ...]:
        return (item.id, item.series, *_texts(item.title), *_texts(item.owner), item.licence, item.dataset,
                item.vintage, item.known_from, item.retrieved, item.raw_sha256, item.url, item.checks_passed,
                item.checks_total, item.grade, item.quarantined, item.stale)  # fmt: skip

    return Table("sources", fields, ("id",), tuple(row(item) for item in edition.sources))


def laws(edition: OverviewEdition) -> Table:
    """A row a law of the overview, in its order."""
    fields = _fields(
        "law", "edition", "title:language", "status", "score:number", "needed:number:needed_score", "gap:number",
        "coverage:number", "quality", "measures_completeness", "measures_expected:integer",
        "measures_fulfilled:integer", "measures_unknown:integer", "edition_sha256",
    )  # fmt: skip
    rows = tuple(
        (row.law, row.edition, *_texts(row.title), row.status, row.score, row.needed, row.gap, row.coverage,
         row.quality, row.measures_completeness, row.measures_expected, row.measures_fulfilled,
         row.measures_unknown, row.sha256)
        for row in edition.rows
    )  # fmt: skip
    return Table("laws", fields, ("law",), rows)


def _fields(*specs: str) -> tuple[Field, ...]:
    """Columns from ``name``, ``name:type`` or ``name:type:meaning``; the type ``language`` gives one a language."""
    out: list[Field] = []
    for spec in specs:
        name, kind, meaning = [*spec.split(":"), "", ""][:3]
        if kind == "language":
            out += (Field(f"{name}_{lang}", "string", meaning or name, lang) for lang in LANGUAGES)
        else:
            out.append(Field(name, _type(kind or "string"), meaning or name))
    return tuple(out)


def _type(name: str) -> Type:
    known: dict[str, Type] = {kind: kind for kind in get_args(Type)}
    return known[name]


def _texts(text: Text) -> tuple[str, ...]:
    return tuple(text.get(lang) for lang in LANGUAGES)


def _said(message: Message | None) -> tuple[str | None, ...]:
    return tuple(None if message is None else language.render(message, lang) for lang in LANGUAGES)

"""An edition's observations and scores as SDMX-CSV 2.0: a row a value, ready for a statistical database.

The columns are those of the standard (STRUCTURE, STRUCTURE_ID, ACTION), then the dimensions FREQ,
REF_AREA, LAW, PILLAR, INDICATOR, MEASURE and TIME_PERIOD, the value, and its attributes. The code
``_T`` of PILLAR and INDICATOR stands for all of them: a row with both is of the law as a whole.
MEASURE says what the value is:

* OBS: the observed value, in the indicator's own unit
* PATH: a node of the path from the baseline through the interim targets to the target, in that unit
* SCORE: score of the law or of a pillar, 0 to 100
* NEEDED: level of that score needed at that time

A score at the reference date has the frequency D. OBS_STATUS follows the code list CL_OBS_STATUS:
A normal, B break, E estimate, P provisional, O missing. UNIT_MEASURE is PT for per cent, IX for a
score and _O for any other unit, which UNIT_NAME spells out in English. Source of the format: the
SDMX-CSV field guide, version 2.0.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

from indicators.register import period as periods
from indicators.register.observation import NATION
from reports.model import Edition, IndicatorRow, LawEdition
from reports.open_data.tables import Field

STRUCTURE_ID = "ORYNDAU:LAW_IMPLEMENTATION(1.0.0)"
COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "LAW", "PILLAR", "INDICATOR", "MEASURE", "TIME_PERIOD",
    "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "UNIT_NAME", "PRE_REVISION_VALUE", "SOURCE", "EDITION",
)  # fmt: skip
"""The header of every file; a column has one meaning, which the catalogues hold under ``data.field.sdmx.<name>``."""

ALL = "_T"
_STATUS = {"": "A", "b": "B", "e": "E", "p": "P"}
_CODE = re.compile(r"[A-Za-z0-9_@$-]+")
Row = tuple[str, ...]


class SdmxError(ValueError):
    """An id of the edition is no code of the standard."""


def fields() -> tuple[Field, ...]:
    """The columns as the data package describes them."""
    numbers = ("OBS_VALUE", "PRE_REVISION_VALUE")
    return tuple(Field(name, "number" if name in numbers else "string", f"sdmx.{name}") for name in COLUMNS)


def sdmx_csv(edition: Edition) -> bytes:
    """The file; SdmxError names an id with characters that no SDMX code has."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    fixed = ("dataflow", STRUCTURE_ID, "I")
    for row in _rows(edition):
        for code in row[1:6]:
            if not _CODE.fullmatch(code):
                raise SdmxError(f"{edition.id}: {code!r} is no SDMX code: use letters, digits, _ and - in ids")
        writer.writerow((*fixed, *row, edition.id))
    return buffer.getvalue().encode()


def _rows(edition: Edition) -> Iterator[Row]:
    day = edition.reference_date.isoformat()
    if not isinstance(edition, LawEdition):
        for law in edition.rows:
            yield from _scores(law.law, ALL, "D", day, law.score, law.needed)
        return
    for year, score, needed in edition.trajectory:
        yield from _scores(edition.law, ALL, periods.frequency(year), year, score, needed)
    yield from _scores(edition.law, ALL, "D", day, edition.score, edition.needed)
    for pillar in edition.pillars:
        yield from _scores(edition.law, pillar.id, "D", day, pillar.score, pillar.needed)
    for row in edition.indicators:
        yield from _indicator(edition.law, row)


def _scores(
    law: str, pillar: str, frequency: str, time: str, score: float | None, needed: float | None
) -> Iterator[Row]:
    """Score and level needed; a score that is not there is a missing value and never a zero."""
    for measure, value in (("SCORE", score), ("NEEDED", needed)):
        status = "O" if value is None else "A"
        yield frequency, NATION, law, pillar, ALL, measure, time, _number(value), status, "IX", "", "", ""


def _indicator(law: str, row: IndicatorRow) -> Iterator[Row]:
    source = row.source or ""
    unit = ("PT", "") if row.percentage else ("_O", "" if row.unit is None else row.unit.en)

    def line(area: str, measure: str, time: str, value: float | None, status: str, before: float | None) -> Row:
        key = (periods.frequency(time), area, law, row.pillar, row.id, measure, time)
        return *key, _number(value), status, *unit, _number(before), source

    for point in row.history:
        yield line(NATION, "OBS", point.period, point.value, _STATUS[point.flag], point.revised_from)
    for region in row.regions:
        if row.regions_period is not None and region.existed:
            status = "O" if region.value is None else "A"
            yield line(region.code, "OBS", row.regions_period, region.value, status, None)
    for period, value in row.path:
        yield line(NATION, "PATH", period, value, "A", None)


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)

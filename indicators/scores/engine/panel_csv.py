"""Panels and errors of measurement from plain tables, so that anyone can run a method on data of their own."""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterator
from io import StringIO

import numpy as np

from indicators.scores.engine.errors import PanelError
from indicators.scores.engine.measurement import from_bounds, revision_share
from indicators.scores.engine.panel import KEYS, Floats, Panel

NOT_APPLICABLE = "not_applicable"
"""What stands in a cell that leaves the denominator; an empty cell counts as missing."""

BOUND_COLUMNS = ("unit", "indicator", "low", "high")
REVISION_COLUMNS = ("unit", "indicator", "previous", "value")


def read_panel(text: str, where: str = "panel.csv", groups: Collection[str] = ()) -> Panel:
    """A panel from a table with a row a unit, or a unit and year: ``unit``, ``year`` (optional), indicators.

    ``groups`` names columns that hold an attribute of the units, such as their region, which must
    not change between years; every other column is an indicator. Raises PanelError with the line.
    """
    header, lines = _rows(text, where, ("unit", *groups))
    indicators = [c for c in header if c not in (*KEYS, *groups)]
    cells: dict[tuple[int, str], tuple[int, dict[str, str]]] = {}
    for line, row in lines:
        key = (_year(row, where, line), _named(row, "unit", where, line))
        if key in cells:
            raise PanelError(f"{where}, line {line}", f"{_shown(key)} stands on line {cells[key][0]} too", "keep one")
        cells[key] = line, row
    if not cells:
        raise PanelError(where, "it holds no unit", "give a row for each unit")
    years = tuple(sorted({year for year, _ in cells}))
    units = tuple(dict.fromkeys(unit for _, unit in cells))
    values = np.full((len(years), len(units), len(indicators)), np.nan)
    outside = np.zeros(values.shape, dtype=np.bool_)
    at_year, at_unit = {y: n for n, y in enumerate(years)}, {u: n for n, u in enumerate(units)}
    labels: dict[str, dict[str, str]] = {g: {} for g in groups}
    for (year, unit), (line, row) in cells.items():
        for column, name in enumerate(indicators):
            written = row[name].strip()
            if written == NOT_APPLICABLE:
                outside[at_year[year], at_unit[unit], column] = True
            elif written:
                values[at_year[year], at_unit[unit], column] = _number(written, where, line, name)
        for group in groups:
            label = _named(row, group, where, line)
            if labels[group].setdefault(unit, label) != label:
                what = f"{unit} was {labels[group][unit]!r} above"
                raise PanelError(f"{where}, line {line}, {group}", what, "give each unit one")
    attributes = {g: tuple(own[u] for u in units) for g, own in labels.items()}
    return Panel(years, units, tuple(indicators), values, outside if outside.any() else None, attributes)


def read_errors(text: str, panel: Panel, where: str = "bounds.csv") -> Floats:
    """Standard errors on a panel's axes from published 95 % bounds, 0 where the table gives none.

    Columns ``unit, year (optional), indicator, low, high``. Without a year a row holds for every
    year. Raises PanelError, with the line, for a name that the panel does not have, bounds out of
    order, and a value that lies outside its own bounds.
    """
    _, lines = _rows(text, where, BOUND_COLUMNS)
    errors = np.zeros(panel.values.shape)
    for line, row in lines:
        unit, indicator = (_known(row, c, getattr(panel, f"{c}s"), where, line) for c in ("unit", "indicator"))
        low, high = (_number(row[c].strip(), where, line, c) for c in ("low", "high"))
        if low > high:
            raise PanelError(f"{where}, line {line}", f"{low:g} lies above {high:g}", "give the lower bound first")
        years = range(len(panel.years))
        if row.get("year", "").strip():
            year = _year(row, where, line)
            if year not in panel.years:
                raise PanelError(f"{where}, line {line}, year", f"the panel has no {year}", "mend the year")
            years = range(panel.years.index(year), panel.years.index(year) + 1)
        for y in years:
            value = panel.values[y, unit, indicator]
            if value < low or value > high:
                what = f"the panel's {value:g} lies outside {low:g} to {high:g}"
                raise PanelError(f"{where}, line {line}", what, "give the bounds of this value")
            errors[y, unit, indicator] = from_bounds(low, high)
    return errors


def read_revisions(text: str, panel: Panel, where: str = "revisions.csv") -> Floats:
    """Standard errors on a panel's axes from the past revisions of each series, 0 where the table has none.

    Columns ``unit, indicator, previous, value``, a row a revision. Raises PanelError, with the line,
    for a name that the panel does not have and a cell that is no number.
    """
    _, lines = _rows(text, where, REVISION_COLUMNS)
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for line, row in lines:
        unit, indicator = (_known(row, c, getattr(panel, f"{c}s"), where, line) for c in ("unit", "indicator"))
        previous, value = (_number(row[c].strip(), where, line, c) for c in ("previous", "value"))
        found.setdefault((unit, indicator), []).append((previous, value))
    errors = np.zeros(panel.values.shape)
    for (unit, indicator), pairs in found.items():
        share = revision_share(*np.array(pairs).T)
        if share is not None:
            errors[:, unit, indicator] = share * np.nan_to_num(np.abs(panel.values[:, unit, indicator]))
    return errors


def _rows(text: str, where: str, needed: tuple[str, ...]) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")), restval="", restkey="")
    header = [c.strip() for c in reader.fieldnames or ()]
    reader.fieldnames = header
    twice = next((c for c in header if header.count(c) > 1), None)
    if twice is not None:
        raise PanelError(f"{where}, line 1", f"the column {twice!r} stands twice", "give each its own name")
    absent = [c for c in needed if c not in header]
    if absent:
        raise PanelError(f"{where}, line 1", f"no column {', '.join(absent)}", "name it in the first line")

    def lines() -> Iterator[tuple[int, dict[str, str]]]:
        for row in reader:
            if "" in row:
                raise PanelError(f"{where}, line {reader.line_num}", "more cells than columns", "mend the row")
            yield reader.line_num, row

    return header, lines()


def _named(row: dict[str, str], column: str, where: str, line: int) -> str:
    name = row[column].strip()
    if not name:
        raise PanelError(f"{where}, line {line}, {column}", "it is empty", f"name the {column}")
    return name


def _known(row: dict[str, str], column: str, axis: tuple[str, ...], where: str, line: int) -> int:
    name = _named(row, column, where, line)
    if name not in axis:
        raise PanelError(f"{where}, line {line}, {column}", f"the panel has no {name!r}", "mend the name")
    return axis.index(name)


def _year(row: dict[str, str], where: str, line: int) -> int:
    written = row.get("year", "0").strip()
    if not (written.isascii() and written.isdigit()):
        raise PanelError(f"{where}, line {line}, year", f"{written!r} is no year", "write it as 2024")
    return int(written)


def _number(written: str, where: str, line: int, column: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        remedy = f"write it as 12.5, leave it empty, or write {NOT_APPLICABLE}"
        raise PanelError(f"{where}, line {line}, {column}", f"{written!r} is no number", remedy)
    return value


def _shown(key: tuple[int, str]) -> str:
    return f"{key[1]} in {key[0]}" if key[0] else key[1]

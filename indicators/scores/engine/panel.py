"""A panel: one value for each year, unit and indicator, with gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.scores.engine.errors import PanelError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

KEYS = ("year", "unit")
"""Columns that name a row of a wide frame; every other column is an indicator."""


@dataclass(frozen=True)
class Panel:
    """Values of shape (years, units, indicators); NaN is a cell without a value.

    ``not_applicable`` marks cells that leave the denominator instead of counting as missing.
    ``groups`` gives attributes of the units, such as their region, in the order of ``units``.
    Raises PanelError for a repeated name, a wrong shape and an infinite value.
    """

    years: tuple[int, ...]
    units: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Floats
    not_applicable: Mask | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("years", "units", "indicators"):
            axis = getattr(self, name)
            if not axis:
                raise PanelError(name, "the axis is empty", "give at least one")
            if len(set(axis)) != len(axis):
                twice = next(a for a in axis if list(axis).count(a) > 1)
                raise PanelError(name, f"{twice!r} stands twice", "give each name once")
        shape = (len(self.years), len(self.units), len(self.indicators))
        if self.values.shape != shape:
            raise PanelError("values", f"shape {self.values.shape}, and the axes say {shape}", "align them")
        if self.not_applicable is not None and self.not_applicable.shape != shape:
            raise PanelError("not_applicable", f"shape {self.not_applicable.shape}, and the axes say {shape}", "align")
        if np.isinf(self.values).any():
            year, unit, column = (int(n) for n in np.argwhere(np.isinf(self.values))[0])
            place = f"{self.indicators[column]}, {self.units[unit]}, {self.years[year]}"
            raise PanelError(place, "the value is infinite", "leave the cell empty or mend the source")
        for name, labels in self.groups.items():
            if len(labels) != len(self.units):
                raise PanelError(f"groups.{name}", f"{len(labels)} labels for {len(self.units)} units", "align them")

    @cached_property
    def index(self) -> pd.MultiIndex:
        """Rows of a frame with one row for each year and unit."""
        return pd.MultiIndex.from_product([self.years, self.units], names=["year", "unit"])


def single(units: Sequence[str], indicators: Sequence[str], values: Floats, year: int = 0) -> Panel:
    """A panel of one year from a table of units by indicators."""
    table = np.asarray(values, dtype=np.float64)
    return Panel((year,), tuple(units), tuple(indicators), table[np.newaxis])


def from_frame(frame: pd.DataFrame, groups: Sequence[str] = ()) -> Panel:
    """A panel from a wide frame: columns ``unit``, ``year`` (optional), one column an indicator.

    ``groups`` names columns that are attributes of units and must not differ between years.
    A year and unit that the frame does not name is an empty row. Raises PanelError for a missing
    ``unit`` column, a row that stands twice and an attribute that changes.
    """
    if "unit" not in frame.columns:
        raise PanelError("unit", "the frame has no such column", "name the column of units 'unit'")
    years = tuple(sorted(int(y) for y in frame["year"].unique())) if "year" in frame.columns else (0,)
    units = tuple(str(u) for u in pd.unique(frame["unit"]))
    indicators = tuple(str(c) for c in frame.columns if c not in (*KEYS, *groups))
    unit_at = {u: n for n, u in enumerate(units)}
    year_at = {y: n for n, y in enumerate(years)}
    rows = [unit_at[str(u)] for u in frame["unit"]]
    layers = [year_at[int(y)] for y in frame["year"]] if "year" in frame.columns else [0] * len(rows)
    if len(set(zip(layers, rows, strict=True))) != len(rows):
        keys = [k for k in KEYS if k in frame.columns]
        twice = frame.loc[frame.duplicated(keys), keys].iloc[0].tolist()
        raise PanelError(" ".join(map(str, twice)), "the row stands twice", "keep one")
    values = np.full((len(years), len(units), len(indicators)), np.nan)
    values[layers, rows] = frame[list(indicators)].to_numpy(dtype=np.float64, na_value=np.nan)
    labels: dict[str, tuple[str, ...]] = {}
    for name in groups:
        found = frame.groupby("unit", sort=False)[name].unique()
        torn = next((u for u, given in found.items() if len(given) > 1), None)
        if torn is not None:
            raise PanelError(f"{name} of {torn}", "it differs between rows", "give each unit one")
        labels[name] = tuple(str(found[u][0]) for u in pd.unique(frame["unit"]))
    return Panel(years, units, indicators, values, groups=labels)

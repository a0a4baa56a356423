"""What the register says of a series beside others: targets, second sources, and the whole that it is part of.

The definitions come from the law files (:func:`relations`); the other series' figures come from
whoever judges, as they were known when the batch became known (:class:`Beside`). Here both are laid
beside the rows of the batch; whether they agree is for the expectations to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from indicators.register import period as periods
from indicators.register.model import Law, Whole
from indicators.register.observation import NATION


@dataclass(frozen=True, slots=True)
class Relations:
    """Of one series: its targets' values, its second sources with their tolerance, and its whole."""

    targets: tuple[float, ...] = ()
    second: tuple[tuple[str, float], ...] = ()
    whole: Whole | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """Ids of the series whose figures are needed to judge this one."""
        parts = () if self.whole is None else (*self.whole.parts, self.whole.total_series)
        return tuple(dict.fromkeys(name for name in (*(s for s, _ in self.second), *parts) if name is not None))


ALONE = Relations()
"""Of a series that no law file sets beside another."""


def relations(laws: Iterable[Law]) -> dict[str, Relations]:
    """By id, every series that has any; of several laws that use one series, all that they say."""
    targets: dict[str, list[float]] = {}
    second: dict[str, list[tuple[str, float]]] = {}
    wholes: dict[str, Whole] = {}
    for law in laws:
        for indicator in law.indicators:
            if indicator.series is None:
                continue
            goals = [t.value for t in indicator.targets if t.role == "path" and t.superseded_by is None]
            targets.setdefault(indicator.series, []).extend(value for value in goals if value is not None)
            stated = [(c.series, c.tolerance) for c in indicator.cross_checks if c.tolerance is not None]
            second.setdefault(indicator.series, []).extend(stated)
        for whole in law.wholes:
            for part in (*whole.parts, whole.total_series):
                if part is not None:
                    wholes[part] = whole
    return {
        name: Relations(tuple(targets.get(name, ())), tuple(second.get(name, ())), wholes.get(name))
        for name in targets.keys() | second.keys() | wholes.keys()
    }


@dataclass(frozen=True, slots=True)
class National:
    """The national values of a series by period, their power of ten applied, and its most decimals."""

    values: Mapping[str, float] = field(default_factory=dict)
    decimals: int = 0

    @classmethod
    def of(cls, frame: pd.DataFrame) -> National:
        rows = frame[(frame["area"] == NATION) & frame["value"].notna()]
        # Thousands of one source are compared with the units of another.
        values = rows["value"] * 10.0 ** rows["multiplier"]
        decimals = int((rows["decimals"] - rows["multiplier"]).max()) if len(rows) else 0
        return cls(dict(zip(rows["period"].tolist(), values.tolist(), strict=True)), decimals)


Beside = Mapping[str, Mapping[str, pd.DataFrame]]
"""By series that is judged: observation frames of the others as known on that day, by id."""

_COLUMNS = {
    **dict.fromkeys(("second_value", "second_low", "second_high", "second_tolerance"), "float64"),
    **dict.fromkeys(("parts_total", "whole_total", "whole_low", "whole_high"), "float64"),
    "second_series": "str",
}


def with_relations(rows: pd.DataFrame, related: Mapping[str, Relations], beside: Beside) -> pd.DataFrame:
    """The observation frame with what other series say of each national row; empty where nothing is asked.

    ``second_value`` is the second source's value, asked to lie between ``second_low`` and
    ``second_high``, at the latest period that both have: the one that the report compares. Of
    several second sources the farthest. ``parts_total`` is the sum of the whole's parts, asked to
    lie between ``whole_low`` and ``whole_high``, wherever every part has a value.
    """
    added: dict[str, dict[Any, Any]] = {name: {} for name in _COLUMNS}
    national = rows[rows["national_value"].notna() & rows["time"].notna()]
    for series_id, own_rows in national.groupby("expected_series"):
        found = related.get(str(series_id), ALONE)
        if not found.others:
            continue
        others = {name: National.of(frame) for name, frame in beside.get(str(series_id), {}).items()}
        own = National.of(own_rows)
        labels = dict(zip(own_rows["period"].tolist(), own_rows.index, strict=True))
        cells = (
            _second(found, own, others),
            *([_whole(str(series_id), found.whole, own, others)] if found.whole else []),
        )
        for by_period in cells:
            for period, columns in by_period.items():
                for name, value in columns.items():
                    added[name][labels[period]] = value
    return rows.assign(**{name: _column(values, rows.index, _COLUMNS[name]) for name, values in added.items()})


def _column(values: Mapping[Any, Any], index: pd.Index, kind: str) -> pd.Series:
    return pd.DataFrame({"": pd.Series(values, index=index)}).astype({"": kind})[""]


def _second(found: Relations, own: National, others: Mapping[str, National]) -> dict[str, dict[str, object]]:
    """The columns of the row that a second source is compared with, by its period."""
    farthest: dict[str, dict[str, object]] = {}
    worst = -1.0
    for name, tolerance in found.second:
        theirs = others.get(name, National()).values
        common = max(own.values.keys() & theirs.keys(), key=periods.time, default=None)
        if common is None:
            continue
        value, room = own.values[common], tolerance * abs(own.values[common])
        distance = abs(theirs[common] - value) / room if room else float(theirs[common] != value)
        if distance > worst:
            worst = distance
            columns: dict[str, object] = {
                "second_series": name,
                "second_value": theirs[common],
                "second_low": value - room,
                "second_high": value + room,
                "second_tolerance": tolerance,
            }
            farthest = {common: columns}
    return farthest


def _whole(series_id: str, whole: Whole, own: National, others: Mapping[str, National]) -> dict[str, dict[str, object]]:
    """The columns of every row at which the whole is known, by period."""
    known = {**others, series_id: own}
    parts = [known.get(part, National()) for part in whole.parts]
    totals = None if whole.total_series is None else known.get(whole.total_series, National())
    complete = own.values.keys() & set.intersection(*(set(part.values) for part in parts))
    rounding = sum(0.5 * 10.0**-part.decimals for part in (*parts, *([totals] if totals else [])))
    found: dict[str, dict[str, object]] = {}
    for period in complete if totals is None else complete & totals.values.keys():
        total = whole.total if totals is None else totals.values[period]
        room = rounding * (1 + 1e-9) + whole.tolerance * abs(total)
        found[period] = {
            "parts_total": sum(part.values[period] for part in parts),
            "whole_total": total,
            "whole_low": total - room,
            "whole_high": total + room,
        }
    return found

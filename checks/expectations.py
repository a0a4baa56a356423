"""Expectations that Great Expectations does not bring: bounds as columns, and comparisons over time.

Each is a pair, as the library asks: a metric that says row by row what is as expected, and the
expectation that names it. Rows are marked, not counted, so that a verdict can be given a series.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import MulticolumnMapMetricProvider
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)


class ValueWithinBounds(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.within_bounds"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: object) -> pd.Series:
        value, lower, upper = (column_list.iloc[:, n] for n in range(3))
        return ~((value < lower) | (value > upper))


class ExpectValueWithinBounds(MulticolumnMapExpectation):
    """The value lies between the bounds of its own row, ends included; a missing bound is open.

    ``column_list``: value, lower bound, upper bound. A missing value is for another expectation.
    """

    map_metric: ClassVar[str] = "multicolumn_values.within_bounds"


class LifetimesOverlap(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.lifetimes_overlap"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: object) -> pd.Series:
        start, end, since, until = (column_list.iloc[:, n] for n in range(4))
        return ~((end < since) | (start > until))


class ExpectLifetimesToOverlap(MulticolumnMapExpectation):
    """The row's period and the life of what it speaks of have at least one day in common.

    ``column_list``: first and last day of the period, first and last day of the life. A missing
    day is open: a region without a last day still exists.
    """

    map_metric: ClassVar[str] = "multicolumn_values.lifetimes_overlap"


class ValuePresentUnlessFlagged(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.present_unless_flagged"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("flags",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, flags: list[str], **kwargs: object) -> pd.Series:
        value, status = column_list.iloc[:, 0], column_list.iloc[:, 1]
        flagged = status.isin(flags)
        return (np.isfinite(value) & ~flagged) | (value.isna() & flagged)


class ExpectValuePresentUnlessFlagged(MulticolumnMapExpectation):
    """The value is a finite number, or else the row's flag says that there is none; never both.

    ``column_list``: value, status flag. ``flags``: the flags that say there is no value.
    """

    flags: list[str]
    map_metric: ClassVar[str] = "multicolumn_values.present_unless_flagged"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "flags")


class RevisionWithin(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.revision_within"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("smallest_steps",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, smallest_steps: float, **kwargs: object) -> pd.Series:
        value, previous, step, largest_change = (column_list.iloc[:, n] for n in range(4))
        change = (value - previous).abs()
        return ~((change > largest_change * previous.abs()) & (change > smallest_steps * step * (1 + 1e-9)))


class ExpectRevisionWithin(MulticolumnMapExpectation):
    """A value differs from that of the previous release by at most a share of it.

    ``column_list``: value, previous value, one unit of the last published decimal, that share. Changes
    up to ``smallest_steps`` such units pass whatever their share: 0.03 that becomes 0.04 is rounding.
    The floor also settles a previous value of zero, where a share means nothing.
    """

    smallest_steps: float
    map_metric: ClassVar[str] = "multicolumn_values.revision_within"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "smallest_steps")


class NoLevelShift(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.no_level_shift"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("smallest_share", "fewest_values")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls, column_list: pd.DataFrame, smallest_share: float, fewest_values: int, **kwargs: object
    ) -> pd.Series:
        series, value, previous, smallest_shift = (column_list.iloc[:, n] for n in range(4))
        common = value.notna() & previous.notna()
        # Where the previous value was 0 there is no share, only a direction.
        change = (value - previous).where(common)
        share = change.abs() / previous.abs().where(previous != 0)
        group = pd.DataFrame(
            {
                "series": series,
                "size": share,
                "up": change > 0,
                "down": change < 0,
                "common": common,
                "shift": smallest_shift,
            }
        ).groupby("series")
        counts = group[["up", "down", "common"]].sum()
        one_way = counts[["up", "down"]].max(axis=1) >= smallest_share * counts["common"]
        shifted = one_way & (counts["common"] >= fewest_values) & (group["size"].median() >= group["shift"].first())
        moved = common & (value != previous)
        return ~(series.map(shifted).astype(bool) & moved)


class ExpectNoLevelShift(MulticolumnMapExpectation):
    """The past of a series did not move as a whole against the previous release.

    A shift is: of at least ``fewest_values`` values that both releases have, ``smallest_share``
    moved the same way, and the median change is at least the series' smallest shift, a share of the
    previous value. Units, base years and definitions change so; corrections do not. ``column_list``:
    series, value, previous value, smallest shift.
    """

    smallest_share: float
    fewest_values: int
    map_metric: ClassVar[str] = "multicolumn_values.no_level_shift"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "smallest_share", "fewest_values")


class OrdinaryChange(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.ordinary_change"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("fewest_changes", "smallest_scale")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls, column_list: pd.DataFrame, fewest_changes: int, smallest_scale: float, **kwargs: object
    ) -> pd.Series:
        rows = column_list.set_axis(["series", "time", "value", "step", "watched", "score", "seasons"], axis=1)
        ordinary = pd.Series(True, index=rows.index)
        rows = rows.dropna(subset=["time", "value"])
        concerned = rows["series"].isin(rows.loc[rows["watched"], "series"])
        for _, history in rows[concerned].sort_values("time", kind="stable").groupby("series"):
            time, value = history["time"].to_numpy(), history["value"].to_numpy()
            largest_score, seasons = float(history["score"].iloc[0]), float(history["seasons"].iloc[0])
            change = changes(time, value, seasons)
            for n in map(int, np.flatnonzero(history["watched"].to_numpy())):
                earlier = change[:n][np.isfinite(change[:n])]
                if len(earlier) < fewest_changes or not np.isfinite(change[n]):
                    continue
                floor = max(smallest_scale * float(np.median(np.abs(value[:n]))), float(history["step"].min()))
                ordinary.loc[history.index[n]] = is_ordinary(float(change[n]), earlier, floor, largest_score)
        return ordinary


def changes(time: np.ndarray, value: np.ndarray, seasons: float) -> np.ndarray:
    """The change a year that leads to each value, NaN where there is none to compare with.

    ``time`` is in years and in order. A yearly series is compared with the value before; one of
    several seasons a year with the same season of the year before, so that no harvest and no winter
    looks like a jump. Two rows of one period are for the uniqueness check; here they give no pace.
    """
    found = np.full(len(value), np.nan)
    if seasons <= 1:
        found[1:] = np.diff(value) / np.where(np.diff(time) > 0, np.diff(time), np.nan)
        return found
    before = np.searchsorted(time, time - 1 - 0.5 / seasons)
    same = np.abs(time[before] - (time - 1)) < 0.5 / seasons
    found[same] = value[same] - value[before[same]]
    return found


def is_ordinary(change: float, earlier: np.ndarray, floor: float, largest_score: float) -> bool:
    """True where a change lies among the earlier ones, or within ``largest_score`` deviations of them.

    The robust score is the distance from the median of the earlier changes over 1.4826 x their
    median absolute deviation, or over 1.2533 x the mean absolute deviation where more than half of
    them are equal (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993); the scale is
    never below ``floor`` (> 0), in the unit of the changes. A change no farther from the median
    than an earlier one is ordinary whatever its score: a series that took off stays in flight.
    """
    centre = float(np.median(earlier))
    distances = np.abs(earlier - centre)
    distance = abs(change - centre)
    scale = 1.4826 * float(np.median(distances)) or 1.2533 * float(np.mean(distances))
    return bool(distance <= distances.max() or distance <= largest_score * max(scale, floor))


class ExpectOrdinaryChange(MulticolumnMapExpectation):
    """A new value changes from the one before as the series used to change.

    The change a year is compared with all earlier changes of the series by :func:`is_ordinary`.
    Series with fewer than ``fewest_changes`` earlier changes pass. The scale is at least
    ``smallest_scale`` of the usual level and one unit of the last published decimal.
    ``column_list``: series, time in years, value, that unit, whether the row is watched, the largest
    score that is ordinary, and the seasons of a year (:func:`changes`).
    """

    fewest_changes: int
    smallest_scale: float
    map_metric: ClassVar[str] = "multicolumn_values.ordinary_change"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "fewest_changes", "smallest_scale")


class SameMagnitude(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.same_magnitude"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("widest_spread", "smallest_steps")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls, column_list: pd.DataFrame, widest_spread: float, smallest_steps: float, **kwargs: object
    ) -> pd.Series:
        rows = column_list.set_axis(["series", "time", "value", "step", "factor"], axis=1)
        ordinary = pd.Series(True, index=rows.index)
        rows = rows[rows["time"].notna() & np.isfinite(rows["value"])]
        rows = rows.sort_values(["series", "time"], kind="stable")
        sizes = rows.groupby("series")["value"].transform("size").to_numpy()
        rows = rows[sizes > NEIGHBOURS]
        if rows.empty:
            return ordinary
        sizes = sizes[sizes > NEIGHBOURS]
        place = rows.groupby("series").cumcount().to_numpy()
        here = np.arange(len(rows))
        first = here - place + np.clip(place - NEIGHBOURS // 2, 0, sizes - NEIGHBOURS - 1)
        window = first[:, None] + np.arange(NEIGHBOURS + 1)
        value = rows["value"].to_numpy()
        around = value[window]
        around[window == here[:, None]] = np.nan
        low, high, middle = np.nanmin(around, axis=1), np.nanmax(around, axis=1), np.nanmedian(around, axis=1)
        largest_factor = rows["factor"].to_numpy()
        far = (value >= largest_factor * middle) | (value * largest_factor <= middle)
        steady = (low > 0) & (high <= widest_spread * low) & (value > 0)
        beyond_rounding = np.abs(value - middle) > smallest_steps * rows["step"].to_numpy()
        ordinary.loc[rows.index] = ~(far & steady & beyond_rounding)
        return ordinary


NEIGHBOURS = 4
"""Values beside a value that say its order of magnitude: two on each side, at the ends the nearest four."""


class ExpectSameMagnitude(MulticolumnMapExpectation):
    """A value is less than a factor times its neighbours, and more than that part of them.

    Asked only where the :data:`NEIGHBOURS` are positive and within ``widest_spread`` of each other,
    so that they do say what is usual, and only beyond ``smallest_steps`` units of the last decimal.
    ``column_list``: series, time in years, value, that unit, the factor.
    """

    widest_spread: float
    smallest_steps: float
    map_metric: ClassVar[str] = "multicolumn_values.same_magnitude"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "widest_spread", "smallest_steps")

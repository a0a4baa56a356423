"""The suites of a family: each rule of ``checks.rules`` as an expectation.

A suite judges every series of one source at once. What differs between the series (limits,
frequency, precision) comes from the register and stands in the columns of the frames; what is
the same for all stands here. Importing this module imports Great Expectations: a process that
forks its workers imports it once, before the first of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from checks.expectations import (
    ExpectLifetimesToOverlap,
    ExpectNoLevelShift,
    ExpectOrdinaryChange,
    ExpectRevisionWithin,
    ExpectSameMagnitude,
    ExpectValuePresentUnlessFlagged,
    ExpectValueWithinBounds,
)
from checks.rules import BY_ID, RULES
from indicators.register import period as periods
from indicators.register.observation import NATION, STATUSES

WITHOUT_VALUE = ("m", "c")
"""Status flags that say there is no value."""

STRAY = r"\s|[\u0400-\u052F]"
"""White space, no-break spaces included, or a Cyrillic letter: neither belongs into a figure."""


def suite(level: Literal["observation", "series"], source: str, areas: Collection[str]) -> gx.ExpectationSuite:
    """The suite of one level for the family of a source; ``areas`` are the codes of the regions.

    Each expectation carries the rule's severity and message, and its id as ``meta["rule"]``.
    """
    expectations = _of_series() if level == "series" else _of_observations(areas)
    for rule in RULES:
        if rule.level == level:
            expectation = expectations[rule.id]
            expectation.severity = rule.severity.value
            expectation.description = rule.message
            expectation.meta = {"rule": rule.id}
    return gx.ExpectationSuite(name=f"{source}: {level}", expectations=list(expectations.values()))


def _of_series() -> dict[str, Expectation]:
    """Expectations of the series frame, by rule."""
    return {
        # A renamed column or a changed type is a changed source, not a changed figure.
        "schema": gxe.ExpectColumnPairValuesToBeEqual(column_A="schema", column_B="expected_schema"),
        # An archived indicator still has metadata; only the absence of values shows it.
        "has_values": gxe.ExpectColumnValuesToBeBetween(column="values", min_value=1),
        "regions_complete": _at_most_bound("regions_complete", "regions_lost"),
        "expected_periods": _at_most_bound("expected_periods", "missing_periods"),
        "freshness": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="fresh_until", column_B="today", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
        # The most precise value decides: trailing zeros get lost on the way ("3.0" becomes "3").
        "precision": gxe.ExpectColumnPairValuesToBeEqual(
            column_A="most_decimals", column_B="expected_decimals", ignore_row_if="either_value_is_missing"
        ),
        "target_precision": gxe.ExpectColumnValuesToBeBetween(column="undecided_targets", max_value=0),
        "withdrawn": _at_most_bound("withdrawn", "withdrawn"),
        "half_withdrawn": _at_most_bound("half_withdrawn", "withdrawn_share"),
        "row_count": _at_most_bound("row_count", "row_change"),
    }


def _at_most_bound(rule: str, column: str) -> Expectation:
    """The column's value is at most the bound that stands beside it for each series."""
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=BY_ID[rule].bound_column, column_B=column, or_equal=True, ignore_row_if="either_value_is_missing"
    )


def _of_observations(areas: Collection[str]) -> dict[str, Expectation]:
    """Expectations of the observation frame, by rule."""
    return {
        "series_id": gxe.ExpectColumnPairValuesToBeEqual(column_A="series", column_B="expected_series"),
        "key_unique": gxe.ExpectCompoundColumnsToBeUnique(column_list=["expected_series", "area", "period"]),
        "period_readable": gxe.ExpectColumnValuesToBeInSet(column="frequency", value_set=list(periods.MONTHS)),
        "frequency": gxe.ExpectColumnPairValuesToBeEqual(
            column_A="frequency", column_B="expected_frequency", ignore_row_if="either_value_is_missing"
        ),
        "future_period": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="known_from", column_B="period_start", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
        "unfinished_period": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="known_from", column_B="final_from", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
        "status_known": gxe.ExpectColumnValuesToBeInSet(column="status", value_set=list(STATUSES)),
        "value_present": ExpectValuePresentUnlessFlagged(column_list=["value", "status"], flags=list(WITHOUT_VALUE)),
        "natural_limits": ExpectValueWithinBounds(
            column_list=["national_value", "expected_minimum", "expected_maximum"]
        ),
        "regional_limits": ExpectValueWithinBounds(
            column_list=["regional_value", "expected_minimum", "expected_maximum"]
        ),
        "region_known": gxe.ExpectColumnValuesToBeInSet(column="area", value_set=[NATION, *areas]),
        "region_existed": ExpectLifetimesToOverlap(
            column_list=["period_start", "period_end", "region_since", "region_until"]
        ),
        "regions_around_nation": ExpectValueWithinBounds(column_list=["averaged_value", "lowest_mean", "highest_mean"]),
        "regions_sum": ExpectValueWithinBounds(column_list=["added_value", "lowest_sum", "highest_sum"]),
        "parts_of_whole": ExpectValueWithinBounds(column_list=["parts_total", "whole_low", "whole_high"]),
        "monotonic": ExpectValueWithinBounds(column_list=["running_value", "running_low", "running_high"]),
        "second_source": ExpectValueWithinBounds(column_list=["second_value", "second_low", "second_high"]),
        # 2015 of the energy intensity was 7.92 and became 5.36 (base year of the prices), while
        # most of the past stayed: a share of single values, not of the series.
        "large_revision": ExpectRevisionWithin(
            column_list=["national_value", "previous", "step", BY_ID["large_revision"].bound_column],
            smallest_steps=2.0,
        ),
        # 2014 of the renewables' share was 8.69 and became 0.62, and all other years moved with
        # it, when large hydro was left out. Mere corrections hardly ever move nine in ten values
        # one way by a tenth.
        "redefinition": ExpectNoLevelShift(
            column_list=["expected_series", "national_value", "previous", BY_ID["redefinition"].bound_column],
            smallest_share=0.90,
            fewest_values=3,
        ),
        # Measured on 221 real Kazakh series with at least nine changes: 2 of their latest changes
        # are out of the ordinary by this, and 2 in 100 of all changes in their history.
        "jump": ExpectOrdinaryChange(
            column_list=[
                "expected_series",
                "time",
                "national_value",
                "step",
                "watched",
                BY_ID["jump"].bound_column,
                "seasons",
            ],
            fewest_changes=8,
            smallest_scale=0.02,
        ),
        # Measured on 307 Kazakh series of at least five values: three cry out. One is 15-4-1, where 2016
        # is 193.0 among 19.4, 19.1 and 19.8; two are a year of floods.
        "magnitude": ExpectSameMagnitude(
            column_list=["expected_series", "time", "national_value", "step", BY_ID["magnitude"].bound_column],
            widest_spread=2.0,
            smallest_steps=5.0,
        ),
        "text_clean": gxe.ExpectColumnValuesToNotMatchRegex(column="published", regex=STRAY),
    }

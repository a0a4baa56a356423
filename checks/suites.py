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
from checks.rules import RULES
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
        "regions_complete": gxe.ExpectColumnValuesToBeBetween(column="regions_lost", max_value=0),
        "expected_periods": gxe.ExpectColumnValuesToBeBetween(column="missing_periods", max_value=0),
        "freshness": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="fresh_until", column_B="today", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
        # The most precise value decides: trailing zeros get lost on the way ("3.0" becomes "3").
        "precision": gxe.ExpectColumnPairValuesToBeEqual(
            column_A="most_decimals", column_B="expected_decimals", ignore_row_if="either_value_is_missing"
        ),
        "withdrawn": gxe.ExpectColumnValuesToBeBetween(column="withdrawn", max_value=0),
        "half_withdrawn": gxe.ExpectColumnValuesToBeBetween(column="withdrawn_share", max_value=0.5),
    }


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
        # 2015 of the energy intensity was 7.92 and became 5.36 (base year of the prices), while
        # most of the past stayed: a share of single values, not of the series.
        "large_revision": ExpectRevisionWithin(
            column_list=["national_value", "previous", "step"],
            largest_change=0.25,
            smallest_steps=2.0,
        ),
        # 2014 of the renewables' share was 8.69 and became 0.62, and all other years moved with
        # it, when large hydro was left out. Mere corrections hardly ever move nine in ten values
        # one way by a tenth.
        "redefinition": ExpectNoLevelShift(
            column_list=["expected_series", "national_value", "previous"],
            smallest_shift=0.10,
            smallest_share=0.90,
            fewest_values=3,
        ),
        # Measured on 221 real Kazakh series with at least nine changes: 2 of their latest changes
        # are out of the ordinary by this, and 2 in 100 of all changes in their history.
        "jump": ExpectOrdinaryChange(
            column_list=["expected_series", "time", "national_value", "step", "watched"],
            largest_score=8.0,
            fewest_changes=8,
            smallest_scale=0.02,
        ),
        # Measured on 307 Kazakh series of at least five values: three cry out. One is 15-4-1, where 2016
        # is 193.0 among 19.4, 19.1 and 19.8; two are a year of floods.
        "magnitude": ExpectSameMagnitude(
            column_list=["expected_series", "time", "national_value", "step"],
            largest_factor=8.0,
            widest_spread=2.0,
            smallest_steps=5.0,
        ),
        "text_clean": gxe.ExpectColumnValuesToNotMatchRegex(column="published", regex=STRAY),
    }

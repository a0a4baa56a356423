"""The catalogue of rules: id, severity, constant message, remedy. No code that judges.

What is impossible is critical: the batch is quarantined and the last good vintage stays. What is
unlikely is a warning: the batch is published, and the warning is printed beside the figures and
counted in the grade. What is untidy is information. ``docs/data-quality.md`` tells each rule in
prose to the people who send data; ``checks.suites`` turns each into an expectation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd


class Severity(StrEnum):
    """What a failure means: critical quarantines, a warning is printed, information is kept."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``level`` says which frame it reads (``checks.frames``, ``checks.facts``): one row an observation, or one row a
    series. ``applies`` takes the series frame and says, a row each, whether the rule can be asked
    of the series at all; where it cannot, the rule is left out of the verdict and of its count.
    ``evidence`` names the columns of a failing row that the verdict keeps. ``bound`` is what the rule
    compares with, where a law file may set another for one of its series (``checks.overrides``).
    """

    id: str
    severity: Severity
    level: Literal["observation", "series"]
    message: str
    remedy: str
    evidence: tuple[str, ...]
    applies: Callable[[pd.DataFrame], pd.Series]
    bound: float | None = None

    @property
    def bound_column(self) -> str:
        """Column of the rule's frame that holds the bound of each series."""
        return f"bound_{self.id}"


def _always(series: pd.DataFrame) -> pd.Series:
    return series["rows"] >= 0


def _states(*columns: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The rule applies where the series frame states at least one of the columns."""

    def stated(series: pd.DataFrame) -> pd.Series:
        return series[list(columns)].notna().any(axis=1)

    return stated


def _regional(*columns: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The rule applies where there are regional rows and, if named, one of the columns is stated."""

    def regional(series: pd.DataFrame) -> pd.Series:
        has_rows = series["regional_rows"] > 0
        return has_rows & series[list(columns)].notna().any(axis=1) if columns else has_rows

    return regional


def _asked(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The rule applies where at least one row of the series can be asked; the column counts them."""

    def asked(series: pd.DataFrame) -> pd.Series:
        return series[column] > 0

    return asked


_PLACE = ("area", "period", "value")

RULES: tuple[Rule, ...] = (
    Rule(
        "schema",
        Severity.CRITICAL,
        "series",
        "The observations have other columns or types than agreed.",
        "The connector or the form has changed: mend it; nothing else of this batch was judged.",
        ("schema", "expected_schema"),
        _always,
    ),
    Rule(
        "series_id",
        Severity.CRITICAL,
        "observation",
        "A row belongs to another series.",
        "Send each series under its own id.",
        ("series", *_PLACE),
        _always,
    ),
    Rule(
        "has_values",
        Severity.CRITICAL,
        "series",
        "There is no value for the whole country.",
        "Ask the source whether the series was archived or renamed, and send the national total.",
        ("values", "rows"),
        _always,
    ),
    Rule(
        "key_unique",
        Severity.CRITICAL,
        "observation",
        "An area and period has more than one row.",
        "Say which of the values is the right one, and send only that.",
        (*_PLACE, "published"),
        _always,
    ),
    Rule(
        "period_readable",
        Severity.CRITICAL,
        "observation",
        "A period cannot be read.",
        "Write 2023, 2023-S1, 2023-Q1 or 2023-08.",
        _PLACE,
        _always,
    ),
    Rule(
        "frequency",
        Severity.CRITICAL,
        "observation",
        "A period is of another frequency than the series.",
        "Send only periods of the series' own frequency; another frequency is another series.",
        (*_PLACE, "expected_frequency"),
        _states("expected_frequency"),
    ),
    Rule(
        "future_period",
        Severity.CRITICAL,
        "observation",
        "A period had not begun when the release became known.",
        "Forecasts and plans are not observations: take them out, or correct the year.",
        (*_PLACE, "known_from"),
        _always,
    ),
    Rule(
        "unfinished_period",
        Severity.WARNING,
        "observation",
        "A period was not over when the release became known, and its value bears no flag.",
        "Flag the value as provisional or as an estimate, or send it after the period's end.",
        (*_PLACE, "status", "known_from"),
        _always,
    ),
    Rule(
        "status_known",
        Severity.CRITICAL,
        "observation",
        "A status flag is not in the code list.",
        "Use no flag, e, p, b, m or c; ask for a new one before sending it.",
        (*_PLACE, "status"),
        _always,
    ),
    Rule(
        "value_present",
        Severity.CRITICAL,
        "observation",
        "A value is missing without a flag, or stands beside a flag that says there is none.",
        "Give the value, or flag it m (missing) or c (confidential) and leave it empty.",
        (*_PLACE, "status"),
        _always,
    ),
    Rule(
        "natural_limits",
        Severity.CRITICAL,
        "observation",
        "A national value lies outside what its unit allows.",
        "Look for a shifted decimal point, a shifted row or another unit.",
        (*_PLACE, "expected_minimum", "expected_maximum"),
        _states("expected_minimum", "expected_maximum"),
    ),
    Rule(
        "regional_limits",
        Severity.CRITICAL,
        "observation",
        "A regional value lies outside what its unit allows.",
        "Look for a shifted decimal point, a shifted row or another unit.",
        (*_PLACE, "expected_minimum", "expected_maximum"),
        _regional("expected_minimum", "expected_maximum"),
    ),
    Rule(
        "region_known",
        Severity.WARNING,
        "observation",
        "A region is not in the code list.",
        "Use the codes of the list of regions, or have the new region added with its first day.",
        _PLACE,
        _regional(),
    ),
    Rule(
        "region_existed",
        Severity.WARNING,
        "observation",
        "A region has a value for a period in which it did not exist.",
        "Say whether the value was recalculated for today's borders.",
        (*_PLACE, "region_since", "region_until"),
        _regional(),
    ),
    Rule(
        "regions_complete",
        Severity.WARNING,
        "series",
        "A region of the period before is missing from the latest one.",
        "Send the region's value, or name it with the flag m or c.",
        ("regions_lost", "regions_lost_list"),
        _states("regions_lost"),
        bound=0,
    ),
    Rule(
        "regions_around_nation",
        Severity.WARNING,
        "observation",
        "The national value lies outside the extremes of its regions.",
        "Compare the national value with the regions': one of them belongs to another year, unit or series.",
        (*_PLACE, "regions_low", "regions_high"),
        _asked("averaged_rows"),
    ),
    Rule(
        "regions_sum",
        Severity.WARNING,
        "observation",
        "The regions do not add up to the national value, as they do in other periods.",
        "Look for a missing or repeated region, or for a national value of another release.",
        (*_PLACE, "regions_total"),
        _asked("added_rows"),
        bound=0.02,
    ),
    Rule(
        "parts_of_whole",
        Severity.WARNING,
        "observation",
        "The parts of a whole do not add up to its total.",
        "Compare the parts with the source's own table: one of them is of another release, or stands twice.",
        (*_PLACE, "parts_total", "whole_total"),
        _asked("parts_rows"),
    ),
    Rule(
        "monotonic",
        Severity.CRITICAL,
        "observation",
        "A running total goes back.",
        "Look for a value of another year or series; if the total may go back, take monotonic out of the register.",
        (*_PLACE, "value_before"),
        _asked("running_rows"),
    ),
    Rule(
        "second_source",
        Severity.WARNING,
        "observation",
        "A second source says something else, by more than the law file tolerates.",
        "Find out which definition each source uses, and say it in the law file; the two are never averaged.",
        (*_PLACE, "second_series", "second_value", "second_tolerance"),
        _asked("second_rows"),
    ),
    Rule(
        "expected_periods",
        Severity.WARNING,
        "series",
        "Periods are missing between the first expected and the last published.",
        "Send the missing periods, or name them with the flag m.",
        ("missing_periods", "missing_list"),
        _states("missing_periods"),
        bound=0,
    ),
    Rule(
        "freshness",
        Severity.WARNING,
        "series",
        "The latest figure is older than the series' rhythm allows.",
        "Ask the source for the next release; if the series has ended, say so in the register.",
        ("latest_period", "fresh_until", "today"),
        _states("fresh_until"),
    ),
    Rule(
        "precision",
        Severity.WARNING,
        "series",
        "The figures are published with another number of decimals than before.",
        "Confirm the new precision and correct it in the register: targets are judged by it.",
        ("most_decimals", "expected_decimals"),
        _states("expected_decimals"),
    ),
    Rule(
        "target_precision",
        Severity.WARNING,
        "series",
        "The figures are published with too few decimals to tell whether a target is reached.",
        "Ask the source for one more decimal; until then the indicator's status says that it cannot be told.",
        ("latest_period", "latest_value", "most_decimals", "undecided_list"),
        _states("undecided_targets"),
    ),
    Rule(
        "withdrawn",
        Severity.WARNING,
        "series",
        "Values of the previous release are gone.",
        "Say why they were withdrawn; send them again if they were lost.",
        ("withdrawn", "previous_values", "withdrawn_list"),
        _states("withdrawn"),
        bound=0,
    ),
    Rule(
        "half_withdrawn",
        Severity.CRITICAL,
        "series",
        "More than half of the values of the previous release are gone.",
        "Check that the file is whole; a series that moved gets a new entry in the register.",
        ("withdrawn", "previous_values", "withdrawn_share"),
        _states("withdrawn"),
        bound=0.5,
    ),
    Rule(
        "row_count",
        Severity.WARNING,
        "series",
        "The release has far more or far fewer rows for the same areas than the one before.",
        "Compare the two files: a breakdown may have been taken for the total, or a part of the file is missing.",
        ("comparable_rows", "previous_rows"),
        _states("previous_rows"),
        bound=0.5,
    ),
    Rule(
        "redefinition",
        Severity.WARNING,
        "observation",
        "The whole series has moved in one direction against the previous release.",
        "Say whether unit, base year or definition changed; then the register marks a break or a new series.",
        (*_PLACE, "previous"),
        _states("withdrawn"),
        bound=0.10,
    ),
    Rule(
        "large_revision",
        Severity.WARNING,
        "observation",
        "A past value was revised by more than a quarter.",
        "Confirm the revision and say what changed: the base year, the method or a mistake.",
        (*_PLACE, "previous"),
        _states("withdrawn"),
        bound=0.25,
    ),
    Rule(
        "jump",
        Severity.WARNING,
        "observation",
        "A new value departs from the one before far more than the series ever did.",
        "Confirm the value, and flag a break in the series where there is one.",
        (*_PLACE, "published"),
        _asked("watched_rows"),
        bound=8.0,
    ),
    Rule(
        "magnitude",
        Severity.WARNING,
        "observation",
        "A value is of another order of magnitude than its neighbours.",
        "Look for a lost decimal point or another unit; confirm the value if it is right.",
        (*_PLACE, "published"),
        _always,
        bound=8.0,
    ),
    Rule(
        "text_clean",
        Severity.INFO,
        "observation",
        "A published figure has stray spaces or letters in it.",
        "Trim the cell and type the figure anew: a Cyrillic letter can look like a Latin one or a digit.",
        (*_PLACE, "published"),
        _always,
    ),
)
"""Every rule, in the order in which a verdict lists them."""

BY_ID = {rule.id: rule for rule in RULES}

"""What scoring gives: a tree of plain, frozen data (METHOD sections 2 to 4).

Shares (`attainment`, `needed`, `coverage`, `rate`) are fractions of 1; `score` and
`needed_score` are points from 0 to 100. None always means "no number", and the status or
reason beside it says why; it never means zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

METHOD_VERSION = "path-1"
"""Version of the default method; it changes when any formula or rule of this room changes."""


class Status(StrEnum):
    """State of an indicator, a pillar or a law (METHOD 3.1, 3.2)."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    REVERSING = "reversing"
    MISSED = "missed"
    NOT_STARTED = "not_started"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    NO_TARGET = "no_target"
    NO_DATA = "no_data"
    INSUFFICIENT_DATA = "insufficient_data"


class Trend(StrEnum):
    """What a named trend method says (METHOD 3.3); each uses its own part of the list."""

    TARGET_REACHED = "target_reached"
    ON_TRACK = "on_track"
    ACCELERATION_NEEDED = "acceleration_needed"
    LIMITED = "limited"
    DETERIORATION = "deterioration"
    SUBSTANTIAL = "substantial"  # cagr_ratio without a target
    MODERATE = "moderate"
    UP = "up"  # the SDG Index's arrows
    UP_RIGHT = "up_right"
    FLAT = "flat"
    DOWN = "down"
    SUN = "sun"  # the German strategy's symbols
    SLIGHTLY_CLOUDY = "slightly_cloudy"
    CLOUDY = "cloudy"
    THUNDERSTORM = "thunderstorm"


class Fallback(StrEnum):
    """Why the path method stood in for the one that the register names."""

    GROWTH_RATES = "growth_rates"  # the series is itself one
    BEST_AT_A_POINT = "best_at_a_point"
    SIGNS_OR_ZERO = "signs_or_zero"
    NO_WAY = "no_way"  # the baseline already meets the target
    NO_VALUE_FIVE_YEARS_BEFORE = "no_value_five_years_before"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trend and the number it follows from; ``fallback`` says why the path method stood in."""

    method: str
    trend: Trend
    number: float | None
    fallback: Fallback | None = None


class Missing(StrEnum):
    """Why there is no value (METHOD 2.3); "unavailable" is never 0."""

    NOT_COLLECTED = "not_collected"
    NOT_PUBLISHED = "not_published"
    SUPPRESSED = "suppressed"
    SOURCE_DOWN = "source_down"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    FAILED_CHECK = "failed_check"
    TOO_OLD = "too_old"
    ENDED = "ended"
    DEFINITION_BREAK = "definition_break"  # baseline and latest value do not lie in one segment


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a period."""

    period: str
    value: float


@dataclass(frozen=True, slots=True)
class Milestone:
    """What became of one target: `achieved`, `missed`, `pending`, `no_data`, `not_distinguishable`.

    A later value cannot erase the mark (METHOD 3.1). ``observed`` is the value at the target's
    own period, or the latest before it.
    """

    target: str
    period: str
    value: float
    mark: str
    observed: Point | None


@dataclass(frozen=True, slots=True)
class CrossCheckResult:
    """The second source at the latest period that both cover; never averaged in."""

    series: str
    period: str | None
    value: float | None
    own_value: float | None
    relative_difference: float | None
    agrees: bool | None  # None: no tolerance was stated, or no common period


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """One indicator at the reference date, as known at the knowledge date."""

    id: str
    pillar: str
    weight: float
    mandatory: bool
    direction: str
    series: str | None
    source: str | None
    unit: str | None
    period: str | None  # of the latest valid observation
    value: float | None
    flag: str  # status flag of the observation
    decimals: int | None  # precision it was published with
    baseline: Point | None
    path: tuple[Point, ...]  # baseline, then every target in force, in order of time
    target: Point | None  # the last node of the path
    target_date: date | None  # last day of the target's period
    needed_value: float | None  # path at the observation's own period, in the series' unit
    attainment: float | None  # a, unclipped
    needed: float | None  # e, unclipped
    ratio: float | None  # R
    score: float | None  # 100 clip(a, 0, 1)
    needed_score: float | None
    status: Status
    reason: Missing | None
    stale: bool
    ended: bool
    recent_pace: float | None  # units a year, Theil-Sen over the last 5 periods
    needed_pace: float | None
    acceleration: float | None  # needed / recent; None with turn_round where the signs differ
    turn_round: bool
    milestones: tuple[Milestone, ...]
    cross_checks: tuple[CrossCheckResult, ...]
    history: tuple[Point, ...]  # national observations at or before the reference date
    vintage: str | None
    known_from: date | None
    raw_sha256: str | None
    grade: str | None  # data quality A-D
    scorable: bool = True  # False: no target in force, so outside the denominator
    best: float | None = None  # the point to be at
    parity: bool = False  # a ratio best at 1, whose distance is max(y, 1/y)
    verdict: Verdict | None = None  # of another method than the path; it then gives the status


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One by-law at the reference date."""

    id: str
    state: str
    clock: str  # no_deadline, not_due, due_soon, overdue, done_on_time, done_late, deferred_by_law, unknown
    fulfilled: bool
    counted: bool  # False: lapsed, not needed, or not printable as a fact (mark C or open)
    act: str | None  # act that fulfils it
    adopted: date | None
    delay_days: int | None  # adoption - promulgation (running to the reference date where open)
    due: date | None
    first_adopted: date | None = None  # of the first act of its chain; the delay runs to this day


@dataclass(frozen=True, slots=True)
class MeasuresScore:
    """By-laws of a law (METHOD 2.2, 2.3)."""

    completeness: str  # complete, partial, not_read
    expected: int  # E
    fulfilled: int  # T
    unknown: int  # of the E, not established in the sources read
    category: str | None  # direct, applied, partial, not_applied; None: not established
    rate_low: float | None  # T / E
    rate_high: float | None  # (T + unknown) / E
    perimeter: str
    rows: tuple[MeasureResult, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A pillar or a law: the aggregate of its children (METHOD 4).

    ``coverage``, ``covered``, ``children`` and ``not_scorable`` speak of the leaves (indicators,
    and the list of by-laws as one) at every level, so that a law whose only pillar lacks one
    indicator of three shows 2 of 3 and not 1 of 1.
    """

    id: str
    weight: float
    score: float | None
    needed: float | None
    low: float | None  # every missing child at 0
    high: float | None  # every missing child at 100
    status: Status
    coverage: float | None  # by weight; None where nothing is scorable (nothing in the denominator)
    covered: int  # leaves that enter the score; where there is none, leaves that are known
    children: int  # leaves in the denominator
    not_scorable: int  # leaves outside it: no target, or a list of by-laws that was not read
    used: tuple[str, ...]  # ids of the direct children used
    quality: str | None  # worst grade among the children used


@dataclass(frozen=True, slots=True)
class LawScore:
    """The score tree of one law."""

    law: str
    reference_date: date
    as_of: date
    method: str
    total: Aggregate
    pillars: tuple[Aggregate, ...]
    indicators: tuple[IndicatorScore, ...]
    measures: MeasuresScore
    trajectory: tuple[tuple[str, float | None, float | None], ...]  # (year, score, needed)

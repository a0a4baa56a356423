"""One indicator at a reference date: value, path, guards, status, pace and cross-checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from indicators.register import period as periods
from indicators.register import units
from indicators.register.model import Indicator, SeriesRef, Target
from indicators.scores import guards
from indicators.scores.crosschecks import cross_check
from indicators.scores.pace import Pace, pace
from indicators.scores.paths import Direction, Position, position
from indicators.scores.readings import Reading, Readings, find, segments
from indicators.scores.result import IndicatorScore, Missing, Point, Status, Verdict
from indicators.scores.targets import Route, Segment, in_force, judged, milestone, route
from indicators.scores.trends import STATUSES, Course, judge


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What was known at a knowledge date: the series, their readings, and the series that gave none.

    ``failed``: the checks refused the newest batch; ``down``: the source did not answer. Both
    matter only where there is no good earlier vintage to go by.
    """

    as_of: date
    series: Mapping[str, SeriesRef]
    readings: Mapping[str, Readings]
    failed: Collection[str] = ()
    down: Collection[str] = ()

    def of(self, indicator: Indicator, series: SeriesRef) -> Readings:
        """The readings of a series in the unit in which the indicator is scored; UnitsDiffer where none converts."""
        return find(self.readings, series.id).converted(units.conversion(indicator, series))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an indicator stands at a reference date: what its score and status follow from.

    ``position`` is None where the value cannot be placed on a path; ``decided`` is False where
    the published precision leaves the status open.
    """

    status: Status
    reason: Missing | None
    targets: tuple[Target, ...]
    segment: Segment | None
    route: Route | None
    position: Position | None
    decimals: int
    decided: bool = True
    verdict: Verdict | None = None

    @property
    def latest(self) -> Reading | None:
        """The latest valid value, also where it is too old to be scored."""
        return self.segment.latest if self.segment is not None else None

    @property
    def score(self) -> float | None:
        """Points from 0 to 100; None where there is no number."""
        return self.position.score if self.position is not None and self.decided else None


def direction_of(indicator: Indicator, series: SeriesRef | None) -> Direction:
    """Direction of an indicator; a series in the unit ``ratio`` that is best at 1 is a parity ratio."""
    ratio = indicator.best == 1 and series is not None and series.unit.code == "ratio"
    return Direction(indicator.direction, indicator.best, ratio)


_JUDGED = frozenset({Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND, Status.REVERSING, Status.NO_TARGET})
"""Statuses in which the method has a say; the others follow from the target and its date alone."""


class Followed:
    """An indicator with what holds of it at every reference date, so that many dates ask for it once.

    ``readings`` are in the unit in which the indicator is scored, empty without a series. Raises
    UnitsDiffer where that unit and the series' do not convert.
    """

    def __init__(self, indicator: Indicator, series: SeriesRef | None, known: Knowledge) -> None:
        self.indicator, self.series, self.known = indicator, series, known
        self.targets = in_force(indicator, known.as_of)
        self.direction = direction_of(indicator, series)
        if series is not None:
            self.readings = known.of(indicator, series)
            self._parts = segments(series.breaks, self.readings)

    def standing(self, at: date) -> Standing:
        """The standing at a date, from values of periods over by then (METHOD 3.1 and 3.2)."""
        indicator, series, targets = self.indicator, self.series, self.targets
        if series is None:
            return Standing(Status.NO_DATA, Missing.NOT_COLLECTED, targets, None, None, None, 0)
        valid = self.readings.until(at)
        if not valid:
            why = _absence(series.id, self.readings, self.known, at)
            return Standing(Status.NO_DATA, why, targets, None, None, None, 0)
        latest = valid[-1]
        segment = Segment(self._parts.around(latest, valid), self._parts, latest)
        decimals = guards.precision(series, segment.readings)
        way = route(indicator, targets, self.direction, segment)

        def found(
            status: Status, reason: Missing | None = None, placed: Position | None = None, *, decided: bool = True
        ) -> Standing:
            return Standing(status, reason, targets, segment, way, placed, decimals, decided)

        if guards.is_too_old(series, latest, at, indicator.max_age_periods):
            return found(Status.NO_DATA, Missing.ENDED if guards.has_ended(series, at) else Missing.TOO_OLD)
        if not targets:
            return self._judged(found(Status.NO_TARGET))
        if way.path is None:
            return found(Status.NO_DATA, way.missing or Missing.NOT_PUBLISHED)
        if latest.time < way.path.times[0]:
            return found(Status.NO_DATA, Missing.NOT_PUBLISHED)
        in_time = False
        if latest.time >= way.path.end:  # before that nothing asks for the mark
            last = milestone(targets[-1], way.path.direction, segment, decimals, at)
            in_time = last is not None and last.mark == "achieved"
        placed = position(way.path, latest.time, latest.value, reached_in_time=in_time)
        if guards.undecided(way.path, placed, latest.time, latest.value, decimals):
            return found(Status.NOT_DISTINGUISHABLE, placed=placed, decided=False)
        return self._judged(found(placed.status, placed=placed))

    def _judged(self, found: Standing) -> Standing:
        """The standing with the status that the register's method gives, where there is anything to judge."""
        method, series, way, segment = self.indicator.method, self.series, found.route, found.segment
        if method == "path" or found.status not in _JUDGED or series is None:
            return found
        if way is None or way.baseline is None or segment is None:
            return found
        start = (periods.time(way.baseline.period), way.baseline.value)
        latest = (segment.latest.time, segment.latest.value)
        target = None if way.path is None else (way.path.end, way.path.target)
        if latest[0] <= start[0] or (target is not None and latest[0] >= target[0]):
            return found
        readings = [(r.time, r.value) for r in segment.readings]
        course = Course(self.direction, start, latest, target)
        verdict = judge(method, course, readings, growth_rates=series.growth_rate)
        if verdict is None or verdict.fallback is not None or target is None:
            return replace(found, verdict=verdict)
        return replace(found, status=STATUSES[verdict.trend], verdict=verdict)


def standing(indicator: Indicator, series: SeriesRef | None, known: Knowledge, at: date) -> Standing:
    """The standing of an indicator at one date."""
    return Followed(indicator, series, known).standing(at)


def _absence(series: str, readings: Readings, known: Knowledge, at: date) -> Missing:
    """Why a series has no valid value at all."""
    if series in known.failed:
        return Missing.FAILED_CHECK
    if series in known.down:
        return Missing.SOURCE_DOWN
    if not (readings.valid or readings.suppressed or readings.missing):
        return Missing.NOT_COLLECTED
    return Missing.SUPPRESSED if any(day <= at for day in readings.suppressed) else Missing.NOT_PUBLISHED


def score_indicator(indicator: Indicator, series: SeriesRef | None, known: Knowledge, at: date) -> IndicatorScore:
    """Everything a report says of one indicator."""
    now = standing(indicator, series, known, at)
    latest, placed, way = now.latest, now.position, now.route
    path = way.path if way is not None else None
    moves = Pace(None, None, None, False)
    if series is not None and now.segment is not None:
        scored = path if placed is not None else None
        moves = pace(scored, now.segment.readings, periods.MONTHS[series.frequency])
    direction = direction_of(indicator, series)
    marks = (milestone(t, direction, now.segment, now.decimals, at) for t in judged(indicator, known.as_of))
    own = known.of(indicator, series).until(at) if series is not None else ()
    others = (
        cross_check(c, own, known.of(indicator, known.series[c.series]).until(at) if c.series in known.series else ())
        for c in indicator.cross_checks
    )
    target = _goal(now)
    unit = units.unit_of(indicator, series)
    return IndicatorScore(
        id=indicator.id,
        pillar=indicator.pillar,
        weight=indicator.weight,
        mandatory=indicator.mandatory,
        direction=indicator.direction,
        series=indicator.series,
        source=series.source if series is not None else None,
        unit=unit.code if unit is not None and series is not None else None,
        period=latest.period if latest else None,
        value=latest.value if latest else None,
        flag=latest.flag if latest else "",
        decimals=latest.decimals if latest else None,
        baseline=way.baseline if way is not None else None,
        path=way.nodes if path is not None and way is not None else (),
        target=target,
        target_date=periods.end(now.targets[-1].period) if now.targets else None,
        needed_value=path.value(latest.time) if path is not None and placed is not None and latest else None,
        attainment=placed.attainment if placed else None,
        needed=placed.needed if placed else None,
        ratio=placed.ratio if placed and now.decided else None,
        score=now.score,
        needed_score=placed.needed_score if placed else None,
        status=now.status,
        reason=now.reason,
        stale=series is not None and latest is not None and guards.is_stale(series, latest, at),
        ended=series is not None and guards.has_ended(series, at),
        recent_pace=moves.recent,
        needed_pace=moves.needed,
        acceleration=moves.acceleration,
        turn_round=moves.turn_round,
        milestones=tuple(m for m in marks if m is not None),
        cross_checks=tuple(others),
        history=tuple(r.point for r in own),
        vintage=latest.vintage if latest else None,
        known_from=latest.known_from if latest else None,
        raw_sha256=latest.raw_sha256 if latest else None,
        grade=latest.grade if latest else None,
        scorable=bool(now.targets),
        best=direction.best,
        parity=direction.ratio,
        verdict=now.verdict,
    )


def _goal(now: Standing) -> Point | None:
    """The last target with its value, also where no path leads to it yet."""
    if not now.targets:
        return None
    last = now.targets[-1]
    if now.route is not None:
        return next((n for n in reversed(now.route.nodes) if n.period == last.period), None)
    return Point(last.period, last.value) if last.value is not None else None

"""The named trend methods beside the path (METHOD 3.3); the register chooses one for an indicator.

Each takes a baseline, the latest value and, where the method knows one, a single target with its
date; times are in years. It judges the *status*; the score measures the way to the target, whatever
the method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.scores.paths import Direction, Path, position
from indicators.scores.result import Fallback, Status, Trend, Verdict

WEATHER_YEARS = 5


@dataclass(frozen=True, slots=True)
class Course:
    """Baseline (t0, y0), latest (t, y) and, where there is one, a target (tn, yn)."""

    direction: Direction
    start: tuple[float, float]
    latest: tuple[float, float]
    target: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.latest[0] <= self.start[0]:
            raise ValueError(f"the latest value ({self.latest[0]:g}) is to lie after the baseline ({self.start[0]:g})")

    @property
    def reached(self) -> bool:
        """True where the latest value is at or past the target."""
        return self.target is not None and self.direction.reached(self.latest[1], self.target[1])


def growth(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Compound annual growth rate as a fraction; both values of one sign and neither zero."""
    if start[1] * end[1] <= 0:
        raise ValueError(f"no growth rate leads from {start[1]:g} to {end[1]:g}: the signs differ or one is zero")
    rate: float = (end[1] / start[1]) ** (1 / (end[0] - start[0])) - 1
    return rate


def cagr_ratio(course: Course, *, growth_rates: bool = False) -> Verdict:
    """Actual over required growth rate, as Eurostat, Statistics Canada and Open SDG compute it.

    At least 0.95 on track, 0.60 acceleration needed, 0 limited, below deterioration; a target
    reached wins. Without a target the growth rate in the wanted direction decides: at least 1.5 %
    substantial, 0.5 % moderate, 0 limited. Where no growth rate exists, or the series itself is
    one (``growth_rates``), the path method stands in and ``fallback`` says why.
    """
    if course.reached:
        return Verdict("cagr_ratio", Trend.TARGET_REACHED, None)
    reason = _no_growth_rate(course, growth_rates)
    if reason is not None:
        return _by_path("cagr_ratio", course, reason)
    actual = growth(course.start, course.latest)
    if course.target is not None:
        ratio = actual / growth(course.start, course.target)
        return Verdict("cagr_ratio", _by_ratio(ratio), ratio)
    rises = (actual > 0) == (course.start[1] > 0)  # a negative value that grows, falls
    wanted = abs(actual) if rises == (course.direction.kind == "up") else -abs(actual)
    bands = ((0.015, Trend.SUBSTANTIAL), (0.005, Trend.MODERATE), (0.0, Trend.LIMITED))
    return Verdict("cagr_ratio", next((t for low, t in bands if wanted >= low), Trend.DETERIORATION), wanted)


def unstat_projection(course: Course, *, growth_rates: bool = False) -> Verdict:
    """Value projected to the target's date at the actual growth rate, as a share of the way to it.

    q = (v(T) - base) / (target - base): at least 0.95 on track, 0.10 acceleration needed, below
    that limited.
    """
    if course.target is None:
        raise ValueError("the projection needs a target")
    reason = _no_growth_rate(course, growth_rates)
    if reason is not None:
        return _by_path("unstat_projection", course, reason)
    years = course.target[0] - course.latest[0]
    projected = course.latest[1] * (1 + growth(course.start, course.latest)) ** years
    q = (projected - course.start[1]) / (course.target[1] - course.start[1])
    bands = ((0.95, Trend.ON_TRACK), (0.10, Trend.ACCELERATION_NEEDED))
    return Verdict("unstat_projection", next((t for low, t in bands if q >= low), Trend.LIMITED), q)


def sdsn_arrow(course: Course) -> Verdict:
    """The SDG Index's arrow: linear pace since the baseline over the pace that leads to the target.

    The target is the green threshold at the target year. At least 1, or green throughout: up;
    0.5: up-right; 0: flat; below: down. A series that was green and is no longer points down.
    """
    if course.target is None:
        raise ValueError("the arrow needs the green threshold as target")
    was_green = course.direction.reached(course.start[1], course.target[1])
    if was_green:
        return Verdict("sdsn_arrow", Trend.UP if course.reached else Trend.DOWN, None)
    pace = (_level(course, course.latest) - _level(course, course.start)) / (course.latest[0] - course.start[0])
    needed = (_level(course, course.target) - _level(course, course.start)) / (course.target[0] - course.start[0])
    ratio = pace / needed
    bands = ((1.0, Trend.UP), (0.5, Trend.UP_RIGHT), (0.0, Trend.FLAT))
    return Verdict("sdsn_arrow", next((t for low, t in bands if ratio >= low), Trend.DOWN), ratio)


def weather(direction: Direction, readings: Sequence[tuple[float, float]], target: tuple[float, float]) -> Verdict:
    """The German sustainable development strategy's symbol: mean yearly change of the last five years.

    ``readings`` are (time, value) in order of time; the change is taken between the latest value
    and the one five years before it (six yearly values). Carried to the target's date, it misses
    the target by a share of the way that is left: less than 5 % sun, up to 20 % slightly cloudy,
    more cloudy, and thunderstorm where it does not lead towards the target. ValueError where
    there is no value five years before the latest.
    """
    time, value = readings[-1]
    before = next((v for t, v in readings if abs(t - (time - WEATHER_YEARS)) < 1e-6), None)
    if before is None:
        raise ValueError(f"the symbol needs a value five years before {time:g}")
    if direction.reached(value, target[1]):
        return Verdict("weather", Trend.SUN, 0.0)
    change = (direction.level(value) - direction.level(before)) / WEATHER_YEARS
    left = direction.level(target[1]) - direction.level(value)
    if change * left <= 0:
        return Verdict("weather", Trend.THUNDERSTORM, None)
    miss = max(1 - change * (target[0] - time) / left, 0.0)
    trend = Trend.SUN if miss < 0.05 else Trend.SLIGHTLY_CLOUDY if miss <= 0.20 else Trend.CLOUDY
    return Verdict("weather", trend, miss)


STATUSES = {
    Trend.TARGET_REACHED: Status.ACHIEVED,
    Trend.ON_TRACK: Status.ON_TRACK,
    Trend.UP: Status.ON_TRACK,
    Trend.SUN: Status.ON_TRACK,
    Trend.ACCELERATION_NEEDED: Status.BEHIND,
    Trend.UP_RIGHT: Status.BEHIND,
    Trend.SLIGHTLY_CLOUDY: Status.BEHIND,
    Trend.LIMITED: Status.FAR_BEHIND,
    Trend.FLAT: Status.FAR_BEHIND,
    Trend.CLOUDY: Status.FAR_BEHIND,
    Trend.DETERIORATION: Status.REVERSING,
    Trend.DOWN: Status.REVERSING,
    Trend.THUNDERSTORM: Status.REVERSING,
}
"""The status that a trend stands for, by the order of each method's own bands."""


def judge(
    method: str, course: Course, readings: Sequence[tuple[float, float]], *, growth_rates: bool
) -> Verdict | None:
    """What the named method says; None where it needs a target and there is none.

    ``readings``: (time, value) of the latest value's definition, in order of time. Where the method
    cannot be used the path stands in, and the verdict says why.
    """
    if course.target is None:
        able = method == "cagr_ratio" and _no_growth_rate(course, growth_rates) is None
        return cagr_ratio(course) if able else None
    match method:
        case "cagr_ratio":
            return cagr_ratio(course, growth_rates=growth_rates)
        case "unstat_projection":
            return unstat_projection(course, growth_rates=growth_rates)
        case "sdsn_arrow":
            return sdsn_arrow(course)
        case "weather":
            before = course.latest[0] - WEATHER_YEARS
            if not any(abs(time - before) < 1e-6 for time, _ in readings):
                return _by_path("weather", course, Fallback.NO_VALUE_FIVE_YEARS_BEFORE)
            return weather(course.direction, readings, course.target)
    raise ValueError(f"no trend method {method!r}: write cagr_ratio, sdsn_arrow, unstat_projection or weather")


def _level(course: Course, node: tuple[float, float]) -> float:
    return course.direction.level(node[1])


def _by_ratio(ratio: float) -> Trend:
    if ratio >= 0.95:
        return Trend.ON_TRACK
    if ratio >= 0.60:
        return Trend.ACCELERATION_NEEDED
    return Trend.LIMITED if ratio >= 0 else Trend.DETERIORATION


def _no_growth_rate(course: Course, growth_rates: bool) -> Fallback | None:
    """Why no growth rate can be used, or None."""
    if growth_rates:
        return Fallback.GROWTH_RATES
    if course.direction.kind == "at":
        return Fallback.BEST_AT_A_POINT
    values = [course.start[1], course.latest[1], *([course.target[1]] if course.target is not None else [])]
    if any(v * course.start[1] <= 0 for v in values):
        return Fallback.SIGNS_OR_ZERO
    if course.target is not None and course.direction.reached(course.start[1], course.target[1]):
        return Fallback.NO_WAY
    return None


_TRENDS = {
    Status.ACHIEVED: Trend.TARGET_REACHED,
    Status.ON_TRACK: Trend.ON_TRACK,
    Status.BEHIND: Trend.ACCELERATION_NEEDED,
    Status.NOT_STARTED: Trend.LIMITED,
    Status.FAR_BEHIND: Trend.LIMITED,
    Status.MISSED: Trend.LIMITED,
    Status.REVERSING: Trend.DETERIORATION,
}


def _by_path(method: str, course: Course, reason: Fallback) -> Verdict:
    if course.target is None:
        raise ValueError(f"no growth rate ({reason}), and without a target no path to fall back to")
    (t0, y0), (tn, yn) = course.start, course.target
    found = position(Path(course.direction, (t0, tn), (y0, yn)), *course.latest)
    return Verdict(method, _TRENDS[found.status], found.ratio, reason)

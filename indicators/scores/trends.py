"""Other named trend methods (METHOD 3.3), for comparison with publications that use them.

Each takes a baseline, the latest value and, where the method knows one, a single target with its
date; times are in years. The score of a law rests on the path method alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from indicators.scores.paths import Direction, Path, position
from indicators.scores.result import Status


class Trend(StrEnum):
    """What a method says; each uses its own part of the list."""

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


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trend and the number it follows from; ``fallback`` says why the path method stood in."""

    method: str
    trend: Trend
    number: float | None
    fallback: str | None = None


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
    wanted = actual if course.direction.kind == "up" else -actual
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
    before = next((v for t, v in readings if abs(t - (time - 5)) < 1e-6), None)
    if before is None:
        raise ValueError(f"the symbol needs a value five years before {time:g}")
    if direction.reached(value, target[1]):
        return Verdict("weather", Trend.SUN, 0.0)
    change = (direction.level(value) - direction.level(before)) / 5
    left = direction.level(target[1]) - direction.level(value)
    if change * left <= 0:
        return Verdict("weather", Trend.THUNDERSTORM, None)
    miss = max(1 - change * (target[0] - time) / left, 0.0)
    trend = Trend.SUN if miss < 0.05 else Trend.SLIGHTLY_CLOUDY if miss <= 0.20 else Trend.CLOUDY
    return Verdict("weather", trend, miss)


def _level(course: Course, node: tuple[float, float]) -> float:
    return course.direction.level(node[1])


def _by_ratio(ratio: float) -> Trend:
    if ratio >= 0.95:
        return Trend.ON_TRACK
    if ratio >= 0.60:
        return Trend.ACCELERATION_NEEDED
    return Trend.LIMITED if ratio >= 0 else Trend.DETERIORATION


def _no_growth_rate(course: Course, growth_rates: bool) -> str | None:
    """Why no growth rate can be used, or None."""
    if growth_rates:
        return "the series is itself a growth rate"
    if course.direction.kind == "at":
        return "the series is best at a point"
    values = [course.start[1], course.latest[1], *([course.target[1]] if course.target is not None else [])]
    if any(v * course.start[1] <= 0 for v in values):
        return "the signs differ or a value is zero"
    if course.target is not None and course.target[1] == course.start[1]:
        return "the target equals the baseline"
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


def _by_path(method: str, course: Course, reason: str) -> Verdict:
    if course.target is None:
        raise ValueError(f"{reason}, and without a target there is no path to fall back to")
    (t0, y0), (tn, yn) = course.start, course.target
    found = position(Path(course.direction, (t0, tn), (y0, yn)), *course.latest)
    return Verdict(method, _TRENDS[found.status], found.ratio, reason)

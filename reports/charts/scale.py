"""From values to points: linear scales and round ticks."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map of [low, high] to [start, end] in points."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks(low: float, high: float, most: int = 5, whole: bool = False) -> tuple[float, ...]:
    """At most ``most`` round values that enclose [low, high]; of equal bounds, a range around them."""
    if low == high:
        low, high = (low - abs(low) * 0.5, high + abs(high) * 0.5) if low else (0.0, 1.0)
    for bins in range(most - 1, 0, -1):
        locator = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=1)
        values = tuple(round(float(value), 12) for value in locator.tick_values(low, high))
        if len(values) <= most and values[0] <= low and high <= values[-1]:
            return values
    return (low, high)


def year_ticks(low: float, high: float, width: float, pitch: float = 27.0) -> tuple[int, ...]:
    """Years to write along an axis of ``width`` points, so that labels stand ``pitch`` apart."""
    first, last = int(-(-low // 1)), int(high // 1)
    for step in (1, 2, 5, 10, 20, 50):
        years = tuple(year for year in range(first, last + 1) if (last - year) % step == 0)
        if len(years) <= 2 or width / (high - low) * step >= pitch:
            return years
    return (first, last)

"""Guards of METHOD 3.2: what must hold before a value may be scored at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from indicators.register import period as periods
from indicators.register.model import SeriesRef
from indicators.scores.paths import Path, Position, position
from indicators.scores.readings import Reading
from indicators.scores.result import Status


def precision(series: SeriesRef, readings: tuple[Reading, ...]) -> int:
    """Decimals with which a series is published, in the unit of ``readings``: as the register states for
    the unit of the source, else the most that any value has.

    The most, because services drop trailing zeros: a series published to two decimals may write 3.
    """
    if series.decimals is not None:
        return series.decimals + (readings[-1].decimals_moved if readings else 0)
    return max((r.decimals for r in readings), default=0)


def indistinguishable(value: float, target: float, decimals: int) -> bool:
    """True where a value rounded to ``decimals`` cannot tell whether the target was reached.

    The true value lies within half a unit of the last decimal. A target in that range that can
    itself be written with ``decimals`` decimals equals the published value, and then the
    publication speaks for itself; one that cannot (0.035 beside a published 0.04) is undecided.
    The ends of the range count as within, since services differ in how they round a half.
    """
    wanted = _exact(target)
    scaled = wanted.scaleb(decimals)
    if scaled == scaled.to_integral_value():
        return False
    return abs(_exact(value) - wanted) <= half_unit(decimals)


def half_unit(decimals: int) -> Decimal:
    """Half a unit of the last published decimal."""
    return Decimal(5).scaleb(-decimals - 1)


def _exact(value: float) -> Decimal:
    """The number as written; twelve digits drop what floating point added on the way."""
    return Decimal(f"{value:.12g}")


def undecided(path: Path, found: Position, time: float, value: float, decimals: int) -> bool:
    """True where the published precision leaves the status of a position open.

    A value is compared with three levels, each only where it decides:

    * the last target, which tells `achieved` from every other status;
    * the needed value path(t), where the status at one end of the rounding range differs from
      that at the other; a value that is on track at both ends stays on track;
    * before the path moves, the next target: a series that cannot show the first step cannot be
      scored on it.

    So fatal injuries of 0.04 (2023, two decimals) on the path to 0.035 (2024) and 0.023 (2030)
    are undecided because of the needed value just above 0.035. The last target alone, 0.023,
    would leave them decided: it lies more than half a unit away, and is certainly not reached.
    """
    if indistinguishable(value, path.target, decimals):
        return True
    if found.status is Status.NOT_STARTED:
        ahead = path.next_target(time)
        return ahead is not None and indistinguishable(value, ahead, decimals)
    if found.ratio is None or found.status is Status.ACHIEVED:
        return False
    if not indistinguishable(value, path.value(time), decimals):
        return False
    half = float(half_unit(decimals))
    ends = {position(path, time, end, reached_in_time=True).status for end in (value - half, value + half)}
    return len(ends) > 1


def has_ended(series: SeriesRef, at: date) -> bool:
    """True where the source will publish no later period than those over at the reference date."""
    return series.ended is not None and periods.end(series.ended) <= at


def is_stale(series: SeriesRef, latest: Reading, at: date) -> bool:
    """True where the next period's value is a whole period late.

    A value is expected to be the latest for one period plus the publication lag, and one period
    more is allowed. Surveys without a rhythm and series that ended are never stale.
    """
    return series.regular and not has_ended(series, at) and at > _fresh_until(series, latest)


def is_too_old(series: SeriesRef, latest: Reading, at: date, max_age_periods: int) -> bool:
    """True where more than ``max_age_periods`` periods have gone by since the period of the value.

    A value is not too old before it would be stale: a series that its source publishes years
    later would otherwise be too old on the day it comes out.
    """
    step = periods.MONTHS[series.frequency]
    return at > max(periods.add_months(latest.end, max_age_periods * step), _fresh_until(series, latest))


def _fresh_until(series: SeriesRef, latest: Reading) -> date:
    step = periods.MONTHS[series.frequency]
    return periods.add_months(latest.end, 2 * step + series.publication_lag_months)

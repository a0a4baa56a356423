"""Rates and delays of measures (METHOD 2.2, 2.3). Delays are days since promulgation."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from indicators.register import period as periods
from indicators.register.model import Law
from indicators.scores.measures import FULFILLED
from indicators.scores.result import MeasureResult, MeasuresScore
from indicators.scores.waiting import Wait

SHARE_MONTHS = (3, 6, 12, 24)
DELAY_BANDS = (0, 3, 6, 12, 24)
"""Lower ends of the bands of delays, in months of 30.4375 days; the last band is open."""
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Rate:
    """A numerator with its denominator; they are printed together and never apart."""

    numerator: int
    denominator: int

    @property
    def share(self) -> Fraction | None:
        """Exact share of 1; None where there is no denominator (print "applies directly")."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    def percent(self, decimals: int = 0) -> Decimal | None:
        """Percentage rounded half up, computed exactly: 63 of 280 is 23 and not 22."""
        return None if self.share is None else round_half_up(self.share * 100, decimals)

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)


def round_half_up(value: Fraction, decimals: int = 0) -> Decimal:
    """An exact number rounded half away from zero to ``decimals`` decimals."""
    scaled = abs(value) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class PooledRate:
    """An application rate over laws: bounds that are equal where no measure is unknown.

    ``left_out`` counts the laws whose list of measures is not complete; they give no rate.
    """

    low: Rate
    high: Rate
    left_out: int


def application_rate(laws: Iterable[MeasuresScore], *, without_deferred: bool = False) -> PooledRate:
    """Pooled application rate: sum of T over sum of E, never the mean of the laws' rates.

    ``without_deferred`` takes measures that the law itself defers out of both sums.
    """
    low = high = Rate(0, 0)
    left_out = 0
    for law in laws:
        if law.completeness != "complete":
            left_out += 1
            continue
        rows = [r for r in law.rows if r.counted and not (without_deferred and r.clock == "deferred_by_law")]
        taken = sum(r.fulfilled for r in rows)
        unknown = sum(r.state == "unknown" for r in rows)
        low += Rate(taken, len(rows))
        high += Rate(taken + unknown, len(rows))
    return PooledRate(low, high, left_out)


@dataclass(frozen=True, slots=True)
class ReportRates:
    """Reports to parliament: delivered of those due, delivered by their own deadline, and unknown."""

    delivered: Rate
    on_time: Rate
    unknown: int


def report_rates(law: Law, rows: Iterable[MeasureResult], at: date) -> ReportRates:
    """Report rates of a law from its rows of measures; a report without a deadline is not yet due."""
    reports = {m.id for m in law.measures if m.kind == "report" and m.verification.printable}
    due = [r for r in rows if r.id in reports and r.state not in ("lapsed", "not_needed")]
    due = [r for r in due if r.due is not None and r.due <= at]
    return ReportRates(
        delivered=Rate(sum(r.state in FULFILLED for r in due), len(due)),
        on_time=Rate(sum(r.clock == "done_on_time" for r in due), len(due)),
        unknown=sum(r.state == "unknown" for r in due),
    )


def waits(law: Law, rows: Iterable[MeasureResult], at: date) -> tuple[Wait, ...]:
    """Waits of the counted measures whose wait is established, open ones up to the cut-off."""
    known = [r for r in rows if r.counted and r.delay_days is not None]
    return tuple(
        Wait(law.adopted, r.first_adopted if r.fulfilled and r.first_adopted else at, r.fulfilled) for r in known
    )


@dataclass(frozen=True, slots=True)
class Delays:
    """Delays of fulfilled measures, in days; the bands count them by lower end in months."""

    count: int
    mean: float | None
    median: float | None
    minimum: int | None
    maximum: int | None
    bands: tuple[tuple[int, int], ...]


def delays(given: Sequence[Wait]) -> Delays:
    """Mean, median, least, most and bands of the delays of measures that were taken.

    They say nothing of measures still open: :func:`indicators.scores.waiting.median_wait` and
    :func:`shares_by_month` stand beside them.
    """
    days = sorted(w.days for w in given if w.taken)
    edges = [*DELAY_BANDS, None]
    bands = tuple(
        (low, sum(low * DAYS_A_MONTH <= d and (high is None or d < high * DAYS_A_MONTH) for d in days))
        for low, high in zip(DELAY_BANDS, edges[1:], strict=True)
    )
    if not days:
        return Delays(0, None, None, None, None, bands)
    return Delays(len(days), statistics.fmean(days), statistics.median(days), days[0], days[-1], bands)


def months_and_days(days: float) -> tuple[int, int]:
    """A length of days as whole months and days, rounded to a day: 162 is 5 months and 10 days."""
    whole = round(days)
    months = int(whole / DAYS_A_MONTH)
    return months, whole - round(months * DAYS_A_MONTH)


def shares_by_month(
    given: Sequence[Wait], cut_off: date, months: Sequence[int] = SHARE_MONTHS
) -> tuple[tuple[int, Rate], ...]:
    """Measures out by each month after promulgation, of those promulgated long enough ago to tell.

    The denominator is zero where no law has yet reached that month.
    """

    def share(month: int) -> Rate:
        old = [(w, periods.add_months(w.since, month)) for w in given]
        old = [(w, day) for w, day in old if day <= cut_off]
        return Rate(sum(w.taken and w.until <= day for w, day in old), len(old))

    return tuple((month, share(month)) for month in months)

"""Rates of a plain table of measures for a named perimeter and cut-off (METHOD 2.2, 2.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from indicators.register.model import State
from indicators.scores.measures import FULFILLED, OUTSIDE, category
from indicators.scores.measures_csv import ListedLaw, ListedMeasure
from indicators.scores.perimeters import FR_SENATE, Perimeter, senate_cut_off
from indicators.scores.rates import Rate, Wait, delays, median_wait, shares_by_month

LEAST_FOR_PERCENT = 5
"""Below this denominator the fraction is printed and no percentage alone."""


def rate_json(laws: Iterable[ListedLaw], perimeter: Perimeter, cut_off: date) -> dict[str, Any]:
    """Counts, pooled rate, delays and a row for each law, as data.

    ``rate`` is a fraction of 1 and null where a measure's state is unknown (``rate_low`` and
    ``rate_high`` then bound it) or nothing is expected. Laws promulgated after the cut-off, or too
    young for the perimeter, are not counted; laws without a complete list are counted in
    ``left_out``. Delays are days since promulgation. For the French Senate, a law's own cut-off, if
    earlier, holds for it.
    """
    low = high = without_low = without_high = Rate(0, 0)
    categories: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    waits: list[Wait] = []
    left_out = 0
    for law in laws:
        day = min(cut_off, senate_cut_off(law.adopted)) if perimeter is FR_SENATE else cut_off
        if not perimeter.admits(law, cut_off):
            continue
        if not law.complete:
            left_out += 1
            continue
        owed = [m for m in law.measures if perimeter.counts(m) and m.state not in OUTSIDE]
        own, top = _bounds(owed, day)
        kind = category(own.denominator, own.numerator)
        if kind != category(top.denominator, top.numerator):
            kind = "unknown"
        categories[kind] += 1
        low, high = low + own, high + top
        kept = [m for m in owed if not m.deferred]
        kept_low, kept_high = _bounds(kept, day)
        without_low, without_high = without_low + kept_low, without_high + kept_high
        waits += [w for m in owed if (w := _wait(law, m, day)) is not None]
        rows.append({"law": law.id, "promulgated": law.adopted.isoformat(), "category": kind, **_rate(own, top)})
    return {
        "perimeter": perimeter.name,
        "cutoff": cut_off.isoformat(),
        "laws": len(rows),
        "left_out": left_out,
        **{name: categories[name] for name in ("direct", "applied", "partial", "not_applied", "unknown")},
        **_rate(low, high),
        "rate_without_deferred": _rate(without_low, without_high)["rate"],
        "delay": _delays(waits, cut_off),
        "by_law": rows,
    }


def _bounds(owed: list[ListedMeasure], day: date) -> tuple[Rate, Rate]:
    taken = sum(_fulfilled(m, day) for m in owed)
    unknown = sum(m.state is State.UNKNOWN for m in owed)
    return Rate(taken, len(owed)), Rate(taken + unknown, len(owed))


def _fulfilled(measure: ListedMeasure, day: date) -> bool:
    """True where the duty was met by the day; an act older than the law bears no day of its own."""
    return measure.state in FULFILLED and (measure.fulfilled is None or measure.fulfilled <= day)


def _wait(law: ListedLaw, measure: ListedMeasure, day: date) -> Wait | None:
    if measure.state in (State.UNKNOWN, State.SATISFIED_BY_EXISTING_ACT) or day < law.adopted:
        return None
    if measure.fulfilled is not None and measure.fulfilled <= day:
        return Wait(law.adopted, measure.fulfilled, True)
    return Wait(law.adopted, day, False)


def _rate(low: Rate, high: Rate) -> dict[str, Any]:
    share, top = low.share, high.share
    exact = share is not None and low == high
    return {
        "expected": low.denominator,
        "fulfilled": low.numerator,
        "unknown_measures": high.numerator - low.numerator,
        "rate": float(share) if share is not None and exact else None,
        "rate_low": None if share is None else float(share),
        "rate_high": None if top is None else float(top),
        "printed": printed(low, high),
    }


def printed(low: Rate, high: Rate) -> str | None:
    """The rate without words: ``23`` per cent, ``23-25`` for bounds, ``3/4`` for a small list; None if E = 0."""
    if not low.denominator:
        return None
    if low.denominator < LEAST_FOR_PERCENT:
        ends = (f"{low.numerator}/{low.denominator}", f"{high.numerator}/{high.denominator}")
    else:
        ends = (str(low.percent()), str(high.percent()))
    return ends[0] if ends[0] == ends[1] else "-".join(ends)


def _delays(waits: list[Wait], cut_off: date) -> dict[str, Any]:
    found = delays(waits)
    return {
        "count": found.count,
        "mean": found.mean,
        "median": found.median,
        "km_median": median_wait(waits),
        "min": found.minimum,
        "max": found.maximum,
        "bands": {str(low): count for low, count in found.bands},
        "out_by_month": {
            str(month): {"out": rate.numerator, "of": rate.denominator}
            for month, rate in shares_by_month(waits, cut_off)
        },
    }

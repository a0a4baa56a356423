"""Rates of a plain table of measures for a named perimeter and cut-off (METHOD 2.2, 2.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from indicators.register.model import State
from indicators.scores.forms import deficit, disposed, rulemaking
from indicators.scores.measures import FULFILLED, OUTSIDE, category, clock
from indicators.scores.measures_csv import ListedLaw, ListedMeasure
from indicators.scores.perimeters import EU_TRANSPOSITION, FR_SENATE, IT_UPG, US_DODD_FRANK, Perimeter, senate_cut_off
from indicators.scores.rates import Rate, delays, shares_by_month
from indicators.scores.waiting import Wait, median_wait

LEAST_FOR_PERCENT = 5
"""Below this denominator the fraction is printed and no percentage alone."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed measure as it stands at a day; a row of the register's forms."""

    measure: ListedMeasure
    state: str
    fulfilled: bool
    counted: bool
    clock: str

    @property
    def due(self) -> date | None:
        return self.measure.due


def rate_json(laws: Iterable[ListedLaw], perimeter: Perimeter, cut_off: date) -> dict[str, Any]:
    """Counts, pooled rate, delays and a row for each law, as data.

    ``rate`` is a fraction of 1 and null where a measure's state is unknown (``rate_low`` and
    ``rate_high`` then bound it) or nothing is expected. Laws promulgated after the cut-off, or too
    young for the perimeter, are not counted; laws without a complete list are counted in
    ``left_out``. Delays are days since promulgation. A law's own cut-off, if earlier, holds for it:
    the French Senate's, and the day to which its list was kept up. ``form`` holds the counts that
    the Italian, American and European perimeters publish beside the rate, ``reports`` those of
    reports to parliament, which stand in no rate.
    """
    low = high = without_low = without_high = Rate(0, 0)
    categories: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    waits: list[Wait] = []
    out_by_month = dict(shares_by_month([], cut_off))
    standing: list[list[Listed]] = []
    reports: list[Listed] = []
    left_out = 0
    for law in laws:
        if not perimeter.admits(law, cut_off):
            continue
        if not law.complete:
            left_out += 1
            continue
        day = own_cut_off(law, perimeter, cut_off)
        listed = [_listed(m, day) for m in law.measures if perimeter.counts(m)]
        reports += [r for m in law.measures if m.kind == "report" and _due_by(r := _listed(m, day), day)]
        owed = [r for r in listed if r.counted or perimeter.disposes]
        own, top = _bounds(owed)
        kind = category(own.denominator, own.numerator)
        if kind != category(top.denominator, top.numerator):
            kind = "unknown"
        categories[kind] += 1
        low, high = low + own, high + top
        kept_low, kept_high = _bounds([r for r in owed if not r.measure.deferred])
        without_low, without_high = without_low + kept_low, without_high + kept_high
        own_waits = [w for r in owed if (w := _wait(law, r, day)) is not None]
        waits += own_waits
        for month, share in shares_by_month(own_waits, day):  # each law as far as it was watched
            out_by_month[month] = out_by_month[month] + share
        standing.append(listed)
        known = None if law.known_until is None else law.known_until.isoformat()
        rows.append(
            {"law": law.id, "promulgated": law.adopted.isoformat(), "cutoff": day.isoformat(), "known_until": known}
            | {"category": kind, **_rate(own, top)}
        )
    without = _rate(without_low, without_high)
    return {
        "perimeter": perimeter.name,
        "cutoff": cut_off.isoformat(),
        "laws": len(rows),
        "left_out": left_out,
        **{name: categories[name] for name in ("direct", "applied", "partial", "not_applied", "unknown")},
        **_rate(low, high),
        "rate_without_deferred": without["rate"],
        "without_deferred": without,
        "delay": _delays(waits, out_by_month),
        "reports": {
            "due": len(reports),
            "delivered": sum(r.fulfilled for r in reports),
            "on_time": sum(r.clock == "done_on_time" for r in reports),
            "unknown": sum(r.state == State.UNKNOWN for r in reports),
        },
        "form": _form(perimeter, standing, cut_off),
        "by_law": rows,
    }


def own_cut_off(law: ListedLaw, perimeter: Perimeter, cut_off: date) -> date:
    """The day at which one law is counted: no later than its perimeter and its list allow."""
    days = [cut_off]
    if perimeter is FR_SENATE:
        days.append(senate_cut_off(law.adopted))
    if law.known_until is not None:
        days.append(law.known_until)
    return min(days)


def _listed(measure: ListedMeasure, day: date) -> Listed:
    """A measure at a day. One that was met later was open then; how far it had come, a table does not say."""
    state = measure.state
    if state in FULFILLED and measure.fulfilled is not None and measure.fulfilled > day:
        state = State.NOT_STARTED
    first = measure.fulfilled if state in FULFILLED else None
    return Listed(
        measure=measure,
        state=state.value,
        fulfilled=state in FULFILLED,
        counted=state not in OUTSIDE,
        clock=clock(state, measure.due, first, day, deferred=measure.deferred),
    )


def _due_by(row: Listed, day: date) -> bool:
    return row.counted and row.due is not None and row.due <= day


def _bounds(owed: Sequence[Listed]) -> tuple[Rate, Rate]:
    """Taken of owed, and the same with every unknown one taken; what was disposed of counts as taken."""
    taken = sum(r.fulfilled or not r.counted for r in owed)
    unknown = sum(r.state == State.UNKNOWN for r in owed)
    return Rate(taken, len(owed)), Rate(taken + unknown, len(owed))


def _wait(law: ListedLaw, row: Listed, day: date) -> Wait | None:
    if not row.counted or row.state in (State.UNKNOWN, State.SATISFIED_BY_EXISTING_ACT) or day < law.adopted:
        return None
    if row.fulfilled and row.measure.fulfilled is not None:
        return Wait(law.adopted, row.measure.fulfilled, True)
    return Wait(law.adopted, day, False)


def _form(perimeter: Perimeter, standing: Sequence[Sequence[Listed]], cut_off: date) -> dict[str, Any] | None:
    if perimeter is IT_UPG:
        return asdict(disposed(standing))
    if perimeter is US_DODD_FRANK:
        return asdict(rulemaking(standing, cut_off))
    if perimeter is EU_TRANSPOSITION:
        found = deficit(standing, cut_off)
        overdue, of = found.deficit.numerator, found.deficit.denominator
        share = float(found.deficit.share) if found.deficit.share is not None else None
        return {
            "overdue": overdue,
            "in_force": of,
            "deficit": share,
            "long_overdue": found.long_overdue,
            "unknown": found.unknown,
        }
    return None


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


def _delays(waits: list[Wait], out_by_month: Mapping[int, Rate]) -> dict[str, Any]:
    found = delays(waits)
    return {
        "count": found.count,
        "mean": found.mean,
        "median": found.median,
        "km_median": median_wait(waits),
        "min": found.minimum,
        "max": found.maximum,
        "bands": {str(low): count for low, count in found.bands},
        "out_by_month": {str(m): {"out": r.numerator, "of": r.denominator} for m, r in out_by_month.items()},
    }

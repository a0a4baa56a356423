"""By-laws of a law at a reference date: states, clocks, delays, counts (METHOD 2.1 to 2.3).

States are derived from dated facts, so that any past date can be asked. Only facts with marks A
and B count; where none speaks of the date, the state is ``unknown``: not established in the
sources read, which is no proof that nothing was adopted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from indicators.register import period as periods
from indicators.register.model import Act, Completeness, Law, Measure, MeasureFact, State
from indicators.scores.perimeters import KZ_DEFAULT, Perimeter
from indicators.scores.result import MeasureResult, MeasuresScore

FULFILLED = frozenset({State.PUBLISHED, State.IN_FORCE, State.SATISFIED_BY_EXISTING_ACT})
"""A signed act that was not yet published binds nobody; a partial one leaves the duty open."""

OUTSIDE = frozenset({State.LAPSED, State.NOT_NEEDED})
"""States that take a measure out of the denominator."""

DUE_SOON = timedelta(days=90)
"""A deadline within the next quarterly edition."""


def measures_score(law: Law, at: date, perimeter: Perimeter = KZ_DEFAULT) -> MeasuresScore:
    """Counts and, for a complete list, category and rate bounds of a law's by-laws.

    With unknown measures the rate is a pair of bounds, and the category stands only where every
    outcome of the unknown ones gives the same. A completeness that is itself not established
    (marks C and open) is no completeness.
    """
    rows = tuple(_row(law, m, at, perimeter) for m in law.measures)
    counted = [r for r in rows if r.counted]
    expected = len(counted)
    fulfilled = sum(r.fulfilled for r in counted)
    unknown = sum(r.state == State.UNKNOWN for r in counted)
    completeness = law.measures_list.completeness
    if completeness is Completeness.COMPLETE and not law.measures_list.verification.printable:
        completeness = Completeness.PARTIAL
    complete = completeness is Completeness.COMPLETE
    low = category(expected, fulfilled)
    return MeasuresScore(
        completeness=completeness.value,
        expected=expected,
        fulfilled=fulfilled,
        unknown=unknown,
        category=low if complete and low == category(expected, fulfilled + unknown) else None,
        rate_low=fulfilled / expected if complete and expected else None,
        rate_high=(fulfilled + unknown) / expected if complete and expected else None,
        perimeter=perimeter.name,
        rows=rows,
    )


def category(expected: int, fulfilled: int) -> str:
    """``direct``, ``applied``, ``partial`` or ``not_applied`` (METHOD 2.2)."""
    if expected == 0:
        return "direct"
    if fulfilled == expected:
        return "applied"
    return "partial" if fulfilled else "not_applied"


def due_by(rows: Sequence[MeasureResult], at: date) -> int:
    """Counted measures that were due by a date: all but those with a later deadline or deferred by law.

    A measure without a deadline is due since the law is in force: the duty holds, only no day is set.
    """
    return sum(r.counted and r.clock != "deferred_by_law" and (r.due is None or r.due <= at) for r in rows)


def state_at(law: Law, measure: Measure, day: date) -> State:
    """State of a measure on a day."""
    if _duty_ended(law, measure, day):
        return State.LAPSED
    fact = fact_at(measure, day)
    if fact is None:
        return State.UNKNOWN
    if fact.state in FULFILLED and fact.act is not None and act_in_place(law, fact.act, day) is None:
        return State.UNKNOWN
    return fact.state


def fact_at(measure: Measure, day: date) -> MeasureFact | None:
    """The latest established fact at or before a day; of two of one day, the one listed last.

    A yearly measure is owed anew each calendar year, so facts of earlier years say nothing of it,
    unless they ended the duty.
    """
    known = [f for f in measure.facts if f.verification.printable and (f.date is None or f.date <= day)]
    if measure.yearly:
        known = [f for f in known if f.date is None or f.date.year == day.year or f.state in OUTSIDE]
    return max(enumerate(known), key=lambda n: (n[1].date or date.min, n[0]))[1] if known else None


def act_in_place(law: Law, act_id: str, day: date) -> Act | None:
    """The act that stands on a day in the chain that ``act_id`` began; None where none is known to.

    An act that was replaced passes the duty on; one repealed without a known successor leaves it
    unknown whether the duty is met.
    """
    acts = {a.id: a for a in law.acts}
    act: Act | None = acts.get(act_id)
    while act is not None and act.verification.printable and (act.adopted is None or act.adopted <= day):
        earlier = act.id
        nexts = [a for a in law.acts if earlier in a.replaces and a.verification.printable]
        nexts = [a for a in nexts if a.adopted is not None and a.adopted <= day]
        if not nexts:
            return act if act.repealed is None or act.repealed > day else None
        act = max(nexts, key=lambda a: (a.adopted or date.min, a.id))
    return None


def first_adoption(law: Law, measure: Measure, day: date) -> date | None:
    """Day on which the duty was first met, as known on ``day``: of the first act of the chain.

    None where an act of the chain, or its date, is not established, and where an earlier act is
    only inferred (marks C and open): the date of a successor would make the delay too long.
    """
    adopted = FULFILLED | {State.SIGNED}
    facts = [f for f in measure.facts if f.state in adopted and (f.date is None or f.date <= day)]
    if measure.yearly:
        facts = [f for f in facts if f.date is None or f.date.year == day.year]
    first = min(facts, key=lambda f: f.date or date.min, default=None)
    if first is None or not first.verification.printable:
        return None
    acts = {a.id: a for a in law.acts}
    pending = [first.act]
    dates: list[date] = []
    while pending:
        name = pending.pop()
        act = acts.get(name) if name is not None else None
        if act is None or not act.verification.printable or act.adopted is None:
            return None
        dates.append(act.adopted)
        if not measure.yearly:
            pending.extend(act.replaces)
    return min(dates)


def _row(law: Law, measure: Measure, at: date, perimeter: Perimeter) -> MeasureResult:
    state = state_at(law, measure, at)
    fulfilled = state in FULFILLED
    fact = fact_at(measure, at)
    act = act_in_place(law, fact.act, at) if fulfilled and fact is not None and fact.act is not None else None
    first = first_adoption(law, measure, at) if fulfilled else None
    due = _due(measure, at)
    return MeasureResult(
        id=measure.id,
        state=state.value,
        clock=clock(state, due, first, at, deferred=_deferred(law, at)),
        fulfilled=fulfilled,
        counted=perimeter.counts(measure) and measure.verification.printable and state not in OUTSIDE,
        act=act.id if act is not None else None,
        adopted=act.adopted if act is not None else None,
        delay_days=None if measure.yearly else _delay(law, state, first, at),
        due=due,
        first_adopted=first,
    )


def _duty_ended(law: Law, measure: Measure, day: date) -> bool:
    provisions = [p for p in law.provisions if p.id in measure.provisions]
    return bool(provisions) and all(
        p.repealed is not None and p.repealed <= day and p.verification.printable for p in provisions
    )


def _due(measure: Measure, at: date) -> date | None:
    """The deadline; of a yearly measure, the one in the year of the reference date."""
    if measure.due is None or measure.due_source is None or not measure.due_source.verification.printable:
        return None
    if not measure.yearly or at.year <= measure.due.year:
        return measure.due
    return periods.add_months(measure.due, 12 * (at.year - measure.due.year))


def clock(state: State, due: date | None, first: date | None, at: date, *, deferred: bool = False) -> str:
    """The derived clock; ``unknown`` where neither being late nor being in time is established.

    ``first``: day on which the duty was first met, if it was. ``deferred``: the law itself puts the
    duty off.
    """
    open_ = state not in FULFILLED
    if open_ and deferred and (due is None or due > at):
        return "deferred_by_law"
    if due is None or state in OUTSIDE:
        return "no_deadline"
    if not open_:
        if first is None:
            return "unknown"
        return "done_on_time" if first <= due else "done_late"
    if due >= at:
        return "due_soon" if due - at <= DUE_SOON else "not_due"
    return "unknown" if state is State.UNKNOWN else "overdue"


def _deferred(law: Law, at: date) -> bool:
    """True before the law takes effect: it owes no by-law of its own before then."""
    starts = law.in_force
    return starts.date is not None and starts.verification.printable and starts.date > at


def _delay(law: Law, state: State, first: date | None, at: date) -> int | None:
    """Days from the law's promulgation to the first adoption; of an open measure, to the reference date.

    An act older than the law was no wait, and of an unknown measure nothing can be said.
    """
    if state in OUTSIDE or state in (State.UNKNOWN, State.SATISFIED_BY_EXISTING_ACT):
        return None
    until = first if state in FULFILLED else at
    return (until - law.adopted).days if until is not None and until >= law.adopted else None

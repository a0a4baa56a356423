"""Counts in the forms in which Italy, the United States and the European Union publish them.

Each takes laws of one register and a day. Only complete lists of measures enter; measures whose
state is not established are counted apart as ``unknown`` and enter no numerator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indicators.register import period as periods
from indicators.register.model import Law, State
from indicators.scores.measures import measures_score
from indicators.scores.perimeters import EU_TRANSPOSITION, IT_UPG, US_DODD_FRANK, Perimeter
from indicators.scores.rates import Rate
from indicators.scores.result import MeasureResult

PROPOSED = frozenset({State.CONSULTATION, State.SIGNED, State.PARTIALLY_SATISFIED})
"""States in which a text is before the public though not in force."""

LONG_OVERDUE_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Disposed:
    """Italy's Office for the Government Programme: adopted and lapsed measures are both disposed of.

    ``nothing_to_adopt`` counts the laws that ask for no act; they are no 0 %.
    """

    adopted: int
    lapsed: int
    total: int
    unknown: int
    nothing_to_adopt: int

    @property
    def rate(self) -> Rate:
        return Rate(self.adopted + self.lapsed, self.total)


def it_upg(laws: Iterable[Law], at: date) -> Disposed:
    """Measures disposed of by a day, of all that the laws ever asked for."""
    adopted = lapsed = total = unknown = empty = 0
    for rows in _complete(laws, at, IT_UPG):
        gone = [r for r in rows if r.state in (State.LAPSED, State.NOT_NEEDED)]
        owed = [r for r in rows if r.counted]
        adopted += sum(r.fulfilled for r in owed)
        lapsed += len(gone)
        total += len(gone) + len(owed)
        unknown += sum(r.state == State.UNKNOWN for r in owed)
        empty += not (gone or owed)
    return Disposed(adopted, lapsed, total, unknown, empty)


@dataclass(frozen=True, slots=True)
class Rulemaking:
    """Rulemaking under the Dodd-Frank Act: how far each rule is, and what became of its deadline."""

    final: int
    proposed: int
    not_proposed: int
    unknown: int
    passed_and_met: int
    passed_and_missed: int
    not_passed: int
    no_deadline: int
    deadline_unknown: int  # passed, and whether it was met is not established

    @property
    def total(self) -> int:
        return self.final + self.proposed + self.not_proposed + self.unknown


def us_dodd_frank(laws: Iterable[Law], at: date) -> Rulemaking:
    """Progress and deadlines of required rules; a rule made after its deadline missed it."""
    rows = [r for given in _complete(laws, at, US_DODD_FRANK) for r in given if r.counted]
    late = ("overdue", "done_late")
    passed = [r for r in rows if r.due is not None and r.due < at]
    return Rulemaking(
        final=sum(r.fulfilled for r in rows),
        proposed=sum(r.state in PROPOSED for r in rows),
        not_proposed=sum(not r.fulfilled and r.state not in PROPOSED and r.state != State.UNKNOWN for r in rows),
        unknown=sum(r.state == State.UNKNOWN for r in rows),
        passed_and_met=sum(r.clock == "done_on_time" for r in passed),
        passed_and_missed=sum(r.clock in late for r in passed),
        not_passed=sum(r.due is not None and r.due >= at for r in rows),
        no_deadline=sum(r.due is None for r in rows),
        deadline_unknown=sum(r.clock == "unknown" for r in passed),
    )


@dataclass(frozen=True, slots=True)
class Deficit:
    """The European transposition deficit; of the overdue, ``long_overdue`` are so for two years or more."""

    deficit: Rate
    long_overdue: int
    unknown: int


def eu_transposition(laws: Iterable[Law], at: date) -> Deficit:
    """Measures not notified past their deadline, of all that are in force as duties."""
    rows = [r for given in _complete(laws, at, EU_TRANSPOSITION) for r in given if r.counted]
    overdue = [r for r in rows if r.clock == "overdue" and r.due is not None]
    long_overdue = [r for r in overdue if r.due is not None and periods.add_months(r.due, LONG_OVERDUE_MONTHS) <= at]
    return Deficit(Rate(len(overdue), len(rows)), len(long_overdue), sum(r.clock == "unknown" for r in rows))


def _complete(laws: Iterable[Law], at: date, perimeter: Perimeter) -> Iterable[tuple[MeasureResult, ...]]:
    """The measures of the perimeter's kinds, a law at a time, of laws in it whose list is complete."""
    for law in laws:
        score = measures_score(law, at, perimeter)
        if score.completeness != "complete" or not perimeter.admits(law, at):
            continue
        kinds = {m.id: perimeter.counts(m) and m.verification.printable for m in law.measures}
        yield tuple(r for r in score.rows if kinds[r.id])

"""Counts in the forms in which Italy, the United States and the European Union publish them.

Each is counted from rows of measures, a law at a time, that may come from a register
(:func:`it_upg` and its siblings) or from a plain table (:mod:`indicators.scores.listed_rates`).
Only complete lists of measures enter; measures whose state is not established are counted apart as
``unknown`` and enter no numerator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from indicators.register import period as periods
from indicators.register.model import Law, State
from indicators.scores.measures import measures_score
from indicators.scores.perimeters import EU_TRANSPOSITION, IT_UPG, US_DODD_FRANK, Perimeter
from indicators.scores.rates import Rate

PROPOSED = frozenset({State.CONSULTATION, State.SIGNED, State.PARTIALLY_SATISFIED})
"""States in which a text is before the public though not in force."""

LONG_OVERDUE_MONTHS = 24


class Standing(Protocol):
    """What a form asks of a measure of its perimeter at the day."""

    @property
    def state(self) -> str: ...
    @property
    def fulfilled(self) -> bool: ...
    @property
    def counted(self) -> bool: ...
    @property
    def clock(self) -> str: ...
    @property
    def due(self) -> date | None: ...


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
    """Measures disposed of by a day, of all that the laws of a register ever asked for."""
    return disposed(_complete(laws, at, IT_UPG))


def disposed(laws: Iterable[Sequence[Standing]]) -> Disposed:
    """Italy's form from rows, a sequence a law."""
    adopted = lapsed = total = unknown = empty = 0
    for rows in laws:
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
    """Progress and deadlines of the rules that a register's laws require."""
    return rulemaking(_complete(laws, at, US_DODD_FRANK), at)


def rulemaking(laws: Iterable[Sequence[Standing]], at: date) -> Rulemaking:
    """The American form from rows, a sequence a law; a rule made after its deadline missed it."""
    rows = [r for given in laws for r in given if r.counted]
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
    """Measures of a register not notified past their deadline, of all that are in force as duties."""
    return deficit(_complete(laws, at, EU_TRANSPOSITION), at)


def deficit(laws: Iterable[Sequence[Standing]], at: date) -> Deficit:
    """The European form from rows, a sequence a law."""
    rows = [r for given in laws for r in given if r.counted]
    overdue = [r for r in rows if r.clock == "overdue" and r.due is not None]
    long_overdue = [r for r in overdue if r.due is not None and periods.add_months(r.due, LONG_OVERDUE_MONTHS) <= at]
    return Deficit(Rate(len(overdue), len(rows)), len(long_overdue), sum(r.clock == "unknown" for r in rows))


def _complete(laws: Iterable[Law], at: date, perimeter: Perimeter) -> Iterable[Sequence[Standing]]:
    """The measures of the perimeter's kinds, a law at a time, of laws in it whose list is complete."""
    for law in laws:
        score = measures_score(law, at, perimeter)
        if score.completeness != "complete" or not perimeter.admits(law, at):
            continue
        kinds = {m.id: perimeter.counts(m) and m.verification.printable for m in law.measures}
        yield tuple(r for r in score.rows if kinds[r.id])

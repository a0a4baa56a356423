"""How long duties wait for their act: the product-limit estimate, exact, with open duties kept in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Wait:
    """From a promulgation to the first act, or to the cut-off where none was ``taken``."""

    since: date
    until: date
    taken: bool

    @property
    def days(self) -> int:
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Step:
    """From this day after promulgation on, the share without an act; ``at_risk`` were still open before it."""

    days: int
    share: Fraction
    at_risk: int


def waiting_share(given: Iterable[Wait]) -> tuple[Step, ...]:
    """Share of measures without an act (Kaplan and Meier, 1958), a step a day on which some were taken.

    At each such day the share falls by the measures taken of those open and still watched; an open
    one is censored at the cut-off.
    """
    known = list(given)
    share, steps = Fraction(1), []
    for day in sorted({wait.days for wait in known if wait.taken}):
        at_risk = sum(wait.days >= day for wait in known)
        share *= 1 - Fraction(sum(wait.taken and wait.days == day for wait in known), at_risk)
        steps.append(Step(day, share, at_risk))
    return tuple(steps)


def median_wait(given: Iterable[Wait]) -> int | None:
    """The first day by which at least half are estimated to be out; None where that day has not come yet."""
    return next((step.days for step in waiting_share(given) if step.share <= Fraction(1, 2)), None)

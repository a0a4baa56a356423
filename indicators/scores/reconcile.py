"""Do published percentages follow from the figures printed beside them (METHOD 2.4)?

The answer is told and nothing is mended: a published figure stays as it was published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from indicators.scores.rates import Rate


class Outcome(StrEnum):
    """How a published percentage relates to its numerator and denominator."""

    FOLLOWS = "follows"  # rounded half up
    FOLLOWS_BY_TRUNCATION = "follows_by_truncation"  # its further decimals were cut off
    OTHER_DENOMINATOR = "other_denominator"  # follows with another denominator of the same table
    DOES_NOT_FOLLOW = "does_not_follow"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The outcome, the denominator with which the figure follows, and what its own inputs give."""

    outcome: Outcome
    denominator: int | None
    expected: Decimal | None  # rounded half up to the published decimals; None without a denominator


def reconcile(published: Decimal, rate: Rate, decimals: int, other_denominators: Iterable[int] = ()) -> Reconciliation:
    """Whether ``published`` per cent, printed to ``decimals``, follows from ``rate``.

    ``other_denominators`` are the other totals of the same table; they are tried in the order
    given, and only with half-up rounding, since with truncation too many of them would fit.
    """
    expected = rate.percent(decimals)
    if expected == published:
        return Reconciliation(Outcome.FOLLOWS, rate.denominator, expected)
    if rate.share is not None and _truncated(rate.share * 100, decimals) == published:
        return Reconciliation(Outcome.FOLLOWS_BY_TRUNCATION, rate.denominator, expected)
    for denominator in other_denominators:
        if Rate(rate.numerator, denominator).percent(decimals) == published:
            return Reconciliation(Outcome.OTHER_DENOMINATOR, denominator, expected)
    return Reconciliation(Outcome.DOES_NOT_FOLLOW, None, expected)


def _truncated(value: Fraction, decimals: int) -> Decimal:
    return Decimal(int(value * 10**decimals)).scaleb(-decimals)

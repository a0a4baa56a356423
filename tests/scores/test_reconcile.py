"""Real published percentages beside their own numerators and denominators, each with its source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.scores.rates import Rate
from indicators.scores.reconcile import Outcome, reconcile


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "published", "outcome"),
    [
        # French Senate, 1997-98 report (appleg98-50): 22.5 % of decrees, printed half up
        (63, 280, 0, "23", Outcome.FOLLOWS),
        # French Senate, climate and resilience law (r21-658)
        (14, 142, 0, "10", Outcome.FOLLOWS),
        # Dodd-Frank rules at 2013-07-15: 99.64 %
        (279, 280, 1, "99.6", Outcome.FOLLOWS),
        # French Senate, social affairs without LFSS 2020 (r20-645): 60.87 %
        (14, 23, 0, "60", Outcome.FOLLOWS_BY_TRUNCATION),
        # French Senate, law committee 2017-18 (r20-645): 31.58 %
        (6, 19, 1, "31.5", Outcome.FOLLOWS_BY_TRUNCATION),
        # Gentiloni government, adopted decrees: 30.85 %
        (174, 564, 0, "30", Outcome.FOLLOWS_BY_TRUNCATION),
        # French Senate, laws of 2018-19 partly applied (r19-523): 30.6 %
        (15, 49, 0, "35", Outcome.DOES_NOT_FOLLOW),
        # French Senate, laws of direct application 2018-19, as cited in r22-6369: 44.9 %
        (22, 49, 0, "12", Outcome.DOES_NOT_FOLLOW),
    ],
)
def test_published_percentages(
    numerator: int, denominator: int, decimals: int, published: str, outcome: Outcome
) -> None:
    found = reconcile(Decimal(published), Rate(numerator, denominator), decimals)
    assert found.outcome is outcome
    assert (found.outcome is Outcome.FOLLOWS) == (found.expected == Decimal(published))


def test_another_total_of_the_same_table_is_named() -> None:
    """Synthetic: 18 of 51 laws is 35 %; 55 % is 18 of the 33 that need measures."""
    found = reconcile(Decimal(55), Rate(18, 51), 0, other_denominators=[40, 33])
    assert (found.outcome, found.denominator, found.expected) == (Outcome.OTHER_DENOMINATOR, 33, Decimal(35))


def test_nothing_follows_from_no_denominator() -> None:
    found = reconcile(Decimal(0), Rate(0, 0), 0)
    assert (found.outcome, found.expected) == (Outcome.DOES_NOT_FOLLOW, None)

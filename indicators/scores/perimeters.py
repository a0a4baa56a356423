"""Named rules of which measures of which laws count in a rate, and up to which day (METHOD 2.2).

All are computed from one register. The last three publish other figures than a plain rate; those
are in :mod:`indicators.scores.forms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from indicators.register import period as periods

BY_LAWS = frozenset({"order", "joint_order", "resolution", "decree", "designation", "other"})
"""Kinds of measures that are acts; reports to parliament have a rate of their own."""

OTHER_KINDS = frozenset({"report", "circular", "ordinance", "treaty"})
"""Kinds that a table may list beside the acts, so that each perimeter can leave out its own."""


class OfKind(Protocol):
    """What a perimeter asks of a measure: its kind, in the register's words."""

    @property
    def kind(self) -> str: ...


class Adopted(Protocol):
    """What a perimeter asks of a law: the day it was promulgated."""

    @property
    def adopted(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A named rule of which measures count; ``least_age_months`` leaves younger laws out.

    ``disposes``: a measure that lapsed or is no longer needed counts as disposed of, instead of
    leaving both sums.
    """

    name: str
    kinds: frozenset[str]
    least_age_months: int = 0
    disposes: bool = False

    def counts(self, measure: OfKind) -> bool:
        """True where a measure of this kind counts."""
        return measure.kind in self.kinds

    def admits(self, law: Adopted, cut_off: date) -> bool:
        """True where a law was promulgated by the cut-off, and long enough before it."""
        if not self.least_age_months:
            return law.adopted <= cut_off
        return periods.add_months(law.adopted, self.least_age_months) < cut_off


KZ_DEFAULT = Perimeter("kz-default", BY_LAWS)
"""Every by-law that the law or the Prime Minister's order on its implementation names."""

FR_SENATE = Perimeter("fr-senate", frozenset({"decree", "resolution", "order", "joint_order", "circular"}))
"""Decrees, orders and circulars expressly required; reports, ordinances, treaties and others are outside."""

FR_GOVERNMENT = Perimeter("fr-government", frozenset({"decree", "resolution"}), least_age_months=6)
"""Decrees only (a Government resolution is one), of laws promulgated more than six months before."""

IT_UPG = Perimeter("it-upg", BY_LAWS, disposes=True)
US_DODD_FRANK = Perimeter("us-dodd-frank", BY_LAWS)
EU_TRANSPOSITION = Perimeter("eu-transposition", BY_LAWS)

PERIMETERS = {p.name: p for p in (KZ_DEFAULT, FR_SENATE, FR_GOVERNMENT, IT_UPG, US_DODD_FRANK, EU_TRANSPOSITION)}


def senate_cut_off(promulgated: date) -> date:
    """Cut-off of the French Senate for a law: 31 March after its session (1 October to 30 September)."""
    return date(promulgated.year + (2 if promulgated.month >= 10 else 1), 3, 31)

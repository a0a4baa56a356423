"""Named rules of which measures count in a rate (METHOD 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.register.model import Measure

BY_LAWS = frozenset({"order", "joint_order", "resolution", "decree", "designation", "other"})
"""Kinds of measures that are acts; reports to parliament have a rate of their own."""


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A named rule of which measures count."""

    name: str
    kinds: frozenset[str]

    def counts(self, measure: Measure) -> bool:
        """True where a measure of this kind counts."""
        return measure.kind in self.kinds


KZ_DEFAULT = Perimeter("kz-default", BY_LAWS)
"""Every by-law that the law or the Prime Minister's order on its implementation names."""

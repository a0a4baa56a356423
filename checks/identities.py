"""Identities that the figures of an edition must satisfy (METHOD 2.4), on plain numbers.

Each function looks at one identity and gives the breaches, none where it holds; :func:`require`
raises on any. Nothing is mended and nothing forced to add up: a published figure that does not
follow is to be corrected where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.scores.rates import Rate
from indicators.scores.reconcile import Outcome, reconcile


@dataclass(frozen=True, slots=True)
class Breach:
    """An identity that does not hold: ``where`` in the edition, and both sides as they stand there."""

    identity: str
    where: str
    stated: str
    follows: str

    def __str__(self) -> str:
        return f"{self.where}: {self.identity}: stated {self.stated}, follows {self.follows}"


class InconsistentEdition(ValueError):
    """An edition contradicts itself and must not be published; ``breaches`` says where."""

    def __init__(self, edition: str, breaches: Iterable[Breach]):
        self.edition = edition
        self.breaches = tuple(breaches)
        lines = "\n".join(f"  {breach}" for breach in self.breaches)
        super().__init__(f"edition {edition} contradicts itself and is not published:\n{lines}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.edition, self.breaches)


def require(edition: str, breaches: Iterable[Breach]) -> None:
    """Raises InconsistentEdition where there is a breach."""
    found = tuple(breaches)
    if found:
        raise InconsistentEdition(edition, found)


def laws_by_state(where: str, *, laws: int, direct: int, applied: int, partial: int, not_applied: int) -> list[Breach]:
    """direct + applied + partial + not applied = laws."""
    total = direct + applied + partial + not_applied
    return _equal("direct + applied + partial + not applied = laws", where, laws, total)


def measures_by_outcome(where: str, *, expected: int, taken: int, open_: int, unknown: int = 0) -> list[Breach]:
    """taken + open + not established = expected; a count is never below 0."""
    breaches = _equal("taken + open + not established = expected", where, expected, taken + open_ + unknown)
    for name, count in (("taken", taken), ("open", open_), ("not established", unknown)):
        if count < 0:
            breaches.append(Breach(f"{name} is a count", where, str(count), "0 or more"))
    return breaches


def parts_of(where: str, total: int | Decimal, parts: Mapping[str, int | Decimal]) -> list[Breach]:
    """The sum over the parts (committees, pillars, laws) = the total; for counts, not for rounded shares."""
    return _equal(f"sum over {', '.join(parts) or 'no part'} = total", where, total, sum(parts.values(), Decimal(0)))


def pooled(where: str, *, taken: int, expected: int, by_law: Mapping[str, tuple[int, int]]) -> list[Breach]:
    """A rate over several laws is sum T / sum E (METHOD 2.2): both sums are stated, never a mean of rates."""
    return [
        *_equal("sum of taken over laws", where, taken, sum(t for t, _ in by_law.values())),
        *_equal("sum of expected over laws", where, expected, sum(e for _, e in by_law.values())),
    ]


def printed_share(where: str, printed: Decimal, *, numerator: int, denominator: int, decimals: int = 0) -> list[Breach]:
    """A printed percentage follows, rounded half up, from the fraction beside it.

    A percentage that follows only by truncation is a breach here: this project rounds half up.
    """
    found = reconcile(printed, Rate(numerator, denominator), decimals)
    if found.outcome is Outcome.FOLLOWS:
        return []
    follows = "no percentage" if found.expected is None else f"{found.expected} %"
    return [Breach(f"{numerator} / {denominator} as a percentage", where, f"{printed} %", follows)]


def repeated(figure: str, places: Mapping[str, object]) -> list[Breach]:
    """A figure, period or caption that stands in several places is the same in all of them.

    ``places`` is the figure by place, the first being the one that the others must repeat. Numbers
    are equal as numbers: 4.50 repeats 4.5.
    """
    listed = list(places.items())
    return [
        Breach(f"{figure} as in {listed[0][0]}", place, str(value), str(listed[0][1]))
        for place, value in listed[1:]
        if value != listed[0][1]
    ]


def within_bounds(where: str, score: float, *, low: float, high: float) -> list[Breach]:
    """A score lies between its bounds, and all three between 0 and 100."""
    if 0 <= low <= score <= high <= 100:
        return []
    return [Breach("0 <= low <= score <= high <= 100", where, f"{score:g}", f"{low:g} to {high:g}")]


def _equal(identity: str, where: str, stated: int | Decimal, follows: int | Decimal) -> list[Breach]:
    return [] if stated == follows else [Breach(identity, where, str(stated), str(follows))]

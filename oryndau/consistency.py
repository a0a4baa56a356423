"""An edition that contradicts itself is not published: the identities of METHOD 2.4, asked of its figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from checks.identities import Breach, measures_by_outcome, parts_of, repeated, within_bounds
from reports.model import Edition, LawEdition, OverviewEdition

ADDED_UP = 1e-12 * 100
"""What floating point may leave between a change of up to 100 points and the sum of its parts."""


def breaches(edition: Edition) -> list[Breach]:
    """Where the edition's figures do not follow from one another; empty where they do."""
    return _law(edition) if isinstance(edition, LawEdition) else _overview(edition)


def _law(edition: LawEdition) -> list[Breach]:
    counted = [row for row in edition.measures if row.counted]
    fulfilled = sum(row.fulfilled for row in counted)
    open_ = edition.measures_expected - edition.measures_fulfilled - edition.measures_unknown
    found = [
        *measures_by_outcome(
            "by-laws",
            expected=edition.measures_expected,
            taken=edition.measures_fulfilled,
            open_=open_,
            unknown=edition.measures_unknown,
        ),
        *repeated("by-laws expected", {"cover": edition.measures_expected, "table of by-laws": len(counted)}),
        *repeated("by-laws fulfilled", {"cover": edition.measures_fulfilled, "table of by-laws": fulfilled}),
    ]
    scores = [("law", edition.score, edition.low, edition.high)]
    scores += [(f"pillar {p.id}", p.score, p.low, p.high) for p in edition.pillars]
    for name, score, low, high in scores:
        if score is not None and low is not None and high is not None:
            found += within_bounds(name, score, low=low, high=high)
    found += _sureness(edition)
    for indicator in edition.indicators:
        latest = next((p.value for p in reversed(indicator.history) if p.period == indicator.period), None)
        if indicator.value is not None and latest is not None:
            found += repeated(
                f"value of {indicator.id}", {"table of indicators": indicator.value, "its history": latest}
            )
    return found


def _sureness(edition: LawEdition) -> Iterator[Breach]:
    """The interval holds the score, and the parts of a change add up to it."""
    sure, change = edition.uncertainty, edition.score_change
    if sure is not None and edition.score is not None:
        yield from within_bounds("interval of the score", edition.score, low=sure.low, high=sure.high)
    if change is not None:
        parts, gain = math.fsum(part.points for part in change.parts), change.after - change.before
        if abs(parts - gain) > ADDED_UP:
            yield Breach("sum of the parts = change of the score", "change", f"{parts:.12g}", f"{gain:.12g}")


def _overview(edition: OverviewEdition) -> list[Breach]:
    rows = dict(Counter(row.status for row in edition.rows))
    return [
        *parts_of("counts by status", len(edition.rows), edition.counts),
        *repeated("counts by status", {"strip": edition.counts, "rows": rows}),
    ]

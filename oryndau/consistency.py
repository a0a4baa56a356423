"""An edition that contradicts itself is not published: the identities of METHOD 2.4, asked of its figures."""

from __future__ import annotations

from collections import Counter

from checks.identities import Breach, measures_by_outcome, parts_of, repeated, within_bounds
from reports.model import Edition, LawEdition, OverviewEdition


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
    for indicator in edition.indicators:
        latest = next((p.value for p in reversed(indicator.history) if p.period == indicator.period), None)
        if indicator.value is not None and latest is not None:
            found += repeated(
                f"value of {indicator.id}", {"table of indicators": indicator.value, "its history": latest}
            )
    return found


def _overview(edition: OverviewEdition) -> list[Breach]:
    rows = dict(Counter(row.status for row in edition.rows))
    return [
        *parts_of("counts by status", len(edition.rows), edition.counts),
        *repeated("counts by status", {"strip": edition.counts, "rows": rows}),
    ]

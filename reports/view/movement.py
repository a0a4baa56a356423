"""Why the score moved since the edition before: a waterfall of its parts, or the sentence that nothing did."""

from __future__ import annotations

from math import fsum

from indicators.scores.change import COMPOSITION, METHOD, TARGETS, WEIGHTS
from reports.charts import waterfall
from reports.model import LawEdition, NumberArg
from reports.reckoning import ScoreChange, ScorePart
from reports.view.chart import WHOLE, Chart, axis_numbers
from reports.view.words import Words, day, figure, printed

MOST_PARTS = 8
DECIMALS = 2
"""One more than a score is printed with, so that a reader who adds the parts up comes to the later score."""
RULES = frozenset({TARGETS, WEIGHTS, COMPOSITION, METHOD})
"""Factors that are of the register and the method."""
_SILENT = 1e-9
"""Points below which floating point alone makes a part."""


def moved(change: ScoreChange) -> bool:
    """True where any part is a change at all."""
    return any(abs(part.points) > _SILENT for part in change.parts)


def direction(change: ScoreChange) -> str:
    """``more``, ``less`` or ``unclear``: a direction only where the interval of the difference excludes zero."""
    if change.low > 0:
        return "more"
    return "less" if change.high < 0 else "unclear"


def restated(change: ScoreChange) -> float:
    """Points that come of the register or the method, and so neither of the figures nor of the by-laws."""
    return fsum(part.points for part in change.parts if part.factor in RULES)


def waterfall_chart(edition: LawEdition, w: Words) -> Chart | None:
    """The parts of the change from the largest to the smallest; None where there is none to draw."""
    change = edition.score_change
    if change is None or edition.previous_date is None or not moved(change):
        return None
    parts = _parts(change, edition, w)
    largest = max(parts, key=lambda part: abs(part.points))
    old, new = (w.number(score, DECIMALS) for score in (change.before, change.after))
    words = {"old": printed(old), "value": printed(new), "part": printed(f"{largest.name} ({largest.text})")}
    by_rules = restated(change)
    if edition.previous_sha256 is not None and abs(by_rules) > _SILENT:
        # Nothing rose or fell where the rules moved: the title says how much is theirs.
        title = w("chart.change.restated", **words, restated=printed(w.number(by_rules, DECIMALS, signed=True)))
    else:
        title = w(f"chart.change.{direction(change)}", **words)
    told = "; ".join(f"{part.name}: {part.text}" for part in parts)
    low, high = (NumberArg(value=bound, decimals=DECIMALS, signed=True) for bound in (change.low, change.high))
    sure = edition.uncertainty
    spec = waterfall.Waterfall(
        before=change.before,
        before_name=w("previous", date=day(edition.previous_date)),
        before_text=old,
        after=change.after,
        after_name=w("previous", date=day(edition.reference_date)),
        after_text=new,
        parts=parts,
        number=axis_numbers(w),
        band=None if sure is None else (sure.low, sure.high),
    )
    return Chart(
        title=title,
        subtitle=w("chart.change.subtitle", low=low, high=high),
        alt=w("chart.alt.change", text=printed(f"{title} {told}.")),
        svg=waterfall.draw(spec, WHOLE),
        width=WHOLE,
        height=waterfall.height(len(parts)),
    )


def unmoved(edition: LawEdition, w: Words) -> str:
    """The sentence in the chart's place; empty where there is nothing to compare."""
    change = edition.score_change
    if change is None or moved(change):
        return ""
    return w("changes.score_same", score=figure(change.after, 1))


def _parts(change: ScoreChange, edition: LawEdition, w: Words) -> tuple[waterfall.Part, ...]:
    """The largest parts, and the rest as one, so that nothing of the sum is lost."""
    ordered = sorted(change.parts, key=lambda part: (-abs(part.points), part.factor, part.indicator or ""))
    ordered = [part for part in ordered if abs(part.points) > _SILENT]
    kept = ordered if len(ordered) <= MOST_PARTS else ordered[: MOST_PARTS - 1]
    rest = [part.points for part in ordered[len(kept) :]]
    found = [(_name(part, edition, w), part.points) for part in kept]
    if rest:
        found.append((w("part.others"), sum(rest)))
    return tuple(waterfall.Part(name, points, w.number(points, DECIMALS, signed=True)) for name, points in found)


def _name(part: ScorePart, edition: LawEdition, w: Words) -> str:
    cause = w("part." + part.factor)
    row = next((row for row in edition.indicators if row.id == part.indicator), None)
    return cause if row is None else f"{cause}: {row.number} {row.title.get(w.lang)}"

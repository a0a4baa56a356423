"""Findings on targets: milestones, targets that were changed, and targets that are not scored."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.register import period as periods
from indicators.register.model import Verification
from reports.findings.arguments import amount, goal, percent_change, subject, unmeasured
from reports.findings.draft import QUOTE, SUPPORT, draft, say
from reports.model import (
    Argument,
    Finding,
    HistoryPoint,
    IndicatorRow,
    Message,
    PeriodArg,
    TargetRow,
    TextArg,
)


def goal_findings(row: IndicatorRow) -> Iterator[Finding]:
    """What there is to say of the targets of one indicator."""
    for target in row.targets:
        yield from _changed(row, target)
        if target.scored and target.mark in ("achieved", "missed") and target.period != row.target_period:
            yield from _milestone(row, target)
        if not Verification(target.verification).printable:
            sentence = say("finding.target.unconfirmed", **_named(row, target), document=TextArg(value=target.document))
            yield draft("unconfirmed_target", SUPPORT, sentence, indicator=row.id, period=target.period)
        elif target.scored:
            yield from _document(row, target)
        elif target.reason is not None:
            yield _reference(row, target)


def _named(row: IndicatorRow, target: TargetRow) -> dict[str, Argument]:
    return {"title": subject(row), "period": PeriodArg(value=target.period)}


def _milestone(row: IndicatorRow, target: TargetRow) -> Iterator[Finding]:
    observed = _observed(row, target)
    if target.value is None or observed is None:
        return
    sentence = say(
        f"finding.milestone.{target.mark}",
        title=subject(row),
        target=goal(row, target.value),
        target_period=PeriodArg(value=target.period),
        observed=amount(row, observed.value),
        observed_period=PeriodArg(value=observed.period),
    )
    figure = say("figure.value", value=amount(row, observed.value))
    yield draft("milestone", QUOTE, sentence, figure, indicator=row.id, period=observed.period, sources=(row.source,))


def _observed(row: IndicatorRow, target: TargetRow) -> HistoryPoint | None:
    """The figure that decided the milestone: of its own period, else the latest before it."""
    due = periods.end(target.period)
    return next((p for p in reversed(row.history) if periods.end(p.period) <= due), None)


def _changed(row: IndicatorRow, old: TargetRow) -> Iterator[Finding]:
    new = next((t for t in row.targets if t.id == old.superseded_by), None)
    if new is None or old.value is None or new.value is None:
        return
    if not (Verification(old.verification).printable and Verification(new.verification).printable):
        return
    args: dict[str, Argument] = {
        "title": subject(row),
        "period": PeriodArg(value=new.period),
        "old": goal(row, old.value),
        "new": goal(row, new.value),
        "document": TextArg(value=new.document),
    }
    manner = _manner(row, old, new)
    if manner == "replaced":
        args["old_period"] = PeriodArg(value=old.period)
    figure = say("figure.change", earlier=goal(row, old.value), value=goal(row, new.value))
    sentence = Message(key=f"finding.target.{manner}", args=args)
    yield draft("target_changed", QUOTE, sentence, figure, indicator=row.id, period=new.period)


def _manner(row: IndicatorRow, old: TargetRow, new: TargetRow) -> str:
    """Raised or lowered where more is better, tightened or relaxed where less is; replaced otherwise."""
    if old.value is None or new.value is None or old.period != new.period or old.value == new.value:
        return "replaced"
    up = new.value > old.value
    match row.direction:
        case "up":
            return "raised" if up else "lowered"
        case "down":
            return "relaxed" if up else "tightened"
        case _:
            return "replaced"


def _document(row: IndicatorRow, target: TargetRow) -> Iterator[Finding]:
    if target.value is None:
        return
    args = {**_named(row, target), "document": TextArg(value=target.document)}
    args["target"] = goal(row, target.value)
    if unmeasured(row):
        sentence = Message(key=f"finding.target.document_unmeasured.{target.verification}", args=args)
        figure = say("figure.value", value=goal(row, target.value))
        yield draft("target_document", SUPPORT, sentence, figure, indicator=row.id, period=target.period)
        return
    key = f"finding.target.document.{target.verification}"
    if target.change_percent is not None and target.base_period is not None:
        key = f"finding.target.document_change.{target.verification}"
        args["change"] = percent_change(target.change_percent)
        args["base_period"] = PeriodArg(value=target.base_period)
    figure = say("figure.value", value=goal(row, target.value))
    yield draft("target_document", SUPPORT, Message(key=key, args=args), figure, indicator=row.id, period=target.period)


def _reference(row: IndicatorRow, target: TargetRow) -> Finding:
    args = _named(row, target)
    if target.reason is not None:
        args["reason"] = TextArg(value=target.reason)
    key, figure = "finding.target.reference_unstated", None
    if target.value is not None:
        key = "finding.target.reference"
        args["target"] = goal(row, target.value)
        figure = say("figure.value", value=goal(row, target.value))
    elif target.change_percent is not None:
        change = percent_change(target.change_percent)
        key, figure = "finding.target.reference_change_bare", say("figure.value", value=change)
        args["change"] = change
        if target.base_period is not None:
            key = "finding.target.reference_change"
            args["base_period"] = PeriodArg(value=target.base_period)
    return draft(
        "reference_target", SUPPORT, Message(key=key, args=args), figure, indicator=row.id, period=target.period
    )

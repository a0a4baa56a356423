"""Findings on where an indicator stands: against its path, against its past, and its pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.register import period as periods
from indicators.register.model import Law, Text
from indicators.scores.result import Status
from reports.findings.arguments import amount, change, comparable, difference, goal, pace, scored, side, subject
from reports.findings.draft import QUOTE, SUPPORT, draft, say
from reports.model import (
    Argument,
    CountArg,
    Finding,
    HistoryPoint,
    IndicatorRow,
    Message,
    NumberArg,
    PeriodArg,
    TextArg,
)

BEFORE = 3
"""Years before the law's adoption in which a figure still shows the state that the law met."""

ENOUGH = 1.05
"""Up to this acceleration the recent pace counts as enough: the factor would print as "x 1.0"."""


def standing_findings(row: IndicatorRow, law: Law, doubted: bool) -> Iterator[Finding]:
    """Status, change and pace of one indicator; nothing of a ``doubted`` figure is put forward to quote."""
    if row.value is None or row.period is None:
        return
    importance = SUPPORT if doubted or row.status == Status.NO_DATA else QUOTE
    place = _Place(row.id, row.period, row.source)
    status = _status(row)
    if status is not None:
        yield place.finding("status", importance, status, say("figure.value", value=amount(row, row.value)))
    if status is not None and row.caveat is not None:
        yield place.finding("caveat", SUPPORT, _caveat(row, row.caveat), None)
    known = comparable(row)
    latest = known[-1]
    reference, basis = _reference(known, law) if row.comparable else (None, "")
    if reference is not None:
        kind = "change" if status is None else "recent_change"
        yield place.finding(kind, importance, *_change(row, latest, reference, basis))
    elif status is None:
        lonely = "only" if row.comparable else "incomparable"
        sentence = say(f"finding.change.{lonely}", title=subject(row), **_latest(row, latest))
        yield place.finding("change", SUPPORT, sentence, say("figure.value", value=amount(row, latest.value)))
    if reference is not None and known[-2].period != reference.period:
        yield place.finding("recent_change", SUPPORT, *_change(row, latest, known[-2]))
    speed = pace_message("finding.pace", row, with_paces=True)
    if speed is not None:
        enough = speed.key.endswith("enough")
        yield place.finding("pace", SUPPORT if enough else importance, speed, _pace_figure(row, speed))


@dataclass(frozen=True, slots=True)
class _Place:
    """What the findings of one indicator have in common."""

    indicator: str
    period: str
    source: str | None

    def finding(self, kind: str, importance: int, sentence: Message, figure: Message | None) -> Finding:
        """A change within the noise is no news: it is kept, but not put forward."""
        if kind == "recent_change" or sentence.key.startswith("finding.change.unclear"):
            importance = SUPPORT
        return draft(
            kind,
            importance,
            sentence,
            figure,
            indicator=self.indicator,
            period=self.period,
            sources=(self.source,),
        )


def pace_message(prefix: str, row: IndicatorRow, *, with_paces: bool) -> Message | None:
    """What pace the target asks for; None where the target is reached or there is none.

    ``prefix`` is the group of catalogue keys; ``with_paces`` gives subject and both paces as well.
    """
    if row.needed_pace is None or row.target is None or row.target_period is None or not scored(row):
        return None
    args: dict[str, Argument] = {
        "target": goal(row, row.target),
        "target_period": PeriodArg(value=row.target_period),
    }
    if row.recent_pace is None or (row.acceleration is None and not row.turn_round):
        manner = "needed"
        args["needed_pace"] = pace(row, row.needed_pace, row.needed_pace)
    elif row.turn_round:
        manner = "turn"
    elif row.acceleration is not None and row.acceleration > ENOUGH:
        manner = "faster"
        args["factor"] = NumberArg(value=row.acceleration, decimals=1)
    else:
        manner = "enough"
    if with_paces:
        args["title"] = subject(row)
        if row.recent_pace is not None and manner != "needed":
            args["needed_pace"] = pace(row, row.needed_pace, row.recent_pace)
            args["recent_pace"] = pace(row, row.recent_pace, row.needed_pace)
    return Message(key=f"{prefix}.{manner}", args=args)


def _pace_figure(row: IndicatorRow, speed: Message) -> Message:
    """How many times as fast, else the change needed in a year."""
    if row.acceleration is not None and row.acceleration > ENOUGH:
        return say("figure.times", factor=NumberArg(value=row.acceleration, decimals=1))
    needed = speed.args["needed_pace"]
    if not isinstance(needed, NumberArg):
        raise TypeError(f"indicator {row.id}: the needed pace is no number")
    return say("figure.pace", value=needed.model_copy(update={"unit": "none"}))


def _status(row: IndicatorRow) -> Message | None:
    if row.target is None or row.target_period is None or row.value is None or row.period is None:
        return None
    args: dict[str, Argument] = {
        "title": subject(row),
        "value": amount(row, row.value),
        "period": PeriodArg(value=row.period),
        "target": goal(row, row.target),
        "target_period": PeriodArg(value=row.target_period),
    }
    match row.status:
        case Status.ACHIEVED | Status.MISSED:
            return Message(key=f"finding.path.{row.status}", args=args)
        case Status.NOT_DISTINGUISHABLE:
            return _undecided(row, args)
        case Status.NOT_STARTED:
            if row.baseline_period is None:
                return None
            start = PeriodArg(value=row.baseline_period)
            return Message(key="finding.path.not_started", args={**args, "baseline_period": start})
        case Status.REVERSING if row.baseline is not None and row.baseline_period is not None:
            if change(row, row.value, row.baseline) != "unclear":
                args["baseline"] = amount(row, row.baseline)
                args["baseline_period"] = PeriodArg(value=row.baseline_period)
                return Message(key="finding.path.reversing", args=args)
    if not scored(row) or row.needed_value is None:
        return None
    where = side(row)
    args["needed"] = amount(row, row.needed_value)
    if where != "on":
        args["gap"] = difference(row, row.value, row.needed_value)
    return Message(key=f"finding.path.{where}", args=args)


def _caveat(row: IndicatorRow, caveat: Text) -> Message:
    return say("finding.caveat", title=subject(row), reason=TextArg(value=caveat))


def _undecided(row: IndicatorRow, args: dict[str, Argument]) -> Message:
    """The published precision leaves the status open: it cannot tell the figure from the target, or from the path."""
    args = {**args, "count": CountArg(value=row.decimals)}
    if row.value is None or row.target is None or row.needed_value is None:
        return Message(key="finding.path.not_distinguishable", args=args)
    half = 0.5 * 10**-row.decimals
    if abs(row.value - row.target) <= half * 1.000001:
        return Message(key="finding.path.not_distinguishable", args=args)
    needed = amount(row, row.needed_value)
    args["needed"] = needed.model_copy(update={"decimals": row.decimals + 1})
    return Message(key="finding.path.not_distinguishable.needed", args=args)


def _reference(known: list[HistoryPoint], law: Law) -> tuple[HistoryPoint | None, str]:
    """What the latest figure is set against, and why that one: a year without its reason looks chosen.

    The last one before the law (``before``), else the first since (``since``), else the one before.
    """
    earlier = known[:-1]
    recent = periods.add_months(law.adopted, -12 * BEFORE)
    before = [p for p in earlier if recent <= periods.end(p.period) < law.adopted]
    since = [p for p in earlier if periods.end(p.period) >= law.adopted]
    if before and since:
        return before[-1], ".before"
    if since:
        return since[0], ".since"
    return (earlier[-1], "") if earlier else (None, "")


def _change(row: IndicatorRow, latest: HistoryPoint, earlier: HistoryPoint, basis: str = "") -> tuple[Message, Message]:
    direction = change(row, latest.value, earlier.value)
    args: dict[str, Argument] = {
        "title": subject(row),
        **_latest(row, latest),
        "earlier": amount(row, earlier.value),
        "earlier_period": PeriodArg(value=earlier.period),
    }
    if direction != "unclear":
        args["difference"] = difference(row, latest.value, earlier.value)
    now, then = amount(row, latest.value), amount(row, earlier.value)
    # no arrow where no change is claimed: set large, it would claim one
    figure = say("figure.value", value=now) if direction == "unclear" else say("figure.change", earlier=then, value=now)
    return Message(key=f"finding.change.{direction}{basis}", args=args), figure


def _latest(row: IndicatorRow, latest: HistoryPoint) -> dict[str, NumberArg | PeriodArg]:
    return {"value": amount(row, latest.value), "period": PeriodArg(value=latest.period)}

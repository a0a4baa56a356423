"""Findings on where an indicator stands: against its path, against its past, and its pace."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.register import period as periods
from indicators.register.model import Law
from indicators.scores.result import Status
from reports.findings.arguments import amount, change, difference, goal, pace, scored, side, subject
from reports.findings.draft import QUOTE, SUPPORT, draft, say
from reports.model import CountArg, Finding, HistoryPoint, IndicatorRow, Message, NumberArg, PeriodArg

ENOUGH = 1.05
"""Up to this acceleration the recent pace counts as enough: the factor would print as "x 1.0"."""


def standing_findings(row: IndicatorRow, law: Law) -> Iterator[Finding]:
    """Status, change and pace of one indicator."""
    if row.value is None or row.period is None:
        return
    status = _status(row)
    if status is not None:
        yield draft(
            "status",
            QUOTE,
            status,
            say("figure.value", value=amount(row, row.value)),
            indicator=row.id,
            period=row.period,
            sources=(row.source,),
        )
    comparable = _comparable(row)
    reference = _reference(comparable, law)
    if reference is not None:
        yield _change(row, comparable[-1], reference, "recent_change" if status is not None else "change")
    elif status is None:
        sentence = say("finding.change.only", title=subject(row), **_latest(row, comparable[-1]))
        figure = say("figure.value", value=amount(row, comparable[-1].value))
        yield draft("change", SUPPORT, sentence, figure, indicator=row.id, period=row.period, sources=(row.source,))
    if len(comparable) > 1 and reference is not None and comparable[-2].period != reference.period:
        yield _change(row, comparable[-1], comparable[-2], "recent_change")
    speed = pace_message("finding.pace", row, with_paces=True)
    if speed is not None:
        yield draft(
            "pace",
            SUPPORT,
            speed,
            _times(row),
            indicator=row.id,
            period=row.period,
            sources=(row.source,),
        )


def pace_message(prefix: str, row: IndicatorRow, *, with_paces: bool) -> Message | None:
    """What pace the target asks for; None where there is no pace to compare.

    ``prefix`` is the group of catalogue keys; ``with_paces`` gives subject and both paces as well.
    """
    if row.needed_pace is None or row.recent_pace is None or row.target is None or row.target_period is None:
        return None
    if not scored(row) or (row.acceleration is None and not row.turn_round):
        return None
    manner = "turn" if row.turn_round else "faster" if (row.acceleration or 0) > ENOUGH else "enough"
    message = say(f"{prefix}.{manner}", target=goal(row, row.target), target_period=PeriodArg(value=row.target_period))
    args = dict(message.args)
    if manner == "faster" and row.acceleration is not None:
        args["factor"] = NumberArg(value=row.acceleration, decimals=1)
    if with_paces:
        args["title"] = subject(row)
        args["needed_pace"] = pace(row, row.needed_pace, row.recent_pace)
        args["recent_pace"] = pace(row, row.recent_pace, row.needed_pace)
    return Message(key=message.key, args=args)


def _times(row: IndicatorRow) -> Message | None:
    if row.acceleration is None or row.acceleration <= ENOUGH:
        return None
    return say("figure.times", factor=NumberArg(value=row.acceleration, decimals=1))


def _status(row: IndicatorRow) -> Message | None:
    if row.target is None or row.target_period is None or row.value is None or row.period is None:
        return None
    args = {
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
            return Message(key=f"finding.path.{row.status}", args={**args, "count": CountArg(value=row.decimals)})
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


def _comparable(row: IndicatorRow) -> list[HistoryPoint]:
    """The observations of the latest one's definition, in order of time."""
    latest = row.history[-1]
    starts = [periods.time(p) for p, _ in row.breaks] + [periods.time(p.period) for p in row.history if p.flag == "b"]
    since = max((s for s in starts if s <= periods.time(latest.period)), default=None)
    return [p for p in row.history if since is None or periods.time(p.period) >= since]


def _reference(comparable: list[HistoryPoint], law: Law) -> HistoryPoint | None:
    """What the latest figure is set against: the first figure since the law was adopted, else the one before."""
    earlier = comparable[:-1]
    since = [p for p in earlier if periods.end(p.period) >= law.adopted]
    return since[0] if since else earlier[-1] if earlier else None


def _change(row: IndicatorRow, latest: HistoryPoint, earlier: HistoryPoint, kind: str) -> Finding:
    direction = change(row, latest.value, earlier.value)
    args = {
        "title": subject(row),
        **_latest(row, latest),
        "earlier": amount(row, earlier.value),
        "earlier_period": PeriodArg(value=earlier.period),
    }
    if direction != "unclear":
        args["difference"] = difference(row, latest.value, earlier.value)
    return draft(
        kind,
        QUOTE if kind == "change" and direction != "unclear" else SUPPORT,
        Message(key=f"finding.change.{direction}", args=args),
        say("figure.change", earlier=amount(row, earlier.value), value=amount(row, latest.value)),
        indicator=row.id,
        period=latest.period,
        sources=(row.source,),
    )


def _latest(row: IndicatorRow, latest: HistoryPoint) -> dict[str, NumberArg | PeriodArg]:
    return {"value": amount(row, latest.value), "period": PeriodArg(value=latest.period)}

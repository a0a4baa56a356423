"""What is different from the previous edition, line by line, each with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.register.model import Text
from reports import language
from reports.findings.arguments import amount, subject
from reports.model import (
    Argument,
    Change,
    CountArg,
    IndicatorRow,
    LawEdition,
    Message,
    NumberArg,
    PeriodArg,
    TargetRow,
    TextArg,
)


def changes_between(before: LawEdition, now: LawEdition) -> tuple[Change, ...]:
    """Differences of two editions of one law: method, register, new periods, revisions.

    Raises LookupError where the editions are of different laws.
    """
    if before.law != now.law:
        raise LookupError(f"edition {before.id} is of another law than {now.id}")
    return tuple(_changes(before, now))


def _changes(before: LawEdition, now: LawEdition) -> Iterator[Change]:
    if before.method != now.method:
        message = _say("change.method", old=_same(before.method), value=_same(now.method))
        yield Change(cause="method", indicator=None, message=message)
    earlier = {row.id: row for row in before.indicators}
    for row in now.indicators:
        if row.id in earlier:
            yield from _register(earlier[row.id], row)
            yield from _figures(earlier[row.id], row)
        else:
            yield _change("register", row, "change.indicator_added")
    kept = {row.id for row in now.indicators}
    for row in before.indicators:
        if row.id not in kept:
            yield _change("register", row, "change.indicator_removed")
    yield from _by_laws(before, now)


def _register(before: IndicatorRow, now: IndicatorRow) -> Iterator[Change]:
    if _stated(before.targets) != _stated(now.targets):
        yield _change("register", now, "change.targets")
    if None not in (before.baseline_period, now.baseline_period) and before.baseline_period != now.baseline_period:
        yield _change("register", now, "change.baseline")
    if before.weight != now.weight:
        old, value = (NumberArg(value=w, decimals=language.own_decimals(w, 2)) for w in (before.weight, now.weight))
        yield _change("register", now, "change.weight", old=old, value=value)


def _stated(targets: tuple[TargetRow, ...]) -> list[tuple[object, ...]]:
    """What the register states of the targets, without what is computed from figures."""
    return [(t.id, t.period, t.change_percent or t.value, t.superseded_by, t.scored) for t in targets]


def _figures(before: IndicatorRow, now: IndicatorRow) -> Iterator[Change]:
    if before.period is not None and before.value is not None:
        old: dict[str, Argument] = {
            "old": amount(before, before.value),
            "old_period": PeriodArg(value=before.period),
        }
        if now.period is None or now.value is None:
            yield _change("revision", now, "change.lost_value", **old)
        elif now.period != before.period:
            yield _change("new_period", now, "change.new_period", **_latest(now, now.period, now.value), **old)
    elif now.period is not None and now.value is not None:
        yield _change("new_period", now, "change.first_value", **_latest(now, now.period, now.value))
    values = {p.period: p.value for p in now.history}
    revised = [
        p for p in before.history if p.period in values and _printed(now, p.value) != _printed(now, values[p.period])
    ]
    for point in revised:
        if point.period in (now.period, before.period):
            latest = _latest(now, point.period, values[point.period])
            yield _change("revision", now, "change.revision", **latest, old=amount(now, point.value))
    others = sum(p.period not in (now.period, before.period) for p in revised)
    if others:
        yield _change("revision", now, "change.revision_history", count=CountArg(value=others))


def _by_laws(before: LawEdition, now: LawEdition) -> Iterator[Change]:
    for key, old, new in (
        ("change.by_laws", before.measures_fulfilled, now.measures_fulfilled),
        ("change.by_laws_expected", before.measures_expected, now.measures_expected),
    ):
        if old != new:
            message = _say(key, old=CountArg(value=old), value=CountArg(value=new))
            yield Change(cause="register", indicator=None, message=message)


def _printed(row: IndicatorRow, value: float) -> Decimal:
    return language.rounded(value, row.decimals)


def _latest(row: IndicatorRow, period: str, value: float) -> dict[str, Argument]:
    return {"value": amount(row, value), "period": PeriodArg(value=period)}


def _change(cause: str, row: IndicatorRow, key: str, **args: Argument) -> Change:
    message = _say(key, title=subject(row), **args)
    return Change.model_validate({"cause": cause, "indicator": row.id, "message": message})


def _same(text: str) -> TextArg:
    return TextArg(value=Text(kk=text, ru=text, en=text))


def _say(key: str, **args: Argument) -> Message:
    return Message(key=key, args=args)

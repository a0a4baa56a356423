"""What is different from the previous edition, line by line, each with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.register.model import Text
from reports import language
from reports.findings.arguments import amount, goal, percent_change, subject
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
    yield from _targets(before, now)
    old_base, base = before.baseline_period, now.baseline_period
    if old_base is not None and base is not None and old_base != base:
        yield _change("register", now, "change.baseline", old=PeriodArg(value=old_base), value=PeriodArg(value=base))
    if before.weight != now.weight:
        old, value = (NumberArg(value=w, decimals=language.own_decimals(w, 2)) for w in (before.weight, now.weight))
        yield _change("register", now, "change.weight", old=old, value=value)


def _targets(before: IndicatorRow, now: IndicatorRow) -> Iterator[Change]:
    """Targets with another value, each with both; any other difference of the list in one line."""
    earlier = {target.id: target for target in before.targets}
    if [_terms(t) for t in before.targets] != [_terms(t) for t in now.targets]:
        yield _change("register", now, "change.targets")
    for target in now.targets:
        was = earlier.get(target.id)
        if was is None or _terms(was) != _terms(target):
            continue
        old, value = _aim(before, was), _aim(now, target)
        if old is not None and value is not None and old != value:
            period = PeriodArg(value=target.period)
            yield _change("register", now, "change.target", target_period=period, old=old, value=value)


def _terms(target: TargetRow) -> tuple[object, ...]:
    """What the register states of a target beside its value."""
    return target.id, target.period, target.change_percent is None, target.superseded_by, target.scored


def _aim(row: IndicatorRow, target: TargetRow) -> NumberArg | None:
    """The value that the register states, without what is computed from figures."""
    if target.change_percent is not None:
        return percent_change(target.change_percent)
    return None if target.value is None else goal(row, target.value)


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

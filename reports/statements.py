"""What people say of a law, as known at an edition's knowledge date and tied to the edition's findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Day

from indicators.register.statements import About, Statement
from reports.model import Finding, StatementRow


def statement_rows(
    statements: Iterable[Statement], law: str, findings: Sequence[Finding], as_of: Day
) -> tuple[StatementRow, ...]:
    """The law's statements that are known at ``as_of``: of the law first, then by finding; the newest first of each."""
    known = [shown for each in statements if each.law == law and (shown := each.known(as_of)) is not None]
    rows = [_row(statement, findings) for statement in known]
    return tuple(sorted(rows, key=lambda row: (_place(row, findings), -_day(row).toordinal(), row.id)))


def _row(statement: Statement, findings: Sequence[Finding]) -> StatementRow:
    about = statement.finding
    finding = None if about is None else _finding(about, findings)
    return StatementRow(
        id=statement.id,
        kind=statement.kind,
        author=statement.author,
        day=statement.date,
        requested=statement.requested,
        due=statement.due,
        about="law" if about is None else "absent" if finding is None else "finding",
        finding=None if finding is None else finding.id,
        texts={language: statement.texts[language] for language in sorted(statement.texts)},
    )


def _finding(about: About, findings: Sequence[Finding]) -> Finding | None:
    """The first finding of the kind and, where one is named, of the indicator."""
    return next(
        (f for f in findings if f.kind == about.kind and about.indicator in (None, f.indicator)),
        None,
    )


def _place(row: StatementRow, findings: Sequence[Finding]) -> int:
    """Of the law, then in the findings' order, then of findings that this edition does not make."""
    if row.about == "law":
        return -1
    order = [finding.id for finding in findings]
    return order.index(row.finding) if row.finding is not None else len(order)


def _day(row: StatementRow) -> Day:
    day = row.day or row.requested
    if day is None:
        raise ValueError(f"{row.id} bears no day")
    return day

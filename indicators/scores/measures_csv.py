"""A plain table of measures, so that a parliament can count without a register.

One row a measure: ``law, provision, kind, promulgated, due, fulfilled, state, deferred``. A row
without a kind names a law that asks for no measure. The table is taken as the complete list of each
law that it names.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO

from indicators.register.model import State
from indicators.scores.measures import FULFILLED
from indicators.scores.perimeters import BY_LAWS, OTHER_KINDS

COLUMNS = ("law", "provision", "kind", "promulgated", "due", "fulfilled", "state", "deferred")
KINDS = BY_LAWS | OTHER_KINDS
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0", ""})


class TableError(ValueError):
    """A row that cannot be counted; says the file, the line, the column and what to write."""

    def __init__(self, where: str, line: int, column: str, what: str, remedy: str) -> None:
        super().__init__(f"{where}, line {line}, {column}: {what}; {remedy}")
        self.where = where
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class ListedMeasure:
    """One measure of a table; ``state`` is its state today, ``fulfilled`` the day on which it was met."""

    provision: str
    kind: str
    due: date | None
    fulfilled: date | None
    state: State
    deferred: bool


@dataclass(frozen=True, slots=True)
class ListedLaw:
    """A law of a table; a list that is not ``complete`` gives no rate.

    ``known_until``: the day to which the list was kept up, where its source says so; nothing is known
    of what came out later.
    """

    id: str
    adopted: date
    measures: tuple[ListedMeasure, ...]
    complete: bool = True
    known_until: date | None = None


def read_measures(text: str, where: str = "measures.csv") -> tuple[ListedLaw, ...]:
    """Laws of a table, in the order in which they first stand. Raises TableError with the line."""
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    absent = [c for c in ("law", "kind", "promulgated") if c not in (reader.fieldnames or ())]
    if absent:
        raise TableError(where, 1, ", ".join(absent), "no such column", f"name the columns {', '.join(COLUMNS)}")
    laws: dict[str, tuple[date, list[ListedMeasure]]] = {}
    for row in reader:
        line = reader.line_num
        name = (row["law"] or "").strip()
        if not name:
            raise TableError(where, line, "law", "it is empty", "name the law")
        adopted = day(row, "promulgated", where, line)
        if adopted is None:
            raise TableError(where, line, "promulgated", "it is empty", "give the day as 2024-12-31")
        before = laws.setdefault(name, (adopted, []))
        if before[0] != adopted:
            raise TableError(where, line, "promulgated", f"{name} was promulgated on {before[0]} above", "mend one")
        if (row["kind"] or "").strip():
            before[1].append(_measure(row, adopted, where, line))
    return tuple(ListedLaw(name, adopted, tuple(rows)) for name, (adopted, rows) in laws.items())


def day(row: Mapping[str, str | None], column: str, where: str, line: int) -> date | None:
    """An ISO day of a row; None where the cell is empty. Raises TableError for anything else."""
    text = (row.get(column) or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TableError(where, line, column, f"{text!r} is no day", "write it as 2024-12-31") from error


def _measure(row: Mapping[str, str | None], adopted: date, where: str, line: int) -> ListedMeasure:
    kind = (row["kind"] or "").strip()
    if kind not in KINDS:
        raise TableError(where, line, "kind", f"{kind!r} is none", f"write one of {', '.join(sorted(KINDS))}")
    due, fulfilled = day(row, "due", where, line), day(row, "fulfilled", where, line)
    state = _state(row, fulfilled, where, line)
    if due is not None and due < adopted:
        raise TableError(where, line, "due", f"{due} lies before the promulgation on {adopted}", "mend one of them")
    if fulfilled is not None and fulfilled < adopted and state is not State.SATISFIED_BY_EXISTING_ACT:
        what = f"{fulfilled} lies before the promulgation on {adopted}"
        raise TableError(where, line, "fulfilled", what, "mend it or give the state satisfied_by_existing_act")
    return ListedMeasure((row.get("provision") or "").strip(), kind, due, fulfilled, state, _flag(row, where, line))


def _state(row: Mapping[str, str | None], fulfilled: date | None, where: str, line: int) -> State:
    """The state as written; an empty cell is `published` beside a day of fulfilment, else `not_started`."""
    text = (row.get("state") or "").strip()
    if not text:
        return State.PUBLISHED if fulfilled is not None else State.NOT_STARTED
    if text not in list(State):
        raise TableError(where, line, "state", f"{text!r} is none", f"write one of {', '.join(State)}")
    state = State(text)
    if fulfilled is not None and state not in FULFILLED:
        raise TableError(where, line, "state", f"{text} beside a day of fulfilment", "take one of them out")
    if fulfilled is None and state in (State.PUBLISHED, State.IN_FORCE):
        raise TableError(where, line, "fulfilled", f"it is empty beside the state {text}", "give the day")
    return state


def _flag(row: Mapping[str, str | None], where: str, line: int) -> bool:
    text = (row.get("deferred") or "").strip().lower()
    if text not in _TRUE | _FALSE:
        raise TableError(where, line, "deferred", f"{text!r} is neither", "write yes or no")
    return text in _TRUE

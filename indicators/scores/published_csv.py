"""A table of published percentages, each beside its own inputs, reconciled (METHOD 2.4)."""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from indicators.scores.measures_csv import TableError
from indicators.scores.rates import Rate
from indicators.scores.reconcile import reconcile

NEEDED = ("id", "numerator", "denominator", "decimals", "published")


def reconcile_csv(text: str, where: str = "published.csv") -> list[dict[str, Any]]:
    """For each row its id, the verdict, what the inputs give, and the denominator with which it follows.

    Columns ``id, numerator, denominator, decimals, published`` and, where the same table has other
    totals, ``other_denominators`` separated by semicolons; further columns are ignored. Raises
    TableError with the line.
    """
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    absent = [c for c in NEEDED if c not in (reader.fieldnames or ())]
    if absent:
        raise TableError(where, 1, ", ".join(absent), "no such column", f"name the columns {', '.join(NEEDED)}")
    rows: list[dict[str, Any]] = []
    for row in reader:
        line = reader.line_num
        numerator, denominator, decimals = (_count(row[c], where, line, c) for c in NEEDED[1:4])
        others = [o for o in (row.get("other_denominators") or "").split(";") if o.strip()]
        found = reconcile(
            _percent(row["published"], where, line),
            Rate(numerator, denominator),
            decimals,
            [_count(o, where, line, "other_denominators") for o in others],
        )
        rows.append(
            {
                "id": row["id"],
                "verdict": found.outcome.value,
                "published": row["published"],
                "recomputed": None if found.expected is None else str(found.expected),
                "denominator": found.denominator,
            }
        )
    return rows


def _count(text: str | None, where: str, line: int, column: str) -> int:
    text = (text or "").strip()
    if not text.isdigit():
        raise TableError(where, line, column, f"{text!r} is no count", "write a whole number, 0 or more")
    return int(text)


def _percent(text: str | None, where: str, line: int) -> Decimal:
    try:
        value = Decimal((text or "").strip().rstrip("%").strip())
    except InvalidOperation as error:
        raise TableError(where, line, "published", f"{text!r} is no percentage", "write it as 31.5") from error
    if not value.is_finite():
        raise TableError(where, line, "published", f"{text!r} is no percentage", "write it as 31.5")
    return value

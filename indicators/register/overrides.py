"""What a law file may change in the checks of a series: the checks by id, and who of them has a bound.

The checks themselves live in their own room, which reads this one; a test holds the two lists together.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from indicators.register.findings import Finding
from indicators.register.model import Law, SeriesRef

FIXED = frozenset({"schema", "series_id", "has_values", "key_unique", "period_readable", "status_known"})
"""Checks without which a batch cannot be read or stored: no law file softens them."""

BOUNDED = frozenset(
    {
        *("regions_complete", "regions_sum", "expected_periods", "withdrawn", "half_withdrawn", "row_count"),
        *("redefinition", "large_revision", "jump", "magnitude"),
    }
)
"""Checks that compare with a bound; ``docs/data-quality.md`` tells what the bound of each means."""

UNBOUNDED = frozenset(
    {
        *("frequency", "future_period", "unfinished_period", "value_present", "natural_limits", "regional_limits"),
        *("region_known", "region_existed", "regions_around_nation", "freshness", "precision", "target_precision"),
        *("monotonic", "parts_of_whole", "second_source", "text_clean"),
    }
)
"""Checks whose measure stands elsewhere in the law file (limits, rhythm, tolerance), or that have none."""


def override_findings(n: int, series: SeriesRef) -> Iterator[Finding]:
    """Broken rules of ``checks`` of the law's n-th series."""
    for name, override in series.checks.items():
        loc = ("series", n, "checks", name)
        if name in FIXED:
            yield Finding(loc, f"{name} cannot be changed: without it a batch can be neither read nor stored")
        elif name not in BOUNDED | UNBOUNDED:
            close = difflib.get_close_matches(name, sorted(BOUNDED | UNBOUNDED), n=1)
            guess = f"did you mean {close[0]!r}? " if close else ""
            yield Finding(loc, f"no check {name!r}: {guess}docs/data-quality.md lists them")
        elif override.bound is not None and name not in BOUNDED:
            yield Finding((*loc, "bound"), f"{name} has no bound: change its severity, or skip it")


def whole_findings(law: Law) -> Iterator[Finding]:
    """Broken rules of ``wholes``: known series of one unit and rhythm, each part of one whole at most."""
    series = {s.id: s for s in law.series}
    taken: dict[str, str] = {}
    for n, whole in enumerate(law.wholes):
        loc = ("wholes", n)
        if not whole.source.verification.printable:
            yield Finding((*loc, "source"), "only established facts (A or B) may hold figures back: wait, or read them")
        named: list[tuple[tuple[str | int, ...], str]] = [(("parts", k), part) for k, part in enumerate(whole.parts)]
        if whole.total_series is not None:
            named.append((("total_series",), whole.total_series))
        for place, part in named:
            if part not in series:
                yield Finding((*loc, *place), f"no series {part!r} in this file: add it, or correct the id")
            elif part in taken:
                yield Finding((*loc, *place), f"series {part!r} belongs to {taken[part]!r} already: one whole a series")
            else:
                taken[part] = whole.id
        shapes = {(series[part].unit.code, series[part].frequency) for _, part in named if part in series}
        if len(shapes) > 1:
            told = ", ".join(sorted(f"{unit} {frequency}" for unit, frequency in shapes))
            yield Finding((*loc, "parts"), f"the series have several units or rhythms ({told}): they add up to nothing")

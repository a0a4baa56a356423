"""How far published values move later: the standard error of a value, from its series' own revisions (METHOD 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import cast

import pandas as pd

from indicators.register import period as periods
from indicators.register.observation import NATION
from indicators.scores.engine.measurement import from_revisions

ENOUGH = 5
"""Comparisons at the value's own age without which those at every age are taken."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a series: the day from which it was known, and its national values by period."""

    known_from: date
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Standard error as a share of the value, and the comparisons of releases that it rests on."""

    relative: float
    comparisons: int
    same_age: bool


def release_history(frame: pd.DataFrame) -> dict[str, list[Release]]:
    """Releases by series from the frame of ``store.releases``: series, known_from, period, value, in order of time."""
    found: dict[str, list[Release]] = {}
    for key, rows in frame.groupby(["series", "known_from"], sort=True):
        series, known_from = cast("tuple[str, date]", key)
        values = dict(zip(rows["period"], rows["value"].astype(float), strict=True))
        found.setdefault(series, []).append(Release(known_from, values))
    return found


def reliability(releases: Sequence[Release], period: str) -> Reliability | None:
    """What past revisions say of the value of ``period`` in the latest of ``releases`` (in order of time).

    A value's age is the number of full periods between the end of its own and the day of the
    release. Each earlier value of that age is compared with what the next release made of it, also
    where it was left alone; with fewer than ``ENOUGH`` such values, those of every age count. None
    where two releases never gave the same period: then nothing is known of revisions.
    """
    rows = [
        (_age(p, old.known_from), old.values[p], new.values[p])
        for old, new in pairwise(releases)
        for p in sorted(old.values.keys() & new.values.keys())
        if old.values[p] != 0
    ]
    if not rows:
        return None
    own = [row for row in rows if row[0] == _age(period, releases[-1].known_from)]
    same = len(own) >= ENOUGH
    taken = own if same else rows
    frame = pd.DataFrame({"area": NATION, "previous": [r[1] for r in taken], "value": [r[2] for r in taken]})
    error = from_revisions(frame, 1.0, NATION)
    return None if error is None else Reliability(error, len(taken), same)


def _age(period: str, known_from: date) -> int:
    end = periods.end(period)
    months = (known_from.year - end.year) * 12 + known_from.month - end.month
    return months // periods.MONTHS[periods.frequency(period)]

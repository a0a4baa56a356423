"""Applying the register's corrections to a release, before it is staged.

The raw response stays in the archive as it was received, and a row keeps the ``published`` text of
the source: only ``value``, ``decimals`` or ``status`` change, or the row leaves. What was done goes
into the verdict of the batch. Nothing is corrected anywhere else in the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from indicators.register.corrections import Correction
from indicators.register.observation import published_decimals
from indicators.sources.errors import SourceChanged


class CorrectionOutdated(SourceChanged):
    """The source no longer publishes the values that a correction expects: nobody may guess what that means."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A frame after its corrections, and a JSON-ready note of each that was applied, in the register's order."""

    frame: pd.DataFrame
    applied: tuple[dict[str, Any], ...] = ()


def correct(
    frame: pd.DataFrame, entries: Iterable[Correction], *, series: str, source: str, known_from: date
) -> Corrected:
    """Apply the entries that concern this series' release of ``known_from``.

    ``frame`` is an observation frame as collected; it is left as it is. Give every entry of the
    register. Raises CorrectionOutdated where a period's published values are not those expected:
    the series is then not staged, and its last good release stays in force.
    """
    applied = []
    for entry in entries:
        if entry.series == series and entry.concerns(known_from):
            _guard(frame, entry, source, known_from)
            before = frame
            frame = _ACTIONS[entry.action](frame, entry)
            applied.append(_note(before, frame, entry))
    return Corrected(frame, tuple(applied))


def _guard(frame: pd.DataFrame, entry: Correction, source: str, known_from: date) -> None:
    for period in entry.periods:
        found = sorted(frame.loc[_place(frame, entry, period), "published"])
        if found != sorted(entry.expect[period]):
            expected, there = ", ".join(entry.expect[period]), ", ".join(found) or "nothing"
            raise CorrectionOutdated(
                f"the correction {entry.id!r} expects {expected} for {entry.area} {period}, the source gives {there}",
                source=source,
                series=entry.series,
                remedy=f"if the source has mended its error, write `until: {known_from}` into the correction; "
                "if it made another, close this entry and add one that expects the new values",
            )


def _place(frame: pd.DataFrame, entry: Correction, *periods: str) -> pd.Series:
    """Marks the rows of the entry's area and these periods, or all of its periods."""
    return (frame["area"] == entry.area) & frame["period"].isin(periods or entry.periods)


def _drop(frame: pd.DataFrame, entry: Correction) -> pd.DataFrame:
    gone = _place(frame, entry)
    for period, kept in entry.keep.items():
        stays = _place(frame, entry, period) & (frame["published"] == kept)
        # Of rows that say the same, the first stays.
        gone &= ~(stays & (stays.cumsum() == 1))
    return frame[~gone]


def _override(frame: pd.DataFrame, entry: Correction) -> pd.DataFrame:
    place = _place(frame, entry)
    texts = frame.loc[place, "period"].map(entry.values)
    result = frame.copy()
    result.loc[place, "value"] = texts.astype("float64")
    result.loc[place, "decimals"] = texts.map(published_decimals).astype("int64")
    return result


def _scale(frame: pd.DataFrame, entry: Correction) -> pd.DataFrame:
    factor = Decimal(repr(entry.factor))
    place = _place(frame, entry)
    result = frame.copy()
    # In decimal arithmetic: 4.1 thousand is 4100, not 4099.999999999999.
    result.loc[place, "value"] = frame.loc[place, "value"].map(lambda value: float(Decimal(repr(value)) * factor))
    result.loc[place, "decimals"] = (frame.loc[place, "decimals"] - factor.adjusted()).clip(lower=0)
    return result


def _flag(frame: pd.DataFrame, entry: Correction) -> pd.DataFrame:
    result = frame.copy()
    result.loc[_place(frame, entry), "status"] = entry.status
    return result


_ACTIONS = {"drop": _drop, "override": _override, "scale": _scale, "flag": _flag}


def _note(before: pd.DataFrame, after: pd.DataFrame, entry: Correction) -> dict[str, Any]:
    """What readers are told: published values, the values used instead, the reason, and who was told."""
    used = after[_place(after, entry)]
    return {
        "id": entry.id,
        "action": entry.action,
        "area": entry.area,
        "periods": [
            {
                "period": period,
                "published": before.loc[_place(before, entry, period), "published"].tolist(),
                "used": used.loc[used["period"] == period, "value"].tolist(),
            }
            for period in entry.periods
        ],
        "status": entry.status,
        "reason": entry.reason.model_dump(exclude_none=True),
        "reported_to": entry.reported_to and entry.reported_to.model_dump(exclude_none=True),
        "reported_on": entry.reported_on and entry.reported_on.isoformat(),
        "source": entry.source.title.model_dump(exclude_none=True),
        "verification": entry.source.verification.value,
    }

"""Which laws have to be scored anew, seen from the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from oryndau import pipeline
from oryndau.settings import Settings


def laws_to_score(settings: Settings, vintage_ids: Sequence[str], at: date) -> list[str]:
    """Laws that use a series with a new vintage, and laws never scored at ``at``, in the register's order."""
    register, store = pipeline.register_of(settings), pipeline.open_store(settings)
    changed = {store.batch(vintage_id).series_id for vintage_id in vintage_ids}
    return [
        law.id
        for law in register.laws
        if changed & {series.id for series in law.series} or not store.documents("score", f"{law.id}|{at}|")
    ]

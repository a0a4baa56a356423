"""Which laws have to be scored anew: those whose figures are not the ones last scored.

What a law was scored from is noted in the store by the task that scored it. The gate compares
that note with what is known now, not with what it just published: a gate that was killed between
publishing and announcing therefore announces when it is repeated, and nothing is announced twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from indicators.register.load import Register
from indicators.store.store import Store
from oryndau import pipeline
from oryndau.failures import failures
from oryndau.settings import Settings

KIND = "scored_figures"


def figures(settings: Settings, law_ids: Sequence[str], as_of: date) -> dict[str, bytes]:
    """What each law's score depends on as known at ``as_of``: its file, its vintages, what is refused or absent."""
    register, store = pipeline.register_of(settings), pipeline.open_store(settings)
    return {law_id: _figures(register, store, law_id, as_of) for law_id in law_ids}


def laws_to_score(settings: Settings, law_ids: Sequence[str], at: date, as_of: date) -> list[str]:
    """Those of the laws whose last score at ``at`` was made of other figures than are known at ``as_of``."""
    store = pipeline.open_store(settings)
    now = figures(settings, law_ids, as_of)
    return [law_id for law_id in law_ids if store.get_document(KIND, f"{law_id}|{at}") != now[law_id]]


def note_scored(settings: Settings, scored_from: dict[str, bytes], at: date) -> None:
    """Note what laws were scored from; take ``scored_from`` before scoring, note it after."""
    store = pipeline.open_store(settings)
    for law_id, known in scored_from.items():
        store.put_document(KIND, f"{law_id}|{at}", known)


def _figures(register: Register, store: Store, law_id: str, as_of: date) -> bytes:
    series = [s.id for s in register.law(law_id).series]
    known = {series_id: store.vintages(series_id, as_of) for series_id in series}
    figures = {
        "law": register.law_hashes[law_id],
        "vintages": {series_id: vintages[-1].id for series_id, vintages in known.items() if vintages},
        "refused": sorted(refusal.series_id for refusal in store.quarantined(series, as_of)),
        "absent": sorted(failure.series for failure in failures(store, series)),
    }
    return json.dumps(figures, sort_keys=True).encode()

"""Collection failures, kept in the store so that reports can say why a figure is missing."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass

from indicators.sources.errors import SourceError
from indicators.store.store import Store

KIND = "collect_failure"


@dataclass(frozen=True, slots=True)
class Failure:
    """A series that its source did not give; ``retry`` where the same request may yet succeed."""

    series: str
    source: str
    error: str
    message: str
    retry: bool


def record(store: Store, series_id: str, error: SourceError) -> None:
    """Remember why the last collection of a series failed."""
    failure = Failure(series_id, error.source, type(error).__name__, str(error), error.retry)
    store.put_document(KIND, series_id, json.dumps({"failure": asdict(failure)}, ensure_ascii=False).encode())


def clear(store: Store, series_id: str) -> None:
    """Note that the last collection of a series succeeded."""
    if store.get_document(KIND, series_id) is not None:
        store.put_document(KIND, series_id, json.dumps({"failure": None}).encode())


def failures(store: Store, series_ids: Collection[str]) -> list[Failure]:
    """The series among ``series_ids`` whose last collection failed."""
    found = []
    for series_id in series_ids:
        body = store.get_document(KIND, series_id)
        entry = json.loads(body)["failure"] if body is not None else None
        if entry is not None:
            found.append(Failure(**entry))
    return found

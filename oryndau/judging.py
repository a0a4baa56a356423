"""Giving each batch its verdict, and giving it again only where its basis changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import checks
from checks.quarantine import decided
from checks.relations import ALONE, Relations, relations
from indicators.register.load import Register
from indicators.register.observation import OBSERVATION_COLUMNS
from indicators.store.batch import Batch
from indicators.store.store import Store
from indicators.store.tables import QUARANTINED


@dataclass(frozen=True)
class Known:
    """A release of a series and its observations; ``id`` is empty where there is none."""

    id: str
    observations: pd.DataFrame


def known_before(store: Store, batch: Batch) -> Known:
    """What was known of the batch's series the day before the batch."""
    shown = store.observations([batch.series_id], batch.known_from - timedelta(days=1))
    return Known(str(shown["vintage"].iloc[0]) if len(shown) else "", shown[list(OBSERVATION_COLUMNS)])


CORRECTION = "correction"
"""Kind of the store's documents that say which corrections a batch was staged with."""


def note_corrections(store: Store, batch_id: str, applied: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was corrected in a batch before it was staged; its verdict repeats it."""
    if applied:
        body = json.dumps(list(applied), ensure_ascii=False, sort_keys=True).encode()
        store.put_document(CORRECTION, batch_id, body)


def judge(
    register: Register,
    store: Store,
    batches: Sequence[Batch],
    before: Mapping[str, Known],
    run: Sequence[Batch],
) -> Iterator[tuple[Batch, dict[str, Any]]]:
    """The verdict on each batch as JSON data, with the ``basis`` it rests on.

    ``batches`` hold each series once; ``before`` the last good release of each series; ``run`` every
    batch of the run, among which are the releases of the series that are compared with one another.
    """
    related = relations(register.laws)
    beside = {b.series_id: _beside(store, b, related.get(b.series_id, ALONE), run) for b in batches}
    bases = {
        b.id: _basis(register, b, before[b.series_id], related.get(b.series_id, ALONE), beside[b.series_id])
        for b in batches
    }
    open_ = [b for b in batches if b.verdict is None or b.verdict.get("basis") != bases[b.id]]
    given = _validated(register, store, open_, before, related, beside) if open_ else {}
    for batch in batches:
        verdict = given.get(batch.series_id) or batch.verdict
        if verdict is None:
            raise LookupError(f"batch {batch.id} was given no verdict: its series is not in the register")
        yield batch, {**verdict, "basis": bases[batch.id]}


def _beside(store: Store, batch: Batch, related: Relations, run: Sequence[Batch]) -> dict[str, Known]:
    """What was known on the day of a batch of the series that it is compared with; those without a release are absent.

    The releases of this run are not published yet, so they are looked for first.
    """
    found = {}
    for other in related.others:
        if other == batch.series_id:
            continue
        known = [b for b in run if b.series_id == other and b.known_from <= batch.known_from and b.state != QUARANTINED]
        if known:
            newest = max(known, key=lambda b: (b.known_from, b.id))
            found[other] = Known(newest.id, newest.observations)
        elif len(shown := store.observations([other], batch.known_from)):
            found[other] = Known(str(shown["vintage"].iloc[0]), shown[list(OBSERVATION_COLUMNS)])
    return found


def _validated(
    register: Register,
    store: Store,
    batches: Sequence[Batch],
    before: Mapping[str, Known],
    related: Mapping[str, Relations],
    beside: Mapping[str, Mapping[str, Known]],
) -> dict[str, dict[str, Any]]:
    from checks.gate import validate  # the suites' library takes seconds to load, and is not always needed

    known_from = {b.series_id: b.known_from for b in batches}
    verdicts = validate(
        {b.series_id: b.observations for b in batches},
        series={b.series_id: register.series[b.series_id] for b in batches},
        previous={b.series_id: before[b.series_id].observations for b in batches},
        known_from=known_from,
        today=known_from,  # the verdict that would have been given then, whenever it is given
        regions=register.regions,
        related=related,
        beside={name: {other: known.observations for other, known in found.items()} for name, found in beside.items()},
    )
    given = {}
    for batch in batches:
        notes = json.loads(store.get_document(CORRECTION, batch.id) or b"[]")
        verdict = replace(verdicts[batch.series_id], corrections=tuple(notes))
        given[batch.series_id] = decided(store, batch.id, verdict).to_json()
    return given


def _basis(register: Register, batch: Batch, before: Known, related: Relations, beside: Mapping[str, Known]) -> str:
    """Hash of all that a verdict depends on besides the batch itself."""
    parts = [
        _rules(),
        register.series[batch.series_id].model_dump_json(),
        *(region.model_dump_json() for region in register.regions.values()),
        repr(related),
        before.id,
        *(known.id for known in beside.values()),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _rules() -> str:
    """Hash of the rules as they are: a changed check judges everything anew."""
    digest = hashlib.sha256(version("great_expectations").encode())
    for path in sorted(Path(checks.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()

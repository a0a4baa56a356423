"""The evidence of the checks: frozen with an edition, or gathered from one run, and printed as pages."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from checks.evidence import ABSENT, INDEX, PUBLISHED, REFUSED, Entry, Proof, pages
from checks.quarantine import decisions
from indicators.register.load import Register
from indicators.register.model import Law
from indicators.store.store import Store
from indicators.store.tables import QUARANTINED

KIND = "evidence"
"""Kind of the documents that hold the evidence of editions, by the run's id."""

FOLDER = "evidence"
"""Folder of the pages, in the folder of an edition and, by run, in the folder of reports."""


def of_law(register: Register, store: Store, law: Law, as_of: date) -> Proof:
    """What the checks found in each series' release that a report of ``as_of`` shows, and in one refused since."""
    wanted = [series.id for series in law.series]
    refused = {refusal.series_id: refusal.batch_id for refusal in store.quarantined(wanted, as_of)}
    entries = []
    for series_id in wanted:
        vintages = store.vintages(series_id, as_of)
        found = [_entry(register, store, series_id, vintages[-1].id, PUBLISHED)] if vintages else []
        if series_id in refused:
            found.append(_entry(register, store, series_id, refused[series_id], REFUSED))
        entries += found or [Entry(series_id, register.series[series_id].title.en, ABSENT)]
    return Proof.of(entries)


def of_run(register: Register, store: Store, batch_ids: Sequence[str]) -> Proof:
    """What the checks found in the batches of one run: the newest of each series, and every refused one."""
    batches = sorted((store.batch(batch_id) for batch_id in set(batch_ids)), key=lambda b: (b.series_id, b.known_from))
    newest = {batch.series_id: batch.id for batch in batches}
    shown = [b for b in batches if b.state == QUARANTINED or newest[b.series_id] == b.id]
    entries = [
        _entry(register, store, b.series_id, b.id, REFUSED if b.state == QUARANTINED else PUBLISHED) for b in shown
    ]
    return Proof.of(entries)


def keep(store: Store, proof: Proof) -> None:
    """Keep the evidence of an edition, so that it can be printed as it was."""
    store.put_document(KIND, proof.run, proof.to_json())


def kept_pages(store: Store, run: str) -> dict[str, bytes]:
    """The pages of an edition's evidence by file name; LookupError where it is not in the store."""
    body = store.get_document(KIND, run)
    if body is None:
        raise LookupError(f"no evidence {run!r} in the store: make the edition anew with `oryndau report`")
    return pages(Proof.from_json(body), store.batch)


def write_run(store: Store, proof: Proof, out: Path) -> Path:
    """Write the pages of a run into ``out/evidence/<run>``; gives the path of the run's own page."""
    folder = out / FOLDER / proof.run
    for name, body in pages(proof, store.batch).items():
        _write_whole(folder / name, body)
    return folder / INDEX


def _write_whole(path: Path, body: bytes) -> None:
    """Write a page whole or not at all; several runs may write the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _entry(register: Register, store: Store, series_id: str, batch_id: str, state: str) -> Entry:
    verdict = store.batch(batch_id).verdict
    if verdict is None:
        raise LookupError(f"batch {batch_id} has no verdict: run `oryndau check` again")
    # The basis changes with every edit of the rules' code, what was found does not.
    found = {name: value for name, value in verdict.items() if name != "basis"}
    taken = tuple(decision.to_json() for decision in decisions(store, batch_id))
    entry = Entry(series_id, series_id, state, batch_id, found, taken)
    series = register.series.get(series_id)
    return entry if series is None else replace(entry, title=series.title.en)

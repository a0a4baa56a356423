"""The quarantine: what was refused, and what people decided about it.

Decisions are kept as documents of the kind ``decision``, one a decision, so that the history of a
batch can be read; the latest one counts and also stands in the batch's verdict, from where reports
print it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from checks.decision import Action, Decision
from checks.verdict import Verdict
from indicators.store.batch import Batch
from indicators.store.store import Store
from indicators.store.tables import QUARANTINED, STAGED

KIND = "decision"
"""Kind of the documents; the key is the batch's id, ``|`` and the moment."""

UNPUBLISHABLE = frozenset({"key_unique"})
"""Failures that nobody can release: of two values for one area and period the store can keep none."""


class DecisionRefused(ValueError):
    """A decision that cannot be carried out; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Held:
    """A refused batch that no later release has replaced."""

    batch_id: str
    series_id: str
    known_from: str
    release: str
    critical: tuple[str, ...]
    decision: Decision | None


def held(store: Store, series_ids: Collection[str]) -> list[Held]:
    """What lies in quarantine, by series and day of knowledge."""
    rows = []
    for refusal in store.quarantined(series_ids):
        verdict = Verdict.from_json(refusal.verdict)
        day = refusal.known_from.isoformat()
        rows.append(Held(refusal.batch_id, refusal.series_id, day, refusal.release, verdict.critical, verdict.decision))
    return rows


def find(store: Store, name: str, series_ids: Collection[str]) -> Batch:
    """A batch by its id, or the only one in quarantine of the series with this id; LookupError otherwise."""
    if "@" in name:
        return store.batch(name)
    candidates = [entry.batch_id for entry in held(store, [name] if name in series_ids else [])]
    if len(candidates) != 1:
        found = f"{len(candidates)} ({', '.join(candidates)})" if candidates else "none"
        raise LookupError(f"series {name!r} has {found} in quarantine: name one batch of `oryndau check list`")
    return store.batch(candidates[0])


def decisions(store: Store, batch_id: str) -> list[Decision]:
    """Every decision on a batch, oldest first."""
    bodies = [store.get_document(KIND, document.key) for document in store.documents(KIND, f"{batch_id}|")]
    return [Decision.from_json(json.loads(body)) for body in bodies if body is not None]


def decided(store: Store, batch_id: str, verdict: Verdict) -> Verdict:
    """A fresh verdict on a batch with the latest decision on it, so that judging anew does not undo it.

    A release of other failures than today's is left out: the batch is refused until somebody has
    seen the new ones.
    """
    taken = decisions(store, batch_id)
    if not taken or not verdict.critical:
        return verdict
    latest = taken[-1]
    if latest.action is Action.RELEASE and not latest.releases(verdict.critical):
        return verdict
    return replace(verdict, decision=latest)


def release(store: Store, batch_id: str, *, by: str, reason: str, at: datetime) -> Decision:
    """Publish a refused batch on a person's word; its grade stays D and its notes say who, when and why.

    Safe to repeat where it was killed. Raises DecisionRefused where the batch is not in quarantine
    or cannot be published, UnknownBatch where there is none.
    """
    verdict = _refused(store, batch_id)
    fixed = UNPUBLISHABLE.intersection(verdict.critical)
    if fixed:
        raise DecisionRefused(
            f"{batch_id} has more than one value for an area and period: a release cannot choose between them. "
            "Ask the source, then add a correction (action drop, with keep) to corrections.yaml and collect again"
        )
    decision = _kept(store, batch_id, Decision.of(Action.RELEASE, by, at, reason, verdict.critical))
    store.set_verdict(batch_id, replace(verdict, decision=decision).to_json())
    store.publish(batch_id)
    return decision


def reject(store: Store, batch_id: str, *, by: str, reason: str, at: datetime) -> Decision:
    """Confirm that a batch stays refused; the last good release stays in force. Raises as ``release``."""
    verdict = _refused(store, batch_id)
    decision = _kept(store, batch_id, Decision.of(Action.REJECT, by, at, reason, verdict.critical))
    store.quarantine(batch_id, replace(verdict, decision=decision).to_json())
    return decision


def _refused(store: Store, batch_id: str) -> Verdict:
    """The verdict of a batch on which a decision can be taken."""
    batch = store.batch(batch_id)
    verdict = None if batch.verdict is None else Verdict.from_json(batch.verdict)
    # A release that was killed after its verdict leaves the batch staged with the decision in it.
    interrupted = batch.state == STAGED and verdict is not None and verdict.decision is not None
    if verdict is None or not (batch.state == QUARANTINED or interrupted):
        raise DecisionRefused(
            f"{batch_id} is {batch.state}, not in quarantine: there is nothing to decide. See `oryndau check list`"
        )
    return verdict


def _kept(store: Store, batch_id: str, decision: Decision) -> Decision:
    body = json.dumps(decision.to_json(), ensure_ascii=False, sort_keys=True).encode()
    store.put_document(KIND, f"{batch_id}|{decision.at}", body)
    return decision

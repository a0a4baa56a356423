"""What the store gives out besides frames: batches, vintages, refusals, raw parts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True)
class RawPart:
    """One response of a source as received; ``retrieved`` is the day on which it was fetched."""

    body: bytes
    url: str
    media_type: str
    retrieved: date | None = None


@dataclass(frozen=True, slots=True)
class RawRecord:
    """Where a raw part came from and under which hash the archive keeps it; ``size`` in bytes."""

    sha256: str
    url: str
    media_type: str
    retrieved: date | None
    size: int


PARTS_BEGIN = b'{"parts":'
"""How an archived list of raw parts begins."""


def list_of_parts(records: Sequence[RawRecord]) -> bytes:
    """The archived list by which one hash leads to several raw parts."""
    parts = [{"media_type": r.media_type, "sha256": r.sha256, "size": r.size, "url": r.url} for r in records]
    return json.dumps({"parts": parts}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Batch:
    """One release of one series as collected.

    ``state`` is ``staged``, ``published`` or ``quarantined``. ``raw_sha256`` leads to the raw bytes:
    the hash of the only part, or of an archived list of the parts where there are several.
    ``observations`` has OBSERVATION_COLUMNS, sorted by area and period.
    """

    id: str
    series_id: str
    source_id: str
    known_from: date
    release: str
    content_sha256: str
    raw_sha256: str
    raw: tuple[RawRecord, ...]
    state: str
    verdict: dict[str, Any] | None
    grade: str
    observations: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Vintage:
    """A release that changed a series. ``id`` is that of the batch that brought it and never changes;
    ``number`` counts the series' vintages in order of knowledge from 1, so a late arrival moves it."""

    id: str
    series_id: str
    number: int
    known_from: date
    release: str
    content_sha256: str
    raw_sha256: str
    grade: str
    rows: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A quarantined batch that no later release has replaced: the series shows an older vintage."""

    batch_id: str
    series_id: str
    known_from: date
    release: str
    verdict: dict[str, Any]

"""Pools: how many tasks may read one source at a time.

A pool limits tasks, not requests; the pace of requests is kept by the transport.
"""

from __future__ import annotations

from pathlib import Path

from indicators.register.load import load_sources


def source_pool(source_id: str) -> str:
    """Name of a source's pool."""
    return f"source-{source_id}"


def source_pools(register: Path) -> dict[str, int]:
    """Slots of the pool of every source of a register."""
    return {source_pool(source.id): source.pool_slots for source in load_sources(register).values()}

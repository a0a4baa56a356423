"""The store that the settings name, for the pipeline and for the commands that need nothing else of it."""

from __future__ import annotations

from indicators.store.store import Store
from oryndau.settings import Settings


def store_of(settings: Settings) -> Store:
    """The store as it is; nothing is touched yet."""
    return Store.open(
        settings.database_url,
        settings.archive,
        archive_options=settings.archive_options(),
        lock_timeout=settings.lock_seconds,
    )

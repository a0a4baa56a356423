"""What travels between the DAGs: one asset, partitioned by law and reporting period.

The gate of ``collect`` announces ``LAW|PERIOD`` for every law whose figures changed. ``score``
listens; its mapper folds the laws of a period into one run, and that run scores them in batches.
The mapper keeps no window to be completed, so a statistic revised later starts a new run of the
same period.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from airflow.sdk import Asset, FixedKeyMapper, IdentityMapper, PartitionedAssetTimetable, ProductMapper

from indicators.register import period as periods

FIGURES = Asset(name="figures", uri="oryndau://store/figures", group="oryndau")
"""Official figures in the store, as far as they concern a law in a reporting period."""

ON_NEW_FIGURES = PartitionedAssetTimetable(
    assets=FIGURES, default_partition_mapper=ProductMapper(FixedKeyMapper("laws"), IdentityMapper())
)
"""Schedule of a DAG that runs once a period for all laws whose figures changed together."""

ITEMS_PER_TASK = 20
"""Most laws or editions in one task; a failed task repeats no more than these."""


def partition(law_id: str, at: date) -> str:
    """Key of a law and the reporting period that ends on ``at``: ``Z090000165_|2026-Q3``."""
    from reports.edition import edition_label  # reading a DAG file need not load the reports

    return f"{law_id}|{edition_label(at, at)}"


def partition_law(key: str) -> str:
    """The law of a partition key."""
    return key.rpartition("|")[0]


def partition_date(key: str) -> date:
    """Last day of the period of a partition key; ValueError where it has none."""
    text = key.rpartition("|")[2]
    return date.fromisoformat(text) if len(text) == 10 else periods.end(text)


def batches(items: Iterable[str], slots: int) -> list[list[str]]:
    """``items`` split for ``slots`` tasks at a time, in order, at most ``ITEMS_PER_TASK`` each."""
    everything = list(items)
    size = min(ITEMS_PER_TASK, -(-len(everything) // slots)) or 1
    return [everything[start : start + size] for start in range(0, len(everything), size)]

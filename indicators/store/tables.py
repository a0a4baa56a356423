"""The tables of the store.

A *batch* is one release of one series as collected: it is staged, judged, then published or put
in quarantine. A *content* is a set of observations by its hash, stored once however many releases
repeat it; only a batch that repeats an area and period has none, as it can never be published.
A *vintage* is not stored: it is a published batch whose content differs from that of the batch known
just before it (see ``queries``), so the answer does not depend on the order in which releases were
published.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_REVISION = "0003"
"""The migration that these tables correspond to."""

VERSION_TABLE = "store_version"
"""Alembic's own table, named so that the store may share a database with other applications."""

STAGED, PUBLISHED, QUARANTINED = "staged", "published", "quarantined"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Byte order on both databases: answers come sorted the same whatever the locale of the server.
Code = Text().with_variant(Text(collation="C"), "postgresql")

contents = Table(
    "contents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", Code, nullable=False),
    Column("sha256", Code, nullable=False, unique=True),
    Column("rows", Integer, nullable=False),
)

observations = Table(
    "observations",
    metadata,
    # No foreign key: PostgreSQL would look the content up again for every row.
    Column("content_id", Integer, primary_key=True, autoincrement=False),
    Column("area", Code, primary_key=True),
    Column("period", Code, primary_key=True),
    Column("value", Double),  # NULL stands for NaN: missing or confidential
    Column("status", Code, nullable=False),
    Column("published", Text, nullable=False),
    Column("decimals", Integer, nullable=False),
    Column("unit", Text, nullable=False, server_default=""),
    Column("multiplier", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

batches = Table(
    "batches",
    metadata,
    Column("id", Code, primary_key=True),
    Column("series_id", Code, nullable=False),
    Column("source_id", Code, nullable=False),
    Column("known_from", Date, nullable=False),
    Column("release", Text, nullable=False),
    Column("content_sha256", Code, nullable=False),
    Column("content_id", ForeignKey("contents.id")),  # NULL where an area and period are repeated
    Column("raw_sha256", Code, nullable=False),
    Column("state", Code, nullable=False),
    Column("sequence", Integer),  # order of the decisions (published or quarantined) within the series
    Column("verdict", Text),
    Column("grade", Code, nullable=False),
    UniqueConstraint("series_id", "known_from", "content_sha256"),
    UniqueConstraint("series_id", "sequence"),
    CheckConstraint("state IN ('staged', 'published', 'quarantined')", name="state"),
    CheckConstraint("state <> 'published' OR (content_id IS NOT NULL AND sequence IS NOT NULL)", name="published"),
    Index("ix_batches_known", "series_id", "state", "known_from", "sequence"),
)

raw_parts = Table(
    "raw_parts",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("sha256", Code, nullable=False),
    Column("url", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("retrieved", Date),
    Column("size", Integer, nullable=False),
)

staged_observations = Table(
    "staged_observations",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    # No uniqueness of area and period: here lie the batches that repeat them, for the checks to see.
    Column("ordinal", Integer, primary_key=True),
    Column("area", Code, nullable=False),
    Column("period", Code, nullable=False),
    Column("value", Double),
    Column("status", Code, nullable=False),
    Column("published", Text, nullable=False),
    Column("decimals", Integer, nullable=False),
    Column("unit", Text, nullable=False, server_default=""),
    Column("multiplier", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

documents = Table(
    "documents",
    metadata,
    Column("kind", Code, primary_key=True),
    Column("key", Code, primary_key=True),
    Column("sha256", Code, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

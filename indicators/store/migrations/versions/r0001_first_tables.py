"""The first tables: contents, observations, batches, raw parts, staged observations, documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables of revision 0001."""
    op.create_table(
        "contents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("series_id", _CODE, nullable=False),
        sa.Column("sha256", _CODE, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
        sa.UniqueConstraint("sha256", name=op.f("uq_contents_sha256")),
    )
    op.create_table(
        "observations",
        sa.Column("content_id", sa.Integer, nullable=False),
        sa.Column("area", _CODE, nullable=False),
        sa.Column("period", _CODE, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("status", _CODE, nullable=False),
        sa.Column("published", sa.Text, nullable=False),
        sa.Column("decimals", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("content_id", "area", "period", name=op.f("pk_observations")),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_observations_content_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batches",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("series_id", _CODE, nullable=False),
        sa.Column("source_id", _CODE, nullable=False),
        sa.Column("known_from", sa.Date, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("content_sha256", _CODE, nullable=False),
        sa.Column("content_id", sa.Integer),
        sa.Column("raw_sha256", _CODE, nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("sequence", sa.Integer),
        sa.Column("verdict", sa.Text),
        sa.Column("grade", _CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_batches_content_id")),
        sa.UniqueConstraint(
            "series_id", "known_from", "content_sha256", name=op.f("uq_batches_series_id_known_from_content_sha256")
        ),
        sa.UniqueConstraint("series_id", "sequence", name=op.f("uq_batches_series_id_sequence")),
        sa.CheckConstraint("state IN ('staged', 'published', 'quarantined')", name=op.f("ck_batches_state")),
        sa.CheckConstraint(
            "state <> 'published' OR (content_id IS NOT NULL AND sequence IS NOT NULL)",
            name=op.f("ck_batches_published"),
        ),
    )
    op.create_index("ix_batches_known", "batches", ["series_id", "state", "known_from", "sequence"])
    op.create_table(
        "raw_parts",
        sa.Column("batch_id", _CODE, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("sha256", _CODE, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("retrieved", sa.Date),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "ordinal", name=op.f("pk_raw_parts")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_raw_parts_batch_id")),
    )
    op.create_table(
        "staged_observations",
        sa.Column("batch_id", _CODE, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("area", _CODE, nullable=False),
        sa.Column("period", _CODE, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("status", _CODE, nullable=False),
        sa.Column("published", sa.Text, nullable=False),
        sa.Column("decimals", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "ordinal", name=op.f("pk_staged_observations")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_staged_observations_batch_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "documents",
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("key", _CODE, nullable=False),
        sa.Column("sha256", _CODE, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_documents")),
    )


def downgrade() -> None:
    """Drop every table of revision 0001, with its data."""
    op.drop_table("documents")
    op.drop_table("staged_observations")
    op.drop_table("raw_parts")
    op.drop_index("ix_batches_known", table_name="batches")
    op.drop_table("batches")
    op.drop_table("observations")
    op.drop_table("contents")

"""Observations no longer refer to their content by a foreign key.

PostgreSQL looked the content up again for every row: two fifths of the time of a large release. A
content and its rows are written in one transaction, and ``verify`` counts them.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_NAME = "fk_observations_content_id"


def upgrade() -> None:
    """Drop the key. SQLite cannot: the table is written anew."""
    with op.batch_alter_table("observations", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.drop_constraint(_NAME, type_="foreignkey")


def downgrade() -> None:
    """Set the key again, as in revision 0001."""
    with op.batch_alter_table("observations", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.create_foreign_key(_NAME, "contents", ["content_id"], ["id"])

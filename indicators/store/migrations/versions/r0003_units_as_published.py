"""Observations keep the unit and the power of ten that the source states beside each figure.

Figures stored before were read without them: they keep an empty unit and the power 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from indicators.store.errors import DowngradeRefused

revision = "0003"
down_revision = "0002"

_TABLES = ("observations", "staged_observations")


def upgrade() -> None:
    """Add the columns; both databases note their defaults and write no row anew."""
    for name in _TABLES:
        op.add_column(name, sa.Column("unit", sa.Text, nullable=False, server_default=""))
        op.add_column(name, sa.Column("multiplier", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the columns. Refused where there are units: the hashes of contents count them."""
    for name in _TABLES:
        units = op.get_bind().execute(sa.text(f"SELECT 1 FROM {name} WHERE unit <> '' OR multiplier <> 0 LIMIT 1"))
        if units.first():
            raise DowngradeRefused(
                "figures are stored with their units, which earlier versions do not know",
                f"table {name}",
                "Restore the copy of the store that was made before revision 0003.",
            )
    for name in _TABLES:
        with op.batch_alter_table(name, table_kwargs={"sqlite_with_rowid": False}) as table:
            table.drop_column("multiplier")
            table.drop_column("unit")

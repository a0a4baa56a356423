"""Bringing the database to a revision with Alembic, in one transaction and without an ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from indicators.store.database import Database
from indicators.store.errors import StoreNotMigrated

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Move up to ``revision``; several processes may do so at once. Raises StoreError."""
    with database.migrating() as connection:
        try:
            command.upgrade(_config(connection), revision)
        except CommandError as error:
            raise StoreNotMigrated(
                f"the store cannot be brought to revision {revision}: {error}",
                database.where,
                "It was made by a newer version of this software: install that one.",
            ) from error


def downgrade(database: Database, revision: str) -> None:
    """Move down to ``revision`` (``base`` drops every table with its data). Raises StoreError."""
    with database.migrating() as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config

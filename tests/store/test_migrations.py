"""Migrations: up, down and up again on both databases, leaving exactly the declared tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from indicators.store import schema
from indicators.store.errors import DowngradeRefused, StoreNotMigrated
from indicators.store.store import Store
from indicators.store.tables import SCHEMA_REVISION, VERSION_TABLE, metadata

DAY = date(2024, 5, 10)


def tables(store: Store) -> set[str]:
    return set(inspect(store.database.engine).get_table_names())


def test_up_down_up(url, tmp_path):
    store = Store.open(url, tmp_path / "archive")
    store.migrate()
    assert tables(store) == {*metadata.tables, VERSION_TABLE}
    schema.downgrade(store.database, "base")
    assert tables(store) == {VERSION_TABLE}
    with pytest.raises(StoreNotMigrated):
        store.observations(["synthetic/a"], DAY)
    store.migrate()
    assert tables(store) == {*metadata.tables, VERSION_TABLE}
    assert store.verify() == []


def test_the_migrations_make_the_tables_that_the_code_uses(store):
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == SCHEMA_REVISION


def test_migrating_again_keeps_what_is_there(store, release, values_on):
    release("synthetic/a", DAY, {"2022": "4.5"})
    store.migrate()
    assert values_on("synthetic/a", DAY) == {"2022": 4.5}


def test_moving_a_filled_store_down_and_up_keeps_every_figure(store, release):
    release("synthetic/a", DAY, {"2022": "4.5", "2023": None})
    before = store.observations(["synthetic/a"], DAY)
    schema.downgrade(store.database, "0001")
    store.migrate()
    assert store.observations(["synthetic/a"], DAY).equals(before)
    assert store.verify() == []
    if store.database.is_sqlite:
        with store.database.reading() as connection:
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'observations'").scalar_one()
        assert "WITHOUT ROWID" in made


def test_moving_down_would_lose_units_and_is_refused(store, release, frame):
    measured = frame("synthetic/a", {"2022": "4.5"}).assign(unit="T", multiplier=3)
    release("synthetic/a", DAY, measured)
    with pytest.raises(DowngradeRefused, match=r"observations.*Restore"):
        schema.downgrade(store.database, "0001")
    known = store.observations(["synthetic/a"], DAY)
    assert (known["unit"].tolist(), known["multiplier"].tolist(), store.verify()) == (["T"], [3], [])


def test_a_store_that_was_never_migrated_says_so_and_stays_untouched(url, tmp_path):
    store = Store.open(url, tmp_path / "archive")
    with pytest.raises(StoreNotMigrated, match=r"oryndau check"):
        store.observations(["synthetic/a"], DAY)
    with pytest.raises(StoreNotMigrated):
        store.put_document("score", "a", b"1")
    assert not Path(tmp_path / "store.db").exists()


def test_a_store_of_a_later_version_is_not_touched(store, url, tmp_path):
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreNotMigrated, match=r"9999.*newer version"):
        Store.open(url, tmp_path / "archive").documents("score")
    with pytest.raises(StoreNotMigrated, match="9999"):
        store.migrate()

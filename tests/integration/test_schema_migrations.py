"""Migrations go up, down and up again, leave no trace, and agree with the tables in code."""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from geo.store import migrate
from geo.store.cluster import DatabaseUrls

# Everything that belongs to nobody's extension: schemas, tables, functions, policies, triggers, types.
_OBJECTS = """
SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'diaban'
UNION ALL
SELECT 'relation ' || c.oid::regclass::text || ' ' || c.relkind::text FROM pg_class c
WHERE c.relnamespace = to_regnamespace('diaban') AND c.relname NOT LIKE 'alembic_version%'
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = to_regnamespace('diaban')
UNION ALL
SELECT 'policy ' || policyname || ' on ' || tablename FROM pg_policies WHERE schemaname = 'diaban'
UNION ALL
SELECT 'trigger ' || t.tgname || ' on ' || t.tgrelid::regclass::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = to_regnamespace('diaban') AND NOT t.tgisinternal
UNION ALL
SELECT 'grant ' || grantee || ' ' || privilege_type || ' on ' || table_name
FROM information_schema.role_table_grants
WHERE table_schema = 'diaban' AND grantee IN ('diaban_app', 'diaban_auth')
ORDER BY 1
"""


@pytest.fixture
def connection(database: DatabaseUrls) -> Iterator[Connection]:
    engine = create_engine(database.owner)
    with engine.connect() as open_connection:
        yield open_connection
        open_connection.rollback()
    engine.dispose()


def _objects(database: DatabaseUrls) -> list[str]:
    engine = create_engine(database.owner, connect_args={"options": "-c search_path=pg_catalog"})
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(_OBJECTS)).scalars())
    finally:
        engine.dispose()


def test_tables_in_code_and_in_database_agree(connection: Connection) -> None:
    assert migrate.current(connection) == migrate.head()
    assert migrate.differences(connection) == []


def test_difference_is_noticed(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE diaban.household ADD COLUMN note text"))
    assert migrate.differences(connection) != []


def test_down_and_up_again_leaves_no_trace(database: DatabaseUrls) -> None:
    before = _objects(database)
    assert any("policy read on household" in line for line in before)

    assert migrate.downgrade(database.owner, "base") == "base"
    assert [line for line in _objects(database) if not line.startswith("schema")] == []

    assert migrate.upgrade(database.owner) == migrate.head()
    assert _objects(database) == before


def test_each_step_goes_down_and_up_by_itself(database: DatabaseUrls) -> None:
    before = _objects(database)
    reached = migrate.head()
    while reached != "base":
        reached = migrate.downgrade(database.owner, "-1")
    while reached != migrate.head():
        reached = migrate.upgrade(database.owner, "+1")
    assert _objects(database) == before


def test_upgrade_twice_is_once(database: DatabaseUrls) -> None:
    before = _objects(database)
    assert migrate.upgrade(database.owner) == migrate.head()
    assert _objects(database) == before

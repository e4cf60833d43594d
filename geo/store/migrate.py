"""Bring a database to a state of the schema and say which state it is in."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from geo.store.tables import SCHEMA, Base

_SCRIPTS = Path(__file__).parent / "migrations"

# Two processes that start at once would otherwise both create the schema.
_LOCK_KEY = 4_915_226_011


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision of the schema that this version of the program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def current(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for one never migrated."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def upgrade(owner_url: str, revision: str = "head") -> str:
    """Run the steps up to `revision` in one transaction as the owner; return the revision reached."""
    return _run(owner_url, revision, up=True)


def downgrade(owner_url: str, revision: str) -> str:
    """Run the steps down to `revision` (``"base"`` removes everything); return the revision reached."""
    return _run(owner_url, revision, up=False)


def _run(owner_url: str, revision: str, *, up: bool) -> str:
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            if up:
                # Alembic looks for its version table in our schema before the first step can create it.
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
                command.upgrade(_config(connection), revision)
            else:
                command.downgrade(_config(connection), revision)
            reached = current(connection) or "base"
    finally:
        engine.dispose()
    return reached


def differences(connection: Connection) -> list[object]:
    """Return what the tables in code and in the database disagree on; empty when they agree."""
    from geo.store.migrations import compare

    context = MigrationContext.configure(connection, opts=compare.OPTIONS)
    return list(compare_metadata(context, Base.metadata))

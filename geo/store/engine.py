"""Connections: who a transaction runs as decides what it can see.

The operator of the machine (command line) runs as the owner. Everybody else runs as ``diaban_app`` with
the session token set for the length of the transaction, so that every row is checked by the database.
Accounts and sessions are read as ``diaban_auth`` alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from geo.domain.errors import UnavailableError
from geo.domain.roles import Actor

_SEARCH_PATH = "-c search_path=diaban,public -c timezone=UTC"


@dataclass(frozen=True)
class Database:
    """The three ways into one database. Made once a process, closed with `close`."""

    owner: Engine
    app: Engine
    auth: Engine

    def close(self) -> None:
        """Close all pooled connections."""
        for engine in {self.owner, self.app, self.auth}:
            engine.dispose()


def open_database(owner_url: str, app_url: str | None = None, auth_url: str | None = None) -> Database:
    """Return the engines; nothing is connected yet.

    Where `app_url` or `auth_url` is None (an outside database given by one setting), the owner's login
    is used and the role is put on at connect time.
    """
    return Database(
        owner=_engine(owner_url, None, pool_size=2),
        app=_engine(app_url or owner_url, None if app_url else "diaban_app", pool_size=20),
        auth=_engine(auth_url or owner_url, None if auth_url else "diaban_auth", pool_size=5),
    )


def _engine(url: str, role: str | None, *, pool_size: int) -> Engine:
    engine = create_engine(
        psycopg_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": _SEARCH_PATH, "connect_timeout": 5},
    )
    if role is not None:

        @event.listens_for(engine, "connect")
        def _put_on_role(driver_connection: Any, _record: Any) -> None:
            driver_connection.execute(f"SET ROLE {role}")
            driver_connection.commit()

    return engine


def psycopg_url(url: str) -> str:
    """Return `url` for SQLAlchemy with psycopg 3, whatever way the operator wrote it."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


@contextmanager
def transaction(database: Database, actor: Actor) -> Iterator[Connection]:
    """One transaction as `actor`: committed at the end of the block, rolled back on any error.

    Raises UnavailableError ``database_unreachable`` where no connection can be made.
    """
    if actor.operator:
        with _begin(database.owner) as connection:
            yield connection
        return
    with _begin(database.app) as connection:
        # Local to the transaction: a pooled connection never carries one user's token to the next.
        connection.execute(
            text("SELECT set_config('diaban.session', :token, true)"), {"token": actor.session_token or ""}
        )
        yield connection


@contextmanager
def auth_transaction(database: Database) -> Iterator[Connection]:
    """One transaction as the role that reads accounts and opens sessions."""
    with _begin(database.auth) as connection:
        yield connection


@contextmanager
def _begin(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except OperationalError as fault:
        place = engine.url.render_as_string(hide_password=True)
        raise UnavailableError("database_unreachable", place=place) from fault
    with connection, connection.begin():
        yield connection


def driver(connection: Connection) -> psycopg.Connection[Any]:
    """Return the psycopg connection below `connection`, for COPY."""
    below = connection.connection.driver_connection
    assert isinstance(below, psycopg.Connection)
    return below


def data_version(connection: Connection, topics: Sequence[str]) -> str:
    """Return a text that changes whenever one of the tables in `topics` does: the key of caches."""
    total, rows = connection.execute(
        text("""
            SELECT coalesce(sum(total), 0)::text, coalesce(sum(changes), 0) FROM (
                SELECT sum(id) AS total, count(*) AS changes
                FROM diaban.data_change WHERE topic = ANY(:topics)
                UNION ALL
                SELECT sum(total), sum(changes) FROM diaban.data_change_past WHERE topic = ANY(:topics)
            ) noted"""),
        {"topics": list(topics)},
    ).one()
    return f"{total}.{rows}"

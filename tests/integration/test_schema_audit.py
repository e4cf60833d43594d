"""The audit chain is append-only, and a row that was changed behind its back is found."""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

_APPEND = text("SELECT append_audit(NULL, 'operator', :action, 'unit', '00001', CAST(:detail AS jsonb))")
_BROKEN = text("SELECT event_id, fault FROM first_broken_audit()")


@pytest.fixture(scope="module")
def chained(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner)
    with engines.owner.begin() as connection:
        for action in ("import", "view", "export"):
            connection.execute(_APPEND, {"action": action, "detail": '{"n": 3}'})
    yield engines
    engines.close()


@pytest.fixture
def connection(chained: Database) -> Iterator[Connection]:
    """The three events; what a test does to them is rolled back."""
    with chained.owner.connect() as open_connection:
        yield open_connection
        open_connection.rollback()


def _event_id(connection: Connection, action: str) -> int:
    query = text("SELECT id FROM audit_event WHERE action = :action")
    return int(connection.execute(query, {"action": action}).scalar_one())


def _tamper(connection: Connection, statement: str) -> None:
    connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
    assert connection.execute(text(statement)).rowcount == 1
    connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))


def _broken(connection: Connection) -> list[tuple[int, str]]:
    return [(row.event_id, row.fault) for row in connection.execute(_BROKEN)]


def test_whole_chain_has_no_fault(connection: Connection) -> None:
    assert _broken(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM export_log",
        "TRUNCATE export_log",
    ],
)
def test_owner_cannot_change_or_remove(connection: Connection, statement: str) -> None:
    connection.execute(
        text(
            "INSERT INTO export_log (actor, kind, purpose, query, sha256) VALUES ('o', 'png', 'p', '{}', 'x')"
        )
    )
    with pytest.raises(DBAPIError, match="is append-only"):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "column", ["actor = 'nobody'", "detail = '{\"n\": 4}'", "at = at + interval '1 second'", "account_id = 7"]
)
def test_changed_row_is_found(connection: Connection, column: str) -> None:
    event = _event_id(connection, "view")
    _tamper(connection, f"UPDATE audit_event SET {column} WHERE id = {event}")
    assert _broken(connection) == [(event, "content")]


def test_removed_row_is_found(connection: Connection) -> None:
    _tamper(connection, f"DELETE FROM audit_event WHERE id = {_event_id(connection, 'view')}")
    assert _broken(connection) == [(_event_id(connection, "export"), "link")]


def test_rewritten_hash_breaks_the_link_of_the_next(connection: Connection) -> None:
    """A forger who also recomputes the row's own hash is found at the row after it."""
    event = _event_id(connection, "view")
    _tamper(
        connection,
        "UPDATE audit_event SET actor = 'nobody', hash = audit_hash(prev_hash, id, at, account_id, 'nobody', action, "
        f"object_kind, object_key, detail) WHERE id = {event}",
    )
    assert _broken(connection) == [(_event_id(connection, "export"), "link")]


def test_two_writers_make_one_chain(chained: Database) -> None:
    """The second writer waits for the first: both would otherwise name the same row as the one before."""
    with chained.owner.connect() as first, chained.owner.connect() as second:
        first.execute(_APPEND, {"action": "first", "detail": "{}"})
        second.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            second.execute(_APPEND, {"action": "second", "detail": "{}"})
        second.rollback()
        first.commit()
        second.execute(_APPEND, {"action": "second", "detail": "{}"})
        second.commit()
        assert _broken(first) == []

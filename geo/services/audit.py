"""The audit trail: what was done, by whom, in a chain that shows when a row was changed or taken out.

An event carries codes and counts, never a password, a token, or a value of a person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.roles import Actor, Permission
from geo.store.engine import Database, transaction

_MAX_EVENTS = 1000


@dataclass(frozen=True)
class Event:
    """One event of the trail; `detail` holds what the action found worth keeping."""

    id: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_key: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Verification:
    """What checking the chain found.

    events : how many there are
    broken_id, fault : the first event that does not fit, and whether its ``link`` or its ``content`` does
        not; None where the chain is whole
    last_hash : hexadecimal hash of the newest event. Events cut off at the *end* leave a whole chain: only
        comparing this hash with a copy kept elsewhere shows that.
    """

    events: int
    broken_id: int | None
    fault: str | None
    last_hash: str | None

    @property
    def whole(self) -> bool:
        """Say whether no event was changed or taken out of the middle."""
        return self.broken_id is None


def record(  # noqa: PLR0917 (called with these six, in this order, by every service)
    connection: Connection,
    actor: Actor,
    action: str,
    object_kind: str,
    object_key: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append an event to the chain within the caller's transaction; call it last, writers queue on it.

    For a signed-in actor the database takes the name from the session itself, so that no code can write
    in somebody else's name.
    """
    event = {"action": action, "kind": object_kind, "key": object_key, "detail": _json(detail)}
    if actor.operator:
        _append(connection, (actor.account_id, actor.name), event)
        return
    connection.execute(text("SELECT diaban.write_audit(:action, :kind, :key, CAST(:detail AS jsonb))"), event)


def record_account(
    connection: Connection,
    by: tuple[int | None, str],
    action: str,
    account_name: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append an event about an account, as ``diaban_auth``, in the name of `by` (account id, name).

    For sign-in, where no session exists yet, and for the services that only ``diaban_auth`` may run.
    """
    event = {"action": action, "kind": "account", "key": account_name, "detail": _json(detail)}
    _append(connection, by, event)


def _append(connection: Connection, by: tuple[int | None, str], event: Mapping[str, str]) -> None:
    connection.execute(
        text("SELECT diaban.append_audit(:id, :name, :action, :kind, :key, CAST(:detail AS jsonb))"),
        {"id": by[0], "name": by[1], **event},
    )


def _json(detail: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(detail or {}), ensure_ascii=False, default=str)


def trail(database: Database, actor: Actor, limit: int = 200, before_id: int | None = None) -> list[Event]:
    """Return the newest `limit` events (at most 1000) that `actor` may read, newest first.

    before_id : events older than this one, for the next page
    """
    actor.require(Permission.READ_AUDIT)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text(
                "SELECT id, at, actor, action, object_kind, object_key, detail FROM diaban.audit_event "
                "WHERE CAST(:before AS bigint) IS NULL OR id < :before ORDER BY id DESC LIMIT :limit"
            ),
            {"before": before_id, "limit": min(limit, _MAX_EVENTS)},
        ).all()
    return [Event(*row) for row in rows]


def verify(database: Database, actor: Actor) -> Verification:
    """Recompute the whole chain in the database and return what was found."""
    actor.require(Permission.READ_AUDIT)
    with transaction(database, actor) as connection:
        broken = connection.execute(text("SELECT event_id, fault FROM diaban.first_broken_audit()")).first()
        events, last = connection.execute(
            text(
                "SELECT count(*), (SELECT encode(e.hash, 'hex') FROM diaban.audit_event e "
                "ORDER BY e.id DESC LIMIT 1) FROM diaban.audit_event"
            )
        ).one()
    return Verification(events, broken.event_id if broken else None, broken.fault if broken else None, last)

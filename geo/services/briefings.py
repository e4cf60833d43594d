"""Briefings: views that somebody keeps for a meeting, in their order, with a title and what to say.

A view is kept with its days written out, so that the same briefing shows the same a month later. Who sees
its unit reads a briefing; its owner changes it. Two windows do not undo each other's changes.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.roles import Actor, Permission
from geo.domain.text import nfc
from geo.services import audit
from geo.store.engine import Database, transaction

MOST_VIEWS = 40
LONGEST_TITLE = 200
LONGEST_NOTES = 2000
_SELECT = (
    "SELECT id, code, title, unit_id, account_id, items AS views, cutoff, created_at, version "
    "FROM diaban.briefing"
)


@dataclass(frozen=True)
class View:
    """One screen of a briefing.

    page : of the app; link : its address, which opens it again
    asked : what it shows in plain values, days written out (``start``, ``end``, ``unit`` …)
    """

    page: str
    link: str
    title: str
    notes: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Briefing:
    """A briefing as it is stored. mine : the reader may change it."""

    id: int
    code: str
    title: str
    unit_id: int
    views: tuple[View, ...]
    cutoff: datetime
    created_at: datetime
    version: int
    mine: bool


def briefings(database: Database, actor: Actor) -> list[Briefing]:
    """Return the briefings that `actor` may read, the own ones first, the newest first."""
    actor.require(Permission.EXPORT)
    with transaction(database, actor) as connection:
        rows = connection.execute(text(f"{_SELECT} ORDER BY id DESC")).all()
    return sorted((_of(row, actor) for row in rows), key=lambda one: not one.mine)


def briefing(database: Database, actor: Actor, code: str) -> Briefing:
    """Return one briefing. Raises InputError ``unknown_briefing``."""
    actor.require(Permission.EXPORT)
    with transaction(database, actor) as connection:
        return _read(connection, actor, code)


def create(database: Database, actor: Actor, title: str, views: Sequence[View] = ()) -> Briefing:
    """Make a briefing of `actor`, for the highest unit in scope; its cut-off is now.

    Raises InputError ``briefing_title_missing``, ``briefing_full``.
    """
    actor.require(Permission.EXPORT)
    code = secrets.token_hex(4)
    given = {"code": code, "title": _title(title), "account": actor.account_id, "items": _items(views)}
    with transaction(database, actor) as connection:
        unit = connection.execute(
            text("""
                SELECT id FROM diaban.admin_unit WHERE upper_inf(valid)
                ORDER BY array_position(ARRAY['province', 'district', 'ward'], level), code LIMIT 1""")
        ).scalar()
        if unit is None:
            raise InputError("no_points")
        connection.execute(
            text("""
                INSERT INTO diaban.briefing (code, title, unit_id, account_id, items)
                VALUES (:code, :title, :unit, :account, CAST(:items AS jsonb))"""),
            {**given, "unit": unit},
        )
        made = _read(connection, actor, code)
        audit.record(connection, actor, "create", "briefing", code, {"views": len(views)})
    return made


def change(
    database: Database, actor: Actor, found: Briefing, *, title: str, views: Sequence[View]
) -> Briefing:
    """Store title and views of `found` as they now are, and return it.

    Raises ConflictError ``briefing_changed`` where it was changed since it was read, ForbiddenError
    ``briefing_not_yours``, and what `create` raises.
    """
    actor.require(Permission.EXPORT)
    given = {"id": found.id, "version": found.version, "title": _title(title), "items": _items(views)}
    with transaction(database, actor) as connection:
        changed = connection.execute(
            text("""
                UPDATE diaban.briefing
                SET title = :title, items = CAST(:items AS jsonb), version = version + 1
                WHERE id = :id AND version = :version"""),
            given,
        )
        if changed.rowcount != 1:
            _refuse(connection, actor, found.code)
        made = _read(connection, actor, found.code)
        audit.record(connection, actor, "change", "briefing", found.code, {"views": len(views)})
    return made


def add_view(database: Database, actor: Actor, code: str, view: View) -> Briefing:
    """Put `view` at the end of briefing `code`. Raises what `change` raises."""
    found = briefing(database, actor, code)
    return change(database, actor, found, title=found.title, views=[*found.views, view])


def delete(database: Database, actor: Actor, found: Briefing) -> None:
    """Delete a briefing. Raises what `change` raises."""
    actor.require(Permission.EXPORT)
    with transaction(database, actor) as connection:
        gone = connection.execute(
            text("DELETE FROM diaban.briefing WHERE id = :id AND version = :version"),
            {"id": found.id, "version": found.version},
        )
        if gone.rowcount != 1:
            _refuse(connection, actor, found.code)
        audit.record(connection, actor, "delete", "briefing", found.code, {})


def _refuse(connection: Connection, actor: Actor, code: str) -> None:
    if not _read(connection, actor, code).mine:
        raise ForbiddenError("briefing_not_yours", code=code)
    raise ConflictError("briefing_changed", code=code)


def _read(connection: Connection, actor: Actor, code: str) -> Briefing:
    row = connection.execute(text(f"{_SELECT} WHERE code = :code"), {"code": code}).first()
    if row is None:
        raise InputError("unknown_briefing", code=code)
    return _of(row, actor)


def _of(row: Any, actor: Actor) -> Briefing:
    views = tuple(View(**{name: item[name] for name in View.__match_args__}) for item in row.views)
    mine = actor.operator or row.account_id == actor.account_id
    return Briefing(
        row.id, row.code, row.title, row.unit_id, views, row.cutoff, row.created_at, row.version, mine
    )


def _title(title: str) -> str:
    said = nfc(title)[:LONGEST_TITLE]
    if not said:
        raise InputError("briefing_title_missing")
    return said


def _items(views: Sequence[View]) -> str:
    if len(views) > MOST_VIEWS:
        raise InputError("briefing_full", most=MOST_VIEWS)
    for view in views:
        if not view.link.startswith("/") or view.link.startswith("//"):
            raise InputError("bad_briefing_view", link=view.link[:80])
    return json.dumps(
        [
            {
                "page": view.page,
                "link": view.link,
                "title": _title(view.title),
                "notes": view.notes[:LONGEST_NOTES],
                "asked": dict(view.asked),
            }
            for view in views
        ],
        ensure_ascii=False,
        default=str,
    )

"""Undo: one's own last change put back from the audit trail, unless a row has been changed since."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.domain.roles import Actor
from geo.services import misplaced
from geo.services.borders import proposals as border_proposals
from geo.services.row_audit import RowChange, record_rows
from geo.store.engine import Database, transaction

UNDO = "undo"
# What may be put back: table -> the column that rows are named by, and the columns that a change may touch.
_TABLES: Mapping[str, tuple[str, frozenset[str]]] = {
    "household": ("code", frozenset({"permanent", "temporary", "absent", "reviewed_on", "misplaced"})),
    "incident": ("code", frozenset({"status", "due_at", "resolved_at"})),
    "task": ("code", frozenset({"progress", "state", "due_on", "done_on"})),
    "beat_report": ("id", frozenset({"households", "permanent", "temporary", "absent"})),
    "border_proposal": ("id", frozenset({"state", "decided_by", "decided_at"})),
    "equipment": ("id", frozenset({"count"})),
}
_ACTIONS = (
    "counts_save", "household_misplaced", "household_put", "border_accept", "border_refuse",
    "border_withdraw", "incident_record", "incident_move", "report_send", "task_give", "task_report",
    "task_finish", "task_change", "task_cancel", "equipment_count",
)  # fmt: skip
# What the trail does not hold is put back from where it stands: places and borders. By key and version.
_APART: Mapping[str, Callable[[Connection, str, int], object]] = {
    "household_put": misplaced.put_back,
    "border_accept": lambda connection, key, _: border_proposals.reopen(connection, int(key)),
}  # fmt: skip
_SAID_ROWS = 5


@dataclass(frozen=True)
class Change:
    """A change of one's own that can be undone: its event, what was done, to which rows, when."""

    event: int
    action: str
    table: str
    keys: tuple[str, ...]
    at: datetime


def last_change(database: Database, actor: Actor) -> Change | None:
    """Return the newest change of `actor` that was not undone yet; None where there is none."""
    with transaction(database, actor) as connection:
        found = _last(connection, actor)
    if found is None:
        return None
    keys = tuple(row["key"] for row in found["detail"]["rows"])
    return Change(found["id"], found["action"], found["object_kind"], keys, found["at"])


def undo_last(database: Database, actor: Actor) -> Change:
    """Put back what `actor` changed last, all of its rows; a row that the change made goes away.

    Raises InputError ``nothing_to_undo``; ConflictError ``undo_changed_since`` where a row is not as the
    change left it: nothing is written then.
    """
    with transaction(database, actor) as connection:
        found = _last(connection, actor)
        if found is None:
            raise InputError("nothing_to_undo")
        table, rows = found["object_kind"], found["detail"]["rows"]
        held = _refuse_changed(connection, actor, table, rows)
        if found["action"] in _APART:
            for row in rows:
                _APART[found["action"]](connection, row["key"], row["version"])
        else:
            _remove(connection, table, [row for row in rows if row["before"] is None])
            _restore(connection, table, [row for row in rows if row["before"] is not None])
        undone = [
            RowChange(row["key"], held[row["key"]] + 1, row["after"], row["before"] or {}) for row in rows
        ]
        record_rows(connection, actor, UNDO, table, undone, event=found["id"], equals=_before(rows))
    return Change(found["id"], found["action"], table, tuple(row["key"] for row in rows), found["at"])


def _last(connection: Connection, actor: Actor) -> Mapping[str, Any] | None:
    found = (
        connection.execute(
            text("""
                SELECT e.id, e.at, e.action, e.object_kind, e.detail FROM diaban.audit_event e
                WHERE e.account_id = :account AND e.action = ANY(:actions)
                    AND NOT EXISTS (SELECT FROM diaban.audit_event u WHERE u.account_id = :account
                        AND u.action IN (:undo, 'border_take_back')
                        AND (u.detail ->> 'event')::bigint = e.id)
                    AND (e.action <> 'household_put' OR EXISTS (
                        SELECT FROM diaban.household_point_before p
                        WHERE p.household = e.detail #>> '{rows,0,key}'
                            AND p.version = (e.detail #>> '{rows,0,version}')::int))
                ORDER BY e.id DESC LIMIT 1"""),
            {"account": actor.account_id, "actions": list(_ACTIONS), "undo": UNDO},
        )
        .mappings()
        .first()
    )
    return dict(found) if found else None


def _before(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return key -> the version that a row had before: once undone, it is as it was then."""
    return {row["key"]: row["version"] - 1 for row in rows}


def _refuse_changed(
    connection: Connection, actor: Actor, table: str, rows: list[dict[str, Any]]
) -> dict[str, int]:
    """Lock the rows and return their versions; ConflictError unless each is as the change left it.

    A later change of one's own that was undone is none: versions only count up, so a row whose later
    changes were all undone stands at a higher one and is still the same row.
    """
    name = _TABLES[table][0]
    locked = connection.execute(
        text(
            f"SELECT {name}::text AS key, version FROM diaban.{table} WHERE {name}::text = ANY(:keys) "
            "ORDER BY id FOR UPDATE"
        ),
        {"keys": [row["key"] for row in rows]},
    )
    held = {row.key: row.version for row in locked}
    same = _same_versions(connection, actor, table)
    touched = [row["key"] for row in rows if _as_of(row["key"], held, same) != row["version"]]
    if touched:
        said = ", ".join(touched[:_SAID_ROWS]) + (" …" if len(touched) > _SAID_ROWS else "")
        raise ConflictError("undo_changed_since", codes=said)
    return held


def _same_versions(connection: Connection, actor: Actor, table: str) -> dict[tuple[str, int], int]:
    """Return (key, version after an undo of one's own) -> the version that it put the row back to."""
    events = connection.execute(
        text("""
            SELECT detail FROM diaban.audit_event
            WHERE account_id = :account AND action = :undo AND object_kind = :table"""),
        {"account": actor.account_id, "undo": UNDO, "table": table},
    ).scalars()
    return {
        (row["key"], row["version"]): detail["equals"][row["key"]]
        for detail in events
        for row in detail["rows"]
    }


def _as_of(key: str, held: Mapping[str, int], same: Mapping[tuple[str, int], int]) -> int | None:
    version = held.get(key)
    while version is not None and (key, version) in same:
        version = same[key, version]
    return version


def _remove(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(
            text(f"DELETE FROM diaban.{table} WHERE {_TABLES[table][0]}::text = ANY(:keys)"),
            {"keys": [row["key"] for row in rows]},
        )


def _restore(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    name, known = _TABLES[table]
    columns = sorted(rows[0]["before"].keys() & known)
    sets = ", ".join(f"{column} = r.{column}" for column in columns)
    images = [{**row["before"], name: row["key"]} for row in rows]
    connection.execute(
        text(
            f"UPDATE diaban.{table} t SET {sets}, version = t.version + 1 "
            f"FROM jsonb_populate_recordset(NULL::diaban.{table}, CAST(:images AS jsonb)) r "
            f"WHERE t.{name} = r.{name}"
        ),
        {"images": json.dumps(images)},
    )

"""Tasks of a plan of work or a decision: given, reported on, finished; overdue first, as a committee asks.

A task rests on a legal document and is due on a day, in a unit or one of its beats. Its title says what is
to be done, never about whom.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.domain.roles import Actor, Permission
from geo.domain.text import nfc
from geo.services import own_beats
from geo.services.row_audit import RowChange, record_rows
from geo.store.engine import Database, transaction

WORKS = ("area", "households", "residents", "incidents")
# As long as an identity or telephone number: a due date or a document's number is shorter.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){8,}")
_FULL = 100


@dataclass(frozen=True)
class Task:
    """One task as it stands on a day.

    work : one of `WORKS` · state : open, done or cancelled · progress : percent
    days_late : days past due on the day asked for, for one that is done on the day it was; 0 where in time
    """

    code: str
    document: str
    document_title: str | None
    unit_code: str
    unit_name: str
    beat_code: str | None
    beat_name: str | None
    work: str
    title: str
    assigned_on: date
    due_on: date
    progress: int
    state: str
    done_on: date | None
    days_late: int
    version: int

    @property
    def overdue(self) -> bool:
        """Say whether it is past due and still open."""
        return self.state == "open" and self.days_late > 0


@dataclass(frozen=True)
class NewTask:
    """What is to be given; `document` is the number of the plan or decision, made if it is new."""

    document: str
    unit: str
    work: str
    title: str
    due_on: date
    beat: str | None = None
    document_title: str | None = None


def tasks(database: Database, actor: Actor, day: date, unit: str | None = None) -> list[Task]:
    """Return the tasks of `unit` and of those below it (None: all in scope): overdue first, latest first.

    Then the open ones by the day they are due, then the done and the cancelled, newest first.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        return _read(connection, day, unit=unit)


def _read(
    connection: Connection, day: date, *, unit: str | None = None, code: str | None = None
) -> list[Task]:
    rows = connection.execute(
        text("""
            WITH RECURSIVE below AS (
                SELECT id FROM diaban.admin_unit WHERE code = :unit
                UNION SELECT u.id FROM diaban.admin_unit u JOIN below b ON u.parent_id = b.id
            )
            SELECT t.code, d.number AS document, d.title AS document_title, u.code AS unit_code,
                u.name AS unit_name, b.code AS beat_code, b.name AS beat_name, t.work, t.title,
                t.assigned_on, t.due_on, t.progress, t.state, t.done_on,
                CASE t.state WHEN 'cancelled' THEN 0
                    ELSE greatest(coalesce(t.done_on, CAST(:day AS date)) - t.due_on, 0) END AS days_late,
                t.version
            FROM diaban.task t JOIN diaban.legal_document d ON d.id = t.document_id
            JOIN diaban.admin_unit u ON u.id = t.unit_id LEFT JOIN diaban.beat b ON b.id = t.beat_id
            WHERE (CAST(:unit AS text) IS NULL OR t.unit_id IN (SELECT id FROM below))
                AND (CAST(:code AS text) IS NULL OR t.code = :code)
            ORDER BY t.state <> 'open', CASE WHEN t.state = 'open' THEN t.due_on END,
                coalesce(t.done_on, t.due_on) DESC, t.code"""),
        {"day": day, "unit": unit, "code": code},
    )
    return [Task(**row) for row in rows.mappings()]


def give(database: Database, actor: Actor, task: NewTask, day: date) -> str:
    """Give `task` on `day` and return its code. For those who command or plan.

    Raises InputError ``task_without_document``, ``task_without_title``, ``task_names_a_number``,
    ``unknown_work``, ``end_before_start``, ``unknown_unit``, ``beat_of_another_ward``.
    """
    _require_giver(actor)
    title = _checked_title(task.title)
    if not nfc(task.document):
        raise InputError("task_without_document")
    if task.work not in WORKS:
        raise InputError("unknown_work", value=task.work)
    _check_due(task.due_on, day)
    with transaction(database, actor) as connection:
        unit_id = _unit_id(connection, task.unit)
        values = {
            "document": _document_id(connection, nfc(task.document), task.document_title, day),
            "unit": unit_id,
            "beat": _beat_id(connection, task.beat, unit_id, task.unit, day) if task.beat else None,
            "work": task.work, "title": title, "day": day, "due": task.due_on, "by": actor.account_id,
        }  # fmt: skip
        code = connection.execute(
            text("""
                INSERT INTO diaban.task (id, code, document_id, unit_id, beat_id, work, title, assigned_on,
                    due_on, created_by)
                SELECT n, 'CV-' || to_char(CAST(:day AS date), 'YYMMDD') || '-' || n, :document, :unit, :beat,
                    :work, :title, :day, :due, :by
                FROM nextval('diaban.task_id_seq') n RETURNING code"""),
            values,
        ).scalar_one()
        after = {"unit": task.unit, "beat": task.beat, "work": task.work, "due_on": task.due_on}
        record_rows(connection, actor, "task_give", "task", [RowChange(str(code), 1, None, after)])
    return str(code)


def report(database: Database, actor: Actor, code: str, version: int, progress: int, *, day: date) -> None:
    """Say on `day` how far a task is, in percent.

    Raises InputError ``progress_out_of_range``, ForbiddenError ``not_your_beat``.
    """
    _require_reporter(actor)
    if not 0 <= progress <= _FULL:
        raise InputError("progress_out_of_range", value=progress)
    _change(database, actor, "task_report", code, version=version, day=day, after={"progress": progress})


def finish(database: Database, actor: Actor, code: str, version: int, day: date) -> None:
    """Close a task as done on `day`. Raises ForbiddenError ``not_your_beat``."""
    _require_reporter(actor)
    _change(
        database,
        actor,
        "task_finish",
        code,
        version=version,
        day=day,
        after={"progress": _FULL, "state": "done", "done_on": day},
    )


def change_due(database: Database, actor: Actor, code: str, version: int, due_on: date) -> None:
    """Move the day that a task is due. Raises InputError ``end_before_start``. For those who give tasks."""
    _require_giver(actor)
    _change(database, actor, "task_change", code, version=version, after={"due_on": due_on})


def cancel(database: Database, actor: Actor, code: str, version: int) -> None:
    """Close a task that is not to be done. For those who give tasks."""
    _require_giver(actor)
    _change(database, actor, "task_cancel", code, version=version, after={"state": "cancelled"})


def _change(
    database: Database,
    actor: Actor,
    action: str,
    code: str,
    *,
    version: int,
    after: Mapping[str, Any],
    day: date | None = None,
) -> None:
    """Write `after` where the task is still open and as it was seen.

    day : given for what an officer does: then the task is to be of a beat of the officer's on that day
    Raises InputError ``unknown_task``, ConflictError ``task_changed_since``, ``task_closed``, ForbiddenError
    ``not_your_beat``.
    """
    with transaction(database, actor) as connection:
        if day is not None:  # before the row is locked: the database shows an officer no other's to lock
            beat = text(
                "SELECT b.code FROM diaban.task t JOIN diaban.beat b ON b.id = t.beat_id WHERE t.code = :code"
            )
            own_beats.require_beat(connection, day, connection.execute(beat, {"code": code}).scalar())
        found = (
            connection.execute(
                text("SELECT * FROM diaban.task WHERE code = :code FOR UPDATE"), {"code": code}
            )
            .mappings()
            .first()
        )
        if found is None:
            raise InputError("unknown_task", code=code)
        if found["version"] != version:
            raise ConflictError(
                "task_changed_since", code=code, progress=found["progress"], due=found["due_on"]
            )
        if found["state"] != "open":
            raise ConflictError("task_closed", code=code, state=found["state"])
        _check_due(after.get("due_on", found["due_on"]), found["assigned_on"])
        sets = ", ".join(f"{name} = :{name}" for name in after)  # names of our own columns
        connection.execute(
            text(f"UPDATE diaban.task SET {sets}, version = version + 1 WHERE id = :id"),  # noqa: S608
            {**after, "id": found["id"]},
        )
        before = {name: found[name] for name in after}
        record_rows(connection, actor, action, "task", [RowChange(code, version + 1, before, after)])


def _require_giver(actor: Actor) -> None:
    if not actor.may(Permission.APPROVE):
        actor.require(Permission.PLAN)


def _require_reporter(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_COUNTS):
        _require_giver(actor)


def _checked_title(given: str) -> str:
    title = nfc(given)
    if not title:
        raise InputError("task_without_title")
    if _LONG_NUMBER.search(title):
        raise InputError("task_names_a_number")
    return title


def _check_due(due_on: date, assigned_on: date) -> None:
    if due_on < assigned_on:
        raise InputError("end_before_start", end=due_on, start=assigned_on)


def _unit_id(connection: Connection, code: str) -> int:
    found = connection.execute(
        text("SELECT id FROM diaban.admin_unit WHERE code = :code ORDER BY upper_inf(valid) DESC LIMIT 1"),
        {"code": code},
    ).scalar()
    if found is None:
        raise InputError("unknown_unit", code=code)
    return int(found)


def _beat_id(connection: Connection, code: str, unit_id: int, unit: str, day: date) -> int:
    found = connection.execute(
        text(
            "SELECT id FROM diaban.beat "
            "WHERE code = :code AND unit_id = :unit AND valid @> CAST(:day AS date)"
        ),
        {"code": code, "unit": unit_id, "day": day},
    ).scalar()
    if found is None:
        raise InputError("beat_of_another_ward", beat=code, unit=unit)
    return int(found)


def _document_id(connection: Connection, number: str, title: str | None, day: date) -> int:
    """Return the document of that number; a new one is a plan of work of `day`."""
    params = {"number": number, "title": nfc(title) if title else None, "day": day}
    connection.execute(
        text("""
            INSERT INTO diaban.legal_document (number, kind, title, issued_on)
            VALUES (:number, 'plan', :title, :day) ON CONFLICT (number) DO NOTHING"""),
        params,
    )
    return int(
        connection.execute(
            text("SELECT id FROM diaban.legal_document WHERE number = :number"), params
        ).scalar_one()
    )

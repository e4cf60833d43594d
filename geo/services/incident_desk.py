"""Incidents taken in and worked on: received, assigned, in progress, resolved, one step at a time.

Ward and block come from the point. A step back is an undo (`geo.services.edits`), never a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from geo import settings
from geo.domain.errors import ConflictError, InputError
from geo.domain.kinds import IncidentStatus, Origin
from geo.domain.roles import Actor, Permission
from geo.services import own_beats
from geo.services.categories import Category, read_categories, with_those_below
from geo.services.row_audit import RowChange, record_rows
from geo.store.engine import Database, transaction

STEPS = tuple(IncidentStatus)
_MOST_LISTED = 500
_MINUTE = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class NewIncident:
    """What is known of an incident when it is taken in; the moments carry their time zone.

    occurred_from, occurred_to : it happened within these · lon, lat : degrees · precision_m : how far the
    true place may be from the point
    """

    category: str
    origin: str
    occurred_from: datetime
    occurred_to: datetime
    lon: float
    lat: float
    precision_m: float
    due_at: datetime | None = None


@dataclass(frozen=True)
class IncidentRow:
    """An incident as the list shows it; `days_late` on the day asked for, 0 where in time."""

    code: str
    category_vi: str
    category_en: str
    origin: str
    status: str
    occurred_from: datetime | None
    recorded_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    unit_name: str | None
    block_name: str | None
    beat_code: str | None
    days_late: int
    version: int

    @property
    def next_step(self) -> IncidentStatus | None:
        """The one step that may follow; None for a resolved one."""
        return next_step(self.status)


def next_step(status: str) -> IncidentStatus | None:
    """Return the step after `status`."""
    place = STEPS.index(IncidentStatus(status))
    return STEPS[place + 1] if place + 1 < len(STEPS) else None


def categories(database: Database, actor: Actor) -> tuple[Category, ...]:
    """Return the kinds of incidents that one can be recorded as: the leaves of the tree."""
    actor.require(Permission.VIEW_POINTS)
    with transaction(database, actor) as connection:
        every = read_categories(connection)
    parents = {each.parent_id for each in every}
    return tuple(each for each in every if each.id not in parents)


def incidents(
    database: Database, actor: Actor, now: datetime, beat: str | None = None, *, resolved: bool = False
) -> list[IncidentRow]:
    """Return at most 500 incidents of `beat` (None: all in scope), those due longest ago first.

    resolved : False for those still open, True for those resolved, newest first
    """
    actor.require(Permission.VIEW_POINTS)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT i.code, c.name_vi AS category_vi, c.name_en AS category_en, i.origin, i.status,
                    i.occurred_from, i.recorded_at, i.due_at, i.resolved_at, u.name AS unit_name,
                    b.name AS block_name, k.code AS beat_code,
                    CASE WHEN i.resolved_at IS NULL AND i.due_at < :now
                        THEN ceil(extract(epoch FROM CAST(:now AS timestamptz) - i.due_at) / 86400)::int
                        ELSE 0 END AS days_late, i.version
                FROM diaban.incident i JOIN diaban.category c ON c.id = i.category_id
                LEFT JOIN diaban.admin_unit u ON u.id = i.unit_id
                LEFT JOIN diaban.block b ON b.id = i.block_id
                LEFT JOIN diaban.beat_block x ON x.block_id = i.block_id AND x.valid @> CAST(:day AS date)
                LEFT JOIN diaban.beat k ON k.id = x.beat_id
                WHERE (i.status = 'resolved') = :resolved
                    AND (CAST(:beat AS text) IS NULL OR k.code = :beat)
                ORDER BY CASE WHEN i.status <> 'resolved' THEN i.due_at END NULLS LAST,
                    i.resolved_at DESC NULLS LAST, i.code LIMIT :most"""),
            {"now": now, "day": now.date(), "beat": beat, "resolved": resolved, "most": _MOST_LISTED},
        )
        return [IncidentRow(**row) for row in rows.mappings()]


def record(database: Database, actor: Actor, new: NewIncident, now: datetime) -> str:
    """Take an incident in, received at `now`, and return its code.

    Raises InputError ``unknown_category``, ``unknown_origin``, ``end_before_start``, ``moment_in_future``,
    ``due_before_recorded``, ``bad_precision``, ``not_a_place``, ``outside_your_area``.
    """
    actor.require(Permission.EDIT_INCIDENTS)
    _check(new, now)
    with transaction(database, actor) as connection:
        with_those_below(read_categories(connection), new.category)
        place = _place(connection, new.lon, new.lat, now.date())
        own_beats.require_block(connection, now.date(), place["block"])
        code = connection.execute(
            text("""
                INSERT INTO diaban.incident (id, code, category_id, origin, status, occurred_from,
                    occurred_to, recorded_at, due_at, geom, precision_m, unit_id, block_id)
                SELECT n, 'TN-' || to_char(CAST(:day AS date), 'YYMMDD') || '-' || n, c.id, :origin,
                    'received', :start, :stop, :now, :due, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326),
                    :precision, :unit, :block
                FROM diaban.category c, nextval('diaban.incident_id_seq') n WHERE c.code = :category
                RETURNING code"""),
            {
                "day": now.date(), "now": now, "category": new.category, "origin": new.origin,
                "start": new.occurred_from, "stop": new.occurred_to, "due": new.due_at, "lon": new.lon,
                "lat": new.lat, "precision": new.precision_m, "unit": place["unit_id"],
                "block": place["block_id"],
            },
        ).scalar_one()  # fmt: skip
        after = {
            "status": "received", "category": new.category, "origin": new.origin, "due_at": new.due_at,
            "unit": place["unit"], "block": place["block"],
        }  # fmt: skip
        record_rows(connection, actor, "incident_record", "incident", [RowChange(str(code), 1, None, after)])
    return str(code)


def move(  # noqa: PLR0917 (who moves which incident as it was seen, to which step, when)
    database: Database, actor: Actor, code: str, version: int, to: IncidentStatus, now: datetime,
    *, due_at: datetime | None = None,
) -> None:  # fmt: skip
    """Take an incident to the next step; resolved at `now`. `due_at` sets a new due date on the way.

    Raises InputError ``unknown_incident``, ``resolved_before_occurred``, ``due_before_recorded``;
    ConflictError ``step_not_allowed``, ``incident_changed_since``.
    """
    actor.require(Permission.EDIT_INCIDENTS)
    with transaction(database, actor) as connection:
        own_beats.require_row(connection, now.date(), "incident", code)
        found = _locked(connection, code)
        if found["version"] != version:
            raise ConflictError("incident_changed_since", code=code, status=found["status"])
        if next_step(found["status"]) != to:
            raise ConflictError("step_not_allowed", code=code, status=found["status"], step=to.value)
        after: dict[str, Any] = {"status": to.value}
        if to is IncidentStatus.RESOLVED:
            _check_resolved(found, now)
            after["resolved_at"] = now
        if due_at is not None:
            _check_due(due_at, found["recorded_at"])
            after["due_at"] = due_at
        sets = ", ".join(f"{name} = :{name}" for name in after)  # names of our own columns
        connection.execute(
            text(f"UPDATE diaban.incident SET {sets}, version = version + 1 WHERE id = :id"),  # noqa: S608
            {**after, "id": found["id"]},
        )
        before = {name: found[name] for name in after}
        record_rows(
            connection, actor, "incident_move", "incident", [RowChange(code, version + 1, before, after)]
        )


def _locked(connection: Connection, code: str) -> Mapping[str, Any]:
    found = (
        connection.execute(
            text("""
                SELECT id, status, occurred_from, recorded_at, due_at, resolved_at, version
                FROM diaban.incident WHERE code = :code FOR UPDATE"""),
            {"code": code},
        )
        .mappings()
        .first()
    )
    if found is None:
        raise InputError("unknown_incident", code=code)
    return dict(found)


def _check(new: NewIncident, now: datetime) -> None:
    if new.origin not in set(Origin):
        raise InputError("unknown_origin", value=new.origin)
    if new.occurred_to < new.occurred_from:
        raise InputError("end_before_start", start=_said(new.occurred_from), end=_said(new.occurred_to))
    if new.occurred_to > now:
        raise InputError("moment_in_future", moment=_said(new.occurred_to))
    if not (np.isfinite(new.precision_m) and new.precision_m >= 0):
        raise InputError("bad_precision", value=new.precision_m)
    if not (abs(new.lon) <= 180 and abs(new.lat) <= 90):  # NaN is refused too
        raise InputError("not_a_place", lon=new.lon, lat=new.lat)
    if new.due_at is not None:
        _check_due(new.due_at, now)


def _check_due(due_at: datetime, recorded_at: datetime | None) -> None:
    if recorded_at is not None and due_at < recorded_at:
        raise InputError("due_before_recorded", due=_said(due_at), recorded=_said(recorded_at))


def _check_resolved(found: Mapping[str, Any], now: datetime) -> None:
    occurred = found["occurred_from"]
    if occurred is not None and now < occurred:
        raise InputError("resolved_before_occurred", resolved=_said(now), occurred=_said(occurred))


def _said(moment: datetime) -> str:
    return moment.astimezone(settings.load().timezone).strftime(_MINUTE)


def _place(connection: Connection, lon: float, lat: float, day: date) -> Mapping[str, Any]:
    """Return ward and block (None: in none) that hold the point."""
    found = (
        connection.execute(
            text("""
                SELECT u.id AS unit_id, u.code AS unit, b.id AS block_id, b.code AS block
                FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS at) p
                JOIN diaban.admin_unit u ON u.level = 'ward' AND upper_inf(u.valid)
                    AND ST_Covers(u.geom, p.at)
                LEFT JOIN diaban.block b ON b.unit_id = u.id AND b.valid @> CAST(:day AS date)
                    AND ST_Covers(b.geom, p.at)
                ORDER BY u.code, b.code LIMIT 1"""),
            {"lon": lon, "lat": lat, "day": day},
        )
        .mappings()
        .first()
    )
    if found is None:
        raise InputError("outside_your_area")
    return dict(found)

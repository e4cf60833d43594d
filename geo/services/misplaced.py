"""Households whose point is wrong: marked by somebody who knows the area, put where they are.

The audit trail keeps the blocks and how far the point moved, never where it lies. Where it lay stands apart
for thirty days, for the one who moved it and nobody else, so that it can be undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.domain.roles import Actor, Permission
from geo.services import audit, own_beats
from geo.services.row_audit import RowChange, record_rows
from geo.services.upkeep_counts import beat_id
from geo.store.engine import Database, transaction


@dataclass(frozen=True)
class HouseholdPoint:
    """Where a household lies, in degrees, and what the map shows of it."""

    code: str
    lon: float
    lat: float
    reviewed_on: date | None
    misplaced: bool


# Sessions that have looked at a beat's points: one event for them, not one for every run of the page.
_looked: set[tuple[bytes, str]] = set()
_MOST_LOOKED = 10_000


def points(database: Database, actor: Actor, day: date, beat: str) -> list[HouseholdPoint]:
    """Return the exact points of the households of `beat`; reading them is written to the audit trail.

    Raises InputError ``no_such_beat``.
    """
    actor.require(Permission.VIEW_POINTS)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT h.code, ST_X(h.geom), ST_Y(h.geom), h.reviewed_on, h.misplaced
                FROM diaban.household h JOIN diaban.beat_block x ON x.block_id = h.block_id
                WHERE x.beat_id = :beat AND x.valid @> CAST(:day AS date) ORDER BY h.code"""),
            {"beat": beat_id(connection, beat, day), "day": day},
        ).all()
        look = (sha256((actor.session_token or actor.name).encode()).digest(), beat)
        if look not in _looked:
            audit.record(connection, actor, "read_points", "beat", beat, {"households": len(rows)})
    if len(_looked) >= _MOST_LOOKED:
        _looked.clear()
    _looked.add(look)
    return [HouseholdPoint(*row) for row in rows]


def mark(
    database: Database, actor: Actor, code: str, version: int, *, day: date, misplaced: bool = True
) -> None:
    """Say that the point of household `code` is wrong, or take that back.

    Raises InputError ``unknown_household``, ForbiddenError ``not_your_beat``, ConflictError
    ``household_changed_since``.
    """
    actor.require(Permission.EDIT_COUNTS)
    with transaction(database, actor) as connection:
        found = _locked(connection, code, version, day)
        connection.execute(
            text("UPDATE diaban.household SET misplaced = :misplaced, version = version + 1 WHERE id = :id"),
            {"misplaced": misplaced, "id": found["id"]},
        )
        change = RowChange(code, version + 1, {"misplaced": found["misplaced"]}, {"misplaced": misplaced})
        record_rows(connection, actor, "household_misplaced", "household", [change])


def put(
    database: Database, actor: Actor, code: str, version: int, *, lon: float, lat: float, day: date
) -> str:
    """Put household `code` at a new point and return the code of the block that holds it, by `day`.

    Raises InputError ``unknown_household``, ``outside_every_block``; ForbiddenError ``not_your_beat``;
    ConflictError ``household_changed_since``.
    """
    actor.require(Permission.EDIT_COUNTS)
    with transaction(database, actor) as connection:
        found = _locked(connection, code, version, day)
        at = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
        place = {"lon": lon, "lat": lat}
        block = connection.execute(
            text(f"""
                SELECT b.id, b.code, b.unit_id, ST_Distance(h.geom::geography, {at}::geography) AS moved_m
                FROM diaban.block b JOIN diaban.household h ON h.id = :id
                WHERE b.valid @> CAST(:day AS date) AND ST_Covers(b.geom, {at}) ORDER BY b.code LIMIT 1
                """),  # noqa: S608 (the expression is ours, its values are bound)
            {**place, "id": found["id"], "day": day},
        ).first()
        if block is None:
            raise InputError("outside_every_block")
        _keep_point(connection, actor, found["id"], version + 1)
        connection.execute(
            text(f"""
                UPDATE diaban.household SET geom = {at}, block_id = :block, unit_id = :unit,
                    misplaced = false, version = version + 1 WHERE id = :id"""),  # noqa: S608
            {**place, "block": block.id, "unit": block.unit_id, "id": found["id"]},
        )
        before = {"block": found["block"], "misplaced": found["misplaced"]}
        after = {"block": block.code, "misplaced": False}
        change = RowChange(code, version + 1, before, after)
        record_rows(connection, actor, "household_put", "household", [change], moved_m=round(block.moved_m))
    return str(block.code)


def _keep_point(connection: Connection, actor: Actor, household: int, version: int) -> None:
    """Keep where the household lies before it gets `version`, and forget what was kept long enough."""
    connection.execute(text("SELECT diaban.forget_points()"))
    connection.execute(
        text("""
            INSERT INTO diaban.household_point_before (household, version, block_id, unit_id, geom, put_by)
            SELECT h.code, :version, h.block_id, h.unit_id, h.geom, :by FROM diaban.household h
            WHERE h.id = :id"""),
        {"version": version, "by": actor.account_id, "id": household},
    )


def put_back(connection: Connection, code: str, version: int) -> None:
    """Put household `code` back to where it lay before it got `version`, in the caller's transaction.

    Its block is the one that it was in; where a border was drawn anew since, the one that holds the point.
    The mark of a wrong point comes back with it. Raises InputError ``point_forgotten``.
    """
    changed = connection.execute(
        text("""
            WITH was AS (DELETE FROM diaban.household_point_before p
                WHERE p.household = :code AND p.version = :version RETURNING p.*)
            UPDATE diaban.household h SET geom = was.geom, version = h.version + 1, misplaced = (
                    SELECT (e.detail #>> '{rows,0,before,misplaced}')::boolean FROM diaban.audit_event e
                    WHERE e.action = 'household_put' AND e.object_key = :code
                        AND (e.detail #>> '{rows,0,version}')::int = :version ORDER BY e.id DESC LIMIT 1),
                unit_id = coalesce(now_in.unit_id, was.unit_id),
                block_id = coalesce(now_in.id, was.block_id)
            FROM was LEFT JOIN LATERAL (
                SELECT k.id, k.unit_id FROM diaban.block k
                WHERE ST_Contains(k.geom, was.geom) AND upper_inf(k.valid)
                    AND EXISTS (SELECT FROM diaban.border_before b JOIN diaban.border_proposal r
                        ON r.id = b.proposal_id WHERE b.block_id = k.id AND r.decided_at > was.put_at)
                ORDER BY k.code LIMIT 1) now_in ON true
            WHERE h.code = was.household"""),
        {"code": code, "version": version},
    ).rowcount
    if not changed:
        raise InputError("point_forgotten", code=code)


def _locked(connection: Connection, code: str, version: int, day: date) -> Mapping[str, Any]:
    own_beats.require_row(connection, day, "household", code)
    found = (
        connection.execute(
            text("""
                SELECT h.id, h.permanent, h.temporary, h.absent, h.misplaced, h.version,
                    (SELECT b.code FROM diaban.block b WHERE b.id = h.block_id) AS block
                FROM diaban.household h WHERE h.code = :code FOR UPDATE OF h"""),
            {"code": code},
        )
        .mappings()
        .first()
    )
    if found is None:
        raise InputError("unknown_household", code=code)
    if found["version"] != version:
        said = f"{found['permanent']}/{found['temporary']}/{found['absent']}"
        raise ConflictError("household_changed_since", code=code, said=said)
    return dict(found)

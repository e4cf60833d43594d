"""A block's border as somebody who knows the area would draw it: measured, proposed, accepted or refused.

Accepting draws the block and its neighbours anew from a day on (`geo.services.borders.effect`); the earlier
days keep the earlier border. It can be taken back while nobody has drawn the same blocks anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import shapely
from sqlalchemy import Connection, text

from geo.domain.crs import STORAGE_CRS
from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.roles import Actor, Permission
from geo.planning.border_shift import BorderShift, shift_border
from geo.services import own_beats
from geo.services.borders import effect as border_effect
from geo.services.deployment import metric_crs
from geo.services.row_audit import RowChange, record_rows
from geo.store.engine import Database, transaction

REASONS = ("drawn_wrong", "new_street", "new_building", "water", "decision")
_OPEN = "open"
_ACCEPTED = "accepted"
_MOST_LISTED = 200
_ACTIONS = {_ACCEPTED: "border_accept", "refused": "border_refuse", "withdrawn": "border_withdraw"}


@dataclass(frozen=True)
class BorderChange:
    """What a border would change, and what it would take along.

    shift : the areas · gained, lost : households that come into the block and that leave it
    """

    shift: BorderShift
    before: shapely.Geometry
    gained: int
    lost: int


@dataclass(frozen=True)
class Proposal:
    """A proposal as the list shows it; `effective_on` is the day of an accepted one."""

    id: int
    block: str
    block_name: str
    unit_name: str
    reason: str
    state: str
    proposed_at: datetime
    mine: bool
    version: int
    effective_on: date | None


def blocks_of(database: Database, actor: Actor, day: date, beat: str) -> gpd.GeoDataFrame:
    """Return ``code``, ``name`` and area (EPSG:4326) of every block of the ward of `beat`, by code.

    ``in_beat`` says which are the beat's own.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT b.code, b.name, ST_AsBinary(coalesce(was.geom, b.geom)) AS geom,
                    EXISTS (SELECT FROM diaban.beat_block x WHERE x.block_id = b.id AND x.beat_id = k.id
                        AND x.valid @> CAST(:day AS date)) AS in_beat
                FROM diaban.beat k JOIN diaban.block b ON b.unit_id = k.unit_id
                LEFT JOIN diaban.blocks_then(CAST(:day AS date)) was ON was.id = b.id
                WHERE k.code = :beat AND k.valid @> CAST(:day AS date) AND b.valid @> CAST(:day AS date)
                ORDER BY b.code"""),
            {"beat": beat, "day": day},
        ).all()
    return _frame(rows, "code", "name", "in_beat")


def preview(
    database: Database, actor: Actor, block: str, proposed: shapely.Geometry, day: date
) -> BorderChange:
    """Return what `proposed` (EPSG:4326) as the border of `block` would change; nothing is written.

    Raises InputError ``no_such_block`` and those of `shift_border`.
    """
    _require_proposer(actor)
    with transaction(database, actor) as connection:
        return _change(connection, block, proposed, day)


def propose(
    database: Database, actor: Actor, block: str, proposed: shapely.Geometry, reason: str, *, day: date
) -> int:
    """Keep `proposed` as a proposal and return its number.

    Raises InputError ``unknown_reason`` and those of `preview`; ForbiddenError ``not_your_beat``.
    """
    _require_proposer(actor)
    if reason not in REASONS:
        raise InputError("unknown_reason", value=reason)
    with transaction(database, actor) as connection:
        own_beats.require_block(connection, day, block)
        change = _change(connection, block, proposed, day)
        made = connection.execute(
            text("""
                INSERT INTO diaban.border_proposal (block_id, unit_id, geom, reason, proposed_by, drawn_on)
                SELECT b.id, b.unit_id, ST_GeomFromWKB(:geom, 4326), :reason, :by, :drawn_on
                FROM diaban.block b WHERE b.code = :block AND b.valid @> CAST(:day AS date) RETURNING id"""),
            {
                "geom": shapely.to_wkb(change.shift.shapes[block]), "reason": reason, "block": block,
                "by": actor.account_id, "day": day,
                "drawn_on": border_effect.fingerprint(connection, list(change.shift.shapes), day),
            },
        ).scalar_one()  # fmt: skip
        after = {"block": block, "reason": reason, **_figures(change)}
        record_rows(
            connection, actor, "border_propose", "border_proposal", [RowChange(str(made), 1, None, after)]
        )
    return int(made)


def proposals(database: Database, actor: Actor, state: str = _OPEN) -> list[Proposal]:
    """Return the proposals in scope in that state, those that wait longest or were decided last first."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT p.id, b.code AS block, b.name AS block_name, u.name AS unit_name, p.reason, p.state,
                    p.proposed_at, coalesce(p.proposed_by = :me, false) AS mine, p.version, p.effective_on
                FROM diaban.border_proposal p JOIN diaban.block b ON b.id = p.block_id
                JOIN diaban.admin_unit u ON u.id = p.unit_id
                WHERE p.state = :state ORDER BY p.decided_at DESC NULLS LAST, p.proposed_at, p.id
                LIMIT :most"""),
            {"state": state, "me": actor.account_id, "most": _MOST_LISTED},
        )
        return [Proposal(**row) for row in rows.mappings()]


def look(database: Database, actor: Actor, number: int, day: date) -> BorderChange:
    """Return what an open proposal would change as things stand now.

    Raises ConflictError ``proposal_outdated`` where a border that it touches was drawn anew since.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        found = _proposal(connection, number)
        return _current(connection, found, day)


def decide(
    database: Database, actor: Actor, number: int, version: int, *, accept: bool, day: date,
    effective_on: date | None = None,
) -> BorderChange | None:  # fmt: skip
    """Accept or refuse an open proposal on `day`; return what was changed, None where refused.

    effective_on : the day from which the new border holds, not after `day`; None is `day`
    Accepting is the planner's, who may change areas; a commander may refuse.
    Raises InputError ``unknown_proposal``, ``border_day_ahead``, ``border_day_too_early`` and those of
    `shift_border`; ConflictError ``proposal_decided``, ``proposal_outdated``.
    """
    if accept or not actor.may(Permission.APPROVE):
        actor.require(Permission.PLAN)
    since = effective_on or day
    with transaction(database, actor) as connection:
        found = _proposal(connection, number, version=version)
        change = None
        after: dict[str, Any] = {}
        if accept:
            change = _current(connection, found, day, lock=True)
            border_effect.require_day(connection, change.shift, since, day)
            moved = border_effect.write(connection, number, change.shift, since, day)
            after = {**_figures(change), **moved, "effective_on": since}
        _close(connection, actor, found, _ACCEPTED if accept else "refused", after)
    return change


def take_back(database: Database, actor: Actor, number: int, version: int) -> dict[str, int]:
    """Undo an accepted proposal, which is open again; return how many households and incidents went back.

    Raises InputError ``unknown_proposal``; ConflictError ``proposal_decided`` where it is not an accepted one
    any more, ``border_changed_since``.
    """
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        found = _proposal(connection, number, version=version, state=_ACCEPTED)
        moved = reopen(connection, number)
        change = RowChange(str(number), found["version"] + 1, {"state": _ACCEPTED}, {"state": _OPEN, **moved})
        event = connection.execute(
            text("""
                SELECT max(id) FROM diaban.audit_event
                WHERE action = :action AND object_kind = 'border_proposal' AND object_key = :number"""),
            {"action": _ACTIONS[_ACCEPTED], "number": str(number)},
        ).scalar()
        record_rows(connection, actor, "border_take_back", "border_proposal", [change], event=event)
    return moved


def reopen(connection: Connection, number: int) -> dict[str, int]:
    """Put back what accepting proposal `number` wrote, in the caller's transaction; see `take_back`."""
    moved = border_effect.take_back(connection, number)
    connection.execute(
        text("""
            UPDATE diaban.border_proposal SET state = :open, decided_by = NULL, decided_at = NULL,
                effective_on = NULL, version = version + 1 WHERE id = :id"""),
        {"open": _OPEN, "id": number},
    )
    return moved


def withdraw(database: Database, actor: Actor, number: int, version: int) -> None:
    """Take back one's own open proposal. Raises ForbiddenError where it is somebody else's."""
    _require_proposer(actor)
    with transaction(database, actor) as connection:
        found = _proposal(connection, number, version=version)
        if found["proposed_by"] != actor.account_id:
            raise ForbiddenError("not_permitted", role=actor.role.value, permission=Permission.PLAN.value)
        _close(connection, actor, found, "withdrawn", {})


def _require_proposer(actor: Actor) -> None:
    if not actor.may(Permission.PLAN):
        actor.require(Permission.EDIT_COUNTS)


def _proposal(
    connection: Connection, number: int, version: int | None = None, state: str = _OPEN
) -> dict[str, Any]:
    lock = "" if version is None else "FOR UPDATE OF p"
    found = (
        connection.execute(
            text(f"""
                SELECT p.id, p.state, p.version, p.proposed_by, p.drawn_on, b.code AS block,
                    ST_AsBinary(p.geom) AS geom
                FROM diaban.border_proposal p JOIN diaban.block b ON b.id = p.block_id
                WHERE p.id = :number {lock}"""),  # noqa: S608 (one of two clauses of ours)
            {"number": number},
        )
        .mappings()
        .first()
    )
    if found is None:
        raise InputError("unknown_proposal", number=number)
    if found["state"] != state or (version is not None and found["version"] != version):
        raise ConflictError("proposal_decided", number=number, state=found["state"])
    return {**found, "shape": shapely.from_wkb(bytes(found["geom"]))}


def _current(
    connection: Connection, found: Mapping[str, Any], day: date, *, lock: bool = False
) -> BorderChange:
    """Return what a proposal changes; ConflictError where it was drawn on borders that are others now.

    It says which area the block is to have: taken for another border it would undo what came between.
    """
    change = _change(connection, found["block"], found["shape"], day, lock=lock)
    codes = list(change.shift.shapes)
    if found["drawn_on"] not in {None, border_effect.fingerprint(connection, codes, day)}:
        raise ConflictError("proposal_outdated", number=found["id"], codes=", ".join(sorted(codes)))
    return change


def _close(
    connection: Connection, actor: Actor, found: Mapping[str, Any], state: str, about: Mapping[str, Any]
) -> None:
    connection.execute(
        text("""
            UPDATE diaban.border_proposal SET state = :state, decided_by = :by, decided_at = now(),
                effective_on = :since, version = version + 1 WHERE id = :id"""),
        {"state": state, "by": actor.account_id, "since": about.get("effective_on"), "id": found["id"]},
    )
    before = {"state": _OPEN, "decided_by": None, "decided_at": None}
    after = {"state": state, "block": found["block"], **about}
    row = RowChange(str(found["id"]), found["version"] + 1, before, after)
    record_rows(connection, actor, _ACTIONS[state], "border_proposal", [row])


def _figures(change: BorderChange) -> dict[str, Any]:
    shift = change.shift
    return {
        "gained_m2": round(shift.gained_m2), "lost_m2": round(shift.lost_m2),
        "households_gained": change.gained, "households_lost": change.lost,
        "neighbours": sorted(shift.shapes.keys() - {shift.block}),
    }  # fmt: skip


def _change(
    connection: Connection, block: str, proposed: shapely.Geometry, day: date, *, lock: bool = False
) -> BorderChange:
    rows = connection.execute(
        text(f"""
            SELECT b.code, ST_AsBinary(b.geom) AS geom, ST_AsBinary(u.geom) AS ward
            FROM diaban.block a JOIN diaban.block b ON b.unit_id = a.unit_id
            JOIN diaban.admin_unit u ON u.id = a.unit_id
            WHERE a.code = :block AND a.valid @> CAST(:day AS date) AND b.valid @> CAST(:day AS date)
            ORDER BY b.id {"FOR UPDATE OF b" if lock else ""}"""),  # noqa: S608 (one of two clauses of ours)
        {"block": block, "day": day},
    ).all()
    if not rows:
        raise InputError("no_such_block", code=block)
    blocks = _frame(rows, "code")
    ward = shapely.from_wkb(bytes(rows[0].ward)) if rows[0].ward else blocks.union_all()
    shift = shift_border(blocks, block, proposed, ward, metric_crs(connection))
    before = blocks.geometry[blocks["code"] == block].iloc[0]
    return BorderChange(
        shift, before, _held(connection, shift.gained, shift, day), _held(connection, shift.lost, shift, day)
    )


def _frame(rows: Any, *names: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {name: [getattr(row, name) for row in rows] for name in names},
        geometry=[shapely.from_wkb(bytes(row.geom)) for row in rows],
        crs=STORAGE_CRS,
    )


def _held(connection: Connection, strip: shapely.Geometry, shift: BorderShift, day: date) -> int:
    """Return how many households of the blocks that change lie in `strip`.

    One that lies outside its block for another reason stays where it is, and is not counted.
    """
    return int(
        connection.execute(
            text("""
                SELECT count(*) FROM diaban.household t JOIN diaban.block old ON old.id = t.block_id
                WHERE old.code = ANY(:codes) AND old.valid @> CAST(:day AS date)
                    AND ST_Contains(old.geom, t.geom)
                    AND ST_Contains(ST_GeomFromWKB(:strip, 4326), t.geom)"""),
            {"strip": shapely.to_wkb(strip), "codes": list(shift.shapes), "day": day},
        ).scalar_one()
    )

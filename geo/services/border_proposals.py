"""A block's border as somebody who knows the area would draw it: measured, proposed, accepted or refused.

Accepting changes the areas of the block and of its neighbours, and puts the households and incidents of the
strip that changes hands into the block that now holds them. None is made, none is lost.
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
from geo.services.deployment import metric_crs
from geo.services.row_audit import RowChange, record_rows
from geo.store.engine import Database, transaction

REASONS = ("drawn_wrong", "new_street", "new_building", "water", "decision")
_OPEN = "open"


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
    """A proposal as the list shows it."""

    id: int
    block: str
    block_name: str
    unit_name: str
    reason: str
    state: str
    proposed_at: datetime
    mine: bool
    version: int


def blocks_of(database: Database, actor: Actor, day: date, beat: str) -> gpd.GeoDataFrame:
    """Return ``code``, ``name`` and area (EPSG:4326) of every block of the ward of `beat`, by code.

    ``in_beat`` says which are the beat's own.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT b.code, b.name, ST_AsBinary(b.geom) AS geom, EXISTS (SELECT FROM diaban.beat_block x
                    WHERE x.block_id = b.id AND x.beat_id = k.id AND x.valid @> CAST(:day AS date)) AS in_beat
                FROM diaban.beat k JOIN diaban.block b ON b.unit_id = k.unit_id
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

    Raises InputError ``unknown_reason`` and those of `preview`.
    """
    _require_proposer(actor)
    if reason not in REASONS:
        raise InputError("unknown_reason", value=reason)
    with transaction(database, actor) as connection:
        change = _change(connection, block, proposed, day)
        made = connection.execute(
            text("""
                INSERT INTO diaban.border_proposal (block_id, unit_id, geom, reason, proposed_by)
                SELECT b.id, b.unit_id, ST_GeomFromWKB(:geom, 4326), :reason, :by FROM diaban.block b
                WHERE b.code = :block AND b.valid @> CAST(:day AS date) RETURNING id"""),
            {
                "geom": shapely.to_wkb(change.shift.shapes[block]), "reason": reason, "block": block,
                "by": actor.account_id, "day": day,
            },
        ).scalar_one()  # fmt: skip
        after = {"block": block, "reason": reason, **_figures(change)}
        record_rows(
            connection, actor, "border_propose", "border_proposal", [RowChange(str(made), 1, None, after)]
        )
    return int(made)


def proposals(database: Database, actor: Actor, state: str = _OPEN) -> list[Proposal]:
    """Return the proposals in scope in that state, oldest first."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT p.id, b.code AS block, b.name AS block_name, u.name AS unit_name, p.reason, p.state,
                    p.proposed_at, coalesce(p.proposed_by = :me, false) AS mine, p.version
                FROM diaban.border_proposal p JOIN diaban.block b ON b.id = p.block_id
                JOIN diaban.admin_unit u ON u.id = p.unit_id
                WHERE p.state = :state ORDER BY p.proposed_at, p.id"""),
            {"state": state, "me": actor.account_id},
        )
        return [Proposal(**row) for row in rows.mappings()]


def look(database: Database, actor: Actor, number: int, day: date) -> BorderChange:
    """Return what an open proposal would change as things stand now."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        found = _proposal(connection, number)
        return _change(connection, found["block"], found["shape"], day)


def decide(
    database: Database, actor: Actor, number: int, version: int, *, accept: bool, day: date
) -> BorderChange | None:
    """Accept or refuse an open proposal; return what was changed, None where refused.

    Accepting is the planner's, who may change areas; a commander may refuse.
    Raises InputError ``unknown_proposal`` and those of `shift_border` where the ward has changed since;
    ConflictError ``proposal_decided``.
    """
    if accept or not actor.may(Permission.APPROVE):
        actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        found = _proposal(connection, number, version=version)
        change = _change(connection, found["block"], found["shape"], day, lock=True) if accept else None
        if change:
            _apply(connection, change.shift, day)
        _close(connection, actor, found, "accepted" if accept else "refused", change)
    return change


def withdraw(database: Database, actor: Actor, number: int, version: int) -> None:
    """Take back one's own open proposal. Raises ForbiddenError where it is somebody else's."""
    _require_proposer(actor)
    with transaction(database, actor) as connection:
        found = _proposal(connection, number, version=version)
        if found["proposed_by"] != actor.account_id:
            raise ForbiddenError("not_permitted", role=actor.role.value, permission=Permission.PLAN.value)
        _close(connection, actor, found, "withdrawn", None)


def _require_proposer(actor: Actor) -> None:
    if not actor.may(Permission.PLAN):
        actor.require(Permission.EDIT_COUNTS)


def _proposal(connection: Connection, number: int, version: int | None = None) -> dict[str, Any]:
    lock = "" if version is None else "FOR UPDATE OF p"
    found = (
        connection.execute(
            text(f"""
                SELECT p.id, p.state, p.version, p.proposed_by, b.code AS block,
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
    if found["state"] != _OPEN or (version is not None and found["version"] != version):
        raise ConflictError("proposal_decided", number=number, state=found["state"])
    return {**found, "shape": shapely.from_wkb(bytes(found["geom"]))}


def _close(
    connection: Connection, actor: Actor, found: Mapping[str, Any], state: str, change: BorderChange | None
) -> None:
    connection.execute(
        text("""
            UPDATE diaban.border_proposal SET state = :state, decided_by = :by, decided_at = now(),
                version = version + 1 WHERE id = :id"""),
        {"state": state, "by": actor.account_id, "id": found["id"]},
    )
    after = {"state": state, "block": found["block"], **(_figures(change) if change else {})}
    row = RowChange(str(found["id"]), found["version"] + 1, {"state": _OPEN}, after)
    record_rows(connection, actor, "border_decide", "border_proposal", [row])


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


# Rows of the strip: attached to a block that changes, and inside what changes hands. A row that lies outside
# its block for another reason stays where it is.
_IN_STRIP = """
    t.block_id = old.id AND old.code = ANY(:codes) AND old.valid @> CAST(:day AS date)
    AND ST_Contains(ST_GeomFromWKB(:strip, 4326), t.geom)
"""


def _held(connection: Connection, strip: shapely.Geometry, shift: BorderShift, day: date) -> int:
    """Return how many households of the blocks that change lie in `strip`."""
    return int(
        connection.execute(
            text(f"SELECT count(*) FROM diaban.household t, diaban.block old WHERE {_IN_STRIP}"),  # noqa: S608
            {"strip": shapely.to_wkb(strip), "codes": list(shift.shapes), "day": day},
        ).scalar_one()
    )


def _apply(connection: Connection, shift: BorderShift, day: date) -> None:
    for code, shape in shift.shapes.items():
        connection.execute(
            text("""
                UPDATE diaban.block SET geom = ST_GeomFromWKB(:geom, 4326)
                WHERE code = :code AND valid @> CAST(:day AS date)"""),
            {"geom": shapely.to_wkb(shape), "code": code, "day": day},
        )
    for table in ("household", "incident"):
        connection.execute(
            text(f"""
                UPDATE diaban.{table} t SET block_id = new.id, version = t.version + 1
                FROM diaban.block old, diaban.block new
                WHERE {_IN_STRIP} AND new.code = ANY(:codes) AND new.valid @> CAST(:day AS date)
                    AND new.id <> old.id AND ST_Contains(new.geom, t.geom)"""),  # noqa: S608 (our own names)
            {"strip": shapely.to_wkb(shift.moved), "codes": list(shift.shapes), "day": day},
        )

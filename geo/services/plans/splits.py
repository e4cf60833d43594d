"""Blocks cut along a drawn line: where it goes, who is on which side, and the blocks that come of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
import shapely.ops
from sqlalchemy import Connection, text

from geo.domain.crs import STORAGE_CRS, lonlat_to_metric_xy, to_metric
from geo.domain.errors import ConflictError, InputError
from geo.domain.kinds import PlanState
from geo.domain.roles import Actor, Permission
from geo.planning.borders import borders
from geo.services import audit
from geo.services.plans.ground import Ground, Ints, ground, incident_span, lonlat_shapes
from geo.store import copy
from geo.store.engine import Database, driver, transaction

LEAST_M2 = 1.0
SUFFIX = ".2"


@dataclass(frozen=True, eq=False)
class Split:
    """A line across a block: the side with more households keeps the block's code.

    line : EPSG:4326 · to_beat_id : beat of the side that is cut off; None leaves it with the block's
    """

    id: int
    block_id: int
    line: shapely.LineString
    to_beat_id: int | None = None


@dataclass(frozen=True, eq=False)
class Sides:
    """The two sides of a cut block: shapes in metres, and counts of each; the first keeps the code."""

    shapes: tuple[shapely.Geometry, shapely.Geometry]
    households: tuple[int, int]
    residents: tuple[int, int]
    incidents: tuple[int, int]


def splits_of(connection: Connection, plan_id: int) -> tuple[Split, ...]:
    """Return the cuts of a plan, in the order in which they were drawn."""
    read = copy.read_columns(
        driver(connection),
        "SELECT id, block_id, line, coalesce(to_beat_id, 0) AS beat FROM diaban.plan_split "
        "WHERE plan_id = %(plan)s ORDER BY id",
        {"plan": plan_id},
        {"id": "int4", "block_id": "int4", "line": "geometry", "beat": "int4"},
    )
    return tuple(
        Split(int(number), int(block), line, int(beat) or None)
        for number, block, line, beat in zip(
            read["id"], read["block_id"], read["line"], read["beat"], strict=True
        )
    )


def cut(shape: Any, line: Any, block: str) -> tuple[Any, Any]:
    """Return the two pieces of an area cut by a line, both in one metric CRS.

    Raises InputError ``plan_line_does_not_cut`` where the line does not cross it, ``plan_line_cuts_more``
    where it leaves more than two pieces.
    """
    if line.geom_type != "LineString" or line.is_empty or not line.is_valid:
        raise InputError("plan_line_does_not_cut", block=block)
    parts = shapely.get_parts(shape)
    crossed = [part for part in parts if part.crosses(line)]
    pieces = [piece for part in crossed for piece in shapely.ops.split(part, line).geoms]
    pieces = [piece for piece in pieces if piece.area >= LEAST_M2]
    if len(pieces) < 2:
        raise InputError("plan_line_does_not_cut", block=block)
    if len(pieces) > 2:
        raise InputError("plan_line_cuts_more", block=block, pieces=len(pieces))
    one, other = pieces
    for part in parts:  # islands of the block that the line does not touch stay with the nearer side
        if part not in crossed:
            if part.distance(one) <= part.distance(other):
                one = shapely.union(one, part)
            else:
                other = shapely.union(other, part)
    return one, other


_POINTS = """
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, permanent + temporary AS residents
FROM diaban.household WHERE block_id = %(block)s"""
_EVENTS = """
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, 0 AS residents
FROM diaban.incident
WHERE block_id = %(block)s AND geom IS NOT NULL AND occurred_from >= %(start)s AND occurred_from < %(end)s"""


def sides(connection: Connection, found: Ground, unit: int, line: Any) -> Sides:
    """Return both sides of block `unit` cut by `line` (EPSG:4326), with their counts.

    A household or incident on the line counts with the first piece, one outside the block with the nearer.
    """
    metric = to_metric(gpd.GeoDataFrame(geometry=[line], crs=STORAGE_CRS), found.crs).geometry.iloc[0]
    one, other = cut(found.metric[unit], metric, found.names[unit])
    start, end = incident_span(found.day)
    params = {"block": int(found.ids[unit]), "start": start, "end": end}
    home, residents = _nearer(connection, _POINTS, params, found.crs, one=one, other=other)
    event, _ = _nearer(connection, _EVENTS, params, found.crs, one=one, other=other)
    made = Sides(
        (one, other),
        (int(home.sum()), int((~home).sum())),
        (int(residents[home].sum()), int(residents[~home].sum())),
        # those without a place stay with the first
        (int(found.incidents[unit]) - int((~event).sum()), int((~event).sum())),
    )
    less = (made.households[0], one.area) < (made.households[1], other.area)
    return _turned(made) if less else made


def _turned(made: Sides) -> Sides:
    return Sides(made.shapes[::-1], made.households[::-1], made.residents[::-1], made.incidents[::-1])


def _nearer(
    connection: Connection, query: str, params: dict[str, Any], crs: str, *, one: Any, other: Any
) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Return of each point whether it is nearer to `one` than to `other`, and its residents."""
    columns: dict[str, copy.ReadType] = {"lon": "float8", "lat": "float8", "residents": "int4"}
    read = copy.read_columns(driver(connection), query, params, columns)
    points = shapely.points(lonlat_to_metric_xy(read["lon"], read["lat"], crs))
    first = shapely.distance(points, one) <= shapely.distance(points, other)
    return first, read["residents"].astype(np.int64)


def with_splits(connection: Connection, found: Ground, splits: Sequence[Split]) -> Ground:
    """Return the ground with the blocks of `splits` cut; what is cut off stands at the end."""
    for split in splits:
        unit = np.flatnonzero(found.ids == split.block_id)
        if len(unit) == 0:  # the block is no longer there on the day of the plan
            raise InputError("plan_split_block_gone", block=split.block_id)
        found = _with_split(found, int(unit[0]), split.id, sides(connection, found, int(unit[0]), split.line))
    if not splits:
        return found
    return replace(found, borders=borders(found.metric, found.water, found.bridges))


def _with_split(found: Ground, unit: int, number: int, halves: Sides) -> Ground:
    def counts(values: Ints, pair: tuple[int, int]) -> Ints:
        changed = np.append(values, pair[1])
        changed[unit] = pair[0]
        return changed

    metric, shapes = (np.concatenate((held, held[:1])) for held in (found.metric, found.shapes))
    metric[unit], metric[-1] = halves.shapes
    shapes[[unit, -1]] = lonlat_shapes(metric[[unit, -1]], found.crs)
    return replace(
        found,
        ids=np.append(found.ids, -number),
        codes=(*found.codes, found.codes[unit] + SUFFIX),
        names=(*found.names, found.names[unit] + SUFFIX),
        neighbourhoods=(*found.neighbourhoods, found.neighbourhoods[unit]),
        groups=np.append(found.groups, found.groups[unit]),
        shapes=shapes,
        metric=metric,
        households=counts(found.households, halves.households),
        residents=counts(found.residents, halves.residents),
        incidents=counts(found.incidents, halves.incidents),
        held_by=np.append(found.held_by, found.held_by[unit]),
    )


def write_sides(connection: Connection, found: Ground, beat_ids: Ints) -> None:
    """Store the beats of what was cut off, given the beat ids of all units, (n,)."""
    for unit in np.flatnonzero(found.ids < 0):
        beat = int(beat_ids[unit])
        connection.execute(
            text("UPDATE diaban.plan_split SET to_beat_id = :beat WHERE id = :id"),
            {"id": -int(found.ids[unit]), "beat": beat if beat > 0 else None},
        )


def belonging_to_second(  # noqa: PLR0917 (which rows, and the two sides)
    connection: Connection, table: str, block_id: int, crs: str, one: Any, other: Any
) -> list[int]:
    """Return the ids of the households or incidents of a block that are nearer to its second side."""
    read = copy.read_columns(
        driver(connection),
        f"SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM diaban.{table} "  # noqa: S608 (our own name)
        "WHERE block_id = %(block)s AND geom IS NOT NULL",
        {"block": block_id},
        {"id": "int4", "lon": "float8", "lat": "float8"},
    )
    points = shapely.points(lonlat_to_metric_xy(read["lon"], read["lat"], crs))
    second = shapely.distance(points, one) > shapely.distance(points, other)
    return [int(number) for number in read["id"][second]]


def add_split(database: Database, actor: Actor, plan: str, block: str, line: Any) -> Sides:
    """Cut a block of a draft along a line (EPSG:4326) and return both sides with their counts.

    Raises InputError ``plan_line_does_not_cut``, ``plan_line_cuts_more``, ``plan_no_such_block``,
    ConflictError ``plan_split_twice``, ``plan_not_editable``.
    """
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        plan_id, found = _editable_ground(connection, database, actor, plan)
        halves = _looked_at(connection, found, block, line)
        if any(
            split.block_id == found.ids[found.codes.index(block)] for split in splits_of(connection, plan_id)
        ):
            raise ConflictError("plan_split_twice", block=block)
        connection.execute(
            text(
                "INSERT INTO diaban.plan_split (plan_id, block_id, line) "
                "VALUES (:plan, :block, ST_GeomFromWKB(:line, 4326))"
            ),
            {
                "plan": plan_id,
                "block": int(found.ids[found.codes.index(block)]),
                "line": shapely.to_wkb(line),
            },
        )
        _touched(connection, plan_id)
        audit.record(connection, actor, "split", "plan", plan, {"block": block})
    return halves


def look_at_split(database: Database, actor: Actor, plan: str, block: str, line: Any) -> Sides:
    """Return what a line would make of a block, without storing anything; raises as `add_split`."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        _, found = _editable_ground(connection, database, actor, plan)
        return _looked_at(connection, found, block, line)


def remove_split(database: Database, actor: Actor, plan: str, block: str) -> None:
    """Take the cut of a block out of a draft."""
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        plan_id, _ = _editable_ground(connection, database, actor, plan)
        connection.execute(
            text(
                "DELETE FROM diaban.plan_split s USING diaban.block b "
                "WHERE s.plan_id = :plan AND b.id = s.block_id AND b.code = :block"
            ),
            {"plan": plan_id, "block": block},
        )
        _touched(connection, plan_id)
        audit.record(connection, actor, "join", "plan", plan, {"block": block})


def _looked_at(connection: Connection, found: Ground, block: str, line: Any) -> Sides:
    if block not in found.codes:
        raise InputError("plan_no_such_block", block=block, unit=found.unit_code)
    return sides(connection, found, found.codes.index(block), line)


def _editable_ground(
    connection: Connection, database: Database, actor: Actor, plan: str
) -> tuple[int, Ground]:
    row = connection.execute(
        text(
            "SELECT p.id, p.state, p.effective_on, u.code AS unit, p.options ->> 'merge_with' AS other "
            "FROM diaban.plan p JOIN diaban.admin_unit u ON u.id = p.unit_id WHERE p.code = :code"
        ),
        {"code": plan},
    ).first()
    if row is None:
        raise InputError("plan_unknown", plan=plan)
    if row.state not in {PlanState.DRAFT, PlanState.REJECTED}:
        raise ConflictError("plan_not_editable", plan=plan, plan_state=row.state)
    return row.id, ground(connection, database, actor, row.unit, row.effective_on, row.other)


def _touched(connection: Connection, plan_id: int) -> None:
    """Who has the draft open on another screen is told at the next save."""
    connection.execute(
        text("UPDATE diaban.plan SET version = version + 1, state = 'draft' WHERE id = :id"), {"id": plan_id}
    )

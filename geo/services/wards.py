"""The wards in a reader's scope with their households: what counts are put on and divided by."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

from geo.domain.crs import STORAGE_CRS, to_metric
from geo.domain.errors import InputError
from geo.domain.kinds import Level
from geo.domain.roles import Actor, Permission
from geo.services.deployment import metric_crs
from geo.services.kept import Kept
from geo.store.copy import read_columns
from geo.store.engine import Database, data_version, driver, transaction

Positions = npt.NDArray[np.int64]

TOPICS = ("admin_unit", "unit_lineage", "household", "setting")
_LIMIT_BYTES = 256 * 1024 * 1024
_BYTES_A_VERTEX = 16


@dataclass(frozen=True)
class Unit:
    """One unit of the tree, for choosing."""

    id: int
    code: str
    name: str
    level: Level
    parent_id: int | None


@dataclass(frozen=True)
class Wards:
    """The present wards in scope. Shared between readers: never change the frames.

    frame : GeoDataFrame (n,), EPSG:4326: id, code, name, households, residents; ordered by name
    metric : the same shapes in `metric_crs`
    units : every present unit in scope, wards among them, by level and name
    """

    frame: gpd.GeoDataFrame
    metric: gpd.GeoDataFrame
    units: tuple[Unit, ...]
    metric_crs: str
    version: str

    def __len__(self) -> int:
        return len(self.frame)

    def positions(self, code: str | None) -> Positions:
        """Return the positions in `frame` of the wards of unit `code`, all for None.

        Raises InputError ``unknown_unit`` where no such unit is in scope.
        """
        if code is None:
            return np.arange(len(self.frame))
        below = within(self.units, code)
        if not below:
            raise InputError("unknown_unit", code=code)
        return np.flatnonzero(self.frame["id"].isin(below).to_numpy())


def within(units: Sequence[Unit], code: str) -> set[int]:
    """Return ids of the unit with `code` and of all below it; none where it is not among `units`."""
    inside = {unit.id for unit in units if unit.code == code}
    grown = bool(inside)
    while grown:
        more = {unit.id for unit in units if unit.parent_id in inside} - inside
        inside |= more
        grown = bool(more)
    return inside


_kept_units: Kept[tuple[Unit, ...]] = Kept(_LIMIT_BYTES, lambda units: 256 * len(units))
_kept: Kept[Wards] = Kept(_LIMIT_BYTES, lambda wards: _BYTES_A_VERTEX * 2 * _vertices(wards) + 4096)


def present_units(database: Database, actor: Actor) -> tuple[Unit, ...]:
    """Return every present unit in scope, wards among them, by level and name; no household is counted."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        version = data_version(connection, ("admin_unit", "unit_lineage"))
        key = (str(database.app.url), actor.scope_key, version)
        return _kept_units.get(key, lambda: _units(connection))


def wards(database: Database, actor: Actor) -> Wards:
    """Return the wards that `actor` may see."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        version = data_version(connection, TOPICS)
        key = (str(database.app.url), actor.scope_key, version)
        return _kept.get(key, lambda: _read(connection, version))


@dataclass(frozen=True)
class Former:
    """A unit that is no more: its last name, and the names of those that it went into."""

    name: str
    into: tuple[str, ...]


def successors(database: Database, actor: Actor, codes: Sequence[str]) -> dict[str, Former]:
    """Return those of `codes` that named a unit in scope which has merged or been split, and into what."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT former.code, former.name, array_agg(later.name ORDER BY share DESC, later.name) AS into
                FROM diaban.admin_unit former
                JOIN diaban.unit_lineage lineage ON lineage.from_unit_id = former.id
                JOIN diaban.admin_unit later ON later.id = lineage.to_unit_id
                WHERE former.code = ANY(:codes) AND NOT upper_inf(former.valid)
                GROUP BY former.id, former.code, former.name ORDER BY upper(former.valid)"""),
            {"codes": list(codes)},
        )
        return {row.code: Former(row.name, tuple(row.into)) for row in rows}


def _vertices(wards_held: Wards) -> int:
    return int(wards_held.frame.geometry.count_coordinates().sum()) if len(wards_held) else 0


def _units(connection: Connection) -> tuple[Unit, ...]:
    rows = connection.execute(
        text("""
            SELECT id, code, name, level, parent_id FROM diaban.admin_unit WHERE upper_inf(valid)
            ORDER BY array_position(ARRAY['province', 'district', 'ward'], level),
                name COLLATE "vi-x-icu", code""")
    )
    return tuple(Unit(row.id, row.code, row.name, Level(row.level), row.parent_id) for row in rows)


def _read(connection: Connection, version: str) -> Wards:
    units = _units(connection)
    crs = metric_crs(connection)
    shapes = read_columns(
        driver(connection),
        "SELECT id, geom FROM diaban.admin_unit "
        "WHERE level = 'ward' AND upper_inf(valid) AND geom IS NOT NULL",
        None,
        {"id": "int4", "geom": "geometry"},
    )
    frame = _frame(
        units, dict(zip(shapes["id"].tolist(), shapes["geom"], strict=True)), _households(connection)
    )
    metric = to_metric(frame, crs) if len(frame) else frame
    return Wards(frame, metric, units, crs, version)


def _households(connection: Connection) -> dict[int, tuple[int, int]]:
    rows = connection.execute(
        text("SELECT unit_id, count(*), sum(permanent + temporary) FROM diaban.household GROUP BY unit_id")
    )
    return {unit_id: (households, int(residents)) for unit_id, households, residents in rows}


def _frame(
    units: tuple[Unit, ...], shapes: dict[int, object], households: dict[int, tuple[int, int]]
) -> gpd.GeoDataFrame:
    shown = [unit for unit in units if unit.id in shapes]
    counts = [households.get(unit.id, (0, 0)) for unit in shown]
    return gpd.GeoDataFrame(
        {
            "id": np.array([unit.id for unit in shown], dtype=np.int32),
            "code": [unit.code for unit in shown],
            "name": [unit.name for unit in shown],
            "households": np.array([count for count, _ in counts], dtype=np.int64),
            "residents": np.array([count for _, count in counts], dtype=np.int64),
        },
        geometry=[shapes[unit.id] for unit in shown],
        crs=STORAGE_CRS,
    )

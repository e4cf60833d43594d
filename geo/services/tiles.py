"""Vector tiles: the ground for everybody who is signed in, areas in scope, incidents close up.

The scope goes into the query first (unit ids) so that row-level security does not cost the spatial index; the
database checks every row all the same. Tiles are kept by scope and version of the data.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

from geo.domain.crs import lonlat_to_metric_xy, metric_to_lonlat_xy
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services import audit
from geo.services.hotspots.review import SMALL_N, HotspotQuery, asked
from geo.services.kept import Kept
from geo.store.engine import Database, data_version, transaction

MAX_ZOOM = 22
POINT_ZOOM = 16  # from here on a tile is a few streets wide, and single incidents can be told apart
_MOST_POINTS = 10_000
_CELLS_A_SIDE = 32
_TILES_BYTES = 64 * 1024 * 1024
_MOST_READS_KNOWN = 100_000

_tiles: Kept[bytes] = Kept(_TILES_BYTES, lambda tile: len(tile) + 200)


@dataclass(frozen=True)
class Tile:
    """A tile of the Web Mercator pyramid. Raises InputError ``no_such_tile`` where the pyramid has none."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        side = 2**self.z if 0 <= self.z <= MAX_ZOOM else 0
        if not (0 <= self.x < side and 0 <= self.y < side):
            raise InputError("no_such_tile", z=self.z, x=self.x, y=self.y)

    @property
    def params(self) -> dict[str, int]:
        """Return the numbers for a query."""
        return {"z": self.z, "x": self.x, "y": self.y}


# Streets of one name are joined in a tile before their names are placed: a segment between two crossings
# is too short for its name. A margin of 64 of 4096 units keeps lines whole across the edge.
_BASE = """
    WITH edge AS (SELECT ST_TileEnvelope(:z, :x, :y) AS merc),
    near AS (
        SELECT merc, ST_Transform(ST_Expand(merc, (ST_XMax(merc) - ST_XMin(merc)) / 64), 4326) AS box
        FROM edge
    ),
    street_part AS (
        SELECT s.name, s.kind, ST_Transform(s.geom, 3857) AS geom, near.merc
        FROM diaban.street s, near
        WHERE s.geom && near.box
            AND (:z >= 13 OR s.kind IN ('major', 'bridge') OR (:z = 12 AND s.kind = 'minor'))
    ),
    streets AS (
        SELECT kind, ST_AsMVTGeom(geom, merc, 4096, 64, true) AS geom FROM street_part
    ),
    street_names AS (
        SELECT name, min(kind) AS kind,
            ST_AsMVTGeom(ST_LineMerge(ST_Collect(geom)), min(merc::text)::geometry, 4096, 64, true) AS geom
        FROM street_part WHERE :z >= 12 AND name IS NOT NULL GROUP BY name
    ),
    water AS (
        SELECT ST_AsMVTGeom(ST_Transform(w.geom, 3857), near.merc, 4096, 64, true) AS geom
        FROM diaban.water w, near WHERE w.geom && near.box
    ),
    water_names AS (
        SELECT w.name,
            ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(w.geom), 3857), near.merc, 4096, 64, true) AS geom
        FROM diaban.water w, near WHERE w.geom && near.box AND w.name IS NOT NULL
    )
    SELECT string_agg(layer, ''::bytea) FROM (
        SELECT ST_AsMVT(q, 'water', 4096, 'geom') FROM water q WHERE geom IS NOT NULL UNION ALL
        SELECT ST_AsMVT(q, 'streets', 4096, 'geom') FROM streets q WHERE geom IS NOT NULL UNION ALL
        SELECT ST_AsMVT(q, 'water_names', 4096, 'geom') FROM water_names q WHERE geom IS NOT NULL UNION ALL
        SELECT ST_AsMVT(q, 'street_names', 4096, 'geom') FROM street_names q WHERE geom IS NOT NULL
    ) layers(layer)"""

_AREAS = """
    WITH edge AS (SELECT ST_TileEnvelope(:z, :x, :y) AS merc),
    near AS (SELECT merc, ST_Transform(merc, 4326) AS box FROM edge),
    areas AS (
        SELECT a.code, a.name, ST_AsMVTGeom(ST_Transform(a.geom, 3857), near.merc, 4096, 64, true) AS geom
        FROM {table} a, near
        WHERE a.{unit} = ANY(:ids) AND a.geom && near.box AND upper_inf(a.valid) {and_also}
    )
    SELECT coalesce(ST_AsMVT(areas, '{layer}', 4096, 'geom'), ''::bytea) FROM areas WHERE geom IS NOT NULL"""

_WARDS = _AREAS.format(table="diaban.admin_unit", unit="id", layer="wards", and_also="AND a.level = 'ward'")
_BLOCKS = _AREAS.format(table="diaban.block", unit="unit_id", layer="blocks", and_also="")

_SYMBOLS = """
    SELECT ST_AsMVT(q, :layer, 4096, 'geom') FROM (
        SELECT {columns} ST_AsMVTGeom(ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857),
            ST_TileEnvelope(:z, :x, :y), 4096, 256, true) AS geom
        FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[]), CAST(:n AS int[])) AS s(lon, lat, n)) q"""
_POINTS = _SYMBOLS.format(columns="")
_CELLS = _SYMBOLS.format(columns="n, n::text AS label,")


def base_tile(database: Database, actor: Actor, tile: Tile) -> bytes:
    """Return streets, water and their names; the same for everybody who is signed in."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        version = data_version(connection, ("street", "water"))
        key = (str(database.app.url), "base", version, tile)
        return _tiles.get(key, lambda: _one(connection, _BASE, tile.params))


def base_version(database: Database, actor: Actor) -> str:
    """Return a text that changes with the streets and water."""
    with transaction(database, actor) as connection:
        return data_version(connection, ("street", "water"))


def ward_tile(database: Database, actor: Actor, tile: Tile) -> bytes:
    """Return the present wards in scope: code, name."""
    return _area_tile(database, actor, tile, "wards", _WARDS, ("admin_unit", "unit_lineage"))


def block_tile(database: Database, actor: Actor, tile: Tile) -> bytes:
    """Return the present blocks in scope: code, name."""
    return _area_tile(database, actor, tile, "blocks", _BLOCKS, ("block", "admin_unit", "unit_lineage"))


def _area_tile(  # noqa: PLR0917
    database: Database, actor: Actor, tile: Tile, layer: str, query: str, topics: tuple[str, ...]
) -> bytes:
    actor.require(Permission.VIEW)

    def make() -> bytes:
        ids = connection.execute(text("SELECT id FROM diaban.admin_unit")).scalars().all()
        return _one(connection, query, {**tile.params, "ids": list(ids)})

    with transaction(database, actor) as connection:
        version = data_version(connection, topics)
        return _tiles.get((str(database.app.url), layer, actor.scope_key, version, tile), make)


def incident_tile(database: Database, actor: Actor, tile: Tile, query: HotspotQuery) -> bytes:
    """Return the incidents asked for: exact points close up for roles that may see them, else cells with n.

    Exact points are layer ``points`` from `POINT_ZOOM` on; reading them is written to the audit trail, once
    a session, unit and period. Everything else is layer ``cells``; for a role without exact points, cells
    with fewer than five incidents are left out.
    """
    found = asked(database, actor, query)
    xy = found.drawn(query)
    lonlat = _inside(xy, tile, found.wards.metric_crs)
    exact = tile.z >= POINT_ZOOM and actor.may(Permission.VIEW_POINTS)
    with transaction(database, actor) as connection:
        if not exact:
            return _cell_symbols(
                connection, tile, lonlat, least=1 if actor.may(Permission.VIEW_POINTS) else SMALL_N
            )
        if len(lonlat):
            note_reading(connection, actor, query)
        shown = lonlat[:_MOST_POINTS]
        return _symbols(connection, _POINTS, "points", tile, shown, np.ones(len(shown), dtype=np.int64))


def _inside(xy: npt.NDArray[np.float64], tile: Tile, metric_crs: str) -> npt.NDArray[np.float64]:
    """Return (m, 2) degrees of the points in the tile: a box in metres first, then exactly."""
    west, east = (value / 2**tile.z * 360 - 180 for value in (tile.x, tile.x + 1))
    north, south = (
        float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * value / 2**tile.z)))))
        for value in (tile.y, tile.y + 1)
    )
    rim_lon = np.concatenate([np.linspace(west, east, 9)] * 2 + [np.full(9, west), np.full(9, east)])
    sides = np.linspace(south, north, 9)
    rim_lat = np.concatenate([np.full(9, south), np.full(9, north), sides, sides])
    rim = lonlat_to_metric_xy(rim_lon, rim_lat, metric_crs)
    # A tile's edge bends in metres: between the nodes of its rim by less than a hundredth of its side.
    slack = 0.02 * np.nanmax(np.nanmax(rim, axis=0) - np.nanmin(rim, axis=0))
    low, high = np.nanmin(rim, axis=0) - slack, np.nanmax(rim, axis=0) + slack
    near = xy[((xy >= low) & (xy <= high)).all(axis=1)]
    lonlat = metric_to_lonlat_xy(near[:, 0], near[:, 1], metric_crs)
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside: npt.NDArray[np.float64] = lonlat[(lon >= west) & (lon < east) & (lat > south) & (lat <= north)]
    return inside


def _cell_symbols(
    connection: Connection, tile: Tile, lonlat: npt.NDArray[np.float64], *, least: int
) -> bytes:
    side = _CELLS_A_SIDE
    mercator_y = np.arcsinh(np.tan(np.radians(lonlat[:, 1]))) / np.pi
    column = np.floor(((lonlat[:, 0] + 180) / 360 * 2**tile.z - tile.x) * side).astype(np.int64)
    row = np.floor(((1 - mercator_y) / 2 * 2**tile.z - tile.y) * side).astype(np.int64)
    cell = np.clip(row, 0, side - 1) * side + np.clip(column, 0, side - 1)
    counts = np.bincount(cell, minlength=side * side)
    full = np.flatnonzero(counts >= least)
    # The symbol stands in the middle of its cell, not at any incident.
    x = (tile.x + (full % side + 0.5) / side) / 2**tile.z
    y = (tile.y + (full // side + 0.5) / side) / 2**tile.z
    centres = np.column_stack((x * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))))
    return _symbols(connection, _CELLS, "cells", tile, centres, counts[full])


def _symbols(  # noqa: PLR0917
    connection: Connection,
    query: str,
    layer: str,
    tile: Tile,
    lonlat: npt.NDArray[np.float64],
    n: npt.NDArray[np.int64],
) -> bytes:
    if len(lonlat) == 0:
        return b""
    values = {"lon": lonlat[:, 0].tolist(), "lat": lonlat[:, 1].tolist(), "n": n.tolist()}
    return _one(connection, query, {**tile.params, **values, "layer": layer})


def _one(connection: Connection, query: str, params: Mapping[str, Any]) -> bytes:
    return bytes(connection.execute(text(query), dict(params)).scalar() or b"")


_reads_known: set[tuple[object, ...]] = set()
_reads_lock = threading.Lock()


def note_reading(connection: Connection, actor: Actor, query: HotspotQuery) -> None:
    """Write one audit event for what would be hundreds: a session that looks at a unit and period."""
    session = sha256((actor.session_token or actor.name).encode()).digest()
    key = (session, query.unit, query.start, query.end, query.category, query.origin)
    with _reads_lock:
        if key in _reads_known:
            return
    audit.record(
        connection,
        actor,
        "read_points",
        "unit",
        query.unit or actor.scope_key,
        {
            "from": query.start.isoformat(),
            "to": query.end.isoformat(),
            "category": query.category,
            "origin": query.origin.value,
        },
    )
    with _reads_lock:
        if len(_reads_known) >= _MOST_READS_KNOWN:
            _reads_known.clear()
        _reads_known.add(key)


AREA_LAYERS: dict[str, Callable[[Database, Actor, Tile], bytes]] = {
    "base": base_tile,
    "wards": ward_tile,
    "blocks": block_tile,
}

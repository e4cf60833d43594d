"""Which ward and block a row belongs to: by the code it gives, or by where it lies."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, text

from geo.analysis.membership import points_in_polygons
from geo.store import copy
from geo.store.engine import driver

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NONE = -1


@dataclass(frozen=True)
class Areas:
    """Areas of one kind that hold today and that the actor sees, with their ids and codes."""

    ids: Ids
    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: npt.NDArray[np.object_]
    units: Ids

    @cached_property
    def by_code(self) -> dict[str, int]:
        """Code -> id."""
        return dict(zip(self.codes, self.ids.tolist(), strict=True))

    def holding(self, lon: Any, lat: Any) -> Ids:
        """(n,) id of the area that each place lies in, NONE for none; on a border the first area by code."""
        if not len(self.ids):
            return np.full(len(lon), NONE, dtype=np.int64)
        positions = points_in_polygons(np.column_stack((lon, lat)), self.shapes)
        return np.append(self.ids, NONE)[positions]

    def covering(self, shapes: Any) -> Ids:
        """(n,) id of the area that covers the largest piece of each polygon, NONE where none covers any."""
        return np.append(self.ids, NONE)[largest_overlap(self.shapes, np.asarray(shapes, dtype=object))]

    def unit_of(self, ids: Ids) -> Ids:
        """(n,) unit of each area id, NONE for NONE."""
        units = dict(zip(self.ids.tolist(), self.units.tolist(), strict=True))
        return np.array([units.get(area, NONE) for area in ids.tolist()], dtype=np.int64)


def wards(connection: Connection) -> Areas:
    """Return the wards that hold today."""
    return _areas(
        connection,
        "SELECT id, code, name, geom, id AS unit_id FROM diaban.admin_unit "
        "WHERE level = 'ward' AND valid @> current_date ORDER BY code",
    )


def blocks(connection: Connection) -> Areas:
    """Return the blocks that hold today."""
    return _areas(
        connection,
        "SELECT id, code, name, geom, unit_id FROM diaban.block WHERE valid @> current_date ORDER BY code",
    )


def blocks_without_beat(connection: Connection) -> Areas:
    """Return the blocks that hold today and belong to no beat from today on."""
    return _areas(
        connection,
        "SELECT id, code, name, geom, unit_id FROM diaban.block k WHERE valid @> current_date "
        "AND NOT EXISTS (SELECT FROM diaban.beat_block x WHERE x.block_id = k.id AND x.valid && k.valid) "
        "ORDER BY code",
    )


def beats_with_border(connection: Connection) -> Areas:
    """Return the beats that hold today and were drawn with a border."""
    return _areas(
        connection,
        "SELECT id, code, name, geom, unit_id FROM diaban.beat "
        "WHERE valid @> current_date AND geom IS NOT NULL ORDER BY code",
    )


def largest_overlap(areas: npt.NDArray[np.object_], parts: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """(m,) position of the area that covers the largest piece of each part, -1 where none covers any.

    areas (n,), parts (m,) : polygons in one CRS; pieces of one part are compared with each other only, so
    degrees do as well as metres. Of equal pieces the first area's counts.
    """
    found = np.full(len(parts), NONE, dtype=np.int64)
    part, area = shapely.STRtree(areas).query(parts, predicate="intersects")
    size = shapely.area(shapely.intersection(parts[part], areas[area]))
    # Ascending, so that the largest piece, and among equals the first area, is written last.
    order = np.lexsort((-area, size))
    order = order[size[order] > 0]
    found[part[order]] = area[order]
    return found


def place_unplaced(connection: Connection, table: str, column: str, areas: Areas, batch_id: int) -> int:
    """Give `column` (``unit_id`` or ``block_id``) of `table` to the rows that lack it and lie in `areas`.

    Each is noted in ``import_change``, so that undoing the batch takes it back. Returns how many.
    """
    wanted = f"SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM diaban.{table} WHERE {column} IS NULL"
    rows = copy.read_columns(
        driver(connection),
        f"{wanted} AND geom IS NOT NULL",
        None,
        {"id": "int4", "lon": "float8", "lat": "float8"},
    )
    found = areas.holding(rows["lon"], rows["lat"])
    placed = found != NONE
    if not placed.any():
        return 0
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.placed"))
    connection.execute(text("CREATE TEMP TABLE placed (id int4 PRIMARY KEY, area int4) ON COMMIT DROP"))
    columns = {"id": copy.int4(rows["id"][placed]), "area": copy.int4(found[placed])}
    copy.copy_in(driver(connection), "pg_temp.placed", columns)
    connection.execute(text("ANALYZE pg_temp.placed"))
    _note_and_place(connection, table, column, batch_id)
    return int(placed.sum())


def _note_and_place(connection: Connection, table: str, column: str, batch_id: int) -> None:
    connection.execute(
        text(
            "INSERT INTO diaban.import_change (batch_id, table_name, row_id, before, after) "
            f"SELECT :batch, '{table}', id, '{{\"{column}\": null}}', jsonb_build_object('{column}', area) "
            "FROM pg_temp.placed ON CONFLICT (batch_id, table_name, row_id) "
            "DO UPDATE SET before = import_change.before || excluded.before, "
            "after = import_change.after || excluded.after"
        ).bindparams(batch=batch_id)
    )
    connection.execute(
        text(f"UPDATE diaban.{table} t SET {column} = p.area FROM pg_temp.placed p WHERE p.id = t.id")
    )


def _areas(connection: Connection, query: str) -> Areas:
    columns = {"id": "int4", "code": "text", "name": "text", "geom": "geometry", "unit_id": "int4"}
    found = copy.read_columns(driver(connection), query, None, columns)  # type: ignore[arg-type]
    return Areas(
        found["id"].astype(np.int64),
        tuple(found["code"]),
        tuple(found["name"]),
        found["geom"],
        found["unit_id"].astype(np.int64),
    )

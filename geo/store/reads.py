"""What held on a day: wards, blocks, beats, assignments, as checked frames.

Every query is bound and runs on the caller's connection, so row-level security decides what it sees. Areas
come as GeoDataFrames in EPSG:4326; ids are the database's, 0 where there is none. `units` None is every unit.
"""
# ruff: noqa: S608 (SQL is put together from our own pieces; values are bound)

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from geo.domain.crs import STORAGE_CRS
from geo.domain.frames import Column, FrameContract, check
from geo.store.copy import ReadType, read_columns
from geo.store.engine import driver

Units = Sequence[int] | None

_ID, _TEXT, _DAY = Column("int"), Column("text"), Column("date", nullable=True)

WARDS_ON = FrameContract("wards_on", ("id",), {"id": _ID, "code": _TEXT, "name": _TEXT})
BLOCKS_ON = FrameContract(
    "blocks_on",
    ("id",),
    {"id": _ID, "code": _TEXT, "name": _TEXT, "unit_id": _ID, "beat_id": _ID, "neighbourhood": _TEXT},
    "polygon",
)
BEATS_ON = FrameContract(
    "beats_on", ("id",), {"id": _ID, "code": _TEXT, "name": _TEXT, "unit_id": _ID, "drawn": _ID}
)
ASSIGNMENTS_ON = FrameContract(
    "assignments_on",
    ("beat_id", "service_number", "role", "since"),
    {
        "beat_id": _ID,
        "service_number": _TEXT,
        "display_name": _TEXT,
        "rank": _TEXT,
        "role": _TEXT,
        "since": _DAY,
        "until": _DAY,
        "decision": _TEXT,
    },
)

# The units asked for, everything below them, and the former units that went into these as a whole: the same
# tree that row-level security climbs.
_BELOW = """
WITH RECURSIVE scope(id) AS (
    SELECT id FROM diaban.admin_unit WHERE code = :code
    UNION
    SELECT u.id FROM scope c CROSS JOIN LATERAL (
        SELECT a.id FROM diaban.admin_unit a WHERE a.parent_id = c.id
        UNION ALL
        SELECT l.from_unit_id FROM diaban.unit_lineage l WHERE l.to_unit_id = c.id AND l.share > 0.999999
    ) u
)
SELECT id FROM scope"""

# A former ward's blocks are kept under the ward that took it over: to look at the former one takes them too.
_HEIRS = """
SELECT DISTINCT to_unit_id FROM diaban.unit_lineage WHERE from_unit_id = ANY(:units)"""

_WARDS = """
SELECT id, code, name, geom FROM diaban.admin_unit
WHERE level = 'ward' AND valid @> %(day)s::date
    AND (%(units)s::int[] IS NULL OR id = ANY(%(units)s::int[]))
ORDER BY code"""

_BLOCKS = """
SELECT k.id, k.code, k.name, k.unit_id, coalesce(m.beat_id, 0) AS beat_id,
    coalesce(k.neighbourhood, '') AS neighbourhood, coalesce(was.geom, k.geom) AS geom
FROM diaban.block k
LEFT JOIN diaban.blocks_then(%(day)s::date) was ON was.id = k.id
LEFT JOIN diaban.beat_block m ON m.block_id = k.id AND m.valid @> %(day)s::date
WHERE k.valid @> %(day)s::date
    AND (%(units)s::int[] IS NULL OR k.unit_id = ANY(%(units)s::int[]))
ORDER BY k.code"""

_BEATS = """
SELECT b.id, b.code, b.name, b.unit_id, coalesce(was.geom, b.geom) AS geom,
    (b.geom IS NOT NULL AND NOT EXISTS (
    SELECT FROM diaban.beat_block m WHERE m.beat_id = b.id AND m.valid @> %(day)s::date))::int AS drawn
FROM diaban.beat b
LEFT JOIN diaban.beats_then(%(day)s::date) was ON was.id = b.id
WHERE b.valid @> %(day)s::date
    AND (%(units)s::int[] IS NULL OR b.unit_id = ANY(%(units)s::int[]))
ORDER BY b.code"""

_ASSIGNMENTS = """
SELECT a.beat_id, o.service_number, o.display_name, coalesce(o.rank, '') AS rank, a.role,
    lower(a.valid) AS since, upper(a.valid) AS until, coalesce(d.number, '') AS decision
FROM diaban.assignment a
JOIN diaban.officer o ON o.id = a.officer_id
LEFT JOIN diaban.legal_document d ON d.id = a.document_id
WHERE a.valid @> %(day)s::date AND a.beat_id = ANY(%(beats)s::int[])
ORDER BY a.beat_id, array_position(ARRAY['primary', 'concurrent', 'acting'], a.role),
    lower(a.valid) NULLS FIRST, o.service_number"""


_CHANGE_DAYS = """
SELECT max(day) FILTER (WHERE day < :day) AS before, min(day) FILTER (WHERE day > :day) AS after
FROM (
    SELECT unnest(ARRAY[lower(a.valid), upper(a.valid)]) AS day, b.unit_id
    FROM diaban.assignment a JOIN diaban.beat b ON b.id = a.beat_id
    UNION ALL
    SELECT unnest(ARRAY[lower(m.valid), upper(m.valid)]), b.unit_id
    FROM diaban.beat_block m JOIN diaban.beat b ON b.id = m.beat_id
    UNION ALL
    SELECT until, unit_id FROM diaban.border_before
) changes
WHERE CAST(:units AS int[]) IS NULL OR unit_id = ANY(CAST(:units AS int[]))"""


def reviews_before(day: str) -> str:
    """Return SQL of household_id, before: the last review up to the day `day` (name of a parameter).

    Only of households whose review was changed after it: read from the newest change that crosses the day,
    so that a review taken back does not count. ``before`` is NULL where there was none.
    """
    return f"""(SELECT DISTINCT ON (household_id) household_id, before FROM diaban.household_review
        WHERE after > %({day})s::date AND (before IS NULL OR before <= %({day})s::date)
        ORDER BY household_id, id DESC)"""


def review_then(day: str, kept: str) -> str:
    """Return SQL of the last review up to `day` of household ``h``; `kept` : alias of `reviews_before`."""
    return f"""CASE WHEN h.reviewed_on > %({day})s::date AND {kept}.household_id IS NOT NULL
            THEN {kept}.before ELSE h.reviewed_on END"""


def reviewed_later(review: str, day: str) -> str:
    """Return SQL that is true of a household last reviewed after `day`: its state on it is not known."""
    return f"coalesce({review} > %({day})s::date, false)"


def fresh(review: str, day: str, ahead: int = 0) -> str:
    """Return SQL that is true of a household reviewed in ``fresh_days`` (a parameter) up to and with `day`.

    ahead : still so that many days later if nobody reviewed anything more
    """
    oldest = f"%({day})s::date - %(fresh_days)s + {ahead}"
    return f"coalesce({review} <= %({day})s::date AND {review} > {oldest}, false)"


def households_on(day: str) -> str:
    """Return SQL of households with block_then, the block they were in on `day` (0: none), and review, the
    last up to it. ``units`` is a parameter: those in scope, NULL for all.
    """
    return f"""(
    SELECT h.*, coalesce(w.block_id, h.block_id, 0) AS block_then,
        {review_then(day, "r")} AS review
    FROM diaban.household h
    LEFT JOIN diaban.households_then(%({day})s::date) w ON w.id = h.id
    LEFT JOIN {reviews_before(day)} r ON r.household_id = h.id
    WHERE (%(units)s::int[] IS NULL OR h.unit_id = ANY(%(units)s::int[]))
) each"""


def units_below(connection: Connection, code: str) -> list[int]:
    """Return ids of the unit with `code` and of everything that belongs or belonged to it; [] if unknown."""
    return list(connection.execute(text(_BELOW), {"code": code}).scalars())


def with_heirs(connection: Connection, units: Sequence[int]) -> list[int]:
    """Return `units` and the units that they went into."""
    heirs = connection.execute(text(_HEIRS), {"units": list(units)}).scalars()
    return sorted({*units, *heirs})


def wards_on(connection: Connection, day: date, units: Units) -> gpd.GeoDataFrame:
    """Return the wards that hold on `day`, by code; the geometry of one never drawn is missing."""
    return check(_areas(connection, _WARDS, {"day": day, "units": units}, {"name": "text"}), WARDS_ON)


def blocks_on(connection: Connection, day: date, units: Units) -> gpd.GeoDataFrame:
    """Return the blocks that hold on `day`, by code, each with the beat that it belongs to that day.

    neighbourhood : "" where it is not known
    """
    columns: dict[str, ReadType] = {
        "name": "text", "unit_id": "int4", "beat_id": "int4", "neighbourhood": "text",
    }  # fmt: skip
    return check(_areas(connection, _BLOCKS, {"day": day, "units": units}, columns), BLOCKS_ON)


def beats_on(connection: Connection, day: date, units: Units) -> gpd.GeoDataFrame:
    """Return the beats that hold on `day`, by code, with their border as drawn.

    drawn : 1 for a beat that has a drawn border and no block on the day, so that the border stands for it
    """
    columns: dict[str, ReadType] = {"name": "text", "unit_id": "int4", "drawn": "int4"}
    return check(_areas(connection, _BEATS, {"day": day, "units": units}, columns), BEATS_ON)


def assignments_on(connection: Connection, day: date, beats: Sequence[int]) -> pd.DataFrame:
    """Return who holds `beats` on `day`: primary first, then concurrent and acting, the longest first.

    rank, decision : "" where there is none · until : first day no longer held
    """
    columns: dict[str, ReadType] = {
        **dict.fromkeys(ASSIGNMENTS_ON.columns, "text"),
        "beat_id": "int4",
        "since": "date",
        "until": "date",
    }
    return check(table(connection, _ASSIGNMENTS, {"day": day, "beats": list(beats)}, columns), ASSIGNMENTS_ON)


def change_days(connection: Connection, around: date, units: Units) -> tuple[date | None, date | None]:
    """Return the nearest days before and after `around` on which blocks, officers or land changed hands."""
    before, after = connection.execute(
        text(_CHANGE_DAYS), {"day": around, "units": None if units is None else list(units)}
    ).one()
    return before, after


def _areas(
    connection: Connection, query: str, params: Mapping[str, Any], columns: Mapping[str, ReadType]
) -> gpd.GeoDataFrame:
    kinds: dict[str, ReadType] = {"id": "int4", "code": "text", **columns, "geom": "geometry"}
    read = read_columns(driver(connection), query, params, kinds)
    shapes = read.pop("geom")
    return gpd.GeoDataFrame(_frame(read), geometry=list(shapes), crs=STORAGE_CRS)


def table(
    connection: Connection, query: str, params: Mapping[str, Any], columns: Mapping[str, ReadType]
) -> pd.DataFrame:
    """Return the rows of a query of ours in the contracts' types: int64, float64, str, days without zone."""
    return _frame(read_columns(driver(connection), query, params, columns))


def _frame(read: Mapping[str, npt.NDArray[Any]]) -> pd.DataFrame:
    return pd.DataFrame({name: _column(values) for name, values in read.items()})


def _column(values: npt.NDArray[Any]) -> Any:
    if values.dtype.kind == "i":
        return values.astype(np.int64)
    if values.dtype.kind == "O":
        return pd.array(values, dtype="str")
    return values.astype("datetime64[us]") if values.dtype.kind == "M" else values

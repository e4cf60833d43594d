"""Households and incidents added up by block and unit in the database; points only of what is in no beat."""
# ruff: noqa: S608 (SQL is put together from our own pieces; values are bound)

from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geo.domain.frames import Column, FrameContract, check
from geo.store.copy import ReadType
from geo.store.reads import Units, fresh, households_on, reviewed_later, table

_ID, _COUNT = Column("int"), Column("int")

HOUSEHOLD_TOTALS = FrameContract(
    "household_totals",
    ("block_id", "unit_id"),
    {
        "block_id": _ID,
        "unit_id": _ID,
        "households": _COUNT,
        "permanent": _COUNT,
        "temporary": _COUNT,
        "absent": _COUNT,
        "fresh": Column("int", meaning="last reviewed within the days before the day asked for"),
        "later": Column("int", meaning="last reviewed after that day, so their state then is not known"),
    },
)
INCIDENT_TOTALS = FrameContract(
    "incident_totals",
    ("block_id", "unit_id"),
    {"block_id": _ID, "unit_id": _ID, "incidents": _COUNT, "reported": _COUNT},
)
_LON_LAT: dict[str, ReadType] = {"lon": "float8", "lat": "float8"}

_HOUSEHOLDS = f"""
SELECT block_then AS block_id, unit_id, count(*) AS households, sum(permanent) AS permanent,
    sum(temporary) AS temporary, sum(absent) AS absent,
    count(*) FILTER (WHERE {fresh("review", "day")}) AS fresh,
    count(*) FILTER (WHERE {reviewed_later("review", "day")}) AS later
FROM {households_on("day")} GROUP BY 1, 2"""

_HOUSEHOLD_POINTS = f"""
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, unit_id, 1 AS households, permanent, temporary, absent,
    block_then AS block_id,
    {fresh("review", "day")}::int AS fresh, {reviewed_later("review", "day")}::int AS later
FROM {households_on("day")} WHERE NOT EXISTS (
    SELECT FROM diaban.beat_block m WHERE m.block_id = block_then AND m.valid @> %(day)s::date)"""

_INCIDENTS = """
SELECT coalesce(was.block_id, i.block_id, 0) AS block_id, coalesce(unit_id, 0) AS unit_id,
    count(*) AS incidents, count(*) FILTER (WHERE origin = 'reported') AS reported
FROM diaban.incident i LEFT JOIN diaban.incidents_then(%(day)s::date) was ON was.id = i.id
WHERE occurred_from >= %(start)s AND occurred_from < %(end)s
    AND (%(units)s::int[] IS NULL OR unit_id = ANY(%(units)s::int[]))
GROUP BY 1, 2"""

_INCIDENT_POINTS = """
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, coalesce(unit_id, 0) AS unit_id, 1 AS incidents,
    coalesce(was.block_id, i.block_id, 0) AS block_id, (origin = 'reported')::int AS reported
FROM diaban.incident i LEFT JOIN diaban.incidents_then(%(day)s::date) was ON was.id = i.id
WHERE occurred_from >= %(start)s AND occurred_from < %(end)s AND geom IS NOT NULL
    AND (%(units)s::int[] IS NULL OR unit_id = ANY(%(units)s::int[]))
    AND NOT EXISTS (
        SELECT FROM diaban.beat_block m
        WHERE m.block_id = coalesce(was.block_id, i.block_id) AND m.valid @> %(day)s::date)"""

_HOUSEHOLDS_AROUND = """
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, 1 AS households, permanent + temporary AS residents
FROM diaban.household
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    AND (unit_id = ANY(%(units)s::int[]) OR unit_id = ANY(ARRAY(
        SELECT id FROM diaban.admin_unit
        WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))))"""


def household_totals(connection: Connection, day: date, units: Units, fresh_days: int) -> pd.DataFrame:
    """Return households and residents by block of `day` (0: in none) and unit, as they are stored now.

    Their freshness is that of `day`: last reviewed within the `fresh_days` days up to and with it.
    """
    params = {"day": day, "units": units, "fresh_days": fresh_days}
    return check(_counts(connection, _HOUSEHOLDS, params, HOUSEHOLD_TOTALS), HOUSEHOLD_TOTALS)


def household_points(connection: Connection, day: date, units: Units, fresh_days: int) -> pd.DataFrame:
    """Return one row a household whose block is in no beat on `day`, or that is in no block.

    Columns: ``lon``, ``lat`` and those of `household_totals`.
    """
    params = {"day": day, "units": units, "fresh_days": fresh_days}
    return _counts(connection, _HOUSEHOLD_POINTS, params, HOUSEHOLD_TOTALS, _LON_LAT)


def households_around(
    connection: Connection, bounds: tuple[float, float, float, float], units: Units
) -> pd.DataFrame:
    """Return one row a household in `bounds` (west, south, east, north): lon, lat, households 1, residents.

    Households are sought in `units` and in the units that lie there: with row-level security the spatial
    index is of no use, and the one by unit leads to few rows.
    """
    names = ("west", "south", "east", "north")
    columns: dict[str, ReadType] = {**_LON_LAT, "households": "int8", "residents": "int8"}
    params = {**dict(zip(names, bounds, strict=True)), "units": units or []}
    return table(connection, _HOUSEHOLDS_AROUND, params, columns)


def incident_totals(
    connection: Connection, start: datetime, end: datetime, units: Units, day: date
) -> pd.DataFrame:
    """Return incidents that began in [start, end) by block of `day` and unit (0: none), and the reported."""
    params = {"start": start, "end": end, "units": units, "day": day}
    return check(_counts(connection, _INCIDENTS, params, INCIDENT_TOTALS), INCIDENT_TOTALS)


def incident_points(
    connection: Connection, start: datetime, end: datetime, units: Units, day: date
) -> pd.DataFrame:
    """Return one row a located incident in [start, end) whose block, if any, is in no beat on `day`.

    Columns: ``lon``, ``lat`` and those of `incident_totals`.
    """
    params = {"start": start, "end": end, "units": units, "day": day}
    return _counts(connection, _INCIDENT_POINTS, params, INCIDENT_TOTALS, _LON_LAT)


def _counts(
    connection: Connection,
    query: str,
    params: dict[str, Any],
    contract: FrameContract,
    also: dict[str, ReadType] | None = None,
) -> pd.DataFrame:
    columns: dict[str, ReadType] = {**(also or {}), **dict.fromkeys(contract.columns, "int8")}
    return table(connection, query, params, columns)

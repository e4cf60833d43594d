"""What the scoreboard is made from: who held what since when, reports, incidents with their course.

Every query runs on the caller's connection, so row-level security decides what it sees. Days are whole
numbers since 1970, moments whole microseconds; `OPEN_START`, `OPEN_END`, `NEVER` stand for what is not known.
"""
# ruff: noqa: S608 (SQL is put together from our own pieces; values are bound)

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from geo.store.copy import ReadType, read_columns
from geo.store.engine import driver
from geo.store.reads import Units, fresh, households_on, review_then, reviewed_later, reviews_before, table

OPEN_START, OPEN_END = -1_000_000, 1_000_000
NEVER = np.iinfo(np.int64).min
AHEAD_DAYS = (30, 60)
HOUSEHOLD_COUNTS = (
    "households", "permanent", "temporary", "absent", "later", "fresh", "fresh_30", "fresh_60", "later_then",
    "fresh_then",
)  # fmt: skip

_IDS: ReadType = "int4"
Places = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

_UNITS = """
SELECT id, code, name, level, coalesce(parent_id, 0) AS parent_id, lower(valid) AS start, upper(valid) AS stop
FROM diaban.admin_unit ORDER BY code"""

_LINEAGE = "SELECT from_unit_id AS source, to_unit_id AS target, share FROM diaban.unit_lineage"

_BEATS = """
SELECT id, code, name, unit_id, (geom IS NOT NULL)::int AS drawn, lower(valid) AS start, upper(valid) AS stop
FROM diaban.beat ORDER BY code"""

_MEMBERS = "SELECT beat_id, block_id, lower(valid) AS start, upper(valid) AS stop FROM diaban.beat_block"

_BLOCKS = """
SELECT id, code, name, unit_id, lower(valid) AS start, upper(valid) AS stop FROM diaban.block ORDER BY code"""

_DUTIES = """
SELECT beat_id, officer_id, array_position(ARRAY['primary', 'concurrent', 'acting'], role) AS role,
    lower(valid) AS start, upper(valid) AS stop
FROM diaban.assignment"""

_OFFICERS = """
SELECT id, service_number, unit_id, coalesce(beat_days_month, -1)::int AS beat_days FROM diaban.officer"""

_MIDDLES = """
SELECT id, ST_X(p) AS lon, ST_Y(p) AS lat
FROM (SELECT id, ST_PointOnSurface(geom) AS p FROM diaban.block WHERE id = ANY(%(blocks)s::int[])) middles"""

_HOUSEHOLDS = """
SELECT unit_id, coalesce(block_id, 0) AS block_id, reviewed_on, permanent, temporary, absent
FROM diaban.household
WHERE (%(units)s::int[] IS NULL OR unit_id = ANY(%(units)s::int[]))"""


def _counts(block: str, day_review: str, then_review: str) -> str:
    """Return SQL of block_id, unit_id and `HOUSEHOLD_COUNTS` of one household last reviewed on those days.

    fresh_30, fresh_60: still fresh so many days later if nobody reviewed anything more.
    later_then, fresh_then: as of an earlier day.
    """
    return f"""{block} AS block_id, unit_id, 1 AS households, permanent, temporary, absent,
    {reviewed_later(day_review, "day")}::int AS later, {fresh(day_review, "day")}::int AS fresh,
    {fresh(day_review, "day", 30)}::int AS fresh_30, {fresh(day_review, "day", 60)}::int AS fresh_60,
    {reviewed_later(then_review, "then")}::int AS later_then,
    {fresh(then_review, "then")}::int AS fresh_then"""


def _each(households: str) -> str:
    """Return SQL of `households`: the block they were in on the day, their last review up to either day."""
    return f"""
    SELECT ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, h.unit_id, h.permanent, h.temporary, h.absent,
        h.reviewed_on, coalesce(h.block_id, 0) AS block_now,
        coalesce(w.block_id, h.block_id, 0) AS block_then,
        {review_then("day", "d")} AS day_review,
        {review_then("then", "t")} AS then_review
    FROM {households} h
    LEFT JOIN diaban.households_then(%(day)s::date) w ON w.id = h.id
    LEFT JOIN {reviews_before("day")} d ON d.household_id = h.id
    LEFT JOIN {reviews_before("then")} t ON t.household_id = h.id
    WHERE (%(units)s::int[] IS NULL OR h.unit_id = ANY(%(units)s::int[]))"""


_HOUSEHOLD_POINTS = f"""
SELECT lon, lat, {_counts("block_then", "day_review", "then_review")}
FROM ({_each("diaban.household")}) each
WHERE NOT EXISTS (
    SELECT FROM diaban.beat_block m WHERE m.block_id = block_then AND m.valid @> %(day)s::date)"""

_STALE = f"""
SELECT each.code, coalesce(k.name, '') AS block_name, permanent + temporary AS residents,
    review AS reviewed_on
FROM {households_on("day")} LEFT JOIN diaban.block k ON k.id = block_then
WHERE NOT {fresh("review", "day")} AND NOT {reviewed_later("review", "day")}
    AND (%(whole)s OR (each.unit_id = ANY(%(wards)s::int[]) AND block_then = ANY(%(blocks)s::int[])))
ORDER BY review NULLS FIRST, each.code LIMIT %(limit)s"""

_SINCE_ROWS = f"""(
    SELECT k.* FROM diaban.household k JOIN (
        SELECT household_id AS id FROM {reviews_before("day")} d
        UNION SELECT household_id FROM {reviews_before("then")} t
        UNION SELECT id FROM diaban.households_then(%(day)s::date)) s ON s.id = k.id)"""

# What was otherwise on the day than the rows of now say: few beside all households.
_SINCE = f"""
WITH each AS ({_each(_SINCE_ROWS)})
SELECT block_id, unit_id, {", ".join(f"sum({name} * sign) AS {name}" for name in HOUSEHOLD_COUNTS)}
FROM (
    SELECT 1 AS sign, {_counts("block_then", "day_review", "then_review")} FROM each
    UNION ALL SELECT -1, {_counts("block_now", "reviewed_on", "reviewed_on")} FROM each
) parts GROUP BY 1, 2"""

_INCIDENT_POINTS = """
SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM diaban.incident
WHERE occurred_from < %(stop)s AND geom IS NOT NULL
    AND (%(units)s::int[] IS NULL OR unit_id = ANY(%(units)s::int[]))"""

_REPORTS = """
SELECT beat_id, month, (reported_at AT TIME ZONE %(zone)s)::date AS reported_on
FROM diaban.beat_report WHERE month >= %(first)s AND month <= %(last)s"""

# What happened in the time looked at, what was due in it, and what was still open when it began.
_INCIDENTS = """
SELECT id, coalesce(unit_id, 0) AS unit_id, coalesce(block_id, 0) AS block_id,
    occurred_from AS occurred, coalesce(recorded_at, occurred_from) AS recorded, due_at AS due,
    CASE WHEN status = 'resolved' THEN coalesce(resolved_at, occurred_from) END AS resolved,
    (resolved_at IS NOT NULL)::int AS timed
FROM diaban.incident
WHERE occurred_from < %(stop)s AND (occurred_from >= %(start)s OR due_at >= %(start)s
    OR (due_at IS NOT NULL AND (resolved_at IS NULL OR resolved_at >= %(start)s)))
    AND (%(units)s::int[] IS NULL OR unit_id = ANY(%(units)s::int[])
        OR (0 = ANY(%(units)s::int[]) AND unit_id IS NULL))"""


def all_units(connection: Connection) -> pd.DataFrame:
    """Return every unit in scope, ended ones too: id, code, name, level, parent_id (0: none), start, stop."""
    return _ranged(connection, _UNITS, {"code": "text", "name": "text", "level": "text", "parent_id": _IDS})


def lineage(connection: Connection) -> pd.DataFrame:
    """Return source, target, share of what units became."""
    return table(connection, _LINEAGE, {}, {"source": _IDS, "target": _IDS, "share": "float8"})


def beats(connection: Connection) -> pd.DataFrame:
    """Return every beat that ever was: id, code, name, unit_id, drawn (1: has a border), start, stop."""
    return _ranged(connection, _BEATS, {"code": "text", "name": "text", "unit_id": _IDS, "drawn": _IDS})


def members(connection: Connection) -> pd.DataFrame:
    """Return which block was in which beat: beat_id, block_id, start, stop."""
    return _ranged(connection, _MEMBERS, {"beat_id": _IDS, "block_id": _IDS}, key=False)


def blocks(connection: Connection) -> pd.DataFrame:
    """Return every block that ever was: id, code, name, unit_id, start, stop."""
    return _ranged(connection, _BLOCKS, {"code": "text", "name": "text", "unit_id": _IDS})


def duties(connection: Connection) -> pd.DataFrame:
    """Return who held what: beat_id, officer_id, role (1 primary, 2 concurrent, 3 acting), start, stop."""
    return _ranged(connection, _DUTIES, {"beat_id": _IDS, "officer_id": _IDS, "role": _IDS}, key=False)


def officers(connection: Connection) -> pd.DataFrame:
    """Return id, service_number, unit_id, beat_days (a month; -1 where it is not recorded)."""
    columns: dict[str, ReadType] = {
        "id": _IDS, "service_number": "text", "unit_id": _IDS, "beat_days": _IDS,
    }  # fmt: skip
    return table(connection, _OFFICERS, {}, columns)


def block_middles(connection: Connection, wanted: list[int]) -> pd.DataFrame:
    """Return id, lon, lat of a point inside each of the blocks."""
    columns: dict[str, ReadType] = {"id": _IDS, "lon": "float8", "lat": "float8"}
    return table(connection, _MIDDLES, {"blocks": wanted}, columns)


def households(connection: Connection, units: Units) -> dict[str, npt.NDArray[Any]]:
    """Return (n,) arrays of the households as they are stored now, one element each.

    unit_id, block_id (0: none), permanent, temporary, absent
    reviewed : day of the last review, `OPEN_START` for never
    """
    counts: dict[str, ReadType] = dict.fromkeys(("permanent", "temporary", "absent"), "int2")
    columns: dict[str, ReadType] = {"unit_id": _IDS, "block_id": _IDS, "reviewed_on": "date", **counts}
    read = read_columns(driver(connection), _HOUSEHOLDS, {"units": units}, columns)
    return {**read, "reviewed": _days(read.pop("reviewed_on"), OPEN_START).astype(np.int32)}


def household_points(
    connection: Connection, days: tuple[date, date], units: Units, fresh_days: int
) -> pd.DataFrame:
    """Return one row a household whose block is in no beat on the day: lon, lat, `HOUSEHOLD_COUNTS`"""
    point: dict[str, ReadType] = {"lon": "float8", "lat": "float8"}
    return _household_counts(connection, _HOUSEHOLD_POINTS, (days, units, fresh_days), point)


def stale_households(
    connection: Connection, day: date, units: Units, fresh_days: int, *, places: Places | None, limit: int
) -> pd.DataFrame:
    """Return code, block_name, residents, reviewed_on of households that waited for a review on `day`.

    Those that waited longest come first, `limit` of them at most. reviewed_on : the last up to `day`, or None
    places : ids of wards and of the blocks on the day (0: none) to look in; None for all
    """
    wards, blocks = ([], []) if places is None else (ids.tolist() for ids in places)
    params = {
        "day": day, "units": units, "fresh_days": fresh_days, "limit": limit, "whole": places is None,
        "wards": wards, "blocks": blocks,
    }  # fmt: skip
    found = connection.exec_driver_sql(_STALE, params)
    return pd.DataFrame(found.all(), columns=list(found.keys()))


def households_since(
    connection: Connection, days: tuple[date, date], units: Units, fresh_days: int
) -> pd.DataFrame:
    """Return what to add to the households as stored now, so that they stand as on a day.

    days : the day looked at, and an earlier one to compare with
    Columns: block_id (0: none), unit_id and `HOUSEHOLD_COUNTS`: borders drawn since are taken back, and
    freshness is that of the day: last reviewed within the `fresh_days` days up to and with it.
    """
    return _household_counts(connection, _SINCE, (days, units, fresh_days), {})


def _household_counts(
    connection: Connection,
    query: str,
    asked: tuple[tuple[date, date], Units, int],
    also: Mapping[str, ReadType],
) -> pd.DataFrame:
    (day, then), units, fresh_days = asked
    params = {"day": day, "then": then, "units": units, "fresh_days": fresh_days}
    names = ("block_id", "unit_id", *HOUSEHOLD_COUNTS)
    return table(connection, query, params, {**also, **dict.fromkeys(names, "int8")})


def incident_points(connection: Connection, stop: datetime, units: Units) -> pd.DataFrame:
    """Return id, lon, lat of the located incidents that began before `stop`."""
    columns: dict[str, ReadType] = {"id": _IDS, "lon": "float8", "lat": "float8"}
    return table(connection, _INCIDENT_POINTS, {"stop": stop, "units": units}, columns)


def incidents_then(connection: Connection, day: date) -> pd.Series:
    """Return the block that an incident was in on `day`, by id, of those that were in another than now."""
    found = table(
        connection, "SELECT id, block_id FROM diaban.incidents_then(%(day)s::date)", {"day": day},
        {"id": _IDS, "block_id": _IDS},
    )  # fmt: skip
    return pd.Series(found["block_id"].to_numpy(), index=found["id"])


def reports(connection: Connection, first: date, last: date, zone: str) -> pd.DataFrame:
    """Return beat_id, month and reported_on (days) of the reports for the months from `first` to `last`."""
    read = read_columns(
        driver(connection), _REPORTS, {"first": first, "last": last, "zone": zone},
        {"beat_id": _IDS, "month": "date", "reported_on": "date"},
    )  # fmt: skip
    return pd.DataFrame({name: values.astype(np.int64) for name, values in read.items()})


def incidents(connection: Connection, start: datetime, stop: datetime, units: Units) -> pd.DataFrame:
    """Return id, unit_id, block_id (0: none) and occurred, recorded, due, resolved of incidents.

    Those that began in [start, stop), and earlier ones that were due or open in that time.
    units : 0 among them is those in no unit
    timed : 1 where it is known when it was resolved; one resolved at an unknown time counts from its start
    """
    moments: dict[str, ReadType] = dict.fromkeys(("occurred", "recorded", "due", "resolved"), "timestamptz")
    columns: dict[str, ReadType] = {
        "id": _IDS, "unit_id": _IDS, "block_id": _IDS, **moments, "timed": _IDS,
    }  # fmt: skip
    read = read_columns(
        driver(connection), _INCIDENTS, {"start": start, "stop": stop, "units": units}, columns
    )
    return pd.DataFrame({name: values.astype(np.int64) for name, values in read.items()})


def _ranged(
    connection: Connection, query: str, columns: Mapping[str, ReadType], *, key: bool = True
) -> pd.DataFrame:
    kinds: dict[str, ReadType] = {**({"id": _IDS} if key else {}), **columns, "start": "date", "stop": "date"}
    read = read_columns(driver(connection), query, {}, kinds)
    start, stop = _days(read.pop("start"), OPEN_START), _days(read.pop("stop"), OPEN_END)
    made = {
        name: pd.array(values, dtype="str") if values.dtype.kind == "O" else values.astype(np.int64)
        for name, values in read.items()
    }
    return pd.DataFrame({**made, "start": start, "stop": stop})


def _days(values: npt.NDArray[Any], unknown: int) -> npt.NDArray[np.int64]:
    days = values.astype("datetime64[D]")
    return np.where(np.isnat(days), unknown, days.astype(np.int64))

"""What the counts that leave are made of: places with how many of what on which day. No single row of it
leaves its reader. Days are whole numbers since 1970.
"""

from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geo.store.copy import ReadType
from geo.store.reads import fresh, households_on, reviewed_later, table

NEVER = 1_000_000  # a day that no period reaches
_ID: ReadType = "int4"
_COUNT: ReadType = "int8"
COUNTED = ("unit_id", "block_id", "day", "category_id", "discovered", "done", "flag", "n")

_INCIDENTS = """
SELECT coalesce(unit_id, 0) AS unit_id, coalesce(block_id, 0) AS block_id,
    ({day} AT TIME ZONE %(zone)s)::date - date '1970-01-01' AS day,
    category_id::int AS category_id, (origin = 'discovered')::int AS discovered,
    CASE WHEN status = 'resolved'
        THEN (coalesce(resolved_at, occurred_from) AT TIME ZONE %(zone)s)::date - date '1970-01-01'
        ELSE {never} END AS done,
    coalesce(status = 'resolved' AND coalesce(resolved_at, occurred_from) <= due_at, false)::int AS flag,
    count(*) AS n
FROM diaban.incident WHERE {day} >= %(start)s AND {day} < %(stop)s
GROUP BY 1, 2, 3, 4, 5, 6, 7"""

# Due before the day and not resolved by its end; in the block that it counted to on the day.
_OVERDUE = """
SELECT coalesce(unit_id, 0) AS unit_id, coalesce(was.block_id, i.block_id, 0) AS block_id,
    %(day)s::int AS day, 0 AS category_id, 0 AS discovered, 0 AS done, 1 AS flag, count(*) AS n
FROM diaban.incident i LEFT JOIN diaban.incidents_then(%(date)s::date) was ON was.id = i.id
WHERE occurred_from < %(stop)s AND due_at < %(start)s
    AND NOT (status = 'resolved' AND coalesce(resolved_at, occurred_from) < %(stop)s)
GROUP BY 1, 2"""

_HOUSEHOLDS = """
SELECT unit_id, {block} AS block_id, %(day)s::int AS day, 0 AS category_id, 0 AS discovered,
    0 AS done, {flag} AS flag, {n} AS n
FROM {households} GROUP BY 1, 2, 7"""
_AS_STORED = {"block": "coalesce(block_id, 0)", "flag": "0", "households": "diaban.household"}
# As the board tells them on the day. 1: reviewed within the 90 days up to it, 2: after it, 0: not.
_ON_THE_DAY = {
    "block": "block_then",
    "flag": f"""CASE WHEN {reviewed_later("review", "date")} THEN 2
    WHEN {fresh("review", "date")} THEN 1 ELSE 0 END""",
    "households": households_on("date"),
}

QUERIES = {
    "incidents": _INCIDENTS.format(day="occurred_from", never=NEVER),
    "due": _INCIDENTS.format(day="due_at", never=NEVER),
    "overdue": _OVERDUE,
    "households": _HOUSEHOLDS.format(n="count(*)", **_AS_STORED),
    "residents": _HOUSEHOLDS.format(n="sum(permanent + temporary)::bigint", **_AS_STORED),
    "reviews": _HOUSEHOLDS.format(n="count(*)", **_ON_THE_DAY),
}

_UNITS = """
SELECT id, code, coalesce(parent_id, 0) AS parent_id, (level = 'ward' AND upper_inf(valid))::int AS ward
FROM diaban.admin_unit"""

_BLOCKS = "SELECT id, unit_id FROM diaban.block WHERE upper_inf(valid)"

_MEMBERS = """
SELECT b.code, m.block_id FROM diaban.beat b JOIN diaban.beat_block m ON m.beat_id = b.id
WHERE b.code = ANY(%(codes)s::text[]) AND b.valid @> %(day)s::date AND m.valid @> %(day)s::date"""

_ADDRESSES = (
    "SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, unit_id FROM diaban.household WHERE geom IS NOT NULL"
)


def addresses(connection: Connection) -> pd.DataFrame:
    """Return lon, lat, unit_id of every household."""
    return table(connection, _ADDRESSES, {}, {"lon": "float8", "lat": "float8", "unit_id": _ID})


def counted(connection: Connection, measure: str, params: dict[str, Any]) -> pd.DataFrame:
    """Return `COUNTED` of a measure of `QUERIES`; zone, start, stop (moments), day, date, fresh_days."""
    columns = dict.fromkeys(COUNTED, _ID) | {"n": _COUNT}
    return table(connection, QUERIES[measure], {**params, "units": None}, columns)


def units(connection: Connection) -> pd.DataFrame:
    """Return id, code, parent_id (0: none) of every unit that ever was; ward: 1 for a ward of today."""
    return table(connection, _UNITS, {}, {"id": _ID, "code": "text", "parent_id": _ID, "ward": _ID})


def blocks(connection: Connection) -> pd.DataFrame:
    """Return id, unit_id of every block that there is."""
    return table(connection, _BLOCKS, {}, {"id": _ID, "unit_id": _ID})


def members(connection: Connection, codes: list[str], day: Any) -> pd.DataFrame:
    """Return code, block_id of the blocks that beats held on a day."""
    return table(connection, _MEMBERS, {"codes": codes, "day": day}, {"code": "text", "block_id": _ID})

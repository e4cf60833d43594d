"""What changed hands, day by day: officers, blocks, beats, each with the document it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import geopandas as gpd
from sqlalchemy import Connection, text

from geo.domain.crs import STORAGE_CRS
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.store import reads
from geo.store.copy import read_columns
from geo.store.engine import Database, driver, transaction


class Changed(StrEnum):
    """What it is that changed hands."""

    OFFICER = "officer"
    BLOCK = "block"
    BEAT = "beat"
    BORDER = "border"


@dataclass(frozen=True)
class Change:
    """One thing that changed on a day.

    beats : codes of the beats concerned · name : of the beat (officer, beat), or of the block (block, border)
    before, after : names of the officer or the beat that had it and has it; "" for nobody and for none. Of a
        beat that was founded or ended the one that exists is its own name. Of a border: the other blocks.
    role : of the officer, else "" · document : number of what decided it, "" where none is recorded
    """

    day: date
    changed: Changed
    beats: tuple[str, ...]
    name: str
    unit_code: str
    before: str
    after: str
    role: str
    document: str


@dataclass(frozen=True)
class Handovers:
    """Changes in order of day between two days, both included."""

    first: date
    last: date
    changes: tuple[Change, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which something changed."""
        return tuple(sorted({change.day for change in self.changes}))

    def on(self, day: date) -> tuple[Change, ...]:
        """Return what changed on `day`."""
        return tuple(change for change in self.changes if change.day == day)

    def beats_on(self, day: date) -> frozenset[str]:
        """Return the codes of the beats that something changed in on `day`."""
        return frozenset(code for change in self.on(day) for code in change.beats)


# The primary officer who leaves and the one who comes on a day are one handover; others come and go alone.
_OFFICERS = """
WITH held AS (
    SELECT CASE WHEN a.role = 'primary' THEN a.beat_id ELSE -a.id END AS pair,
        a.beat_id, a.role, a.valid, o.display_name AS name, coalesce(d.number, '') AS number
    FROM diaban.assignment a
    JOIN diaban.officer o ON o.id = a.officer_id
    LEFT JOIN diaban.legal_document d ON d.id = a.document_id
), came AS (SELECT *, lower(valid) AS day FROM held WHERE lower(valid) <@ CAST(:span AS daterange)),
left_ AS (SELECT *, upper(valid) AS day FROM held WHERE upper(valid) <@ CAST(:span AS daterange))
SELECT coalesce(n.day, p.day) AS day, b.code, b.name, u.code AS unit_code, coalesce(p.name, '') AS before,
    coalesce(n.name, '') AS after, coalesce(n.role, p.role) AS role, coalesce(n.number, '') AS number
FROM came n
FULL JOIN left_ p ON p.pair = n.pair AND p.day = n.day
JOIN diaban.beat b ON b.id = coalesce(n.beat_id, p.beat_id)
JOIN diaban.admin_unit u ON u.id = b.unit_id
WHERE (CAST(:units AS int[]) IS NULL OR b.unit_id = ANY(CAST(:units AS int[])))"""

_BLOCKS = """
WITH came AS (SELECT * FROM diaban.beat_block WHERE lower(valid) <@ CAST(:span AS daterange)),
left_ AS (SELECT * FROM diaban.beat_block WHERE upper(valid) <@ CAST(:span AS daterange))
SELECT coalesce(lower(n.valid), upper(p.valid)) AS day, k.name, u.code AS unit_code,
    coalesce(c.code, '') AS code_before, coalesce(c.name, '') AS before,
    coalesce(e.code, '') AS code_after, coalesce(e.name, '') AS after, coalesce(d.number, '') AS number
FROM came n
FULL JOIN left_ p ON p.block_id = n.block_id AND upper(p.valid) = lower(n.valid)
JOIN diaban.block k ON k.id = coalesce(n.block_id, p.block_id)
LEFT JOIN diaban.beat c ON c.id = p.beat_id
LEFT JOIN diaban.beat e ON e.id = n.beat_id
JOIN diaban.beat b ON b.id = coalesce(n.beat_id, p.beat_id)
JOIN diaban.admin_unit u ON u.id = b.unit_id
LEFT JOIN diaban.legal_document d ON d.id = n.document_id
WHERE (CAST(:units AS int[]) IS NULL OR b.unit_id = ANY(CAST(:units AS int[])))
    AND n.beat_id IS DISTINCT FROM p.beat_id"""

_BEATS = """
SELECT day, b.code, b.name, u.code AS unit_code, founded
FROM diaban.beat b
JOIN diaban.admin_unit u ON u.id = b.unit_id
CROSS JOIN LATERAL (VALUES (lower(b.valid), true), (upper(b.valid), false)) AS turn(day, founded)
WHERE (CAST(:units AS int[]) IS NULL OR b.unit_id = ANY(CAST(:units AS int[])))
    AND day <@ CAST(:span AS daterange)"""

# One line a proposal, under the block that it was made for.
_BORDERS = """
SELECT max(b.until) AS day, k.name, u.code AS unit_code,
    coalesce(string_agg(DISTINCT o.name, ', ' ORDER BY o.name) FILTER (WHERE o.id <> k.id), '') AS others,
    coalesce(array_agg(DISTINCT e.code ORDER BY e.code) FILTER (WHERE e.id IS NOT NULL), '{}') AS beats
FROM diaban.border_before b
JOIN diaban.border_proposal p ON p.id = b.proposal_id
JOIN diaban.block k ON k.id = p.block_id
JOIN diaban.block o ON o.id = b.block_id
JOIN diaban.admin_unit u ON u.id = p.unit_id
LEFT JOIN diaban.beat_block x ON x.block_id = b.block_id AND x.valid @> b.until
LEFT JOIN diaban.beat e ON e.id = x.beat_id
WHERE b.until <@ CAST(:span AS daterange)
    AND (CAST(:units AS int[]) IS NULL OR p.unit_id = ANY(CAST(:units AS int[])))
GROUP BY p.id, k.id, u.id"""

_MOVED = """
SELECT k.code, k.name, coalesce(was.geom, k.geom) AS geom
FROM diaban.beat_block n
JOIN diaban.beat_block p
    ON p.block_id = n.block_id AND upper(p.valid) = lower(n.valid) AND p.beat_id <> n.beat_id
JOIN diaban.block k ON k.id = n.block_id
JOIN diaban.beat b ON b.id = n.beat_id
LEFT JOIN diaban.blocks_then(%(day)s::date) was ON was.id = k.id
WHERE lower(n.valid) = %(day)s::date
    AND (%(units)s::int[] IS NULL OR b.unit_id = ANY(%(units)s::int[]))
ORDER BY k.code"""


def handovers(
    database: Database, actor: Actor, first: date, last: date, unit_code: str | None = None
) -> Handovers:
    """Return what changed hands in unit `unit_code` (None: everything in scope) from `first` to `last`.

    A change stands on the first day on which it holds. Raises InputError ``unknown_unit`` where no such unit
    is in scope, ``days_turned`` where `last` lies before `first`.
    """
    actor.require(Permission.VIEW)
    if last < first:
        raise InputError("days_turned", first=first.isoformat(), last=last.isoformat())
    with transaction(database, actor) as connection:
        units = None if unit_code is None else _units(connection, unit_code)
        params = {"span": f"[{first.isoformat()},{last.isoformat()}]", "units": units}
        changes = [
            *_officers(connection, params), *_blocks(connection, params), *_beats(connection, params),
            *_borders(connection, params),
        ]  # fmt: skip
    order = list(Changed)
    changes.sort(key=lambda c: (c.day, order.index(c.changed), c.unit_code, c.beats, c.name))
    return Handovers(first, last, tuple(changes))


def _units(connection: Connection, unit_code: str) -> list[int]:
    inside = reads.units_below(connection, unit_code)
    if not inside:
        raise InputError("unknown_unit", code=unit_code)
    return reads.with_heirs(connection, inside)


def _officers(connection: Connection, params: Mapping[str, object]) -> list[Change]:
    return [
        Change(row.day, Changed.OFFICER, (row.code,), row.name, row.unit_code, row.before, row.after,
               row.role, row.number)
        for row in connection.execute(text(_OFFICERS), params)
    ]  # fmt: skip


def _blocks(connection: Connection, params: Mapping[str, object]) -> list[Change]:
    return [
        Change(row.day, Changed.BLOCK, tuple(code for code in (row.code_before, row.code_after) if code),
               row.name, row.unit_code, row.before, row.after, "", row.number)
        for row in connection.execute(text(_BLOCKS), params)
    ]  # fmt: skip


def _beats(connection: Connection, params: Mapping[str, object]) -> list[Change]:
    return [
        Change(row.day, Changed.BEAT, (row.code,), row.name, row.unit_code, "" if row.founded else row.name,
               row.name if row.founded else "", "", "")
        for row in connection.execute(text(_BEATS), params)
    ]  # fmt: skip


def _borders(connection: Connection, params: Mapping[str, object]) -> list[Change]:
    return [
        Change(
            row.day, Changed.BORDER, tuple(row.beats), row.name, row.unit_code, row.others, row.others, "", ""
        )
        for row in connection.execute(text(_BORDERS), params)
    ]


def moved_blocks(
    database: Database, actor: Actor, day: date, unit_code: str | None = None
) -> gpd.GeoDataFrame:
    """Return the blocks that came to another beat on `day`: ``code``, ``name``, area in EPSG:4326."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        units = None if unit_code is None else _units(connection, unit_code)
        read = read_columns(
            driver(connection), _MOVED, {"day": day, "units": units},
            {"code": "text", "name": "text", "geom": "geometry"},
        )  # fmt: skip
    shapes = list(read.pop("geom"))
    return gpd.GeoDataFrame(read, geometry=shapes, crs=STORAGE_CRS)

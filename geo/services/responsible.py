"""Who was responsible at the time of an incident, and who is now: the borders of each day, not today's."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo import settings
from geo.domain.errors import InputError
from geo.domain.kinds import AssignmentRole
from geo.domain.roles import Actor, Permission
from geo.services.coverage.result import Holder
from geo.store import reads
from geo.store.engine import Database, transaction

_RECENT = 200


@dataclass(frozen=True)
class Duty:
    """The beat that a place was in on a day, and who held it, primary first; "" and () for none."""

    day: date
    beat_code: str
    beat_name: str
    block_name: str
    unit_name: str
    holders: tuple[Holder, ...]

    @property
    def primary(self) -> Holder | None:
        """The primary officer; None where there was none."""
        return next((holder for holder in self.holders if holder.role is AssignmentRole.PRIMARY), None)


@dataclass(frozen=True)
class Responsibility:
    """An incident's day and who was responsible for its place on it, and on the other day asked for.

    located : the place is known by its point, not only by the block that was recorded
    """

    code: str
    unit_code: str
    located: bool
    then: Duty
    now: Duty

    @property
    def moved(self) -> bool:
        """Say whether the place has gone to another beat or another primary officer."""
        return (self.then.beat_code, _number(self.then)) != (self.now.beat_code, _number(self.now))


def _number(duty: Duty) -> str | None:
    return duty.primary.service_number if duty.primary else None


_INCIDENT = """
SELECT i.id, i.code, i.geom IS NOT NULL AS located, coalesce(u.code, '') AS unit_code,
    (coalesce(i.occurred_from, i.recorded_at) AT TIME ZONE :zone)::date AS day
FROM diaban.incident i LEFT JOIN diaban.admin_unit u ON u.id = i.unit_id
WHERE i.code = :code"""

# The block of the day that holds the point, else the block recorded; its beat of the day, else a beat of the
# day that is drawn around the point and has no blocks.
_PLACE = """
WITH i AS (SELECT geom, block_id FROM diaban.incident WHERE id = :id),
k AS (
    SELECT k.id, k.name FROM i CROSS JOIN diaban.block k
    LEFT JOIN diaban.blocks_then(CAST(:day AS date)) was ON was.id = k.id
    WHERE k.valid @> CAST(:day AS date) AND k.id = ANY (ARRAY(
        SELECT n.id FROM diaban.block n WHERE ST_Intersects(n.geom, i.geom)
        UNION SELECT w.id FROM diaban.blocks_then(CAST(:day AS date)) w WHERE ST_Intersects(w.geom, i.geom)
        UNION SELECT i.block_id))
    ORDER BY coalesce(ST_Intersects(coalesce(was.geom, k.geom), i.geom), false) DESC, k.code LIMIT 1
)
SELECT b.id, b.code, b.name, coalesce((SELECT name FROM k), '') AS block_name,
    coalesce(w.name, '') AS unit_name
FROM i
LEFT JOIN LATERAL (
    SELECT b.* FROM diaban.beat b
    LEFT JOIN diaban.beat_block m ON m.beat_id = b.id AND m.valid @> CAST(:day AS date)
    LEFT JOIN diaban.beats_then(CAST(:day AS date)) was ON was.id = b.id
    WHERE b.valid @> CAST(:day AS date) AND (m.block_id = (SELECT id FROM k)
        OR (m.id IS NULL AND ST_Intersects(coalesce(was.geom, b.geom), i.geom)))
    ORDER BY m.id IS NULL, b.code LIMIT 1
) b ON true
LEFT JOIN LATERAL (
    SELECT name FROM diaban.admin_unit
    WHERE level = 'ward' AND valid @> CAST(:day AS date) AND ST_Intersects(geom, i.geom)
    ORDER BY code LIMIT 1
) w ON true"""

_CODES = """
SELECT i.code FROM diaban.incident i
LEFT JOIN diaban.incidents_then(CAST(:day AS date)) was ON was.id = i.id
LEFT JOIN diaban.beat_block m ON m.block_id = coalesce(was.block_id, i.block_id)
    AND m.valid @> CAST(:day AS date)
LEFT JOIN diaban.beat b ON b.id = m.beat_id
WHERE i.occurred_from < CAST(:day AS date) + 1
    AND (CAST(:units AS int[]) IS NULL OR i.unit_id = ANY(CAST(:units AS int[])))
    AND (CAST(:beat AS text) IS NULL OR b.code = :beat)
ORDER BY i.occurred_from DESC, i.code LIMIT :most"""


def responsible(database: Database, actor: Actor, incident_code: str, now: date) -> Responsibility:
    """Return who was responsible for the place of an incident on its day, and who is on the day `now`.

    Where the incident's time is not known its day is that on which it was recorded. No point is given out:
    the answer names a block and a beat. Raises InputError ``unknown_incident`` where none is in scope.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        params = {"code": incident_code.strip(), "zone": settings.load().timezone.key}
        row = connection.execute(text(_INCIDENT), params).one_or_none()
        if row is None:
            raise InputError("unknown_incident", code=incident_code.strip()[:40])
        then, today = (_duty(connection, row.id, day) for day in (row.day, now))
    return Responsibility(row.code, row.unit_code, row.located, then, today)


def _duty(connection: Connection, incident: int, day: date) -> Duty:
    row = connection.execute(text(_PLACE), {"id": incident, "day": day}).one()
    if row.id is None:
        return Duty(day, "", "", row.block_name, row.unit_name, ())
    held = reads.assignments_on(connection, day, [row.id])
    holders = Holder.of_rows(held)
    return Duty(day, row.code, row.name, row.block_name, row.unit_name, holders)


def recent_incidents(
    database: Database, actor: Actor, day: date, unit_code: str | None, beat: str | None
) -> tuple[str, ...]:
    """Return codes of the newest incidents up to `day` in a unit, or of those in the blocks of a beat."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        units = None
        if unit_code is not None:
            units = reads.with_heirs(connection, reads.units_below(connection, unit_code))
        params = {"day": day, "units": units, "beat": beat, "most": _RECENT}
        return tuple(connection.execute(text(_CODES), params).scalars())

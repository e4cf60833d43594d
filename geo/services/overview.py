"""What there is: counts by ward of the reader's scope, for the first page."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from geo.domain.roles import Actor, Permission
from geo.store.engine import Database, data_version, transaction

_TOPICS = ("admin_unit", "block", "household", "officer", "beat", "assignment", "incident")

# Each count is made by itself: joining the tables first would multiply their rows.
_BY_UNIT = """
WITH households AS (
    SELECT unit_id, count(*) AS n, sum(permanent + temporary) AS residents
    FROM diaban.household GROUP BY unit_id
), incidents AS (
    SELECT unit_id, count(*) AS n FROM diaban.incident GROUP BY unit_id
), blocks AS (
    SELECT unit_id, count(*) AS n FROM diaban.block WHERE valid @> :day GROUP BY unit_id
), officers AS (
    SELECT unit_id, count(*) AS n FROM diaban.officer GROUP BY unit_id
), beats AS (
    SELECT b.unit_id, count(*) AS n, count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM diaban.assignment a WHERE a.beat_id = b.id AND a.role = 'primary' AND a.valid @> :day
    )) AS vacant
    FROM diaban.beat b WHERE b.valid @> :day GROUP BY b.unit_id
)
SELECT u.code, u.name, coalesce(blocks.n, 0), coalesce(households.n, 0), coalesce(households.residents, 0),
    coalesce(officers.n, 0), coalesce(beats.n, 0), coalesce(beats.vacant, 0), coalesce(incidents.n, 0)
FROM diaban.admin_unit u
LEFT JOIN households ON households.unit_id = u.id LEFT JOIN incidents ON incidents.unit_id = u.id
LEFT JOIN blocks ON blocks.unit_id = u.id LEFT JOIN officers ON officers.unit_id = u.id
LEFT JOIN beats ON beats.unit_id = u.id
WHERE u.level = 'ward' AND u.valid @> :day
ORDER BY u.code"""


@dataclass(frozen=True)
class UnitCounts:
    """What one ward holds on the day of the overview."""

    code: str
    name: str
    blocks: int
    households: int
    residents: int
    officers: int
    beats: int
    vacant_beats: int
    incidents: int


@dataclass(frozen=True)
class Overview:
    """What the reader's scope holds on `day`.

    wards : one row a ward that holds on that day, by code
    incidents_elsewhere : incidents in the scope that lie in none of these wards (outside every ward, or
        in a unit that no longer holds)
    first_incident, last_incident : when the earliest and the latest incident began; None without incidents
    """

    day: date
    wards: tuple[UnitCounts, ...]
    incidents_elsewhere: int
    first_incident: datetime | None
    last_incident: datetime | None

    def total(self, field: str) -> int:
        """Return the sum of a count over the wards; incidents include those elsewhere."""
        inside = sum(int(getattr(ward, field)) for ward in self.wards)
        return inside + (self.incidents_elsewhere if field == "incidents" else 0)


def version(database: Database, actor: Actor) -> str:
    """Return a text that changes whenever the overview may: the key to keep one by, with the scope."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        return data_version(connection, _TOPICS)


def overview(database: Database, actor: Actor, day: date) -> Overview:
    """Count what the reader's scope holds on `day`."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(text(_BY_UNIT), {"day": day}).all()
        incidents, first, last = connection.execute(
            text("SELECT count(*), min(occurred_from), max(occurred_from) FROM diaban.incident")
        ).one()
    wards = tuple(UnitCounts(row[0], row[1], *(int(value) for value in row[2:])) for row in rows)
    elsewhere = int(incidents) - sum(ward.incidents for ward in wards)
    return Overview(day, wards, elsewhere, first, last)

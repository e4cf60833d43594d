"""What needs somebody's attention on a day, by what it is, the places where most of it is first."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from geo.domain.roles import Actor, Permission
from geo.services.deployment import metric_crs
from geo.services.kept import Kept
from geo.services.targets import AREA_TOLERANCE, Targets
from geo.services.works import tables
from geo.services.works.board import ALL_TOPICS, Board, asked, scope_of
from geo.services.works.record import NOWHERE, on_day
from geo.store.engine import Database, data_version, transaction

_NAMED = 200
_LIMIT_BYTES = 32 * 1024 * 1024
_BYTES_AN_ITEM = 400


class Matter(StrEnum):
    """What can be wrong, the most pressing first: nobody in charge, time run out, old figures, faults."""

    VACANT_BEAT = "vacant_beat"
    NO_BEAT = "no_beat"
    OVERDUE_INCIDENT = "overdue_incident"
    OVERDUE_TASK = "overdue_task"
    STALE_COUNT = "stale_count"
    MISSING_REPORT = "missing_report"
    MISPLACED = "misplaced"
    HOUSEHOLD_OUTSIDE = "household_outside"
    INCIDENT_OUTSIDE = "incident_outside"
    AREA_MISMATCH = "area_mismatch"


@dataclass(frozen=True)
class Item:
    """A place with something to mend: `count` of `whole`.

    beat : code of the beat, "" where it is the ward as a whole
    """

    ward: str
    ward_name: str
    beat: str
    beat_name: str
    count: float
    whole: float


@dataclass(frozen=True)
class Group:
    """All of one matter: `count` of `whole`, and the worst places, most first.

    places : how many there are; `items` holds the first of them
    """

    matter: Matter
    count: float
    whole: float
    places: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Attention:
    """Matters that there are, the most pressing first."""

    groups: tuple[Group, ...]

    def group(self, matter: Matter) -> Group | None:
        """Return what there is of `matter`, None for nothing."""
        return next((group for group in self.groups if group.matter is matter), None)


_kept: Kept[Attention] = Kept(
    _LIMIT_BYTES, lambda found: 1024 + _BYTES_AN_ITEM * sum(len(group.items) for group in found.groups)
)


def attention(database: Database, actor: Actor, board: Board) -> Attention:
    """Return what the figures of `board` say needs attention in its wards on its day.

    Contradictions in the geometry are looked for by `contradictions`: they cost a look at every point.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        version = data_version(connection, (*ALL_TOPICS, "task"))
        key = (scope_of(database, actor), "figures", version, board.query)
        return _kept.get(
            key, lambda: _figures(connection, asked(connection, (database, actor), board.query), board)
        )


def contradictions(database: Database, actor: Actor, board: Board, targets: Targets) -> Attention:
    """Return where data of the wards of `board` contradict each other: points outside of what they belong to,
    blocks that do not add up to their ward."""
    actor.require(Permission.VIEW)
    tolerance = targets.of(AREA_TOLERANCE, tuple(code for code, _, _ in board.path)).value
    with transaction(database, actor) as connection:
        version = data_version(connection, ("admin_unit", "block", "household", "incident", "setting"))
        key = (scope_of(database, actor), "contradictions", version, board.query, tolerance)
        return _kept.get(
            key,
            lambda: _at_odds(
                connection, asked(connection, (database, actor), board.query), board, tolerance=tolerance
            ),
        )


def _figures(connection: Connection, request: tables.Asked, board: Board) -> Attention:
    households = tables.household_rows(connection, request)
    beats, _, _ = tables.beat_rows(request)
    incidents = tables.incident_rows(connection, request)
    reports, due, reported = tables.report_rows(connection, request)
    known, late = households["households"] - households["later"], incidents["overdue"]
    nowhere = households["beat"] == NOWHERE
    found = {
        Matter.VACANT_BEAT: _rows(beats, beats["vacant"], beats["on_day"]),
        Matter.NO_BEAT: _rows(households, households["households"] * nowhere, households["households"]),
        Matter.OVERDUE_INCIDENT: _rows(incidents, late, np.maximum(late, incidents["occurred"] >= 0)),
        Matter.OVERDUE_TASK: _overdue_tasks(connection, request),
        Matter.STALE_COUNT: _rows(households, known - households["fresh"], known),
        Matter.MISSING_REPORT: _rows(reports, (due - reported)[:, -1], due[:, -1]),
    }
    size = pd.Series(
        (households["households"] * households["weight"]).to_numpy(), index=households["beat"].to_numpy()
    )
    return _gathered(request, board, found, size.groupby(level=0).sum())


def _rows(rows: pd.DataFrame, count: object, whole: object) -> pd.DataFrame:
    """Return ward, beat, count, whole by place, of rows that carry a weight."""
    weight = rows["weight"].to_numpy()
    made = pd.DataFrame({
        "ward": rows["ward"].to_numpy(), "beat": rows["beat"].to_numpy(),
        "count": np.asarray(count, dtype=float) * weight, "whole": np.asarray(whole, dtype=float) * weight,
    })  # fmt: skip
    return made.groupby(["ward", "beat"], as_index=False).sum()


def _overdue_tasks(connection: Connection, request: tables.Asked) -> pd.DataFrame:
    query = text("""
        SELECT unit_id, coalesce(beat_id, 0) AS beat, count(*) AS whole,
            count(*) FILTER (WHERE due_on < :day) AS count
        FROM diaban.task
        WHERE state <> 'cancelled' AND assigned_on <= :day AND (done_on IS NULL OR done_on > :day)
        GROUP BY 1, 2""")
    rows = connection.execute(query, {"day": request.day}).mappings().all()
    read = pd.DataFrame([dict(row) for row in rows], columns=["unit_id", "beat", "whole", "count"])
    placed = request.placing.placed(read.assign(block_id=NOWHERE))
    return _rows(placed, placed["count"], placed["whole"])


def _gathered(
    request: tables.Asked, board: Board, found: dict[Matter, pd.DataFrame], size: "pd.Series[float] | None"
) -> Attention:
    """Return the groups that there are; places with equal counts go by their households."""
    chosen = _chosen_beat(request, board)
    groups = []
    for matter, rows in found.items():
        inside = rows[rows["ward"].isin(board.wards)] if board.query.unit else rows
        inside = inside[inside["beat"] == chosen] if chosen else inside
        worst = inside[inside["count"] > 0]
        if worst.empty:
            continue
        weight = worst["beat"].map(size).fillna(0.0) if size is not None else 0.0
        worst = worst.assign(size=weight).sort_values(
            ["count", "size", "ward", "beat"], ascending=[False, False, True, True]
        )
        items = _named(request, worst.head(_NAMED))
        total, whole = float(worst["count"].sum()), float(inside["whole"].sum())
        groups.append(Group(matter, total, whole, len(worst), items))
    return Attention(tuple(sorted(groups, key=lambda group: list(Matter).index(group.matter))))


def _chosen_beat(request: tables.Asked, board: Board) -> int:
    if board.query.beat is None:
        return NOWHERE
    beats = on_day(request.record.beats, request.placing.day)
    return int(beats.loc[beats["code"] == board.query.beat, "id"].iloc[0])


def _named(request: tables.Asked, rows: pd.DataFrame) -> tuple[Item, ...]:
    wards = request.placing.wards.set_index("id")[["code", "name"]]
    beats = request.record.beats.set_index("id")[["code", "name"]]
    columns = [
        table[name].reindex(rows[key]).fillna("").tolist()
        for table, key in ((wards, "ward"), (beats, "beat"))
        for name in ("code", "name")
    ]
    return tuple(Item(*cells) for cells in zip(*columns, rows["count"], rows["whole"], strict=True))


_MISPLACED = """
SELECT unit_id, coalesce(block_id, 0) AS block_id, count(*) FILTER (WHERE misplaced) AS count,
    count(*) AS whole
FROM diaban.household WHERE unit_id = ANY(:units) GROUP BY 1, 2"""

# By block, so that each border is made ready once for all its points.
_HOUSEHOLDS_OUTSIDE = """
SELECT k.unit_id, k.id AS block_id,
    count(*) FILTER (WHERE NOT ST_Covers(coalesce(was.geom, k.geom), h.geom)) AS count, count(*) AS whole
FROM diaban.household h LEFT JOIN diaban.households_then(CAST(:day AS date)) moved ON moved.id = h.id
JOIN diaban.block k ON k.id = coalesce(moved.block_id, h.block_id)
LEFT JOIN diaban.blocks_then(CAST(:day AS date)) was ON was.id = k.id
WHERE k.valid @> CAST(:day AS date) AND k.unit_id = ANY(:units) GROUP BY 1, 2"""

_INCIDENTS_OUTSIDE = """
SELECT u.id AS unit_id, coalesce(i.block_id, 0) AS block_id,
    count(*) FILTER (WHERE NOT ST_Covers(u.geom, i.geom)) AS count, count(*) AS whole
FROM diaban.admin_unit u JOIN diaban.incident i ON i.unit_id = u.id
WHERE u.id = ANY(:units) AND u.geom IS NOT NULL AND i.geom IS NOT NULL
    AND i.occurred_from >= :first AND i.occurred_from < :stop
GROUP BY 1, 2"""

_AREAS = """
SELECT u.id AS unit_id, 0 AS block_id, 1 AS whole,
    (abs(sum(ST_Area(ST_Transform(coalesce(was.geom, k.geom), :srid)))
        / ST_Area(ST_Transform(u.geom, :srid)) - 1) > :tolerance)::int AS count
FROM diaban.admin_unit u JOIN diaban.block k ON k.unit_id = u.id AND k.valid @> CAST(:day AS date)
LEFT JOIN diaban.blocks_then(CAST(:day AS date)) was ON was.id = k.id
WHERE u.id = ANY(:units) AND u.level = 'ward' AND u.valid @> CAST(:day AS date)
    AND ST_Area(u.geom) > 0
GROUP BY u.id, u.geom"""

_CHECKS = {
    Matter.MISPLACED: _MISPLACED,
    Matter.HOUSEHOLD_OUTSIDE: _HOUSEHOLDS_OUTSIDE,
    Matter.INCIDENT_OUTSIDE: _INCIDENTS_OUTSIDE,
    Matter.AREA_MISMATCH: _AREAS,
}


def _at_odds(connection: Connection, request: tables.Asked, board: Board, *, tolerance: float) -> Attention:
    units = request.placing.units
    mine = units.loc[units["ward"].isin(board.wards), "unit"].unique().tolist()
    first, last = board.periods.bounds(0)[0], board.periods.last
    params = {
        "units": mine, "day": request.day, "first": first, "stop": last, "tolerance": tolerance,
        "srid": int(metric_crs(connection).removeprefix("EPSG:")),
    }  # fmt: skip
    found = {}
    for matter, query in _CHECKS.items():
        rows = connection.execute(text(query), params).mappings().all()
        read = pd.DataFrame([dict(r) for r in rows], columns=["unit_id", "block_id", "count", "whole"])
        read = read.assign(beat=tables.beats_of(request, read["block_id"]))
        placed = request.placing.placed(read)
        found[matter] = _rows(placed, placed["count"], placed["whole"])
    return _gathered(request, board, found, None)

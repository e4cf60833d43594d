"""The rows behind a figure: which beats were vacant, which households are stale. Codes and days only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services.coverage.on_a_day import FRESH_DAYS, coverage
from geo.services.kept import Kept
from geo.services.works import tables
from geo.services.works.board import Board, asked, scope_of
from geo.services.works.figures import Work
from geo.services.works.record import on_day, placing, record
from geo.store import read_works, reads
from geo.store.engine import Database, data_version, transaction

LIMIT = 500
_SHAPE_TOPICS = ("admin_unit", "unit_lineage", "block", "beat", "beat_block")
_LIMIT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class Trace:
    """Rows behind a figure, what needs action first.

    columns : keys of their names · rows : at most `LIMIT` of `total`
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


@dataclass(frozen=True)
class UnitChoice:
    """A unit that can be looked at on the day."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, eq=False)
class Shapes:
    """Areas of places: code, name, geometry in EPSG:4326. Shared between readers: never change the frame.

    key : a text that changes with what is drawn
    """

    frame: gpd.GeoDataFrame
    key: str

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame) -> "Shapes":
        """Return `frame` with its key."""
        digest = sha256(b"".join(shapely.to_wkb(frame.geometry.to_numpy())))
        digest.update("\0".join([*frame["code"], *frame["name"]]).encode())
        return cls(frame, digest.hexdigest()[:16])


_shapes: Kept[Shapes] = Kept(
    _LIMIT_BYTES, lambda kept: 16 * int(kept.frame.geometry.count_coordinates().sum()) + 4096
)


def units_on(database: Database, actor: Actor, day: date) -> tuple[UnitChoice, ...]:
    """Return the units in scope that have wards on `day`: provinces, districts (also former ones), wards."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        scope = scope_of(database, actor)
        held = record(connection, scope)
        wards = placing(connection, scope, held, day).wards
    ids = {*wards["id"], *wards["province"], *wards["district"]}
    units = held.units[held.units["id"].isin(ids)]
    rank = units["level"].map({"province": 0, "district": 1, "ward": 2})
    ordered = units.assign(rank=rank).sort_values(["rank", "code"])
    return tuple(
        UnitChoice(*cells) for cells in ordered[["code", "name", "level"]].itertuples(index=False, name=None)
    )


def shapes(database: Database, actor: Actor, board: Board) -> Shapes:
    """Return the areas of the places of `board` that have one."""
    actor.require(Permission.VIEW)
    codes = {place.code for place in board.places}
    if board.places and board.places[0].level == "beat":
        areas = coverage(database, actor, board.query.day, board.path[-1][0] if board.path else None).areas
        return Shapes.of(areas.beats[areas.beats["code"].isin(codes)])
    with transaction(database, actor) as connection:
        key = (
            scope_of(database, actor), data_version(connection, _SHAPE_TOPICS), board.query.day,
            board.query.unit, board.query.beat,
        )  # fmt: skip
        return _shapes.get(key, lambda: Shapes.of(_areas(connection, board, codes)))


def _areas(connection: Connection, board: Board, codes: set[str]) -> gpd.GeoDataFrame:
    if board.query.beat is not None:
        found = reads.blocks_on(connection, board.query.day, _units_of_blocks(connection, board))
    else:
        found = reads.wards_on(connection, board.query.day, list(board.wards))
    found = found[found["code"].isin(codes) & found.geometry.notna()]
    return found[["code", "name", "geometry"]].reset_index(drop=True)


def _units_of_blocks(connection: Connection, board: Board) -> list[int]:
    query = text("SELECT DISTINCT unit_id FROM diaban.block WHERE id = ANY(:blocks)")
    return list(connection.execute(query, {"blocks": [place.id for place in board.places]}).scalars())


def trace(database: Database, actor: Actor, board: Board, work: Work) -> Trace:
    """Return the rows that the tile of `work` is made from, those that pull it down first.

    Households one by one are for those who may see points; the others get them by beat.
    Raises InputError ``unknown_measure`` where there is no such work.
    """
    actor.require(Permission.VIEW)
    if work not in _ROWS:
        raise InputError("unknown_measure", measure=work, known=", ".join(_ROWS))
    with transaction(database, actor) as connection:
        request = asked(connection, (database, actor), board.query)
        if work is Work.HOUSEHOLDS and not actor.may(Permission.VIEW_POINTS):
            return _stale_by_beat(connection, request, board)
        return _ROWS[work](connection, request, board)


def _inside(rows: pd.DataFrame, request: tables.Asked, board: Board) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which rows count to the place of `board`."""
    inside = np.ones(len(rows), dtype=bool)
    if board.query.unit is not None:
        inside &= rows["ward"].isin(board.wards).to_numpy()
    if board.query.beat is not None:
        beats = on_day(request.record.beats, request.placing.day)
        inside &= rows["beat"].isin(beats.loc[beats["code"] == board.query.beat, "id"]).to_numpy()
    return inside


def _with_names(rows: pd.DataFrame, request: tables.Asked) -> pd.DataFrame:
    wards = request.placing.wards.set_index("id")["name"]
    beats = request.record.beats.set_index("id")[["code", "name"]]
    return rows.assign(
        ward_name=rows["ward"].map(wards).fillna(""),
        beat_code=rows["beat"].map(beats["code"]).fillna(""),
        beat_name=rows["beat"].map(beats["name"]).fillna(""),
    )


def _cut(rows: pd.DataFrame, columns: tuple[str, ...], total: int | None = None) -> Trace:
    shown = rows[list(columns)].head(LIMIT).astype(object)
    cells = shown.where(shown.notna(), None).itertuples(index=False, name=None)
    return Trace(columns, tuple(cells), len(rows) if total is None else total)


def _beats(_: Connection, request: tables.Asked, board: Board) -> Trace:
    rows, all_days, held_days = tables.beat_rows(request)
    rows = rows.assign(days=all_days[:, -1], held=held_days[:, -1])
    rows = _with_names(rows[_inside(rows, request, board) & (rows["days"] > 0)], request)
    rows = rows.assign(missing=rows["days"] - rows["held"])
    rows = rows.sort_values(["missing", "beat_code"], ascending=[False, True])
    return _cut(rows, ("beat_code", "beat_name", "ward_name", "days", "held"))


def _stale(connection: Connection, request: tables.Asked, board: Board) -> Trace:
    rows = tables.household_rows(connection, request)
    rows = rows[_inside(rows, request, board)]
    stale = rows["households"] - rows["later"] - rows["fresh"]
    places = None
    if board.query.unit is not None:
        wanted = rows[stale > 0]
        places = wanted["unit_id"].unique(), wanted["block_id"].unique()
    found = read_works.stale_households(
        connection, request.day, request.units, FRESH_DAYS, places=places, limit=LIMIT
    )
    columns = ("code", "block_name", "residents", "reviewed_on")
    return _cut(found, columns, round(float((stale * rows["weight"]).sum())))


def _stale_by_beat(connection: Connection, request: tables.Asked, board: Board) -> Trace:
    rows = tables.household_rows(connection, request)
    rows = rows[_inside(rows, request, board)]
    stale = (rows["households"] - rows["later"] - rows["fresh"]) * rows["weight"]
    sums = rows[["ward", "beat"]].assign(stale=stale).groupby(["ward", "beat"], as_index=False).sum()
    named = _with_names(sums[sums["stale"] > 0], request).sort_values(
        ["stale", "beat_code"], ascending=[False, True]
    )
    columns = ("beat_code", "beat_name", "ward_name", "stale")
    return _cut(named, columns, round(float(stale.sum())))


def _reports(connection: Connection, request: tables.Asked, board: Board) -> Trace:
    rows, due, reported = tables.report_rows(connection, request)
    rows = rows.assign(due=due[:, -1], reported=reported[:, -1])
    rows = _with_names(rows[_inside(rows, request, board) & (rows["due"] > 0)], request)
    rows = rows.sort_values(["reported", "beat_code"])
    return _cut(rows, ("beat_code", "beat_name", "ward_name", "reported"))


def _incidents(connection: Connection, request: tables.Asked, board: Board) -> Trace:
    rows = tables.incident_rows(connection, request)
    newest = rows[_inside(rows, request, board) & (rows["occurred"] == len(request.periods.starts) - 1)]
    newest = newest.drop_duplicates("id").sort_values(
        ["cleared", "overdue", "id"], ascending=[True, False, True]
    )
    query = text("""
        SELECT i.code, c.name_vi AS category_vi, c.name_en AS category_en, i.occurred_from, i.due_at,
            i.resolved_at
        FROM diaban.incident i JOIN diaban.category c ON c.id = i.category_id
        JOIN unnest(CAST(:ids AS int[])) WITH ORDINALITY AS wanted(id, place) ON wanted.id = i.id
        ORDER BY wanted.place""")
    found = connection.execute(query, {"ids": newest["id"].head(LIMIT).tolist()}).all()
    columns = ("code", "category_vi", "category_en", "occurred_from", "due_at", "resolved_at")
    return Trace(columns, tuple(tuple(row) for row in found), len(newest))


_ROWS: dict[Work, Callable[[Connection, tables.Asked, Board], Trace]] = {
    Work.AREA: _beats,
    Work.HOUSEHOLDS: _stale,
    Work.RESIDENTS: _reports,
    Work.INCIDENTS: _incidents,
}

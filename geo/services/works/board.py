"""The four works in figures, for a place and everything just below it, on any day."""

import logging
import threading
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from geo.domain.errors import DiaBanError, InputError
from geo.domain.roles import OPERATOR, Actor, Permission
from geo.services.kept import Kept
from geo.services.works import tables
from geo.services.works.figures import Figures
from geo.services.works.periods import Periods, Span, periods
from geo.services.works.record import NOWHERE, TOPICS, on_day, placing, record
from geo.store.engine import Database, data_version, transaction
from geo.store.read_works import AHEAD_DAYS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
PlaceLevel = Literal["all", "province", "district", "ward", "beat", "block"]

_log = logging.getLogger(__name__)

ALL_TOPICS = (*TOPICS, "household", "incident", "beat_report", "setting")
_ALL = "*"
_LIMIT_BYTES = 128 * 1024 * 1024
_BYTES_A_PLACE = 2500


@dataclass(frozen=True)
class WorksQuery:
    """Which place, on which day, compared by which periods.

    unit : code of a province, district or ward; None is everything in scope
    beat : code of a beat of the ward `unit`, to see its blocks
    """

    day: date
    unit: str | None = None
    beat: str | None = None
    span: Span = Span.DAYS


@dataclass(frozen=True)
class Place:
    """One unit, beat or block with its figures; `id` is that of the level's table."""

    id: int
    code: str
    name: str
    level: PlaceLevel
    figures: Figures


@dataclass(frozen=True, eq=False)
class Board:
    """How the four works stand.

    total : of the place asked for; includes what lies in none of `places`
    places : what the map shows: wards, or the beats of a ward, or the blocks of a beat, by name
    groups : provinces, else districts that the wards belong or belonged to, where there are several
    path : units above and the place itself, from the top: code, name, level
    wards : ids of the wards looked at
    elsewhere : households and incidents (of the newest period) in scope but in none of `places`
    """

    query: WorksQuery
    periods: Periods
    total: Figures
    places: tuple[Place, ...]
    groups: tuple[Place, ...]
    path: tuple[tuple[str, str, PlaceLevel], ...]
    wards: tuple[int, ...]
    elsewhere: tuple[float, float]

    def place(self, code: str | None) -> Place | None:
        """Return the place with `code`, None where there is none."""
        return next((place for place in self.places if place.code == code), None)


_kept: Kept[Board] = Kept(
    _LIMIT_BYTES, lambda board: _BYTES_A_PLACE * (2 + len(board.places) + len(board.groups))
)


def scope_of(database: Database, actor: Actor) -> tuple[str, str]:
    """Return what rows a cache may hold for `actor`: the database and the scope."""
    return str(database.app.url), actor.scope_key


def board(database: Database, actor: Actor, query: WorksQuery) -> Board:
    """Return the figures of `query`.

    Wards are those of the day; what is kept under a unit that ended or began later counts to them by place or
    by lineage share, so that two periods on both sides of a merger are of the same ground. Households are
    those stored now. Raises InputError ``unknown_unit``, ``unit_not_on_day``, ``unknown_beat``.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        key = (scope_of(database, actor), data_version(connection, ALL_TOPICS), query)
        return _kept.get(key, lambda: _board(connection, asked(connection, (database, actor), query), query))


def warm(database: Database, day: date) -> threading.Thread:
    """Make the board of those who see everything in the background, before the first of them asks."""
    thread = threading.Thread(target=_warm, args=(database, day), name="works-board", daemon=True)
    thread.start()
    return thread


def _warm(database: Database, day: date) -> None:
    try:
        board(database, OPERATOR, WorksQuery(day))
    except (DiaBanError, SQLAlchemyError, psycopg.Error) as fault:
        # The page that needs it will say so to somebody who reads it.
        _log.warning("the board could not be made ahead: %s", fault)


def asked(connection: Connection, who: tuple[Database, Actor], query: WorksQuery) -> tables.Asked:
    """Return what the tables of `query` are read by."""
    scope = scope_of(*who)
    held = record(connection, scope)
    everything = who[1].scope_key == _ALL
    return tables.Asked(
        scope=scope,
        record=held,
        placing=placing(connection, scope, held, query.day),
        day=query.day,
        periods=periods(connection, query.span, query.day),
        units=None if everything else held.units["id"].tolist(),
    )


@dataclass(frozen=True)
class _Slots:
    """Where rows are added up: positions of `ids` by `column`; rows outside `wards` (None: all) are not."""

    column: Literal["ward", "beat", "block_id"]
    ids: Ints
    wards: Ints | None
    beat: int | None = None
    of_ward: pd.Series | None = None  # ward -> id to look up, where wards are put together

    def of(self, rows: pd.DataFrame) -> Ints:
        """Return (n,) positions; `len(ids)` is inside but in none of them, -1 outside."""
        found = rows[self.column] if self.column in rows else pd.Series(NOWHERE, index=rows.index)
        if self.of_ward is not None:
            found = found.map(self.of_ward).fillna(NOWHERE)
        at = pd.Index(self.ids).get_indexer(pd.Index(found))
        at = np.where(at < 0, len(self.ids), at)
        inside = np.ones(len(rows), dtype=bool)
        if self.wards is not None:
            inside &= rows["ward"].isin(self.wards).to_numpy()
        if self.beat is not None:
            inside &= (rows["beat"] == self.beat).to_numpy()
        return np.where(inside, at, -1)


def _board(connection: Connection, request: tables.Asked, query: WorksQuery) -> Board:
    wards, path = _scope(request, query.unit)
    inside = wards["id"].to_numpy()
    limit = None if query.unit is None else inside
    rows = _Rows(
        tables.beat_rows(request),
        tables.household_rows(connection, request),
        tables.report_rows(connection, request),
        tables.incident_rows(connection, request),
    )
    level, named, slots = _children(request, query, wards, limit)
    figures = _add_up(rows, slots, request.periods)
    if query.beat is not None:
        beat = request.record.beats[request.record.beats["code"] == query.beat].iloc[-1]
        path = (*path, (str(beat["code"]), str(beat["name"]), "beat"))
    return Board(
        query=query,
        periods=request.periods,
        total=figures[-1],
        places=_places(named, level, figures),
        groups=_groups(request, rows, wards, limit) if level == "ward" else (),
        path=path,
        wards=tuple(inside.tolist()),
        elsewhere=(figures[-2].households, figures[-2].occurred[-1]),
    )


def _scope(
    request: tables.Asked, code: str | None
) -> tuple[pd.DataFrame, tuple[tuple[str, str, PlaceLevel], ...]]:
    """Return the wards of the day in the unit with `code`, and the units from the top down to it."""
    wards, units = request.placing.wards, request.record.units
    if code is None:
        return wards, ()
    found = units[units["code"] == code]
    if found.empty:
        raise InputError("unknown_unit", code=code)
    ids = found["id"].to_numpy()
    inside = wards[wards["id"].isin(ids) | wards["district"].isin(ids) | wards["province"].isin(ids)]
    if inside.empty:
        raise InputError("unit_not_on_day", code=code, day=request.day.isoformat())
    at = str(found.iloc[-1]["level"])
    above = [inside.iloc[0][name] for name in ("province", "district") if name != at]
    chain = pd.Index([*(above[: {"province": 0, "district": 1, "ward": 2}[at]]), int(ids[-1])])
    rows = units[units["id"].isin(chain)].set_index("id").reindex(chain[chain != NOWHERE]).dropna()
    named = rows[["code", "name", "level"]].itertuples(index=False, name=None)
    return inside, tuple(named)


def _children(
    request: tables.Asked, query: WorksQuery, wards: pd.DataFrame, limit: Ints | None
) -> tuple[PlaceLevel, pd.DataFrame, _Slots]:
    """Return the level that the map shows, its places (id, code, name), and where their rows are added up."""
    held = request.record
    single = len(wards) == 1 and query.unit in {None, *wards["code"]}
    if query.beat is not None and not single:
        raise InputError("unknown_beat", code=query.beat)
    if not single:
        return "ward", wards, _Slots("ward", wards["id"].to_numpy(), limit)
    counted = request.placing.beats
    mine = counted.loc[counted["ward"].isin(wards["id"]), "beat"]
    beats = on_day(held.beats, request.placing.day)
    beats = beats[beats["id"].isin(mine)]
    if query.beat is None:
        return "beat", beats, _Slots("beat", beats["id"].to_numpy(), limit)
    chosen = beats[beats["code"] == query.beat]
    if chosen.empty:
        raise InputError("unknown_beat", code=query.beat)
    beat = int(chosen["id"].iloc[0])
    held_by = request.placing.beat_of_block
    blocks = held.blocks[held.blocks["id"].isin(held_by.index[held_by == beat])]
    return "block", blocks, _Slots("block_id", blocks["id"].to_numpy(), limit, beat)


def _groups(
    request: tables.Asked, rows: "_Rows", wards: pd.DataFrame, limit: Ints | None
) -> tuple[Place, ...]:
    """Return the figures of provinces, or of the districts within one, where the wards lie in several."""
    for level in ("province", "district"):
        ids = np.unique(wards[level].to_numpy())
        if len(ids) > 1:
            units = request.record.units
            named = units[units["id"].isin(ids)]
            of_ward = pd.Series(wards[level].to_numpy(), index=wards["id"])
            slots = _Slots("ward", named["id"].to_numpy(), limit, of_ward=of_ward)
            return _places(named, level, _add_up(rows, slots, request.periods))
    return ()


def _places(named: pd.DataFrame, level: PlaceLevel, figures: list[Figures]) -> tuple[Place, ...]:
    named_rows = zip(named["id"], named["code"], named["name"], figures[: len(named)], strict=True)
    return tuple(Place(int(i), str(c), str(n), level, f) for i, c, n, f in named_rows)


@dataclass(frozen=True, eq=False)
class _Rows:
    beats: tuple[pd.DataFrame, Floats, Floats]
    households: pd.DataFrame
    reports: tuple[pd.DataFrame, Ints, Ints]
    incidents: pd.DataFrame


def _add_up(rows: _Rows, slots: _Slots, over: Periods) -> list[Figures]:
    """Return the figures of each slot, of what is in none of them, and of all together (the last two)."""
    size = len(slots.ids) + 1
    columns: dict[str, Any] = {
        **_beat_sums(rows.beats, slots, size),
        **_household_sums(rows.households, slots, size, over.stops[-1] - over.starts[-1]),
        **_report_sums(rows.reports, slots, size),
        **_incident_sums(rows.incidents, slots, (size, len(over.starts))),
    }
    names = list(columns)
    cells = [_cells(columns[name]) for name in names]
    return [Figures(**dict(zip(names, values, strict=True))) for values in zip(*cells, strict=True)]


def _cells(sums: Floats) -> list[Any]:
    if sums.ndim == 1:
        return [None if np.isnan(value) else value for value in sums.tolist()]
    return [tuple(values) for values in sums.tolist()]


def _sum(at: Ints, weights: Any, size: int) -> Floats:
    """Return (size + 1,) or (size + 1, k) sums by position, the last of all; -1 is left out."""
    values = np.asarray(weights, dtype=np.float64)
    kept = at >= 0
    if values.ndim == 1:
        sums = np.bincount(at[kept], weights=values[kept], minlength=size)
        return np.append(sums, sums.sum())
    return np.column_stack([_sum(at, column, size) for column in values.T])


def _beat_sums(beats: tuple[pd.DataFrame, Floats, Floats], slots: _Slots, size: int) -> dict[str, Floats]:
    rows, all_days, held_days = beats
    at, weight = slots.of(rows), rows["weight"].to_numpy()
    by_day = {"beats": "on_day", "vacant": "vacant", "primary": "primary", "concurrent": "concurrent"}
    return {
        "beat_days": _sum(at, all_days * weight[:, None], size),
        "held_days": _sum(at, held_days * weight[:, None], size),
        **{name: _sum(at, rows[column] * weight, size) for name, column in by_day.items()},
    }


def _household_sums(rows: pd.DataFrame, slots: _Slots, size: int, days: int) -> dict[str, Floats]:
    at, weight = slots.of(rows), rows["weight"]
    counted = (
        "households", "covered", "permanent", "temporary", "absent", "fresh", "later", "fresh_then",
        "later_then",
    )  # fmt: skip
    household_days = rows["households"] * weight * days
    ahead = rows[[f"fresh_{after}" for after in AHEAD_DAYS]].mul(weight, axis=0)
    return {
        "fresh_ahead": _sum(at, ahead.to_numpy(), size),
        **{name: _sum(at, rows[name] * weight, size) for name in counted},
        "household_days": _sum(at, household_days, size),
        "held_household_days": _sum(at, household_days * rows["held_share"], size),
    }


def _report_sums(reports: tuple[pd.DataFrame, Ints, Ints], slots: _Slots, size: int) -> dict[str, Floats]:
    rows, due, reported = reports
    at, weight = slots.of(rows), rows["weight"].to_numpy()[:, None]
    return {"due_reports": _sum(at, due * weight, size), "reports": _sum(at, reported * weight, size)}


def _incident_sums(rows: pd.DataFrame, slots: _Slots, shape: tuple[int, int]) -> dict[str, Floats]:
    size, count = shape
    at, weight = slots.of(rows), rows["weight"].to_numpy()

    def by_period(period: pd.Series, counted: Any) -> Floats:
        there = (at >= 0) & (period.to_numpy() >= 0)
        cell = at[there] * count + period.to_numpy()[there]
        sums = np.bincount(cell, weights=(weight * counted)[there], minlength=size * count)
        table = sums.reshape(size, count)
        return np.vstack([table, table.sum(axis=0)])

    cleared, hours = rows["cleared"].to_numpy(), rows["hours"].to_numpy()
    medians = {
        name: _medians(at, hours, (rows["occurred"] == count - back).to_numpy() & (cleared == 1), size)
        for name, back in (("hours", 1), ("hours_before", 2))
    }
    return {
        "occurred": by_period(rows["occurred"], 1),
        "cleared": by_period(rows["occurred"], cleared),
        "due": by_period(rows["due"], 1),
        "on_time": by_period(rows["due"], rows["on_time"].to_numpy()),
        "overdue": _sum(at, rows["overdue"].to_numpy() * weight, size),
        **medians,
    }


def _medians(at: Ints, hours: Floats, wanted: Any, size: int) -> Floats:
    kept = wanted & (at >= 0) & ~np.isnan(hours)
    found = np.full(size + 1, np.nan)
    by_slot = pd.Series(hours[kept]).groupby(at[kept]).median()
    found[by_slot.index.to_numpy(dtype=np.int64)] = by_slot.to_numpy()
    if kept.any():
        found[size] = np.median(hours[kept])
    return found

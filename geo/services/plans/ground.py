"""The ground of a plan from the database: a ward's blocks on a day, what touches what, and whose they are."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo import settings
from geo.domain.crs import STORAGE_CRS, lonlat_to_metric_xy, to_lonlat, to_metric
from geo.domain.errors import InputError
from geo.domain.kinds import AssignmentRole
from geo.domain.roles import Actor
from geo.domain.text import fold_all
from geo.planning.borders import Borders, borders
from geo.services.deployment import metric_crs
from geo.services.kept import Kept
from geo.services.plans.options import INCIDENT_DAYS
from geo.store import copy, read_totals, reads
from geo.store.engine import Database, data_version, driver

TOPICS = (
    "admin_unit", "unit_lineage", "block", "beat", "beat_block", "assignment", "officer", "household",
    "incident", "post", "street", "water", "setting",
)  # fmt: skip

Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

_LIMIT_BYTES = 128 * 1024 * 1024
_BYTES_A_VERTEX, _BYTES_A_BLOCK = 48, 512
_NEAR_DEG = 0.002  # about 200 m around the ward: water and bridges at its edge count too


@dataclass(frozen=True)
class DeskBeat:
    """A beat as the planner's desk shows it.

    id : of the database; below 0 for a beat that the plan founds
    officer : display name of who holds it on the day: the primary officer, else who stands in; None: nobody
    role : as what · vacant : without a primary officer · beat_days : a month, of that officer
    """

    id: int
    code: str
    name: str
    officer: str | None = None
    service_number: str | None = None
    officer_id: int | None = None
    role: AssignmentRole | None = None
    vacant: bool = True
    beat_days: int | None = None


@dataclass(frozen=True)
class DeskPost:
    """A post of the unit; a beat has none of its own. x, y : metres, in the ground's CRS."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Ground:
    """Blocks of a unit and what touches what; position i of every array is unit i of the problem.

    ids : (n,) of the database; below 0 for what a drawn line cuts off another block
    neighbourhoods : (n,) name of the khu phố that the block is part of, "" where it is not known
    groups : (n,) the same as a number, each ward's apart; -1 for none
    shapes : (n,) polygons, EPSG:4326 · metric : the same in `crs`
    households, residents, incidents : (n,) counts; incidents of the `INCIDENT_DAYS` days before the day
    held_by : (n,) id of the beat that has the block on the day, 0 for none
    water, bridges : water around and streets across it, in `crs` · posts : of the unit, by code
    """

    unit_code: str
    unit_name: str
    day: date
    crs: str
    ids: Ints
    codes: tuple[str, ...]
    names: tuple[str, ...]
    neighbourhoods: tuple[str, ...]
    groups: Ints
    shapes: Shapes
    metric: Shapes
    households: Ints
    residents: Ints
    incidents: Ints
    held_by: Ints
    water: Shapes
    bridges: Shapes
    borders: Borders
    beats: tuple[DeskBeat, ...]
    posts: tuple[DeskPost, ...] = ()

    def __post_init__(self) -> None:
        for values in vars(self).values():
            if isinstance(values, np.ndarray):
                values.setflags(write=False)  # kept for everybody who asks for the same day


def _size(ground: Ground) -> int:
    return _BYTES_A_VERTEX * int(shapely.get_num_coordinates(ground.shapes).sum()) + _BYTES_A_BLOCK * len(
        ground.ids
    )


_kept: Kept[Ground] = Kept(_LIMIT_BYTES, _size)


def ground(  # noqa: PLR0917 (who asks the database, and what)
    connection: Connection,
    database: Database,
    actor: Actor,
    unit_code: str,
    day: date,
    merge_with: str | None,
) -> Ground:
    """Return the ground of a ward, and of another to be merged with it, kept until the data changes."""
    version = data_version(connection, TOPICS)
    key = (str(database.app.url), actor.scope_key, version, unit_code, day, merge_with)
    return _kept.get(key, lambda: _read(connection, unit_code, day, merge_with))


def _read(connection: Connection, unit_code: str, day: date, merge_with: str | None) -> Ground:
    inside: list[int] = []
    for code in (unit_code, *([merge_with] if merge_with else [])):
        below = reads.units_below(connection, code)
        if not below:
            raise InputError("unknown_unit", code=code)
        inside += below
    name, level = connection.execute(
        text(
            "SELECT name, level FROM diaban.admin_unit WHERE code = :code ORDER BY upper(valid) DESC LIMIT 1"
        ),
        {"code": unit_code},
    ).one()
    if level != "ward":
        raise InputError("plan_not_a_ward", code=unit_code)
    crs = metric_crs(connection)
    blocks = reads.blocks_on(connection, day, inside)
    if blocks.empty:
        raise InputError("plan_no_blocks", unit=unit_code, day=day)
    beats = reads.beats_on(connection, day, inside)
    if beats.empty:
        raise InputError("plan_no_beats", unit=unit_code, day=day)
    metric = np.asarray(to_metric(blocks, crs).geometry.array, dtype=object)
    counts = _counts(connection, blocks["id"], inside, day)
    water, bridges = _between(connection, blocks.total_bounds, crs)
    return Ground(
        unit_code=unit_code,
        unit_name=str(name),
        day=day,
        crs=crs,
        ids=blocks["id"].to_numpy(np.int64),
        codes=tuple(blocks["code"]),
        names=tuple(blocks["name"]),
        neighbourhoods=tuple(blocks["neighbourhood"]),
        groups=_groups(blocks),
        shapes=np.asarray(blocks.geometry.array, dtype=object),
        metric=metric,
        households=counts["households"],
        residents=counts["residents"],
        incidents=counts["incidents"],
        held_by=blocks["beat_id"].to_numpy(np.int64),
        water=water,
        bridges=bridges,
        borders=borders(metric, water, bridges),
        beats=_beats(connection, beats, day),
        posts=_posts(connection, inside, crs),
    )


def _counts(connection: Connection, ids: pd.Series, inside: list[int], day: date) -> dict[str, Ints]:
    homes = read_totals.household_totals(connection, day, inside, 1).groupby("block_id").sum()
    start, end = incident_span(day)
    events = read_totals.incident_totals(connection, start, end, inside, day).groupby("block_id").sum()
    homes, events = homes.reindex(ids, fill_value=0), events.reindex(ids, fill_value=0)
    return {
        "households": homes["households"].to_numpy(np.int64),
        "residents": (homes["permanent"] + homes["temporary"]).to_numpy(np.int64),
        "incidents": events["incidents"].to_numpy(np.int64),
    }


def _groups(blocks: gpd.GeoDataFrame) -> Ints:
    """Return the number of each block's khu phố, (n,); two wards may have one of the same name."""
    named = pd.Series(fold_all(blocks["neighbourhood"].tolist()), index=blocks.index)
    known = named != ""
    found = np.full(len(blocks), -1, dtype=np.int64)
    found[known] = blocks[known].assign(named=named[known]).groupby(["unit_id", "named"]).ngroup()
    return found


def incident_span(day: date) -> tuple[datetime, datetime]:
    """Return the moments ``[start, end)`` in which incidents count as workload of a plan for `day`."""
    end = datetime.combine(day, time(), settings.load().timezone)
    return end - timedelta(days=INCIDENT_DAYS), end


_WATER = """
SELECT geom FROM diaban.water WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"""
# Streets over water only: a ward has thousands of streets and a handful of bridges.
_BRIDGES = """
SELECT s.geom FROM diaban.street s
WHERE s.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    AND EXISTS (SELECT FROM diaban.water w WHERE ST_Intersects(w.geom, s.geom))"""


def _between(connection: Connection, bounds: Any, crs: str) -> tuple[Shapes, Shapes]:
    """Return the water around and the streets across it, in `crs`."""
    west, south, east, north = (float(value) for value in bounds)
    box = {
        "west": west - _NEAR_DEG,
        "south": south - _NEAR_DEG,
        "east": east + _NEAR_DEG,
        "north": north + _NEAR_DEG,
    }
    found = []
    for query in (_WATER, _BRIDGES):
        read = copy.read_columns(driver(connection), query, box, {"geom": "geometry"})
        frame = gpd.GeoDataFrame(geometry=list(read["geom"]), crs=STORAGE_CRS)
        found.append(
            np.asarray((to_metric(frame, crs) if len(frame) else frame).geometry.array, dtype=object)
        )
    return found[0], found[1]


_POSTS = """
SELECT name, ST_X(geom), ST_Y(geom) FROM diaban.post WHERE unit_id = ANY(:units) ORDER BY code"""


def _posts(connection: Connection, inside: list[int], crs: str) -> tuple[DeskPost, ...]:
    found = connection.execute(text(_POSTS), {"units": inside}).all()
    if not found:
        return ()
    names, lon, lat = zip(*found, strict=True)
    at = lonlat_to_metric_xy(lon, lat, crs)
    return tuple(DeskPost(str(name), float(x), float(y)) for name, (x, y) in zip(names, at, strict=True))


_OFFICERS = """
SELECT service_number, id, beat_days_month FROM diaban.officer WHERE service_number = ANY(:numbers)"""


def _beats(connection: Connection, beats: gpd.GeoDataFrame, day: date) -> tuple[DeskBeat, ...]:
    held = reads.assignments_on(connection, day, beats["id"].tolist())
    first = held.drop_duplicates("beat_id").set_index("beat_id")  # the primary officer stands first
    numbers = {"numbers": first["service_number"].tolist()}
    officers = {row[0]: row for row in connection.execute(text(_OFFICERS), numbers)}
    found = []
    named = beats.assign(name=_told_apart(connection, beats))
    for beat, code, name in named[["id", "code", "name"]].itertuples(index=False, name=None):
        made = DeskBeat(int(beat), code, name)
        if beat in first.index:
            holder = first.loc[beat]
            _, officer, days = officers[holder["service_number"]]
            role = AssignmentRole(holder["role"])
            made = replace(
                made, officer=holder["display_name"], service_number=holder["service_number"],
                officer_id=officer, role=role, vacant=role is not AssignmentRole.PRIMARY, beat_days=days,
            )  # fmt: skip
        found.append(made)
    return tuple(found)


def _told_apart(connection: Connection, beats: gpd.GeoDataFrame) -> list[str]:
    """Return the beats' names; where two wards that are merged have one of the same, with the ward's."""
    names: list[str] = beats["name"].tolist()
    units: list[int] = beats["unit_id"].tolist()
    if len(set(names)) == len(names):
        return names
    rows = connection.execute(
        text("SELECT id, name FROM diaban.admin_unit WHERE id = ANY(:units)"), {"units": list(set(units))}
    )
    ward = {int(unit): str(name) for unit, name in rows}
    return [
        f"{name} ({ward[unit]})" if names.count(name) > 1 else name
        for name, unit in zip(names, units, strict=True)
    ]


def lonlat_shapes(metric: Shapes, crs: str) -> Shapes:
    """Return shapes of `crs` in EPSG:4326."""
    return np.asarray(
        to_lonlat(gpd.GeoDataFrame(geometry=list(metric), crs=crs)).geometry.array, dtype=object
    )

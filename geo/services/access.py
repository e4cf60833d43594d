"""How far households are from their unit's post and from the middle of their beat; what a post reaches.

Ways follow the street layer (`geo.analysis.access`), from door to door. Streets up to `_BEYOND_M` around the
wards looked at are walked too, because the shortest way may leave a ward.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo.analysis import access as ways
from geo.analysis.coordinates import Floats
from geo.analysis.membership import points_in_polygons
from geo.domain.crs import STORAGE_CRS, lonlat_to_metric_xy, to_lonlat, to_metric
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.services.deployment import metric_crs
from geo.services.kept import Kept
from geo.services.targets import ACCESS_BEAT, ACCESS_POST, path_of, read_targets
from geo.store import reads
from geo.store.copy import read_columns
from geo.store.engine import Database, data_version, driver, transaction

Ints = npt.NDArray[np.int64]

MOST_HOUSEHOLDS = 100_000
BANDS = (0.25, 0.5, 1.0, 1.5, 2.0)  # of the norm, for the picture
WIDTH_M = 40.0  # beside a street that is reached
_BEYOND_M = 1_500.0
_TOPICS = (
    "admin_unit", "unit_lineage", "block", "beat", "beat_block", "assignment", "household", "post", "street",
    "target", "setting",
)  # fmt: skip
_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Norm:
    """The way that is held to be near, in metres, and the document it rests on; None: none was given."""

    metres: float
    document: str | None


@dataclass(frozen=True)
class Reach:
    """How near households are to a goal: n = within + beyond + unreachable; `without` have no goal at all.

    within, within_straight : along the streets, and as the crow flies, no farther than the norm
    unreachable : no way along the streets, or more than 500 m from every street
    median_m, largest_m, straight_median_m : over those that have a way; None where none has
    """

    n: int
    within: int
    within_straight: int
    unreachable: int
    without: int
    median_m: float | None
    largest_m: float | None
    straight_median_m: float | None
    norm: Norm

    @property
    def share(self) -> float | None:
        """Share within the norm along the streets, of all that have a goal; None where none has."""
        return self.within / self.n if self.n else None

    @property
    def straight_share(self) -> float | None:
        """Share within the norm as the crow flies, of all that have a goal; None where none has."""
        return self.within_straight / self.n if self.n else None


@dataclass(frozen=True)
class Place:
    """A post, for choosing; its place is no secret."""

    code: str
    name: str
    unit_code: str
    lon: float
    lat: float


@dataclass(frozen=True, eq=False)
class Access:
    """Ways of the households of a unit on a day, to the nearest post of their unit and within their beat.

    by_beat : code of the beat -> its households' way to (post, middle of the beat)
    snapped_median_m, snapped_largest_m : from a household to the street that it was put on
    streets : how many were walked
    """

    as_of: date
    unit_code: str | None
    post: Reach
    beat: Reach
    by_beat: Mapping[str, tuple[Reach, Reach]]
    posts: tuple[Place, ...]
    snapped_median_m: float | None
    snapped_largest_m: float | None
    streets: int


@dataclass(frozen=True, eq=False)
class Isochrone:
    """What a post reaches along the streets, in bands.

    areas : GeoDataFrame in EPSG:4326: ``code`` (number of the band), ``name``, area. Never change it.
    bands_m : upper limits, rising · households : of the unit looked at within each band, no farther
    beyond : households of the unit farther than the last band or without a way · off_m : post to street
    """

    post: Place
    areas: gpd.GeoDataFrame
    bands_m: tuple[float, ...]
    households: tuple[int, ...]
    beyond: int
    norm: Norm
    off_m: float | None


_kept: Kept[Any] = Kept(_BYTES, lambda _: 256 * 1024)

_HOMES = """
SELECT ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, coalesce(b.code, '') AS beat, u.code AS unit
FROM diaban.household h
JOIN diaban.admin_unit u ON u.id = h.unit_id
LEFT JOIN diaban.households_then(%(day)s::date) was ON was.id = h.id
LEFT JOIN diaban.beat_block m ON m.block_id = coalesce(was.block_id, h.block_id) AND m.valid @> %(day)s::date
LEFT JOIN diaban.beat b ON b.id = m.beat_id
WHERE %(units)s::int[] IS NULL OR h.unit_id = ANY(%(units)s::int[])
ORDER BY h.code"""

_STREETS = """
SELECT id, geom FROM diaban.street
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) ORDER BY code"""

_POSTS = """
SELECT p.code, p.name, u.code AS unit_code, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat
FROM diaban.post p JOIN diaban.admin_unit u ON u.id = p.unit_id
WHERE CAST(:units AS int[]) IS NULL OR p.unit_id = ANY(CAST(:units AS int[]))
ORDER BY p.code"""


@dataclass(frozen=True, eq=False)
class _Ground:
    """Households and posts put on the streets. beat, unit : (n,) codes of each household, "" for none."""

    crs: str
    net: ways.StreetNet
    streets: int
    homes: ways.Snapped
    beat: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    posts: tuple[Place, ...]
    doors: ways.Snapped
    norms: tuple[Norm, Norm]


def access(database: Database, actor: Actor, as_of: date, unit_code: str | None = None) -> Access:
    """Return the ways of the households of unit `unit_code` (None: everything in scope) on `as_of`.

    The goals are the nearest post of a household's unit, by the way, and the middle of the beat of the day
    (where that lies outside the beat, a point inside). A household's unit is the one it is stored under.
    Raises InputError ``unknown_unit``, ``access_too_many`` for more than 100,000 households.
    """
    actor.require(Permission.VIEW)
    found = coverage(database, actor, as_of, unit_code)
    with transaction(database, actor) as connection:
        key = _key(database, actor, connection, as_of, unit_code)
        made: Access = _kept.get(
            (*key, "access"), lambda: _access(_ground((connection, actor), key, found), found)
        )
    return made


def isochrone(
    database: Database, actor: Actor, as_of: date, post_code: str, unit_code: str | None = None
) -> Isochrone:
    """Return what the post `post_code` reaches, in bands of the norm, and how many households lie in each.

    Households are those of the post's own unit. Raises InputError as `access`, and ``unknown_post``.
    """
    actor.require(Permission.VIEW)
    found = coverage(database, actor, as_of, unit_code)
    with transaction(database, actor) as connection:
        key = _key(database, actor, connection, as_of, unit_code)
        made: Isochrone = _kept.get(
            (*key, "post", post_code), lambda: _isochrone(_ground((connection, actor), key, found), post_code)
        )
    return made


def _key(
    database: Database, actor: Actor, connection: Connection, as_of: date, unit_code: str | None
) -> tuple[object, ...]:
    return (str(database.app.url), actor.scope_key, data_version(connection, _TOPICS), as_of, unit_code)


def _ground(asker: tuple[Connection, Actor], key: tuple[object, ...], found: CoverageResult) -> _Ground:
    made: _Ground = _kept.get((*key, "ground"), lambda: _read(*asker, found))
    return made


def _read(connection: Connection, actor: Actor, found: CoverageResult) -> _Ground:
    households = found.summary().households
    if households > MOST_HOUSEHOLDS:
        raise InputError("access_too_many", households=households, most=MOST_HOUSEHOLDS)
    units = None
    if found.unit_code is not None:
        units = reads.with_heirs(connection, reads.units_below(connection, found.unit_code))
    crs = metric_crs(connection)
    homes = _homes(connection, found, units)
    lines, streets = _lines(connection, found, crs)
    net = ways.street_net(lines)
    posts = tuple(Place(*row) for row in connection.execute(text(_POSTS), {"units": units}))
    doors = lonlat_to_metric_xy([post.lon for post in posts], [post.lat for post in posts], crs)
    return _Ground(
        crs, net, streets, ways.snap(net, lonlat_to_metric_xy(homes["lon"], homes["lat"], crs)),
        homes["beat"].to_numpy(dtype=object), homes["unit"].to_numpy(dtype=object), posts,
        ways.snap(net, doors),
        _norms(connection, actor, found),
    )  # fmt: skip


def _homes(connection: Connection, found: CoverageResult, units: list[int] | None) -> pd.DataFrame:
    """Return the households of the day's coverage: those of its beats, and those of its wards in none."""
    columns: dict[str, Any] = {"lon": "float8", "lat": "float8", "beat": "text", "unit": "text"}
    homes = reads.table(connection, _HOMES, {"day": found.as_of, "units": units}, columns)
    bordered = {beat.code for beat in found.beats if not beat.blocks}  # drawn: no block says what is in them
    drawn = found.areas.beats[found.areas.beats["code"].isin(bordered)]
    loose = (homes["beat"] == "").to_numpy()
    if loose.any() and len(drawn):
        position = points_in_polygons(homes.loc[loose, ["lon", "lat"]].to_numpy(), drawn)
        codes = np.append(drawn["code"].to_numpy(dtype=object), "")
        homes.loc[loose, "beat"] = codes[position]
    if found.unit_code is None:
        return homes
    known = {beat.code for beat in found.beats}
    wards = set(found.areas.wards["code"])
    mine = homes["beat"].isin(known) | ((homes["beat"] == "") & homes["unit"].isin(wards))
    return homes[mine].reset_index(drop=True)


def _lines(connection: Connection, found: CoverageResult, crs: str) -> tuple[npt.NDArray[Any], int]:
    wards = found.areas.wards[found.areas.wards.geometry.notna()]
    if wards.empty:
        return np.empty(0, dtype=object), 0
    around = shapely.box(*to_metric(wards, crs).total_bounds).buffer(_BEYOND_M, join_style="mitre")
    bounds = gpd.GeoSeries([around], crs=crs).to_crs(STORAGE_CRS).total_bounds.tolist()
    params = dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    read = read_columns(driver(connection), _STREETS, params, {"id": "int4", "geom": "geometry"})
    lines = to_metric(gpd.GeoDataFrame(geometry=list(read["geom"]), crs=STORAGE_CRS), crs)
    return lines.geometry.to_numpy(), len(lines)


def _norms(connection: Connection, actor: Actor, found: CoverageResult) -> tuple[Norm, Norm]:
    held = read_targets(connection, actor, found.as_of)
    units = path_of(connection, found.unit_code)
    post, beat = (held.of(measure, units) for measure in (ACCESS_POST, ACCESS_BEAT))
    return Norm(post.value, post.document), Norm(beat.value, beat.document)


def _access(ground: _Ground, found: CoverageResult) -> Access:
    to_post = _nearest(
        ground, _pairs(ground.unit, np.array([p.unit_code for p in ground.posts], dtype=object))
    )
    middles, codes = _middles(ground, found)
    pairs = _pairs(ground.beat, codes)
    to_beat = _Ways.of(ground, middles, pairs)
    beats = {
        code: (_reach(to_post, mine, ground.norms[0]), _reach(to_beat, mine, ground.norms[1]))
        for code in codes
        if (mine := ground.beat == code).any()
    }
    everyone = np.ones(len(ground.homes), dtype=bool)
    off = ground.homes.off_m[~np.isnan(ground.homes.off_m)]
    return Access(
        found.as_of, found.unit_code, _reach(to_post, everyone, ground.norms[0]),
        _reach(to_beat, everyone, ground.norms[1]), beats, ground.posts,
        float(np.median(off)) if len(off) else None, float(off.max()) if len(off) else None, ground.streets,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Ways:
    """Metres (n,) of each household to its goal: NaN without a goal, inf without a way."""

    street: Floats
    straight: Floats

    @classmethod
    def of(cls, ground: _Ground, goals: ways.Snapped, pairs: Ints) -> "_Ways":
        """Return the ways of `pairs` (household, goal); of several goals of one household the nearest."""
        street, straight = (np.full(len(ground.homes), np.nan) for _ in range(2))
        np.fmin.at(street, pairs[:, 0], ways.street_m(ground.net, ground.homes, goals, pairs))
        np.fmin.at(straight, pairs[:, 0], ways.straight_m(ground.homes, goals, pairs))
        return cls(street, straight)


def _nearest(ground: _Ground, pairs: Ints) -> _Ways:
    return _Ways.of(ground, ground.doors, pairs)


def _pairs(of_home: npt.NDArray[np.object_], of_goal: npt.NDArray[np.object_]) -> Ints:
    """Return (p, 2) positions of every household and goal that have the same code, "" never."""
    homes = pd.DataFrame({"code": of_home, "home": np.arange(len(of_home))})
    goals = pd.DataFrame({"code": of_goal, "goal": np.arange(len(of_goal))})
    both = homes[homes["code"] != ""].merge(goals, on="code")
    return both[["home", "goal"]].to_numpy(dtype=np.int64).reshape(-1, 2)


def _middles(ground: _Ground, found: CoverageResult) -> tuple[ways.Snapped, npt.NDArray[np.object_]]:
    beats = found.areas.beats
    if beats.empty:
        return ways.snap(ground.net, np.empty((0, 2))), np.empty(0, dtype=object)
    shapes = to_metric(beats, ground.crs).geometry
    middle = shapes.centroid
    middle = middle.where(middle.within(shapes), shapes.representative_point())
    xy = np.column_stack((middle.x, middle.y))
    return ways.snap(ground.net, xy), beats["code"].to_numpy(dtype=object)


def _reach(found: _Ways, mine: npt.NDArray[np.bool_], norm: Norm) -> Reach:
    street, straight = found.street[mine], found.straight[mine]
    has = ~np.isnan(street)
    reached = street[np.isfinite(street)]
    return Reach(
        int(has.sum()), int((street <= norm.metres).sum()), int((straight <= norm.metres).sum()),
        int(np.isinf(street).sum()), int((~has).sum()),
        float(np.median(reached)) if len(reached) else None, float(reached.max()) if len(reached) else None,
        float(np.median(straight[np.isfinite(street)])) if len(reached) else None, norm,
    )  # fmt: skip


def _isochrone(ground: _Ground, post_code: str) -> Isochrone:
    position = next((n for n, post in enumerate(ground.posts) if post.code == post_code), None)
    if position is None:
        raise InputError("unknown_post", code=post_code[:40])
    post, norm = ground.posts[position], ground.norms[0]
    doors = ground.doors
    one = slice(position, position + 1)
    goal = ways.Snapped(doors.piece[one], doors.along_m[one], doors.off_m[one], doors.xy[one])
    bands = tuple(norm.metres * share for share in BANDS)
    shapes = ways.isochrone(ground.net, goal, bands, WIDTH_M)
    mine = np.flatnonzero(ground.unit == post.unit_code)
    metres = ways.street_m(ground.net, ground.homes, goal, np.column_stack((mine, np.zeros_like(mine))))
    band = np.searchsorted(bands, metres)
    made = gpd.GeoDataFrame(
        {"code": [str(n) for n in range(len(bands))], "name": ""}, geometry=shapes, crs=ground.crs
    )
    counts = np.bincount(band, minlength=len(bands) + 1).tolist()
    off = float(goal.off_m[0])
    return Isochrone(
        post, to_lonlat(made[~made.is_empty]), bands, tuple(counts[:-1]), counts[-1], norm,
        None if np.isnan(off) else off,
    )  # fmt: skip

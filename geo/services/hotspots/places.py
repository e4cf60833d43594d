"""How concentrated: what share of the streets, blocks or wards holds half of the incidents, and which."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.analysis.concentration import (
    LorenzCurve,
    generalised_gini,
    gini,
    lorenz,
    share_holding,
    snap_to_segments,
)
from geo.analysis.membership import points_in_polygons
from geo.domain.crs import STORAGE_CRS, shape_to_metric, to_metric
from geo.domain.roles import Actor, Permission
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, Rows, asked
from geo.services.kept import Kept
from geo.store.copy import read_columns
from geo.store.engine import Database, data_version, driver, transaction

Shapes = npt.NDArray[np.object_]

SNAP_M = (10, 20, 30, 50, 100, 200)
SNAP_USUAL_M = 50
TOP = 10
_TOPICS = ("street", "block", "admin_unit", "setting")
_RESULT_BYTES, _LAYER_BYTES = 64 * 1024 * 1024, 128 * 1024 * 1024
_BYTES_A_ROW, _BYTES_A_VERTEX = 400, 16


class PlaceKind(StrEnum):
    """What incidents are counted by."""

    STREET = "street"
    BLOCK = "block"
    WARD = "ward"


@dataclass(frozen=True, eq=False)
class Concentration:
    """How unevenly the incidents of a question lie on its places, the empty ones among them.

    places, empty : all places of the unit, and those without an incident; half : the fewest that hold half
    share_half : `half` over `places`; NaN, as the two coefficients, without a place or an incident
    share_even : the share that would hold half if incidents were spread as evenly as so few can be
    n : incidents of the period in the unit; used : on a place; beyond : with a point, but farther than the
        limit from every street, or in no block; without_point : no coordinates (wards need none)
    undated : without a time, in the unit: they may belong to any period
    top : (at most 10) name, code, ward_code, ward, segments, n, share (of `used`), most first. A street is
        the segments of one name in one ward. For a reader who may not see exact points the streets and blocks
        with fewer than five incidents are left out: `top_hidden` says whether any was.
    """

    query: HotspotQuery
    kind: PlaceKind
    snap_m: int
    places: int
    empty: int
    half: int
    share_half: float
    share_even: float
    gini: float
    generalised_gini: float
    curve: LorenzCurve
    n: int
    used: int
    beyond: int
    without_point: int
    undated: int
    top: pd.DataFrame
    top_hidden: bool


@dataclass(frozen=True, eq=False)
class TopStreets:
    """The streets with most incidents of an area.

    top, top_hidden : as in `Concentration`; n : incidents in the area; used : on a street within `snap_m`
    """

    top: pd.DataFrame
    top_hidden: bool
    n: int
    used: int
    snap_m: int


@dataclass(frozen=True, eq=False)
class _Layer:
    """Places of a unit: frame (n,) in the metric CRS with code, name (or None) and ward, a position."""

    frame: gpd.GeoDataFrame

    @property
    def nbytes(self) -> int:
        """Bytes held, about."""
        return _BYTES_A_ROW * len(self.frame) + _BYTES_A_VERTEX * int(
            self.frame.geometry.count_coordinates().sum() if len(self.frame) else 0
        )


_layers: Kept[_Layer] = Kept(_LAYER_BYTES, lambda layer: layer.nbytes)
_streets: Kept[TopStreets] = Kept(_RESULT_BYTES // 8, lambda _: 4 * 1024)
_results: Kept[Concentration] = Kept(_RESULT_BYTES, lambda found: 8192 + 2 * found.curve.places.nbytes)


def concentration(
    database: Database,
    actor: Actor,
    query: HotspotQuery,
    kind: PlaceKind = PlaceKind.STREET,
    snap_m: int = SNAP_USUAL_M,
) -> Concentration:
    """Return how concentrated the incidents of `query` are on streets, blocks or wards.

    snap_m : the farthest, in metres, that an incident may lie from the street segment it is counted on
    Streets are the segments that touch the unit; blocks those in force on the last day of the period.
    Raises InputError ``unknown_unit``, ``unknown_category``, ``bad_limit`` for a negative `snap_m`.
    """
    found = asked(database, actor, query)
    with transaction(database, actor) as connection:
        version = data_version(connection, _TOPICS)
    with_points = actor.may(Permission.VIEW_POINTS)
    base = (str(database.app.url), actor.scope_key, version)
    key = (*base, found.version, with_points, replace(query, bandwidth_m=300.0), kind, snap_m)

    def build() -> Concentration:
        layer_key = (*base, query.unit, kind, query.end if kind is PlaceKind.BLOCK else None)
        layer = _layers.get(layer_key, lambda: _layer(database, actor, found, kind, query.end))
        return _concentration(found, layer, query, kind, snap_m, with_points=with_points)

    return _results.get(key, build)


def streets_in(
    database: Database, actor: Actor, query: HotspotQuery, area: shapely.Geometry, snap_m: int = SNAP_USUAL_M
) -> TopStreets:
    """Return the streets with most incidents of `query` in an area (EPSG:4326), such as a hotspot's shape.

    snap_m, errors : as for `concentration`
    """
    found = asked(database, actor, query)
    with transaction(database, actor) as connection:
        version = data_version(connection, _TOPICS)
    with_points = actor.may(Permission.VIEW_POINTS)
    base = (str(database.app.url), actor.scope_key, version)
    usual = replace(query, bandwidth_m=300.0)
    key = (*base, found.version, with_points, usual, snap_m, shapely.to_wkb(area))

    def build() -> TopStreets:
        kind = PlaceKind.STREET
        layer = _layers.get(
            (*base, query.unit, kind, None), lambda: _layer(database, actor, found, kind, query.end)
        )
        rows = found.placed(found.counted(query))
        shape = shape_to_metric(area, found.wards.metric_crs)
        rows = rows[points_in_polygons(found.columns.xy[rows], [shape]) >= 0]
        place = _place_of(found, rows, layer, kind, snap_m)
        counts = np.bincount(place[place >= 0], minlength=len(layer.frame))
        top, hidden = _top(found, layer, counts, kind, with_points=with_points)
        return TopStreets(top, hidden, len(rows), int(counts.sum()), snap_m)

    return _streets.get(key, build)


def _concentration(
    found: Asked, layer: _Layer, query: HotspotQuery, kind: PlaceKind, snap_m: int, *, with_points: bool
) -> Concentration:
    rows = found.counted(query)
    place = _place_of(found, rows, layer, kind, snap_m)
    counts = np.bincount(place[place >= 0], minlength=len(layer.frame))
    used = int(counts.sum())
    share = share_holding(counts) if used else float("nan")
    without_point = 0 if kind is PlaceKind.WARD else len(rows) - len(found.placed(rows))
    top, hidden = _top(found, layer, counts, kind, with_points=with_points)
    return Concentration(
        query, kind, snap_m, len(counts), int((counts == 0).sum()),
        round(share * len(counts)) if used else 0, share, _share_even(used, len(counts)),
        gini(counts), generalised_gini(counts), lorenz(counts),
        len(rows), used, len(rows) - used - without_point, without_point,
        found.left_out(query).undated, top, hidden,
    )  # fmt: skip


def _share_even(used: int, places: int) -> float:
    """Return the share of places that hold half where no place has two incidents more than another."""
    if not used or not places:
        return float("nan")
    even = np.full(places, used // places)
    even[: used % places] += 1
    return share_holding(even)


def _place_of(found: Asked, rows: Rows, layer: _Layer, kind: PlaceKind, snap_m: int) -> Rows:
    """Return the position in `layer` of each row's place, -1 for none."""
    if kind is PlaceKind.WARD:
        return found.ward_of(rows)
    xy = found.columns.xy[found.placed(rows)]
    if not len(layer.frame) or not len(xy):
        return np.full(len(xy), -1, dtype=np.int64)
    if kind is PlaceKind.BLOCK:
        return points_in_polygons(xy, layer.frame)
    return snap_to_segments(xy, layer.frame, snap_m).segment


def _layer(database: Database, actor: Actor, found: Asked, kind: PlaceKind, day: date) -> _Layer:
    wards = found.wards.metric.iloc[found.positions]
    if kind is PlaceKind.WARD:
        frame = wards[["code", "name", "geometry"]].reset_index(drop=True)
        return _Layer(frame.assign(ward=np.arange(len(frame))))
    query, params = "SELECT code, name, geom FROM diaban.street ORDER BY id", None
    if kind is PlaceKind.BLOCK:
        query = (
            "SELECT k.code, k.name, coalesce(was.geom, k.geom) AS geom FROM diaban.block k "
            "LEFT JOIN diaban.blocks_then(%(day)s::date) was ON was.id = k.id "
            "WHERE k.valid @> %(day)s::date AND k.unit_id = ANY(%(ids)s) ORDER BY k.id"
        )
        params = {"day": day, "ids": wards["id"].tolist()}
    with transaction(database, actor) as connection:
        rows = read_columns(
            driver(connection), query, params, {"code": "text", "name": "text", "geom": "geometry"}
        )
    frame = gpd.GeoDataFrame(
        {"code": rows["code"], "name": rows["name"]}, geometry=rows["geom"], crs=STORAGE_CRS
    )
    if not len(frame):
        return _Layer(frame.assign(ward=np.zeros(0, dtype=np.int64)))
    return _Layer(_within(to_metric(frame, found.wards.metric_crs), wards.geometry.to_numpy(), kind))


def _within(frame: gpd.GeoDataFrame, wards: Shapes, kind: PlaceKind) -> gpd.GeoDataFrame:
    """Return the places that touch any of `wards`, each with the position of its ward.

    That is the ward of its middle, or the first one touched where the middle lies in none.
    """
    ward, place = shapely.STRtree(frame.geometry.to_numpy()).query(wards, predicate="intersects")[:2]
    first = np.full(len(frame), len(wards), dtype=np.int64)
    np.minimum.at(first, place, ward)
    kept = np.flatnonzero(first < len(wards))
    shapes = frame.geometry.to_numpy()[kept]
    middle = (
        shapely.line_interpolate_point(shapes, 0.5, normalized=True)
        if kind is PlaceKind.STREET
        else shapely.point_on_surface(shapes)
    )
    inside = points_in_polygons(shapely.get_coordinates(middle), wards)
    return frame.iloc[kept].assign(ward=np.where(inside >= 0, inside, first[kept])).reset_index(drop=True)


def _top(
    found: Asked, layer: _Layer, counts: Rows, kind: PlaceKind, *, with_points: bool
) -> tuple[pd.DataFrame, bool]:
    wards = found.wards.frame.iloc[found.positions]
    frame = layer.frame[["code", "name", "ward"]].assign(n=counts, segments=1)
    if kind is PlaceKind.STREET:
        # a street without a name is no street of many segments: each of them stays by itself
        named = frame["name"].fillna("") != ""
        together = frame[named].groupby(["name", "ward"], as_index=False, sort=False)
        summed = together.agg({"code": "first", "n": "sum", "segments": "sum"})
        frame = pd.concat([summed, frame[~named]], ignore_index=True)
    frame = frame[frame["n"] > 0]
    enough = frame["n"] >= (SMALL_N if kind is not PlaceKind.WARD and not with_points else 1)
    # places with as many are in the order of their names and codes
    top = frame[enough].sort_values(["n", "name", "code"], ascending=[False, True, True]).head(TOP)
    ward = top["ward"].to_numpy(dtype=np.int64)
    top = top.assign(
        ward_code=wards["code"].to_numpy()[ward],
        ward=wards["name"].to_numpy()[ward],
        share=top["n"] / max(1, int(counts.sum())),
    )
    columns = ["name", "code", "ward_code", "ward", "segments", "n", "share"]
    return top[columns].reset_index(drop=True), bool((~enough).any() and len(top) < TOP)

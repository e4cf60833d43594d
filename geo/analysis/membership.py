"""Which polygon holds each point, for many points: a raster of answers, exact tests only near borders.

Boundary rule: a point belongs to every polygon that it touches, as `shapely.intersects` says, and of those
the lowest position is given. A point on the border of two areas is thus in the first of them, once; where
areas overlap the first of them wins. The answer is equal to GEOS's for every point: float tests carry an
error bound (Shewchuk 1997, Adaptive Precision Floating-Point Arithmetic), and what they cannot decide GEOS
decides.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis import label_raster
from geo.analysis.compiled import HAS_NUMBA
from geo.analysis.coordinates import Floats
from geo.analysis.label_lookup import UNDECIDED
from geo.domain.errors import InputError

Positions = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

OUTSIDE = -1
_AREA_TYPES = (-1, 3, 6)  # shapely's numbers for missing, Polygon, MultiPolygon


def points_in_polygons(xy: Any, polygons: Any) -> Positions:
    """Return (n,) positions of the polygons that hold the points, -1 for none.

    xy : (n, 2) in the CRS of `polygons`, whichever that is; a NaN or infinite point is in none
    polygons : GeoSeries, GeoDataFrame, array or list of Polygon and MultiPolygon; missing and empty ones hold
        nothing; they may overlap, have holes, or be invalid (see `PolygonIndex.invalid`)
    The boundary rule stands at the head of this module. For several calls with the same polygons keep a
    `PolygonIndex`. Raises InputError ``bad_xy_shape``, ``not_polygons``.
    """
    return PolygonIndex(polygons).locate(xy)


class PolygonIndex:
    """Polygons made ready for locating points; build once, `locate` often. Safe to share between threads.

    polygons : as for `points_in_polygons`
    invalid : positions of invalid polygons (self-crossing rings). They are not repaired here: points near
        them are answered by GEOS as the rings stand, slowly. Repair and report them where they are taken in.
    """

    def __init__(self, polygons: Any) -> None:
        self._shapes = _checked_shapes(polygons)
        self._tree = shapely.STRtree(self._shapes)
        valid = shapely.is_valid(self._shapes) | shapely.is_missing(self._shapes)
        self.invalid: tuple[int, ...] = tuple(np.flatnonzero(~valid).tolist())
        self._raster = label_raster.build(self._shapes, valid) if HAS_NUMBA else None

    def __len__(self) -> int:
        return len(self._shapes)

    def locate(self, xy: Any) -> Positions:
        """Return (n,) positions of the polygons that hold the points, -1 for none; rules as above."""
        points = _checked_points(xy)
        if self._raster is None:  # without Numba, or nothing to hold a point
            return locate_by_polygon(points, self._shapes)
        found = label_raster.look_up(self._raster, points)
        undecided = np.flatnonzero(found == UNDECIDED)
        if len(undecided):
            found[undecided] = self._ask_geos(points[undecided])
        return found

    def _ask_geos(self, points: Floats) -> Positions:
        point, polygon = self._tree.query(shapely.points(points), predicate="intersects")
        lowest = np.full(len(points), len(self._shapes), dtype=np.int64)
        np.minimum.at(lowest, point, polygon)
        lowest[lowest == len(self._shapes)] = OUTSIDE
        return lowest


def locate_by_polygon(points: Floats, shapes: Shapes) -> Positions:
    """Return what `PolygonIndex.locate` does, polygon by polygon on points sorted by y; without Numba."""
    order = np.argsort(points[:, 1])
    x, y = points[order, 0], points[order, 1]
    found = np.full(len(points), OUTSIDE, dtype=np.int64)
    bounds = shapely.bounds(shapes)
    for position in range(len(shapes) - 1, -1, -1):  # downward: the lowest position is written last
        west, south, east, north = bounds[position]
        if np.isnan(west):
            continue
        start, stop = np.searchsorted(y, south, side="left"), np.searchsorted(y, north, side="right")
        near = start + np.flatnonzero((x[start:stop] >= west) & (x[start:stop] <= east))
        shapely.prepare(shapes[position])
        held = shapely.intersects_xy(shapes[position], x[near], y[near])
        found[order[near[held]]] = position
    return found


def _checked_points(xy: Any) -> Floats:
    points = np.ascontiguousarray(xy, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError("bad_xy_shape", shape=points.shape)
    return points


def _checked_shapes(polygons: Any) -> Shapes:
    given = getattr(polygons, "geometry", polygons)
    if isinstance(given, shapely.Geometry):
        given = [given]
    shapes = np.empty(len(given), dtype=object)
    shapes[:] = np.asarray(given, dtype=object)
    kinds = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(~np.isin(kinds, _AREA_TYPES))
    if len(wrong):
        first = int(wrong[0])
        kind = getattr(shapes[first], "geom_type", type(shapes[first]).__name__)
        raise InputError("not_polygons", n=len(wrong), first=first, kind=kind)
    return shapes

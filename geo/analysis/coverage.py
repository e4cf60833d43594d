"""How well areas fill the area they belong to: gaps, overlaps, what sticks out; and which touch.

All areas are in one metric CRS; figures are square metres in the plane of that CRS. Areas that share their
borders exactly are a *coverage* and are united by their edges alone; only those that disagree with a
neighbour are looked at piece by piece.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from geo.domain import coverages
from geo.domain.crs import require_metric
from geo.domain.errors import WrongCrsError

_EMPTY = shapely.MultiPolygon()


@dataclass(frozen=True)
class Fit:
    """How the parts of one whole fill it.

    gap : of the whole, in no part · overlap : in two parts or more · outside : in a part, not in the whole
    Each a polygon or multipolygon in the CRS of the input, possibly empty.
    """

    gap: BaseGeometry
    overlap: BaseGeometry
    outside: BaseGeometry

    @property
    def gap_m2(self) -> float:
        """Area of the whole that no part takes."""
        return float(self.gap.area)

    @property
    def overlap_m2(self) -> float:
        """Area that two parts or more take, counted once."""
        return float(self.overlap.area)

    @property
    def outside_m2(self) -> float:
        """Area of the parts beyond the whole."""
        return float(self.outside.area)


def disagreeing(areas: gpd.GeoSeries) -> pd.Series:
    """Say of each area whether its border crosses, runs inside or misses a vertex of another.

    areas : polygons in a metric CRS. Returns bool (n,) on its index. An area alone or with exact neighbours
    is False; so is one whose border is clean while another lies wholly inside it: the inner one is True.
    """
    _require_one_metric_crs(areas)
    edges = shapely.coverage_invalid_edges(np.asarray(areas.array, dtype=object))
    return pd.Series(coverages.disagreeing(edges), index=areas.index, name="disagreeing")


def union(areas: gpd.GeoSeries) -> BaseGeometry:
    """Return the union of `areas` (n,); by their edges where they form a coverage, else piece by piece.

    An empty series gives an empty multipolygon.
    """
    shapes = np.asarray(areas.array, dtype=object)
    if not len(shapes):
        return _EMPTY
    _require_one_metric_crs(areas)
    return coverages.union(shapes, shapely.coverage_invalid_edges(shapes))


def overlap(areas: gpd.GeoSeries) -> BaseGeometry:
    """Return what lies in two of `areas` or more, each place once. Exact neighbours overlap nowhere."""
    shapes = np.asarray(areas.array, dtype=object)
    _require_one_metric_crs(areas)
    left, right = coverages.suspect_pairs(shapes, shapely.coverage_invalid_edges(shapes)).T
    if not left.size:
        return _EMPTY
    return _polygons_of(shapely.union_all(shapely.intersection(shapes[left], shapes[right])))


def fit(parts: gpd.GeoSeries, whole: BaseGeometry) -> Fit:
    """Return how `parts` (n,) fill `whole`, all in one metric CRS.

    Without parts, everything is gap. A border between a part and the whole that is drawn twice with other
    vertices shows as slivers of gap and outside: small, and truly there in the data.
    Raises WrongCrsError where `parts` is not in metres.
    """
    _require_one_metric_crs(parts)
    together = union(parts)
    return Fit(
        gap=_polygons_of(shapely.difference(whole, together)),
        overlap=overlap(parts),
        outside=_polygons_of(shapely.difference(together, whole)),
    )


def fit_each(parts: gpd.GeoDataFrame, wholes: gpd.GeoDataFrame) -> dict[str, Fit]:
    """Return how `parts` fill each whole, by code of the whole; figures of disjoint wholes add up.

    parts : ``unit_code`` (may be missing) and polygons · wholes : ``code`` (unique) and polygons, same metric
    CRS. A place taken by a part of another unit is no gap, and counts as overlap where it is taken twice;
    overlaps beyond all wholes are not seen. ``outside`` is of the whole's own parts.
    """
    if parts.crs != wholes.crs:
        raise WrongCrsError(
            "crs_mismatch", left="parts", left_crs=str(parts.crs), right="wholes", right_crs=str(wholes.crs)
        )
    shapes = wholes.geometry.to_numpy()
    part_at, whole_at = shapely.STRtree(shapes).query(parts.geometry.to_numpy(), predicate="intersects")
    units = parts["unit_code"].to_numpy(dtype=object)
    return {
        str(code): _fit_among(
            parts.geometry.iloc[part_at[whole_at == n]], parts.geometry[units == code], shapes[n]
        )
        for n, code in enumerate(wholes["code"])
    }


def _fit_among(near: gpd.GeoSeries, own: gpd.GeoSeries, whole: BaseGeometry) -> Fit:
    return Fit(
        gap=_polygons_of(shapely.difference(whole, union(near))),
        overlap=_polygons_of(shapely.intersection(overlap(near), whole)),
        outside=_polygons_of(shapely.difference(union(own), whole)),
    )


def united(areas: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """Return one area for each value of column `by` (missing values left out), as ``code`` and geometry.

    areas : polygons in a metric CRS. As `GeoDataFrame.dissolve`, without its repair of what needs none.
    """
    groups = [(str(code), union(group.geometry)) for code, group in areas.groupby(by, sort=True)]
    codes = [code for code, _ in groups]
    return gpd.GeoDataFrame({"code": codes}, geometry=[shape for _, shape in groups], crs=areas.crs)


def touching(areas: gpd.GeoDataFrame, within_m: float = 1.0) -> list[tuple[str, str]]:
    """Return the pairs of codes whose areas have a border in common, each pair once, sorted.

    areas : ``code`` and polygons in a metric CRS
    within_m : borders this near count as common, so that a sliver between two does not part them. A common
        corner is a border too: at a glance two areas of one colour run together there.
    """
    _require_one_metric_crs(areas.geometry)
    shapes = np.asarray(areas.geometry.array, dtype=object)
    codes = areas["code"].to_numpy(dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=within_m)
    pairs: npt.NDArray[Any] = np.sort(np.column_stack((codes[left], codes[right])), axis=1)
    return sorted({(str(a), str(b)) for a, b in pairs if a != b})


def pieces(shape: BaseGeometry, width_m: float) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """Return the areas that `shape` is made of, largest first: those wide enough, and the slivers.

    shape : polygons in a metric CRS · width_m : a sliver is nowhere wider, no circle of that diameter fits in
    Areas that only a sliver joins are two: cut where it begins. Together they are all of `shape`.
    """
    wide: list[BaseGeometry] = []
    slivers: list[BaseGeometry] = []
    for part in shapely.get_parts(_polygons_of(shape)):
        cores = shapely.get_parts(shapely.buffer(part, -width_m / 2)) if width_m else [part]
        cores = [core for core in cores if not core.is_empty]
        if len(cores) < 2:
            (wide if cores else slivers).append(part)
            continue
        around = [shapely.buffer(core, width_m, join_style="mitre") for core in cores]
        cut = [_polygons_of(shapely.intersection(part, area)) for area in around]
        wide += cut
        slivers += list(shapely.get_parts(_polygons_of(shapely.difference(part, shapely.union_all(cut)))))
    return sorted(wide, key=_area, reverse=True), sorted(slivers, key=_area, reverse=True)


def _area(shape: BaseGeometry) -> float:
    return float(shape.area)


def parts_of(shape: BaseGeometry, within_m: float) -> int:
    """Return in how many parts `shape` lies, parts no farther apart than `within_m` counted as one."""
    parts = shapely.get_parts(shape)
    if len(parts) < 2:
        return len(parts)
    left, right = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=within_m)
    near = coo_array((np.ones(len(left)), (left, right)), shape=(len(parts), len(parts)))
    return int(connected_components(near, directed=False)[0])


def _require_one_metric_crs(areas: gpd.GeoSeries) -> None:
    require_metric(areas.crs, "areas")


def _polygons_of(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons in `shape`: intersections and differences also leave points and lines behind."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2]) if len(parts) else _EMPTY

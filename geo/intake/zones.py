"""Ways to read plain numbers as places: each zone of VN-2000 and UTM is tried against the known wards."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo.domain.crs import STORAGE_CRS, VIETNAM, metric_to_lonlat_xy, parse_crs, to_lonlat
from geo.domain.errors import InputError
from geo.intake.source import Shapes

Floats = npt.NDArray[np.float64]

# VN-2000 / TM-3: the 18 central meridians that Vietnamese provinces measure in, by EPSG code.
TM3_ZONES = (*range(9205, 9219), 5896, 5897, 5898, 5899)
# UTM 48N and 49N of VN-2000 and of WGS 84, 230 m apart.
_UTM_ZONES = (3405, 3406, 32648, 32649)
# A file in one zone lies in the wards in it, but for a few strays; in the next zone it must not.
INSIDE, LEAD = 0.8, 0.1
# Systems 230 m or 580 m apart differ only along the edge of a city: there it takes so many places that only
# the second leaves out, and so many times those that the first does.
_MORE_OUT, _TIMES_OUT = 20, 20
_SAMPLE = 2_000
# So near to a ward is on its border: 2 m, as borders that are drawn from each other differ.
_ON_BORDER_DEG = 2e-5
_LARGEST_KM = 10_000
_M_IN_KM = 1000.0
# Data of a province may reach this far beyond where its zone is said to be used.
_AREA_SLACK_DEG = 1.0
_NEARLY_ALL = 0.95


@dataclass(frozen=True)
class Reading:
    """How numbers become places.

    swapped : x is the northing (or the latitude); scale : units of the CRS a number (1000 for kilometres)
    """

    crs: CRS
    swapped: bool = False
    scale: float = 1.0

    @property
    def as_it_stands(self) -> bool:
        """Whether x is the easting and the unit that of the CRS."""
        return not self.swapped and self.scale == 1

    @property
    def words(self) -> dict[str, str]:
        """The parameters that sentences name a reading by."""
        return {
            "order": "X = N, Y = E" if self.swapped else "X = E, Y = N",
            "unit": "km" if self.scale != 1 else "m",
            "name": self.crs.name,
        }

    def lonlat(self, x: Floats, y: Floats) -> Floats:
        """(n, 2) degrees of the numbers read this way; NaN where there is no such place."""
        east, north = (y, x) if self.swapped else (x, y)
        if self.crs == _degrees():
            return np.column_stack((east, north))
        if self.crs.is_projected and all(axis.unit_name == "metre" for axis in self.crs.axis_info):
            return metric_to_lonlat_xy(east * self.scale, north * self.scale, self.crs.to_string())
        points = gpd.GeoSeries(gpd.points_from_xy(east, north), crs=self.crs)
        moved = to_lonlat(gpd.GeoDataFrame(geometry=points)).geometry.to_numpy()
        lonlat = np.column_stack((shapely.get_x(moved), shapely.get_y(moved)))
        lonlat[~np.isfinite(lonlat).all(axis=1)] = np.nan
        return lonlat

    def moved(self, shapes: Shapes) -> Shapes:
        """Return (n,) shapes in EPSG:4326; None stays None."""
        drawn = shapes
        if not self.as_it_stands:
            xy = shapely.get_coordinates(shapes)
            turned = xy[:, ::-1] if self.swapped else xy
            drawn = shapely.set_coordinates(shapes.copy(), turned * self.scale)
        there = to_lonlat(gpd.GeoDataFrame(geometry=gpd.GeoSeries(drawn, crs=self.crs))).geometry
        return np.asarray(there.array, dtype=object)


@dataclass(frozen=True)
class Fit:
    """How well a reading places the numbers: `share` of the `tried` lies in the known wards."""

    code: str
    reading: Reading
    share: float
    tried: int

    @property
    def words(self) -> str:
        """Code, name and share, as sentences list them."""
        return f"{self.code} {self.reading.crs.name}: {self.share:.1%}"

    @property
    def out(self) -> int:
        """How many of the places tried lie in no ward."""
        return round((1 - self.share) * self.tried)


def share_inside(reading: Reading, x: Floats, y: Floats, wards: Sequence[object]) -> float:
    """Share of (n,) numbers that `reading` puts into any of `wards` (EPSG:4326), or onto its border."""
    chosen = _sample(len(x))
    lonlat = reading.lonlat(x[chosen], y[chosen])
    points = shapely.points(lonlat[np.isfinite(lonlat).all(axis=1)])
    tree = shapely.STRtree(np.asarray(wards, dtype=object))
    hit = tree.query(points, predicate="dwithin", distance=_ON_BORDER_DEG)[0]
    return len(np.unique(hit)) / max(len(chosen), 1)


def fits(x: Floats, y: Floats, wards: Sequence[object]) -> list[Fit]:
    """Return every zone with the share of (n,) finite numbers that it puts into `wards`, best first.

    The northing is the larger of the two in all of Vietnam, and no coordinate there is under 10 km.
    """
    swapped = bool(np.median(x) > np.median(y))
    scale = _M_IN_KM if max(np.abs(x).max(), np.abs(y).max()) < _LARGEST_KM else 1.0
    readings = {
        f"EPSG:{code}": Reading(parse_crs(f"EPSG:{code}"), swapped, scale)
        for code in (*TM3_ZONES, *_UTM_ZONES)
    }
    n = len(_sample(len(x)))
    found = [Fit(code, way, share_inside(way, x, y, wards), n) for code, way in readings.items()]
    return sorted(found, key=lambda fit: -fit.share)


def rivals(found: Sequence[Fit]) -> list[Fit]:
    """Return the fits that the first of `found` does not clearly beat, itself included."""
    enough = max(_MORE_OUT, _TIMES_OUT * found[0].out)
    return [fit for fit in close(found) if fit is found[0] or fit.out < enough]


def close(found: Sequence[Fit]) -> list[Fit]:
    """Return the fits whose share comes near that of the first of `found`, itself included."""
    return [fit for fit in found if fit.share > found[0].share - LEAD]


def clear(found: Sequence[Fit]) -> Fit:
    """Return the one CRS in which the numbers tried lie in the wards.

    found : from `fits`
    Raises InputError ``crs_not_found`` where none places them there, ``crs_ambiguous`` where several do.
    """
    best, near = found[0], rivals(found)
    if best.share < INSIDE:
        raise InputError("crs_not_found", crs=best.code, share=f"{best.share:.0%}", tried=len(found))
    if len(near) > 1:
        raise InputError("crs_ambiguous", shares="; ".join(fit.words for fit in near))
    return best


def oriented(crs: CRS, x: Floats, y: Floats) -> Reading:
    """Return `crs` with the order and unit in which (n,) finite numbers lie where it is used.

    As they stand where they do so, and where no other way, or more than one, puts them there.
    """
    straight = Reading(crs)
    bounds = _where_used(crs)
    if not len(x) or bounds is None:
        return straight
    chosen = _sample(len(x))
    scales = (1.0, _M_IN_KM) if crs.is_projected else (1.0,)
    ways = [Reading(crs, swapped, scale) for scale in scales for swapped in (False, True)]
    lying = [way for way in ways if _lies_in(bounds, way.lonlat(x[chosen], y[chosen]))]
    return straight if straight in lying or len(lying) != 1 else lying[0]


def _lies_in(bounds: tuple[float, float, float, float], lonlat: Floats) -> bool:
    west, south, east, north = bounds
    low = np.maximum([west - _AREA_SLACK_DEG, south - _AREA_SLACK_DEG], [-180, -90])
    high = np.minimum([east + _AREA_SLACK_DEG, north + _AREA_SLACK_DEG], [180, 90])
    with np.errstate(invalid="ignore"):
        return bool(((lonlat >= low) & (lonlat <= high)).all(axis=1).mean() >= _NEARLY_ALL)


def _where_used(crs: CRS) -> tuple[float, float, float, float] | None:
    """Bounds in degrees; of a CRS without a code (a Shapefile's .prj) by the nearest that has one."""
    code = None if crs.area_of_use else crs.to_epsg(min_confidence=20)
    area = CRS.from_epsg(code).area_of_use if code else crs.area_of_use
    if area is None:
        return None
    # What EPSG calls the area of a Vietnamese zone are the provinces of one day; others use it too.
    west, south, east, north = VIETNAM
    vietnamese = area.west >= west and area.south >= south and area.east <= east and area.north <= north
    return VIETNAM if vietnamese else area.bounds


@cache
def _degrees() -> CRS:
    return parse_crs(STORAGE_CRS)


def _sample(n: int) -> npt.NDArray[np.int64]:
    """At most _SAMPLE positions, evenly spread over n: the same every time."""
    return np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.int64)) if n else np.array([], np.int64)

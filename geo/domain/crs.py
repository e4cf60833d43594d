"""The one border between degrees and metres.

Storage is EPSG:4326 (lon, lat). Measuring is in the deployment's metric CRS. Nothing else converts.
"""

from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info
from pyproj.exceptions import CRSError, ProjError

from geo.domain.errors import InputError, WrongCrsError

STORAGE_CRS = "EPSG:4326"

# VN-2000 / UTM: zone 48N covers 102-108 E, zone 49N 108-114 E. The state's own maps use them for provinces.
VN2000_UTM_48N = "EPSG:3405"
VN2000_UTM_49N = "EPSG:3406"
# West, south, east, north of the country with its islands, in degrees.
VIETNAM = (102.0, 7.0, 118.0, 23.6)

Floats = npt.NDArray[np.float64]


def parse_crs(crs: str | CRS) -> CRS:
    """Return `crs` as a pyproj CRS, or raise WrongCrsError ``unknown_crs``."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as fault:
        raise WrongCrsError("unknown_crs", crs=str(crs)) from fault


def require_metric(crs: str | CRS | None, what: str) -> CRS:
    """Return `crs` if it is projected in metres; else raise WrongCrsError naming `what` and the cure."""
    if crs is None:
        raise WrongCrsError("missing_crs", what=what)
    parsed = parse_crs(crs)
    if not parsed.is_projected or any(axis.unit_name != "metre" for axis in parsed.axis_info):
        raise WrongCrsError("geographic_crs", what=what, crs=parsed.to_string())
    return parsed


def choose_metric_crs(lon: float, lat: float) -> str:
    """Return the metric CRS for a deployment centred on (lon, lat), as ``"EPSG:n"``.

    In Vietnam VN-2000 / UTM 48N or 49N; elsewhere the WGS 84 UTM zone. Asked once, when the first
    boundaries are stored; the answer is kept as a setting and never guessed again from data.
    """
    west, south, east, north = VIETNAM
    if west <= lon <= east and south <= lat <= north:
        return VN2000_UTM_48N if lon < 108.0 else VN2000_UTM_49N
    candidates = query_utm_crs_info("WGS 84", AreaOfInterest(lon, lat, lon, lat))
    if not candidates:
        raise WrongCrsError("outside_metric_crs", what=f"({lon:.4f}, {lat:.4f})", crs="UTM")
    return f"EPSG:{candidates[0].code}"


# Every zone is tried on a file that does not say its own.
@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metric(frame: gpd.GeoDataFrame, metric_crs: str) -> gpd.GeoDataFrame:
    """Return a copy of `frame` in `metric_crs` (metres).

    Raises WrongCrsError where `frame` has no CRS or `metric_crs` is not in metres, InputError
    ``outside_metric_crs`` where a coordinate does not come out finite.
    """
    require_metric(metric_crs, "metric_crs")
    if frame.crs is None:
        raise WrongCrsError("missing_crs", what="frame")
    projected = frame.to_crs(metric_crs)
    # Of the coordinates, not the bounds: a missing or empty geometry has none and is nobody's fault here.
    if not np.isfinite(shapely.get_coordinates(projected.geometry.to_numpy())).all():
        raise InputError("outside_metric_crs", what="frame", crs=metric_crs)
    return projected


def to_lonlat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy of `frame` in EPSG:4326. Raises WrongCrsError where it has no CRS on Earth."""
    if frame.crs is None:
        raise WrongCrsError("missing_crs", what="frame")
    try:
        return frame.to_crs(STORAGE_CRS)
    except ProjError as fault:
        raise WrongCrsError("unknown_crs", crs=frame.crs.name) from fault


def lonlat_to_metric_xy(lon: Any, lat: Any, metric_crs: str) -> Floats:
    """Return (n, 2) metres from (n,) degrees; NaN in gives NaN out. No point objects are made."""
    require_metric(metric_crs, "metric_crs")
    x, y = _transformer(STORAGE_CRS, metric_crs).transform(np.asarray(lon, float), np.asarray(lat, float))
    xy = np.column_stack((x, y))
    xy[~np.isfinite(xy).all(axis=1)] = np.nan
    return xy


def metric_to_lonlat_xy(x_m: Any, y_m: Any, metric_crs: str) -> Floats:
    """Return (n, 2) degrees (lon, lat) from (n,) metres; NaN in gives NaN out."""
    require_metric(metric_crs, "metric_crs")
    lon, lat = _transformer(metric_crs, STORAGE_CRS).transform(np.asarray(x_m, float), np.asarray(y_m, float))
    lonlat = np.column_stack((lon, lat))
    lonlat[~np.isfinite(lonlat).all(axis=1)] = np.nan
    return lonlat


def shape_to_metric(shape: shapely.Geometry, metric_crs: str) -> shapely.Geometry:
    """Return `shape`, in degrees of EPSG:4326 (lon, lat), in metres of `metric_crs`."""

    def turned(lonlat: Floats) -> Floats:
        return lonlat_to_metric_xy(lonlat[:, 0], lonlat[:, 1], metric_crs)

    return shapely.transform(shape, turned)


def shape_to_lonlat(shape: shapely.Geometry, metric_crs: str) -> shapely.Geometry:
    """Return `shape`, in metres of `metric_crs`, in degrees of EPSG:4326 (lon, lat)."""

    def turned(xy: Floats) -> Floats:
        return metric_to_lonlat_xy(xy[:, 0], xy[:, 1], metric_crs)

    return shapely.transform(shape, turned)

"""Points: lon and lat of each row, from point geometries or from two columns, and how their CRS is known."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo.domain.crs import STORAGE_CRS, metric_to_lonlat_xy, parse_crs, to_lonlat
from geo.domain.errors import InputError
from geo.intake import zones
from geo.intake.drafts import Draft
from geo.intake.headers import header_key
from geo.intake.report import CrsFact, Reason
from geo.intake.source import only

Floats = npt.NDArray[np.float64]

_POINT, _MULTIPOINT = 0, 4
# West, south, east, north of the country with its islands, in degrees.
VIETNAM = (102.0, 7.0, 118.0, 23.6)
# So many rows in a hundred may be no degrees and be left out; more, and the columns are not degrees.
_STRAY_SHARE = 0.05


def locate(draft: Draft, *, needed: bool) -> CrsFact:
    """Put ``lon`` and ``lat`` (EPSG:4326, NaN for none) into `draft`; return the CRS they came from.

    needed : a row without a place is left out (``missing_place``); otherwise it keeps none
    Raises InputError ``missing_fields``, ``missing_crs``, ``unknown_crs``, ``coordinates_not_degrees``.
    """
    if draft.source.shapes is not None and "lon" not in draft.fields:
        fact = _from_shapes(draft)
    else:
        draft.need("lon", "lat")
        fact = _from_columns(draft)
    gone = draft.fields["lon"].isna().to_numpy()
    if needed:
        draft.faults.reject(gone & ~draft.faults.bad, "missing_place")
    else:
        draft.faults.warn(gone & ~draft.faults.bad, "no_place")
    return fact


def file_crs(draft: Draft) -> tuple[CRS, CrsFact]:
    """Return the CRS of the shapes of a file: the one the user names, or else the file's own.

    Raises WrongCrsError ``unknown_crs``, InputError ``missing_crs`` where neither says anything.
    """
    own = draft.source.crs
    if draft.options.crs is not None:
        crs = parse_crs(draft.options.crs)
        said = crs_code(parse_crs(own)) if own is not None else "-"
        return crs, CrsFact(crs_code(crs), Reason("crs_named", {"crs": crs_code(crs), "own": said}))
    found = _against_wards(draft, own)
    if found is not None:
        return parse_crs(found.crs), found_fact(found, crs_code(parse_crs(own)) if own is not None else "-")
    if own is None:
        raise InputError("missing_crs", what=draft.kind.value)
    crs = parse_crs(own)
    return crs, CrsFact(crs_code(crs), Reason("crs_of_file", {"crs": crs_code(crs), "name": crs.name}))


def _against_wards(draft: Draft, own: Any) -> zones.Fit | None:
    """The CRS that the known wards show where the file names none, or one that cannot be.

    Degrees beyond the earth are metres under a wrong label.
    """
    shapes, wards = draft.source.shapes, draft.options.wards
    if shapes is None or not len(wards):
        return None
    box = shapely.bounds(shapes)
    box = box[np.isfinite(box).all(axis=1)]
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    if not len(x) or not outside_earth(x, y).mean() > 1 - _STRAY_SHARE:
        return None
    if own is not None and not parse_crs(own).is_geographic:
        return None
    fit = zones.find(x, y, wards)
    # Shapes are moved as they stand; only columns of numbers can be turned and scaled.
    return None if fit.swapped or fit.scale != 1 else fit


def crs_code(crs: CRS) -> str:
    """Return ``"EPSG:n"`` where it can be known, else the name.

    A Shapefile's .prj has no code; its "WGS84(DD)" is WGS 84 under a name that EPSG does not list.
    """
    code = crs.to_epsg(min_confidence=20)
    if code is None and crs.is_geographic and header_key(crs.name).startswith("wgs84"):
        return STORAGE_CRS
    return f"EPSG:{code}" if code else crs.name


def outside_earth(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Mask of places that are no degrees on earth; NaN is none."""
    return (np.abs(lon) > 180) | (np.abs(lat) > 90)


def _from_shapes(draft: Draft) -> CrsFact:
    shapes = draft.source.shapes
    assert shapes is not None
    kinds = shapely.get_type_id(shapes)
    pointlike = (kinds == _POINT) | ((kinds == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1))
    other = (kinds >= 0) & ~pointlike
    draft.faults.reject(
        other, "wrong_geometry", lambda at: {"found": shapes[at].geom_type, "wanted": "Point"}
    )
    crs, fact = file_crs(draft)
    points = only(shapely.get_geometry(shapes, 0), pointlike)
    moved = to_lonlat(gpd.GeoDataFrame(geometry=gpd.GeoSeries(points, crs=crs))).geometry.to_numpy()
    _put(draft, shapely.get_x(moved), shapely.get_y(moved), crs_code(crs))
    return fact


def _from_columns(draft: Draft) -> CrsFact:
    x, y = (draft.fields[name].to_numpy(np.float64) for name in ("lon", "lat"))
    half = (np.isnan(x) != np.isnan(y)) & ~draft.faults.bad
    draft.faults.reject(half, "half_place", lambda _: {"x": draft.header("lon"), "y": draft.header("lat")})
    x, y = np.where(half, np.nan, x), np.where(half, np.nan, y)
    zero = (x == 0) & (y == 0)
    draft.faults.warn(zero, "zero_place", lambda _: {"x": draft.header("lon"), "y": draft.header("lat")})
    x, y = np.where(zero, np.nan, x), np.where(zero, np.nan, y)
    if draft.options.crs is None:
        lon, lat, fact = _understood(draft, x, y)
        _put(draft, lon, lat, fact.code or STORAGE_CRS)
        return fact
    crs = parse_crs(draft.options.crs)
    lonlat = _to_degrees(x, y, crs)
    _put(draft, lonlat[:, 0], lonlat[:, 1], crs_code(crs))
    return CrsFact(crs_code(crs), Reason("crs_named", {"crs": crs_code(crs), "own": "-"}))


def _understood(draft: Draft, x: Floats, y: Floats) -> tuple[Floats, Floats, CrsFact]:
    """Degrees of plain numbers in columns: as they stand, swapped, or in the zone that the wards show."""
    present = np.isfinite(x) & np.isfinite(y)
    params = {
        "x": draft.header("lon"),
        "y": draft.header("lat"),
        "west": _edge(x[present], np.min),
        "east": _edge(x[present], np.max),
        "south": _edge(y[present], np.min),
        "north": _edge(y[present], np.max),
    }
    strays = _STRAY_SHARE * present.sum()
    straight, turned = ((outside_earth(*pair) & present).sum() > strays for pair in ((x, y), (y, x)))
    if present.any() and not turned and (straight or _are_swapped(x[present], y[present])):
        return y, x, CrsFact(STORAGE_CRS, Reason("crs_swapped_degrees", params))
    if not straight:
        return x, y, CrsFact(STORAGE_CRS, Reason("crs_assumed_degrees", params))
    if not len(draft.options.wards):
        raise InputError("coordinates_not_degrees", **params)
    fit = zones.find(x[present], y[present], draft.options.wards)
    lonlat = fit.lonlat(x, y)
    return lonlat[:, 0], lonlat[:, 1], found_fact(fit, "-")


def found_fact(fit: zones.Fit, own: str) -> CrsFact:
    """Return the CRS that the wards show, with what the file itself says of it (`own`)."""
    order = "X = N, Y = E" if fit.swapped else "X = E, Y = N"
    evidence = {"crs": fit.crs, "name": fit.name, "share": f"{fit.share:.0%}", "order": order, "own": own}
    return CrsFact(fit.crs, Reason("crs_found", {**evidence, "unit": "km" if fit.scale != 1 else "m"}))


def _are_swapped(x: Floats, y: Floats) -> bool:
    """Whether nearly all numbers are a latitude of Vietnam where the longitude should be, and the reverse."""
    west, south, east, north = VIETNAM
    found = (x >= south) & (x <= north) & (y >= west) & (y <= east)
    return bool(found.mean() >= 1 - _STRAY_SHARE)


def _edge(numbers: Floats, edge: object) -> str:
    assert callable(edge)
    return f"{edge(numbers):.4f}" if len(numbers) else "-"


def _to_degrees(x: Floats, y: Floats, crs: CRS) -> Floats:
    if crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info):
        return metric_to_lonlat_xy(x, y, crs.to_string())
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=crs)
    moved = to_lonlat(gpd.GeoDataFrame(geometry=points)).geometry.to_numpy()
    return np.column_stack((shapely.get_x(moved), shapely.get_y(moved)))


def _put(draft: Draft, lon: Floats, lat: Floats, crs: str) -> None:
    with np.errstate(invalid="ignore"):
        stray = outside_earth(lon, lat) | np.isinf(lon) | np.isinf(lat)
    draft.faults.reject(
        stray, "not_on_earth", lambda at: {"lon": float(lon[at]), "lat": float(lat[at]), "crs": crs}
    )
    draft.fields["lon"] = pd.Series(np.where(stray, np.nan, lon))
    draft.fields["lat"] = pd.Series(np.where(stray, np.nan, lat))

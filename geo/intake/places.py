"""Points: lon and lat of each row, from point geometries or from two columns."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.domain.crs import parse_crs
from geo.intake.drafts import Draft
from geo.intake.report import CrsFact
from geo.intake.source import only
from geo.intake.systems import Numbers, outside_earth, turned_in_vietnam, understand

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_POINT, _MULTIPOINT = 0, 4
# So many rows, and such a share of the file, on the very same place are a geocoder's answer for "somewhere
# in the city", or a place that was filled in to have one; fewer are a building.
_STACK_ROWS, _STACK_SHARE = 10, 0.05


def locate(draft: Draft, *, needed: bool) -> CrsFact:
    """Put ``lon`` and ``lat`` (EPSG:4326, NaN for none) into `draft`; return the CRS they came from.

    needed : a row without a place is left out (``missing_place``, ``zero_place``); otherwise it keeps none
    Raises InputError ``missing_fields`` and what `understand` raises, WrongCrsError ``unknown_crs``.
    """
    if draft.source.shapes is not None and "lon" not in draft.fields:
        fact = _place(draft, _of_shapes(draft), needed=needed)
    else:
        draft.need("lon", "lat")
        fact = _place(draft, _of_columns(draft), needed=needed)
    gone = draft.fields["lon"].isna().to_numpy()
    if needed:
        draft.faults.reject(gone & ~draft.faults.bad, "missing_place")
    else:
        draft.faults.warn(gone & ~draft.faults.bad, "no_place")
    _tell_stacked(draft)
    return fact


def _of_shapes(draft: Draft) -> Numbers:
    shapes, own = draft.source.shapes, draft.source.crs
    assert shapes is not None
    kinds = shapely.get_type_id(shapes)
    pointlike = (kinds == _POINT) | ((kinds == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1))
    other = (kinds >= 0) & ~pointlike
    draft.faults.reject(
        other, "wrong_geometry", lambda at: {"found": shapes[at].geom_type, "wanted": "Point"}
    )
    points = only(shapely.get_geometry(shapes, 0), pointlike)
    known = parse_crs(own) if own is not None else None
    return Numbers(shapely.get_x(points), shapely.get_y(points), own=known)


def _of_columns(draft: Draft) -> Numbers:
    x, y = (draft.fields[name].to_numpy(np.float64) for name in ("lon", "lat"))
    names = (draft.header("lon"), draft.header("lat"))
    half = (np.isnan(x) != np.isnan(y)) & ~draft.faults.bad
    draft.faults.reject(half, "half_place", lambda _: dict(zip("xy", names, strict=True)))
    return Numbers(np.where(half, np.nan, x), np.where(half, np.nan, y), names, assumed=True)


def _place(draft: Draft, numbers: Numbers, *, needed: bool) -> CrsFact:
    """Read numbers as places, one pair a row, NaN for none; (0, 0) is none."""
    x, y = numbers.x, numbers.y
    zero = (x == 0) & (y == 0)
    tell = draft.faults.reject if needed else draft.faults.warn
    tell(zero, "zero_place", lambda _: dict(zip("xy", numbers.names, strict=True)))
    given = ~zero & np.isfinite(x) & np.isfinite(y)
    reading, fact = understand(draft, replace(numbers, x=x[given], y=y[given]))
    lonlat = np.full((len(x), 2), np.nan)
    lonlat[given] = reading.lonlat(x[given], y[given])
    if reading.crs.is_geographic:
        _turn_single(draft, lonlat)
    with np.errstate(invalid="ignore"):
        stray = (given & ~np.isfinite(lonlat).all(axis=1)) | outside_earth(*lonlat.T)
    stray |= np.isinf(x) | np.isinf(y)
    draft.faults.reject(
        stray, "not_on_earth", lambda at: {"lon": float(x[at]), "lat": float(y[at]), "crs": fact.code}
    )
    lonlat[stray] = np.nan
    draft.fields["lon"], draft.fields["lat"] = pd.Series(lonlat[:, 0]), pd.Series(lonlat[:, 1])
    return fact


def _turn_single(draft: Draft, lonlat: Floats) -> None:
    """Turn, in place, the rows whose latitude can only be a longitude of Vietnam."""
    turned = turned_in_vietnam(*lonlat.T)
    before = lonlat[turned].copy()
    at_row = np.cumsum(turned) - 1
    draft.faults.warn(
        turned, "place_turned", lambda at: {"x": before[at_row[at], 0], "y": before[at_row[at], 1]}
    )
    lonlat[turned] = before[:, ::-1]


def _tell_stacked(draft: Draft) -> None:
    """Warn of each row on a place that an improbable number of rows share to the last digit."""
    lon, lat = (draft.fields[name].to_numpy(np.float64) for name in ("lon", "lat"))
    placed = np.flatnonzero(~np.isnan(lon) & ~draft.faults.bad)
    least = max(_STACK_ROWS, _STACK_SHARE * len(placed))
    numbers, places = pd.factorize(lon[placed] + 1j * lat[placed])
    rows = np.bincount(numbers, minlength=len(places))
    stacked = np.zeros(len(lon), dtype=bool)
    stacked[placed] = rows[numbers] >= least
    count = np.zeros(len(lon), dtype=np.int64)
    count[placed] = rows[numbers]
    draft.faults.warn(
        stacked,
        "places_stacked",
        lambda at: {
            "lon": f"{lon[at]:.6f}",
            "lat": f"{lat[at]:.6f}",
            "rows": int(count[at]),
            "share": f"{count[at] / len(placed):.0%}",
        },
    )

"""Which CRS plain metres are in, found by where they would lie: each zone is tried against known wards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geo.domain.crs import metric_to_lonlat_xy, parse_crs
from geo.domain.errors import InputError

Floats = npt.NDArray[np.float64]

# VN-2000 / TM-3: the 18 central meridians that Vietnamese provinces measure in, by EPSG code.
TM3_ZONES = (*range(9205, 9219), 5896, 5897, 5898, 5899)
_UTM_ZONES = (3405, 3406)
# A file in one zone lies in the wards in it, but for a few strays; in the next zone it must not.
_INSIDE, _LEAD = 0.8, 0.1
_SAMPLE = 2_000
_LARGEST_KM = 10_000


@dataclass(frozen=True)
class Fit:
    """How well a reading of the numbers places them: `share` of them lies in the known wards.

    swapped : x is the northing; scale : metres a unit (1000 for kilometres)
    """

    crs: str
    name: str
    share: float
    swapped: bool
    scale: float

    def lonlat(self, x: Floats, y: Floats) -> Floats:
        """(n, 2) degrees of the numbers read this way."""
        east, north = (y, x) if self.swapped else (x, y)
        return metric_to_lonlat_xy(east * self.scale, north * self.scale, self.crs)


def share_inside(lon: Floats, lat: Floats, wards: Sequence[object]) -> float:
    """Share of (n,) places in degrees that lie in any of `wards` (borders included)."""
    chosen = _sample(len(lon))
    points = shapely.points(lon[chosen], lat[chosen])
    hit = shapely.STRtree(np.asarray(wards, dtype=object)).query(points, predicate="intersects")[0]
    return len(np.unique(hit)) / max(len(chosen), 1)


def find(x: Floats, y: Floats, wards: Sequence[object]) -> Fit:
    """Return the one CRS in which (n,) finite numbers lie in `wards`.

    The northing is the larger of the two in all of Vietnam, and no coordinate there is under 10 km.
    Raises InputError ``crs_not_found`` where none places them there, ``crs_ambiguous`` where several do.
    """
    chosen = _sample(len(x))
    swapped = bool(np.median(x) > np.median(y))
    scale = 1000.0 if max(np.abs(x).max(), np.abs(y).max()) < _LARGEST_KM else 1.0
    readings = [
        Fit(f"EPSG:{code}", parse_crs(f"EPSG:{code}").name, 0.0, swapped, scale)
        for code in (*TM3_ZONES, *_UTM_ZONES)
    ]
    fits = [_tried(reading, x[chosen], y[chosen], wards) for reading in readings]
    fits.sort(key=lambda fit: -fit.share)
    best = fits[0]
    near = [fit for fit in fits if fit.share > best.share - _LEAD]
    if best.share < _INSIDE:
        raise InputError("crs_not_found", crs=best.crs, share=f"{best.share:.0%}", tried=len(fits))
    if len(near) > 1:
        shares = "; ".join(f"{fit.crs} {fit.name}: {fit.share:.0%}" for fit in near)
        raise InputError("crs_ambiguous", shares=shares)
    return best


def _tried(reading: Fit, x: Floats, y: Floats, wards: Sequence[object]) -> Fit:
    """`reading` with the share of the numbers that it puts into `wards`."""
    lonlat = reading.lonlat(x, y)
    known = np.isfinite(lonlat).all(axis=1)
    inside = share_inside(lonlat[known, 0], lonlat[known, 1], wards) if known.any() else 0.0
    return replace(reading, share=float(inside * known.mean()))


def _sample(n: int) -> npt.NDArray[np.int64]:
    """At most _SAMPLE positions, evenly spread over n: the same every time."""
    return np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.int64)) if n else np.array([], np.int64)

"""What every measure asks of its points: shape, finiteness, matching weights."""

from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.analysis.compiled import HAS_NUMBA, WORKERS, compiled, run_parts
from geo.domain.errors import InputError

Floats = npt.NDArray[np.float64]


Bounds = tuple[float, float, float, float]
NO_BOUNDS: Bounds = (inf, inf, -inf, -inf)


def checked_xy(xy: Any) -> Floats:
    """Return `xy` as a contiguous (n, 2) float64 array of finite metres; n may be 0.

    Raises InputError ``bad_xy_shape`` for another shape and ``not_finite_coordinates``, naming how many
    rows, where a coordinate is NaN or infinite: an event without a place must be left out knowingly.
    """
    return checked_xy_bounds(xy)[0]


def checked_xy_bounds(xy: Any) -> tuple[Floats, Bounds]:
    """Return `checked_xy` and the bounds (west, south, east, north), found in the same pass."""
    points = np.ascontiguousarray(xy, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 2)), NO_BOUNDS
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError("bad_xy_shape", shape=points.shape)
    bounds = _bounds(points)
    if not np.isfinite(bounds).all():
        missing = int((~np.isfinite(points)).any(axis=1).sum())
        raise InputError("not_finite_coordinates", missing=missing, n=len(points))
    return points, bounds


def _bounds(points: Floats) -> Bounds:
    """Return (west, south, east, north); NaN or infinite where any coordinate is."""
    if not HAS_NUMBA:
        x, y = points[:, 0], points[:, 1]
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())
    n, parts = len(points), WORKERS if len(points) >= 100_000 else 1
    found = run_parts(lambda k: _bounds_of_rows(points, n * k // parts, n * (k + 1) // parts), parts)
    west, south, east, north = np.array(found).T
    return float(west.min()), float(south.min()), float(east.max()), float(north.max())


@compiled
def _bounds_of_rows(points: Floats, first: int, last: int) -> Bounds:
    west, south = points[first, 0], points[first, 1]
    east, north = west, south
    poison = 0.0  # x * 0 is NaN for NaN and infinity: comparisons alone would step over a NaN
    for row in range(first, last):
        x, y = points[row, 0], points[row, 1]
        west, east = min(west, x), max(east, x)
        south, north = min(south, y), max(north, y)
        poison += (x + y) * 0.0
    return west + poison, south + poison, east + poison, north + poison


def checked_weights(weights: Any, n: int) -> Floats | None:
    """Return `weights` as an (n,) float64 array, or None where none are given.

    Negative weights are allowed (a later period minus an earlier one).
    Raises InputError ``bad_weights``.
    """
    if weights is None:
        return None
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (n,) or not np.isfinite(values).all():
        raise InputError("bad_weights", shape=values.shape, n=n)
    return values

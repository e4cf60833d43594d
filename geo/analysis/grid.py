"""Square grids in a metric CRS, and counting points in their cells.

Arrays on a grid have shape (ny, nx); row 0 is the southernmost, column 0 the westernmost.
Cells are half-open: a point on the edge between two cells belongs to the eastern or northern one, so every
point of the plane is in exactly one cell and counts never double.
"""

from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.coordinates import Floats, checked_weights, checked_xy
from geo.domain.errors import InputError

DEFAULT_MAX_CELLS = 4_000_000  # 2000 x 2000: 32 MB an array, finer than any screen
HARD_MAX_CELLS = 1 << 24  # no grid may be larger: several arrays of 134 MB each are in use at once
OUTSIDE = -1


@dataclass(frozen=True)
class Grid:
    """A rectangle of square cells.

    x0, y0 : south-west corner of cell (0, 0), metres
    cell_m : side of a cell, metres
    nx, ny : number of columns and rows
    Raises InputError ``bad_grid`` or ``too_many_cells`` (above `HARD_MAX_CELLS`).
    """

    x0: float
    y0: float
    cell_m: float
    nx: int
    ny: int

    def __post_init__(self) -> None:
        sane = all(isfinite(value) for value in (self.x0, self.y0, self.cell_m))
        if not sane or self.cell_m <= 0 or self.nx < 1 or self.ny < 1:
            raise InputError("bad_grid", cell_m=self.cell_m, nx=self.nx, ny=self.ny)
        _require_cells(self.nx, self.ny, self.cell_m, HARD_MAX_CELLS)

    @classmethod
    def covering(cls, bounds: Any, cell_m: float, max_cells: int = DEFAULT_MAX_CELLS) -> Self:
        """Return the smallest grid anchored at multiples of `cell_m` that holds `bounds`.

        bounds : (west, south, east, north), metres; a point on the north or east bound is inside
        The anchor makes the grids of two periods fall cell on cell.
        Raises InputError ``bad_bounds``, ``bad_grid``, ``too_many_cells`` (names the cell size that would
        fit). One stray point far away is the usual cause: see `robust_extent`.
        """
        west, south, east, north = (float(value) for value in bounds)
        if not all(isfinite(value) for value in (west, south, east, north)) or east < west or north < south:
            raise InputError("bad_bounds", bounds=(west, south, east, north))
        if not isfinite(cell_m) or cell_m <= 0:
            raise InputError("bad_grid", cell_m=cell_m, nx=0, ny=0)
        x0, nx = _axis(west, east, cell_m)
        y0, ny = _axis(south, north, cell_m)
        _require_cells(nx, ny, cell_m, min(max_cells, HARD_MAX_CELLS))
        return cls(x0, y0, float(cell_m), nx, ny)

    @property
    def area_km2(self) -> float:
        """Area of one cell, km²."""
        return self.cell_m**2 / 1e6

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx): the shape of every array on this grid."""
        return self.ny, self.nx

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north), metres."""
        return self.x0, self.y0, self.x0 + self.nx * self.cell_m, self.y0 + self.ny * self.cell_m

    @property
    def x_centres(self) -> Floats:
        """(nx,) metres, west to east."""
        return self.x0 + self.cell_m * (np.arange(self.nx, dtype=np.float64) + 0.5)

    @property
    def y_centres(self) -> Floats:
        """(ny,) metres, south to north."""
        return self.y0 + self.cell_m * (np.arange(self.ny, dtype=np.float64) + 0.5)

    def centres(self) -> tuple[Floats, Floats]:
        """Return the cell centres as (x, y), each (ny, nx), metres."""
        x, y = np.meshgrid(self.x_centres, self.y_centres)
        return x, y

    def squares(self, cells: Any) -> npt.NDArray[np.object_]:
        """Return the squares, (n,) polygons in metres, of positions in the flattened grid."""
        row, column = np.divmod(np.asarray(cells, dtype=np.int64), self.nx)
        west, south = self.x0 + column * self.cell_m, self.y0 + row * self.cell_m
        made: npt.NDArray[np.object_] = shapely.box(west, south, west + self.cell_m, south + self.cell_m)
        return made

    def cells_of(self, xy: Any) -> npt.NDArray[np.int64]:
        """Return (n,) positions in the flattened grid (row * nx + column), -1 outside.

        xy : (n, 2) metres. Column i holds x0 + i * cell_m <= x < x0 + (i + 1) * cell_m, rows likewise; the
        outer north and east edges are outside. Raises InputError as `checked_xy`.
        """
        points = checked_xy(xy)
        column = _steps(points[:, 0], self.x0, self.cell_m)
        row = _steps(points[:, 1], self.y0, self.cell_m)
        inside = (column >= 0) & (column < self.nx) & (row >= 0) & (row < self.ny)
        cells = np.full(len(points), OUTSIDE, dtype=np.int64)
        cells[inside] = row[inside].astype(np.int64) * self.nx + column[inside].astype(np.int64)
        return cells

    def counts(self, xy: Any, weights: Any = None) -> Floats:
        """Return (ny, nx) numbers of points per cell (or sums of `weights`); points outside are left out.

        The half-open rule of `cells_of` applies. Raises InputError as `checked_xy`, ``bad_weights``.
        """
        cells = self.cells_of(xy)
        values = checked_weights(weights, len(cells))
        inside = cells != OUTSIDE
        chosen = None if values is None else values[inside]
        totals = np.bincount(cells[inside], weights=chosen, minlength=self.nx * self.ny)
        return totals.astype(np.float64).reshape(self.shape)


@dataclass(frozen=True)
class RobustExtent:
    """The extent of a set of points without the far strays.

    bounds : (west, south, east, north) of the points kept, metres
    used, left_out : how many points were kept and how many are strays
    """

    bounds: tuple[float, float, float, float]
    used: int
    left_out: int


def robust_extent(xy: Any, reach: float = 3.0) -> RobustExtent:
    """Return the extent of `xy` without strays: points that one typing error sends to another country.

    xy : (n, 2) metres, n >= 1
    reach : a point is a stray where, on either axis, it is further than `reach` times the middle 90 %
        spread beyond that spread. The quantiles are order statistics that never are the extreme point
        itself (n >= 3), so one stray cannot widen the fence that judges it.
    Raises InputError as `checked_xy`, ``no_points`` for n = 0.
    Strays are left out of the extent only; the caller reports `left_out`.
    """
    points = checked_xy(xy)
    if len(points) == 0:
        raise InputError("no_points")
    low = np.quantile(points, 0.05, axis=0, method="higher")
    high = np.quantile(points, 0.95, axis=0, method="lower")
    low, high = np.minimum(low, high), np.maximum(low, high)
    margin = reach * np.max(high - low)  # one fence for both axes: a city on a straight road is not a stray
    kept = np.asarray(((points >= low - margin) & (points <= high + margin)).all(axis=1))
    if not kept.any():  # two points, far apart: neither is the stray
        kept = np.ones(len(points), dtype=bool)
    (west, south), (east, north) = points[kept].min(axis=0), points[kept].max(axis=0)
    used = int(kept.sum())
    return RobustExtent((float(west), float(south), float(east), float(north)), used, len(points) - used)


def _axis(low: float, high: float, cell_m: float) -> tuple[float, int]:
    """Return the origin, a multiple of `cell_m`, and the number of cells that hold [low, high]."""
    start = floor(low / cell_m)
    origin = start * cell_m
    if origin > low:
        start, origin = start - 1, (start - 1) * cell_m
    number = floor((high - origin) / cell_m) + 1
    if high >= origin + number * cell_m:  # division rounded down across an edge
        number += 1
    return float(origin), number


def _steps(values: Floats, origin: float, cell_m: float) -> Floats:
    """Return the cell of each value on one axis, exact on the edges origin + k * cell_m."""
    steps = np.floor((values - origin) / cell_m)
    # the quotient can round across an edge by one unit in the last place: the edges themselves decide
    steps -= values < origin + steps * cell_m
    steps += values >= origin + (steps + 1) * cell_m
    return steps


def _require_cells(nx: int, ny: int, cell_m: float, limit: int) -> None:
    if nx * ny > limit:
        needed = _fitting_cell_m(nx * cell_m, ny * cell_m, limit)
        raise InputError(
            "too_many_cells", cells=nx * ny, nx=nx, ny=ny, limit=limit, cell_m=cell_m, needed=needed
        )


def _fitting_cell_m(width_m: float, height_m: float, limit: int) -> int:
    """Return a whole number of metres with which the extent fits into `limit` cells, whatever the anchor."""
    cell_m: float = max((width_m * height_m / limit) ** 0.5, max(width_m, height_m) / limit)
    while (floor(width_m / cell_m) + 2) * (floor(height_m / cell_m) + 2) > max(limit, 9):
        cell_m *= 1.05
    return ceil(cell_m)

"""Hexagonal cells in a metric CRS, by their own arithmetic: no table of cells, no globe.

Hexagons stand on a corner, in rows; every second row lies half a cell further east ("odd-r" layout). All six
neighbours are equally far, so a round place is not cut as squares cut it at their corners. Cells are told by
axial coordinates (Red Blob Games, Hexagonal Grids) that are anchored at the origin of the CRS: the cells of
two periods fall on each other. A point on a shared edge belongs to one of the two cells, always the same.
"""

from dataclasses import dataclass
from math import ceil, floor, isfinite, sqrt
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.coordinates import Floats, checked_xy
from geo.analysis.grid import DEFAULT_MAX_CELLS, OUTSIDE
from geo.domain.errors import InputError

Positions = npt.NDArray[np.int64]

_ROOT3 = sqrt(3.0)
# from the centre to the corners, in steps of half a width and half a radius: whole numbers, so that hexagons
# that share a corner have it to the last digit and join without a sliver
_CORNERS = np.array([(0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1)])
# (q, r) steps to the six neighbours
_STEPS = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))


@dataclass(frozen=True)
class HexGrid:
    """Rows of hexagons.

    cell_m : side of the square that is as large as one hexagon, metres
    column, row : of the south-western cell, in the layout of the whole plane; nx, ny : columns and rows
    """

    cell_m: float
    column: int
    row: int
    nx: int
    ny: int

    @classmethod
    def covering(cls, bounds: Any, cell_m: float, max_cells: int = DEFAULT_MAX_CELLS) -> Self:
        """Return the hexagons that hold `bounds`, (west, south, east, north) in metres.

        Raises InputError ``bad_bounds``, ``bad_grid``, ``too_many_cells``.
        """
        west, south, east, north = (float(value) for value in bounds)
        if not all(isfinite(value) for value in (west, south, east, north)) or east < west or north < south:
            raise InputError("bad_bounds", bounds=(west, south, east, north))
        if not isfinite(cell_m) or cell_m <= 0:
            raise InputError("bad_grid", cell_m=cell_m, nx=0, ny=0)
        radius = _radius(cell_m)
        width, height = _ROOT3 * radius, 1.5 * radius
        column, row = floor(west / width) - 1, floor(south / height) - 1
        nx, ny = ceil(east / width) + 1 - column, ceil(north / height) + 1 - row
        if nx * ny > max_cells:
            needed = ceil(cell_m * sqrt(1.1 * nx * ny / max_cells))
            raise InputError(
                "too_many_cells", cells=nx * ny, nx=nx, ny=ny, limit=max_cells, cell_m=cell_m, needed=needed
            )
        return cls(float(cell_m), column, row, nx, ny)

    def __len__(self) -> int:
        return self.nx * self.ny

    @property
    def area_km2(self) -> float:
        """Area of one cell, km²."""
        return self.cell_m**2 / 1e6

    def cells_of(self, xy: Any) -> Positions:
        """Return (n,) positions (row * nx + column) of points (n, 2) in metres, -1 outside.

        Raises InputError as `checked_xy`.
        """
        points = checked_xy(xy)
        radius = _radius(self.cell_m)
        r = points[:, 1] / (1.5 * radius)
        q = points[:, 0] / (_ROOT3 * radius) - r / 2
        return self._positions(*_rounded(q, r))

    def centres(self, cells: Any) -> Floats:
        """Return the centres, (n, 2) metres, of positions."""
        return self._halves(cells) * _half_steps(self.cell_m)

    def polygons(self, cells: Any) -> npt.NDArray[np.object_]:
        """Return the hexagons, (n,) polygons in metres, of positions."""
        corners = (self._halves(cells)[:, None, :] + _CORNERS) * _half_steps(self.cell_m)
        return np.asarray(shapely.polygons(corners), dtype=np.object_)

    def neighbours(self, cells: Any) -> Positions:
        """Return (n, 6) positions of the neighbours of each cell, -1 where there is none on the grid."""
        row, column = self._row_and_column(cells)
        q = column - (row - (row & 1)) // 2
        return np.column_stack([self._positions(q + dq, row + dr) for dq, dr in _STEPS])

    def _halves(self, cells: Any) -> Positions:
        """Return the centres, (n, 2), in steps of half a width and half a radius."""
        row, column = self._row_and_column(cells)
        return np.column_stack((2 * column + (row & 1), 3 * row))

    def _row_and_column(self, cells: Any) -> tuple[Positions, Positions]:
        row, column = np.divmod(np.asarray(cells, dtype=np.int64), self.nx)
        return row + self.row, column + self.column

    def _positions(self, q: Positions, r: Positions) -> Positions:
        row, column = r - self.row, q + (r - (r & 1)) // 2 - self.column
        inside = (row >= 0) & (row < self.ny) & (column >= 0) & (column < self.nx)
        return np.where(inside, row * self.nx + column, OUTSIDE)


def _radius(cell_m: float) -> float:
    """Return the distance from the centre to a corner of a hexagon as large as a square of `cell_m`."""
    return cell_m * sqrt(2 / (3 * _ROOT3))


def _half_steps(cell_m: float) -> Floats:
    return _radius(cell_m) * np.array([_ROOT3 / 2, 0.5])


def _rounded(q: Floats, r: Floats) -> tuple[Positions, Positions]:
    """Return the cell nearest to fractional axial coordinates: the one rounded furthest gives way."""
    s = -q - r
    whole_q, whole_r, whole_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(whole_q - q), np.abs(whole_r - r), np.abs(whole_s - s)
    by_q = (off_q > off_r) & (off_q > off_s)
    by_r = ~by_q & (off_r > off_s)
    return (
        np.where(by_q, -whole_r - whole_s, whole_q).astype(np.int64),
        np.where(by_r, -whole_q - whole_s, whole_r).astype(np.int64),
    )

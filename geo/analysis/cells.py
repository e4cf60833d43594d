"""Cells that are tested together, whatever their shape: squares, hexagons, or areas such as wards.

Two cells are neighbours where they touch: squares by an edge or a corner (queen), hexagons by an edge, areas
where their borders come closer than a gap that borders of different sources leave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csgraph, csr_array

from geo.analysis.coordinates import Floats
from geo.analysis.grid import OUTSIDE, Grid
from geo.analysis.hexagons import HexGrid
from geo.analysis.hotspots import local_g_weights
from geo.analysis.membership import PolygonIndex

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a study area, (n,).

    polygons : in metres; area_km2 : of each
    touching : (n, n) sparse, 1 for two cells that are neighbours; no cell is its own
    locate : (k, 2) metres -> (k,) position of each point's cell, -1 for none
    """

    polygons: Shapes
    area_km2: Floats
    touching: Any
    locate: Callable[[Any], Positions]

    def __len__(self) -> int:
        return len(self.polygons)

    def counts(self, xy: Any) -> Positions:
        """Return (n,) numbers of points, (k, 2) metres, in each cell."""
        cell = self.locate(xy)
        return np.bincount(cell[cell != OUTSIDE], minlength=len(self))

    def gi_star(self, values: Any) -> Floats:
        """Return the Gi* z-score of each cell, NaN where it is not defined; see `geo.analysis.hotspots`."""
        return local_g_weights(values, self.touching)

    def groups(self, chosen: Mask) -> tuple[int, Positions]:
        """Return how many groups the chosen cells make that touch, and the group of each cell, 0 for none."""
        at = np.flatnonzero(chosen)
        number, group = csgraph.connected_components(self.touching[at][:, at], directed=False)
        labels = np.zeros(len(self), dtype=np.int64)
        labels[at] = group + 1
        return int(number), labels

    def near(self, chosen: Mask) -> Mask:
        """Say of each cell whether it is chosen or touches one that is."""
        near: Mask = chosen | (self.touching @ chosen.astype(np.float64) > 0)
        return near


def square_cells(grid: Grid, kept: Positions) -> Cells:
    """Return the squares of `grid` at the positions `kept` (rising)."""
    row, column = np.divmod(kept, grid.nx)
    steps = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across]
    around = np.column_stack(
        [
            np.where(
                (row + down >= 0)
                & (row + down < grid.ny)
                & (column + across >= 0)
                & (column + across < grid.nx),
                kept + down * grid.nx + across,
                OUTSIDE,
            )
            for down, across in steps
        ]
    )
    return _on_lattice(grid, grid.nx * grid.ny, kept, grid.squares(kept), around)


def hexagon_cells(grid: HexGrid, kept: Positions) -> Cells:
    """Return the hexagons of `grid` at the positions `kept` (rising)."""
    return _on_lattice(grid, len(grid), kept, grid.polygons(kept), grid.neighbours(kept))


def area_cells(shapes: Shapes, gap_m: float) -> Cells:
    """Return areas, (n,) polygons in metres, as cells; closer than `gap_m` they are neighbours."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    apart = one != other
    return Cells(
        shapes,
        shapely.area(shapes) / 1e6,
        _sparse(one[apart], other[apart], len(shapes)),
        PolygonIndex(shapes).locate,
    )


def _on_lattice(
    grid: Grid | HexGrid, size: int, kept: Positions, polygons: Shapes, around: Positions
) -> Cells:
    """Return the cells `kept` of a lattice of `size` cells; around : (n, k) positions of their neighbours."""
    place = np.full(size + 1, OUTSIDE, dtype=np.int64)  # the last is that of the neighbour -1: none
    place[kept] = np.arange(len(kept))
    neighbour = place[around]
    one, which = np.nonzero(neighbour != OUTSIDE)
    return Cells(
        polygons,
        np.full(len(kept), grid.area_km2),
        _sparse(one, neighbour[one, which], len(kept)),
        lambda xy: place[grid.cells_of(xy)],
    )


def _sparse(one: Positions, other: Positions, n: int) -> Any:
    return csr_array((np.ones(len(one)), (one, other)), shape=(n, n))

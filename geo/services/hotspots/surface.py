"""The density of points on a grid that fits the bandwidth, for the screen, the printed map and a GIS."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.analysis import density as kernel
from geo.analysis.grid import Grid
from geo.domain.crs import metric_to_lonlat_xy

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

FULL_CELL = 5  # fewer in a cell may point at one home
_CELLS_A_BANDWIDTH = 6
_MOST_CELLS = 1_500_000


@dataclass(frozen=True)
class DensitySurface:
    """Incidents per km² over the whole period, on a grid in `metric_crs`.

    values : (ny, nx) float32; n : incidents used; sparse : left out because their cell holds fewer than five
    corners : [[south, west], [north, east]] degrees around the grid
    key : tells two surfaces apart, for what is made of them
    """

    values: npt.NDArray[np.float32]
    grid: Grid
    metric_crs: str
    bandwidth_m: float
    n: int
    sparse: int
    peak: float
    corners: tuple[tuple[float, float], tuple[float, float]]
    key: tuple[object, ...]


def surface(
    bounds: Floats, metric_crs: str, bandwidth_m: float, points: tuple[Floats, Mask], key: tuple[object, ...]
) -> DensitySurface:
    """Return the density over `bounds` of points: (n, 2) metres, and (n,) which of them count."""
    xy, kept = points
    grid = _grid(bounds, bandwidth_m)
    smooth = kernel.binned(xy[kept], grid, bandwidth_m, rel_error=5e-3)
    values = np.maximum(smooth, 0.0).astype(np.float32)
    return DensitySurface(
        values, grid, metric_crs, bandwidth_m, int(kept.sum()), int((~kept).sum()), float(values.max()),
        _corners(grid, metric_crs), key,
    )  # fmt: skip


def in_full_cells(xy: npt.NDArray[np.float64], cell_m: float) -> Mask:
    """Say of each point, (n,), whether at least five lie in its cell of a fixed grid of `cell_m` metres."""
    if len(xy) == 0:
        return np.zeros(0, dtype=bool)
    cells = np.floor(xy / cell_m).astype(np.int64)
    cells -= cells.min(axis=0)
    number = cells[:, 0] * (cells[:, 1].max() + 1) + cells[:, 1]
    _, inverse, counts = np.unique(number, return_inverse=True, return_counts=True)
    full: Mask = counts[inverse] >= FULL_CELL
    return full


def _grid(bounds: npt.NDArray[np.float64], bandwidth_m: float) -> Grid:
    cell_m = bandwidth_m / _CELLS_A_BANDWIDTH
    west, south, east, north = bounds
    cells = (east - west) * (north - south) / cell_m**2
    if cells > _MOST_CELLS:  # a province: cells as large as memory asks for, but within the kernel
        cell_m = min(bandwidth_m / 2, cell_m * (cells / _MOST_CELLS) ** 0.5)
    return Grid.covering(bounds, cell_m)


def _corners(grid: Grid, metric_crs: str) -> tuple[tuple[float, float], tuple[float, float]]:
    west, south, east, north = grid.bounds
    lonlat = metric_to_lonlat_xy([west, west, east, east], [south, north, south, north], metric_crs)
    (low_lon, low_lat), (high_lon, high_lat) = lonlat.min(axis=0), lonlat.max(axis=0)
    return (float(low_lat), float(low_lon)), (float(high_lat), float(high_lon))

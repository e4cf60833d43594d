"""Sums of the quartic profile (1 - d²/h²)² over events, exactly: each event stamped on the cells it reaches.

Rows are cut into bands, one thread each; every band adds its events in the same order, so the numbers do not
depend on the number of threads.
"""

# ruff: noqa: PLR0917 - compiled kernels take plain numbers by position

from math import ceil

import numpy as np
import numpy.typing as npt

from geo.analysis.compiled import HAS_NUMBA, WORKERS, compiled, run_parts
from geo.analysis.coordinates import Floats
from geo.analysis.grid import Grid

_BATCH_VALUES = 2_000_000  # kernel values held at once by the NumPy path: some 100 MB with its indices


def stamp(xy: Floats, weights: Floats | None, grid: Grid, bandwidth_m: float) -> Floats:
    """Return (ny, nx) sums over events of weight * (1 - d²/h²)², d from the event to the cell centre, d < h.

    xy : (n, 2) finite metres; weights : (n,) or None; bandwidth_m : h > 0
    """
    sums = np.zeros(grid.shape)
    if len(xy) == 0:
        return sums
    # sorted by y: a band of rows reads one slice; by x and weight too, so that the order given cannot matter
    values = np.ones(len(xy)) if weights is None else weights
    order = np.lexsort((values, xy[:, 0], xy[:, 1]))
    x, y, values = (np.ascontiguousarray(column) for column in (xy[order, 0], xy[order, 1], values[order]))
    if HAS_NUMBA:
        _stamp_in_bands(x, y, values, grid, bandwidth_m, sums)
    else:
        stamp_numpy(x, y, values, grid, bandwidth_m, sums)
    return sums


def _stamp_in_bands(
    x: Floats, y: Floats, values: Floats, grid: Grid, bandwidth_m: float, sums: Floats
) -> None:
    cuts = _band_cuts(y, grid)

    def one_band(band: int) -> None:
        first, last = cuts[band], cuts[band + 1]
        south = grid.y0 + (first + 0.5) * grid.cell_m - bandwidth_m
        north = grid.y0 + (last - 0.5) * grid.cell_m + bandwidth_m
        start, stop = np.searchsorted(y, (south, north), side="left")
        stop = min(len(y), stop + np.searchsorted(y[stop:], north, side="right"))
        _stamp_rows(
            x[start:stop], y[start:stop], values[start:stop],
            grid.x0, grid.y0, grid.cell_m, bandwidth_m, first, last, sums,
        )  # fmt: skip

    run_parts(one_band, len(cuts) - 1)


def _band_cuts(y: Floats, grid: Grid) -> list[int]:
    """Return row numbers that cut the grid into bands with about the same number of events."""
    parts = WORKERS if len(y) >= 1_000 else 1
    middle = y[(np.arange(1, parts) * len(y)) // parts]
    rows = np.clip(((middle - grid.y0) / grid.cell_m).astype(np.int64), 0, grid.ny)
    return sorted({0, *rows.tolist(), grid.ny})


@compiled
def _stamp_rows(
    x: Floats,
    y: Floats,
    values: Floats,
    x0: float,
    y0: float,
    cell_m: float,
    bandwidth_m: float,
    first: int,
    last: int,
    sums: Floats,
) -> None:
    nx = sums.shape[1]
    scale = 1.0 / (bandwidth_m * bandwidth_m)
    for event in range(x.size):
        row_a = max(first, int(np.ceil((y[event] - bandwidth_m - y0) / cell_m - 0.5)))
        row_b = min(last - 1, int(np.floor((y[event] + bandwidth_m - y0) / cell_m - 0.5)))
        for row in range(row_a, row_b + 1):
            dy = y0 + (row + 0.5) * cell_m - y[event]
            rest = bandwidth_m * bandwidth_m - dy * dy
            if rest <= 0.0:
                continue
            half = np.sqrt(rest)
            column_a = max(0, int(np.ceil((x[event] - half - x0) / cell_m - 0.5)))
            column_b = min(nx - 1, int(np.floor((x[event] + half - x0) / cell_m - 0.5)))
            top = rest * scale
            for column in range(column_a, column_b + 1):
                dx = x0 + (column + 0.5) * cell_m - x[event]
                # max: on the rim the rounded square root can let in a cell a hair outside
                profile = max(top - dx * dx * scale, 0.0)
                sums[row, column] += values[event] * profile * profile


def stamp_numpy(x: Floats, y: Floats, values: Floats, grid: Grid, bandwidth_m: float, sums: Floats) -> None:
    """Add to `sums` what `_stamp_rows` would, in batches of whole windows; the path without Numba."""
    across = 2 * ceil(bandwidth_m / grid.cell_m) + 3
    reach_x, reach_y = np.arange(min(across, grid.nx)), np.arange(min(across, grid.ny))
    column_0 = _first_steps(x, grid.x0, grid.cell_m, bandwidth_m)
    row_0 = _first_steps(y, grid.y0, grid.cell_m, bandwidth_m)
    batch = max(1, _BATCH_VALUES // (len(reach_x) * len(reach_y)))
    for start in range(0, len(x), batch):  # a batch bounds the memory: n x window values would not fit
        part = slice(start, start + batch)
        columns, rows = column_0[part, None] + reach_x, row_0[part, None] + reach_y
        dx2 = _offsets(columns, grid.x0, grid.cell_m, x[part], grid.nx)
        dy2 = _offsets(rows, grid.y0, grid.cell_m, y[part], grid.ny)
        profile = 1.0 - (dy2[:, :, None] + dx2[:, None, :]) / bandwidth_m**2
        event, row, column = np.nonzero(profile > 0.0)
        stamped = values[part][event] * profile[event, row, column] ** 2
        cells = rows[event, row] * grid.nx + columns[event, column]
        sums += np.bincount(cells, weights=stamped, minlength=sums.size).reshape(sums.shape)


def _first_steps(values: Floats, origin: float, cell_m: float, bandwidth_m: float) -> npt.NDArray[np.int64]:
    """Return, on one axis, a step at or one before the first centre within the bandwidth; never below 0."""
    first: npt.NDArray[np.int64] = np.floor((values - bandwidth_m - origin) / cell_m - 0.5).astype(np.int64)
    return np.maximum(first, 0)


def _offsets(
    steps: npt.NDArray[np.int64], origin: float, cell_m: float, values: Floats, number: int
) -> Floats:
    """Return squared distances from values to the centres of `steps` on one axis; infinite off the grid."""
    squared = (origin + (steps + 0.5) * cell_m - values[:, None]) ** 2
    squared[(steps < 0) | (steps >= number)] = np.inf
    return squared

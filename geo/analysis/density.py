"""Kernel density in metres: events per km² at the centres of a grid's cells.

The kernel is the quartic (biweight) in the plane, 3 / (pi h²) (1 - d²/h²)² for d < h, which integrates to 1
(Silverman 1986, Density Estimation, eq. 4.5), so the map integrates to the number of events. The bandwidth is
metres on the ground: the hotspot does not move when one zooms.

`exact` is what is printed and exported. `binned` is for previews and millions of points and states its error.
What neither shows: whether a peak is more than chance (see `hotspots`), or the risk per household.
"""

from math import ceil, isfinite, pi
from typing import Any

from geo.analysis import binning, stamping
from geo.analysis.coordinates import Bounds, Floats, checked_weights, checked_xy_bounds
from geo.analysis.grid import Grid
from geo.domain.errors import InputError

# About half a minute on one core. Above it the answer would be right but nobody would wait for it.
MAX_STEPS = 5e10


def exact(xy: Any, grid: Grid, bandwidth_m: float, weights: Any = None) -> Floats:
    """Return the quartic kernel density at the cell centres, (ny, nx), events per km².

    xy : (n, 2) metres, same metric CRS as `grid`; n = 0 gives zeros
    bandwidth_m : radius of the kernel, metres, at least one cell; may be larger than the grid
    weights : (n,) or None for 1 each
    Events outside the grid but within the bandwidth of it contribute. Nothing is corrected at the border:
    where no events can be recorded beyond it, the density near it is low.
    The same points in another order give the same bits.
    Raises InputError ``bad_bandwidth``, ``bandwidth_below_cell``, ``density_too_heavy``, and as `checked_xy`.
    """
    points, values, _ = _near(xy, weights, grid, bandwidth_m)
    work = stamping_steps(len(points), grid, bandwidth_m)
    if work > MAX_STEPS:
        raise InputError("density_too_heavy", work=work, limit=MAX_STEPS)
    return stamping.stamp(points, values, grid, bandwidth_m) * _per_km2(bandwidth_m)


def binned(xy: Any, grid: Grid, bandwidth_m: float, weights: Any = None, rel_error: float = 1e-3) -> Floats:
    """Return the density as `exact`, within `rel_error` of the map's highest value, (ny, nx), events per km².

    rel_error : bound of max |binned - exact| / max |exact| over the cells, 0 < rel_error < 1

    Linear binning (Wand 1994, Fast Computation of Multivariate Kernel Estimators) onto nodes a whole
    fraction of a cell apart, then one FFT with a kernel corrected by - node² / 12 of its Laplacian, which
    takes away the average error of the binning. How fine the nodes must be is decided by measuring: the
    result is compared with the exact density at a fixed sample of cells, and refined until it holds with
    room to spare. Where a finer grid would cost more than stamping each event, the exact density is returned.
    Raises InputError as `exact`, and ``bad_rel_error``.
    """
    if not 0 < rel_error < 1:
        raise InputError("bad_rel_error", rel_error=rel_error)
    points, values, bounds = _near(xy, weights, grid, bandwidth_m)
    stamping_cost = stamping_steps(len(points), grid, bandwidth_m)
    split = binning.first_split(grid, bandwidth_m, rel_error)
    while len(points):
        lattice = binning.lattice_for(bounds, grid, bandwidth_m, split)
        if lattice.nodes > binning.MAX_NODES or lattice.steps(len(points)) >= stamping_cost:
            break  # stamping each event is cheaper, and exact
        sums = binning.convolve(points, values, lattice)
        error = binning.measured_error(sums, points, values, lattice)
        if error <= rel_error:
            return sums * _per_km2(bandwidth_m)
        split = binning.next_split(split, error, rel_error)
    return exact(points, grid, bandwidth_m, values)


def stamping_steps(n: int, grid: Grid, bandwidth_m: float) -> float:
    """Return how many kernel values `exact` computes for `n` points, at most."""
    across = 2 * ceil(bandwidth_m / grid.cell_m) + 1
    return float(n) * min(across, grid.nx) * min(across, grid.ny)


def _per_km2(bandwidth_m: float) -> float:
    return 3e6 / (pi * bandwidth_m**2)


def _near(xy: Any, weights: Any, grid: Grid, bandwidth_m: float) -> tuple[Floats, Floats | None, Bounds]:
    """Check all that is given; return the points that can reach a cell centre, their weights and bounds."""
    if not isfinite(bandwidth_m) or bandwidth_m <= 0:
        raise InputError("bad_bandwidth", bandwidth_m=bandwidth_m)
    if bandwidth_m < grid.cell_m:
        raise InputError("bandwidth_below_cell", bandwidth_m=bandwidth_m, cell_m=grid.cell_m)
    points, bounds = checked_xy_bounds(xy)
    low_x, low_y, high_x, high_y = bounds
    values = checked_weights(weights, len(points))
    west, south, east, north = grid.bounds
    west, south, east, north = (
        west - bandwidth_m,
        south - bandwidth_m,
        east + bandwidth_m,
        north + bandwidth_m,
    )
    if low_x >= west and low_y >= south and high_x <= east and high_y <= north:
        return points, values, bounds  # the usual case, without a copy
    near = (points[:, 0] >= west) & (points[:, 0] <= east) & (points[:, 1] >= south) & (points[:, 1] <= north)
    points, bounds = checked_xy_bounds(points[near])
    return points, None if values is None else values[near], bounds

"""Sums of the quartic profile (1 - d²/h²)² over events, by linear binning and one FFT, with a measured error.

A *lattice* is the nodes onto which events are spread: `split` nodes a cell on each axis, one of them on every
cell centre, so that the answer is read off without interpolation. Splitting a node's mass over four
neighbours widens the kernel by node² / 12 of its Laplacian on average; the kernel is corrected by that much.
What is left falls with the square of node / h for a single event and much faster for many.
"""

# ruff: noqa: PLR0917 - compiled kernels take plain numbers by position

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt
import scipy.fft

from geo.analysis.compiled import HAS_NUMBA, WORKERS, compiled, run_parts
from geo.analysis.coordinates import Bounds, Floats
from geo.analysis.grid import Grid

Ints = npt.NDArray[np.int64]

MAX_NODES = 36_000_000  # some 1 GB while the transforms run
# Measured: with many events the error is about 0.03 (node / h)²; the first lattice is chosen by it, then
# checked.
_USUAL_ERROR = 0.03
_SAMPLE_CELLS = 32
# The largest of 250,000 errors of one spread is about 4.5 times their root mean square.
_LARGEST_TO_RMS = 4.5
_ROOM = 1.5
_SAMPLE_STEPS = 5e6  # the check may cost about as much as the binning of as many events
_SAMPLE_LEAST = 6
_STEPS_A_POINT, _STEPS_A_NODE = 12.0, 60.0  # measured; a step is one kernel value of the exact method


@dataclass(frozen=True)
class Axis:
    """One axis of a lattice. Node p lies at origin + p * node_m; cell centre i is node i * split.

    low, high : first and last node that can receive mass; size : length of the circular transform
    reach : kernel half-width in nodes
    """

    origin: float
    node_m: float
    cells: int
    split: int
    low: int
    high: int
    reach: int
    size: int

    def outputs(self) -> Ints:
        """(cells,) positions of the cell centres in the circular array."""
        return (np.arange(self.cells) * self.split - self.low) % self.size


@dataclass(frozen=True)
class Lattice:
    """Nodes for one set of points, one grid and one bandwidth."""

    grid: Grid
    bandwidth_m: float
    split: int
    x: Axis
    y: Axis

    @property
    def nodes(self) -> int:
        """Number of values in one transform."""
        return self.x.size * self.y.size

    def steps(self, n: int) -> float:
        """Cost of `convolve` and its check for `n` points, in kernel values of the exact method."""
        return _STEPS_A_POINT * n + _STEPS_A_NODE * self.nodes


def first_split(grid: Grid, bandwidth_m: float, rel_error: float) -> int:
    """Return the coarsest split that is worth trying for `rel_error`."""
    nodes_a_bandwidth = max(3.0, sqrt(_USUAL_ERROR / rel_error))
    return max(1, ceil(nodes_a_bandwidth * grid.cell_m / bandwidth_m))


def next_split(split: int, error: float, rel_error: float) -> int:
    """Return a finer split that should reach `rel_error`, given the `error` measured at `split`."""
    return max(split + 1, ceil(split * sqrt(1.2 * error / rel_error)))


def lattice_for(bounds: Bounds, grid: Grid, bandwidth_m: float, split: int) -> Lattice:
    """Return the lattice with `split` nodes a cell for points in `bounds`, all within reach of the grid."""
    west, south, east, north = bounds
    x = _axis(grid.x0, grid.cell_m, grid.nx, split, bandwidth_m, west, east)
    y = _axis(grid.y0, grid.cell_m, grid.ny, split, bandwidth_m, south, north)
    return Lattice(grid, bandwidth_m, split, x, y)


def convolve(xy: Floats, weights: Floats | None, lattice: Lattice) -> Floats:
    """Return (ny, nx) approximate sums over events of weight * (1 - d²/h²)² at the cell centres."""
    mass = _spread(xy, weights, lattice)
    size = (lattice.y.size, lattice.x.size)
    spectrum = scipy.fft.rfft2(mass, size, workers=WORKERS)
    spectrum *= scipy.fft.rfft2(_kernel(lattice), size, workers=WORKERS)
    smooth = scipy.fft.irfft2(spectrum, size, workers=WORKERS)
    sums: Floats = smooth[np.ix_(lattice.y.outputs(), lattice.x.outputs())]
    if weights is None or (weights >= 0).all():
        # rounding and the correction leave specks below 0 beyond the rim, where the truth is 0
        np.maximum(sums, 0.0, out=sums)
    return sums


def measured_error(sums: Floats, xy: Floats, weights: Floats | None, lattice: Lattice) -> float:
    """Return the error of `sums` relative to their largest absolute value, measured at a sample of cells.

    The sample is the same for the same input: the peaks of the map, and cells drawn by their density, because
    the error grows with it. The result is 1.5 times the largest error seen, or times 4.5 root mean squares if
    that is larger: a sample sees less than the worst cell.
    """
    peak = float(np.abs(sums).max())
    if peak == 0.0:
        return 0.0
    cells = _sample(sums)
    errors = np.abs(sums.ravel()[cells] - _exact_at(cells, xy, weights, lattice))
    largest = max(float(errors.max()), _LARGEST_TO_RMS * float(np.sqrt((errors**2).mean())))
    return _ROOM * largest / peak


def _axis(
    start: float, cell_m: float, cells: int, split: int, bandwidth_m: float, low: float, high: float
) -> Axis:
    node_m, origin = cell_m / split, start + cell_m / 2
    last = (cells - 1) * split
    node_low = floor((low - origin) / node_m)
    node_high = floor((high - origin) / node_m) + 1
    furthest = max(abs(node_high), abs(last - node_low))
    reach = min(ceil(bandwidth_m / node_m) + 1, furthest)
    # circular: long enough that what wraps around lands beyond every cell centre
    size = max(node_high - node_low + 1, furthest + reach + 1)
    return Axis(
        origin, node_m, cells, split, node_low, node_high, reach, scipy.fft.next_fast_len(size, real=True)
    )


def _kernel(lattice: Lattice) -> Floats:
    """Return the corrected kernel, (y.size, x.size), offset (0, 0) first, negative offsets wrapped around."""
    dx2, dy2 = (
        (np.arange(-axis.reach - 1, axis.reach + 2) * axis.node_m / lattice.bandwidth_m) ** 2
        for axis in (lattice.x, lattice.y)
    )
    profile = np.maximum(1.0 - dy2[:, None] - dx2[None, :], 0.0) ** 2
    middle = profile[1:-1, 1:-1]
    around = profile[2:, 1:-1] + profile[:-2, 1:-1] + profile[1:-1, 2:] + profile[1:-1, :-2]
    kernel = np.zeros((lattice.y.size, lattice.x.size))
    rows = np.arange(-lattice.y.reach, lattice.y.reach + 1) % lattice.y.size
    columns = np.arange(-lattice.x.reach, lattice.x.reach + 1) % lattice.x.size
    kernel[np.ix_(rows, columns)] = middle - (around - 4 * middle) / 12
    return kernel


def _spread(xy: Floats, weights: Floats | None, lattice: Lattice) -> Floats:
    """Return the mass of the events on the nodes that can receive it, (rows, columns)."""
    x, y = lattice.x, lattice.y
    shape = (y.high - y.low + 2, x.high - x.low + 2)  # one spare row and column: rounding at the far edge
    west, south = x.origin + x.low * x.node_m, y.origin + y.low * y.node_m
    values = np.empty(0) if weights is None else weights
    if not HAS_NUMBA:
        return spread_numpy(xy, values, west, south, x.node_m, shape)[:-1, :-1]

    def part(mass: Floats, start: int, stop: int) -> None:
        _spread_part(xy, values, start, stop, west, south, x.node_m, mass)

    return _sum_over_parts(len(xy), shape, part)[:-1, :-1]


def _sum_over_parts(n: int, shape: tuple[int, ...], part: Callable[[Floats, int, int], None]) -> Floats:
    """Return the sum of what `part` writes for consecutive slices of the points, each on its own thread."""
    parts = WORKERS if n >= 100_000 else 1
    totals = [np.zeros(shape) for _ in range(parts)]
    run_parts(lambda k: part(totals[k], n * k // parts, n * (k + 1) // parts), parts)
    for other in totals[1:]:
        totals[0] += other
    return totals[0]


@compiled
def _spread_part(
    xy: Floats, values: Floats, start: int, stop: int, west: float, south: float, node_m: float, mass: Floats
) -> None:
    inverse = 1.0 / node_m
    weighted = values.size > 0
    for event in range(start, stop):
        u = (xy[event, 0] - west) * inverse
        v = (xy[event, 1] - south) * inverse
        # max: rounding may put the westernmost event a hair west of the first node
        i, j = max(int(u), 0), max(int(v), 0)
        a, b = u - i, v - j
        value = values[event] if weighted else 1.0
        north = b * value
        below = value - north
        mass[j, i] += below - a * below
        mass[j, i + 1] += a * below
        mass[j + 1, i] += north - a * north
        mass[j + 1, i + 1] += a * north


def spread_numpy(
    xy: Floats, values: Floats, west: float, south: float, node_m: float, shape: tuple[int, int]
) -> Floats:
    """Return what `_spread_part` adds up, (rows, columns); the path without Numba."""
    u, v = (xy[:, 0] - west) / node_m, (xy[:, 1] - south) / node_m
    i, j = np.maximum(u.astype(np.int64), 0), np.maximum(v.astype(np.int64), 0)
    a, b = u - i, v - j
    value = values if values.size else np.ones(len(xy))
    mass = np.zeros(shape[0] * shape[1])
    for row, column, share in (
        (0, 0, (1 - a) * (1 - b)),
        (0, 1, a * (1 - b)),
        (1, 0, (1 - a) * b),
        (1, 1, a * b),
    ):
        node = (j + row) * shape[1] + i + column
        mass += np.bincount(node, weights=share * value, minlength=mass.size)
    return mass.reshape(shape)


def _sample(sums: Floats) -> Ints:
    """Return distinct positions of cells in the flattened grid: peaks, and cells drawn by density."""
    size = np.abs(sums).ravel()
    blocks = np.array_split(np.arange(size.size), min(_SAMPLE_CELLS // 4, size.size))
    tops = np.array([block[np.argmax(size[block])] for block in blocks])
    drawn = np.random.default_rng(0).random(_SAMPLE_CELLS - _SAMPLE_CELLS // 4)
    climbing = np.cumsum(size)
    others = np.searchsorted(climbing, drawn * climbing[-1])
    cells = np.minimum(np.concatenate((tops[np.argsort(-size[tops])], others)), size.size - 1)
    # a cell's sum is about a third of the events within the bandwidth: the most crowded cells cost the most
    affordable = np.cumsum(3 * size[cells]) <= _SAMPLE_STEPS
    affordable[:_SAMPLE_LEAST] = True
    return np.unique(cells[affordable])


def _exact_at(cells: Ints, xy: Floats, weights: Floats | None, lattice: Lattice) -> Floats:
    """Return the exact sums at `cells` (flattened positions), (len(cells),)."""
    grid, h = lattice.grid, lattice.bandwidth_m
    centre_x, centre_y = grid.x_centres[cells % grid.nx], grid.y_centres[cells // grid.nx]
    values = np.empty(0) if weights is None else weights
    if not HAS_NUMBA:
        return exact_at_numpy(xy, values, centre_x, centre_y, h)
    west, south = float(centre_x.min()) - h, float(centre_y.min()) - h
    across = max(1, min(512, floor((float(centre_x.max()) + h - west) / h)))
    down = max(1, min(512, floor((float(centre_y.max()) + h - south) / h)))
    width = (float(centre_x.max()) + h - west) / across
    height = (float(centre_y.max()) + h - south) / down
    start, member = _cells_by_block(centre_x, centre_y, h, west, south, width, height, across, down)

    def part(totals: Floats, first: int, last: int) -> None:
        _exact_part(
            xy, values, first, last, centre_x, centre_y, h,
            west, south, width, height, across, down, start, member, totals,
        )  # fmt: skip

    return _sum_over_parts(len(xy), (len(cells),), part)


def _cells_by_block(
    centre_x: Floats,
    centre_y: Floats,
    h: float,
    west: float,
    south: float,
    width: float,
    height: float,
    across: int,
    down: int,
) -> tuple[Ints, Ints]:
    """Return which sampled cells an event in each block may reach: (start, member), compressed rows."""
    reached: list[list[int]] = [[] for _ in range(across * down)]
    for cell, (x, y) in enumerate(zip(centre_x, centre_y, strict=True)):  # a few dozen cells
        rows = range(
            max(0, floor((y - h - south) / height) - 1), min(down, floor((y + h - south) / height) + 2)
        )
        first, last = (
            max(0, floor((x - h - west) / width) - 1),
            min(across, floor((x + h - west) / width) + 2),
        )
        for row in rows:
            for column in range(first, last):
                reached[row * across + column].append(cell)
    start = np.concatenate(([0], np.cumsum([len(cells) for cells in reached])))
    return start.astype(np.int64), np.array([cell for cells in reached for cell in cells], dtype=np.int64)


@compiled
def _exact_part(
    xy: Floats,
    values: Floats,
    first: int,
    last: int,
    centre_x: Floats,
    centre_y: Floats,
    h: float,
    west: float,
    south: float,
    width: float,
    height: float,
    across: int,
    down: int,
    start: Ints,
    member: Ints,
    totals: Floats,
) -> None:
    scale = 1.0 / (h * h)
    inverse_width, inverse_height = 1.0 / width, 1.0 / height
    weighted = values.size > 0
    for event in range(first, last):
        u = (xy[event, 0] - west) * inverse_width
        v = (xy[event, 1] - south) * inverse_height
        if u < 0.0 or v < 0.0 or u > across or v > down:
            continue  # further than the bandwidth from every sampled cell
        block = min(int(v), down - 1) * across + min(int(u), across - 1)
        for k in range(start[block], start[block + 1]):
            dx = xy[event, 0] - centre_x[member[k]]
            dy = xy[event, 1] - centre_y[member[k]]
            profile = 1.0 - (dx * dx + dy * dy) * scale
            if profile > 0.0:
                totals[member[k]] += (values[event] if weighted else 1.0) * profile * profile


def exact_at_numpy(xy: Floats, values: Floats, centre_x: Floats, centre_y: Floats, h: float) -> Floats:
    """Return what `_exact_part` adds up, (m,); the path without Numba."""
    totals = np.empty(len(centre_x))
    for cell, (x, y) in enumerate(zip(centre_x, centre_y, strict=True)):  # a few dozen cells
        near = np.flatnonzero(np.abs(xy[:, 1] - y) < h)
        profile = np.maximum(1.0 - ((xy[near, 0] - x) ** 2 + (xy[near, 1] - y) ** 2) / h**2, 0.0) ** 2
        totals[cell] = (profile * values[near]).sum() if values.size else profile.sum()
    return totals

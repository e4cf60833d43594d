"""Compiled kernels that make the raster of `label_raster`: edges touching cells, cells lying inside."""

# ruff: noqa: PLR0917 - compiled kernels take plain numbers by position

from math import floor

import numpy as np
import numpy.typing as npt

from geo.analysis.compiled import compiled
from geo.analysis.coordinates import Floats

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Flags = npt.NDArray[np.int8]

OUT, IN, UNKNOWN = 0, 1, 2  # states of a reference point
# Where in a cell its reference point lies: odd fractions, so that rings on round coordinates rarely meet it.
REFERENCE_X, REFERENCE_Y = 0.41421356, 0.58578644
_FLAT = 1e-3  # height in cells


@compiled
def order_by_cell(cell: Ints, start: Ints) -> Ints:
    """Return the stable order of records by cell, given where each cell starts; overwrites `start`."""
    order = np.empty(cell.size, dtype=np.int64)
    for record in range(cell.size):
        order[start[cell[record]]] = record
        start[cell[record]] += 1
    return order


@compiled
def touch(
    edges: Floats,
    x0: float,
    y0: float,
    dx: float,
    dy: float,
    nx: int,
    ny: int,
    pad: float,
    cell: Ints,
    edge: Ints,
) -> int:
    """Write each (cell, edge) pair that may touch, if there is room given; return how many there are."""
    number = 0
    for e in range(edges.shape[0]):
        ax, ay = (edges[e, 0] - x0) / dx, (edges[e, 1] - y0) / dy
        bx, by = (edges[e, 2] - x0) / dx, (edges[e, 3] - y0) / dy
        for row in range(max(0, floor(min(ay, by) - pad)), min(ny - 1, floor(max(ay, by) + pad)) + 1):
            left, right = _width_in_row(ax, ay, bx, by, row, pad)
            for column in range(max(0, floor(left - pad)), min(nx - 1, floor(right + pad)) + 1):
                if cell.size > 0:
                    cell[number] = row * nx + column
                    edge[number] = e
                number += 1
    return number


@compiled
def _width_in_row(ax: float, ay: float, bx: float, by: float, row: int, pad: float) -> tuple[float, float]:
    """Return the west and east end of the part of a - b that lies in a row of cells, all in cells."""
    height = by - ay
    if abs(height) < _FLAT:  # a share of so little height is not safely computed: take the whole width
        return min(ax, bx), max(ax, bx)
    one = min(max((row - pad - ay) / height, 0.0), 1.0)
    other = min(max((row + 1 + pad - ay) / height, 0.0), 1.0)
    x, y = ax + one * (bx - ax), ax + other * (bx - ax)
    return min(x, y), max(x, y)


@compiled
def fill(
    edges: Floats,
    first: Ints,
    slot: SmallInts,
    cell_start: Ints,
    position: SmallInts,
    state: Flags,
    cover: SmallInts,
    x0: float,
    y0: float,
    dx: float,
    dy: float,
    nx: int,
    ny: int,
    blur: float,
) -> None:
    """Set the state of each candidate's reference point, and the lowest cover of each cell, row by row."""
    for polygon in range(first.size - 1):
        a, b = first[polygon], first[polygon + 1]
        if a == b:
            continue
        row_a = max(0, floor((edges[a:b, 1].min() - y0) / dy) - 1)
        row_b = min(ny - 1, floor((edges[a:b, 1].max() - y0) / dy) + 1)
        start, crossings = _crossings(edges, a, b, row_a, row_b, y0, dy)
        for row in range(row_a, row_b + 1):
            line = np.sort(crossings[start[row - row_a] : start[row - row_a + 1]])
            if line.size > 0:
                _fill_row(line, polygon, row * nx, slot, cell_start, position, state, cover, x0, dx, nx, blur)


@compiled
def _fill_row(
    line: Floats,
    polygon: int,
    row_cell: int,
    slot: SmallInts,
    cell_start: Ints,
    position: SmallInts,
    state: Flags,
    cover: SmallInts,
    x0: float,
    dx: float,
    nx: int,
    blur: float,
) -> None:
    """Do the row that starts at `row_cell`, whose reference line meets the polygon's rings at x in `line`."""
    passed = 0
    for column in range(
        max(0, floor((line[0] - x0) / dx) - 1), min(nx - 1, floor((line[-1] - x0) / dx) + 1) + 1
    ):
        x = x0 + (column + REFERENCE_X) * dx
        while passed < line.size and line[passed] <= x:
            passed += 1
        cell = row_cell + column
        own = _candidate_of(polygon, slot[cell], cell_start, position)
        if own >= 0:
            state[own] = _state_of(line, passed, x, blur)
        elif passed % 2 == 1 and cover[cell] < 0:
            cover[cell] = polygon  # polygons come by rising position: the lowest stays


@compiled
def _candidate_of(polygon: int, border: int, cell_start: Ints, position: SmallInts) -> int:
    if border >= 0:
        for candidate in range(cell_start[border], cell_start[border + 1]):
            if position[candidate] == polygon:
                return candidate
    return -1


@compiled
def _state_of(line: Floats, passed: int, x: float, blur: float) -> int:
    """Return the state of the reference point at x with `passed` crossings to its west."""
    if passed > 0 and x - line[passed - 1] <= blur:
        return UNKNOWN
    if passed < line.size and line[passed] - x <= blur:
        return UNKNOWN
    return IN if passed % 2 == 1 else OUT


@compiled
def _crossings(
    edges: Floats, a: int, b: int, row_a: int, row_b: int, y0: float, dy: float
) -> tuple[Ints, Floats]:
    """Return where edges a .. b meet the rows' reference lines: start (rows + 1,), x (crossings,) by row."""
    start = np.zeros(row_b - row_a + 2, dtype=np.int64)
    _cross_rows(edges, a, b, row_a, row_b, y0, dy, start[1:], np.empty(0))
    start = np.cumsum(start)
    crossings = np.empty(start[-1])
    if crossings.size > 0:
        _cross_rows(edges, a, b, row_a, row_b, y0, dy, start[:-1].copy(), crossings)
    return start, crossings


@compiled
def _cross_rows(
    edges: Floats,
    a: int,
    b: int,
    row_a: int,
    row_b: int,
    y0: float,
    dy: float,
    place: Ints,
    crossings: Floats,
) -> None:
    """Count the crossings of each row in `place`, or write them from `place` on where there is room given."""
    for e in range(a, b):
        ay, by = edges[e, 1], edges[e, 3]
        first = max(row_a, floor((min(ay, by) - y0) / dy) - 1)
        last = min(row_b, floor((max(ay, by) - y0) / dy) + 1)
        for row in range(first, last + 1):
            y = y0 + (row + REFERENCE_Y) * dy
            if (ay > y) != (by > y):
                if crossings.size > 0:
                    share = (y - ay) / (by - ay)
                    crossings[place[row - row_a]] = edges[e, 0] + share * (edges[e, 2] - edges[e, 0])
                place[row - row_a] += 1

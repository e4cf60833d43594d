"""Compiled kernels that ask the raster of `label_raster`: which polygon holds a point."""

# ruff: noqa: PLR0917 - compiled kernels take plain numbers by position

import numpy as np
import numpy.typing as npt

from geo.analysis.compiled import compiled
from geo.analysis.coordinates import Floats
from geo.analysis.label_filling import IN, OUT, REFERENCE_X, REFERENCE_Y, UNKNOWN

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Flags = npt.NDArray[np.int8]

NONE = -1
UNDECIDED = -9
# |computed - true| <= this * (|a| + |b|) for a determinant a - b of differences of coordinates (Shewchuk).
_ORIENTATION_ERROR = 4e-16


@compiled
def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Return 1 or -1 for the side of a -> b on which p lies, 0 where rounding could decide."""
    one, other = (ax - px) * (by - py), (ay - py) * (bx - px)
    turn = one - other
    doubt = _ORIENTATION_ERROR * (abs(one) + abs(other)) + 1e-300
    if turn > doubt:
        return 1
    if turn < -doubt:
        return -1
    return 0


@compiled
def _crossed(ax: float, ay: float, bx: float, by: float, rx: float, ry: float, px: float, py: float) -> int:
    """Return how often edge a - b is crossed on the way r -> (rx, py) -> p, or -1 where rounding could
    decide.

    An end of an edge counts with the side on which coordinates are not larger (half-open), so that the way
    passes a hair east of x = rx and a hair north of y = py and meets no vertex.
    """
    in_box = min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by)
    if in_box and _side(ax, ay, bx, by, px, py) == 0:
        return -1  # p may lie on the edge
    number = 0
    if (ax > rx) != (bx > rx) and max(ay, by) >= min(ry, py) and min(ay, by) <= max(ry, py):
        one, other = _side(ax, ay, bx, by, rx, ry), _side(ax, ay, bx, by, rx, py)
        if one == 0 or other == 0:
            return -1
        if one != other:
            number += 1
    if (ay > py) != (by > py) and max(ax, bx) >= min(rx, px) and min(ax, bx) <= max(rx, px):
        one, other = _side(ax, ay, bx, by, rx, py), _side(ax, ay, bx, by, px, py)
        if one == 0 or other == 0:
            return -1
        if one != other:
            number += 1
    return number


@compiled
def _candidate_holds(
    candidate: int,
    state: Flags,
    edge_start: Ints,
    edges: Floats,
    rx: float,
    ry: float,
    px: float,
    py: float,
) -> int:
    """Return IN, OUT or UNKNOWN for point p and one candidate of its cell with reference point r."""
    if state[candidate] == UNKNOWN:
        return UNKNOWN
    inside = state[candidate] == IN
    for e in range(edge_start[candidate], edge_start[candidate + 1]):
        number = _crossed(edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3], rx, ry, px, py)
        if number < 0:
            return UNKNOWN
        if number == 1:
            inside = not inside
    return IN if inside else OUT


@compiled
def look_up(
    points: Floats,
    begin: int,
    end: int,
    found: Ints,
    x0: float,
    y0: float,
    dx: float,
    dy: float,
    nx: int,
    ny: int,
    code: SmallInts,
    cell_start: Ints,
    position: SmallInts,
    state: Flags,
    edge_start: Ints,
    edges: Floats,
    cover: SmallInts,
) -> None:
    """Write to `found` the answers for points begin .. end; the rest are the parts of `Raster`."""
    across, down = 1.0 / dx, 1.0 / dy
    for point in range(begin, end):
        px, py = points[point, 0], points[point, 1]
        u, v = (px - x0) * across, (py - y0) * down
        if not (u >= 0 and v >= 0 and u < nx and v < ny):  # NaN fails too
            found[point] = NONE
            continue
        column, row = int(u), int(v)
        answer = code[row * nx + column]
        if answer < NONE:
            k = -(answer + 2)
            answer = cover[k]
            rx, ry = x0 + (column + REFERENCE_X) * dx, y0 + (row + REFERENCE_Y) * dy
            for candidate in range(cell_start[k], cell_start[k + 1]):
                if answer >= 0 and position[candidate] > answer:
                    break
                holds = _candidate_holds(candidate, state, edge_start, edges, rx, ry, px, py)
                if holds != OUT:
                    answer = position[candidate] if holds == IN else UNDECIDED
                    break
        found[point] = answer

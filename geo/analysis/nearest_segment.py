"""The street segment nearest to each of many points, within a limit: by a grid of edges, or by a tree.

The grid holds, for each cell, the edges within the limit of it, in order; a point looks at the edges of its
own cell alone. Distances are computed as GEOS computes them, so that both ways give the same answer.
"""
# ruff: noqa: PLR0917 - compiled kernels take plain numbers by position

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.compiled import HAS_NUMBA, WORKERS, compiled, run_parts
from geo.analysis.coordinates import Floats

Ints = npt.NDArray[np.int64]
Lines = npt.NDArray[np.object_]

NONE = -1
MANY = 5_000  # points from which the grid is sooner made than the tree asked
_MOST_CELLS = 2_000_000
_MOST_CANDIDATES = 300  # edges a point on average; above it the tree is faster
_LEAST_CELL_M = 1.0
_SLACK_M = 1e-6  # above the rounding of metres: an edge in a cell too many does no harm
_ROUNDING = 1e-12


class _Edges(NamedTuple):
    """Straight edges, in the order of their lines. ends : (m, 4) x, y, x, y; line : (m,) position."""

    ends: Floats
    line: Ints


class _Cells(NamedTuple):
    """Edges by cell: cell c, row by row from the south-west, holds ``edge[starts[c]:starts[c + 1]]``."""

    x0: float
    y0: float
    cell_m: float
    nx: int
    ny: int
    starts: Ints
    edge: Ints


def nearest(points: Floats, lines: Lines, limit_m: float) -> tuple[Ints, Floats]:
    """Return the position of the line nearest to each point, -1 for none, and the distance, NaN for none.

    points : (n, 2) metres, finite; lines : LineString and MultiLineString, or missing
    limit_m : >= 0, included
    Ties: the lowest position.
    """
    found = by_grid(points, lines, limit_m) if HAS_NUMBA and len(points) >= MANY else None
    return found if found is not None else by_tree(points, lines, limit_m)


def by_tree(points: Floats, lines: Lines, limit_m: float) -> tuple[Ints, Floats]:
    """Return `nearest` by GEOS's tree."""
    segment = np.full(len(points), len(lines), dtype=np.int64)
    distance = np.full(len(points), np.nan)
    (event, found), apart = shapely.STRtree(lines).query_nearest(
        shapely.points(points), max_distance=max(limit_m, _ROUNDING), return_distance=True
    )
    near = apart <= limit_m
    np.minimum.at(segment, event[near], found[near])
    distance[event[near]] = apart[near]
    segment[segment == len(lines)] = NONE
    return segment, distance


def by_grid(points: Floats, lines: Lines, limit_m: float) -> tuple[Ints, Floats] | None:
    """Return `nearest` by a grid of edges; None where its cells would hold too many to be of use."""
    segment, distance = np.full(len(points), NONE, dtype=np.int64), np.full(len(points), np.nan)
    edges = _edges(lines)
    if not len(edges.line) or not len(points):
        return segment, distance
    cells = _cells(edges.ends, limit_m)
    candidates = np.diff(cells.starts)[_cell_of(points, cells)]
    if candidates.mean() > _MOST_CANDIDATES:
        return None
    step = ceil(len(points) / WORKERS)

    def part(number: int) -> None:
        mine = slice(number * step, (number + 1) * step)
        _look(
            points[mine], edges.ends, edges.line, cells.x0, cells.y0, cells.cell_m, cells.nx, cells.ny,
            cells.starts, cells.edge, limit_m, segment[mine], distance[mine],
        )  # fmt: skip

    run_parts(part, WORKERS)
    return segment, distance


def _edges(lines: Lines) -> _Edges:
    parts, of_line = shapely.get_parts(lines, return_index=True)
    corners, of_part = shapely.get_coordinates(parts, return_index=True)
    follows = of_part[1:] == of_part[:-1]
    ends = np.column_stack((corners[:-1][follows], corners[1:][follows]))
    return _Edges(np.ascontiguousarray(ends), of_line[of_part[1:][follows]].astype(np.int64))


def _cells(ends: Floats, limit_m: float) -> _Cells:
    margin = limit_m + _SLACK_M
    x0, y0 = ends[:, ::2].min() - margin, ends[:, 1::2].min() - margin
    width, height = ends[:, ::2].max() + margin - x0, ends[:, 1::2].max() + margin - y0
    cell_m = max(limit_m, sqrt(width * height / _MOST_CELLS), max(width, height) / _MOST_CELLS, _LEAST_CELL_M)
    nx, ny = int(width / cell_m) + 1, int(height / cell_m) + 1
    counts = np.zeros(nx * ny + 1, dtype=np.int64)
    nothing = np.empty(0, dtype=np.int64)
    _put(ends, margin, x0, y0, cell_m, nx, ny, counts, nothing, False)
    starts = np.concatenate(([0], np.cumsum(counts[:-1])))
    edge = np.empty(starts[-1], dtype=np.int64)
    _put(ends, margin, x0, y0, cell_m, nx, ny, starts[:-1].copy(), edge, True)
    return _Cells(x0, y0, cell_m, nx, ny, starts, edge)


def _cell_of(points: Floats, cells: _Cells) -> Ints:
    """Return (n,) each point's cell, that of the nearest border for a point outside."""
    column = np.clip((points[:, 0] - cells.x0) / cells.cell_m, 0, cells.nx - 1).astype(np.int64)
    row = np.clip((points[:, 1] - cells.y0) / cells.cell_m, 0, cells.ny - 1).astype(np.int64)
    return np.asarray(row * cells.nx + column)


@compiled
def _put(
    ends: Floats, margin: float, x0: float, y0: float, cell_m: float, nx: int, ny: int, place: Ints,
    edge: Ints, write: bool,
) -> None:  # fmt: skip
    """Count the edges of each cell into `place`, or write them into `edge` where `place` says."""
    for k in range(len(ends)):
        ax, ay, bx, by = ends[k, 0], ends[k, 1], ends[k, 2], ends[k, 3]
        low = max(0, int((min(ay, by) - margin - y0) / cell_m))
        high = min(ny - 1, int((max(ay, by) + margin - y0) / cell_m))
        for row in range(low, high + 1):
            # the part of the edge within the margin of this row of cells
            first, last = 0.0, 1.0
            if ay != by:
                t1 = (y0 + row * cell_m - margin - ay) / (by - ay)
                t2 = (y0 + (row + 1) * cell_m + margin - ay) / (by - ay)
                first, last = max(0.0, min(t1, t2)), min(1.0, max(t1, t2))
            x1, x2 = ax + first * (bx - ax), ax + last * (bx - ax)
            left = max(0, int((min(x1, x2) - margin - x0) / cell_m))
            right = min(nx - 1, int((max(x1, x2) + margin - x0) / cell_m))
            for cell in range(row * nx + left, row * nx + right + 1):
                if write:
                    edge[place[cell]] = k
                place[cell] += 1


@compiled
def _look(
    points: Floats, ends: Floats, line: Ints, x0: float, y0: float, cell_m: float, nx: int, ny: int,
    starts: Ints, edge: Ints, limit_m: float, segment: Ints, distance: Floats,
) -> None:  # fmt: skip
    """Write the nearest line and the distance of each point that has one within the limit."""
    for i in range(len(points)):
        px, py = points[i, 0], points[i, 1]
        column, row = np.floor((px - x0) / cell_m), np.floor((py - y0) / cell_m)
        if column < 0 or row < 0 or column >= nx or row >= ny:
            continue
        cell = int(row) * nx + int(column)
        best, who = np.inf, -1
        for at in range(starts[cell], starts[cell + 1]):
            k = edge[at]
            ax, ay, bx, by = ends[k, 0], ends[k, 1], ends[k, 2], ends[k, 3]
            dx, dy = bx - ax, by - ay
            length2 = dx * dx + dy * dy
            along = 0.0 if length2 == 0 else ((px - ax) * dx + (py - ay) * dy) / length2
            if along <= 0:
                apart = sqrt((px - ax) * (px - ax) + (py - ay) * (py - ay))
            elif along >= 1:
                apart = sqrt((px - bx) * (px - bx) + (py - by) * (py - by))
            else:
                apart = abs(((ay - py) * dx - (ax - px) * dy) / length2) * sqrt(length2)
            if apart < best:  # edges come in the order of their lines: of equals the first stays
                best, who = apart, line[k]
        if best <= limit_m:
            segment[i] = who
            distance[i] = best

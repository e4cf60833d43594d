"""A raster that knows, for most of the plane, which polygon is the lowest that holds a point.

A cell that no ring touches has one answer. A cell that rings touch keeps its *candidates*, by rising
position: polygons whose rings touch it, each with those edges and with whether the cell's reference point is
inside, and below them the first polygon that covers the cell whole. A point is tested by walking from the
reference point, north-south and then east-west, and counting the edges crossed. Every float test has an
error bound; where it cannot decide, or a point may lie on a ring, the answer is UNDECIDED and GEOS is asked.
"""

from dataclasses import dataclass
from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis import label_filling, label_lookup
from geo.analysis.compiled import WORKERS, run_parts
from geo.analysis.coordinates import Floats
from geo.analysis.label_filling import OUT, UNKNOWN
from geo.analysis.label_lookup import NONE

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Flags = npt.NDArray[np.int8]
Shapes = npt.NDArray[np.object_]

_MOST_CELLS, _LEAST_CELLS = 1 << 23, 1 << 8
_CELLS_AN_EDGE = 16


@dataclass(frozen=True)
class Raster:
    """The raster and the candidates of its border cells.

    x0, y0, dx, dy, nx, ny : its frame, in the polygons' CRS
    code : (nx * ny,) answer of a cell without rings, or -(k + 2) for border cell k
    cell_start : (borders + 1,) candidates of border cell k are cell_start[k] .. cell_start[k + 1]
    position, state : (candidates,) polygon, and whether the reference point is inside (or unknown)
    edge_start : (candidates + 1,) edges of a candidate; edges : (m, 4) ax, ay, bx, by
    cover : (borders,) lowest polygon that covers the cell whole, or -1
    """

    x0: float
    y0: float
    dx: float
    dy: float
    nx: int
    ny: int
    code: SmallInts
    cell_start: Ints
    position: SmallInts
    state: Flags
    edge_start: Ints
    edges: Floats
    cover: SmallInts


@dataclass(frozen=True)
class _Frame:
    x0: float
    y0: float
    dx: float
    dy: float
    nx: int
    ny: int
    pad: float  # cells by which an edge may be misplaced by rounding
    blur: float  # distance by which a computed crossing may be misplaced by rounding


@dataclass(frozen=True)
class _Records:
    """Which edge of which polygon touches which cell, (r,) each; edge -1 stands for "ask GEOS"."""

    cell: Ints
    owner: Ints
    edge: Ints


def build(shapes: Shapes, valid: npt.NDArray[np.bool_]) -> Raster | None:
    """Return the raster of `shapes` (Polygon, MultiPolygon, missing); None where none has an extent.

    valid : (n,) False for polygons whose rings cross themselves: every cell that they may touch is undecided
    """
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not present.any():
        return None
    edges, owner = _edges(shapes, valid & present)
    frame = _frame(shapely.total_bounds(shapes[present]), len(edges))
    records = _joined(_touched(edges, owner, frame), _boxes(shapes, ~valid & present, frame))
    slot, cell_start, position, edge_start, sorted_edges = _candidates(records, edges, frame)
    state = np.where(np.diff(edge_start) > 0, OUT, UNKNOWN).astype(np.int8)
    cover = np.full(frame.nx * frame.ny, NONE, dtype=np.int32)
    first = np.searchsorted(owner, np.arange(len(shapes) + 1))
    label_filling.fill(
        edges, first, slot, cell_start, position, state, cover,
        frame.x0, frame.y0, frame.dx, frame.dy, frame.nx, frame.ny, frame.blur,
    )  # fmt: skip
    border = slot >= 0
    code = np.where(border, -(slot + 2), cover).astype(np.int32)
    return Raster(
        frame.x0, frame.y0, frame.dx, frame.dy, frame.nx, frame.ny,
        code, cell_start, position, state, edge_start, sorted_edges, cover[border],
    )  # fmt: skip


def look_up(raster: Raster, points: Floats) -> Ints:
    """Return (n,) positions, -1 for none, UNDECIDED where GEOS must be asked; (n, 2) points, NaN in none."""
    found = np.empty(len(points), dtype=np.int64)
    parts = WORKERS if len(points) >= 50_000 else 1

    def part(k: int) -> None:
        label_lookup.look_up(
            points, len(points) * k // parts, len(points) * (k + 1) // parts, found,
            raster.x0, raster.y0, raster.dx, raster.dy, raster.nx, raster.ny, raster.code, raster.cell_start,
            raster.position, raster.state, raster.edge_start, raster.edges, raster.cover,
        )  # fmt: skip

    run_parts(part, parts)
    return found


def _edges(shapes: Shapes, chosen: npt.NDArray[np.bool_]) -> tuple[Floats, Ints]:
    """Return all ring edges (m, 4) of the chosen shapes and their positions (m,), rising; no zero lengths."""
    positions = np.flatnonzero(chosen)
    parts, shape = shapely.get_parts(shapes[positions], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if len(xy) == 0:
        return np.empty((0, 4)), np.empty(0, dtype=np.int64)
    edges = np.column_stack((xy[:-1], xy[1:]))
    kept = (ring[:-1] == ring[1:]) & (xy[:-1] != xy[1:]).any(axis=1)
    return np.ascontiguousarray(edges[kept]), positions[shape[part[ring[:-1][kept]]]].astype(np.int64)


def _frame(bounds: Floats, edges: int) -> _Frame:
    west, south, east, north = (float(value) for value in bounds)
    largest = max(abs(west), abs(south), abs(east), abs(north))
    wanted = min(max(_CELLS_AN_EDGE * edges, _LEAST_CELLS), _MOST_CELLS)
    # cells far above the rounding of the coordinates, or the doubt about an edge would span many cells
    least = max(1e-7 * largest, 1e-300)
    width, height = max(east - west, least), max(north - south, least)
    side = max(sqrt(width / wanted) * sqrt(height), max(width, height) / wanted, least)
    nx, ny = ceil(width / side) + 2, ceil(height / side) + 2
    pad = 1e-9 * max(nx, ny) + 1e-15 * largest / side
    blur = 1e-13 * (largest + max(width, height))
    return _Frame(west - 0.7 * side, south - 0.7 * side, side, side, nx, ny, pad, blur)


def _touched(edges: Floats, owner: Ints, frame: _Frame) -> _Records:
    nothing = np.empty(0, dtype=np.int64)
    place = (frame.x0, frame.y0, frame.dx, frame.dy, frame.nx, frame.ny, frame.pad)
    number = label_filling.touch(edges, *place, nothing, nothing)
    cell, edge = np.empty(number, dtype=np.int64), np.empty(number, dtype=np.int64)
    label_filling.touch(edges, *place, cell, edge)
    return _Records(cell, owner[edge], edge)


def _boxes(shapes: Shapes, chosen: npt.NDArray[np.bool_], frame: _Frame) -> _Records:
    """Return a record without an edge for every cell that the box of a chosen shape meets."""
    cells, owners = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for position in np.flatnonzero(chosen):  # invalid polygons: few
        west, south, east, north = shapely.bounds(shapes[position])
        columns = _span(west, east, frame.x0, frame.dx, frame.nx, frame.pad)
        rows = _span(south, north, frame.y0, frame.dy, frame.ny, frame.pad)
        cell = (rows[:, None] * frame.nx + columns[None, :]).ravel()
        cells.append(cell)
        owners.append(np.full(len(cell), position, dtype=np.int64))
    cell = np.concatenate(cells)
    return _Records(cell, np.concatenate(owners), np.full(len(cell), -1, dtype=np.int64))


def _span(  # noqa: PLR0917 - an axis, by position
    low: float, high: float, origin: float, side: float, number: int, pad: float
) -> Ints:
    first = max(0, floor((low - origin) / side - pad))
    last = min(number - 1, floor((high - origin) / side + pad))
    return np.arange(first, last + 1, dtype=np.int64)


def _joined(rings: _Records, boxes: _Records) -> _Records:
    """Return both, ordered by owner."""
    if len(boxes.cell) == 0:
        return rings
    owner = np.concatenate((rings.owner, boxes.owner))
    order = np.argsort(owner, kind="stable")
    cell, edge = np.concatenate((rings.cell, boxes.cell)), np.concatenate((rings.edge, boxes.edge))
    return _Records(cell[order], owner[order], edge[order])


def _candidates(
    records: _Records, edges: Floats, frame: _Frame
) -> tuple[SmallInts, Ints, SmallInts, Ints, Floats]:
    """Group the records: number of each border cell (cells,), then the parts of `Raster` that follow."""
    counts = np.bincount(records.cell, minlength=frame.nx * frame.ny)
    order = label_filling.order_by_cell(records.cell, np.concatenate(([0], np.cumsum(counts)[:-1])))
    cell, owner, edge = records.cell[order], records.owner[order], records.edge[order]
    border = np.flatnonzero(counts)
    slot = np.full(len(counts), NONE, dtype=np.int32)
    slot[border] = np.arange(len(border))
    starts = np.ones(len(cell), dtype=bool)
    starts[1:] = (cell[1:] != cell[:-1]) | (owner[1:] != owner[:-1])
    group = np.flatnonzero(starts)
    cell_start = np.searchsorted(slot[cell[group]], np.arange(len(border) + 1))
    real = edge >= 0
    edge_start = np.concatenate(([0], np.cumsum(real)))[np.append(group, len(cell))]
    sorted_edges = np.ascontiguousarray(edges[edge[real]])
    return (
        slot,
        cell_start.astype(np.int64),
        owner[group].astype(np.int32),
        edge_start.astype(np.int64),
        sorted_edges,
    )

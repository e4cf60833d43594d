"""The graph of a ward: which blocks touch, over how many metres, what lies between, where a bridge leads.

All shapes are in one metric CRS. Borders of blocks that share their corners are measured exactly; where two
maps differ by less than a metre the border is the stretch on which they run beside each other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.planning.adjacency import Floats, Ints

NEAR_M = 1.0  # blocks drawn apart by less than this still touch
BANK_M = 60.0  # a bridge ends in a block at most so far from the water's edge
MOSTLY = 0.5  # share of a border in the water from which the water parts two blocks

Shapes = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Borders:
    """Pairs of units that touch or are joined by a bridge.

    edges : (m, 2), the smaller number first; a pair stands twice where a bridge crosses its water
    border_m : (m,) metres of shared border, 0 for a bridge
    kinds : (m,) ``border``, ``river`` or ``bridge``, names of `barriers.BARRIER_COST_M`
    """

    edges: Ints
    border_m: Floats
    kinds: npt.NDArray[np.str_]


def borders(blocks: Shapes, water: Shapes, streets: Shapes) -> Borders:
    """Return how `blocks` border on each other.

    blocks : (n,) polygons · water : (w,) polygons · streets : (s,) lines; all in one metric CRS
    Blocks that meet in a corner only do not touch. A border that lies in the water for more than half of its
    length is a river, which parts its blocks, unless a street crosses that water from one to the other.
    """
    edges, lines, length = _touching(blocks)
    parted = _in_water(lines, length, water)
    kinds = np.where(parted, "river", "border")
    joined = {(int(a), int(b)) for a, b in edges[~parted]}
    crossed = [pair for pair in _bridges(blocks, water, streets) if pair not in joined]
    bridges = np.array(crossed, dtype=np.int64).reshape(-1, 2)
    return Borders(
        np.vstack((edges, bridges)),
        np.concatenate((length, np.zeros(len(bridges)))),
        np.concatenate((kinds, np.full(len(bridges), "bridge"))),
    )


def _touching(blocks: Shapes) -> tuple[Ints, Shapes, Floats]:
    """Return the pairs that share a border, (m, 2), the border, and its metres."""
    tree = shapely.STRtree(blocks)
    found = tree.query(blocks, predicate="dwithin", distance=NEAR_M).T
    pairs = found[found[:, 0] < found[:, 1]]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64)
    outlines = shapely.boundary(blocks)
    a, b = outlines[pairs[:, 0]], outlines[pairs[:, 1]]
    lines = shapely.intersection(a, b)
    length = shapely.length(lines)
    loose = np.flatnonzero(length <= NEAR_M)
    beside = shapely.intersection(a[loose], shapely.buffer(b[loose], NEAR_M))
    # Around a corner the outlines run beside each other for a few times NEAR_M: that is no border.
    shared = shapely.length(beside) - 2 * NEAR_M
    lines[loose] = beside
    length[loose] = np.where(shared > 4 * NEAR_M, shared, 0.0)
    kept = length > NEAR_M
    return pairs[kept], lines[kept], length[kept]


def _in_water(lines: Shapes, length: Floats, water: Shapes) -> npt.NDArray[np.bool_]:
    wet = np.zeros(len(lines))
    if len(water) and len(lines):
        for position in np.unique(shapely.STRtree(lines).query(water, predicate="intersects")[1]):
            near = water[shapely.intersects(water, lines[position])]
            wet[position] = shapely.length(shapely.intersection(lines[position], shapely.union_all(near)))
    return wet > MOSTLY * np.maximum(length, 1e-9)


def _bridges(blocks: Shapes, water: Shapes, streets: Shapes) -> list[tuple[int, int]]:
    """Return the pairs of blocks that a street over water joins, each once."""
    if len(water) == 0 or len(streets) == 0:
        return []
    all_water = shapely.union_all(water)
    shapely.prepare(all_water)
    wet = streets[shapely.intersects(streets, all_water)]
    pieces = shapely.get_parts(shapely.line_merge(shapely.intersection(wet, all_water)))
    pieces = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING]
    if len(pieces) == 0:
        return []
    ends = np.concatenate((shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)))
    tree = shapely.STRtree(blocks)
    nearest = np.full(len(ends), -1, dtype=np.int64)
    end, block = tree.query_nearest(ends, max_distance=BANK_M, all_matches=False)
    nearest[end] = block
    a, b = nearest[: len(pieces)], nearest[len(pieces) :]
    joins = (a >= 0) & (b >= 0) & (a != b)
    pairs = np.sort(np.column_stack((a[joins], b[joins])), axis=1)
    return [(int(one), int(other)) for one, other in np.unique(pairs, axis=0)]

"""Cracks between two areas that are open to the outside: no hole in the union shows them."""

import numpy as np
import numpy.typing as npt
import shapely

from geo.intake.areas import polygon_parts
from geo.intake.source import Shapes

Positions = npt.NDArray[np.int64]

# A degree of latitude; one of longitude is shorter, so that no crack is missed.
_M_IN_DEGREE = 111_000
# A crack has a border in common with the areas this near to it: 0.1 mm.
_NEAR_DEG = 1e-9
# Strips thinner than this, 0.02 mm, are the arithmetic of growing and shrinking.
_ROUNDING_DEG = 1e-10


def open_cracks(shapes: Shapes, width_m: float, closed: Shapes) -> tuple[Shapes, Positions]:
    """Return the cracks narrower than `width_m` between two of `shapes` (n,), and the pair (k, 2) of each.

    shapes : valid polygons in EPSG:4326 that may overlap; closed : gaps that are known already
    A crack is what two areas take in when both grow by half of its width and shrink again. Pieces at sharp
    corners of one area, where that is not exact, touch no other area and are no cracks.
    """
    width_deg = width_m / _M_IN_DEGREE
    edges = shapely.coverage_invalid_edges(shapes, gap_width=width_deg)
    suspects = np.flatnonzero(~shapely.is_empty(edges))
    found, other = shapely.STRtree(shapes).query(edges[suspects], predicate="dwithin", distance=width_deg)
    ways = np.sort(np.column_stack((suspects[found], other)), axis=1)
    pairs: Positions = np.unique(ways[ways[:, 0] != ways[:, 1]], axis=0)
    # Areas that lie on each other in the middle are no neighbours; that they overlap is told.
    middles = shapely.point_on_surface(shapes)
    apart = ~shapely.intersects(middles[pairs[:, 0]], shapes[pairs[:, 1]])
    pairs = pairs[apart & ~shapely.intersects(middles[pairs[:, 1]], shapes[pairs[:, 0]])]
    if not len(pairs):
        return np.empty(0, dtype=object), pairs
    both = shapely.union(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    filled = shapely.difference(_resized(both, width_deg / 2, -width_deg / 2), both)
    # Along the outside a strip of rounding is left over, which would tie the pieces together.
    pieces, pair = polygon_parts(_resized(filled, -_ROUNDING_DEG, _ROUNDING_DEG))
    near = np.unique(shapely.STRtree(shapes).query(pieces)[1])
    taken = shapely.union_all([*shapes[near], *closed])
    pieces, piece = polygon_parts(shapely.difference(pieces, taken))
    drawn = ~shapely.is_empty(pieces)
    pieces, pairs = pieces[drawn], pairs[pair[piece[drawn]]]
    between = shapely.dwithin(pieces, shapes[pairs[:, 0]], _NEAR_DEG)
    between &= shapely.dwithin(pieces, shapes[pairs[:, 1]], _NEAR_DEG)
    return pieces[between], pairs[between]


def _resized(shapes: Shapes, first_deg: float, then_deg: float) -> Shapes:
    once = shapely.buffer(shapes, first_deg, join_style="mitre")
    resized: Shapes = shapely.buffer(once, then_deg, join_style="mitre")
    return resized

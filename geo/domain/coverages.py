"""Polygons that should share their borders exactly: which of them disagree, and their union.

Areas whose borders agree are united by their edges alone and never intersected; only the others are looked
at piece by piece. In the plane of any one CRS.
"""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Shapes = npt.NDArray[np.object_]


def disagreeing(edges: Shapes) -> npt.NDArray[np.bool_]:
    """Mask of the areas with an edge among `edges` (n,), from ``shapely.coverage_invalid_edges``."""
    mask: npt.NDArray[np.bool_] = ~(shapely.is_missing(edges) | shapely.is_empty(edges))
    return mask


def suspect_pairs(shapes: Shapes, edges: Shapes) -> npt.NDArray[np.int64]:
    """Return the pairs (k, 2) of positions, the smaller first, of areas that may overlap.

    shapes : (n,) valid polygons; edges : (n,) their invalid edges
    Of an overlapping pair at least one has invalid edges, but not always both, and they touch the other.
    """
    suspects = np.flatnonzero(disagreeing(edges))
    found, other = shapely.STRtree(shapes).query(edges[suspects], predicate="intersects")
    ways = np.sort(np.column_stack((suspects[found], other)), axis=1)
    pairs: npt.NDArray[np.int64] = np.unique(ways[ways[:, 0] != ways[:, 1]], axis=0)
    return pairs


def union(shapes: Shapes, edges: Shapes) -> BaseGeometry:
    """Return the union of `shapes` (n,), n >= 1; edges : (n,) their invalid edges."""
    bad = disagreeing(edges)
    if not bad.any():
        return shapely.coverage_union_all(shapes)
    return shapely.union_all([shapely.coverage_union_all(shapes[~bad]), *shapes[bad]])

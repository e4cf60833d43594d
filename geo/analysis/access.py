"""How far it is along the streets: from many places to posts or centres, and what a post reaches.

All in one metric CRS, metres. Streets are taken as they are drawn: two of them meet where they share a vertex
(to a centimetre), or where one ends on the other; two that only cross, as a bridge crosses a road, do not
meet. So a river is crossed at its bridges and nowhere else. Every street is walked both ways. Shortest ways:
Dijkstra (1959), by `scipy.sparse.csgraph`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from geo.analysis import nearest_segment
from geo.analysis.coordinates import Floats

Ints = npt.NDArray[np.int64]

SNAP_LIMIT_M = 500.0  # what is farther from every street is said to have no way
_SAME_NODE_M = 0.01
_MEET_M = 0.5  # a street that ends so near to another one meets it
_THINNED_M = 1.0
_STEP_M = 25.0  # longest piece that an isochrone takes as a whole
_SOURCES_AT_ONCE = 64
_LEAST_M = 1e-3  # csgraph takes a length of 0 for no edge


@dataclass(frozen=True, eq=False)
class StreetNet:
    """Streets as a graph: its nodes are their vertices, its pieces the straight lines between two.

    xy : (n, 2) nodes · ends : (m, 2) nodes of each piece · length_m : (m,)
    joints : (j, 3) node, piece, metres along: ends of streets that meet a piece between its nodes
    """

    xy: Floats
    ends: Ints
    length_m: Floats
    joints: Floats

    @cached_property
    def lines(self) -> npt.NDArray[np.object_]:
        """The pieces (m,) as LineStrings."""
        return np.asarray(shapely.linestrings(self.xy[self.ends]), dtype=object)

    @cached_property
    def graph(self) -> Any:
        """Lengths between neighbouring nodes, (n, n), each pair once."""
        pairs, lengths = [self.ends], [self.length_m]
        if len(self.joints):
            node, piece = self.joints[:, :2].astype(np.int64).T
            chained, apart = _chained(node, piece, self.joints[:, 2], self.ends, self.length_m)
            pairs.append(chained)
            lengths.append(apart)
        ways, lengths_m = np.sort(np.vstack(pairs), axis=1), np.concatenate(lengths)
        # of two ways between the same nodes the shorter: a sparse matrix would add them up
        order = np.lexsort((lengths_m, ways[:, 1], ways[:, 0]))
        ways, lengths_m = ways[order], np.maximum(lengths_m[order], _LEAST_M)
        first = np.r_[True, (ways[1:] != ways[:-1]).any(axis=1)] if len(ways) else np.empty(0, dtype=bool)
        rows, columns = ways[first].T
        return csr_array((lengths_m[first], (rows, columns)), shape=(len(self.xy), len(self.xy)))


@dataclass(frozen=True, eq=False)
class Snapped:
    """Places on the street nearest to each.

    piece : (n,) position, -1 where no street is within the limit · along_m : (n,) from its first node
    off_m : (n,) from the place to the street, NaN where there is none · xy : (n, 2) the places
    """

    piece: Ints
    along_m: Floats
    off_m: Floats
    xy: Floats

    def __len__(self) -> int:
        return len(self.piece)


def street_net(lines: Any) -> StreetNet:
    """Return the graph of streets.

    lines : (s,) LineString or MultiLineString, metric CRS; missing and empty ones are left out
    Nodes lie where a vertex lies; an end on another street's line is joined to it there.
    """
    parts = shapely.get_parts(np.asarray(lines, dtype=object))
    xy, of_line = shapely.get_coordinates(parts, return_index=True)
    keys, node = np.unique(np.round(xy / _SAME_NODE_M).astype(np.int64), axis=0, return_inverse=True)
    node = node.reshape(-1)
    places = np.empty((len(keys), 2))
    places[node] = xy
    follows = (of_line[1:] == of_line[:-1]) & (node[1:] != node[:-1]) if len(xy) else np.empty(0, dtype=bool)
    ends = np.column_stack((node[:-1][follows], node[1:][follows])).astype(np.int64).reshape(-1, 2)
    across = places[ends[:, 1]] - places[ends[:, 0]]
    net = StreetNet(places, ends, np.hypot(across[:, 0], across[:, 1]), np.empty((0, 3)))
    return StreetNet(places, ends, net.length_m, _joints(net))


def _joints(net: StreetNet) -> Floats:
    """Return node, piece, metres along for each dead end that lies on a piece which does not end there."""
    degree = np.bincount(net.ends.ravel(), minlength=len(net.xy))
    dead = np.flatnonzero(degree == 1)
    if not len(dead):
        return np.empty((0, 3))
    ends = np.asarray(shapely.points(net.xy[dead]), dtype=object)
    at, piece = shapely.STRtree(net.lines).query(ends, predicate="dwithin", distance=_MEET_M)
    others = (net.ends[piece] != dead[at][:, None]).all(axis=1)
    at, piece = at[others], piece[others]
    along = shapely.line_locate_point(net.lines[piece], ends[at])
    return np.column_stack((dead[at], piece, along)).astype(float)


def _chained(node: Ints, piece: Ints, along: Floats, ends: Ints, length_m: Floats) -> tuple[Ints, Floats]:
    """Return the edges that string the nodes on a piece together from its first end to its last."""
    order = np.lexsort((along, piece))
    node, piece, along = node[order], piece[order], along[order]
    starts = np.r_[True, piece[1:] != piece[:-1]]
    stops = np.r_[starts[1:], True]
    before = np.where(starts, ends[piece, 0], np.r_[node[:1], node[:-1]])
    apart = np.where(starts, along, along - np.r_[along[:1], along[:-1]])
    last = np.column_stack((node[stops], ends[piece[stops], 1]))
    left = (length_m[piece] - along)[stops]
    return np.vstack((np.column_stack((before, node)), last)), np.concatenate((apart, left))


def snap(net: StreetNet, xy: Floats, limit_m: float = SNAP_LIMIT_M) -> Snapped:
    """Return the place on the nearest street for each of `xy` (n, 2), metres, finite."""
    piece, off_m = nearest_segment.nearest(np.ascontiguousarray(xy, dtype=float), net.lines, limit_m)
    along_m = np.full(len(xy), np.nan)
    held = piece >= 0
    along_m[held] = shapely.line_locate_point(net.lines[piece[held]], shapely.points(xy[held]))
    return Snapped(piece, along_m, off_m, xy)


def straight_m(places: Snapped, goals: Snapped, pairs: Ints) -> Floats:
    """Return (p,) straight-line metres of `pairs` (p, 2): position in `places`, position in `goals`."""
    across = places.xy[pairs[:, 0]] - goals.xy[pairs[:, 1]]
    return np.asarray(np.hypot(across[:, 0], across[:, 1]))


def street_m(net: StreetNet, places: Snapped, goals: Snapped, pairs: Ints) -> Floats:
    """Return (p,) metres along the streets of `pairs` (p, 2): position in `places`, position in `goals`.

    From door to door: the way to the street, along it, and from it, so never less than the straight line.
    inf where no way joins the two, or one of them is too far from every street.
    """
    found = np.full(len(pairs), np.inf)
    known = (places.piece[pairs[:, 0]] >= 0) & (goals.piece[pairs[:, 1]] >= 0)
    wanted = np.unique(pairs[known, 1])
    for start in range(0, len(wanted), _SOURCES_AT_ONCE):  # a row of distances a goal: bounded memory
        chunk = wanted[start : start + _SOURCES_AT_ONCE]
        nodes = _from_goals(net, goals, chunk)
        mine = np.flatnonzero(known & np.isin(pairs[:, 1], chunk))
        place, goal = pairs[mine].T
        row = np.searchsorted(chunk, goal)
        along = _along_m(net, nodes, row, places.piece[place], places.along_m[place])
        own = places.piece[place] == goals.piece[goal]
        direct = np.where(own, np.abs(places.along_m[place] - goals.along_m[goal]), np.inf)
        found[mine] = np.minimum(along, direct) + places.off_m[place] + goals.off_m[goal]
    return found


def _from_goals(net: StreetNet, goals: Snapped, chosen: Ints) -> Floats:
    """Return (k, n) metres along the streets from each chosen goal to each node."""
    ends = net.ends[goals.piece[chosen]]
    lead = np.column_stack((goals.along_m[chosen], net.length_m[goals.piece[chosen]] - goals.along_m[chosen]))
    starts, back = np.unique(ends, return_inverse=True)
    reached = dijkstra(net.graph, directed=False, indices=starts)
    from_end = reached[back.reshape(ends.shape)]
    return np.asarray((from_end + lead[:, :, None]).min(axis=1))


def _along_m(net: StreetNet, nodes: Floats, row: Ints, piece: Ints, along: Floats) -> Floats:
    """Return the metres to places on pieces by whichever end is nearer; `row` of `nodes` for each place."""
    first, last = net.ends[piece].T
    by_first, by_last = nodes[row, first] + along, nodes[row, last] + net.length_m[piece] - along
    return np.asarray(np.minimum(by_first, by_last))


def isochrone(
    net: StreetNet, goal: Snapped, bands_m: tuple[float, ...], width_m: float
) -> list[BaseGeometry]:
    """Return an area for each band: what lies within `width_m` of a street reached in so many metres.

    goal : one place · bands_m : rising; a band's area leaves out those before it
    Streets are cut into pieces of at most 25 m, each in the band of its middle: the border between two bands
    is right to 12.5 m. A picture to look at; figures come from `street_m`.
    """
    if not len(goal) or goal.piece[0] < 0:
        return [shapely.MultiPolygon()] * len(bands_m)
    nodes = _from_goals(net, goal, np.zeros(1, dtype=np.int64))
    steps = np.maximum(1, np.ceil(net.length_m / _STEP_M)).astype(np.int64)
    piece = np.repeat(np.arange(len(steps)), steps)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(steps) - steps, steps)
    cuts = np.column_stack((number, number + 1)) / steps[piece][:, None]
    middle = cuts.mean(axis=1) * net.length_m[piece]
    away = _along_m(net, nodes, np.zeros(len(piece), dtype=np.int64), piece, middle)
    own = piece == goal.piece[0]
    away = np.where(own, np.minimum(away, np.abs(middle - goal.along_m[0])), away) + goal.off_m[0]
    tail, head = net.xy[net.ends[piece, 0]], net.xy[net.ends[piece, 1]]
    lines = shapely.linestrings(tail[:, None] + cuts[:, :, None] * (head - tail)[:, None])
    areas: list[BaseGeometry] = []
    inner: BaseGeometry = shapely.MultiPolygon()
    reached = np.searchsorted(np.asarray(bands_m), away)
    for band in range(len(bands_m)):
        # Long lines by themselves, then one union: five times as fast as one buffer around all of them.
        streets = shapely.line_merge(shapely.multilinestrings(lines[reached == band]))
        parts = shapely.get_parts(shapely.simplify(streets, _THINNED_M))
        around = shapely.union_all(shapely.buffer(parts, width_m, quad_segs=2))
        areas.append(shapely.difference(around, inner))
        inner = shapely.union_all([inner, around])
    return areas

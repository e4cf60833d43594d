"""Dividing neighbouring blocks into connected groups of about equal load, with borders on wide streets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.domain.kinds import StreetKind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Crossing a wide street counts as a longer way, so groups end there.
_CROSSING = {StreetKind.MAJOR.value: 2.6, StreetKind.MINOR.value: 1.5, StreetKind.LANE.value: 1.0}
_ROUNDS, _TILTS = 6, 40


@dataclass(frozen=True)
class Neighbourhood:
    """Blocks as a graph: way (b, b) sparse, metres between neighbours; xy (b, 2) metres; load (b,)."""

    way: csr_array
    xy: Floats
    load: Floats

    @classmethod
    def of(cls, blocks: npt.NDArray[np.object_], neighbours: pd.DataFrame, load: Floats) -> "Neighbourhood":
        """Build it from block polygons, their pairs (a, b, kind), and the households in each."""
        inside = shapely.point_on_surface(blocks)
        xy = np.column_stack((shapely.get_x(inside), shapely.get_y(inside)))
        a, b = neighbours["a"].to_numpy(), neighbours["b"].to_numpy()
        apart = np.hypot(*(xy[a] - xy[b]).T) * neighbours["kind"].map(_CROSSING).to_numpy(float)
        n = len(blocks)
        way = csr_array((np.r_[apart, apart], (np.r_[a, b], np.r_[b, a])), shape=(n, n))
        return cls(way, xy, np.asarray(load, float))

    def part(self, members: Ints) -> "Neighbourhood":
        """Return the graph of `members` alone, renumbered in their order."""
        return Neighbourhood(self.way[members][:, members], self.xy[members], self.load[members])

    def components(self) -> Ints:
        """Return the number (b,) of the connected part that each block is in."""
        return np.asarray(connected_components(self.way, directed=False)[1], dtype=np.int64)


def divide(area: Neighbourhood, groups: int, rng: np.random.Generator) -> Ints:
    """Return the group (b,) of each block of a connected `area`, 0..groups-1, each group connected.

    A block goes to the seed with the shortest way plus that seed's handicap; every block on that way
    goes there too, so groups are connected. Handicaps grow with a group's load; seeds move to the middle
    of their groups. The most even of all divisions met is returned.
    """
    seeds = _spread(area, groups, rng)
    best, best_excess = np.zeros(len(area.load), dtype=np.int64), np.inf
    for _ in range(_ROUNDS):
        ways = dijkstra(area.way, indices=seeds)
        owner, excess = _tilt(ways, area.load, groups)
        if excess < best_excess:
            best, best_excess = owner, excess
        seeds = _middles(area, owner, groups)
    return best


def _spread(area: Neighbourhood, groups: int, rng: np.random.Generator) -> Ints:
    """Choose seeds, each the block farthest from those chosen before."""
    seeds = [int(rng.integers(len(area.load)))]
    nearest = _ways(area, seeds[0])
    seeds = [int(nearest.argmax())]
    nearest = _ways(area, seeds[0])
    while len(seeds) < groups:
        seeds.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, _ways(area, seeds[-1]))
    return np.array(seeds)


def _ways(area: Neighbourhood, start: int) -> Floats:
    """Return the way (b,) from block `start` to each block."""
    return np.asarray(dijkstra(area.way, indices=np.array([start]))[0])


def _tilt(ways: Floats, load: Floats, groups: int) -> tuple[Ints, float]:
    """Return the most even division for these seeds and its largest deviation from the mean load."""
    handicap = np.zeros(groups)
    mean = load.sum() / groups
    scale = float(np.median(ways.min(axis=0))) + 1.0
    best, best_excess = ways.argmin(axis=0), np.inf
    for turn in range(_TILTS):
        owner = (ways + handicap[:, None]).argmin(axis=0)
        loads = np.bincount(owner, load, groups)
        if (np.bincount(owner, minlength=groups) == 0).any():
            break
        excess = float(np.abs(loads / mean - 1).max())
        if excess < best_excess:
            best, best_excess = owner, excess
        handicap += 0.6 * scale * (loads / mean - 1) / (1 + 0.05 * turn)
    return best, best_excess


def _middles(area: Neighbourhood, owner: Ints, groups: int) -> Ints:
    """Return for each group its block nearest to the centre of its load."""
    weight = np.bincount(owner, area.load, groups)
    centre = np.column_stack([np.bincount(owner, area.load * area.xy[:, k], groups) / weight for k in (0, 1)])
    away = np.hypot(*(area.xy - centre[owner]).T)
    first = pd.Series(away).groupby(owner).idxmin()
    return first.to_numpy(np.int64)

"""The barrier graph of a problem, laid out so that one unit's borders lie next to one another."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Borders of unit i are the slots ``start[i] : start[i + 1]``; every edge has two slots.

    start : (n + 1,)
    neighbour : (2 m,) the unit across the border
    edge : (2 m,) position of the border in ``Problem.edges``
    passable : (2 m,) False where the border blocks: it is shared, but nobody gets across
    border_m : (2 m,) length
    cut_m : (2 m,) what keeping the two apart costs in metres: the border drawn, less what a barrier costs
        the officer who has to cross it (so it can be below 0); 0 where it blocks, a border drawn by nature
    """

    start: Ints
    neighbour: Ints
    edge: Ints
    passable: Flags
    border_m: Floats
    cut_m: Floats

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.start) - 1

    def slots(self, units: Ints) -> Ints:
        """Return all slots of the given units, one unit after the other."""
        first, count = self.start[units], self.start[units + 1] - self.start[units]
        before = np.cumsum(count) - count
        slots: Ints = np.arange(int(count.sum())) + np.repeat(first - before, count)
        return slots

    def neighbours(self, unit: int) -> Ints:
        """Return the units that can be reached from `unit` across one border."""
        own = slice(self.start[unit], self.start[unit + 1])
        found: Ints = self.neighbour[own][self.passable[own]]
        return found


def adjacency(n: int, edges: Ints, border_m: Floats, cost_m: Floats) -> Adjacency:
    """Return the graph of `n` units; an edge of infinite cost blocks."""
    ends = np.concatenate((edges[:, 0], edges[:, 1]))
    across = np.concatenate((edges[:, 1], edges[:, 0]))
    number = np.tile(np.arange(len(edges)), 2)
    order = np.lexsort((across, ends))
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=n), out=start[1:])
    passable = np.isfinite(cost_m)
    cut_m = np.where(passable, border_m - np.where(passable, cost_m, 0.0), 0.0)
    edge = number[order]
    return Adjacency(start, across[order], edge, passable[edge], border_m[edge], cut_m[edge])


def on_the_way(graph: Adjacency, price: Floats, own: Flags) -> Floats:
    """Return the least sum of prices on a way from `own` to each unit, itself included, (n,).

    A price of infinity bars the way; infinity is also the answer where there is none.
    """
    unit = np.repeat(np.arange(graph.n), np.diff(graph.start))
    ways = graph.passable & np.isfinite(price[graph.neighbour])
    unit, into = unit[ways], graph.neighbour[ways]
    length = price[into] + 1e-12  # a length of exactly 0 would read as no way at all
    step = csr_array((length, (unit, into)), shape=(graph.n, graph.n))
    # a pair joined by two edges is summed; both ways are the same, so half of it is meant
    pairs = csr_array((np.ones(len(length)), (unit, into)), shape=(graph.n, graph.n))
    step.data /= pairs.data
    found: Floats = dijkstra(step, indices=np.flatnonzero(own), min_only=True)
    return found

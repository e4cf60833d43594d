"""Stretches of the graph that are reached through one unit only."""

from collections.abc import Iterator

import numpy as np

from geo.planning.adjacency import Adjacency, Flags, Floats, Ints
from geo.planning.compiled import compiled
from geo.planning.problem import Problem


def dead_ends(problem: Problem) -> Iterator[tuple[int, list[list[int]]]]:
    """Yield (unit, stretches behind it) where `unit` alone joins others to the rest, the lightest first.

    Of the pieces that the graph falls into without the unit, those whose workload is less than the smallest
    target are behind it. Tarjan (1972), articulation points by depth-first search.
    """
    graph = problem.adjacency
    order, low, parent, last = _searched(graph)
    behind: dict[int, list[list[int]]] = {}
    by_order = np.argsort(order)
    below = np.zeros(problem.n)
    _sum_below(by_order, parent, problem.workload, below)
    least = float(problem.target.min())
    for unit in range(problem.n):
        above = int(parent[unit])
        if above >= 0 and low[unit] >= order[above] and below[unit] < least:
            behind.setdefault(above, []).append([int(u) for u in by_order[order[unit] : last[unit] + 1]])
        # seen from the other side: all that is not below a unit hangs on the unit
        if above >= 0 and problem.total - below[unit] < least and _only_child(unit, low, order, parent):
            rest = np.setdiff1d(np.arange(problem.n), by_order[order[unit] : last[unit] + 1])
            behind.setdefault(unit, []).append([int(u) for u in rest])
    for unit, stretches in behind.items():
        yield unit, sorted(stretches, key=lambda units: float(problem.workload[units].sum()))


def _only_child(unit: int, low: Ints, order: Ints, parent: Ints) -> bool:
    """Whether nothing below `unit` reaches above it, so that the unit alone joins the two."""
    children = np.flatnonzero(parent == unit)
    return bool((low[children] >= order[unit]).all())


def _searched(graph: Adjacency) -> tuple[Ints, Ints, Ints, Ints]:
    found: tuple[Ints, Ints, Ints, Ints] = _depth_first(graph.start, graph.neighbour, graph.passable)
    return found


@compiled
def _sum_below(by_order: Ints, parent: Ints, workload: Floats, below: Floats) -> None:
    for unit in by_order[::-1]:
        below[unit] += workload[unit]
        if parent[unit] >= 0:
            below[parent[unit]] += below[unit]


@compiled
def _depth_first(start: Ints, neighbour: Ints, passable: Flags) -> tuple[Ints, Ints, Ints, Ints]:
    """Return discovery order, low link, parent and last order below each unit of a connected graph, (n,)."""
    n = start.size - 1
    order, low = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    parent, last = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    slot, stack = start[:-1].copy(), np.empty(n, dtype=np.int64)
    stack[0], height, counter = 0, 1, 1
    order[0] = 0
    while height > 0:
        unit = stack[height - 1]
        if slot[unit] < start[unit + 1]:
            other = neighbour[slot[unit]]
            open_way = passable[slot[unit]]
            slot[unit] += 1
            if not open_way:
                continue
            if order[other] < 0:
                order[other], low[other], parent[other] = counter, counter, unit
                counter += 1
                stack[height] = other
                height += 1
            elif other != parent[unit]:
                low[unit] = min(low[unit], order[other])
            continue
        height -= 1
        last[unit] = counter - 1
        if parent[unit] >= 0:
            low[parent[unit]] = min(low[parent[unit]], low[unit])
    return order, low, parent, last

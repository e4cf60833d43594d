"""Which unit can go to which beat in a plan at least as good as one already known; the rest is left out.

Every rule is a proof, so that the bound of the reduced model is a bound of the whole problem.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.planning.adjacency import Flags, Floats, Ints
from geo.planning.problem import NOBODY, Problem

_ROUNDING = 1e-7


def possible(problem: Problem, least: Floats, most: Floats, known: float) -> Flags:
    """Return whether unit i can go to beat j in a plan that moves at most `known`, (n, k) bool.

    least, most : (k,) limits of the beats
    known : workload moved by a plan that holds; infinity where there is none

    A beat that keeps one of its units reaches a new one only through units that it is given on the way. What
    is above a beat's limit must leave it in any plan, so ways through such beats cost nothing extra; all
    else that is moved counts against what `known` leaves. The same holds for what must come to beats below
    their limit. A beat that could lose all its units within that room may reappear anywhere.
    """
    owner, workload = problem.owner, problem.workload
    load = np.bincount(owner[owner >= 0], workload[owner >= 0], minlength=problem.k)
    leaving, coming = np.maximum(load - most, 0.0), np.maximum(least - load, 0.0)
    homeless = float(workload[owner == NOBODY].sum())
    spare_leaving = known - homeless - leaving.sum()
    spare_coming = known - coming.sum()
    from_full = np.append(leaving > 0, True)[owner]  # owner -1 reads the last place: nobody's units must go
    counted = np.where(from_full, 0.0, workload)
    found = np.ones((problem.n, problem.k), dtype=bool)
    for part in range(problem.k):
        own = owner == part
        if not own.any() or load[part] - leaving[part] <= spare_leaving + _ROUNDING:
            continue
        near = own | (_on_the_way(problem, counted, own) <= spare_leaving + _ROUNDING)
        room = spare_coming if coming[part] == 0 else known
        near &= own | (_on_the_way(problem, workload, own) <= room + _ROUNDING)
        found[:, part] = near
    return _with_locks(problem, found)


def within_steps(problem: Problem, steps: int) -> Flags:
    """Return whether unit i is at most `steps` borders from beat j, (n, k) bool: a guess, not a proof."""
    found = np.zeros((problem.n, problem.k), dtype=bool)
    one = np.ones(problem.n)
    for part in range(problem.k):
        own = problem.owner == part
        found[:, part] = own | (_on_the_way(problem, one, own) <= steps) if own.any() else True
    return _with_locks(problem, found)


def _with_locks(problem: Problem, found: Flags) -> Flags:
    locked = np.flatnonzero(problem.is_locked)
    found[locked] = False
    found[locked, problem.owner[locked]] = True
    return found


def _on_the_way(problem: Problem, price: Floats, own: Flags) -> Floats:
    """Return the least sum of prices on a way from `own` to each unit, itself included, (n,)."""
    graph = problem.adjacency
    ways = graph.passable
    unit = np.repeat(np.arange(graph.n), np.diff(graph.start))[ways]
    into: Ints = graph.neighbour[ways]
    length = price[into] + 1e-12  # a length of exactly 0 would read as no way at all
    step = csr_array((length, (unit, into)), shape=(graph.n, graph.n))
    # a pair joined by two edges is summed; both ways are the same, so half of it is meant
    pairs = csr_array((np.ones(len(length)), (unit, into)), shape=(graph.n, graph.n))
    step.data /= pairs.data
    found: Floats = dijkstra(step, indices=np.flatnonzero(own), min_only=True)
    return found

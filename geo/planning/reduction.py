"""Which unit can go to which beat in a plan at least as good as one already known; the rest is left out.

Every rule is a proof, so that the bound of the reduced model is a bound of the whole problem.
"""

import numpy as np

from geo.planning.adjacency import Flags, Floats, on_the_way
from geo.planning.problem import NOBODY, Problem
from geo.planning.transfers import Ranges, loads_of

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
        near = own | (on_the_way(problem.adjacency, counted, own) <= spare_leaving + _ROUNDING)
        room = spare_coming if coming[part] == 0 else known
        near &= own | (on_the_way(problem.adjacency, workload, own) <= room + _ROUNDING)
        found[:, part] = near
    return _with_locks(problem, found)


def reachable(problem: Problem, found: Ranges | None) -> Flags:
    """Return whether unit i can go to beat j where no more passes than `found` says, (n, k) bool.

    All that a beat is given on its way to a unit must fit into what may come to it, and from each other beat.
    None, where nothing holds, leaves every unit with its owner.
    """
    owner, workload = problem.owner, problem.workload
    allowed = np.zeros((problem.n, problem.k), dtype=bool)
    held = np.flatnonzero(owner != NOBODY)
    allowed[held, owner[held]] = True
    if found is None:
        return allowed
    load = loads_of(problem)
    for part in range(problem.k):
        if found.out[part] >= load[part] - _ROUNDING:  # keeps nothing for sure, so it may reappear anywhere
            allowed[:, part] = True
            continue
        own = allowed[:, part].copy()
        limit = np.where(own, np.inf, found.between[owner, part])  # owner -1 reads the last row: nobody's
        near = own | (workload <= limit + _ROUNDING)
        for source in (None, *np.unique(owner[near & ~own])):
            priced = own | (owner == source) if source is not None else np.ones(problem.n, dtype=bool)
            most = found.into[part] if source is None else found.between[source, part]
            price = np.where(near, np.where(priced, workload, 0.0), np.inf)
            within = on_the_way(problem.adjacency, price, own) <= most + _ROUNDING
            near &= own | within | ~priced
        allowed[:, part] = near
    return _with_locks(problem, allowed)


def within_steps(problem: Problem, steps: int) -> Flags:
    """Return whether unit i is at most `steps` borders from beat j, (n, k) bool: a guess, not a proof."""
    found = np.zeros((problem.n, problem.k), dtype=bool)
    one = np.ones(problem.n)
    for part in range(problem.k):
        own = problem.owner == part
        found[:, part] = own | (on_the_way(problem.adjacency, one, own) <= steps) if own.any() else True
    return _with_locks(problem, found)


def _with_locks(problem: Problem, found: Flags) -> Flags:
    locked = np.flatnonzero(problem.is_locked)
    found[locked] = False
    found[locked, problem.owner[locked]] = True
    return found

"""A first contiguous plan: beats grow from seeds far apart, the one furthest below its target first."""

# ruff: noqa: PLR0917 - compiled kernels take plain arrays by position

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Adjacency, Flags, Floats, Ints
from geo.planning.compiled import compiled
from geo.planning.problem import NOBODY, Problem


def grown(problem: Problem, seed: int, start: Ints | None = None) -> Ints:
    """Return a contiguous plan, (n,), every beat with at least one unit; balance is not promised.

    start : (n,) beats that stand already, each in one piece, -1 for what is to be given; None begins with the
        locked units alone. Beats without a unit get a seed as many borders away from the others as there is.
    Raises InputError ``plan_lock_apart`` where the locked units of two beats cross each other's way.
    """
    graph = problem.adjacency
    owner = _joined_locks(problem, graph, seed) if start is None else start.copy()
    unseeded = np.setdiff1d(np.arange(problem.k), owner)
    first = int(np.random.default_rng(seed).integers(problem.n))
    _seed(owner, unseeded, first, graph.start, graph.neighbour, graph.passable)
    _grow(
        owner,
        problem.workload,
        problem.target,
        problem.xy,
        graph.start,
        graph.neighbour,
        graph.passable,
    )
    return owner


def _joined_locks(problem: Problem, graph: Adjacency, seed: int) -> Ints:
    """Join each beat's locked units by shortest ways; try other orders where ways cross."""
    locked = problem.is_locked
    parts = np.unique(problem.owner[locked])
    rng = np.random.default_rng(seed)
    stuck = -1
    for _ in range(20):
        owner = np.where(locked, problem.owner, NOBODY)
        stuck = next((int(part) for part in parts if not _join(owner, int(part), graph)), -1)
        if stuck < 0:
            return owner
        parts = np.concatenate(([stuck], rng.permutation(parts[parts != stuck])))
    own = np.flatnonzero(locked & (problem.owner == stuck))
    raise InputError("plan_lock_apart", part=stuck, unit=int(own[0]), other=int(own[-1]))


def _join(owner: Ints, part: int, graph: Adjacency) -> bool:
    own = np.flatnonzero(owner == part)
    for unit in own[1:]:
        if not _join_by_shortest_way(
            owner, part, int(own[0]), int(unit), graph.start, graph.neighbour, graph.passable
        ):
            return False
    return True


@compiled
def _join_by_shortest_way(
    owner: Ints, part: int, anchor: int, unit: int, start: Ints, neighbour: Ints, passable: Flags
) -> bool:
    """Give `part` the fewest free units that join `unit` to the piece of `anchor`; False where cut off."""
    n = owner.size
    came = np.full(n, -1, dtype=np.int64)
    joined = np.zeros(n, dtype=np.bool_)
    queue = np.empty(n, dtype=np.int64)
    queue[0] = anchor
    joined[anchor] = True
    head, length = 0, 1
    while head < length:  # the piece of the anchor
        here = queue[head]
        head += 1
        for slot in range(start[here], start[here + 1]):
            other = neighbour[slot]
            if passable[slot] and owner[other] == part and not joined[other]:
                joined[other] = True
                queue[length] = other
                length += 1
    if joined[unit]:
        return True
    queue[0] = unit
    came[unit] = unit
    head, length = 0, 1
    while head < length:
        here = queue[head]
        head += 1
        if joined[here]:
            while here != unit:
                owner[here] = part
                here = came[here]
            return True
        for slot in range(start[here], start[here + 1]):
            other = neighbour[slot]
            if passable[slot] and came[other] < 0 and (owner[other] == part or owner[other] < 0):
                came[other] = here
                queue[length] = other
                length += 1
    return False


@compiled
def _seed(owner: Ints, unseeded: Ints, first: int, start: Ints, neighbour: Ints, passable: Flags) -> None:
    """Give each unseeded part the free unit that is most borders away from all that are taken."""
    n = owner.size
    distance = np.full(n, n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    length = 0
    for unit in range(n):
        if owner[unit] >= 0:
            distance[unit] = 0
            queue[length] = unit
            length += 1
    nothing_taken = length == 0
    _spread(distance, queue, length, start, neighbour, passable)
    for number in range(unseeded.size):
        best = -1
        for unit in range(n):
            if owner[unit] < 0 and (best < 0 or distance[unit] > distance[best]):
                best = unit
        if number == 0 and nothing_taken:
            best = first
        owner[best] = unseeded[number]
        distance[best] = 0
        queue[0] = best
        _spread(distance, queue, 1, start, neighbour, passable)


@compiled
def _spread(distance: Ints, queue: Ints, length: int, start: Ints, neighbour: Ints, passable: Flags) -> None:
    """Lower the distances in borders, breadth first, from the units in the queue."""
    n = distance.size
    head, waiting = 0, length
    while waiting > 0:
        here = queue[head % n]
        head += 1
        waiting -= 1
        for slot in range(start[here], start[here + 1]):
            other = neighbour[slot]
            if passable[slot] and distance[other] > distance[here] + 1:
                distance[other] = distance[here] + 1
                queue[(head + waiting) % n] = other
                waiting += 1


@compiled
def _grow(
    owner: Ints,
    workload: Floats,
    target: Floats,
    xy: Floats,
    start: Ints,
    neighbour: Ints,
    passable: Flags,
) -> None:
    """Give the beat furthest below its target its nearest free neighbour, until all units are given."""
    n, k = owner.size, target.size
    load, count, sums = np.zeros(k), np.zeros(k), np.zeros((k, 2))
    head, following = np.full(k, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    alive = np.ones(k, dtype=np.bool_)
    left = 0
    for unit in range(n):
        if owner[unit] < 0:
            left += 1
        else:
            _take(owner[unit], unit, workload, xy, load, count, sums, head, following)
    while left > 0:
        part = _lightest(load, target, alive)
        unit = _nearest_free(
            head[part], following, owner, xy, sums[part] / count[part], start, neighbour, passable
        )
        if unit < 0:
            alive[part] = False
            continue
        owner[unit] = part
        _take(part, unit, workload, xy, load, count, sums, head, following)
        left -= 1


@compiled
def _take(
    part: int,
    unit: int,
    workload: Floats,
    xy: Floats,
    load: Floats,
    count: Floats,
    sums: Floats,
    head: Ints,
    following: Ints,
) -> None:
    load[part] += workload[unit]
    count[part] += 1
    sums[part, 0] += xy[unit, 0]
    sums[part, 1] += xy[unit, 1]
    following[unit] = head[part]
    head[part] = unit


@compiled
def _lightest(load: Floats, target: Floats, alive: Flags) -> int:
    best = -1
    for part in range(load.size):
        if alive[part] and (best < 0 or load[part] / target[part] < load[best] / target[best]):
            best = part
    return best


@compiled
def _nearest_free(
    head: int,
    following: Ints,
    owner: Ints,
    xy: Floats,
    centre: Floats,
    start: Ints,
    neighbour: Ints,
    passable: Flags,
) -> int:
    """Return the free neighbour of the part (a chain from `head`) that is nearest to its centre, or -1."""
    best, best_distance = -1, np.inf
    unit = head
    while unit >= 0:
        for slot in range(start[unit], start[unit + 1]):
            other = neighbour[slot]
            if passable[slot] and owner[other] < 0:
                distance = (xy[other, 0] - centre[0]) ** 2 + (xy[other, 1] - centre[1]) ** 2
                if distance < best_distance:
                    best, best_distance = other, distance
        unit = following[unit]
    return best

"""Cuts that forbid a beat in pieces: what lies apart needs a unit of the ring around it.

A set C of units whose workload is too little for a beat is never a whole beat, so a beat that has a unit of C
reaches out of C through a neighbour of C: x[a, j] <= sum of x[s, j] over the ring of C, for every a in C. See
Oehrlein & Haunert (2017), A cutting-plane method for contiguity-constrained spatial aggregation. Units
without any workload are in pieces and in rings like all others.

Where it is known how much may come to a beat that keeps a unit of its own, the ring loses those units from
which no way that is cheap enough leads on to the unit in question: what is left of the cut is stronger.
"""

# ruff: noqa: PLR0917 - compiled kernels take plain arrays by position

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geo.planning.adjacency import Adjacency, Flags, Floats, Ints
from geo.planning.compiled import compiled
from geo.planning.contiguity import label_pieces
from geo.planning.problem import Problem

_ROUNDING = 1e-6
_MOST_PER_PIECE = 40  # units of one piece that get a cut of their own in one round


@dataclass(frozen=True)
class Cut:
    """x[unit, part] (+ x[anchor, part] - 1 where there is an anchor) <= sum of x[ring, part]."""

    part: int
    unit: int
    ring: tuple[int, ...]
    anchor: int = -1


def ring_of(graph: Adjacency, units: Ints) -> Ints:
    """Return the units that can be reached from `units` across one border, ascending."""
    slots = graph.slots(units)
    around = np.unique(graph.neighbour[slots][graph.passable[slots]])
    ring: Ints = np.setdiff1d(around, units, assume_unique=True)
    return ring


def first_cuts(problem: Problem, least: Floats, part: int, units: Ints) -> Iterator[Cut]:
    """Yield for each of `units`, none of them the beat's today, that it needs a neighbour in the beat."""
    for unit in units:
        if problem.workload[unit] < least[part]:
            yield Cut(part, int(unit), tuple(int(other) for other in problem.adjacency.neighbours(int(unit))))


def detour_cuts(problem: Problem, part: int, units: Ints, allowed: Flags, room: float) -> Iterator[Cut]:
    """Yield for each of `units`, none of them the beat's today, which neighbours it can hang on.

    A neighbour counts where a way from the beat of today leads to it that goes round the unit, through units
    that are allowed, (n,) bool, and of which all and the unit together are at most `room`, what may come to
    the beat. Holds for plans in which the beat keeps a unit of today's.
    """
    graph, own = problem.adjacency, problem.owner == part
    price = np.where(own, 0.0, np.where(allowed, problem.workload, np.inf))
    hangs = _hangs_on(units, own, price, room + _ROUNDING, graph.start, graph.neighbour, graph.passable)
    for unit in units:
        slots = np.arange(graph.start[unit], graph.start[unit + 1])
        ring = np.unique(graph.neighbour[slots[hangs[slots]]])
        yield Cut(part, int(unit), tuple(int(other) for other in ring))


@compiled
def _hangs_on(
    units: Ints, own: Flags, price: Floats, room: float, start: Ints, neighbour: Ints, passable: Flags
) -> Flags:
    """Return for each slot of `units` whether a cheap way leads on from there to the beat, (2 m,).

    The cheapest way of all answers for most slots: it is too dear, or it goes round the unit already. Only
    where it leads through the unit is another one looked for.
    """
    found = np.zeros(neighbour.size, dtype=np.bool_)
    least, after = _ways_in(own, price, room, start, neighbour, passable)
    for unit in units:
        for slot in range(start[unit], start[unit + 1]):
            first = neighbour[slot]
            if not passable[slot] or price[unit] + least[first] > room:
                continue
            here = first
            while here >= 0 and here != unit:
                here = after[here]
            found[slot] = here < 0 or _leads_round(
                unit, first, own, price, least, room, start, neighbour, passable
            )
    return found


@compiled
def _ways_in(
    own: Flags, price: Floats, room: float, start: Ints, neighbour: Ints, passable: Flags
) -> tuple[Floats, Ints]:
    """Return what the cheapest way from each unit to the beat costs, and its next unit (-1: none), (n,)."""
    n = own.size
    least, after = np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    waits, queue = own.copy(), np.empty(n, dtype=np.int64)
    inside = np.flatnonzero(own)
    least[inside], queue[: inside.size], head, length = 0.0, inside, 0, inside.size
    while length > 0:
        here = queue[head % n]
        head, length, waits[here] = head + 1, length - 1, False
        for way in range(start[here], start[here + 1]):
            other = neighbour[way]
            cost = least[here] + price[other]
            if passable[way] and not own[other] and cost <= room and cost < least[other]:
                least[other], after[other] = cost, here
                if not waits[other]:
                    queue[(head + length) % n], waits[other], length = other, True, length + 1
    return least, after


@compiled
def _leads_round(
    unit: int,
    first: int,
    own: Flags,
    price: Floats,
    least: Floats,
    room: float,
    start: Ints,
    neighbour: Ints,
    passable: Flags,
) -> bool:
    """Whether a way within `room` leads by `first` to the beat and not back; least : no way costs less."""
    n = own.size
    spent, waits, queue = np.full(n, np.inf), np.zeros(n, dtype=np.bool_), np.empty(n, dtype=np.int64)
    spent[first], queue[0], head, length = price[unit] + price[first], first, 0, 1
    while length > 0:
        here = queue[head % n]
        head, length, waits[here] = head + 1, length - 1, False
        if own[here]:
            return True
        for way in range(start[here], start[here + 1]):
            other = neighbour[way]
            cost = spent[here] + price[other]
            if not passable[way] or other == unit or cost > room or cost >= spent[other]:
                continue
            if cost + (least[other] - price[other]) <= room:  # what it takes from there on counts
                spent[other] = cost
                if not waits[other]:
                    queue[(head + length) % n], waits[other], length = other, True, length + 1
    return False


def layered_cuts(problem: Problem, least: Floats, part: int, allowed: Flags) -> Iterator[Cut]:
    """Yield for each unit that is d borders away from the beat of today a cut at every layer in between.

    allowed : (n,) bool, units that the beat may have
    """
    graph = problem.adjacency
    own = problem.owner == part
    depth = _depths(graph, own, allowed)
    for layer in range(1, int(depth[depth < problem.n].max(initial=0))):
        beyond = np.where(allowed & (depth > layer), 0, -1)
        label, pieces = label_pieces(beyond, graph.start, graph.neighbour, graph.passable)
        for piece in range(pieces):
            units = np.flatnonzero(label == piece)
            if problem.workload[units].sum() < least[part]:
                ring = ring_of(graph, units)
                way_in = tuple(int(unit) for unit in ring[allowed[ring]])
                yield from (Cut(part, int(unit), way_in) for unit in units)


def tree_cuts(problem: Problem, part: int, allowed: Flags) -> Iterator[Cut]:
    """Yield for each unit that a neighbour nearer to the beat's middle must be in the beat too.

    A plan that obeys them all is contiguous; not every contiguous plan obeys them, so they serve to find a
    good plan and not to bound one (Zoltners & Sinha 1983). allowed : (n,) bool, as for `layered_cuts`.
    """
    graph, own = problem.adjacency, np.flatnonzero(problem.owner == part)
    away = problem.xy[own] - problem.xy[own].mean(axis=0)
    middle = np.zeros(graph.n, dtype=bool)
    middle[own[np.hypot(away[:, 0], away[:, 1]).argmin()]] = True
    inside = _depths(graph, middle, problem.owner == part)
    main = inside < graph.n
    depth = np.where(main, inside, graph.n + _depths(graph, main, allowed))
    for unit in np.flatnonzero(allowed & ~middle):
        near = graph.neighbours(int(unit))
        way_in = near[allowed[near] & (depth[near] < depth[unit])]
        yield Cut(part, int(unit), tuple(int(other) for other in way_in))


def _depths(graph: Adjacency, own: Flags, allowed: Flags) -> Ints:
    """Return how many borders each unit is away from `own` by units that are allowed; n where cut off."""
    depth = np.where(own, 0, graph.n)
    front, steps = np.flatnonzero(own), 0
    while len(front):
        steps += 1
        front = ring_of(graph, front)
        front = front[allowed[front] & (depth[front] > steps)]
        depth[front] = steps
    return depth


def violated_cuts(problem: Problem, least: Floats, owner: Ints) -> list[Cut]:
    """Return cuts that a plan in pieces breaks; none where every beat is in one piece."""
    graph = problem.adjacency
    label, pieces = label_pieces(owner, graph.start, graph.neighbour, graph.passable)
    of_piece = np.full(pieces, -1, dtype=np.int64)
    of_piece[label] = owner
    weight = np.bincount(label, problem.workload) + 1e-9 * np.bincount(label)
    found: list[Cut] = []
    for part in np.flatnonzero(np.bincount(of_piece, minlength=problem.k) > 1):
        own = np.flatnonzero(of_piece == part)
        main = own[weight[own].argmax()]
        anchor = int(np.flatnonzero(label == main)[0])
        for piece in own[own != main]:
            units = np.flatnonzero(label == piece)
            ring = tuple(int(unit) for unit in ring_of(graph, units))
            whole = problem.workload[units].sum() >= least[part]
            found.extend(
                Cut(int(part), int(unit), ring, anchor if whole else -1) for unit in units[:_MOST_PER_PIECE]
            )
    return found

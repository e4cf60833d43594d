"""The order in which units change hands, so that nobody's beat is torn on the way, and why each does."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.planning.adjacency import Adjacency, Floats, Ints
from geo.planning.contiguity import survives_loss
from geo.planning.problem import NOBODY, Problem

# Above so many moves (a plan from scratch) the next is the first that can be made, not the most useful one.
_CHOOSE_UP_TO = 400
_MOST_BACKTRACKS = 2000
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Move:
    """One unit changing hands. Deviations are shares of the target: 0.23 is 23 % above.

    source : -1 where nobody had the unit
    reason : code of `geo.domain.messages.planning`: the source is relieved, the target filled, the unit joins
        others to the target, or it had nobody
    contiguous : whether each of the two beats is as whole after the move as before it
    """

    number: int
    unit: int
    workload: float
    source: int
    target: int
    source_before: float
    source_after: float
    target_before: float
    target_after: float
    reason: str
    contiguous: bool


class _Walk:
    """Where one stands between today's plan and the proposed one."""

    def __init__(self, problem: Problem, goal: Ints) -> None:
        self.problem, self.goal = problem, goal
        self.owner = problem.owner.copy()
        self.units = np.bincount(self.owner[self.owner >= 0], minlength=problem.k)
        self.load = np.bincount(
            self.owner[self.owner >= 0], problem.workload[self.owner >= 0], minlength=problem.k
        )
        self.mark = np.zeros(problem.n, dtype=np.int64)
        self.queue = np.empty(problem.n, dtype=np.int64)
        self.stamp = 0

    def can_go(self, unit: int) -> bool:
        """Whether `unit` can go to its goal with both beats left whole."""
        graph, source, target = self.problem.adjacency, self.owner[unit], self.goal[unit]
        touches = self.units[target] == 0 or bool((self.owner[graph.neighbours(unit)] == target).any())
        return touches and (source == NOBODY or self._can_leave(unit, graph))

    def _can_leave(self, unit: int, graph: Adjacency) -> bool:
        own = self.owner[graph.neighbours(unit)] == self.owner[unit]
        if not own.any():  # a piece that lies apart already, or the last unit of a beat that is given up
            source = self.owner[unit]
            return bool(self.units[source] > 1) or not bool((self.goal == source).any())
        self.stamp += 1
        return survives_loss(
            unit,
            self.owner,
            graph.start,
            graph.neighbour,
            graph.passable,
            self.mark,
            self.queue,
            self.stamp,
        )

    def shift(self, unit: int, part: int) -> None:
        """Hand `unit` to `part`, whether it can go or not."""
        workload, source = self.problem.workload[unit], self.owner[unit]
        for beat, sign in ((source, -1), (part, 1)):
            if beat >= 0:
                self.units[beat] += sign
                self.load[beat] += sign * workload
        self.owner[unit] = part

    def strain(self, unit: int) -> float:
        """Return how much better the two beats stand after the move (lower is better), in targets."""
        source, target, load = self.owner[unit], self.goal[unit], self.problem.workload[unit]
        aim = self.problem.target
        strain = abs(self.load[target] + load - aim[target]) / aim[target]
        strain -= abs(self.load[target] - aim[target]) / aim[target]
        if source >= 0:
            strain += abs(self.load[source] - load - aim[source]) / aim[source]
            strain -= abs(self.load[source] - aim[source]) / aim[source]
        return float(strain)


def ordered_moves(problem: Problem, goal: Ints) -> tuple[Move, ...]:
    """Return the moves from the problem's owners to `goal`, (n,), each step contiguous where one can.

    Few moves are ordered so that each next one helps balance most, going back where that leads nowhere; many
    take the first that can go. What is left when no order is found comes last, marked not contiguous.
    """
    pending = [int(unit) for unit in np.flatnonzero(problem.owner != goal)]
    order = _chosen(problem, goal, pending) if len(pending) <= _CHOOSE_UP_TO else None
    if order is None:
        order = _first_possible(problem, goal, pending)
    walk = _Walk(problem, goal)
    return tuple(_made(walk, number, unit) for number, unit in enumerate(order, start=1))


def _made(walk: _Walk, number: int, unit: int) -> Move:
    source, target = int(walk.owner[unit]), int(walk.goal[unit])
    contiguous = walk.can_go(unit)
    before = _deviation(walk, source), _deviation(walk, target)
    walk.shift(unit, target)
    after = _deviation(walk, source), _deviation(walk, target)
    return Move(
        number,
        unit,
        float(walk.problem.workload[unit]),
        source,
        target,
        before[0],
        after[0],
        before[1],
        after[1],
        _reason(source, before, float(walk.problem.workload[unit])),
        contiguous,
    )


def _deviation(walk: _Walk, part: int) -> float:
    return float(walk.load[part] / walk.problem.target[part] - 1) if part >= 0 else 0.0


def _reason(source: int, before: tuple[float, float], workload: float) -> str:
    if source == NOBODY:
        return "plan_move_vacant"
    if workload == 0:
        return "plan_move_join"
    if before[0] > 0 and before[0] >= -before[1] - _ROUNDING:
        return "plan_move_relieve"
    return "plan_move_fill" if before[1] < 0 else "plan_move_join"


def _chosen(problem: Problem, goal: Ints, pending: list[int]) -> list[int] | None:
    """Order by depth-first search, best move first; None where the number of dead ends runs out."""
    walk, order, dead_ends = _Walk(problem, goal), list[int](), 0
    homes: Floats | Ints = problem.owner
    choices = [_candidates(walk, pending)]
    while len(order) < len(pending):
        if choices[-1]:
            unit = choices[-1].pop()
            walk.shift(unit, int(goal[unit]))
            order.append(unit)
            choices.append(_candidates(walk, set(pending).difference(order)))
            continue
        dead_ends += 1
        choices.pop()
        if not order or dead_ends > _MOST_BACKTRACKS:
            return None
        last = order.pop()
        walk.shift(last, int(homes[last]))
    return order


def _candidates(walk: _Walk, pending: Iterable[int]) -> list[int]:
    """Return what can go now, the best last."""
    possible = [unit for unit in pending if walk.can_go(unit)]
    return sorted(possible, key=lambda unit: (-walk.strain(unit), unit))


def _first_possible(problem: Problem, goal: Ints, pending: list[int]) -> list[int]:
    walk, order, left = _Walk(problem, goal), list[int](), pending
    while left:
        waiting = []
        for unit in left:
            if walk.can_go(unit):
                walk.shift(unit, int(goal[unit]))
                order.append(unit)
            else:
                waiting.append(unit)
        if len(waiting) == len(left):
            return order + waiting
        left = waiting
    return order

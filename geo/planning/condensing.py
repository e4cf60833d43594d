"""Groups that move whole, as units of a smaller problem, and the way back."""

from dataclasses import dataclass

import numpy as np

from geo.planning.adjacency import Floats, Ints
from geo.planning.contiguity import label_pieces
from geo.planning.problem import Problem


@dataclass(frozen=True, eq=False)
class Condensed:
    """A problem whose units are whole groups, and the unit of it that each original unit went into, (n,)."""

    problem: Problem
    unit: Ints

    def spread(self, owner: Ints) -> Ints:
        """Return the beats of the original units, (n,), from those of the condensed ones."""
        found: Ints = owner[self.unit]
        return found


def condensed(problem: Problem, keep_owner: bool) -> Condensed:
    """Return the problem in which each group is one unit; ungrouped units stay as they are.

    A group that is not in one piece, is locked in part, or (with `keep_owner`) has several owners cannot move
    whole: each piece of it becomes a unit. Two condensed units may share several edges.
    """
    unit = _members(problem, keep_owner)
    n = int(unit.max()) + 1
    a, b = unit[problem.edges[:, 0]], unit[problem.edges[:, 1]]
    outer = a != b
    first = np.full(n, -1, dtype=np.int64)
    first[unit[::-1]] = np.arange(problem.n)[::-1]
    inner_m = np.bincount(a[~outer], problem.border_m[~outer], minlength=n)
    smaller = Problem(
        workload=_sum(unit, problem.workload),
        xy=_middle(unit, problem),
        edges=np.column_stack((a[outer], b[outer])),
        border_m=problem.border_m[outer],
        area_m2=_sum(unit, problem.area_m2),
        perimeter_m=np.maximum(_sum(unit, problem.perimeter_m) - 2 * inner_m, 0.0),
        owner=problem.owner[first],
        k=problem.k,
        capacity=problem.capacity,
        locked=problem.is_locked[first],
        edge_cost_m=None if problem.edge_cost_m is None else problem.edge_cost_m[outer],
        share=problem.share,
        posts=problem.posts,
    )
    return Condensed(smaller, unit)


def has_groups(problem: Problem) -> bool:
    """Whether any two units belong together."""
    if problem.group is None:
        return False
    grouped = problem.group[problem.group >= 0]
    return len(np.unique(grouped)) < len(grouped)


def _members(problem: Problem, keep_owner: bool) -> Ints:
    assert problem.group is not None
    group = np.where(problem.group >= 0, problem.group, problem.group.max() + 1 + np.arange(problem.n))
    owner = problem.owner if keep_owner else np.where(problem.is_locked, problem.owner, -1)
    kinds = np.column_stack((group, owner, problem.is_locked))
    kind = np.unique(kinds, axis=0, return_inverse=True)[1].reshape(-1)
    graph = problem.adjacency
    return label_pieces(kind, graph.start, graph.neighbour, graph.passable)[0]


def _sum(unit: Ints, amount: Floats) -> Floats:
    return np.bincount(unit, amount).astype(np.float64)


def _middle(unit: Ints, problem: Problem) -> Floats:
    weight = np.maximum(problem.workload, 1e-9)
    return np.column_stack([_sum(unit, weight * problem.xy[:, axis]) / _sum(unit, weight) for axis in (0, 1)])

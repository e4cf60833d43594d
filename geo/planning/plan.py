"""A plan: who has which unit. Immutable; a move gives a new plan and counts anew only what it touched.

The vocabulary is GerryChain's (a partition, moves, quantities that follow them), without its mutable
registries: here the quantities are plain arrays that can be read and compared.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Adjacency, Floats, Ints
from geo.planning.contiguity import count_pieces
from geo.planning.problem import NOBODY, Problem


@dataclass(frozen=True, eq=False)
class Plan:
    """Beats of all units and what follows from them; made by `plan_of` and by `move`.

    owner : (n,) beat of each unit, -1 for nobody's
    workload, area_m2, perimeter_m : (k,) of each beat; a border that blocks is still a border
    units : (k,) number of units
    pieces : (k,) number of pieces; 1 is contiguous, 0 is empty
    cut_edges : number of passable borders between different beats
    moved_workload, moved_units : what is no longer with the owner of the problem
    """

    problem: Problem
    owner: Ints
    workload: Floats
    units: Ints
    area_m2: Floats
    perimeter_m: Floats
    pieces: Ints
    cut_edges: int
    moved_workload: float
    moved_units: int

    def move(self, units: Any, part: int) -> "Plan":
        """Return the plan in which `units` (one or several) belong to `part`; -1 leaves them to nobody.

        Nothing is refused for balance or contiguity: the answer shows what it does, `check` judges it. Raises
        InputError ``plan_unknown_unit``, ``plan_unknown_part``, ``plan_locked_unit``.
        """
        wanted = self._movable(units, part)
        if len(wanted) == 0:
            return self
        owner = self.owner.copy()
        owner[wanted] = part
        return self._after(wanted, owner)

    @cached_property
    def deviation(self) -> Floats:
        """Workload of each beat against its target, (k,): 0.05 is 5 % above."""
        return self.workload / self.problem.target - 1

    @property
    def worst_deviation(self) -> float:
        """The largest deviation of a beat from its target, up or down."""
        return float(np.abs(self.deviation).max())

    @cached_property
    def polsby_popper(self) -> Floats:
        """Compactness of each beat, (k,), 1 for a disc, NaN where empty (Polsby & Popper 1991)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(
                self.perimeter_m > 0, 4 * np.pi * self.area_m2 / self.perimeter_m**2, np.nan
            )
        return found

    @property
    def border_m(self) -> float:
        """Length of the borders between different beats, metres; not that of the ward, nor with nobody's."""
        a, b = self.owner[self.problem.edges].T
        return float(self.problem.border_m[(a != b) & (a >= 0) & (b >= 0)].sum())

    @property
    def contiguous(self) -> bool:
        """Whether every beat is in exactly one piece and every unit has a beat."""
        return bool((self.pieces == 1).all() and (self.owner >= 0).all())

    def _movable(self, units: Any, part: int) -> Ints:
        n, k = self.problem.n, self.problem.k
        wanted: Ints = np.unique(np.atleast_1d(np.asarray(units, dtype=np.int64)))
        for unit in wanted[(wanted < 0) | (wanted >= n)][:1]:
            raise InputError("plan_unknown_unit", unit=int(unit), last=n - 1)
        if not NOBODY <= part < k:
            raise InputError("plan_unknown_part", part=part, last=k - 1)
        wanted = wanted[self.owner[wanted] != part]
        for unit in wanted[self.problem.is_locked[wanted]][:1]:
            raise InputError("plan_locked_unit", unit=int(unit), part=int(self.owner[unit]))
        return wanted

    def _after(self, moved: Ints, owner: Ints) -> "Plan":
        problem, before = self.problem, self.owner
        touched = np.unique(np.concatenate((before[moved], owner[moved])))
        touched = touched[touched >= 0]
        home = problem.owner[moved]
        left = (owner[moved] != home).astype(np.int64) - (before[moved] != home)
        outline, cut = _border_change(problem.adjacency, moved, before, owner, problem.k)
        owner.setflags(write=False)
        return replace(
            self,
            owner=owner,
            workload=_summed_again(self.workload, touched, owner, problem.workload),
            units=self.units + _shifted(np.ones(problem.n, dtype=np.int64), moved, before, owner, problem.k),
            area_m2=_summed_again(self.area_m2, touched, owner, problem.area_m2),
            perimeter_m=self.perimeter_m
            + _shifted(problem.perimeter_m, moved, before, owner, problem.k)
            + outline,
            pieces=_pieces_again(self.pieces, touched, owner, problem.adjacency),
            cut_edges=self.cut_edges + cut,
            moved_workload=self.moved_workload + float((problem.workload[moved] * left).sum()),
            moved_units=self.moved_units + int(left.sum()),
        )


def plan_of(problem: Problem, owner: Any = None) -> Plan:
    """Return the plan of today's owners, or of others, with everything counted from the start.

    owner : (n,) beats 0..k-1, or -1; None takes ``problem.owner``. Locks are `check`'s business.
    Raises InputError ``plan_bad_shape``, ``plan_bad_owner``, ``plan_not_whole``.
    """
    own = problem.owner if owner is None else problem.replaced(owner=owner, locked=None).owner
    k, graph, held = problem.k, problem.adjacency, own >= 0
    a, b = own[problem.edges[:, 0]], own[problem.edges[:, 1]]
    inner = (a == b) & (a >= 0)
    passable = np.ones(len(a), dtype=bool)
    passable[graph.edge] = graph.passable
    outline = _summed(own[held], problem.perimeter_m[held], k) - 2 * _summed(
        a[inner], problem.border_m[inner], k
    )
    away = own != problem.owner
    return Plan(
        problem=problem,
        owner=own,
        workload=_summed(own[held], problem.workload[held], k),
        units=np.bincount(own[held], minlength=k),
        area_m2=_summed(own[held], problem.area_m2[held], k),
        perimeter_m=outline,
        pieces=_pieces_again(np.zeros(k, dtype=np.int64), np.arange(k), own, graph),
        cut_edges=int((passable & (a != b)).sum()),
        moved_workload=float(problem.workload[away].sum()),
        moved_units=int(away.sum()),
    )


def _summed(part: Ints, amount: Floats, k: int) -> Floats:
    return np.bincount(part, amount, minlength=k).astype(np.float64)


def _summed_again(sums: Floats, touched: Ints, owner: Ints, amount: Floats) -> Floats:
    """Sum the touched parts from their units, in the units' order: no rounding builds up over moves."""
    found = sums.copy()
    members = np.flatnonzero(np.isin(owner, touched))
    found[touched] = np.bincount(owner[members], amount[members], minlength=len(sums))[touched]
    return found


def _shifted(amount: Any, moved: Ints, before: Ints, owner: Ints, k: int) -> Any:
    """Return what the parts gain and lose of `amount` with the moved units, (k,)."""
    change = np.zeros(k + 1, dtype=amount.dtype)  # the last place takes what is nobody's (-1)
    np.add.at(change, owner[moved], amount[moved])
    np.subtract.at(change, before[moved], amount[moved])
    return change[:k]


def _border_change(graph: Adjacency, moved: Ints, before: Ints, owner: Ints, k: int) -> tuple[Floats, int]:
    """Return by how much the parts' outlines change through borders joined and parted, and the cut edges."""
    slots = graph.slots(moved)
    unit = np.repeat(moved, graph.start[moved + 1] - graph.start[moved])
    _, first = np.unique(graph.edge[slots], return_index=True)
    slots, unit = slots[first], unit[first]
    other = graph.neighbour[slots]
    change = np.zeros(k + 1)
    for own, sign in ((before, 2.0), (owner, -2.0)):
        inner = (own[unit] == own[other]) & (own[unit] >= 0)
        np.add.at(change, own[unit[inner]], sign * graph.border_m[slots[inner]])
    now, then = owner[unit] != owner[other], before[unit] != before[other]
    passable = graph.passable[slots]
    return change[:k], int((now & passable).sum()) - int((then & passable).sum())


def _pieces_again(pieces: Ints, touched: Ints, owner: Ints, graph: Adjacency) -> Ints:
    found = pieces.copy()
    mark = np.zeros(graph.n, dtype=np.int64)
    members = np.flatnonzero(np.isin(owner, touched))
    members = members[np.argsort(owner[members], kind="stable")]
    edges = np.searchsorted(owner[members], [touched, touched + 1])
    for stamp, (part, a, b) in enumerate(zip(touched, *edges, strict=True), start=1):
        found[part] = count_pieces(
            int(part), members[a:b], owner, graph.start, graph.neighbour, graph.passable, mark, stamp
        )
    return found

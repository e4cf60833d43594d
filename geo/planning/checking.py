"""The gate before a plan is submitted: everything counted again, by other means than the solver's.

It uses nothing of the solver: pieces come from scipy's connected components, loads from plain sums, limits
from the fields of the problem. What the solver gets wrong shows here.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.domain.errors import InputError
from geo.domain.messages import Lang, render
from geo.planning.adjacency import Flags, Floats, Ints
from geo.planning.problem import Problem

_ROUNDING = 1e-9
_NUMBERS = frozenset({"percent", "tolerance", "workload", "capacity"})  # of a violation, written with a point


@dataclass(frozen=True)
class Violation:
    """One rule that a plan breaks: a code of `geo.domain.messages.planning` and its values."""

    code: str
    params: dict[str, Any]

    def message(self, lang: Lang = "vi") -> str:
        """Return the sentence to show."""
        said = {name: _comma(value) if name in _NUMBERS else value for name, value in self.params.items()}
        return render(self.code, said if lang == "vi" else self.params, lang)


@dataclass(frozen=True, eq=False)
class Report:
    """What `check` found.

    violations : every broken rule; empty for a plan that may be submitted
    deviation : (k,) workload against target, 0.05 is 5 % above
    parts : (k,) number of pieces of each beat; 1 is contiguous, 0 is empty
    workload : (k,)
    split_groups : numbers of the groups that lie in more than one beat; a split needs a reason, it is allowed
    """

    violations: tuple[Violation, ...]
    deviation: Floats
    parts: Ints
    workload: Floats
    split_groups: tuple[int, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations


def check(problem: Problem, owner: Any, tolerance: float) -> Report:
    """Return what is wrong with a plan; independent of the solver.

    owner : (n,) beat 0..k-1 of each unit; anything else is a violation, not an error
    tolerance : 0.05 allows ±5 % of the target, the limit itself included
    Raises InputError ``plan_bad_tolerance`` only.
    """
    if not 0 <= tolerance < 1:
        raise InputError("plan_bad_tolerance", tolerance=tolerance)
    given, faults = _as_owner(problem, owner)
    held = (given >= 0) & (given < problem.k)
    faults += _misplaced(problem, given, held)
    workload = np.zeros(problem.k)
    np.add.at(workload, given[held], problem.workload[held])
    deviation = workload / _targets(problem) - 1
    label, parts = _pieces(problem, given, held)
    faults += _apart(problem, given, held, label, parts)
    faults += _unbalanced(problem, workload, deviation, tolerance)
    faults += _unlocked(problem, given)
    return Report(tuple(faults), deviation, parts, workload, _split(problem, given), tolerance)


def _comma(number: str) -> str:
    return number.replace(".", ",")


def _as_owner(problem: Problem, owner: Any) -> tuple[Ints, list[Violation]]:
    given = np.asarray(owner)
    nobody = np.full(len(problem.workload), -1, dtype=np.int64)
    if given.shape != nobody.shape:
        return nobody, [Violation("plan_fault_shape", {"n": len(nobody), "shape": given.shape})]
    if given.dtype.kind not in "iuf" or not np.isfinite(given).all():
        return nobody, [Violation("plan_fault_shape", {"n": len(nobody), "shape": str(given.dtype)})]
    whole = given.astype(np.int64)
    return np.where(whole == given, whole, problem.k), []


def _misplaced(problem: Problem, given: Ints, held: Flags) -> list[Violation]:
    vacant = np.flatnonzero(given == -1)
    strange = np.flatnonzero(~held & (given != -1))
    found = [
        Violation("plan_fault_owner", {"unit": int(unit), "part": int(given[unit]), "last": problem.k - 1})
        for unit in strange
    ]
    if len(vacant):
        found.append(Violation("plan_fault_vacant", {"unit": int(vacant[0]), "n": len(vacant)}))
    return found


def _targets(problem: Problem) -> Floats:
    weight = problem.share
    if weight is None and problem.capacity is not None and np.isfinite(problem.capacity).all():
        weight = problem.capacity
    if weight is None:
        weight = np.ones(problem.k)
    return np.asarray(weight * (problem.workload.sum() / weight.sum()), dtype=np.float64)


def _pieces(problem: Problem, given: Ints, held: Flags) -> tuple[Ints, Ints]:
    """Return the piece of each unit, (n,), and the number of pieces of each beat, (k,)."""
    a, b = problem.edges[:, 0], problem.edges[:, 1]
    within = (given[a] == given[b]) & held[a] & held[b]
    if problem.edge_cost_m is not None:
        within &= problem.edge_cost_m < np.inf
    n = len(given)
    joined = coo_array((np.ones(int(within.sum())), (a[within], b[within])), shape=(n, n))
    label = connected_components(joined, directed=False)[1].astype(np.int64)
    pairs = np.unique(np.column_stack((given[held], label[held])), axis=0)
    return label, np.bincount(pairs[:, 0], minlength=problem.k)


def _apart(problem: Problem, given: Ints, held: Flags, label: Ints, parts: Ints) -> list[Violation]:
    found = [Violation("plan_fault_empty", {"part": int(part)}) for part in np.flatnonzero(parts == 0)]
    for part in np.flatnonzero(parts > 1):
        own = np.flatnonzero(held & (given == part))
        sizes = np.bincount(label[own])
        outside = own[label[own] != sizes.argmax()]
        params = {"part": int(part), "pieces": int(parts[part]), "unit": int(outside[0])}
        found.append(Violation("plan_fault_pieces", params))
    return found


def _unbalanced(problem: Problem, workload: Floats, deviation: Floats, tolerance: float) -> list[Violation]:
    found = []
    for part in np.flatnonzero(np.abs(deviation) > tolerance + _ROUNDING):
        percent = f"{100 * deviation[part]:+.2f}"
        params = {"part": int(part), "percent": percent, "tolerance": f"{100 * tolerance:g}"}
        found.append(Violation("plan_fault_deviation", params))
    if problem.capacity is not None:
        for part in np.flatnonzero(workload > problem.capacity * (1 + _ROUNDING)):
            params = {
                "part": int(part),
                "workload": f"{workload[part]:g}",
                "capacity": f"{problem.capacity[part]:g}",
            }
            found.append(Violation("plan_fault_capacity", params))
    return found


def _unlocked(problem: Problem, given: Ints) -> list[Violation]:
    if problem.locked is None:
        return []
    return [
        Violation(
            "plan_fault_lock",
            {"unit": int(unit), "owner": int(problem.owner[unit]), "part": int(given[unit])},
        )
        for unit in np.flatnonzero(problem.locked & (given != problem.owner))
    ]


def _split(problem: Problem, given: Ints) -> tuple[int, ...]:
    if problem.group is None:
        return ()
    return parted(problem.group, given)


def parted(group: Ints, owner: Ints) -> tuple[int, ...]:
    """Return the groups that lie in more than one beat, ascending; group : (n,) number, -1 for none."""
    grouped = group >= 0
    pairs = np.unique(np.column_stack((group[grouped], owner[grouped])), axis=0)
    numbers, beats = np.unique(pairs[:, 0], return_counts=True)
    return tuple(int(number) for number in numbers[beats > 1])

"""Why no plan can hold, where that can be seen at once: the unit, the lock, the dead end that is too much.

Each proof gives the smallest tolerance below which it rules every plan out; the largest of them is a bound
on any plan of the problem.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Floats
from geo.planning.contiguity import label_pieces
from geo.planning.deadends import dead_ends
from geo.planning.problem import NOBODY, Problem

_ROUNDING = 1e-9


class InfeasibleError(InputError):
    """No plan within the tolerance exists, or none was found; the message is the proof.

    smallest_tolerance : the smallest tolerance that works, as far as known: where `owner` is set, that plan
        holds within it; where it is None, nothing below it can hold
    proved : False where only the search came to its end
    owner : (n,) the plan that needs the least tolerance of those met, or None
    """

    def __init__(
        self, code: str, smallest_tolerance: float, proved: bool, owner: Any = None, **params: Any
    ) -> None:
        self.smallest_tolerance = smallest_tolerance
        self.proved = proved
        self.owner = owner
        super().__init__(code, smallest=_percent_up(smallest_tolerance), **params)


@dataclass(frozen=True)
class Proof:
    """A reason why no plan has a smaller tolerance than `needs` (infinite: no tolerance helps)."""

    needs: float
    code: str
    params: dict[str, Any]


def prove_feasible(problem: Problem, tolerance: float) -> float:
    """Return the tolerance below which no plan can hold, or raise where `tolerance` lies below it.

    Raises InfeasibleError with ``plan_unit_above_target``, ``plan_lock_above_target``, ``plan_dead_end``,
    ``plan_lock_leaves_little``, ``plan_capacity_in_tolerance`` or ``plan_too_few_loaded``.
    """
    problem.limits(tolerance)
    proofs = list(_proofs(problem))
    needed = max((proof.needs for proof in proofs), default=0.0)
    worst = next((proof for proof in proofs if proof.needs > tolerance + _ROUNDING), None)
    if worst is None:
        return needed
    raise InfeasibleError(worst.code, needed, proved=True, tolerance=f"{100 * tolerance:g}", **worst.params)


def _proofs(problem: Problem) -> Iterator[Proof]:
    loaded = int((problem.workload > 0).sum())
    if loaded < problem.k:
        yield Proof(1.0, "plan_too_few_loaded", {"units": loaded, "k": problem.k})
    unit = int(problem.workload.argmax())
    needs, percent = _needed(problem, float(problem.workload[unit]), None)
    if needs > 0:
        yield Proof(needs, "plan_unit_above_target", {"unit": unit, "percent": percent})
    yield from _of_dead_ends(problem)
    yield from _of_locks(problem)
    yield from _of_capacity(problem)


def _needed(problem: Problem, load: float, part: int | None) -> tuple[float, str]:
    """Return the tolerance that a load needs in `part`, or where it fits best, and its percent."""
    parts = np.arange(problem.k) if part is None else np.array([part])
    ratio = load / problem.target[parts]
    if problem.capacity is not None:
        ratio = np.where(load > problem.capacity[parts] * (1 + _ROUNDING), inf, ratio)
    least = float(ratio.min())
    shown = load / float(problem.target[parts].max())
    return least - 1, f"{100 * shown:.0f}"


def _of_dead_ends(problem: Problem) -> Iterator[Proof]:
    """A stretch behind one unit that is too little for a beat of its own belongs to that unit's beat."""
    least = float(problem.target.min())
    for unit, stretches in dead_ends(problem):
        joined, others = float(problem.workload[unit]), list[int]()
        for stretch in stretches:
            workload = float(problem.workload[stretch].sum())
            joined, others = joined + workload, sorted(others + stretch)
            needs, percent = _needed(problem, joined, None)
            needs = min(needs, 1 - workload / least)  # with more, the stretch may be a beat of its own
            if needs > 0:
                params = {"unit": unit, "others": _listed(others), "percent": percent}
                yield Proof(needs, "plan_dead_end", params)


def _of_locks(problem: Problem) -> Iterator[Proof]:
    locked = problem.is_locked
    graph = problem.adjacency
    for part in np.unique(problem.owner[locked]):
        own = locked & (problem.owner == part)
        needs, percent = _needed(problem, float(problem.workload[own].sum()), int(part))
        if needs > 0:
            yield Proof(needs, "plan_lock_above_target", {"part": int(part), "percent": percent})
        free = np.where(locked & (problem.owner != part), NOBODY, 0)
        label, _ = label_pieces(free, graph.start, graph.neighbour, graph.passable)
        reach = float(problem.workload[label == label[np.flatnonzero(own)[0]]].sum())
        share = reach / float(problem.target[part])
        if share < 1:
            params = {"part": int(part), "percent": f"{100 * share:.0f}"}
            yield Proof(1 - share, "plan_lock_leaves_little", params)


def _of_capacity(problem: Problem) -> Iterator[Proof]:
    """Beats at their capacity leave the rest to the others, who need a tolerance to take it."""
    if problem.capacity is None:
        return
    needs = _tolerance_that_holds(problem.target, problem.capacity, problem.total)
    if needs > 0:
        most = np.minimum(problem.target, problem.capacity).sum()
        params = {"most": f"{most:g}", "workload": f"{problem.total:g}"}
        yield Proof(needs, "plan_capacity_in_tolerance", params)
    short = float((1 - problem.capacity / problem.target).max())
    if short > max(needs, 0):
        params = {"most": f"{problem.capacity.sum():g}", "workload": f"{problem.total:g}"}
        yield Proof(short, "plan_capacity_in_tolerance", params)


def _tolerance_that_holds(target: Floats, capacity: Floats, total: float) -> float:
    """Return the least t with sum(min((1 + t) target, capacity)) = total; the sum grows piecewise in t."""
    bends = np.sort(capacity / target - 1)
    for bend in bends[np.isfinite(bends)]:
        if np.minimum((1 + bend) * target, capacity).sum() >= total * (1 - _ROUNDING):
            full = capacity / target - 1 < bend
            rest = total - capacity[full].sum()
            return float(rest / target[~full].sum() - 1)
    full = np.isfinite(capacity)
    rest = total - capacity[full].sum()
    return float(rest / target[~full].sum() - 1) if (~full).any() else 0.0


def _listed(units: list[int]) -> str:
    shown = ", ".join(str(unit) for unit in units[:5])
    return shown if len(units) <= 5 else f"{shown} … ({len(units)})"


def _percent_up(tolerance: float) -> str:
    """Round up, so that the tolerance shown does work."""
    return f"{np.ceil(tolerance * 1e4 - 1e-6) / 100:g}" if np.isfinite(tolerance) else "∞"

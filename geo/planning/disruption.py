"""The disruption dial: how many households and beats each tolerance disturbs, for the planner to choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.planning.problem import Problem
from geo.planning.proofs import InfeasibleError
from geo.planning.proposal import Proposal
from geo.planning.rebalancing import rebalance
from geo.planning.stopwatch import Control

TOLERANCES = (0.02, 0.05, 0.1, 0.15, 0.2)


@dataclass(frozen=True, eq=False)
class DialPoint:
    """One setting of the dial.

    moved_workload, moved_units, beats_touched : what the plan disturbs; None where there is no plan
    bound, gap : what is proved of `moved_workload`
    proposal : the plan, or None; refusal : why there is none
    """

    tolerance: float
    proposal: Proposal | None
    refusal: InfeasibleError | None = None

    @property
    def moved_workload(self) -> float | None:
        """Workload that changes hands."""
        return None if self.proposal is None else self.proposal.moved_workload

    @property
    def moved_units(self) -> int | None:
        """Units that change hands."""
        return None if self.proposal is None else len(self.proposal.moved_units)

    @property
    def beats_touched(self) -> int | None:
        """Beats that gain or lose a unit."""
        return None if self.proposal is None else self.proposal.beats_touched

    @property
    def bound(self) -> float | None:
        """No plan moves less."""
        return None if self.proposal is None else self.proposal.bound

    @property
    def gap(self) -> float | None:
        """Share of the moved workload that is not proved to be needed."""
        return None if self.proposal is None else self.proposal.gap


def dial(
    problem: Problem,
    tolerances: Sequence[float] = TOLERANCES,
    seed: int = 0,
    time_limit_s: float = 60,
    *,
    control: Control | None = None,
) -> tuple[DialPoint, ...]:
    """Return the smallest change at each tolerance, ascending; each has an equal share of `time_limit_s`.

    A plan that holds at one tolerance holds at a wider one too: where the search there did worse, the tighter
    plan stands, so the curve never rises. Where `control` ends it, the wider tolerances are left out.
    Raises InputError ``plan_bad_tolerance``, ``plan_bad_limit``.
    """
    points: list[DialPoint] = []
    share_s = time_limit_s / max(1, len(tolerances))
    for tolerance in sorted(tolerances):
        if points and control is not None and control.stopped:
            break
        point = _point(problem, tolerance, seed, share_s, control)
        points.append(_no_worse(points[-1], point) if points else point)
    return tuple(points)


def _point(
    problem: Problem, tolerance: float, seed: int, seconds: float, control: Control | None
) -> DialPoint:
    try:
        return DialPoint(tolerance, rebalance(problem, tolerance, seed, seconds, control=control))
    except InfeasibleError as refusal:
        return DialPoint(tolerance, None, refusal)


def _no_worse(tighter: DialPoint, point: DialPoint) -> DialPoint:
    held, found = tighter.proposal, point.proposal
    if held is None or (found is not None and found.moved_workload <= held.moved_workload):
        return point
    bound = 0.0 if found is None else found.bound
    stands = Proposal(
        problem=held.problem,
        owner=held.owner,
        tolerance=point.tolerance,
        objective_name=held.objective_name,
        objective=held.objective,
        bound=bound,
        seed=held.seed,
        seconds=held.seconds if found is None else found.seconds,
        proposals=held.proposals,
        stopped_by=held.stopped_by,
        split_groups=held.split_groups,
        rounds=held.rounds,
    )
    return DialPoint(point.tolerance, stands)

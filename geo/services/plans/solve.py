"""Answers of the engine for a desk: the smallest change, a plan from scratch, and what each tolerance costs.

Events (an absence, a new officer, a building, a merger) are in the options of the desk: see `plan_options`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.planning import NOBODY, Control, DialPoint, Problem, Proposal, Weights, dial, plan_of, polish
from geo.planning import draw as engine_draw
from geo.planning import rebalance as engine_rebalance
from geo.planning.disruption import TOLERANCES
from geo.services.plans.ground import Ints
from geo.services.plans.groups import FREE, MUST, split_groups, split_numbers
from geo.services.plans.names import named
from geo.services.plans.problem import Desk, held_by
from geo.services.plans.wishes import Standing, standing, weights_of, weights_of_shape

_FIRST = 0.8  # of the time that the fewest households may take, before the shape is looked at


@dataclass(frozen=True, eq=False)
class Suggestion:
    """A plan of the engine for a desk.

    owner : (n,) parts of the desk · proposal : with objective, bound, gap, seed, seconds
    weights : what a price is the sum of, where the objective is one
    """

    desk: Desk
    proposal: Proposal
    weights: Weights | None = None

    @property
    def owner(self) -> Ints:
        """Part of each unit, (n,)."""
        return self.proposal.owner

    def moves(self, lang: Lang) -> tuple[str, ...]:
        """Return the moves in order, in words."""
        return tuple(self.desk.labels.move(move, lang) for move in self.proposal.moves)

    def summary(self) -> dict[str, Any]:
        """Return what is kept with a draft: what was asked, the price, what was proved."""
        found = self.proposal
        return {
            "objective_name": found.objective_name,
            "objective": found.objective,
            "bound": _number(found.bound),
            "gap": _number(found.gap),
            "seed": found.seed,
            "seconds": round(found.seconds, 3),
            "stopped_by": found.stopped_by,
            "tolerance": found.tolerance,
            "moved_units": len(found.moved_units),
            "moved_workload": found.moved_workload,
            "beats_touched": found.beats_touched,
            "every_step_contiguous": found.every_step_contiguous,
            "extra_workload": found.extra_workload,
            "shape": self._shape(),
            "weights": None if self.weights is None else {k: v for k, v in vars(self.weights).items() if v},
            "border_m": {
                "today": plan_of(found.problem, self.desk.problem.owner).border_m,
                "plan": found.plan.border_m,
            },
            "ways": "middle" if self.desk.problem.posts is None else "post",
            "split_groups": [group.name for group in split_groups(self.desk, found.owner)],
        }

    def _shape(self) -> dict[str, dict[str, float]] | None:
        """Return how the smallest change stood before its shape was made better, and how it stands now."""
        before = self.proposal.unpolished
        if before is None or np.array_equal(before, self.proposal.owner):
            return None
        return {
            name: _shown(standing(self.desk, owner))
            for name, owner in (("before", before), ("after", self.proposal.owner))
        }


def rebalance(
    actor: Actor,
    desk: Desk,
    *,
    owner: Any = None,
    seed: int | None = None,
    time_limit_s: float = 10,
    control: Control | None = None,
) -> Suggestion:
    """Return the smallest change that brings the desk within the tolerance of its options.

    owner : (n,) to change as little as possible from that plan instead of from today's
    control : for another thread, which sees how far it is and may end it
    Of the plans that move as little, and as much more as the options grant, it is the one that is best by
    the planner's wishes. Raises InfeasibleError with its proof, by names, and the smallest tolerance that
    works; InputError ``plan_groups_split`` where khu phố must stay whole and cannot.
    """
    actor.require(Permission.PLAN)
    chosen = desk.options.seed if seed is None else seed
    with named(desk.labels):
        problem, options = _from(desk, owner), desk.options
        asked = problem if options.wishes.groups == MUST else problem.replaced(group=None)
        weights = weights_of_shape(options.wishes)
        first_s = time_limit_s if weights is None else _FIRST * time_limit_s
        found = engine_rebalance(asked, options.tolerance, chosen, first_s, control=control)
        found = _with_groups(found, problem)
        if weights is not None:
            rest_s = max(time_limit_s - found.seconds, 1e-3)
            polished = polish(found, weights, granted=options.granted, time_limit_s=rest_s, control=control)
            parted = set(polished.split_groups) - set(found.split_groups)
            found = polished if options.wishes.groups != MUST or not parted else found
    return _whole(Suggestion(desk, found), problem.owner)


def draw(
    actor: Actor,
    desk: Desk,
    *,
    seed: int | None = None,
    time_limit_s: float = 10,
    control: Control | None = None,
) -> Suggestion:
    """Return a plan from scratch within the tolerance, as good as the planner's wishes ask; locks hold.

    control, errors : as `rebalance` has them
    """
    actor.require(Permission.PLAN)
    chosen = desk.options.seed if seed is None else seed
    with named(desk.labels):
        tolerance, wishes = desk.options.tolerance, desk.options.wishes
        asked = desk.problem if wishes.groups != FREE else desk.problem.replaced(group=None)
        weights = weights_of(wishes)
        found = engine_draw(asked, tolerance, chosen, time_limit_s, weights=weights, control=control)
        found = _with_groups(found, desk.problem)
    return _whole(Suggestion(desk, found, weights), np.full(desk.problem.n, NOBODY))


def curve(
    actor: Actor,
    desk: Desk,
    *,
    tolerances: Sequence[float] = TOLERANCES,
    seed: int | None = None,
    time_limit_s: float = 30,
    control: Control | None = None,
) -> tuple[DialPoint, ...]:
    """Return households moved and beats touched at each tolerance, ascending; refusals by names."""
    actor.require(Permission.PLAN)
    chosen = desk.options.seed if seed is None else seed
    with named(desk.labels):
        must = desk.options.wishes.groups == MUST
        problem = desk.problem if must else desk.problem.replaced(group=None)
        return dial(problem, tolerances, chosen, time_limit_s, control=control)


def refusal(desk: Desk, fault: InputError, lang: Lang) -> str:
    """Return why there is no plan, in words, for a refusal in a `curve`."""
    return desk.labels.error(fault).message(lang)


def _from(desk: Desk, owner: Any) -> Problem:
    """Return the problem of a plan: what a held beat has in it stays, as what it has today."""
    if owner is None:
        return desk.problem
    given = np.asarray(owner, dtype=np.int64)
    locked = desk.problem.is_locked | held_by(desk.beats, desk.options, given)
    return desk.problem.replaced(owner=given, locked=locked if locked.any() else None)


def _with_groups(found: Proposal, problem: Problem) -> Proposal:
    """Return a proposal with the groups that it was made without, and those that it parts."""
    if problem.group is None:
        return found
    return replace(found, problem=problem, split_groups=split_numbers(problem.group, found.owner))


def _whole(found: Suggestion, before: Ints) -> Suggestion:
    """Return a suggestion; raises InputError ``plan_groups_split`` where it parts what must stay whole."""
    group, options = found.desk.problem.group, found.desk.options
    if group is None or options.wishes.groups != MUST:
        return found
    parted = sorted(set(found.proposal.split_groups) - set(split_numbers(group, before)))
    if not parted:
        return found
    names = ", ".join(found.desk.ground.neighbourhoods[int((group == number).argmax())] for number in parted)
    raise InputError("plan_groups_split", tolerance=f"{100 * options.tolerance:g}", names=names)


def _shown(found: Standing) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in vars(found).items()}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value

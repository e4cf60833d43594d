"""Answers of the engine for a desk: the smallest change, a plan from scratch, and what each tolerance costs.

Events (an absence, a new officer, a building, a merger) are in the options of the desk: see `plan_options`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.planning import DialPoint, Problem, Proposal, dial
from geo.planning import draw as engine_draw
from geo.planning import rebalance as engine_rebalance
from geo.planning.disruption import TOLERANCES
from geo.services.plan_ground import Ints
from geo.services.plan_names import named
from geo.services.plan_problem import Desk
from geo.services.plan_wishes import weights_of


@dataclass(frozen=True, eq=False)
class Suggestion:
    """A plan of the engine for a desk.

    owner : (n,) parts of the desk · proposal : with objective, bound, gap, seed, seconds
    """

    desk: Desk
    proposal: Proposal

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
        }


def rebalance(
    actor: Actor, desk: Desk, *, owner: Any = None, seed: int | None = None, time_limit_s: float = 10
) -> Suggestion:
    """Return the smallest change that brings the desk within the tolerance of its options.

    owner : (n,) to change as little as possible from that plan instead of from today's
    Raises InfeasibleError with its proof, by names, and the smallest tolerance that works.
    """
    actor.require(Permission.PLAN)
    chosen = desk.options.seed if seed is None else seed
    with named(desk.labels):
        problem = _from(desk.problem, owner)
        return Suggestion(desk, engine_rebalance(problem, desk.options.tolerance, chosen, time_limit_s))


def draw(actor: Actor, desk: Desk, *, seed: int | None = None, time_limit_s: float = 10) -> Suggestion:
    """Return a plan from scratch within the tolerance, as good as the planner's wishes ask; locks hold.

    Raises as `rebalance`.
    """
    actor.require(Permission.PLAN)
    chosen = desk.options.seed if seed is None else seed
    with named(desk.labels):
        tolerance, weights = desk.options.tolerance, weights_of(desk.options.wishes)
        return Suggestion(desk, engine_draw(desk.problem, tolerance, chosen, time_limit_s, weights=weights))


def curve(
    actor: Actor,
    desk: Desk,
    *,
    tolerances: Sequence[float] = TOLERANCES,
    seed: int | None = None,
    time_limit_s: float = 30,
) -> tuple[DialPoint, ...]:
    """Return households moved and beats touched at each tolerance, ascending; refusals by names."""
    actor.require(Permission.PLAN)
    chosen = desk.options.seed if seed is None else seed
    with named(desk.labels):
        return dial(desk.problem, tolerances, chosen, time_limit_s)


def refusal(desk: Desk, fault: InputError, lang: Lang) -> str:
    """Return why there is no plan, in words, for a refusal in a `curve`."""
    return desk.labels.error(fault).message(lang)


def _from(problem: Problem, owner: Any) -> Problem:
    return problem if owner is None else problem.replaced(owner=np.asarray(owner))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value

"""What a planner wants of a plan besides its limits: figures of a plan, and the price that ranks plans."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.domain import numerals
from geo.domain.messages import Lang, render
from geo.planning import NOBODY, Weights, plan_of
from geo.planning.search import goals_of
from geo.services.plans.groups import FREE, MUST, RATHER, split_numbers
from geo.services.plans.options import PlanOptions, Wishes
from geo.services.plans.problem import Desk

MEASURES = tuple(Wishes.__dataclass_fields__)
STRENGTHS = tuple(name for name in MEASURES if name != "groups")  # those that matter none to above all
_STRENGTH = (0.0, 0.3, 1.0, 3.0)  # of none, a little, much, above all
# How far a share is noticed as much as 1 % of the workload in other hands.
_POINTS = {"moved": 100.0, "touched": 10.0, "compact": 100.0, "distance": 20.0, "groups": 3.0}
_A_SPLIT = {FREE: 0.0, RATHER: 5.0, MUST: 500.0}  # price of a khu phố in one beat more
_A_BEAT = 2.0  # price of a beat touched


@dataclass(frozen=True)
class Standing:
    """How a plan stands by each wish.

    moved : share of the workload in other hands than today · touched : beats that gain or lose a block
    compact : mean Polsby-Popper value of the beats, 0 to 1 · distance : metres in a straight line between a
    block and the middle of its beat, or the post that lies best for the beat, mean over the workload
    groups : khu phố that lie in several beats · border_m : length of the borders between beats
    """

    moved: float
    touched: int
    compact: float
    distance: float
    groups: int = 0
    border_m: float = 0.0


def standing(desk: Desk, owner: Any) -> Standing:
    """Return the figures of an owner vector, (n,), on the desk; blocks of nobody have no distance."""
    problem, given = desk.problem, np.asarray(owner, dtype=np.int64)
    plan = plan_of(problem, given)
    changed = given != problem.owner
    touched = set(given[changed].tolist()) | set(problem.owner[changed].tolist())
    held = given != NOBODY
    load, part, xy = problem.workload[held], given[held], problem.xy[held]
    away = np.hypot(*(xy - goals_of(problem, given)[part]).T)
    return Standing(
        moved=float(problem.workload[changed].sum() / problem.total),
        touched=len(touched - {NOBODY}),
        compact=float(np.nanmean(plan.polsby_popper)) if held.any() else 0.0,
        distance=float((load * away).sum() / max(load.sum(), 1e-9)),
        groups=len(split_numbers(desk.ground.groups, given)),
        border_m=plan.border_m,
    )


def price(wishes: Wishes, found: Standing, today: Standing, k: int) -> float:
    """Return what a plan costs by the wishes, in points; today's costs 0, and below 0 is better than today.

    A point is 1 % of the workload in other hands at a strength of "much".
    """
    shares = {
        "moved": found.moved,
        "touched": found.touched / k,
        "compact": today.compact - found.compact,
        "distance": found.distance / today.distance - 1 if today.distance else 0.0,
        "groups": found.groups - today.groups,
    }
    return sum(_STRENGTH[getattr(wishes, name)] * _POINTS[name] * share for name, share in shares.items())


def weights_of(wishes: Wishes) -> Weights:
    """Return the prices for drawing a plan from scratch; the usual where shape and ways do not matter."""
    moved, compact, distance = (_STRENGTH[each] for each in (wishes.moved, wishes.compact, wishes.distance))
    usual = Weights(groups=_A_SPLIT[wishes.groups])
    if not compact and not distance:
        return usual
    return replace(usual, compactness=compact, distance=distance, moved=moved)


def weights_of_shape(wishes: Wishes) -> Weights | None:
    """Return the prices for choosing among plans that move as little; None where nothing else matters."""
    compact, distance = _STRENGTH[wishes.compact], _STRENGTH[wishes.distance]
    touched, groups = _A_BEAT * _STRENGTH[wishes.touched], _A_SPLIT[wishes.groups]
    if not (compact or distance or touched or groups):
        return None
    return Weights(
        border=0.3 * min(compact, 1.0),
        neighbours=0.7 * min(compact, 1.0),
        compactness=compact,
        distance=distance,
        moved=_STRENGTH[wishes.moved],
        groups=groups,
        touched=touched,
    )


def said(options: PlanOptions, lang: Lang) -> str:
    """Return in one line what is balanced, how tightly, and what counts besides."""
    known = options.workload.counted
    counted = (
        [render(f"plan_whole_{known}", {}, lang)]
        if known != "mixed"
        else [
            render(f"plan_counted_{name}", {"n": numerals.number(weight, _digits(weight), lang)}, lang)
            for name, weight in vars(options.workload).items()
            if weight
        ]
    )
    parts = [
        render("plan_balanced", {"what": " + ".join(counted)}, lang),
        f"±{numerals.percent(options.tolerance, 0, lang)}",
        render(f"plan_targets_{options.targets}", {}, lang),
    ]
    if options.norm is not None:
        parts.append(
            render("plan_norm", {"n": numerals.number(options.norm, _digits(options.norm), lang)}, lang)
        )
    wanted = [
        render(f"plan_wish_{name}", {}, lang)
        for name in sorted(STRENGTHS, key=lambda name: -getattr(options.wishes, name))
        if getattr(options.wishes, name)
    ]
    if options.wishes.groups == MUST:
        wanted.append(render("plan_wish_groups", {}, lang))
    if options.wishes.distance and options.ways == "post":
        at = wanted.index(render("plan_wish_distance", {}, lang))
        wanted[at] = render("plan_wish_distance_post", {}, lang)
    if wanted:
        parts.append(render("plan_wishes", {"what": ", ".join(wanted)}, lang))
    return " · ".join(parts)


def logged(options: PlanOptions) -> Mapping[str, Any]:
    """Return what the audit keeps of how a plan is balanced."""
    kept = options.as_json()
    return {
        name: kept[name] for name in ("workload", "tolerance", "targets", "norm", "wishes", "granted", "ways")
    }


def _digits(value: float) -> int:
    return 0 if value == round(value) else 2

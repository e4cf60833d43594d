"""Beats around centres: least household metres to a central unit, with a Lagrangian bound.

The capacitated p-median problem with limits on both sides and contiguity. The bound gives every unit a price
for being served and lets each unit be a centre that takes, in fractions, what pays best within the limits
(a continuous knapsack); contiguity is left out, so the bound holds for contiguous plans too. Beasley (1993),
Lagrangean heuristics for location problems; the direction keeps part of the last one (Camerini, Fratta &
Maffioli 1975).
"""

# ruff: noqa: PLR0917 - compiled kernels and what feeds them take plain arrays by position

import numpy as np

from geo.planning.adjacency import Floats, Ints
from geo.planning.checking import check
from geo.planning.compiled import compiled
from geo.planning.drawing import none_found
from geo.planning.growth import grown
from geo.planning.problem import Problem
from geo.planning.proofs import prove_feasible
from geo.planning.proposal import Proposal
from geo.planning.search import Found, Schedule, StoppedBy, Weights, improved, medoids_of, terms_of
from geo.planning.stopwatch import Control, Stopwatch

PROPOSALS_PER_UNIT = 3000
ITERATIONS = 3000
ENOUGH = 5e-3  # gap at which the bound is not driven further
_RUNS = 12
_LOOKS = 300  # a run: beats that cool around centres of long ago end 1 % farther from the best plan
_NEAR = Weights(border=0.0, neighbours=0.0, compactness=0.0, distance=100.0)
_KEPT = 0.8  # share of the last direction that the next one keeps
_PATIENCE = 30  # iterations without a better bound before steps are halved
_SHORTEST = 1e-5
_CHEAPEST = 8  # one unit in so many is looked at first


def median(
    problem: Problem,
    tolerance: float = 0.05,
    seed: int = 0,
    time_limit_s: float = 180,
    *,
    control: Control | None = None,
) -> Proposal:
    """Return a contiguous plan within `tolerance` with few household metres to the beats' central units.

    The objective is sum of workload times straight distance in metres; the bound holds for every plan with
    any centres. Groups are not kept whole here. Raises as `draw` does.

    control : for another thread, as `draw` has it; what is proved is not of what changes hands, and not told
    """
    watch = Stopwatch(time_limit_s, control)
    needed = prove_feasible(problem, tolerance)
    watch.control.begin("search")
    found, proposals = _searched(problem, tolerance, seed, watch)
    if found.excess > 0:
        raise none_found(problem, found.owner, tolerance, needed)
    objective = household_metres(problem, found.owner)
    watch.control.begin("proof")
    bound, stopped_by = _bounded(problem, tolerance, found.owner, objective, watch)
    report = check(problem, found.owner, tolerance)
    if not report.ok:  # a defect of ours: never hand out what the gate refuses
        raise AssertionError("; ".join(fault.message("en") for fault in report.violations))
    return Proposal(
        problem=problem,
        owner=found.owner,
        tolerance=tolerance,
        objective_name="household_metres",
        objective=objective,
        bound=min(bound, objective),
        seed=seed,
        seconds=watch.seconds,
        proposals=proposals,
        stopped_by="time" if found.stopped_by == "time" and stopped_by != "user" else stopped_by,
        split_groups=report.split_groups,
    )


def household_metres(problem: Problem, owner: Ints) -> float:
    """Return the sum over units of workload times distance to the central unit of their beat, metres."""
    centre = problem.xy[medoids_of(problem, owner)][owner]
    return float((problem.workload * np.hypot(*(problem.xy - centre).T)).sum())


def _searched(problem: Problem, tolerance: float, seed: int, watch: Stopwatch) -> tuple[Found, int]:
    terms = terms_of(problem, tolerance, _NEAR, medoids=True)
    most_of_it = watch.part(0.6 * watch.left_s)  # the rest is for the bound
    best: Found | None = None
    done = 0
    for run in range(_RUNS):
        schedule = Schedule(
            PROPOSALS_PER_UNIT * problem.n, hot=40.0, cold=0.02, balance=8000.0, margin=0.01, looks=_LOOKS
        )
        found = improved(terms, grown(problem, seed + run), schedule, seed, most_of_it, stream=run)
        done += found.proposals
        best = found if found.better_than(best) else best
        if most_of_it.left_s <= 0:
            break
    assert best is not None
    return best, done


def _bounded(
    problem: Problem, tolerance: float, owner: Ints, objective: float, watch: Stopwatch
) -> tuple[float, StoppedBy]:
    """Return the best bound that ascending the prices reaches, and why it stopped."""
    least, most = problem.limits(tolerance)
    loaded = problem.workload > 0
    x, y = np.ascontiguousarray(problem.xy[loaded, 0]), np.ascontiguousarray(problem.xy[loaded, 1])
    workload = problem.workload[loaded]
    # centres may be any unit, also one without workload
    at_x, at_y = np.ascontiguousarray(problem.xy[:, 0]), np.ascontiguousarray(problem.xy[:, 1])
    limits = float(least.min()), float(most.max())
    price = _first_prices(problem, owner)[loaded]
    best, best_price, direction = -np.inf, price, np.zeros(len(price))
    step, patience = 1.0, 0
    for _ in range(ITERATIONS):
        value, served = _priced(x, y, workload, at_x, at_y, price, limits[0], limits[1], problem.k)
        patience += 1
        if value > best:
            best, best_price, patience = value, price, 0
        if best >= objective * (1 - ENOUGH) or step < _SHORTEST:
            return best, "optimum"
        if watch.left_s <= 0:
            return best, watch.struck
        if patience >= _PATIENCE:
            step, patience, price = step / 2, 0, best_price
            direction = np.zeros(len(price))
            continue
        direction = (1 - served) + _KEPT * direction
        price = price + step * max(objective - value, 0.0) / float(direction @ direction) * direction
    return best, "proposals"


def _first_prices(problem: Problem, owner: Ints) -> Floats:
    """Return workload times the mean of the distances to the nearest two central units, (n,)."""
    centres = problem.xy[medoids_of(problem, owner)]
    away = problem.xy[:, None] - centres[None]
    nearest = np.sort(np.hypot(away[..., 0], away[..., 1]), axis=1)[:, : min(2, problem.k)]
    found: Floats = problem.workload * nearest.mean(axis=1)
    return found


def _priced(
    x: Floats,
    y: Floats,
    workload: Floats,
    at_x: Floats,
    at_y: Floats,
    price: Floats,
    least: float,
    most: float,
    k: int,
) -> tuple[float, Floats]:
    """Return the Lagrangian value of the prices and how often each unit is served, (n,)."""
    worth, load, reach = np.zeros(len(at_x)), np.zeros(len(at_x)), price / workload
    _paying(x, y, workload, at_x, at_y, reach, most, worth, load)
    exact = load >= least
    while (
        True
    ):  # of the centres that fall short of the least load, only those among the best are worth sorting
        chosen = np.argpartition(worth, k - 1)[:k]
        open_ones = chosen[~exact[chosen]]
        if len(open_ones) == 0:
            break
        for centre in open_ones:
            worth[centre] = _knapsack(
                x, y, workload, at_x[centre], at_y[centre], reach, least, most, np.zeros(len(x))
            )
            exact[centre] = True
    served = np.zeros(len(x))
    for centre in np.sort(chosen):
        _knapsack(x, y, workload, at_x[centre], at_y[centre], reach, least, most, served)
    return float(worth[chosen].sum() + price.sum()), served


@compiled
def _knapsack(
    x: Floats,
    y: Floats,
    workload: Floats,
    at_x: float,
    at_y: float,
    reach: Floats,
    least: float,
    most: float,
    share: Floats,
) -> float:
    """Return the least cost of one centre that takes what pays up to `most`; add its shares to `share`."""
    cost = np.sqrt((x - at_x) ** 2 + (y - at_y) ** 2) - reach
    near = np.flatnonzero(cost <= np.partition(cost, cost.size // _CHEAPEST)[cost.size // _CHEAPEST])
    if workload[near].sum() < most:  # hardly ever: sorting all of them takes four times as long
        near = np.arange(cost.size)
    load, total = 0.0, 0.0
    for place in np.argsort(cost[near]):
        unit = near[place]
        room = (most if cost[unit] < 0 else least) - load
        if room <= 0:
            break
        taken = min(workload[unit], room)
        total += cost[unit] * taken
        load += taken
        share[unit] += taken / workload[unit]
    return total


@compiled
def _paying(
    x: Floats,
    y: Floats,
    workload: Floats,
    at_x: Floats,
    at_y: Floats,
    reach: Floats,
    most: float,
    worth: Floats,
    loads: Floats,
) -> None:
    """Write for each centre the cost of what pays, up to `most`, and how much that is.

    Where it is less than the least load, the cost is too low.

    reach : (n,) price a household, metres: what lies farther does not pay
    """
    near = np.empty(x.size, dtype=np.int64)
    cost = np.empty(x.size)
    for centre in range(at_x.size):
        number = 0
        for unit in range(x.size):
            dx, dy = x[unit] - at_x[centre], y[unit] - at_y[centre]
            square = dx * dx + dy * dy
            if reach[unit] > 0 and square < reach[unit] * reach[unit]:
                cost[number] = np.sqrt(square) - reach[unit]
                near[number] = unit
                number += 1
        load, total = 0.0, 0.0
        for place in np.argsort(cost[:number]):
            taken = min(workload[near[place]], most - load)
            if taken <= 0:
                break
            total += cost[place] * taken
            load += taken
        worth[centre], loads[centre] = total, load

"""A plan from scratch: grow, anneal until it is balanced and compact, judge, and match today's beats."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from geo.domain.errors import InputError
from geo.planning.adjacency import Ints
from geo.planning.checking import check
from geo.planning.condensing import condensed, has_groups
from geo.planning.growth import grown
from geo.planning.plan import plan_of
from geo.planning.problem import NOBODY, Problem
from geo.planning.proofs import InfeasibleError, prove_feasible
from geo.planning.proposal import Proposal
from geo.planning.search import Found, Schedule, Weights, improved, judged, terms_of
from geo.planning.stopwatch import Control, Stopwatch

PROPOSALS_PER_UNIT = 6000  # of `draw`; the plan's quality against its time
FIRST_PER_UNIT = 100  # of the first plan, which a planner sees within a second
_TRIES = 7  # runs with dearer balance and other starts before it is said that none was found
_SHARE = 0.8  # of the time that the first run may take
_COLD = 0.15
_BALANCE = 1000.0
_MARGIN = 0.03


def draw(
    problem: Problem,
    tolerance: float = 0.05,
    seed: int = 0,
    time_limit_s: float = 10,
    *,
    weights: Weights | None = None,
    proposals: int | None = None,
    control: Control | None = None,
) -> Proposal:
    """Return a contiguous plan within `tolerance` of the targets, from scratch, as good as `weights` ask.

    tolerance : 0.05 allows ±5 % of each beat's target
    seed, proposals : the same pair gives the same plan; `proposals` (default 6,000 per unit) is the limit
        that ends the search
    control : for another thread, which sees how far it is and may end it; `stopped_by` is "user" then
    time_limit_s : a cap; where it strikes first, `Proposal.stopped_by` is "time" and another run may differ
    The objective is a price of borders, neighbours parted and compactness (`Weights`), without a bound.
    Beats keep today's numbers where that leaves the most workload with its owner.
    Raises InfeasibleError with a proof, or ``plan_none_found`` with the best tolerance met; InputError
    ``plan_bad_tolerance``, ``plan_bad_limit``, ``plan_lock_apart``.
    """
    watch = Stopwatch(time_limit_s, control)
    needed = prove_feasible(problem, tolerance)
    wanted = PROPOSALS_PER_UNIT * problem.n if proposals is None else proposals
    if wanted < 1:
        raise InputError("plan_bad_limit", field="proposals", value=wanted)
    watch.control.begin("search")
    prices = weights or Weights()
    best: Found | None = None
    for smaller, spread in _versions(problem):
        found = _drawn(smaller, tolerance, seed, watch, weights=prices, proposals=wanted)
        if found is None:
            continue
        found = replace(found, owner=found.owner if spread is None else found.owner[spread])
        if found.better_than(best):
            best = found
        if found.excess == 0:
            return _proposal(problem, found, tolerance, seed, watch=watch, weights=prices)
    assert best is not None
    raise none_found(problem, best.owner, tolerance, needed)


def first_plan(problem: Problem, tolerance: float = 0.05, seed: int = 0) -> Proposal:
    """Return a plan that holds, quickly: `draw` with 100 proposals per unit."""
    return draw(problem, tolerance, seed, time_limit_s=60, proposals=FIRST_PER_UNIT * problem.n)


def _versions(problem: Problem) -> Iterator[tuple[Problem, Ints | None]]:
    """Yield the problem with whole groups, if it has any, then with its units."""
    if has_groups(problem):
        try:
            whole = condensed(problem, keep_owner=False)
        except InputError:  # fewer groups than beats: some must be split
            pass
        else:
            yield whole.problem, whole.unit
    yield problem, None


def _drawn(
    problem: Problem, tolerance: float, seed: int, watch: Stopwatch, *, weights: Weights, proposals: int
) -> Found | None:
    """Return the best plan of a few runs, the first that holds; None where none can hold."""
    try:
        prove_feasible(problem, tolerance)
    except InfeasibleError:
        return None
    terms = terms_of(problem, tolerance, weights)
    hot = max(1.0, 6.5 * weights.compactness)  # as hot as the dearest term asks: the start is forgotten
    schedule = Schedule(proposals, hot, _COLD, _BALANCE, _MARGIN)
    most_of_it = watch.part(_SHARE * watch.left_s)  # the rest is for what does not hold yet
    best = improved(terms, grown(problem, seed), schedule, seed, most_of_it)
    done = best.proposals
    for number in range(1, _TRIES):
        if best.excess == 0 or watch.left_s <= 0:
            break
        # first mend what there is, with balance ever dearer; then begin elsewhere
        mend = number % 2 == 1
        start = best.owner if mend else grown(problem, seed + number)
        schedule = Schedule(proposals, 1.0 if mend else hot, _COLD, _BALANCE * 3.0**number, 2 * _MARGIN)
        found = improved(terms, start, schedule, seed, watch, stream=number)
        done += found.proposals
        if found.better_than(best):
            best = found
    return replace(best, proposals=done)


def _proposal(
    problem: Problem, found: Found, tolerance: float, seed: int, *, watch: Stopwatch, weights: Weights
) -> Proposal:
    owner = _renumbered(problem, found.owner)
    report = check(problem, owner, tolerance)
    if not report.ok:  # a defect of ours: never hand out what the gate refuses
        raise AssertionError("; ".join(fault.message("en") for fault in report.violations))
    cost = judged(terms_of(problem, tolerance, weights), owner).cost
    return Proposal(
        problem=problem,
        owner=owner,
        tolerance=tolerance,
        objective_name="price",
        objective=cost,
        bound=float("nan"),
        seed=seed,
        seconds=watch.seconds,
        proposals=found.proposals,
        stopped_by=found.stopped_by,
        split_groups=report.split_groups,
    )


def _renumbered(problem: Problem, owner: Ints) -> Ints:
    """Give the beats today's numbers where they keep the most workload, among beats of equal limits."""
    held = problem.owner != NOBODY
    if not held.any():
        return owner
    kept = np.zeros((problem.k, problem.k))
    np.add.at(kept, (owner[held], problem.owner[held]), problem.workload[held])
    capacity = np.full(problem.k, np.inf) if problem.capacity is None else problem.capacity
    same = (problem.target[:, None] == problem.target) & (capacity[:, None] == capacity)
    with_lock = np.unique(problem.owner[problem.is_locked])
    same[with_lock], same[:, with_lock] = False, False
    same[np.arange(problem.k), np.arange(problem.k)] = True
    price = np.where(same, -kept, problem.total + 1.0)
    _, number = linear_sum_assignment(price)
    found: Ints = np.asarray(number, dtype=np.int64)[owner]
    return found


def none_found(problem: Problem, owner: Ints, tolerance: float, bound: float) -> InfeasibleError:
    """Return the refusal that names the best plan met."""
    works = plan_of(problem, owner).worst_deviation
    return InfeasibleError(
        "plan_none_found",
        works,
        proved=False,
        owner=owner,
        tolerance=f"{100 * tolerance:g}",
        bound=f"{100 * max(bound, 0.0):.2f}",
    )

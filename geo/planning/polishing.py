"""The smallest change in a better shape: of the plans that move as little, or a little more, the best one.

The model of the smallest change counts households alone; many plans move as few. This search keeps to that
number, and to what the planner grants besides, and makes the price of borders, compactness, ways, groups and
beats touched small. What was proved of the households stays as it was.
"""

from dataclasses import replace

import numpy as np

from geo.domain.errors import InputError
from geo.planning.checking import check
from geo.planning.proposal import Proposal
from geo.planning.search import Schedule, Weights, improved, judged, terms_of
from geo.planning.stopwatch import Control, Stopwatch

PROPOSALS_PER_UNIT = 500  # of each run
# Temperature, and price of balance at the start, which allows that one unit leaves before another comes; at
# the end it is 30,000. No one pair is best on all wards.
_RUNS = (
    (30.0, 1000.0), (10.0, 1000.0), (30.0, 3000.0), (10.0, 3000.0),
    (3.0, 300.0), (30.0, 10_000.0), (10.0, 10_000.0), (3.0, 1000.0),
)  # fmt: skip
_DEAREST = 30_000.0
_COLD = 0.02


def polish(
    found: Proposal,
    weights: Weights,
    *,
    granted: float = 0.0,
    time_limit_s: float = 10,
    proposals: int | None = None,
    control: Control | None = None,
) -> Proposal:
    """Return a plan that costs less by `weights` and moves at most (1 + granted) times as much, or `found`.

    found : the smallest change, of `rebalance`
    granted : share of the moved workload that may be moved besides; 0 breaks ties only
    proposals : of each run, 500 per unit by default; with the seed of `found` they fix the plan
    time_limit_s, control : as `rebalance` has them
    All limits hold, and so do `bound` and the seed; `objective` is what now moves, and
    `Proposal.extra_workload` says how much of it the shape costs.
    Raises InputError ``plan_bad_granted``, ``plan_bad_limit``.
    """
    if not 0 <= granted < np.inf:
        raise InputError("plan_bad_granted", value=granted)
    watch = Stopwatch(time_limit_s, control)
    problem = found.problem
    terms = terms_of(problem, found.tolerance, weights, most_moved=found.objective * (1 + granted))
    wanted = PROPOSALS_PER_UNIT * problem.n if proposals is None else proposals
    best = judged(terms, found.owner)
    if best.excess > 0 or not len(found.moved_units):  # nothing moves: nothing may
        return found
    watch.control.begin("shape")
    stopped_by, done = found.stopped_by, 0
    for stream, (hot, balance) in enumerate(_RUNS):
        if watch.left_s <= 0:
            break
        schedule = Schedule(wanted, hot, _COLD, balance, dearer=_DEAREST / balance)
        run = improved(terms, best.owner, schedule, found.seed, watch, stream=stream)
        done += run.proposals
        if run.better_than(best):
            best = run
    if watch.left_s <= 0:
        stopped_by = watch.struck
    report = check(problem, best.owner, found.tolerance)
    if not report.ok:  # a defect of ours: never hand out what the gate refuses
        raise AssertionError("; ".join(fault.message("en") for fault in report.violations))
    return replace(
        found,
        owner=best.owner,
        objective=float(problem.workload[best.owner != problem.owner].sum()),
        seconds=found.seconds + watch.seconds,
        proposals=found.proposals + done,
        stopped_by=stopped_by,
        split_groups=report.split_groups,
        unpolished=found.owner,
    )

"""The smallest change that restores balance: fewest households moved, with a bound that proves how few."""

from dataclasses import dataclass
from itertools import count
from typing import cast

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Flags, Floats, Ints
from geo.planning.checking import check
from geo.planning.condensing import condensed, has_groups
from geo.planning.contiguity import label_pieces
from geo.planning.growth import grown
from geo.planning.model import Answer, Mend, SmallestChange
from geo.planning.plan import plan_of
from geo.planning.problem import NOBODY, Problem
from geo.planning.proofs import InfeasibleError, prove_feasible
from geo.planning.proposal import Proposal
from geo.planning.reduction import possible, reachable, within_steps
from geo.planning.search import Found, Schedule, StoppedBy, Weights, improved, judged, terms_of
from geo.planning.stopwatch import Control, Stopwatch
from geo.planning.transfers import Ranges, least_moved, ranges

ENOUGH = 1e-3  # share of the objective that may be left unproved
PROPOSALS_PER_UNIT = 300  # of each run of the search that finds a plan to begin with
_RUNS = 3
FURTHER_PER_UNIT = 1000  # of each run that makes a plan better where much is moved
_FURTHER_RUNS, _FURTHER_STREAM = 3, 1000
_MOST_PAIRED = 3  # models of the moves between the same beats
MENDING_PER_UNIT = 100  # of each run that mends a plan in pieces
_MENDING_HOT = (0.3, 1.0, 3.0)
_GUESSES = (0.0, 0.02, 0.06, 0.15, 0.3)  # of what must move, that is moved besides, in the first models
_LARGEST_MODEL = 60_000  # yes-or-no questions beyond which HiGHS does not get through its first round
_LARGEST_PROOF = 20_000  # the same for a proof that nothing fits at all
_NARROWING = 0.3  # share of what time is left that goes into what passes between beats; else into the models
_STEPS = 2  # borders that a unit may go beyond its neighbours' where no plan is known yet
# The search for few moves: households are dear, borders only break ties.
_FEW_MOVES = Weights(border=0.03, neighbours=0.03, compactness=0.0, moved=1.0)


@dataclass(frozen=True, eq=False)
class _Outcome:
    """The best plan of a problem, what was proved of it, and how the search ended."""

    owner: Ints
    bound: float
    proposals: int
    rounds: int
    stopped_by: StoppedBy


def rebalance(
    problem: Problem,
    tolerance: float = 0.05,
    seed: int = 0,
    time_limit_s: float = 10,
    *,
    control: Control | None = None,
) -> Proposal:
    """Return the plan within `tolerance` that moves the least workload from today's owners.

    tolerance : 0.05 allows ±5 % of each beat's target
    time_limit_s : a cap; where it strikes, `Proposal.stopped_by` is "time" and `gap` says what is unproved
    control : for another thread, which sees how far it is and may end it; `stopped_by` is "user" then
    Units of nobody (an absent officer's) must be taken over and count as moved. Groups stay whole where a
    plan with whole groups exists; the bound then holds for such plans. Zero-workload units stay contiguous.
    Raises InfeasibleError with a proof and the smallest tolerance that works as far as known; InputError
    ``plan_bad_tolerance``, ``plan_bad_limit``, ``plan_lock_apart``.
    """
    watch = Stopwatch(time_limit_s, control)
    needed = prove_feasible(problem, tolerance)
    if has_groups(problem):
        whole = _with_whole_groups(problem, tolerance, seed, watch)
        if whole is not None:
            return _proposal(problem, whole, tolerance, seed, watch)
    outcome = _outcome(problem, tolerance, seed, watch)
    if isinstance(outcome, _Outcome):
        return _proposal(problem, outcome, tolerance, seed, watch)
    raise _refusal(problem, tolerance, needed, outcome)


def _with_whole_groups(problem: Problem, tolerance: float, seed: int, watch: Stopwatch) -> _Outcome | None:
    try:
        whole = condensed(problem, keep_owner=True)
        prove_feasible(whole.problem, tolerance)
    except InputError:  # fewer groups than beats, or one too large
        return None
    outcome = _outcome(whole.problem, tolerance, seed, watch)
    if not isinstance(outcome, _Outcome):
        return None
    return _Outcome(
        whole.spread(outcome.owner), outcome.bound, outcome.proposals, outcome.rounds, outcome.stopped_by
    )


@dataclass(frozen=True, eq=False)
class _NoPlan:
    """Nothing holds: the plan that came nearest, and whether it is proved that none can hold."""

    nearest: Ints
    proved: bool


def _outcome(problem: Problem, tolerance: float, seed: int, watch: Stopwatch) -> _Outcome | _NoPlan:
    today = plan_of(problem)
    terms = terms_of(problem, tolerance, _FEW_MOVES)
    if today.contiguous and terms.excess(today) == 0:
        return _Outcome(problem.owner, 0.0, 0, 0, "balance")
    runs = _searched(problem, tolerance, seed, watch)
    found, proposals = runs[0], sum(run.proposals for run in runs)
    least, most = terms.least, terms.most
    known = found.owner if found.excess == 0 else None
    if known is None:
        answer = _first_answer(problem, least, most, watch)
        if answer.owner is None:
            return _NoPlan(found.owner, proved=np.isinf(answer.bound))
        known = answer.owner
    if possible(problem, least, most, _moved(problem, known)).sum() > _LARGEST_MODEL:
        further = _further(problem, tolerance, known, seed, watch)
        runs, proposals = [*further, *runs], proposals + sum(run.proposals for run in further)
        known = further[0].owner
    watch.control.begin("proof")
    mend = _mender(problem, tolerance, seed, watch.part(watch.left_s, quiet=True))
    answer = _proved(problem, least, most, known, runs, watch=watch, mend=mend)
    cut_off: StoppedBy = watch.struck if watch.left_s <= 0.05 else "proposals"
    stopped_by: StoppedBy = "optimum" if answer.finished else cut_off
    return _Outcome(cast("Ints", answer.owner), answer.bound, proposals, answer.rounds, stopped_by)


def _searched(problem: Problem, tolerance: float, seed: int, watch: Stopwatch) -> list[Found]:
    """Return the plans of a few runs that start at today's, mended where it is in pieces, the best first."""
    watch.control.begin("search")
    terms = terms_of(problem, tolerance, _FEW_MOVES)
    start = grown(problem, seed, _main_pieces(problem, problem.owner))
    runs = [judged(terms, start)]
    half = watch.part(watch.left_s / 2)  # the other half is for the proof
    for run in range(_RUNS):
        schedule = Schedule(
            PROPOSALS_PER_UNIT * problem.n, hot=(3.0, 1.0, 10.0)[run], cold=0.03, balance=20_000.0
        )
        runs.append(improved(terms, start, schedule, seed, half, stream=run))
        if half.left_s <= 0:
            break
    return sorted(runs, key=lambda found: (found.excess, found.cost))


def _further(problem: Problem, tolerance: float, known: Ints, seed: int, watch: Stopwatch) -> list[Found]:
    """Return what longer runs make of a plan that holds, the best first.

    They pay where too much comes into question for a model: the less a known plan moves, the less that is.
    """
    terms = terms_of(problem, tolerance, _FEW_MOVES)
    found, half = [judged(terms, known)], watch.part(watch.left_s / 2)
    for run in range(_FURTHER_RUNS):
        if half.left_s <= 0:
            break
        schedule = Schedule(FURTHER_PER_UNIT * problem.n, hot=3.0, cold=0.03, balance=20_000.0)
        found.append(improved(terms, found[0].owner, schedule, seed, half, stream=_FURTHER_STREAM + run))
        found.sort(key=lambda each: (each.excess, each.cost))
    return found


def _mender(problem: Problem, tolerance: float, seed: int, watch: Stopwatch) -> Mend:
    """Return what makes a plan that holds of a cheap one in pieces: loose pieces go, a search follows."""
    terms = terms_of(problem, tolerance, _FEW_MOVES)
    streams = count(_RUNS)

    def mend(owner: Ints) -> Ints | None:
        start = grown(problem, seed, _main_pieces(problem, owner))
        best: Found | None = None
        for hot in _MENDING_HOT:
            schedule = Schedule(MENDING_PER_UNIT * problem.n, hot, cold=0.03, balance=20_000.0)
            found = improved(terms, start, schedule, seed, watch, stream=next(streams))
            best = found if found.better_than(best) else best
        return best.owner if best is not None and best.excess == 0 else None

    return mend


def _main_pieces(problem: Problem, owner: Ints) -> Ints:
    """Return a plan with the main piece of every beat only, -1 elsewhere; locks stay."""
    graph = problem.adjacency
    label, pieces = label_pieces(owner, graph.start, graph.neighbour, graph.passable)
    held = owner != NOBODY
    weight = np.bincount(label[held], problem.workload[held] + 1e-9, minlength=pieces)
    weight += np.bincount(label[held], problem.total * problem.is_locked[held], minlength=pieces)
    found = np.full(problem.n, NOBODY, dtype=np.int64)
    for part in np.unique(owner[held]):
        own = np.unique(label[owner == part])
        main = own[weight[own].argmax()]
        found[label == main] = part
    return found


def _first_answer(problem: Problem, least: Floats, most: Floats, watch: Stopwatch) -> Answer:
    """Return any plan that holds, by the model: near today's first, then wherever a proof is in reach."""
    near = SmallestChange(problem, least, most, within_steps(problem, _STEPS))
    answer = Answer(None, 0.0, 0, finished=False)
    if near.size <= _LARGEST_MODEL:
        half = watch.part(watch.left_s / 2)
        answer = Answer(near.solve(half, None, ENOUGH).owner, 0.0, 0, finished=False)
    if answer.owner is None and problem.n * problem.k <= _LARGEST_PROOF:
        every = possible(problem, least, most, np.inf)
        answer = SmallestChange(problem, least, most, every).solve(watch, None, ENOUGH)
    return answer


def _proved(
    problem: Problem,
    least: Floats,
    most: Floats,
    known: Ints,
    runs: list[Found],
    *,
    watch: Stopwatch,
    mend: Mend,
) -> Answer:
    """Return the best plan and its bound, starting from a plan that holds; runs : plans of the search."""
    moved = _moved(problem, known)
    needed = _must_move(problem, least, most)
    if needed >= moved * (1 - ENOUGH):
        return Answer(known, min(needed, moved), 0, finished=True)
    part = watch.part(_NARROWING * watch.left_s)
    between = ranges(problem, least, most, moved, part)
    if between is not None:  # there is `known`, so there is always one but for rounding
        part = watch.part(_NARROWING * watch.left_s)
        needed = max(needed, min(moved, least_moved(problem, least, most, between, part)))
    if needed >= moved * (1 - ENOUGH):
        return Answer(known, min(needed, moved), 0, finished=True)
    watch.control.proved(needed)
    near = _Near(problem, least, most, watch, between)
    half = watch.part(0.5 * watch.left_s)  # the other half is for the bound
    for share in _GUESSES:
        guess = min(needed * (1 + share), moved)
        if half.left_s <= 0.05:
            break
        known = _with_trees(near.model(guess), known, half, mend)
        if share == 0 and _moved(problem, known) > guess:
            known = _with_pairs(near, known, runs, half, mend)
        moved = _moved(problem, known)
        if moved <= guess:
            break
    if needed >= moved * (1 - ENOUGH):
        return Answer(known, min(needed, moved), 1, finished=True)
    return _bounded(near, known, needed, watch, mend)


class _Near:
    """Models of the plans that move at most so much: the less, the fewer units come into question."""

    def __init__(
        self, problem: Problem, least: Floats, most: Floats, watch: Stopwatch, widest: Ranges | None
    ) -> None:
        self.problem, self.least, self.most, self.watch, self.widest = problem, least, most, watch, widest
        self._between: dict[float, Ranges | None] = {}

    def model(self, guess: float, pairs: Flags | None = None) -> SmallestChange | None:
        """Return the model of the plans that move at most `guess`; None where time is up.

        pairs : (k + 1, k) what may pass, from beat (last row: nobody) to beat; the bound is none then
        """
        if guess not in self._between:
            self._between[guess] = ranges(
                self.problem, self.least, self.most, guess, self.watch, wider=self.widest
            )
        between = self._between[guess]
        if self.watch.left_s <= 0:
            return None
        allowed = possible(self.problem, self.least, self.most, guess) & reachable(self.problem, between)
        if pairs is not None:
            allowed &= pairs[self.problem.owner]  # owner -1 reads the last row: nobody's
        return SmallestChange(self.problem, self.least, self.most, allowed, between, watch=self.watch)


def _bounded(near: _Near, known: Ints, needed: float, watch: Stopwatch, mend: Mend) -> Answer:
    """Return the best plan and the bound, from models that look ever farther beyond what must move."""
    bound, rounds, finished = needed, 0, False
    moved = _moved(near.problem, known)
    for share in (*_GUESSES, np.inf):
        guess = min(needed * (1 + share), moved)
        if guess < bound:
            continue
        model = near.model(guess)
        if model is None or model.size > _LARGEST_MODEL or watch.left_s <= 0.05:
            return Answer(known, bound, rounds, finished=False)
        beyond = np.floor(guess) + 1 if model.whole else guess  # where nothing moves as little as the guess
        answer = model.solve(watch, known, ENOUGH, mend, beyond)
        known = cast("Ints", answer.owner)
        moved = _moved(near.problem, known)
        bound, rounds = max(bound, min(answer.bound, beyond)), rounds + answer.rounds
        finished = bound >= moved * (1 - ENOUGH)
        if finished or guess >= moved:
            break
    return Answer(known, min(bound, moved), rounds, finished)


def _with_pairs(near: _Near, known: Ints, runs: list[Found], watch: Stopwatch, mend: Mend) -> Ints:
    """Return the best plan that moves units between the same beats as any plan of the runs, or `known`.

    The search finds who should give to whom; which units that are, the model finds better.
    """
    problem = near.problem
    pairs = np.zeros((problem.k + 1, problem.k), dtype=bool)
    pairs[np.arange(problem.k), np.arange(problem.k)] = True
    for owner in (known, *(run.owner for run in runs if run.excess == 0)):
        pairs[problem.owner, owner] = True
    for _ in range(_MOST_PAIRED):
        moved = _moved(problem, known)
        known = _with_trees(near.model(moved, pairs), known, watch, mend)
        if _moved(problem, known) >= moved:
            break
    return known


def _with_trees(model: SmallestChange | None, known: Ints, watch: Stopwatch, mend: Mend) -> Ints:
    """Return a plan better than `known` of those in the model whose beats are trees, or `known`."""
    if model is None or model.size > _LARGEST_MODEL:
        return known
    half = watch.part(0.5 * watch.left_s)
    answer = model.keep_to_trees(half).solve(half, known, ENOUGH, mend)
    return known if answer.owner is None else answer.owner


def _moved(problem: Problem, owner: Ints) -> float:
    return float(problem.workload[owner != problem.owner].sum())


def _must_move(problem: Problem, least: Floats, most: Floats) -> float:
    """Return the workload above the limits and of nobody, or that is missing: it moves in any plan."""
    held = problem.owner != NOBODY
    load = np.bincount(problem.owner[held], problem.workload[held], minlength=problem.k)
    leaving = np.maximum(load - most, 0.0).sum() + problem.workload[~held].sum()
    needed = float(max(leaving, np.maximum(least - load, 0.0).sum()))
    whole = bool((problem.workload == np.rint(problem.workload)).all())
    return float(np.ceil(needed - 1e-6)) if whole else needed


def _refusal(problem: Problem, tolerance: float, needed: float, outcome: _NoPlan) -> InfeasibleError:
    works = plan_of(problem, outcome.nearest).worst_deviation
    code = "plan_proved_infeasible" if outcome.proved else "plan_none_found"
    bound = {} if outcome.proved else {"bound": f"{100 * max(needed, 0.0):.2f}"}
    return InfeasibleError(
        code, works, outcome.proved, outcome.nearest, tolerance=f"{100 * tolerance:g}", **bound
    )


def _proposal(problem: Problem, outcome: _Outcome, tolerance: float, seed: int, watch: Stopwatch) -> Proposal:
    report = check(problem, outcome.owner, tolerance)
    if not report.ok:  # a defect of ours: never hand out what the gate refuses
        raise AssertionError("; ".join(fault.message("en") for fault in report.violations))
    return Proposal(
        problem=problem,
        owner=outcome.owner,
        tolerance=tolerance,
        objective_name="moved_workload",
        objective=float(problem.workload[outcome.owner != problem.owner].sum()),
        bound=outcome.bound,
        seed=seed,
        seconds=watch.seconds,
        proposals=outcome.proposals,
        stopped_by=outcome.stopped_by,
        split_groups=report.split_groups,
        rounds=outcome.rounds,
    )

"""Runs of annealing on a problem: a schedule of proposals, the best plan met, the reason for ending."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.planning.adjacency import Floats, Ints
from geo.planning.annealing import Borders, Costs, Parts, Units, anneal, empty_scratch
from geo.planning.plan import Plan, plan_of
from geo.planning.problem import NOBODY, Problem
from geo.planning.randomness import generator
from geo.planning.stopwatch import Stopwatch
from geo.planning.tallies import Tally, parts_beyond_first, tally_of

StoppedBy = Literal["proposals", "time", "optimum", "balance", "user"]
_LOOK_FROM = 0.6  # share of the run after which plans are cool enough to be kept
_HELD = 1e-9  # of a target: loads are sums of floats


@dataclass(frozen=True)
class Weights:
    """What a plan should be good at besides its limits, in prices that can be compared.

    border : per border between beats, by its length, 1 for an average one
    neighbours : per pair of neighbouring units that are in different beats
    compactness : per 0.01 of one beat's Polsby-Popper value
    distance : per 1 % of the mean distance between unit and beat centre (or the beat's post, where the
        problem has posts), all households together
    moved : per 1 % of an average target that changes hands
    groups : per beat beyond its first that a group of units lies in
    touched : per beat that gains or loses a unit
    """

    border: float = 0.3
    neighbours: float = 0.7
    compactness: float = 1.0
    distance: float = 0.0
    moved: float = 0.0
    groups: float = 0.0
    touched: float = 0.0


@dataclass(frozen=True, eq=False)
class Schedule:
    """How a run cools: `proposals` are the limit; temperatures in the price of an average border.

    margin : share of the limits' width that is kept free on each side, so that what is left of the warmth at
        the end does not push a load over its limit
    dearer : factor by which the price of balance has grown at the end
    looks : at the watch and at the plan during one run; at each the beats' centres are found anew
    """

    proposals: int
    hot: float = 1.0
    cold: float = 0.02
    balance: float = 400.0
    margin: float = 0.0
    looks: int = 50
    dearer: float = 1.0

    def balance_at(self, share: float) -> float:
        """Return the price of balance when so much of the run is done."""
        return float(self.balance * self.dearer**share)


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan of a run: its excess beyond the limits (0 is within), its cost, and why it ended."""

    owner: Ints
    excess: float
    cost: float
    proposals: int
    stopped_by: StoppedBy

    def better_than(self, other: "Found | None") -> bool:
        """Whether this is within limits where the other is not, or cheaper."""
        return other is None or (self.excess, self.cost) < (other.excess, other.cost)


@dataclass(frozen=True, eq=False)
class Terms:
    """A problem with its limits and prices, as the kernels want them; made once a search."""

    problem: Problem
    least: Floats
    most: Floats
    weights: Weights
    spread_m: float
    units: Units
    borders: Borders
    medoids: bool = False
    most_moved: float = np.inf

    def tally(self, owner: Ints) -> Tally:
        """Return the counts of a plan."""
        return tally_of(self.problem, owner, self.most_moved)

    def centres(self, owner: Ints) -> Floats:
        """Return the place that each beat's distances are measured from, (k, 2) metres."""
        if self.medoids:
            return self.problem.xy[medoids_of(self.problem, owner)]
        return goals_of(self.problem, owner)

    def excess(self, plan: Plan) -> float:
        """Return the largest overstepping of a limit, in targets; 0 within rounding."""
        beyond = np.maximum(plan.workload - self.most, self.least - plan.workload) / self.problem.target
        moved = (plan.moved_workload - self.most_moved) / float(self.problem.target.mean())
        worst = max(float(beyond.max()), moved)
        return worst if worst > _HELD else 0.0

    def cost(self, plan: Plan, centres: Floats) -> float:
        """Return the price of a plan without its balance."""
        graph, own, weights = self.problem.adjacency, plan.owner, self.weights
        unit = np.repeat(np.arange(graph.n), np.diff(graph.start))
        cut = own[unit] != own[graph.neighbour]
        price = float(self.borders.cut_cost[cut].sum()) / 2
        price += 100 * weights.compactness * float((1 - np.nan_to_num(plan.polsby_popper)).sum())
        if weights.distance > 0:
            away = np.hypot(*(self.problem.xy - centres[own]).T)
            price += self._distance_price() * float((self.problem.workload * away).sum())
        if weights.groups > 0 or weights.touched > 0:
            tally = self.tally(own)
            price += weights.groups * parts_beyond_first(tally)
            price += weights.touched * int((tally.changed > 0).sum())
        return price + self._moved_price() * plan.moved_workload

    def costs(self, balance: float) -> Costs:
        """Return the prices of the kernels."""
        return Costs(
            balance=balance,
            compactness=100 * self.weights.compactness,
            distance=self._distance_price(),
            moved=self._moved_price(),
            split=self.weights.groups,
            touched=self.weights.touched,
            beyond=0.0 if np.isinf(self.most_moved) else balance * self.problem.k / self.problem.total,
        )

    def _distance_price(self) -> float:
        return 100 * self.weights.distance / (self.problem.total * self.spread_m)

    def _moved_price(self) -> float:
        return 100 * self.weights.moved * self.problem.k / self.problem.total


def terms_of(
    problem: Problem,
    tolerance: float,
    weights: Weights,
    medoids: bool = False,
    most_moved: float = np.inf,
) -> Terms:
    """Return what the search needs of a problem; raises InputError ``plan_bad_tolerance``.

    medoids : measure distances from the unit that makes them least, instead of the mean place
    most_moved : the most workload that may change hands
    """
    graph = problem.adjacency
    least, most = problem.limits(tolerance)
    scale_m = float(problem.border_m.mean()) if problem.border_m.any() else 1.0
    spread_m = float(np.sqrt(problem.xy.var(axis=0).sum() / problem.k)) or 1.0
    units = Units(
        problem.workload,
        problem.area_m2,
        problem.perimeter_m,
        np.ascontiguousarray(problem.xy[:, 0]),
        np.ascontiguousarray(problem.xy[:, 1]),
        problem.owner,
        problem.is_locked,
    )
    borders = Borders(
        graph.start,
        graph.neighbour,
        graph.edge,
        graph.passable,
        graph.border_m,
        weights.border * graph.cut_m / scale_m + weights.neighbours * graph.passable,
        problem.edges,
    )
    return Terms(problem, least, most, weights, spread_m, units, borders, medoids, most_moved)


def goals_of(problem: Problem, owner: Ints) -> Floats:
    """Return the place that ways in each beat lead to, (k, 2) metres: its post, without posts its middle."""
    return centres_of(problem, owner) if problem.posts is None else problem.posts[posts_of(problem, owner)]


def centres_of(problem: Problem, owner: Ints) -> Floats:
    """Return the workload-weighted mean place of each beat, (k, 2); the plain mean where it has none."""
    held = owner != NOBODY
    part, load, xy = owner[held], problem.workload[held], problem.xy[held]
    found = np.empty((problem.k, 2))
    weight = np.bincount(part, load, minlength=problem.k)
    count = np.maximum(np.bincount(part, minlength=problem.k), 1)
    for axis in (0, 1):
        loaded = np.bincount(part, load * xy[:, axis], minlength=problem.k)
        plain = np.bincount(part, xy[:, axis], minlength=problem.k) / count
        found[:, axis] = np.where(weight > 0, loaded / np.where(weight > 0, weight, 1.0), plain)
    return found


def posts_of(problem: Problem, owner: Ints) -> Ints:
    """Return for each beat its post, (k,): the one with the least household metres from its units."""
    assert problem.posts is not None
    away = np.hypot(*(problem.xy[:, None] - problem.posts[None]).transpose(2, 0, 1))
    held = owner != NOBODY
    metres = np.stack(
        [
            np.bincount(owner[held], problem.workload[held] * each[held], minlength=problem.k)
            for each in away.T
        ]
    )
    found: Ints = metres.argmin(axis=0)
    return found


def medoids_of(problem: Problem, owner: Ints) -> Ints:
    """Return for each beat its unit with the least household metres from all its units, (k,)."""
    found = np.empty(problem.k, dtype=np.int64)
    for part in range(problem.k):
        own = np.flatnonzero(owner == part)
        away = problem.xy[own][:, None] - problem.xy[own][None]
        found[part] = own[(np.hypot(away[..., 0], away[..., 1]) @ problem.workload[own]).argmin()]
    return found


def improved(
    terms: Terms, owner: Ints, schedule: Schedule, seed: int, watch: Stopwatch, *, stream: int = 0
) -> Found:
    """Anneal a contiguous plan and return the best one met, looked at `schedule.looks` times.

    The same terms, owner, schedule, seed and stream give the same plan, unless the watch runs out first.
    """
    problem, own = terms.problem, owner.copy()
    random, scratch = generator(seed, stream), empty_scratch(problem.n, len(problem.edges))
    graph = problem.adjacency
    unit = np.repeat(np.arange(graph.n), np.diff(graph.start))
    cut = np.unique(graph.edge[graph.passable & (own[unit] != own[graph.neighbour])])
    scratch.cut[: len(cut)], scratch.place[cut], scratch.size[0] = cut, np.arange(len(cut)), len(cut)
    looks = schedule.looks
    chunk = max(1, schedule.proposals // looks)
    ratio, tally = schedule.cold / schedule.hot, terms.tally(own)
    best: Found | None = None
    done, step = 0, 0
    stopped_by: StoppedBy = "proposals"
    plan = plan_of(problem, own)
    chunk_s, since = 0.0, watch.seconds
    while step < looks:
        if watch.left_s <= chunk_s and step < looks - 1:
            stopped_by, step = watch.struck, looks - 1  # time for one more: quench with the last chunk
        parts = _parts(terms, plan, schedule.margin)
        hot = schedule.hot * ratio ** (step / looks)
        cold = schedule.hot * ratio ** ((step + 1) / looks)
        costs = terms.costs(schedule.balance_at(step / looks))
        anneal(own, terms.units, terms.borders, parts, costs, tally, scratch, random, chunk, hot, cold)
        done, step = done + chunk, step + 1
        plan = plan_of(problem, own)
        chunk_s, since = watch.seconds - since, watch.seconds
        if step < _LOOK_FROM * looks:  # too warm to be kept, but all that there is
            watch.control.saw((np.inf, np.inf), plan.moved_workload, plan.worst_deviation)
            continue
        found = _judged(terms, plan)
        watch.control.saw((found.excess, found.cost), plan.moved_workload, plan.worst_deviation)
        best = found if found.better_than(best) else best
    assert best is not None
    return Found(best.owner, best.excess, best.cost, done, stopped_by)


def judged(terms: Terms, owner: Ints) -> Found:
    """Return a plan as it is, with its excess and cost."""
    return _judged(terms, plan_of(terms.problem, owner))


def _judged(terms: Terms, plan: Plan) -> Found:
    cost = terms.cost(plan, terms.centres(plan.owner))
    return Found(plan.owner.copy(), terms.excess(plan), cost, 0, "proposals")


def _parts(terms: Terms, plan: Plan, margin: float) -> Parts:
    free = margin * np.maximum(terms.most - terms.least, 0.0) / 2
    centres = terms.centres(plan.owner)
    return Parts(
        plan.workload.copy(),
        plan.area_m2.copy(),
        plan.perimeter_m.copy(),
        terms.least + free,
        terms.most - free,
        terms.problem.target,
        np.ascontiguousarray(centres[:, 0]),
        np.ascontiguousarray(centres[:, 1]),
    )

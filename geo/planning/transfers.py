"""What has to pass from beat to beat, before anyone asks which unit: a small model that bounds the large one.

Workload flows from beat to beat so that all come within their limits. A beat that does not touch another one
takes from it only by a corridor through those between, whose workload it is given besides: where it takes
from beats that are `way` households away, it takes at least `way` from nearer ones. Units are left out, so
what the model cannot do no plan can.
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from geo.planning.adjacency import Floats, Ints, on_the_way
from geo.planning.problem import NOBODY, Problem
from geo.planning.rows import Rows, heed, highs_of
from geo.planning.stopwatch import Stopwatch

_SLACK = 1e-6
_ROUNDS = 2  # of narrowing; the first makes the model small, the second narrows what is left
_LARGEST = 20_000  # pairs of beats beyond which narrowing takes longer than it saves
_MOST_NODES = 5_000
_GAP = 1e-7  # to which the model is solved


@dataclass(frozen=True, eq=False)
class Ranges:
    """The most that passes between beats in any plan that moves at most `known`, in workload.

    between : (k + 1, k) from beat (the last row: from nobody) to beat; into : (k,); out : (k + 1,)
    way : (k + 1, k) least workload of others on a way from one of a beat's units to another beat's first one,
        by the receiving beat in the columns
    """

    known: float
    between: Floats
    into: Floats
    out: Floats
    way: Floats


def ranges(
    problem: Problem,
    least: Floats,
    most: Floats,
    known: float,
    watch: Stopwatch,
    *,
    wider: Ranges | None = None,
) -> Ranges | None:
    """Return what can pass between beats in plans that move at most `known`; None where there is none.

    wider : the same for plans that move more, to begin with; narrowing goes faster then
    """
    load = loads_of(problem)
    leaving = np.append(np.maximum(load[:-1] - most, 0.0), load[-1])
    out = np.minimum(load, _down(problem, known - leaving.sum() + leaving))
    if (out < leaving - _SLACK * problem.total).any():
        return None
    shape = (problem.k + 1, problem.k)
    way = np.where(out[:-1] < load[:-1], _ways(problem), 0.0)  # a beat that keeps no unit may appear anywhere
    into = np.full(problem.k, known)
    found = Ranges(known, np.minimum(np.full(shape, known), out[:, None]), into, out, way)
    if wider is not None:
        found = Ranges(
            known,
            np.minimum(found.between, wider.between),
            np.minimum(found.into, wider.into),
            np.minimum(found.out, wider.out),
            np.maximum(found.way, wider.way),
        )
    if problem.k * problem.k > _LARGEST:
        return found
    for _ in range(_ROUNDS):
        if watch.left_s <= 0:
            return found
        narrowed = _narrowed(problem, least, most, found, watch)
        if narrowed is None:
            return None
        found = narrowed
    return found if watch.left_s <= 0 else _pairs_narrowed(problem, least, most, found, watch)


def least_moved(problem: Problem, least: Floats, most: Floats, found: Ranges, watch: Stopwatch) -> float:
    """Return a bound of the workload moved by every plan that `found` is about."""
    if problem.k * problem.k > _LARGEST or watch.left_s <= 0:
        return 0.0
    model = _Model(problem, least, most, found, watch, whole_steps=True)
    model.highs.setOptionValue("time_limit", watch.left_s)
    model.highs.setOptionValue("mip_max_nodes", _MOST_NODES)
    model.highs.setOptionValue("mip_rel_gap", _GAP)
    model.highs.run()
    if model.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return found.known
    info = model.highs.getInfo()
    if model.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bound = float(info.objective_function_value) * (1 - _GAP)
    else:  # stopped on its way; without whole steps nothing is proved before the end
        bound = float(info.mip_dual_bound) if model.steps else 0.0
    whole = _is_whole(problem)
    return max(0.0, float(np.ceil(bound - 1e-4)) if whole else bound)


def loads_of(problem: Problem) -> Floats:
    """Return today's workload of each beat and, last, of nobody, (k + 1,)."""
    owner = np.where(problem.owner == NOBODY, problem.k, problem.owner)
    return np.bincount(owner, problem.workload, minlength=problem.k + 1).astype(np.float64)


def _is_whole(problem: Problem) -> bool:
    return bool((problem.workload == np.rint(problem.workload)).all())


def _down(problem: Problem, value: Any) -> Any:
    """Return an upper limit of a sum of workloads, without what whole households cannot reach."""
    slack = _SLACK * max(1.0, problem.total * 1e-3)
    return np.floor(value + slack) if _is_whole(problem) else value + slack


def _within(problem: Problem, least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Return the limits with a trace of room; between whole households where all are whole."""
    slack = _SLACK * max(1.0, problem.total * 1e-3)
    if _is_whole(problem):
        return np.ceil(least - slack), np.floor(most + slack)
    return least - slack, most + slack


def _ways(problem: Problem) -> Floats:
    found = np.zeros((problem.k + 1, problem.k))
    for part in range(problem.k):
        own = problem.owner == part
        if not own.any():
            continue
        before = on_the_way(problem.adjacency, problem.workload, own) - problem.workload
        nearest = np.full(problem.k + 1, np.inf)
        np.minimum.at(nearest, np.where(problem.owner == NOBODY, problem.k, problem.owner), before)
        found[:, part] = np.maximum(nearest - _SLACK, 0.0)
    if _is_whole(problem):
        return np.where(np.isfinite(found), np.rint(found), found)
    return found


class Steps:
    """The yes-or-no questions of one beat: whether it takes from beats that are so far away, or farther.

    into : the most that comes to the beat; room : how much more it may have
    """

    def __init__(self, rows: Rows, into: float, room: float) -> None:
        self.rows, self.into, self.room = rows, into, room

    def add(
        self,
        first: int,
        columns: Ints,
        loads: Floats,
        way: Floats,
        *,
        kept: Ints,
        kept_loads: Floats,
        held: float,
    ) -> int:
        """Add a question for each distance, numbered from column `first`; return how many.

        columns, loads, way : (c,) what may come to the beat, with its workload, and from how far away
        kept, kept_loads, held : what leaves the beat is `held` less the sum over the columns it keeps
        """
        before, number = -1, 0
        for distance in np.unique(way[way > 0]):
            step, is_far = first + number, way >= distance
            far, near = columns[is_far].tolist(), columns[~is_far].tolist()
            taken, before_it = loads[is_far].tolist(), loads[~is_far].tolist()
            self.rows.add(-np.inf, 0.0, [*far, step], [*taken, -max(0.0, self.into - distance)])
            room = max(0.0, self.room - distance)
            self.rows.add(-np.inf, held, [*far, *kept.tolist(), step], [*taken, *kept_loads.tolist(), -room])
            self.rows.add(0.0, np.inf, [*near, step], [*before_it, -float(distance)])
            if before >= 0:
                self.rows.add(0.0, np.inf, [before, step], [1.0, -1.0])
            before, number = step, number + 1
        return number


class _Model:
    """Workload between beats as a linear model; `whole_steps` asks for corridors whole or not at all."""

    def __init__(
        self,
        problem: Problem,
        least: Floats,
        most: Floats,
        found: Ranges,
        watch: Stopwatch,
        *,
        whole_steps: bool = False,
    ) -> None:
        self.problem, self.found = problem, found
        load = loads_of(problem)
        passes = (found.between > 0) & (found.way < np.maximum(found.into, _SLACK))
        passes[np.arange(problem.k), np.arange(problem.k)] = False
        self.source, self.target = np.nonzero(passes)
        self.size = len(self.source)
        rows, steps = Rows(), 0
        least, most = _within(problem, least, most)
        for part in range(problem.k):
            into, out = self.into(part), self.out(part)
            sign = [1.0] * len(into) + [-1.0] * len(out)
            rows.add(least[part] - load[part], most[part] - load[part], [*into, *out], sign)
            rows.add(-np.inf, found.into[part], into, [1.0] * len(into))
            corridors = Steps(rows, float(found.into[part]), max(0.0, float(most[part] - load[part])))
            way, ones = found.way[self.source[into], part], np.ones(len(into))
            steps += corridors.add(
                self.size + steps, into, ones, way, kept=out, kept_loads=-np.ones(len(out)), held=0.0
            )
        rows.add(load[-1], load[-1], self.out(problem.k), [1.0] * len(self.out(problem.k)))
        rows.add(-np.inf, found.known + _SLACK, range(self.size), [1.0] * self.size)
        upper = np.append(found.between[self.source, self.target], np.ones(steps))
        cost = np.append(np.ones(self.size), np.zeros(steps))
        whole = np.append(np.zeros(self.size, dtype=bool), np.full(steps, whole_steps))
        self.steps = steps
        self.highs = highs_of(rows, cost, upper, whole)
        heed(self.highs, watch)

    def into(self, part: int) -> Ints:
        """Return the columns of what comes to a beat."""
        return np.flatnonzero(self.target == part)

    def out(self, part: int) -> Ints:
        """Return the columns of what leaves a beat, or nobody (k)."""
        return np.flatnonzero(self.source == part)

    def solved(self) -> bool:
        """Solve; return whether there is an answer."""
        self.highs.run()
        return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def forget_cost(self) -> None:
        """Make room for `largest`."""
        self.highs.setOptionValue("presolve", "off")
        for column in range(self.size):
            self.highs.changeColCost(column, 0.0)

    def largest(self, columns: Ints, otherwise: float) -> float:
        """Return the most that the columns add up to."""
        if len(columns) == 0:
            return 0.0
        for column in columns:
            self.highs.changeColCost(int(column), -1.0)
        solved = self.solved()
        value = -float(self.highs.getInfo().objective_function_value)
        for column in columns:
            self.highs.changeColCost(int(column), 0.0)
        return min(otherwise, float(_down(self.problem, value))) if solved else otherwise


def _narrowed(
    problem: Problem, least: Floats, most: Floats, found: Ranges, watch: Stopwatch
) -> Ranges | None:
    """Return what still passes into and out of beats; None where nothing holds."""
    model = _Model(problem, least, most, found, watch)
    if not model.solved():
        return None if _is_infeasible(model) else found
    between = np.zeros_like(found.between)
    between[model.source, model.target] = found.between[model.source, model.target]
    into, out = found.into.copy(), found.out.copy()
    model.forget_cost()
    for part in range(problem.k):
        if watch.left_s <= 0:
            break
        into[part] = model.largest(model.into(part), into[part])
        out[part] = model.largest(model.out(part), out[part])
    between = np.minimum(between, np.minimum(into[None, :], out[:, None]))
    return Ranges(found.known, between, into, out, found.way)


def _pairs_narrowed(
    problem: Problem, least: Floats, most: Floats, found: Ranges, watch: Stopwatch
) -> Ranges | None:
    """Return what still passes between each pair of beats; None where nothing holds."""
    model = _Model(problem, least, most, found, watch)
    if not model.solved():
        return None if _is_infeasible(model) else found
    solution, spare = model.highs.getSolution(), found.known - model.highs.getInfo().objective_function_value
    price = np.asarray(solution.col_dual)[: model.size]
    passes = np.asarray(solution.col_value)[: model.size] > 0
    between = np.zeros_like(found.between)
    at = (model.source, model.target)
    # each household that passes where nothing passes at the least costs its price of what is to spare
    cheap = passes | (price <= 1e-9)
    limit = np.where(cheap, np.inf, (spare + _SLACK) / np.where(cheap, 1.0, price))
    between[at] = np.minimum(found.between[at], _down(problem, limit))
    model.forget_cost()
    for column in np.flatnonzero(cheap | (price < 0.5)):
        if watch.left_s <= 0:
            break
        pair = (model.source[column], model.target[column])
        between[pair] = model.largest(np.array([column]), float(between[pair]))
    return Ranges(found.known, between, found.into, found.out, found.way)


def _is_infeasible(model: _Model) -> bool:
    return bool(model.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible)

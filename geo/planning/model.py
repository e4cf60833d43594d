"""The mixed-integer model of the smallest change, solved by HiGHS, with contiguity by cuts added on demand.

HiGHS has no lazy constraints, so each solution it meets on its way is taken down, looked at for beats in
pieces, and what is found is added before the next round. The bound of every round is valid: cuts that are
still missing can only make the true optimum larger. Never import ortools in a process that uses HiGHS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import highspy
import numpy as np

from geo.planning.adjacency import Flags, Floats, Ints
from geo.planning.plan import plan_of
from geo.planning.problem import Problem
from geo.planning.rows import Rows, heed, highs_of
from geo.planning.separation import Cut, detour_cuts, first_cuts, layered_cuts, tree_cuts, violated_cuts
from geo.planning.stopwatch import Stopwatch
from geo.planning.transfers import Ranges, Steps, loads_of

_MOST_NODES = 200_000  # of one round, so that below the cap of time an answer does not depend on the machine
_MOST_ROUNDS = 200
_LEFT = 1e-6  # share of its load that a beat keeps at the least where it keeps a unit for sure
_MOST_LAYERED = 40_000  # cuts at the layers around the beats that are there from the start
_MOST_SEEN = 60  # solutions of one round that are looked at


Mend = Callable[[Ints], Ints | None]


@dataclass(frozen=True, eq=False)
class Answer:
    """What the model says.

    owner : (n,) the best contiguous plan met, or None
    bound : no plan costs less; infinity where it is proved that there is none
    finished : whether the last round ended by itself, not by a limit
    """

    owner: Ints | None
    bound: float
    rounds: int
    finished: bool


class SmallestChange:
    """Fewest workload moved from today's owners to a contiguous plan within limits.

    allowed : (n, k) bool, where each unit may go; what is left out must be proved needless for the bound to
        be one (`reduction.possible`)
    ranges : what passes between beats; the plans looked for then move at most `ranges.known`
    watch : where it runs out, cuts are left out, and the model is not solved any more
    """

    def __init__(
        self,
        problem: Problem,
        least: Floats,
        most: Floats,
        allowed: Flags,
        ranges: Ranges | None = None,
        *,
        watch: Stopwatch | None = None,
    ) -> None:
        self.problem, self.least, self.most = problem, least, most
        self.unit, self.part = np.nonzero(allowed)
        self.number = np.full(allowed.shape, -1, dtype=np.int64)
        self.number[self.unit, self.part] = np.arange(len(self.unit))
        whole = bool((problem.workload == np.rint(problem.workload)).all())
        # Moving a unit without workload costs a trace, so that none moves for nothing; all traces together
        # are below one household, and below a millionth of the total where households are not whole. The
        # others cost what they are: where all costs are whole, HiGHS rounds its bounds up.
        self.whole = whole
        empty = problem.workload == 0
        self.traces = (0.4 if whole else 1e-6 * problem.total) if empty.any() else 0.0
        price = problem.workload + self.traces / problem.n * empty
        self.cost = np.where(self.part == problem.owner[self.unit], 0.0, price[self.unit])
        self.rows, self._cuts, self._steps = Rows(), set[Cut](), list[Ints]()
        self._add_rows(ranges, watch)
        self.most_moved = np.inf if ranges is None else ranges.known
        if ranges is not None and (watch is None or watch.left_s > 0):
            self._add_ranges(ranges)

    @property
    def size(self) -> int:
        """Number of yes-or-no questions."""
        return len(self.unit)

    def keep_to_trees(self, watch: Stopwatch) -> "SmallestChange":
        """Ask for beats that are trees around their middles: plans come whole, the bound is no longer one."""
        for part in np.unique(self.problem.owner[self.problem.owner >= 0]):
            if watch.left_s <= 0:
                break
            self._add_cuts(list(tree_cuts(self.problem, int(part), self.number[:, part] >= 0)))
        return self

    def solve(
        self,
        watch: Stopwatch,
        known: Ints | None,
        enough: float,
        mend: Mend | None = None,
        beyond: float | None = None,
    ) -> Answer:
        """Return the best plan and the bound; `known` (n,) is a plan that holds, to begin with.

        enough : share of the objective left open at which the search may end
        mend : makes a plan that holds of one in pieces, or gives None
        beyond : less than this is moved by plans of the model only, so that its bound can be told on the way
        """
        best, value = known, self._moved(known) if known is not None else np.inf
        bound, finished, rounds = 0.0, False, 0
        while rounds < _MOST_ROUNDS and watch.left_s > 0.05:
            rounds += 1
            self._tell(watch, best)
            solved, seen, status = self._round(watch, best, enough, beyond)
            if status == "infeasible":  # of what the model is about; `best` may move more
                return Answer(best, np.inf, rounds, finished=True)
            bound = max(bound, self._as_workload(solved))
            cuts = [cut for owner in seen for cut in violated_cuts(self.problem, self.least, owner)]
            for owner in (*seen, *self._mended(seen, mend)):
                if self._moved(owner) < value and self._holds(owner):
                    best, value = owner, self._moved(owner)
            finished = status == "optimal"
            if bound >= value * (1 - enough) or not self._add_cuts(cuts) or not finished:
                break
        return Answer(best, min(bound, value), rounds, finished)

    def _mended(self, seen: list[Ints], mend: Mend | None) -> list[Ints]:
        """Return what becomes of the last plan met, the cheapest, when its pieces are brought together."""
        if mend is None or not seen or not violated_cuts(self.problem, self.least, seen[-1]):
            return []
        whole = mend(seen[-1])
        return [] if whole is None else [whole]

    def _moved(self, owner: Ints) -> float:
        return float(self.problem.workload[owner != self.problem.owner].sum())

    def _as_workload(self, bound: float) -> float:
        """Return what a bound of the cost says of the workload; whole households round up."""
        below = max(0.0, bound - self.traces)
        return float(np.ceil(below - 1e-6)) if self.whole else below

    def _holds(self, owner: Ints) -> bool:
        load = np.bincount(owner, self.problem.workload, minlength=self.problem.k)
        slack = 1e-9 * self.problem.target
        inside = (load <= self.most + slack).all() and (load >= self.least - slack).all()
        return bool(inside) and not violated_cuts(self.problem, self.least, owner)

    def _add_rows(self, ranges: Ranges | None, watch: Stopwatch | None) -> None:
        problem = self.problem
        load = loads_of(problem)[:-1]
        keeps = np.zeros(problem.k, dtype=bool) if ranges is None else ranges.out[:-1] < load - _LEFT * load
        for unit in range(problem.n):
            columns = self.number[unit][self.number[unit] >= 0]
            self.rows.add(1.0, 1.0, columns.tolist(), [1.0] * len(columns))
        for part in range(problem.k):
            columns = np.flatnonzero(self.part == part)
            loads = problem.workload[self.unit[columns]]
            self.rows.add(float(self.least[part]), float(self.most[part]), columns.tolist(), loads.tolist())
            strange = columns[problem.owner[self.unit[columns]] != part]
            late = watch is not None and watch.left_s <= 0
            # a beat without units today has nothing to reach out from
            if len(strange) < len(columns) and not late:
                allowed, units = self.number[:, part] >= 0, self.unit[strange]
                if ranges is not None and keeps[part]:
                    room = float(ranges.into[part])
                    self._add_cuts(list(detour_cuts(problem, part, units, allowed, room)))
                else:
                    self._add_cuts(list(first_cuts(problem, self.least, part, units)))
                layers = layered_cuts(problem, self.least, part, allowed)
                self._add_cuts(list(islice(layers, _MOST_LAYERED // problem.k)))

    def _add_ranges(self, ranges: Ranges) -> None:
        """Ask for corridors whole or not at all, as between beats; see `transfers`."""
        problem = self.problem
        columns = range(self.size)
        self.rows.add(-np.inf, ranges.known + self.traces, columns, self.cost.tolist())
        load = problem.workload[self.unit]
        was = problem.owner[self.unit]  # nobody's read the last row of `way`
        for part in range(problem.k):
            strange = np.flatnonzero((self.part == part) & (was != part))
            way = ranges.way[was[strange], part]
            kept = np.flatnonzero((self.part == part) & (was == part))
            held = float(problem.workload[problem.owner == part].sum())
            room = max(0.0, float(self.most[part]) - held)
            steps = Steps(self.rows, float(ranges.into[part]), room)
            first = self.size + len(self._steps)
            steps.add(first, strange, load[strange], way, kept=kept, kept_loads=load[kept], held=held)
            far = [strange[way >= distance] for distance in np.unique(way[way > 0])]
            for number, columns_far in enumerate(far):
                for column in columns_far:
                    self.rows.add(0.0, np.inf, [first + number, int(column)], [1.0, -1.0])
            self._steps += far

    def _add_cuts(self, cuts: list[Cut]) -> bool:
        """Add what is new; return whether anything was."""
        fresh = [cut for cut in dict.fromkeys(cuts) if cut not in self._cuts]
        self._cuts.update(fresh)
        for cut in fresh:
            # Whole groups share several edges; HiGHS does not come back from a row with a column twice.
            ring = [int(self.number[unit, cut.part]) for unit in dict.fromkeys(cut.ring)]
            columns = [column for column in ring if column >= 0]
            values = [1.0] * len(columns) + [-1.0]
            columns.append(int(self.number[cut.unit, cut.part]))
            if cut.anchor >= 0:
                columns.append(int(self.number[cut.anchor, cut.part]))
                values.append(-1.0)
            self.rows.add(-1.0 if cut.anchor >= 0 else 0.0, np.inf, columns, values)
        return bool(fresh)

    def _tell(self, watch: Stopwatch, best: Ints | None) -> None:
        if best is not None:
            plan = plan_of(self.problem, best)
            watch.control.saw((0.0, plan.moved_workload), plan.moved_workload, plan.worst_deviation)

    def _round(
        self, watch: Stopwatch, best: Ints | None, enough: float, beyond: float | None
    ) -> tuple[float, list[Ints], str]:
        """Solve once; return the bound, the plans met (the last one last) and how it ended."""
        extra = len(self._steps)
        highs = highs_of(
            self.rows,
            np.append(self.cost, np.zeros(extra)),
            np.ones(self.size + extra),
            np.ones(self.size + extra, dtype=bool),
        )
        for option, value in {
            "time_limit": watch.left_s,
            "mip_rel_gap": enough / 2,
            "mip_max_nodes": _MOST_NODES,
            "primal_feasibility_tolerance": 1e-9,
            "mip_feasibility_tolerance": 1e-9,
        }.items():
            highs.setOptionValue(option, value)
        if best is not None and self._moved(best) <= self.most_moved:
            self._begin_with(highs, best)
        seen: list[Ints] = []
        highs.cbMipImprovingSolution.subscribe(
            lambda event: self._take_down(seen, np.asarray(event.data_out.mip_solution))
        )
        heed(highs, watch)
        if beyond is not None:
            highs.cbMipInterrupt.subscribe(
                lambda event: watch.control.proved(
                    min(self._as_workload(event.data_out.mip_dual_bound), beyond)
                )
            )
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
            return np.inf, seen, "infeasible"
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            seen.append(self._owner(np.asarray(highs.getSolution().col_value)[: self.size]))
        ended = "optimal" if status == highspy.HighsModelStatus.kOptimal else "limit"
        return float(info.mip_dual_bound), seen[-_MOST_SEEN:], ended

    def _take_down(self, seen: list[Ints], solution: Floats) -> None:
        if len(solution) == self.size + len(self._steps):
            seen.append(self._owner(solution[: self.size]))

    def _owner(self, solution: Floats) -> Ints:
        """Return the beat of each unit: the column that is nearest to 1."""
        owner = np.empty(self.problem.n, dtype=np.int64)
        order = np.argsort(solution, kind="stable")
        owner[self.unit[order]] = self.part[order]
        return owner

    def _begin_with(self, highs: Any, owner: Ints) -> None:
        columns = self.number[np.arange(self.problem.n), owner]
        if (columns < 0).any():
            return
        start = highspy.HighsSolution()
        value = np.zeros(self.size)
        value[columns] = 1.0
        taken = [float(value[far].any()) for far in self._steps]
        start.col_value = [*value.tolist(), *taken]
        highs.setSolution(start)

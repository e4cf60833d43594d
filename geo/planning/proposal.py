"""What the planner gets: the plan, its price, what was proved, its moves in order."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from geo.domain.messages import Lang, render
from geo.planning.adjacency import Floats, Ints
from geo.planning.ordering import Move, ordered_moves
from geo.planning.plan import Plan, plan_of
from geo.planning.problem import Problem
from geo.planning.search import StoppedBy

__all__ = ["Move", "Proposal", "sentence"]


@dataclass(frozen=True, eq=False)
class Proposal:
    """An answer of `draw` or `rebalance`; it has passed `check`.

    owner : (n,) beat of each unit
    objective : what was made small, see `objective_name`: ``moved_workload`` (`rebalance`), ``price``, the
        sum of borders, neighbours parted, compactness and what else `Weights` ask for (`draw`),
        ``household_metres`` (`median`)
    bound : no plan of the problem has a smaller objective; NaN where nothing was proved
    gap : (objective - bound) / objective, 0 is a proved optimum; NaN where nothing was proved
    seconds : how long it took; everything else is the same for the same seed and number of proposals, unless
        `stopped_by` is "time" or "user"
    proposals : number of trials of the search
    split_groups : groups that lie in more than one beat
    unpolished : (n,) the smallest change that `polish` began with; None where it did not run
    """

    problem: Problem
    owner: Ints
    tolerance: float
    objective_name: str
    objective: float
    bound: float
    seed: int
    seconds: float
    proposals: int
    stopped_by: StoppedBy
    split_groups: tuple[int, ...] = ()
    rounds: int = field(default=0)
    unpolished: Ints | None = None

    @property
    def gap(self) -> float:
        """Share of the objective that is not proved to be needed."""
        if np.isnan(self.bound):
            return float("nan")
        return 0.0 if self.objective <= self.bound else (self.objective - self.bound) / self.objective

    @cached_property
    def plan(self) -> Plan:
        """The proposal as a plan, with its quantities."""
        return plan_of(self.problem, self.owner)

    @property
    def moved_units(self) -> Ints:
        """Units that change hands, ascending."""
        return np.flatnonzero(self.owner != self.problem.owner)

    @property
    def moved_workload(self) -> float:
        """Workload that changes hands."""
        return float(self.problem.workload[self.moved_units].sum())

    @property
    def extra_workload(self) -> float:
        """Workload that is moved beyond the smallest change, for a better shape."""
        if self.unpolished is None:
            return 0.0
        return self.moved_workload - float(self.problem.workload[self.unpolished != self.problem.owner].sum())

    @property
    def beats_touched(self) -> int:
        """Number of beats that gain or lose a unit."""
        moved = self.moved_units
        touched = np.union1d(self.owner[moved], self.problem.owner[moved])
        return int((touched >= 0).sum())

    @property
    def deviation(self) -> Floats:
        """Workload of each beat against its target, (k,)."""
        return self.plan.deviation

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The moves in order; `Move.contiguous` says whether every beat is whole after it."""
        return ordered_moves(self.problem, self.owner)

    @property
    def every_step_contiguous(self) -> bool:
        """Whether no move leaves a beat in more pieces than before; where False, no such order was found."""
        return all(move.contiguous for move in self.moves)


def sentence(
    move: Move,
    lang: Lang = "vi",
    unit: str | None = None,
    beats: dict[int, str] | None = None,
    amount: str = "plan_amount_households",
) -> str:
    """Return a move in words: "tổ 12, 14 hộ, A → B: A +23 % → +4,9 %".

    unit, beats : names to show instead of numbers
    amount : code of the message that says what a workload is counted in
    """
    names = beats or {}
    before, after = (
        (move.source_before, move.source_after)
        if move.reason == "plan_move_relieve"
        else (move.target_before, move.target_after)
    )
    params = {
        "unit": unit or str(move.unit),
        "amount": render(amount, {"n": _shown(move.workload, lang, "{:g}")}, lang),
        "source": names.get(move.source, str(move.source)),
        "target": names.get(move.target, str(move.target)),
        "before": _shown(100 * before, lang, "{:+.1f}"),
        "after": _shown(100 * after, lang, "{:+.1f}"),
    }
    return render(move.reason, params, lang)


def _shown(value: float, lang: Lang, form: str) -> str:
    text = form.format(value)
    return text.replace(".", ",") if lang == "vi" else text

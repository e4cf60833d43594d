"""What can be worked out of a system of sums: exact bounds by linear programming; what is wide is seen early.

Two attackers read the same statements. One knows what a mark means: "<5" is 0 to 4. The other is told nothing
by marks, so that all that the first holds possible is possible to the second: what one program of the first
finds is shown to the second too. The true counts are possible to both.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import highspy
import numpy as np

from geo.analysis.disclosure_sums import NONE, Counts, Floats, Ints, Sums

SMALL = 5
TOLERANCE = 2
_EPSILON = 1e-6
_FROM_LAST, _AFRESH = ("simplex_strategy", 4), ("simplex_strategy", 1)  # primal, dual
# Pivots that one atom is worth in a sweep: asked for alone, about as many are needed.
_SWEEP_PIVOTS = 200
_EACH = 100  # pivots that a program costs besides its own


class Mark(StrEnum):
    """How a cell leaves: with its figure, as "<5" (0 to 4), or with nothing said about its size."""

    GIVEN = "given"
    SMALL = "small"
    WITHHELD = "withheld"


@dataclass
class Seen:
    """How small and how large solutions were seen: atoms, and the sums of rows."""

    low: Floats
    high: Floats
    low_row: Floats
    high_row: Floats

    def take(self, other: "Seen") -> None:
        """Take in what another saw."""
        np.minimum(self.low, other.low, out=self.low)
        np.maximum(self.high, other.high, out=self.high)
        np.minimum(self.low_row, other.low_row, out=self.low_row)
        np.maximum(self.high_row, other.high_row, out=self.high_row)


class Attacker:
    """Exact bounds of sums of atoms from everything published, by HiGHS, warm from one to the next.

    pivots : of the simplex so far, a measure of the work
    """

    def __init__(
        self, sums: Sums, marks: list[Mark], most_pivots: float, told: "Attacker | None" = None
    ) -> None:
        """told : who is told nothing by marks; where given, this one knows what marks mean."""
        self.most_pivots = most_pivots
        self.sums, self.told = sums, told
        self.knows_marks = told is not None
        # Who knows what marks mean is left with at least 2 * TOLERANCE; who does not, with more.
        self.width = 2 * TOLERANCE + (not self.knows_marks)
        self.row_sums = sums.rows @ sums.values
        self.most = float(self.row_sums.max(initial=0)) + 10.0 * SMALL
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), _FROM_LAST):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(self._model(marks))
        self.added: dict[int, int] = {}  # columns of atoms that had none
        self.pivots = 0
        self.seen = self._truth()

    def _model(self, marks: list[Mark]) -> highspy.HighsLp:
        rows = self.sums.rows
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = rows.shape
        columns = model.num_col_
        model.col_cost_ = np.zeros(columns)
        model.col_lower_ = np.zeros(columns)
        # Nothing bounds some sums; a bound far away keeps the program finite and is never a reason.
        model.col_upper_ = np.full(columns, self.most)
        limits = [self._limits(i, mark) for i, mark in enumerate(marks)]
        links = np.zeros(model.num_row_ - len(marks))
        model.row_lower_ = np.concatenate([[low for low, _ in limits], links])
        model.row_upper_ = np.concatenate([[high for _, high in limits], links])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = rows.indptr
        model.a_matrix_.index_ = rows.indices
        model.a_matrix_.value_ = rows.data
        return model

    def _limits(self, row: int, mark: Mark) -> tuple[float, float]:
        if mark is Mark.GIVEN:
            return float(self.row_sums[row]), float(self.row_sums[row])
        if mark is Mark.SMALL and self.knows_marks:
            # What was small when it left may have grown since; all is asked of today's counts.
            return 0.0, max(float(SMALL - 1), float(self.row_sums[row]))
        return 0.0, highspy.kHighsInf

    def say(self, row: int, mark: Mark) -> None:
        """Take in that a row is now marked so."""
        self.solver.changeRowBounds(row, *self._limits(row, mark))

    def forget(self) -> Seen:
        """Forget the solutions seen: a row was narrowed, and they may be none any more. The truth still is.

        Returns what was seen till now.
        """
        before, self.seen = self.seen, self._truth()
        return before

    def _truth(self) -> Seen:
        low, high = self.sums.lows_and_highs(self.sums.values)
        return Seen(low, high, self.row_sums.copy(), self.row_sums.copy())

    def recall(self, seen: Seen) -> None:
        """Take back what was forgotten: the row is as wide again as it was."""
        self.seen.take(seen)

    def saw(self, solution: Floats) -> None:
        """Take in a solution, and show it to who is told less."""
        found = self.sums.rows @ solution
        self.seen.take(Seen(*self.sums.lows_and_highs(solution), found, found))
        if self.told is not None:
            self.told.saw(solution)

    def sweep(self, atoms: Counts) -> None:
        """See many atoms wide at once: each program fills as many as it can of those not seen wide yet.

        No column that is still wanted is given more than it needs, or has, so that the sums go round. It only
        saves work: what is not seen here is asked for one by one.
        """
        n = len(self.sums.values)
        every, none = np.arange(n, dtype=np.int32), np.zeros(n)
        enough = np.maximum(self.sums.values, 2.0 * TOLERANCE + 1)
        self.solver.setOptionValue(*_AFRESH)
        left = self._narrow(atoms)
        chance = np.random.default_rng(len(left))  # in turn, so that each margin meets every other
        going = len(left) > 0
        while going:
            pivots, before = self.pivots, len(left)
            wanted = self.sums.columns(left)
            self.solver.changeColsBounds(n, every, none, np.where(wanted, enough, self.most))
            self._price(every, np.sqrt(wanted) * chance.random(n) ** 4)
            self._solve(highspy.ObjSense.kMaximize)
            left = self._narrow(left)
            going = len(left) > 0 and (before - len(left)) * _SWEEP_PIVOTS > self.pivots - pivots
            going = going and self.pivots < self.most_pivots
        self.solver.setOptionValue(*_FROM_LAST)
        self.solver.changeColsBounds(n, every, none, np.full(n, self.most))
        self._price(every, np.zeros(n))

    def _narrow(self, atoms: Counts) -> Counts:
        """Return those not seen wide; where the second attacker is shown enough, it need not be asked."""
        most = self.told or self
        return np.asarray(atoms[~_wide(most.seen.low[atoms], most.seen.high[atoms], most.width)])

    def binding(self, target: int) -> Counts | None:
        """Return the rows that narrow a target (row, or ~atom); None where it is wide enough."""
        if self._seen_wide(target):
            return None
        most, duals = self._bound(self._whole(target), highspy.ObjSense.kMaximize)
        reasons = np.abs(duals)
        if self._seen_wide(target):
            return None
        least, duals = self._bound(self._rest(target), highspy.ObjSense.kMinimize)
        reasons += np.abs(duals)
        if self._seen_wide(target) or _wide(max(0.0, least), most, self.width):
            return None
        return np.flatnonzero(reasons[: self.sums.told] > _EPSILON)

    def _bound(self, priced: tuple[Ints, Floats], sense: Any) -> tuple[float, Floats]:
        columns, weights = self._with_added(*priced)
        self._price(columns, weights)
        found = self._solve(sense)
        self._price(columns, np.zeros(len(columns)))
        return found

    def _with_added(self, columns: Ints, weights: Floats) -> tuple[Ints, Floats]:
        """Return the same sum where part of the margins lies in added columns."""
        of = dict(zip(columns.tolist(), weights.tolist(), strict=True))
        for atom, column in self.added.items():
            weight = of.get(self.sums.one[atom], 0.0) + of.get(self.sums.other[atom], 0.0)
            of[column] = of.get(column, 0.0) + weight
        return np.array(list(of), dtype=np.int32), np.array(list(of.values()))

    def _whole(self, target: int) -> tuple[Ints, Floats]:
        if target < 0:
            return self._column(~target), np.ones(1)
        return self._row(target)

    def _rest(self, target: int) -> tuple[Ints, Floats]:
        return self.sums.rest(~target) if target < 0 else self._row(target)

    def _row(self, row: int) -> tuple[Ints, Floats]:
        start, stop = self.sums.rows.indptr[row], self.sums.rows.indptr[row + 1]
        columns = np.asarray(self.sums.rows.indices[start:stop], dtype=np.int32)
        return columns, np.ones(len(columns))

    def _column(self, atom: int) -> Ints:
        """Return the column of an atom; of a pair, one that is added: so much of it lies in this atom."""
        if self.sums.other[atom] == NONE:
            return self.sums.one[[atom]]
        if atom not in self.added:
            self.added[atom] = len(self.sums.values) + len(self.added)
            start, stop = self.sums.atoms.indptr[atom], self.sums.atoms.indptr[atom + 1]
            held = self.sums.atoms.indices[start:stop]
            self.solver.addCol(0.0, 0.0, self.most, len(held), held, np.ones(len(held)))
        return np.array([self.added[atom]], dtype=np.int32)

    def _seen_wide(self, target: int) -> bool:
        seen, at = self.seen, target if target >= 0 else ~target
        ends = (seen.low[at], seen.high[at]) if target < 0 else (seen.low_row[at], seen.high_row[at])
        return bool(_wide(*ends, self.width))

    def _price(self, columns: Ints, cost: Floats) -> None:
        self.solver.changeColsCost(len(columns), columns, cost)

    def _solve(self, sense: Any) -> tuple[float, Floats]:
        self.solver.changeObjectiveSense(sense)
        self._run()
        solution = self.solver.getSolution()
        held = np.asarray(solution.col_value)
        margins = held[: len(self.sums.values)].copy()
        for atom, column in self.added.items():
            margins[[self.sums.one[atom], self.sums.other[atom]]] += held[column]
        self.saw(margins)
        return self.solver.getInfo().objective_function_value, np.asarray(solution.row_dual)

    def _run(self) -> None:
        """Solve; from scratch where what was kept from the last program misled."""
        for _ in range(2):
            self.solver.run()
            self.pivots += _EACH + self.solver.getInfo().simplex_iteration_count
            found = self.solver.getModelStatus()
            if found == highspy.HighsModelStatus.kOptimal:
                return
            self.solver.clearSolver()
        # The true counts are a solution and all is bounded; without a bound nothing may leave.
        raise ArithmeticError(f"no bound found: {found}")


def _wide(low: Any, high: Any, width: int) -> Any:
    """Whole numbers between the two ends count; a solution may lie between them."""
    return np.floor(high + _EPSILON) - np.ceil(low - _EPSILON) >= width

"""Which cells of a table may leave, so that no small count can be worked out from all that ever left.

Every figure given out is a sum of *atoms*: the finest parts of place, time and kind that the figures tell
apart. All figures, earlier ones among them, are rows of one system of linear statements over atoms that are
not negative. `protect` withholds cells until whoever solves that system (exact bounds by linear programming,
Fischetti and Salazar 2000, Management Science 46) is left with a range of at least four for every small atom
and for every withheld cell: that is, cannot say it to within ±2. Differences between two periods, an area
and its part, a table and its totals are all rows of the system and need no rule of their own.

Two attackers are held off. One knows what a mark means: "<5" is 0 to 4, so the mark itself leaves a range of
four, and nothing may narrow it. The other is told nothing by marks, and is left with a range above four.

What it does not show: attackers who know some counts themselves; who know that counts are whole numbers
(bounds are rounded inwards, but integer programming may bound tighter); who know this procedure and guess
why a cell was withheld; and figures of other kinds (z-scores, averages) made of the same counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

Counts = npt.NDArray[np.int64]

SMALL = 5
TOLERANCE = 2
_MOST_RETURNS = 40  # cells tried to be given back; each costs a whole audit
_MOST_WORK = 1_500_000  # atoms times programs solved, some 20 s: beyond, all that is asked is withheld
_EPSILON = 1e-6
_SWEEP_GAIN = 0.1  # atoms a row; a sweep that sees fewer is the last one


class Mark(StrEnum):
    """How a cell leaves: with its figure, as "<5" (0 to 4), or with nothing said about its size."""

    GIVEN = "given"
    SMALL = "small"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Release:
    """What leaves of a table.

    marks : of the cells asked, in their order
    added : how many cells were withheld that are not small themselves
    open_before : small atoms or withheld cells that earlier releases alone give away: nothing mends these
    """

    marks: tuple[Mark, ...]
    added: int
    open_before: int

    def shown(self, values: npt.NDArray[Any]) -> list[int | str]:
        """Return the cells as they leave: the figure, "<5", or "…"."""
        return [shown(value, mark) for value, mark in zip(values.tolist(), self.marks, strict=True)]


def shown(value: float, mark: Mark) -> int | str:
    """Return one cell as it leaves."""
    if mark is Mark.GIVEN:
        return int(value)
    return f"<{SMALL}" if mark is Mark.SMALL else "…"


def protect(
    counts: Counts,
    asked: csr_array,
    earlier: csr_array | None = None,
    earlier_marks: tuple[Mark, ...] = (),
) -> Release:
    """Decide how each asked cell leaves.

    counts : (atoms,) true counts, none negative
    asked : (cells, atoms) of 0 and 1: which atoms a cell is the sum of; totals are cells like others
    earlier, earlier_marks : the same of all that left before about the same counts
    Where the statements are so many that it would take minutes, all that is asked is withheld.
    The fewest cells are not promised: one at a time is withheld, the smallest of those that give the figure
    away, and in the end given back where that does no harm.
    """
    m = asked.shape[0]
    every = asked if earlier is None else vstack([asked, earlier], format="csr")
    rows, values = _classes(every, counts)
    sums = rows @ values
    marks = [Mark.SMALL if n < SMALL else Mark.GIVEN for n in sums[:m]] + list(earlier_marks)
    system = _System(rows, values, sums, marks, m)
    beyond_help = system.close()
    system.give_back(beyond_help)
    still_open = sum(system.is_open(target) for target in beyond_help)
    return Release(tuple(system.marks[:m]), len(system.added), still_open)


def _classes(rows: csr_array, counts: Counts) -> tuple[csr_array, Counts]:
    """Join atoms that no row tells apart; drop those that no row holds."""
    columns = rows.tocsc().astype(bool)
    columns.sort_indices()
    pointer, index = columns.indptr, columns.indices.astype(np.int32)
    key = [index[pointer[j] : pointer[j + 1]].tobytes() for j in range(rows.shape[1])]
    first: dict[bytes, int] = {}
    label = np.array([first.setdefault(k, len(first)) if k else -1 for k in key], dtype=np.int64)
    held = label >= 0
    joined = np.bincount(label[held], weights=counts[held], minlength=len(first)).astype(np.int64)
    representative = np.full(len(first), -1, dtype=np.int64)
    representative[label[held][::-1]] = np.flatnonzero(held)[::-1]
    return csr_array(columns[:, representative].tocsr().astype(float)), joined


class _System:
    """The statements as two linear programs, one for each attacker; withholding a cell only widens both."""

    def __init__(self, rows: csr_array, values: Counts, sums: Counts, marks: list[Mark], asked: int) -> None:
        self.rows, self.sums, self.marks, self.asked = rows, sums, marks, asked
        self.small_atoms = np.flatnonzero(values < SMALL)
        self.added: list[int] = []
        # Who knows what marks mean is left with at least 2 * TOLERANCE; who does not, with more.
        self.attackers = (
            _Attacker(rows, sums, marks, knows_marks=True, width=2 * TOLERANCE),
            _Attacker(rows, sums, marks, knows_marks=False, width=2 * TOLERANCE + 1),
        )

    def close(self) -> set[int]:
        """Withhold until nothing is open; return the targets that only earlier statements hold open."""
        for attacker in self.attackers:
            attacker.sweep(self.small_atoms)
        beyond_help: set[int] = set()
        queue = list(self._targets())
        while queue:
            if self._worn_out():
                self._withhold_rest()
                break
            target = queue.pop()
            while (binding := self._binding(target)) is not None:
                chosen = self._cheapest(binding)
                if chosen is None:
                    beyond_help.add(target)
                    break
                self._withhold(chosen)
                queue.append(chosen)
        return beyond_help

    def _worn_out(self) -> bool:
        programs = sum(attacker.programs for attacker in self.attackers)
        return programs * self.rows.shape[1] > _MOST_WORK

    def _withhold_rest(self) -> None:
        """Withhold all that is asked: what is not said tells nobody anything, whatever was said before."""
        for row in range(self.asked):
            if self.marks[row] is not Mark.WITHHELD:
                self._withhold(row)

    def _targets(self) -> Iterator[int]:
        """Small atoms as ~position, withheld rows as position."""
        yield from (~int(j) for j in self.small_atoms)
        yield from (i for i, mark in enumerate(self.marks) if mark is not Mark.GIVEN)

    def is_open(self, target: int) -> bool:
        """Say whether a target is to be protected and is not."""
        kept = target < 0 or self.marks[target] is not Mark.GIVEN
        return kept and self._binding(target) is not None

    def _binding(self, target: int) -> Counts | None:
        """Return the rows that keep a target within too narrow a range; None where it is wide enough."""
        for attacker in self.attackers:
            found = attacker.binding(target)
            if found is not None:
                return found
        return None

    def _cheapest(self, binding: Counts) -> int | None:
        """Return the asked row of `binding` that is missed least; a figure before a "<5".

        Of two rows of the same sum the finer one goes: the total says more than its only part.
        """
        ours = [int(i) for i in binding if i < self.asked and self.marks[i] is not Mark.WITHHELD]
        atoms = np.diff(self.rows.indptr)
        return min(ours, key=lambda i: (self.marks[i] is Mark.SMALL, self.sums[i], atoms[i], i), default=None)

    def _withhold(self, row: int) -> None:
        if self.marks[row] is Mark.GIVEN:
            self.added.append(row)
        self._mark(row, Mark.WITHHELD)

    def _mark(self, row: int, mark: Mark) -> None:
        self.marks[row] = mark
        for attacker in self.attackers:
            attacker.say(row, mark)

    def give_back(self, beyond_help: set[int]) -> None:
        """Give back what need not have been withheld, the largest first.

        What earlier statements say anyway is always tried; the rest where there is little of it.
        """
        known = [row for row in self.added if row in beyond_help]
        others = sorted(set(self.added) - set(known), key=lambda i: -self.sums[i])
        for row in [*known, *(others if len(others) <= _MOST_RETURNS else [])]:
            if self._worn_out():
                return
            self._mark(row, Mark.GIVEN)
            for attacker in self.attackers:
                attacker.forget()
            if any(self.is_open(target) for target in self._targets() if target not in beyond_help):
                self._mark(row, Mark.WITHHELD)
            else:
                self.added.remove(row)


class _Attacker:
    """Exact bounds of sums of atoms from everything published, by HiGHS, warm from one to the next."""

    def __init__(
        self, rows: csr_array, sums: Counts, marks: list[Mark], *, knows_marks: bool, width: int
    ) -> None:
        self.rows, self.sums, self.knows_marks, self.width = rows, sums, knows_marks, width
        self.most = float(sums.max(initial=0)) + 10.0 * SMALL
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.passModel(self._model(marks))
        self.columns = np.arange(rows.shape[1], dtype=np.int32)
        self.programs = 0
        self.forget()

    def _model(self, marks: list[Mark]) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self.rows.shape
        atoms = model.num_col_
        model.col_cost_ = np.zeros(atoms)
        model.col_lower_ = np.zeros(atoms)
        # Nothing bounds some sums; a bound far away keeps the program finite and is never a reason.
        model.col_upper_ = np.full(atoms, self.most)
        limits = [self._limits(i, mark) for i, mark in enumerate(marks)]
        model.row_lower_ = np.array([low for low, _ in limits])
        model.row_upper_ = np.array([high for _, high in limits])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = self.rows.indptr
        model.a_matrix_.index_ = self.rows.indices
        model.a_matrix_.value_ = self.rows.data
        return model

    def _limits(self, row: int, mark: Mark) -> tuple[float, float]:
        if mark is Mark.GIVEN:
            return float(self.sums[row]), float(self.sums[row])
        return 0.0, float(SMALL - 1) if mark is Mark.SMALL and self.knows_marks else highspy.kHighsInf

    def say(self, row: int, mark: Mark) -> None:
        """Take in that a row is now marked so."""
        self.solver.changeRowBounds(row, *self._limits(row, mark))

    def forget(self) -> None:
        """Forget the solutions seen: a row was narrowed, and they may be none any more."""
        atoms, rows = self.rows.shape[1], self.rows.shape[0]
        self.low_atom, self.high_atom = np.full(atoms, np.inf), np.full(atoms, -np.inf)
        self.low_row, self.high_row = np.full(rows, np.inf), np.full(rows, -np.inf)

    def sweep(self, atoms: Counts) -> None:
        """See many atoms wide at once: each program fills as many as it can of those not seen wide yet.

        No atom is given more than it needs, so that the sums go round. It only saves work: what is not seen
        here is asked for one by one.
        """
        which, none = atoms.astype(np.int32), np.zeros(len(atoms))
        self.solver.changeColsBounds(len(which), which, none, np.full(len(atoms), float(self.width)))
        left, gained = atoms, len(atoms)
        cost = np.zeros(len(self.columns))
        cost[left] = 1.0
        if len(left):
            self._solve(cost, highspy.ObjSense.kMinimize)
        while len(left) and gained > _SWEEP_GAIN * self.rows.shape[0]:
            self._solve(cost, highspy.ObjSense.kMaximize)
            wide = self._wide(self.low_atom[left], self.high_atom[left])
            cost[left[wide]] = 0.0
            left, gained = left[~wide], int(wide.sum())
        self.solver.changeColsBounds(len(which), which, none, np.full(len(atoms), self.most))

    def binding(self, target: int) -> Counts | None:
        """Return the rows that narrow a target (row, or ~atom); None where it is wide enough."""
        if self._seen_wide(target):
            return None
        reasons: list[npt.NDArray[np.float64]] = []
        bounds = []
        for sense in (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize):
            bound, duals = self._solve(self._cost(target), sense)
            bounds.append(bound)
            reasons.append(duals)
            if self._seen_wide(target):
                return None
        if self._wide(bounds[1], bounds[0]):
            return None
        return np.flatnonzero(sum(np.abs(duals) for duals in reasons) > _EPSILON)

    def _seen_wide(self, target: int) -> bool:
        low, high = (
            (self.low_atom[~target], self.high_atom[~target])
            if target < 0
            else (self.low_row[target], self.high_row[target])
        )
        return bool(self._wide(low, high))

    def _wide(self, low: Any, high: Any) -> Any:
        """Whole numbers between the two ends count; a solution may lie between them."""
        return np.floor(high + _EPSILON) - np.ceil(low - _EPSILON) >= self.width

    def _cost(self, target: int) -> npt.NDArray[np.float64]:
        cost = np.zeros(len(self.columns))
        if target < 0:
            cost[~target] = 1.0
        else:
            start, stop = self.rows.indptr[target], self.rows.indptr[target + 1]
            cost[self.rows.indices[start:stop]] = 1.0
        return cost

    def _solve(self, cost: npt.NDArray[np.float64], sense: Any) -> tuple[float, npt.NDArray[np.float64]]:
        self.solver.changeColsCost(len(cost), self.columns, cost)
        self.solver.changeObjectiveSense(sense)
        self.solver.run()
        self.programs += 1
        found = self.solver.getSolution()
        atoms = np.asarray(found.col_value)
        sums = np.asarray(found.row_value)
        np.minimum(self.low_atom, atoms, out=self.low_atom)
        np.maximum(self.high_atom, atoms, out=self.high_atom)
        np.minimum(self.low_row, sums, out=self.low_row)
        np.maximum(self.high_row, sums, out=self.high_row)
        return float(cost @ atoms), np.asarray(found.row_dual)


def table_cells(rows: int, columns: int) -> csr_array:
    """Return the cells of a table with its totals, as `protect` takes them, over rows * columns atoms.

    In order: the inner cells row by row, the total of each row, the total of each column, the whole.
    """
    inner = np.eye(rows * columns)
    by_row = np.repeat(np.eye(rows), columns, axis=1)
    by_column = np.tile(np.eye(columns), rows)
    return csr_array(np.vstack([inner, by_row, by_column, np.ones((1, rows * columns))]))

"""Which cells of a table may leave, so that no small count can be worked out from all that ever left.

Every figure given out is a sum of *atoms*: the finest parts of place, time and kind that the figures tell
apart. All figures, earlier ones among them, are rows of one system of linear statements over atoms that are
not negative. `protect` withholds cells until whoever solves that system (exact bounds by linear programming,
Fischetti and Salazar 2000, Management Science 46) is left with a range of at least four for every small atom
and for every withheld cell: that is, cannot say it to within ±2. Differences between two periods, an area
and its part, a table and its totals are all rows of the system and need no rule of their own.

Two attackers are held off. One knows what a mark means: "<5" is 0 to 4, so the mark itself leaves a range of
four, and nothing may narrow it. The other is told nothing by marks, and is left with a range above four.

The work has a limit (`_MOST_WORK`): beyond it all that is new is withheld, which is safe and of no use.
Weekly decks of a city stay far below; decks with what was cleared by each day, or of wards beside the city,
every day for more than some ten days come to it.

What it does not show: attackers who know some counts themselves; who know that counts are whole numbers
(bounds are rounded inwards, but integer programming may bound tighter); who know this procedure and guess
why a cell was withheld; and figures of other kinds (z-scores, averages) made of the same counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from geo.analysis.disclosure_attack import SMALL, Attacker, Mark
from geo.analysis.disclosure_sums import NONE, Counts, Masks, Sums, classes

__all__ = ["SMALL", "Mark", "Release", "protect", "shown", "table_cells"]

_MOST_RETURNS = 40  # cells tried to be given back; each costs a whole audit
_RETURN_WORK = 0.5  # of the work: beyond, what was withheld stays so
_MOST_WORK = 500_000_000  # pivots times rows and columns, some 10 s: beyond, all that is asked is withheld


@dataclass(frozen=True)
class Release:
    """What leaves of a table.

    marks : of the cells asked, in their order
    added : how many cells were withheld that are not small themselves
    open_before : small atoms or withheld cells that earlier releases alone give away: nothing mends these;
        not looked for where all was said before
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
    kinds: Masks | None = None,
) -> Release:
    """Decide how each asked cell leaves.

    counts : (atoms,) true counts, none negative
    asked : (cells, atoms) of 0 and 1: which atoms a cell is the sum of; totals are cells like others
    earlier, earlier_marks : the same of all that left before about the same counts
    kinds : (cells asked, then earlier) which are of one category; saves work where these and the others tell
        atoms apart in turn, and changes nothing else
    What was said before is said again. Where the rest would take minutes, all of it is withheld.
    The fewest cells are not promised: one at a time is withheld, the smallest of those that give the figure
    away, and in the end given back where that does no harm.
    """
    m = asked.shape[0]
    every = asked if earlier is None else vstack([asked, earlier], format="csr")
    known = _said_before(every, every @ counts, m, earlier_marks)
    new = np.array([i for i in range(m) if i not in known], dtype=np.int64)
    if not len(new):
        return Release(tuple(known[i] for i in range(m)), 0, 0)
    kept = np.concatenate([new, np.arange(m, every.shape[0])])
    rows, values = _classes(every[kept], counts)
    sums = rows @ values
    marks = [_first_mark(n) for n in sums[: len(new)]] + list(earlier_marks)
    of_kinds = np.zeros(len(kept), dtype=bool) if kinds is None else kinds[kept]
    system = _System(Sums(rows, values, of_kinds), rows, values, marks, len(new))
    beyond_help = system.close()
    system.give_back(beyond_help)
    still_open = sum(system.is_open(target) for target in beyond_help)
    found = known | dict(zip(new.tolist(), system.marks, strict=False))
    return Release(tuple(found[i] for i in range(m)), len(system.added), still_open)


def _said_before(
    every: csr_array, sums: Counts, asked: int, earlier_marks: tuple[Mark, ...]
) -> dict[int, Mark]:
    """Return how cells left that are asked for again: to say it once more tells nothing new."""
    key = classes(csr_array(every.T)).tolist()
    said = set(zip(key[asked:], earlier_marks, strict=True))
    first = {i: _first_mark(sums[i]) for i in range(asked)}
    return {i: mark for i, mark in first.items() if (key[i], mark) in said}


def _first_mark(n: int) -> Mark:
    return Mark.SMALL if n < SMALL else Mark.GIVEN


def _classes(rows: csr_array, counts: Counts) -> tuple[csr_array, Counts]:
    """Join atoms that no row tells apart; drop those that no row holds."""
    label = classes(rows)
    held = label != NONE
    found, first, where = np.unique(label[held], return_index=True, return_inverse=True)
    joined = np.bincount(where, weights=counts[held], minlength=len(found)).astype(np.int64)
    return csr_array(rows[:, np.flatnonzero(held)[first]].astype(bool).astype(float)), joined


class _System:
    """The statements as two linear programs, one for each attacker; withholding a cell only widens both."""

    def __init__(self, program: Sums, rows: csr_array, values: Counts, marks: list[Mark], asked: int) -> None:
        self.rows, self.sums, self.marks, self.asked = rows, rows @ values, marks, asked
        self.small_atoms = np.flatnonzero(values < SMALL)
        self.added: list[int] = []
        self.frail: dict[int, None] = {}  # targets that were open: likely to be so again
        self.most_pivots = _MOST_WORK / sum(program.rows.shape)
        plain = Attacker(program, marks, self.most_pivots)
        self.attackers = (Attacker(program, marks, self.most_pivots, told=plain), plain)

    def close(self) -> set[int]:
        """Withhold until nothing is open; return the targets that only earlier statements hold open."""
        self._sweep()
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
                self.frail[target] = None
                queue.append(chosen)
        return beyond_help

    def _sweep(self) -> None:
        for attacker in self.attackers:
            attacker.sweep(self.small_atoms)

    def _worn_out(self, share: float = 1.0) -> bool:
        return sum(attacker.pivots for attacker in self.attackers) > share * self.most_pivots

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
            if self._worn_out(_RETURN_WORK):
                return
            self._mark(row, Mark.GIVEN)
            seen = [attacker.forget() for attacker in self.attackers]
            if self._does_harm(beyond_help):
                self._mark(row, Mark.WITHHELD)
                for attacker, before in zip(self.attackers, seen, strict=True):
                    attacker.recall(before)
            else:
                self.added.remove(row)

    def _does_harm(self, beyond_help: set[int]) -> bool:
        """Say whether a target is open now; those that were open before are asked first."""
        frail = [target for target in reversed(self.frail) if target not in beyond_help]
        if any(self.is_open(target) for target in frail):
            return True
        self._sweep()
        for target in self._targets():
            if target not in beyond_help and self.is_open(target):
                self.frail[target] = None
                return True
        return False


def table_cells(rows: int, columns: int) -> csr_array:
    """Return the cells of a table with its totals, as `protect` takes them, over rows * columns atoms.

    In order: the inner cells row by row, the total of each row, the total of each column, the whole.
    """
    inner = np.eye(rows * columns)
    by_row = np.repeat(np.eye(rows), columns, axis=1)
    by_column = np.tile(np.eye(columns), rows)
    return csr_array(np.vstack([inner, by_row, by_column, np.ones((1, rows * columns))]))

"""The statements as a program over few columns: where two kinds of rows tell atoms apart in turn, by margins.

Rows by ward and rows by category say nothing of a ward *and* a category, but for what they have in common: of
one stretch of days, every ward may go with every category. What is possible is then any two margins of the
same total (a transport problem has a solution whenever its margins agree), and an atom may be as large as the
smaller of its two margins (Fréchet): no column for each pair is needed, and one solution shows many wide.
"""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack, vstack

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Masks = npt.NDArray[np.bool_]
NONE = -1


def classes(rows: csr_array) -> Counts:
    """Return (columns,) numbers, the same for columns that no row tells apart; -1 for those in no row."""
    columns = rows.tocsc().astype(bool)
    columns.sort_indices()
    pointer, index = columns.indptr, columns.indices.astype(np.int32)
    key = [index[pointer[j] : pointer[j + 1]].tobytes() for j in range(rows.shape[1])]
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(k, len(first)) if k else NONE for k in key], dtype=np.int64)


class Sums:
    """Rows over columns; each atom is a column of its own, or lies where two columns meet.

    rows : (rows and links, columns); a link is a row that makes the margins of both kinds agree: always 0
    values : (columns,) true ones
    one, other : (atoms,) columns of an atom; `other` is -1 where the atom is the column
    told : how many rows are no links · atoms : (atoms, rows) as given
    """

    def __init__(self, rows: csr_array, values: Counts, second: Masks) -> None:
        """second : (rows,) which rows are of the second kind; the columns of `rows` are all different."""
        self.told = rows.shape[0]
        self.atoms = rows.T.tocsr()
        kinds = classes(rows[~second]), classes(rows[second])
        self._link = _blocks(*kinds)
        self._paired = np.flatnonzero(self._link != NONE)
        alone = np.flatnonzero(self._link == NONE)
        blocks = int(self._link.max(initial=NONE)) + 1
        self.one = np.zeros(rows.shape[1], dtype=np.int32)
        self.other = np.full(rows.shape[1], NONE, dtype=np.int32)
        self.one[alone] = np.arange(len(alone))
        made, links, start = [rows[:, alone]], [csr_array((blocks, len(alone)))], len(alone)
        for mask, kind, sign, into in (
            (~second, kinds[0], 1.0, self.one), (second, kinds[1], -1.0, self.other)
        ):  # fmt: skip
            first, where = _margin(kind, self._link, self._paired)
            into[self._paired] = start + where
            made.append(_only(rows[:, first], mask))
            at = self._link[first], np.arange(len(first))
            links.append(csr_array((np.full(len(first), sign), at), shape=(blocks, len(first))))
            start += len(first)
        parts = [hstack(made, format="csr"), hstack(links, format="csr")]
        self.rows = csr_array(vstack(parts, format="csr"))
        self.values = np.bincount(self.one, weights=values, minlength=start).astype(float)
        paired = self.other[self._paired]
        self.values += np.bincount(paired, weights=values[self._paired], minlength=start)
        self._totals = csr_array(abs(parts[1]) * 0.5)

    def lows_and_highs(self, solution: Floats) -> tuple[Floats, Floats]:
        """Return how small and how large each atom may be with the margins of a solution."""
        low, high = solution[self.one], solution[self.one]
        second = solution[self.other[self._paired]]
        total = (self._totals @ solution)[self._link[self._paired]]
        low[self._paired] = np.maximum(0.0, low[self._paired] + second - total)
        high[self._paired] = np.minimum(high[self._paired], second)
        return low, high

    def columns(self, atoms: Counts) -> Counts:
        """Return (columns,) of how many of `atoms` each is a part."""
        other = self.other[atoms]
        n = len(self.values)
        return np.bincount(self.one[atoms], minlength=n) + np.bincount(other[other != NONE], minlength=n)

    def rest(self, atom: int) -> tuple[Ints, Floats]:
        """Return columns and weights of what bounds an atom from below: one margin less the others."""
        if self.other[atom] == NONE:
            return self.one[[atom]], np.ones(1)
        link = self.told + self._link[atom]
        held = self.rows.indices[self.rows.indptr[link] : self.rows.indptr[link + 1]]
        sign = self.rows.data[self.rows.indptr[link] : self.rows.indptr[link + 1]]
        firsts = held[(sign > 0) & (held != self.one[atom])]
        columns = np.concatenate([[self.other[atom]], firsts]).astype(np.int32)
        return columns, np.concatenate([[1.0], -np.ones(len(firsts))])


def _only(rows: csr_array, mask: Masks) -> csr_array:
    """Return the rows of the mask, the others empty. A zero that is kept would count as a column held."""
    kept = csr_array(rows.multiply(mask[:, None]))
    kept.eliminate_zeros()
    return kept


def _blocks(one: Counts, other: Counts) -> Counts:
    """Return the block of each atom, -1 for those that are not better told by margins.

    one, other : (atoms,) what rows of either kind tell of them
    Of one block are those of `one` that meet the same of `other`: within it all pairs are.
    """
    link = np.full(len(one), NONE, dtype=np.int64)
    joint = np.flatnonzero((one != NONE) & (other != NONE))
    if not len(joint):
        return link
    pairs = one[joint], other[joint]
    meets = csr_array((np.ones(len(joint)), pairs[::-1]), shape=(other.max() + 1, one.max() + 1))
    block = classes(meets)[pairs[0]]
    size = np.bincount(block)
    seconds = np.bincount(np.unique(np.stack([block, pairs[1]]), axis=1)[0])
    worth = (size > seconds + size // seconds)[block]
    _, link[joint[worth]] = np.unique(block[worth], return_inverse=True)
    return link


def _margin(kind: Counts, link: Counts, paired: Counts) -> tuple[Counts, Counts]:
    """Return an atom of each margin of one kind, block by block, and the margin of each paired atom."""
    pairs = np.stack([link[paired], kind[paired]])
    _, first, where = np.unique(pairs, axis=1, return_index=True, return_inverse=True)
    return paired[first], where.ravel()

"""The attack: whoever has everything that left, and a linear program, cannot say a small count to within ±2.

The attack is written here anew, with another solver interface, from the published cells alone.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from geo.analysis import disclosure
from geo.analysis.disclosure import Mark, Release, protect, table_cells
from geo.analysis.disclosure_attack import Attacker
from geo.analysis.disclosure_sums import Sums


def bounds(cells, published, labels, wanted):
    """Exact range of the sum of `wanted` atoms, (atoms,) of 0 and 1, from what is printed."""
    equal = [i for i, said in enumerate(published) if isinstance(said, int)]
    below = [i for i, said in enumerate(published) if said == "<5"] if labels else []
    limits = {
        "A_eq": cells[equal] if equal else None,
        "b_eq": [published[i] for i in equal] or None,
        "A_ub": cells[below] if below else None,
        "b_ub": [4] * len(below) or None,
    }
    found = [linprog(sign * wanted, bounds=(0, 10_000), method="highs", **limits) for sign in (1, -1)]
    assert all(one.status == 0 for one in found)
    return found[0].fun, -found[1].fun


def assert_safe(counts, cells, published):
    dense = cells.toarray()
    atoms = [row for row, n in zip(np.eye(len(counts)), counts, strict=True) if n < 5]
    hidden = [row for row, said in zip(dense, published, strict=True) if not isinstance(said, int)]
    for wanted in atoms + hidden:
        low, high = bounds(dense, published, labels=True, wanted=wanted)
        assert high - low > 4 - 1e-6
        low, high = bounds(dense, published, labels=False, wanted=wanted)
        assert high - low > 4 + 1e-6


def assert_true(counts, cells, published):
    for said, value in zip(published, cells @ counts, strict=True):
        assert said in {value, "…"} if value >= 5 else said in {"<5", "…"}


tables = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.integers(0, 4) | st.integers(5, 30), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]
    ).map(lambda values: np.array(values).reshape(shape))
)


@settings(max_examples=8, deadline=None)
@given(tables)
def test_no_cell_of_a_table_with_its_totals_is_found(table):
    cells = table_cells(*table.shape)
    released = protect(table.ravel(), cells)
    published = released.shown(cells @ table.ravel())
    assert_true(table.ravel(), cells, published)
    assert_safe(table.ravel(), cells, published)


def test_the_attack_finds_what_is_not_protected():
    table = np.array([[2, 30], [40, 50]])
    cells = table_cells(2, 2)
    published = [int(value) if value >= 5 else "<5" for value in cells @ table.ravel()]
    assert bounds(cells.toarray(), published, labels=False, wanted=np.eye(4)[0]) == (2, 2)


def test_one_small_cell_costs_three_more():
    table = np.array([[2, 30, 80], [40, 50, 90], [70, 80, 90]])
    cells = table_cells(3, 3)
    released = protect(table.ravel(), cells)
    assert released.marks.count(Mark.SMALL) == 1
    assert released.added == 3
    assert released.shown(cells @ table.ravel())[-1] == table.sum()


def test_a_table_without_small_cells_leaves_whole():
    table = np.arange(10, 22).reshape(3, 4)
    released = protect(table.ravel(), table_cells(3, 4))
    assert set(released.marks) == {Mark.GIVEN}


def _days(first, last, days=14):
    """One ward's period as a cell over days."""
    row = np.zeros(days)
    row[first:last] = 1
    return row


def test_a_period_a_day_longer_does_not_reveal_the_day():
    counts = np.array([3, 4, 2, 5, 3, 4, 3, 2, 6, 1, 3, 4, 2, 3])
    week, day_more = csr_array([_days(0, 7)]), csr_array([_days(0, 8)])
    first = protect(counts, week)
    assert first.marks == (Mark.GIVEN,)
    second = protect(counts, day_more, week, first.marks)
    assert second.marks == (Mark.WITHHELD,)
    far = protect(counts, csr_array([_days(0, 14)]), week, first.marks)
    assert far.marks == (Mark.GIVEN,)  # the second week is no small count


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.data())
def test_exports_one_after_the_other_over_nested_areas_and_periods(counts, data):
    # 2 wards of 2 beats each, 3 days: atom = beat x day. Five exports of any area and period.
    counts = np.array(counts)
    areas = [[0], [1], [2], [3], [0, 1], [2, 3], [0, 1, 2, 3]]
    held, marks = None, ()
    for _ in range(5):
        asked = []
        for _ in range(data.draw(st.integers(1, 4))):
            area = data.draw(st.sampled_from(areas))
            first = data.draw(st.integers(0, 2))
            last = data.draw(st.integers(first, 2))
            atom = np.zeros((4, 3))
            atom[area, first : last + 1] = 1
            asked.append(atom.ravel())
        asked = csr_array(np.array(asked))
        released = protect(counts, asked, held, marks)
        assert released.open_before == 0
        held = asked if held is None else vstack([held, asked], format="csr")
        marks += released.marks
    held = csr_array(held)
    published = [
        int(value) if mark is Mark.GIVEN else "<5" if mark is Mark.SMALL else "…"
        for value, mark in zip(held @ counts, marks, strict=True)
    ]
    # Atoms that no statement tells apart are one atom to the attacker.
    columns, which = np.unique(held.toarray(), axis=1, return_inverse=True)
    joined = np.bincount(which.ravel(), weights=counts, minlength=columns.shape[1])
    some = columns.any(axis=0)
    assert_safe(joined[some], csr_array(columns[:, some]), published)


def test_what_earlier_releases_gave_away_is_said():
    earlier = csr_array(np.eye(2))
    released = protect(np.array([2, 9]), csr_array([[1.0, 1.0]]), earlier, (Mark.GIVEN, Mark.GIVEN))
    assert released.open_before == 1


def test_a_large_table_is_protected_in_good_time():
    table = np.random.default_rng(3).poisson(7, (60, 6))
    cells = table_cells(60, 6)
    released = protect(table.ravel(), cells)
    published = released.shown(cells @ table.ravel())
    assert sum(isinstance(said, int) for said in published) > len(published) / 2


def test_the_only_kind_goes_before_the_total() -> None:
    """All incidents are of one kind: total and kind together would say that there are none of the others."""
    counts = np.array([1053, 0])
    rows = csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))  # the total comes first
    assert protect(counts, rows).marks == (Mark.GIVEN, Mark.WITHHELD)


def _ward_by_kind(areas, kinds, first, last, shape):
    """A cell over wards x days x kinds, as a flat row."""
    row = np.zeros(shape)
    row[np.ix_(areas, range(first, last + 1), kinds)] = 1
    return row.ravel()


SHAPE = (2, 4, 3)  # wards, days, kinds; no cell is of both a ward alone and a kind alone


def _drawn_cells(data, most):
    """Cells of wards or of kinds, over any days, and which of them are of kinds."""
    cells, of_kind = [], []
    for _ in range(data.draw(st.integers(1, most))):
        first = data.draw(st.integers(0, SHAPE[1] - 1))
        last = data.draw(st.integers(first, SHAPE[1] - 1))
        wards = data.draw(st.sampled_from([[0], [1], [0, 1]]))
        kinds = (
            data.draw(st.sampled_from([[0, 1, 2], [0], [1], [2]])) if len(wards) == SHAPE[0] else [0, 1, 2]
        )
        cells.append(_ward_by_kind(wards, kinds, first, last, SHAPE))
        of_kind.append(len(kinds) == 1)
    return csr_array(np.array(cells)), np.array(of_kind)


def _joined_atoms(cells, counts):
    """What no cell tells apart is one atom to the attacker."""
    columns, which = np.unique(cells.toarray(), axis=1, return_inverse=True)
    joined = np.bincount(which.ravel(), weights=counts, minlength=columns.shape[1])
    some = columns.any(axis=0)
    return joined[some].astype(int), csr_array(columns[:, some])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=24, max_size=24), st.data())
def test_bounds_by_margins_are_those_by_atoms(counts, data):
    cells, of_kind = _drawn_cells(data, 10)
    counts, cells = _joined_atoms(cells, np.array(counts))
    marks = [
        Mark.SMALL if n < 5 else data.draw(st.sampled_from([Mark.GIVEN, Mark.WITHHELD]))
        for n in cells @ counts
    ]
    plain = Attacker(Sums(cells, counts, of_kind), marks, np.inf)
    attackers = (Attacker(plain.sums, marks, np.inf, told=plain), plain)
    small = np.flatnonzero(counts < 5)
    for attacker in attackers if data.draw(st.booleans()) else ():
        attacker.sweep(small)
    published = Release(tuple(marks), 0, 0).shown(cells @ counts)
    hidden = [i for i, mark in enumerate(marks) if mark is not Mark.GIVEN]
    targets = [(~int(atom), np.eye(len(counts))[atom]) for atom in small]
    for target, wanted in targets + [(row, cells.toarray()[row]) for row in hidden]:
        for attacker, labels in zip(attackers, (True, False), strict=True):
            low, high = bounds(cells.toarray(), published, labels=labels, wanted=wanted)
            whole = np.floor(high + 1e-6) - np.ceil(low - 1e-6)
            assert (attacker.binding(target) is None) == (whole >= (4 if labels else 5))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=24, max_size=24), st.data())
def test_exports_of_wards_and_of_kinds_one_after_the_other(counts, data):
    counts = np.array(counts)
    held, marks, of_kinds = None, (), np.zeros(0, dtype=bool)
    for _ in range(4):
        asked, of_kind = _drawn_cells(data, 5)
        released = protect(counts, asked, held, marks, np.concatenate([of_kind, of_kinds]))
        assert released.open_before == 0
        of_kinds = np.concatenate([of_kinds, of_kind])
        held = asked if held is None else vstack([held, asked], format="csr")
        marks += released.marks
    joined, cells = _joined_atoms(csr_array(held), counts)
    published = Release(marks, 0, 0).shown(cells @ joined)
    assert_safe(joined, cells, published)


def test_margins_take_the_place_of_pairs():
    """Six wards and nine kinds over days: 54 atoms a day are 15 columns; one more ties them."""
    shape = (6, 5, 9)
    days = [(0, 2), (1, 3), (2, 4)]
    wards = [_ward_by_kind([w], range(9), a, b, shape) for w in range(6) for a, b in days]
    kinds = [_ward_by_kind(range(6), [k], a, b, shape) for k in range(9) for a, b in days]
    cells = csr_array(np.array([*wards, *kinds]))
    sums = Sums(
        cells, np.ones(cells.shape[1], dtype=np.int64), np.arange(len(wards) + len(kinds)) >= len(wards)
    )
    assert sums.rows.shape == (len(wards) + len(kinds) + 5, 5 * 15)


@pytest.mark.parametrize("seed", range(60))
def test_sums_that_were_withheld_are_bounded_by_margins_as_by_atoms(seed):
    """Sixteen periods of wards or of kinds, two thirds given: what a program by margins finds narrow, is."""
    rng, shape = np.random.default_rng(seed), (3, 3, 4)
    cells, of_kind = [], []
    for _ in range(16):
        first = rng.integers(shape[1])
        last = rng.integers(first, shape[1])
        one = rng.integers(4)
        of_kind.append(rng.random() < 0.5)
        wards = range(3) if of_kind[-1] or one == 3 else [one]
        cells.append(_ward_by_kind(wards, [one] if of_kind[-1] else range(4), first, last, shape))
    counts, rows = _joined_atoms(csr_array(np.array(cells)), rng.integers(0, 30, np.prod(shape)))
    sums = rows @ counts
    hide = rng.random(len(sums)) < 0.4
    marks = [
        Mark.SMALL if n < 5 else Mark.WITHHELD if hidden else Mark.GIVEN
        for n, hidden in zip(sums, hide, strict=True)
    ]
    plain = Attacker(Sums(rows, counts, np.array(of_kind)), marks, np.inf)
    published = Release(tuple(marks), 0, 0).shown(sums)
    for row in (i for i, mark in enumerate(marks) if mark is not Mark.GIVEN):
        low, high = bounds(rows.toarray(), published, labels=False, wanted=rows.toarray()[row])
        assert (plain.binding(row) is None) == (np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= 5)


def test_what_left_is_said_again_and_costs_nothing(monkeypatch):
    counts = np.array([[3, 30, 80], [40, 50, 90], [70, 80, 90]]).ravel()
    cells = table_cells(3, 3)
    first = protect(counts, cells)
    given_ones = np.flatnonzero([mark is not Mark.WITHHELD for mark in first.marks])
    monkeypatch.setattr(disclosure, "Sums", None)  # no program is made
    again = protect(counts, csr_array(cells[given_ones]), cells, first.marks)
    assert again.marks == tuple(first.marks[i] for i in given_ones)


def test_where_the_work_has_no_end_all_that_is_new_is_withheld(monkeypatch):
    monkeypatch.setattr(disclosure, "_MOST_WORK", 0)
    counts = np.array([[3, 30, 80], [40, 50, 90], [70, 80, 90]]).ravel()
    assert set(protect(counts, table_cells(3, 3)).marks) == {Mark.WITHHELD}


def test_a_count_that_was_small_when_it_left_may_have_grown() -> None:
    """The mark "<5" of then contradicts the sums of today: it is decided all the same."""
    counts = np.array([9, 3, 20])
    asked = csr_array(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]))
    then = csr_array(np.array([[1, 0, 0], [1, 1, 1]]))
    found = protect(counts, asked, then, (Mark.SMALL, Mark.GIVEN))
    assert found.marks[1] is Mark.SMALL
    assert Mark.WITHHELD in found.marks[:3]  # 32 less 20 and 9 would be the small one

"""The attack: whoever has everything that left, and a linear program, cannot say a small count to within ±2.

The attack is written here anew, with another solver interface, from the published cells alone.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from geo.analysis.disclosure import Mark, protect, table_cells


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

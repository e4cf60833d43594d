"""Dividing blocks on hand-drawn grids."""

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse.csgraph import connected_components

from geo.demo.partition import Neighbourhood, divide


def grid(columns, rows, kind="lane"):
    """Unit squares, numbered row by row from the south-west.

    2 3
    0 1
    """
    squares = np.array([shapely.box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns)])
    pairs = [(k, k + 1) for k in range(columns * rows) if (k + 1) % columns]
    pairs += [(k, k + columns) for k in range(columns * (rows - 1))]
    return squares, pd.DataFrame(pairs, columns=["a", "b"]).assign(kind=kind)


def test_even_and_connected():
    squares, neighbours = grid(12, 10)
    hood = Neighbourhood.of(squares, neighbours, np.ones(120))
    owner = divide(hood, 5, np.random.default_rng(0))
    counts = np.bincount(owner, minlength=5)
    assert counts.min() >= 20
    assert counts.max() <= 28
    for group in range(5):
        members = np.flatnonzero(owner == group)
        assert connected_components(hood.part(members).way, directed=False)[0] == 1


@pytest.mark.parametrize("last_west", [3, 4])
def test_the_border_follows_the_main_road(last_west):
    """Nine columns divide 4 + 5 or 5 + 4, equally even: the main road says which.

    0 1 2 3 ‖ 4 5 6 7 8        0 1 2 3 4 ‖ 5 6 7 8
    """
    squares, neighbours = grid(9, 1)
    crosses = neighbours["a"] == last_west
    neighbours.loc[crosses, "kind"] = "major"
    owner = divide(Neighbourhood.of(squares, neighbours, np.ones(9)), 2, np.random.default_rng(0))
    west = np.arange(9) <= last_west
    assert len(set(owner[west])) == 1
    assert len(set(owner)) == 2
    assert len(set(owner[~west])) == 1


def test_loads_count_not_blocks():
    """One heavy block weighs as much as the other seven of a row."""
    squares, neighbours = grid(8, 1)
    load = np.array([7.0, 1, 1, 1, 1, 1, 1, 1])
    owner = divide(Neighbourhood.of(squares, neighbours, load), 2, np.random.default_rng(0))
    assert abs(np.bincount(owner, load) - 7.0).max() <= 1.0


def test_one_group_is_everything():
    squares, neighbours = grid(3, 3)
    assert (divide(Neighbourhood.of(squares, neighbours, np.ones(9)), 1, np.random.default_rng(0)) == 0).all()

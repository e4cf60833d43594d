"""The grid of edges beside GEOS's tree, on lines as street layers have them."""

import numpy as np
import pytest
import shapely

from geo.analysis import nearest_segment
from geo.analysis.nearest_segment import by_grid, by_tree, nearest

X0, Y0 = 586_000.0, 2_322_000.0


def streets(rng, n=250, across_m=4000.0):
    """Bent lines of two to five corners, some in two parts, some missing or empty."""
    made = []
    for i in range(n):
        corners = np.array([X0, Y0]) + rng.random(2) * across_m
        corners = corners + np.cumsum(rng.normal(0, 120, (rng.integers(2, 6), 2)), axis=0)
        line = shapely.linestrings(corners)
        made.append(
            shapely.multilinestrings([line, shapely.linestrings(corners + 40)]) if i % 7 == 0 else line
        )
    made[3], made[5] = None, shapely.from_wkt("LINESTRING EMPTY")
    return np.array(made, dtype=object)


@pytest.mark.parametrize("limit_m", [0.0, 0.5, 20.0, 50.0, 300.0, 1000.0])
def test_both_ways_find_the_same_lines_at_the_same_distances(limit_m):
    rng = np.random.default_rng(4)
    lines = streets(rng)
    xy = np.array([X0, Y0]) + rng.random((4000, 2)) * 6000 - 1000
    xy[:50] = shapely.get_coordinates(lines[:40])[:50]  # on a corner of a line
    (segment, distance), (wanted, apart) = by_grid(xy, lines, limit_m), by_tree(xy, lines, limit_m)
    assert segment.tolist() == wanted.tolist()
    assert np.allclose(distance, apart, rtol=0, atol=1e-9, equal_nan=True)
    assert (segment[:50] >= 0).all()
    assert limit_m > 0.5 or (segment == -1).any()


def test_a_stray_street_far_away_is_left_to_the_tree():
    rng = np.random.default_rng(5)
    lines = streets(rng, n=700)
    lines[0] = shapely.linestrings([(X0 + 5e7, Y0 + 5e7), (X0 + 5e7 + 10, Y0 + 5e7)])
    xy = np.array([X0, Y0]) + rng.random((6000, 2)) * 4000
    assert by_grid(xy, lines, 50.0) is None
    assert nearest(xy, lines, 50.0)[0].tolist() == by_tree(xy, lines, 50.0)[0].tolist()


def test_many_points_are_looked_up_in_the_grid(monkeypatch):
    monkeypatch.setattr(nearest_segment, "by_tree", lambda *_: pytest.fail("the tree was asked"))
    rng = np.random.default_rng(6)
    xy = np.array([X0, Y0]) + rng.random((nearest_segment.MANY, 2)) * 4000
    segment, _ = nearest(xy, streets(rng), 50.0)
    assert (segment >= 0).any()


def test_without_numba_it_is_the_tree(monkeypatch):
    monkeypatch.setattr(nearest_segment, "HAS_NUMBA", False)
    monkeypatch.setattr(nearest_segment, "by_grid", lambda *_: pytest.fail("the grid was asked"))
    rng = np.random.default_rng(7)
    xy = np.array([X0, Y0]) + rng.random((nearest_segment.MANY, 2)) * 4000
    assert (nearest(xy, streets(rng), 50.0)[0] >= 0).any()


def test_no_lines_no_points():
    xy = np.array([[X0, Y0]])
    for lines in (np.array([None], dtype=object), np.empty(0, dtype=object)):
        assert by_grid(xy, lines, 10.0)[0].tolist() == [-1]
    assert len(by_grid(np.empty((0, 2)), streets(np.random.default_rng(0)), 10.0)[0]) == 0


def test_at_a_crossing_and_half_way_the_lowest_position_counts():
    """
    +-2-+     points at every crossing and every middle of a block: all are as near to two or four streets
    |   |
    1   0
    |   |
    +-3-+
    """
    corners = [(i, j) for i in range(12) for j in range(12)]
    lines = [[(i, j), (i + 1, j)] for i, j in corners] + [[(i, j), (i, j + 1)] for i, j in corners]
    order = np.random.default_rng(1).permutation(len(lines))
    lattice = shapely.linestrings(np.array(lines, dtype=float)[order] * 100)
    xy = np.array(corners, dtype=float) * 100
    xy = np.vstack((xy, xy + 50))
    (segment, _), (wanted, _) = by_grid(xy, lattice, 60.0), by_tree(xy, lattice, 60.0)
    assert segment.tolist() == wanted.tolist()

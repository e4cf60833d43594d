"""Ways along streets, on a town that fits into a picture.

     a---b---c        y = 100      d ends on the street a-b-c without a vertex of it at (150, 100)
     |       |                     e-f crosses the river at the bridge x = 300 alone
a 0,100  b 100,100  c 300,100
river between y = 100 and y = 0;  bridge c (300,100) - f (300,0);  e (0,0) - f (300,0)
"""

import heapq
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.access import SNAP_LIMIT_M, isochrone, snap, straight_m, street_m, street_net

STREETS = [
    shapely.LineString([(0, 100), (100, 100), (300, 100)]),
    shapely.LineString([(300, 100), (300, 0)]),
    shapely.LineString([(0, 0), (300, 0)]),
    shapely.LineString([(150, 180), (150, 100)]),  # ends on the first, between its vertices
    shapely.LineString([(200, 150), (200, -50)]),  # crosses both without a vertex in common: an overpass
]


def _way(start: Any, goal: Any, streets: Any = STREETS) -> float:
    net = street_net(streets)
    places, goals = snap(net, np.array([start], float)), snap(net, np.array([goal], float))
    return float(street_m(net, places, goals, np.array([[0, 0]]))[0])


@pytest.mark.parametrize(
    ("start", "goal", "metres"),
    [
        ((0, 100), (100, 100), 100),  # along one street
        ((20, 110), (80, 105), 60 + 10 + 5),  # both ways to the street count
        ((0, 95), (0, 5), 300 + 100 + 300 + 5 + 5),  # 90 m across the river, 710 by the bridge
        ((150, 180), (100, 100), 80 + 50),  # an end on a line meets it
        ((150, 180), (300, 100), 80 + 150),
        ((200, 150), (200, -50), 200),  # the overpass itself
        ((200, 150), (300, 100), np.inf),  # ... which meets nothing
        ((-SNAP_LIMIT_M - 1, 100), (100, 100), np.inf),  # too far from every street
    ],
)
def test_ways_of_the_picture(start: Any, goal: Any, metres: float) -> None:
    assert _way(start, goal) == pytest.approx(metres)
    assert _way(goal, start) == pytest.approx(metres)


def test_parallel_streets_between_the_same_corners_take_the_shorter() -> None:
    around = shapely.LineString([(0, 0), (50, 200), (100, 0)])
    assert _way((0, 0), (100, 0), [around, shapely.LineString([(0, 0), (100, 0)])]) == pytest.approx(100)


def test_two_ends_on_one_line_are_joined_along_it() -> None:
    stems = [shapely.LineString([(x, 50), (x, 0)]) for x in (40, 60)]
    assert _way((40, 50), (60, 50), [shapely.LineString([(0, 0), (100, 0)]), *stems]) == pytest.approx(120)


def test_no_streets_at_all_are_no_way() -> None:
    net = street_net([])
    nowhere = snap(net, np.array([[0.0, 0.0]]))
    assert street_m(net, nowhere, nowhere, np.array([[0, 0]])) == np.inf
    assert all(area.is_empty for area in isochrone(net, nowhere, (100.0,), 20.0))


def _walked(net_lines: Any, start: int, corners: Any) -> dict[int, float]:
    """Another route: Dijkstra by hand on the corners of a grid of streets."""
    around: dict[int, list[tuple[int, float]]] = {}
    for line in net_lines:
        for a, b in pairwise(shapely.get_coordinates(line)):
            i, j = corners.index(tuple(a)), corners.index(tuple(b))
            around.setdefault(i, []).append((j, float(np.hypot(*(a - b)))))
            around.setdefault(j, []).append((i, float(np.hypot(*(a - b)))))
    best: dict[int, float] = {}
    heap = [(0.0, start)]
    while heap:
        metres, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = metres
        for other, more in around.get(node, ()):
            heapq.heappush(heap, (metres + more, other))
    return best


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_ways_on_a_torn_grid_are_those_walked_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = [(100.0 * x, 80.0 * y) for x in range(5) for y in range(5)]
    lines = [
        shapely.LineString([a, b])
        for n, a in enumerate(corners)
        for b in corners[n + 1 :]
        if abs(a[0] - b[0]) / 100 + abs(a[1] - b[1]) / 80 == 1 and rng.random() < 0.7
    ]
    used = sorted({tuple(c) for c in shapely.get_coordinates(lines)})
    net = street_net(lines)
    there = snap(net, np.array(used))
    start = int(rng.integers(len(used)))
    pairs = np.column_stack((np.arange(len(used)), np.full(len(used), start)))
    found = street_m(net, there, there, pairs)
    walked = _walked(lines, start, used)
    assert found == pytest.approx([walked.get(n, np.inf) for n in range(len(used))])
    assert (found >= straight_m(there, there, pairs) - 1e-9).all()


def test_isochrone_bands_share_no_place_and_follow_the_bridge() -> None:
    net = street_net(STREETS)
    post = snap(net, np.array([[0.0, 100.0]]))
    near, far, farther = isochrone(net, post, (150.0, 400.0, 710.0), 10.0)
    assert near.intersection(far).area == pytest.approx(0, abs=1e-6)
    assert near.covers(shapely.Point(100, 100))
    assert far.covers(shapely.Point(290, 100))
    south = shapely.Point(20, 0)  # 100 m as the crow flies, 680 m on foot
    assert not near.union(far).covers(south)
    assert farther.covers(south)
    assert not near.union(far).union(farther).covers(shapely.Point(200, 140))  # the overpass

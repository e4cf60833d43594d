"""Which blocks touch, what lies between them, where a bridge leads; on squares of 100 m.

3 4 5     the river runs between the rows where it is there
0 1 2
"""

import numpy as np
import pytest
import shapely

from geo.planning.borders import borders

SQUARES = np.array([shapely.box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100, 200)])
RIVER = np.array([shapely.box(-50, 95, 350, 105)])
NOTHING = np.empty(0, dtype=object)


def pairs(found) -> dict[tuple[int, int], tuple[str, float]]:
    return {
        (int(a), int(b)): (str(kind), float(length))
        for (a, b), kind, length in zip(found.edges, found.kinds, found.border_m, strict=True)
    }


def test_squares_touch_along_their_sides_not_at_their_corners() -> None:
    found = pairs(borders(SQUARES, NOTHING, NOTHING))
    assert set(found) == {(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)}
    assert all(kind == "border" and length == pytest.approx(100) for kind, length in found.values())


def test_a_corner_missed_by_a_few_centimetres_and_a_vertex_that_only_one_has() -> None:
    shifted = SQUARES.copy()
    shifted[1] = shapely.box(100.3, 0, 200, 100)  # a slit of 30 cm
    shifted[4] = shapely.Polygon([(100, 100), (130, 100), (200, 100), (200, 200), (100, 200)])
    found = pairs(borders(shifted, NOTHING, NOTHING))
    assert set(found) == {(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)}
    assert found[0, 1][1] == pytest.approx(100, abs=3)
    assert found[1, 4][1] == pytest.approx(99.7, abs=0.1)


def test_a_river_parts_what_it_runs_between_and_nothing_else() -> None:
    found = pairs(borders(SQUARES, RIVER, NOTHING))
    assert {pair for pair, (kind, _) in found.items() if kind == "river"} == {(0, 3), (1, 4), (2, 5)}
    assert found[0, 3][1] == pytest.approx(100)
    lake = np.array([shapely.box(20, 60, 60, 140)])  # over less than half of one border
    assert pairs(borders(SQUARES, lake, NOTHING))[0, 3][0] == "border"


def test_a_street_across_the_water_is_a_bridge_beside_the_border_that_it_crosses() -> None:
    street = np.array(
        [shapely.LineString([(150, 50), (150, 180)]), shapely.LineString([(10, 10), (290, 10)])]
    )
    found = borders(SQUARES, RIVER, street)
    assert list(found.kinds).count("bridge") == 1
    bridge = list(found.kinds).index("bridge")
    assert tuple(found.edges[bridge]) == (1, 4)
    assert found.border_m[bridge] == 0
    assert list(found.kinds[(found.edges == (1, 4)).all(axis=1)]) == ["river", "bridge"]


def test_a_bridge_joins_blocks_that_end_at_the_banks() -> None:
    apart = np.array([shapely.box(0, 0, 100, 90), shapely.box(0, 130, 100, 220)])
    water = np.array([shapely.box(-10, 92, 110, 128)])
    assert len(borders(apart, water, NOTHING).edges) == 0
    found = pairs(borders(apart, water, np.array([shapely.LineString([(40, 50), (45, 180)])])))
    assert found == {(0, 1): ("bridge", 0.0)}


def test_a_street_along_the_bank_is_no_bridge() -> None:
    bank = np.array([shapely.LineString([(10, 94), (50, 96), (90, 94)])])
    assert "bridge" not in borders(SQUARES, RIVER, bank).kinds

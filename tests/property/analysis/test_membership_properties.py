"""Locating points agrees with shapely for polygons and points that nobody chose."""

from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.membership import points_in_polygons

# Few round numbers: points fall on vertices, edges and their prolongations again and again.
ROUND: Any = st.integers(0, 6).map(float) | st.sampled_from([0.1, 1 / 3, 2.5, 5.999999999999999])
POINT: Any = st.tuples(ROUND, ROUND)
FEW = settings(max_examples=150, deadline=None)


@FEW
@given(st.lists(st.lists(POINT, min_size=3, max_size=7), min_size=1, max_size=6), st.lists(POINT, min_size=1))
def test_any_rings_and_points(outlines: list[Any], points: list[Any]) -> None:
    polygons = [shapely.Polygon(outline) for outline in outlines]
    xy = np.array(points)
    expected = np.full(len(xy), -1)
    for position in range(len(polygons) - 1, -1, -1):
        valid = shapely.make_valid(polygons[position])
        polygons[position] = valid if valid.geom_type in {"Polygon", "MultiPolygon"} else None
        if polygons[position] is not None:
            expected[shapely.intersects(polygons[position], shapely.points(xy))] = position
    np.testing.assert_array_equal(points_in_polygons(xy, polygons), expected)


@FEW
@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e6), st.floats(-1e6, 1e6))
def test_a_tiling_holds_every_point_once(seed: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 1, 1)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 1, (12, 2))), extend_to=frame)
    )
    tiling = shapely.transform(shapely.intersection(cells, frame), lambda xy: xy * scale + shift)
    xy = rng.uniform(0.001, 0.999, (200, 2)) * scale + shift
    held = np.array([shapely.intersects(tiling, point).any() for point in shapely.points(xy)])
    assert ((points_in_polygons(xy, tiling) >= 0) == held).all()
    np.testing.assert_array_equal(points_in_polygons(xy[::-1], tiling)[::-1], points_in_polygons(xy, tiling))

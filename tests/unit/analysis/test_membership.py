"""Points in polygons, always beside shapely itself, above all on vertices, edges and slivers."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from geo.analysis import label_filling, label_raster, membership
from geo.analysis.membership import PolygonIndex, points_in_polygons
from geo.domain.errors import InputError

RNG = np.random.default_rng(0)


def by_shapely(xy: np.ndarray, polygons: list) -> np.ndarray:
    found = np.full(len(xy), -1)
    points = shapely.points(xy)
    for position in range(len(polygons) - 1, -1, -1):
        if polygons[position] is not None:
            found[shapely.intersects(polygons[position], points)] = position
    return found


def hard_points(polygons: list, n: int = 1500) -> np.ndarray:
    """Random points, vertices, points on edges, points level with vertices, and their nearest floats."""
    present = [polygon for polygon in polygons if polygon is not None]
    west, south, east, north = shapely.total_bounds(present)
    width = max(east - west, north - south)
    corners = shapely.get_coordinates(present)
    share = RNG.random((len(corners) - 1, 1))
    on_edges = corners[:-1] * share + corners[1:] * (1 - share)
    level = np.c_[RNG.choice(corners[:, 0], n), RNG.choice(corners[:, 1], n)]
    anywhere = RNG.uniform(
        (west - width / 10, south - width / 10), (east + width / 10, north + width / 10), (n, 2)
    )
    exact = [corners, on_edges, (corners[:-1] + corners[1:]) / 2, level]
    beside = [np.nextafter(points, side) for points in exact for side in (-np.inf, np.inf)]
    return np.concatenate([anywhere, *exact, *beside])


def triangles(scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> list:
    sites = shapely.multipoints(np.random.default_rng(7).uniform(0, 1, (120, 2)))
    made = shapely.get_parts(shapely.delaunay_triangles(sites))
    return list(shapely.transform(made, lambda xy: xy * scale + shift))


LAYERS = {
    "squares": [box(i, j, i + 1, j + 1) for i in range(5) for j in range(5)],
    "thirds": [box(i / 3, j / 3, (i + 1) / 3, (j + 1) / 3) for i in range(12) for j in range(12)],
    "overlapping": [
        box(0, 0, 3, 3),
        box(1, 1, 4, 4),
        box(0, 0, 10, 10),
        Polygon([(0, 0), (10, 0), (10, 10)]),
    ],
    "holes": [
        Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (8, 2), (8, 8), (2, 8)]]),
        box(2, 2, 8, 8) - box(4, 4, 5, 5),
        MultiPolygon([box(20, 20, 21, 21), box(22, 22, 23, 23)]),
        None,
        Polygon(),
    ],
    "parts that touch": [MultiPolygon([box(0, 0, 1, 1), box(1, 1, 2, 2)]), box(0, 0, 2, 2)],
    "slivers": [
        Polygon([(0, 0), (1000, 1e-9), (1000, 2e-9)]),
        Polygon([(0, 0), (1000, 1e-9), (500, -1)]),
        Polygon([(0, 0), (1 / 3, 1000), (0, 1000)]),
    ],
    "crossing ring": [box(-1, -1, 0, 0), Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), box(0, 0, 4, 4)],
    "triangles": triangles(),
    "triangles in metres": triangles(1000.0, (5e5, 2.3e6)),
    "triangles in degrees": triangles(1e-3, (105.8, 21.0)),
    "round outlines": [
        Point(*RNG.uniform(0, 10, 2)).buffer(RNG.uniform(0.1, 3), quad_segs=int(RNG.integers(1, 30)))
        for _ in range(40)
    ],
    "one": [Polygon([(0, 0), (4, 0), (0, 3)])],
}


@pytest.mark.parametrize("name", LAYERS)
def test_equal_to_shapely_at_every_point(name: str) -> None:
    xy = hard_points(LAYERS[name])
    np.testing.assert_array_equal(points_in_polygons(xy, LAYERS[name]), by_shapely(xy, LAYERS[name]))


@pytest.mark.parametrize("name", LAYERS)
def test_the_path_without_numba_is_equal_too(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(membership, "HAS_NUMBA", False)
    xy = hard_points(LAYERS[name], n=300)
    np.testing.assert_array_equal(points_in_polygons(xy, LAYERS[name]), by_shapely(xy, LAYERS[name]))


def test_a_point_on_a_shared_border_is_in_the_first_and_only_once() -> None:
    assert points_in_polygons([(1, 0.5), (2, 0.5)], [box(0, 0, 1, 1), box(1, 0, 2, 1)]).tolist() == [0, 1]
    assert points_in_polygons([(1, 0.5)], [box(1, 0, 2, 1), box(0, 0, 1, 1)]).tolist() == [0]


def test_hardly_any_point_needs_geos() -> None:
    index = PolygonIndex(triangles())
    asked: list[int] = []
    ask = index._ask_geos
    index._ask_geos = lambda xy: (asked.append(len(xy)), ask(xy))[1]  # type: ignore[method-assign]
    index.locate(RNG.uniform(0, 1, (100_000, 2)))
    assert sum(asked) < 10


def test_rings_that_pass_the_reference_points_within_rounding() -> None:
    """A cell is judged from one point in it; rings through that point leave its side to GEOS."""
    frame = box(0, 0, 30, 30)
    raster = label_raster.build(np.array([frame, triangle(15, 15, 1, 1)]), np.array([True, True]))
    assert raster is not None
    rng = np.random.default_rng(5)
    for _ in range(150):
        column, row = rng.integers(4, raster.nx - 4), rng.integers(4, raster.ny - 4)
        rx = raster.x0 + (column + label_filling.REFERENCE_X) * raster.dx
        ry = raster.y0 + (row + label_filling.REFERENCE_Y) * raster.dy
        near = (np.nextafter(rx, rng.choice([-np.inf, np.inf])), ry)
        shape = triangle(*near, *rng.normal(0, 3, 2))
        layer = [shape, frame]
        xy = np.array([rx, ry]) + rng.uniform(-1, 1, (60, 2)) * (raster.dx, raster.dy)
        np.testing.assert_array_equal(points_in_polygons(xy, layer), by_shapely(xy, layer))


def triangle(x: float, y: float, dx: float, dy: float) -> Polygon:
    """A triangle with one edge through (x, y) along (dx, dy)."""
    return Polygon([(x - 1.3 * dx, y - 1.3 * dy), (x + dx, y + dy), (x + dy, y - dx)])


def test_invalid_polygons_are_named_and_still_answered() -> None:
    index = PolygonIndex(LAYERS["crossing ring"])
    assert index.invalid == (1,)
    assert PolygonIndex(LAYERS["squares"]).invalid == ()
    assert index.locate([(0.2, 1.0), (1.8, 1.0), (1.0, 0.1)]).tolist() == [1, 1, 2]


def test_series_frames_and_single_shapes_are_taken() -> None:
    series = gpd.GeoSeries(LAYERS["squares"], index=range(100, 125), crs=3405)
    xy = [(0.5, 0.5), (4.5, 4.5), (9, 9)]
    assert points_in_polygons(xy, series).tolist() == [0, 24, -1]  # positions, not labels
    assert points_in_polygons(xy, gpd.GeoDataFrame(geometry=series)).tolist() == [0, 24, -1]
    assert points_in_polygons(xy, box(0, 0, 1, 1)).tolist() == [0, -1, -1]
    assert points_in_polygons(xy, box(0, 0, 1, 1)).dtype == np.int64


def test_a_point_without_coordinates_is_nowhere() -> None:
    xy = [(np.nan, 0.5), (0.5, np.nan), (np.inf, 0.5), (0.5, -np.inf), (0.5, 0.5)]
    assert points_in_polygons(xy, LAYERS["squares"]).tolist() == [-1, -1, -1, -1, 0]


def test_nothing_to_locate_or_to_locate_in() -> None:
    assert points_in_polygons([], LAYERS["squares"]).shape == (0,)
    assert points_in_polygons([(1, 1)], []).tolist() == [-1]
    assert points_in_polygons([(1, 1)], [None, Polygon()]).tolist() == [-1]


def test_what_is_not_an_area_is_refused_by_its_position() -> None:
    with pytest.raises(InputError, match=r"2 shapes are not areas.*position 1: Point"):
        points_in_polygons([(1, 1)], [box(0, 0, 1, 1), Point(1, 1), shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(InputError, match=r"\(n, 2\)"):
        points_in_polygons([1.0, 2.0], LAYERS["squares"])


def test_many_points_on_threads_equal_few() -> None:
    index = PolygonIndex(triangles())
    xy = RNG.uniform(0, 1, (60_000, 2))
    parts = np.concatenate([index.locate(part) for part in np.array_split(xy, 10)])
    np.testing.assert_array_equal(index.locate(xy), parts)

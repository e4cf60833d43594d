"""Cells of three shapes: where a point lies, what touches what, and Gi* by its formula."""

import numpy as np
import pytest
import shapely

from geo.analysis.cells import area_cells, hexagon_cells, square_cells
from geo.analysis.grid import Grid
from geo.analysis.hexagons import HexGrid
from geo.analysis.hotspots import local_g
from geo.domain.errors import InputError

RNG = np.random.default_rng(3)
BOUNDS = (586_000.0, 2_322_000.0, 588_000.0, 2_323_500.0)


@pytest.fixture(scope="module")
def hexagons():
    return HexGrid.covering(BOUNDS, 200.0)


def points(n, bounds=BOUNDS):
    west, south, east, north = bounds
    return np.column_stack((RNG.uniform(west, east, n), RNG.uniform(south, north, n)))


def test_a_point_lies_in_the_hexagon_that_is_drawn_around_it(hexagons):
    xy = points(3000)
    cells = hexagons.cells_of(xy)
    assert (cells >= 0).all(), "the grid holds all of its bounds"
    drawn = hexagons.polygons(cells)
    assert shapely.intersects(drawn, shapely.points(xy)).all()
    assert shapely.area(drawn) == pytest.approx(200.0**2)
    assert hexagons.area_km2 == pytest.approx(0.04)
    assert hexagons.cells_of(hexagons.centres(np.arange(len(hexagons)))).tolist() == list(
        range(len(hexagons))
    )


def test_hexagons_tile_the_plane_without_gap_or_overlap(hexagons):
    drawn = hexagons.polygons(np.arange(len(hexagons)))
    assert shapely.union_all(drawn).area == pytest.approx(shapely.area(drawn).sum(), rel=1e-9)
    assert shapely.union_all(drawn).covers(shapely.box(*BOUNDS))


def test_neighbours_are_the_six_around_at_one_distance(hexagons):
    cells = np.arange(len(hexagons))
    around = hexagons.neighbours(cells)
    centres = hexagons.centres(cells)
    step = np.hypot(*(centres[around] - centres[:, None, :]).T).T[around >= 0]
    assert step == pytest.approx(step[0])
    assert ((around >= 0).sum(axis=1) == 6).sum() == (hexagons.nx - 2) * (hexagons.ny - 2)


def test_grids_of_two_extents_fall_cell_on_cell(hexagons):
    other = HexGrid.covering((585_000.0, 2_321_500.0, 587_000.0, 2_323_000.0), 200.0)
    xy = points(500, (586_000.0, 2_322_000.0, 587_000.0, 2_323_000.0))
    one, two = hexagons.centres(hexagons.cells_of(xy)), other.centres(other.cells_of(xy))
    np.testing.assert_allclose(one, two)


def test_a_hundred_million_hexagons_are_refused_with_the_size_that_fits():
    with pytest.raises(InputError) as fault:
        HexGrid.covering((0, 0, 1e6, 1e6), 100.0)
    assert fault.value.code == "too_many_cells"
    HexGrid.covering((0, 0, 1e6, 1e6), fault.value.params["needed"])


def test_squares_score_as_the_box_filter_does():
    grid = Grid.covering(BOUNDS, 100.0)
    inside = RNG.random(grid.shape) < 0.8
    counts = RNG.poisson(2.0, grid.shape).astype(float)
    kept = np.flatnonzero(inside)
    cells = square_cells(grid, kept)
    np.testing.assert_allclose(
        cells.gi_star(counts.ravel()[kept]), local_g(counts, inside)[inside], atol=1e-10
    )
    xy = points(2000)
    np.testing.assert_array_equal(cells.counts(xy), grid.counts(xy).ravel()[kept])


def test_gi_star_of_a_hexagon_is_ord_and_getis_by_hand(hexagons):
    cells = hexagon_cells(hexagons, np.arange(len(hexagons)))
    counts = RNG.poisson(3.0, len(cells)).astype(float)
    at = int(np.argmax((hexagons.neighbours(np.arange(len(cells))) >= 0).sum(axis=1)))
    held = [at, *hexagons.neighbours([at])[0]]
    n, w, mean, s = len(cells), len(held), counts.mean(), counts.std()
    z = (counts[held].sum() - mean * w) / (s * np.sqrt((n * w - w**2) / (n - 1)))
    assert cells.gi_star(counts)[at] == pytest.approx(z)


def test_areas_touch_across_a_small_gap_and_groups_are_those_that_touch():
    """A B . D: B begins 10 m east of A, D lies a kilometre away."""
    shapes = np.array(
        [shapely.box(0, 0, 100, 100), shapely.box(110, 0, 200, 100), shapely.box(1200, 0, 1300, 100)]
    )
    cells = area_cells(shapes, gap_m=30.0)
    assert cells.touching.toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    number, labels = cells.groups(np.array([True, True, True]))
    assert number == 2
    assert labels[0] == labels[1] != labels[2]
    assert cells.groups(np.array([True, False, False]))[1].tolist() == [1, 0, 0]
    assert cells.groups(np.zeros(3, dtype=bool))[0] == 0
    assert cells.near(np.array([True, False, False])).tolist() == [True, True, False]
    assert cells.counts([[50.0, 50.0], [150.0, 50.0], [105.0, 50.0]]).tolist() == [1, 1, 0]

"""Grids drawn by hand.

  y
200 +---+---+---+
    | 3 | 4 | 5 |
100 +---+---+---+
    | 0 | 1 | 2 |
  0 +---+---+---+ x
    0  100 200 300
"""

import numpy as np
import pytest

from geo.analysis.grid import HARD_MAX_CELLS, Grid, robust_extent
from geo.domain.errors import InputError

GRID = Grid(x0=0.0, y0=0.0, cell_m=100.0, nx=3, ny=2)


def test_area_is_that_of_one_cell() -> None:
    assert GRID.area_km2 == pytest.approx(0.01)


def test_centres_have_the_shape_of_the_grid_and_start_in_the_south_west() -> None:
    x, y = GRID.centres()
    assert x.shape == y.shape == GRID.shape == (2, 3)
    assert (x[0, 0], y[0, 0]) == (50.0, 50.0)
    assert (x[1, 2], y[1, 2]) == (250.0, 150.0)


@pytest.mark.parametrize(
    ("point", "cell"),
    [
        ((0, 0), 0),
        ((100, 0), 1),  # the edge belongs to the eastern cell
        ((99.999, 100), 3),  # and to the northern one
        ((299.999, 199.999), 5),
        ((300, 0), -1),  # the outer east and north edges are outside
        ((0, 200), -1),
        ((-1e-9, 0), -1),
    ],
)
def test_cells_are_half_open(point: tuple[float, float], cell: int) -> None:
    assert GRID.cells_of([point]).tolist() == [cell]


def test_the_edges_themselves_decide_where_division_would_round() -> None:
    grid = Grid(0.1, 0.1, 0.1, 1000, 1)
    edges = 0.1 + np.arange(1000) * 0.1
    assert grid.cells_of(np.column_stack((edges, np.full(1000, 0.15)))).tolist() == list(range(1000))
    below = np.nextafter(edges[1:], -np.inf)
    assert grid.cells_of(np.column_stack((below, np.full(999, 0.15)))).tolist() == list(range(999))


def test_counts_and_weights() -> None:
    xy = [(50, 50), (50, 60), (250, 150), (999, 999)]
    assert GRID.counts(xy).tolist() == [[2, 0, 0], [0, 0, 1]]
    assert GRID.counts(xy, [1.5, 2, -1, 9]).tolist() == [[3.5, 0, 0], [0, 0, -1]]
    assert GRID.counts([]).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_covering_is_anchored_at_multiples_and_holds_its_bounds() -> None:
    grid = Grid.covering((130, 250, 499.9, 400), 100)
    assert (grid.x0, grid.y0, grid.nx, grid.ny) == (100, 200, 4, 3)
    assert (grid.cells_of([(130, 250), (499.9, 400)]) >= 0).all()


def test_covering_a_single_point_is_one_cell() -> None:
    assert Grid.covering((5, 5, 5, 5), 10) == Grid(0, 0, 10, 1, 1)


@pytest.mark.parametrize("bounds", [(0, 0, 1e7, 1e7), (0, 0, 1e12, 1)])
def test_too_many_cells_names_a_cell_size_that_fits(bounds: tuple[float, ...]) -> None:
    with pytest.raises(InputError) as caught:
        Grid.covering(bounds, 100)
    assert caught.value.code == "too_many_cells"
    needed = caught.value.params["needed"]
    assert str(needed) in caught.value.message("vi")
    assert Grid.covering(bounds, needed).nx >= 1


def test_no_grid_is_larger_than_the_hard_limit() -> None:
    with pytest.raises(InputError, match="above the limit"):
        Grid(0, 0, 1, 10_000, 10_000)
    with pytest.raises(InputError, match="above the limit"):
        Grid.covering((0, 0, 1e4, 1e4), 1, max_cells=HARD_MAX_CELLS * 100)


@pytest.mark.parametrize(("cell_m", "nx"), [(0, 1), (-5, 1), (np.nan, 1), (10, 0)])
def test_bad_grids_are_refused(cell_m: float, nx: int) -> None:
    with pytest.raises(InputError):
        Grid(0, 0, cell_m, nx, 1)


@pytest.mark.parametrize("bounds", [(0, 0, np.nan, 1), (1, 0, 0, 1), (0, 0, np.inf, 1)])
def test_bad_bounds_are_refused(bounds: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="not usable"):
        Grid.covering(bounds, 100)


def test_missing_coordinates_are_counted_in_the_message() -> None:
    with pytest.raises(InputError, match="2 of 3 points"):
        GRID.counts([(np.nan, 1), (1, 1), (1, np.inf)])
    with pytest.raises(InputError, match="2 of 2 points"):
        GRID.counts([(np.inf, 1), (-np.inf, 1)])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 1, 2])
@pytest.mark.parametrize("column", [0, 1])
def test_one_missing_coordinate_anywhere_is_seen(bad: float, row: int, column: int) -> None:
    xy = np.array([(1.0, 2.0), (5.0, 6.0), (3.0, 4.0)])
    xy[row, column] = bad
    with pytest.raises(InputError, match="1 of 3 points"):
        GRID.counts(xy)


def test_a_wrong_shape_is_refused() -> None:
    with pytest.raises(InputError, match=r"\(n, 2\)"):
        GRID.counts([1.0, 2.0, 3.0])


@pytest.mark.parametrize("n", [5, 30, 1000])
def test_one_stray_point_does_not_blow_up_the_extent(n: int) -> None:
    xy = np.random.default_rng(0).normal(0, 1000, (n, 2))
    xy[n // 2] = (1e8, -3e7)
    extent = robust_extent(xy)
    assert (extent.used, extent.left_out) == (n - 1, 1)
    assert Grid.covering(extent.bounds, 100).nx < 200


def test_a_stray_beside_events_that_are_all_on_one_spot() -> None:
    extent = robust_extent([(10.0, 10.0)] * 20 + [(1e9, 0.0)])
    assert extent.bounds == (10, 10, 10, 10)
    assert extent.left_out == 1


def test_a_plain_city_loses_nothing() -> None:
    xy = np.random.default_rng(1).uniform(0, 20_000, (500, 2))
    extent = robust_extent(xy)
    assert extent.left_out == 0
    assert extent.bounds == (*xy.min(axis=0), *xy.max(axis=0))


def test_two_points_and_none() -> None:
    assert robust_extent([(0, 0), (1e6, 0)]).left_out == 0
    with pytest.raises(InputError, match="no points"):
        robust_extent(np.empty((0, 2)))

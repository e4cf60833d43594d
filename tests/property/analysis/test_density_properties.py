"""What a density must keep whatever the points: mass, order, place, units."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.analysis import density
from geo.analysis.grid import Grid

GRID = Grid(-2000.0, -2000.0, 50.0, 160, 160)
COORDINATE = st.floats(0, 4000, allow_subnormal=False)
POINTS: Any = st.integers(1, 30).flatmap(lambda n: arrays(float, (n, 2), elements=COORDINATE))
BANDWIDTH = st.floats(500, 1800)
FEW = settings(max_examples=40, deadline=None)


@FEW
@given(POINTS, BANDWIDTH)
def test_mass_is_conserved_when_the_grid_covers_every_kernel(xy: np.ndarray, h: float) -> None:
    for function in (density.exact, density.binned):
        mass = function(xy, GRID, h).sum() * GRID.area_km2
        assert abs(mass / len(xy) - 1) < 2e-3


@FEW
@given(POINTS, BANDWIDTH, st.randoms(use_true_random=False))
def test_the_order_of_the_points_does_not_matter(xy: np.ndarray, h: float, random: Any) -> None:
    order = list(range(len(xy)))
    random.shuffle(order)
    weights = np.arange(len(xy)) + 0.5
    assert (density.exact(xy, GRID, h, weights) == density.exact(xy[order], GRID, h, weights[order])).all()


@FEW
@given(POINTS, BANDWIDTH, st.integers(-100_000, 100_000), st.integers(-100_000, 100_000))
def test_moving_everything_moves_the_map(xy: np.ndarray, h: float, dx: int, dy: int) -> None:
    moved = Grid(GRID.x0 + dx, GRID.y0 + dy, GRID.cell_m, GRID.nx, GRID.ny)
    here, there = density.exact(xy, GRID, h), density.exact(xy + np.array([dx, dy]), moved, h)
    np.testing.assert_allclose(there, here, atol=1e-6 * here.max())


@FEW
@given(POINTS, BANDWIDTH, st.sampled_from([0.5, 2.0, 10.0]))
def test_density_falls_with_the_square_of_the_unit(xy: np.ndarray, h: float, k: float) -> None:
    scaled = Grid(GRID.x0 * k, GRID.y0 * k, GRID.cell_m * k, GRID.nx, GRID.ny)
    here, there = density.exact(xy, GRID, h), density.exact(xy * k, scaled, h * k)
    np.testing.assert_allclose(there * k**2, here, rtol=1e-9, atol=1e-9 * here.max())


@FEW
@given(POINTS, BANDWIDTH)
def test_densities_add_up_and_are_never_negative(xy: np.ndarray, h: float) -> None:
    cut = len(xy) // 2
    whole = density.exact(xy, GRID, h)
    parts = density.exact(xy[:cut], GRID, h) + density.exact(xy[cut:], GRID, h)
    np.testing.assert_allclose(parts, whole, rtol=1e-10, atol=1e-12)
    assert whole.min() >= 0


@FEW
@given(POINTS, BANDWIDTH)
def test_a_weight_is_that_many_events(xy: np.ndarray, h: float) -> None:
    np.testing.assert_allclose(
        density.exact(xy, GRID, h, np.full(len(xy), 2.0)),
        density.exact(np.repeat(xy, 2, axis=0), GRID, h),
        rtol=1e-10,
    )


@FEW
@given(POINTS, st.floats(10, 900))
def test_every_point_is_counted_in_one_cell(xy: np.ndarray, cell_m: float) -> None:
    bounds = (*xy.min(axis=0), *xy.max(axis=0))
    grid = Grid.covering(bounds, cell_m)
    assert grid.counts(xy).sum() == len(xy)

import numpy as np
import pytest

from geo.analysis import binning, density, stamping
from geo.analysis.coordinates import Bounds, checked_xy_bounds
from geo.analysis.grid import Grid
from geo.domain.errors import InputError

GRID = Grid(0.0, 0.0, 100.0, 40, 30)


def brute(xy: np.ndarray, grid: Grid, h: float, weights: np.ndarray | None = None) -> np.ndarray:
    x, y = grid.centres()
    weights = np.ones(len(xy)) if weights is None else weights
    total = np.zeros(grid.shape)
    for (px, py), weight in zip(xy, weights, strict=True):
        u = ((x - px) ** 2 + (y - py) ** 2) / h**2
        total += weight * np.where(u < 1, 3e6 / (np.pi * h**2) * (1 - u) ** 2, 0)
    return total


def scattered(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform((-900, -900), (4900, 3900), (n, 2))


@pytest.mark.parametrize("bandwidth_m", [100.0, 137.0, 850.0, 20_000.0])
@pytest.mark.parametrize("n", [0, 1, 300])
def test_exact_equals_the_sum_of_kernels(bandwidth_m: float, n: int) -> None:
    xy = scattered(n)
    expected = brute(xy, GRID, bandwidth_m)
    np.testing.assert_allclose(density.exact(xy, GRID, bandwidth_m), expected, rtol=1e-10, atol=1e-12)


def test_exact_with_weights_below_zero_is_a_density_of_change() -> None:
    xy, weights = scattered(100), np.random.default_rng(2).normal(size=100)
    np.testing.assert_allclose(
        density.exact(xy, GRID, 500, weights), brute(xy, GRID, 500, weights), rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("bandwidth_m", [100.0, 730.0, 50_000.0])
def test_the_numpy_path_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch, bandwidth_m: float) -> None:
    xy, weights = scattered(2000), np.random.default_rng(3).uniform(0, 2, 2000)
    compiled = density.exact(xy, GRID, bandwidth_m, weights)
    monkeypatch.setattr(stamping, "HAS_NUMBA", False)
    np.testing.assert_allclose(
        density.exact(xy, GRID, bandwidth_m, weights), compiled, rtol=1e-11, atol=1e-11
    )


def test_many_threads_give_the_bits_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    xy = scattered(5000)
    several = density.exact(xy, GRID, 400)
    monkeypatch.setattr(stamping, "WORKERS", 1)
    assert (density.exact(xy, GRID, 400) == several).all()


def test_an_event_outside_the_grid_reaches_into_it() -> None:
    assert density.exact([(-150.0, 50.0)], GRID, 500)[0, 0] > 0
    assert density.binned([(-150.0, 50.0)], GRID, 500)[0, 0] > 0
    assert density.exact([(-460.0, 50.0)], GRID, 500).sum() == 0


@pytest.mark.parametrize("function", [density.exact, density.binned])
def test_bad_bandwidths_and_points_are_refused(function: object) -> None:
    assert callable(function)
    for bandwidth_m in (0, -1, np.nan, np.inf):
        with pytest.raises(InputError, match="finite number above 0"):
            function([(1, 1)], GRID, bandwidth_m)
    with pytest.raises(InputError, match="below the cell of 100"):
        function([(1, 1)], GRID, 99)
    with pytest.raises(InputError, match="1 of 2 points"):
        function([(1, 1), (np.nan, 2)], GRID, 500)
    with pytest.raises(InputError, match="Weights must be 1"):
        function([(1, 1)], GRID, 500, [1, 2])
    with pytest.raises(InputError, match="Weights must be 1"):
        function([(1, 1)], GRID, 500, [np.nan])


def test_too_much_work_is_refused_with_a_way_out() -> None:
    xy = np.broadcast_to((5.0, 5.0), (20_000, 2))
    with pytest.raises(InputError, match=r"use binned\(\)"):
        density.exact(xy, Grid(0, 0, 1, 4000, 4000), 3000)


@pytest.mark.parametrize("rel_error", [0, 1, -1, np.nan])
def test_bad_rel_error(rel_error: float) -> None:
    with pytest.raises(InputError, match="rel_error"):
        density.binned([(1, 1)], GRID, 500, rel_error=rel_error)


def clusters(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 12_000, (40, 2))
    return centres[rng.integers(0, 40, n)] + rng.normal(0, 300, (n, 2))


WIDE = Grid(0.0, 0.0, 100.0, 120, 120)


def forced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make `binned` use lattices whatever they cost; return the list that its splits are written to."""
    monkeypatch.setattr(binning, "_STEPS_A_NODE", 0.0)
    monkeypatch.setattr(binning, "_STEPS_A_POINT", 0.0)
    splits: list[int] = []
    made = binning.lattice_for

    def noting(bounds: Bounds, grid: Grid, bandwidth_m: float, split: int) -> binning.Lattice:
        splits.append(split)
        return made(bounds, grid, bandwidth_m, split)

    monkeypatch.setattr(binning, "lattice_for", noting)
    return splits


@pytest.mark.parametrize("rel_error", [1e-2, 1e-3, 2e-4])
@pytest.mark.parametrize("bandwidth_m", [110.0, 300.0, 1000.0, 9000.0])
@pytest.mark.parametrize("n", [1, 50, 20_000])
def test_binned_keeps_its_stated_error(
    monkeypatch: pytest.MonkeyPatch, n: int, bandwidth_m: float, rel_error: float
) -> None:
    splits = forced(monkeypatch)
    xy = clusters(n, seed=n)
    truth = density.exact(xy, WIDE, bandwidth_m)
    error = np.abs(density.binned(xy, WIDE, bandwidth_m, rel_error=rel_error) - truth).max() / truth.max()
    assert splits
    assert error <= rel_error


@pytest.mark.parametrize(
    "xy",
    [
        np.repeat([(6012.0, 6034.0)], 5000, axis=0),  # all on one spot
        np.repeat([(6050.0, 6050.0)], 5000, axis=0),  # on a cell centre, where linear binning is exact
        np.round(clusters(20_000, 5) / 100) * 100,  # coordinates rounded to 100 m, as some files have them
    ],
    ids=["one spot", "one centre", "rounded"],
)
def test_binned_keeps_its_stated_error_on_data_that_does_not_average_out(
    monkeypatch: pytest.MonkeyPatch, xy: np.ndarray
) -> None:
    forced(monkeypatch)
    for bandwidth_m in (300.0, 1000.0):
        truth = density.exact(xy, WIDE, bandwidth_m)
        error = np.abs(density.binned(xy, WIDE, bandwidth_m) - truth).max() / truth.max()
        assert error <= 1e-3


def test_binned_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    forced(monkeypatch)
    xy, weights = clusters(5000, 3), np.random.default_rng(0).uniform(0, 3, 5000)
    compiled = density.binned(xy, WIDE, 700, weights)
    monkeypatch.setattr(binning, "HAS_NUMBA", False)
    np.testing.assert_allclose(
        density.binned(xy, WIDE, 700, weights), compiled, rtol=1e-9, atol=1e-9 * compiled.max()
    )


def test_the_corrected_kernel_takes_away_the_average_error_of_binning() -> None:
    xy, bandwidth_m = clusters(100_000, 1), 1000.0
    truth = density.exact(xy, WIDE, bandwidth_m) * np.pi * bandwidth_m**2 / 3e6
    sums = binning.convolve(
        xy, None, binning.lattice_for(checked_xy_bounds(xy)[1], WIDE, bandwidth_m, split=1)
    )
    # plain linear binning at ten cells a bandwidth is off by about 1.3e-2 / 4 at the peak
    assert np.abs(sums - truth).max() / truth.max() < 1e-3


def test_binned_never_goes_below_zero_for_plain_events(monkeypatch: pytest.MonkeyPatch) -> None:
    forced(monkeypatch)
    assert density.binned(clusters(3000, 9), WIDE, 600).min() >= 0


def test_no_events_is_a_map_of_zeros() -> None:
    for function in (density.exact, density.binned):
        assert (function([], GRID, 500) == np.zeros(GRID.shape)).all()
        assert (function([(1e9, 1e9)], GRID, 500) == 0).all()

"""REFERENCE 11: the quartic kernel in the plane is 3 / (pi h²) (1 - d²/h²)² and integrates to 1."""

import numpy as np
import pytest

from geo.analysis import density
from geo.analysis.grid import Grid

H = 800.0


@pytest.mark.parametrize("d", [0.0, 100.0, 400.0, 799.0, 800.0, 900.0])
def test_values_along_a_line(d: float) -> None:
    grid = Grid(0.0, 0.0, 100.0, 1, 1)
    value = density.exact([(50.0 + d, 50.0)], grid, H)[0, 0]
    expected = 3e6 / (np.pi * H**2) * (1 - d**2 / H**2) ** 2 if d < H else 0.0
    assert value == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("function", [density.exact, density.binned])
def test_it_integrates_to_one(function: object) -> None:
    assert callable(function)
    grid = Grid(-1000.0, -1000.0, 5.0, 400, 400)
    assert function([(3.0, 1.0)], grid, H).sum() * grid.area_km2 == pytest.approx(1.0, abs=1e-6)


def test_the_hotspot_does_not_move_with_the_resolution() -> None:
    coarse, fine = Grid(0.0, 0.0, 90.0, 30, 30), Grid(0.0, 0.0, 30.0, 90, 90)
    xy = np.random.default_rng(0).uniform(0, 2700, (200, 2))
    np.testing.assert_allclose(
        density.exact(xy, fine, H)[1::3, 1::3], density.exact(xy, coarse, H), rtol=1e-11
    )

"""Risk as the ratio of two densities: known ratios come back, and nothing is said where little lies."""

import numpy as np
import pytest

from geo.analysis import density
from geo.analysis.grid import Grid
from geo.analysis.risk import ratio
from geo.domain.errors import InputError

GRID = Grid(0.0, 0.0, 50.0, 60, 60)
H = 400.0


def test_where_each_household_has_as_many_events_the_risk_is_that_number() -> None:
    homes = np.random.default_rng(1).uniform(0, 3000, (4000, 2))
    base = density.exact(homes, GRID, H)
    events = density.exact(np.repeat(homes, 3, axis=0), GRID, H)
    found = ratio(events, base, H, least=20)
    np.testing.assert_allclose(found, 3.0, rtol=1e-12)


def test_density_of_people_is_taken_out_and_what_remains_is_found() -> None:
    random = np.random.default_rng(2)
    crowded = random.normal((900, 900), 250, (6000, 2))
    sparse = random.uniform(0, 3000, (4000, 2))
    homes = np.vstack((crowded, sparse))
    events = np.vstack((homes[random.random(len(homes)) < 0.02], random.normal((2300, 2300), 100, (60, 2))))
    found = ratio(density.exact(events, GRID, H), density.exact(homes, GRID, H), H, least=100)
    highest = np.unravel_index(np.nanargmax(found), found.shape)
    assert abs(GRID.x_centres[highest[1]] - 2300) < 200
    assert abs(GRID.y_centres[highest[0]] - 2300) < 200
    assert np.nanmedian(found[10:25, 10:25]) == pytest.approx(0.02, rel=0.3)


def test_nothing_is_said_where_the_kernel_averages_over_too_few() -> None:
    homes = np.repeat([[1475.0, 1475.0]], 99, axis=0)
    base = density.exact(homes, GRID, H)
    # At one point the quartic kernel averages over 1 / integral of K²: density * 5/9 pi h² = 5/3 n there.
    assert (base * 5 / 9 * np.pi * (H / 1000) ** 2).max() == pytest.approx(99 * 5 / 3)
    assert np.isnan(ratio(base, base, H, least=99 * 5 / 3 + 1)).all()
    assert np.isfinite(ratio(base, base, H, least=99 * 1.6)).any()
    assert np.isnan(ratio(base, np.zeros_like(base), H, least=1)).all()


@pytest.mark.parametrize(
    ("shape", "bandwidth_m", "code"), [((2, 3), 300.0, "bad_counts_shape"), ((2, 2), 0.0, "bad_bandwidth")]
)
def test_what_does_not_fit_is_refused(shape: tuple[int, int], bandwidth_m: float, code: str) -> None:
    with pytest.raises(InputError) as fault:
        ratio(np.ones((2, 2)), np.ones(shape), bandwidth_m, 1)
    assert fault.value.code == code

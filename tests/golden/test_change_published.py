"""REFERENCE 6 and 7: WDD, the e-test and the SPPT, against the papers and the authors' own programs."""

from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from geo.analysis.change import e_test, share_test, sppt, wdd


def test_displacement() -> None:
    result = wdd((130, 150), (120, 100))
    assert result.estimate == -40
    assert round(result.standard_error, 1) == 22.4
    assert tuple(round(end, 1) for end in result.interval) == (-76.8, -3.2)


def test_displacement_around() -> None:
    """Wheeler & Ratcliffe 2018, table 3, and the same with areas of different size."""
    counts = ((308, 318), (207, 110), (150, 140), (178, 157))
    result = wdd(*counts, level=0.95)
    assert (result.estimate, result.standard_error) == (-118, pytest.approx(1568**0.5))
    assert tuple(round(end) for end in result.interval) == (-196, -40)
    weighted = wdd(*counts, area_weights=(0.9, 1.2, 1.6, 1.5), level=0.95)
    assert weighted.estimate == pytest.approx(-99.69444444)
    assert weighted.standard_error == pytest.approx(35.4280755)
    assert weighted.interval == pytest.approx((-169.1321965, -30.25669241))


def test_displacement_with_a_longer_period_before() -> None:
    result = wdd((100, 50), (80, 20), time_weights=(2, 1))
    assert (result.estimate, result.standard_error) == (-20, pytest.approx(115**0.5))


@pytest.mark.parametrize(
    ("a", "b", "p", "tolerance"),
    [(10, 5, 0.206164, 5e-7), (6, 2, 0.1748748, 5e-8), (3, 0, 0.0884, 5e-5), (0, 3, 0.0884, 5e-5)],
)
def test_e_test(a: int, b: int, p: float, tolerance: float) -> None:
    assert e_test(a, b) == pytest.approx(p, abs=tolerance)


@pytest.fixture(scope="module")
def vancouver() -> gpd.GeoDataFrame:
    spec = find_spec("sppt")
    if spec is None or spec.origin is None:
        pytest.skip("the package sppt, whose bundled Vancouver counts these are, is not installed")
    return gpd.read_file(Path(spec.origin).parent / "data" / "Vancouver_DAs_Crime_2021.shp")


def test_sppt(vancouver: gpd.GeoDataFrame) -> None:
    result = sppt(vancouver["TFV"], vancouver["TOV"], replicates=200, seed=171717)
    assert len(result.local) == 1019
    assert (round(result.s, 4), round(result.robust_s, 4)) == (0.7380, 0.7289)
    others = [sppt(vancouver["TFV"], vancouver["TOV"], replicates=200, seed=seed).s for seed in (1, 2, 3)]
    assert np.abs(np.array(others) - 0.735).max() < 0.01


def test_sppt_by_chi_square(vancouver: gpd.GeoDataFrame) -> None:
    result = share_test(vancouver["TFV"], vancouver["TOV"])
    assert np.isfinite(result.p).sum() == 985
    assert ((result.p < 0.05).sum(), result.significant().sum()) == (40, 5)

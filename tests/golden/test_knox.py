"""REFERENCE 4: half-open bands, Burkitt's lymphoma, and p that is never 0."""

from pathlib import Path

import geopandas as gpd
import libpysal.examples
import numpy as np
import pytest

from geo.analysis.near_repeat import KnoxResult, knox


def test_100_m_and_3_days_is_in_the_second_band_of_both() -> None:
    result = knox([[0, 0], [60, 80]], [10, 13], (0, 100, 200), (0, 3, 6))
    assert result.observed.tolist() == [[0, 0], [0, 1]]
    assert (result.distance_labels[1], result.day_labels[1]) == ("[100, 200) m", "[3, 6) days")


@pytest.fixture(scope="module")
def burkitt() -> KnoxResult:
    cases = gpd.read_file(Path(libpysal.examples.get_path("burkitt.shp")))
    xy = np.column_stack((cases["X"], cases["Y"]))
    # the published table counts distances up to and with 20, days up to and with 5
    return knox(xy, cases["T"], (0, np.nextafter(20, 21), np.inf), (0, 6, np.inf), permutations=999, seed=1)


def test_burkitts_lymphoma(burkitt: KnoxResult) -> None:
    assert burkitt.observed.tolist() == [[13, 3416], [39, 14110]]
    assert burkitt.poisson_p[0, 0] == pytest.approx(0.146245582, abs=5e-10)


def test_burkitts_p_by_shuffling(burkitt: KnoxResult) -> None:
    assert 0.1 < burkitt.p[0, 0] < 0.35  # P(X >= 13) of a Poisson with mean 10.14 is .22
    thousandths = burkitt.p * 1000
    np.testing.assert_allclose(thousandths, np.rint(thousandths), atol=1e-9)


def test_p_is_never_0() -> None:
    xy = np.repeat(np.arange(20) * 10_000.0, 2)[:, None] * (1, 0)
    days = np.repeat(np.arange(20) * 30, 2)
    result = knox(xy, days, (0, 100), (0, 2), permutations=99)
    assert result.observed[0, 0] == 20
    assert result.p[0, 0] == 0.01

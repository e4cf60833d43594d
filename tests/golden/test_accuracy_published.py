"""REFERENCE 8: Memphis, the first half of 2019 against the second; the plain counts win at 5 % and below."""

import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rdata

from geo.analysis import accuracy, density
from geo.analysis.grid import Grid
from geo.domain.crs import lonlat_to_metric_xy

pytestmark = pytest.mark.shared_data
GRID = Grid(762000.0, 3876500.0, 500.0, 72, 60)


@pytest.fixture(scope="module")
def halves(shared_data: Path) -> tuple[np.ndarray, np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdata warns of R classes that are not read here
        rows = rdata.read_rda(shared_data / "memphis" / "memphis_robberies.rda")["memphis_robberies"]
    lonlat = np.array([np.asarray(point, dtype=float) for point in rows["geometry"]])
    xy = lonlat_to_metric_xy(lonlat[:, 0], lonlat[:, 1], "EPSG:32615")
    early = np.asarray(rows["date"], dtype=float) < datetime(2019, 7, 1, tzinfo=UTC).timestamp()
    return xy[early], xy[~early]


@pytest.fixture(scope="module")
def compared(halves: tuple[np.ndarray, np.ndarray]) -> accuracy.Comparison:
    train, test = halves
    assert (len(train), len(test)) == (1083, 1162)
    return accuracy.compare(
        {"kde": density.exact(train, GRID, 1500.0)}, GRID.counts(train), GRID.counts(test)
    )


def by_method(compared: accuracy.Comparison, method: str) -> list[accuracy.Score]:
    return [score for score in compared.scores if score.method == method]


def test_kernel_density(compared: accuracy.Comparison) -> None:
    scores = by_method(compared, "kde")
    assert [score.share for score in scores] == [0.01, 0.02, 0.05, 0.1, 0.2]
    assert [score.hits for score in scores] == [110, 169, 349, 600, 852]
    assert [round(score.pai, 2) for score in scores] == [9.51, 7.31, 6.01, 5.16, 3.67]
    assert [round(score.pei, 3) for score in scores] == [0.470, 0.451, 0.524, 0.650, 0.733]


def test_plain_counts(compared: accuracy.Comparison) -> None:
    scores = by_method(compared, accuracy.PLAIN_COUNTS)
    assert [score.hits for score in scores] == [128, 212, 392, 568, 707]
    assert all(score.hits_low <= score.hits <= score.hits_high for score in scores)
    assert scores[-1].hits_low < 707 < scores[-1].hits_high  # many cells have the same count


def test_the_naive_map_wins_at_5_percent_and_below(compared: accuracy.Comparison) -> None:
    winners = [compared.best(share).method for share in accuracy.SHARES]
    assert winners == ["plain_counts"] * 3 + ["kde"] * 2


def test_the_short_forms_agree(halves: tuple[np.ndarray, np.ndarray]) -> None:
    train, test = halves
    score, counts = density.exact(train, GRID, 1500.0), GRID.counts(test)
    assert accuracy.hit_rate(score, counts, 0.05) == pytest.approx(349 / 1162)
    assert accuracy.pai(score, counts, 0.05) == pytest.approx(6.01, abs=0.005)
    assert accuracy.pei(score, counts, 0.05) == pytest.approx(0.524, abs=0.0005)

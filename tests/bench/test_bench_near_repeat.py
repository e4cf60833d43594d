"""Knox beside scipy's pdist, in one run, with equal tables; and 999 shuffles of all of Chicago.

pytest tests/bench/test_bench_near_repeat.py --benchmark-only -s
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

from geo.analysis.near_repeat import knox
from geo.domain.crs import lonlat_to_metric_xy

EVENTS = 20_000
BANDS_M, DAY_BANDS = np.array([0, 100, 200, 400.0]), np.array([0, 3, 7, 14.0])
CHICAGO_BANDS_M, CHICAGO_DAYS = np.array([0, 1, 100, 200, 300, 400.0]), np.array([0, 2, 4, 7, 14.0])
_seconds: dict[str, float] = {}


def timed(benchmark: Any, name: str, function: Any, rounds: int, warm: int = 0) -> Any:
    """Return what `function` gives; note its median time."""
    answer = benchmark.pedantic(function, rounds=rounds, warmup_rounds=warm)
    _seconds[name] = benchmark.stats.stats.median
    return answer


@pytest.fixture(scope="module")
def city() -> tuple[np.ndarray, np.ndarray]:
    """20,000 events of two years around 400 places in 30 x 30 km."""
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 30_000, (400, 2))
    xy = places[rng.integers(0, 400, EVENTS)] + rng.normal(0, 1_500, (EVENTS, 2))
    return xy, rng.integers(0, 730, EVENTS)


def by_pdist(xy: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The table from all pairs' distances and days."""
    distance = pdist(xy)
    apart = pdist(days[:, None].astype(float), "cityblock")
    near = np.searchsorted(BANDS_M, distance, side="right") - 1
    soon = np.searchsorted(DAY_BANDS, apart, side="right") - 1
    inside = (near < len(BANDS_M) - 1) & (soon < len(DAY_BANDS) - 1)
    cells = near[inside] * (len(DAY_BANDS) - 1) + soon[inside]
    size = (len(BANDS_M) - 1) * (len(DAY_BANDS) - 1)
    return np.bincount(cells, minlength=size).reshape(len(BANDS_M) - 1, -1)


@pytest.mark.benchmark(group="Knox table, 20k events")
def test_knox_pdist(benchmark: Any, city: Any) -> None:
    table = timed(benchmark, "pdist", lambda: by_pdist(*city), rounds=1)
    np.testing.assert_array_equal(table, knox(*city, BANDS_M, DAY_BANDS, permutations=0).observed)


@pytest.mark.benchmark(group="Knox table, 20k events")
def test_knox_kd_tree(benchmark: Any, city: Any) -> None:
    timed(benchmark, "tree", lambda: knox(*city, BANDS_M, DAY_BANDS, permutations=0), rounds=7, warm=1)
    ratio = _seconds["pdist"] / _seconds["tree"]
    seconds = f"{_seconds['tree']:.4f} s, pdist {_seconds['pdist']:.1f} s"
    print(f"\nKnox table of 20k: {seconds}, {ratio:.0f} times faster")


@pytest.mark.benchmark(group="Knox with 999 shuffles, Chicago")
def test_knox_chicago(benchmark: Any, shared_data: Path) -> None:
    rows = pd.read_csv(
        shared_data / "chicago" / "chicago_aggravated_assaults.csv.gz", parse_dates=["date"], low_memory=False
    )
    xy = lonlat_to_metric_xy(rows["longitude"], rows["latitude"], "EPSG:32616")
    days = (rows["date"] - rows["date"].min()).dt.days.to_numpy()
    knox(
        xy[:1000], days[:1000], CHICAGO_BANDS_M, CHICAGO_DAYS, permutations=64
    )  # compiled before the clock runs
    result = timed(benchmark, "chicago", lambda: knox(xy, days, CHICAGO_BANDS_M, CHICAGO_DAYS), rounds=1)
    assert result.n == len(rows) == 148_636
    pairs = int(result.observed.sum())
    took = f"{_seconds['chicago']:.1f} s, {pairs} close pairs"
    print(f"\nKnox of {result.n} with {result.permutations} shuffles: {took}")
    for label, ratio, p in zip(result.distance_labels, result.ratio, result.p, strict=True):
        print(f"{label:>14}  ratio {np.round(ratio, 2)}  p {p}")

"""The space–time scan beside a NumPy scan by masks, and classes and ranks at the size of a city, in one run.

The peer is the method of PredictCode's ``STScanNumpy`` (every disc and window of a centre as one boolean
block), written out here, because only its single scan can be compared; both must find the same best ratio.
Run with: pytest tests/bench/test_bench_scan.py --benchmark-only -s
"""

from typing import Any

import numpy as np
import pytest

from geo.analysis.emerging import examine
from geo.analysis.scan import space_time_scan
from geo.analysis.stability import count_stability

_seconds: dict[str, float] = {}
RANDOM = np.random.default_rng(0)
N, DAYS = 1_000, 180
XY, DAY = RANDOM.uniform(0, 10_000, (N, 2)), RANDOM.integers(0, DAYS, N).astype(float)
RADIUS_M, WINDOW = 3_000.0, 28


def timed(benchmark: Any, name: str, function: Any, rounds: int) -> Any:
    answer = benchmark.pedantic(function, rounds=rounds, warmup_rounds=int(rounds > 1))
    _seconds[name] = benchmark.stats.stats.median
    return answer


def by_masks() -> float:
    """Return the best ratio over all alive windows, each centre's discs and windows as one boolean block."""
    back = DAY.max() - DAY
    spans = np.unique(back[back < WINDOW])
    during = back[:, None] <= spans
    window_counts = during.sum(axis=0)
    best = 0.0
    for centre in XY:
        distance = np.hypot(*(XY - centre).T)
        reach = np.unique(distance[distance <= RADIUS_M])
        inside = distance[:, None] <= reach
        sizes = inside.sum(axis=0)
        inside, sizes = inside[:, (sizes > 1) & (sizes <= N / 2)], sizes[(sizes > 1) & (sizes <= N / 2)]
        n = inside.T.astype(float) @ during
        mu = sizes[:, None] * window_counts / N
        fine = (n > 1) & (n > mu)
        n, mu = n[fine], mu[fine]
        if n.size:
            best = max(best, (n * np.log(n / mu) + (N - n) * np.log((N - n) / (N - mu))).max())
    return best


@pytest.mark.benchmark(group="space-time scan, 1,000 events")
def test_scan_by_masks(benchmark: Any) -> None:
    _seconds["ratio"] = timed(benchmark, "masks", by_masks, rounds=1)


@pytest.mark.benchmark(group="space-time scan, 1,000 events")
def test_scan(benchmark: Any) -> None:
    def scan() -> Any:
        return space_time_scan(XY, DAY, max_radius_m=RADIUS_M, max_days=WINDOW, permutations=199)

    found = timed(benchmark, "scan", scan, rounds=3)
    assert found.clusters[0].llr == pytest.approx(_seconds["ratio"], rel=1e-9)
    # the peer scans once; ours scans once and simulates 199 times
    faster = 200 * _seconds["masks"] / _seconds["scan"]
    print(f"\n200 scans in {_seconds['scan']:.2f} s, one by NumPy masks {_seconds['masks']:.2f} s")
    print(f"space-time scan: {faster:.0f} times faster a scan")


@pytest.mark.benchmark(group="classes of 250,000 cells over 12 months")
def test_emerging(benchmark: Any) -> None:
    counts = np.random.default_rng(1).poisson(0.3, (12, 500, 500)).astype(float)
    counts[:, 100:120, 100:120] += 4
    found = timed(benchmark, "emerging", lambda: examine(counts), rounds=3)
    assert found.classes[110, 110] == 4


@pytest.mark.benchmark(group="ranks of 10,000 cells, 999 draws of 150,000 events")
def test_stability(benchmark: Any) -> None:
    place = np.minimum(np.random.default_rng(2).geometric(0.002, 150_000), 10_000) - 1
    found = timed(benchmark, "stability", lambda: count_stability(place, 10_000), rounds=1)
    assert found.top_share.sum() == pytest.approx(10)

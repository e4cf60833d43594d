"""Density, Gi* and points in polygons beside the named peers, in one run, with equal results.

The peers are in tests/bench/requirements.txt. Run with:
pytest tests/bench/test_bench_analysis.py --benchmark-only -s
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.analysis import density, hotspots
from geo.analysis.grid import Grid
from geo.analysis.membership import PolygonIndex

_seconds: dict[str, float] = {}


def timed(benchmark: Any, name: str, function: Any, rounds: int) -> Any:
    """Return what `function` gives; note its median time. Ours is warmed once: compiling is not the work."""
    answer = benchmark.pedantic(function, rounds=rounds, warmup_rounds=int(rounds > 1))
    _seconds[name] = benchmark.stats.stats.median
    return answer


def compared(what: str, ours: str, theirs: str, peer: str) -> None:
    ratio = _seconds[theirs] / _seconds[ours]
    print(f"\n{what}: {_seconds[ours]:.3f} s, {peer} {_seconds[theirs]:.2f} s, {ratio:.1f} times faster")


def clustered(n: int, side_m: float, spread_m: float) -> np.ndarray:
    """About n events around 300 places: those that fall inside the square, 100 m from its sides."""
    rng = np.random.default_rng(0)
    places = rng.uniform(0, side_m, (300, 2))
    xy = places[rng.integers(0, 300, n + n // 5)] + rng.normal(0, spread_m, (n + n // 5, 2))
    # not clipped: that would pile the strays up on four lines
    return np.ascontiguousarray(xy[((xy > 100) & (xy < side_m - 100)).all(axis=1)][:n])


CITY = Grid(0.0, 0.0, 20.0, 2000, 2000)
EVENTS = clustered(100_000, 40_000, 1_000)
H_M = 300.0
# scikit-learn has no quartic kernel; its tree search is the same for the Epanechnikov kernel.
PART = 40  # every 40th row and column: the peer's whole grid would take many minutes


@pytest.mark.benchmark(group="exact density, 100k points")
def test_density_sklearn(benchmark: Any) -> None:
    from sklearn.neighbors import KernelDensity

    x, y = CITY.centres()
    cells = np.column_stack((x[::PART, ::PART].ravel(), y[::PART, ::PART].ravel()))
    tree = KernelDensity(bandwidth=H_M, kernel="epanechnikov", rtol=1e-9).fit(EVENTS)
    scores = timed(benchmark, "sklearn", lambda: tree.score_samples(cells), rounds=1)
    # its events per km² must be those of the same sum written out, or the comparison would be of two things
    written_out = [_epanechnikov_per_km2(cell) for cell in cells[:200]]
    np.testing.assert_allclose(np.exp(scores[:200]) * len(EVENTS) * 1e6, written_out, rtol=1e-6, atol=1e-9)
    _seconds["sklearn"] *= CITY.nx * CITY.ny / len(cells)


def _epanechnikov_per_km2(cell: np.ndarray) -> float:
    u = ((EVENTS - cell) ** 2).sum(axis=1) / H_M**2
    return float(np.maximum(1 - u, 0).sum() * 2e6 / (np.pi * H_M**2))


@pytest.mark.benchmark(group="exact density, 100k points")
def test_density_exact(benchmark: Any) -> None:
    found = timed(benchmark, "exact", lambda: density.exact(EVENTS, CITY, H_M), rounds=5)
    x, y = CITY.centres()
    for row, column in np.random.default_rng(0).integers(0, 2000, (200, 2)):
        u = ((EVENTS - (x[row, column], y[row, column])) ** 2).sum(axis=1) / H_M**2
        wanted = (np.maximum(1 - u, 0) ** 2).sum() * 3e6 / (np.pi * H_M**2)
        assert found[row, column] == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    compared(
        "exact density, 100k on 2000²", "exact", "sklearn", f"scikit-learn (1 cell in {PART**2}, scaled up)"
    )


MILLIONS = 10_000_000
PLAIN = Grid(0.0, 0.0, 100.0, 500, 500)


@pytest.fixture(scope="module")
def millions() -> np.ndarray:
    return clustered(MILLIONS, 50_000, 1_500)


@pytest.mark.benchmark(group="binned density, 10M points")
def test_density_kdepy(benchmark: Any, millions: np.ndarray) -> None:
    from KDEpy import FFTKDE

    nodes = np.stack(np.meshgrid(PLAIN.x_centres, PLAIN.y_centres, indexing="ij"), axis=-1).reshape(-1, 2)
    # KDEpy's bandwidth is a standard deviation: that of the biweight on a line, h / sqrt(7)
    peer = FFTKDE(kernel="biweight", bw=1000 / np.sqrt(7), norm=2)
    found = timed(benchmark, "kdepy", lambda: peer.fit(millions).evaluate(nodes), rounds=2)
    per_km2 = found.reshape(500, 500).T * MILLIONS * 1e6
    ours = density.binned(millions, PLAIN, 1000.0)
    print(f"\nKDEpy differs from ours by {np.abs(per_km2 - ours).max() / ours.max():.1e} of the peak")


@pytest.mark.benchmark(group="binned density, 10M points")
def test_density_binned(benchmark: Any, millions: np.ndarray) -> None:
    found = timed(benchmark, "binned", lambda: density.binned(millions, PLAIN, 1000.0), rounds=5)
    x, y = PLAIN.centres()
    for cell in np.random.default_rng(0).choice(found.size, 20, p=(found / found.sum()).ravel()):
        centre = (x.ravel()[cell], y.ravel()[cell])
        near = millions[np.abs(millions[:, 1] - centre[1]) < 1000]
        u = ((near - centre) ** 2).sum(axis=1) / 1000.0**2
        wanted = (np.maximum(1 - u, 0) ** 2).sum() * 3e6 / (np.pi * 1000.0**2)
        assert abs(found.ravel()[cell] - wanted) <= 1e-3 * found.max()
    compared("binned density, 10M on 500²", "binned", "kdepy", "KDEpy FFTKDE")


COUNTS = np.random.default_rng(0).poisson(0.05, (500, 500)).astype(float)


@pytest.mark.benchmark(group="Gi*, 250k cells")
def test_gi_star_esda(benchmark: Any) -> None:
    import esda
    from libpysal.graph import Graph

    edge = np.arange(COUNTS.size).reshape(COUNTS.shape)
    pairs = [
        np.c_[edge[:, 1:].ravel(), edge[:, :-1].ravel()],
        np.c_[edge[1:].ravel(), edge[:-1].ravel()],
        np.c_[edge[1:, 1:].ravel(), edge[:-1, :-1].ravel()],
        np.c_[edge[1:, :-1].ravel(), edge[:-1, 1:].ravel()],
    ]
    half = np.concatenate(pairs)
    both = np.concatenate((half, half[:, ::-1]))
    both = both[np.lexsort((both[:, 1], both[:, 0]))]

    def peer() -> Any:
        graph = Graph.from_arrays(both[:, 0], both[:, 1], np.ones(len(both)))
        return esda.G_Local(COUNTS.ravel(), graph, transform="B", star=True, permutations=0).Zs

    z = timed(benchmark, "esda", peer, rounds=1)
    np.testing.assert_allclose(hotspots.local_g(COUNTS).ravel(), z, atol=1e-10)


@pytest.mark.benchmark(group="Gi*, 250k cells")
def test_gi_star_box_filter(benchmark: Any) -> None:
    timed(benchmark, "box filter", lambda: hotspots.local_g(COUNTS), rounds=20)
    compared("Gi* on 250k cells", "box filter", "esda", "esda with a Graph (its neighbours given)")


@pytest.fixture(scope="module")
def wards() -> np.ndarray:
    """3,300 areas that tile 100 x 100 km, with about 75 vertices each."""
    rng = np.random.default_rng(0)
    frame = shapely.box(0, 0, 1e5, 1e5)
    sites = shapely.multipoints(rng.uniform(0, 1e5, (3300, 2)))
    tiles = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=frame)), frame)
    return np.asarray(shapely.segmentize(tiles, 100))


@pytest.fixture(scope="module")
def residents(wards: np.ndarray) -> np.ndarray:
    return np.random.default_rng(1).uniform(0, 1e5, (MILLIONS, 2))


@pytest.mark.benchmark(group="10M points in 3,300 polygons")
def test_membership_sjoin(benchmark: Any, wards: np.ndarray, residents: np.ndarray) -> None:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(residents[:, 0], residents[:, 1]))
    areas = gpd.GeoDataFrame(geometry=wards)
    joined = timed(benchmark, "sjoin", lambda: gpd.sjoin(points, areas, predicate="intersects"), rounds=1)
    lowest = joined["index_right"].groupby(level=0).min()
    found = PolygonIndex(wards).locate(residents)
    np.testing.assert_array_equal(found[lowest.index.to_numpy()], lowest.to_numpy())
    assert (found >= 0).sum() == len(lowest)


@pytest.mark.benchmark(group="10M points in 3,300 polygons")
def test_membership_raster(benchmark: Any, wards: np.ndarray, residents: np.ndarray) -> None:
    timed(benchmark, "raster", lambda: PolygonIndex(wards).locate(residents), rounds=3)
    compared("10M points in 3,300 polygons, index included", "raster", "sjoin", "GeoPandas sjoin")

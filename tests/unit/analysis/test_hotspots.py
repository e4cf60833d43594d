"""Gi and Gi* on grids drawn by hand, against esda and against the formula written out."""

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libpysal.graph import Graph
from scipy.spatial import cKDTree
from scipy.stats import false_discovery_control

from geo.analysis import hotspots
from geo.domain.errors import InputError

RNG = np.random.default_rng(1)
COUNTS = RNG.poisson(0.7, (20, 25)).astype(float)
MASK = RNG.random((20, 25)) > 0.1


def neighbours(mask: np.ndarray, radius: float, norm: float) -> Graph:
    rows, columns = np.nonzero(mask)
    pairs = cKDTree(np.c_[columns, rows]).query_pairs(radius, p=norm, output_type="ndarray")
    both = np.concatenate((pairs, pairs[:, ::-1]))
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    return Graph.from_arrays(both[:, 0], both[:, 1], np.ones(len(both)))


def by_esda(values: np.ndarray, graph: Graph, star: bool) -> np.ndarray:
    return esda.G_Local(values, graph, transform="B", star=star, permutations=0).Zs


@pytest.mark.parametrize("star", [True, False])
@pytest.mark.parametrize("radius", [1, 2, 4])
def test_square_windows_equal_esda(radius: int, star: bool) -> None:
    z = hotspots.local_g(COUNTS, MASK, radius, star)
    expected = by_esda(COUNTS[MASK], neighbours(MASK, radius + 0.1, np.inf), star)
    np.testing.assert_allclose(z[MASK], expected, atol=1e-10)
    assert np.isnan(z[~MASK]).all()


@pytest.mark.parametrize("star", [True, False])
def test_discs_equal_esda(star: bool) -> None:
    z = hotspots.local_g(COUNTS, MASK, 3, star, window="disc")
    expected = by_esda(COUNTS[MASK], neighbours(MASK, 3.01, 2), star)
    np.testing.assert_allclose(z[MASK], expected, atol=1e-10)


@pytest.mark.parametrize("star", [True, False])
def test_any_graph_equals_esda(star: bool) -> None:
    graph = neighbours(MASK, 1.1, np.inf)
    np.testing.assert_allclose(
        hotspots.local_g_graph(COUNTS[MASK], graph, star), by_esda(COUNTS[MASK], graph, star), atol=1e-10
    )


@pytest.mark.parametrize("star", [True, False])
def test_graph_weights_are_used_as_they_are(star: bool) -> None:
    """The formula of Ord & Getis (1995), written out for each node."""
    points = gpd.GeoSeries(shapely.points(RNG.uniform(0, 10, (30, 2))))
    graph = Graph.build_knn(points, 4).transform("r")
    y = RNG.gamma(2, size=30)
    z = hotspots.local_g_graph(y, graph, star)
    weights = graph.sparse.toarray()
    for i in range(30):
        w = weights[i].copy()
        others = np.arange(30) != i
        if star:
            w[i] = w.max()
            others[:] = True
        w, x = w[others], y[others]
        n = len(x)
        spread = np.sqrt((x**2).mean() - x.mean() ** 2)
        wanted = (w @ x - x.mean() * w.sum()) / (
            spread * np.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1))
        )
        assert z[i] == pytest.approx(wanted, abs=1e-10)


def test_a_series_is_aligned_by_its_index() -> None:
    points = gpd.GeoSeries(shapely.points(RNG.uniform(0, 10, (12, 2))), index=list("lkjihgfedcba"))
    graph = Graph.build_knn(points, 3)
    y = pd.Series(RNG.gamma(2, size=12), index=points.index)
    z = hotspots.local_g_graph(y, graph)
    np.testing.assert_array_equal(hotspots.local_g_graph(y.sample(frac=1, random_state=0), graph), z)
    with pytest.raises(InputError, match="12 nodes and there are 11"):
        hotspots.local_g_graph(y.iloc[1:], graph)
    with pytest.raises(InputError, match="same index"):
        hotspots.local_g_graph(y.rename({"a": "z"}), graph)


def test_a_nan_cell_is_outside_the_study_area() -> None:
    counts = np.where(MASK, COUNTS, np.nan)
    np.testing.assert_array_equal(hotspots.local_g(counts), hotspots.local_g(COUNTS, MASK))
    graph = neighbours(np.ones_like(MASK), 1.1, np.inf)
    np.testing.assert_allclose(
        hotspots.local_g_graph(counts.ravel(), graph), hotspots.local_g(counts).ravel(), atol=1e-10
    )


@pytest.mark.parametrize("star", [True, False])
@pytest.mark.parametrize("value", [0.0, 3.0, 0.1])
def test_the_same_everywhere_has_no_hotspots(value: float, star: bool) -> None:
    assert np.isnan(hotspots.local_g(np.full((4, 5), value), star=star)).all()


def test_undefined_cells_are_nan_and_raise_no_warning() -> None:
    spike = np.zeros((3, 3))
    spike[0, 0] = 5
    # 5 0 0    Gi of the spike: all others are the same. Gi of the centre: its neighbours are all the others.
    # 0 0 0
    # 0 0 0
    gi = hotspots.local_g(spike, star=False)
    assert np.isnan(gi[0, 0])
    assert np.isnan(gi[1, 1])
    assert np.isfinite(gi[0, 1])
    assert np.isnan(hotspots.local_g(spike, radius_cells=50)).all()  # every window is the whole area
    assert np.isnan(hotspots.local_g(spike, np.zeros((3, 3), bool))).all()
    alone = np.zeros((3, 3), bool)
    alone[0, 0] = alone[2, 2] = alone[2, 1] = alone[1, 2] = True
    assert np.isnan(hotspots.local_g(spike, alone, star=False)[0, 0])  # no neighbour
    assert np.isnan(hotspots.local_g(np.empty((0, 4)))).size == 0
    assert np.isnan(hotspots.local_g([[1.0]])).all()


def test_zeros_beyond_the_border_do_not_count() -> None:
    inside = np.zeros((12, 12), bool)
    inside[3:9, 3:9] = True
    padded = np.zeros((12, 12))
    padded[inside] = RNG.poisson(2, 36)
    np.testing.assert_allclose(
        hotspots.local_g(padded, inside)[3:9, 3:9], hotspots.local_g(padded[3:9, 3:9]), atol=1e-12
    )


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match=r"\(ny, nx\)"):
        hotspots.local_g([1, 2, 3])
    with pytest.raises(InputError, match="mask"):
        hotspots.local_g(COUNTS, MASK[:-1])
    with pytest.raises(InputError, match="1 values are infinite"):
        hotspots.local_g([[1, np.inf], [2, 3]])
    for radius in (0, -1, 1.5):
        with pytest.raises(InputError, match="whole number"):
            hotspots.local_g(COUNTS, radius_cells=radius)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="square, disc"):
        hotspots.local_g(COUNTS, window="hexagon")  # type: ignore[arg-type]


def test_p_values_are_two_sided_and_never_zero() -> None:
    p = hotspots.p_values([0, 1.959963984540054, -1.959963984540054, 100, -np.inf, np.nan])
    assert p[0] == 1
    np.testing.assert_allclose(p[1:3], 0.05)
    assert (p[3:5] > 0).all()
    assert np.isnan(p[5])


@pytest.mark.parametrize("method", ["bh", "by"])
def test_adjusted_as_scipy_does_with_nan_left_out(method: str) -> None:
    p = RNG.random((10, 12)) ** 3
    expected = false_discovery_control(p.ravel(), method=method).reshape(p.shape)
    np.testing.assert_allclose(hotspots.adjust(p, method), expected, rtol=1e-12)
    holed = np.where(RNG.random(p.shape) < 0.2, np.nan, p)
    q = hotspots.adjust(holed, method)
    tested = np.isfinite(holed)
    assert (np.isnan(q) == ~tested).all()
    np.testing.assert_allclose(q[tested], false_discovery_control(holed[tested], method=method), rtol=1e-12)


def test_other_adjustments() -> None:
    p = [0.01, 0.04, np.nan, 0.6]
    np.testing.assert_allclose(hotspots.adjust(p, "bonferroni"), [0.03, 0.12, np.nan, 1.0])
    np.testing.assert_array_equal(hotspots.adjust(p, "none"), p)
    assert np.isnan(hotspots.adjust([np.nan], "bh")).all()
    assert hotspots.adjust([], "by").size == 0
    with pytest.raises(InputError, match="bh, by, bonferroni"):
        hotspots.adjust(p, "fdr")
    with pytest.raises(InputError, match="2 p-values"):
        hotspots.adjust([-0.1, 1.1, 0.5], "bh")


def test_arguments_are_left_as_they_were() -> None:
    counts, p = COUNTS.copy(), np.array([0.5, 0.01])
    hotspots.local_g(counts, MASK, star=False)
    hotspots.adjust(p, "bonferroni")
    assert (counts == COUNTS).all()
    assert p.tolist() == [0.5, 0.01]

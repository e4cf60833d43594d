"""REFERENCE 1: Gi and Gi* of the six points of esda's docstring."""

import geopandas as gpd
import numpy as np
import shapely
from libpysal.graph import Graph

from geo.analysis.hotspots import local_g_graph

POINTS = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
VALUES = np.array([2, 3, 3.2, 5, 8, 7])


def graph() -> Graph:
    return Graph.build_distance_band(gpd.GeoSeries(shapely.points(POINTS)), 15, binary=True)


def test_gi_star() -> None:
    expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    np.testing.assert_allclose(local_g_graph(VALUES, graph()), expected, atol=5e-9)


def test_gi() -> None:
    np.testing.assert_allclose(local_g_graph(VALUES, graph(), star=False)[0], -1.0136729, atol=5e-8)

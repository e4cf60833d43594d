"""REFERENCE 2 and 3: 2,245 robberies of Memphis in 2019, against spdep, esda and counts by precinct."""

import warnings
from pathlib import Path
from typing import Any

import esda
import geopandas as gpd
import numpy as np
import pytest
import rdata
import shapely
from libpysal.graph import Graph

from geo.analysis import hotspots
from geo.analysis.grid import Grid
from geo.analysis.membership import PolygonIndex
from geo.domain.crs import lonlat_to_metric_xy

pytestmark = pytest.mark.shared_data
CELL_M = 500.0


@pytest.fixture(scope="module")
def lonlat(shared_data: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdata warns of R classes (POSIXct) that are not read here
        rows = rdata.read_rda(shared_data / "memphis" / "memphis_robberies.rda")["memphis_robberies"]
    return np.array([np.asarray(point, dtype=float) for point in rows["geometry"]])


@pytest.fixture(scope="module")
def xy(lonlat: np.ndarray) -> np.ndarray:
    return lonlat_to_metric_xy(lonlat[:, 0], lonlat[:, 1], "EPSG:32615")


@pytest.fixture(scope="module")
def study(xy: np.ndarray) -> tuple[Grid, np.ndarray]:
    """The grid and mask of sfhotspot: cells that meet the convex hull buffered by half a cell."""
    hull = shapely.convex_hull(shapely.multipoints(xy)).buffer(CELL_M / 2, quad_segs=30)
    west, south, east, north = hull.bounds
    nx, ny = int(np.ceil((east - west) / CELL_M)), int(np.ceil((north - south) / CELL_M))
    grid = Grid(west, south, CELL_M, nx, ny)
    x, y = grid.centres()
    half = CELL_M / 2
    return grid, shapely.intersects(hull, shapely.box(x - half, y - half, x + half, y + half))


@pytest.fixture(scope="module")
def scores(xy: np.ndarray, study: tuple[Grid, np.ndarray]) -> np.ndarray:
    grid, mask = study
    return hotspots.local_g(grid.counts(xy), mask)


def test_the_grid_is_the_published_one(xy: np.ndarray, study: tuple[Grid, np.ndarray]) -> None:
    grid, mask = study
    counts = grid.counts(xy)
    assert (len(xy), counts.sum(), mask.sum(), (counts > 0).sum(), counts.max()) == (
        2245,
        2245,
        3302,
        936,
        24,
    )


def test_the_highest_gi_star(xy: np.ndarray, study: tuple[Grid, np.ndarray], scores: np.ndarray) -> None:
    grid, _ = study
    counts = grid.counts(xy)
    top = np.unravel_index(np.nanargmax(scores), scores.shape)
    x, y = grid.centres()
    assert scores[top] == pytest.approx(15.13806071, abs=5e-9)
    assert (x[top], y[top]) == (pytest.approx(781181.5119, abs=1e-3), pytest.approx(3883185.51, abs=1e-2))
    assert counts[top] == 8
    assert scores.ravel()[counts.argmax()] == pytest.approx(11.19158320, abs=5e-9)


def test_the_numbers_of_significant_cells(scores: np.ndarray) -> None:
    p = hotspots.p_values(scores)
    hot, cold = scores > 0, scores < 0
    assert ((p < 0.05) & hot).sum() == 425
    assert ((hotspots.adjust(p, "bh") < 0.05) & hot).sum() == 278
    assert ((p < 0.05) & cold).sum() == 0


@pytest.mark.parametrize("star", [True, False])
def test_equal_to_esda_on_a_grid_of_our_own_anchor(xy: np.ndarray, star: bool) -> None:
    grid = Grid.covering((*xy.min(axis=0), *xy.max(axis=0)), CELL_M)
    counts = grid.counts(xy)
    x, y = grid.centres()
    cells = shapely.box(x - 250, y - 250, x + 250, y + 250).ravel()
    graph = Graph.build_contiguity(gpd.GeoSeries(cells), rook=False)
    peer: Any = esda.G_Local(counts.ravel(), graph, transform="B", star=star, permutations=0)
    np.testing.assert_allclose(hotspots.local_g(counts, star=star).ravel(), peer.Zs, atol=1e-10)


def test_robberies_by_precinct(shared_data: Path, lonlat: np.ndarray) -> None:
    precincts = gpd.read_file(shared_data / "memphis" / "derived" / "memphis.gpkg", layer="precincts")
    name = next(
        column for column in precincts.columns if precincts[column].astype(str).str.contains("Airways").any()
    )
    precincts = precincts.sort_values(name).to_crs(4326)
    delivered = PolygonIndex(precincts.geometry)
    assert len(delivered.invalid) == 1
    repaired = PolygonIndex(precincts.geometry.make_valid())
    assert repaired.invalid == ()
    for index in (delivered, repaired):
        found = index.locate(lonlat)
        assert np.bincount(found[found >= 0]).tolist() == [204, 153, 219, 317, 368, 189, 273, 220, 301]
        assert (found < 0).sum() == 1

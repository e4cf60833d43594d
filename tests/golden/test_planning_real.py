"""Real units: Memphis's census blocks into precincts and 40 beats, Chicago's tracts from districts."""

import gzip
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import Voronoi

from geo.planning import InfeasibleError, Problem, check, draw, plan_of, rebalance

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

# Enough for a plan that passes the gate; five times as long only narrows the gap that is printed.
REBALANCE_S, DRAW_S = 12, 8


def cells(xy: np.ndarray, outline: shapely.Geometry) -> np.ndarray:
    """Return the area nearer to each point than to any other, (n,) polygons, inside `outline`."""
    far = 100 * (xy.max() - xy.min())
    middle = xy.mean(axis=0)
    corners = middle + far * np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])
    diagram = Voronoi(np.vstack((xy, corners)))
    return shapely.intersection(
        np.array(
            [
                shapely.Polygon(diagram.vertices[diagram.regions[diagram.point_region[i]]])
                for i in range(len(xy))
            ]
        ),
        outline,
    )


def problem_of(shapes: np.ndarray, workload: np.ndarray, owner: np.ndarray, k: int) -> Problem:
    """Return the problem of areas that touch along a line; stray pieces are joined to what is nearest."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    border_m = shapely.length(shapely.intersection(shapes[a], shapes[b]))
    edges, border_m = np.column_stack((a, b))[border_m > 0], border_m[border_m > 0]
    edges, border_m = with_bridges(shapes, edges, border_m)
    centre = shapely.centroid(shapes)
    return Problem(
        workload=workload,
        xy=np.column_stack((shapely.get_x(centre), shapely.get_y(centre))),
        edges=edges,
        border_m=border_m,
        area_m2=shapely.area(shapes),
        perimeter_m=shapely.length(shapes),
        owner=owner,
        k=k,
    )


def with_bridges(
    shapes: np.ndarray, edges: np.ndarray, border_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Join pieces of the graph by edges of length 0 between the nearest units, as a planner would."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    graph.add_edges_from(edges.tolist())
    pieces = sorted(nx.connected_components(graph), key=len)
    for piece in pieces[:-1]:
        own, others = np.array(sorted(piece)), np.setdiff1d(np.arange(len(shapes)), sorted(piece))
        pairs, away = shapely.STRtree(shapes[others]).query_nearest(
            shapes[own], return_distance=True, all_matches=False
        )
        best = away.argmin()
        edges = np.vstack((edges, [own[pairs[0, best]], others[pairs[1, best]]]))
        border_m = np.append(border_m, 0.0)
    return edges, border_m


@pytest.fixture(scope="module")
def memphis(shared_data: Path) -> Problem:
    source = shared_data / "memphis" / "derived" / "memphis.gpkg"
    blocks = gpd.read_file(source, layer="population_blocks").to_crs("EPSG:32615")
    precincts = gpd.read_file(source, layer="precincts").to_crs("EPSG:32615")
    areas = shapely.make_valid(precincts.geometry.to_numpy())
    points = blocks.geometry.to_numpy()
    _, owner = shapely.STRtree(areas).query_nearest(points, all_matches=False)
    outline = shapely.buffer(shapely.convex_hull(shapely.multipoints(points)), 500)
    xy = np.column_stack((shapely.get_x(points), shapely.get_y(points)))
    return problem_of(cells(xy, outline), blocks["population"].to_numpy(float), owner, 9)


@pytest.fixture(scope="module")
def chicago(shared_data: Path) -> Problem:
    folder = shared_data / "chicago"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the driver warns of the KML's style tags
        districts = gpd.read_file(folder / "chicago_police_districts.kml").to_crs("EPSG:26916")
    tracts = gpd.read_file(next((folder / "CensusTracts2010").glob("*.shp"))).to_crs("EPSG:26916")
    with gzip.open(folder / "chicago_aggravated_assaults.csv.gz") as rows:
        events = pd.read_csv(rows)
    at = gpd.points_from_xy(events["longitude"], events["latitude"], crs="EPSG:4326").to_crs("EPSG:26916")
    shapes = shapely.make_valid(tracts.geometry.to_numpy())
    event, tract = shapely.STRtree(shapes).query(np.asarray(at), predicate="intersects")
    tract = tract[np.unique(event, return_index=True)[1]]  # an event on a border counts once
    inside = shapely.point_on_surface(shapes)
    _, owner = shapely.STRtree(districts.geometry.to_numpy()).query_nearest(inside, all_matches=False)
    part = np.unique(owner, return_inverse=True)[1]
    return problem_of(shapes, np.bincount(tract, minlength=len(shapes)).astype(float), part, part.max() + 1)


def test_memphis_as_delivered(memphis: Problem) -> None:
    assert (memphis.n, memphis.total, int((memphis.workload == 0).sum())) == (10_393, 634_612, 2_381)


def test_memphis_into_its_precincts(memphis: Problem) -> None:
    today = plan_of(memphis)
    assert np.abs(today.deviation).max() > 0.05, "there must be something to restore"
    proposal = rebalance(memphis, 0.05, seed=0, time_limit_s=REBALANCE_S)
    assert check(memphis, proposal.owner, 0.05).ok
    assert 0 < proposal.bound <= proposal.objective
    print(
        f"\nMemphis, 9 precincts: today {np.abs(today.deviation).max():.0%} off, "
        f"{today.pieces.max()} pieces at most; moved "
        f"{proposal.objective / memphis.total:.1%} of the residents, "
        f"gap {proposal.gap:.1%}, {proposal.seconds:.0f} s, {proposal.stopped_by}"
    )


def test_memphis_into_forty_beats(memphis: Problem) -> None:
    forty = memphis.replaced(k=40, owner=None)
    proposal = draw(forty, 0.05, seed=0, time_limit_s=DRAW_S)
    assert check(forty, proposal.owner, 0.05).ok
    print(
        f"\nMemphis, 40 beats: Polsby-Popper {proposal.plan.polsby_popper.mean():.3f}, "
        f"{proposal.plan.cut_edges} cut edges, {proposal.seconds:.0f} s, {proposal.stopped_by}"
    )


def test_chicago_from_its_districts_by_assaults(chicago: Problem) -> None:
    assert chicago.n == 801
    assert chicago.total > 148_000
    today = plan_of(chicago)
    try:
        proposal = rebalance(chicago, 0.1, seed=0, time_limit_s=REBALANCE_S)
    except InfeasibleError as refusal:
        pytest.fail(f"{refusal} ({np.abs(today.deviation).max():.0%} off today)")
    assert check(chicago, proposal.owner, 0.1).ok
    assert 0 < proposal.bound <= proposal.objective
    print(
        f"\nChicago, {chicago.k} districts: today {np.abs(today.deviation).max():.0%} off; moved "
        f"{proposal.objective / chicago.total:.1%} of the assaults, gap {proposal.gap:.1%}, "
        f"{proposal.seconds:.0f} s, {proposal.stopped_by}"
    )

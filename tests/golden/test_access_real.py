"""Ways along Hà Nội's real streets around Ô Chợ Dừa, against networkx on the corners that the file names."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from geo.analysis.access import snap, straight_m, street_m, street_net
from geo.domain.crs import lonlat_to_metric_xy

pytestmark = pytest.mark.shared_data


def test_ways_of_hanoi_are_those_of_networkx(shared_data: Path) -> None:
    """The file says which corner each street begins and ends at; we find that out from the lines alone."""
    features = json.loads((shared_data / "hanoi_ochodua_streets" / "o_cho_dua_new.json").read_text())[
        "features"
    ]
    corners = {f["id"]: f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "Point"}
    streets = [f for f in features if f["geometry"]["type"] == "LineString"]
    place = dict(
        zip(corners, lonlat_to_metric_xy(*np.array(list(corners.values())).T, "EPSG:3405"), strict=True)
    )
    lines = [
        shapely.LineString(lonlat_to_metric_xy(*np.array(f["geometry"]["coordinates"]).T, "EPSG:3405"))
        for f in streets
    ]
    graph = nx.Graph()
    for street, line in zip(streets, lines, strict=True):
        a, b = street["src"], street["tgt"]
        known = graph.get_edge_data(a, b, {"weight": np.inf})["weight"]
        graph.add_edge(a, b, weight=min(known, line.length))
    names = sorted(graph.nodes)
    net = street_net(lines)
    there = snap(net, np.array([place[name] for name in names]))
    assert there.off_m.max() < 1e-6
    rng = np.random.default_rng(0)
    goals = rng.choice(len(names), 5, replace=False)
    pairs = np.array([(n, g) for g in goals for n in range(len(names))])
    found = street_m(net, there, there, pairs)
    expected = []
    for goal in goals:
        ways = nx.single_source_dijkstra_path_length(graph, names[goal])
        expected += [ways.get(name, np.inf) for name in names]
    assert found == pytest.approx(expected, abs=1e-3)
    assert np.isfinite(found).mean() > 0.9
    assert (found >= straight_m(there, there, pairs) - 1e-6).all()

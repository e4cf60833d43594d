"""Streets, river, blocks, wards, beats: what must be true of any city that this draws."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.demo.tables import figures
from geo.domain.crs import to_metric
from geo.domain.frames import CONTRACTS, check
from geo.domain.kinds import Kind

METRIC = "EPSG:3405"


def current(city):
    return city.beat_blocks[city.beat_blocks["valid_to"].isna()].set_index("block_code")["beat_code"]


def parts_by(groups, frame):
    """Number of parts of each group, where two blocks hang together if they share a border, not a corner."""
    tree = frame.sindex.query(frame.geometry, predicate="touches")
    a, b = tree
    shared = shapely.length(shapely.intersection(frame.geometry.array[a], frame.geometry.array[b])) > 0
    same = shared & (groups.to_numpy()[a] == groups.to_numpy()[b])
    graph = coo_array((np.ones(same.sum()), (a[same], b[same])), shape=(len(frame), len(frame)))
    label = connected_components(graph, directed=False)[1]
    return gpd.pd.Series(label).groupby(groups.to_numpy()).nunique()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_frame_keeps_its_contract(city, kind):
    frame = getattr(city, kind.value)
    assert check(frame, CONTRACTS[kind]) is frame
    assert len(frame)


def test_size_is_what_was_asked_for(city):
    assert len(city.wards) == 6
    assert len(city.households) == 60_000
    assert len(city.incidents) == 40_000
    assert 25 <= len(city.beats) <= 40
    per_block = city.households.groupby("block_code").size()
    assert set(per_block.index) == set(city.blocks["code"])
    assert per_block.between(55, 105).all()


def test_blocks_are_a_valid_coverage(city):
    assert city.blocks.is_valid.all()
    assert set(city.blocks.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(city.blocks.geometry.array)


def test_coverage_check_would_see_a_moved_corner(city):
    shapes = city.blocks.geometry.array.copy()
    shapes[100] = shapely.transform(shapes[100], lambda xy: xy + 1e-6)
    assert not shapely.coverage_is_valid(shapes)


def test_wards_are_their_blocks_and_nothing_else(city):
    blocks = to_metric(city.blocks, METRIC)
    area = blocks.area.groupby(blocks["unit_code"]).sum()
    wards = to_metric(city.wards, METRIC).set_index("code")
    assert set(wards.geom_type) == {"Polygon"}  # one part each: contiguous
    np.testing.assert_allclose(wards.area[area.index], area, rtol=1e-9)
    np.testing.assert_allclose(wards["declared_area_km2"][area.index], area / 1e6, rtol=2e-3)
    assert shapely.coverage_is_valid(city.wards.geometry.array)


def test_wards_and_beats_hang_together(city):
    blocks = city.blocks.reset_index(drop=True)
    assert (parts_by(blocks["unit_code"], blocks) == 1).all()
    beat = blocks["code"].map(current(city))
    assert beat.notna().all()
    assert (parts_by(beat, blocks) == 1).all()


def test_a_beat_lies_in_one_ward_and_lists_its_blocks(city):
    held = current(city)
    ward = city.blocks.set_index("code")["unit_code"]
    beats = city.beats.set_index("code")
    assert (ward[held.index].to_numpy() == beats.loc[held, "unit_code"].to_numpy()).all()
    for code, listed in beats["block_codes"].items():
        assert set(listed.split(";")) == set(held.index[held == code])


def test_beats_before_the_move_hung_together_too(city):
    earliest = city.beat_blocks.sort_values("valid_from").drop_duplicates("block_code")
    before = earliest.set_index("block_code")["beat_code"]
    assert (before != current(city)[before.index]).sum() >= 3
    blocks = city.blocks.reset_index(drop=True)
    assert (parts_by(blocks["code"].map(before), blocks) == 1).all()


def test_one_beat_per_block_at_a_time(city):
    rows = city.beat_blocks.sort_values(["block_code", "valid_from"])
    ends = rows.groupby("block_code")["valid_to"].shift()
    follows = rows["block_code"].duplicated()
    assert (rows["valid_from"][follows] == ends[follows]).all()
    assert (rows["valid_to"].isna() | (rows["valid_to"] > rows["valid_from"])).all()
    assert rows["decision"].dropna().isin(city.legal_documents["number"]).all()
    assert rows["decision"].notna().sum() == follows.sum()


def test_the_river_is_dry_of_blocks_and_crossed_only_on_bridges(city):
    river = city.water.union_all()
    assert not city.blocks.intersects(river).any()
    wet = city.streets.intersects(river)
    assert set(city.streets.loc[wet, "kind"]) == {"bridge"}
    bridges = city.streets[city.streets["kind"] == "bridge"]
    assert 3 <= bridges["name"].nunique() <= 4
    # Without the bridges the streets fall apart into the two banks; with them they are one network.
    assert network_parts(city.streets) == 1
    assert network_parts(city.streets[city.streets["kind"] != "bridge"]) == 2


def network_parts(streets):
    ends = shapely.get_coordinates(shapely.get_point(streets.geometry.array, [[0], [-1]]).ravel())
    node = np.unique(ends.round(7), axis=0, return_inverse=True)[1].reshape(2, -1)
    n = node.max() + 1
    graph = coo_array((np.ones(len(streets)), (node[0], node[1])), shape=(n, n))
    return connected_components(graph, directed=False)[0]


def test_blocks_are_bounded_by_streets(city):
    edges = to_metric(city.blocks, METRIC).boundary.union_all()
    streets = to_metric(city.streets, METRIC).union_all().buffer(0.05)
    assert edges.difference(streets).length < 1.0


def test_streets_bend(city):
    """Not a chessboard: directions spread over the whole half circle, and most streets are not straight."""
    streets = to_metric(city.streets, METRIC)
    ends = shapely.get_point(streets.geometry.array, [[0], [-1]])
    across = shapely.get_coordinates(ends[1]) - shapely.get_coordinates(ends[0])
    direction = np.degrees(np.arctan2(across[:, 1], across[:, 0])) % 180
    share = np.histogram(direction, 12, (0, 180), weights=streets.length)[0] / streets.length.sum()
    assert share.max() < 0.2
    assert share.min() > 0.02


def test_streets_have_names_of_their_kind(city):
    names = city.streets.groupby("kind")["name"].unique()
    assert city.streets["name"].notna().all()
    assert all(name.startswith("Ngõ ") for name in names["lane"])
    assert all(name.startswith("Cầu ") for name in names["bridge"])
    assert all(name.startswith("Đường ") for name in names["major"])


def test_codes_cannot_be_real(city):
    assert city.units["code"].tolist() == ["99"]
    for frame in (city.wards, city.former_wards):
        assert frame["code"].str.fullmatch(r"99\d{3}").all()
        assert (frame["parent_code"] == "99").all()
    assert not set(city.wards["code"]) & set(city.former_wards["code"])
    assert "mô phỏng" in city.units["full_name"].iloc[0]


def test_the_merge(city):
    merged_on = figures()["place"]["merged_on"]
    lineage = city.lineage
    assert (lineage.groupby("from_code")["share"].sum() == 1.0).all()
    assert set(lineage["from_code"]) == set(city.former_wards["code"])
    assert len(lineage) >= 2
    assert (lineage["on_date"].dt.date == merged_on).all()
    assert (city.former_wards["valid_to"].dt.date == merged_on).all()
    assert lineage["decision"].isin(city.legal_documents["number"]).all()
    merged = city.wards.set_index("code").loc[lineage["to_code"].unique()]
    assert len(merged) == 1
    assert merged["valid_from"].dt.date.tolist() == [merged_on]
    assert set(city.former_wards.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(city.former_wards.geometry.array)
    assert city.former_wards.union_all().symmetric_difference(merged.geometry.iloc[0]).area < 1e-14

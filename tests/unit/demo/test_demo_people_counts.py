"""Households: inside their block, near a street, with counts like the census."""

import numpy as np
import pandas as pd
import shapely

from geo.domain.crs import lonlat_to_metric_xy, to_metric

METRIC = "EPSG:3405"


def test_every_household_is_inside_its_block(city):
    block = city.blocks.set_index("code").geometry.reindex(city.households["block_code"]).array
    assert shapely.contains_xy(block, city.households["lon"], city.households["lat"]).all()
    unit = city.blocks.set_index("code")["unit_code"]
    assert (unit[city.households["block_code"]].to_numpy() == city.households["unit_code"].to_numpy()).all()


def test_no_household_or_post_is_in_the_river(city):
    river = city.water.union_all()
    for points in (city.households, city.posts):
        assert not shapely.contains_xy(river, points["lon"], points["lat"]).any()


def test_households_stand_along_streets(city):
    sample = city.households.sample(2_000, random_state=1)
    points = shapely.points(lonlat_to_metric_xy(sample["lon"], sample["lat"], METRIC))
    tree = to_metric(city.streets, METRIC).sindex
    _, away = tree.nearest(points, return_all=False, return_distance=True)
    assert np.median(away) < 20
    assert away.max() < 62


def test_residents_per_household_are_those_of_the_census(city):
    residents = city.households["permanent"] + city.households["temporary"]
    assert abs(residents.mean() - 3.6) < 0.05
    assert residents.min() >= 1
    assert (city.households["absent"] <= city.households["permanent"]).all()
    assert 0.02 < city.households["temporary"].sum() / residents.sum() < 0.3


def test_some_beats_are_stale_and_most_are_fresh(city):
    today = pd.Timestamp(city.parameters.today)
    held = city.beat_blocks[city.beat_blocks["valid_to"].isna()].set_index("block_code")["beat_code"]
    fresh = city.households["reviewed_on"] >= today - pd.Timedelta(days=90)
    by_beat = fresh.groupby(held[city.households["block_code"]].to_numpy()).mean()
    assert 2 <= (by_beat < 0.1).sum() <= 4
    assert (by_beat > 0.8).sum() >= 28
    by_block = fresh.groupby(city.households["block_code"]).mean()
    in_fresh_beat = by_beat.reindex(held[by_block.index]).to_numpy() > 0.8
    assert 0.02 < (by_block[in_fresh_beat] < 0.1).mean() < 0.08
    assert 0.8 < fresh.mean() < 0.9
    assert (city.households["reviewed_on"].dropna() < today).all()
    assert 0 < city.households["reviewed_on"].isna().mean() < 0.03


def test_there_is_no_column_about_a_person(city):
    assert set(city.households) == {
        "code", "lon", "lat", "permanent", "temporary", "absent", "block_code", "unit_code", "reviewed_on",
    }  # fmt: skip

"""Whatever the seed and size: a coverage, wards in one part, households in their blocks, a dry city."""

from datetime import date, timedelta

import pandas as pd
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo.demo.city import generate
from geo.demo.parameters import HOUSEHOLDS_A_WARD_MIN, CityParameters
from geo.domain.crs import to_metric


@st.composite
def parameters(draw):
    wards = draw(st.integers(2, 5))
    return CityParameters(
        today=date(2025, 7, 1) + timedelta(days=draw(st.integers(0, 2_000))),
        wards=wards,
        households=draw(st.integers(max(2_400, wards * HOUSEHOLDS_A_WARD_MIN), 9_000)),
        incidents=draw(st.integers(0, 600)),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@example(CityParameters(today=date(2025, 7, 1), wards=2, households=4036, incidents=0), 306)  # on an edge
@given(parameters(), st.integers(0, 2**31))
def test_any_seed_makes_a_sound_city(chosen, seed):
    city = generate(chosen, seed)
    assert shapely.coverage_is_valid(city.blocks.geometry.array)
    assert not city.blocks.intersects(city.water.union_all()).any()
    assert_wards(city, chosen)
    assert_households(city, chosen)
    assert_bridges(city)
    assert_duties(city)
    assert len(city.incidents) == chosen.incidents


def assert_wards(city, chosen):
    assert len(city.wards) == chosen.wards
    assert set(city.wards.geom_type) == set(city.former_wards.geom_type) == {"Polygon"}
    metric = to_metric(city.blocks, chosen.metric_crs).area.sum()
    assert abs(to_metric(city.wards, chosen.metric_crs).area.sum() / metric - 1) < 1e-9
    held = city.beat_blocks[city.beat_blocks["valid_to"].isna()]
    assert sorted(held["block_code"]) == sorted(city.blocks["code"])
    assert set(held["beat_code"]) == set(city.beats["code"])


def assert_households(city, chosen):
    assert len(city.households) == chosen.households
    block = city.blocks.set_index("code").geometry.reindex(city.households["block_code"]).array
    assert shapely.contains_xy(block, city.households["lon"], city.households["lat"]).all()


def assert_bridges(city):
    bridges = city.streets[city.streets["kind"] == "bridge"]
    assert 3 <= bridges["name"].nunique() <= 4
    wet = city.streets.intersects(city.water.union_all())
    assert set(city.streets.loc[wet, "kind"]) == {"bridge"}


def assert_duties(city):
    today = pd.Timestamp(city.parameters.today)
    rows = city.assignments[city.assignments["role"].isin(["primary", "acting"])]
    rows = rows.sort_values(["beat_code", "valid_from"])
    ends = rows.groupby("beat_code")["valid_to"].shift()
    follows = rows["beat_code"].duplicated()
    assert (rows["valid_from"][follows] >= ends[follows]).all()
    open_today = rows[rows["valid_to"].isna() | (rows["valid_to"] > today)]
    wards = city.parameters.wards
    vacant = {ward for ward in range(wards) if ward == wards - 1 or ward % 3 == 1}  # one beat in each
    assert len(city.beats) - open_today["beat_code"].nunique() == len(vacant)

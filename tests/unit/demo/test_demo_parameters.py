"""Parameters that make no city are refused with a reason; the same parameters make the same city."""

from dataclasses import fields
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from geo.demo.city import generate
from geo.demo.parameters import CityParameters
from geo.domain.errors import InputError, WrongCrsError

TODAY = date(2026, 11, 22)
SMALL = CityParameters(today=TODAY, wards=2, households=3_000, incidents=2_000)


def fingerprint(frame: pd.DataFrame) -> bytes:
    plain = pd.DataFrame(frame.copy())
    if isinstance(frame, gpd.GeoDataFrame):
        plain["geometry"] = frame.geometry.to_wkb(hex=True)
    return pd.util.hash_pandas_object(plain).to_numpy().tobytes() + repr(plain.dtypes.to_dict()).encode()


def fingerprints(city):
    frames = {field.name: getattr(city, field.name) for field in fields(city)}
    return {name: fingerprint(frame) for name, frame in frames.items() if isinstance(frame, pd.DataFrame)}


def test_same_parameters_and_seed_give_the_same_bytes():
    first, second = fingerprints(generate(SMALL, seed=5)), fingerprints(generate(SMALL, seed=5))
    assert len(first) == 20
    assert first == second


def test_another_seed_gives_another_city():
    first, second = fingerprints(generate(SMALL, seed=5)), fingerprints(generate(SMALL, seed=6))
    assert {name for name in first if first[name] != second[name]} >= {"streets", "households", "incidents"}


def test_more_incidents_move_no_street():
    more = CityParameters(today=TODAY, wards=2, households=3_000, incidents=4_000)
    first, second = fingerprints(generate(SMALL)), fingerprints(generate(more))
    assert {name for name in first if first[name] != second[name]} == {"incidents"}


def test_a_city_without_incidents_is_a_city():
    city = generate(CityParameters(today=TODAY, wards=2, households=3_000, incidents=0))
    assert len(city.incidents) == 0
    assert len(city.households) == 3_000


def test_the_first_day_of_the_merged_ward_is_accepted():
    city = generate(CityParameters(today=date(2025, 7, 1), wards=2, households=3_000, incidents=100))
    assert (city.legal_documents["issued_on"] <= "2025-07-01").all()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"wards": 1}, "demo_out_of_range"),
        ({"wards": 2.5}, "demo_out_of_range"),
        ({"wards": True}, "demo_out_of_range"),
        ({"households": -1}, "demo_out_of_range"),
        ({"incidents": -1}, "demo_out_of_range"),
        ({"wards": 20, "households": 5_000}, "demo_too_few_households"),
        ({"today": date(2025, 6, 30)}, "demo_today_too_early"),
        ({"today": date(9999, 1, 1)}, "demo_out_of_range"),
        ({"lon": float("nan")}, "demo_out_of_range"),
        ({"lat": 91.0}, "demo_out_of_range"),
    ],
)
def test_nonsense_is_refused(wrong, code):
    with pytest.raises(InputError) as refused:
        CityParameters(**{"today": TODAY, **wrong})
    assert refused.value.code == code
    assert refused.value.message("vi") != refused.value.message("en")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"metric_crs": "EPSG:4326"}, "geographic_crs"),
        ({"metric_crs": "EPSG:999999"}, "unknown_crs"),
        ({"lon": 109.0}, "outside_metric_crs"),
    ],
)
def test_a_crs_that_does_not_fit_is_refused(wrong, code):
    with pytest.raises(WrongCrsError) as refused:
        CityParameters(today=TODAY, **wrong)
    assert refused.value.code == code


def test_a_negative_seed_is_refused():
    with pytest.raises(InputError) as refused:
        generate(SMALL, seed=-1)
    assert refused.value.code == "demo_out_of_range"


def test_the_city_can_stand_elsewhere():
    city = generate(
        CityParameters(
            today=TODAY, wards=2, households=2_400, incidents=100, metric_crs="EPSG:3406", lon=108.4, lat=15.6
        )
    )
    lon, lat = city.households[["lon", "lat"]].mean()
    assert abs(lon - 108.4) < 0.01
    assert abs(lat - 15.6) < 0.01

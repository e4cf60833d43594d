"""A frame that breaks its contract is refused with every fault at once."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS, check
from geo.domain.kinds import Kind

SQUARE = shapely.box(105.8, 21.0, 105.9, 21.1)


def households() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["A", "B"],
            "lon": [105.8, 105.9],
            "lat": [21.0, 21.1],
            "permanent": [3, 4],
            "temporary": [0, 1],
            "absent": [0, 0],
        }
    )


def wards() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["00001"], "name": ["Một"]}, geometry=[SQUARE], crs="EPSG:4326")


def test_a_frame_that_keeps_its_contract_comes_back_untouched() -> None:
    frame = households()
    assert check(frame, CONTRACTS[Kind.HOUSEHOLDS]) is frame
    assert len(check(wards(), CONTRACTS[Kind.WARDS])) == 1


def test_all_faults_are_told_at_once() -> None:
    frame = households().drop(columns="absent").assign(permanent=["3", "4"], lat=[21.0, None])
    with pytest.raises(InputError) as refused:
        check(frame, CONTRACTS[Kind.HOUSEHOLDS])
    faults = refused.value.params["faults"]
    assert "column absent is missing" in faults
    assert "column permanent is" in faults
    assert "column lat has missing values" in faults


def test_the_key_is_unique() -> None:
    with pytest.raises(InputError, match="key code is not unique"):
        check(households().assign(code="A"), CONTRACTS[Kind.HOUSEHOLDS])


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (wards().to_crs("EPSG:3405"), "not EPSG:4326"),
        (wards().set_geometry([shapely.Point(105, 21)], crs="EPSG:4326"), "geometry must be polygon"),
        (pd.DataFrame(wards().drop(columns="geometry")), "it has no geometry"),
    ],
)
def test_geometry_is_of_its_kind_and_in_degrees(frame: pd.DataFrame, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        check(frame, CONTRACTS[Kind.WARDS])


def test_times_are_in_utc_and_days_have_no_zone() -> None:
    frame = pd.DataFrame(
        {
            "beat_code": ["K1"],
            "service_number": ["1"],
            "role": ["primary"],
            "valid_from": pd.to_datetime(["2026-01-01"]),
        }
    )
    check(frame, CONTRACTS[Kind.ASSIGNMENTS])
    with pytest.raises(InputError, match="not date"):
        check(frame.assign(valid_from=frame.valid_from.dt.tz_localize("UTC")), CONTRACTS[Kind.ASSIGNMENTS])

"""The border between degrees and metres, against PROJ's own answers and the ground."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geo.domain.crs import (
    choose_metric_crs,
    lonlat_to_metric_xy,
    metric_to_lonlat_xy,
    require_metric,
    to_lonlat,
    to_metric,
)
from geo.domain.errors import InputError, WrongCrsError

LON = st.floats(102.2, 109.4)
LAT = st.floats(8.5, 23.3)

# Published by the state (VN-2000, 3-degree zones): EPSG code and central meridian.
TM3_ZONES = {
    5896: 102.0, 5897: 105.0, 5898: 108.0, 5899: 107.75, 9205: 103.0, 9206: 104.0, 9207: 104.5, 9208: 104.75,
    9209: 105.5, 9210: 105.75, 9211: 106.0, 9212: 106.25, 9213: 106.5, 9214: 107.0, 9215: 107.25, 9216: 107.5,
    9217: 108.25, 9218: 108.5,
}  # fmt: skip


@pytest.mark.parametrize(("code", "meridian"), TM3_ZONES.items())
def test_every_zone_of_vn2000_is_metric_and_has_its_meridian(code: int, meridian: float) -> None:
    crs = require_metric(f"EPSG:{code}", "x")
    found = next(p.value for p in crs.coordinate_operation.params if "Longitude" in p.name)
    assert found == pytest.approx(meridian)


def test_a_wrong_meridian_moves_a_point_by_kilometres() -> None:
    right = lonlat_to_metric_xy([106.6], [17.48], "EPSG:9211")
    as_if = metric_to_lonlat_xy(right[:, 0], right[:, 1], "EPSG:9212")
    _, _, distance = Geod(ellps="WGS84").inv(106.6, 17.48, as_if[0, 0], as_if[0, 1])
    assert distance == pytest.approx(26_600, abs=100)


@given(lon=LON, lat=LAT)
def test_there_and_back_again(lon: float, lat: float) -> None:
    crs = choose_metric_crs(lon, lat)
    xy = lonlat_to_metric_xy([lon], [lat], crs)
    back = metric_to_lonlat_xy(xy[:, 0], xy[:, 1], crs)
    np.testing.assert_allclose(back, [[lon, lat]], atol=1e-9)


def test_arrays_and_frames_cross_the_border_at_the_same_place() -> None:
    lon, lat = np.array([105.8, 106.9]), np.array([21.0, 10.7])
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    projected = to_metric(frame, "EPSG:3405")
    xy = lonlat_to_metric_xy(lon, lat, "EPSG:3405")
    np.testing.assert_allclose(shapely.get_coordinates(projected.geometry.to_numpy()), xy, atol=1e-6)
    assert frame.crs == CRS("EPSG:4326")  # the argument stays as it was


def test_missing_coordinates_stay_missing() -> None:
    xy = lonlat_to_metric_xy([105.8, np.nan], [21.0, 21.0], "EPSG:3405")
    assert np.isfinite(xy[0]).all()
    assert np.isnan(xy[1]).all()
    frame = gpd.GeoDataFrame(geometry=[None, shapely.Point(), shapely.Point(105.8, 21.0)], crs="EPSG:4326")
    assert len(to_metric(frame, "EPSG:3405")) == 3
    assert len(to_metric(frame.iloc[:2], "EPSG:3405")) == 2


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (105.8, 21.0, "EPSG:3405"),
        (108.2, 16.06, "EPSG:3406"),
        (106.7, 10.8, "EPSG:3405"),
        (-87.7, 41.8, "EPSG:32616"),
        (-90.0, 35.1, "EPSG:32615"),
    ],
)
def test_the_metric_crs_of_a_place(lon: float, lat: float, code: str) -> None:
    assert choose_metric_crs(lon, lat) == code


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4756", "EPSG:2263"])
def test_degrees_and_feet_are_refused_with_the_cure(crs: str) -> None:
    with pytest.raises(WrongCrsError, match="to_metric"):
        require_metric(crs, "blocks")


def test_no_crs_and_nonsense_are_refused() -> None:
    with pytest.raises(WrongCrsError) as missing:
        require_metric(None, "blocks")
    assert missing.value.code == "missing_crs"
    with pytest.raises(WrongCrsError) as unknown:
        require_metric("EPSG:1", "blocks")
    assert unknown.value.code == "unknown_crs"
    bare = gpd.GeoDataFrame(geometry=[shapely.Point(105, 21)])
    for border in (to_lonlat, lambda frame: to_metric(frame, "EPSG:3405")):
        with pytest.raises(WrongCrsError):
            border(bare)


def test_a_place_that_the_crs_cannot_reach_is_refused() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(105.8, 200.0)], crs="EPSG:4326")
    with pytest.raises(InputError) as refused:
        to_metric(frame, "EPSG:3405")
    assert refused.value.code == "outside_metric_crs"

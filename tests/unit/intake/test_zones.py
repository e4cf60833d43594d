"""Case 6: one ward of 0.2 degrees around each central meridian; points are written in its own zone.

Zone 482 and UTM 48N share a meridian and lie 580 m apart: the ward is cut close so that they differ.

┌──────┐
│ · ·  │   the zones on either side lie 0.25 degrees or more away
└──────┘
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely.geometry import Point, box

from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read
from geo.intake.zones import TM3_ZONES

LON, LAT = np.array([106.55, 106.62, 106.66]), np.array([17.45, 17.50, 17.42])
WARD = box(106.5, 17.419, 106.7, 17.5005)


def took(folder: Path, x: object, y: object, **options: object) -> Intake:
    rows = [f'T{i};a;"{a}";"{b}"' for i, (a, b) in enumerate(zip(x, y, strict=True))]
    (folder / "p.csv").write_text("\n".join(["Mã;Tên;x;y", *rows]), encoding="utf-8")
    return read(folder / "p.csv", Kind.POSTS, Options(**options))


def places(intake: Intake) -> np.ndarray:
    return intake.frame[["lon", "lat"]].to_numpy()


def test_there_are_eighteen_zones_and_all_are_vn2000_tm3() -> None:
    names = [CRS.from_epsg(code).name for code in TM3_ZONES]
    assert len(set(names)) == 18
    assert all(name.startswith("VN-2000 / TM-3") for name in names)


@pytest.mark.parametrize("zone", TM3_ZONES)
@pytest.mark.parametrize(("swapped", "scale"), [(False, 1), (True, 1), (False, 1000), (True, 1000)])
def test_each_zone_is_found_with_its_evidence(
    tmp_path: Path, zone: int, *, swapped: bool, scale: int
) -> None:
    lon0 = CRS.from_epsg(zone).coordinate_operation.params[1].value
    lon, lat = LON - 106.6 + lon0, LAT
    ward = box(lon0 - 0.1, 17.419, lon0 + 0.1, 17.501)
    xy = lonlat_to_metric_xy(lon, lat, f"EPSG:{zone}") / scale
    east, north = xy.T
    intake = took(tmp_path, *((north, east) if swapped else (east, north)), wards=[ward])
    assert intake.crs.code == f"EPSG:{zone}"
    assert np.abs(places(intake) - np.column_stack((lon, lat))).max() < 1e-7
    assert "100%" in intake.crs.sentence("vi")
    assert ("X = N" in intake.crs.sentence("vi")) is swapped


def test_zones_that_fit_alike_are_asked_and_none_is_asked_too(tmp_path: Path) -> None:
    xy = lonlat_to_metric_xy(LON, LAT, "EPSG:9213")
    with pytest.raises(InputError) as caught:
        took(tmp_path, *xy.T, wards=[box(102, 8, 110, 24)])
    assert caught.value.code == "crs_ambiguous"
    assert "EPSG:9213" in caught.value.message("vi")
    with pytest.raises(InputError) as caught:
        took(tmp_path, *xy.T, wards=[box(120, 8, 121, 24)])
    assert caught.value.code == "crs_not_found"


def test_two_systems_on_one_meridian_are_asked_where_the_wards_cannot_tell(tmp_path: Path) -> None:
    xy = lonlat_to_metric_xy(LON, LAT, "EPSG:5897")
    with pytest.raises(InputError) as caught:
        took(tmp_path, *xy.T, wards=[WARD.buffer(0.05)])
    assert "EPSG:5897" in caught.value.message("vi")
    assert "EPSG:3405" in caught.value.message("vi")


def test_two_systems_on_one_meridian_are_told_apart_by_the_edge_of_a_city(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(106.45, 106.75, 2000), rng.uniform(17.35, 17.57, 2000)
    city = box(106.45, 17.35, 106.75, 17.57)
    intake = took(tmp_path, *lonlat_to_metric_xy(lon, lat, "EPSG:5897").T, wards=[city])
    assert np.abs(places(intake) - np.column_stack((lon, lat))).max() < 1e-7
    assert intake.warnings == {"crs_by_the_edge": 1}
    said = intake.notes[0].reason.sentence("vi")
    assert said.startswith("Chọn EPSG:5897 vì chỉ 0 trong 2000 vị trí nằm ngoài")
    assert "EPSG:3405 VN-2000 / UTM zone 48N: 9" in said
    # Fewer places show the same shares, and prove nothing.
    with pytest.raises(InputError) as caught:
        took(tmp_path, *lonlat_to_metric_xy(lon[:200], lat[:200], "EPSG:5897").T, wards=[city])
    assert caught.value.code == "crs_ambiguous"


def test_numbers_that_are_no_place_in_the_zone_named(tmp_path: Path) -> None:
    xy = lonlat_to_metric_xy(LON, LAT, "EPSG:9213")
    x = [*xy[:, 0], 1e30, "-"]
    intake = took(tmp_path, x, [*xy[:, 1], 2e6, "-"], crs="EPSG:9213")
    assert [(r.row, r.reason.code) for r in intake.rejects] == [(5, "not_on_earth"), (6, "missing_place")]


def test_longitude_and_latitude_swapped(tmp_path: Path) -> None:
    intake = took(tmp_path, LAT, LON)
    assert np.allclose(places(intake), np.column_stack((LON, LAT)))
    assert intake.crs.evidence.code == "crs_swapped_degrees"


def test_beyond_vietnam_only_the_wards_show_that_degrees_are_swapped(tmp_path: Path) -> None:
    lon, lat = LON - 194.2, LAT + 24.4
    ward = box(-87.8, 41.7, -87.4, 42.0)
    assert np.allclose(places(took(tmp_path, lat, lon, wards=[ward])), np.column_stack((lon, lat)))
    assert np.allclose(places(took(tmp_path, lat, lon)), np.column_stack((lat, lon)))


@pytest.mark.parametrize(
    ("stacked", "rows", "told"),
    [(9, 40, 0), (10, 40, 10), (10, 200, 10), (10, 201, 0)],
)
def test_a_stack_is_ten_rows_and_a_twentieth_of_the_file(
    tmp_path: Path, stacked: int, rows: int, told: int
) -> None:
    lon, lat = np.linspace(106.5, 106.6, rows), np.full(rows, 17.5)
    lon[:stacked] = 106.61
    assert took(tmp_path, lon, lat).warnings.get("places_stacked", 0) == told


def test_a_point_without_end_is_not_on_earth(tmp_path: Path) -> None:
    points = [Point(106.6, 17.5), Point(np.inf, 17.5)]
    frame = gpd.GeoDataFrame({"code": ["a", "b"], "name": ["a", "b"]}, geometry=points, crs="EPSG:4326")
    frame.to_parquet(tmp_path / "p.parquet")
    intake = read(tmp_path / "p.parquet", Kind.POSTS)
    assert [(r.row, r.reason.code) for r in intake.rejects] == [(2, "not_on_earth")]


def test_degrees_minutes_seconds_decimal_commas_and_zeros(tmp_path: Path) -> None:
    x = ["106°37'", "Đ 106°37'30''", "106,62", "0"]
    y = ["17°28'", "17°28'30''B", "17,47", "0"]
    intake = took(tmp_path, x, y)
    expected = [[106 + 37 / 60, 17 + 28 / 60], [106.625, 17.475], [106.62, 17.47]]
    assert np.allclose(places(intake), expected)
    assert [r.reason.code for r in intake.rejects] == ["zero_place"]


def test_a_layer_labelled_wgs84_that_is_in_metres(tmp_path: Path) -> None:
    xy = lonlat_to_metric_xy(LON, LAT, "EPSG:3405")
    frame = gpd.GeoDataFrame({"code": list("abc"), "name": list("abc")}, geometry=[Point(p) for p in xy])
    frame.set_crs("EPSG:4326").to_file(tmp_path / "p.shp")
    intake = read(tmp_path / "p.shp", Kind.POSTS, Options(wards=[WARD]))
    assert intake.crs.code == "EPSG:3405"
    assert "EPSG:4326" in intake.crs.sentence("vi")
    assert np.abs(places(intake) - np.column_stack((LON, LAT))).max() < 1e-7

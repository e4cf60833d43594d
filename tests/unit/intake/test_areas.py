"""Hand-drawn borders, about 0.01 degree (1.1 km) a side, near Hà Nội.

a ┌───┬───┐   b ┌───┐ ┌───┐   c  ╲ ╱   d ┌───┐
  │ 1 │ 2 │     │ 1 │ │ 2 │       ╳      │ ┌─┼─┐
  └───┴───┘     └───┘ └───┘      ╱ ╲     └─┼─┘ │ overlap
                                          └───┘
"""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read

A, B, FAR = (
    box(105.80, 21.00, 105.81, 21.01),
    box(105.81, 21.00, 105.82, 21.01),
    box(105.9, 21, 105.91, 21.01),
)
BOW_TIE = Polygon([(105.8, 21.0), (105.81, 21.01), (105.81, 21.0), (105.8, 21.01)])
# A ring that touches itself in one point: invalid, but only one area can be meant.
TOUCHING = Polygon([(105.8, 21.0), (105.81, 21.0), (105.81, 21.01), (105.805, 21.0), (105.8, 21.01)])


def wards(
    path: Path, shapes: list[object], codes: list[str], crs: str | None = "EPSG:4326", **more: object
) -> Path:
    frame = gpd.GeoDataFrame(
        {"code": codes, "name": more.pop("names", codes), **more}, geometry=shapes, crs=crs
    )
    frame.to_file(path, driver="GPKG")
    return path


def took(path: Path, **options: object) -> Intake:
    intake = read(path, Kind.WARDS, Options(**options))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


@pytest.mark.parametrize("second", [B, FAR], ids=["sharing a border", "apart"])
def test_rows_with_one_code_that_do_not_overlap_are_parts_of_one_area(
    tmp_path: Path, second: Polygon
) -> None:
    intake = took(wards(tmp_path / "w.gpkg", [A, FAR.buffer(0.1), second], ["1", "2", "1"]))
    assert intake.frame["code"].tolist() == ["1", "2"]
    assert intake.source_counts.tolist() == [2, 1]
    assert intake.source_rows.tolist() == [1, 2]
    assert intake.warnings["parts_merged"] == 2
    assert intake.frame.geometry[0].area == pytest.approx(A.area + second.area, rel=1e-12)


def test_rows_with_one_code_that_overlap_are_a_repeated_code(tmp_path: Path) -> None:
    intake = took(wards(tmp_path / "w.gpkg", [A, A.buffer(0.001)], ["1", "1"]))
    assert len(intake.frame) == 1
    assert intake.rejects[0].row == 2
    assert intake.rejects[0].reason.code == "duplicate_key"
    assert intake.rejects[0].reason.params == {"key": "1", "row": 1}


def test_parts_under_two_names_are_not_put_together(tmp_path: Path) -> None:
    intake = took(wards(tmp_path / "w.gpkg", [A, B], ["1", "1"], names=["Ngọc Hà", "Ba Đình"]))
    assert intake.reasons == {"duplicate_key": 1}


def test_an_invalid_border_with_one_meaning_is_repaired_and_reported(tmp_path: Path) -> None:
    assert not TOUCHING.is_valid
    intake = took(wards(tmp_path / "w.gpkg", [TOUCHING], ["1"]))
    assert intake.warnings["polygon_repaired"] == 1
    assert intake.frame.geometry.is_valid.all()
    note = next(note for note in intake.notes if note.reason.code == "polygon_repaired")
    assert float(note.reason.params["change_m2"]) == 0.0
    assert float(note.reason.params["area_m2"]) == pytest.approx(575_000, rel=0.02)


def test_a_bow_tie_is_left_out_because_its_area_would_change(tmp_path: Path) -> None:
    intake = took(wards(tmp_path / "w.gpkg", [BOW_TIE, FAR], ["1", "2"]))
    assert intake.reasons == {"invalid_polygon": 1}
    assert "Self-intersection" in intake.rejects[0].reason.sentence("vi")
    assert intake.frame["code"].tolist() == ["2"]


def test_other_shapes_and_none_are_left_out(tmp_path: Path) -> None:
    shapes = [A, Point(105.8, 21), None, LineString([(105.8, 21), (105.9, 21)])]
    intake = took(wards(tmp_path / "w.gpkg", shapes, ["1", "2", "3", "4"]))
    assert intake.reasons == {"wrong_geometry": 2, "missing_geometry_row": 1}


def test_borders_in_metres_come_out_in_degrees(tmp_path: Path) -> None:
    metric = gpd.GeoSeries([A], crs="EPSG:4326").to_crs("EPSG:3405")
    path = wards(tmp_path / "w.gpkg", list(metric), ["1"], crs="EPSG:3405")
    intake = took(path)
    assert intake.crs.code == "EPSG:3405"
    assert intake.frame.crs == "EPSG:4326"
    assert intake.frame.geometry[0].centroid.distance(A.centroid) < 1e-7


def test_a_shapefile_without_prj_needs_its_crs_named(tmp_path: Path) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    gpd.GeoDataFrame({"code": ["1"]}, geometry=[A], crs="EPSG:4326").to_file(folder / "w.shp")
    (folder / "w.prj").unlink()
    with pytest.raises(InputError) as caught:
        took(folder / "w.shp")
    assert caught.value.code == "missing_crs"
    assert took(folder / "w.shp", crs="EPSG:4326").crs.evidence.code == "crs_named"


def test_height_is_dropped_and_a_multipolygon_stays(tmp_path: Path) -> None:
    solid = Polygon([(x, y, 7.0) for x, y in A.exterior.coords])
    intake = took(wards(tmp_path / "w.gpkg", [solid, MultiPolygon([B, FAR])], ["1", "2"]))
    assert not intake.frame.geometry.has_z.any()
    assert intake.frame.geometry[1].equals(MultiPolygon([B, FAR]))

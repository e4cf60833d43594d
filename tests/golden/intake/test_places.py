"""Item 6: of each file of `files_places`, where its places came in, to a metre, and what the user is told."""

from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS, Geod
from shapely.affinity import translate
from shapely.geometry import box

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read
from tests.golden.intake import files_places as files
from tests.golden.intake.files_places import LAT, LON, WARDS


def took(path: Path, kind: Kind = Kind.POSTS, **options: object) -> Intake:
    intake = read(path, kind, Options(**options))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def refused(path: Path, kind: Kind = Kind.POSTS, **options: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, kind, Options(**options))
    return caught.value


def metres_off(intake: Intake, lon: Sequence[float] = LON, lat: Sequence[float] = LAT) -> float:
    """The largest distance of a place from where it was drawn, on the ellipsoid."""
    frame = intake.frame
    assert len(frame) == len(lon)
    return float(Geod(ellps="WGS84").inv(frame["lon"], frame["lat"], lon, lat)[2].max())


def sentence(intake: Intake, code: str) -> str:
    return next(note.reason for note in intake.notes if note.reason.code == code).sentence("vi")


# --- tables


@pytest.mark.parametrize(
    ("make", "order", "unit"),
    [
        (files.northing_first_in_excel, "X = N, Y = E", "đơn vị m;"),
        (files.kilometres_with_decimal_commas, "X = E, Y = N", "đơn vị km;"),
    ],
)
def test_plane_numbers_in_a_table_are_found_by_the_wards(
    tmp_path: Path, make: object, order: str, unit: str
) -> None:
    path = make(tmp_path)
    intake = took(path, wards=WARDS)
    assert metres_off(intake) < 1
    assert intake.crs.code == "EPSG:9213"
    said = intake.crs.sentence("vi")
    assert "100% vị trí rơi vào trong theo EPSG:9213 (VN-2000 / TM-3 106-30)" in said
    assert order in said
    assert unit in said
    # Without wards nothing is guessed; once the zone is named, order and unit are seen from where it is used.
    fault = refused(path)
    assert fault.code == "coordinates_not_degrees"
    assert "chưa lưu phường, xã nào để dò múi chiếu; hãy nêu hệ bằng --crs" in fault.message("vi")
    named = took(path, crs="EPSG:9213")
    assert metres_off(named) < 1
    assert named.warnings == {"coordinates_reordered": 1}
    assert order in sentence(named, "coordinates_reordered")


@pytest.mark.parametrize("make", [files.degrees_minutes_seconds, files.degrees_with_decimal_commas])
def test_degrees_in_other_spellings(tmp_path: Path, make: object) -> None:
    path = make(tmp_path)
    intake = took(path)
    assert metres_off(intake) < 1
    assert (intake.warnings, intake.rejects) == ({}, ())
    assert "nằm trong khoảng của độ; coi là EPSG:4326" in intake.crs.sentence("vi")


def test_whole_minutes_are_written_without_seconds(tmp_path: Path) -> None:
    assert files._dms(17 + 28 / 60) == "17°28'"
    text = files.degrees_minutes_seconds(tmp_path).read_text(encoding="utf-8")
    assert "106°36'1.8000\"" in text.replace('""', '"')


def test_latitude_and_longitude_swapped(tmp_path: Path) -> None:
    intake = took(files.latitude_in_the_column_of_longitude(tmp_path))
    assert metres_off(intake) < 1
    assert intake.crs.evidence.code == "crs_swapped_degrees"
    assert "kinh độ và vĩ độ bị đổi chỗ cho nhau" in intake.crs.sentence("vi")


def test_rows_swapped_among_others_are_turned_one_by_one(tmp_path: Path) -> None:
    intake = took(files.some_rows_swapped(tmp_path))
    assert metres_off(intake) < 1
    assert intake.warnings == {"place_turned": 2}
    assert [note.row for note in intake.notes] == [3, 7]
    assert "đổi chỗ (17.4645, 106.6027)" in sentence(intake, "place_turned")


def test_zeros_are_no_place(tmp_path: Path) -> None:
    intake = took(files.zeros_for_nothing(tmp_path))
    assert metres_off(intake, LON[2:], LAT[2:]) < 1
    assert [(reject.row, reject.reason.code) for reject in intake.rejects] == [
        (2, "zero_place"),
        (3, "zero_place"),
    ]
    assert intake.rejects[0].reason.sentence("vi").startswith("Kinh độ và Vĩ độ đều là 0: không phải vị trí")


def test_zeros_of_incidents_are_kept_without_a_place(tmp_path: Path) -> None:
    intake = took(files.zeros_for_nothing(tmp_path), Kind.INCIDENTS)
    assert intake.frame["lon"].isna().tolist() == [True, True] + [False] * 10
    assert {code: intake.warnings[code] for code in ("zero_place", "no_place")} == {
        "zero_place": 2,
        "no_place": 2,
    }


def test_places_stacked_on_one_point_are_told_and_kept(tmp_path: Path) -> None:
    intake = took(files.stacked_on_the_town_centre(tmp_path), Kind.HOUSEHOLDS)
    assert len(intake.frame) == 40
    assert intake.warnings == {"places_stacked": 14}
    assert (intake.frame[["lon", "lat"]][:14] == list(files.STACK)).all(axis=None)
    said = sentence(intake, "places_stacked")
    assert said.startswith("14 dòng (35% số dòng có vị trí) cùng nằm đúng một điểm (106.606124, 17.468041)")


# --- layers


@pytest.mark.parametrize("zone", files.ZONES)
def test_each_of_the_eighteen_zones_is_found(tmp_path: Path, zone: int) -> None:
    path, shift = files.unlabelled_in_zone(zone, tmp_path), files.shift_to(zone)
    wards = [translate(ward, shift) for ward in WARDS]
    intake = took(path, wards=wards)
    assert metres_off(intake, LON + shift) < 1
    assert intake.crs.code == f"EPSG:{zone}"
    name = CRS.from_epsg(zone).name
    assert f"100% vị trí rơi vào trong theo EPSG:{zone} ({name}), X = E, Y = N" in intake.crs.sentence("vi")
    assert intake.warnings == {}
    assert refused(path).code == "missing_crs"


def test_wards_too_wide_to_tell_the_zones_apart_are_no_evidence(tmp_path: Path) -> None:
    fault = refused(files.unlabelled_in_zone(9213, tmp_path), wards=[box(104, 17, 109, 18)])
    assert fault.code == "crs_ambiguous"
    assert "EPSG:9213 VN-2000 / TM-3 106-30: 100.0%" in fault.message("vi")
    assert "EPSG:9212" in fault.message("vi")


def test_degrees_without_a_prj_are_taken_where_the_wards_bear_them_out(tmp_path: Path) -> None:
    path = files.unlabelled_degrees(tmp_path)
    intake = took(path, wards=WARDS)
    assert metres_off(intake) < 1
    assert intake.crs.evidence.code == "crs_assumed_degrees"
    assert refused(path).code == "missing_crs"
    assert refused(path, wards=[translate(WARDS[0], 1)]).code == "missing_crs"


def test_kilometres_with_the_northing_first_and_no_prj(tmp_path: Path) -> None:
    intake = took(files.unlabelled_northing_first_in_km(tmp_path), wards=WARDS)
    assert metres_off(intake) < 1
    assert "EPSG:9213 (VN-2000 / TM-3 106-30), X = N, Y = E, đơn vị km" in intake.crs.sentence("vi")


def test_a_prj_of_the_wrong_zone_is_found_out(tmp_path: Path) -> None:
    path = files.labelled_with_the_next_zone(tmp_path)
    intake = took(path, wards=WARDS)
    assert metres_off(intake) < 1
    assert intake.crs.code == "EPSG:9213"
    assert intake.warnings == {"crs_label_overruled": 1}
    said = sentence(intake, "crs_label_overruled")
    assert said.startswith("Tệp ghi hệ EPSG:9211 (VN-2000 / TM-3 106-00), nhưng theo đó chỉ 0% vị trí")
    assert "theo EPSG:9213 (VN-2000 / TM-3 106-30) là 100%" in said
    # Without wards there is nothing to check the label by: the places lie half a degree to the west.
    assert metres_off(took(path)) == pytest.approx(53_100, rel=0.01)


def test_a_prj_that_the_wards_do_not_clearly_contradict_is_asked_about(tmp_path: Path) -> None:
    path = files.labelled_with_the_next_zone(tmp_path)
    # A third ward lies where a quarter of the posts come to lie under the label.
    decoy = box(106.09, 17.46, 106.1035, 17.48)
    fault = refused(path, wards=[*WARDS, decoy])
    assert fault.code == "crs_label_doubtful"
    assert "EPSG:9211 (VN-2000 / TM-3 106-00)" in fault.message("vi")
    assert "EPSG:9213 VN-2000 / TM-3 106-30: 100.0%" in fault.message("vi")
    assert metres_off(took(path, wards=[*WARDS, decoy], crs="EPSG:9213")) < 1


def test_a_prj_over_a_handful_of_places_is_asked_about(tmp_path: Path) -> None:
    path = files._shapefile(tmp_path / "it.shp", files.numbers_in(9213)[:4], prj=9211)
    assert refused(path, wards=WARDS).code == "crs_label_doubtful"


def test_a_right_prj_is_believed_also_where_few_wards_are_known(tmp_path: Path) -> None:
    path = files._shapefile(tmp_path / "dung.shp", files.numbers_in(9213), prj=9213)
    most = box(files.WEST, files.SOUTH, files.WEST + 0.01, files.SOUTH + files.HEIGHT)
    for wards in (WARDS, [most], WARDS[:1], ()):
        intake = took(path, wards=wards)
        assert metres_off(intake) < 1
        assert intake.warnings == {}
    intake = took(path, wards=[translate(WARDS[0], 0, 1)])
    assert metres_off(intake) < 1
    assert intake.warnings == {"crs_label_unsupported": 1}
    assert "chỉ 0% vị trí nằm trong phường, xã đã lưu" in sentence(intake, "crs_label_unsupported")


def test_new_wards_beside_those_known_never_overrule_their_prj(tmp_path: Path) -> None:
    wards = [translate(ward, 0, north) for ward in WARDS for north in (0, 0.01, 0.02)]
    codes = [str(at) for at in range(len(wards))]
    frame = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=wards, crs=4326)
    frame.to_crs(9213).to_file(tmp_path / "phuong.shp")
    # Read as 106°00' these wards would lie in the one that is known.
    known = [box(106.05, 17.4, 106.15, 17.5)]
    assert refused(tmp_path / "phuong.shp", Kind.WARDS, wards=known).code == "crs_label_doubtful"
    intake = took(tmp_path / "phuong.shp", Kind.WARDS, wards=known, crs="EPSG:9213")
    assert shapely.hausdorff_distance(list(intake.frame.geometry), wards).max() < 1e-8


def test_a_right_prj_over_swapped_axes(tmp_path: Path) -> None:
    path = files.labelled_rightly_northing_first(tmp_path)
    for wards in ((), WARDS):
        intake = took(path, wards=wards)
        assert metres_off(intake) < 1
        assert intake.warnings == {"coordinates_reordered": 1}
        said = sentence(intake, "coordinates_reordered")
        assert "EPSG:9213 (VN-2000 / TM-3 106-30) khi đọc X = N, Y = E, đơn vị m" in said


def test_a_zone_on_another_datum_is_asked_about(tmp_path: Path) -> None:
    path = files.labelled_with_another_datum(tmp_path)
    fault = refused(path, wards=WARDS)
    assert fault.code == "crs_datum_doubtful"
    assert "phép chiếu của EPSG:9213 nhưng trên hệ quy chiếu World Geodetic System 1984" in fault.message(
        "vi"
    )
    named = took(path, crs="EPSG:9213")
    assert metres_off(named) < 1
    # The label is told by its name: the code of another datum would not be true of it.
    assert "(tệp ghi: VN-2000 / TM-3 106-30)" in named.crs.sentence("vi")


@pytest.mark.parametrize("wards", [(), WARDS], ids=["no wards", "wards"])
def test_degrees_under_a_prj_in_metres_are_asked_about(tmp_path: Path, wards: Sequence[object]) -> None:
    path = files.degrees_labelled_with_a_zone(tmp_path)
    fault = refused(path, wards=wards)
    assert fault.code == "degrees_not_metres"
    assert "tính bằng mét, nhưng X từ 106.6005 đến 106.6115" in fault.message("vi")
    assert metres_off(took(path, wards=wards, crs="EPSG:4326")) < 1


@pytest.mark.parametrize("make", [files.labelled_with_nothing, files.labelled_with_nonsense])
def test_a_prj_that_says_nothing_is_as_good_as_none(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    intake = took(path, wards=WARDS)
    assert metres_off(intake) < 1
    assert intake.crs.code == "EPSG:9213"
    assert refused(path).code == "missing_crs"


def test_a_geojson_with_the_latitude_first(tmp_path: Path) -> None:
    intake = took(files.swapped_in_geojson(tmp_path))
    assert metres_off(intake) < 1
    assert "kinh độ và vĩ độ bị đổi chỗ cho nhau" in intake.crs.sentence("vi")


def test_placemarks_at_zero_are_no_place(tmp_path: Path) -> None:
    intake = took(files.zeros_in_kml(tmp_path))
    assert metres_off(intake, LON[2:], LAT[2:]) < 1
    assert intake.reasons == {"zero_place": 2}
    assert intake.rejects[0].reason.sentence("vi").startswith("X và Y đều là 0")


def test_two_layers_labelled_wgs84_that_are_utm(tmp_path: Path) -> None:
    path = files.two_utm_layers_labelled_wgs84(tmp_path)
    posts = took(path, sheet="tru_so", wards=WARDS)
    assert metres_off(posts) < 1
    assert posts.crs.code == "EPSG:32648"
    assert posts.warnings == {"crs_label_overruled": 1}
    said = sentence(posts, "crs_label_overruled")
    assert said.startswith("Tệp ghi hệ EPSG:4326 (WGS 84), nhưng theo đó chỉ 0% vị trí")
    assert "theo EPSG:32648 (WGS 84 / UTM zone 48N) là 100%" in said
    blocks = took(path, Kind.BLOCKS, sheet="to_dan_pho", wards=WARDS)
    assert shapely.hausdorff_distance(list(blocks.frame.geometry), WARDS).max() < 1e-8
    assert blocks.warnings == {"crs_label_overruled": 1}
    # With half a kilometre of ward around them, nothing tells UTM on WGS 84 from UTM on VN-2000: it is asked.
    wide = [box(*WARDS[0].union(WARDS[1]).buffer(0.005).bounds)]
    for sheet, kind in (("tru_so", Kind.POSTS), ("to_dan_pho", Kind.BLOCKS)):
        fault = refused(path, kind, sheet=sheet, wards=wide)
        assert fault.code == "crs_ambiguous"
        assert {"EPSG:32648", "EPSG:3405"} <= set(fault.message("vi").replace("(", " ").split())
        named = took(path, kind, sheet=sheet, wards=wide, crs="EPSG:32648")
        assert "tệp ghi: EPSG:4326" in named.crs.sentence("vi")
    assert shapely.hausdorff_distance(list(named.frame.geometry), WARDS).max() < 1e-8
    # Without wards: not a row is lost to coordinates that are no degrees, the file is asked about.
    fault = refused(path, sheet="tru_so")
    assert fault.code == "label_not_degrees"
    assert "Tệp ghi hệ EPSG:4326, nhưng X từ 66" in fault.message("vi")

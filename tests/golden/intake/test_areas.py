"""Item 7: of each file of `files_areas`, which borders came in, and what is told in m².

Areas are compared with the drawing, in metres of VN-2000 / UTM 48N, and once with the ellipsoid itself.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, box

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read
from tests.golden.intake import files_areas as files
from tests.golden.intake.files_areas import GRID, METRIC, SIDE_M, in_degrees, square

WHOLE_M2 = SIDE_M**2


def took(path: Path, **options: object) -> Intake:
    intake = read(path, Kind.BLOCKS, Options(**options))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def assert_drawn(intake: Intake, shapes: Sequence[Any]) -> None:
    """The borders came in as `shapes` (metres), none of them off by 1 cm."""
    came = gpd.GeoSeries(intake.frame.geometry).to_crs(METRIC).to_numpy()
    assert len(came) == len(shapes)
    assert shapely.hausdorff_distance(came, list(shapes)).max() < 0.01
    assert shapely.is_valid(came).all()


def told(intake: Intake, code: str) -> dict[str, dict[str, Any]]:
    found = [note.reason.params for note in intake.notes if note.reason.code == code]
    return {params["code"]: dict(params) for params in found}


def sentence(intake: Intake, code: str) -> str:
    return next(note.reason for note in intake.notes if note.reason.code == code).sentence("vi")


def m2_of(words: str) -> list[float]:
    return [float(number) for number in re.findall(r"([\d.]+) m²", words)]


def test_exact_neighbours_say_nothing(tmp_path: Path) -> None:
    intake = took(files.exact_neighbours(tmp_path))
    assert_drawn(intake, GRID)
    assert (intake.warnings, intake.rejects) == ({}, ())


def test_only_the_self_intersection_with_one_meaning_is_repaired(tmp_path: Path) -> None:
    intake = took(files.self_intersections(tmp_path))
    assert_drawn(intake, [square(0, 0), square(20, 0)])
    assert intake.warnings == {"polygon_repaired": 1}
    said = sentence(intake, "polygon_repaired")
    assert said.startswith("Ranh giới sai (Ring Self-intersection[")
    area_m2, change_m2 = m2_of(said)
    assert area_m2 == pytest.approx(WHOLE_M2, abs=1)
    assert change_m2 == 0
    assert [(reject.row, reject.reason.code) for reject in intake.rejects] == [
        (2, "invalid_polygon"),
        (3, "invalid_polygon"),
    ]
    loop, bow_tie = (reject.reason.sentence("vi") for reject in intake.rejects)
    assert loop.endswith("m², nên cần người vẽ lại.")
    # By the shoelace formula the wings of a bow-tie cancel out: all of what a repair makes of it is change.
    assert m2_of(bow_tie)[0] == pytest.approx(2 * files.WING_M2, abs=2)


@pytest.mark.parametrize(
    ("make", "row"),
    [(files.unclosed_rings, 2), (files.unclosed_rings_in_parquet, 2), (files.unclosed_rings_in_wkt, 3)],
)
def test_an_unclosed_ring_is_left_out_and_the_others_stay(tmp_path: Path, make: Any, row: int) -> None:
    intake = took(make(tmp_path))
    assert_drawn(intake, [square(0, 0), square(4, 0)][: len(intake.frame)])
    ((at, reason),) = [(reject.row, reject.reason) for reject in intake.rejects]
    assert (at, reason.code) == (row, "unclosed_ring")
    assert m2_of(reason.sentence("vi")) == [pytest.approx(WHOLE_M2, rel=1e-3)]
    assert "chưa khép kín" in reason.sentence("vi")


def test_slivers_are_told_apart_and_kept(tmp_path: Path) -> None:
    intake = took(files.slivers(tmp_path))
    assert intake.warnings == {"thin_part": 1, "thin_hole": 1, "overlap_sliver": 2}
    part, hole = (told(intake, code) for code in ("thin_part", "thin_hole"))
    assert float(part["A"]["area_m2"]) == pytest.approx(0.5 * SIDE_M, abs=1)
    assert float(hole["B"]["area_m2"]) == pytest.approx(0.25 * 100, abs=0.5)
    slivers = told(intake, "overlap_sliver")
    assert m2_of(slivers["C"]["others"]) == [pytest.approx(0.4 * SIDE_M, abs=1)]
    assert slivers["D"]["others"].startswith("C (")
    assert "có phần hẹp hơn 1.0 m" in sentence(intake, "thin_part")
    assert shapely.get_num_geometries(intake.frame.geometry[0]) == 2
    (pierced,) = intake.frame.geometry[1].geoms
    assert len(pierced.interiors) == 1


def test_gaps_and_cracks(tmp_path: Path) -> None:
    intake = took(files.gaps_and_cracks(tmp_path))
    assert intake.warnings == {"gap_in_layer": 8, "gap_sliver": 2}
    assert all(
        float(fact["gap_m2"]) == pytest.approx(WHOLE_M2, abs=2)
        for fact in told(intake, "gap_in_layer").values()
    )
    said = sentence(intake, "gap_sliver")
    assert said.startswith("Giữa I và J có ")
    assert m2_of(said) == [pytest.approx(0.5 * SIDE_M, abs=1)]


def test_overlaps_are_measured_and_nothing_is_changed(tmp_path: Path) -> None:
    intake = took(files.overlaps(tmp_path))
    assert_drawn(
        intake,
        [
            square(0, 0),
            square(0.9, 0),
            square(4.25, 0.25, 100, 100),
            square(4, 0),
            square(8, 0),
            square(8, 0),
        ],
    )
    assert intake.warnings == {"overlaps_neighbour": 4, "same_border": 2}
    found = told(intake, "overlaps_neighbour")
    assert m2_of(found["A"]["others"]) == [pytest.approx(20 * SIDE_M, abs=1)]
    assert m2_of(found["C"]["others"]) == m2_of(found["D"]["others"]) == [pytest.approx(10_000, abs=1)]
    said = sentence(intake, "same_border")
    assert said.startswith("E có cùng một ranh giới với F: chồng nhau toàn bộ ")
    assert m2_of(said) == [pytest.approx(WHOLE_M2, abs=1)]


def test_areas_told_are_those_of_the_ellipsoid(tmp_path: Path) -> None:
    (shape,) = in_degrees([square(8, 0)])
    ellipsoidal_m2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0])
    (told_m2,) = m2_of(sentence(took(files.overlaps(tmp_path)), "same_border"))
    # The scale of UTM near its meridian is 0.9996 in both directions.
    assert told_m2 == pytest.approx(ellipsoidal_m2, rel=1e-3)


def test_islands_of_one_area(tmp_path: Path) -> None:
    intake = took(files.islands(tmp_path))
    assert intake.rows_read == 4
    assert_drawn(intake, [MultiPolygon(files.ISLANDS), MultiPolygon([square(6, 0), square(8, 0, 100, 100)])])
    assert intake.source_counts.tolist() == [3, 1]
    assert intake.warnings == {"parts_merged": 3}
    area_m2 = gpd.GeoSeries(intake.frame.geometry).to_crs(METRIC).area
    assert area_m2.tolist() == pytest.approx([WHOLE_M2 + 2_500 + 900, WHOLE_M2 + 10_000], abs=0.5)


@pytest.mark.parametrize(("make", "rows", "found"), [(files.heights, 2, "Z"), (files.measures, 1, "ZM")])
def test_heights_and_measures_are_dropped_and_told(tmp_path: Path, make: Any, rows: int, found: str) -> None:
    intake = took(make(tmp_path))
    assert_drawn(intake, [square(0, 0), square(1, 0)][:rows])
    assert not intake.frame.geometry.has_z.any()
    assert intake.warnings == {"dimension_dropped": 1}
    assert f"thêm giá trị {found}" in sentence(intake, "dimension_dropped")


def test_wrong_winding_is_told(tmp_path: Path) -> None:
    intake = took(files.wrong_winding(tmp_path))
    assert_drawn(intake, [square(0, 0), translate(square(0, 0).difference(files.HOLE), 1000)])
    assert intake.warnings == {"shell_direction": 1, "hole_direction": 1}
    assert sentence(intake, "shell_direction").startswith("Đường bao ngoài của 1 hình vẽ ngược chiều")
    assert m2_of(sentence(intake, "hole_direction")) == [pytest.approx(10_000, abs=1)]


def test_a_layer_in_the_wrong_zone_is_found_out(tmp_path: Path) -> None:
    (ward,) = in_degrees([box(*shapely.total_bounds(GRID)).buffer(50)])
    intake = took(files.in_the_next_zone(tmp_path), wards=[ward])
    assert_drawn(intake, GRID)
    assert intake.warnings == {"crs_label_overruled": 1}
    said = sentence(intake, "crs_label_overruled")
    assert said.startswith("Tệp ghi hệ EPSG:5897 (VN-2000 / TM-3 zone 482), nhưng theo đó chỉ 0% vị trí")
    assert "theo EPSG:9210 (VN-2000 / TM-3 105-45) là 100%" in said


def test_a_layer_in_kilometres_with_the_northing_first(tmp_path: Path) -> None:
    path = files.northing_first_without_prj(tmp_path)
    (ward,) = in_degrees([box(*shapely.total_bounds(GRID)).buffer(50)])
    intake = took(path, wards=[ward])
    assert_drawn(intake, GRID)
    assert "EPSG:9210 (VN-2000 / TM-3 105-45), X = N, Y = E, đơn vị km" in intake.crs.sentence("vi")
    with pytest.raises(InputError) as caught:
        took(path)
    assert caught.value.code == "missing_crs"
    assert_drawn(took(path, crs="EPSG:9210"), GRID)


def test_a_layer_with_the_latitude_first(tmp_path: Path) -> None:
    intake = took(files.latitude_first(tmp_path))
    assert_drawn(intake, GRID)
    assert intake.crs.evidence.code == "crs_swapped_degrees"

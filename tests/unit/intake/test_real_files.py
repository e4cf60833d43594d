"""Real files of other makers, as delivered: totals to the row, repairs reported, persons dropped."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read

pytestmark = pytest.mark.shared_data


def took(path: Path, kind: Kind, **options: object) -> Intake:
    intake = read(path, kind, Options(**options))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


# Borders drawn twice some centimetres apart, and areas other than declared: they are truly so in the files.
FOUND = {
    "ha_noi": {"shell_direction": 1, "overlap_sliver": 2, "declared_area_differs": 2},
    "da_nang": {
        "shell_direction": 1,
        "overlap_sliver": 2,
        "gap_in_layer": 3,
        "gap_sliver": 4,
        "declared_area_differs": 5,
    },
    "ho_chi_minh": {
        "shell_direction": 1,
        "overlap_sliver": 38,
        "gap_sliver": 47,
        "thin_part": 2,
        "thin_hole": 1,
        "declared_area_differs": 16,
    },
}


def params(intake: Intake, code: str) -> dict[str, dict[str, Any]]:
    return {
        note.reason.params["code"]: dict(note.reason.params)
        for note in intake.notes
        if note.reason.code == code
    }


@pytest.mark.parametrize(("city", "wards"), [("ha_noi", 126), ("da_nang", 94), ("ho_chi_minh", 168)])
def test_vietnamese_wards(shared_data: Path, city: str, wards: int) -> None:
    intake = took(shared_data / "vn_wards_2026" / f"{city}.geojson.gz", Kind.WARDS)
    assert intake.rows_read == len(intake.frame) == wards
    assert intake.frame["code"].str.fullmatch(r"\d{5}").all()
    assert intake.columns["full_name"] == "fullName"
    assert intake.warnings == FOUND[city]


def test_two_wards_of_ha_noi_overlap_in_a_third_of_a_square_metre(shared_data: Path) -> None:
    intake = took(shared_data / "vn_wards_2026" / "ha_noi.geojson.gz", Kind.WARDS)
    slivers = params(intake, "overlap_sliver")
    assert {code: fact["others"] for code, fact in slivers.items()} == {
        "00562": "00565 (0.29 m²)",
        "00565": "00562 (0.29 m²)",
    }
    declared = params(intake, "declared_area_differs")
    assert {code: (fact["declared_km2"], fact["drawn_km2"]) for code, fact in declared.items()} == {
        "04930": ("78.01", "70.7"),
        "09988": ("35.37", "43.39"),
    }


def test_three_wards_of_da_nang_leave_a_gap(shared_data: Path) -> None:
    intake = took(shared_data / "vn_wards_2026" / "da_nang.geojson.gz", Kind.WARDS)
    gap = params(intake, "gap_in_layer")
    assert gap.keys() == {"20542", "20611", "20656"}
    assert {fact["gap_m2"] for fact in gap.values()} == {"410.7"}


def test_chicago_tracts_are_a_coverage_around_land_that_is_not_chicago(shared_data: Path) -> None:
    intake = took(next((shared_data / "chicago" / "CensusTracts2010").glob("*.shp")), Kind.BLOCKS)
    assert intake.warnings == {"gap_in_layer": 11}
    (gap_m2,) = {float(fact["gap_m2"]) for fact in params(intake, "gap_in_layer").values()}
    assert gap_m2 == pytest.approx(6.84e6, rel=2e-3)


@pytest.mark.parametrize("kind", [Kind.BEATS, Kind.WARDS])
def test_chicago_beats_in_a_zip(shared_data: Path, tmp_path: Path, kind: Kind) -> None:
    with zipfile.ZipFile(tmp_path / "beats.zip", "w") as archive:
        for part in (shared_data / "chicago" / "PoliceBeats2019").iterdir():
            archive.write(part, part.name)
    intake = took(tmp_path / "beats.zip", kind, columns={"code": "beat_num"})
    assert intake.rows_read == 277
    assert len(intake.frame) == 275
    assert (
        intake.warnings == {"name_from_code": 277, "parts_merged": 3}
        if kind is Kind.WARDS
        else {"parts_merged": 3}
    )
    assert intake.source_counts.max() == 3
    assert intake.crs.code == "EPSG:4326"


def test_chicago_tracts_and_districts(shared_data: Path) -> None:
    tracts = next((shared_data / "chicago" / "CensusTracts2010").glob("*.shp"))
    assert len(took(tracts, Kind.BLOCKS).frame) == 801
    districts = took(shared_data / "chicago" / "chicago_police_districts.kml", Kind.WARDS)
    assert districts.rows_read == 25
    assert districts.warnings["code_from_name"] == 25
    assert districts.frame["code"].is_unique


def test_chicago_assaults_to_the_row(shared_data: Path) -> None:
    path = shared_data / "chicago" / "chicago_aggravated_assaults.csv.gz"
    intake = took(path, Kind.INCIDENTS, timezone="America/Chicago")
    assert intake.rows_read == len(intake.frame) == 148_636
    assert intake.frame["code"].is_unique
    assert intake.warnings["unclassified"] == 148_636
    # Rows that agree in time and place: told apart by their ordinal, none lost.
    assert (~intake.frame["code"].str.endswith("-1")).sum() >= 111


def test_memphis_has_one_invalid_precinct_and_it_is_repaired(shared_data: Path) -> None:
    intake = took(
        shared_data / "memphis" / "derived" / "memphis.gpkg", Kind.WARDS, columns={"code": "precinct"}
    )
    assert len(intake.frame) == 9
    assert intake.warnings["polygon_repaired"] == 1
    note = next(note for note in intake.notes if note.reason.code == "polygon_repaired")
    assert float(note.reason.params["area_m2"]) == pytest.approx(1.366083e8, rel=1e-3)
    assert float(note.reason.params["change_m2"]) < 1
    # The repair leaves a crack where the border touched itself.
    assert intake.warnings["thin_hole"] == 1


def test_medellin_drops_what_is_about_victims(shared_data: Path) -> None:
    intake = took(shared_data / "medellin" / "medellin_homicides.csv", Kind.INCIDENTS)
    assert intake.rows_read == len(intake.frame) == 9_360
    assert intake.dropped_columns == ("sexo", "edad")
    assert intake.warnings["no_place"] == 81
    assert intake.frame["lon"].isna().sum() == 81
    assert intake.frame["lon"].min() == pytest.approx(-75.7130, abs=1e-4)
    assert (
        len(
            took(
                shared_data / "medellin" / "medellin_metro_lines.zip", Kind.STREETS, columns={"code": "linea"}
            ).frame
        )
        == 9
    )

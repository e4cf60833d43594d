"""Item 5: which numbers come in of each file, and what the user is told."""

from pathlib import Path

from geo.domain.kinds import Kind
from geo.intake.reading import Intake, read
from tests.golden.intake import files_numbers as files


def taken(path: Path, kind: Kind = Kind.HOUSEHOLDS) -> Intake:
    """The reading of `path`, in which no row is lost."""
    intake = read(path, kind)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def told(intake: Intake, code: str) -> list[tuple[int, str]]:
    return [(note.row, note.reason.sentence("vi")) for note in intake.notes if note.reason.code == code]


def declared(intake: Intake) -> list[float]:
    assert not intake.rejects
    return intake.frame["declared_area_km2"].tolist()


def test_counts_as_people_write_them(tmp_path: Path) -> None:
    intake = taken(files.counts(tmp_path))
    assert not intake.rejects
    assert intake.frame["permanent"].tolist() == [1250, 300, 300, 20, 1250, 12500, 1250, 40]
    assert intake.frame["temporary"].tolist() == [0, 0, 0, 0, 0, 0, 2, 1]


def test_rough_counts_and_dashes_are_told(tmp_path: Path) -> None:
    intake = taken(files.counts(tmp_path))
    assert told(intake, "about_number") == [
        (3, "Cột Thường trú: '~300' là số ước chừng; đã lấy đúng con số đó."),
        (5, "Cột Thường trú: 'khoảng 20 người' là số ước chừng; đã lấy đúng con số đó."),
        (9, "Cột Thường trú: 'ước chừng 40' là số ước chừng; đã lấy đúng con số đó."),
    ]
    dashes = told(intake, "temporary_assumed_zero")
    assert [row for row, _ in dashes] == [2, 3, 4, 6, 7]
    assert dashes[0][1] == "Không ghi số tạm trú; coi là 0."


def test_what_is_no_count_is_left_out_with_its_reason(tmp_path: Path) -> None:
    intake = taken(files.no_counts(tmp_path))
    assert intake.frame["code"].tolist() == ["H7"]
    assert [(reject.row, reject.reason.code) for reject in intake.rejects] == [
        (2, "bad_number"), (3, "bad_number"), (4, "bad_number"), (5, "missing_value"),
        (6, "number_out_of_range"), (7, "number_out_of_range"),
    ]  # fmt: skip
    assert intake.rejects[0].reason.sentence("vi") == "Cột Thường trú: '1,5' không phải số hợp lệ."
    assert intake.rejects[5].reason.sentence("vi") == "Cột Thường trú: 1250000 ngoài khoảng 0 đến 32767."


def test_decimal_commas_and_points_between_thousands(tmp_path: Path) -> None:
    assert declared(taken(files.areas(tmp_path), Kind.WARDS)) == [1.5, 1250, 0.125, 2.5, 1250.75]


def test_a_column_that_shows_decimal_points_has_no_thousands_and_that_is_told(tmp_path: Path) -> None:
    intake = taken(files.areas_with_points(tmp_path), Kind.WARDS)
    assert declared(intake) == [1.5, 1.25, 0.125]
    assert told(intake, "points_decimal") == [
        (3, "Cột Diện tích: '1.250' được đọc là số thập phân, vì cột có '1.5'; hãy kiểm tra.")
    ]


def test_numbers_of_a_workbook_are_taken_as_they_are_held(tmp_path: Path) -> None:
    intake = taken(files.typed_areas(tmp_path), Kind.WARDS)
    assert declared(intake) == [12.345, 3.125, 1250, 1.5, 7.25]
    assert not told(intake, "points_decimal")

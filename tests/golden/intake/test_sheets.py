"""Item 1, workbooks: what comes in of each file, and what the user is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, read
from tests.golden.intake import files_sheets as files

Write = Callable[[Path], Path]


def taken(path: Path, kind: Kind = Kind.HOUSEHOLDS) -> Intake:
    """The reading of `path`, in which no row is lost."""
    intake = read(path, kind)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def said(intake: Intake, code: str) -> list[str]:
    return [note.reason.sentence("vi") for note in intake.notes if note.reason.code == code]


def rows_of(intake: Intake, code: str) -> list[int]:
    return [note.row for note in intake.notes if note.reason.code == code]


@pytest.mark.parametrize("write", files.REPORTS)
def test_the_households_of_a_report_come_in_and_nothing_else(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert intake.frame["code"].tolist() == ["H1", "H2", "H4", "H5", "H6"]
    assert intake.frame["permanent"].tolist() == [4, 3, 5, 6, 2]
    assert intake.frame["temporary"].tolist() == [0, 1, 0, 2, 0]
    assert intake.frame["lon"].tolist() == [106.6, 106.61, 106.63, 106.64, 106.65]
    assert intake.taken_rows.tolist() == [6, 7, 10, 11, 13]
    assert {field: intake.columns[field] for field in ("unit_code", "lon", "permanent")} == {
        "unit_code": "Phường", "lon": "Kinh độ", "permanent": "Thường trú",
    }  # fmt: skip


@pytest.mark.parametrize("write", files.REPORTS)
def test_merged_wards_are_filled_down_and_never_across_a_total(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert intake.frame["unit_code"].fillna("?").tolist() == ["00001", "00001", "00002", "00002", "?"]
    assert rows_of(intake, "merged_filled") == [6, 10]
    assert said(intake, "merged_filled")[1] == "Ô gộp được điền xuống 2 dòng của nó."


@pytest.mark.parametrize("write", files.REPORTS)
def test_what_is_passed_over_is_told_by_row_and_without_names(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert rows_of(intake, "title_row") == [1, 2, 3]
    assert rows_of(intake, "total_row") == [9, 12]
    assert rows_of(intake, "signature_row") == [14, 15, 16]
    assert said(intake, "total_row")[0] == "Dòng cộng 'Tổng cộng' không được tính là dữ liệu."
    assert said(intake, "hidden_row") == ["Dòng 7 bị ẩn trong bảng tính nhưng vẫn được đọc."]
    assert "Kín" not in repr(intake)


@pytest.mark.parametrize("write", files.REPORTS)
def test_a_broken_reference_is_a_reject_that_says_so(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert [(reject.row, reject.reason.code) for reject in intake.rejects] == [(8, "formula_error")]
    assert intake.rejects[0].reason.sentence("vi") == (
        "Cột Thường trú: công thức bị lỗi #REF!; hãy sửa công thức hoặc gõ giá trị."
    )


@pytest.mark.parametrize("write", files.REPORTS[:3])
def test_a_hidden_sheet_is_left_out_and_told(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert intake.sheet == "Hộ"
    assert said(intake, "hidden_sheet") == ["Trang tính ẩn 'Nháp' không được đọc."]
    assert 99 not in intake.frame["permanent"].tolist()


def test_values_of_formulas_are_taken_unless_they_contradict_their_cells(tmp_path: Path) -> None:
    intake = taken(files.formulas_xlsx(tmp_path))
    assert intake.frame["code"].tolist() == ["H2", "H4", "H6"]
    assert intake.frame["permanent"].tolist() == [4, 6, 8]
    assert {reject.row: reject.reason.sentence("vi") for reject in intake.rejects} == {
        3: "Cột Thường trú: công thức ở ô F3 chưa có giá trị; hãy mở tệp bằng chương trình bảng tính, "
        "lưu lại rồi gửi lại.",
        5: "Cột Thường trú: ô F5 lưu 99 nhưng SUM(D5:E5) hiện bằng 7; hãy mở tệp, tính lại (F9), lưu rồi "
        "gửi lại.",
    }
    (told,) = said(intake, "formula_values")
    assert told.startswith("4 ô là công thức; dùng giá trị lưu lần cuối, có thể đã cũ: hãy mở tệp, tính lại")


def test_a_formula_without_value_in_a_column_that_nobody_reads_does_no_harm(tmp_path: Path) -> None:
    assert 2 in taken(files.formulas_xlsx(tmp_path)).taken_rows


def test_formulas_that_excel_wrote_beside_html_are_told(tmp_path: Path) -> None:
    intake = taken(files.report_html_named_xls(tmp_path))
    assert rows_of(intake, "formula_values") == [6]
    assert said(intake, "formula_values")[0].startswith("1 ô là công thức")


def test_a_sum_that_cannot_be_checked_is_taken(tmp_path: Path) -> None:
    intake = taken(files.uncheckable_xlsx(tmp_path))
    assert not intake.rejects
    assert intake.frame["permanent"].tolist() == [4, 5, 6]
    assert said(intake, "formula_values")[0].startswith("3 ô là công thức")


@pytest.mark.parametrize("write", [files.formulas_xls, files.formulas_ods])
def test_formulas_of_other_formats_are_told_of_alike(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert intake.frame[["code", "permanent"]].to_numpy().tolist() == [["H2", 5]]
    assert {reject.row: reject.reason.code for reject in intake.rejects} == {
        3: "formula_stale",
        4: "formula_without_value",
        5: "formula_error",
    }
    stale = intake.rejects[0].reason.sentence("vi")
    stored, formula = ("0", "D3+E3") if write is files.formulas_xls else ("9", "SUM(D3:E3)")
    assert f"ô F3 lưu {stored} nhưng {formula} hiện bằng 5" in stale
    assert "#REF!" in intake.rejects[2].reason.sentence("vi")


@pytest.mark.parametrize("write", files.LOCKED)
def test_a_password_is_said_and_what_to_do(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path)
    with pytest.raises(InputError) as caught:
        read(path, Kind.WARDS if path.suffix == ".zip" else Kind.HOUSEHOLDS)
    assert caught.value.code == "password_protected"
    assert caught.value.message("vi").startswith(f"Tệp {path.name} có mật khẩu nên không đọc được; hãy bỏ")


@pytest.mark.parametrize("write", files.DAMAGED)
def test_a_damaged_workbook_is_said_to_be_damaged(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path)
    with pytest.raises(InputError) as caught:
        read(path, Kind.HOUSEHOLDS)
    assert caught.value.code == "damaged_file"
    assert caught.value.message("vi").startswith(f"Tệp {path.name} bị hỏng hoặc bị cắt ngắn")

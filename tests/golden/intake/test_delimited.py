"""Item 1, delimited text: what comes in of each file, and what the user is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.domain.kinds import Kind
from geo.intake.reading import Intake, read
from tests.golden.intake import files_delimited as files


def taken(path: Path) -> Intake:
    """The reading of `path`, in which no row is lost."""
    intake = read(path, Kind.HOUSEHOLDS)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def said(intake: Intake, code: str) -> list[str]:
    return [note.reason.sentence("vi") for note in intake.notes if note.reason.code == code]


@pytest.mark.parametrize("write", files.EVEN)
def test_every_delimiter_gives_the_same_rows(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    intake = taken(write(tmp_path))
    assert not intake.rejects
    assert intake.frame["code"].tolist() == ["H1", "H2", "H3"]
    assert intake.frame["unit_code"].tolist() == ["00001", "00001", "00002"]
    assert intake.frame["lon"].tolist() == [106.6, 106.61, 106.62]
    assert intake.frame["permanent"].tolist() == [4, 3, 2]
    assert set(intake.warnings) <= {"temporary_assumed_zero", "absent_assumed_zero", "separator_line"}


def test_the_line_that_names_the_delimiter_is_told_and_counts_as_a_row(tmp_path: Path) -> None:
    intake = taken(files.named_delimiter(tmp_path))
    assert said(intake, "separator_line") == [
        "Dòng 1 nêu dấu phân cách '^' và được dùng để cắt cột, không phải dữ liệu."
    ]
    assert intake.taken_rows.tolist() == [3, 4, 5]


def test_lines_may_end_in_carriage_returns(tmp_path: Path) -> None:
    intake = taken(files.carriage_returns(tmp_path))
    assert intake.frame["code"].tolist() == ["H1", "H2", "H3"]
    assert intake.taken_rows.tolist() == [2, 3, 4]


def test_empty_cells_beyond_the_header_are_dropped_and_told(tmp_path: Path) -> None:
    intake = taken(files.trailing_delimiters(tmp_path))
    assert intake.frame["code"].tolist() == ["H1", "H2", "H3"]
    assert (
        said(intake, "cells_surplus")
        == ["Dòng có 8 ô, nhiều hơn 6 ô của tiêu đề; các ô thừa đều trống nên được bỏ."] * 3
    )
    assert [(reject.row, reject.reason.sentence("vi")) for reject in intake.rejects] == [
        (6, "Dòng có 8 ô, cần 6 ô; hãy kiểm tra dấu phân cách.")
    ]


def test_blocks_that_excel_cut_short_are_filled_up_and_told(tmp_path: Path) -> None:
    intake = taken(files.short_blocks(tmp_path))
    assert not intake.rejects
    assert intake.frame["permanent"].tolist() == list(range(1, 40))
    assert intake.taken_rows.tolist() == list(range(2, 41))
    assert intake.warnings["cells_padded"] == 24
    assert said(intake, "cells_padded")[0].startswith(
        "Dòng có 5 ô, ít hơn 6 ô của tiêu đề; các ô thiếu ở cuối"
    )


def test_single_ragged_rows_are_rejects_by_row_and_nothing_slides(tmp_path: Path) -> None:
    intake = taken(files.ragged(tmp_path))
    assert intake.frame[["code", "permanent"]].to_numpy().tolist() == [["H1", 4], ["H4", 5], ["H6", 6]]
    assert {reject.row: reject.reason.params["found"] for reject in intake.rejects} == {
        3: 5,
        4: 7,
        6: 3,
        7: 4,
    }
    assert {reject.reason.code for reject in intake.rejects} == {"wrong_cell_count"}
    assert [(note.row, note.reason.code) for note in intake.notes if note.row >= 9] == [
        (9, "total_row"), (10, "signature_row"), (11, "signature_row"),
    ]  # fmt: skip
    assert "Kín" not in repr(intake)

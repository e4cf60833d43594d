"""Item 4: which moments come in of each file, and what the user is told."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read
from tests.golden.intake import files_dates as files

# 1 June 2025, 7:00 in Hà Nội.
NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


def taken(path: Path, kind: Kind = Kind.INCIDENTS) -> Intake:
    """The reading of `path`, in which no row is lost."""
    intake = read(path, kind, Options(now=NOW))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def local(intake: Intake, field: str = "occurred_from") -> list[str]:
    return intake.frame[field].dt.tz_convert("Asia/Ho_Chi_Minh").dt.strftime("%Y-%m-%d %H:%M").tolist()


def said(intake: Intake, code: str) -> list[tuple[int, str]]:
    return [(note.row, note.reason.sentence("vi")) for note in intake.notes if note.reason.code == code]


def test_the_file_shows_days_first_and_says_so(tmp_path: Path) -> None:
    intake = taken(files.day_first(tmp_path))
    assert local(intake) == ["2025-04-03 00:00", "2025-04-13 00:00", "2025-05-05 00:00"]
    assert said(intake, "dates_day_first") == [
        (2, "Cột Thời gian ghi ngày trước tháng, vì có '13/04/2025'; cả cột được đọc như vậy.")
    ]


def test_the_file_shows_months_first_and_says_so(tmp_path: Path) -> None:
    intake = taken(files.month_first(tmp_path))
    assert local(intake) == ["2025-03-04 00:00", "2025-04-13 15:30"]
    sentence = "Cột Thời gian ghi tháng trước ngày, vì có '04/13/2025 15:30'; cả cột được đọc như vậy."
    assert said(intake, "dates_month_first") == [(2, sentence), (3, sentence)]


def test_where_nothing_shows_the_order_the_custom_is_taken_and_said(tmp_path: Path) -> None:
    intake = taken(files.undecided(tmp_path))
    assert local(intake) == ["2024-04-03 00:00", "2024-06-05 00:00", "2024-07-07 00:00"]
    assert [row for row, _ in said(intake, "dates_undecided")] == [2, 3]
    assert "đọc ngày trước, như lệ thường" in said(intake, "dates_undecided")[0][1]


def test_where_the_file_shows_both_orders_only_what_could_be_either_is_asked(tmp_path: Path) -> None:
    intake = taken(files.contradicted(tmp_path))
    assert intake.frame["code"].tolist() == ["V1", "V2", "V4", "V5"]
    assert [day[:10] for day in local(intake)] == ["2025-04-13", "2025-04-14", "2025-05-05", "2025-04-03"]
    (reject,) = intake.rejects
    assert (reject.row, reject.reason.code) == (4, "date_order_contradicted")
    assert reject.reason.sentence("vi").startswith(
        "Cột Thời gian: không rõ '03/04/2025' là ngày hay tháng trước, vì cột vừa có '13/04/2025' vừa có "
        "'04/14/2025'"
    )


def test_typed_dates_that_excel_may_have_turned_around_are_told(tmp_path: Path) -> None:
    intake = taken(files.turned_by_excel(tmp_path))
    assert len(intake.frame) == 6
    told = said(intake, "dates_maybe_turned")
    assert [row for row, _ in told] == [2, 3, 4]
    assert "'13/04/2025'" in told[0][1]
    assert "hãy so với bản gốc" in told[0][1]


@pytest.mark.parametrize("write", files.SERIALS)
def test_day_numbers_beside_text_in_either_epoch(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    intake = taken(write(tmp_path))
    assert local(intake) == [
        "2025-03-05 15:30", "2025-03-05 00:00", "2025-03-05 00:00", "2025-03-05 00:00", "2025-03-05 12:00",
    ]  # fmt: skip
    told = said(intake, "serial_date")
    assert [row for row, _ in told] == [3, 5, 6]
    assert told[0][1].endswith("là số ngày của bảng tính và đã được đổi thành ngày.")


def test_moments_in_the_words_of_people(tmp_path: Path) -> None:
    intake = taken(files.people_write(tmp_path))
    assert local(intake) == [
        "2025-03-05 15:30", "2025-01-20 00:00", "2025-03-05 00:00", "2025-03-05 00:00", "2025-03-05 07:05",
        "2025-03-05 15:00", "2025-03-05 00:00",
    ]  # fmt: skip
    assert said(intake, "year_assumed") == [
        (2, "Cột Thời gian: '15h30 ngày 5/3' không có năm; lấy năm chung của các dòng khác trong cột.")
    ]
    assert [row for row, _ in said(intake, "about_time")] == [7]


def test_a_year_is_not_guessed_among_two(tmp_path: Path) -> None:
    intake = taken(files.no_year_to_take(tmp_path))
    assert [(reject.row, reject.reason.code) for reject in intake.rejects] == [(2, "bad_time")]


def test_sometime_between_is_kept_as_an_interval(tmp_path: Path) -> None:
    intake = taken(files.between(tmp_path))
    assert not intake.rejects
    assert list(zip(local(intake), local(intake, "occurred_to"), strict=True)) == [
        ("2025-03-14 22:00", "2025-03-15 06:00"),
        ("2025-03-14 00:00", "2025-03-15 23:59"),
        ("2025-03-14 00:00", "2025-03-15 23:59"),
        ("2025-03-15 15:30", "2025-03-15 17:00"),
        ("2025-03-14 00:00", "2025-03-16 23:59"),
        ("2025-03-15 08:00", "2025-03-15 09:15"),
        ("2025-03-01 00:00", "2025-03-31 23:59"),
    ]


def test_what_cannot_be_is_left_out_with_its_reason(tmp_path: Path) -> None:
    intake = taken(files.impossible(tmp_path))
    assert {reject.row: reject.reason.code for reject in intake.rejects} == {
        2: "year_out_of_range", 3: "in_future", 4: "bad_time", 5: "bad_time", 6: "year_out_of_range",
        7: "in_future", 8: "end_before_start", 10: "bad_time",
    }  # fmt: skip
    # The interval of row 9 ends today, which is not over: it is no future.
    assert local(intake, "occurred_to") == ["2025-06-01 23:59"]
    by_row = {reject.row: reject.reason.sentence("vi") for reject in intake.rejects}
    assert by_row[2] == "Cột Thời gian: '20/01/2205' rơi vào năm 2205; hãy kiểm tra lại năm."
    assert by_row[3] == "Cột Thời gian: '20/07/2025' ở tương lai; hãy kiểm tra lại ngày."


def test_an_interval_is_no_day(tmp_path: Path) -> None:
    intake = taken(files.interval_for_a_day(tmp_path), Kind.ASSIGNMENTS)
    assert intake.frame["beat_code"].tolist() == ["KV2"]
    assert [(reject.row, reject.reason.code) for reject in intake.rejects] == [(2, "bad_time")]

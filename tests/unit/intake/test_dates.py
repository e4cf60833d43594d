"""Case 4: dates as they are found in columns; each test writes one column and reads it as incidents."""

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read

HANOI = "Asia/Ho_Chi_Minh"


def took(folder: Path, *written: str, now: dt.datetime | None = None) -> Intake:
    lines = [f'V{i},"{word}",106.6,17.4' for i, word in enumerate(written)]
    (folder / "v.csv").write_text("\n".join(["Mã,Ngày,x,y", *lines]), encoding="utf-8")
    intake = read(folder / "v.csv", Kind.INCIDENTS, Options(now=now))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def local(intake: Intake, field: str = "occurred_from") -> list[str]:
    return intake.frame[field].dt.tz_convert(HANOI).dt.strftime("%Y-%m-%d %H:%M").tolist()


def test_the_file_shows_that_days_come_first(tmp_path: Path) -> None:
    intake = took(tmp_path, "03/04/2025", "13/04/2025")
    assert local(intake) == ["2025-04-03 00:00", "2025-04-13 00:00"]
    (note,) = [note for note in intake.notes if note.reason.code.startswith("dates_")]
    assert (note.row, note.reason.code) == (2, "dates_day_first")
    assert "13/04/2025" in note.reason.sentence("vi")


def test_the_file_shows_that_months_come_first(tmp_path: Path) -> None:
    intake = took(tmp_path, "03/04/2025", "04/13/2025 15:30")
    assert local(intake) == ["2025-03-04 00:00", "2025-04-13 15:30"]
    note = next(note for note in intake.notes if note.reason.code == "dates_month_first")
    assert "04/13/2025 15:30" in note.reason.sentence("vi")


def test_nothing_shows_the_order_and_that_is_said(tmp_path: Path) -> None:
    intake = took(tmp_path, "03/04/2025", "05/06/2025")
    assert local(intake) == ["2025-04-03 00:00", "2025-06-05 00:00"]
    assert intake.warnings["dates_undecided"] == 2


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15h30 ngày 5/3", "2025-03-05 15:30"), ("ngày 5 tháng 3 năm 2025", "2025-03-05 00:00"),
        ("5/3/2025 15h30", "2025-03-05 15:30"), ("5/3/25", "2025-03-05 00:00"),
        ("7 giờ 05 phút, ngày 5/3/2025", "2025-03-05 07:05"), ("45721", "2025-03-05 00:00"),
        ("45721,5", "2025-03-05 12:00"),
    ],
)  # fmt: skip
def test_ways_to_write_one_day(tmp_path: Path, written: str, expected: str) -> None:
    assert local(took(tmp_path, "20/01/2025", written))[1] == expected


def test_a_day_without_a_year_among_several_years_is_not_guessed(tmp_path: Path) -> None:
    intake = took(tmp_path, "20/01/2024", "20/01/2025", "15h30 ngày 5/3")
    assert intake.reasons == {"bad_time": 1}


def test_an_interval_is_kept_whole(tmp_path: Path) -> None:
    intake = took(tmp_path, "từ 20/3/2025 đến 22/3/2025", "20h 5/3/2025 - 6h 6/3/2025")
    assert local(intake) == ["2025-03-20 00:00", "2025-03-05 20:00"]
    assert local(intake, "occurred_to") == ["2025-03-22 23:59", "2025-03-06 06:00"]


def test_impossible_years_and_the_future_are_left_out(tmp_path: Path) -> None:
    now = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    intake = took(tmp_path, "20/01/2205", "20/07/2025", "20/01/2025", now=now)
    assert [r.reason.code for r in intake.rejects] == ["year_out_of_range", "in_future"]
    assert "2205" in intake.rejects[0].reason.sentence("vi")


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_serials_beside_dates_in_a_workbook_of_either_epoch(tmp_path: Path, *, epoch_1904: bool) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    day = dt.datetime(2025, 3, 5)  # noqa: DTZ001
    serial = 45721 - (1462 if epoch_1904 else 0)
    for row in [["Mã", "Ngày", "x", "y"], ["1", day, 106, 17], ["2", serial, 106, 17]]:
        book.active.append(row)
    book.save(tmp_path / "v.xlsx")
    intake = read(tmp_path / "v.xlsx", Kind.INCIDENTS)
    assert set(local(intake)) == {"2025-03-05 00:00"}
    assert intake.warnings["serial_date"] == 1
    assert pd.notna(intake.frame["occurred_from"]).all()

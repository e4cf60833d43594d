"""Item 4: incidents whose times are written as people and programs write them."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from odf import number, style
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CalculationSettings, NullDate, Table, TableCell, TableRow
from odf.text import P
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADER = ["Số vụ", "Thời gian", "Kinh độ", "Vĩ độ"]
DAY = dt.datetime(2025, 3, 5, 15, 30)  # noqa: DTZ001 (a cell of a spreadsheet has no zone)
SERIAL_1900, SERIAL_1904 = 45721, 45721 - 1462  # both are 5 March 2025


def _csv(path: Path, *times: str) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = [[f"V{at}", time, "106.6", "17.4"] for at, time in enumerate(times, start=1)]
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    return path


def _rows(times: Sequence[Any]) -> list[list[Any]]:
    return [HEADER, *([f"V{at}", time, 106.6, 17.4] for at, time in enumerate(times, start=1))]


def _xlsx(path: Path, *times: Any, epoch_1904: bool = False) -> Path:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    for row in _rows(times):
        book.active.append(row)
    book.save(path)
    return path


def day_first(folder: Path) -> Path:
    """03/04/2025 beside 13/04/2025: days come first."""
    return _csv(folder / "ngay_truoc.csv", "03/04/2025", "13/04/2025", "05/05/2025")


def month_first(folder: Path) -> Path:
    """03/04/2025 beside 04/13/2025: months come first."""
    return _csv(folder / "thang_truoc.csv", "03/04/2025", "04/13/2025 15:30")


def undecided(folder: Path) -> Path:
    """Nothing shows which comes first."""
    return _csv(folder / "khong_ro.csv", "03/04/2024", "05/06/2024", "07/07/2024")


def contradicted(folder: Path) -> Path:
    """Two files put together: one with the day first, one with the month first."""
    return _csv(folder / "lan_lon.csv", "13/04/2025", "04/14/2025", "03/04/2025", "05/05/2025", "2025-04-03")


def turned_by_excel(folder: Path) -> Path:
    """Days first, opened in an Excel that writes months first: what could be a month became a typed date."""
    typed = [dt.datetime(2025, 4, day) for day in (3, 7, 11)]  # noqa: DTZ001
    return _xlsx(folder / "dao_ngay.xlsx", *typed, "13/04/2025", "25/04/2025", "28/04/2025")


def serials_xlsx(folder: Path) -> Path:
    """Day numbers beside text and typed dates, counted from 1900."""
    return _xlsx(folder / "so_ngay.xlsx", DAY, SERIAL_1900, "05/03/2025", "45721", SERIAL_1900 + 0.5)


def serials_1904_xlsx(folder: Path) -> Path:
    """The same days in a workbook that counts from 1904."""
    times = (DAY, SERIAL_1904, "05/03/2025", str(SERIAL_1904), SERIAL_1904 + 0.5)
    return _xlsx(folder / "so_ngay_1904.xlsx", *times, epoch_1904=True)


def serials_1904_xls(folder: Path) -> Path:
    """The same days in an XLS that counts from 1904."""
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("Vu viec")
    as_day = xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM")
    typed = SERIAL_1904 + 15.5 / 24
    for r, row in enumerate(_rows([typed, SERIAL_1904, "05/03/2025", str(SERIAL_1904), SERIAL_1904 + 0.5])):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell, *([as_day] if cell == typed else []))
    book.save(str(folder / "so_ngay_1904.xls"))
    return folder / "so_ngay_1904.xls"


def serials_1904_ods(folder: Path) -> Path:
    """The same days in an ODS that counts from 1904."""
    document = OpenDocumentSpreadsheet()
    shown = number.DateStyle(name="ngay")
    shown.addElement(number.Day())
    document.automaticstyles.addElement(shown)
    document.automaticstyles.addElement(style.Style(name="o_ngay", family="table-cell", datastylename="ngay"))
    settings = CalculationSettings()
    settings.addElement(NullDate(datevalue="1904-01-01"))
    document.spreadsheet.addElement(settings)
    table = Table(name="Vụ việc")
    for row in _rows([DAY, SERIAL_1904, "05/03/2025", str(SERIAL_1904), SERIAL_1904 + 0.5]):
        line = TableRow()
        for cell in row:
            if isinstance(cell, dt.datetime):
                found = TableCell(valuetype="date", datevalue=cell.isoformat(), stylename="o_ngay")
            elif isinstance(cell, str):
                found = TableCell(valuetype="string")
            else:
                found = TableCell(valuetype="float", value=cell)
            found.addElement(P(text=str(cell)))
            line.addElement(found)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(folder / "so_ngay_1904.ods")
    return folder / "so_ngay_1904.ods"


def people_write(folder: Path) -> Path:
    """One moment in the words of people, without a year or with two digits of it."""
    return _csv(
        folder / "viet_tay.csv", "15h30 ngày 5/3", "20/01/2025", "ngày 5 tháng 3 năm 2025", "5/3/25",
        "7 giờ 05 phút, ngày 5/3/2025", "khoảng 15h ngày 5/3/2025", "2025/03/05",
    )  # fmt: skip


def no_year_to_take(folder: Path) -> Path:
    """A day without a year, in a column with two of them."""
    return _csv(folder / "hai_nam.csv", "15h30 ngày 5/3", "20/01/2024", "20/01/2025")


def between(folder: Path) -> Path:
    """Sometime between two moments."""
    return _csv(
        folder / "trong_khoang.csv", "từ 22h ngày 14/3/2025 đến 6h ngày 15/3/2025", "giữa 14/3 và 15/3/2025",
        "sometime between 14/3/2025 and 15/3/2025", "15h30 - 17h ngày 15/3/2025", "14-16/3/2025",
        "ngày 15/3/2025 từ 8h đến 9h15", "tháng 3 năm 2025",
    )  # fmt: skip


def impossible(folder: Path) -> Path:
    """Year 2205, the future, 31 February, an interval that ends so or before it begins."""
    return _csv(
        folder / "vo_ly.csv", "20/01/2205", "20/07/2025", "31/02/2025", "từ 20/01/2025 đến 31/02/2025",
        "từ 20/01/2025 đến 21/01/2205", "từ 20/01/2025 đến 20/07/2025", "từ 21/01/2025 đến 20/01/2025",
        "từ 20/01/2025 đến 01/06/2025", "chưa rõ",
    )  # fmt: skip


def interval_for_a_day(folder: Path) -> Path:
    """An interval where one day is asked for: when an officer's assignment begins."""
    path = folder / "phan_cong.csv"
    rows = ["Mã khu vực;Số hiệu;Từ ngày", "KV1;101;từ 13/3/2025 đến 15/3/2025", "KV2;102;13/3/2025"]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


SERIALS = (serials_xlsx, serials_1904_xlsx, serials_1904_xls, serials_1904_ods)
FILES = (
    day_first, month_first, undecided, contradicted, turned_by_excel, *SERIALS, people_write, no_year_to_take,
    between, impossible, interval_for_a_day,
)  # fmt: skip

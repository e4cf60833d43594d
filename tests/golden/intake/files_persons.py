"""Files with what no file should bring along (item 8): columns about persons, their numbers as codes."""

from pathlib import Path

import openpyxl

# header -> value of the first row; the values are made up, and found nowhere after the import
PERSON_COLUMNS = {
    "Họ và tên chủ hộ": "Tran Thi Khongcothat",
    "Số CCCD": "038201004417",
    "Điện thoại liên hệ": "0912345678",
    "Email liên hệ": "khongcothat@example.invalid",
    "Ngày, tháng, năm sinh": "31/12/1949",
    "Giới tính": "Nu-khongcothat",
    "Dân tộc": "Dantoc-khongcothat",
    "SO_DIEN_TH": "0987654321",
    "DATE_OF_BI": "1949-12-30",
    "CMTND": "190123456",
    "Nghề nghiệp": "Nghe-khongcothat",
    "Ghi chú": "Ghichu-khongcothat",
}
PLACE_COLUMNS = ["Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú", "Số đối tượng"]


def person_columns(folder: Path) -> Path:
    """A household list as offices keep it: twelve columns about persons among five about the place."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([*PLACE_COLUMNS[:1], *PERSON_COLUMNS, *PLACE_COLUMNS[1:]])
    sheet.append(["H1", *PERSON_COLUMNS.values(), 106.605, 17.505, 4, 1])
    sheet.append(["H2", *PERSON_COLUMNS.values(), 106.606, 17.506, "bốn", 0])
    path = folder / "ho_co_thong_tin_nguoi.xlsx"
    book.save(path)
    return path


def identity_numbers_as_codes(folder: Path) -> Path:
    """A list whose household codes are the identity numbers of its heads."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú"])
    for n in range(30):
        sheet.append([f"0{n % 90 + 1:02}{n % 4}{n * 37 % 100:02}{n * 7919:06}", 106.605, 17.505, 4])
    path = folder / "ma_ho_la_cccd.xlsx"
    book.save(path)
    return path


FILES = (person_columns, identity_numbers_as_codes)

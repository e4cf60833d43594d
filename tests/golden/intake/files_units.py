"""Files that name wards as offices do (item 3): cut down, by former names, by shared names, by mended codes.

The wards they speak of are nine squares in a row: three of Quảng Trị with their codes of today, two that
share a name, two of Hà Nội that took over a ward in parts, and two that each took over a Phường 1.
"""

import unicodedata
from pathlib import Path

import geopandas as gpd
import openpyxl
from shapely.geometry import Point, box

# code, full name, name, province code
WARDS = (
    ("18880", "Phường Đồng Hới", "Đồng Hới", "44"),
    ("18859", "Phường Đồng Thuận", "Đồng Thuận", "44"),
    ("19111", "Xã Hoàn Lão", "Hoàn Lão", "44"),
    ("00123", "Xã Tân Lập", "Tân Lập", "44"),
    ("00456", "Xã Tân Lập", "Tân Lập", "33"),
    ("00097", "Phường Hồng Hà", "Hồng Hà", "01"),
    ("00103", "Phường Tây Hồ", "Tây Hồ", "01"),
    ("19333", "Phường Đông Hà", "Đông Hà", "44"),
    ("19360", "Phường Quảng Trị", "Quảng Trị", "44"),
)
SIDE_DEG = 0.01
WEST, SOUTH = 106.60, 17.46


def inside(ward: int) -> tuple[float, float]:
    """Return the middle of a ward, degrees."""
    return WEST + (ward + 0.5) * SIDE_DEG, SOUTH + SIDE_DEG / 2


def wards_of_today(folder: Path) -> Path:
    """The wards themselves, as GeoJSON with their types and provinces."""
    codes, full_names, names, provinces = zip(*WARDS, strict=True)
    shapes = [
        box(WEST + at * SIDE_DEG, SOUTH, WEST + (at + 1) * SIDE_DEG, SOUTH + SIDE_DEG)
        for at in range(len(WARDS))
    ]
    frame = gpd.GeoDataFrame(
        {"code": codes, "full_name": full_names, "name": names, "province_code": provinces},
        geometry=shapes,
        crs="EPSG:4326",
    )
    path = folder / "phuong_xa.geojson"
    frame.to_file(path, driver="GeoJSON")
    return path


def _officers(path: Path, headers: list[str], rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Số hiệu", "Họ tên", "Cấp bậc", *headers])
    for at, row in enumerate(rows):
        sheet.append([f"S{at + 1:02}", f"Cán bộ {at + 1}", "Trung uý", *row])
    book.save(path)
    return path


def names_cut_down(folder: Path) -> Path:
    """One ward in the ways in which offices write it, among them NFD, capitals and a missing blank."""
    words = [
        "P. Đồng Hới", "Phường Đồng Hới", "P.Đồng Hới", "PĐồng Hới", "phường đồng hới", "PHƯỜNG ĐỒNG HỚI",
        unicodedata.normalize("NFD", "P. Đồng Hới"), "Công an phường Đồng Hới", "Đồng Hới, tỉnh Quảng Trị",
        "X. Hoàn Lão", "Xã Hoàn Lão", "xa hoan lao",
    ]  # fmt: skip
    return _officers(folder / "ten_viet_tat.xlsx", ["Đơn vị"], [[word] for word in words])


def names_of_before_the_merger(folder: Path) -> Path:
    """A shapefile of posts with wards of before 1 July 2025, one of them a thị trấn."""
    words = ["X. Bảo Ninh", "P. Nam Lý", "Phường Bắc Lý", "TT Hoàn Lão", "Phường Đồng Hới"]
    frame = gpd.GeoDataFrame(
        {
            "MA": [f"D{at}" for at in range(len(words))],
            "TEN": [f"Đồn {at}" for at in range(len(words))],
            "PHUONG_XA": words,
        },
        geometry=[Point(*inside(at)) for at in (0, 0, 1, 2, 0)],
        crs="EPSG:4326",
    )
    path = folder / "don_truoc_sap_nhap.shp.zip"
    frame.to_file(path, driver="ESRI Shapefile", encoding="UTF-8")
    return path


def a_ward_that_was_split(folder: Path) -> Path:
    """Posts of Tứ Liên, which went to Hồng Hà and Tây Hồ: one in either, one in neither."""
    places = [inside(5), inside(6), inside(0)]
    lines = [f"T{at},Điểm {at},{lon:.3f},{lat:.3f},P. Tứ Liên" for at, (lon, lat) in enumerate(places)]
    path = folder / "phuong_bi_chia.csv"
    path.write_text("\n".join(["Mã,Tên,Kinh độ,Vĩ độ,Phường", *lines]) + "\n", encoding="utf-8-sig")
    return path


def one_name_in_several_districts(folder: Path) -> Path:
    """Tân Lập four times: without more, with its province of today, with one of others, with its code."""
    rows: list[list[object]] = [
        ["X. Tân Lập", None], ["X. Tân Lập", "Quảng Trị"], ["Xã Tân Lập", "T. Hưng Yên"],
        ["Xã Tân Lập", "Nam Định"], ["00456", None],
    ]  # fmt: skip
    return _officers(folder / "trung_ten.xlsx", ["Xã", "Tỉnh"], rows)


def one_number_in_several_towns(folder: Path) -> Path:
    """Phường 1, which two towns had before the merger: alone, with its town, with a district without one."""
    rows: list[list[object]] = [
        ["Phường 1", None], ["P.1", "TP. Đông Hà"], ["P1", "thi xa quang tri"], ["P. 01", "Huyện Hải Lăng"],
    ]  # fmt: skip
    return _officers(folder / "trung_so.xlsx", ["Phường", "Huyện"], rows)


def codes_taken_for_numbers(folder: Path) -> Path:
    """Codes of wards as a workbook keeps numbers: 123 and 18880 as numbers, "123.0" and "0123" as text."""
    words: list[object] = [123, 18880.0, "123.0", "0123", "00123", 7]
    return _officers(folder / "ma_mat_so_0.xlsx", ["Mã phường"], [[word] for word in words])


FILES = (
    wards_of_today,
    names_cut_down,
    names_of_before_the_merger,
    a_ward_that_was_split,
    one_name_in_several_districts,
    one_number_in_several_towns,
    codes_taken_for_numbers,
)

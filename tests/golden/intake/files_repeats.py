"""Item 9: the same file again with edits, periods that overlap, totals that the rows do not add up to.

Each function writes one file into `folder` with a real writer. A second state of a file has its own function.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
from shapely.geometry import box

_HOUSEHOLDS = ("Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú", "Tạm trú")
_INCIDENTS = ("Số vụ", "Thời gian", "Loại vụ việc", "Kinh độ", "Vĩ độ")


def _sheet(path: Path, *rows: Sequence[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def _houses() -> list[list[Any]]:
    return [[f"H{at}", 105.80 + at / 1000, 21.005, at % 5 + 1, 0] for at in range(1, 11)]


def households_first(folder: Path) -> Path:
    """Item 9, the file as it is sent first: ten households."""
    return _sheet(folder / "ho.xlsx", _HOUSEHOLDS, *_houses())


def households_three_edits(folder: Path) -> Path:
    """Item 9, the same file with three edits: a count, another count, a place."""
    rows = _houses()
    rows[0][3], rows[4][4], rows[9][1] = 9, 2, 105.8105
    return _sheet(folder / "ho_sua.xlsx", _HOUSEHOLDS, *rows)


def _incident(day: int, *, number: bool) -> list[Any]:
    code = [f"V{day:02d}"] if number else []
    return [*code, f"{day:02d}/03/2025 08:30", "trom_cap", 105.80 + day / 2000, 21.005]


def incidents_first_half(folder: Path) -> Path:
    """Item 9, overlapping periods: the 1st to the 20th of March, each with its number."""
    return _sheet(folder / "vu_1_20.xlsx", _INCIDENTS, *(_incident(day, number=True) for day in range(1, 21)))


def incidents_second_half(folder: Path) -> Path:
    """Item 9, overlapping periods: the 11th to the 31st of March, ten days of which were sent before."""
    rows = (_incident(day, number=True) for day in range(11, 32))
    return _sheet(folder / "vu_11_31.xlsx", _INCIDENTS, *rows)


def unnumbered_first_half(folder: Path) -> Path:
    """Item 9, overlapping periods of incidents without numbers: the 1st to the 20th of March."""
    rows = [_incident(day, number=False) for day in range(1, 21)]
    return _sheet(folder / "vu_khong_so_1_20.xlsx", _INCIDENTS[1:], *rows, rows[0])


def unnumbered_second_half(folder: Path) -> Path:
    """Item 9, overlapping periods of incidents without numbers: the 11th to the 31st, in another order."""
    rows = [_incident(day, number=False) for day in range(31, 10, -1)]
    return _sheet(folder / "vu_khong_so_11_31.xlsx", _INCIDENTS[1:], *rows)


def totals_right(folder: Path) -> Path:
    """Item 9, totals that are right: one a block, one of all."""
    houses = _houses()
    return _sheet(folder / "tong_dung.xlsx", _HOUSEHOLDS, *_with_totals(houses, [15, 15, 30]))


def totals_wrong(folder: Path) -> Path:
    """Item 9, sums that differ: the second block and the grand total state five residents too many."""
    houses = _houses()
    return _sheet(folder / "tong_sai.xlsx", _HOUSEHOLDS, *_with_totals(houses, [15, 20, 35]))


def _with_totals(houses: list[list[Any]], totals: Sequence[int]) -> list[list[Any]]:
    first, second, every = (["Cộng", None, None, total, 0] for total in totals)
    return [*houses[:5], first, *houses[5:], second, ["Tổng cộng", *every[1:]]]


def totals_wrong_csv(folder: Path) -> Path:
    """Item 9, sums that differ, in a CSV, with a row that is left out: 15 stated, 14 taken."""
    path = folder / "tong_sai.csv"
    rows = [";".join(map(str, house)) for house in _houses()[:4]]
    rows += ["H5;105,805;21,005;hai người;0", "Tổng cộng;;;15;0"]
    path.write_text("\n".join([";".join(_HOUSEHOLDS), *rows]) + "\n", encoding="utf-8")
    return path


def _layer(path: Path, shapes: dict[str, Any], **columns: Any) -> Path:
    frame = gpd.GeoDataFrame({"code": list(shapes), **columns}, geometry=list(shapes.values()), crs=4326)
    frame.to_file(path, driver="GeoJSON")
    return path


def ward(folder: Path) -> Path:
    """Item 9, the ward whose area the blocks should make up; its declared area is the drawn one."""
    return _layer(
        folder / "phuong.geojson",
        {"00001": box(105.80, 21.0, 105.82, 21.01)},
        name=["Phường Một"],
        declared_area_km2=[2.31],
    )


def blocks_in_full(folder: Path) -> Path:
    """Item 9, sum of areas: two blocks that make up their ward."""
    shapes = {"A": box(105.80, 21.0, 105.81, 21.01), "B": box(105.81, 21.0, 105.82, 21.01)}
    return _layer(folder / "to_du.geojson", shapes)


def blocks_short(folder: Path) -> Path:
    """Item 9, sum of areas: two blocks that leave a fifth of their ward to nobody."""
    shapes = {"A": box(105.80, 21.0, 105.81, 21.01), "B": box(105.81, 21.0, 105.816, 21.01)}
    return _layer(folder / "to_thieu.geojson", shapes)


FILES = (
    households_first,
    households_three_edits,
    incidents_first_half,
    incidents_second_half,
    unnumbered_first_half,
    unnumbered_second_half,
    totals_right,
    totals_wrong,
    totals_wrong_csv,
    ward,
    blocks_in_full,
    blocks_short,
)

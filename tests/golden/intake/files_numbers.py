"""Item 5: counts and areas as people write them."""

import csv
from pathlib import Path
from typing import Any

import openpyxl

HOUSEHOLDS = ["Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú", "Tạm trú"]
WARDS = ["Mã", "Tên", "Diện tích", "WKT"]


def _households(path: Path, *counts: tuple[str, str]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = [[f"H{at}", "106,6", "17,4", *pair] for at, pair in enumerate(counts, start=1)]
        csv.writer(file, delimiter=";").writerows([HOUSEHOLDS, *rows])
    return path


def _wards(path: Path, *areas: Any) -> Path:
    rows = [
        [f"{at:05d}", f"Phường {at}", area, f"POLYGON(({at} 0, {at}.5 0, {at}.5 0.5, {at} 0))"]
        for at, area in enumerate(areas, start=100)
    ]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([WARDS, *rows])
        return path
    book = openpyxl.Workbook()
    for row in [WARDS, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def counts(folder: Path) -> Path:
    """Thousands with a point, a space or a comma twice over; rough counts, units, dashes for nothing."""
    return _households(
        folder / "so_nguoi.csv", ("1.250", "-"), ("~300", "–"), ("300 hộ", "—"), ("khoảng 20 người", "0"),
        ("1 250", ""), ("12.500 khẩu", "..."), ("1.250,0", "2"), ("ước chừng 40", "1"),
    )  # fmt: skip


def no_counts(folder: Path) -> Path:
    """What is no count: a half, a range, words, a dash where a count is needed, below zero, too many."""
    return _households(
        folder / "khong_la_so.csv", ("1,5", "0"), ("300-350", "0"), ("nhiều", "0"), ("-", "0"), ("-3", "0"),
        ("1.250.000", "0"), ("4", "0"),
    )  # fmt: skip


def areas(folder: Path) -> Path:
    """Areas in km² with decimal commas; a point before three digits parts thousands."""
    return _wards(folder / "dien_tich.csv", "1,5", "1.250", "0,125", "2,5 km2", "1.250,75")


def areas_with_points(folder: Path) -> Path:
    """Areas where one cell shows that points are decimal in this column."""
    return _wards(folder / "dien_tich_cham.csv", "1.5", "1.250", "0.125")


def typed_areas(folder: Path) -> Path:
    """Areas that a workbook holds as numbers, of which all have three decimals, beside text."""
    return _wards(folder / "dien_tich.xlsx", 12.345, 3.125, "1.250", "1,5", 7.25)


FILES = (counts, no_counts, areas, areas_with_points, typed_areas)

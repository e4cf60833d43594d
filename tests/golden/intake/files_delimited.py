"""Item 1: delimited text, as Excel, other programs and people write it."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HEADER = ["Mã hộ", "Phường", "Kinh độ", "Vĩ độ", "Thường trú", "Ghi"]
HOUSEHOLDS: list[list[Any]] = [
    ["H1", "00001", "106.6", "17.4", 4, "nhà; có | dấu, và\ttab"],
    ["H2", "00001", "106.61", "17.41", 3, 'nhà "hai" tầng'],
    ["H3", "00002", "106.62", "17.42", 2, "ngõ 5\nnhà số 3"],
]


def _written(path: Path, rows: Iterable[Sequence[Any]], before: str = "", **how: Any) -> Path:
    encoding = how.pop("encoding", "utf-8-sig")
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(before)
        csv.writer(file, **how).writerows(rows)
    return path


def comma(folder: Path) -> Path:
    """Commas, with quotes around cells that hold delimiters, quotes and a line break."""
    return _written(folder / "phay.csv", [HEADER, *HOUSEHOLDS])


def semicolon(folder: Path) -> Path:
    """Semicolons."""
    return _written(folder / "cham_phay.csv", [HEADER, *HOUSEHOLDS], delimiter=";")


def tab(folder: Path) -> Path:
    """Tabs in UTF-16, as Excel saves "Unicode text"."""
    return _written(folder / "tab.txt", [HEADER, *HOUSEHOLDS], delimiter="\t", encoding="utf-16")


def pipe(folder: Path) -> Path:
    """Pipes, every cell in quotes."""
    return _written(folder / "gach.csv", [HEADER, *HOUSEHOLDS], delimiter="|", quoting=csv.QUOTE_ALL)


def named_delimiter(folder: Path) -> Path:
    """A first line that tells Excel a delimiter that no one else uses."""
    return _written(folder / "sep.csv", [HEADER, *HOUSEHOLDS], before="sep=^\r\n", delimiter="^")


def text_named_xls(folder: Path) -> Path:
    """Text with tabs that a web system sends under the name .xls."""
    return _written(folder / "web.xls", [HEADER, *HOUSEHOLDS], delimiter="\t")


def carriage_returns(folder: Path) -> Path:
    """Lines that end in a carriage return only, as Excel for the Mac saves them."""
    rows = [[*row[:5], "x"] for row in HOUSEHOLDS]
    return _written(folder / "mac.csv", [HEADER, *rows], lineterminator="\r", delimiter=";")


def trailing_delimiters(folder: Path) -> Path:
    """Every row has two delimiters more than the header, also an empty one; one row has a cell there."""
    rows: list[list[Any]] = [[*row[:5], "x", "", ""] for row in HOUSEHOLDS]
    rows += [[""] * 8, ["H4", "00002", "106.63", "17.43", 5, "x", "", "lạc"]]
    return _written(folder / "thua.csv", [HEADER, *rows], delimiter=";")


def short_blocks(folder: Path) -> Path:
    """Excel's text: sixteen rows a block, no delimiters behind a column that is empty in all the block."""
    rows: list[list[Any]] = [HEADER]
    for at in range(1, 40):
        in_first_block = at < 16
        rows.append([f"H{at}", "00001", "106.6", "17.4", at, *([""] if in_first_block else [])])
    return _written(folder / "khoi16.csv", rows, delimiter=";")


def ragged(folder: Path) -> Path:
    """Single rows with a delimiter too few or too many, and one cut in two by a line break without quotes."""
    lines = [
        ";".join(HEADER),
        "H1;00001;106.6;17.4;4;x",
        "H2;00001;106.6 17.4;4;x",
        "H3;00001;106.6;17.4;4;x;y",
        "H4;00001;106.6;17.4;5;x",
        "H5;00001;10",
        "6.6;17.4;5;x",
        "H6;00001;106.6;17.4;6;x",
        "Tổng cộng;;;;19",
        "Đồng Hới, ngày 5 tháng 10 năm 2025",
        "Người lập biểu;;;;Kín Thị Danh",
    ]
    (folder / "so_le.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return folder / "so_le.csv"


EVEN = (comma, semicolon, tab, pipe, named_delimiter, text_named_xls)
FILES = (*EVEN, carriage_returns, trailing_delimiters, short_blocks, ragged)

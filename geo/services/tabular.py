"""Tables as files for spreadsheet programs: no cell of text is taken for a formula, numbers stay numbers.

A program that opens a table runs what begins with = + - @ (OWASP, CSV injection), also after spaces, as a
fullwidth sign, or behind a separator of another country's lists. In CSV such text gets an apostrophe in
front; in XLSX it is marked as text. A number is a number whatever its sign: only text is looked at.
"""

import csv
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font

_SIGNS = "=+-@"
# Signs that programs read as one of the four: full and small width forms, the true minus.
_ALIKE = str.maketrans({"\u2212": "-", "\ufe63": "-", "\uff0d": "-"})
_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
# Where lists are separated by ; or tab, the rest of a cell becomes a cell of its own.
_BEHIND_SEPARATOR = re.compile(r"([;\t\r\n|][^\S\t\r\n]*)(?=[=+\-@＝＋－＠])")
_CHARACTERS_A_CELL = 32_767  # of XLSX

Rows = Iterable[Sequence[Any]]


def is_formula(value: str) -> bool:
    """Say whether a spreadsheet program may take this text for a formula."""
    if value[:1] in {"\t", "\r", "\n"}:
        return True
    for letter in value:
        if unicodedata.category(letter) in _INVISIBLE:
            continue
        return unicodedata.normalize("NFKC", letter).translate(_ALIKE)[:1] in set(_SIGNS)
    return False


def neutral(value: Any) -> Any:
    """Return a cell for CSV: text that may be a formula with an apostrophe before it, all else as it is."""
    if not isinstance(value, str):
        return "" if _is_missing(value) else value
    safe = _BEHIND_SEPARATOR.sub(r"\1'", value.replace("\0", ""))
    return f"'{safe}" if is_formula(value) else safe


def _is_missing(value: Any) -> bool:
    # pandas' NA equals nothing, itself neither; a float NaN is no number to show.
    return value is None or type(value).__name__ in {"NAType", "NaTType"} or _is_nan(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def write_csv(path: Path, headers: Sequence[str], rows: Rows) -> int:
    """Write a table as CSV in UTF-8, marked as such so that Excel reads its letters; return its rows."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        out.writerow([neutral(name) for name in headers])
        for row in rows:
            out.writerow([neutral(value) for value in row])
            written += 1
    return written


def write_xlsx(path: Path, sheets: Mapping[str, tuple[Sequence[str], Rows]]) -> int:
    """Write tables as the sheets of one workbook, by name: headers and rows; return the rows of all."""
    workbook = openpyxl.Workbook(write_only=True)
    written = 0
    for name, (headers, rows) in sheets.items():
        sheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31] or "1")
        sheet.append([cell(sheet, header, bold=True) for header in headers])
        for row in rows:
            sheet.append([cell(sheet, value) for value in row])
            written += 1
    workbook.save(path)
    return written


def cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a cell of a write-only sheet that holds `value` and nothing that runs."""
    if not isinstance(value, str):
        if _is_missing(value):
            return None
        return value.item() if hasattr(value, "item") else value  # a number of NumPy
    made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:_CHARACTERS_A_CELL])
    made.data_type = "s"  # openpyxl takes = for a formula
    if is_formula(value):
        made.quotePrefix = True
    if bold:
        made.font = Font(bold=True)
    return made

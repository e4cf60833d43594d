"""Cells of workbooks that leave the system: what a spreadsheet would take for a formula stays text."""

from typing import Any

import openpyxl
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Font

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a cell of a write-only sheet that holds `value` and nothing that runs."""
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(sheet, value=openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value))
    if value.startswith(FORMULA):
        made.data_type = "s"
        made.quotePrefix = True
    if bold:
        made.font = Font(bold=True)
    return made

"""What only the XML of an ODS file says: hidden rows, merges, formulas, errors, the epoch of its day numbers.

Cells themselves are read by calamine. Names after OASIS OpenDocument 1.3, part 3.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml import ElementTree

from geo.intake.formulas import Cell

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_VALUE_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
# LibreOffice's own word for the type of a cell, which knows errors.
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_HIDDEN = {"collapse", "filter"}
_REF = re.compile(r"\[\.([^\].:]+)(?::\.([^\].]+))?\]")


@dataclass
class SheetFacts:
    """Of one sheet: runs of hidden rows, merged cells, formulas, those without a value, errors shown."""

    hidden: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: dict[Cell, str] = field(default_factory=dict)
    unvalued: list[Cell] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    epoch_1904: bool = False


def facts(content: bytes, sheet: str) -> SheetFacts:
    """Return what `content` (content.xml) says of `sheet`; its XML is read without entities.

    Raises ParseError where it is no XML.
    """
    found = SheetFacts()
    inside, row = False, 1
    for event, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                inside, row = element.get(f"{_TABLE}name") == sheet, 1
        elif element.tag == f"{_TABLE}null-date":
            found.epoch_1904 = str(element.get(f"{_TABLE}date-value")).startswith("1904")
        elif element.tag == f"{_TABLE}table-row":
            if inside:
                row = _row(element, row, found)
            element.clear()
    return found


def _row(element: Any, row: int, found: SheetFacts) -> int:
    """Add the facts of one row element, which may stand for many rows; return the number of the next."""
    last = row + _count(element, "number-rows-repeated") - 1
    if element.get(f"{_TABLE}visibility") in _HIDDEN:
        found.hidden.append((row, last))
    for column, cell in _cells(element):
        down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            found.merges.append((row, column, row + down - 1, column + across - 1))
        if cell.get(_CALC_TYPE) == "error":
            shown = "".join(cell.itertext()).strip()
            found.errors[row, column] = shown if shown.startswith("#") else "#VALUE!"
        formula = cell.get(f"{_TABLE}formula")
        if formula is not None:
            found.formulas[row, column] = _as_a1(formula)
            if cell.get(_VALUE_TYPE) is None:
                found.unvalued.append((row, column))
    return last + 1


def _cells(element: Any) -> Iterator[tuple[int, Any]]:
    column = 0
    for cell in element:
        if cell.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            yield column, cell
            column += _count(cell, "number-columns-repeated")


def _count(element: Any, name: str) -> int:
    written = element.get(f"{_TABLE}{name}", "1")
    return int(written) if written.isdecimal() else 1


def _as_a1(formula: str) -> str:
    """``"of:=SUM([.D6:.E6])"`` -> ``"SUM(D6:E6)"``."""
    plain = formula.partition("=")[2]
    return _REF.sub(lambda ref: f"{ref[1]}:{ref[2]}" if ref[2] else ref[1], plain)

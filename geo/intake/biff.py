"""What only the records of an XLS file say: hidden rows, formulas, errors, the epoch of its day numbers.

Record numbers and layouts after [MS-XLS] 2.4. Cells themselves are read by calamine.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import olefile

from geo.intake.formulas import Cell, address

_BOF, _EOF = 0x0809, 0x000A
_BOUNDSHEET, _DATEMODE, _ROW, _FORMULA, _ERROR = 0x0085, 0x0022, 0x0208, 0x0006, 0x0205
_ROW_HIDDEN = 0x20
_ALWAYS_CALCULATE = 0x01
_SUM_FUNCTION = 4
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A",
}  # fmt: skip
# The last two bytes of a formula's value that is no number; the first says what it is.
_NO_NUMBER, _IS_ERROR, _IS_EMPTY = b"\xff\xff", 2, 3


@dataclass
class SheetFacts:
    """Of one sheet, with rows from 1 and columns from 0.

    formulas : cell -> text, "" where it is not a plain sum
    unvalued : cells of formulas that no program has worked out
    errors : cell -> error that it shows, which calamine reads as nothing
    """

    hidden: set[int] = field(default_factory=set)
    formulas: dict[Cell, str] = field(default_factory=dict)
    unvalued: list[Cell] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    epoch_1904: bool = False


def facts(path: Path, sheet: str) -> SheetFacts:
    """Return what the records of `sheet` say.

    Raises OSError where `path` is no OLE file, ValueError where its records are cut short.
    """
    with olefile.OleFileIO(str(path)) as file:
        name = next((name for name in ("Workbook", "Book") if file.exists(name)), None)
        stream = b"" if name is None else file.openstream(name).read()
    found, start = SheetFacts(), None
    try:
        for number, body in _records(stream, 0):
            if number == _DATEMODE:
                found.epoch_1904 = body[:2] == b"\x01\x00"
            elif number == _BOUNDSHEET and _name(body) == sheet:
                start = struct.unpack_from("<I", body)[0]
        for number, body in () if start is None else _records(stream, start):
            _add(found, number, body)
    except (struct.error, IndexError) as fault:
        raise ValueError(str(fault)) from fault
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records of the part of `stream` that begins at `at`; charts inside of a sheet are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, at)
        depth += (number == _BOF) - (number == _EOF)
        if depth <= 1:
            yield number, stream[at + 4 : at + 4 + length]
        if depth <= 0:
            return
        at += 4 + length


def _name(body: bytes) -> str:
    letters = body[8:]
    return letters.decode("utf-16-le" if body[7] & 1 else "latin-1", "replace")


def _add(found: SheetFacts, number: int, body: bytes) -> None:
    if number not in {_ROW, _FORMULA, _ERROR}:
        return
    row, column = struct.unpack_from("<HH", body)
    cell = row + 1, column
    if number == _ROW and body[12] & _ROW_HIDDEN:
        found.hidden.add(row + 1)
    elif number == _ERROR and body[7]:
        found.errors[cell] = _ERRORS.get(body[6], "#VALUE!")
    elif number == _FORMULA:
        (length,) = struct.unpack_from("<H", body, 20)
        found.formulas[cell] = _plain_sum(body[22 : 22 + length])
        if body[12:14] == _NO_NUMBER and body[6] == _IS_ERROR:
            found.errors[cell] = _ERRORS.get(body[8], "#VALUE!")
        # Empty text is a value too, but not of a sum, nor of a formula that is still to be worked out.
        owed = bool(found.formulas[cell]) or body[14] & _ALWAYS_CALCULATE
        if body[12:14] == _NO_NUMBER and body[6] == _IS_EMPTY and owed:
            found.unvalued.append(cell)


def _plain_sum(tokens: bytes) -> str:
    """The formula as text where it only adds cells up; "" for any other."""
    stack: list[str] = []
    at = 0
    while at < len(tokens):
        kind = tokens[at] & 0x1F | (0x20 if tokens[at] >= 0x20 else 0)
        if kind == 0x24:  # one cell
            row, column = struct.unpack_from("<HH", tokens, at + 1)
            stack.append(address((row + 1, column & 0xFF)))
            at += 5
        elif kind == 0x25:  # a range
            top, bottom, left, right = struct.unpack_from("<HHHH", tokens, at + 1)
            stack.append(f"{address((top + 1, left & 0xFF))}:{address((bottom + 1, right & 0xFF))}")
            at += 9
        elif kind in {0x03, 0x04} and len(stack) > 1:  # plus, minus
            right_side = stack.pop()
            stack[-1] += ("+" if kind == 0x03 else "-") + right_side
            at += 1
        elif tokens[at : at + 2] == b"\x19\x10" and stack:  # the sum of one argument
            stack[-1] = f"SUM({stack[-1]})"
            at += 4
        elif kind == 0x22 and struct.unpack_from("<H", tokens, at + 2)[0] == _SUM_FUNCTION:
            count = tokens[at + 1]
            stack[-count:] = [f"SUM({','.join(stack[-count:])})"]
            at += 4
        else:
            return ""
    return stack[0] if len(stack) == 1 else ""

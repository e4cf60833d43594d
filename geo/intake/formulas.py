"""Formulas whose stored value can be checked: plain sums of other cells of the same sheet.

A spreadsheet program stores with each formula the value that it last worked out. Programs that write files
without working formulas out, and manual calculation, leave values that no longer follow from the cells.
Nothing is recalculated here: a value that contradicts its own sum is only found, for the user to decide.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

# (row from 1 as the user sees it, column from 0).
Cell = tuple[int, int]

_REF = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_RANGE = rf"{_REF}(?::{_REF})?"
_SUM = re.compile(rf"=?SUM\(({_RANGE}(?:[,;]{_RANGE})*)\)", re.IGNORECASE)
_CHAIN = re.compile(rf"=?[+-]?{_REF}(?:[+-]{_REF})+", re.IGNORECASE)
_PART = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d{1,7})", re.IGNORECASE)
# Running sums over a long table grow with its square; what is left after so many cells is not checked.
_MAX_CELLS = 500_000


def stale(
    formulas: Mapping[Cell, str], rows: Mapping[int, tuple[Any, ...]], among: Collection[int]
) -> dict[Cell, float]:
    """Return cell -> what its sum gives now, for the formulas whose stored value is another number.

    formulas : cell -> text like ``"SUM(D6:E6)"`` or ``"D6+E6"``; any other formula is not checked
    rows : row number -> its cells; among : numbers of the rows to check
    A sum over a cell that holds an error, or a formula without value, is not checked either.
    """
    found: dict[Cell, float] = {}
    left = _MAX_CELLS
    for cell, formula in formulas.items():
        stored = _at(rows, cell)
        if cell[0] not in among or not _is_number(stored):
            continue
        terms = list(_terms(formula, left))
        left -= len(terms)
        if left < 0:
            break
        total = _total(terms, formulas, rows)
        if total is not None and not math.isclose(total, stored, rel_tol=1e-9, abs_tol=1e-6):
            found[cell] = total
    return found


def shifted(formula: str, rows: int, columns: int) -> str:
    """Return `formula` as it reads so many rows below and columns right of its place ($ stays)."""

    def moved(ref: re.Match[str]) -> str:
        letters = ref[2] if ref[1] else letters_of(column_of(ref[2]) + columns)
        return f"{ref[1]}{letters}{ref[3]}{ref[4] if ref[3] else int(ref[4]) + rows}"

    return _PART.sub(moved, formula)


def column_of(letters: str) -> int:
    """``"A"`` -> 0, ``"AA"`` -> 26."""
    place = 0
    for letter in letters.upper():
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def letters_of(column: int) -> str:
    """0 -> ``"A"``, 26 -> ``"AA"``."""
    letters = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(cell: Cell) -> str:
    """(7, 5) -> ``"F7"``."""
    return f"{letters_of(cell[1])}{cell[0]}"


def _terms(formula: str, most: int) -> Iterator[tuple[int, Cell, bool]]:
    """(sign, cell, whether text there counts as nothing) of a plain sum; nothing for any other formula."""
    plain = formula.replace(" ", "")
    summed = _SUM.fullmatch(plain)
    if summed:
        for one in re.split("[,;]", summed[1]):
            yield from ((1, cell, True) for cell in _cells(one, most))
    elif _CHAIN.fullmatch(plain):
        for sign, ref in re.findall(rf"([+-]?)({_REF})", plain, re.IGNORECASE):
            yield (-1 if sign == "-" else 1), next(_cells(ref, 1)), False


def _cells(written: str, most: int) -> Iterator[Cell]:
    corners = [(int(ref[4]), column_of(ref[2])) for ref in _PART.finditer(written)]
    (top, left), (bottom, right) = corners[0], corners[-1]
    if (bottom - top + 1) * (right - left + 1) > most:
        return
    yield from ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _total(
    terms: list[tuple[int, Cell, bool]], formulas: Mapping[Cell, str], rows: Mapping[int, tuple[Any, ...]]
) -> float | None:
    total = 0.0
    for sign, cell, skips_text in terms:
        value = _at(rows, cell)
        if _is_number(value):
            total += sign * value
        elif value is None:
            if cell in formulas:
                return None
        elif not (skips_text and isinstance(value, str)) or value.startswith("#"):
            # Dates count as day numbers in a sum, which depend on the epoch.
            return None
    return total if terms else None


def _at(rows: Mapping[int, tuple[Any, ...]], cell: Cell) -> Any:
    cells = rows.get(cell[0], ())
    value = cells[cell[1]] if cell[1] < len(cells) else None
    return None if value == "" else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

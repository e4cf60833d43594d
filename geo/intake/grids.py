"""A spreadsheet as a grid of cells -> the table in it: its header, its rows, and what was passed over.

People put titles above a table, totals into it and signatures below it, write headers in two rows and
merge the cells of a ward. All of that is found here by what the cells say, and everything passed over is
told by row number.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.domain.text import fold
from geo.intake import encodings
from geo.intake.formulas import Cell, address, stale
from geo.intake.headers import header_key
from geo.intake.report import Note, Reason
from geo.intake.source import Source, header_names

Row = tuple[int, tuple[Any, ...]]
# (first row, first column, last row, last column); rows from 1 as the user sees them, columns from 0.
Merge = tuple[int, int, int, int]

# A table starts within so many filled rows of its sheet.
HEADER_WITHIN = 40
_NAMES_OF_TOTALS = re.compile(
    r"^(tong|tong cong|tong so|cong|cong don|luy ke|totals?|grand total|sub ?total|sum)"
    r"( (cong|so|toan|cac|trang|phuong|xa|thon|to|khu|tdp|nhan khau|ho|vu|bang|theo|cua)\b.*)?"
    r"[ .:]*(\(.*\))?$"
)
_SIGNATURES = re.compile(
    r"^\W*(nguoi lap|can bo lap|lap bieu|thu truong|truong cong an|pho truong|truong phong|chi huy|chu tich|"
    r"ky ten|ky va ghi|ky, |da ky|noi nhan|t/?m\.|k/?t\.|t/?l\.|xac nhan cua|ke toan)"
    r"|\bngay\b.{0,12}\bthang\b.{0,8}\bnam\b"
)
_NUMBERING = re.compile(r"^[(\[]?(\d{1,2})(?:\.0)?[)\]]?$")


@dataclass(frozen=True)
class Grid:
    """One sheet as found: filled rows with their numbers, and what the program says about cells.

    hidden : numbers of hidden rows
    unvalued : cells of formulas whose value the program did not store
    formulas : cell -> formula, "" where its text is not known; the cells hold the values last stored
    """

    rows: list[Row]
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    unvalued: tuple[Cell, ...] = ()
    formulas: Mapping[Cell, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """Where the header is: names by column, and how many rows of the grid come before and belong to it."""

    names: list[str]
    before: int
    height: int


def table(grid: Grid, known: frozenset[str], **facts: Any) -> Source:
    """Return the table of `grid` as a Source; `known` are the header keys that a file may use.

    facts : further fields of the Source (sheet, encoding, date_1904)
    """
    grid, encoding = _mended(grid)
    rows = _padded(grid.rows)
    header = find_header([cells for _, cells in rows[:HEADER_WITHIN]], known)
    body = rows[header.before + header.height :]
    body, told = _without_numbering(body), list(_titles(rows[: header.before]))
    body, totals = _split(body, is_total)
    body, signed = split_signatures(body)
    body, filled = _fill_down(body, grid.merges, {number for number, _ in totals})
    told += [Note(number, Reason("total_row", {"label": label(cells)})) for number, cells in totals]
    told += [Note(number, Reason("signature_row", {"row": number})) for number, _ in signed]
    told += [Note(number, Reason("merged_filled", {"rows": count})) for number, count in filled]
    numbers = {number for number, _ in body}
    told += _about_cells(grid, numbers)
    return Source(
        cells=_frame(header.names, body),
        rows=np.array([number for number, _ in body], dtype=np.int64),
        told=tuple(told),
        unsound=_unsound(grid, header.names, numbers),
        totals=tuple((number, dict(zip(header.names, cells, strict=False))) for number, cells in totals),
        **{"encoding": encoding, **facts},
    )


def _mended(grid: Grid) -> tuple[Grid, str | None]:
    """`grid` with text in fonts of old encodings read, and which encodings those are."""
    cells = {cell for _, row in grid.rows for cell in row if isinstance(cell, str)}
    frame, encoding = encodings.mend_frame(
        pd.DataFrame({"text": sorted(cells)}, dtype="str"), raw_bytes=False
    )
    if encoding is None:
        return grid, None
    read = dict(zip(sorted(cells), frame["text"], strict=True))
    rows = [
        (number, tuple(read[cell] if isinstance(cell, str) else cell for cell in row))
        for number, row in grid.rows
    ]
    return replace(grid, rows=rows), encoding


def find_header(rows: Sequence[Sequence[Any]], known: frozenset[str]) -> Header:
    """Return the header among the first `rows`: the row, or two rows, that spell most known headers.

    Where hardly any is known, the first row that is as full as any; a header of one column is the first row.
    """
    candidates = [Header(header_names(cells), at, 1) for at, cells in enumerate(rows)]
    candidates += [Header(_joined(rows[at], rows[at + 1], known), at, 2) for at in range(len(rows) - 1)]
    scores = [score(header.names, known) for header in candidates]
    best = max(scores)
    if best >= 2:
        return candidates[scores.index(best)]
    filled = [_count(cells) for cells in rows]
    widest = max(filled)
    return candidates[0 if filled[0] > 1 or widest < 3 else filled.index(widest)]


def is_total(cells: Sequence[Any]) -> bool:
    """Say whether a row is a total: its first text is a word for a sum, not the name of a place."""
    return bool(_NAMES_OF_TOTALS.match(fold(label(cells))))


def is_signature(cells: Sequence[Any]) -> bool:
    """Say whether a row holds a place and date of signing, an office, or a distribution list."""
    return any(isinstance(cell, str) and _SIGNATURES.search(fold(cell)) for cell in cells)


def _padded(rows: list[Row]) -> list[Row]:
    width = max(len(cells) for _, cells in rows)
    return [(number, cells + (None,) * (width - len(cells))) for number, cells in rows]


def score(names: Sequence[str], known: frozenset[str]) -> int:
    """Return how many different known headers `names` spell."""
    return len({header_key(name) for name in names} & known)


def _count(cells: Sequence[Any]) -> int:
    return sum(cell is not None and cell != "" for cell in cells)


def _joined(top: Sequence[Any], below: Sequence[Any], known: frozenset[str]) -> list[str]:
    """Names of a header of two rows: the lower cell where it is known by itself, else both in one."""
    uppers, lowers = (["" if cell is None else str(cell) for cell in row] for row in (top, below))
    once = {header_key(name) for name in lowers if lowers.count(name) == 1}
    names, group = [], ""
    for upper, lower in zip(uppers, lowers, strict=True):
        group = upper or (group if lower else "")
        alone = header_key(lower) in known and header_key(lower) in once
        names.append(lower if alone else f"{group} {lower}".strip())
    return header_names(names)


def label(cells: Sequence[Any]) -> str:
    """Return the first text of a row, at most 60 letters."""
    return next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")[:60]


def _titles(rows: list[Row]) -> Iterator[Note]:
    for number, _ in rows:
        yield Note(number, Reason("title_row", {"row": number}))


def is_numbering(cells: Sequence[Any]) -> bool:
    """Say whether a row numbers the columns: (1) (2) (3) ..."""
    found = [_NUMBERING.match(str(cell).strip()) for cell in cells if cell not in (None, "")]
    numbers = [int(match[1]) for match in found if match]
    return len(numbers) == len(found) >= 3 and numbers == list(range(1, len(numbers) + 1))


def _without_numbering(body: list[Row]) -> list[Row]:
    return body[1:] if body and is_numbering(body[0][1]) else body


def _split(body: list[Row], apart: Any) -> tuple[list[Row], list[Row]]:
    kept: list[Row] = []
    taken: list[Row] = []
    for row in body:
        (taken if apart(row[1]) else kept).append(row)
    return kept, taken


def split_signatures(body: list[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of the table, and those from the first signature on, which no full row follows."""
    usual = float(np.median([_count(cells) for _, cells in body])) if body else 0.0
    start = len(body)
    for at in range(len(body) - 1, -1, -1):
        cells = body[at][1]
        if _count(cells) >= max(3.0, 0.6 * usual):
            break
        if is_signature(cells):
            start = at
    return body[:start], body[start:]


def _fill_down(
    body: list[Row], merges: tuple[Merge, ...], totals: set[int]
) -> tuple[list[Row], list[tuple[int, int]]]:
    """`body` with the value of each merged cell in all of its rows above the next total, and how many."""
    at = {number: place for place, (number, _) in enumerate(body)}
    cells = [list(row) for _, row in body]
    told = []
    done: dict[int, int] = {}
    for first, column, last, _ in sorted(merges):
        if first not in at or last <= first or column >= len(cells[at[first]]):
            continue
        end = min([last, *(number - 1 for number in totals if first < number <= last)])
        places = [place for number, place in _within(body, at[first], end) if number > done.get(column, 0)]
        for place in places:
            cells[place][column] = cells[at[first]][column]
        done[column] = end
        if len(places) > 1:
            told.append((first, len(places)))
    return [(number, tuple(row)) for (number, _), row in zip(body, cells, strict=True)], told


def _within(body: list[Row], start: int, end: int) -> Iterator[tuple[int, int]]:
    for place in range(start, len(body)):
        number = body[place][0]
        if number > end:
            return
        yield number, place


def _about_cells(grid: Grid, body: set[int]) -> Iterator[Note]:
    for number in sorted(grid.hidden & body):
        yield Note(number, Reason("hidden_row", {"row": number}))
    taken = [cell for cell in grid.formulas.keys() - set(grid.unvalued) if cell[0] in body]
    if taken:
        yield Note(min(taken)[0], Reason("formula_values", {"cells": len(taken)}))


def _unsound(grid: Grid, names: Sequence[str], body: set[int]) -> dict[str, dict[int, Reason]]:
    """Header -> row number -> why the cell cannot be taken: a formula never worked out, or out of date."""
    found: dict[str, dict[int, Reason]] = {}
    cells = dict(grid.rows)
    for cell in grid.unvalued:
        if cell[0] in body and cell[1] < len(names):
            name = names[cell[1]]
            reason = Reason("formula_without_value", {"column": name, "cell": address(cell)})
            found.setdefault(name, {})[cell[0]] = reason
    for cell, now in stale(grid.formulas, cells, body).items():
        if cell[1] < len(names):
            name = names[cell[1]]
            shown = {"stored": f"{cells[cell[0]][cell[1]]:.15g}", "now": f"{now:.15g}"}
            formula = grid.formulas[cell].removeprefix("=")
            reason = Reason(
                "formula_stale", {"column": name, "cell": address(cell), "formula": formula, **shown}
            )
            found.setdefault(name, {})[cell[0]] = reason
    return found


def _frame(names: list[str], body: list[Row]) -> pd.DataFrame:
    kept = [
        place
        for place, name in enumerate(names)
        if name != f"[{place + 1}]" or any(cells[place] not in (None, "") for _, cells in body)
    ]
    frame = pd.DataFrame(
        {place: pd.Series([cells[place] for _, cells in body], dtype=object) for place in kept}
    )
    frame.columns = pd.Index([names[place] for place in kept], dtype=object)
    return frame

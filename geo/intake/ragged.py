"""Records of delimited text that are longer or shorter than the header: which can be taken all the same.

Programs leave delimiters behind a table, and Excel leaves them out behind its last filled column, sixteen
rows at a time. A single short row is no such case: where its cell is missing cannot be known.
"""

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.intake.grids import is_signature, is_total, label
from geo.intake.report import Note, Reason

# So many rows on end, cut at one column, are the work of a program. Excel's first block has the header.
_BLOCK_ROWS = 15


@dataclass(frozen=True)
class Record:
    """One record of a wrong length: its row number as the user sees it, and its cells."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sorted:
    """Records that could be brought to the width of the table, those that could not, and what to tell."""

    taken: list[Record]
    broken: list[Record]
    told: list[Note]


def split(text: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of one record, which may hold line breaks in quotes."""
    try:
        return tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), ()))
    except csv.Error:  # a cell longer than the csv module takes
        return tuple(text.split(delimiter))


def sort(records: Sequence[Record], width: int, last_row: int) -> Sorted:
    """Sort `records`, by row, of a table of `width` columns whose last row is `last_row`."""
    found = Sorted([], [], [])
    short = []
    for record in records:
        if not any(map(str.strip, record.cells)):
            continue
        if is_total([cell or None for cell in record.cells]):
            found.told.append(Note(record.row, Reason("total_row", {"label": label(record.cells)})))
        elif is_signature(record.cells):
            found.told.append(Note(record.row, Reason("signature_row", {"row": record.row})))
        elif len(record.cells) < width:
            short.append(record)
        elif any(map(str.strip, record.cells[width:])):
            found.broken.append(record)
        else:
            _take(found, record, width, "cells_surplus")
    apart = {note.row for note in found.told}
    end = next(row for row in range(last_row, -1, -1) if row not in apart)
    for run in _runs(short):
        cells = len(run[0].cells)
        # Two halves of one row, which a line break cut, can be equally long too.
        block = len(run) > 1 and run[-1].row == end and 2 * cells != width + 1
        if 2 * cells >= width and (len(run) >= _BLOCK_ROWS or block):
            for record in run:
                _take(found, record, width, "cells_padded")
        else:
            found.broken.extend(run)
    return found


def _take(found: Sorted, record: Record, width: int, code: str) -> None:
    cells = (*record.cells, *([""] * width))[:width]
    found.taken.append(Record(record.row, cells))
    if any(map(str.strip, cells)):
        found.told.append(Note(record.row, Reason(code, {"found": len(record.cells), "wanted": width})))


def _runs(records: list[Record]) -> Iterator[list[Record]]:
    """Runs of rows that follow each other and are equally long."""
    numbered = enumerate(records)
    for _, run in itertools.groupby(numbered, lambda one: (one[1].row - one[0], len(one[1].cells))):
        yield [record for _, record in run]

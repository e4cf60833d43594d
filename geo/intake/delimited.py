"""CSV: any of the usual delimiters, packed or not, a million rows in about a second."""

import contextlib
import csv
import io
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from geo.domain.errors import InputError
from geo.intake import encodings, ragged
from geo.intake.formats import unpack
from geo.intake.grids import (
    HEADER_WITHIN,
    find_header,
    is_numbering,
    is_total,
    label,
    score,
    split_signatures,
)
from geo.intake.report import Note, Reason
from geo.intake.source import Options, Source

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Totals = tuple[tuple[int, dict[str, str]], ...]

_DELIMITERS = ",;\t|"
# The line by which Excel is told the delimiter; it may be in quotes, to pass for a cell.
_NAMED = re.compile(rb'"?sep=([^\r\n"])"?[\r\n]+', re.IGNORECASE)
_SUM = r"^\s*(tổng|tong|cộng|cong|lũy|luỹ|luy|total|sub|sum|grand)"
_BLOCK_BYTES = 4 * 2**20


def read(path: Path, known: frozenset[str], options: Options) -> Source:
    """Return the table in `path`: titles above its header, totals and signatures are set aside and told of.

    known : header keys that the kind may use, by which the header is found. All cells are text.
    Raises InputError ``unknown_encoding``, ``damaged_file``, ``no_rows``, ``file_too_large``.
    """
    content, encoding = _as_utf8(unpack(path, options.max_bytes), path)
    body = content.lstrip(b"\r\n")
    blank_lines = content[: len(content) - len(body)].count(b"\n")
    told: list[Note] = []
    delimiters = _DELIMITERS
    named = _NAMED.match(body)
    if named:
        body, blank_lines = body[named.end() :], blank_lines + 1
        delimiters = named[1].decode("latin-1")
        told = [Note(blank_lines, Reason("separator_line", {"row": blank_lines, "delimiter": delimiters}))]
    if not body.strip():
        raise InputError("no_rows", file=path.name)
    found = _find_table(body, known, delimiters)
    body = body[found.start :]
    first_row = 1 + blank_lines + found.lines_before
    table, invalid = _parse(body, found, path)
    rows = _row_numbers(len(table), invalid, first_row)
    ragged_rows = _ragged(invalid, found, first_row - 1, int(rows[-1]) if len(rows) else 0)
    table, rows = _with(table, rows, ragged_rows.taken)
    filled = ~_blank(table)
    table, rows, apart, totals = _without_totals(table.filter(pa.array(filled)), rows[filled])
    told += [
        Note(blank_lines + 1 + at, Reason("title_row", {"row": blank_lines + 1 + at})) for at in found.titles
    ]
    return Source(
        cells=table.to_pandas(),
        rows=rows,
        encoding=encoding,
        broken=tuple((record.row, len(record.cells)) for record in ragged_rows.broken),
        told=(*told, *apart, *ragged_rows.told),
        totals=totals,
    )


@dataclass(frozen=True)
class _Found:
    """Where the table is in the text: byte and line of the last row of its header, and the names in it."""

    delimiter: str
    names: list[str]
    start: int
    lines_before: int
    titles: tuple[int, ...]


def _as_utf8(content: bytes, path: Path) -> tuple[bytes, str]:
    if content.isascii():
        return content.removeprefix(b"\xef\xbb\xbf"), "UTF-8"
    text, encoding = encodings.decode(content)
    if text is None:
        try:
            content.decode("utf-8")
            row = 1
        except UnicodeDecodeError as fault:
            row = content.count(b"\n", 0, fault.start) + 1
        raise InputError("unknown_encoding", file=path.name, row=row)
    return text.encode(), encoding


def _find_table(body: bytes, known: frozenset[str], delimiters: str) -> _Found:
    """The header among the first lines, cut by the delimiter that makes most known headers of it."""
    start = body[:_BLOCK_BYTES].decode("utf-8", errors="ignore")
    found = [_cut(body, start, delimiter, known) for delimiter in delimiters]
    scores = [(score(one.names, known), sum(not name.startswith("[") for name in one.names)) for one in found]
    return found[scores.index(max(scores))]


def _cut(body: bytes, start: str, delimiter: str, known: frozenset[str]) -> _Found:
    """The table of `body` if `delimiter` cuts it; `start` is the text that it begins with."""
    lines = _first_lines(start, delimiter)
    width = max(len(record.cells) for record in lines)
    header = find_header([[*record.cells, *[None] * (width - len(record.cells))] for record in lines], known)
    rows = lines[header.before : header.before + header.height]
    offset = 0
    for _ in range(rows[-1].line):
        offset = body.index(b"\n", offset) + 1
    return _Found(
        delimiter,
        header.names[: max(len(record.cells) for record in rows)],
        offset,
        rows[-1].line,
        tuple(record.line for record in lines[: header.before]),
    )


class _Record(NamedTuple):
    """A record with the number of the line that it starts on, from 0."""

    line: int
    cells: list[str]


def _first_lines(start: str, delimiter: str) -> list[_Record]:
    found = []
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    line = 0
    # A cell may be longer than the csv module takes (a border as WKT): what came before it will do.
    with contextlib.suppress(csv.Error):
        for cells in itertools.islice(reader, HEADER_WITHIN):
            if any(map(str.strip, cells)):
                found.append(_Record(line, cells))
            line = reader.line_num
    return found or [_Record(0, next(iter(start.splitlines()), "").split(delimiter))]


def _ragged(invalid: list[pa_csv.InvalidRow], found: _Found, offset: int, last_row: int) -> ragged.Sorted:
    """The records that did not have the width of the header, with row numbers `offset` higher."""
    records = [ragged.Record(row.number + offset, ragged.split(row.text, found.delimiter)) for row in invalid]
    last_row = max([last_row, *(record.row for record in records)])
    return ragged.sort(records, len(found.names), last_row)


def _with(table: pa.Table, rows: Rows, records: list[ragged.Record]) -> tuple[pa.Table, Rows]:
    """`table` with `records` in their places."""
    if not records:
        return table, rows
    columns = zip(*(record.cells for record in records), strict=True)
    more = pa.table([pa.array(cells, pa.string()) for cells in columns], names=table.column_names)
    rows = np.concatenate([rows, [record.row for record in records]])
    order = np.argsort(rows, kind="stable")
    return pa.concat_tables([table, more]).take(pa.array(order)), rows[order]


def _without_totals(table: pa.Table, rows: Rows) -> tuple[pa.Table, Rows, list[Note], Totals]:
    """The table without totals and without what is signed below it; both are told of."""
    told: list[Note] = []
    totals: list[tuple[int, dict[str, str]]] = []
    apart = np.zeros(len(table), dtype=bool)
    if len(table):
        apart[0] = is_numbering([column[0].as_py() for column in table.columns])
    for at in np.flatnonzero(_may_be_total(table)).tolist():
        cells = [column[at].as_py() for column in table.columns]
        if is_total([cell or None for cell in cells]):
            apart[at] = True
            totals.append((int(rows[at]), dict(zip(table.column_names, cells, strict=True))))
            told.append(Note(int(rows[at]), Reason("total_row", {"label": label(cells)})))
    end = [(at, tuple(column[at].as_py() for column in table.columns)) for at in _last(table)]
    for at, _ in split_signatures(end)[1]:
        apart[at] = True
        told.append(Note(int(rows[at]), Reason("signature_row", {"row": int(rows[at])})))
    if not apart.any():
        return table, rows, told, ()
    return table.filter(pa.array(~apart)), rows[~apart], told, tuple(totals)


def _last(table: pa.Table) -> range:
    return range(max(0, len(table) - HEADER_WITHIN), len(table))


def _may_be_total(table: pa.Table) -> Mask:
    """Rows whose first or second cell starts like a word for a sum: a quick look over all of them."""
    found = np.zeros(len(table), dtype=bool)
    for column in table.columns[:2]:
        found |= pc.fill_null(
            pc.match_substring_regex(column, _SUM, ignore_case=True), fill_value=False
        ).to_numpy()
    return found


def _parse(body: bytes, found: _Found, path: Path) -> tuple[pa.Table, list[pa_csv.InvalidRow]]:
    """All records after the header, and those that do not have as many cells as it."""
    table, invalid = _read_csv(body, found, path, threads=True)
    if invalid:
        # Only a single thread knows the numbers of the rows that it could not cut.
        table, invalid = _read_csv(body, found, path, threads=False)
    return table, invalid


def _read_csv(
    body: bytes, found: _Found, path: Path, *, threads: bool
) -> tuple[pa.Table, list[pa_csv.InvalidRow]]:
    invalid: list[pa_csv.InvalidRow] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    quoted = b'"' in body
    try:
        table = pa_csv.read_csv(
            io.BytesIO(body),
            pa_csv.ReadOptions(
                use_threads=threads,
                block_size=max(_BLOCK_BYTES, 2 * _longest_line(body) if not quoted else len(body) + 1),
                column_names=found.names,
                skip_rows_after_names=1,
            ),
            pa_csv.ParseOptions(
                delimiter=found.delimiter,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(found.names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as fault:
        raise InputError("damaged_file", file=path.name, fault=str(fault)[:200]) from fault
    return table, invalid


def _longest_line(body: bytes) -> int:
    ends = np.flatnonzero(np.frombuffer(body, dtype=np.uint8) == ord("\n"))
    return int(np.diff(ends, prepend=0, append=len(body)).max())


def _row_numbers(n: int, invalid: list[pa_csv.InvalidRow], first_row: int) -> npt.NDArray[np.int64]:
    """Numbers of the n rows that were cut: the header has `first_row`, the invalid ones are left out."""
    numbers = np.arange(first_row + 1, first_row + 1 + n + len(invalid), dtype=np.int64)
    return np.setdiff1d(numbers, [row.number + first_row - 1 for row in invalid], assume_unique=True)


def _blank(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Rows without any cell: blank lines are no rows of the file."""
    blank = np.ones(len(table), dtype=bool)
    for column in table.columns:
        if not blank.any():
            break
        empty = pc.equal(pc.utf8_trim_whitespace(column), "")
        blank &= pc.fill_null(empty, fill_value=True).to_numpy()
    return blank

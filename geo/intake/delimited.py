"""CSV: any of the usual delimiters, packed or not, a million rows in about a second."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from geo.domain.errors import InputError
from geo.intake.formats import unpack
from geo.intake.source import Options, Source, header_names

_DELIMITERS = ",;\t|"
_BLOCK_BYTES = 4 * 2**20


def read(path: Path, options: Options) -> Source:
    """Return the table in `path`: its first line that is not blank is the header, all cells are text.

    Raises InputError ``unknown_encoding``, ``damaged_file``, ``no_rows``, ``file_too_large``.
    """
    content, encoding = _as_utf8(unpack(path, options.max_bytes), path)
    body = content.lstrip(b"\r\n")
    first_row = 1 + content[: len(content) - len(body)].count(b"\n")
    if not body.strip():
        raise InputError("no_rows", file=path.name)
    delimiter, header = _header(body)
    names = header_names(header)
    table, invalid = _parse(body, delimiter, names, path)
    rows = _row_numbers(len(table), invalid, first_row)
    filled = ~_blank(table)
    return Source(
        cells=table.filter(pa.array(filled)).to_pandas(),
        rows=rows[filled],
        encoding=encoding,
        broken=tuple((row.number + first_row - 1, row.actual_columns) for row in invalid if row.text.strip()),
    )


def _as_utf8(content: bytes, path: Path) -> tuple[bytes, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").encode(), "UTF-16"
        except UnicodeDecodeError as fault:
            raise InputError("unknown_encoding", file=path.name, row=1) from fault
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as fault:
        row = content.count(b"\n", 0, fault.start) + 1
        raise InputError("unknown_encoding", file=path.name, row=row) from fault
    return content, "UTF-8"


def _header(body: bytes) -> tuple[str, list[str]]:
    """The delimiter that cuts the first record into most cells, and those cells."""
    start = body[:_BLOCK_BYTES].decode("utf-8", errors="ignore")
    bare = re.sub(r'"[^"]*"', "", start.splitlines()[0])
    delimiter = max(_DELIMITERS, key=bare.count)
    return delimiter, next(csv.reader(io.StringIO(start), delimiter=delimiter))


def _parse(
    body: bytes, delimiter: str, names: list[str], path: Path
) -> tuple[pa.Table, list[pa_csv.InvalidRow]]:
    """All records after the header, and those that do not have as many cells as it."""
    table, invalid = _read_csv(body, delimiter, names, path, threads=True)
    if invalid:
        # Only a single thread knows the numbers of the rows that it could not cut.
        table, invalid = _read_csv(body, delimiter, names, path, threads=False)
    return table, invalid


def _read_csv(
    body: bytes, delimiter: str, names: list[str], path: Path, *, threads: bool
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
                column_names=names,
                skip_rows_after_names=1,
            ),
            pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
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

"""Rows of PostgreSQL's binary COPY format, laid out from columns of cells without a loop over rows.

The format (PostgreSQL manual, COPY, "Binary Format"): a row is its number of fields (int16), then for
each field its length in bytes (int32, -1 for NULL) and the value; all numbers big-endian.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

# 20,000 rows of about 60 bytes stay in the processor's cache while they are written; larger blocks were
# not faster. Rows with long text or large polygons are cut by bytes instead.
BLOCK_ROWS = 20_000
BLOCK_BYTES = 8 * 2**20

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class FixedCells:
    """Cells of one width, none of them NULL.

    payload : (m,) any dtype whose bytes are already those of the wire
    """

    payload: Array


@dataclass(frozen=True)
class VariableCells:
    """Cells of different lengths, or with NULLs among them.

    lengths : (m,) int32, bytes of each cell; -1 is NULL
    payload : (m,) Arrow large_binary, the cells' bytes; empty or null where NULL
    """

    lengths: Array
    payload: pa.Array


Cells = FixedCells | VariableCells


@dataclass(frozen=True)
class CellSource:
    """A checked column: encodes any run of its rows on demand, so that only one block exists at a time.

    rows : number of rows
    cells : (start, stop) -> the cells of rows start .. stop - 1
    row_bytes : (rows,) about how long each cell is, for columns whose cells may be large; else None
    """

    rows: int
    cells: Callable[[int, int], Cells]
    row_bytes: Array | None = None


def nullable(payload: Array, valid: Array | None) -> Cells:
    """Return cells of `payload` (m,), NULL where `valid` (m,) bool is False."""
    if valid is None or valid.all():
        return FixedCells(payload)
    width = payload.dtype.itemsize
    return VariableCells(
        np.where(valid, width, -1).astype(np.int32),
        binary_array(payload[valid].tobytes(), np.where(valid, width, 0)),
    )


def binary_array(cells: bytes | memoryview, lengths: Array) -> pa.Array:
    """Return an Arrow large_binary array of consecutive slices of `cells` with `lengths` (m,) bytes each."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(cells)]
    return pa.Array.from_buffers(pa.large_binary(), len(lengths), buffers)


def blocks(sources: Sequence[CellSource]) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of blocks of 1 to BLOCK_ROWS rows and of about BLOCK_BYTES at most."""
    rows = sources[0].rows
    sized = [source.row_bytes for source in sources if source.row_bytes is not None]
    total = np.cumsum(np.sum(sized, axis=0)) if sized else None
    start = 0
    while start < rows:
        stop = min(start + BLOCK_ROWS, rows)
        if total is not None:
            before = total[start - 1] if start else 0
            fits = int(np.searchsorted(total, before + BLOCK_BYTES, side="right"))
            stop = min(stop, max(fits, start + 1))
        yield start, stop
        start = stop


def encode_rows(columns: Sequence[Cells]) -> memoryview:
    """Return the bytes of the rows whose fields are `columns`, each with the same m >= 1 rows.

    Runs of fixed cells become one structured array. Where a variable cell stands between, the pieces
    are woven row by row by Arrow's element-wise join: copies of whole pieces, no index per byte.
    """
    pieces: list[pa.Array] = []
    run: list[Array] = [_constant(len(columns), ">i2", columns[0])]
    for cells in columns:
        if isinstance(cells, FixedCells):
            run += [_constant(cells.payload.dtype.itemsize, ">i4", cells), cells.payload]
        else:
            run.append(cells.lengths.astype(">i4"))
            pieces += [_as_binary(_packed(run)), cells.payload]
            run = []
    if not pieces:
        return _packed(run).view(np.uint8).data
    if run:
        pieces.append(_as_binary(_packed(run)))
    return _joined(pieces)


def _constant(value: int, dtype: str, like: Cells) -> Array:
    rows = len(like.payload)
    return np.broadcast_to(np.asarray(value, dtype), (rows,))


def _packed(run: list[Array]) -> Array:
    """Return the arrays of `run` side by side as one structured array (m,) without padding."""
    layout = np.dtype([(f"f{place}", part.dtype) for place, part in enumerate(run)])
    rows = np.empty(len(run[0]), layout)
    for place, part in enumerate(run):
        rows[f"f{place}"] = part
    return rows


def _as_binary(rows: Array) -> pa.Array:
    return binary_array(rows.view(np.uint8).data, np.full(len(rows), rows.dtype.itemsize))


def _joined(pieces: list[pa.Array]) -> memoryview:
    separator = pa.scalar(b"", pa.large_binary())
    woven = pc.binary_join_element_wise(*pieces, separator, null_handling="replace", null_replacement=b"")
    _, offsets, cells = woven.buffers()
    end = int(np.frombuffer(offsets, np.int64)[len(woven)])
    return memoryview(cells)[:end]

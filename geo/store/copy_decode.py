"""Columns from the binary COPY stream of a query, decoded a block of rows at a time by NumPy.

Where no field of a block is NULL and all are of fixed width, the block is one structured array. Else
each field's place follows from the length of the one before it, for all rows of the block at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geo.domain.errors import InputError
from geo.store.copy_columns import PG_EPOCH_DAYS, PG_EPOCH_US
from geo.store.copy_encode import HEADER, TRAILER, binary_array

Array = npt.NDArray[Any]
Octets = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
Buffer = bytes | bytearray | memoryview

ReadType = Literal[
    "boolean", "int2", "int4", "int8", "float4", "float8", "date", "timestamptz", "text", "geometry"
]

# Bytes collected before they are decoded: large enough to spread NumPy's cost a call over many rows,
# small enough that a block's temporaries stay far below the result.
BLOCK_BYTES = 4 * 2**20

_WIRE: dict[str, str | None] = {
    "boolean": "?",
    "int2": ">i2",
    "int4": ">i4",
    "int8": ">i8",
    "float4": ">f4",
    "float8": ">f8",
    "date": ">i4",
    "timestamptz": ">i8",
    "text": None,
    "geometry": None,
}
_ARROW = {
    "boolean": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "text": pa.large_string(),
    "geometry": pa.large_binary(),
}


@dataclass(frozen=True)
class RowBlock:
    """Whole rows as they came.

    octets : (b,) uint8
    starts : (m,) position of each row
    """

    octets: Octets
    starts: Positions


@dataclass(frozen=True)
class Decoded:
    """One column as it came: `values` (n,) in wire units or (n,) Arrow large_binary; `valid` (n,) bool."""

    values: Any
    valid: Array


def row_blocks(messages: Iterable[Buffer]) -> Iterator[RowBlock]:
    """Yield blocks of rows from the messages of a COPY TO STDOUT (FORMAT binary).

    The protocol promises one message a row; the header precedes the first row in its message.
    """
    stream = iter(messages)
    first = bytes(next(stream))
    if not first.startswith(HEADER):
        raise ValueError("the stream is not PostgreSQL's binary COPY format")
    gathered, ends = bytearray(first[len(HEADER) :]), [len(first) - len(HEADER)]
    # This loop runs once a row because libpq hands over one row at a time; it only appends bytes.
    for message in stream:
        if ends[-1] >= BLOCK_BYTES:
            yield _row_block(gathered, ends)
            gathered, ends = bytearray(), [0]
        gathered += message
        ends.append(len(gathered))
    del gathered[-len(TRAILER) :], ends[-1]
    yield _row_block(gathered, ends)


def _row_block(gathered: bytearray, ends: list[int]) -> RowBlock:
    bounds = np.array([0, *ends], np.int64)
    whole = np.flatnonzero(np.diff(bounds))
    return RowBlock(np.frombuffer(gathered, np.uint8), bounds[:-1][whole])


def decode_block(block: RowBlock, types: Sequence[ReadType]) -> list[Decoded]:
    """Return the columns of `block` in the order of `types`."""
    wires = [_WIRE[type_] for type_ in types]
    fixed = [wire for wire in wires if wire is not None]
    if len(fixed) == len(wires):
        fields = [
            (f"{part}{place}", wire)
            for place, w in enumerate(fixed)
            for part, wire in (("n", ">i4"), ("v", w))
        ]
        layout = np.dtype([("fields", ">i2"), *fields])
        # No row of fixed fields can be longer than the layout, so this sum means that no field is NULL.
        if len(block.octets) == len(block.starts) * layout.itemsize:
            rows = block.octets.view(layout)
            present = np.ones(len(rows), bool)
            return [Decoded(_native(rows[f"v{place}"]), present) for place in range(len(wires))]
    return list(_walk(block, wires))


def _native(values: Array) -> Array:
    return values.astype(values.dtype.newbyteorder("="))


def _walk(block: RowBlock, wires: Sequence[str | None]) -> Iterator[Decoded]:
    """Yield the columns one by one, stepping over all rows at once."""
    at = block.starts + 2
    for wire in wires:
        lengths = _gather(block.octets, at, ">i4").astype(np.int64)
        valid = lengths >= 0
        sizes = np.where(valid, lengths, 0)
        at = at + 4
        if wire is None:
            yield Decoded(_cut(block.octets, at, sizes), valid)
        else:
            values = np.zeros(len(at), np.dtype(wire).newbyteorder("="))
            values[valid] = _gather(block.octets, at[valid], wire)
            yield Decoded(values, valid)
        at = at + sizes


def _gather(octets: Octets, at: Positions, wire: str) -> Array:
    """Return the values of type `wire` that begin at `at`, wherever they lie."""
    dtype = np.dtype(wire)
    if not len(at):
        return np.empty(0, dtype)
    # A view with a stride of one byte: element i is the value that begins at byte i.
    everywhere = np.ndarray(len(octets) - dtype.itemsize + 1, dtype, buffer=octets, strides=(1,))
    return everywhere[at]


def _cut(octets: Octets, at: Positions, sizes: Positions) -> pa.Array:
    """Return the slices octets[at : at + sizes] as one Arrow large_binary array."""
    before = np.cumsum(sizes) - sizes
    index = np.arange(int(sizes.sum())) + np.repeat(at - before, sizes)
    return binary_array(octets[index].data, sizes)


def gathered_columns(blocks: Iterable[RowBlock], types: Sequence[ReadType]) -> list[Decoded]:
    """Return the columns of all `blocks`, one after the other."""
    parts = [decode_block(block, types) for block in blocks]
    return [_one([part[place] for part in parts]) for place in range(len(types))]


def _one(parts: list[Decoded]) -> Decoded:
    valid = np.concatenate([part.valid for part in parts])
    if isinstance(parts[0].values, pa.Array):
        return Decoded(pa.concat_arrays([part.values for part in parts]), valid)
    return Decoded(np.concatenate([part.values for part in parts]), valid)


def to_numpy(decoded: Decoded, type_: ReadType, column: str) -> Array:
    """Return (n,) values; NULL is NaN, NaT or None by type.

    Raises InputError ``copy_null`` where the type has no such value, ``copy_infinite`` at an infinite time.
    """
    values, missing = decoded.values, ~decoded.valid
    if type_ == "text":
        return np.asarray(_text_array(decoded).to_numpy(zero_copy_only=False), dtype=object)
    if type_ == "geometry":
        return np.asarray(shapely.from_wkb(_nulled(decoded).to_numpy(zero_copy_only=False)), dtype=object)
    if type_ in ("date", "timestamptz"):
        return _moments(decoded, type_, column)
    if not missing.any():
        return np.asarray(values)
    if type_ not in ("float4", "float8"):
        raise InputError("copy_null", column=column, count=int(missing.sum()), type=type_)
    return np.where(missing, np.asarray(np.nan, values.dtype), values)


def to_arrow(decoded: Decoded, type_: ReadType, column: str) -> pa.Array:
    """Return (n,) values with NULL as null; geometry is EWKB. Raises InputError ``copy_infinite``."""
    if type_ == "text":
        return _text_array(decoded)
    if type_ == "geometry":
        return _nulled(decoded)
    values = decoded.values
    if type_ in ("date", "timestamptz"):
        values = _moments(decoded, type_, column)
    mask = None if decoded.valid.all() else ~decoded.valid
    if type_ == "timestamptz":
        return pa.array(values, pa.timestamp("us"), mask=mask).cast(_ARROW[type_])
    return pa.array(values, _ARROW[type_], mask=mask)


def _moments(decoded: Decoded, type_: ReadType, column: str) -> Array:
    """Return datetime64[D] or datetime64[us] (UTC); NULL is NaT."""
    limits = np.iinfo(decoded.values.dtype)
    endless = decoded.valid & ((decoded.values == limits.min) | (decoded.values == limits.max))
    if endless.any():
        raise InputError("copy_infinite", column=column, count=int(endless.sum()))
    counted = decoded.values.astype(np.int64)
    if type_ == "date":
        moments: Array = (counted + PG_EPOCH_DAYS).view("datetime64[D]")
    else:
        moments = (counted + PG_EPOCH_US).view("datetime64[us]")
    moments[~decoded.valid] = "NaT"
    return moments


def _text_array(decoded: Decoded) -> pa.Array:
    return _nulled(decoded).cast(pa.large_string())


def _nulled(decoded: Decoded) -> pa.Array:
    """Return the cells with null where NULL, sharing their bytes."""
    if decoded.valid.all():
        return decoded.values
    bits = pa.py_buffer(np.packbits(decoded.valid, bitorder="little"))
    _, offsets, cells = decoded.values.buffers()
    return pa.Array.from_buffers(pa.large_binary(), len(decoded.values), [bits, offsets, cells])

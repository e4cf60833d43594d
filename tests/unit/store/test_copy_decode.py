"""Hand-packed COPY streams decoded, whatever the blocks they are cut into."""

import struct

import numpy as np
import pytest
import shapely

from geo.domain.errors import InputError
from geo.store import copy_decode
from geo.store.copy_decode import Decoded, ReadType, gathered_columns, row_blocks, to_arrow, to_numpy
from geo.store.copy_encode import HEADER, TRAILER


def row(*cells: bytes | None) -> bytes:
    fields = [
        struct.pack("!i", -1) if cell is None else struct.pack("!i", len(cell)) + cell for cell in cells
    ]
    return struct.pack("!h", len(cells)) + b"".join(fields)


def messages(*rows: bytes) -> list[bytes]:
    """As the server sends them: the header in one message with what follows it, then one message a row."""
    first, *others = [*rows, TRAILER]
    return [HEADER + first, *others]


def decoded(rows: list[bytes], *types: ReadType) -> list[Decoded]:
    return gathered_columns(row_blocks(messages(*rows)), types)


@pytest.fixture(params=[1, 40, 4 * 2**20], autouse=True)
def block_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_decode, "BLOCK_BYTES", request.param)


def test_fixed_rows() -> None:
    rows = [row(struct.pack("!q", -number), struct.pack("!d", number / 2), b"\1") for number in range(9)]
    whole, half, flag = decoded(rows, "int8", "float8", "boolean")
    assert to_numpy(whole, "int8", "a").tolist() == [-number for number in range(9)]
    assert to_numpy(half, "float8", "b").tolist() == [number / 2 for number in range(9)]
    assert to_numpy(flag, "boolean", "c").all()


def test_no_rows() -> None:
    whole, words, moments, shapes = decoded([], "int8", "text", "date", "geometry")
    assert to_numpy(whole, "int8", "a").dtype == np.int64
    assert to_numpy(words, "text", "b").tolist() == []
    assert to_numpy(moments, "date", "c").dtype == np.dtype("datetime64[D]")
    assert to_numpy(shapes, "geometry", "d").shape == (0,)
    assert len(to_arrow(words, "text", "b")) == 0


def test_nulls_and_text_move_what_follows() -> None:
    rows = [
        row("Tổ 1".encode(), struct.pack("!h", 5), b"x"),
        row(None, None, b"y" * 50),
        row(b"", struct.pack("!h", 6), None),
    ]
    names, numbers, tails = decoded(rows, "text", "int2", "text")
    assert to_numpy(names, "text", "a").tolist() == ["Tổ 1", None, ""]
    assert to_arrow(numbers, "int2", "b").to_pylist() == [5, None, 6]
    assert to_arrow(tails, "text", "c").to_pylist() == ["x", "y" * 50, None]


def test_null_is_nan_nat_or_refused() -> None:
    columns = decoded([row(None, None, None, None)], "float4", "date", "timestamptz", "int4")
    assert np.isnan(to_numpy(columns[0], "float4", "a"))[0]
    assert to_numpy(columns[0], "float4", "a").dtype == np.float32
    assert np.isnat(to_numpy(columns[1], "date", "b"))[0]
    assert np.isnat(to_numpy(columns[2], "timestamptz", "c"))[0]
    with pytest.raises(InputError, match="residents has 1 NULLs"):
        to_numpy(columns[3], "int4", "residents")
    assert to_arrow(columns[2], "timestamptz", "c").to_pylist() == [None]


def test_days_and_instants_count_from_2000() -> None:
    days, instants = decoded([row(struct.pack("!i", -1), struct.pack("!q", 1))], "date", "timestamptz")
    assert to_numpy(days, "date", "a")[0] == np.datetime64("1999-12-31")
    assert to_numpy(instants, "timestamptz", "b")[0] == np.datetime64("2000-01-01T00:00:00.000001")


@pytest.mark.parametrize(("type_", "wire"), [("date", "!i"), ("timestamptz", "!q")])
@pytest.mark.parametrize("sign", [1, -1])
def test_infinite_moments_are_refused(type_: ReadType, wire: str, sign: int) -> None:
    bits = struct.calcsize(wire) * 8
    endless = 2 ** (bits - 1) - 1 if sign > 0 else -(2 ** (bits - 1))
    (column,) = decoded([row(struct.pack(wire, endless))], type_)
    for convert in (to_numpy, to_arrow):
        with pytest.raises(InputError) as fault:
            convert(column, type_, "due_at")
        assert fault.value.code == "copy_infinite"


def test_geometries() -> None:
    square = shapely.box(105, 21, 106, 22)
    (column,) = decoded([row(shapely.to_wkb(square)), row(None)], "geometry")
    assert to_numpy(column, "geometry", "geom").tolist() == [square, None]


def test_other_streams_are_refused() -> None:
    with pytest.raises(ValueError, match="binary COPY"):
        list(row_blocks([b"1\tHanoi\n"]))

"""The bytes of COPY against PostgreSQL's manual, packed here by `struct`, and what is refused before."""

import struct

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from geo.domain.errors import InputError, WrongCrsError
from geo.store import copy, copy_encode
from geo.store.copy import CopyColumn
from geo.store.copy_encode import CellSource, FixedCells, encode_rows


def encoded(*columns: CopyColumn) -> bytes:
    sources = [column.checked(f"c{place}") for place, column in enumerate(columns)]
    return bytes(encode_rows([source.cells(0, source.rows) for source in sources]))


def row(*cells: bytes | None) -> bytes:
    fields = [
        struct.pack("!i", -1) if cell is None else struct.pack("!i", len(cell)) + cell for cell in cells
    ]
    return struct.pack("!h", len(cells)) + b"".join(fields)


def test_fixed_columns() -> None:
    got = encoded(copy.int2([1, -2]), copy.int8(np.array([3, 4], "u4")), copy.float4([0.5, -np.inf]))
    assert got == row(struct.pack("!h", 1), struct.pack("!q", 3), struct.pack("!f", 0.5)) + row(
        struct.pack("!h", -2), struct.pack("!q", 4), struct.pack("!f", -np.inf)
    )


def test_nulls_and_text_between_fixed_columns() -> None:
    got = encoded(
        copy.int4([7, 8, 9], np.array([True, False, True])),
        copy.text(["Phường Cửa Nam", None, ""]),
        copy.boolean([True, False, True]),
        copy.text(pd.Series(["a", "b", None])),
    )
    assert got == row(struct.pack("!i", 7), "Phường Cửa Nam".encode(), b"\1", b"a") + row(
        None, None, b"\0", b"b"
    ) + row(struct.pack("!i", 9), b"", b"\1", None)


def test_point_is_ewkb_and_missing_is_null() -> None:
    got = encoded(copy.point([105.8, np.nan], [21.0, np.nan]))
    assert got == row(
        shapely.to_wkb(shapely.set_srid(shapely.Point(105.8, 21.0), 4326), include_srid=True)
    ) + row(None)


def test_dates_and_instants_count_from_2000() -> None:
    got = encoded(
        copy.date(np.array(["2000-01-02", "1999-12-31", "NaT"], "datetime64[D]")),
        copy.timestamptz(np.array(["2000-01-01T00:00:01", "1999-12-31T23:59:59", "NaT"], "datetime64[s]")),
    )
    assert got == row(struct.pack("!i", 1), struct.pack("!q", 10**6)) + row(
        struct.pack("!i", -1), struct.pack("!q", -(10**6))
    ) + row(None, None)


def test_zone_is_turned_to_utc() -> None:
    hanoi = pd.Series(pd.to_datetime(["2026-07-01 07:00"])).dt.tz_localize("Asia/Ho_Chi_Minh")
    assert encoded(copy.timestamptz(hanoi)) == encoded(
        copy.timestamptz(np.array(["2026-07-01T00:00"], "datetime64[m]"))
    )


@pytest.mark.parametrize(("ns", "us"), [(1_999, 1), (-1, -1), (-1_001, -2)])
def test_nanoseconds_are_floored(ns: int, us: int) -> None:
    assert encoded(copy.timestamptz(np.array([ns], "datetime64[ns]"))) == encoded(
        copy.timestamptz(np.array([us], "datetime64[us]"))
    )


def test_ranges_leave_out_open_bounds() -> None:
    lower = np.array(["2000-01-03", "2000-01-03", "NaT", "NaT", "2000-01-03"], "datetime64[D]")
    upper = np.array(["2000-01-05", "NaT", "2000-01-03", "NaT", "2000-01-04"], "datetime64[D]")
    two, four = struct.pack("!ii", 4, 2), struct.pack("!ii", 4, 4)
    assert encoded(copy.daterange(lower, upper, np.arange(5) < 4)) == (
        row(b"\x02" + two + four) + row(b"\x12" + two) + row(b"\x08" + two) + row(b"\x18") + row(None)
    )
    assert encoded(copy.daterange(lower[:1], upper[:1])) == row(b"\x02" + two + four)


@pytest.mark.parametrize(
    "values",
    [
        [1, None, 3],
        [1.0, np.nan, 3.0],
        pd.Series([1, None, 3], dtype="Int64"),
        pa.chunked_array([[1, None], [3]]),
        pa.array([1, None, 3]).dictionary_encode(),
        np.array([1, None, 3], dtype=object),
    ],
)
def test_every_kind_of_missing_integer_is_null(values: object) -> None:
    assert encoded(copy.int4(values)) == encoded(copy.int4([1, 0, 3], np.array([True, False, True])))


@pytest.mark.parametrize(
    "values", [pd.Categorical(["a", None]), pa.array(["a", None], pa.string()), ["a", np.nan]]
)
def test_every_kind_of_missing_text_is_null(values: object) -> None:
    assert encoded(copy.text(values)) == row(b"a") + row(None)


def test_nan_is_null_unless_asked_otherwise() -> None:
    assert encoded(copy.float8([np.nan])) == row(None)
    assert encoded(copy.float8(pd.Series([np.nan]), nan_is_null=False)) == row(struct.pack("!d", np.nan))


def test_column_with_nothing_in_it_fits_every_type() -> None:
    nothing = [None, None]
    for column in (copy.int2, copy.float8, copy.boolean, copy.date, copy.timestamptz, copy.text):
        assert encoded(column(nothing)) == row(None) * 2
        assert encoded(column(pd.Series([np.nan, np.nan]))) == row(None) * 2
    assert encoded(copy.point(nothing, nothing)) == row(None) * 2


@pytest.mark.parametrize(
    ("column", "code", "first"),
    [
        (copy.int2([0, 32_768]), "copy_out_of_range", 1),
        (copy.int2([-32_769]), "copy_out_of_range", 0),
        (copy.int4(np.array([2**31], "u8")), "copy_out_of_range", 0),
        (copy.int8(np.array([0, 2**63], "u8")), "copy_out_of_range", 1),
        (copy.int8([0.0, 2.0**63]), "copy_out_of_range", 1),
        (copy.int4([1.0, 2.5]), "copy_out_of_range", 1),
        (copy.int4([np.inf]), "copy_out_of_range", 0),
        (copy.float4([0.0, 1e39]), "copy_out_of_range", 1),
        (copy.date(np.array([0, -2_451_546 + 10_957], "datetime64[D]")), "copy_out_of_range", 1),
        (copy.date(np.array([2_145_031_949 + 10_957], "datetime64[D]")), "copy_out_of_range", 0),
        (copy.date(np.array(["2026-01-01T01"], "datetime64[h]")), "copy_out_of_range", 0),
        (copy.timestamptz(np.array([-(2**62)], "datetime64[s]")), "copy_out_of_range", 0),
        (copy.timestamptz(np.array([0, 2**62], "datetime64[ms]")), "copy_out_of_range", 1),
        (copy.text(["a", "b\0c"]), "copy_nul_text", 1),
        (copy.point([105.0, 105.0], [21.0, np.nan]), "copy_half_point", 1),
        (copy.point([np.inf], [21.0]), "copy_half_point", 0),
        (copy.daterange(*[np.array(["2026-01-02"], "datetime64[D]")] * 2), "copy_empty_range", 0),
    ],
)
def test_fault_names_column_and_first_row(column: CopyColumn, code: str, first: int) -> None:
    with pytest.raises(InputError) as fault:
        column.checked("residents")
    assert (fault.value.code, fault.value.params["row"]) == (code, first)
    assert "residents" in fault.value.message("vi")


@pytest.mark.parametrize(
    "column",
    [
        copy.int4(["1", "2"]),
        copy.int4([1, "2"]),
        copy.boolean([0, 1]),
        copy.text([1, 2]),
        copy.text(["\ud800"]),
        copy.date(pd.Series(pd.to_datetime(["2026-01-01"], utc=True))),
        copy.date([1.0]),
        copy.date([np.datetime64("2026-01-02"), "2026-01-03"]),
        copy.wkb_geometry(np.array(["POINT (1 2)"], dtype=object)),
    ],
)
def test_wrong_type_is_refused(column: CopyColumn) -> None:
    with pytest.raises(InputError) as fault:
        column.checked("c")
    assert fault.value.code == "copy_wrong_type"


def test_faults_hidden_by_the_mask_do_not_count() -> None:
    hidden = np.array([True, False])
    for column in (
        copy.int2([1, 40_000], hidden),
        copy.int4([1.0, np.inf], hidden),
        copy.float4([1.0, 1e39], hidden),
        copy.point([1.0, np.inf], [1.0, 2.0], valid=hidden),
        copy.text(["a", "b\0"], hidden),
    ):
        assert encoded(column).endswith(row(None))


def test_geometries_of_another_crs_are_refused() -> None:
    metric = gpd.GeoSeries([shapely.Point(585_000, 2_320_000)], crs="EPSG:3405")
    for column in (copy.wkb_geometry(metric), copy.wkb_geometry(shapely.set_srid(metric.to_numpy(), 3405))):
        with pytest.raises(WrongCrsError, match="EPSG:3405"):
            column.checked("geom")


@pytest.mark.parametrize("valid", [np.array([1, 0]), np.array([True])])
def test_mask_of_another_shape_or_type_is_a_defect(valid: np.ndarray) -> None:
    with pytest.raises(ValueError, match="valid must be"):
        copy.int4([1, 2], valid).checked("c")


def test_blocks_are_cut_by_rows_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_encode, "BLOCK_ROWS", 3)
    monkeypatch.setattr(copy_encode, "BLOCK_BYTES", 10)
    small = CellSource(7, lambda start, stop: FixedCells(np.zeros(stop - start)))
    assert list(copy_encode.blocks([small])) == [(0, 3), (3, 6), (6, 7)]
    large = CellSource(7, small.cells, np.array([4, 6, 1, 99, 1, 1, 1]))
    assert list(copy_encode.blocks([small, large])) == [(0, 2), (2, 3), (3, 4), (4, 7)]
    assert list(copy_encode.blocks([CellSource(0, small.cells, np.empty(0, int))])) == []

"""Columns for `geo.store.copy.copy_in`, made from NumPy, pandas or Arrow values without per-row Python.

What is missing becomes NULL: NaN, NaT, None, pandas' NA, an Arrow null, and every row whose `valid` is
False. Values are checked when the column is written, before the first byte is sent, so that a fault
leaves the transaction as it was; the InputError names the column and the first row (counted from 0).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.domain.errors import InputError, WrongCrsError
from geo.store.copy_encode import Cells, CellSource, VariableCells, binary_array, nullable
from geo.store.copy_values import Array, Mask, arrow_values, both_masks, plain_values, refuse, row_mask

# PostgreSQL counts days and microseconds from 2000-01-01, NumPy from 1970-01-01.
PG_EPOCH_DAYS = 10_957
PG_EPOCH_US = PG_EPOCH_DAYS * 86_400 * 10**6

# The ranges the server accepts (src/include/datatype/timestamp.h): 24 November 4714 BC for both; dates end
# before day 2,145,031,949 of its own count. Its end of timestamps lies beyond what datetime64[us] can hold.
_FIRST_DAY = -2_451_545 + PG_EPOCH_DAYS
_END_DAY = 2_145_031_949 + PG_EPOCH_DAYS
_FIRST_US = -211_813_488_000_000_000 + PG_EPOCH_US
_LAST_US = np.iinfo(np.int64).max

# The flags of a range (src/include/utils/rangetypes.h).
_LOWER_INCLUSIVE, _LOWER_INFINITE, _UPPER_INFINITE = 0x02, 0x08, 0x10

_EWKB_POINT_WITH_SRID = 0x20000001
_WIRE = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float4": ">f4", "float8": ">f8"}
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
_COARSER_THAN_US = {"Y", "M", "W", "D", "h", "m", "s", "ms"}
_RANGE = np.dtype(
    [("flags", "u1"), ("lower_bytes", ">i4"), ("lower", ">i4"), ("upper_bytes", ">i4"), ("upper", ">i4")]
)


@dataclass(frozen=True)
class CopyColumn:
    """One column to write.

    type : PostgreSQL's name of the type, which the table's column must have exactly (COPY casts nothing)
    checked : column name -> its source of cells; raises InputError where a value cannot be stored
    """

    type: str
    checked: Callable[[str], CellSource]


def int2(values: Any, valid: Mask | None = None) -> CopyColumn:
    """Whole numbers of 16 bits from integers, or from floats without a fraction."""
    return CopyColumn("int2", partial(_whole_numbers, "int2", values, valid))


def int4(values: Any, valid: Mask | None = None) -> CopyColumn:
    """Whole numbers of 32 bits from integers, or from floats without a fraction."""
    return CopyColumn("int4", partial(_whole_numbers, "int4", values, valid))


def int8(values: Any, valid: Mask | None = None) -> CopyColumn:
    """Whole numbers of 64 bits from integers, or from floats without a fraction."""
    return CopyColumn("int8", partial(_whole_numbers, "int8", values, valid))


def float4(values: Any, valid: Mask | None = None, *, nan_is_null: bool = True) -> CopyColumn:
    """Single precision; rounds to nearest. Infinities are kept. See `float8` for `nan_is_null`."""
    return CopyColumn("float4", partial(_real_numbers, "float4", values, valid, nan_is_null))


def float8(values: Any, valid: Mask | None = None, *, nan_is_null: bool = True) -> CopyColumn:
    """Double precision. Infinities are kept.

    nan_is_null : NaN is stored as NULL, which sums and averages pass over; False stores it as NaN
    """
    return CopyColumn("float8", partial(_real_numbers, "float8", values, valid, nan_is_null))


def boolean(values: Any, valid: Mask | None = None) -> CopyColumn:
    """True and False; 0 and 1 are refused as integers."""
    return CopyColumn("boolean", partial(_booleans, values, valid))


def date(values: Any, valid: Mask | None = None) -> CopyColumn:
    """Days, from datetime64 at midnight or Arrow dates.

    A time of day or a zone is refused: which day it is there must be decided by the caller.
    """
    return CopyColumn("date", partial(_dates, values, valid))


def timestamptz(values: Any, valid: Mask | None = None) -> CopyColumn:
    """Instants. A value without a zone is UTC. Nanoseconds are floored to microseconds."""
    return CopyColumn("timestamptz", partial(_instants, values, valid))


def text(values: Any, valid: Mask | None = None) -> CopyColumn:
    """Unicode text of any length, stored as given (no normalisation). NUL is refused, as by the server."""
    return CopyColumn("text", partial(_texts, values, valid))


def point(lon: Any, lat: Any, srid: int = 4326, valid: Mask | None = None) -> CopyColumn:
    """Points from x and y (n,) each; degrees for the default SRID 4326.

    NULL where both are missing. One without the other, or an infinite one, is refused.
    """
    return CopyColumn("geometry", partial(_points, lon, lat, srid, valid))


def wkb_geometry(geometries: Any, srid: int = 4326, valid: Mask | None = None) -> CopyColumn:
    """Geometries of any type from an array of shapely objects or a GeoSeries.

    Raises WrongCrsError when written if the GeoSeries' CRS or a geometry's own SRID is another one.
    """
    return CopyColumn("geometry", partial(_geometries, geometries, srid, valid))


def daterange(lower: Any, upper: Any, valid: Mask | None = None) -> CopyColumn:
    """Date ranges [lower, upper): NaT is unbounded on that side; NULL only where `valid` is False.

    Empty and reversed ranges are refused: an empty one would slip past an exclusion constraint.
    """
    return CopyColumn("daterange", partial(_date_ranges, lower, upper, valid))


def _whole_numbers(type_: str, values: Any, valid: Mask | None, column: str) -> CellSource:
    wire = _WIRE[type_]
    plain, valid = plain_values(values, valid, column, type_, "iuf")
    if plain.dtype.kind == "f":
        valid = both_masks(valid, ~np.isnan(plain))
    bad = _outside(plain, np.iinfo(np.dtype(wire)))
    refuse(bad if valid is None else bad & valid, "copy_out_of_range", column, type=type_)

    def cells(start: int, stop: int) -> Cells:
        part, here = plain[start:stop], None if valid is None else valid[start:stop]
        if here is not None:
            part = np.where(here, part, 0)
        return nullable(part.astype(wire), here)

    return CellSource(len(plain), cells)


def _outside(plain: Array, limits: Any) -> Mask:
    """Say where a number is not one of the whole numbers within `limits` (a NumPy iinfo)."""
    if plain.dtype.kind == "f":
        # limits.max + 1 is a power of two, exact as a float; limits.max itself is not for 64 bits.
        inside = (plain >= float(limits.min)) & (plain < float(limits.max + 1))
        return np.asarray(~(inside & (np.floor(plain) == plain)))
    own = np.iinfo(plain.dtype)
    bad = np.zeros(len(plain), bool)
    # NumPy refuses to compare with a number that the array's own type cannot hold.
    if own.min < limits.min:
        bad |= plain < limits.min
    if own.max > limits.max:
        bad |= plain > limits.max
    return bad


def _real_numbers(type_: str, values: Any, valid: Mask | None, nan_is_null: bool, column: str) -> CellSource:
    wire = _WIRE[type_]
    plain, valid = plain_values(values, valid, column, type_, "iuf")
    if nan_is_null and plain.dtype.kind == "f":
        valid = both_masks(valid, ~np.isnan(plain))
    if plain.dtype.itemsize > np.dtype(wire).itemsize:
        with np.errstate(over="ignore"):
            bad = np.isinf(plain.astype(wire)) & ~np.isinf(plain)
        refuse(bad if valid is None else bad & valid, "copy_out_of_range", column, type=type_)

    def cells(start: int, stop: int) -> Cells:
        with np.errstate(over="ignore"):  # of values that are NULL
            part = plain[start:stop].astype(wire)
        return nullable(part, None if valid is None else valid[start:stop])

    return CellSource(len(plain), cells)


def _booleans(values: Any, valid: Mask | None, column: str) -> CellSource:
    plain, valid = plain_values(values, valid, column, "boolean", "b")
    return CellSource(len(plain), _simple_cells(plain, valid))


def _simple_cells(wired: Array, valid: Mask | None) -> Callable[[int, int], Cells]:
    def cells(start: int, stop: int) -> Cells:
        return nullable(wired[start:stop], None if valid is None else valid[start:stop])

    return cells


def _dates(values: Any, valid: Mask | None, column: str) -> CellSource:
    days, valid = _days(values, valid, column)
    return CellSource(len(days), _simple_cells(days, valid))


def _days(values: Any, valid: Mask | None, column: str) -> tuple[Array, Mask | None]:
    """Return the days as the server counts them (n,) >i4, 0 where missing, and the mask of those present."""
    if isinstance(getattr(values, "dtype", None), pd.DatetimeTZDtype):
        raise InputError("copy_wrong_type", column=column, found=str(values.dtype), type="date")
    plain, valid = plain_values(values, valid, column, "date", "M")
    valid = both_masks(valid, ~np.isnat(plain))
    days = plain.astype("datetime64[D]")
    bad = (days.astype(plain.dtype) != plain) | (days.view(np.int64) < _FIRST_DAY)
    bad |= days.view(np.int64) >= _END_DAY
    refuse(bad if valid is None else bad & valid, "copy_out_of_range", column, type="date")
    counted = days.view(np.int64) - PG_EPOCH_DAYS
    return (counted if valid is None else np.where(valid, counted, 0)).astype(">i4"), valid


def _instants(values: Any, valid: Mask | None, column: str) -> CellSource:
    plain, valid = plain_values(values, valid, column, "timestamptz", "M")
    valid = both_masks(valid, ~np.isnat(plain))
    bad = plain.astype("datetime64[us]").view(np.int64) < _FIRST_US
    if np.datetime_data(plain.dtype)[0] in _COARSER_THAN_US:
        first, last = (np.datetime64(us, "us").astype(plain.dtype) for us in (_FIRST_US, _LAST_US))
        bad |= (plain < first) | (plain > last)
    refuse(bad if valid is None else bad & valid, "copy_out_of_range", column, type="timestamptz")

    def cells(start: int, stop: int) -> Cells:
        here = None if valid is None else valid[start:stop]
        counted = plain[start:stop].astype("datetime64[us]").view(np.int64) - PG_EPOCH_US
        return nullable(counted.astype(">i8"), here)

    return CellSource(len(plain), cells)


def _texts(values: Any, valid: Mask | None, column: str) -> CellSource:
    texts = _arrow_texts(values, valid, column)
    content = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    # UTF-8 has a zero byte only for NUL itself; the minimum needs no array beside the text.
    if content.size and content.min() == 0:
        holds_nul = pc.fill_null(pc.match_substring(texts, "\0"), False)
        refuse(holds_nul.to_numpy(zero_copy_only=False), "copy_nul_text", column)
    lengths = pc.fill_null(pc.binary_length(texts), -1).to_numpy(zero_copy_only=False)

    def cells(start: int, stop: int) -> Cells:
        part = texts.slice(start, stop - start).cast(pa.large_binary())
        return VariableCells(lengths[start:stop].astype(np.int32), part)

    return CellSource(len(texts), cells, row_bytes=np.maximum(lengths, 0))


def _arrow_texts(values: Any, valid: Mask | None, column: str) -> pa.Array:
    arrow = arrow_values(values, column, "text")
    if pa.types.is_dictionary(arrow.type):
        arrow = arrow.dictionary_decode()
    if arrow.null_count == len(arrow):
        arrow = pa.nulls(len(arrow), pa.large_string())
    if not (pa.types.is_string(arrow.type) or pa.types.is_large_string(arrow.type)):
        raise InputError("copy_wrong_type", column=column, found=str(arrow.type), type="text")
    texts = arrow.cast(pa.large_string())
    return texts if valid is None else pc.if_else(pa.array(row_mask(valid, len(texts))), texts, None)


def _points(lon: Any, lat: Any, srid: int, valid: Mask | None, column: str) -> CellSource:
    x, x_valid = _coordinate(lon, valid, column)
    y, y_valid = _coordinate(lat, valid, column)
    half = x_valid != y_valid
    refuse(half | (x_valid & ~(np.isfinite(x) & np.isfinite(y))), "copy_half_point", column)
    present = None if x_valid.all() else x_valid

    def cells(start: int, stop: int) -> Cells:
        part = np.empty(stop - start, _POINT)
        part["order"], part["type"], part["srid"] = 1, _EWKB_POINT_WITH_SRID, srid
        part["x"], part["y"] = x[start:stop], y[start:stop]
        return nullable(part, None if present is None else present[start:stop])

    return CellSource(len(x), cells)


def _coordinate(values: Any, valid: Mask | None, column: str) -> tuple[Array, Mask]:
    plain, present = plain_values(values, valid, column, "geometry", "fiu")
    plain = plain.astype(np.float64, copy=False)
    there = ~np.isnan(plain)
    return plain, there if present is None else there & present


def _geometries(geometries: Any, srid: int, valid: Mask | None, column: str) -> CellSource:
    crs = getattr(geometries, "crs", None)
    shapes = np.asarray(geometries, dtype=object)
    if valid is not None:
        shapes = shapes.copy()
        shapes[~row_mask(valid, len(shapes))] = None
    if not (shapely.is_geometry(shapes) | shapely.is_missing(shapes)).all():
        raise InputError("copy_wrong_type", column=column, found="object", type="geometry")
    own = set(np.unique(shapely.get_srid(shapes)).tolist()) - {-1, 0, srid}  # -1: missing, 0: not said
    found = crs.to_string() if crs is not None and crs.to_epsg() != srid else None
    if found or own:
        left = found or f"EPSG:{min(own)}"
        raise WrongCrsError(
            "crs_mismatch", left=column, left_crs=left, right="SRID", right_crs=f"EPSG:{srid}"
        )

    def cells(start: int, stop: int) -> Cells:
        tagged = shapely.set_srid(shapes[start:stop], srid)
        wkb = pa.array(shapely.to_wkb(tagged, byte_order=1, include_srid=True), pa.large_binary())
        lengths = pc.fill_null(pc.binary_length(wkb), -1).to_numpy(zero_copy_only=False)
        return VariableCells(lengths.astype(np.int32), wkb)

    about = 16 * shapely.get_num_coordinates(shapes).astype(np.int64) + 32
    return CellSource(len(shapes), cells, row_bytes=about)


def _date_ranges(lower: Any, upper: Any, valid: Mask | None, column: str) -> CellSource:
    from_day, has_lower = _days(lower, None, column)
    to_day, has_upper = _days(upper, None, column)
    rows = len(from_day)
    bounded_below = np.ones(rows, bool) if has_lower is None else has_lower
    bounded_above = np.ones(rows, bool) if has_upper is None else has_upper
    given = None if valid is None else row_mask(valid, rows)
    bad = bounded_below & bounded_above & (from_day >= to_day)
    refuse(bad if given is None else bad & given, "copy_empty_range", column)

    def cells(start: int, stop: int) -> Cells:
        here = slice(start, stop)
        records = np.empty(stop - start, _RANGE)
        below, above = bounded_below[here], bounded_above[here]
        records["flags"] = np.where(below, _LOWER_INCLUSIVE, _LOWER_INFINITE)
        records["flags"] |= np.where(above, 0, _UPPER_INFINITE).astype(np.uint8)
        records["lower_bytes"] = records["upper_bytes"] = 4
        records["lower"], records["upper"] = from_day[here], to_day[here]
        return _range_cells(records, below, above, None if given is None else given[here])

    return CellSource(rows, cells)


def _range_cells(records: Array, below: Mask, above: Mask, given: Mask | None) -> Cells:
    """Return the cells of full `records`, leaving out the bytes of bounds that are not there."""
    if below.all() and above.all():
        return nullable(records, given)
    there = np.ones(len(records), bool) if given is None else given
    octets = records.view(np.uint8).reshape(len(records), _RANGE.itemsize)
    keep = np.empty(octets.shape, bool)
    keep[:, 0] = there
    keep[:, 1:9] = (below & there)[:, None]
    keep[:, 9:] = (above & there)[:, None]
    lengths = keep.sum(axis=1)
    return VariableCells(
        np.where(there, lengths, -1).astype(np.int32), binary_array(octets[keep].tobytes(), lengths)
    )

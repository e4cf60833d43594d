"""What callers give as a column (NumPy, pandas, Arrow, lists) as plain arrays and masks of what is there."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.domain.errors import InputError

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

_BLANK = {"i": "i8", "f": "f8", "b": "?", "M": "datetime64[us]"}


def plain_values(
    values: Any, valid: Mask | None, column: str, type_: str, kinds: str
) -> tuple[Array, Mask | None]:
    """Return `values` as a NumPy array (n,) of one of `kinds` and the mask of those present.

    The mask is None where the values themselves say what is missing (NaN, NaT) or where nothing is.
    """
    plain, there = _numpy(values), None
    if plain is None:
        plain, there = _from_arrow(arrow_values(values, column, type_))
    if plain.dtype.kind not in kinds:
        if not _nothing_there(plain, there):
            raise InputError("copy_wrong_type", column=column, found=str(plain.dtype), type=type_)
        plain, there = np.zeros(len(plain), _BLANK[kinds[0]]), np.zeros(len(plain), bool)
    given = None if valid is None else row_mask(valid, len(plain))
    if given is None or there is None:
        return plain, given if there is None else there
    return plain, given & there


def _nothing_there(plain: Array, there: Mask | None) -> bool:
    """Say whether all is missing: such a column has whatever type its maker gave it, and fits any."""
    if there is not None:
        return not there.any()
    return bool(pd.isna(plain).all())


def _numpy(values: Any) -> Array | None:
    """Return `values` without a copy where they already are a plain NumPy array underneath."""
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return np.asarray(pd.DatetimeIndex(values).tz_convert("UTC").tz_localize(None))
    if isinstance(dtype, np.dtype) and dtype.kind in "biufM":
        return np.asarray(values)
    return None


def arrow_values(values: Any, column: str, type_: str) -> pa.Array:
    """Return `values` as one Arrow array, pandas' missing values as null; Arrow's own without a copy.

    Raises InputError ``copy_wrong_type`` where the values are of different types, or broken Unicode.
    """
    try:
        arrow = (
            values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, from_pandas=True)
        )
    except (pa.ArrowException, TypeError, UnicodeError) as fault:
        raise InputError("copy_wrong_type", column=column, found=str(fault), type=type_) from fault
    return arrow.combine_chunks() if isinstance(arrow, pa.ChunkedArray) else arrow


def _from_arrow(arrow: pa.Array) -> tuple[Array, Mask]:
    if pa.types.is_dictionary(arrow.type):
        arrow = arrow.dictionary_decode()
    valid = arrow.is_valid().to_numpy(zero_copy_only=False)
    if arrow.null_count and (pa.types.is_integer(arrow.type) or pa.types.is_boolean(arrow.type)):
        arrow = pc.fill_null(arrow, pa.scalar(0).cast(arrow.type))
    return arrow.to_numpy(zero_copy_only=False), valid


def row_mask(valid: Any, rows: int) -> Mask:
    """Return `valid` as (rows,) bool, or raise ValueError."""
    mask = np.asarray(valid)
    if mask.dtype != np.bool_ or mask.shape != (rows,):
        raise ValueError(f"valid must be ({rows},) of bool, not {mask.shape} of {mask.dtype}")
    return mask


def both_masks(valid: Mask | None, there: Mask) -> Mask | None:
    """Return where both masks are True; None, the mask of a column without NULLs, if that is everywhere."""
    both = there if valid is None else valid & there
    return None if both.all() else both


def refuse(bad: Array, code: str, column: str, **params: str) -> None:
    """Raise InputError `code` with how many rows are `bad` (n,) bool and the first of them, if any is."""
    if bad.any():
        raise InputError(code, column=column, count=int(bad.sum()), row=int(bad.argmax()), **params)

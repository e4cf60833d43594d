"""Columns of text and days, built whole: a million Python strings cost more than the city itself."""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

DAY_DTYPE = "datetime64[us]"


def numbered(prefix: str, numbers: Any, width: int) -> pd.api.extensions.ExtensionArray:
    """Return text (n,): `prefix` and each number, padded with zeros to `width` digits."""
    digits = pc.utf8_lpad(_large(np.asarray(numbers)), width, "0")
    return _text(pc.binary_join_element_wise(_large_text(prefix), digits, _large_text("")))


def joined(left: Any, right: Any) -> pd.api.extensions.ExtensionArray:
    """Return text (n,): each of `left` followed by its `right`."""
    return _text(pc.binary_join_element_wise(_large(left), _large(right), _large_text("")))


def picked(labels: Any, positions: Any) -> pd.api.extensions.ExtensionArray:
    """Return text (n,): ``labels[positions]``; position -1 gives a missing value."""
    return pd.array(np.asarray(labels, dtype=object), dtype="str").take(
        np.asarray(positions, dtype=np.int64), allow_fill=True
    )


def days(values: Any) -> pd.DatetimeIndex:
    """Return days (n,) without zone from dates, days since 1970 or None (a missing day)."""
    return pd.DatetimeIndex(np.asarray(values, dtype="datetime64[D]").astype(DAY_DTYPE))


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def _large(values: Any) -> Any:
    return pc.cast(pa.array(values), pa.large_string())


def _large_text(value: str) -> Any:
    return pa.scalar(value, pa.large_string())


def _text(values: Any) -> pd.api.extensions.ExtensionArray:
    column: pd.api.extensions.ExtensionArray = pd.array(values, dtype="str")
    return column

"""Cells to values, a column at a time: text, numbers, days, instants. Each also says which cells are bad.

Cells arrive as text (CSV), as typed columns (vector formats) or as Python objects (workbooks). Text goes
through Arrow kernels: no Python per row.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api import types as pdt

Mask = npt.NDArray[np.bool_]

# What people and programs write into a cell that has no value.
_NOTHING = pa.array(
    ["", "-", "–", "—", "--", "…", "...", "NA", "N/A", "#N/A", "NULL", "null", "None", "NaN", "nan", "<NA>"]
)

_DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
# N is north; Vietnamese B, Đ and T are north, east and west.
_DMS = re.compile(
    r"^([NSEWBĐT]?)\s*(\d{1,3})\s*[°ºd]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['’′m])?"
    r"\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"”″s]|''))?\s*([NSEWBĐT]?)$",
    re.IGNORECASE,
)
# 1.250 and 1.250.000 as Vietnam writes thousands; 1,250,000 as others do.
_THOUSANDS_POINT = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$"
_THOUSANDS_COMMA = r"^[+-]?[1-9]\d{0,2}(,\d{3}){2,}(\.\d+)?$|^[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+$"
# 1 250, as international standards part them.
_THOUSANDS_SPACE = r"^[+-]?[1-9]\d{0,2}( \d{3})+(,\d+)?$"
# 1.25 and 0.125 can only be decimals.
_DECIMAL_POINT = r"^[+-]?(\d+\.(\d{1,2}|\d{4,})|0\.\d+)$"
_ABOUT = r"^(?:(?:~|≈|±|khoảng|khoảng chừng|chừng|ước|ước tính|ước chừng|gần|trên|hơn|about|approx\.?)\s*)+"
_UNIT = r"\s*(?:hộ|hộ dân|người|nhân khẩu|khẩu|vụ|ngày|căn|nhà|km2|km²|m2|m²|ha|m|km)\.?$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
_ISO_ZONED = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)$"
# 5/3/2026, 05-03-2026 15:30, 05.03.2026 15:30:10: the day first, as Vietnam writes it.
_DAY_FIRST = (
    r"^(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"
    r"(?:[ T]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?)?$"
)


def text(cells: pd.Series) -> pd.Series:
    """Return `cells` as text: NFC, single spaces, None for nothing; 4.0 reads "4"."""
    return _series(_arrow_text(cells), cells)


def number(cells: pd.Series) -> tuple[pd.Series, Mask]:
    """Return float64 with NaN for nothing, and the mask of cells that are no finite number.

    A decimal comma is read ("-75,57"); a point is a decimal point here ("1.250" is 1.25), as in coordinates.
    """
    return _numbers(cells, _floats)


def degrees(cells: pd.Series) -> tuple[pd.Series, Mask]:
    """As `number`, also degrees, minutes and seconds: 17°28', 17°28'30"N, 106d37m."""
    parsed, bad = number(cells)
    if not bad.any():
        return parsed, bad
    words = text(cells)[bad].astype(object)
    found = np.array([_from_dms(str(word)) for word in words], dtype=np.float64)
    filled = parsed.to_numpy(np.float64).copy()
    filled[bad] = found
    return pd.Series(filled, index=cells.index), bad & np.isnan(filled)


def _from_dms(word: str) -> float:
    match = _DMS.match(word)
    if match is None:
        return np.nan
    whole_degrees, minutes, seconds = (
        float((part or "0").replace(",", ".")) for part in match.group(2, 3, 4)
    )
    if minutes >= 60 or seconds >= 60:
        return np.nan
    side = (match[1] or match[5] or "").upper()
    return (whole_degrees + minutes / 60 + seconds / 3600) * (-1 if side in {"S", "W", "T"} else 1)


def quantity(cells: pd.Series) -> tuple[pd.Series, Mask]:
    """As `number`, written as people write amounts: "1.250" is 1250, "1,5" is 1.5, "~300", "300 hộ".

    A point before exactly three digits parts thousands, unless a cell of the column shows points to be
    decimal ("1.25"): one column is written in one way. Cells that a workbook holds as numbers are taken as
    they are: 12.345 there is no twelve thousand, and shows nothing about how the text beside it is written.
    """
    if not pdt.is_object_dtype(cells.dtype):
        return _amounts(cells)
    typed = cells.map(lambda cell: isinstance(cell, int | float) and not isinstance(cell, bool)).to_numpy(
        bool
    )
    parsed, bad = _amounts(cells.mask(typed, None))
    held, infinite = _numbers(pd.to_numeric(cells.where(typed, np.nan)), _floats)
    return parsed.where(~typed, held), np.where(typed, infinite, bad)


def _amounts(cells: pd.Series) -> tuple[pd.Series, Mask]:
    return _numbers(cells, lambda words: _floats(_bare_amounts(words)))


def all_iso(cells: pd.Series) -> bool:
    """Say whether every cell is a day or a time of ISO 8601, or empty: a quick look."""
    if not pdt.is_string_dtype(cells.dtype) or pdt.is_object_dtype(cells.dtype):
        return False
    return bool(pc.all(pc.match_substring_regex(_as_strings(cells), r"^$|^\d{4}-\d{2}-\d{2}")).as_py())


def is_about(cells: pd.Series) -> Mask:
    """Mask of the cells that say themselves that their number is a rough one: "~300", "khoảng 20"."""
    if not pdt.is_string_dtype(cells.dtype) and not pdt.is_object_dtype(cells.dtype):
        return np.zeros(len(cells), dtype=bool)
    found = pc.match_substring_regex(_arrow_text(cells), _ABOUT, ignore_case=True)
    return np.asarray(pc.fill_null(found, fill_value=False).to_numpy(), dtype=bool)


def is_any_of(cells: pd.Series, words: Sequence[str]) -> Mask:
    """Mask of the text cells that are one of `words`."""
    if pdt.is_object_dtype(cells.dtype):
        return cells.isin(list(words)).to_numpy(bool)
    found = pc.is_in(_as_strings(cells), value_set=pa.array(words, pa.string()))
    return np.asarray(found.to_numpy(), dtype=bool)


def _numbers(
    cells: pd.Series, read: Callable[[pa.ChunkedArray], npt.NDArray[np.float64]]
) -> tuple[pd.Series, Mask]:
    if pdt.is_numeric_dtype(cells.dtype) and not pdt.is_bool_dtype(cells.dtype):
        values = cells.to_numpy(np.float64, na_value=np.nan)
        bad = np.isinf(values)
        return pd.Series(np.where(bad, np.nan, values), index=cells.index), bad
    words = _arrow_text(cells)
    values = read(words)
    bad = ~np.isfinite(values) & pc.is_valid(words).to_numpy(zero_copy_only=False)
    return pd.Series(np.where(bad, np.nan, values), index=cells.index), bad


def _bare_amounts(words: pa.ChunkedArray) -> pa.ChunkedArray:
    """Amounts without the words around them and without marks between thousands."""
    if not pc.any(pc.match_substring_regex(words, r"[^\d+-]")).as_py():
        return words
    words = _bare(words)
    if not pc.any(pc.match_substring_regex(words, _DECIMAL_POINT)).as_py():
        pointed = pc.match_substring_regex(words, _THOUSANDS_POINT)
        words = pc.if_else(pointed, pc.replace_substring(words, ".", ""), words)
    spaced = pc.match_substring_regex(words, _THOUSANDS_SPACE)
    words = pc.if_else(spaced, pc.replace_substring(words, " ", ""), words)
    commas = pc.match_substring_regex(words, _THOUSANDS_COMMA)
    return pc.if_else(commas, pc.replace_substring(words, ",", ""), words)


def _bare(words: pa.ChunkedArray) -> pa.ChunkedArray:
    words = pc.replace_substring_regex(words, f"(?i){_ABOUT}", "")
    return pc.replace_substring_regex(words, f"(?i){_UNIT}", "")


def decimal_points(cells: pd.Series) -> tuple[Mask, str]:
    """Mask of cells like "1.250" that `quantity` reads as decimals, and what shows it ("" for nothing)."""
    none = np.zeros(len(cells), dtype=bool)
    if not pdt.is_string_dtype(cells.dtype) and not pdt.is_object_dtype(cells.dtype):
        return none, ""
    words = _arrow_text(cells.mask(_is_typed(cells), None) if pdt.is_object_dtype(cells.dtype) else cells)
    bare = _bare(words)
    either = _mask(pc.match_substring_regex(bare, r"^[+-]?[1-9]\d{0,2}\.\d{3}$"))
    shows = _mask(pc.match_substring_regex(bare, _DECIMAL_POINT)) if either.any() else none
    return (either, str(words[int(np.argmax(shows))])) if shows.any() else (none, "")


def _mask(found: pa.ChunkedArray) -> Mask:
    return np.asarray(pc.fill_null(found, fill_value=False).to_numpy(), dtype=bool)


def _is_typed(cells: pd.Series) -> Mask:
    """Mask of the cells that a workbook holds as numbers."""
    typed = cells.map(lambda cell: isinstance(cell, int | float) and not isinstance(cell, bool))
    return typed.to_numpy(bool)


def whole(cells: pd.Series) -> tuple[pd.Series, Mask]:
    """Return Int64 with NA for nothing, and the mask of cells that are no whole number."""
    values, bad = quantity(cells)
    floats = values.to_numpy()
    fraction = np.isfinite(floats) & ((floats != np.floor(floats)) | (np.abs(floats) > 2**53))
    kept = pd.Series(np.where(fraction, np.nan, floats), index=cells.index).astype("Int64")
    return kept, bad | fraction


def instant(cells: pd.Series, timezone: str) -> tuple[pd.Series, Mask]:
    """Return datetime64[us, UTC] with NaT for nothing, and the mask of cells that are no time.

    Times without a zone are in `timezone`. An hour that a change of clocks repeats is taken as its
    second pass, one that it skips as the first instant after. Day-first dates are read besides ISO 8601.
    """
    if pdt.is_datetime64_any_dtype(cells.dtype):
        return _to_utc(cells, timezone), np.zeros(len(cells), dtype=bool)
    words = _arrow_text(cells)
    naive, aware = _parse_times(words, cells.index)
    moments = _to_utc(naive, timezone).where(aware.isna(), aware)
    return moments, (moments.isna().to_numpy() & pc.is_valid(words).to_numpy(zero_copy_only=False))


def day(cells: pd.Series, timezone: str) -> tuple[pd.Series, Mask]:
    """Return datetime64[us] at midnight, NaT for nothing, and the mask of cells that are no date.

    An instant with a zone counts on its day in `timezone`.
    """
    moments, bad = instant(cells, timezone)
    return moments.dt.tz_convert(timezone).dt.tz_localize(None).dt.normalize(), bad


def shown(cells: pd.Series) -> Callable[[int], str]:
    """Return how to show the cell at a position in a message: at most 60 letters."""
    return lambda position: str(_plain(cells.iloc[position]))[:60]


def _series(words: pa.ChunkedArray, like: pd.Series) -> pd.Series:
    return pd.Series(words.to_pandas(), index=like.index, name=like.name).astype("str")


def _arrow_text(cells: pd.Series) -> pa.ChunkedArray:
    """(n,) cells as trimmed NFC text in Arrow, null for nothing."""
    words = _as_strings(cells)
    if pc.any(pc.invert(pc.string_is_ascii(words))).as_py():
        words = pc.utf8_normalize(words, form="NFC")
        # Eth, which old keyboards typed for the Vietnamese letter that looks the same.
        words = pc.replace_substring(pc.replace_substring(words, "Ð", "Đ"), "ð", "đ")
    if pc.any(pc.match_substring_regex(words, r"^\s|\s$|\s\s|[\t\r\n\x{00A0}\x{3000}]")).as_py():
        words = pc.replace_substring_regex(
            words, r"[\s\x{00A0}\x{2000}-\x{200B}\x{202F}\x{3000}\x{FEFF}]+", " "
        )
        words = pc.utf8_trim_whitespace(words)
    nothing = pc.is_in(words, value_set=_NOTHING)
    return pc.if_else(nothing, pa.scalar(None, pa.string()), words)


def _as_strings(cells: pd.Series) -> pa.ChunkedArray:
    if pdt.is_object_dtype(cells.dtype):
        values = [None if _is_nothing(value) else _plain(value) for value in cells.tolist()]
        return pa.chunked_array([pa.array(values, pa.string())])
    if pdt.is_string_dtype(cells.dtype):
        words = pa.array(cells.array, from_pandas=True)
        words = words if isinstance(words, pa.ChunkedArray) else pa.chunked_array([words])
        return words.cast(pa.string())
    if pdt.is_float_dtype(cells.dtype) and _all_whole(cells):
        cells = cells.astype("Int64")
    return _as_strings(cells.astype(object))


def _all_whole(cells: pd.Series) -> bool:
    values = cells.dropna().to_numpy(np.float64)
    return bool(np.all(np.isfinite(values) & (values == np.floor(values))))


def _is_nothing(value: Any) -> bool:
    return (
        value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value))
    )


def _plain(value: Any) -> str:
    """One cell of a workbook as the user reads it; such cells are Python objects already."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat(*([" "] if isinstance(value, dt.datetime) else []))
    return str(value)


def _floats(words: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    try:
        parsed = pc.cast(words, pa.float64())
    except pa.ArrowInvalid:
        comma = pc.match_substring_regex(words, _DECIMAL_COMMA)
        pointed = pc.if_else(comma, pc.replace_substring(words, ",", "."), words)
        parsed = pc.cast(_matching(pointed, _NUMBER), pa.float64())
    return np.asarray(parsed.to_numpy(), dtype=np.float64)


def _matching(words: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    """`words` where they match `pattern`, null elsewhere."""
    return pc.if_else(pc.match_substring_regex(words, pattern), words, pa.scalar(None, pa.string()))


def _parse_times(words: pa.ChunkedArray, index: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Times without a zone (naive) and with one (UTC); NaT in both where a cell is neither."""
    nothing = pa.scalar(None, pa.string())
    naive = _iso(_matching(words, _ISO), index, utc=False)
    rest = pc.if_else(naive.isna().to_numpy(), words, nothing)
    if rest.null_count == len(rest):
        return naive, pd.Series(pd.NaT, index=index, dtype="datetime64[us, UTC]")
    aware = _iso(_matching(rest, _ISO_ZONED), index, utc=True)
    rest = pc.if_else(aware.isna().to_numpy(), rest, nothing)
    return naive.where(naive.notna(), _day_first(rest, index)), aware


def _iso(words: pa.ChunkedArray, index: pd.Index, *, utc: bool) -> pd.Series:
    """ISO 8601 texts as times; NaT where the calendar or the clock has no such moment."""
    try:
        parsed = pc.cast(words, pa.timestamp("us", "UTC" if utc else None))
        times = pd.Series(parsed.to_pandas(), index=index)
    except pa.ArrowInvalid:
        # One impossible moment (31 February) fails the whole Arrow column; pandas marks it instead.
        texts = pd.Series(words.to_pandas(), index=index)
        times = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=utc)
    return times.astype("datetime64[us, UTC]" if utc else "datetime64[us]")


def _day_first(words: pa.ChunkedArray, index: pd.Index) -> pd.Series:
    parts = pc.extract_regex(words, _DAY_FIRST)
    if parts.null_count == len(parts):
        return pd.Series(pd.NaT, index=index, dtype="datetime64[us]")
    fields = {name: pc.struct_field(parts, [position]) for position, name in enumerate("dmyHMS")}
    clock = [
        pc.utf8_lpad(pc.if_else(pc.equal(fields[name], ""), "00", fields[name]), 2, "0") for name in "HMS"
    ]
    date = [fields["y"], *(pc.utf8_lpad(fields[name], 2, "0") for name in "md")]
    stamp = pc.binary_join_element_wise(*date, "-")
    stamp = pc.binary_join_element_wise(stamp, pc.binary_join_element_wise(*clock, ":"), " ")
    return _iso(stamp, index, utc=False)


def _to_utc(cells: pd.Series, timezone: str) -> pd.Series:
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        same: pd.Series = cells.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
        return same
    second_pass = np.zeros(len(cells), dtype=bool)
    local = cells.dt.tz_localize(timezone, ambiguous=second_pass, nonexistent="shift_forward")
    moments: pd.Series = local.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    return moments

"""Dates as people write them, brought to what `values` reads: one order for a file, serials, intervals."""

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]

_STANDARD = r"^\d{4}-\d{2}-\d{2}(?:[ T]|$)"
_NUMERIC = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:$|[ T]+\d{1,2}:\d{2}(?::\d{2})?$)"
_SERIAL = re.compile(r"^(\d{5})(?:[.,](\d+))?$")
# Serials of 1970 to 2100; other numbers in a column of dates are mistakes.
_SERIALS = (25_569, 73_050)
_DAYS_1904 = 1_462
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (a serial has no zone; that of the deployment comes later)

_CLOCK = r"(?P<H{n}>\d{{1,2}})\s*(?:h|g|giờ|:)\s*(?P<M{n}>\d{{2}})?(?:\s*(?:phút|p|:\s*(?P<S{n}>\d{{2}})))?"
_DATE = (
    r"(?:ngày\s*)?(?P<a>\d{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)(?P<b>\d{1,2})"
    r"(?:(?:\s*[/.-]\s*|\s+năm\s+)(?P<y>\d{4}|\d{2}))?"
)
_MOMENT = re.compile(
    rf"^(?:(?:lúc\s*)?{_CLOCK.format(n=1)}\s*,?\s*(?:phút\s*)?)?{_DATE}"
    rf"(?:[\s,T]+(?:lúc\s*)?{_CLOCK.format(n=2)}\s*(?P<half>am|pm|sa|ch)?)?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"^(?:khoảng\s+)?(?:từ\s+|from\s+|between\s+)?(.+?)\s+(?:đến|tới|to|and|-|–|—)\s+(.+)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Dates:
    """A column of dates as text that `values` reads, and what had to be decided for it.

    cells : (n,) the starts; ends : (n,) ends of intervals, None where there is none
    serials, assumed_year : masks of cells read from a day number, and given the year of the column
    order : ``"month_first"`` where the file shows it, ``"undecided"`` where days first is only custom,
        None where there is nothing to decide or days come first beyond doubt
    """

    cells: pd.Series
    ends: pd.Series | None
    serials: Mask
    assumed_year: Mask
    order: str | None
    evidence: str = ""


def plain(cells: pd.Series, words: pd.Series, *, epoch_1904: bool) -> Dates:
    """Return `cells` with what is neither ISO 8601 nor day/month/year rewritten to ISO.

    words : (n,) the cells as trimmed text, None for nothing
    The order of day and month is decided by the whole column: a first number over 12 shows days first, a
    second one months first. A day without a year gets that of the column where all others share one.
    """
    none = np.zeros(len(cells), dtype=bool)
    odd = words.notna() & ~words.str.match(_STANDARD, na=True)
    if not odd.any():
        return Dates(cells, None, none, none, None)
    order, evidence = _order(words[odd])
    clear = words.str.match(_NUMERIC, na=False) & (order != "month_first")
    left = odd & ~clear
    if not left.any():
        return Dates(cells, None, none, none, order, evidence)
    codes, distinct = pd.factorize(words[left])
    year = _only_year(words)
    read = [_read(str(word), order == "month_first", year, epoch_1904) for word in distinct]
    starts, ends = (
        words.astype(object).copy(),
        pd.Series([None] * len(words), index=words.index, dtype=object),
    )
    starts[left] = np.array([one.start for one in read], dtype=object)[codes]
    ends[left] = np.array([one.end for one in read], dtype=object)[codes]
    serials, assumed = none.copy(), none.copy()
    serials[left.to_numpy()] = np.array([one.serial for one in read])[codes]
    assumed[left.to_numpy()] = np.array([one.assumed for one in read])[codes]
    return Dates(
        starts.astype("str"),
        ends.astype("str") if ends.notna().any() else None,
        serials,
        assumed,
        order,
        evidence,
    )


@dataclass(frozen=True)
class _Read:
    start: str
    end: str | None = None
    serial: bool = False
    assumed: bool = False


def _order(words: pd.Series) -> tuple[str | None, str]:
    """Which comes first, and a cell that shows it."""
    # A million times are of a few thousand days, and a day has ended by its eleventh sign.
    words = words[~words.str.slice(0, 11).duplicated()]
    parts = words.str.extract(r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b").dropna()
    if parts.empty:
        return None, ""
    first, second = parts[0].astype(int), parts[1].astype(int)
    if (first > 12).any():
        return None, ""
    if (second > 12).any():
        return "month_first", str(words[second.index[second > 12][0]])
    # 05/05 is the same day in either order.
    return ("undecided", str(words[parts.index[0]])) if (first != second).any() else (None, "")


def _only_year(words: pd.Series) -> int | None:
    years = words.dropna().str.extract(r"(?<!\d)((?:19|20)\d{2})(?!\d)")[0].dropna().unique()
    return int(years[0]) if len(years) == 1 else None


def _read(word: str, month_first: bool, year: int | None, epoch_1904: bool) -> _Read:
    serial = _SERIAL.match(word)
    if serial and _SERIALS[0] <= int(serial[1]) <= _SERIALS[1]:
        days = float(f"{serial[1]}.{serial[2] or 0}") + (_DAYS_1904 if epoch_1904 else 0)
        moment = _EPOCH + dt.timedelta(seconds=round(days * 86_400))
        return _Read(moment.isoformat(" "), serial=True)
    single = _moment(word, month_first, year)
    if single is not None:
        return _Read(single[0], assumed=single[1])
    between = _BETWEEN.match(word)
    if between is None:
        return _Read(word)
    end = _moment(between[2], month_first, year)
    start = _moment(between[1], month_first, int(end[0][:4]) if end else year)
    if start is None or end is None:
        return _Read(word)
    whole_day = end[0] if len(end[0]) > 10 else f"{end[0]} 23:59:59"
    return _Read(start[0], whole_day, assumed=end[1])


def _moment(word: str, month_first: bool, year: int | None) -> tuple[str, bool] | None:
    """ISO text of one moment and whether its year was assumed; None where it is none."""
    if re.match(_STANDARD, word):
        return word, False
    match = _MOMENT.match(word.strip())
    if match is None or (match["y"] is None and year is None):
        return None
    day, month = (match["b"], match["a"]) if month_first else (match["a"], match["b"])
    written = int(match["y"] or year or 0)
    date = f"{written + 2000 if written < 100 else written:04d}-{int(month):02d}-{int(day):02d}"
    clock = "1" if match["H1"] else "2"
    if match[f"H{clock}"] is None:
        return date, match["y"] is None
    hour = int(match[f"H{clock}"]) + _afternoon(match["half"], int(match[f"H{clock}"]))
    minute, second = int(match[f"M{clock}"] or 0), int(match[f"S{clock}"] or 0)
    return f"{date} {hour:02d}:{minute:02d}:{second:02d}", match["y"] is None


def _afternoon(half: str | None, hour: int) -> int:
    if half and half.lower() in {"pm", "ch"}:
        return 12 if hour < 12 else 0
    return -12 if half and hour == 12 else 0

"""Dates as people write them, brought to what `values` reads: one order for a file, serials, intervals."""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    rf"^(?:(?:(?:vào\s+)?lúc\s*)?{_CLOCK.format(n=1)}\s*,?\s*(?:phút\s*)?)?{_DATE}"
    rf"(?:[\s,T]+(?:lúc\s*|từ\s+)?{_CLOCK.format(n=2)}\s*(?P<half>am|pm|sa|ch)?)?$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_ABOUT = re.compile(r"^(?:~|vào\s+khoảng|khoảng|tầm|about|around)\s*(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"^(?:trong\s+)?(?:khoảng\s+)?(?:thời\s+gian\s+)?(?:some\s?time\s+)?(?:từ\s+|giữa\s+|from\s+|between\s+)?"
    r"(.+?)(?:\s+(?:đến|tới|to|and|và|-|–|—)\s+|(?<=[\dhg])\s?[-–—]\s?(?=\d{1,2}[/.hg:]))(.+)$",
    re.IGNORECASE,
)
_MONTH = re.compile(r"^(?:trong\s+)?tháng\s+(\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(\d{4})$", re.IGNORECASE)
_ONLY_CLOCK = re.compile(rf"^(?:lúc\s*)?{_CLOCK.format(n=1)}$", re.IGNORECASE)
_ONLY_DAY = re.compile(r"^(?:ngày\s*)?(\d{1,2})$", re.IGNORECASE)
# Day, month and year in numbers, wherever they stand in a cell.
_TRIPLE = r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?!\d)"
# Fewer dates than this fall on either side of the 12th by chance too often.
_MIN_TURNED = 5


@dataclass(frozen=True)
class Dates:
    """A column of dates as text that `values` reads, and what had to be decided for it.

    cells : (n,) the starts; ends : (n,) ends of intervals, None where there is none
    serials, assumed_year, about : masks of cells read from a day number, given the year of the column, and
        that say themselves that they are rough
    order : how the file shows days and months to be written, ``"day_first"``, ``"month_first"``,
        ``"undecided"`` where days first is only custom, ``"contradicted"`` where it shows both; None where
        no cell depends on it
    ordered : mask of the cells whose reading depends on the order
    evidence : the cells that show it, by the names that its message has for them
    turned : a cell of text that shows the typed dates of the column to be turned around, as it seems; else ""
    """

    cells: pd.Series
    ends: pd.Series | None
    serials: Mask
    assumed_year: Mask
    about: Mask
    order: str | None
    ordered: Mask
    evidence: Mapping[str, str] = field(default_factory=dict)
    turned: str = ""


def plain(cells: pd.Series, words: pd.Series, *, epoch_1904: bool) -> Dates:
    """Return `cells` with what is neither ISO 8601 nor day/month/year rewritten to ISO.

    words : (n,) the cells as trimmed text, None for nothing
    The order of day and month is decided by the whole column: a first number over 12 shows days first, a
    second one months first. Where both are there, a cell is read as it must be, and one that could be either
    is left to the caller to refuse. A day without a year gets that of the column where all others share one.
    """
    none = np.zeros(len(cells), dtype=bool)
    odd = words.notna() & ~words.str.match(_STANDARD, na=True)
    if not odd.any():
        return Dates(cells, None, none, none, none, None, none)
    order, evidence, ordered = _order(words, odd)
    turned = _turned(cells, words[odd]) if order in {"day_first", None} else ""
    day_first = order not in {"month_first", "contradicted"}
    left = odd & ~(words.str.match(_NUMERIC, na=False) & day_first)
    if not left.any():
        return Dates(cells, None, none, none, none, order, ordered, evidence, turned)
    codes, distinct = pd.factorize(words[left])
    year = _only_year(words)
    read = [_read(str(word), _month_first(str(word), order), year, epoch_1904) for word in distinct]
    starts, ends = (
        words.astype(object).copy(),
        pd.Series([None] * len(words), index=words.index, dtype=object),
    )
    starts[left] = np.array([one.start for one in read], dtype=object)[codes]
    ends[left] = np.array([one.end for one in read], dtype=object)[codes]
    marks = [none.copy() for _ in range(3)]
    for at, mark in enumerate(marks):
        mark[left.to_numpy()] = np.array([(one.serial, one.assumed, one.about)[at] for one in read])[codes]
    return Dates(
        starts.astype("str"),
        ends.astype("str") if ends.notna().any() else None,
        serials=marks[0],
        assumed_year=marks[1],
        about=marks[2],
        order=order,
        ordered=ordered,
        evidence=evidence,
        turned=turned,
    )


@dataclass(frozen=True)
class _Read:
    start: str
    end: str | None = None
    serial: bool = False
    assumed: bool = False
    about: bool = False


def _order(words: pd.Series, odd: pd.Series) -> tuple[str | None, dict[str, str], Mask]:
    """Which comes first, the cells that show it, and the mask of the cells whose reading depends on it."""
    # A million times are of a few thousand days, and a day alone has ended by its eleventh sign.
    days = words.where(~words.str.match(_NUMERIC, na=False), words.str.slice(0, 11))
    codes, distinct = pd.factorize(days.where(odd))
    cells = pd.Series(distinct, dtype="str")
    triples = cells.str.extract(_TRIPLE).dropna().astype(int)
    # The second date of an interval shows as much as the first.
    others = cells[~cells.str.match(_NUMERIC)].str.extractall(_TRIPLE).astype(int)
    others = others[others.index.get_level_values("match") > 0].droplevel("match")
    triples = pd.concat([triples, others])
    first, second = triples[0], triples[1]

    def rows_of(found: pd.Index) -> Mask:
        """Mask of the rows whose cell is one of `found`; the last place is that of rows without a date."""
        mask: Mask = np.append(cells.index.isin(found), False)[codes]
        return mask

    # 05/05 is the same day in either order.
    depends = rows_of(triples.index[(first <= 12) & (second <= 12) & (first != second)])
    shown = {
        "day_first": triples.index[(first > 12) & (second <= 12)],
        "month_first": triples.index[(second > 12) & (first <= 12)],
    }
    proof = {order: str(words[rows_of(found[:1])].iloc[0]) for order, found in shown.items() if len(found)}
    if len(proof) == 2:
        return "contradicted", proof, depends
    if "month_first" in proof:
        return "month_first", {"value": proof["month_first"]}, rows_of(triples.index)
    if not depends.any():
        return None, {}, depends
    if "day_first" in proof:
        return "day_first", {"value": proof["day_first"]}, depends
    return "undecided", {"value": str(words[depends].iloc[0])}, depends


def _month_first(word: str, order: str | None) -> bool:
    if "ngày" in word.lower() or order != "contradicted":
        # Whoever writes the word for a day before a date writes its day first.
        return order == "month_first" and "ngày" not in word.lower()
    triple = re.search(_TRIPLE, word)
    return triple is not None and int(triple[2]) > 12


def _turned(cells: pd.Series, odd: pd.Series) -> str:
    """A text with a day over 12, where all texts have one and no typed date of the column has.

    So looks a column of 03/04 and 13/04 that was opened in a spreadsheet which writes months first: what
    could be a month became one, and the rest stayed text.
    """
    if not pd.api.types.is_object_dtype(cells.dtype):
        return ""
    days = [cell.day for cell in cells if isinstance(cell, dt.date) and not pd.isna(cell)]
    written = odd.str.extract(_TRIPLE)[0].dropna().astype(int)
    enough = min(len(days), len(written)) >= 2 and len(days) + len(written) >= _MIN_TURNED
    return str(odd[written.index[0]]) if enough and max(days) <= 12 < written.min() else ""


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
    month = _MONTH.match(word)
    if month and 1 <= int(month[1]) <= 12:
        last = calendar.monthrange(int(month[2]), int(month[1]))[1]
        start = f"{month[2]}-{int(month[1]):02d}"
        return _Read(f"{start}-01", f"{start}-{last} 23:59:59")
    between = _BETWEEN.match(word)
    if between is not None:
        return _interval(between, month_first, year) or _Read(word)
    rough = _moment(_ABOUT.sub("", word), month_first, year)
    return _Read(word) if rough is None else _Read(rough[0], assumed=rough[1], about=True)


def _interval(between: re.Match[str], month_first: bool, year: int | None) -> _Read | None:
    """Start and end; what one of them leaves out (its day, month or year) is that of the other."""
    end = _moment(between[2], month_first, year)
    start = _moment(between[1], month_first, int(end[0][:4]) if end else year)
    start = start or _completed(between[1], end)
    end = end or _completed(between[2], start)
    if start is None or end is None:
        return None
    whole_day = end[0] if len(end[0]) > 10 else f"{end[0]} 23:59:59"
    return _Read(start[0], whole_day, assumed=end[1])


def _completed(word: str, other: tuple[str, bool] | None) -> tuple[str, bool] | None:
    """A clock time on the day of `other`, or a day of its month."""
    clock, day = _ONLY_CLOCK.match(word), _ONLY_DAY.match(word)
    if other is None:
        return None
    if clock:
        time = f"{int(clock['H1']):02d}:{int(clock['M1'] or 0):02d}:{int(clock['S1'] or 0):02d}"
        return f"{other[0][:10]} {time}", other[1]
    return (f"{other[0][:8]}{int(day[1]):02d}", other[1]) if day else None


def _moment(word: str, month_first: bool, year: int | None) -> tuple[str, bool] | None:
    """ISO text of one moment and whether its year was assumed; None where it is none."""
    word = _YEAR_FIRST.sub(lambda date: f"{date[1]}-{int(date[2]):02d}-{int(date[3]):02d}", word)
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

"""Numbers and dates as they are read: 1.250 · 4,9 % · 22/11/2026 in Vietnamese; 1,250 · 4.9% in English."""

import math
from datetime import date, datetime
from typing import Self

from geo.domain.messages import Lang

NOTHING = "–"
_SWAP = str.maketrans({",": ".", ".": ","})


def number(value: float | None, digits: int = 0, lang: Lang = "vi") -> str:
    """Return `value` with `digits` decimals and its thousands grouped; a dash for None and NaN."""
    if value is None or math.isnan(value):
        return NOTHING
    plain = f"{value:,.{digits}f}"
    # A true minus sign: it is as wide as a digit, and no line breaks after it.
    return (plain if lang == "en" else plain.translate(_SWAP)).replace("-", "−")


class Counted(str):
    """A number that a sentence can follow with the word for one or for many: ``{n:block|blocks}``."""

    one: bool

    def __new__(cls, said: str, *, one: bool) -> Self:
        """Return `said` as text; `one` where it stands for a single thing."""
        made = super().__new__(cls, said)
        made.one = one
        return made

    def __format__(self, words: str) -> str:
        """Return the number, or with its word behind it; no line breaks between the two."""
        if "|" not in words:
            return super().__format__(words)
        one, many = words.split("|")
        return f"{self}\u00a0{one if self.one else many}"


def counted(value: float | None, lang: Lang = "vi") -> Counted:
    """Return a count that knows whether it is one."""
    return Counted(number(value, 0, lang), one=value == 1)


def percent(share: float | None, digits: int = 1, lang: Lang = "vi") -> str:
    """Return a share (0.049) as ``4,9 %``; a dash for None and NaN."""
    if share is None or math.isnan(share):
        return NOTHING
    return number(100 * share, digits, lang) + ("%" if lang == "en" else "\u00a0%")


def signed(value: float | None, digits: int = 0, lang: Lang = "vi") -> str:
    """Return a change with its sign: ``+12``, ``−3``, ``0``."""
    said = number(value, digits, lang)
    return f"+{said}" if value is not None and value > 0 else said


def day(value: date | None, lang: Lang = "vi") -> str:
    """Return ``22/11/2026``, in English ``22 Nov 2026``; a dash for None."""
    if value is None:
        return NOTHING
    return value.strftime("%-d %b %Y" if lang == "en" else "%d/%m/%Y")


def period(first: date | None, last: date | None, lang: Lang = "vi") -> str:
    """Return the days from `first` to `last`, both included; an open end is shown as a dash."""
    return f"{day(first, lang)} – {day(last, lang)}"


def moment(value: datetime, lang: Lang = "vi") -> str:
    """Return ``22/11/2026 17:05`` by the clock of `value`'s own zone."""
    return f"{day(value.date(), lang)} {value:%H:%M}"

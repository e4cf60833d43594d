"""Numbers and dates in the reader's language: 1.250 · 4,9 % · 22/11/2026, or 1,250 · 4.9% in English."""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from geo import settings
from geo.domain import numerals
from geo.domain.messages import Lang
from geo.domain.numerals import NOTHING
from geo.ui.i18n import current_lang

__all__ = ["NOTHING", "alphabetical", "counted", "day", "moment", "number", "percent", "period", "signed"]

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def number(value: float | None, digits: int = 0, lang: Lang | None = None) -> str:
    """Return `value` with `digits` decimals and its thousands grouped; a dash for None and NaN."""
    return numerals.number(value, digits, lang or current_lang())


def counted(value: float | None, lang: Lang | None = None) -> numerals.Counted:
    """Return a count whose words in a sentence may follow it: ``{n:block|blocks}``."""
    return numerals.counted(value, lang or current_lang())


def percent(share: float | None, digits: int = 1, lang: Lang | None = None) -> str:
    """Return a share (0.049) as ``4,9 %``; a dash for None and NaN."""
    return numerals.percent(share, digits, lang or current_lang())


def signed(value: float | None, digits: int = 0, lang: Lang | None = None) -> str:
    """Return a change with its sign: ``+12``, ``−3``, ``0``."""
    return numerals.signed(value, digits, lang or current_lang())


def day(value: date | None, lang: Lang | None = None) -> str:
    """Return ``22/11/2026``, in English ``22 Nov 2026``; a dash for None."""
    return numerals.day(value, lang or current_lang())


def period(first: date | None, last: date | None, lang: Lang | None = None) -> str:
    """Return the days from `first` to `last`, both included; an open end is shown as a dash."""
    return numerals.period(first, last, lang or current_lang())


def moment(value: datetime | None, lang: Lang | None = None, zone: ZoneInfo | None = None) -> str:
    """Return ``22/11/2026 17:05`` in the deployment's time zone; a dash for None."""
    if value is None:
        return NOTHING
    return numerals.moment(value.astimezone(zone or settings.load().timezone), lang or current_lang())


def alphabetical(name: str) -> tuple[str, str]:
    """Return what Vietnamese names are sorted by: ă follows a, đ follows d, and tones decide last."""
    spelt = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d\u0335")
    return "".join(sign for sign in spelt if sign not in _TONES), spelt

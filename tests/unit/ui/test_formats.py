"""Numbers and dates as they are read."""

import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from geo.ui import formats


@pytest.mark.parametrize(
    ("value", "digits", "vi", "en"),
    [
        (1250, 0, "1.250", "1,250"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-3, 0, "−3", "−3"),
        (0, 0, "0", "0"),
        (None, 0, "–", "–"),
        (math.nan, 1, "–", "–"),
    ],
)
def test_number(value: float | None, digits: int, vi: str, en: str) -> None:
    assert formats.number(value, digits) == formats.number(value, digits, "vi") == vi
    assert formats.number(value, digits, "en") == en


def test_percent_keeps_its_sign_on_the_line() -> None:
    assert formats.percent(0.049) == "4,9\u00a0%"
    assert formats.percent(0.049, lang="en") == "4.9%"
    assert formats.percent(None) == "–"


def test_signed() -> None:
    assert [formats.signed(value) for value in (12, -3, 0, None)] == ["+12", "−3", "0", "–"]


def test_day_and_period() -> None:
    assert formats.day(date(2026, 11, 2)) == "02/11/2026"
    assert formats.day(date(2026, 11, 2), "en") == "2 Nov 2026"
    assert formats.period(date(2026, 1, 1), None) == "01/01/2026 – –"


def test_moment_is_told_in_the_deployments_zone() -> None:
    late = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
    assert formats.moment(late, zone=ZoneInfo("Asia/Ho_Chi_Minh")) == "23/11/2026 00:05"


def test_names_stand_in_the_order_of_a_vietnamese_dictionary():
    in_order = ["Ba Đình", "Bà Triệu", "Bác Ái", "Băng", "Biên", "Dư", "Đa Kao", "Đạ Tẻh", "Ea Kar"]
    assert sorted(set(in_order), key=formats.alphabetical) == in_order

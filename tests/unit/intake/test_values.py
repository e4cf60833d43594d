import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo.intake import values

HANOI = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2019-01-01 00:05", "2018-12-31T17:05"),
        ("2019-04-23T12:30:00Z", "2019-04-23T12:30"),
        ("2019-01-01T00:00:00+07:00", "2018-12-31T17:00"),
        ("5/3/2026", "2026-03-04T17:00"),
        ("05-03-2026 15:30", "2026-03-05T08:30"),
        ("2010-01-01", "2009-12-31T17:00"),
    ],
)
def test_times_are_read_in_the_zone_of_the_deployment(written: str, expected: str) -> None:
    moments, bad = values.instant(pd.Series([written]), HANOI)
    assert not bad.any()
    assert moments[0] == pd.Timestamp(expected, tz="UTC")


@pytest.mark.parametrize("written", ["x", "2019", "31/02/2020", "2020-02-31", "25:00", "13/13/2020", "45000"])
def test_what_is_no_time_is_bad_and_not_a_guess(written: str) -> None:
    moments, bad = values.instant(pd.Series([written, "2020-01-01"]), HANOI)
    assert bad.tolist() == [True, False]
    assert moments.isna().tolist() == [True, False]


@pytest.mark.parametrize("written", ["", "NA", "-", " ", None])
def test_nothing_is_missing_but_not_bad(written: str | None) -> None:
    cells = pd.Series([written, "1"], dtype="str")
    for parse in (values.number, values.whole):
        parsed, bad = parse(cells)
        assert parsed.isna().tolist() == [True, False]
        assert not bad.any()


@pytest.mark.parametrize(
    ("written", "expected"), [("-75,5698", -75.5698), ("1.250", 1.25), ("1e3", 1000.0), ("+4", 4.0)]
)
def test_numbers(written: str, expected: float) -> None:
    parsed, bad = values.number(pd.Series([written, "abc"]))
    assert parsed[0] == expected
    assert bad.tolist() == [False, True]


@pytest.mark.parametrize("written", ["1,250,000", "inf", "1.2.3", "~300", "0x10"])
def test_what_is_no_number_is_bad(written: str) -> None:
    assert values.number(pd.Series([written]))[1].tolist() == [True]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.250", 1250), ("1.250.000", 1_250_000), ("1,5", 1.5), ("~300", 300), ("300 hộ", 300),
        ("1.250,5", 1250.5), ("1,250,000", 1_250_000), ("khoảng 20 người", 20), ("1,250.75", 1250.75),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(written: str, expected: float) -> None:
    parsed, bad = values.quantity(pd.Series([written, "-", "hộ"]))
    assert parsed[0] == expected
    assert bad.tolist() == [False, False, True]


def test_a_column_with_decimal_points_has_no_thousands() -> None:
    assert values.quantity(pd.Series(["1.250", "1.25"]))[0].tolist() == [1.25, 1.25]


def test_a_fraction_is_no_whole_number() -> None:
    parsed, bad = values.whole(pd.Series(["3", "4.0", "4.5"]))
    assert parsed.tolist()[:2] == [3, 4]
    assert bad.tolist() == [False, False, True]


def test_codes_from_numbers_have_no_point() -> None:
    assert values.text(pd.Series([4.0, np.nan, 12.0]))[0] == "4"
    mixed = pd.Series([1, "a\u00a0 b", 2.0, None, dt.datetime(2020, 1, 1)], dtype=object)  # noqa: DTZ001
    assert values.text(mixed).fillna("?").tolist() == ["1", "a b", "2", "?", "2020-01-01 00:00:00"]


def test_workbook_cells_may_mix_dates_and_text() -> None:
    cells = pd.Series([dt.datetime(2020, 1, 1, 7), "3/4/2020", 5, None], dtype=object)  # noqa: DTZ001
    moments, bad = values.instant(cells, HANOI)
    assert moments[0] == pd.Timestamp("2020-01-01", tz="UTC")
    assert bad.tolist() == [False, False, True, False]


def test_the_hour_that_a_change_of_clocks_repeats_is_its_second_pass() -> None:
    moments, _ = values.instant(pd.Series(["2019-11-03 01:30", "2019-03-10 02:30"]), "America/Chicago")
    assert moments[0] == pd.Timestamp("2019-11-03 07:30", tz="UTC")
    assert moments[1] == pd.Timestamp("2019-03-10 08:00", tz="UTC")

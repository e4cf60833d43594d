"""Aoristic hours against minutes counted one by one, and bad input."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.analysis.timing import aoristic, aoristic_by_group, usable
from geo.domain.errors import InputError

MONDAY = np.datetime64("2026-03-02T00:00:00", "s")


def minutes(*counts: int) -> np.ndarray:
    return MONDAY + np.array(counts) * np.timedelta64(60, "s")


def by_minutes(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Each minute of each interval, one by one; times are whole minutes from Monday."""
    table = np.zeros((7, 24))
    for low, high in zip(start, end, strict=True):
        for minute in range(low, max(high, low + 1)):
            hour = minute // 60
            table[hour // 24 % 7, hour % 24] += 1 / max(high - low, 1)
    return table


def test_equal_to_counting_every_minute() -> None:
    rng = np.random.default_rng(0)
    start = rng.integers(0, 30_000, 80)
    end = start + rng.choice([0, 1, 7, 60, 61, 300, 1440, 4000, 10_080, 25_000], 80)
    start[:10] -= start[:10] % 60  # on the hour
    end = np.maximum(end, start)
    wanted = by_minutes(start, end)
    times = minutes(*start), minutes(*end)
    np.testing.assert_allclose(aoristic(*times, by="weekday_hour"), wanted, atol=1e-9)
    np.testing.assert_allclose(aoristic(*times), wanted.sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(aoristic(*times, by="weekday"), wanted.sum(axis=1), atol=1e-9)


def test_a_moment_counts_whole_in_its_hour() -> None:
    hours = aoristic(minutes(59, 60), minutes(59, 60))
    assert hours[:3].tolist() == [1, 1, 0]


def test_an_interval_ends_before_the_hour_it_ends_on() -> None:
    assert aoristic(minutes(60), minutes(120))[:4].tolist() == [0, 1, 0, 0]


def test_over_midnight_and_over_the_week() -> None:
    table = aoristic(minutes(6 * 1440 + 1380), minutes(7 * 1440 + 60), by="weekday_hour")
    assert (table[6, 23], table[0, 0], table.sum()) == (0.5, 0.5, 1)


def test_the_weekday_is_the_calendars() -> None:
    days = pd.date_range("1969-12-20", "2030-01-01", freq="17D")
    table = aoristic(days.to_numpy(), days.to_numpy(), by="weekday")
    np.testing.assert_array_equal(table, np.bincount(days.day_of_week, minlength=7))


def test_what_has_no_time_is_left_out_and_can_be_counted() -> None:
    start = np.array(
        ["2026-03-02T01:00", "NaT", "2026-03-02T03:00", "2026-03-02T04:00"], dtype="datetime64[m]"
    )
    end = np.array(["2026-03-02T02:00", "2026-03-02T02:00", "NaT", "2026-03-04T04:00"], dtype="datetime64[m]")
    assert usable(start, end).tolist() == [True, False, False, True]
    assert aoristic(start, end).sum() == pytest.approx(2)
    assert usable(start, end, longest_h=24).tolist() == [True, False, False, False]
    assert aoristic(start, end, longest_h=24).tolist() == [0, 1] + [0] * 22


def test_groups_are_told_apart() -> None:
    start, end = minutes(30, 90, 150, 30), minutes(90, 90, 210, 60)
    table = aoristic_by_group(start, end, [0, 1, 0, -1], 3)
    assert table.shape == (3, 24)
    assert table.sum(axis=1).tolist() == [2, 1, 0]
    np.testing.assert_array_equal(table[0], aoristic(start[[0, 2]], end[[0, 2]]))
    assert aoristic_by_group(start, end, [0, 1, 0, -1], 3, by="weekday_hour").shape == (3, 7, 24)


def test_pandas_times_of_any_unit() -> None:
    start = pd.Series(pd.to_datetime(["2026-03-02 01:50"]))
    for unit in ("s", "us", "ns"):
        assert aoristic(start.astype(f"datetime64[{unit}]"), start + pd.Timedelta(minutes=20))[1] == 0.5


def test_nothing_is_nothing() -> None:
    assert aoristic([], []).tolist() == [0] * 24


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: aoristic(minutes(5), minutes(4)), "ends_before_start"),
        (lambda: aoristic(minutes(5), minutes(6, 7)), "shape_mismatch"),
        (lambda: aoristic(minutes(5), minutes(6), by="moon"), "unknown_cycle"),
        (lambda: aoristic([1.0], [2.0]), "not_local_times"),
        (lambda: aoristic(*[pd.Series(pd.to_datetime(["2026-03-02"], utc=True))] * 2), "not_local_times"),
        (lambda: aoristic_by_group(minutes(5), minutes(6), [0, 1], 2), "shape_mismatch"),
    ],
)
def test_bad_input_is_named(call: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")

"""Counts by report calendars, the expected band, and the calendar of days and hours."""

import numpy as np
import pytest
from scipy.stats import nbinom

from geo.analysis.trend import calendar_heat, count_by_period, expected_band
from geo.domain.errors import InputError


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]")


def test_a_ministry_year_runs_from_15_december_to_14_december() -> None:
    bounds = days("2023-12-15", "2024-12-15", "2025-12-15")
    when = days("2023-12-14T23:59:59", "2023-12-15", "2024-12-14T23:59:59", "2024-12-15", "2025-12-15", "NaT")
    found = count_by_period(when, bounds)
    assert found.counts.tolist() == [2, 1]
    assert (found.outside, found.undated) == (2, 1)


def test_periods_may_leave_gaps_but_not_overlap() -> None:
    found = count_by_period([0.0, 1, 2, 3, 4, np.nan], [[0, 2], [3, 4]])
    assert (found.counts.tolist(), found.outside, found.undated) == ([2, 1], 2, 1)
    for wrong, why in [
        ([[0, 3], [2, 4]], "end > next start"), ([[3, 4], [0, 2]], "end > next start"),
        ([[2, 2]], "start >= end"),
        ([[np.nan, 2]], "start >= end"), ([1.0], "shape"), (np.zeros((0, 2)), "shape"),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=why):
            count_by_period([1.0], wrong)
    with pytest.raises(InputError, match="one kind"):
        count_by_period([1.0], days("2024-01-01", "2024-02-01"))
    assert count_by_period([], days("2024-01-01", "2024-02-01")).counts.tolist() == [0]


def test_the_band_is_the_exact_poisson_prediction_where_years_are_alike() -> None:
    #  three years of two seasons, the same each year; then one month far above and one far below
    counts = [10, 40] * 3 + [30, 15]
    found = expected_band(counts, season=2, years=3)
    assert found.verdict.tolist() == [0, 0, 0, 0, 0, 0, 1, -1]
    assert found.known.tolist() == [False] * 4 + [True] * 4
    assert found.expected[6:].tolist() == [10, 40]
    assert found.compared.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found.dispersion[6] == 1
    # Gamma(sum + 1/2, rate 3) mixed over a Poisson: negative binomial with chance 3 / 4
    for k, total in ((6, 30), (7, 120)):
        assert found.low[k] == nbinom.ppf(0.025, total + 0.5, 0.75)
        assert found.high[k] == nbinom.ppf(0.975, total + 0.5, 0.75)


def test_the_recent_band_looks_back_and_never_ahead() -> None:
    found = expected_band([5, 5, 5, 5, 90, 5], baseline="recent", lookback=3)
    assert found.verdict.tolist() == [0, 0, 0, 0, 1, 0]
    assert found.expected[3:].tolist() == pytest.approx([5, 5, 100 / 3])
    assert found.dispersion[5] > 10  # the outlier widens the band after it
    again = expected_band([5, 5, 5, 5, 0, 0], baseline="recent", lookback=3)
    np.testing.assert_array_equal(again.high[:5], found.high[:5])


def test_longer_periods_are_expected_to_hold_more() -> None:
    found = expected_band([28, 62, 31], baseline="recent", lengths=[28, 62, 31])
    assert found.expected[2] == pytest.approx(31)
    assert found.dispersion[2] == 1


def test_uneven_years_widen_the_band() -> None:
    steady = expected_band([20, 20, 20, 20, 20], season=1)
    uneven = expected_band([5, 40, 12, 23, 20], season=1)
    assert uneven.expected[4] == steady.expected[4] == 20
    chi_square = sum((np.array([5, 40, 12, 23]) - 20) ** 2 / 20)
    assert uneven.dispersion[4] == pytest.approx(chi_square / 3)
    assert uneven.high[4] > steady.high[4] + 10


def test_no_events_ever_and_then_some() -> None:
    found = expected_band([0, 0, 0, 0, 9], season=1)
    assert found.verdict.tolist() == [0, 0, 0, 0, 1]
    assert found.low[4] == 0
    assert found.high[4] >= 1
    assert (
        expected_band([]).counts.size == 0
        if hasattr(found, "counts")
        else expected_band([]).expected.size == 0
    )


def test_of_periods_in_which_nothing_changed_the_band_holds_its_level() -> None:
    random = np.random.default_rng(0)
    for level in (0.8, 0.95):
        outside = []
        for _ in range(150):
            season = random.uniform(3, 30, 12)
            found = expected_band(random.poisson(np.tile(season, 5)), level=level)
            outside.append(np.abs(found.verdict[found.known]).mean())
        # counts are whole, so the band holds a little more than its level, not much
        assert 0.4 * (1 - level) < np.mean(outside) < 1.1 * (1 - level)


def test_bad_settings_are_refused() -> None:
    for name, value in [
        ("season", 0), ("years", 0), ("baseline", "hope"), ("lookback", 0), ("min_compared", 0), ("level", 1),
        ("lengths", [1, 0]), ("lengths", [1]),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=name):
            expected_band([1, 2], **{name: value})  # type: ignore[arg-type]
    for counts in ([[1, 2]], [1, -1], [1, np.nan]):
        with pytest.raises(InputError, match="counts"):
            expected_band(counts)


def test_the_calendar_counts_days_and_hours() -> None:
    # 26 February 2024 is a Monday
    when = days("2024-02-27T23:59:59", "2024-02-27T00:00", "2024-02-29T13:30", "NaT", "2024-03-05T01:00")
    found = calendar_heat(when, "2024-02-27", "2024-03-04")
    assert found.counts.shape == (7, 24)
    assert [tuple(cell) for cell in np.argwhere(found.counts)] == [(0, 0), (0, 23), (2, 13)]
    assert (found.undated, found.outside) == (1, 1)
    mondays, table = found.weeks()
    assert mondays.astype(str).tolist() == ["2024-02-26", "2024-03-04"]
    nan = np.nan
    np.testing.assert_array_equal(table, [[nan, 2, 0, 1, 0, 0, 0], [0, nan, nan, nan, nan, nan, nan]])
    assert calendar_heat(when).days[[0, -1]].astype(str).tolist() == ["2024-02-27", "2024-03-05"]


def test_a_calendar_before_1970_and_bad_calendars() -> None:
    mondays, _ = calendar_heat(days("1969-12-31T10:00")).weeks()  # a Wednesday
    assert mondays.astype(str).tolist() == ["1969-12-29"]
    with pytest.raises(InputError, match="one kind"):
        calendar_heat([3.0])
    for when, first, last in [([], None, None), (days("2024-01-02"), "2024-01-03", "2024-01-02")]:
        with pytest.raises(InputError, match="Periods"):
            calendar_heat(when, first, last)
    assert calendar_heat([], "2024-01-01", "2024-01-02").counts.shape == (2, 24)

"""Periods of the Hotspots page, and how they go back."""

import itertools
from datetime import date, timedelta

import pytest

from geo.ui.hotspots.state import MOST_BACK, HotspotsView, Preset, days_of, usable

NEWEST = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("period", "back", "first", "last"),
    [
        (Preset.WEEK, 0, date(2026, 3, 11), NEWEST),
        (Preset.WEEK, 2, date(2026, 2, 25), date(2026, 3, 3)),
        (Preset.MONTH, 0, date(2026, 3, 1), NEWEST),
        (Preset.MONTH, 1, date(2026, 2, 1), date(2026, 2, 28)),
        (Preset.MONTH, 4, date(2025, 11, 1), date(2025, 11, 30)),
        (Preset.LAST_MONTH, 0, date(2026, 2, 1), date(2026, 2, 28)),
        (Preset.LAST_MONTH, 2, date(2025, 12, 1), date(2025, 12, 31)),
        (Preset.YEAR, 0, date(2026, 1, 1), NEWEST),
        (Preset.YEAR, 2, date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_periods_go_back_by_their_length_and_months_stay_whole(
    period: Preset, back: int, first: date, last: date
) -> None:
    assert days_of(HotspotsView(period=period, back=back), NEWEST) == (first, last)


def test_a_custom_period_goes_back_by_its_own_length() -> None:
    view = HotspotsView(period=Preset.CUSTOM, first=date(2026, 1, 10), last=date(2026, 1, 19), back=1)
    assert days_of(view, NEWEST) == (date(2025, 12, 31), date(2026, 1, 9))


@pytest.mark.parametrize("period", [Preset.WEEK, Preset.FOUR_WEEKS, Preset.QUARTER, Preset.LAST_MONTH])
def test_periods_that_go_back_follow_each_other_without_a_gap(period: Preset) -> None:
    found = [days_of(HotspotsView(period=period, back=n), NEWEST) for n in range(MOST_BACK + 1)]
    assert all(later[0] - earlier[1] == timedelta(days=1) for later, earlier in itertools.pairwise(found))


@pytest.mark.parametrize(("asked", "taken"), [(-3, 0), (5, 5), (999, MOST_BACK)])
def test_a_link_goes_back_within_bounds(asked: int, taken: int) -> None:
    assert usable(HotspotsView(back=asked), frozenset(), frozenset()).back == taken

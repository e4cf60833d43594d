"""When: hours, days and report periods against a plain recount of the same rows."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import text

from geo import settings
from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots import when as hotspot_when
from geo.services.hotspots.review import HotspotQuery, review
from geo.services.hotspots.spots import hotspot_spots
from geo.services.hotspots.when import hours_of, when
from geo.services.report_periods import Calendar, whole_periods
from geo.store.engine import transaction

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUERY = HotspotQuery(date(2026, 8, 29), date(2026, 11, 20))


@pytest.fixture(scope="module")
def rows(city, opened):
    """The city with intervals of 3 and of 50 hours and with days of which the hour is not known."""
    midnight = "date_trunc('day', occurred_from, 'Asia/Ho_Chi_Minh')"
    changes = (
        "occurred_to = occurred_from + interval '3 hours'",
        "occurred_to = occurred_from + interval '50 hours'",
        f"occurred_from = {midnight}, occurred_to = {midnight}",
    )
    with opened.owner.begin() as connection:
        for part, change in enumerate(changes):
            connection.execute(text(f"UPDATE diaban.incident SET {change} WHERE id % 10 = {part}"))
    query = """
        SELECT i.occurred_from, i.occurred_to, i.origin, u.code
        FROM diaban.incident i JOIN diaban.admin_unit u ON u.id = i.unit_id"""
    with opened.owner.connect() as connection:
        found = connection.execute(text(query)).all()
    return [
        (start.astimezone(ZONE), end.astimezone(ZONE), origin, code) for start, end, origin, code in found
    ]


def chosen(rows, query, unit=None, origin="reported"):
    return [
        (start, end)
        for start, end, of, code in rows
        if query.start <= start.date() <= query.end and of == origin and unit in (None, code)
    ]


def plain_grid(intervals):
    """Minute by minute."""
    grid = np.zeros((7, 24))
    for start, end in intervals:
        minutes = max(1, round((end - start).total_seconds() / 60))
        moment = start.replace(tzinfo=None)
        for i in range(minutes):
            at = moment + timedelta(minutes=i)
            grid[at.weekday(), at.hour] += 1 / minutes
    return grid


def is_day_only(start, end):
    return start == end and (start.hour, start.minute, start.second) == (0, 0, 0)


def test_the_grid_is_a_recount_minute_by_minute(opened, rows):
    found = when(opened, OPERATOR, QUERY)
    of_period = chosen(rows, QUERY)
    dayless = [pair for pair in of_period if not is_day_only(*pair)]
    short = [(start, end) for start, end in dayless if end - start <= timedelta(hours=24)]
    assert found.n == len(of_period) == review(opened, OPERATOR, QUERY).n
    assert found.hours.used == len(short)
    assert found.hours.too_long == len(dayless) - len(short) > 0
    assert found.hours.day_only == len(of_period) - len(dayless) > 0
    assert found.hours.spread == sum(end > start for start, end in short) > 0
    # minutes stand for the seconds of the interval
    assert np.abs(found.hours.grid - plain_grid(short)).max() < 0.5
    assert found.hours.grid.sum() == pytest.approx(found.hours.used)


def test_the_peak_is_where_the_grid_is_highest(opened, rows):
    hours = when(opened, OPERATOR, QUERY).hours
    assert hours.is_enough
    sums = [(hours.grid[d, h] + hours.grid[d, h + 1], d, h) for d in range(7) for h in range(23)]
    held, weekday, hour = max(sums)  # 84 days hold each weekday equally often
    assert (hours.peak.weekday, hours.peak.hour) == (weekday, hour)
    assert hours.peak.n == pytest.approx(held)
    assert hours.peak.share == pytest.approx(held / hours.used)
    assert hours.peak.times == pytest.approx(held / hours.used * 84)
    assert 0 < hours.peak.p <= 1


def test_one_ward_and_the_wards_together(opened, city, rows):
    parts = [when(opened, OPERATOR, replace(QUERY, unit=code)) for code in city.codes]
    assert sum(part.n for part in parts) == when(opened, OPERATOR, QUERY).n
    assert parts[1].n == len(chosen(rows, QUERY, unit=city.codes[1]))


def test_a_hotspot_has_hours_of_its_own(opened, rows):
    spots = hotspot_spots(opened, OPERATOR, QUERY, QUERY.before()).spots
    for spot in spots:
        found = when(opened, OPERATOR, QUERY, area=spot.shape)
        assert found.n == pytest.approx(spot.count, abs=1)  # a border moves by less than a mm in degrees
        assert found.hours.used + found.hours.too_long + found.hours.day_only == found.n
        assert found.n < found.year.n < when(opened, OPERATOR, QUERY).year.n
    assert len(spots) > 1


def test_the_year_holds_every_day_up_to_the_last(opened, rows):
    year = when(opened, OPERATOR, QUERY).year
    wanted = Counter(
        start.date() for start, _ in chosen(rows, HotspotQuery(QUERY.end - timedelta(days=364), QUERY.end))
    )
    assert len(year.days) == 365
    assert year.days[-1] == np.datetime64(QUERY.end)
    assert year.n == sum(wanted.values())
    assert [wanted[day] for day in year.days.tolist()] == year.counts.tolist()


def test_days_before_the_data_are_unknown_not_empty(opened, rows):
    first = min(start for start, *_ in rows).date()
    year = when(opened, OPERATOR, HotspotQuery(first, first + timedelta(days=30))).year
    assert np.isnan(year.counts[: 365 - 31]).all()
    assert not np.isnan(year.counts[365 - 31 :]).any()


@pytest.mark.parametrize("calendar", list(Calendar))
def test_periods_are_whole_and_counted_plainly(opened, rows, calendar):
    trend = when(opened, OPERATOR, QUERY, calendar).trend
    wanted = [
        sum(first <= start.date() < stop for start, _, origin, _ in rows if origin == "reported")
        for first, stop in trend.periods.tolist()
    ]
    assert len(trend) > 12
    assert trend.counts.tolist() == wanted
    assert trend.periods[-1, 1] <= np.datetime64(QUERY.end) + 1
    assert (trend.periods[1:, 0] == trend.periods[:-1, 1]).all()


def test_calendars_begin_on_their_days(opened):
    with transaction(opened, OPERATOR) as connection:
        spans = {
            calendar: whole_periods(connection, calendar, date(2025, 12, 1), date(2026, 11, 20)).tolist()
            for calendar in Calendar
        }
    assert {first.weekday() for first, _ in spans[Calendar.WEEK]} == {0}
    assert {first.weekday() for first, _ in spans[Calendar.WEEK_THURSDAY]} == {3}
    assert spans[Calendar.WEEK][0] == [date(2025, 12, 1), date(2025, 12, 8)]
    assert spans[Calendar.WEEK][-1] == [date(2026, 11, 9), date(2026, 11, 16)]
    assert spans[Calendar.WEEK_THURSDAY][-1] == [date(2026, 11, 12), date(2026, 11, 19)]
    assert spans[Calendar.MONTH][0] == [date(2025, 12, 1), date(2026, 1, 1)]
    assert spans[Calendar.MONTH][-1] == [date(2026, 10, 1), date(2026, 11, 1)]
    assert spans[Calendar.MINISTRY_MONTH][0] == [date(2025, 12, 15), date(2026, 1, 15)]
    assert spans[Calendar.MINISTRY_MONTH][-1] == [date(2026, 10, 15), date(2026, 11, 15)]


def test_a_week_that_ends_today_is_whole_and_one_day_less_is_not(opened):
    with transaction(opened, OPERATOR) as connection:
        assert len(whole_periods(connection, Calendar.WEEK, date(2026, 11, 9), date(2026, 11, 15))) == 1
        assert len(whole_periods(connection, Calendar.WEEK, date(2026, 11, 9), date(2026, 11, 14))) == 0
        assert len(whole_periods(connection, Calendar.WEEK, date(2026, 11, 10), date(2026, 11, 15))) == 0


def test_two_years_of_data_are_held_against_the_weeks_before(opened, rows):
    trend = when(opened, OPERATOR, QUERY).trend
    assert trend.band.baseline == "recent"
    assert trend.band.known[-52:].all()


def test_nothing_is_an_answer_too(opened, rows):
    found = when(opened, OPERATOR, HotspotQuery(date(2030, 1, 1), date(2030, 1, 31)))
    assert (found.n, found.hours.used, found.hours.peak) == (0, 0, None)
    assert found.year.n > 0  # the year ends with the data
    before = when(opened, OPERATOR, HotspotQuery(date(2001, 1, 1), date(2001, 1, 31)))
    assert (before.n, len(before.trend)) == (0, 0)
    assert np.isnan(before.year.counts).all()


def test_a_ward_officer_sees_the_own_ward_only(opened, city, rows, sign_in):
    officer = sign_in("phuong.gio", Role.WARD_OFFICER, (city.codes[0],))
    assert when(opened, officer, QUERY).n == len(chosen(rows, QUERY, unit=city.codes[0]))
    with pytest.raises(InputError):
        when(opened, officer, replace(QUERY, unit=city.codes[1]))


def test_another_origin_is_another_answer(opened, rows):
    found = when(opened, OPERATOR, replace(QUERY, origin=OriginFilter.DISCOVERED))
    assert found.n == len(chosen(rows, QUERY, origin="discovered"))


def test_an_interval_over_a_change_of_clocks_keeps_its_length(monkeypatch):
    monkeypatch.setattr(settings, "load", lambda: SimpleNamespace(timezone=ZoneInfo("America/Chicago")))
    # 01:30 summer time to 01:15 winter time: 45 minutes, by the clock on the wall a quarter of an hour back
    held = SimpleNamespace(
        occurred=np.array(["2026-11-01T06:30"], dtype="datetime64[us]"),
        until=np.array(["2026-11-01T07:15"], dtype="datetime64[us]"),
    )
    starts, ends = hotspot_when._interval(SimpleNamespace(columns=held), np.array([0]))
    assert starts[0] == np.datetime64("2026-11-01T01:30")
    assert ends[0] - starts[0] == np.timedelta64(45, "m")


def test_fewer_incidents_than_cells_are_not_enough_for_a_grid():
    day = datetime(2026, 1, 5, 10, 30)  # noqa: DTZ001 - local time, as the service has it
    for n, enough in ((167, False), (168, True)):
        starts = np.full(n, np.datetime64(day, "us"))
        assert hours_of(starts, starts, date(2026, 1, 5), date(2026, 1, 11)).is_enough is enough
    starts = np.full(500, np.datetime64(day, "us"))
    short = hours_of(starts, starts, date(2026, 1, 5), date(2026, 1, 10))
    assert (short.is_enough, short.peak) == (False, None)  # no Sunday in the period

"""The part "When" by Streamlit's own test runner: sentences, settings, too little to say."""

from datetime import date
from functools import partial

import pytest

from geo.domain.roles import OPERATOR
from geo.services.hotspots.review import HotspotQuery
from geo.services.hotspots.spots import hotspot_spots
from geo.services.report_periods import Calendar
from tests import hotspots_city
from tests.pages.reading import chart_count, said

_DAYS = {"period": "custom", "first": "2026-08-29", "last": "2026-11-20"}


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=3000)


@pytest.fixture
def when(open_part, city):
    return partial(open_part, "when")


def box(page, label):
    return next(box for box in page.selectbox if box.label == label)


def test_it_opens_with_the_hours_of_most_incidents(when):
    page = when(**_DAYS)
    words = said(page)
    assert "Nhiều nhất: " in words
    assert " giờ (n = " in words
    assert "Tuần 09/11/2026 – 15/11/2026" in words
    assert "Lưới dùng" in words
    assert chart_count(page) == 3


def test_in_english(when):
    words = said(when(lang="en", **_DAYS))
    assert "Most: " in words
    assert "Nhiều nhất: " not in words
    assert "Week 9 Nov 2026 – 15 Nov 2026" in words


def test_a_link_opens_a_ward_and_a_calendar_and_a_choice_becomes_a_link(when):
    page = when(pick="00002", calendar="ministry_month", **_DAYS)
    assert "Tháng 15/10/2026 – 14/11/2026" in said(page)
    assert box(page, "Nơi").value == "00002"
    box(page, "Nơi").select("00003").run()
    assert page.query_params["pick"] == "00003"
    box(page, "Lịch báo cáo").select(Calendar.WEEK_THURSDAY).run()
    assert not page.exception
    assert page.query_params["calendar"] == "week_thursday"
    assert page.query_params["mode"] == "when"


def test_a_hotspot_can_be_chosen_and_comes_by_link(when, opened):
    page = when(**_DAYS)
    options = box(page, "Nơi").options
    assert options[1].startswith("Điểm nóng 1 · ")
    query = HotspotQuery(date(2026, 8, 29), date(2026, 11, 20))
    code = hotspot_spots(opened, OPERATOR, query, query.before()).spots[0].code
    box(page, "Nơi").select("spot:" + code).run()
    assert not page.exception
    assert page.query_params["spot"] == code
    assert "pick" not in page.query_params
    assert "Điểm nóng được chọn vì" in said(page)
    again = when(spot=code, **_DAYS)
    assert box(again, "Nơi").value == "spot:" + code
    assert said(again) == said(page) != said(when(**_DAYS))


def test_few_incidents_are_added_up_by_hour_and_by_weekday(when):
    page = when(period="custom", first="2026-11-07", last="2026-11-20", pick="00001")
    assert "quá nhỏ cho lưới 168 ô" in said(page)
    assert chart_count(page) == 4


def test_a_period_of_a_few_days_says_that_weekdays_are_missing(when):
    page = when(period="custom", first="2026-11-18", last="2026-11-20")
    assert "Kỳ 3 ngày không có đủ bảy thứ" in said(page)


def test_without_incidents_it_says_why_and_what_to_do(when):
    page = when(period="custom", first="2001-01-01", last="2001-01-31")
    assert "không có giờ cao điểm" in said(page)
    assert "Dữ liệu chưa có kỳ trọn vẹn nào" in said(page)
    assert chart_count(page) == 0


def test_a_unit_without_the_ward_that_was_picked_shows_the_unit(when):
    page = when(pick="00002", **_DAYS)
    box(page, "Đơn vị").select("00003").run()
    assert not page.exception
    assert not page.error

"""The part "How good is the map" run by Streamlit's own test runner."""

import pytest

from tests import hotspots_city
from tests.pages.reading import said


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=3000)


def test_it_opens_with_what_each_map_would_have_met_and_advises(open_page, city):
    page = open_page("hotspots", mode="trust")
    assert not page.exception
    words = said(page)
    assert "Tuần tra 5\u00a0% diện tích (19 ô, 1,2 km²) theo bản đồ vẽ từ 1 kỳ liền trước" in words
    assert all(name in words for name in ("đếm theo ô", "mật độ", "Gi*"))
    assert "10 ô nhiều vụ nhất" in words


def test_its_settings_are_in_the_link_and_come_from_it(open_page, city):
    page = open_page("hotspots", mode="trust", share="0.02", learned="3")
    assert "Tuần tra 2\u00a0% diện tích" in said(page)
    next(box for box in page.selectbox if box.label == "Tuần tra được").select(0.01)
    page.run()
    assert not page.exception
    assert (page.query_params["share"], page.query_params["learned"]) == ("0.01", "3")
    assert "Tuần tra 1\u00a0% diện tích" in said(page)


def test_a_link_with_a_share_that_is_not_offered_opens_with_the_usual_one(open_page, city):
    page = open_page("hotspots", mode="trust", share="0.33", learned="0")
    assert not page.exception
    assert "Tuần tra 5\u00a0% diện tích" in said(page)


def test_before_the_data_it_says_why_nothing_is_tested_and_what_to_do(open_page, city):
    page = open_page("hotspots", mode="trust", period="custom", first="2020-01-01", last="2020-01-28")
    assert not page.exception
    assert "Chưa thử được bản đồ nào" in said(page)
    assert "Hãy chọn kỳ" in said(page)


def test_who_may_not_see_points_is_told_that_small_cells_are_not_shown(open_page, city):
    page = open_page("hotspots", role="briefer", mode="trust", period="7d")
    assert not page.exception
    assert "ô có dưới 5 vụ không hiện" in said(page)


def test_english(open_page, city):
    words = said(open_page("hotspots", lang="en", mode="trust"))
    assert "Patrolling 5% of the area" in words
    assert "plain counts" in words

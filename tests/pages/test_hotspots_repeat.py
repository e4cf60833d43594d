"""The part "Near repeats" run by Streamlit's own test runner."""

import pytest

from tests import hotspots_city
from tests.pages.reading import said


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=3000)


def box(page, label):
    return next(one for one in page.selectbox if one.label == label)


def test_a_city_without_repeats_is_told_so_with_the_figures(open_page, city):
    page = open_page("hotspots", mode="repeat")
    assert not page.exception
    words = said(page)
    assert "Không thấy lặp lại gần đủ rõ: trong 100 m và 7 ngày sau một vụ" in words
    assert "[0, 100) m" in words
    assert "[21, 28) ngày" in words
    assert "Không có vùng nào còn hiệu lực" in words


def test_its_settings_are_in_the_link_and_come_from_it(open_page, city):
    page = open_page("hotspots", mode="repeat", step_m="200", span="period", period="90d")
    assert "[0, 200) m" in said(page)
    box(page, "Bậc thời gian").select(3)
    page.run()
    box(page, "Đo khoảng cách").select("theo ô phố")
    page.run()
    assert not page.exception
    wanted = {"step_m": "200", "span": "period", "step_days": "3", "distance": "manhattan"}
    assert {name: page.query_params[name] for name in wanted} == wanted
    assert "[0, 3) ngày" in said(page)


def test_too_few_incidents_are_not_made_a_table(open_page, city):
    page = open_page("hotspots", mode="repeat", period="custom", first="2020-01-01", last="2020-01-28")
    assert not page.exception
    assert "Chỉ có 0 vụ có toạ độ" in said(page)
    assert "Hãy nới kỳ" in said(page)
    assert "[0, 100) m" not in said(page)


def test_who_may_not_see_points_is_told_why_there_are_no_zones(open_page, city):
    page = open_page("hotspots", role="briefer", mode="repeat")
    assert not page.exception
    assert "Vai trò của bạn không xem vị trí chính xác" in said(page)


def test_english(open_page, city):
    words = said(open_page("hotspots", lang="en", mode="repeat"))
    assert "No near repeat that is clear enough: within 100 m and 7 days" in words
    assert "[0, 7) days" in words

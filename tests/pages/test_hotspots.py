"""The Hotspots page run by Streamlit's own test runner: words, settings, empty and broken states."""

from datetime import date

import pytest

from geo.domain.kinds import CellShape
from geo.domain.roles import OPERATOR
from geo.services.hotspots.review import HotspotQuery
from geo.services.hotspots.spots import hotspot_spots
from tests import hotspots_city
from tests.pages.reading import said


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=3000)


def test_without_wards_it_says_what_to_do(open_page):
    page = open_page("hotspots")
    assert not page.exception
    assert "geo import wards" in page.info[0].value


@pytest.mark.parametrize("role", ["admin", "commander", "planner", "briefer", "ward_officer"])
def test_every_role_may_look(open_page, city, role):
    page = open_page("hotspots", role=role)
    assert not page.exception
    assert not page.error
    assert len(page.selectbox) == 7


def test_second_choices_are_kept(open_page, city):
    page = open_page("hotspots")
    for name, preset in (("7 ngày gần nhất", "7d"), ("Năm nay", "year"), ("90 ngày gần nhất", "90d")):
        next(box for box in page.selectbox if box.label == "Kỳ").select(name)
        page.run()
        assert not page.exception
        assert page.query_params["period"] == preset


def test_a_unit_out_of_scope_is_not_offered_and_a_link_to_it_is_refused_in_words(open_page, city):
    page = open_page("hotspots", role="ward_officer", units=("00001",), unit="00002")
    assert not page.exception
    assert "00002" in page.warning[0].value
    unit = next(box for box in page.selectbox if box.label == "Đơn vị")
    assert not any("Đông Hồ" in option for option in unit.options)


def test_a_wrong_day_in_a_link_is_said(open_page, city):
    page = open_page("hotspots", period="custom", first="2026-13-01", last="2026-11-01")
    assert not page.exception
    assert "first" in page.warning[0].value


def test_english(open_page, city):
    page = open_page("hotspots", lang="en")
    assert [box.label for box in page.selectbox] == [
        "Period", "Compared with", "Category", "Unit", "Origin", "Smoothing radius",
        "Cells of hotspots",
    ]  # fmt: skip


@pytest.mark.parametrize("cells", list(CellShape))
def test_cells_of_any_shape_come_by_link_and_the_card_has_hours_and_streets(open_page, city, opened, cells):
    days = {"period": "custom", "first": "2026-08-29", "last": "2026-11-20"}
    if cells is CellShape.BEAT:
        page = open_page("hotspots", cells=cells.value, **days)
        assert not page.exception
        assert "Chưa có khu vực nào" in page.error[0].value
        return
    query = HotspotQuery(date(2026, 8, 29), date(2026, 11, 20))
    spots = hotspot_spots(opened, OPERATOR, query, query.before(), cells).spots
    link = {"spot": spots[0].code} if spots else {}
    page = open_page("hotspots", layer="spots", cells=cells.value, **days, **link)
    assert not page.exception
    assert not page.error
    words = said(page)
    assert bool(spots) is cells.on_grid, "six wards are too few to test"
    for part in ("Giờ trong ngày", "Đường nhiều vụ nhất", "Ai phụ trách"):
        assert (part in words) is bool(spots)
    if spots:
        assert ("Đường Thứ" in words) or ("Phố Số" in words)
        assert words.count("<i class=hs-peak") == 2

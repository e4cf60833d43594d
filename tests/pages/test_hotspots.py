"""The Hotspots page run by Streamlit's own test runner: words, settings, empty and broken states."""

import pytest

from tests import hotspots_city


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
    assert len(page.selectbox) == 6


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
    ]  # fmt: skip

"""The part "Did it work" run by Streamlit's own test runner."""

from datetime import date

import pytest

from geo.briefing.weekly_effect import operation_of
from geo.domain.roles import OPERATOR
from geo.services.briefings import briefings
from tests import hotspots_city
from tests.pages.reading import said

LINK = {"mode": "effect", "treated": "00001", "began": "2026-08-22", "lasted": "60"}


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=6000)


def chooser(page, label):
    return next(one for one in page.multiselect if one.label == label)


def test_without_a_ward_it_says_what_to_choose(open_page, city):
    page = open_page("hotspots", mode="effect")
    assert not page.exception
    assert "Chọn phường có đợt ra quân" in said(page)


def test_a_ward_is_chosen_and_the_operation_is_the_period(open_page, city):
    page = open_page("hotspots", mode="effect", period="90d")
    chooser(page, "Nơi ra quân").select("An Bình")
    page.run()
    assert not page.exception
    assert page.query_params["treated"] == "00001"
    assert "An Bình: " in said(page)
    assert "vụ trong đợt (23/08/2026 – 20/11/2026)" in said(page)
    assert "began" not in page.query_params


def test_a_link_opens_with_its_operation_and_says_effect_displacement_and_what_was_usual(open_page, city):
    page = open_page("hotspots", **LINK)
    assert not page.exception
    words = said(page)
    assert "vụ trong đợt (22/08/2026 – 20/10/2026)" in words
    assert "mức mà nơi đối chứng cho thấy" in words
    assert "phường kề bên" in words
    assert "Mức quen" in words or "mức quen" in words
    assert page.date_input[0].value == date(2026, 8, 22)


def test_the_treated_ward_is_not_offered_as_control(open_page, city):
    page = open_page("hotspots", **LINK, control="00001~00003")
    assert not page.exception
    control = chooser(page, "Đối chứng")
    assert "An Bình" not in control.options
    assert control.value == ["00003"]


def test_an_operation_that_is_not_over_is_refused_in_words(open_page, city):
    page = open_page("hotspots", **{**LINK, "began": "2026-11-01"})
    assert not page.exception
    assert "nửa đợt bao giờ cũng trông như thành công" in page.warning[0].value


def test_a_ward_officer_is_told_that_there_is_nothing_to_compare_with(open_page, city):
    page = open_page("hotspots", role="ward_officer", units=("00001",), **LINK)
    assert not page.exception
    assert "Không còn phường nào để đối chứng" in page.warning[0].value


def test_english(open_page, city):
    words = said(open_page("hotspots", lang="en", **LINK))
    assert "during the operation (22 Aug 2026 – 20 Oct 2026)" in words


def test_places_of_a_link_that_are_no_more_are_named(open_page, city):
    page = open_page("hotspots", **{**LINK, "treated": "00001~00988"})
    assert not page.exception
    assert "00988" in page.warning[0].value
    assert chooser(page, "Nơi ra quân").value == ["00001"]


def test_by_beat_the_wards_are_no_choice_any_more(open_page, city):
    page = open_page("hotspots", **LINK)
    next(one for one in page.selectbox if one.label == "Theo").select_index(1).run()
    assert not page.exception
    assert not page.warning
    assert page.query_params["area"] == "beat"
    assert "Chọn khu vực có đợt ra quân" in said(page)
    assert chooser(page, "Nơi ra quân").options == []


def test_an_operation_is_kept_with_its_places_and_days_for_a_briefing(open_page, city, opened):
    page = open_page("hotspots", **LINK)
    next(one for one in page.button if one.label == "Thêm").click()
    page.run()
    assert not page.exception
    (kept,) = briefings(opened, OPERATOR)
    asked = kept.views[-1].asked
    operation = operation_of(asked)
    assert (operation.start, operation.days, operation.treated) == (date(2026, 8, 22), 60, ("00001",))

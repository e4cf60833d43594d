"""The part "Concentration" by Streamlit's own test runner: sentences, settings, too little to say."""

from functools import partial

import pytest
from sqlalchemy import text

from geo.services.hotspots.places import PlaceKind
from tests import hotspots_city
from tests.pages.reading import chart_count, said

_DAYS = {"period": "custom", "first": "2026-08-29", "last": "2026-11-20"}


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=3000)


@pytest.fixture
def places(open_part, city):
    return partial(open_part, "places")


def test_it_opens_with_the_share_that_holds_half(places):
    page = places(**_DAYS)
    assert "trên 118 đoạn đường" in said(page)
    assert "giữ một nửa số vụ (n = " in said(page)
    assert "Weisburd 2015" in said(page)
    assert chart_count(page) == 1
    table = page.dataframe[0].value
    assert list(table.columns) == ["Đường", "Phường", "Vụ", "% số vụ", "Đoạn"]
    assert len(table) == 10


def test_in_english(places):
    page = places(lang="en", **_DAYS)
    assert "of 118 street segments" in said(page)
    assert list(page.dataframe[0].value.columns) == ["Street", "Ward", "n", "% of n", "Segments"]


def test_the_limit_is_shown_and_set_and_a_choice_becomes_a_link(places):
    page = places(snap="10", **_DAYS)
    limit = next(box for box in page.selectbox if box.label == "Khoảng cách tối đa tới đường")
    assert limit.value == 10
    assert "vụ cách mọi đoạn đường hơn 10 m: không tính" in said(page)
    limit.select(20).run()
    assert page.query_params["snap"] == "20"
    assert "hơn 20 m" in said(page)
    kind = next(group for group in page.get("button_group") if "Đoạn đường" in group.options)
    kind.set_value(PlaceKind.WARD).run()
    assert not page.exception
    assert page.query_params["places"] == "ward"
    assert "trên 6 phường" in said(page)


def test_without_blocks_it_says_so_and_what_to_do(places):
    page = places(places="block", **_DAYS)
    assert "Chưa có ranh giới tổ dân phố" in said(page)
    assert "đếm theo phường" in said(page)
    assert chart_count(page) == 0


def test_without_incidents_it_says_why_and_what_to_do(places):
    page = places(period="custom", first="2001-01-01", last="2001-01-31")
    assert "Không có vụ nào trong kỳ này" in said(page)
    assert chart_count(page) == 0


def test_one_ward_alone_has_no_concentration(places):
    page = places(places="ward", unit="00002", **_DAYS)
    assert "chỉ có 1 phường" in said(page)


def test_few_incidents_are_said_to_be_few_and_fewer_than_places(places):
    page = places(period="custom", first="2026-11-20", last="2026-11-20")
    assert "là số nhỏ" in said(page)
    assert "số vụ ít hơn số nơi" in said(page)


def test_a_brief_writer_reads_no_place_with_fewer_than_five(places):
    page = places(role="briefer", period="custom", first="2026-11-18", last="2026-11-20")
    assert "Nơi có dưới 5 vụ không nêu tên" in said(page)


def test_where_no_incident_is_near_a_street_and_where_there_is_none_it_says_so(places, opened):
    with opened.owner.begin() as connection:  # the last test of this module: it takes the streets away
        connection.execute(text("DELETE FROM diaban.street WHERE code <> 'S1'"))
    far = places(snap="10", period="custom", first="2026-11-20", last="2026-11-20")
    assert "Không vụ nào của kỳ nằm trên một nơi đếm được" in said(far)
    none = places(unit="00005", **_DAYS)
    assert "Chưa có lớp đường" in said(none)
    assert chart_count(far) == chart_count(none) == 0

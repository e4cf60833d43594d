"""The Briefing page, run with its guard: what is said, kept, moved, refused."""

import pytest

from geo.domain.roles import OPERATOR
from geo.services import briefings
from geo.services.briefings import View

pytestmark = pytest.mark.usefixtures("city")
FIRST = View("home", "/?day=2026-11-20", "Bốn việc đạt chỉ tiêu", "", {"day": "2026-11-20"})
SECOND = View("coverage", "/coverage", "Một khu vực trống", "", {"day": "2026-11-20"})


@pytest.fixture(scope="module")
def city(database):
    from tests import hotspots_city

    return hotspots_city.fill(database.owner, incidents=300)


def _button(page, key):
    return next(button for button in page.button if button.key == key)


def _mine(opened, page):
    return briefings.briefings(opened, OPERATOR)[0]


def test_without_a_briefing_the_way_to_one_is_told(open_page, opened):
    page = open_page("briefing", role="briefer")
    assert not page.exception
    assert any("chưa có báo cáo riêng" in html.proto.body for html in page.get("html"))
    _button(page, "briefing.start").click().run()
    assert "mục đích" in page.error[0].value  # the purpose was left out


def test_a_view_is_added_moved_and_taken_out(open_page, opened):
    page = open_page("coverage", role="briefer", day="2026-11-20")
    page = open_page("briefing", role="briefer")
    page.text_input[-1].input("Giao ban")
    next(b for b in page.button if b.label == "Tạo báo cáo").click().run()
    assert not page.exception
    found = _mine(opened, page)
    assert found.title == "Giao ban"
    assert "chưa có màn hình nào" in page.info[0].value
    found = briefings.change(opened, OPERATOR, found, title="Giao ban", views=[FIRST, SECOND])
    page.run()
    _button(page, f"briefing.{found.code}.{found.version}.0.down").click().run()
    assert not page.exception
    found = _mine(opened, page)
    assert [view.title for view in found.views] == [SECOND.title, FIRST.title]
    _button(page, f"briefing.{found.code}.{found.version}.1.remove").click().run()
    assert [view.title for view in _mine(opened, page).views] == [SECOND.title]


def test_two_briefings_of_one_name_can_be_told_apart(open_page, opened):
    older, newer = (briefings.create(opened, OPERATOR, "Trùng tên", [FIRST]) for _ in range(2))
    page = open_page("briefing", role="briefer")
    assert not page.exception
    (which,) = [box for box in page.selectbox if box.key == "briefing.pick"]
    assert len(set(which.options)) == len(which.options)
    assert {found.code for found in (older, newer)} <= {option.rpartition(" ")[2] for option in which.options}


def test_presentation_of_a_briefing_that_is_no_more(open_page):
    page = open_page("briefing", role="briefer", present="deadbeef", at="2")
    assert not page.exception
    assert "deadbeef" in page.error[0].value


def test_the_page_is_not_for_a_ward_officer(open_page):
    page = open_page("briefing", role="ward_officer", units=("00001",))
    assert "không dành cho vai trò" in page.subheader[0].value


def test_a_mistyped_code_of_a_printout_is_told(open_page):
    page = open_page("briefing", role="commander")
    assert not page.exception
    next(field for field in page.text_input if "chân trang" in field.label).input("xyz")
    next(b for b in page.button if b.label == "Tìm").click().run()
    assert "không phải mã truy vết" in page.error[0].value

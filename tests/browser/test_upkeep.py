"""A ward officer at the grid: two rows typed and saved, a conflict that takes nothing away, and undo."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR, Actor
from geo.services import accounts, demo, sessions
from geo.services.upkeep_counts import CountChange, HouseholdRow, households, save
from geo.store.engine import Database
from geo.ui import clock
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

BEAT = "99001-K01"
_PATIENCE_MS = 60_000
_PASSWORD = "dong-song-7-xanh"
_ROW_PX, _FIRST_ROW_PX = 33, 50


@pytest.fixture(scope="module")
def today(opened: Database) -> date:
    day = clock.today()
    demo.load(opened, CityParameters(today=day, wards=2, households=2_400, incidents=200), 3)
    for name in ("can-bo-1", "can-bo-2"):
        accounts.add_account(
            opened, OPERATOR, name, role="ward_officer", unit_codes=["99001"], password=_PASSWORD
        )
    return day


@pytest.fixture
def other(opened: Database, today: date) -> Actor:
    actor = sessions.actor_for_token(opened, sessions.sign_in(opened, "can-bo-2", _PASSWORD, "127.0.0.1"))
    assert actor is not None
    return actor


def _type_permanent(page: Page, row: int, value: int) -> None:
    """Type into the column of permanent residents, by the keyboard once the cell has been reached."""
    expect(page.get_by_test_id("data-grid-canvas").last).to_be_visible(timeout=_PATIENCE_MS)
    grid = page.get_by_test_id("stDataFrame").last
    box = grid.bounding_box()
    assert box is not None
    grid.click(position={"x": box["width"] * 0.31, "y": _FIRST_ROW_PX + _ROW_PX * row})
    page.keyboard.press("Enter")
    cell = page.locator("#portal input")
    # Where the page answers the row before just now, the cell opens without the focus: `fill` gives it.
    expect(cell).to_be_visible(timeout=_PATIENCE_MS)
    cell.fill(str(value))
    cell.press("Enter")


def _stored(opened: Database, today: date, code: str) -> HouseholdRow:
    return {row.code: row for row in households(opened, OPERATOR, today, BEAT)}[code]


def test_rows_are_saved_a_conflict_keeps_what_was_typed_and_undo_puts_it_back(
    visit: Visit, opened: Database, today: date, other: Actor
) -> None:
    first, _, second = households(opened, OPERATOR, today, BEAT)[:3]
    page = visit("can-bo-1", _PASSWORD, "/upkeep")
    page.set_viewport_size({"width": 1024, "height": 768})
    _type_permanent(page, 0, 11)
    expect(page.get_by_role("button", name="Lưu 1 hộ")).to_be_enabled(timeout=_PATIENCE_MS)
    _type_permanent(page, 2, 12)
    expect(page.get_by_role("button", name="Lưu 2 hộ")).to_be_enabled(timeout=_PATIENCE_MS)
    # Somebody else is quicker with the first of the two.
    save(
        opened, other, today, BEAT, [CountChange(first.code, 7, first.temporary, first.absent, first.version)]
    )
    page.get_by_role("button", name="Lưu 2 hộ").click()
    warning = page.get_by_test_id("stAlert")
    expect(warning).to_contain_text(f"{first.code} 7/", timeout=_PATIENCE_MS)
    assert _stored(opened, today, second.code) == second
    page.get_by_role("button", name="Ghi số của tôi").click()
    expect(warning).to_contain_text("Đã lưu: 2 hộ thay đổi", timeout=_PATIENCE_MS)
    assert [_stored(opened, today, row.code).permanent for row in (first, second)] == [11, 12]
    page.get_by_role("button", name="Hoàn tác").click()
    expect(warning).to_contain_text("Đã hoàn tác", timeout=_PATIENCE_MS)
    assert [_stored(opened, today, row.code).permanent for row in (first, second)] == [7, second.permanent]


def test_typed_counts_outlive_a_look_at_another_part(visit: Visit, opened: Database, today: date) -> None:
    page = visit("can-bo-1", _PASSWORD, "/upkeep")
    _type_permanent(page, 3, 13)
    expect(page.get_by_role("button", name="Lưu 1 hộ")).to_be_enabled(timeout=_PATIENCE_MS)
    page.get_by_role("radio", name="Báo cáo").click()
    expect(page.get_by_role("button", name="Gửi báo cáo")).to_be_visible(timeout=_PATIENCE_MS)
    page.get_by_role("radio", name="Bảng hộ").click()
    expect(page.get_by_role("button", name="Lưu 1 hộ")).to_be_enabled(timeout=_PATIENCE_MS)


def test_a_click_on_the_map_says_where_and_the_incident_is_recorded(
    visit: Visit, opened: Database, today: date
) -> None:
    page = visit("can-bo-1", _PASSWORD, "/upkeep?mode=record")
    inside = page.frame_locator('iframe[title="streamlit_folium.st_folium"]')
    expect(inside.locator(".diaban-key")).to_be_visible(timeout=_PATIENCE_MS)
    inside.locator("#map_div").click(position={"x": 420, "y": 260})
    expect(page.get_by_role("textbox", name="Vĩ độ, kinh độ")).not_to_have_value("", timeout=_PATIENCE_MS)
    page.get_by_role("button", name="Ghi vụ việc").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("Đã ghi vụ việc TN-", timeout=_PATIENCE_MS)

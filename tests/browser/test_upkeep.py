"""A ward officer without a mouse: counts, a conflict, a whole beat, an incident moved a step, and undo."""

from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR, Actor
from geo.services import accounts, demo, incident_desk, sessions
from geo.services.upkeep_counts import CountChange, HouseholdRow, households, save
from geo.store.engine import Database
from geo.ui import clock
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

BEAT = "99001-K01"
_PASSWORD = "dong-song-7-xanh"
_TO_PERMANENT = ("ArrowRight", "ArrowRight")  # from the first cell of the grid
# The two incidents of the beat that stand open.
_TWO = """
    FROM diaban.incident i WHERE i.id IN (SELECT i.id FROM diaban.incident i
        JOIN diaban.beat_block x ON x.block_id = i.block_id AND x.valid @> current_date
        JOIN diaban.beat b ON b.id = x.beat_id WHERE b.code = '99001-K01' ORDER BY i.id DESC LIMIT 2)"""


@pytest.fixture(scope="module")
def today(opened: Database) -> date:
    day = clock.today()
    demo.load(opened, CityParameters(today=day, wards=2, households=2_400, incidents=200), 3)
    with opened.owner.begin() as connection:
        connection.execute(text(
            "UPDATE diaban.incident SET status = 'resolved', resolved_at = coalesce(resolved_at, now()) "
            "WHERE recorded_at < now()"
        ))  # fmt: skip
        connection.execute(text(
            "UPDATE diaban.incident SET status = 'received', resolved_at = NULL "
            f"WHERE id IN (SELECT i.id {_TWO})"
        ))  # fmt: skip
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


def _type(page: Page, *keys: str) -> None:
    """Press one key after the other without a pause, as a hand does that is in a hurry."""
    for key in keys:
        page.keyboard.press(key)


def _stored(opened: Database, today: date, code: str) -> HouseholdRow:
    return {row.code: row for row in households(opened, OPERATOR, today, BEAT)}[code]


# Of an element: whether the keyboard is in it, and whether anybody can see that.
_HERE = "e => e === document.activeElement || e.contains(document.activeElement)"
_RING = """() => {
    for (let e = document.activeElement; e; e = e.parentElement) {
        const look = getComputedStyle(e);
        if (look.outlineStyle === "solid" && parseFloat(look.outlineWidth) >= 2) return true;
    }
    return false;
}"""
_MOST_STEPS = 40


def _reach(page: Page, goal: Locator, *, back: bool = False) -> None:
    """Go to `goal` by Tab (or Shift+Tab) alone; there the ring of the focus is to be seen."""
    expect(goal).to_be_visible()
    for _ in range(_MOST_STEPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if goal.evaluate(_HERE):
            assert page.evaluate(_RING), "nobody sees where the keyboard is"
            return
    raise AssertionError(f"{goal} is not reached within {_MOST_STEPS} steps")


def _press(page: Page, name: str, *, back: bool = False) -> None:
    """Reach the button `name`, once it can be pressed, and press it."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled()
    _reach(page, button, back=back)
    page.keyboard.press("Enter")


def test_rows_are_saved_a_conflict_keeps_what_was_typed_and_undo_puts_it_back(
    visit: Visit, opened: Database, today: date, other: Actor
) -> None:
    first, _, second = households(opened, OPERATOR, today, BEAT)[:3]
    page = visit("can-bo-1", _PASSWORD, "/upkeep")
    page.set_viewport_size({"width": 1024, "height": 768})
    _reach(page, page.get_by_test_id("data-grid-canvas").last)
    _type(page, *_TO_PERMANENT, *"11", "Enter", "ArrowDown", *"12", "Enter")
    expect(page.get_by_role("button", name="Lưu 2 hộ")).to_be_enabled()
    # Somebody else is quicker with the first of the two.
    save(
        opened, other, today, BEAT, [CountChange(first.code, 7, first.temporary, first.absent, first.version)]
    )
    _press(page, "Lưu 2 hộ", back=True)
    warning = page.get_by_test_id("stAlert")
    expect(warning).to_contain_text(f"{first.code} 7/")
    assert _stored(opened, today, second.code) == second
    _press(page, "Ghi số của tôi")
    expect(warning).to_contain_text("Đã lưu: 2 hộ thay đổi")
    assert [_stored(opened, today, row.code).permanent for row in (first, second)] == [11, 12]
    _press(page, "Hoàn tác", back=True)
    expect(warning).to_contain_text("Đã hoàn tác")
    assert [_stored(opened, today, row.code).permanent for row in (first, second)] == [7, second.permanent]


def test_figures_typed_in_a_hurry_on_a_slow_machine_all_arrive(
    visit: Visit, opened: Database, today: date
) -> None:
    rows = households(opened, OPERATOR, today, BEAT)
    page = visit("can-bo-1", _PASSWORD, "/upkeep")
    _reach(page, page.get_by_test_id("data-grid-canvas").last)
    machine = page.context.new_cdp_session(page)
    machine.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    try:
        # Opened by Enter, left by Tab, given up by Escape, mended by Backspace; the next key at once.
        _type(page, *_TO_PERMANENT, *"21", "Tab", "7", "Enter", "ArrowLeft", "9", "Escape", *"14", "Enter")
        _type(page, "Enter", *"16", "Enter", *"138", "Backspace", "Enter")
        save = page.get_by_role("button", name="Lưu 4 hộ")
        expect(save).to_be_enabled()
        save.click()
        expect(page.get_by_test_id("stAlert")).to_contain_text("Đã lưu: 4 hộ thay đổi")
    finally:
        machine.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        machine.detach()
    assert [_stored(opened, today, row.code).permanent for row in rows[:4]] == [21, 14, 16, 13]
    assert _stored(opened, today, rows[0].code).temporary == 7


def test_the_keyboard_alone_confirms_a_beat_and_moves_an_incident(
    visit: Visit, opened: Database, today: date
) -> None:
    page = visit("can-bo-1", _PASSWORD, "/upkeep")
    page.set_viewport_size({"width": 1024, "height": 768})
    warning = page.get_by_test_id("stAlert")
    _reach(page, page.get_by_test_id("data-grid-canvas").last)
    every = households(opened, OPERATOR, today, BEAT)
    _press(page, f"Xác nhận {_number(len(every))} hộ đang xem")
    expect(warning).to_contain_text(f"{_number(len(every))} hộ xác nhận")
    assert {row.reviewed_on for row in households(opened, OPERATOR, today, BEAT)} == {today}
    _press(page, "Hoàn tác", back=True)
    expect(warning).to_contain_text("Đã hoàn tác")
    assert [row.reviewed_on for row in households(opened, OPERATOR, today, BEAT)] == [
        row.reviewed_on for row in every
    ]

    _reach(page, page.get_by_role("radio", name="Bảng hộ"), back=True)
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("vụ việc chưa giải quyết xong")).to_be_visible()
    _reach(page, page.get_by_test_id("data-grid-canvas").last)
    page.keyboard.press("ArrowRight")  # picks the first row; Tab goes on to its end, and out
    _press(page, "Phân công")
    expect(warning).to_contain_text("đã phân công")
    assert _open_statuses(opened) == ["assigned", "received"]
    _press(page, "Hoàn tác", back=True)
    expect(warning).to_contain_text("Đã hoàn tác")
    assert _open_statuses(opened) == ["received", "received"]


def _number(n: int) -> str:
    return f"{n:,}".replace(",", ".")


def _open_statuses(opened: Database) -> list[str]:
    """Return the steps of the open incidents of the beat, in the order of the list."""
    return [each.status for each in incident_desk.incidents(opened, OPERATOR, clock.now(), BEAT)]


def test_typed_counts_outlive_a_look_at_another_part(visit: Visit, opened: Database, today: date) -> None:
    page = visit("can-bo-1", _PASSWORD, "/upkeep")
    _reach(page, page.get_by_test_id("data-grid-canvas").last)
    _type(page, *_TO_PERMANENT, *"13", "Enter")
    expect(page.get_by_role("button", name="Lưu 1 hộ")).to_be_enabled()
    page.get_by_role("radio", name="Báo cáo").click()
    expect(page.get_by_role("button", name="Gửi báo cáo")).to_be_visible()
    page.get_by_role("radio", name="Bảng hộ").click()
    expect(page.get_by_role("button", name="Lưu 1 hộ")).to_be_enabled()


def test_a_click_on_the_map_says_where_and_the_incident_is_recorded(
    visit: Visit, opened: Database, today: date
) -> None:
    page = visit("can-bo-1", _PASSWORD, "/upkeep?mode=record")
    inside = page.frame_locator('iframe[title="streamlit_folium.st_folium"]')
    expect(inside.locator(".diaban-key")).to_be_visible()
    inside.locator("#map_div").click(position={"x": 420, "y": 260})
    expect(page.get_by_role("textbox", name="Vĩ độ, kinh độ")).not_to_have_value("")
    page.get_by_role("button", name="Ghi vụ việc").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("Đã ghi vụ việc TN-")

"""Strokes of the last moment before the desk is left: they come back to their draft and to nothing else.

The city: tests/planning_city.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from geo.domain.roles import OPERATOR
from geo.services import accounts
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests import planning_city
from tests.browser.conftest import WindowMaker, account_name, sign_in
from tests.planning_city import code

pytestmark = pytest.mark.browser

PasswordOf = Callable[[str], str]
_DESK = "document.querySelector('.rd').desk"
# The page is left before anything of it is sent.
_CUT_OFF = f"() => {{ {_DESK}.send = () => {{}}; }}"


@pytest.fixture(scope="module", autouse=True)
def city(database: DatabaseUrls) -> None:
    planning_city.fill(database)


@pytest.fixture
def draft(opened: Database) -> OpenDraft:
    return planning_city.a_draft(opened)


@pytest.fixture
def page(window: WindowMaker, password_of: PasswordOf) -> Page:
    page = window().context.new_page()
    sign_in(page, "/reassign", account_name("planner"), password_of("planner"))
    return page


def _open(page: Page, draft: OpenDraft) -> None:
    page.goto(f"/reassign?draft={draft.draft.code}", wait_until="domcontentloaded")
    _ready(page, draft)


def _ready(page: Page, draft: OpenDraft) -> None:
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible()


def _press(page: Page, draft: OpenDraft, *blocks: str) -> None:
    page.evaluate(f"() => {_DESK}.choose(1)")
    for block in blocks:
        page.evaluate(f"(unit) => {_DESK}.move([unit])", draft.desk.unit_of(block))


def _told(page: Page) -> list[int]:
    """The beats as the server has them, once it has heard of every stroke."""
    page.wait_for_function(f"() => {_DESK}.pending.length === 0")
    found: list[int] = page.evaluate(f"() => [...{_DESK}.data.owner]")
    return found


def _with(draft: OpenDraft, *blocks: str) -> list[int]:
    owner = draft.owner.copy()
    owner[[draft.desk.unit_of(block) for block in blocks]] = 1
    return owner.tolist()


def test_they_come_back_after_another_page_and_after_a_reload(page: Page, draft: OpenDraft) -> None:
    _open(page, draft)
    page.evaluate(_CUT_OFF)
    _press(page, draft, code(1, 3))
    page.get_by_role("link", name="Công việc").click()
    expect(page.locator(".rd")).to_have_count(0)
    page.get_by_role("link", name="Phân công").click()
    _ready(page, draft)
    expect(page.locator(".rd-note")).to_contain_text("Đã gửi lại 1 thao tác")
    assert _told(page) == _with(draft, code(1, 3))
    page.evaluate(_CUT_OFF)
    _press(page, draft, code(1, 2))
    page.reload()
    _ready(page, draft)
    assert _told(page) == _with(draft, code(1, 3), code(1, 2))
    page.reload()
    _ready(page, draft)
    assert _told(page) == _with(draft, code(1, 3), code(1, 2))
    assert page.evaluate("() => Object.keys(sessionStorage).filter((key) => /diaban.desk/.test(key))") == []


def test_what_the_server_took_without_being_heard_is_not_taken_twice(page: Page, draft: OpenDraft) -> None:
    _open(page, draft)
    # It is sent, and no answer is taken in any more.
    page.evaluate(f"() => {{ {_DESK}.update = async () => {{}}; {_DESK}.choose(1); {_DESK}.lock(); }}")
    expect(page.locator(".st-key-reassign_panel")).to_contain_text("Có thay đổi chưa lưu")
    assert page.evaluate(f"() => {_DESK}.pending.length") == 1
    page.reload()
    _ready(page, draft)
    _told(page)
    assert page.evaluate(f"() => {_DESK}.data.beats[1].locked") is True


def test_they_go_to_no_other_draft_and_to_nobody_else(page: Page, opened: Database, draft: OpenDraft) -> None:
    other = plan_drafts.branch(opened, OPERATOR, draft.draft.code, "Nhánh")
    _open(page, draft)
    page.evaluate(_CUT_OFF)
    _press(page, draft, code(1, 3))
    _open(page, other)
    assert _told(page) == other.owner.tolist()
    password = accounts.add_account(opened, OPERATOR, "nguoi-khac", role="planner", unit_codes=["*"])
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, f"/reassign?draft={draft.draft.code}", "nguoi-khac", password)
    _ready(page, draft)
    assert _told(page) == draft.owner.tolist()


def test_where_the_draft_has_changed_since_the_planner_is_told(
    page: Page, opened: Database, draft: OpenDraft
) -> None:
    _open(page, draft)
    page.evaluate(_CUT_OFF)
    _press(page, draft, code(1, 3), code(1, 2))
    theirs = draft.owner.copy()
    theirs[draft.desk.unit_of(code(4, 0))] = 1
    stored = plan_drafts.save(opened, OPERATOR, draft, theirs)
    _open(page, draft)
    expect(page.locator(".rd-note")).to_contain_text("2 thao tác lần trước chưa kịp gửi; bản nháp đã khác")
    assert _told(page) == stored.owner.tolist()

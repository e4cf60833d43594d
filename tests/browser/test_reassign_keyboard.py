"""The planner's desk without a mouse. The city: tests/planning_city, three beats of two columns each."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests import planning_city
from tests.planning_city import code

pytestmark = pytest.mark.browser

SignedIn = Callable[[str, str], Page]
_MOST_STOPS = 60
_DESK = "document.querySelector('.rd').desk"


@pytest.fixture(scope="module", autouse=True)
def draft(database: DatabaseUrls, opened: Database) -> OpenDraft:
    planning_city.fill(database)
    return planning_city.a_draft(opened)


def _tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(_MOST_STOPS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not come to {selector}")


def test_a_plan_is_opened_and_a_block_moved_with_keys_alone(signed_in: SignedIn, draft: OpenDraft) -> None:
    page = signed_in("planner", "/reassign")
    link = f'.rs-plans a[href*="{draft.draft.code}"]'
    expect(page.locator(link)).to_be_visible()
    _tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible()
    assert page.evaluate("document.activeElement.matches('.rd')")  # its keys work at once
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"{_DESK}.chosen") == 1
    _tab_to(page, ".rd-main canvas")
    column = _column(page, draft)
    assert column in {2, 3}  # the chosen beat is where it begins
    for _ in range(column - 1):
        page.keyboard.press("ArrowLeft")
    assert _column(page, draft) == 1
    block = int(page.evaluate(f"{_DESK}.standing"))
    expect(page.locator(".rd-stands")).to_contain_text(draft.desk.names[block])
    assert page.evaluate(f"{_DESK}.owner[{block}]") == 0
    page.keyboard.press("Enter")
    assert page.evaluate(f"{_DESK}.owner[{block}]") == 1
    page.wait_for_function(f"() => {_DESK}.pending.length === 0")
    expect(page.locator(".db-verdict")).to_contain_text("chuyển 1 tổ")
    assert page.evaluate(
        "document.activeElement.matches('.rd-main canvas')"
    )  # the answer takes no keyboard away
    page.keyboard.press("Space")
    expect(page.locator(".rd-note")).to_contain_text("Đã ở KV 2 rồi")
    _tab_to(page, ".rd", "Shift+Tab")
    expect(page.locator(".rd-tip")).to_be_hidden()


def _column(page: Page, draft: OpenDraft) -> int:
    block = page.evaluate(f"{_DESK}.standing")
    return next(x for x in range(6) for y in range(4) if draft.desk.codes[block] == code(x, y))

"""The planner's desk without a mouse. The city: tests/planning_city, three beats of two columns each."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.domain.roles import OPERATOR
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests import planning_city
from tests.planning_city import code
from tests.serving import answered

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


def test_a_block_is_split_with_keys_alone(signed_in: SignedIn, opened: Database) -> None:
    draft = planning_city.a_draft(opened)
    page = signed_in("planner", f"/reassign?draft={draft.draft.code}")
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible()
    answered(page)
    _tab_to(page, '.rd [data-tool="cut"]')
    page.keyboard.press("Enter")
    _tab_to(page, ".rd-main canvas")
    block = int(page.evaluate(f"{_DESK}.standing"))
    line = page.locator(".rd-trail polygon")
    page.keyboard.press("Enter")
    expect(page.locator(".rd-note")).to_contain_text("R xoay")
    lines = [_ends(line)]
    for key in ("ArrowRight", "r", "Shift+R", "ArrowLeft"):
        page.keyboard.press(key)
        lines.append(_ends(line))
    assert lines == [*lines[:3], lines[1], lines[0]]
    assert lines[0] != lines[1] != lines[2]
    assert page.evaluate(f"{_DESK}.standing") == block  # the arrows were the line's
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)
    expect(page.locator(".rd-note")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(line).to_have_count(0)
    expect(page.locator(".st-key-reassign_panel")).to_contain_text(f"Đường vẽ chia {draft.desk.names[block]}")
    page.get_by_role("button", name="Chia", exact=True).press("Enter")
    page.wait_for_function(f"() => {_DESK}.shapes.names.length === {len(draft.desk.codes) + 1}")
    halves = plan_drafts.load(opened, OPERATOR, draft.draft.code).desk.problem
    assert halves.workload.sum() == draft.desk.problem.workload.sum()


def _ends(line: Locator) -> list[int]:
    return [round(float(number)) for number in re.split("[ ,]", line.get_attribute("points") or "")]


def _column(page: Page, draft: OpenDraft) -> int:
    block = page.evaluate(f"{_DESK}.standing")
    return next(x for x in range(6) for y in range(4) if draft.desk.codes[block] == code(x, y))

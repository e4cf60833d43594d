"""Presses on the desk that come faster than its server answers: each arrives once and in order.

The city: tests/planning_city. The server takes 1.2 s more for each run that keeps a stroke, and Chromium's
processor is slowed down, so that many presses are on their way at once.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from geo.domain.roles import OPERATOR
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests import planning_city
from tests.planning_city import code
from tests.serving import WATCH_OFTEN, App, serving

pytestmark = pytest.mark.browser

SignedIn = Callable[[str, str], Page]
SLOWER = 4  # times; the machine of a test is no fast one either
_PANEL = ".st-key-reassign_panel"
_DESK = "document.querySelector('.rd').desk"
_SLOW_SERVER = """
import time
from geo.services.plans import unsaved as plan_unsaved
from geo.services.works import board as works
works.warm = lambda *_: None
at_once = plan_unsaved.keep
plan_unsaved.keep = lambda *given: (time.sleep(1.2), at_once(*given))[1]
"""


@pytest.fixture(scope="module")
def app(database: DatabaseUrls, opened: Database) -> Iterator[App]:
    with serving(database, opened, first=f"{WATCH_OFTEN}\n{_SLOW_SERVER}") as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def city(database: DatabaseUrls) -> None:
    planning_city.fill(database)


@pytest.fixture
def draft(opened: Database) -> OpenDraft:
    return planning_city.a_draft(opened)


# What the server tells the desk meanwhile waits before its door, and only the newest is let in.
_UNHEARD = f"() => {{ const desk = {_DESK}; desk.update = async (data) => {{ desk.unheard = data; }}; }}"
_HEARD = f"() => {{ const desk = {_DESK}; delete desk.update; if (desk.unheard) desk.update(desk.unheard); }}"
# A slow machine may have said something and taken it away again before a test looks.
_LISTENING = """(words) => {
    const look = () => (window.heard ||= document.body.textContent.includes(words));
    const all = { childList: true, subtree: true, characterData: true };
    new MutationObserver(look).observe(document.body, all);
}"""


def _open(signed_in: SignedIn, draft: OpenDraft, more: str = "") -> Page:
    page = signed_in("planner", f"/reassign?draft={draft.draft.code}{more}")
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible()
    return page


def _places(page: Page, draft: OpenDraft, *at: tuple[int, int]) -> list[tuple[float, float]]:
    """Where blocks of the grid lie on the page, once the map draws them there."""
    script = f"""(units) => {{
        const main = {_DESK}.main, box = main.map.getCanvas().getBoundingClientRect();
        const at = units.map((unit) => main.map.project(main.shapes.points[unit]));
        const drawn = units.every((unit, i) => main.unitAt(at[i]) === unit);
        return drawn ? at.map((p) => [box.left + p.x, box.top + p.y]) : null;
    }}"""
    units = [draft.desk.unit_of(code(*each)) for each in at]
    found = page.wait_for_function(script, arg=units).json_value()
    return [(x, y) for x, y in found]


def _slowed(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _settled(page: Page) -> None:
    page.wait_for_function(f"() => {_DESK}.pending.length === 0")


def _shown(page: Page) -> list[int]:
    found: list[int] = page.evaluate(f"() => [...{_DESK}.owner]")
    return found


def _told(page: Page) -> list[int]:
    """The beats as the server has them."""
    found: list[int] = page.evaluate(f"() => [...{_DESK}.data.owner]")
    return found


def _expected(draft: OpenDraft, moved: dict[tuple[int, int], int]) -> list[int]:
    owner = draft.owner.copy()
    for at, part in moved.items():
        owner[draft.desk.unit_of(code(*at))] = part
    return owner.tolist()


def test_a_burst_of_presses_arrives_once_and_in_order(
    signed_in: SignedIn, opened: Database, draft: OpenDraft
) -> None:
    page = _open(signed_in, draft)
    a, b, c, d, e = _places(page, draft, (1, 3), (1, 2), (1, 1), (4, 3), (4, 2))
    _slowed(page)
    page.click('.rd-bar[data-part="1"]')
    for at in (a, b):
        page.mouse.click(*at)
    for keys in ("Control+z", "Control+z", "Control+y"):  # a alone is moved now
        page.keyboard.press(keys)
    page.mouse.click(*b)  # taken back, so it can be moved anew
    page.click('[data-act="undo"]')  # the button is there before the server knows of a stroke
    page.keyboard.press("l")
    page.mouse.click(*c)  # into a beat that is held since a moment: refused here and there
    page.keyboard.press("l")
    page.mouse.click(*c)
    page.keyboard.press("Control+s")
    page.mouse.click(*d)
    page.mouse.click(*e)
    page.keyboard.press("Control+z")
    assert page.evaluate(f"() => {_DESK}.pending.length") > 5  # or the test would show nothing
    after = _expected(draft, {(1, 3): 1, (1, 1): 1, (4, 3): 1})
    assert _shown(page) == after  # before the server has said anything of it
    _settled(page)
    assert _told(page) == _shown(page) == after
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert stored.owner.tolist() == _expected(draft, {(1, 3): 1, (1, 1): 1})
    assert stored.draft.options.locked_beats == ()
    for _ in range(3):
        page.keyboard.press("Control+z")
    _settled(page)
    assert _told(page) == draft.owner.tolist()  # nothing came twice: three strokes lead to the start
    expect(page.locator('[data-act="undo"]')).to_be_disabled()


def test_a_stroke_during_an_event_means_the_same_block_and_beat_after_it(
    signed_in: SignedIn, opened: Database, draft: OpenDraft
) -> None:
    page = _open(signed_in, draft, "&part=events")
    a, d = _places(page, draft, (1, 3), (4, 3))
    box = page.locator(_PANEL).locator("details", has_text="Cán bộ vắng mặt")
    box.locator("summary").click()
    page.wait_for_timeout(600)
    _slowed(page)
    page.click('.rd-bar[data-part="1"]')
    page.mouse.click(*d)
    _settled(page)
    page.evaluate(_UNHEARD)
    box.get_by_role("button", name="Đặt").click()  # the officer of the first beat: the others move up by one
    while plan_drafts.load(opened, OPERATOR, draft.draft.code).draft.version == draft.draft.version:
        page.wait_for_timeout(50)
    page.evaluate(_LISTENING, "không qua được một sự kiện")
    page.mouse.click(*a)  # the event is in, but the browser has not heard of it
    page.keyboard.press("Control+z")
    page.evaluate(_HEARD)
    expect(page.locator(".rd-bar")).to_have_count(2)
    _settled(page)
    units = [draft.desk.unit_of(code(*at)) for at in ((4, 3), (1, 3))]
    assert page.evaluate(f"() => {_DESK}.data.beats[0].name") == "Khu vực 2"
    assert [_told(page)[unit] for unit in units] == [0, 0]
    assert _told(page) == _shown(page)
    # Steps do not outlive the desk that they were made on, and the planner is told so.
    page.wait_for_function("() => window.heard")


def test_strokes_that_nobody_answered_are_sent_again(signed_in: SignedIn, draft: OpenDraft) -> None:
    page = _open(signed_in, draft)
    (a,) = _places(page, draft, (1, 3))
    page.click('.rd-bar[data-part="1"]')
    page.evaluate(
        f"() => {{ const desk = {_DESK}, send = desk.send; desk.send = () => (desk.send = send); }}"
    )
    page.mouse.click(*a)
    assert page.evaluate(f"() => {_DESK}.pending.length") == 1
    _settled(page)
    assert _told(page) == _expected(draft, {(1, 3): 1})


def test_a_stroke_just_before_another_draft_is_opened_is_kept(
    signed_in: SignedIn, opened: Database, draft: OpenDraft
) -> None:
    other = plan_drafts.branch(opened, OPERATOR, draft.draft.code, "Nhánh khác")
    page = _open(signed_in, draft)
    page.get_by_role("combobox", name="Phương án").click()
    expect(page.get_by_role("option", name="Nhánh khác")).to_be_visible()
    units = [draft.desk.unit_of(code(1, row)) for row in (3, 2)]
    # The server is busy with the first when the second and the choice come, faster than a hand can press.
    script = f"""async (units) => {{
        const next = () => new Promise((resolve) => setTimeout(resolve, 60));
        {_DESK}.choose(1);
        for (const unit of units) {{
            {_DESK}.move([unit]);
            await next();
        }}
        const names = [...document.querySelectorAll('[role="option"]')];
        names.find((name) => /Nhánh khác/.test(name.textContent)).click();
    }}"""
    page.evaluate(script, units)
    expect(page.locator(f'.rd[data-ready="{other.draft.code}"]')).to_be_visible()
    page = _open(signed_in, draft)
    expect(page.locator(_PANEL)).to_contain_text("Đã khôi phục 2 thay đổi chưa lưu")
    assert _told(page) == _expected(draft, {(1, 3): 1, (1, 2): 1})

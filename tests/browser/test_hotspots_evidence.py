"""How good the map is, near repeats and operations, in a real Chromium with the network closed."""

import pytest
from playwright.sync_api import Page, expect

from tests import hotspots_city
from tests.browser.test_hotspots import HOSTILE, choose
from tests.serving import map_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def city(database, opened):
    return hotspots_city.fill(database.owner, incidents=8000, names=HOSTILE)


def finding(page: Page) -> str:
    return page.locator(".hs-finding").inner_text()


def part(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).click()


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("trust", "Tuần tra 5"),
        ("repeat", "Không thấy lặp lại gần"),
        ("effect&treated=00001~00002&began=2026-08-22&lasted=60", "mức mà nơi đối chứng cho thấy"),
    ],
)
def test_names_of_wards_are_text_in_sentences_tables_and_charts(signed_in, mode, said):
    page = signed_in("commander", f"/hotspots?mode={mode}")
    assert said in finding(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None


def test_the_ten_cells_are_on_the_map_with_their_numbers_and_cards(signed_in):
    page = signed_in("commander", "/hotspots?mode=trust")
    frame = map_of(page)
    cells = frame.evaluate("Object.keys(diaban.state.areas.found.paths)")
    assert sorted(cells, key=int) == [str(i + 1) for i in range(10)]
    rows = page.locator(".hp-table").last.locator("tbody tr")
    expect(rows).to_have_count(10)
    assert frame.evaluate("window.hacked") is None

    before = frame.evaluate("window.sameMap = diaban.state.areas.found.key")
    choose(page, "90 ngày gần nhất")
    frame.wait_for_function("() => diaban.state.areas.found.key !== window.sameMap")
    assert frame.evaluate("window.sameMap") == before, "other cells, but the map that stood there"
    assert len(frame.evaluate("Object.keys(diaban.state.areas.found.paths)")) == 10


def test_what_was_chosen_in_one_part_outlives_a_look_at_another(signed_in):
    page = signed_in("commander", "/hotspots?mode=trust")
    # The finding of the part before may still stand beside it for a moment.
    found = page.locator(".hs-finding").filter(has_text="Tuần tra 5")
    expect(found).to_have_count(1)
    pick(page, "Tuần tra được", "1")
    page.get_by_text("Tuần tra 1").wait_for()
    part(page, "Bản đồ")
    map_of(page)
    page.wait_for_function("() => !location.search.includes('mode=trust')")
    page.wait_for_url("**share=0.01**")
    part(page, "Tin cậy")
    page.get_by_text("Tuần tra 1").wait_for()

"""Home in a real browser: the map is painted, a click opens a place, attention leads on, keys suffice."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from geo.demo.parameters import CityParameters
from geo.services import demo
from geo.store.engine import Database
from tests.serving import answered

DAY = date(2026, 6, 1)
MAP = 'iframe[title="streamlit_folium.st_folium"]'

OpenPage = Callable[[str, str], Page]


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    demo.load(opened, CityParameters(today=DAY, wards=3, households=4_000, incidents=1_500), 3)


def _painted(page: Page) -> list[str]:
    """Return the fills of the areas on the map, once the first is there."""
    areas = page.frame_locator(MAP).locator("path.leaflet-interactive")
    areas.first.wait_for()
    page.frame_locator(MAP).get_by_text("KV có phụ trách").or_(
        page.frame_locator(MAP).get_by_text("Ngày khu vực có phụ trách chính")
    ).first.wait_for()
    return [str(fill) for fill in areas.evaluate_all("all => all.map(a => a.getAttribute('fill'))")]


def test_map_is_painted_and_a_click_opens_the_place(signed_in: OpenPage) -> None:
    page = signed_in("commander", f"/?day={DAY}")
    fills = _painted(page)
    assert len([fill for fill in fills if fill.startswith("#")]) == 3
    assert len(set(fills)) == 2  # one ward has a vacant beat
    answered(page)
    page.frame_locator(MAP).locator("path.leaflet-interactive").first.click()
    page.get_by_role("button", name="Xem các khu vực bên trong").click()
    expect(page.locator(".db-verdict")).not_to_contain_text("3 phường")
    expect(page).to_have_url(re.compile(r"unit=9900\d(?!.*pick=)"))


def test_attention_goes_where_it_is_mended_by_keys_alone(signed_in: OpenPage) -> None:
    page = signed_in("commander", f"/?day={DAY}")
    link = page.locator(".hm-matter a").first
    link.wait_for()
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("it => it === document.activeElement"):
            break
    else:
        pytest.fail("the first link of the attention list is not reached by Tab")
    page.keyboard.press("Enter")
    page.locator(".cv-vacant").wait_for()
    page.wait_for_url(re.compile(f"/coverage(?=.*day={DAY})(?=.*beat=)"))

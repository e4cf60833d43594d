"""Charts and tables of the Hotspots page in a real Chromium: what a reader sees, hovers and clicks."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import hotspots_city

pytestmark = pytest.mark.browser

_DAYS = "period=custom&first=2026-08-29&last=2026-11-20"


@pytest.fixture(scope="module", autouse=True)
def city(database, opened):
    return hotspots_city.fill(database.owner, incidents=8000)


def charts_of(page: Page, n: int):
    """Return the drawings of the page's `n` charts."""
    drawings = page.locator("[data-testid=stVegaLiteChart] svg")
    expect(drawings).to_have_count(n)
    return drawings


def test_when_speaks_vietnamese_in_its_charts_and_tooltips(signed_in):
    page = signed_in("commander", f"/hotspots?mode=when&{_DAYS}")
    grid, year, trend = charts_of(page, 3).all()
    assert grid.locator("text", has_text="Thứ Hai").count() == 1
    assert year.locator("text", has_text="11/26").count() == 1
    assert trend.locator("text", has_text="Khoảng dự kiến 95 %").count() == 1
    grid.locator(".mark-rect path").nth(30).hover()
    expect(page.locator("#vg-tooltip-element")).to_have_text(
        re.compile(r"^Thứ Ba 6–7 giờ: [\d,]+ vụ \(\d,\d\s%\)$")
    )
    words = page.locator("[data-testid=stMain]").inner_text()
    assert not re.search(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Monday|Mon)\b", words)
    # Streamlit's toolbar of a chart has no Vietnamese
    assert not page.locator("[data-testid=stElementToolbar]").first.is_visible()


def test_a_thousand_is_written_as_the_reader_writes_it(signed_in):
    page = signed_in("commander", f"/hotspots?mode=places&places=ward&{_DAYS}")
    curve = charts_of(page, 1).first
    assert curve.locator("text", has_text=re.compile(r"^20\s%$")).count() == 2
    page.goto(page.url + "&lang=en")
    expect(page.locator(".hs-finding")).to_contain_text("wards")
    curve = charts_of(page, 1).first
    assert curve.locator("text", has_text=re.compile(r"^20%$")).count() == 2


def test_a_row_of_the_streets_leads_to_its_ward_on_the_map(signed_in):
    page = signed_in("commander", f"/hotspots?mode=places&{_DAYS}")
    charts_of(page, 1)
    table = page.locator("[data-testid=stDataFrame]").bounding_box()
    page.mouse.click(table["x"] + 60, table["y"] + 36 + 15)
    button = page.get_by_role("button", name=re.compile("^Xem .* trên bản đồ$"))
    ward = button.inner_text().removeprefix("Xem ").removesuffix(" trên bản đồ")
    button.click()
    page.wait_for_selector("iframe[title='streamlit_folium.st_folium']")
    expect(page.locator(".hs-ward h3")).to_have_text(ward)
    page.wait_for_url(re.compile(r"^(?!.*mode=).*pick=0000"))


def test_a_choice_of_one_part_outlives_a_look_at_another(signed_in):
    page = signed_in("commander", f"/hotspots?mode=when&{_DAYS}")
    charts_of(page, 3)
    page.get_by_role("combobox", name="Lịch báo cáo").click()
    page.get_by_role("option", name="Tháng dương lịch").click()
    expect(page.get_by_text("Diễn biến theo tháng")).to_be_visible()
    page.get_by_role("radio", name="Tập trung").click()
    charts_of(page, 1)
    page.wait_for_url("**calendar=month**")
    page.get_by_role("radio", name="Khi nào").click()
    expect(page.get_by_text("Diễn biến theo tháng")).to_be_visible()
    page.wait_for_url("**calendar=month**")

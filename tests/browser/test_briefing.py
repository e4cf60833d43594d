"""Briefing in a real browser, network closed: a view is kept, a deck made and fetched, shown by the keys."""

import zipfile
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pptx import Presentation
from pypdf import PdfReader

from tests import hotspots_city

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=1500)


def _choose(page, form):
    page.get_by_role("combobox", name="Khuôn dạng").click()
    page.get_by_role("option", name=form).click()


def test_from_a_view_to_a_deck_and_the_screen(signed_in, tmp_path):
    page = signed_in("briefer", "/hotspots")
    page.get_by_role("button", name="Thêm vào báo cáo").click()
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(page.get_by_text("Đã thêm vào")).to_be_visible()

    page.goto("/briefing")
    purpose = page.get_by_role("textbox", name="Dùng để làm gì?")
    purpose.fill("giao ban")
    purpose.press("Tab")
    page.get_by_role("button", name="Tạo tệp").click()
    fetch = page.get_by_role("button", name="Tải về")
    expect(fetch).to_be_visible()
    with page.expect_download() as download:
        fetch.click()
    download.value.save_as(tmp_path / "own.pptx")
    assert len(Presentation(BytesIO((tmp_path / "own.pptx").read_bytes())).slides) == 2

    for form, ending in (("PDF A4", ".pdf"), ("Ảnh PNG (ZIP)", ".zip"), ("Bản đồ HTML một tệp", ".html")):
        _choose(page, form)
        page.get_by_role("button", name="Tạo tệp").click()
        expect(page.get_by_text(f"· {form}: xong")).to_have_count(1)
        expect(page.get_by_role("progressbar")).to_have_count(0)
        with page.expect_download() as download:
            page.get_by_role("button", name="Tải về").first.click()  # the newest
        assert download.value.suggested_filename.endswith(ending)
        download.value.save_as(tmp_path / f"own{ending}")
    assert len(PdfReader(tmp_path / "own.pdf").pages) == 2
    with zipfile.ZipFile(tmp_path / "own.zip") as archive:
        assert archive.namelist() == ["slide-01.png", "slide-02.png"]
    offline = page.context.new_page()
    offline.set_content((tmp_path / "own.html").read_text("utf-8"))
    assert offline.locator("section svg").count() == 2
    offline.close()

    page.get_by_role("link", name="Trình chiếu toàn màn hình").click()
    shown = page.locator(".db-slide:not([hidden])")
    expect(shown.locator("svg")).to_be_visible()
    expect(page.get_by_role("status").last).to_contain_text("1 / 2")
    assert shown.bounding_box()["width"] == 1366
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status").last).to_contain_text("2 / 2")
    page.wait_for_url("**at=2")
    page.reload()
    expect(page.get_by_role("status").last).to_contain_text("2 / 2")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Tạo tệp")).to_be_visible()

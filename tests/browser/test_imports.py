"""The Imports page in a real Chromium with the network closed: send, correct, look, bring in, take back."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from geo.store.engine import Database
from tests.serving import App, answered, map_of

pytestmark = pytest.mark.browser

SignedIn = Callable[[str, str], Page]
_WARDS = """code,name,WKT
00001,</script><b>Một,"POLYGON((105.80 21.0,105.82 21.0,105.82 21.02,105.80 21.02,105.80 21.0))"
00002,Phường Hai,"POLYGON((105.82 21.0,105.84 21.0,105.84 21.02,105.82 21.02,105.82 21.0))"
"""
_HOUSES = """Mã hộ,kd,vd,Thường trú,Họ tên
H1,105.805,21.005,3,A
H2,105.825,21.005,4,B
H3,105.835,21.015,x,C
"""


@pytest.fixture(scope="module", autouse=True)
def ground(opened: Database) -> None:
    """An empty database: everything comes by way of the page."""


def write(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def send(page: Page, file: str) -> None:
    page.locator("input[type=file]").first.set_input_files(file)
    answered(page)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
    answered(page)


def verdict(page: Page, words: str) -> None:
    expect(page.locator(".db-verdict")).to_contain_text(words)


def rows_of(app: App, table: str) -> int:
    with app.database.owner.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM diaban.{table}")).scalar_one())


def test_from_wards_to_households_and_back(signed_in: SignedIn, app: App, tmp_path: Path) -> None:
    page = signed_in("planner", "/imports?kind=wards")
    verdict(page, "Chưa có lần nhập nào")
    expect(page.locator("[data-testid=stFileUploaderDropzone]")).to_contain_text("64MB")
    send(page, write(tmp_path, "phuong.csv", _WARDS))
    verdict(page, "đọc 2 dòng; thêm 2")
    frame = map_of(page)
    assert frame.locator("path.leaflet-interactive").count() == 2
    assert "mới (2)" in frame.locator(".diaban-key").inner_text()
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768
    assert rows_of(app, "admin_unit WHERE level = 'ward'") == 0
    page.get_by_role("button", name="Nhập 2 dòng").click()
    verdict(page, "đã xong (phuong.csv): 2 mới")
    assert rows_of(app, "admin_unit WHERE level = 'ward'") == 2

    choose(page, "Loại dữ liệu", "Hộ")
    send(page, write(tmp_path, "ho.csv", _HOUSES))
    expect(page.locator("[data-testid=stAlert]").first).to_contain_text("Kinh độ / X")
    choose(page, "Kinh độ / X", "kd")
    choose(page, "Vĩ độ / Y", "vd")
    page.get_by_role("button", name="Đọc lại").click()
    verdict(page, "đọc 3 dòng; thêm 2, cập nhật 0, giữ nguyên 0; 1 bị loại")
    answered(page)
    frame = map_of(page)
    canvas = "[...document.querySelectorAll('.leaflet-points-pane canvas')].some((one) => new Set("
    canvas += "one.getContext('2d').getImageData(0, 0, one.width, one.height).data).size > 3)"
    frame.wait_for_function(canvas)
    expect(page.locator(".im-panel")).to_contain_text("Họ tên")
    page.get_by_role("button", name="Nhập 2 dòng").click()
    verdict(page, "đã xong (ho.csv): 2 mới · 1 bị loại")

    with page.expect_download() as found:
        page.get_by_role("button", name="Tải 1 bị loại").first.click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(found.value.path()).read_bytes())).active
    assert sheet is not None
    cells = [cell.value for cell in sheet[2]]
    assert cells[:4] == ["H3", "105.835", "21.015", "x"] or "x" in cells
    assert "C" not in cells
    assert rows_of(app, "export_log") == 1

    page.get_by_role("button", name="Hoàn tác").first.click()
    expect(page.locator("[data-testid=stAlert]").first).to_contain_text("Đã hoàn tác")
    assert rows_of(app, "household") == 0
    assert rows_of(app, "admin_unit WHERE level = 'ward'") == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_corrected_column_is_remembered_told_and_dropped(
    signed_in: SignedIn, app: App, tmp_path: Path
) -> None:
    page = signed_in("planner", "/imports?kind=wards")
    if not rows_of(app, "admin_unit WHERE level = 'ward'"):
        send(page, write(tmp_path, "phuong.csv", _WARDS))
        page.get_by_role("button", name="Nhập 2 dòng").click()
        verdict(page, "đã xong (phuong.csv)")
    choose(page, "Loại dữ liệu", "Hộ")
    send(page, write(tmp_path, "thang_3.csv", _HOUSES))
    choose(page, "Kinh độ / X", "kd")
    choose(page, "Vĩ độ / Y", "vd")
    page.get_by_role("button", name="Đọc lại").click()
    page.get_by_role("button", name="Nhập 2 dòng").click()
    verdict(page, "đã xong (thang_3.csv): 2 mới")

    send(page, write(tmp_path, "thang_4.csv", _HOUSES.replace("105.805,21.005,3", "105.806,21.005,5")))
    verdict(page, "đọc 3 dòng; thêm 0, cập nhật 1, giữ nguyên 1; 1 bị loại")
    expect(page.locator(".im-panel")).to_contain_text("Đọc các cột kd, vd như đã chọn ở lần nhập")
    again = page.get_by_role("button", name="Đọc lại").bounding_box()
    assert again is not None
    assert again["y"] + again["height"] <= 768
    page.get_by_role("button", name="Bỏ cách đọc của lần nhập").click()
    answered(page)
    expect(page.locator("[data-testid=stAlert]").first).to_contain_text("Kinh độ / X")
    page.get_by_role("button", name="Đọc theo lần nhập trước").click()
    verdict(page, "thêm 0, cập nhật 1, giữ nguyên 1")
    page.get_by_role("button", name="Nhập 1 dòng").click()
    verdict(page, "đã xong (thang_4.csv): 1 cập nhật")
    page.get_by_role("button", name="Hoàn tác").first.click()
    expect(page.locator("[data-testid=stAlert]").first).to_contain_text("Đã hoàn tác")
    assert rows_of(app, "household WHERE permanent = 3") == 1


def test_a_file_that_cannot_be_read_is_told_in_words(signed_in: SignedIn, tmp_path: Path) -> None:
    page = signed_in("admin", "/imports?lang=en")
    expect(page.locator(".db-verdict")).to_be_visible()
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"\x00" * 400)
    send(page, str(broken))
    verdict(page, "could not be read")
    expect(page.locator("[data-testid=stAlert]").first).to_contain_text("damaged")
    said = page.locator("[data-testid=stMain]").inner_text()
    assert "Traceback" not in said
    assert "/tmp" not in said


def test_a_file_over_the_limit_is_refused_in_vietnamese(
    signed_in: SignedIn, allow_errors: Callable[[], None], tmp_path: Path
) -> None:
    page = signed_in("planner", "/imports")
    expect(page.locator(".db-verdict")).to_be_visible()
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(65 * 2**20)
    page.locator("input[type=file]").first.set_input_files(str(large))
    expect(page.locator("[data-testid=stFileChip][aria-invalid=true]")).to_be_visible()
    words = page.locator("[data-testid=stFileUploader]").evaluate(
        "(one) => getComputedStyle(one, '::after').content"
    )
    assert "Tệp quá lớn: tối đa 64 MB" in words
    allow_errors()

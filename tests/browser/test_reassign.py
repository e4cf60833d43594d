"""The planner's desk in a real browser: a click, a lasso, undo, submit; nothing is asked of elsewhere.

The city: tests/planning_city, three beats of two columns each.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.domain.kinds import PlanState
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
_OPENING_MS = 600  # a box that opens moves what is in it
_PANEL = ".st-key-reassign_panel"
_DESK = "document.querySelector('.rd').desk"


@pytest.fixture(scope="module", autouse=True)
def draft(database: DatabaseUrls, opened: Database) -> OpenDraft:
    planning_city.fill(database)
    return planning_city.a_draft(opened)


def _open(signed_in: SignedIn, draft: OpenDraft, role: str = "planner", more: str = "") -> Page:
    page = signed_in(role, f"/reassign?draft={draft.draft.code}{more}")
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible()
    return page


def _place(page: Page, unit: int) -> tuple[float, float]:
    """Where a block's middle is on the page, once the map draws it there."""
    script = f"""(unit) => {{
        const main = {_DESK}.main, at = main.map.project(main.shapes.points[unit]);
        const box = main.map.getCanvas().getBoundingClientRect();
        return main.unitAt(at) === unit ? [box.left + at.x, box.top + at.y] : null;
    }}"""
    x, y = page.wait_for_function(script, arg=unit).json_value()
    return x, y


def _owner(page: Page, unit: int) -> int:
    return int(page.evaluate(f"(unit) => {_DESK}.owner[unit]", unit))


def _settled(page: Page) -> None:
    """The server has answered every stroke."""
    page.wait_for_function(f"() => {_DESK}.pending.length === 0")


def _number(page: Page, part: int) -> str:
    return page.locator(f'.rd-bar[data-part="{part}"] strong').inner_text()


def test_a_click_moves_a_block_undo_brings_it_back_and_it_is_submitted(
    signed_in: SignedIn, opened: Database, draft: OpenDraft
) -> None:
    page = _open(signed_in, draft)
    unit = draft.desk.unit_of(code(1, 3))
    before = _number(page, 1)
    page.click('.rd-bar[data-part="1"]')
    page.mouse.click(*_place(page, unit))
    assert _owner(page, unit) == 1  # at once, without the server
    after = _number(page, 1)
    assert after != before
    _settled(page)
    expect(page.locator(".db-verdict")).to_contain_text("chuyển 1 tổ")
    page.keyboard.press("Control+z")
    _settled(page)
    page.wait_for_function(f"(unit) => {_DESK}.owner[unit] === 0", arg=unit)
    assert _number(page, 1) == before
    page.keyboard.press("Control+y")
    page.wait_for_function(f"(unit) => {_DESK}.owner[unit] === 1", arg=unit)
    assert _number(page, 1) == after
    page.get_by_text("Duyệt", exact=True).click()
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.locator(".st-key-reassign_panel")).to_contain_text("Đã trình")
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert stored.draft.state is PlanState.SUBMITTED
    assert stored.owner[unit] == 1
    # and is only to look at now
    assert page.evaluate(f"() => {_DESK}.data.editable") is False


def test_a_lasso_moves_what_lies_inside_and_a_locked_beat_stays(
    signed_in: SignedIn, opened: Database, draft: OpenDraft, tmp_path: Path
) -> None:
    branch = plan_drafts.branch(opened, OPERATOR, draft.draft.code, "Nhánh")
    page = _open(signed_in, branch, more="&compare=today")
    inside = [branch.desk.unit_of(code(4, row)) for row in (2, 3)]
    outside = branch.desk.unit_of(code(4, 1))
    page.click('.rd-bar[data-part="1"]')
    page.click('[data-tool="lasso"]')
    (x, low), (_, high) = _place(page, inside[0]), _place(page, inside[1])
    page.mouse.move(x - 8, low + 8)
    page.mouse.down()
    for corner in ((x + 8, low + 8), (x + 8, high - 8), (x - 8, high - 8)):
        page.mouse.move(*corner)
    page.mouse.up()
    assert [_owner(page, unit) for unit in (*inside, outside)] == [1, 1, 2]
    _settled(page)
    page.keyboard.press("l")  # the chosen beat holds still
    page.wait_for_function(f"() => {_DESK}.data.beats[1].locked")
    page.click('[data-tool="click"]')
    page.mouse.click(*_place(page, outside))
    assert _owner(page, outside) == 2
    expect(page.locator(".rd-note")).to_contain_text("đang khoá")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"() => {_DESK}.chosen") == 2
    page.keyboard.press("Control+s")
    _settled(page)
    expect(page.locator(".st-key-reassign_panel")).to_contain_text("Đã lưu")
    stored = plan_drafts.load(opened, OPERATOR, branch.draft.code)
    assert stored.draft.options.locked_beats == ("K2",)
    assert stored.owner[inside].tolist() == [1, 1]
    _cut_a_block(page, branch.desk.unit_of(code(0, 0)))
    _set_events(page)
    _csv_out_and_in(page, tmp_path)
    _come_back(page)
    _take_the_handover_along(page)


def test_the_line_above_stays_while_the_whole_page_runs_again(
    signed_in: SignedIn, opened: Database, draft: OpenDraft
) -> None:
    beside = plan_drafts.branch(opened, OPERATOR, draft.draft.code, "Bên cạnh")
    page = _open(signed_in, beside)
    bar = page.locator(".db-bar")
    expect(bar).to_contain_text("Phường 00001")
    answered(page)
    page.evaluate("""() => {
        window.bars = [];
        const look = () => window.bars.push(document.querySelector(".db-bar")?.textContent);
        const all = { childList: true, subtree: true, characterData: true };
        new MutationObserver(look).observe(document.body, all);
    }""")
    page.get_by_role("combobox", name="So sánh với").click()
    page.get_by_role("option", name="Hiện tại").click()
    expect(page.locator(".rd-other-title")).to_contain_text("Hiện tại")
    answered(page)
    assert set(page.evaluate("window.bars")) == {bar.text_content()}
    page.get_by_role("combobox", name="Phương án").click()
    page.get_by_role("option", name="tất cả", exact=True).click()
    expect(page.locator(".rs-plans")).to_be_visible()
    expect(bar).not_to_contain_text("Ngày")  # of the plan that was open


def _cut_a_block(page: Page, unit: int) -> None:
    page.click('[data-tool="cut"]')
    x, y = _place(page, unit)
    page.mouse.move(x, y - 60)
    page.mouse.down()
    page.mouse.move(x, y + 60)
    page.mouse.up()
    expect(page.locator(_PANEL)).to_contain_text("Đường vẽ chia")
    page.get_by_role("button", name="Chia", exact=True).click()
    page.wait_for_function(f"() => {_DESK}.shapes.names.length === 25")


def _set_events(page: Page) -> None:
    """A new beat, a new building, and the ward beside it: each makes another desk."""
    panel = page.locator(_PANEL)
    panel.get_by_text("Sự kiện", exact=True).click()
    for event, said, beats, blocks in (
        ("Thêm cán bộ, khu vực", "Khu vực mới: Khu vực 4", 4, 25),
        ("Toà nhà mới", "+100 hộ", 4, 25),
        ("Sáp nhập với phường khác", "Sáp nhập với 00002", 5, 27),
    ):
        answered(page)
        form = panel.locator("details", has_text=event)
        form.locator("summary").click()
        page.wait_for_timeout(_OPENING_MS)
        form.get_by_role("button", name="Đặt").click()
        expect(panel).to_contain_text(said)
        # The desk takes the event in and tells the page so: the next one waits for that.
        expect(page.locator(".rd-bar")).to_have_count(beats)
        page.wait_for_function(f"() => {_DESK}.shapes.names.length === {blocks}")


def _opened_for(panel: Locator, title: str, why: str) -> Locator:
    """Open a box of things that leave and say what for."""
    box = panel.locator("details", has_text=title)
    box.locator("summary").click()
    purpose = box.get_by_role("textbox", name="Mục đích")
    purpose.fill(why)
    purpose.press("Enter")
    return box


def _csv_out_and_in(page: Page, folder: Path) -> None:
    panel = page.locator(_PANEL)
    panel.get_by_text("Thay đổi", exact=True).click()
    box = _opened_for(panel, "Bảng phân công (CSV)", "Họp giao ban")
    given = _downloaded(page, box.get_by_role("button", name="Tải CSV"), folder)
    rows = given.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 27
    changed = [row.replace(",K3,", ",K1,") if row.startswith(code(5, 3)) else row for row in rows]
    given.write_text("\n".join([*changed, "T99,,K1,,0"]), encoding="utf-8")
    box.locator("input[type=file]").set_input_files(given)
    box.get_by_role("button", name="Áp bảng vào bản nháp").click()
    expect(panel).to_contain_text("1 tổ đổi khu vực, 1 dòng không nhận")
    expect(panel).to_contain_text("Có thay đổi chưa lưu")


def _come_back(page: Page) -> None:
    """The window is gone before anything was saved: the strokes are there again, with their undo."""
    moved = page.locator(".db-verdict").inner_text()
    page.reload()
    expect(page.locator(_PANEL)).to_contain_text("Đã khôi phục 1 thay đổi chưa lưu")
    assert page.locator(".db-verdict").inner_text() == moved
    page.wait_for_function("() => document.querySelector('.rd')?.dataset.ready")
    page.keyboard.press("Control+z")
    expect(page.locator(_PANEL)).not_to_contain_text("Có thay đổi chưa lưu")


def _take_the_handover_along(page: Page) -> None:
    panel = page.locator(_PANEL)
    panel.get_by_text("Duyệt", exact=True).click()
    box = _opened_for(panel, "Danh sách bàn giao", "Bàn giao")
    for kind, begins in (("PDF", b"%PDF"), ("XLSX", b"PK")):
        box.get_by_text(kind, exact=True).click()
        answered(page)
        given = _downloaded(page, box.get_by_role("button", name="Tải danh sách"), None)
        assert given.suffix == f".{kind.lower()}"
        assert given.read_bytes().startswith(begins)


def _downloaded(page: Page, button: Locator, folder: Path | None) -> Path:
    expect(button).to_be_enabled()
    with page.expect_download() as waiting:
        button.click()
    found = waiting.value
    target = (folder or Path(mkdtemp())) / found.suggested_filename
    found.save_as(target)
    return target

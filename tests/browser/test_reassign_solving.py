"""A solve beside the desk in a real browser: how far it is, taken as it is, dropped; the desk goes on.

The ward: 600 blocks of 100 m, fifteen beats of two columns each, with residents so far from equal that no
proof is done within the time of the solve.
"""

from collections.abc import Callable

import numpy as np
import psycopg
import pytest
import shapely
from playwright.sync_api import Page, expect

from geo.domain.crs import metric_to_lonlat_xy
from geo.services.plans.options import RESIDENTS, PlanOptions
from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests.planning_city import CRS, SIDE_M, X0, Y0, a_draft, square, written
from tests.serving import answered

pytestmark = pytest.mark.browser

SignedIn = Callable[[str, str], Page]
COLUMNS, ROWS, BEATS = 30, 20, 15
_AT_ONCE_MS = 8_000  # with a browser, a server and a solver on two cores
_STATUS, _PANEL = ".st-key-reassign_solving", ".st-key-reassign_panel"


@pytest.fixture(scope="module", autouse=True)
def draft(database: DatabaseUrls, opened: Database) -> OpenDraft:
    _fill(database)
    return a_draft(opened, PlanOptions(tolerance=0.05, workload=RESIDENTS))


def _fill(urls: DatabaseUrls) -> None:
    residents = np.random.default_rng(5).lognormal(4.0, 0.8, (COLUMNS, ROWS)).round().astype(int)
    with written(urls) as raw:
        raw.execute(
            "INSERT INTO admin_unit (code, level, name, name_folded, geom, synthetic) "
            "VALUES ('00001', 'ward', 'Phường Lớn', 'phuong lon', ST_Multi(ST_GeomFromWKB(%s, 4326)), true)",
            (shapely.to_wkb(square(0, 0, COLUMNS, ROWS)),),
        )
        for number in range(1, BEATS + 1):
            raw.execute(
                "INSERT INTO beat (code, unit_id, name, valid) "
                "SELECT %s, id, %s, '[2025-01-01,)' FROM admin_unit",
                (f"K{number}", f"Khu vực {number}"),
            )
        for column in range(COLUMNS):
            for row in range(ROWS):
                _block(raw, column, row, int(residents[column, row]))


def _block(raw: psycopg.Connection, column: int, row: int, residents: int) -> None:
    block = raw.execute(
        "INSERT INTO block (code, unit_id, name, name_folded, neighbourhood, geom, valid) "
        "SELECT %s, id, %s, 'to', %s, ST_Multi(ST_GeomFromWKB(%s, 4326)), '[2025-01-01,)' "
        "FROM admin_unit RETURNING id, unit_id",
        (
            f"T{column:02}{row:02}",
            f"Tổ {column}.{row}",
            f"Khu phố {column // 2}.{row // 4}",
            shapely.to_wkb(square(column, row)),
        ),
    ).fetchone()
    assert block is not None
    raw.execute(
        "INSERT INTO beat_block (beat_id, block_id, valid) SELECT id, %s, '[2025-01-01,)' FROM beat "
        "WHERE code = %s",
        (block[0], f"K{column // 2 + 1}"),
    )
    x, y = metric_to_lonlat_xy([X0 + SIDE_M * (column + 0.5)], [Y0 + SIDE_M * (row + 0.5)], CRS)[0]
    raw.execute(
        "INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) "
        "VALUES (%s, %s, %s, %s, 0, 0, ST_SetSRID(ST_MakePoint(%s, %s), 4326))",
        (f"H{column:02}{row:02}", block[1], block[0], residents, float(x), float(y)),
    )


def test_a_solve_says_how_far_it_is_and_is_taken_or_dropped_while_the_desk_goes_on(
    signed_in: SignedIn, draft: OpenDraft
) -> None:
    page = signed_in("planner", f"/reassign?draft={draft.draft.code}&part=suggest")
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible()
    answered(page)
    status, panel = page.locator(_STATUS), page.locator(_PANEL)
    panel.get_by_role("button", name="Đổi ít nhất").click()
    expect(status).to_contain_text("tốt nhất đến nay: chuyển")
    expect(status).to_contain_text("đã chứng minh không dưới")
    expect(panel.get_by_role("button", name="Vẽ lại từ đầu")).to_be_disabled()
    before = status.inner_text()
    expect(status).not_to_have_text(before)  # it goes on by itself
    _a_stroke_meanwhile(page)
    status.get_by_role("button", name="Dừng và lấy phương án tốt nhất").click()
    expect(status).to_have_count(0, timeout=_AT_ONCE_MS)
    expect(panel).to_contain_text("Bạn đã dừng trước khi tính xong")
    expect(panel).to_contain_text("đã chứng minh không thể dưới")
    take = panel.get_by_role("button", name="Nhận tất cả")
    expect(take).to_be_visible()
    answered(page)
    take.click()
    expect(panel).to_contain_text("Không còn gì để đổi")
    expect(page.locator(".db-verdict")).to_contain_text("0/15 khu vực lệch quá")
    answered(page)
    panel.get_by_role("button", name="Vẽ lại từ đầu").click()
    expect(status).to_be_visible()
    status.get_by_role("button", name="Bỏ").click()
    expect(status).to_have_count(0, timeout=_AT_ONCE_MS)
    expect(panel.get_by_role("button", name="Vẽ lại từ đầu")).to_be_enabled()
    expect(panel).not_to_contain_text("Điểm giá theo trọng số")
    panel.get_by_text("Thay đổi", exact=True).click()
    expect(panel).to_contain_text("Khu phố bị chia (")
    _a_split_group_on_the_map(page)


def _a_stroke_meanwhile(page: Page) -> None:
    """The desk takes a move while the solver is at work."""
    desk = "document.querySelector('.rd').desk"
    page.click('.rd-bar[data-part="1"]')
    script = f"""() => {{
        const main = {desk}.main, at = main.map.project(main.shapes.points[30]);
        const box = main.map.getCanvas().getBoundingClientRect();
        return main.unitAt(at) === 30 ? [box.left + at.x, box.top + at.y] : null;
    }}"""
    x, y = page.wait_for_function(script).json_value()
    page.mouse.click(x, y)
    page.wait_for_function(f"() => {desk}.owner[30] === 1 && {desk}.pending.length === 0")
    expect(page.locator(".db-verdict")).to_contain_text("chuyển 1 tổ")
    page.keyboard.press("Control+z")
    expect(page.locator(".db-verdict")).to_contain_text("chưa chuyển tổ nào")


def _a_split_group_on_the_map(page: Page) -> None:
    """Its name puts it in the middle of the map; the legend hides what marks it."""
    desk = "document.querySelector('.rd').desk"
    name = page.locator(f"{_PANEL} .rs-place").first
    group = int(name.get_attribute("data-desk-group") or -1)
    answered(page)
    page.wait_for_function(f"(group) => {desk}.parted.has(group)", arg=group)
    name.click()
    script = f"""(group) => {{
        const {{ main, shapes }} = {desk}, view = main.map.getBounds();
        const units = [...shapes.groups.keys()].filter((i) => shapes.groups[i] === group);
        const marked = main.map.queryRenderedFeatures({{ layers: ["parted"] }}).length >= units.length;
        return marked && units.every((i) => view.contains(shapes.points[i])) && shapes.group_names[group];
    }}"""
    assert page.wait_for_function(script, arg=group).json_value() == name.inner_text()
    shown = f"() => {desk}.main.map.getLayoutProperty('parted', 'visibility')"
    key = page.locator('[data-entry="groups"]')
    key.click()
    expect(key).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(shown) == "none"
    key.click()
    assert page.evaluate(shown) == "visible"

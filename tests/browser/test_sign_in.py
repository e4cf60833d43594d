"""Signing in with a real browser: with and without scripts, both languages, sign-out, expiry."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from geo.services import accounts
from geo.store.engine import Database
from tests.browser.conftest import ClosedNetwork, WindowMaker, account_name, sign_in
from tests.conftest import TestCluster
from tests.serving import App

pytestmark = pytest.mark.browser

SignedIn = Callable[[str, str], Page]
_BAR = ".db-bar"


@pytest.fixture(scope="module", autouse=True)
def synthetic_ward(opened: Database) -> None:
    """One synthetic ward, so that the database holds the demo and nothing else."""
    with opened.owner.begin() as connection:
        batch = connection.execute(
            text(
                "INSERT INTO diaban.import_batch (kind, file_name, synthetic) "
                "VALUES ('wards', 'demo', true) RETURNING id"
            )
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO diaban.admin_unit (code, level, name, name_folded, synthetic, batch_id, geom) "
                "VALUES ('90001', 'ward', 'Bến Thử', 'ben thu', true, :batch, "
                "ST_Multi(ST_MakeEnvelope(105.8, 21.0, 105.82, 21.02, 4326)))"
            ),
            {"batch": batch},
        )
    accounts.demo_accounts(opened)


@pytest.fixture
def signed_in(network_closed: ClosedNetwork, password_of: Callable[[str], str]) -> SignedIn:
    """Signing in is the matter here: each test does so in a window of its own."""

    def open_page(role: str, path: str) -> Page:
        page = network_closed.context.new_page()
        sign_in(page, path, account_name(role), password_of(role))
        return page

    return open_page


def complete(page: Page) -> None:
    """Wait until the page and its scripts are there: once the session has ended they are refused."""
    expect(page.locator(_BAR)).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_one_click_signs_into_the_demo_and_back_to_the_page_that_was_asked_for(
    network_closed: ClosedNetwork,
) -> None:
    page = network_closed.context.new_page()
    page.goto("/admin?unit=90001")
    expect(page.locator("h1")).to_have_text("Đăng nhập")
    expect(page.locator(".demo li")).to_have_count(5)
    page.locator(".demo li", has_text="Quản trị viên").get_by_role("button").click()
    expect(page.locator(_BAR)).to_contain_text("DỮ LIỆU GIẢ LẬP")
    page.wait_for_url("**/admin?unit=90001")
    expect(page.locator(".db-verdict")).to_contain_text("chuỗi nguyên vẹn")


def test_sign_in_page_needs_no_script(window: WindowMaker) -> None:
    page = window(script=False).context.new_page()
    page.goto("/sign-in?lang=en")
    expect(page.locator("h1")).to_have_text("Sign in")
    expect(page.get_by_label("Account name")).to_be_focused()
    page.get_by_label("Account name").fill("quan-tri")
    page.get_by_label("Password").fill(accounts.DEMO_PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))
    cookie = next(c for c in page.context.cookies() if c["name"] == "diaban_session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["expires"] == -1


def test_what_a_page_asks_for_elsewhere_is_noted_and_not_found(network_closed: ClosedNetwork) -> None:
    page = network_closed.context.new_page()
    page.goto("/sign-in")
    elsewhere = ["http://198.51.100.7/tile.png", "https://example.org/font.woff2"]
    page.set_content("".join(f"<img src='{url}'>" for url in elsewhere))
    page.wait_for_function("() => [...document.images].every(one => one.complete)")
    assert network_closed.outside == elsewhere
    with pytest.raises(AssertionError):
        network_closed.check()


def test_wrong_password_says_so_and_keeps_name_and_target(network_closed: ClosedNetwork) -> None:
    page = network_closed.context.new_page()
    page.goto("/admin")
    page.fill("#name", "quan-tri")
    page.fill("#password", "khong-dung")
    page.click("button.primary")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    assert page.input_value("#name") == "quan-tri"
    assert page.input_value("#password") == ""
    assert page.locator("form input[name=next]").first.input_value() == "/admin"
    network_closed.allow_errors()  # Chromium calls a 403 an error


def test_language_is_one_click_away_and_stays(signed_in: SignedIn, network_closed: ClosedNetwork) -> None:
    page = signed_in("commander", "/")
    expect(page.locator(_BAR)).to_contain_text("Phạm vi")
    page.get_by_text("English").click()
    expect(page.locator(_BAR)).to_contain_text("Scope")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    again = network_closed.context.new_page()
    again.goto("/")
    expect(again.locator(_BAR)).to_contain_text("SYNTHETIC DATA")


def test_sign_out_ends_the_session_for_every_tab(signed_in: SignedIn, network_closed: ClosedNetwork) -> None:
    page = signed_in("briefer", "/")
    complete(page)
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "diaban_session")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("status")).to_contain_text("đã đăng xuất")
    network_closed.context.add_cookies(
        [{"name": "diaban_session", "value": token, "url": network_closed.url}]
    )
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Đăng nhập")


def test_a_page_left_open_goes_to_sign_in_when_its_session_ends(
    signed_in: SignedIn, app: App, network_closed: ClosedNetwork
) -> None:
    page = signed_in("planner", "/")
    complete(page)
    with app.database.owner.begin() as connection:
        connection.execute(text("UPDATE diaban.session SET idle_until = now() - interval '1 second'"))
    page.wait_for_url(re.compile(r"/sign-in\?why=ended&next=%2F$"))
    expect(page.get_by_role("status")).to_contain_text("đã hết hạn")
    network_closed.allow_errors()


def test_a_page_that_is_not_for_the_role_says_so(signed_in: SignedIn) -> None:
    page = signed_in("briefer", "/admin")
    expect(page.get_by_text("Trang này không dành cho vai trò của bạn")).to_be_visible()
    expect(page.locator("[data-testid=stDataFrame]")).to_have_count(0)


def test_an_unknown_address_is_told_so_in_vietnamese(
    signed_in: SignedIn, network_closed: ClosedNetwork
) -> None:
    page = signed_in("briefer", "/")
    expect(page.locator(_BAR)).to_be_visible()
    page.goto("/khong-co")
    expect(page.locator("h1")).to_have_text("Không có trang này")
    network_closed.allow_errors()


def test_a_database_that_goes_away_under_an_open_page_is_told_plainly(
    signed_in: SignedIn, app: App, cluster: TestCluster, network_closed: ClosedNetwork
) -> None:
    page = signed_in("admin", "/")
    expect(page.locator(_BAR)).to_be_visible()
    name = app.database.owner.url.database
    cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        page.get_by_role("link", name="Quản trị").click()
        expect(page.get_by_text("Hệ thống tạm thời không dùng được")).to_be_visible()
        expect(page.get_by_text("Không kết nối được cơ sở dữ liệu")).to_be_visible()
        assert "Traceback" not in page.content()
    finally:
        cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    page.reload()
    expect(page.locator(".db-verdict")).to_be_visible()
    network_closed.allow_errors()


@pytest.mark.parametrize("dark", [False, True])
def test_the_frame_fits_a_small_laptop(window: WindowMaker, dark: bool) -> None:
    closed = window(dark=dark)
    page = closed.context.new_page()
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bottom = page.locator(".demo ul").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 768
    page.locator(".demo li button").first.click()
    expect(page.locator(_BAR)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wanted = "rgb(16, 21, 31)" if dark else "rgb(251, 250, 247)"
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == wanted
    page.wait_for_function(  # text is there before its font is
        "[...document.fonts].some((f) => f.status === 'loaded' && f.family.includes('Be Vietnam Pro'))"
    )

"""A real server on a free port, a real Chromium, and nothing beyond the two.

def test_something(app, signed_in):
    page = signed_in("commander", "/hotspots")
    ...
# at the end of every test: no request left for elsewhere, and no console error went unexplained
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from geo.domain.roles import OPERATOR
from geo.services import accounts
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from geo.ui import cookies
from tests.serving import WATCH_OFTEN, App, serving

CHROMIUM = "/usr/bin/chromium"
# Chromium itself knows no other host. Playwright's routes would refuse them too, but switch its cache off.
_CLOSED = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
_WIDTH, _HEIGHT = 1366, 768
# The machine may have much else to do. A test that asks for an answer within a time of its own says so.
_PATIENCE_MS = 90_000


@pytest.fixture(scope="module")
def app(database: DatabaseUrls, opened: Database) -> Iterator[App]:
    """The real server on the module's database; the database may be filled before or while it runs."""
    # The board that a server makes ahead would read the tables that a test is emptying and filling.
    nothing_ahead = "from geo.services.works import board as works; works.warm = lambda *_: None"
    with serving(database, opened, first=f"{WATCH_OFTEN}\n{nothing_ahead}") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", _CLOSED],
        )
        yield browser
        browser.close()


@dataclass
class ClosedNetwork:
    """A window of Chromium that reaches the app and nothing else, and remembers what it tried.

    outside : addresses of other hosts that a page asked for; Chromium found none of them
    console_errors : what the console called an error, in order
    """

    context: BrowserContext
    url: str
    outside: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def allow_errors(self) -> None:
        """Forget the errors so far: the test has asked for what caused them."""
        self.console_errors.clear()

    def check(self) -> None:
        """Nothing was asked for elsewhere and nothing went wrong since the last check."""
        outside, errors = self.outside[:], self.console_errors[:]
        self.outside.clear()
        self.console_errors.clear()
        assert outside == []
        assert errors == []

    def watch(self, page: Page) -> None:
        """Listen to what a page asks for, the websockets it opens and its console."""
        page.on("request", lambda request: self._note(request.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("websocket", lambda socket_: self._note(socket_.url))

    def _note(self, url: str) -> None:
        here = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not url.startswith(here):
            self.outside.append(url)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(f"{message.text} {message.location.get('url', '')}")


def _window(
    app: App,
    chromium: Browser,
    *,
    width: int = _WIDTH,
    height: int = _HEIGHT,
    dark: bool = False,
    script: bool = True,
) -> ClosedNetwork:
    context = chromium.new_context(
        base_url=app.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale="vi-VN",
        java_script_enabled=script,
    )
    context.set_default_timeout(_PATIENCE_MS)
    closed = ClosedNetwork(context, app.url)
    context.on("page", closed.watch)
    return closed


WindowMaker = Callable[..., ClosedNetwork]


@pytest.fixture
def window(app: App, chromium: Browser) -> Iterator[WindowMaker]:
    """Opens windows on the app with the network closed: ``window(width=1366, dark=True, script=False)``.

    After the test: no window asked for anything outside, and none had a console error.
    """
    opened_windows: list[ClosedNetwork] = []

    def open_window(**look: Any) -> ClosedNetwork:
        opened_windows.append(_window(app, chromium, **look))
        return opened_windows[-1]

    yield open_window
    for closed in opened_windows:
        closed.context.close()
    for closed in opened_windows:
        closed.check()


@pytest.fixture
def network_closed(window: WindowMaker) -> ClosedNetwork:
    """One window of 1366 x 768 with the network closed."""
    return window()


def sign_in(page: Page, path: str, name: str, password: str) -> None:
    """Ask for a path and go through the form that stands before it."""
    page.goto(path)
    page.fill("#name", name)
    page.fill("#password", password)
    with page.expect_navigation(wait_until="domcontentloaded"):  # a test may reload the page at once
        page.click("button.primary")


@dataclass
class KeptPage:
    """A page that stays open through a module, signed in: Chromium keeps the app's scripts compiled in it,
    and a visit costs a third of what it does in a new window."""

    window: ClosedNetwork
    page: Page
    session: Any

    def clean(self) -> None:
        """Leave nothing of the test before but the session."""
        for other in self.window.context.pages:
            if other is not self.page:
                other.close()
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.goto("about:blank")  # or what it still loads would be asked for without a session
        self.window.context.clear_cookies()
        self.window.context.add_cookies(self.session)
        self.page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
        self.page.mouse.move(0, 0)
        self.window.allow_errors()


@pytest.fixture(scope="module")
def kept_pages() -> Iterator[dict[str, KeptPage]]:
    """The pages of `visit`, by account name."""
    kept: dict[str, KeptPage] = {}
    yield kept
    for one in kept.values():
        one.window.context.close()


Visit = Callable[[str, str, str], Page]


@pytest.fixture
def visit(app: App, chromium: Browser, kept_pages: dict[str, KeptPage]) -> Iterator[Visit]:
    """``visit(name, password, path)``: open a path as that account, in the page kept for it.

    After the test: no page asked for anything outside, and none had a console error.
    """

    def go(name: str, password: str, path: str) -> Page:
        kept = kept_pages.get(name)
        if kept is None:
            closed = _window(app, chromium)
            page = closed.context.new_page()
            sign_in(page, path, name, password)
            session = [one for one in closed.context.cookies() if one["name"] == cookies.SESSION]
            kept_pages[name] = KeptPage(closed, page, session)
        else:
            page = kept.page
            kept.clean()
            page.goto(path, wait_until="domcontentloaded")
        return page

    yield go
    for kept in kept_pages.values():
        kept.window.check()


@pytest.fixture
def allow_errors(kept_pages: dict[str, KeptPage]) -> Callable[[], None]:
    """``allow_errors()``: forget the console errors so far; the test has asked for what caused them."""

    def forget() -> None:
        for kept in kept_pages.values():
            kept.window.allow_errors()

    return forget


@pytest.fixture(scope="module")
def password_of(opened: Database) -> Callable[[str], str]:
    """``password_of(role)``: the password of ``test-<role>``, an account that sees everything."""

    @cache
    def made(role: str) -> str:
        return accounts.add_account(opened, OPERATOR, account_name(role), role=role, unit_codes=["*"])

    return made


def account_name(role: str) -> str:
    """Return the name of the account that `password_of` makes for a role."""
    return f"test-{role.replace('_', '-')}"


@pytest.fixture
def signed_in(visit: Visit, password_of: Callable[[str], str]) -> Callable[[str, str], Page]:
    """``signed_in(role, path)``: open a path as an account of that role that sees everything."""
    return lambda role, path="/": visit(account_name(role), password_of(role), path)

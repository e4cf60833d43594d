"""A real server on a free port, a real Chromium, and nothing beyond the two.

def test_something(app, signed_in):
    page = signed_in("commander", "/hotspots")
    ...
# at the end of every test: no request left for elsewhere, and no console error went unexplained
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from geo.services import accounts
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests.serving import WATCH_OFTEN, App, serving

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def app(database: DatabaseUrls, opened: Database) -> Iterator[App]:
    """The real server on the module's database; the database may be filled before or while it runs."""
    with serving(database, opened, first=WATCH_OFTEN) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class ClosedNetwork:
    """A window of Chromium that reaches the app and nothing else, and remembers what it tried.

    outside : addresses of other hosts that a page asked for; each was refused
    console_errors : what the console called an error, in order
    """

    context: BrowserContext
    url: str
    outside: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def allow_errors(self) -> None:
        """Forget the errors so far: the test has asked for what caused them."""
        self.console_errors.clear()

    def watch(self, page: Page) -> None:
        """Listen to a page's console and to the websockets it opens."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("websocket", lambda socket_: self._note(socket_.url))

    def refuse_outside(self, route: Route) -> None:
        """Let a request to the app through; note and refuse any other."""
        if self._note(route.request.url):
            route.abort()
        else:
            route.continue_()

    def _note(self, url: str) -> bool:
        here = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        is_outside = not url.startswith(here)
        if is_outside:
            self.outside.append(url)
        return is_outside

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(f"{message.text} {message.location.get('url', '')}")


WindowMaker = Callable[..., ClosedNetwork]


@pytest.fixture
def window(app: App, chromium: Browser) -> Iterator[WindowMaker]:
    """Opens windows on the app with the network closed: ``window(width=1366, dark=True, script=False)``.

    After the test: no window asked for anything outside, and none had a console error.
    """
    opened_windows: list[ClosedNetwork] = []

    def open_window(
        *, width: int = 1366, height: int = 768, dark: bool = False, script: bool = True
    ) -> ClosedNetwork:
        context = chromium.new_context(
            base_url=app.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="vi-VN",
            java_script_enabled=script,
        )
        closed = ClosedNetwork(context, app.url)
        context.route("**/*", closed.refuse_outside)
        context.on("page", closed.watch)
        opened_windows.append(closed)
        return closed

    yield open_window
    for closed in opened_windows:
        closed.context.close()
    assert [url for closed in opened_windows for url in closed.outside] == []
    assert [error for closed in opened_windows for error in closed.console_errors] == []


@pytest.fixture
def network_closed(window: WindowMaker) -> ClosedNetwork:
    """One window of 1366 x 768 with the network closed."""
    return window()


@pytest.fixture(scope="module")
def passwords(opened: Database) -> dict[str, str]:
    """Passwords made for tests, by account name; filled by `signed_in`."""
    return {}


@pytest.fixture
def signed_in(
    app: App, network_closed: ClosedNetwork, passwords: dict[str, str]
) -> Callable[[str, str], Page]:
    """``signed_in(role, path)``: open a page as an account of that role that sees everything."""

    def open_page(role: str, path: str = "/") -> Page:
        name = f"test-{role.replace('_', '-')}"
        if name not in passwords:
            from geo.domain.roles import OPERATOR

            passwords[name] = accounts.add_account(app.database, OPERATOR, name, role=role, unit_codes=["*"])
        page = network_closed.context.new_page()
        page.goto(path)
        page.fill("#name", name)
        page.fill("#password", passwords[name])
        with page.expect_navigation(wait_until="domcontentloaded"):  # a test may reload the page at once
            page.click("button.primary")
        return page

    return open_page

"""Run a page the way the server does, entry script and guard included, as somebody who is signed in."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from geo.domain.roles import OPERATOR
from geo.services import accounts, sessions
from geo.settings import PROJECT_DIR
from geo.store.engine import Database
from geo.ui import deployment, guard

ENTRY = PROJECT_DIR / "geo" / "ui" / "entry.py"
_PASSWORD = "mat-khau-de-thu-trang"

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(opened: Database, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """``open_page("admin", role="admin", units=["*"], lang="vi", **query)`` runs a page and returns it.

    Everything is real but the cookie jar, which AppTest does not have.
    """
    monkeypatch.setattr(deployment, "_opened", [opened])

    def run(
        key: str, role: str = "commander", units: tuple[str, ...] = ("*",), lang: str = "vi", **query: str
    ) -> AppTest:
        token = _token(opened, role, units)
        monkeypatch.setattr(guard, "session_token", lambda: token)
        page = AppTest.from_file(ENTRY, default_timeout=180)
        if key != "home":
            page.switch_page(str(PROJECT_DIR / "pages" / f"{key}.py"))
        page.query_params["lang"] = lang
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        return page

    return run


@pytest.fixture
def open_part(open_page: OpenPage) -> OpenPage:
    """``open_part("when", **query)`` runs that part of the Hotspots page, which must not fail."""

    def run(mode: str, **query: str) -> AppTest:
        page = open_page("hotspots", mode=mode, **query)
        assert not page.exception
        assert not page.error
        return page

    return run


def _token(database: Database, role: str, units: tuple[str, ...]) -> str:
    name = f"trang-{role.replace('_', '-')}-{'-'.join(units).replace('*', 'all')}"
    known = {account.name for account in accounts.accounts(database, OPERATOR)}
    if name not in known:
        accounts.add_account(database, OPERATOR, name, role=role, unit_codes=units, password=_PASSWORD)
    return sessions.sign_in(database, name, _PASSWORD, "127.0.0.1")

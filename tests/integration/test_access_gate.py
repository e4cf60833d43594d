"""The real server: without a session nothing comes out, whatever the address; with one, only what is due."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from geo.domain.roles import OPERATOR
from geo.services import accounts, sessions
from geo.settings import PROJECT_DIR
from geo.store.cluster import DatabaseUrls
from geo.store.engine import open_database
from geo.ui import navigation
from tests.conftest import TestCluster
from tests.serving import WATCH_OFTEN, WATCH_S, App, free_port, serving

PASSWORD = "mot-mat-khau-dai"
COOKIE = "diaban_session"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@pytest.fixture(scope="module")
def app(database: DatabaseUrls) -> Iterator[App]:
    opened = open_database(database.owner, database.app, database.auth)
    accounts.add_account(opened, OPERATOR, "chi-huy.1", role="commander", unit_codes=["*"], password=PASSWORD)
    with serving(database, opened, first=WATCH_OFTEN) as running:
        yield running
    opened.close()


@pytest.fixture
def token(app: App) -> str:
    return sessions.sign_in(app.database, "chi-huy.1", PASSWORD, "10.0.0.1")


def ask(
    app: App, path: str, *, method: str = "GET", token: str | None = None, form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:  # fmt: skip
    """Send one request exactly as written: no redirect is followed, no path is tidied."""
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=30)
    sent = dict(headers or {})
    if token is not None:
        sent["Cookie"] = f"{COOKIE}={token}"
    body = urlencode(form) if form is not None else None
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text_body = answer.read().decode("utf-8", "replace")
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text_body)
    finally:
        connection.close()


def stream(app: App, token: str | None) -> ClientConnection:
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    return connect(
        app.url.replace("http", "ws") + "/_stcore/stream",
        additional_headers=headers,
        open_timeout=20,
        proxy=None,
    )


def closing_code(open_stream: ClientConnection, patience_s: float) -> int | None:
    """Read to the end of the stream and return the code with which the server closed it."""
    try:
        while True:
            open_stream.recv(timeout=patience_s)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


PAGES = [page.path for page in navigation.pages()]
LEGACY = ["/pages/home", "/pages/admin", "/pages", "/entry", "/home.py", "/geo/ui/entry.py", "/app.py"]
DATA = [
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/upload_file/a/b",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/bidi-components/x/y.js",
    "/admin/_stcore/health",
    "/tiles/blocks/12/3250/1800.pbf",
    "/tiles/incidents/16/1/1.pbf",
    "/raster/density/12/3250/1800.png?from_day=2026-01-01",
    "/exports/x",
    "/component/streamlit_folium.st_folium/index.html",
    "/media/abc.png",
    "/static/js/index.js",
    "/assets/leaflet/dist/leaflet.js",
    "/assets/built.json",
]


@pytest.mark.parametrize("path", [*PAGES, *LEGACY, "/favicon.png", "/manifest.json", "/khong-co?x=1"])
def test_a_page_without_a_session_is_only_a_way_to_sign_in(app: App, path: str) -> None:
    answer = ask(app, path)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    assert answer.body == ""


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize("bearer", [None, "a-made-up-token"])
def test_anything_else_without_a_session_is_401_and_empty_of_content(
    app: App, path: str, bearer: str | None
) -> None:
    answer = ask(app, path, token=bearer)
    assert (answer.status, answer.body) == (401, "sign in first")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/", "/admin", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/sign-out"]
)
def test_no_other_method_is_a_way_round(app: App, method: str, path: str) -> None:
    assert ask(app, path, method=method, form={}).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/assets/ui/../../_stcore/health",
        "/assets/ui/%2e%2e/%2e%2e/app.py",
        "/assets/ui/..%2f..%2fentry.py",
        "/assets/ui/..\\entry.py",
        "/assets/@fontsource/be-vietnam-pro/../../built.json",
        "//admin",
        "/sign-in/../admin",
        "/healthz/../admin",
        "/assets/ui//etc/passwd",
    ],
)
def test_no_spelling_of_a_path_slips_past_the_open_ones(app: App, path: str) -> None:
    answer = ask(app, path)
    assert (answer.status, answer.body) == (400, "bad path")


def test_only_files_for_browsers_are_served_from_the_open_folder(app: App) -> None:
    assert ask(app, "/assets/ui/sign_in.css").status == 200
    assert ask(app, "/assets/ui/mark.svg").headers["content-type"].startswith("image/svg")
    assert ask(app, "/assets/ui/__init__.py").status == 404


def test_the_websocket_is_refused_without_a_session(app: App) -> None:
    for bearer in (None, "a-made-up-token"):
        with pytest.raises(InvalidStatus) as refused, stream(app, bearer):
            pass
        assert refused.value.response.status_code == 401


def test_a_websocket_is_closed_when_its_session_ends(app: App, token: str) -> None:
    with stream(app, token) as open_stream:
        sessions.sign_out(app.database, token)
        time.sleep(3.5)  # longer than the gate remembers who it was
        open_stream.send(b"")  # answered at once, not when the gate next looks by itself
        assert closing_code(open_stream, patience_s=WATCH_S - 4) == 4401


def test_a_websocket_that_nobody_uses_is_closed_too(app: App, token: str) -> None:
    with stream(app, token) as open_stream:
        with app.database.owner.begin() as connection:
            connection.execute(text("UPDATE diaban.session SET idle_until = now() - interval '1 second'"))
        assert closing_code(open_stream, patience_s=40) == 4401


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_a_session_is_ours(app: App, token: str, path: str) -> None:
    answer = ask(app, path, token=token)
    assert answer.status == 200
    assert '<html lang="vi">' in answer.body
    assert "<title>Địa Bàn</title>" in answer.body
    assert "You need to enable JavaScript" not in answer.body
    assert "SourceSans" not in answer.body
    policy = answer.headers["content-security-policy"]
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_name_of_the_first_page_leads_to_it_with_its_filters(app: App, token: str) -> None:
    answer = ask(app, "/home?lang=en", token=token)
    assert answer.status == 307
    assert answer.headers["location"] == "/?lang=en"


@pytest.mark.parametrize("path", ["/pages/home", "/pages/admin", "/khong-co", "/entry"])
def test_an_address_that_is_no_page_runs_nothing(app: App, token: str, path: str) -> None:
    answer = ask(app, path, token=token)
    assert answer.status == 404
    assert "Không có trang này" in answer.body


def test_after_signing_out_the_same_cookie_opens_nothing(app: App, token: str) -> None:
    assert ask(app, "/_stcore/health", token=token).status == 200
    out = ask(app, "/sign-out", method="POST", token=token, headers={"Origin": app.url})
    assert (out.status, out.headers["location"]) == (303, "/sign-in?why=out")
    assert ask(app, "/_stcore/health", token=token).status == 401


def sign_in(app: App, target: str = "/", password: str = PASSWORD, **headers: str) -> Answer:
    form = {"name": "chi-huy.1", "password": password, "next": target}
    return ask(app, "/sign-in", method="POST", form=form, headers=headers)


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/admin?unit=00001&x=a%20b", "/admin?unit=00001&x=a%20b"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("/\t/evil.example", "/"),
        ("/sign-in?next=/admin", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_back_to_a_page_of_ours_and_nowhere_else(
    app: App, target: str, location: str
) -> None:
    answer = sign_in(app, target, Origin=app.url)
    assert (answer.status, answer.headers["location"]) == (303, location)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age" not in cookie
    assert "secure" not in cookie


def test_behind_tls_the_cookie_stays_behind_tls(app: App) -> None:
    answer = sign_in(app, **{"X-Forwarded-Proto": "https"})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_form_from_another_site_is_refused(app: App, token: str) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        answer = sign_in(app, Origin=origin)
        assert answer.status == 403
        assert "set-cookie" not in answer.headers
        out = ask(app, "/sign-out", method="POST", token=token, headers={"Origin": origin})
        assert out.status == 403
    assert ask(app, "/_stcore/health", token=token).status == 200


def test_what_was_typed_comes_back_as_text(app: App) -> None:
    form = {"name": '"><script>alert(1)</script>', "password": "x", "next": '/"><script>'}
    answer = ask(app, "/sign-in", method="POST", form=form)
    assert answer.status == 403
    assert "<script>" not in answer.body


def test_a_form_too_large_is_not_read(app: App) -> None:
    assert sign_in(app, password="x" * 20_000).status == 413


def test_health_says_nothing_but_its_state(app: App) -> None:
    assert ask(app, "/healthz").body == '{"status":"ok"}'


def test_a_database_that_is_away_is_told_plainly_and_its_return_is_noticed(
    app: App, cluster: TestCluster, token: str
) -> None:
    name = app.database.owner.url.database
    time.sleep(3.5)
    cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        page = ask(app, "/", token=token)
        assert page.status == 503
        assert "Không kết nối được cơ sở dữ liệu" in page.body
        assert "Traceback" not in page.body
        assert ask(app, "/healthz").status == 503
        assert ask(app, "/_stcore/health", token=token).status == 503
        assert ask(app, "/sign-in").status == 503
        assert sign_in(app).status == 503
    finally:
        cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert ask(app, "/healthz").status == 200
    assert ask(app, "/", token=token).status == 200


def start_and_fail(urls: str, port: int, program: str) -> "subprocess.CompletedProcess[str]":
    import os

    return subprocess.run(
        [sys.executable, "-c", program.format(port=port)],
        cwd=PROJECT_DIR,
        env={**os.environ, "DATABASE_URL": urls},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


_SERVE = "from geo.ui.serve import serve; serve('127.0.0.1', {port})"
_UVICORN = "import uvicorn; uvicorn.run('app:app', port={port})"


@pytest.mark.parametrize("program", [_SERVE, _UVICORN])
def test_a_database_that_was_never_migrated_is_refused_at_the_start(
    cluster: TestCluster, program: str
) -> None:
    cluster.execute("CREATE DATABASE never_migrated")
    try:
        ended = start_and_fail(cluster.urls("never_migrated").owner, free_port(), program)
    finally:
        cluster.execute("DROP DATABASE never_migrated WITH (FORCE)")
    assert ended.returncode != 0
    assert "python -m geo migrate" in ended.stderr


def test_a_database_that_is_not_there_is_refused_at_the_start() -> None:
    ended = start_and_fail("postgresql://nobody:geheim@127.0.0.1:1/none", free_port(), _UVICORN)
    assert ended.returncode != 0
    assert "DATABASE_URL" in ended.stderr
    assert "geheim" not in ended.stderr


def test_a_port_that_is_taken_is_named(app: App, database: DatabaseUrls) -> None:
    port = urlsplit(app.url).port
    assert port is not None
    ended = start_and_fail(database.owner, port, _SERVE)
    assert ended.returncode != 0
    assert f"Port {port}" in ended.stderr
    assert "DIABAN_PORT" in ended.stderr

"""Home and Coverage of a nation: 3,321 wards, 30,000 beats, 2 million households, 1 million incidents.

Filled by SQL, at 300 and 1,000 wards as well. Read as a commander of everything, of a province and of a ward,
so that the database checks every row. Prints what a first look costs, a click, the first look after somebody
changed one row, Coverage of wards of growing size, and what Chromium takes from a click to the painted page.
Run with: pytest tests/bench/test_bench_works.py --benchmark-only -s
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from sqlalchemy import text

from geo.domain.roles import OPERATOR, Actor
from geo.services import accounts, sessions
from geo.services import attention as matters
from geo.services.attention import attention, contradictions
from geo.services.coverage import on_a_day as covered
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.wards import wards_coverage
from geo.services.targets import Targets
from geo.services.works import board as works
from geo.services.works import households as works_households
from geo.services.works import record as works_record
from geo.services.works import rows as works_rows
from geo.services.works import tables as works_tables
from geo.services.works.board import WorksQuery, board
from geo.services.works.rows import shapes
from geo.store import migrate
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database
from tests.serving import serving

DAY = date(2026, 6, 1)
_SIDE = 58  # 58 x 58 squares, the first 3,321 are wards
_PASSWORD = "do-toc-do-7-lan"

_NATION = """
INSERT INTO diaban.admin_unit (code, level, name, name_folded)
SELECT lpad(n::text, 2, '0'), 'province', 'Tỉnh ' || n, 'tinh ' || n FROM generate_series(1, 34) n;
INSERT INTO diaban.admin_unit (code, level, name, name_folded, parent_id, geom)
SELECT lpad(n::text, 5, '0'), 'ward', 'Phường ' || n, 'phuong ' || n, p.id,
    ST_Multi(ST_MakeEnvelope(102 + x * 0.1, 10 + y * 0.1, 102.1 + x * 0.1, 10.1 + y * 0.1, 4326))
FROM generate_series(1, {wards}) n CROSS JOIN LATERAL (SELECT n % {side} AS x, n / {side} AS y) at
JOIN diaban.admin_unit p ON p.code = lpad((1 + n / 98)::text, 2, '0');
INSERT INTO diaban.block (code, unit_id, name, name_folded, geom)
SELECT u.code || '-' || k, u.id, 'Tổ ' || k, 'to ' || k, ST_Multi(ST_MakeEnvelope(
    ST_XMin(u.geom) + (k % 5) * 0.02, ST_YMin(u.geom) + (k / 5) * 0.02,
    ST_XMin(u.geom) + (k % 5) * 0.02 + 0.02, ST_YMin(u.geom) + (k / 5) * 0.02 + 0.02, 4326))
FROM diaban.admin_unit u, generate_series(0, 24) k WHERE u.level = 'ward';
INSERT INTO diaban.officer (service_number, display_name, unit_id, beat_days_month)
SELECT u.code || '-' || k, 'C', u.id, 18 FROM diaban.admin_unit u, generate_series(0, 8) k
WHERE u.level = 'ward';
INSERT INTO diaban.beat (code, unit_id, name, valid)
SELECT u.code || '-K' || k, u.id, 'Khu vực ' || k, '[2024-01-01,)'
FROM diaban.admin_unit u, generate_series(0, 8) k WHERE u.level = 'ward';
INSERT INTO diaban.beat_block (beat_id, block_id, valid)
SELECT b.id, k.id, '[2024-01-01,)' FROM diaban.block k
JOIN diaban.beat b ON b.code = split_part(k.code, '-', 1) || '-K' || (split_part(k.code, '-', 2)::int % 9);
INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
SELECT b.id, o.id, 'primary', CASE WHEN b.id % 40 = 0 THEN daterange('2024-01-01', '2026-05-17')
    ELSE daterange('2024-01-01', NULL) END
FROM diaban.beat b JOIN diaban.officer o ON o.service_number = replace(b.code, 'K', '');
INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
SELECT beat_id, officer_id, 'concurrent', daterange('2026-01-01', NULL) FROM diaban.assignment
WHERE beat_id % 4 = 0;
INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, reviewed_on, geom)
SELECT k.code || '-' || n, k.unit_id, k.id, 3, 1, 0, date '2026-06-01' - ((k.id + n * 37) % 140)::int,
    ST_SetSRID(ST_MakePoint(ST_XMin(k.geom) + 0.0002 + n * 0.0007, ST_YMin(k.geom) + 0.01), 4326)
FROM diaban.block k, generate_series(1, 24) n;
INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, occurred_to, recorded_at,
    due_at, resolved_at, unit_id, block_id, geom)
SELECT k.code || '-' || n, (SELECT min(id) FROM diaban.category WHERE parent_id IS NOT NULL), 'reported',
    CASE WHEN (n + k.id) % 3 = 0 THEN 'in_progress' ELSE 'resolved' END, at, at, at, at + interval '10 days',
    CASE WHEN (n + k.id) % 3 = 0 THEN NULL ELSE at + (n + 1) * interval '30 hours' END, k.unit_id, k.id,
    ST_Centroid(k.geom)
FROM diaban.block k, generate_series(0, 11) n CROSS JOIN LATERAL (
    SELECT timestamptz '2026-05-31 12:00+07' - ((n * 61 + k.id * 7) % 730) * interval '1 day' AS at) moments;
INSERT INTO diaban.beat_report (beat_id, month, households, permanent, temporary, absent, reported_at)
SELECT b.id, m, 60, 180, 60, 0, m + interval '1 month 2 days' FROM diaban.beat b,
    generate_series(date '2025-05-01', date '2026-05-01', interval '1 month') m
WHERE (b.id + extract(month FROM m)::int) % 17 > 0;
"""
_CHANGES = {
    "household": "UPDATE diaban.household SET permanent = 4 WHERE code = '00007-3-5'",
    "incident": "UPDATE diaban.incident SET status = 'assigned' WHERE code = '00007-3-5'",
    "assignment": "UPDATE diaban.assignment SET role = 'acting' WHERE id % 30000 = 17",
}


# Wards of growing size beside the nation: blocks, and households in each block.
_SIZES = ((5, 20), (20, 50), (50, 100), (100, 100), (200, 50), (200, 100))
_SIZED = """
INSERT INTO diaban.admin_unit (code, level, name, name_folded, parent_id, geom)
SELECT 'S{at}', 'ward', 'Phường S{at}', 'phuong', min(id),
    ST_Multi(ST_Segmentize(ST_MakeEnvelope(102 + {at} * 0.1, 9, 102.1 + {at} * 0.1, 9.1, 4326), 0.0007))
FROM diaban.admin_unit WHERE level = 'province';
INSERT INTO diaban.block (code, unit_id, name, name_folded, geom)
SELECT u.code || '-' || k, u.id, 'Tổ ' || k, 'to', ST_Multi(ST_Segmentize(ST_MakeEnvelope(
    ST_XMin(u.geom) + k * 0.1 / {blocks}, 9, ST_XMin(u.geom) + (k + 1) * 0.1 / {blocks}, 9.1, 4326), 0.0007))
FROM diaban.admin_unit u, generate_series(0, {blocks} - 1) k WHERE u.code = 'S{at}';
INSERT INTO diaban.beat (code, unit_id, name, valid)
SELECT u.code || '-K' || k, u.id, 'Khu vực ' || k, '[2024-01-01,)'
FROM diaban.admin_unit u, generate_series(0, ({blocks} - 1) / 3) k WHERE u.code = 'S{at}';
INSERT INTO diaban.beat_block (beat_id, block_id, valid)
SELECT b.id, k.id, '[2024-01-01,)' FROM diaban.block k JOIN diaban.beat b
    ON b.code = 'S{at}-K' || split_part(k.code, '-', 2)::int / 3 WHERE k.code LIKE 'S{at}-%';
INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, reviewed_on, geom)
SELECT k.code || '-' || n, k.unit_id, k.id, 3, 1, 0, date '2026-06-01' - (n * 37) % 140,
    ST_PointOnSurface(k.geom)
FROM diaban.block k, generate_series(1, {homes}) n WHERE k.code LIKE 'S{at}-%'"""


class Nation:
    """A database filled with so many wards; dropped at the end."""

    def __init__(self, cluster: Any, wards: int) -> None:
        self.cluster, self.name = cluster, f"works_bench_{wards}"
        cluster.execute(f"CREATE DATABASE {self.name} TEMPLATE diaban")
        self.urls: DatabaseUrls = cluster.urls(self.name)
        migrate.upgrade(self.urls.owner)
        self.database = open_database(self.urls.owner, self.urls.app, self.urls.auth)
        began = time.perf_counter()
        self.run(_NATION.format(side=_SIDE, wards=wards))
        for at, (blocks, homes) in enumerate(_SIZES):
            self.run(_SIZED.format(at=at, blocks=blocks, homes=homes))
        with self.database.owner.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
        print(f"\n{wards} wards filled in {time.perf_counter() - began:.0f} s")

    def run(self, script: str) -> None:
        """Run statements that end their lines with a semicolon, each in its own transaction."""
        for statement in script.split(";\n"):
            if statement.strip():
                with self.database.owner.begin() as connection:
                    connection.exec_driver_sql(statement.replace("%", "%%"))

    def drop(self) -> None:
        """Close and remove the database."""
        self.database.close()
        self.cluster.execute(f"DROP DATABASE {self.name} WITH (FORCE)")


@pytest.fixture(scope="module")
def whole(cluster: Any) -> Iterator[Nation]:
    made = Nation(cluster, 3321)
    yield made
    made.drop()


@pytest.fixture
def nation(whole: Nation) -> Database:
    return whole.database


def _actor(database: Database, name: str, unit: str) -> Actor:
    if name not in {account.name for account in accounts.accounts(database, OPERATOR)}:
        accounts.add_account(
            database, OPERATOR, name, role="commander", unit_codes=(unit,), password=_PASSWORD
        )
    token = sessions.sign_in(database, name, _PASSWORD, "127.0.0.1")
    actor = sessions.actor_for_token(database, token)
    assert actor is not None
    return actor


def _forget() -> None:
    for module in (works, works_households, works_record, works_rows, works_tables, matters, covered):
        for name in ("_kept", "_frames", "_placings", "_shapes", "_as_read"):
            if hasattr(module, name):
                getattr(module, name).clear()


def _timed(label: str, act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    made = act()
    print(f"{label:<58} {1000 * (time.perf_counter() - began):8.0f} ms   {_load()}")
    return made


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def test_home_of_a_nation(nation: Database, benchmark: Any) -> None:
    print()
    for name, unit in (("ward", "00007"), ("province", "01"), ("nation", "*")):
        actor = _actor(nation, f"do-{name}", unit)
        _forget()
        found = _timed(f"{name}: first look", lambda who=actor: board(nation, who, WorksQuery(DAY)))
        total = found.total
        print(f"   {len(found.places)} places, {total.households:.0f} households, {total.beats:.0f} beats")
        _timed(f"{name}: attention list", lambda who=actor, at=found: attention(nation, who, at))
        _timed(f"{name}: shapes", lambda who=actor, at=found: shapes(nation, who, at))
        _timed(f"{name}: again", lambda who=actor: board(nation, who, WorksQuery(DAY)))
        _timed(f"{name}: another day", lambda who=actor: board(nation, who, WorksQuery(date(2026, 5, 1))))
    ward = _timed("click: a ward of the nation", lambda: board(nation, actor, WorksQuery(DAY, "00011")))
    _timed("click: its attention list", lambda: attention(nation, actor, ward))
    _timed("click: its contradictions", lambda: contradictions(nation, actor, ward, Targets({})))
    _timed("click: a province of the nation", lambda: board(nation, actor, WorksQuery(DAY, "02")))
    for what, change in _CHANGES.items():
        with nation.owner.begin() as connection:
            connection.execute(text(change))
        _timed(
            f"nation: first look after a change of one {what}", lambda: board(nation, actor, WorksQuery(DAY))
        )
        _timed(
            "   and its attention list",
            lambda: attention(nation, actor, board(nation, actor, WorksQuery(DAY))),
        )
    for unit in ("00007", "02", None):
        asked = WorksQuery(DAY, unit)
        board(nation, actor, asked)
        with nation.owner.begin() as connection:
            connection.execute(text(_CHANGES["household"]))
        _timed(f"{unit or 'nation'}: again after a household", lambda at=asked: board(nation, actor, at))
    wards = iter(range(20, 3000))
    found = benchmark.pedantic(
        lambda: board(nation, actor, WorksQuery(DAY, f"{next(wards):05d}")), rounds=20, iterations=1
    )
    assert found.total.households == 600


def test_coverage_as_the_ward_grows(nation: Database, benchmark: Any) -> None:
    print()
    actor = _actor(nation, "do-nation", "*")
    for at, (blocks, homes) in enumerate(_SIZES):
        taken = []
        for day in range(1, 4):
            began = time.perf_counter()
            found = coverage(nation, actor, date(2026, 5, day), f"S{at}")
            taken.append(time.perf_counter() - began)
        assert found.summary().households == blocks * homes
        label = f"Coverage: ward of {blocks} blocks, {blocks * homes} households, {len(found.beats)} beats"
        print(f"{label:<58} {1000 * statistics.median(taken):8.0f} ms   {_load()}")
    _timed("Coverage: province of 98 wards", lambda: coverage(nation, actor, DAY, "02"))
    _timed("Coverage: the nation by ward", lambda: wards_coverage(nation, actor, DAY))
    days = iter(range(1, 28))
    benchmark.pedantic(
        lambda: wards_coverage(nation, actor, date(2026, 4, next(days))), rounds=3, iterations=1
    )


@pytest.mark.parametrize("wards", [300, 1000, 3321])
def test_cost_by_size_of_the_nation(
    cluster: Any, request: pytest.FixtureRequest, wards: int, benchmark: Any
) -> None:
    made = request.getfixturevalue("whole") if wards == 3321 else Nation(cluster, wards)
    database = made.database
    actor = _actor(database, "do-nation", "*")
    print()
    _forget()
    _timed(f"{wards} wards: first ever", lambda: board(database, actor, WorksQuery(DAY)))
    _timed(f"{wards} wards: another day", lambda: board(database, actor, WorksQuery(date(2026, 5, 27))))
    _timed(f"{wards} wards: click on a ward", lambda: board(database, actor, WorksQuery(DAY, "00012")))
    _timed(f"{wards} wards: Coverage by ward", lambda: wards_coverage(database, actor, DAY))
    _timed(f"{wards} wards: Coverage of one ward", lambda: coverage(database, actor, DAY, "00012"))

    def after_a_household() -> None:
        with database.owner.begin() as connection:
            connection.execute(text(_CHANGES["household"]))
        began = time.perf_counter()
        board(database, actor, WorksQuery(DAY))
        took.append(time.perf_counter() - began)

    took: list[float] = []
    benchmark.pedantic(after_a_household, rounds=3, iterations=1)
    label = f"{wards} wards: first look after a household"
    print(f"{label:<58} {1000 * statistics.median(took):8.0f} ms   {_load()}")
    if wards != 3321:
        made.drop()


_MAP = 'iframe[title="streamlit_folium.st_folium"]'
# Figures said, so many areas of the map coloured, its key and the list beside it there, nothing running.
_PAINTED = """([areas, beside]) => {
    const frame = document.querySelector('iframe[title="streamlit_folium.st_folium"]');
    const map = frame && frame.contentDocument;
    if (!map || !map.querySelector('.diaban-key') || !document.querySelector(beside)) return false;
    if (!document.querySelector('.db-verdict')) return false;
    const canvas = map.querySelector('canvas.leaflet-zoom-animated');
    if (areas > 400) {
        if (!canvas) return false;
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 3; at < data.length; at += 4 * 97) if (data[at] > 150) return true;
        return false;
    }
    return [...map.querySelectorAll('path.leaflet-interactive')].filter(
        (area) => /^(#|url)/.test(area.getAttribute('fill') || '') && +area.getAttribute('fill-opacity') > 0
    ).length >= areas;
}"""


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield opened
        opened.close()


class _Clicks:
    """Times of clicks in Chromium: to the sentence, and to the painted page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def until_painted(self, act: Callable[[], Any], areas: int, beside: str) -> tuple[float, float]:
        began = time.perf_counter()
        said = float("inf")
        try:
            act()
            self.page.locator(".db-verdict").first.wait_for(timeout=60_000)
            said = time.perf_counter() - began
            self.page.wait_for_function(_PAINTED, arg=[areas, beside], timeout=60_000)
        except PlaywrightTimeoutError:  # told as "inf" beside the others, which go on
            return said, float("inf")
        return said, time.perf_counter() - began

    def tell(self, label: str, taken: list[tuple[float, float]]) -> None:
        said, painted = (statistics.median(part) for part in zip(*taken, strict=True))
        each = ", ".join(f"{one:.2f}" for _, one in taken)
        print(f"Chromium: {label:<48} figures {said:5.2f} s, painted {painted:5.2f} s ({each})   {_load()}")

    def away(self) -> None:
        self.page.goto("/tasks")
        self.page.locator(_MAP).wait_for(state="detached", timeout=60_000)
        self.page.wait_for_timeout(1500)


def test_click_to_painted_page(whole: Nation, chromium: Browser, benchmark: Any) -> None:
    """The page is left for another one before each click, so that the map is made anew every time."""
    _actor(whole.database, "do-nation", "*")
    print()
    with serving(whole.urls, whole.database) as app:
        context = chromium.new_context(
            base_url=app.url, viewport={"width": 1366, "height": 768}, locale="vi-VN"
        )
        page = context.new_page()
        clicks = _Clicks(page)
        page.goto("/")
        page.fill("#name", "do-nation")
        page.fill("#password", _PASSWORD)
        first = clicks.until_painted(lambda: page.click("button.primary"), 3300, ".hm-matter")
        clicks.tell("sign in to Home, right after the server's start", [first])

        def home() -> tuple[float, float]:
            clicks.away()
            link = page.get_by_role("link", name="Tổng quan").first
            return clicks.until_painted(link.click, 3300, ".hm-matter")

        def changed(what: str) -> tuple[float, float]:
            with whole.database.owner.begin() as connection:
                connection.execute(text(_CHANGES[what]))
            return home()

        home()
        clicks.tell("click on Home", [home() for _ in range(5)])
        clicks.tell("click on Home after a household changed", [changed("household") for _ in range(3)])
        clicks.tell("click on Home after an incident changed", [changed("incident") for _ in range(3)])

        def nation() -> tuple[float, float]:
            clicks.away()
            link = page.get_by_role("link", name="Phụ trách địa bàn").first
            return clicks.until_painted(link.click, 3300, ".cv-card")

        clicks.tell("click on Coverage of the nation", [nation() for _ in range(3)])
        wards = iter(range(40, 3000, 7))

        def ward(open_by: Callable[[str], Any]) -> tuple[float, float]:
            return clicks.until_painted(lambda: open_by(f"{next(wards):05d}"), 9, ".cv-card")

        def choose(code: str) -> None:
            box = page.get_by_role("combobox").first
            box.click()
            box.fill(f"Phường {int(code)}")
            page.get_by_role("option", name=f"Phường {int(code)}", exact=True).click()
            page.wait_for_function(
                "code => location.search.includes('unit=' + code)", arg=code, timeout=60_000
            )

        clicks.tell("Coverage of a ward, opened by its link", [
            ward(lambda code: page.goto(f"/coverage?unit={code}")) for _ in range(5)
        ])  # fmt: skip
        clicks.tell("Coverage of a ward, chosen in the list", [ward(choose) for _ in range(5)])
        benchmark.pedantic(home, rounds=1, iterations=1)
        context.close()

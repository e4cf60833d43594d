"""A million incidents: the Hotspots page until its map is painted, beside folium's HeatMap of raw points.

Both are opened in the same Chromium in the same run: ours through the whole app (page, gate, tiles); the peer
is the plain HTML that folium writes, with its scripts from the same folder on this machine.
Run with: pytest tests/bench/test_bench_hotspots.py --benchmark-only -s
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import folium
import pytest
from folium.plugins import HeatMap
from playwright.sync_api import Frame, Page, sync_playwright

from geo.domain.roles import OPERATOR
from geo.maps import assets
from geo.services import accounts
from geo.store.engine import open_database
from tests import hotspots_city
from tests.serving import serving

INCIDENTS = 1_000_000
CHROMIUM = "/usr/bin/chromium"
_PASSWORD = "do-toc-do-ban-do"
_seconds: dict[str, float] = {}


@pytest.fixture(scope="module")
def points(database):
    city = hotspots_city.fill(database.owner, incidents=INCIDENTS)
    return hotspots_city.lonlat(city.xy[:, 0], city.xy[:, 1])[:, ::-1]


@pytest.fixture(scope="module")
def page(database, points) -> Iterator[Page]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    opened = open_database(database.owner, database.app, database.auth)
    accounts.add_account(opened, OPERATOR, "do-luong", role="commander", unit_codes=["*"], password=_PASSWORD)
    with serving(database, opened) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        made = browser.new_context(base_url=app.url, viewport={"width": 1366, "height": 768}).new_page()
        made.goto("/sign-in")
        made.fill("#name", "do-luong")
        made.fill("#password", _PASSWORD)
        made.click("button.primary")
        made.wait_for_selector(".db-bar")
        made.wait_for_timeout(8000)  # a server that has just started reads the incidents ahead
        yield made
        browser.close()
    opened.close()


def map_frame(page: Page) -> Frame:
    page.wait_for_selector("iframe[title='streamlit_folium.st_folium']", timeout=60_000)
    for _ in range(3000):
        for frame in page.frames:
            if "streamlit_folium" in frame.url and frame.evaluate(
                "window.diaban && diaban.state.updates || 0"
            ):
                return frame
        page.wait_for_timeout(20)
    raise AssertionError("no map")


def painted(frame: Frame) -> None:
    frame.wait_for_function(
        "() => document.querySelector('.diaban-raster .leaflet-tile-loaded') && "
        "!document.querySelector('.diaban-raster .leaflet-tile:not(.leaflet-tile-loaded)')",
        timeout=60_000,
    )


def test_first_map(benchmark, page):
    def first_map() -> None:
        page.goto("/hotspots?period=year")
        painted(map_frame(page))

    benchmark.pedantic(first_map, rounds=5)
    _seconds["first map"] = benchmark.stats.stats.median


def test_changed_filter(benchmark, page):
    page.goto("/hotspots?period=year")
    frame = map_frame(page)
    painted(frame)
    periods = iter(["90 ngày gần nhất", "Tháng trước", "7 ngày gần nhất", "Tháng này", "Năm nay"])
    page.wait_for_timeout(2000)

    def choose() -> tuple[tuple[str], dict[str, object]]:
        page.get_by_role("combobox").first.click()
        name = next(periods)
        page.get_by_role("option", name=name).wait_for()
        return (name,), {}

    def changed(name: str) -> None:
        before = frame.evaluate("diaban.state.rasters.density.request.url")
        page.get_by_role("option", name=name).click()
        frame.wait_for_function("url => diaban.state.rasters.density.request.url !== url", arg=before)
        painted(frame)

    benchmark.pedantic(changed, setup=choose, rounds=5)
    _seconds["changed filter"] = benchmark.stats.stats.median


@pytest.fixture(scope="module")
def raw_heat_map(points, tmp_path_factory) -> Iterator[Callable[[], str]]:
    """Serves what folium writes for all points; the function writes it anew and returns its address."""
    folder = tmp_path_factory.mktemp("heat")
    (folder / "assets").symlink_to(assets.assets_dir())
    assets.install_offline()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def write() -> str:
        made = folium.Map([21.01, 105.85], zoom_start=14, tiles=None)
        HeatMap(points.round(6).tolist(), radius=12, blur=15).add_to(made)
        made.save(folder / "heat.html")
        return f"http://127.0.0.1:{server.server_address[1]}/heat.html"

    yield write
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing: a benchmark prints figures only."""


def test_raw_heat_map_of_folium(benchmark, page, raw_heat_map):
    peer = page.context.new_page()

    def first_map() -> None:
        peer.goto(raw_heat_map(), timeout=180_000)
        peer.wait_for_function(
            """() => { const c = document.querySelector('canvas.leaflet-heatmap-layer'); if (!c) return false;
                return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0); }""",
            timeout=180_000,
        )

    benchmark.pedantic(first_map, rounds=2)
    peer.close()
    _seconds["peer"] = benchmark.stats.stats.median
    for name in ("first map", "changed filter"):
        if name in _seconds:
            ratio = _seconds["peer"] / _seconds[name]
            print(
                f"\n{name}: {_seconds[name]:.2f} s; raw HeatMap {_seconds['peer']:.2f} s; {ratio:.1f} times"
            )

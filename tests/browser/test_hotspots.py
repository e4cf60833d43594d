"""The Hotspots page and the map in a real Chromium with the network closed."""

import pytest
from playwright.sync_api import Frame, Page

from tests import hotspots_city
from tests.serving import map_of, painted

pytestmark = pytest.mark.browser

HOSTILE = (
    "An ${window.hacked='template'} Bình",
    "<img src=x onerror=\"window.hacked='html'\">",
    "</script><script>window.hacked='script'</script>",
    "`'\"\\ {{ 'map_div' }}",
    "http://example.org/{z}.png",
    "Vĩnh Trại",
)


@pytest.fixture(scope="module", autouse=True)
def city(database, opened):
    return hotspots_city.fill(database.owner, incidents=8000, names=HOSTILE)


def settle(page: Page, frame: Frame) -> None:
    """Wait until every tile on the map is there."""
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    frame.wait_for_function("() => !document.querySelector('.leaflet-tile:not(.leaflet-tile-loaded)')")
    page.wait_for_timeout(300)


def at(page: Page, frame: Frame, x_m: float, y_m: float) -> tuple[float, float]:
    """Return where a place in metres is on the screen."""
    lon, lat = hotspots_city.lonlat([x_m], [y_m])[0]
    point = frame.evaluate(f"diaban.state.map.latLngToContainerPoint([{lat}, {lon}])")
    box = page.locator("iframe").bounding_box()
    return box["x"] + point["x"], box["y"] + point["y"]


def choose(page: Page, period: str) -> None:
    """Choose a period."""
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name=period).click()


WARD_1 = (587_700.0, 2_322_500.0)
WARD_4 = (587_000.0, 2_325_000.0)


def test_every_layer_is_painted_without_the_internet(signed_in):
    page = signed_in("commander", "/hotspots")
    frame = map_of(page)
    settle(page, frame)
    assert frame.locator(".diaban-raster").count() > 0
    painted = frame.evaluate(
        """() => [...document.querySelectorAll('.leaflet-tile-pane canvas')].some((tile) => {
            const pixels = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
            return new Set(pixels.data).size > 6;
        })"""
    )
    assert painted, "the ground shows neither streets nor water"
    assert frame.locator(".diaban-key-line").count() >= 3
    assert "vụ/km²" in frame.locator(".diaban-key").inner_text()
    assert "n = " in frame.locator(".diaban-key").inner_text()
    assert "m" in frame.locator(".leaflet-control-scale-line").inner_text()
    spots = frame.locator(".diaban-badge").count()
    assert spots >= 3
    assert frame.locator("path.leaflet-interactive").count() == 6 + spots
    box = page.locator("iframe").bounding_box()
    assert box["width"] >= 0.6 * 1366
    assert 748 <= box["y"] + box["height"] <= 768
    assert "vụ được trình báo" in page.locator(".db-verdict").inner_text()


def test_names_of_wards_are_text_and_nothing_else(signed_in):
    page = signed_in("commander", "/hotspots?layer=count")
    frame = map_of(page)
    settle(page, frame)
    assert set(frame.locator(".diaban-label").all_text_contents()) == set(HOSTILE)
    for x in (587_500, 589_500, 591_500):
        for y in (2_322_500, 2_325_300):
            page.mouse.move(*at(page, frame, x, y))
            page.wait_for_timeout(400)  # the last one fades
            assert frame.locator(".diaban-tip strong").last.inner_text() in HOSTILE
            page.mouse.click(*at(page, frame, x, y))
            page.wait_for_timeout(700)
    for window in (page.main_frame, frame):
        assert window.evaluate("window.hacked") is None


def test_panning_costs_no_rerun_and_a_click_answers_beside_the_same_map(signed_in):
    page = signed_in("commander", "/hotspots")
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    page.reload()
    frame = map_of(page)
    settle(page, frame)
    frame.evaluate("window.sameMap = true")
    before, updates = len(sent), painted(frame)
    x, y = at(page, frame, *WARD_1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y - 40, steps=6)
    page.mouse.up()
    page.mouse.wheel(0, 120)
    page.wait_for_timeout(1500)
    assert (len(sent), painted(frame)) == (before, updates)
    place = frame.evaluate("JSON.stringify([diaban.state.map.getCenter(), diaban.state.map.getZoom()])")
    page.mouse.click(*at(page, frame, *WARD_4))
    page.wait_for_selector(".hs-ward")
    page.wait_for_url("**pick=00004**")
    page.wait_for_timeout(1800)
    assert frame.evaluate("window.sameMap")
    assert (
        frame.evaluate("JSON.stringify([diaban.state.map.getCenter(), diaban.state.map.getZoom()])") == place
    )
    assert page.url.count("#") == 1  # the place on the map is in the link too


def test_a_hotspot_answers_on_the_map_and_in_the_list(signed_in):
    page = signed_in("commander", "/hotspots?period=90d&layer=spots")
    frame = map_of(page)
    settle(page, frame)
    assert "điểm nóng có ý nghĩa thống kê" in page.locator(".db-verdict").inner_text()
    assert "q < 0,0" in frame.locator(".diaban-key").inner_text()
    frame.evaluate("window.sameMap = true")
    page.mouse.click(*at(page, frame, *hotspots_city._HOT[0]))
    page.wait_for_selector(".hs-bars")
    assert "chưa có ai" in page.locator(".hs-ward").inner_text()
    assert frame.evaluate("window.sameMap")
    page.wait_for_url("**spot=**")
    frame.wait_for_function("() => diaban.state.areas.spots.picked !== null")
    picked = frame.evaluate("diaban.state.areas.spots.picked")
    assert f"spot={picked}" in page.url
    linked = page.url
    page.mouse.click(*at(page, frame, *WARD_4))  # a ward closes the hotspot
    page.wait_for_function("() => !document.querySelector('.hs-bars')")
    # The map is told of it after the panel.
    frame.wait_for_function("() => diaban.state.areas.spots.picked === null")
    page.wait_for_url("**pick=00004**")
    page.goto(linked)
    frame = map_of(page)
    page.wait_for_selector(".hs-bars")
    frame.wait_for_function("(picked) => diaban.state.areas.spots.picked === picked", arg=picked)


def test_two_periods_are_swiped_on_one_scale_without_a_rerun(signed_in):
    page = signed_in("commander", "/hotspots?period=90d&swipe=1")
    frame = map_of(page)
    settle(page, frame)
    assert frame.locator(".diaban-raster").count() == 2
    assert len(set(frame.locator(".diaban-swipe").all_inner_texts())) == 2
    tops = frame.evaluate(
        "Object.values(diaban.state.rasters)"
        ".map((one) => new URL(one.request.url, location).searchParams.get('top'))"
    )
    assert len(tops) == 2
    assert len(set(tops)) == 1
    updates, clips = (
        painted(frame),
        "[...document.querySelectorAll('.diaban-raster')].map((l) => l.style.clip)",
    )
    before = frame.evaluate(clips)
    bar = frame.locator(".leaflet-sbs-range")
    bar.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert frame.evaluate(clips) != before
    assert painted(frame) == updates
    page.get_by_text("Kéo so hai kỳ").click()
    frame.wait_for_function("() => !document.querySelector('.leaflet-sbs')")
    settle(page, frame)
    frame.wait_for_function("() => document.querySelectorAll('.diaban-raster').length === 1")
    assert frame.evaluate(clips) == [""]


def test_where_more_and_where_fewer_is_painted(signed_in):
    page = signed_in("commander", "/hotspots?period=90d&layer=delta")
    frame = map_of(page)
    settle(page, frame)
    assert frame.locator(".diaban-raster img.leaflet-tile-loaded").count() > 0
    key = frame.locator(".diaban-key").inner_text()
    assert "tăng" in key
    assert "giảm" in key


def test_another_filter_changes_the_map_in_place(signed_in):
    page = signed_in("commander", "/hotspots")
    frame = map_of(page)
    settle(page, frame)
    frame.evaluate("window.sameMap = true; diaban.state.map.setZoom(15, { animate: false })")
    page.wait_for_timeout(400)
    place = frame.evaluate("JSON.stringify([diaban.state.map.getCenter(), diaban.state.map.getZoom()])")
    url = frame.evaluate("diaban.state.rasters.density.request.url")
    updates = painted(frame)
    choose(page, "90 ngày gần nhất")
    map_of(page, updates + 1)
    settle(page, frame)
    assert frame.evaluate("window.sameMap")
    assert frame.evaluate("diaban.state.rasters.density.request.url") != url
    assert (
        frame.evaluate("JSON.stringify([diaban.state.map.getCenter(), diaban.state.map.getZoom()])") == place
    )
    page.wait_for_url("**period=90d**")
    for name, part in (
        ("Năm nay", "period=year"),
        ("7 ngày gần nhất", "period=7d"),
        ("Năm nay", "period=year"),
    ):
        choose(page, name)
        page.wait_for_url(f"**{part}**")
        settle(page, frame)
    for name in ("Số vụ", "Thay đổi", "Mật độ", "Số vụ"):
        updates = painted(frame)
        page.get_by_role("radio", name=name).click()
        map_of(page, updates + 1)
    page.wait_for_url("**layer=count**")
    assert frame.evaluate("window.sameMap")


def test_a_link_restores_the_whole_view(signed_in):
    days = "period=custom&first=2026-10-01&last=2026-10-31"
    link = f"/hotspots?{days}&category=TS&origin=all&layer=count&pick=00002"
    page = signed_in("commander", link)
    page.goto(f"{link}#15/21.00500/105.84500")
    page.reload()
    frame = map_of(page)
    settle(page, frame)
    assert frame.evaluate("diaban.state.map.getZoom()") == 15
    assert abs(frame.evaluate("diaban.state.map.getCenter().lat") - 21.005) < 1e-3
    assert frame.evaluate("diaban.state.areas.wards.picked") == "00002"
    assert frame.evaluate("!diaban.state.rasters.density")
    assert page.locator(".db-verdict").inner_text().startswith("01/10/2026 – 31/10/2026 (31 ngày)")
    assert "Xâm phạm sở hữu" in page.locator(".db-bar").inner_text()
    assert page.locator(".hs-ward h3").inner_text() == HOSTILE[1]


def test_a_broken_link_says_so_and_shows_the_rest(signed_in):
    page = signed_in("commander", "/hotspots?unit=99999&first=x&h=300")
    map_of(page)
    warnings = " ".join(page.locator("[data-testid=stAlert]").all_inner_texts())
    assert "99999" in warnings
    assert "first" in warnings


def test_an_end_before_its_start_is_refused_in_words(signed_in):
    page = signed_in("commander", "/hotspots?period=custom&first=2026-11-05&last=2026-11-01")
    page.wait_for_selector("[data-testid=stAlert]")
    assert "trước ngày bắt đầu" in page.locator("[data-testid=stAlert]").inner_text()


def test_nothing_found_is_said(signed_in):
    page = signed_in("commander", "/hotspots?period=custom&first=2019-01-01&last=2019-01-31")
    frame = map_of(page)
    assert "không có vụ nào" in page.locator(".db-verdict").inner_text()
    assert "Không có vụ nào để vẽ" in frame.locator(".diaban-key").inner_text()


def test_english_is_complete(signed_in):
    page = signed_in("commander", "/hotspots?lang=en&layer=change&pick=00001")
    frame = map_of(page)
    settle(page, frame)
    said = page.locator("[data-testid=stMain]").inner_text() + frame.locator("body").inner_text()
    for word in ("vụ", "Phường", "ngày", "hộ", "Kỳ", "Loại", "Đơn vị"):
        assert word not in said
    assert "reported incidents" in said

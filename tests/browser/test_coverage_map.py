"""The Coverage map in a real browser: painted, clicked, linked, without a request for elsewhere."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.store.engine import Database
from tests.serving import answered, map_of

pytestmark = pytest.mark.browser

SignedIn = Callable[[str, str], Page]
TODAY = date(2026, 6, 1)
PATH = "/coverage?day=2026-06-01"
_PAINTS = "() => Object.entries(window.diaban.state.areas.beats.paints)"
_PICKED = "(code) => window.diaban.state.areas.beats.picked === code"
# Everything that a rerun or a new map would reset.
_MARK = "() => { window.marked = true; window.updatesThen = window.diaban.state.updates; }"


@pytest.fixture(scope="module", autouse=True)
def found(opened: Database) -> CoverageResult:
    demo.load(opened, CityParameters(today=TODAY, wards=3, households=16_000, incidents=500), 3)
    return coverage(opened, OPERATOR, TODAY)


def _until(page: Page, script: str, arg: object = None) -> None:
    """The map is told of what was picked after the panel beside it."""
    map_of(page).wait_for_function(script, arg=arg)


def _click_beat(page: Page, code: str) -> None:
    """Click in the middle of the beat's area, where its label stands."""
    script = f"""() => {{
        const d = window.diaban.state, path = d.areas.beats.paths["{code}"][0];
        const label = path.feature.properties.label_at, at = d.map.latLngToContainerPoint(label);
        return [at.x, at.y];
    }}"""
    frame = map_of(page)
    x, y = frame.evaluate(script)
    frame.locator("#map_div").click(position={"x": x, "y": y})


def test_beats_have_their_officers_colour_and_vacant_ones_are_hatched(
    signed_in: SignedIn, found: CoverageResult
) -> None:
    page = signed_in("commander", PATH)
    paints = dict(map_of(page).evaluate(_PAINTS))
    assert set(paints) == {beat.code for beat in found.beats}
    assert {code for code, paint in paints.items() if paint.get("pattern") == "hatched"} == {
        beat.code for beat in found.vacant_beats
    }
    officer = {beat.code: beat.primary for beat in found.beats}
    for left, right in found.areas.neighbours:
        a, b = officer[left], officer[right]
        if a and b and a.service_number != b.service_number:
            assert paints[left]["fill"] != paints[right]["fill"], (left, right)
    fills = "() => [...document.querySelectorAll('path')].map(path => path.getAttribute('fill'))"
    shown = map_of(page).evaluate(fills)
    assert isinstance(shown, list)
    assert sum(str(fill).startswith("url(#diaban-hatched") for fill in shown) == len(found.vacant_beats)


def test_click_answers_beside_the_map_which_stays(signed_in: SignedIn, found: CoverageResult) -> None:
    page = signed_in("commander", PATH)
    beat = next(beat for beat in found.beats if beat.primary)
    assert beat.primary is not None
    map_of(page).evaluate(_MARK)
    answered(page)
    _click_beat(page, beat.code)
    expect(page.locator(".cv-card h3")).to_contain_text(beat.code)
    expect(page.locator(".cv-holder").first).to_contain_text(beat.primary.display_name)
    assert map_of(page).evaluate("() => window.marked") is True
    page.wait_for_url(f"**beat={beat.code}**")  # kept after the card is there


def test_pan_costs_no_rerun(signed_in: SignedIn) -> None:
    page = signed_in("commander", PATH)
    expect(page.locator(".cv-card")).to_be_visible()
    page.wait_for_timeout(1_500)
    map_of(page).evaluate(_MARK)
    map_of(page).evaluate("() => window.diaban.state.map.panBy([120, 40], {animate: false})")
    page.wait_for_timeout(1_500)
    assert map_of(page).evaluate("() => window.diaban.state.updates - window.updatesThen") == 0
    assert map_of(page).evaluate("() => window.marked") is True
    page.wait_for_url(re.compile(r"#[\d.]+/[\d.]+/[\d.]+$"))


def test_link_restores_day_unit_and_beat(signed_in: SignedIn, found: CoverageResult) -> None:
    vacant = found.vacant_beats[0]
    page = signed_in("commander", f"{PATH}&unit={vacant.unit_code}&beat={vacant.code}")
    expect(page.locator(".cv-vacant")).to_be_visible()
    expect(page.locator(".cv-card h3")).to_contain_text(vacant.code)
    expect(page.locator(".db-bar")).to_contain_text("01/06/2026")
    _until(page, _PICKED, vacant.code)
    shown = dict(map_of(page).evaluate(_PAINTS))
    assert set(shown) == {beat.code for beat in found.beats if beat.unit_code == vacant.unit_code}


def test_row_of_the_table_opens_its_beat_on_the_map(signed_in: SignedIn, found: CoverageResult) -> None:
    page = signed_in("commander", PATH)
    first = found.vacant_beats[0]  # vacant ones stand first
    table = page.locator('[data-testid="stDataFrame"]')
    expect(table).to_be_visible()
    table.click(position={"x": 40, "y": 50})
    expect(page.locator(".cv-card h3")).to_contain_text(first.code)
    _until(page, _PICKED, first.code)


def test_finding_of_a_link_is_outlined_and_the_map_goes_there(
    signed_in: SignedIn, found: CoverageResult
) -> None:
    finding = found.findings.found[0]
    page = signed_in("commander", f"{PATH}&mode=faults&fault={finding.key}")
    expect(page.locator(".cv-todo")).to_be_visible()
    _until(page, "(key) => Object.keys(window.diaban.state.areas.fault.paths).join() === key", finding.key)
    view = map_of(page).evaluate("() => window.diaban.state.map.getBounds().toBBoxString()")
    west, south, east, north = (float(part) for part in str(view).split(","))
    assert finding.bounds is not None
    assert west <= finding.bounds[0] <= finding.bounds[2] <= east
    assert south <= finding.bounds[1] <= finding.bounds[3] <= north


def test_history_plays_from_day_to_day_and_can_be_stopped(signed_in: SignedIn) -> None:
    page = signed_in("commander", "/coverage?day=2025-01-01&mode=changes")
    play = page.get_by_role("button", name=re.compile("Chạy"))
    play.focus()
    page.keyboard.press("Enter")  # the keyboard is enough
    days = set()
    for _ in range(2):
        before = page.url
        page.wait_for_function("url => location.search !== new URL(url).search", arg=before)
        days.add(re.search(r"day=([\d-]+)", page.url)[1])  # type: ignore[index]
    assert len(days) == 2
    page.get_by_role("button", name=re.compile("Dừng")).click()
    expect(page.get_by_role("button", name=re.compile("Chạy"))).to_be_visible()


def test_post_is_shown_with_its_bands_and_beats_are_clear(signed_in: SignedIn) -> None:
    page = signed_in("commander", f"{PATH}&mode=access&unit=99001")
    frame = map_of(page)
    expect(frame.locator(".diaban-key")).to_contain_text("Đường đi từ trụ sở")
    bands = frame.evaluate("() => Object.keys(window.diaban.state.areas.reach.paths)")
    assert isinstance(bands, list)
    assert len(bands) >= 3
    paints = dict(map_of(page).evaluate(_PAINTS))
    assert {paint["fill"] for paint in paints.values()} == {None}

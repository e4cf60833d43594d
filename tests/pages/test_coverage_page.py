"""The Coverage page as the server runs it: sentence, empty states, links, scope."""

from datetime import date

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.wards import wards_coverage
from geo.store.engine import Database
from geo.ui import formats
from geo.ui.coverage import wards as coverage_wards
from tests.pages.conftest import OpenPage

TODAY = date(2026, 6, 1)
PARAMETERS = CityParameters(today=TODAY, wards=3, households=16_000, incidents=500)


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    demo.load(opened, PARAMETERS, 3)


def _html(page: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in page.get("html"))


def test_sentence_says_who_is_missing(open_page: OpenPage, opened: Database) -> None:
    page = open_page("coverage", day="2026-06-01")
    assert not page.exception
    found = coverage(opened, OPERATOR, TODAY)
    figures = found.summary()
    said = _html(page)
    assert f"{figures.covered_beats}/{figures.beats} khu vực có phụ trách chính" in said
    vacant = found.vacant_beats[0]
    households = formats.number(vacant.tally.households, lang="vi")
    assert f"{vacant.name}, {vacant.unit_name} ({households} hộ)" in said
    assert "01/06/2026" in said


def test_english_has_no_vietnamese_left(open_page: OpenPage, opened: Database) -> None:
    page = open_page("coverage", lang="en", day="2026-06-01")
    said = _html(page)
    assert "beats are held" in said
    assert "khu vực có" not in said
    assert "Households with a primary officer" in said
    assert [button.label for button in page.button][:3] == ["◀ Change before", "Change after ▶", "Today"]


def test_link_opens_the_beat_with_officer_decision_and_blocks(open_page: OpenPage, opened: Database) -> None:
    beat = next(beat for beat in coverage(opened, OPERATOR, TODAY).beats if beat.primary)
    assert beat.primary is not None
    said = _html(open_page("coverage", day="2026-06-01", beat=beat.code))
    assert beat.code in said
    assert beat.primary.display_name in said
    assert f"Quyết định {beat.primary.decision}" in said
    assert f"Tổ dân phố ({len(beat.blocks)})" in said


def test_vacant_beat_says_so_on_its_card(open_page: OpenPage, opened: Database) -> None:
    vacant = coverage(opened, OPERATOR, TODAY).vacant_beats[0]
    said = _html(open_page("coverage", day="2026-06-01", beat=vacant.code))
    assert "Chưa có cán bộ phụ trách chính" in said


def test_button_goes_to_the_day_of_the_change_before(open_page: OpenPage) -> None:
    page = open_page("coverage", day="2026-06-01")
    page.button[0].click().run()
    assert not page.exception
    moved = date.fromisoformat(page.query_params["day"])
    assert moved < TODAY
    assert page.date_input[0].value == moved


def test_day_before_everything_is_explained(open_page: OpenPage) -> None:
    page = open_page("coverage", day="1999-01-01")
    assert not page.exception
    assert "Ngày 01/01/1999 không có phường" in _html(page)
    assert "import wards" in page.info[0].value


def test_unknown_unit_and_bad_day_are_told(open_page: OpenPage) -> None:
    page = open_page("coverage", day="hôm-qua", unit="00000")
    assert not page.exception
    assert any("hôm-qua" in warning.value for warning in page.warning)
    assert "00000" in page.error[0].value


def test_ward_officer_sees_the_own_ward_alone(open_page: OpenPage, opened: Database) -> None:
    page = open_page("coverage", role="ward_officer", units=("99002",), day="2026-06-01")
    own = coverage(opened, OPERATOR, TODAY, "99002").summary()
    assert f"{own.covered_beats}/{own.beats} khu vực" in _html(page)
    assert len(page.selectbox[0].options) == 2
    other = open_page("coverage", role="ward_officer", units=("99002",), day="2026-06-01", unit="99001")
    assert "99001" in other.error[0].value


def test_wards_without_beats_say_what_to_load(open_page: OpenPage, opened: Database) -> None:
    with opened.owner.begin() as connection:
        connection.execute(text("UPDATE beat SET valid = daterange(lower(valid), '2026-05-01')"))
    try:
        page = open_page("coverage", day="2026-06-01")
        assert not page.exception
        assert "chưa có khu vực nào" in _html(page)
        assert "import beats" in page.info[0].value
    finally:
        with opened.owner.begin() as connection:
            connection.execute(text("UPDATE beat SET valid = daterange(lower(valid), NULL)"))


def test_many_wards_are_counted_by_ward_and_lead_into_each(
    open_page: OpenPage, opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage_wards, "_MOST_WARDS", 1)
    page = open_page("coverage", day="2026-06-01")
    assert not page.exception
    figures = coverage(opened, OPERATOR, TODAY).summary()
    said = _html(page).replace("\u00a0", " ")
    assert f"{figures.covered_beats}/{figures.beats} khu vực có phụ trách chính" in said
    assert f"{figures.vacant_beats} / {figures.beats}" in said
    assert "chọn một phường" in said.lower()
    worst = wards_coverage(opened, OPERATOR, TODAY).worst[0]
    page.session_state["coverage.wards.picked"] = worst.code
    page.run()
    page.button(key="coverage.wards.open").click().run()
    assert not page.exception
    assert worst.code in page.query_params["unit"]
    assert "chọn một phường" not in _html(page).lower()  # beat by beat now

"""The parts of the Coverage page: what is wrong, what changed hands, ways; their links and their refusals."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.access import access
from geo.services.coverage.on_a_day import coverage
from geo.services.handovers import Changed, handovers
from geo.store.engine import Database
from geo.ui import formats
from tests.pages.conftest import OpenPage

TODAY = date(2026, 6, 1)
PARAMETERS = CityParameters(today=TODAY, wards=3, households=16_000, incidents=500)


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    demo.load(opened, PARAMETERS, 3)


def _html(page: AppTest) -> str:
    assert not page.exception
    return " ".join(str(element.proto.body) for element in page.get("html"))


def test_what_is_wrong_is_told_with_what_to_do(open_page: OpenPage, opened: Database) -> None:
    vacant = coverage(opened, OPERATOR, TODAY).vacant_beats[0]
    said = _html(open_page("coverage", day="2026-06-01", mode="faults", fault=f"vacant.{vacant.code}"))
    assert "Khu vực trống" in said
    assert formats.number(vacant.tally.residents, lang="vi") in said
    assert "Phân công một cán bộ phụ trách chính" in said
    overview = _html(open_page("coverage", day="2026-06-01", mode="faults", fault="gap.rubbish"))
    assert "Chỗ không đâu rộng quá 2,0 m" in overview
    assert "Cần làm" not in overview


def test_history_says_what_changed_on_the_day_and_slides_to_another(
    open_page: OpenPage, opened: Database
) -> None:
    told = handovers(opened, OPERATOR, TODAY - timedelta(days=730), TODAY)
    day = next(c.day for c in told.changes if c.changed is Changed.OFFICER and c.before and c.after)
    change = next(c for c in told.on(day) if c.before and c.after)
    page = open_page("coverage", day=day.isoformat(), mode="changes")
    said = _html(page)
    assert f"{change.before} → {change.after}" in said
    other = next(d for d in told.days if d != day)
    page.select_slider[0].set_value(other).run()
    assert page.query_params["day"] == other.isoformat()
    assert formats.day(other, "vi") in _html(page)


def test_who_was_responsible_is_answered_for_a_code_and_refused_for_another(
    open_page: OpenPage, opened: Database
) -> None:
    with opened.owner.connect() as connection:
        code = connection.execute(text("SELECT min(code) FROM incident WHERE geom IS NOT NULL")).scalar_one()
    said = _html(open_page("coverage", day="2026-06-01", mode="changes", incident=code))
    assert "Khi xảy ra," in said
    refused = open_page("coverage", day="2026-06-01", mode="changes", incident="<b>X</b>")
    assert any("<b>X</b>" in warning.value for warning in refused.warning)


def test_ways_are_those_of_the_service_in_both_languages(open_page: OpenPage, opened: Database) -> None:
    reach = access(opened, OPERATOR, TODAY, "99001").post
    n, whole = (formats.number(value, lang="vi") for value in (reach.within, reach.n))
    page = open_page("coverage", day="2026-06-01", mode="access", unit="99001", post="khong-co")
    assert f"({n} / {whole})" in _html(page)
    english = _html(open_page("coverage", lang="en", day="2026-06-01", mode="access", unit="99001"))
    assert "To the post of the ward" in english
    assert "Đến trụ sở" not in english


def test_rubbish_in_the_link_and_a_day_before_everything(open_page: OpenPage) -> None:
    page = open_page("coverage", day="2026-06-01", mode="rubbish")
    assert any("rubbish" in warning.value for warning in page.warning)
    for mode in ("faults", "changes", "access"):
        empty = open_page("coverage", day="1999-01-01", mode=mode)
        assert "không có phường" in _html(empty)

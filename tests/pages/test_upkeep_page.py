"""Upkeep and Tasks as the server runs them: who sees which part, what is said, what a save does."""

from datetime import date

import pytest

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo, tasks
from geo.services.upkeep_counts import households
from geo.store.engine import Database
from geo.ui import clock
from tests.pages.conftest import OpenPage
from tests.pages.reading import said

OWN = ("99001",)


@pytest.fixture(scope="module", autouse=True)
def today(opened: Database) -> date:
    day = clock.today()
    demo.load(opened, CityParameters(today=day, wards=2, households=2_400, incidents=200), 3)
    return day


@pytest.mark.parametrize(
    ("mode", "lang"),
    [
        ("households", "vi"), ("map", "en"), ("incidents", "vi"), ("record", "en"), ("borders", "vi"),
        ("reports", "en"),
    ],
)  # fmt: skip
def test_every_part_opens_for_a_ward_officer(open_page: OpenPage, mode: str, lang: str) -> None:
    page = open_page("upkeep", role="ward_officer", units=OWN, mode=mode, lang=lang)
    assert not page.exception
    assert not page.error
    assert ("wait for review" if lang == "en" else "hộ cần rà soát") in said(page)


def test_confirming_all_shown_reviews_them_and_undo_takes_it_back(
    open_page: OpenPage, opened: Database, today: date
) -> None:
    page = open_page("upkeep", role="ward_officer", units=OWN)
    beat = page.selectbox(key="upkeep.set.beat").value
    before = households(opened, OPERATOR, today, beat)
    next(button for button in page.button if button.label.startswith("Xác nhận")).click().run()
    assert not page.exception
    assert f"{len(before)} hộ xác nhận" in page.success[0].value.replace(".", "")
    assert {row.reviewed_on for row in households(opened, OPERATOR, today, beat)} == {today}
    page.button(key="undo").click().run()
    assert "Đã hoàn tác" in page.success[0].value
    after = {row.code: row.reviewed_on for row in households(opened, OPERATOR, today, beat)}
    assert after == {row.code: row.reviewed_on for row in before}


@pytest.mark.parametrize("role", ["planner", "briefer"])
def test_who_may_not_see_exact_places_finds_borders_and_reports_alone(open_page: OpenPage, role: str) -> None:
    page = open_page("upkeep", role=role, mode="map")
    assert not page.exception
    assert list(page.button_group[0].options) == ["Ranh giới", "Báo cáo"]


def test_tasks_say_how_many_are_late_and_a_commander_gives_one(
    open_page: OpenPage, opened: Database, today: date
) -> None:
    page = open_page("tasks")
    assert not page.exception
    late = sum(each.overdue for each in tasks.tasks(opened, OPERATOR, today))
    assert late > 0
    assert f"{late} quá hạn" in said(page)
    page.text_input(key="tasks.give.title").input("Rà soát biển tên phố")
    page.button(key="tasks.give.now").click().run()
    assert "phải theo một văn bản" in page.error[0].value


def test_a_briefer_reads_tasks_and_gives_none(open_page: OpenPage) -> None:
    page = open_page("tasks", role="briefer", lang="en")
    assert not page.exception
    assert "Open tasks:" in said(page)
    assert not [button for button in page.button if button.key == "tasks.give.now"]

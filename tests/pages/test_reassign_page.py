"""The Reassign page as it runs: drafts, moves by keyboard, conflicts, decisions. See planning_city.

The map itself is a component that AppTest does not have: tests/browser/test_reassign.py.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from time import sleep

import pytest
from streamlit.testing.v1 import AppTest

from geo.domain.kinds import PlanState
from geo.domain.roles import OPERATOR
from geo.services.plans import decisions as plan_decisions
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.options import PlanOptions, Workload
from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from geo.ui import clock
from tests import planning_city
from tests.pages.conftest import OpenPage
from tests.pages.reading import said
from tests.planning_city import code


@pytest.fixture(scope="module", autouse=True)
def city(database: DatabaseUrls) -> None:
    planning_city.fill(database)


@pytest.fixture
def draft(opened: Database) -> Iterator[OpenDraft]:
    made = plan_drafts.create(
        opened, OPERATOR, "00001", title="Chia lại", effective_on=later(), options=PlanOptions(tolerance=0.1)
    )
    yield made
    left = plan_drafts.load(opened, OPERATOR, made.draft.code).draft
    if left.editable:
        plan_drafts.delete(opened, OPERATOR, left)


def later() -> date:
    return clock.today() + timedelta(days=7)


def button(page: AppTest, label: str) -> None:
    next(each for each in page.button if each.label == label).click().run()
    assert not page.exception


def _solved(page: AppTest) -> None:
    """Look again, as the browser does each second, until the solve beside the page has ended."""
    for _ in range(600):
        if "reassign.solving" not in page.session_state:
            return
        sleep(0.1)
        page.run()
    pytest.fail("the solve did not end")


def moved(database: Database, found: OpenDraft, *blocks: str, to: str = "K2") -> OpenDraft:
    """The draft as stored with blocks moved by somebody else."""
    owner = found.owner.copy()
    owner[[found.desk.unit_of(block) for block in blocks]] = found.desk.part_of(to)
    return plan_drafts.save(database, OPERATOR, found, owner)


def test_without_a_draft_the_page_says_how_to_begin(open_page: OpenPage) -> None:
    page = open_page("reassign", role="planner")
    assert not page.exception
    assert "Chưa có phương án nào trong phạm vi này" in said(page)
    button(page, "Lập bản nháp")
    assert "Cân đối lại địa bàn (bản nháp" in said(page)
    assert "chưa chuyển tổ nào" in said(page)
    assert "PA-00001-" in str(page.query_params["draft"])


def test_a_commander_looks_and_has_nothing_to_move_with(open_page: OpenPage, draft: OpenDraft) -> None:
    page = open_page("reassign", role="commander", lang="en")
    assert f'<a href="?unit=00001&amp;draft={draft.draft.code}" target="_self">' in said(page)
    page = open_page("reassign", role="commander", draft=draft.draft.code, lang="en")
    assert not page.exception
    assert "no block moved yet" in said(page)
    assert {"Save", "Move the block", "Branch"}.isdisjoint({each.label for each in page.button})


def test_a_block_moves_without_the_mouse_and_is_stored(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    page = open_page("reassign", role="planner", draft=draft.draft.code)
    block = next(box for box in page.selectbox if box.label == "Tổ dân phố")
    block.set_value(draft.desk.unit_of(code(1, 3)))
    next(box for box in page.selectbox if box.label == "Khu vực nhận").set_value(1)
    button(page, "Chuyển tổ")
    assert "chuyển 1 tổ" in said(page)
    assert "tổ 13" in said(page)  # in the list of what moved, with its reason
    assert " %" not in said(page)  # no sign alone at the beginning of a line
    assert plan_drafts.load(opened, OPERATOR, draft.draft.code).draft.moved == 0
    button(page, "Lưu")
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert stored.owner[stored.desk.unit_of(code(1, 3))] == 1


def test_the_later_of_two_planners_sees_the_conflict_and_reapplies(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    page = open_page("reassign", role="planner", draft=draft.draft.code)
    next(box for box in page.selectbox if box.label == "Tổ dân phố").set_value(draft.desk.unit_of(code(1, 3)))
    next(box for box in page.selectbox if box.label == "Khu vực nhận").set_value(1)
    button(page, "Chuyển tổ")
    moved(opened, draft, code(1, 0))
    button(page, "Lưu")
    assert "Áp thay đổi của tôi lên bản đã lưu" in {each.label for each in page.button}
    button(page, "Áp thay đổi của tôi lên bản đã lưu")
    assert "chuyển 2 tổ" in said(page)
    button(page, "Lưu")
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert [stored.owner[stored.desk.unit_of(code(1, row))] for row in (0, 3)] == [1, 1]


def test_what_was_not_saved_comes_back_with_a_new_window(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    page = open_page("reassign", role="planner", draft=draft.draft.code)
    next(box for box in page.selectbox if box.label == "Tổ dân phố").set_value(draft.desk.unit_of(code(1, 3)))
    next(box for box in page.selectbox if box.label == "Khu vực nhận").set_value(1)
    button(page, "Chuyển tổ")
    again = open_page("reassign", role="planner", draft=draft.draft.code)
    assert "chuyển 1 tổ" in said(again)
    assert "Đã khôi phục 1 thay đổi chưa lưu" in again.info[0].value
    # another planner does not get it, and saves something else meanwhile
    assert "chưa chuyển tổ nào" in said(
        open_page("reassign", role="planner", units=("00001",), draft=draft.draft.code)
    )
    moved(opened, draft, code(1, 0), code(1, 3), to="K3")
    later = open_page("reassign", role="planner", draft=draft.draft.code)
    assert "Bản nháp đã được người khác lưu" in later.warning[0].value
    assert "Cả hai cùng chuyển: tổ 13" in later.warning[0].value.replace("Tổ", "tổ")
    assert "chuyển 2 tổ" in said(later)
    button(later, "Bỏ các thay đổi này")
    assert not later.warning
    assert not open_page("reassign", role="planner", draft=draft.draft.code).warning


def test_a_planner_chooses_what_is_balanced_and_what_matters(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    page = open_page("reassign", role="planner", draft=draft.draft.code, part="balance")
    next(box for box in page.selectbox if box.label == "Cân bằng cái gì").set_value("mixed").run()
    for label, weight in (("mỗi hộ", 0.0), ("mỗi người", 0.5), ("mỗi vụ", 0.0)):
        next(field for field in page.number_input if field.label == label).set_value(weight)
    next(box for box in page.selectbox if box.label == "Đường đi ngắn").set_value(3)
    page.checkbox[0].set_value(True)
    next(field for field in page.number_input if field.label.startswith("Khối lượng")).set_value(90.0)
    button(page, "Áp dụng")
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert stored.draft.options.workload == Workload(0.0, 0.5, 0.0)
    assert stored.draft.options.norm == 90.0
    assert stored.draft.options.wishes.distance == 3
    assert stored.desk.problem.workload.sum() == 0.5 * stored.desk.ground.residents.sum()
    next(field for field in page.number_input if field.label == "mỗi người").set_value(0.0)
    button(page, "Áp dụng")
    assert "workload" in page.error[0].value  # nothing would be balanced
    chief = open_page("reassign", role="commander", draft=draft.draft.code, part="balance")
    assert "0,50 × nhân khẩu" in said(chief)
    assert "ưu tiên: đường đi ngắn" in said(chief)


def test_suggestions_are_taken_one_by_one_and_all(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    page = open_page("reassign", role="planner", draft=draft.draft.code, part="suggest")
    button(page, "Đổi ít nhất")
    _solved(page)
    assert "Hộ phải chuyển" in said(page)
    next(each for each in page.button if each.label == "Nhận").click().run()
    assert "chuyển 1 tổ" in said(page)
    next(each for each in page.button if each.label.startswith("Nhận tất cả")).click().run()
    button(page, "Lưu")
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert plan_decisions.report(stored).ok
    assert stored.draft.proposal is not None
    assert stored.draft.proposal["moved_units"] == stored.draft.moved > 1


def test_events_change_the_desk_and_can_be_taken_back(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    page = open_page("reassign", role="planner", draft=draft.draft.code, part="events")
    page.button(key="FormSubmitter:reassign.absent-Đặt").click().run()
    assert not page.exception
    absent = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    assert [beat.code for beat in absent.desk.away] == ["K1"]
    assert "cán bộ vắng đến" in said(page)
    button(page, "Bỏ")
    assert not plan_drafts.load(opened, OPERATOR, draft.draft.code).desk.away


def test_submit_approve_with_reasons(open_page: OpenPage, opened: Database, draft: OpenDraft) -> None:
    moved(opened, draft, code(1, 3), code(1, 2), to="K1")  # nothing moves
    page = open_page("reassign", role="planner", draft=draft.draft.code, part="decide")
    button(page, "Trình duyệt")
    assert page.error  # not balanced: the gate says what is wrong and nothing happens
    stored = plan_drafts.load(opened, OPERATOR, draft.draft.code)
    wide = plan_drafts.save(opened, OPERATOR, stored, stored.owner, options=PlanOptions(tolerance=0.5))
    moved(opened, wide, code(1, 3))
    page = open_page("reassign", role="planner", draft=draft.draft.code, part="decide")
    button(page, "Trình duyệt")
    assert "Đã trình" in page.success[0].value
    chief = open_page("reassign", role="commander", draft=draft.draft.code, part="decide")
    button(chief, "Trả lại")
    assert chief.error  # without a reason
    chief.text_area[-1].set_value("Đường ranh chưa hợp lý").run()
    button(chief, "Trả lại")
    after = plan_drafts.load(opened, OPERATOR, draft.draft.code).draft
    assert after.state is PlanState.REJECTED
    assert plan_decisions.decisions(opened, OPERATOR, after)[-1].reason == "Đường ranh chưa hợp lý"
    assert "Đường ranh chưa hợp lý" in said(chief)


def test_a_link_to_what_is_not_there_says_so(open_page: OpenPage) -> None:
    page = open_page("reassign", role="planner", draft="PA-00001-9999", lang="en")
    assert not page.exception
    assert "PA-00001-9999" in page.error[0].value


def _listed(page: AppTest) -> list[str]:
    return re.findall(r"<th><a [^>]*>([^<]+)</a></th>", said(page))


def test_the_list_of_plans_is_sorted_by_the_column_that_is_pressed(
    open_page: OpenPage, opened: Database, draft: OpenDraft
) -> None:
    others = [plan_drafts.branch(opened, OPERATOR, draft.draft.code, title) for title in ("Đổi", "Dời", "Ẩn")]
    page = open_page("reassign", role="planner")
    assert set(_listed(page)) >= {"Chia lại", "Đổi", "Dời", "Ẩn"}
    assert 'aria-sort="none"><a href="?sort=title"' in said(page)
    page = open_page("reassign", role="planner", sort="title")
    assert [name for name in _listed(page) if name in {"Đổi", "Dời", "Ẩn"}] == ["Ẩn", "Dời", "Đổi"]
    assert 'aria-sort="ascending"><a href="?sort=-title"' in said(page)
    page = open_page("reassign", role="planner", sort="-title")
    assert [name for name in _listed(page) if name in {"Đổi", "Dời", "Ẩn"}] == ["Đổi", "Dời", "Ẩn"]
    assert 'aria-sort="descending"><a href="?"' in said(page)
    assert not page.warning
    for other in others:
        plan_drafts.delete(opened, OPERATOR, other.draft)

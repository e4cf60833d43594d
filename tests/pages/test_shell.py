"""The frame and its two own pages, run through the entry script."""

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from geo.domain.roles import OPERATOR
from geo.services import accounts
from geo.store.engine import Database
from geo.ui import deployment, guard
from tests.pages.conftest import OpenPage

_ROWS = """
INSERT INTO diaban.admin_unit (code, level, name, name_folded, synthetic, geom)
SELECT c, 'ward', 'Phường <' || c, c, true, ST_Multi(ST_MakeEnvelope(105, 21, 105.1, 21.1, 4326))
FROM unnest(ARRAY['00001', '00002']) c;
INSERT INTO diaban.household (code, unit_id, permanent, temporary, absent, geom)
SELECT u.code || g, u.id, 3, 1, 1, ST_SetSRID(ST_MakePoint(105.05, 21.05), 4326)
FROM diaban.admin_unit u, generate_series(1, 2) g;
INSERT INTO diaban.category (id, code, name_vi, name_en) VALUES (900, 'thu', 'Thử', 'Test');
INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, occurred_to, unit_id)
SELECT 'I' || g, 900, 'reported', 'received', day, day,
    CASE WHEN g < 4 THEN (SELECT id FROM diaban.admin_unit WHERE code = '00001') END
FROM generate_series(1, 4) g, LATERAL (SELECT timestamptz '2026-02-28 12:00+07' + g * interval '1 day') d(day)
"""


@pytest.fixture(scope="module", autouse=True)
def two_wards(opened: Database) -> None:
    """Two wards; 2 households of 4 residents in each, 3 incidents in the first, 1 in no ward."""
    with opened.owner.begin() as connection:
        connection.execute(text(_ROWS))


def html(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.main.get("html"))


def test_home_counts_what_is_in_scope(open_page: OpenPage) -> None:
    page = open_page("home")
    assert not page.exception
    assert "2 phường: đạt 0/1 chỉ tiêu" in html(page)
    assert "0/4 hộ rà soát trong 90 ngày" in html(page)
    assert "Thường trú 12 · tạm 4 · vắng 4" in html(page)
    assert "DỮ LIỆU GIẢ LẬP" in html(page)


def test_home_of_one_ward_knows_nothing_of_the_other(open_page: OpenPage) -> None:
    page = open_page("home", role="ward_officer", units=("00002",))
    assert "0/2 hộ rà soát trong 90 ngày" in html(page)
    assert "00001" not in html(page)


def test_names_are_shown_as_text(open_page: OpenPage) -> None:
    assert "Phường &lt;00001" in html(open_page("home"))


def test_the_language_is_one_for_all(open_page: OpenPage) -> None:
    page = open_page("home", lang="en")
    assert "2 wards: 0 of 1 targets met" in html(page)
    assert "SYNTHETIC DATA" in html(page)
    assert "Sign out" in html(page)


def test_admin_lists_accounts_and_checks_the_chain(open_page: OpenPage) -> None:
    page = open_page("admin", role="admin")
    assert not page.exception
    assert "chuỗi nguyên vẹn" in html(page)
    names = list(page.dataframe[0].value["Tên đăng nhập"])
    assert "trang-admin-all" in names


def test_admin_adds_an_account_and_shows_its_password_once(open_page: OpenPage, opened: Database) -> None:
    page = open_page("admin", role="admin")
    page.text_input[0].input("canbo.7")
    page.multiselect[0].select("00001")
    page.button[0].click().run()
    assert not page.exception
    (told,) = page.success
    assert "canbo.7" in told.value
    made = {each.name: each for each in accounts.accounts(opened, OPERATOR)}["canbo.7"]
    assert (made.role.value, made.unit_codes) == ("ward_officer", ("00001",))
    page.run()
    assert not page.success


def test_admin_refuses_a_bad_name_in_the_readers_language(open_page: OpenPage) -> None:
    page = open_page("admin", role="admin")
    page.text_input[0].input("Có Dấu")
    page.multiselect[0].select("*")
    page.button[0].click().run()
    (fault,) = page.error
    assert "không dùng được" in fault.value


@pytest.mark.parametrize("role", ["commander", "planner", "briefer", "ward_officer"])
def test_admin_is_closed_to_other_roles(open_page: OpenPage, role: str) -> None:
    page = open_page("admin", role=role)
    assert [each.value for each in page.subheader] == ["Trang này không dành cho vai trò của bạn"]
    assert not page.dataframe


def test_without_a_session_nothing_of_the_page_is_run(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "_opened", [opened])
    for token in (None, "made-up"):
        monkeypatch.setattr(guard, "session_token", lambda token=token: token)
        from tests.pages.conftest import ENTRY

        page = AppTest.from_file(ENTRY, default_timeout=180).run()
        assert [each.value for each in page.subheader] == ["Phiên làm việc đã hết hạn"]
        assert "00001" not in html(page)
        assert 'href="/sign-in"' in html(page)

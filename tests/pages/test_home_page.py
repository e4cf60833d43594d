"""The Home page as the server runs it: sentence, tiles, list, rows, targets, links, empty states."""

from datetime import date

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from geo.domain.roles import OPERATOR
from geo.services.targets import NewTarget, set_target, targets_on
from geo.services.works.figures import Measure
from geo.store.engine import Database
from tests import works_city
from tests.pages import reading
from tests.pages.conftest import OpenPage
from tests.works_city import DAY

ON_DAY = {"day": DAY.isoformat()}


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    works_city.fill(opened)


def said(page: AppTest) -> str:
    """Return all that the page says, its unbreakable spaces as plain ones."""
    return reading.said(page).replace("\u00a0", " ")


def _words(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_sentence_and_tiles_say_value_target_n_and_denominator(open_page: OpenPage) -> None:
    page = open_page("home", **ON_DAY)
    assert not page.exception
    found = said(page)
    assert "2 phường: đạt 0/4 chỉ tiêu; chưa đạt: khu vực có phụ trách 81,0 %" in found
    assert "1/3 khu vực trống, 5 hộ quá 90 ngày chưa rà soát, 1 vụ việc quá hạn." in found
    for words in (
        "68/84 ngày-khu vực", "35/40 hộ rà soát trong 90 ngày", "1/3 khu vực đã báo cáo", "2/4 vụ trong kỳ",
        "Chỉ tiêu 90 % (mặc định)", "Hộ/cán bộ: 16 (định mức 700)",
        "4 vụ: +33,3 % so với kỳ trước (n = 3), n nhỏ: chỉ tham khảo",
        "data:image/svg+xml",
    ):  # fmt: skip
        assert words in found


def test_every_tile_has_its_trend_and_tells_it_to_who_cannot_see(open_page: OpenPage) -> None:
    found = said(open_page("home", **ON_DAY))
    assert found.count('class="hm-spark"') == 4
    assert "Số vụ theo kỳ, kỳ mới nhất ở cuối: 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 3; 4" in found


def test_attention_leads_to_where_it_is_mended(open_page: OpenPage) -> None:
    found = said(open_page("home", **ON_DAY))
    assert '<a href="/coverage?day=2026-06-01&amp;unit=00001&amp;beat=K2"' in found
    assert '<a href="/upkeep?mode=households&amp;beat=K3"' in found
    assert '<a href="/upkeep?mode=reports&amp;beat=K2"' in found
    briefer = said(open_page("home", role="briefer", **ON_DAY))  # Upkeep is not for briefers
    assert '<a href="/coverage?day=2026-06-01&amp;unit=00002&amp;beat=K3"' in briefer
    assert "/upkeep" not in briefer
    assert found.index("Khu vực trống</b>") < found.index("Vụ việc quá hạn") < found.index("Hộ quá 90 ngày")


def test_link_opens_ward_beat_and_period(open_page: OpenPage) -> None:
    ward = open_page("home", unit="00001", by="load", span="month", pick="K1", **ON_DAY)
    assert not ward.exception
    assert "Tây: đạt" in said(ward)
    assert "47/62 ngày-khu vực" in said(ward)  # May: 31 + 16 of two beats
    assert "Khu vực K1 <small>K1</small>" in said(ward)
    assert "Xem các tổ dân phố bên trong" in _words(ward)
    beat = open_page("home", unit="00001", beat="K1", **ON_DAY)
    assert "10/10 hộ rà soát trong 90 ngày" in said(beat)
    assert "Lên một cấp" in _words(beat)


def test_buttons_lead_in_and_out_and_the_address_follows(open_page: OpenPage) -> None:
    page = open_page("home", pick="00001", **ON_DAY)
    next(b for b in page.button if b.label == "Xem các khu vực bên trong").click().run()
    assert page.query_params["unit"] == "00001"
    assert "Tây: đạt" in said(page)
    next(b for b in page.button if b.label == "Lên một cấp").click().run()
    assert page.query_params["unit"] == "091"  # the district that most of it was in


def test_rows_behind_a_tile_are_listed(open_page: OpenPage) -> None:
    page = open_page("home", **ON_DAY)
    next(b for b in page.button if b.key == "home_rows_households").click().run()
    assert not page.exception
    assert "5 hộ quá 90 ngày chưa rà soát tính đến 01/06/2026" in said(page)
    assert "B1-5" in said(page)


def test_commander_sets_a_target_and_sees_it(open_page: OpenPage, opened: Database) -> None:
    page = open_page("home", **ON_DAY)
    page.selectbox(key="home.target.of").select(Measure.FRESHNESS.value)
    page.number_input(key="home.target.value").set_value(80.0)
    page.text_input(key="home.target.document").input("77/KH")
    page.date_input(key="home.target.since").set_value(date(2026, 1, 1))
    next(b for b in page.button if b.label == "Lưu chỉ tiêu").click().run()
    assert not page.exception
    assert not page.error
    held = targets_on(opened, OPERATOR, DAY).of(Measure.FRESHNESS.value)
    assert (held.value, held.document) == (0.8, "77/KH")
    assert "Chỉ tiêu 80 % (77/KH)" in said(page)
    # Somebody else sets it while the page stands: the next save from here is refused and told.
    set_target(opened, OPERATOR, NewTarget(Measure.FRESHNESS.value, 0.7, "78/KH", date(2026, 1, 1)), held)
    page.number_input(key="home.target.value").set_value(60.0)
    next(b for b in page.button if b.label == "Lưu chỉ tiêu").click().run()
    assert "Người khác vừa đổi chỉ tiêu này" in page.error[0].value
    assert targets_on(opened, OPERATOR, DAY).of(Measure.FRESHNESS.value).value == 0.7
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.target"))


def test_a_norm_of_equipment_makes_a_need_of_what_was_counted(open_page: OpenPage, opened: Database) -> None:
    page = open_page("home", **ON_DAY)
    assert any("nhu cầu trang bị n/a" in caption.value for caption in page.caption)
    with opened.owner.begin() as connection:
        connection.execute(text("INSERT INTO diaban.equipment (unit_id, kind, as_of, count) SELECT id, 'radio', '2026-05-01', 1 FROM diaban.admin_unit WHERE code = '00001'"))  # fmt: skip # noqa: E501
    page.selectbox(key="equipment.norm.of").select("equip_radio_beat")
    page.number_input(key="equipment.norm.value").set_value(2.0)
    page.text_input(key="equipment.norm.document").input("9/QĐ")
    page.date_input(key="equipment.norm.since").set_value(date(2026, 1, 1))
    next(b for b in page.button if b.label == "Lưu định mức").click().run()
    assert not page.exception
    assert not page.error
    found = said(page)
    assert (
        "+3 (1/4), thiếu 1 đơn vị" in found
    )  # two beats in the west, two radios each; the east never counted
    assert "chưa kiểm kê" in found
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.target; DELETE FROM diaban.equipment"))


def test_ward_officer_is_offered_no_target_form(open_page: OpenPage) -> None:
    page = open_page("home", role="ward_officer", units=("00001",), **ON_DAY)
    assert not page.exception
    assert "Lưu chỉ tiêu" not in _words(page)
    assert "Lưu định mức" not in _words(page)
    assert "Lưu số kiểm kê" in [button.label for button in page.button]
    assert "20/20 hộ rà soát trong 90 ngày" in said(page)


def test_english_has_no_vietnamese_left(open_page: OpenPage) -> None:
    page = open_page("home", lang="en", **ON_DAY)
    found = said(page)
    assert "2 wards: 0 of 4 targets met" in found
    for words in ("hộ rà", "Khu vực trống", "chỉ tiêu", "kỳ trước", "Nắm"):
        assert words not in found


def test_day_before_everything_is_explained(open_page: OpenPage) -> None:
    page = open_page("home", day="1999-01-01")
    assert not page.exception
    assert page.subheader[0].value == "Ngày 01/01/1999 chưa có phường nào"
    assert "chọn một ngày gần đây hơn" in page.info[0].value


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"unit": "77777"}, "77777"),
        ({"unit": "09001"}, "không có phường nào vào ngày"),
        ({"span": "century"}, "century"),
    ],
)
def test_link_that_cannot_be_followed_says_so(open_page: OpenPage, asked: dict[str, str], words: str) -> None:
    page = open_page("home", **{**ON_DAY, **asked})
    assert not page.exception
    assert words in " ".join(box.value for box in (*page.error, *page.warning))

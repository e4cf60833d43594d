"""The Imports page as the server runs it: look, correct, bring in, take back; what is told and to whom."""

import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from geo.domain.kinds import Kind
from geo.domain.messages import MESSAGES
from geo.domain.roles import OPERATOR
from geo.services.imports.batches import batches
from geo.services.imports.preview import fields_of
from geo.store.engine import Database
from geo.ui.i18n import say
from geo.ui.imports.panel import value_words
from geo.ui.imports.state import file_name
from tests.pages.conftest import OpenPage

_WARD = (
    "INSERT INTO diaban.admin_unit (code, level, name, name_folded, geom) VALUES ('00001', 'ward', 'Một', "
    "'mot', ST_Multi(ST_MakeEnvelope(105.8, 21.0, 105.9, 21.1, 4326)))"
)
_HOUSES = (
    "Mã hộ;kd;vd;Thường trú;Họ tên;Điện thoại\n"
    "H1;105,85;21,05;3;A;1\nH2;105,86;21,05;hai;B;2\nH3;105,87;21,05;4;C;3\n"
)


@pytest.fixture(scope="module", autouse=True)
def ward(opened: Database) -> None:
    with opened.owner.begin() as connection:
        connection.execute(text(_WARD))


def html(page: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in page.get("html"))


def uploaded(page: AppTest, content: str, name: str = "ho.csv") -> AppTest:
    page.file_uploader[0].upload(name, content.encode(), "text/csv").run()
    return page


def button(page: AppTest, words: str) -> AppTest:
    next(each for each in page.button if each.label.startswith(words)).click().run()
    return page


def choose(page: AppTest, label: str, header: str) -> None:
    next(each for each in page.selectbox if each.label.startswith(label)).set_value(header)


def stored(opened: Database) -> int:
    with opened.owner.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM diaban.household")).scalar_one())


def test_empty_page_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("imports", role="planner")
    assert not page.exception
    assert "Chưa có lần nhập nào" in html(page)
    assert "ranh giới phường" in page.info[0].value


def test_look_correct_look_again_commit_and_undo(open_page: OpenPage, opened: Database) -> None:
    page = uploaded(open_page("imports", role="planner"), _HOUSES)
    assert not page.exception
    assert "Kinh độ / X, Vĩ độ / Y" in page.error[0].value
    assert "--column" not in page.error[0].value
    assert "Mã hộ · kd · vd · Thường trú" in page.caption[0].value
    assert "Họ tên" not in page.caption[0].value

    choose(page, "Kinh độ", "kd")
    choose(page, "Vĩ độ", "vd")
    page = button(page, "Đọc lại")
    assert not page.exception
    said = html(page)
    assert "ho.csv (hộ): đọc 3 dòng; thêm 2, cập nhật 0, giữ nguyên 0; 1 bị loại." in said
    assert "Họ tên, Điện thoại" in said
    assert "hai" in said
    assert "(dòng 3)" in said
    assert "← kd" in said
    assert stored(opened) == 0

    page = button(page, "Nhập 2 dòng")
    assert not page.exception
    assert "đã xong (ho.csv): 2 mới · 1 bị loại." in html(page)
    assert stored(opened) == 2
    made = batches(opened, OPERATOR)[0]
    assert (made.kind, made.rejected, made.undone_at) == (Kind.HOUSEHOLDS, 1, None)

    page = button(page, "Hoàn tác")
    assert f"Đã hoàn tác lần nhập số {made.id}" in page.success[0].value
    assert stored(opened) == 0
    assert "đã hoàn tác" in html(page)
    assert batches(opened, OPERATOR)[0].undone_by == "trang-planner-all"
    assert not page.run().success


def test_a_batch_somebody_undid_meanwhile_is_told(open_page: OpenPage, opened: Database) -> None:
    from geo.services.imports import importing

    page = uploaded(
        open_page("imports", role="planner", kind="posts"), "code,name,lon,lat\nT1,Một,105.85,21.05\n"
    )
    page = button(page, "Nhập 1 dòng")
    number = batches(opened, OPERATOR)[0].id
    importing.undo(opened, OPERATOR, number)
    page = button(page, "Hoàn tác")
    assert f"Lần nhập {number} đã được hoàn tác trước đó" in page.error[0].value


def test_no_copy_of_the_file_stays_behind(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    from geo.services.imports import preview as import_preview

    read = import_preview.confined.headers

    def watched(path: Path, *rest: object) -> object:
        seen.append(path)
        assert path.parent.stat().st_mode & 0o077 == 0
        return read(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(import_preview.confined, "headers", watched)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for content in (_HOUSES.replace("kd;vd", "lon;lat"), _HOUSES, ""):
        uploaded(open_page("imports", role="planner"), content)
    assert len(seen) == 3
    assert not list(tmp_path.iterdir())


def test_a_fault_nobody_foresaw_is_a_sentence(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    from geo.services.imports import preview as import_preview

    def broken(*_: object) -> None:
        raise RuntimeError("secret cell")

    monkeypatch.setattr(import_preview.confined, "headers", broken)
    page = uploaded(open_page("imports", role="planner"), _HOUSES)
    assert not page.exception
    assert "lỗi chưa lường trước" in page.error[0].value
    assert "secret" not in page.error[0].value + html(page)


def test_english_has_no_vietnamese_left(open_page: OpenPage) -> None:
    page = uploaded(
        open_page("imports", role="admin", lang="en", kind="posts"),
        "code,name,lon,lat\nT9,One,105.85,21.05\n",
    )
    assert not page.exception
    said = html(page).replace("Tiếng Việt", "").replace("Chuyển sang tiếng Việt", "")
    said = said.replace("Chuyển sang", "")  # the link to the other language, in that language
    assert "1 rows read; 1 to add" in said
    assert not set("ăđơưạảấầẩậắằẵặẹẻẽếềểễệọỏốồổỗộớờởỡợụủứừửữự") & set(said.casefold())


@pytest.mark.parametrize("role", ["commander", "briefer", "ward_officer"])
def test_other_roles_see_nothing_of_it(open_page: OpenPage, role: str) -> None:
    page = open_page("imports", role=role)
    assert [each.value for each in page.subheader] == ["Trang này không dành cho vai trò của bạn"]
    assert not page.file_uploader


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_and_kind_has_words(kind: Kind) -> None:
    for name in fields_of(kind):
        assert say("vi", f"imports.field.{name}") != say("en", f"imports.field.{name}")
    assert say("vi", f"imports.kind.{kind.value}")


def test_faults_of_the_page_take_the_values_of_the_common_ones() -> None:
    params = {
        "missing_fields": {"kind": "k", "fields": "f", "headers": "h"},
        "several_sheets": {"sheets": "a, b"},
        "coordinates_not_degrees": dict.fromkeys(("x", "y", "west", "east", "south", "north"), "1"),
    }
    for code, values in params.items():
        assert code in MESSAGES
        assert "--" not in say("vi", f"imports.fault.{code}", **values)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("hộ dân.csv", "hộ dân.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\tệp\\ho.xlsx", "ho.xlsx"),
        (".csv", "csv"),
        ("a\x00b\n.csv.gz", "ab.csv.gz"),
        ("x" * 300 + ".geojson", "x" * 60 + ".geojson"),
    ],
)
def test_names_of_files_cannot_lead_elsewhere(sent: str, written: str) -> None:
    assert file_name(sent) == written


def test_stored_values_are_read_as_a_reader_does() -> None:
    assert value_words(1250) == "1.250"
    assert value_words("2026-11-22") == "22/11/2026"
    assert value_words("[2026-11-22,)") == "22/11/2026 –"
    assert value_words("2026-11-22T08:00:00+00:00") == "22/11/2026 15:00"
    assert value_words(None) == "–"

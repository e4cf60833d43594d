"""Wards named in files, against a real database: by what is written, by lineage, by place; never guessed.

Five wards in a row, each 0.01 degree a side. Đồng Hới, Đồng Thuận and Đồng Sơn are real, with their codes of
today; the two Tân Lập stand in two provinces.
┌──────────┬────────────┬──────────┬───────────┬───────────┐
│ Đồng Hới │ Đồng Thuận │ Đồng Sơn │ X Tân Lập │ X Tân Lập │
└──────────┴────────────┴──────────┴───────────┴───────────┘
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box
from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR, Actor, Role
from geo.intake import Options
from geo.services.imports import importing
from geo.services.imports.importing import import_file
from geo.services.imports.preview import Said, preview
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database
from tests.integration.conftest import SignIn

WARDS = [
    ("18880", "Phường Đồng Hới", "Đồng Hới", "44"), ("18859", "Phường Đồng Thuận", "Đồng Thuận", "44"),
    ("18871", "Phường Đồng Sơn", "Đồng Sơn", "44"), ("00123", "Xã Tân Lập", "Tân Lập", "44"),
    ("00456", "Xã Tân Lập", "Tân Lập", "33"),
]  # fmt: skip
_TABLES = (
    "assignment, beat_block, beat, incident, household, post, officer, block, legal_document, admin_unit"
)


def square(column: int) -> Any:
    return box(106.60 + column / 100, 17.46, 106.61 + column / 100, 17.47)


@pytest.fixture(scope="module")
def opened(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    yield engines
    engines.close()


@pytest.fixture
def db(opened: Database, tmp_path: Path) -> Database:
    """The module's database with the five wards alone."""
    with opened.owner.begin() as connection:
        connection.execute(
            text(f"TRUNCATE {_TABLES}, admin_unit, unit_lineage, setting, import_batch CASCADE")
        )
    codes, full_names, names, provinces = zip(*WARDS, strict=True)
    frame = gpd.GeoDataFrame(
        {"code": codes, "full_name": full_names, "name": names, "province_code": provinces},
        geometry=[square(column) for column in range(len(WARDS))],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "wards.geojson", driver="GeoJSON")
    take(opened, tmp_path / "wards.geojson", Kind.WARDS)
    return opened


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(content: str) -> Path:
        path = tmp_path / "file.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def take(db: Database, path: Path, kind: Kind, actor: Actor = OPERATOR) -> dict[str, Any]:
    facts = import_file(db, actor, path, kind, Options()).as_dict()
    parts = [facts[name] for name in ("accepted", "updated", "unchanged", "rejected")]
    assert facts["rows_read"] == sum(parts)
    assert sum(facts["reasons"].values()) == facts["rejected"]
    return facts


def officers(*words: str, above: str = "") -> str:
    """An officers' file, one officer a word."""
    header = "Số hiệu,Họ tên,Đơn vị" + (f",{above}" if above else "")
    return "\n".join([header, *(f"S{at},CB {at},{word}" for at, word in enumerate(words))]) + "\n"


def units_of(db: Database, table: str = "officer", key: str = "service_number") -> dict[str, str]:
    query = f"SELECT t.{key}, u.code FROM {table} t JOIN admin_unit u ON u.id = t.unit_id"
    with db.owner.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(text(query))}


def told(facts: dict[str, Any], code: str) -> list[str]:
    return [note["text"] for note in facts["notes"] if note["code"] == code]


def reject_texts(db: Database, batch: int, tmp_path: Path) -> list[str]:
    import openpyxl

    importing.rejects_file(db, OPERATOR, batch, tmp_path / "rejects.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "rejects.xlsx").active
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]


def test_names_as_offices_write_them(db: Database, file: Any) -> None:
    words = ["P. Đồng Hới", "phuong dong hoi", "PĐồng Hới", "Phường Đồng Hới", "18880", "Đồng Hới"]
    facts = take(db, file(officers(*words)), Kind.OFFICERS)
    assert (facts["accepted"], facts["warnings"]) == (6, {})
    assert set(units_of(db).values()) == {"18880"}


def test_former_names_come_in_with_their_lineage(db: Database, file: Any) -> None:
    words = ["X. Bảo Ninh", "X. Bảo Ninh", "P. Nam Lý", "Phường Bắc Lý"]
    facts = take(db, file(officers(*words)), Kind.OFFICERS)
    assert units_of(db) == {"S0": "18880", "S1": "18880", "S2": "18880", "S3": "18859"}
    assert facts["warnings"] == {"unit_by_lineage": 4}
    city = "Thành phố Đồng Hới, Tỉnh Quảng Bình"
    dong_hoi = "nay thuộc 'Phường Đồng Hới, Quảng Trị', mã 18880, từ 2025-07-01"
    dong_thuan = "nay thuộc 'Phường Đồng Thuận, Quảng Trị', mã 18859, từ 2025-07-01"
    assert told(facts, "unit_by_lineage") == [
        f"'X. Bảo Ninh' (Xã Bảo Ninh, {city}) {dong_hoi} (số dòng: 2).",
        f"'P. Nam Lý' (Phường Nam Lý, {city}) {dong_hoi} (số dòng: 1).",
        f"'Phường Bắc Lý' (Phường Bắc Lý, {city}) {dong_thuan} (số dòng: 1).",
    ]


def test_the_preview_shows_the_lineage_of_each_word(db: Database, file: Any) -> None:
    words = ["X. Bảo Ninh"] * 300 + ["P. Nam Lý"] * 2
    shown = preview(db, OPERATOR, file(officers(*words)), Kind.OFFICERS, Said())
    lines = [one for one in shown.warnings if one.reason.code == "unit_by_lineage"]
    assert [(one.rows, one.first[0]) for one in lines] == [(300, 2), (2, 302)]
    assert "Xã Bảo Ninh" in lines[0].sentence("vi")
    assert "Phường Nam Lý" in lines[1].sentence("en")


def test_a_name_of_several_wards_is_asked(db: Database, file: Any, tmp_path: Path) -> None:
    facts = take(db, file(officers("X. Tân Lập", "Xã Tân Lập", "Tân Lập", "P. Đồng Hới")), Kind.OFFICERS)
    assert (facts["accepted"], facts["reasons"]) == (1, {"ambiguous_unit": 3})
    sentence = (
        "'X. Tân Lập' là tên của nhiều đơn vị: Xã Tân Lập, Quảng Trị [00123]; Xã Tân Lập, Hưng Yên [00456]; "
        "hãy ghi mã đơn vị, hoặc thêm cột huyện hay tỉnh."
    )
    assert any(sentence in cell for cell in reject_texts(db, facts["batch"], tmp_path))


def test_a_column_above_decides(db: Database, file: Any) -> None:
    words = ["X. Tân Lập,T. Quảng Trị", "X. Tân Lập,Hưng Yên", "X. Tân Lập,Nam Định", "X. Tân Lập,"]
    facts = take(db, file(officers(*words, above="Tỉnh")), Kind.OFFICERS)
    assert units_of(db) == {"S0": "00123", "S1": "00456"}
    assert facts["reasons"] == {"unit_elsewhere": 1, "ambiguous_unit": 1}
    assert facts["columns"]["province"] == "Tỉnh"


def test_the_place_decides_between_namesakes(db: Database, file: Any) -> None:
    posts = (
        "Mã,Tên,Kinh độ,Vĩ độ,Phường\n"
        "A,Đồn A,106.635,17.465,X. Tân Lập\nB,Đồn B,106.645,17.465,X. Tân Lập\n"
        "C,Đồn C,106.605,17.465,X. Tân Lập\n"
    )
    facts = take(db, file(posts), Kind.POSTS)
    assert units_of(db, "post", "code") == {"A": "00123", "B": "00456"}
    assert facts["reasons"] == {"ambiguous_unit": 1}
    assert facts["warnings"] == {"unit_by_place": 2}
    assert "vị trí cho biết là 'Xã Tân Lập, Hưng Yên', mã 00456" in told(facts, "unit_by_place")[1]


def test_codes_that_became_numbers(db: Database, file: Any) -> None:
    facts = take(db, file(officers("123", "123.0", "0123", "00123", "18880.0", "7")), Kind.OFFICERS)
    assert list(units_of(db).values()) == ["00123"] * 4 + ["18880"]
    assert facts["reasons"] == {"unknown_unit": 1}
    assert facts["warnings"] == {"unit_code_mended": 4}
    assert "'123' được hiểu là mã 00123 ('Xã Tân Lập, Quảng Trị')" in told(facts, "unit_code_mended")[0]


_LINEAGE = """
INSERT INTO legal_document (number) VALUES ('12/NQ-TEST');
INSERT INTO admin_unit (code, level, name, full_name, name_folded, valid)
VALUES ('F1', 'ward', 'Gộp', 'Xã Gộp', 'gop', '[,2025-07-01)'),
    ('F2', 'ward', 'Chia', 'Xã Chia', 'chia', '[,2025-07-01)'),
    ('F3', 'ward', 'Hai lần', 'Xã Hai lần', 'hai lan', '[,2024-01-01)');
INSERT INTO unit_lineage (from_unit_id, to_unit_id, on_date, share, document_id)
SELECT f.id, t.id, x.on_date::date, x.share, (SELECT id FROM legal_document)
FROM (VALUES ('F1', '18880', '2025-07-01', 1), ('F2', '18880', '2025-07-01', 0.5),
    ('F2', '18859', '2025-07-01', 0.5), ('F3', 'F1', '2024-01-01', 1)) AS x (f, t, on_date, share)
JOIN admin_unit f ON f.code = x.f JOIN admin_unit t ON t.code = x.t;
"""


def test_stored_lineage_is_followed_to_the_end(db: Database, file: Any, tmp_path: Path) -> None:
    with db.owner.begin() as connection:
        connection.execute(text(_LINEAGE))
    facts = take(db, file(officers("Xã Gộp", "F1", "X. Hai lần", "Xã Chia")), Kind.OFFICERS)
    assert units_of(db) == {"S0": "18880", "S1": "18880", "S2": "18880"}
    assert facts["reasons"] == {"unit_split": 1}
    assert told(facts, "unit_by_lineage")[0] == (
        "'Xã Gộp' (Xã Gộp) nay thuộc 'Phường Đồng Hới, Quảng Trị', mã 18880 (12/NQ-TEST), "
        "từ 2025-07-01 (số dòng: 1)."
    )
    cells = reject_texts(db, facts["batch"], tmp_path)
    assert any("'Xã Chia' (Xã Chia) từ 2025-07-01 đã chia cho nhiều đơn vị" in cell for cell in cells)
    posts = "Mã,Tên,Kinh độ,Vĩ độ,Phường\nA,Đồn A,106.605,17.465,Xã Chia\nB,Đồn B,106.615,17.465,Xã Chia\n"
    assert take(db, file(posts), Kind.POSTS)["warnings"] == {"unit_by_place": 2}
    assert units_of(db, "post", "code") == {"A": "18880", "B": "18859"}


def test_the_name_of_today_may_be_a_former_one_too(db: Database, file: Any) -> None:
    """The commune Đồng Sơn went into Đồng Hới; the phường Đồng Sơn is of today."""
    with db.owner.begin() as connection:
        connection.execute(text(_LINEAGE.replace("Gộp", "Đồng Sơn")))
    alone = take(db, file(officers("Đồng Sơn", "Phường Đồng Sơn")), Kind.OFFICERS)
    assert units_of(db) == {"S0": "18871", "S1": "18871"}
    assert alone["warnings"] == {"unit_named_as_before": 1}
    (sentence,) = told(alone, "unit_named_as_before")
    assert sentence == (
        "'Đồng Sơn' được hiểu là đơn vị hiện nay 'Phường Đồng Sơn, Quảng Trị', mã 18871 (số dòng: 1); "
        "đơn vị cũ cùng tên: Xã Đồng Sơn → Phường Đồng Hới, Quảng Trị [18880]; "
        "nếu ý là đơn vị cũ, hãy ghi mã."
    )
    beside = take(db, file(officers("Đồng Sơn", "Xã Đồng Sơn")), Kind.OFFICERS)
    assert beside["reasons"] == {"ambiguous_unit": 1}
    assert units_of(db)["S1"] == "18880"


def test_a_planner_of_one_ward_gets_no_row_of_its_namesake(
    db: Database, sign_in: SignIn, file: Any, tmp_path: Path
) -> None:
    """Row-level security hides the other Tân Lập; the name is not his own ward's all the same."""
    planner = sign_in("mot-phuong", Role.PLANNER, ("00123",))
    facts = take(db, file(officers("X. Tân Lập", "123", "P. Đồng Hới", "18880")), Kind.OFFICERS, planner)
    assert units_of(db) == {"S1": "00123"}
    assert facts["reasons"] == {"ambiguous_unit": 1, "unit_outside_scope": 2}
    assert any(
        "'18880' là 'Phường Đồng Hới, Quảng Trị', mã 18880, ngoài phạm vi của bạn" in cell
        for cell in reject_texts(db, facts["batch"], tmp_path)
    )
    with db.app.begin() as connection:
        connection.execute(
            text("SELECT set_config('diaban.session', :token, true)"), {"token": planner.session_token}
        )
        seen = (
            connection.execute(text("SELECT code FROM diaban.admin_unit WHERE level = 'ward'"))
            .scalars()
            .all()
        )
        named = connection.execute(
            text("SELECT code FROM diaban.unit_names() WHERE level = 'ward'")
        ).scalars()
        assert (seen, len(named.all())) == (["00123"], len(WARDS))


def test_names_of_units_are_for_those_who_import(db: Database, sign_in: SignIn) -> None:
    briefer = sign_in("chi-xem", Role.BRIEFER, ("00123",))
    for token in (briefer.session_token, ""):
        with db.app.begin() as connection:
            connection.execute(text("SELECT set_config('diaban.session', :token, true)"), {"token": token})
            for function in ("unit_names", "unit_successors"):
                rows = connection.execute(text(f"SELECT count(*) FROM diaban.{function}()"))
                assert rows.scalar_one() == 0

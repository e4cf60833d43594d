"""Item 3: wards are found as offices write them, with the lineage told; what could be several is asked."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.intake.reading import read
from geo.services.imports.importing import import_file, rejects_file
from geo.store.engine import Database
from tests.golden.intake import files_units as files


@pytest.fixture(scope="module")
def city(opened: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    import_file(opened, OPERATOR, files.wards_of_today(tmp_path_factory.mktemp("wards")), Kind.WARDS)
    return opened


@pytest.fixture
def db(city: Database) -> Database:
    with city.owner.begin() as connection:
        connection.execute(text("TRUNCATE officer, post, assignment CASCADE"))
    return city


def take(db: Database, path: Path, kind: Kind) -> dict[str, Any]:
    facts = import_file(db, OPERATOR, path, kind).as_dict()
    parts = [facts[name] for name in ("accepted", "updated", "unchanged", "rejected")]
    assert facts["rows_read"] == sum(parts)
    return facts


def units(db: Database, table: str, key: str) -> dict[str, str]:
    query = f"SELECT t.{key}, u.code FROM {table} t JOIN admin_unit u ON u.id = t.unit_id ORDER BY 1"
    with db.owner.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(text(query))}


def reasons(db: Database, batch: int, folder: Path) -> list[str]:
    """The reasons beside the rows that come back."""
    rejects_file(db, OPERATOR, batch, folder / "rejects.xlsx")
    rows = list(openpyxl.load_workbook(folder / "rejects.xlsx").worksheets[0].values)
    return [" ".join(str(cell) for cell in row if cell) for row in rows[1:]]


def test_names_cut_down(db: Database, tmp_path: Path) -> None:
    facts = take(db, files.names_cut_down(tmp_path), Kind.OFFICERS)
    assert (facts["accepted"], facts["rejected"], facts["warnings"]) == (12, 0, {})
    assert list(units(db, "officer", "service_number").values()) == ["18880"] * 9 + ["19111"] * 3


def test_names_of_before_the_merger(db: Database, tmp_path: Path) -> None:
    path = files.names_of_before_the_merger(tmp_path)
    assert read(path, Kind.POSTS).frame["unit_code"].tolist()[0] == "X. Bảo Ninh"
    facts = take(db, path, Kind.POSTS)
    assert (facts["accepted"], facts["warnings"]) == (5, {"unit_by_lineage": 4})
    found = units(db, "post", "code")
    assert found == {"D0": "18880", "D1": "18880", "D2": "18859", "D3": "19111", "D4": "18880"}
    told = [note["text"] for note in facts["notes"] if note["code"] == "unit_by_lineage"]
    assert told[0] == (
        "'X. Bảo Ninh' (Xã Bảo Ninh, Thành phố Đồng Hới, Tỉnh Quảng Bình) nay thuộc "
        "'Phường Đồng Hới, Quảng Trị', mã 18880, từ 2025-07-01 (số dòng: 1)."
    )
    assert told[3].startswith("'TT Hoàn Lão' (Thị trấn Hoàn Lão, Huyện Bố Trạch, Tỉnh Quảng Bình) nay thuộc")


def test_a_ward_that_was_split_goes_where_the_place_says(db: Database, tmp_path: Path) -> None:
    facts = take(db, files.a_ward_that_was_split(tmp_path), Kind.POSTS)
    assert units(db, "post", "code") == {"T0": "00097", "T1": "00103"}
    assert (facts["warnings"], facts["reasons"]) == ({"unit_by_place": 2}, {"unit_split": 1})
    (refused,) = reasons(db, facts["batch"], tmp_path)
    assert (
        "'P. Tứ Liên' (Phường Tứ Liên, Quận Tây Hồ, Thành phố Hà Nội) từ 2025-07-01 đã chia cho nhiều đơn vị:"
    ) in refused
    assert "Phường Hồng Hà, Hà Nội [00097], Phường Tây Hồ, Hà Nội [00103]" in refused


def test_one_name_in_several_districts(db: Database, tmp_path: Path) -> None:
    path = files.one_name_in_several_districts(tmp_path)
    intake = read(path, Kind.OFFICERS)
    assert intake.columns["province"] == "Tỉnh"
    assert intake.frame["province"].fillna("").tolist() == ["", "Quảng Trị", "T. Hưng Yên", "Nam Định", ""]
    facts = take(db, path, Kind.OFFICERS)
    assert units(db, "officer", "service_number") == {"S02": "00123", "S03": "00456", "S05": "00456"}
    assert facts["reasons"] == {"ambiguous_unit": 1, "unit_elsewhere": 1}
    asked, elsewhere = reasons(db, facts["batch"], tmp_path)
    assert (
        "'X. Tân Lập' là tên của nhiều đơn vị: Xã Tân Lập, Quảng Trị [00123]; Xã Tân Lập, Hưng Yên [00456]; "
        "hãy ghi mã đơn vị, hoặc thêm cột huyện hay tỉnh."
    ) in asked
    assert (
        "Không có đơn vị 'Xã Tân Lập, Nam Định' ở nơi đã ghi; cùng tên có: Xã Tân Lập, Quảng Trị [00123]"
        in elsewhere
    )


def test_one_number_in_several_towns(db: Database, tmp_path: Path) -> None:
    facts = take(db, files.one_number_in_several_towns(tmp_path), Kind.OFFICERS)
    assert units(db, "officer", "service_number") == {"S02": "19333", "S03": "19360"}
    assert facts["reasons"] == {"ambiguous_unit": 1, "unit_elsewhere": 1}
    assert facts["warnings"] == {"unit_by_lineage": 2}
    asked, _ = reasons(db, facts["batch"], tmp_path)
    for town, ward in (
        ("Thành phố Đông Hà", "Phường Đông Hà, Quảng Trị [19333]"),
        ("Thị xã Quảng Trị", "Phường Quảng Trị, Quảng Trị [19360]"),
    ):
        assert f"Phường 1, {town}, Tỉnh Quảng Trị → {ward}" in asked


def test_codes_taken_for_numbers(db: Database, tmp_path: Path) -> None:
    path = files.codes_taken_for_numbers(tmp_path)
    words = read(path, Kind.OFFICERS).frame["unit_code"].tolist()
    assert words == ["123", "18880", "123.0", "0123", "00123", "7"]
    facts = take(db, path, Kind.OFFICERS)
    found = units(db, "officer", "service_number")
    assert found == {"S01": "00123", "S02": "18880", "S03": "00123", "S04": "00123", "S05": "00123"}
    assert (facts["warnings"], facts["reasons"]) == ({"unit_code_mended": 3}, {"unknown_unit": 1})
    told = [note["text"] for note in facts["notes"] if note["code"] == "unit_code_mended"]
    assert told[0] == (
        "'123' được hiểu là mã 00123 ('Xã Tân Lập, Quảng Trị'): mã đã mất số 0 hoặc bị đổi thành số "
        "(số dòng: 1)."
    )

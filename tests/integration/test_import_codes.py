"""Codes that a spreadsheet took for numbers, and names that several blocks have, against a real database.

Two wards, 00004 and 18880, each with a block "Tổ 1" and one more; each block 0.01 degree a side.
┌───────────┬───────────┐ ┌───────────┬───────────┐
│ 01  Tổ 1  │ 02  Tổ 2  │ │ 03  Tổ 1  │ 04  Tổ 4  │
└───────────┴───────────┘ └───────────┴───────────┘
105.80      .81         .82           .83         .84
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box
from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.intake import Options
from geo.services.imports.importing import import_file
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

_TABLES = "assignment, beat_block, beat, incident, household, post, officer, block, legal_document"
BLOCKS = [box(105.80 + at / 100, 21.0, 105.81 + at / 100, 21.01) for at in range(4)]
WARDS = [BLOCKS[0].union(BLOCKS[1]), BLOCKS[2].union(BLOCKS[3])]


@pytest.fixture
def db(database: DatabaseUrls, tmp_path: Path) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {_TABLES}, admin_unit, setting, import_batch CASCADE"))
    take(engines, wards(tmp_path, ["00004", "18880"]), Kind.WARDS)
    blocks = gpd.GeoDataFrame(
        {"code": ["01", "02", "03", "04"], "name": ["Tổ 1", "Tổ 2", "Tổ 1", "Tổ 4"]},
        geometry=BLOCKS,
        crs="EPSG:4326",
    )
    blocks.to_file(tmp_path / "blocks.geojson", driver="GeoJSON")
    take(engines, tmp_path / "blocks.geojson", Kind.BLOCKS)
    yield engines
    engines.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(content: str) -> Path:
        path = tmp_path / "file.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def wards(folder: Path, codes: list[Any], **columns: list[Any]) -> Path:
    shapes = [box(105.80 + at / 50, 21.0, 105.82 + at / 50, 21.01) for at in range(len(codes))]
    named = {"code": codes, "name": [f"Tên {at}" for at in range(len(codes))], **columns}
    gpd.GeoDataFrame(named, geometry=shapes, crs="EPSG:4326").to_file(folder / "w.geojson", driver="GeoJSON")
    return folder / "w.geojson"


def take(db: Database, path: Path, kind: Kind) -> dict[str, Any]:
    facts = import_file(db, OPERATOR, path, kind, Options()).as_dict()
    parts = [facts[name] for name in ("accepted", "updated", "unchanged", "rejected")]
    assert facts["rows_read"] == sum(parts)
    return facts


def rows(db: Database, query: str) -> list[tuple[Any, ...]]:
    with db.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_wards_sent_again_with_numbers_for_codes_are_the_same_wards(db: Database, tmp_path: Path) -> None:
    facts = take(db, wards(tmp_path, [4, 18880]), Kind.WARDS)
    assert (facts["unchanged"], facts["accepted"]) == (2, 0)
    assert facts["warnings"]["code_mended"] == 1
    assert [note["text"] for note in facts["notes"] if note["code"] == "code_mended"] == [
        "'4' được hiểu là mã 00004: mã đã mất số 0 hoặc bị đổi thành số; hãy để cột mã dạng văn bản."
    ]


def test_official_codes_get_their_zeros_back_on_first_sight(db: Database, tmp_path: Path) -> None:
    facts = take(db, wards(tmp_path, [4, 8, 25750], provinceCode=[1, 1, 79]), Kind.WARDS)
    assert facts["warnings"]["code_mended"] == 4
    found = "SELECT u.code, p.code FROM admin_unit u JOIN admin_unit p ON p.id = u.parent_id ORDER BY 1"
    assert rows(db, found) == [("00004", "01"), ("00008", "01"), ("25750", "79")]


def test_codes_that_are_no_official_ones_stay_as_they_are(db: Database, tmp_path: Path) -> None:
    take(db, wards(tmp_path, [8, 111]), Kind.WARDS)
    assert rows(db, "SELECT code FROM admin_unit WHERE length(code) < 5 ORDER BY 1") == [("111",), ("8",)]


def test_two_rows_that_become_one_code_are_one_row_and_a_reject(db: Database, tmp_path: Path) -> None:
    facts = take(db, wards(tmp_path, ["4", "00004", "18880"]), Kind.WARDS)
    assert facts["reasons"] == {"duplicate_key": 1}
    assert rows(db, "SELECT row_number, params FROM import_reject") == [(1, {"key": "00004", "row": 2})]


def test_blocks_by_number_and_by_a_name_that_two_wards_have(db: Database, file: Any) -> None:
    content = (
        "Mã hộ,Kinh độ,Vĩ độ,Thường trú,Tổ,Phường\n"
        "A,105.805,21.005,1,1,\nB,105.805,21.005,1,4.0,\n"
        "C,105.825,21.005,1,Tổ 1,\nD,105.835,21.005,1,TỔ 1,\nE,105.805,21.005,1,Tổ 1,18880\n"
        "F,105.815,21.005,1,Tổ 9,\n"
    )
    facts = take(db, file(content), Kind.HOUSEHOLDS)
    found = rows(db, "SELECT h.code, k.code FROM household h JOIN block k ON k.id = h.block_id ORDER BY 1")
    assert found == [("A", "01"), ("B", "04"), ("C", "03"), ("D", "03"), ("E", "03")]
    assert facts["warnings"]["code_mended"] == 2
    assert facts["reasons"] == {"unknown_block": 1}


def test_a_name_of_two_blocks_of_one_ward_is_asked(db: Database, file: Any) -> None:
    with db.owner.begin() as connection:
        connection.execute(text("UPDATE block SET name = 'Tổ 1' WHERE code = '02'"))
    content = (
        "Mã hộ,Kinh độ,Vĩ độ,Thường trú,Tổ,Phường\n"
        "A,105.805,21.005,1,Tổ 1,00004\nB,105.835,21.005,1,Tổ 1,00004\n"
    )
    facts = take(db, file(content), Kind.HOUSEHOLDS)
    assert rows(db, "SELECT h.code, k.code FROM household h JOIN block k ON k.id = h.block_id") == [
        ("A", "01")
    ]
    assert facts["reasons"] == {"ambiguous_block": 1}


def test_beats_blocks_and_officers_by_number(db: Database, file: Any) -> None:
    beats = take(db, file("Mã khu vực,Các tổ\n007,1;2\n008,03;4.0\n009,9\n"), Kind.BEATS)
    assert beats["reasons"] == {"unknown_block": 1}
    assert beats["warnings"]["code_mended"] == 2
    held = (
        "SELECT b.code, k.code FROM beat_block x JOIN beat b ON b.id = x.beat_id "
        "JOIN block k ON k.id = x.block_id"
    )
    assert sorted(rows(db, held)) == [("007", "01"), ("007", "02"), ("008", "03"), ("008", "04")]
    officers = "Số hiệu,Họ tên,Đơn vị\n0012,CB 1,4\n012,CB 2,00004\n0034,CB 3,18880\n"
    take(db, file(officers), Kind.OFFICERS)
    duties = "Khu vực,Số hiệu,Từ ngày\n7,34.0,2026-01-01\n8,12,2026-01-01\n007,0012,2026-02-01\n"
    facts = take(db, file(duties), Kind.ASSIGNMENTS)
    assert facts["reasons"] == {"ambiguous_code": 1, "beat_has_primary": 1}
    query = (
        "SELECT b.code, o.service_number FROM assignment a JOIN beat b ON b.id = a.beat_id "
        "JOIN officer o ON o.id = a.officer_id"
    )
    assert rows(db, query) == [("007", "0034")]

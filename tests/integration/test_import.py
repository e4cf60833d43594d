"""Files into a real database and out again: every kind, sent twice, mended, taken back.

ward 00001            ward 00002
┌─────────┬─────────┐ ┌─────────┐
│ block A │ block B │ │ block C │     each block 0.01 degree a side, near Hà Nội
└─────────┴─────────┘ └─────────┘
105.80    .81      .82 .83     .84
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import LineString, MultiLineString, box
from sqlalchemy import text

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR, Actor, Role
from geo.intake import Options
from geo.services.imports import importing
from geo.services.imports import merge as import_merge
from geo.services.imports.importing import ImportReport, import_file
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

A, B, C = box(105.80, 21.0, 105.81, 21.01), box(105.81, 21.0, 105.82, 21.01), box(105.83, 21.0, 105.84, 21.01)
_TABLES = [
    "assignment", "beat_block", "beat", "incident", "household", "post", "officer", "street", "block",
    "legal_document", "admin_unit",
]  # fmt: skip


@pytest.fixture
def db(database: DatabaseUrls) -> Iterator[Database]:
    """The module's database, emptied."""
    engines = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(_TABLES)}, setting, import_batch, account CASCADE"))
    yield engines
    engines.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def layer(path: Path, shapes: list[Any], codes: list[str], **columns: list[Any]) -> Path:
    frame = gpd.GeoDataFrame({"code": codes, **columns}, geometry=shapes, crs="EPSG:4326")
    frame.to_file(path, driver="GeoJSON")
    return path


def take(db: Database, path: Path, kind: Kind, actor: Actor = OPERATOR, **options: Any) -> ImportReport:
    report = import_file(db, actor, path, kind, Options(**options))
    facts = report.as_dict()
    parts = [facts[name] for name in ("accepted", "updated", "unchanged", "rejected")]
    assert facts["rows_read"] == sum(parts)
    assert sum(facts["reasons"].values()) == facts["rejected"]
    return report


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    facts = report.as_dict()
    return facts["accepted"], facts["updated"], facts["unchanged"], facts["rejected"]


def rows(db: Database, query: str) -> list[tuple[Any, ...]]:
    with db.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def snapshot(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that an import can change, to the last bit."""
    return {table: rows(db, f"SELECT t::text FROM {table} t ORDER BY id") for table in _TABLES}


def city(db: Database, folder: Path) -> None:
    """The two wards and three blocks drawn above."""
    wards = layer(folder / "wards.geojson", [A.union(B), C], ["00001", "00002"], name=["Một", "Hai"])
    blocks = layer(folder / "blocks.geojson", [A, B, C], ["A", "B", "C"], name=["Tổ A", "Tổ B", "Tổ C"])
    take(db, wards, Kind.WARDS)
    take(db, blocks, Kind.BLOCKS)


HELD = (
    "SELECT b.code, k.code FROM beat_block x JOIN beat b ON b.id = x.beat_id "
    "JOIN block k ON k.id = x.block_id ORDER BY 2"
)
HOUSEHOLDS = (
    "Mã hộ,Chủ hộ,Kinh độ,Vĩ độ,Thường trú,Tạm trú,Tạm vắng\n"
    "H1,Secret Person,105.805,21.005,4,1,0\n"
    "H2,Secret Person,105.815,21.005,3,0,1\n"
    "H3,Secret Person,105.835,21.005,2,0,0\n"
    "H4,Secret Person,106.5,21.005,2,0,0\n"
    "H5,Secret Person,105.805,21.005,x,0,0\n"
)


def test_a_block_keeps_its_khu_pho_until_a_file_says_another(db: Database, tmp_path: Path) -> None:
    city(db, tmp_path)
    said = "SELECT code, neighbourhood FROM block ORDER BY code"
    assert rows(db, said) == [("A", None), ("B", None), ("C", None)]
    names = ["Tổ A", "Tổ B", "Tổ C"]
    parts = {"khu_phố": ["Khu phố 1", "Khu phố 1", None]}
    with_parts = layer(tmp_path / "parts.geojson", [A, B, C], ["A", "B", "C"], name=names, **parts)
    report = take(db, with_parts, Kind.BLOCKS)
    assert report.as_dict()["columns"]["neighbourhood"] == "khu_phố"
    assert rows(db, said) == [("A", "Khu phố 1"), ("B", "Khu phố 1"), ("C", None)]
    take(db, layer(tmp_path / "again.geojson", [A, B, C], ["A", "B", "C"], name=names), Kind.BLOCKS)
    assert rows(db, said)[0] == ("A", "Khu phố 1")  # a file that does not say it takes nothing away


def test_households_find_their_ward_and_block(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    report = take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    assert counts(report) == (3, 0, 0, 2)
    assert report.as_dict()["reasons"] == {"outside_all_wards": 1, "bad_number": 1}
    assert rows(
        db,
        "SELECT h.code, u.code, b.code, permanent, temporary, absent FROM household h "
        "JOIN admin_unit u ON u.id = h.unit_id JOIN block b ON b.id = h.block_id ORDER BY 1",
    ) == [("H1", "00001", "A", 4, 1, 0), ("H2", "00001", "B", 3, 0, 1), ("H3", "00002", "C", 2, 0, 0)]


def test_nothing_about_persons_reaches_the_database(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    report = take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    assert report.as_dict()["dropped_columns"] == ["Chủ hộ"]
    for table in ("household", "import_batch", "import_reject", "import_change", "audit_event"):
        assert "Secret Person" not in str(rows(db, f"SELECT t::text FROM {table} t"))


def test_the_same_file_again_changes_nothing_and_edits_are_found(
    db: Database, tmp_path: Path, file: Any
) -> None:
    city(db, tmp_path)
    take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    before = snapshot(db)
    assert counts(take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)) == (0, 0, 3, 2)
    assert snapshot(db) == before
    edited = HOUSEHOLDS.replace("4,1,0", "5,1,0").replace(
        "H2,Secret Person,105.815", "H2,Secret Person,105.835"
    )
    edited = edited.replace("2,0,0\nH4", "2,0,9\nH4")
    report = take(db, file("h.csv", edited), Kind.HOUSEHOLDS)
    assert counts(report) == (0, 3, 0, 2)
    assert rows(db, "SELECT permanent, version FROM household WHERE code = 'H1'") == [(5, 2)]
    assert rows(
        db, "SELECT b.code FROM household h JOIN block b ON b.id = h.block_id WHERE h.code = 'H2'"
    ) == [("C",)]
    importing.undo(db, OPERATOR, report.batch)
    assert snapshot(db) == before


def test_columns_that_the_file_lacks_are_left_alone(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    incidents = "code,date,lon,lat\nV1,2026-01-01,105.805,21.005\nV2,2026-01-02,,\n"
    take(db, file("i.csv", incidents), Kind.INCIDENTS)
    with db.owner.begin() as connection:
        connection.execute(text("UPDATE incident SET status = 'resolved', version = 2 WHERE code = 'V1'"))
    assert counts(take(db, file("i.csv", incidents), Kind.INCIDENTS)) == (0, 0, 2, 0)
    assert rows(db, "SELECT status FROM incident WHERE code = 'V1'") == [("resolved",)]


def test_incidents_outside_are_kept_and_counted(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    path = file(
        "i.csv",
        "date,category,lon,lat\n2026-01-01 10:00,TS03,105.805,21.005\n"
        "2026-01-01 10:00,Trộm cắp xe máy,106.5,21\n"
        "2026-01-02 10:00,mất mèo,,\n",
    )
    report = take(db, path, Kind.INCIDENTS)
    assert counts(report) == (3, 0, 0, 0)
    warnings = report.as_dict()["warnings"]
    assert (warnings["outside_all_wards"], warnings["no_place"], warnings["category_unknown"]) == (1, 1, 1)
    assert rows(
        db,
        "SELECT c.code, u.code FROM incident i JOIN category c ON c.id = i.category_id "
        "LEFT JOIN admin_unit u ON u.id = i.unit_id ORDER BY 1, 2",
    ) == [("TS03", "00001"), ("TS03", None), ("unclassified", None)]
    assert rows(db, "SELECT DISTINCT occurred_from::text FROM incident WHERE unit_id IS NOT NULL") == [
        ("2026-01-01 03:00:00+00",)
    ]
    assert counts(take(db, path, Kind.INCIDENTS)) == (0, 0, 3, 0)


def test_wards_and_blocks_that_come_later_place_what_is_there(
    db: Database, tmp_path: Path, file: Any
) -> None:
    incidents = file("i.csv", "code,date,lon,lat\nV1,2026-01-01,105.805,21.005\nV2,2026-01-01,106.5,21\n")
    take(db, incidents, Kind.INCIDENTS)
    before = snapshot(db)
    city(db, tmp_path)
    placed = (
        "SELECT i.code, u.code, b.code FROM incident i LEFT JOIN admin_unit u ON u.id = i.unit_id "
        "LEFT JOIN block b ON b.id = i.block_id ORDER BY 1"
    )
    assert rows(db, placed) == [("V1", "00001", "A"), ("V2", None, None)]
    assert counts(take(db, incidents, Kind.INCIDENTS)) == (0, 0, 2, 0)
    batches = [
        batch
        for (batch,) in rows(db, "SELECT id FROM import_batch WHERE kind <> 'incidents' ORDER BY 1 DESC")
    ]
    for batch in batches:
        importing.undo(db, OPERATOR, batch)
    assert snapshot(db) == before


def test_first_wards_decide_the_metric_crs(db: Database, tmp_path: Path) -> None:
    wards = layer(tmp_path / "w.geojson", [A], ["00001"], name=["Một"])
    report = take(db, wards, Kind.WARDS).as_dict()
    assert report["metric_crs"]["code"] == "EPSG:3405"
    assert "105.8" in report["metric_crs"]["evidence"]
    assert rows(db, "SELECT value #>> '{}' FROM setting WHERE key = 'metric_crs'") == [("EPSG:3405",)]


def test_wards_bring_their_province(db: Database, tmp_path: Path) -> None:
    wards = layer(
        tmp_path / "w.geojson", [A, B], ["00001", "00002"], name=["Một", "Hai"], provinceCode=["01", "01"]
    )
    report = take(db, wards, Kind.WARDS)
    assert report.as_dict()["warnings"] == {"province_added": 2}
    note = report.as_dict("en")["notes"]
    assert [(told["code"], told["rows"]) for told in note] == [("province_added", [1, 2])]
    query = (
        "SELECT u.code, p.code, p.name FROM admin_unit u JOIN admin_unit p ON p.id = u.parent_id ORDER BY 1"
    )
    assert rows(db, query) == [("00001", "01", "Hà Nội"), ("00002", "01", "Hà Nội")]
    assert counts(take(db, wards, Kind.WARDS)) == (0, 0, 2, 0)
    importing.undo(db, OPERATOR, report.batch)
    assert rows(db, "SELECT count(*) FROM admin_unit") == [(0,)]


def staff(db: Database, file: Any) -> None:
    take(db, file("b.csv", "Mã khu vực,Các tổ\nKV1,A;B\nKV2,C\n"), Kind.BEATS)
    officers = "Số hiệu,Họ tên,Mã phường\n001,Cán bộ 1,00001\n002,Cán bộ 2,Hai\n003,Cán bộ 3,99999\n"
    report = take(db, file("o.csv", officers), Kind.OFFICERS)
    assert report.as_dict()["reasons"] == {"unknown_unit": 1}


def test_beats_officers_and_assignments(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    staff(db, file)
    assert rows(db, HELD) == [("KV1", "A"), ("KV1", "B"), ("KV2", "C")]
    path = file(
        "a.csv",
        "khu vực,số hiệu,vai trò,từ ngày,đến ngày,số quyết định\n"
        "KV1,001,primary,2026-01-01,2026-07-01,12/QĐ\n"
        "KV1,002,primary,2026-07-01,,12/QĐ\n"
        "KV1,001,primary,2026-06-01,,\n"
        "KV9,001,primary,2026-01-01,,\n"
        "KV2,009,primary,2026-01-01,,\n"
        "KV2,001,concurrent,2026-01-01,,\n",
    )
    report = take(db, path, Kind.ASSIGNMENTS)
    assert counts(report) == (3, 0, 0, 3)
    assert report.as_dict()["reasons"] == {"beat_has_primary": 1, "unknown_beat": 1, "unknown_officer": 1}
    assert rows(db, "SELECT number FROM legal_document") == [("12/QĐ",)]
    assert counts(take(db, path, Kind.ASSIGNMENTS)) == (0, 0, 3, 3)
    importing.undo(db, OPERATOR, report.batch)
    assert rows(db, "SELECT count(*) FROM assignment") == [(0,)]
    assert rows(db, "SELECT count(*) FROM legal_document") == [(0,)]


def test_a_beat_whose_blocks_change_is_updated_and_comes_back(
    db: Database, tmp_path: Path, file: Any
) -> None:
    city(db, tmp_path)
    staff(db, file)
    before = snapshot(db)
    report = take(db, file("b.csv", "Mã khu vực,Tổ\nKV1,A\nKV2,C\n"), Kind.BEATS)
    assert counts(report) == (0, 1, 1, 0)
    assert rows(db, HELD) == [("KV1", "A"), ("KV2", "C")]
    importing.undo(db, OPERATOR, report.batch)
    assert snapshot(db) == before
    taken = take(db, file("b.csv", "Mã khu vực,Các tổ\nKV3,A\nKV4,Z\n"), Kind.BEATS)
    assert taken.as_dict()["reasons"] == {"block_taken": 1, "unknown_block": 1}


def test_a_beat_of_another_ward_is_refused(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    listed = file("beats.csv", "code,block_codes,unit_code\nKV1,A;C,00001\nKV2,B,00001\nKV3,C,00002\n")
    report = take(db, listed, Kind.BEATS)
    assert report.as_dict()["reasons"] == {"listed_beyond_ward": 1}
    drawn = layer(tmp_path / "drawn.geojson", [box(105.80, 21.0, 105.84, 21.01)], ["KV9"])
    with db.owner.begin() as connection:  # a border over everything, once nobody has the blocks
        connection.execute(text("DELETE FROM beat_block"))
    assert take(db, drawn, Kind.BEATS).as_dict()["warnings"]["block_beyond_ward"] == 1
    # A block that would go to the other ward while a beat of this one has it.
    moved = layer(tmp_path / "moved.geojson", [box(105.831, 21.0, 105.838, 21.01)], ["B"], name=["B"])
    for dry_run in (True, False):
        with pytest.raises(ConflictError) as caught:
            import_file(db, OPERATOR, moved, Kind.BLOCKS, Options(), dry_run=dry_run)
        assert caught.value.code == "block_of_another_ward"
        assert "KV9" in caught.value.message("vi")


def test_beats_with_borders_take_the_blocks_they_cover_most(db: Database, tmp_path: Path) -> None:
    city(db, tmp_path)
    borders = [box(105.799, 20.999, 105.816, 21.011), box(105.816, 20.999, 105.85, 21.011)]
    beats = layer(tmp_path / "beats.geojson", borders, ["KV1", "KV2"])
    take(db, beats, Kind.BEATS)
    assert rows(db, HELD) == [("KV1", "A"), ("KV1", "B"), ("KV2", "C")]
    assert counts(take(db, beats, Kind.BEATS)) == (0, 0, 2, 0)
    late = layer(
        tmp_path / "late.geojson",
        [box(105.842, 21.0, 105.848, 21.01)],
        ["D"],
        name=["Tổ D"],
        unit_code=["00002"],
    )
    take(db, late, Kind.BLOCKS)
    assert ("KV2", "D") in rows(db, HELD)


def test_posts_and_streets(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    posts = file("p.csv", "code,name,lon,lat\nT1,Trụ sở,105.805,21.005\nT2,Xa,106.5,21\n")
    assert counts(take(db, posts, Kind.POSTS)) == (1, 0, 0, 1)
    pieces = MultiLineString([[(105.80, 21), (105.81, 21)], [(105.82, 21), (105.83, 21)]])
    streets = layer(
        tmp_path / "s.geojson",
        [LineString([(105.8, 21), (105.9, 21)]), pieces],
        ["S1", "S2"],
        name=["Láng", None],
        highway=["primary", "footway"],
    )
    report = take(db, streets, Kind.STREETS)
    assert counts(report) == (2, 0, 0, 0)
    assert report.as_dict()["warnings"] == {"street_split": 1}
    assert rows(db, "SELECT code, name_folded, kind FROM street ORDER BY 1") == [
        ("S1", "lang", "major"),
        ("S2", None, "lane"),
        ("S2/2", None, "lane"),
    ]
    assert counts(take(db, streets, Kind.STREETS)) == (0, 0, 2, 0)


def test_parts_of_one_ward_count_each(db: Database, tmp_path: Path) -> None:
    wards = layer(tmp_path / "w.geojson", [A, B, C], ["1", "1", "2"], name=["x", "x", "y"])
    assert counts(take(db, wards, Kind.WARDS)) == (3, 0, 0, 0)
    assert counts(take(db, wards, Kind.WARDS)) == (0, 0, 3, 0)
    outside = layer(
        tmp_path / "b.geojson",
        [box(107, 21, 107.1, 21.1), box(107.1, 21, 107.2, 21.1)],
        ["P", "P"],
        name=["p", "p"],
    )
    report = take(db, outside, Kind.BLOCKS)
    assert report.as_dict()["reasons"] == {"outside_all_wards": 2}


def test_a_dry_run_keeps_nothing(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    before = snapshot(db), rows(db, "SELECT id FROM import_batch")
    report = import_file(db, OPERATOR, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS, dry_run=True)
    assert report.batch is None
    assert counts(report) == (3, 0, 0, 2)
    assert (snapshot(db), rows(db, "SELECT id FROM import_batch")) == before


def test_failing_in_the_middle_leaves_nothing(
    db: Database, tmp_path: Path, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    city(db, tmp_path)
    before = snapshot(db), rows(db, "SELECT id FROM import_batch")

    def fail(*_: Any) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(importing, "tally", fail)
    with pytest.raises(RuntimeError):
        take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    assert (snapshot(db), rows(db, "SELECT id FROM import_batch")) == before


def test_undo_refuses_where_later_work_stands(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    first = take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    second = take(db, file("h.csv", HOUSEHOLDS.replace("4,1,0", "5,1,0")), Kind.HOUSEHOLDS)
    before = snapshot(db)
    with pytest.raises(ConflictError) as caught:
        importing.undo(db, OPERATOR, first.batch)
    assert caught.value.code == "batch_touched"
    wards = rows(db, "SELECT id FROM import_batch WHERE kind = 'wards'")[0][0]
    with pytest.raises(ConflictError) as caught:
        importing.undo(db, OPERATOR, wards)
    assert caught.value.code == "batch_in_use"
    with db.owner.begin() as connection:
        connection.execute(text("UPDATE household SET permanent = 7, version = 3 WHERE code = 'H1'"))
    with pytest.raises(ConflictError):
        importing.undo(db, OPERATOR, second.batch)
    with db.owner.begin() as connection:
        connection.execute(text("UPDATE household SET permanent = 5, version = 2 WHERE code = 'H1'"))
    assert snapshot(db) == before
    importing.undo(db, OPERATOR, second.batch)
    importing.undo(db, OPERATOR, first.batch)
    assert rows(db, "SELECT count(*) FROM household") == [(0,)]
    with pytest.raises(ConflictError) as caught:
        importing.undo(db, OPERATOR, first.batch)
    assert caught.value.code == "batch_undone"
    with pytest.raises(InputError) as missing:
        importing.undo(db, OPERATOR, 999_999)
    assert missing.value.code == "unknown_batch"


def test_rejects_come_back_as_a_workbook_to_mend(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    report = take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    out = tmp_path / "rejects.xlsx"
    assert importing.rejects_file(db, OPERATOR, report.batch, out) == 2
    sheet = openpyxl.load_workbook(out).active
    header, *cells = sheet.iter_rows(values_only=True)
    assert header == ("Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú", "Tạm trú", "Tạm vắng", "[dòng]", "[lý do]")
    assert cells[1][:4] == ("H5", "105.805", "21.005", "x")
    assert cells[1][6] == 6
    assert "Thường trú" in cells[1][7]
    # Mended and sent again: the file of rejects is a file like any other.
    sheet["D3"] = 2
    sheet["B2"] = "105.805"
    sheet.parent.save(out)
    assert counts(take(db, out, Kind.HOUSEHOLDS)) == (2, 0, 0, 0)


def test_only_those_who_may_import(db: Database, tmp_path: Path) -> None:
    briefer = Actor(1, "b", Role.BRIEFER, ("*",), session_token="x")
    with pytest.raises(ForbiddenError):
        take(db, tmp_path / "any.csv", Kind.POSTS, actor=briefer)


@pytest.fixture
def planners(db: Database, tmp_path: Path) -> tuple[Actor, Actor]:
    """Two signed-in planners: one who sees all, one of ward 00001."""
    city(db, tmp_path)
    made = []
    with db.owner.begin() as connection:
        for name, everything in [("all", True), ("one", False)]:
            account = connection.execute(
                text(
                    "INSERT INTO account (name, password_hash, role, all_units) "
                    "VALUES (:name, '-', 'planner', :everything) RETURNING id"
                ),
                {"name": name, "everything": everything},
            ).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO session (token_hash, account_id, idle_until, expires_at) "
                    "VALUES (sha256(CAST(:name AS bytea)), :account, now() + '1 h', now() + '1 h')"
                ),
                {"name": name, "account": account},
            )
            units = ("*",) if everything else ("00001",)
            made.append(Actor(account, name, Role.PLANNER, units, session_token=name))
        connection.execute(
            text("INSERT INTO account_scope SELECT :account, id FROM admin_unit WHERE code = '00001'"),
            {"account": made[1].account_id},
        )
    return made[0], made[1]


def test_a_planner_of_all_units_imports_and_undoes(db: Database, planners: Any, file: Any) -> None:
    before = snapshot(db)
    report = take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS, actor=planners[0])
    assert counts(report) == (3, 0, 0, 2)
    edited = take(db, file("h.csv", HOUSEHOLDS.replace("4,1,0", "5,1,0")), Kind.HOUSEHOLDS, actor=planners[0])
    assert counts(edited) == (0, 1, 2, 2)
    for batch in (edited.batch, report.batch):
        importing.undo(db, planners[0], batch)
    assert snapshot(db) == before
    query = f"SELECT DISTINCT actor FROM audit_event WHERE object_key = '{report.batch}'"
    assert rows(db, query) == [("all",)]


def test_a_planner_of_one_ward_puts_nothing_into_another(db: Database, planners: Any, file: Any) -> None:
    all_units, one_ward = planners
    path = file("h.csv", HOUSEHOLDS)
    report = take(db, path, Kind.HOUSEHOLDS, actor=one_ward)
    assert counts(report) == (2, 0, 0, 3)
    assert rows(db, "SELECT code FROM household ORDER BY 1") == [("H1",), ("H2",)]
    places = "V1,2026-01-01,105.805,21.005\nV2,2026-01-01,105.835,21.005\n"
    incidents = file("i.csv", f"code,date,lon,lat\n{places}")
    assert take(db, incidents, Kind.INCIDENTS, actor=one_ward).as_dict()["reasons"] == {"outside_scope": 1}
    take(db, path, Kind.HOUSEHOLDS, actor=all_units)
    before = snapshot(db)
    # H3 is a household of the other ward: its code is taken, though this planner cannot see by whom.
    taken = file("x.csv", "code,lon,lat,permanent\nH3,105.805,21.005,1\n")
    with pytest.raises(ConflictError) as caught:
        take(db, taken, Kind.HOUSEHOLDS, actor=one_ward)
    assert caught.value.code == "import_conflict"
    wards = layer(path.parent / "w.geojson", [C], ["00009"], name=["Chín"])
    with pytest.raises(ForbiddenError):
        take(db, wards, Kind.WARDS, actor=one_ward)
    assert snapshot(db) == before


def test_every_batch_leaves_an_audit_event(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    report = take(db, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS)
    importing.undo(db, OPERATOR, report.batch)
    found = rows(db, f"SELECT action FROM audit_event WHERE object_key = '{report.batch}' ORDER BY id")
    assert found == [("import",), ("import_undo",)]


def test_many_rows_leave_every_index_as_it_was(
    db: Database, tmp_path: Path, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In bulk the indexes are built after the rows; the number of an incident still comes once."""
    city(db, tmp_path)
    listed = (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'diaban' AND tablename = 'incident' ORDER BY 1"
    )
    before, dropped = rows(db, listed), []
    built_after = import_merge._indexes_built_after

    def watched(connection: Any, table: str, tell: Any) -> Any:
        dropped.append(table)
        return built_after(connection, table, tell)

    monkeypatch.setattr(import_merge, "_BULK_ROWS", 2)
    monkeypatch.setattr(import_merge, "_indexes_built_after", watched)
    sent = file(
        "i.csv",
        "code,occurred,lon,lat\n" + "".join(f"N{at},2025-03-05,105.80{at},21.005\n" for at in range(5)),
    )
    assert counts(take(db, sent, Kind.INCIDENTS)) == (5, 0, 0, 0)
    assert dropped == ["incident"]
    assert rows(db, listed) == before
    assert len([1 for (each,) in before if "UNIQUE" in each]) == 2
    assert counts(take(db, sent, Kind.INCIDENTS)) == (0, 0, 5, 0)


def test_progress_goes_from_step_to_step_and_never_back(db: Database, tmp_path: Path, file: Any) -> None:
    city(db, tmp_path)
    told: list[tuple[str, float]] = []
    import_file(
        db, OPERATOR, file("h.csv", HOUSEHOLDS), Kind.HOUSEHOLDS, progress=lambda *at: told.append(at)
    )
    steps, shares = [step for step, _ in told], [share for _, share in told]
    assert list(dict.fromkeys(steps)) == ["read", "place", "store", "commit"]
    assert steps.count("store") > 3
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)

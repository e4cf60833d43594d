"""The imports so far, what a file would change, and the rows left out, against a real database."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from geo.domain.errors import ForbiddenError, InputError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import accounts, sessions
from geo.services.imports import importing
from geo.services.imports import preview as import_preview
from geo.services.imports.batches import batches, export_rejects
from geo.services.imports.preview import Said
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

_PASSWORD = "mat-khau-de-thu-nhap"
_WARDS = """code,name,WKT
00001,Phường Một,"POLYGON((105.80 21.0,105.82 21.0,105.82 21.02,105.80 21.02,105.80 21.0))"
00002,Phường Hai,"POLYGON((105.82 21.0,105.84 21.0,105.84 21.02,105.82 21.02,105.82 21.0))"
"""
_HOUSES = """Mã hộ,lon,lat,Thường trú,Tạm trú,Tạm vắng,Họ tên
H1,105.805,21.005,3,0,0,A
H2,105.825,21.005,{count},1,0,B
H3,{lon},21.005,2,0,0,C
H4,,,2,0,0,D
"""


@pytest.fixture(scope="module")
def db(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    for name, role in (("ke-hoach", "planner"), ("ke-hoach-2", "planner"), ("bao-cao", "briefer")):
        accounts.add_account(engines, OPERATOR, name, role=role, unit_codes=["*"], password=_PASSWORD)
    yield engines
    engines.close()


def actor_of(db: Database, name: str) -> Actor:
    actor = sessions.actor_for_token(db, sessions.sign_in(db, name, _PASSWORD, "127.0.0.1"))
    assert actor is not None
    return actor


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def houses(folder: Path, count: int = 4, lon: float = 105.826) -> Path:
    return write(folder, "ho.csv", _HOUSES.format(count=count, lon=lon))


def test_preview_tells_the_difference_and_keeps_nothing(db: Database, tmp_path: Path) -> None:
    actor = actor_of(db, "ke-hoach")
    import_preview.commit(db, actor, write(tmp_path, "phuong.csv", _WARDS), Kind.WARDS, Said())
    first = import_preview.preview(db, actor, houses(tmp_path), Kind.HOUSEHOLDS, Said())
    assert (first.rows_read, first.accepted, first.rejected) == (4, 3, 1)
    assert first.dropped == ("Họ tên",)
    assert first.drawn is not None
    assert (first.drawn.total, first.drawn.counts["added"]) == (3, 3)
    assert [told.rows for told in first.reasons] == [1]
    assert first.reasons[0].first == (5,)
    assert len(batches(db, actor)) == 1

    import_preview.commit(db, actor, houses(tmp_path), Kind.HOUSEHOLDS, Said())
    moved = import_preview.preview(db, actor, houses(tmp_path, 9, 105.827), Kind.HOUSEHOLDS, Said())
    assert (moved.accepted, moved.updated, moved.unchanged, moved.rejected) == (0, 2, 1, 1)
    assert [(change.key, change.field, change.before, change.after) for change in moved.changes] == [
        ("H2", "permanent", 4, 9),
        ("H3", "geom", None, None),
    ]
    # 0.001 degree of longitude at 21 degrees north.
    assert moved.changes[1].moved == pytest.approx(103.9, abs=0.5)
    with db.owner.connect() as connection:
        assert (
            connection.execute(text("SELECT permanent FROM diaban.household WHERE code = 'H2'")).scalar() == 4
        )


def test_a_ward_is_named_by_its_code_in_the_difference(db: Database, tmp_path: Path) -> None:
    actor = actor_of(db, "ke-hoach")
    across = import_preview.preview(db, actor, houses(tmp_path, 4, 105.81), Kind.HOUSEHOLDS, Said())
    assert ("H3", "unit_id", "00002", "00001") in [
        (change.key, change.field, change.before, change.after) for change in across.changes
    ]


def test_headers_leave_out_persons_and_a_named_column_wins(db: Database, tmp_path: Path) -> None:
    actor = actor_of(db, "ke-hoach")
    path = write(tmp_path, "la.csv", "Mã hộ,kd,vd,Thường trú,Họ tên\nH9,105.805,21.005,1,A\n")
    with pytest.raises(InputError, match="lon"):
        import_preview.preview(db, actor, path, Kind.HOUSEHOLDS, Said())
    found = import_preview.headers(db, actor, path, Kind.HOUSEHOLDS, Said())
    assert found.names == ("Mã hộ", "kd", "vd", "Thường trú")
    assert found.understood == {"code": "Mã hộ", "permanent": "Thường trú"}
    said = Said(columns=import_preview.corrected(Said(), {"code": "Mã hộ"}, {"lon": "kd", "lat": "vd"}))
    assert import_preview.preview(db, actor, path, Kind.HOUSEHOLDS, said).accepted == 1


def test_batches_say_who_sent_and_who_took_back(db: Database, tmp_path: Path) -> None:
    actor = actor_of(db, "ke-hoach")
    path = write(tmp_path, "tru-so.csv", "code,name,lon,lat\nT1,Trụ sở,105.805,21.005\n")
    number = import_preview.commit(db, actor, path, Kind.POSTS, Said())
    other = actor_of(db, "ke-hoach-2")
    importing.undo(db, other, number)
    told = batches(db, actor)[0]
    assert (told.id, told.kind, told.file_name, told.accepted) == (number, Kind.POSTS, "tru-so.csv", 1)
    assert (told.sent_by, told.undone_by) == ("ke-hoach", "ke-hoach-2")
    assert told.undone_at is not None
    assert batches(db, actor, limit=1) == [told]


def test_rejects_leave_the_system_only_with_a_line_in_the_log(db: Database, tmp_path: Path) -> None:
    actor = actor_of(db, "ke-hoach")
    number = next(batch.id for batch in batches(db, actor) if batch.rejected)
    content = export_rejects(db, actor, number, "vi")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert "Họ tên" not in [cell.value for cell in sheet[1]]
    with db.owner.connect() as connection:
        logged = connection.execute(
            text("SELECT actor, kind, rows FROM diaban.export_log ORDER BY id DESC LIMIT 1")
        ).one()
    assert tuple(logged) == ("ke-hoach", "import.rejects.xlsx", 1)
    with pytest.raises(InputError, match="99999"):
        export_rejects(db, actor, 99_999)


def test_other_roles_are_refused(db: Database, tmp_path: Path) -> None:
    actor = actor_of(db, "bao-cao")
    assert actor.role is Role.BRIEFER
    path = houses(tmp_path)
    with pytest.raises(ForbiddenError):
        batches(db, actor)
    with pytest.raises(ForbiddenError):
        export_rejects(db, actor, 1)
    with pytest.raises(ForbiddenError):
        import_preview.headers(db, actor, path, Kind.HOUSEHOLDS, Said())
    with pytest.raises(ForbiddenError):
        import_preview.preview(db, actor, path, Kind.HOUSEHOLDS, Said())


def test_many_rows_are_thinned_with_the_changed_ones_kept(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_preview, "MOST_POINTS", 2)
    shown = import_preview.preview(db, actor_of(db, "ke-hoach"), houses(tmp_path, 9), Kind.HOUSEHOLDS, Said())
    assert shown.drawn is not None
    assert shown.drawn.total == 3
    assert len(shown.drawn.frame) == 2
    assert "updated" in set(shown.drawn.frame["state"])

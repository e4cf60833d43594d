"""Columns named for a file are taken for the next of its shape: told, overridden, dropped; never persons."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR, Actor, Role
from geo.intake import Options
from geo.services.imports import importing
from geo.services.imports.importing import ImportReport, import_file
from geo.store.engine import Database
from tests.integration.conftest import SignIn

_NAMED = {"lon": "ngang", "lat": "doc"}


@pytest.fixture
def db(opened: Database) -> Database:
    """The module's store, without imports and posts."""
    with opened.owner.begin() as connection:
        connection.execute(text("TRUNCATE import_batch, post, admin_unit, account CASCADE"))
        connection.execute(
            text(
                "INSERT INTO admin_unit (code, level, name, name_folded, geom) "
                "SELECT '00001', 'ward', 'Một', 'mot', ST_Multi(ST_MakeEnvelope(105, 21, 106, 22, 4326))"
            )
        )
    return opened


def posts(folder: Path, headers: str = "Mã,Tên,ngang,doc,Ghi nhận", name: str = "tru-so.csv") -> Path:
    path = folder / name
    path.write_text(f"{headers}\nT1,Trụ sở,105.805,21.005,x\nT2,Trạm,105.815,21.015,y\n", encoding="utf-8")
    return path


def send(db: Database, path: Path, actor: Actor = OPERATOR, **said: Any) -> ImportReport:
    return import_file(db, actor, path, Kind.POSTS, Options(**said))


def told(report: ImportReport) -> list[str]:
    return [note["text"] for note in report.as_dict()["notes"] if note["code"] == "columns_remembered"]


def test_the_next_file_of_the_shape_is_read_alike(db: Database, tmp_path: Path) -> None:
    with pytest.raises(InputError) as asked:
        send(db, posts(tmp_path))
    assert asked.value.code == "missing_fields"
    first = send(db, posts(tmp_path), columns=_NAMED)
    # The same headers in other letters are the same shape.
    again = send(db, posts(tmp_path, "MA,TEN,NGANG,DOC,GHI NHAN"))
    assert again.merged.unchanged == 2
    (sentence,) = told(again)
    assert f"Đọc các cột NGANG, DOC như đã chọn ở lần nhập {first.batch} ngày " in sentence
    with pytest.raises(InputError):
        send(db, posts(tmp_path, "Mã,Tên,ngang,doc,Khác"))


def test_what_is_named_now_wins_and_what_is_remembered_can_be_dropped(db: Database, tmp_path: Path) -> None:
    send(db, posts(tmp_path), columns=_NAMED)
    turned = send(db, posts(tmp_path), columns={"lon": "doc", "lat": "ngang"}, crs="EPSG:4326", recall=True)
    assert (turned.intake.columns["lon"], turned.intake.columns["lat"]) == ("doc", "ngang")
    assert turned.intake.warnings == {"coordinates_reordered": 1}
    # The newest one is remembered; one that named nothing ends it.
    again = send(db, posts(tmp_path), crs="EPSG:4326")
    assert (again.intake.columns["lon"], again.intake.columns["lat"]) == ("doc", "ngang")
    with pytest.raises(InputError):
        send(db, posts(tmp_path), recall=False)


def test_an_import_taken_back_is_not_remembered(db: Database, tmp_path: Path) -> None:
    batch = send(db, posts(tmp_path), columns=_NAMED).batch
    assert batch is not None
    importing.undo(db, OPERATOR, batch)
    with pytest.raises(InputError):
        send(db, posts(tmp_path))
    import_file(db, OPERATOR, posts(tmp_path), Kind.POSTS, Options(columns=_NAMED), dry_run=True)
    with pytest.raises(InputError):
        send(db, posts(tmp_path))


def test_columns_of_persons_are_never_remembered(db: Database, tmp_path: Path) -> None:
    headers = "Mã,Tên,ngang,doc,Họ tên chủ hộ"
    batch = send(db, posts(tmp_path, headers), columns=_NAMED).batch
    with db.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE import_batch SET report = jsonb_set(report, '{named_columns,name}', "
                "to_jsonb('Họ tên chủ hộ'::text)) WHERE id = :batch"
            ),
            {"batch": batch},
        )
    read = send(db, posts(tmp_path, headers)).intake
    assert read.columns["name"] == "Tên"
    assert read.columns["lon"] == "ngang"
    assert "Họ tên chủ hộ" in read.dropped_columns


def test_an_account_remembers_its_own_files(db: Database, tmp_path: Path, sign_in: SignIn) -> None:
    one, other = (sign_in(name, Role.PLANNER, ("00001",)) for name in ("mot", "hai"))
    send(db, posts(tmp_path), one, columns=_NAMED)
    assert send(db, posts(tmp_path), one).merged.unchanged == 2
    with pytest.raises(InputError):
        send(db, posts(tmp_path), other)

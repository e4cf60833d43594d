"""Item 8: what is about persons is dropped and told by its header; its values are found nowhere."""

import logging
from pathlib import Path

import openpyxl
import pytest
from shapely.geometry import box
from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.services.imports.importing import import_file, rejects_file
from geo.store.engine import Database
from tests.golden.intake.files_persons import PERSON_COLUMNS, identity_numbers_as_codes, person_columns


@pytest.fixture(scope="module")
def ward(opened: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    path = tmp_path_factory.mktemp("wards") / "wards.csv"
    path.write_text(f'code,name,wkt\n00001,Một,"{box(106.6, 17.5, 106.61, 17.51).wkt}"\n', encoding="utf-8")
    import_file(opened, OPERATOR, path, Kind.WARDS)
    return opened


def _everything_stored(db: Database) -> str:
    with db.owner.connect() as connection:
        tables = connection.execute(
            text("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'diaban'")
        ).scalars()
        found = [
            connection.execute(text(f"SELECT t::text FROM {table} t")).scalars().all() for table in tables
        ]
    return str(found)


def test_person_columns_are_told_by_header_and_their_values_are_nowhere(
    ward: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    report = import_file(ward, OPERATOR, person_columns(tmp_path), Kind.HOUSEHOLDS)
    told = report.as_dict()
    assert (told["rows_read"], told["accepted"], told["rejected"]) == (2, 1, 1)
    assert told["dropped_columns"] == list(PERSON_COLUMNS)
    assert told["columns"]["permanent"] == "Thường trú"

    assert report.batch is not None
    rejects = tmp_path / "rejects.xlsx"
    rejects_file(ward, OPERATOR, report.batch, rejects)
    cells = [cell for row in openpyxl.load_workbook(rejects).worksheets[0].values for cell in row]
    assert "bốn" in cells, "the cell that was wrong comes back"

    stored, printed = _everything_stored(ward), "".join(capfd.readouterr())
    assert "H1" in stored, "the household itself is stored"
    for value in PERSON_COLUMNS.values():
        for place in (stored, str(told), str(cells), str(report), caplog.text, printed):
            assert value not in place


def test_identity_numbers_as_codes_refuse_the_file(
    ward: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = _everything_stored(ward)
    path = identity_numbers_as_codes(tmp_path)
    with pytest.raises(InputError) as caught:
        import_file(ward, OPERATOR, path, Kind.HOUSEHOLDS)
    assert caught.value.code == "identity_numbers"
    assert caught.value.message("vi") == (
        "Cột Mã hộ chứa số định danh hoặc số điện thoại của người nên không được đọc; hãy thay bằng mã hộ."
    )
    assert _everything_stored(ward) == before
    for row in list(openpyxl.load_workbook(path).worksheets[0].values)[1:]:
        assert str(row[0]) not in caplog.text + caught.value.message("en") + before

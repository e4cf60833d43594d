"""Item 2: which names come in of each file, what the user is told, how names are stored, found, sorted."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.domain.text import fold
from geo.intake.reading import Intake, Options, read
from geo.services.imports.importing import import_file
from geo.store.cluster import DatabaseUrls
from geo.store.engine import open_database
from tests.golden.intake import files_text as files

Write = Callable[[Path], Path]


def taken(path: Path, kind: Kind = Kind.POSTS) -> Intake:
    """The reading of `path`, in which no row is lost."""
    intake = read(path, kind)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def without_capital_marks(names: object) -> list[str]:
    """Names as TCVN3 can hold them: a capital with a tone is a small letter there, in a font of capitals."""
    return [str(name).lower() for name in names]  # type: ignore[attr-defined]


@pytest.mark.parametrize("write", files.OLD)
def test_every_name_comes_in_and_the_encoding_is_told(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert not intake.rejects
    names = intake.frame["name"].tolist()
    if files.OLD[write] == "TCVN3":
        assert without_capital_marks(names) == without_capital_marks(files.NAMES)
    else:
        assert names == list(files.NAMES)
    assert intake.encoding == files.OLD[write]


@pytest.mark.parametrize("write", files.OLD)
def test_headers_in_an_old_encoding_are_understood(tmp_path: Path, write: Write) -> None:
    columns = taken(write(tmp_path)).columns
    assert columns["name"] in {"Tên", "TEN_TRU_SO"}
    assert columns["code"] in {"Mã", "MA_TRU_SO"}


@pytest.mark.parametrize("write", files.MIXED)
def test_encodings_mixed_in_one_file_are_read_cell_by_cell(tmp_path: Path, write: Write) -> None:
    intake = taken(write(tmp_path))
    assert not intake.rejects
    assert without_capital_marks(intake.frame["name"]) == without_capital_marks(files.NAMES)
    assert {"TCVN3", "VNI"} <= set((intake.encoding or "").split(", "))


@pytest.mark.parametrize("write", [*files.OLD, *files.MIXED])
def test_all_text_is_composed(tmp_path: Path, write: Write) -> None:
    names = taken(write(tmp_path)).frame["name"]
    assert all(unicodedata.is_normalized("NFC", name) for name in names)


def test_capitals_abbreviations_and_names_of_the_highlands_come_in(tmp_path: Path) -> None:
    assert taken(files.capitals_csv(tmp_path)).frame["name"].tolist() == list(files.CAPITALS)


def test_spellings_that_look_alike_become_one_and_tones_stay_where_they_were_put(tmp_path: Path) -> None:
    names = taken(files.spellings_csv(tmp_path)).frame["name"].tolist()
    assert names == ["Đồng Hới", "Đồng Hới", "Đồng Hới", "Hoà Bình", "Hòa Bình"]
    assert {fold(name) for name in names} == {"dong hoi", "hoa binh"}


def test_field_names_that_a_dbf_cut_at_ten_letters_are_understood(tmp_path: Path) -> None:
    path = files.cut_names_dbf(tmp_path)
    intake = taken(path, Kind.HOUSEHOLDS)
    wanted = ("code", "permanent", "temporary", "absent", "reviewed_on")
    assert [intake.columns[field] for field in wanted] == [
        "MA_SO_HO", "SO_THUONG_", "SO_TAM_TRU", "SO_TAM_VAN", "NGAY_RA_SO",
    ]  # fmt: skip
    assert intake.frame[["permanent", "temporary", "absent"]].to_numpy().tolist() == [[4, 1, 2]]


def test_names_are_stored_composed_found_by_a_folded_key_and_sorted_as_vietnamese(
    tmp_path: Path, database: DatabaseUrls
) -> None:
    engines = open_database(database.owner, database.app, database.auth)
    try:
        wards = files.wards_geojson(tmp_path)
        import_file(engines, OPERATOR, wards, Kind.WARDS, Options())
        with engines.owner.connect() as connection:
            found = connection.execute(
                text("SELECT name FROM diaban.admin_unit WHERE level = 'ward' AND name_folded = :key"),
                {"key": fold("HOÀ BÌNH")},
            ).scalars()
            ordered = connection.execute(
                text("SELECT name FROM diaban.admin_unit WHERE level = 'ward' "
                     'ORDER BY name COLLATE "vi-x-icu"')
            ).scalars()  # fmt: skip
            assert list(found) == ["Hòa Bình"]
            assert list(ordered) == list(files.IN_VIETNAMESE_ORDER)
    finally:
        engines.close()

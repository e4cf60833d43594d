"""Item 10: what becomes of files made to do harm, and that nothing of them is left."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake import confined
from geo.intake.report import Intake
from geo.intake.source import Options
from tests.golden.intake import files_hostile as files

Make = Callable[[Path], Path]

# Narrow, so that what takes too much shows at once.
LIMITS = confined.Limits(seconds=30, memory_mb=512)
SOON = confined.Limits(seconds=1, memory_mb=512)
MAX_BYTES = 256 * 2**20


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, which must be empty after each reading."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def read(path: Path, scratch: Path, limits: confined.Limits = LIMITS) -> Intake:
    try:
        return confined.read(path, Kind.POSTS, Options(max_bytes=MAX_BYTES), limits)
    finally:
        assert list(scratch.iterdir()) == []


def refused(path: Path, scratch: Path, limits: confined.Limits = LIMITS) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, scratch, limits)
    return caught.value


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (files.zip_bomb, "unsafe_archive", "dữ liệu nén bất thường"),
        (files.nested_zip_bomb, "not_what_it_says", "nội dung là 0.zip"),
        (files.gzip_bomb, "file_too_large", "vượt giới hạn 256 MB (kể cả sau khi giải nén)"),
        (files.zip_slip, "unsafe_archive", "đường dẫn ra ngoài"),
        (files.unc_member, "unsafe_archive", "đường dẫn ra ngoài"),
        (files.symlink_member, "unsafe_archive", "liên kết"),
        (files.million_members, "too_many_members", "hơn 10000 mục"),
        (files.laughs_in_workbook, "unsafe_archive", "thực thể XML"),
        (files.laughs_in_sheet, "unsafe_archive", "thực thể XML"),
        (files.laughs_in_ods, "unsafe_archive", "thực thể XML"),
        (files.laughs_in_kml, "unsafe_archive", "thực thể XML"),
        (files.laughs_in_utf16, "not_what_it_says", "nói là KML"),
        (files.outside_entity, "unsafe_archive", "thực thể XML"),
        (files.network_link, "no_rows", "không có dòng dữ liệu nào"),
        (files.svg, "not_what_it_says", "nội dung là XML"),
        (files.vrt_as_kml, "not_what_it_says", "nội dung là XML"),
        (files.vrt, "unsupported_format", "các định dạng nhận"),
        (files.shp_claims_billion, "damaged_file", "hỏng hoặc bị cắt ngắn"),
        (files.gpkg_claims_billion, "file_needs_memory", "giới hạn 512 MB"),
        (files.deep_arrays, "damaged_file", "hỏng hoặc bị cắt ngắn"),
        (files.deep_properties, "damaged_file", "hỏng hoặc bị cắt ngắn"),
        (files.wide_spans, "file_needs_memory", "giới hạn 512 MB"),
    ],
)
def test_refused(tmp_path: Path, scratch: Path, make: Make, code: str, said: str) -> None:
    fault = refused(make(tmp_path), scratch)
    assert (fault.code, said in fault.message("vi")) == (code, True), fault.message("vi")
    assert fault.message("en") != fault.message("vi")


@pytest.mark.parametrize("make", [files.gpkg_endless_view, files.many_columns])
def test_stopped_in_time(tmp_path: Path, scratch: Path, make: Make) -> None:
    fault = refused(make(tmp_path), scratch, SOON)
    assert fault.code == "file_too_slow"
    assert "quá 1 giây" in fault.message("vi")


@pytest.mark.parametrize(
    "make", [files.claims_all_cells, files.dbf_claims_billion, files.parquet_claims_billion]
)
def test_what_is_claimed_and_not_there_is_not_read(tmp_path: Path, scratch: Path, make: Make) -> None:
    intake = read(make(tmp_path), scratch)
    assert (intake.rows_read, intake.rejects) == (2, ())
    assert intake.frame["code"].tolist() == ["T1", "T2"]


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (files.not_numbers_in_csv, {"bad_number": 3, "half_place": 1}),
        (files.not_numbers_in_shapes, None),
        (files.not_numbers_in_geojson, None),
    ],
)
def test_a_place_that_is_no_number_is_left_out(
    tmp_path: Path, scratch: Path, make: Make, reasons: dict[str, int] | None
) -> None:
    intake = read(make(tmp_path), scratch)
    assert set(intake.frame["code"]) <= {"T1", "T2"}
    assert intake.rows_read == len(intake.frame) + len(intake.rejects)
    assert intake.rejects
    assert reasons is None or intake.reasons == reasons
    assert all(reject.reason.sentence("vi") for reject in intake.rejects)


def test_a_cell_on_another_machine_is_not_asked_for(tmp_path: Path, scratch: Path) -> None:
    intake = read(files.external_link(tmp_path), scratch)
    assert intake.frame["code"].tolist() == ["T1", "T2"]
    assert intake.reasons == {"formula_without_value": 1}


def test_the_last_cell_of_a_sheet(tmp_path: Path, scratch: Path) -> None:
    intake = read(files.last_cell(tmp_path), scratch)
    assert (len(intake.frame), intake.reasons) == (2, {"missing_value": 1})
    assert intake.rejects[0].row == 1_048_576


def test_a_huge_cell_is_told_and_left_out(tmp_path: Path, scratch: Path) -> None:
    intake = read(files.huge_cell(tmp_path), scratch)
    assert (intake.rows_read, intake.reasons) == (1, {"text_too_long": 1})
    assert "dài hơn 500 ký tự" in intake.rejects[0].reason.sentence("vi")


@pytest.mark.parametrize(
    "name",
    [
        "http://192.0.2.1/posts.geojson",
        "/vsicurl/http://192.0.2.1/posts.geojson",
        "/vsizip//vsicurl/http://192.0.2.1/posts.zip/posts.shp",
        "\\\\192.0.2.1\\share\\posts.csv",
        "PG:host=192.0.2.1.csv",
        "x" * 5000 + ".csv",
        "nul\x00.csv",
    ],
)
def test_what_is_no_path_is_no_file(scratch: Path, name: str) -> None:
    assert refused(Path(name), scratch).code == "import_file_missing"


def test_pipes_devices_and_folders_are_no_files(tmp_path: Path, scratch: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    for name in ("pipe.csv", "folder.csv", "zero.csv"):
        fault = refused(tmp_path / name, scratch)
        assert fault.code == "not_a_file"
        assert "hãy chọn một tệp" in fault.message("vi")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    assert refused(tmp_path / "gone.csv", scratch).code == "import_file_missing"


def test_every_file_is_tried() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    assert [make.__name__ for make in files.FILES if f"files.{make.__name__}" not in tried] == []

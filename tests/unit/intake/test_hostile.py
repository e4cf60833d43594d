"""Case 10, what is refused before a parser sees it: archives that escape, link, multiply or explode."""

import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import shapely

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import read
from geo.intake.rings import why_unread
from tests.golden.intake.files_hostile import shapefile_parts, workbook, zipped


def refused(path: Path, kind: Kind = Kind.POSTS) -> str:
    with pytest.raises(InputError) as caught:
        read(path, kind)
    assert caught.value.message("vi")
    return caught.value.code


@pytest.mark.parametrize(
    "name", ["../w.shp", "/etc/w.shp", "C:/w.shp", "\\\\host\\share\\w.shp", "a/../../w.shp"]
)
def test_members_that_point_outside(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        archive.writestr(name, b"x")
    assert refused(tmp_path / "w.zip") == "unsafe_archive"


def test_a_symbolic_link(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("w.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(tmp_path / "w.zip") == "unsafe_archive"


def test_more_members_than_any_layer_has(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        for at in range(10_001):
            archive.writestr(f"{at}", b"")
    assert refused(tmp_path / "w.zip") == "too_many_members"


def test_a_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w.shp", bytes(80_000_000))
    assert refused(tmp_path / "w.zip") == "unsafe_archive"


def test_entities_in_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Mã", "Tên"])
    book.save(tmp_path / "plain.xlsx")
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "w.xlsx", "w") as out:
        for name in plain.namelist():
            out.writestr(name, laughs if name == "xl/workbook.xml" else plain.read(name))
    assert refused(tmp_path / "w.xlsx") == "unsafe_archive"


def _layer_in_zip(tmp_path: Path, bend: Callable[[bytearray], None]) -> Path:
    parts = shapefile_parts(tmp_path)
    content = bytearray(zipped(tmp_path / "good.zip", parts).read_bytes())
    bend(content)
    (tmp_path / "w.zip").write_bytes(content)
    return tmp_path / "w.zip"


def _method(content: bytearray) -> None:
    content[content.index(b"PK\x01\x02") + 10] = 99


def _offset(content: bytearray) -> None:
    at = content.index(b"PK\x01\x02") + 42
    content[at : at + 4] = b"\xff\xff\xff\x7f"


def _stream(content: bytearray) -> None:
    at = content.index(b"posts.shp") + 9
    content[at : at + 8] = b"\xff" * 8


def _name(content: bytearray) -> None:
    at = content.index(b"PK\x01\x02")
    content[at + 9] |= 0x08  # says UTF-8
    content[at + 46] = 0xFF


def _encrypted(content: bytearray) -> None:
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + flags] |= 1


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (_method, "damaged_file"),
        (_offset, "damaged_file"),
        (_stream, "damaged_file"),
        (_name, "damaged_file"),
        (_encrypted, "password_protected"),
    ],
)
def test_a_bent_archive(tmp_path: Path, bend: Callable[[bytearray], None], code: str) -> None:
    assert refused(_layer_in_zip(tmp_path, bend)) == code


def test_a_bent_workbook(tmp_path: Path) -> None:
    parts = workbook()
    book = parts["xl/workbook.xml"].replace(b'sheetId="1"', b'sheetId="x"')
    assert refused(zipped(tmp_path / "w.xlsx", {**parts, "xl/workbook.xml": book})) == "damaged_file"


def test_a_local_system_is_no_place_on_earth(tmp_path: Path) -> None:
    parts = shapefile_parts(tmp_path)
    parts["posts.prj"] = b'LOCAL_CS["site",UNIT["metre",1]]'
    assert refused(zipped(tmp_path / "w.zip", parts)) == "missing_crs"


def test_a_projection_nobody_knows(tmp_path: Path) -> None:
    parts = shapefile_parts(tmp_path)
    parts["posts.prj"] = parts["posts.prj"].replace(b"6378137", b"-1")
    assert refused(zipped(tmp_path / "w.zip", parts)) in {"damaged_file", "missing_crs", "unknown_crs"}


def test_an_unclosed_ring_with_a_corner_that_is_no_number() -> None:
    ring = shapely.linearrings([(0, 0), (1, 0), (1, 1), (0, 0)])
    wkb = bytearray(shapely.to_wkb(shapely.polygons(ring)))
    wkb[13:21], wkb[-16:-8] = struct.pack("<d", float("nan")), struct.pack("<d", 5.0)
    reason, closed = why_unread(bytes(wkb))
    assert (reason.code, closed) == ("unreadable_geometry", None)
    assert reason.sentence("vi")


def test_a_property_that_is_an_object(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [105.8, 21]}
    names = ["Đội", {"vi": "Đội"}, ["Đội"]]
    features = [
        {"type": "Feature", "properties": {"code": f"T{at}", "name": name}, "geometry": point}
        for at, name in enumerate(names)
    ]
    path = tmp_path / "w.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    assert read(path, Kind.POSTS).rows_read == 3

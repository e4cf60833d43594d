"""Case 10, what is refused before a parser sees it: archives that escape, link, multiply or explode."""

import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import read


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

"""Case 2: one sentence in each encoding a ward office still has, through real writers where there are any."""

import unicodedata
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geo.domain.kinds import Kind
from geo.intake import encodings, syllables
from geo.intake.reading import read

NAMES = ["Công an phường Đồng Hới", "Trụ sở Bắc Từ Liêm", "Chợ Gò Vấp, Huế", "Ngã Ba Ông Tạ"]
NAMES = [name.replace(",", " -") for name in NAMES]


def tcvn3(text: str) -> bytes:
    back = {letter: code for code, letter in encodings._TCVN3.items()}
    # Capitals with tones are lower-case codes in a capital font.
    return "".join(back.get(c, back.get(c.lower(), c)) for c in text).encode("latin-1")


def vni(text: str) -> bytes:
    alone = {letter: code for code, letter in encodings._VNI_ALONE.items()}
    marks = {unicodedata.normalize("NFD", m): code for code, m in encodings._VNI_MARKS.items()}
    written = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        if letter in alone or letter.isascii():
            written.append(alone.get(letter, letter))
        elif "\u031b" in apart:
            horned = unicodedata.normalize("NFC", apart[0] + "\u031b")
            tone = apart.replace(apart[0], "", 1).replace("\u031b", "")
            written.append(alone[horned] + (marks[tone] if tone else ""))
        else:
            base, *rest = apart
            written.append(base + marks["".join(rest)])
    return "".join(written).encode("latin-1")


def cp1258(text: str) -> bytes:
    written = b""
    for letter in text:
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            tone = "".join(mark for mark in apart if mark in syllables.TONES)
            base = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tone))
            written += (base + tone).encode("cp1258")
    return written


def table(encode: object) -> bytes:
    assert callable(encode)
    rows = ["Mã,Tên,Kinh độ,Vĩ độ", *(f"T{i},{name},106.6,17.{i}" for i, name in enumerate(NAMES))]
    return b"\n".join(encode(row) for row in rows)


@pytest.mark.parametrize(("encode", "name"), [(tcvn3, "TCVN3"), (vni, "VNI"), (cp1258, "CP1258")])
def test_csv_in_an_old_encoding(tmp_path: Path, encode: object, name: str) -> None:
    (tmp_path / "t.csv").write_bytes(table(encode))
    intake = read(tmp_path / "t.csv", Kind.POSTS)
    assert intake.frame["name"].str.lower().tolist() == [name.lower() for name in NAMES]
    assert intake.encoding.split(", ")[0] == name
    assert intake.columns["lon"] == "Kinh độ"


def test_encodings_mixed_in_one_file(tmp_path: Path) -> None:
    lines = ["Mã,Tên,x,y".encode(), *(
        f"T{i},".encode() + encode(name) + b",106.6,17.4"
        for i, (name, encode) in enumerate(zip(NAMES, (tcvn3, vni, cp1258, str.encode), strict=True))
    )]  # fmt: skip
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines))
    intake = read(tmp_path / "t.csv", Kind.POSTS)
    assert intake.frame["name"].str.lower().tolist() == [name.lower() for name in NAMES]
    assert set(intake.encoding.split(", ")) == {"UTF-8", "TCVN3", "VNI", "CP1258"}


@pytest.mark.parametrize(
    ("stored", "cpg"), [("UTF-8", None), ("UTF-8", "ISO-8859-1"), ("TCVN3", None), ("TCVN3", "UTF-8")]
)
def test_dbf_without_or_with_a_wrong_cpg(tmp_path: Path, stored: str, cpg: str | None) -> None:
    names = NAMES if stored == "UTF-8" else [tcvn3(name).decode("latin-1") for name in NAMES]
    frame = gpd.GeoDataFrame(
        {"ma_tru_so": list("abcd"), "ten_tru_so": names},
        geometry=[Point(106.6, 17.4)] * 4,
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "t.shp", encoding="UTF-8" if stored == "UTF-8" else "ISO-8859-1")
    (tmp_path / "t.cpg").unlink(missing_ok=True)
    if cpg:
        (tmp_path / "t.cpg").write_text(cpg)
    intake = read(tmp_path / "t.shp", Kind.POSTS)
    assert intake.frame["name"].str.lower().tolist() == [name.lower() for name in NAMES]
    assert intake.encoding == stored


def test_workbook_cells_in_an_old_font(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in [
        ["Mã", "Tên", "x", "y"],
        *([f"T{i}", tcvn3(n).decode("latin-1"), 106, 17] for i, n in enumerate(NAMES)),
    ]:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    intake = read(tmp_path / "t.xlsx", Kind.POSTS)
    assert intake.frame["name"].str.lower().tolist() == [name.lower() for name in NAMES]
    assert "TCVN3" in intake.encoding


def test_decomposed_letters_eth_and_no_break_spaces_are_stored_in_one_form(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Ðồng\u00a0Hới")
    (tmp_path / "t.csv").write_text(f"Mã,Tên,x,y\nT1,{name},106,17\n", encoding="utf-8")
    assert read(tmp_path / "t.csv", Kind.POSTS).frame["name"].tolist() == ["Đồng Hới"]


def test_other_languages_stay_as_written(tmp_path: Path) -> None:
    rows = "code,name,x,y\n1,Peñol,-75,6\n2,Ñuflo Zürich,-75,6\n3,Año,-75,6\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    assert read(tmp_path / "t.csv", Kind.POSTS).frame["name"].tolist() == ["Peñol", "Ñuflo Zürich", "Año"]

"""Good files of every format, by the writer of the format, and ways to spoil them, each by its number."""

import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import openpyxl
import pandas as pd
import xlwt
from shapely.geometry import LineString, Point, box

from geo.domain.kinds import Kind
from tests.golden.intake import files_hostile


@dataclass(frozen=True)
class Good:
    """A good file: its name, what it holds, its content."""

    name: str
    kind: Kind
    content: bytes


HEADER = ["Mã", "Tên", "Kinh độ", "Vĩ độ"]
ROWS = [[f"T{at}", f"Đội {at}", 105.8 + at / 1000, 21.0 + at / 1000] for at in range(1, 9)]
INCIDENTS = [
    ["code", "category", "origin", "status", "occurred_from", "occurred_to", "lon", "lat"],
    ["I1", "theft", "reported", "received", "03/04/2025 15:30", "13/04/2025", "105,81", "21,01"],
    ["I2", "Trộm cắp", "Phát hiện", "Đã giải quyết", "15h30 ngày 5/3/2025", "", "105,82", "21,02"],
    ["I3", "robbery", "reported", "received", "31/12/2024", "", "105,83", "21,03"],
    ["Tổng cộng", "", "", "", "", "", "", ""],
]
HOUSES = [
    ["Mã hộ", "Chủ hộ", "Thường trú", "Tạm trú", "kinh độ", "vĩ độ"],
    ["H1", "Ẩn", "~4", "1.250", "105.81", "21.01"],
    ["H2", "Ẩn", "3 hộ", "-", "105.82", "21.02"],
]


@cache
def good_files() -> tuple[Good, ...]:
    """One good file or more of every format that is read."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        return (*_tables(folder), *_workbooks(folder), *_layers(folder))


def _delimited(rows: list[list[object]] | list[list[str]], mark: str) -> str:
    return "\n".join(mark.join(str(cell) for cell in row) for row in rows) + "\n"


def _tables(folder: Path) -> list[Good]:
    posts = _delimited([HEADER, *ROWS], ",")
    plain = _delimited([["ma", "ten", "lon", "lat"], *ROWS], ",").replace("ộ", "ô")
    html = "<html><meta charset=utf-8><table border=1>" + "".join(
        "<tr>" + "".join(f"<td rowspan=1>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *ROWS]
    )
    frame = pd.DataFrame(ROWS, columns=["code", "name", "lon", "lat"])
    frame.to_parquet(folder / "plain.parquet")
    return [
        Good("posts.csv", Kind.POSTS, posts.encode()),
        Good("cp1258.csv", Kind.POSTS, plain.encode("cp1258")),
        Good("utf16.txt", Kind.POSTS, _delimited([HEADER, *ROWS], "\t").encode("utf-16")),
        Good("incidents.csv", Kind.INCIDENTS, _delimited(INCIDENTS, ";").encode("utf-8-sig")),
        Good("houses.tsv", Kind.HOUSEHOLDS, _delimited(HOUSES, "\t").encode()),
        Good("posts.csv.gz", Kind.POSTS, gzip.compress(posts.encode(), mtime=0)),
        Good("posts.html", Kind.POSTS, html.encode()),
        Good("web.xls", Kind.POSTS, html.encode()),
        Good("plain.parquet", Kind.POSTS, (folder / "plain.parquet").read_bytes()),
    ]  # fmt: skip


def _workbooks(folder: Path) -> list[Good]:
    book = openpyxl.Workbook()
    book.active.append(["DANH SÁCH TRỤ SỞ"])
    for row in [HEADER, *ROWS, ["Tổng cộng", None, "=SUM(C3:C9)", None]]:
        book.active.append(row)
    book.active.merge_cells("A1:D1")
    book.create_sheet("Ẩn").sheet_state = "hidden"
    book.save(folder / "posts.xlsx")
    old = xlwt.Workbook()
    sheet = old.add_sheet("Trụ sở")
    for at, row in enumerate([HEADER, *ROWS]):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    old.save(str(folder / "posts.xls"))
    files_hostile.laughs_in_ods(folder)
    return [
        Good("posts.xlsx", Kind.POSTS, (folder / "posts.xlsx").read_bytes()),
        Good("posts.xls", Kind.POSTS, (folder / "posts.xls").read_bytes()),
        Good("posts.ods", Kind.POSTS, (folder / "plain.ods").read_bytes()),
    ]


def _layers(folder: Path) -> list[Good]:
    names = pd.DataFrame(ROWS, columns=["code", "name", "x", "y"])[["code", "name"]]
    points = gpd.GeoDataFrame(names, geometry=[Point(x, y) for _, _, x, y in ROWS], crs="EPSG:4326")
    squares = [box(x, y, x + 0.001, y + 0.001) for _, _, x, y in ROWS]
    blocks = gpd.GeoDataFrame(names, geometry=squares, crs="EPSG:4326")
    lines = [LineString([(x, y), (x + 0.001, y), (x, y + 0.001)]) for _, _, x, y in ROWS]
    streets = gpd.GeoDataFrame(names, geometry=lines, crs="EPSG:4326").to_crs("EPSG:3405")
    blocks.to_file(folder / "blocks.geojson", driver="GeoJSON", engine="pyogrio")
    points.to_file(folder / "posts.gpkg", driver="GPKG", engine="pyogrio")
    blocks.to_file(folder / "blocks.kml", driver="KML", engine="pyogrio")
    blocks.to_parquet(folder / "blocks.parquet")
    zipped = [
        files_hostile.zipped(
            folder / f"{kind}.zip", files_hostile.shapefile_parts(folder, frame)
        ).read_bytes()
        for kind, frame in (("blocks", blocks), ("streets", streets))
    ]
    geojson = (folder / "blocks.geojson").read_bytes()
    return [
        Good("blocks.geojson", Kind.BLOCKS, geojson),
        Good("wards.geojson", Kind.WARDS, geojson),
        Good("blocks.geojson.gz", Kind.BLOCKS, gzip.compress(geojson, mtime=0)),
        Good("posts.gpkg", Kind.POSTS, (folder / "posts.gpkg").read_bytes()),
        Good("blocks.kml", Kind.BLOCKS, (folder / "blocks.kml").read_bytes()),
        Good("blocks.parquet", Kind.BLOCKS, (folder / "blocks.parquet").read_bytes()),
        Good("blocks.zip", Kind.BLOCKS, zipped[0]),
        Good("streets.zip", Kind.STREETS, zipped[1]),
    ]


_EXTREMES = [
    bytes(4),
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x80\0\0\0",
    b"\0\0\0\x80",
    b"\xff" * 8,
]
_WORDS = [
    b"NaN", b"-Infinity", b"1e400", b"-1", b"0", b"9" * 400, b"999999999999999999999", b"1e-320", b"\x00",
    b"\xef\xbf\xbf", b"\\ud800", b"\xed\xa0\x80", b'"', b"<", b"[[[[", b"}", b"null", b"\r", b"\n\n", b";",
    b"0x7f",
    b"31/02/2025", b"12/31/9999", b"0000-00-00", b"99h99", "ㅤ".encode(), b"=1+1", b"#REF!", b"%s%n", b"true",
]  # fmt: skip
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")

Bend = Callable[[bytes, random.Random], bytes]


def _flip(content: bytes, dice: random.Random) -> bytes:
    bent = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 8, 64])):
        bent[dice.randrange(len(bent))] = dice.randrange(256)
    return bytes(bent)


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content)) + 1]


def _drop(content: bytes, dice: random.Random) -> bytes:
    start, length = dice.randrange(len(content)), dice.randrange(1, 2 + len(content) // 4)
    return content[:start] + content[start + length :]


def _repeat(content: bytes, dice: random.Random) -> bytes:
    start, length = dice.randrange(len(content)), dice.randrange(1, 2 + len(content) // 4)
    return (
        content[: start + length]
        + content[start : start + length] * dice.choice([1, 3, 40])
        + content[start:]
    )


def _splice(content: bytes, dice: random.Random) -> bytes:
    other = dice.choice(good_files()).content
    start, length = dice.randrange(len(other)), dice.randrange(1, 512)
    at = dice.randrange(len(content))
    return content[:at] + other[start : start + length] + content[at + dice.choice([0, length]) :]


def _overwrite(content: bytes, dice: random.Random) -> bytes:
    extreme, at = (
        dice.choice(_EXTREMES),
        dice.randrange(min(len(content), dice.choice([64, 512, len(content)]))),
    )
    return content[:at] + extreme + content[at + len(extreme) :]


def _reword(content: bytes, dice: random.Random) -> bytes:
    numbers = [found.span() for found in _NUMBER.finditer(content[:200_000])]
    start, end = (
        dice.choice(numbers) if numbers and dice.random() < 0.7 else (dice.randrange(len(content)),) * 2
    )
    return content[:start] + dice.choice(_WORDS) + content[end:]


_BENDS: tuple[Bend, ...] = (_flip, _cut, _drop, _repeat, _splice, _overwrite, _reword)


def mutated(number: int) -> Good:
    """The spoiled file of this number; the same number gives the same spoiling."""
    files = good_files()
    good, dice = files[number % len(files)], random.Random(number)
    content = _inside(good, dice) if dice.random() < 0.75 else _bent(good.content, dice)
    return Good(good.name, good.kind, content)


def _bent(content: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        content = dice.choice(_BENDS)(content or b"\0", dice)
    return content


def _inside(good: Good, dice: random.Random) -> bytes:
    """What is packed is spoiled inside and packed anew, so that the parser behind sees it."""
    if good.name.endswith(".gz"):
        return gzip.compress(_bent(gzip.decompress(good.content), dice), mtime=0)
    if not good.content.startswith(b"PK"):
        return _bent(good.content, dice)
    with zipfile.ZipFile(io.BytesIO(good.content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    spoiled = dice.choice(sorted(name for name in members if members[name]))
    members[spoiled] = _bent(members[spoiled], dice)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()

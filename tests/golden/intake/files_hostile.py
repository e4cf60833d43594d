"""Files made to do harm (item 10), each by the writer of its format and then bent.

All hold, or pretend to hold, posts: ``code, name, lon, lat``.
"""

import gzip
import io
import sqlite3
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import shapely
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from shapely.geometry import Point

HEADER = ("code", "name", "lon", "lat")
ROWS = (("T1", "Đội 1", 105.81, 21.01), ("T2", "Đội 2", 105.82, 21.02))
BILLION = 1_000_000_000

_LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{_LAUGHS}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'


def posts() -> gpd.GeoDataFrame:
    """The two good posts as a layer."""
    frame = pd.DataFrame(ROWS, columns=list(HEADER))
    shapes = [Point(lon, lat) for lon, lat in zip(frame.pop("lon"), frame.pop("lat"), strict=True)]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def shapefile_parts(folder: Path, frame: gpd.GeoDataFrame | None = None) -> dict[str, bytes]:
    """The parts of a shapefile of `frame`, by name."""
    into = folder / "parts"
    into.mkdir(exist_ok=True)
    (posts() if frame is None else frame).to_file(into / "posts.shp", engine="pyogrio")
    return {part.name: part.read_bytes() for part in sorted(into.iterdir())}


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """An archive of `members`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def workbook(rows: tuple[tuple[Any, ...], ...] = ROWS) -> dict[str, bytes]:
    """The members of a workbook of `rows`, by name."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        book.active.append(list(row))
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def kml(before: str = "", placemarks: str = "") -> str:
    """A KML file with a declaration `before` its root."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{placemarks}</Document></kml>"
    )


def _placemark(name: str) -> str:
    return f"<Placemark><name>{name}</name><Point><coordinates>105.8,21</coordinates></Point></Placemark>"


def zip_bomb(folder: Path) -> Path:
    """80 MB of zeros packed into 80 kB as the shapes of a layer."""
    parts = shapefile_parts(folder)
    return zipped(folder / "bomb.zip", {**parts, "posts.shp": parts["posts.shp"] + bytes(80_000_000)})


def nested_zip_bomb(folder: Path) -> Path:
    """An archive in an archive in an archive, the innermost full of zeros."""
    inner = zipped(folder / "0.zip", {"posts.shp": bytes(20_000_000)}).read_bytes()
    for level in range(1, 4):
        members = {f"{at}.zip": inner for at in range(8)}
        inner = zipped(folder / f"{level}.zip", members).read_bytes()
    (folder / "nested.zip").write_bytes(inner)
    return folder / "nested.zip"


def gzip_bomb(folder: Path) -> Path:
    """A table of 300 MB of one line, packed into 300 kB."""
    with gzip.open(folder / "bomb.csv.gz", "wb", compresslevel=1) as stream:
        stream.write(b"code,name,lon,lat\n")
        for _ in range(300):
            stream.write(b"T1,Doi,105.81,21.01\n" * 52_429)
    return folder / "bomb.csv.gz"


def zip_slip(folder: Path) -> Path:
    """A layer, one part of which would be written above its folder."""
    parts = shapefile_parts(folder)
    return zipped(folder / "slip.zip", {**parts, "../../posts.prj": b"x"})


def unc_member(folder: Path) -> Path:
    """A layer, one part of which is on another machine (a UNC path)."""
    return zipped(folder / "unc.zip", {**shapefile_parts(folder), "\\\\host\\share\\posts.prj": b"x"})


def symlink_member(folder: Path) -> Path:
    """A layer, the table of which is a link to a file of this machine."""
    parts = shapefile_parts(folder)
    del parts["posts.dbf"]
    path = zipped(folder / "link.zip", parts)
    link = zipfile.ZipInfo("posts.dbf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return path


def million_members(folder: Path) -> Path:
    """A table of contents of a million entries, whose 16-bit count has wrapped around to 16,960."""
    name, local = b"posts.shp", struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 9, 0)
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0
    )  # fmt: skip
    count = 1_000_000
    contents = (entry + name) * count
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(contents), len(local + name), 0
    )
    (folder / "million.zip").write_bytes(local + name + contents + end)
    return folder / "million.zip"


def laughs_in_workbook(folder: Path) -> Path:
    """Entities that grow to 3 GB, in the part of a workbook that names its sheets."""
    parts = workbook()
    content = parts["xl/workbook.xml"].decode()
    return zipped(folder / "laughs.xlsx", {**parts, "xl/workbook.xml": f"{LAUGHS}{content}".encode()})


def laughs_in_sheet(folder: Path) -> Path:
    """The same in a sheet itself, used as the value of a cell."""
    parts = workbook()
    content = parts["xl/worksheets/sheet1.xml"].decode()
    at = content.index("<sheetData>")
    cell = '<sheetData><row r="9"><c r="A9" t="str"><v>&l9;</v></c></row>'
    bent = f"{LAUGHS}{content[:at]}{cell}{content[at + len('<sheetData>') :]}"
    return zipped(folder / "sheet.xlsx", {**parts, "xl/worksheets/sheet1.xml": bent.encode()})


def laughs_in_ods(folder: Path) -> Path:
    """The same in an OpenDocument sheet."""
    document, table = OpenDocumentSpreadsheet(), Table(name="Posts")
    for cells in (HEADER, *ROWS):
        row = TableRow()
        for cell in cells:
            held = TableCell(valuetype="string")
            held.addElement(P(text=str(cell)))
            row.addElement(held)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(folder / "plain.ods"))
    with zipfile.ZipFile(folder / "plain.ods") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts["content.xml"].decode().replace("?>", f"?>{LAUGHS}", 1).replace("T1", "&l9;")
    return zipped(folder / "laughs.ods", {**parts, "content.xml": content.encode()})


def laughs_in_kml(folder: Path) -> Path:
    """The same in KML."""
    (folder / "laughs.kml").write_text(kml(LAUGHS, _placemark("&l9;")), encoding="utf-8")
    return folder / "laughs.kml"


def laughs_in_utf16(folder: Path) -> Path:
    """The same in UTF-16, where a search for the letters of ENTITY finds nothing."""
    text = kml(LAUGHS, _placemark("&l9;")).replace("UTF-8", "UTF-16")
    (folder / "utf16.kml").write_text(text, encoding="utf-16")
    return folder / "utf16.kml"


def outside_entity(folder: Path) -> Path:
    """A name in KML that is to be filled with a file of this machine."""
    (folder / "outside.kml").write_text(kml(OUTSIDE, _placemark("&l9;")), encoding="utf-8")
    return folder / "outside.kml"


def network_link(folder: Path) -> Path:
    """KML that holds nothing but a link to another machine."""
    link = "<NetworkLink><Link><href>http://192.0.2.1/posts.kml</href></Link></NetworkLink>"
    (folder / "link.kml").write_text(kml("", link), encoding="utf-8")
    return folder / "link.kml"


def svg(folder: Path) -> Path:
    """A drawing with entities under the name of a map."""
    text = f'<?xml version="1.0"?>{LAUGHS}<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>'
    (folder / "drawing.kml").write_text(text, encoding="utf-8")
    return folder / "drawing.kml"


def vrt_as_kml(folder: Path) -> Path:
    """A GDAL virtual layer, which opens other files and addresses, under the name of a map."""
    return _vrt(folder / "vrt.kml")


def vrt(folder: Path) -> Path:
    """A GDAL virtual layer under its own name."""
    return _vrt(folder / "posts.vrt")


def _vrt(path: Path) -> Path:
    source = "<SrcDataSource>/vsicurl/http://192.0.2.1/posts.geojson</SrcDataSource>"
    path.write_text(f'<OGRVRTDataSource><OGRVRTLayer name="posts">{source}</OGRVRTLayer></OGRVRTDataSource>')
    return path


def external_link(folder: Path) -> Path:
    """A workbook, one cell of which asks a workbook on another machine."""
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS, ("='\\\\192.0.2.1\\share\\[x.xlsx]Sheet1'!A1", "Đội 3", 105.83, 21.03)):
        book.active.append(list(row))
    book.save(folder / "external.xlsx")
    return folder / "external.xlsx"


def claims_all_cells(folder: Path) -> Path:
    """A workbook of two rows that claims to fill every cell there can be."""
    parts = workbook()
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'ref="A1:D3"', b'ref="A1:XFD1048576"')
    assert b"XFD1048576" in sheet
    return zipped(folder / "claims.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet})


def last_cell(folder: Path) -> Path:
    """A workbook with one cell in the last row and column there can be: 17 billion cells between."""
    parts = workbook()
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", cell)
    return zipped(folder / "last.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet})


def dbf_claims_billion(folder: Path) -> Path:
    """A shapefile, the table of which claims a billion rows."""
    parts = shapefile_parts(folder)
    table = parts["posts.dbf"]
    parts["posts.dbf"] = table[:4] + struct.pack("<I", BILLION) + table[8:]
    return zipped(folder / "dbf.zip", parts)


def shp_claims_billion(folder: Path) -> Path:
    """A shapefile, whose index claims a billion shapes."""
    parts = shapefile_parts(folder)
    for name in ("posts.shp", "posts.shx"):
        content = parts[name]
        parts[name] = content[:24] + struct.pack(">i", 2**31 - 1) + content[28:]
    return zipped(folder / "shp.zip", parts)


def gpkg_claims_billion(folder: Path) -> Path:
    """A GeoPackage of two features that claims a billion."""
    path = folder / "claims.gpkg"
    posts().to_file(path, driver="GPKG", engine="pyogrio")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (BILLION,))
    connection.commit()
    connection.close()
    return path


def gpkg_endless_view(folder: Path) -> Path:
    """A GeoPackage, the layer of which is a view that never ends."""
    path = folder / "view.gpkg"
    posts().to_file(path, driver="GPKG", engine="pyogrio")
    connection = sqlite3.connect(path)
    layer = connection.execute("SELECT table_name FROM gpkg_contents").fetchone()[0]
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    connection.execute(f"ALTER TABLE {layer} RENAME TO kept")
    connection.execute(
        f"CREATE VIEW {layer} AS {endless} SELECT x AS fid, 'T' || x AS code, 'n' AS name, "
        "(SELECT geom FROM kept LIMIT 1) AS geom FROM n"
    )
    connection.execute("DELETE FROM gpkg_ogr_contents")
    connection.commit()
    connection.close()
    return path


def parquet_claims_billion(folder: Path) -> Path:
    """GeoParquet of two rows, whose footer claims a billion."""
    path = folder / "claims.parquet"
    posts().to_parquet(path)
    content = path.read_bytes()
    length = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - length : -8]
    # The third field of the footer is the number of rows, a zigzag varint: 4 stands for 2.
    at = footer.index(b"\x16\x04")
    bent = footer[:at] + b"\x16" + _varint(2 * BILLION) + footer[at + 2 :]
    path.write_bytes(content[: -8 - length] + bent + struct.pack("<I", len(bent)) + b"PAR1")
    return path


def _varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def not_numbers_in_csv(folder: Path) -> Path:
    """Coordinates that are no numbers, or no finite ones."""
    rows = ["T3,a,NaN,21.0", "T4,b,105.8,inf", "T5,c,1e999,21.0", "T6,d,-Infinity,nan"]
    good = [",".join(str(cell) for cell in row) for row in ROWS]
    (folder / "nan.csv").write_text("\n".join([",".join(HEADER), *good, *rows]) + "\n", encoding="utf-8")
    return folder / "nan.csv"


def not_numbers_in_shapes(folder: Path) -> Path:
    """Points at NaN and at infinity."""
    frame = posts()
    extra = gpd.GeoDataFrame(
        {"code": ["T3", "T4", "T5"], "name": ["a", "b", "c"]},
        geometry=shapely.points([[float("nan"), 21], [float("inf"), 21], [105.8, float("-inf")]]),
        crs="EPSG:4326",
    )
    path = folder / "nan.parquet"
    pd.concat([frame, extra], ignore_index=True).to_parquet(path)
    return path


def not_numbers_in_geojson(folder: Path) -> Path:
    """A coordinate written NaN, which JSON has not."""
    path = folder / "nan.geojson"
    posts().to_file(path, driver="GeoJSON", engine="pyogrio")
    path.write_text(path.read_text(encoding="utf-8").replace("105.81", "NaN"), encoding="utf-8")
    return path


def deep_arrays(folder: Path) -> Path:
    """GeoJSON whose coordinates are a million arrays, one in the other."""
    deep = "[" * 1_000_000 + "]" * 1_000_000
    text = f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{deep}}}}}'
    (folder / "deep.geojson").write_text(text)
    return folder / "deep.geojson"


def deep_properties(folder: Path) -> Path:
    """GeoJSON with one property that is a hundred thousand objects, one in the other."""
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    point = '{"type":"Point","coordinates":[105.8,21]}'
    text = f'{{"type":"Feature","properties":{{"code":"T1","name":{deep}}},"geometry":{point}}}'
    (folder / "properties.geojson").write_text(text)
    return folder / "properties.geojson"


def huge_cell(folder: Path) -> Path:
    """A name of 20 million letters."""
    (folder / "cell.csv").write_text(f"code,name,lon,lat\nT1,{'a' * 20_000_000},105.81,21.01\n")
    return folder / "cell.csv"


def many_columns(folder: Path) -> Path:
    """A table of two hundred thousand columns."""
    names = ",".join(f"c{at}" for at in range(200_000))
    (folder / "wide.csv").write_text(f"code,name,lon,lat,{names}\nT1,a,105.81,21.01{',1' * 200_000}\n")
    return folder / "wide.csv"


def wide_spans(folder: Path) -> Path:
    """A table in HTML, each cell of which claims to span a million columns and rows."""
    cell = '<td colspan="1000000" rowspan="1000000">x</td>'
    text = f"<html><table>{'<tr>' + cell * 50 + '</tr>'}{('<tr>' + cell * 50 + '</tr>') * 200}</table></html>"
    (folder / "spans.xls").write_text(text)
    return folder / "spans.xls"


FILES = (
    zip_bomb, nested_zip_bomb, gzip_bomb, zip_slip, unc_member, symlink_member, million_members,
    laughs_in_workbook, laughs_in_sheet, laughs_in_ods, laughs_in_kml, laughs_in_utf16, outside_entity,
    network_link, svg, vrt_as_kml, vrt, external_link, claims_all_cells, last_cell, dbf_claims_billion,
    shp_claims_billion, gpkg_claims_billion, gpkg_endless_view, parquet_claims_billion, not_numbers_in_csv,
    not_numbers_in_shapes, not_numbers_in_geojson, deep_arrays, deep_properties, huge_cell, many_columns,
    wide_spans,
)  # fmt: skip

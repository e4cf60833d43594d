"""Files of item 7: borders of blocks as they are drawn in practice, in squares of 200 m near Hà Nội.

  exact ┌─┬─┐  overlap ┌─┬┬─┐  gap ┌─┬─┬─┐  crack ┌─┐┌─┐  bow-tie ╲╱  spike ┌─┐
        └─┴─┘          └─┴┴─┘      ├─┤ ├─┤        └─┘└─┘          ╱╲        └─┴──
                                   └─┴─┴─┘

Squares are set out in metres of VN-2000 / UTM 48N, so that every area is known from its drawing.
"""

import csv
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

SIDE_M = 200.0
X0, Y0 = 585_000.0, 2_325_000.0
METRIC = 3405
WING_M2 = SIDE_M**2 / 4  # of each of the two of a bow-tie


def square(column: float, row: float, width: float = SIDE_M, height: float = SIDE_M) -> Polygon:
    """A square of the grid, in metres."""
    x, y = X0 + column * SIDE_M, Y0 + row * SIDE_M
    return box(x, y, x + width, y + height)


def ring(*points: tuple[float, float]) -> Polygon:
    """A polygon through `points`, in metres from the corner of the grid."""
    return Polygon([(X0 + x, Y0 + y) for x, y in points])


def in_degrees(shapes: Sequence[Any]) -> list[Any]:
    """Return `shapes` as they are written: EPSG:4326."""
    return list(gpd.GeoSeries(list(shapes), crs=METRIC).to_crs(4326))


GRID = [square(column, row) for row in range(3) for column in range(3)]
SPIKE = ring((0, 0), (200, 0), (200, 100), (260, 100), (200, 100), (200, 200), (0, 200))
BOW_TIE = ring((0, 0), (200, 200), (200, 0), (0, 200))
# The loop at the right is drawn over the square: which of the two is meant, nobody can say.
LOOP = ring((0, 0), (200, 0), (200, 120), (150, 120), (150, 80), (260, 80), (260, 200), (0, 200))
ISLANDS = [square(0, 0), square(3, 0, 50, 50), square(3, 2, 30, 30)]
HOLE = square(0.25, 0.25, 100, 100)


def exact_neighbours(folder: Path) -> Path:
    """Nine squares that share their borders exactly: a coverage."""
    return _written(folder / "khop.gpkg", GRID)


def self_intersections(folder: Path) -> Path:
    """A spike, whose repair changes nothing; a loop and a bow-tie, whose repairs would."""
    shapes = [SPIKE, translate(LOOP, 1000), translate(BOW_TIE, 2000), square(20, 0)]
    return _written(folder / "tu_cat.shp", shapes)


def unclosed_rings(folder: Path) -> Path:
    """GeoJSON whose second border lacks its last point."""
    path = _written(folder / "ho.geojson", [square(0, 0), square(2, 0), square(4, 0)])
    layer = json.loads(path.read_text(encoding="utf-8"))
    layer["features"][1]["geometry"]["coordinates"][0].pop()
    path.write_text(json.dumps(layer), encoding="utf-8")
    return path


def unclosed_rings_in_parquet(folder: Path) -> Path:
    """The same in GeoParquet, the last point 20 m away from the first."""
    path = folder / "ho.parquet"
    frame = _frame([square(0, 0), square(2, 0)])
    frame.to_parquet(path)
    return _opened(path)


def unclosed_rings_in_wkt(folder: Path) -> Path:
    """The same as text in a column."""
    shapes = [shape.wkt for shape in in_degrees([square(0, 0), square(2, 0)])]
    shapes[1] = shapes[1].rsplit(",", 1)[0] + "))"
    return _table(folder / "ho.csv", shapes)


def slivers(folder: Path) -> Path:
    """A part half a metre wide, a hole a quarter of a metre wide, and a border drawn twice 0.4 m off."""
    with_part = MultiPolygon([square(0, 0), square(0, 1.5, 200, 0.5)])
    with_hole = square(3, 0).difference(square(3.2, 0.5, 100, 0.25))
    return _written(folder / "manh_vun.gpkg", [with_part, with_hole, square(6, 0, 200.4), square(7, 0)])


def gaps_and_cracks(folder: Path) -> Path:
    """A square missing among nine, and two squares 0.5 m apart: a crack that is open at both ends."""
    around = [shape for shape in GRID if shape is not GRID[4]]
    return _written(folder / "ho_giua.gpkg", [*around, square(6, 0, 199.5), square(7, 0)])


def overlaps(folder: Path) -> Path:
    """Two squares that share a strip of 20 m; a third lies wholly in a fourth; two are the same."""
    inner = square(4.25, 0.25, 100, 100)
    return _written(
        folder / "chong.shp",
        [square(0, 0), square(0.9, 0), inner, square(4, 0), square(8, 0), square(8, 0)],
    )


def islands(folder: Path) -> Path:
    """Code A in three rows, code B as one multipolygon of two."""
    frame = _frame([*ISLANDS, MultiPolygon([square(6, 0), square(8, 0, 100, 100)])])
    frame["code"], frame["name"] = ["A", "A", "A", "B"], ["Đảo", "Đảo", "Đảo", "Bờ"]
    frame.to_file(folder / "dao.gpkg")
    return folder / "dao.gpkg"


def heights(folder: Path) -> Path:
    """Heights of 7 m on the first border, of 0 on the second."""
    solid = [shapely.force_3d(square(0, 0), 7.0), shapely.force_3d(square(1, 0), 0.0)]
    return _written(folder / "cao.gpkg", solid)


def measures(folder: Path) -> Path:
    """Z and M in WKT."""
    (flat,) = in_degrees([square(0, 0)])
    points = ", ".join(f"{x} {y} 3 9" for x, y in flat.exterior.coords)
    return _table(folder / "do.csv", [f"POLYGON ZM (({points}))"])


def wrong_winding(folder: Path) -> Path:
    """GeoJSON with a clockwise border, and one whose hole turns like its border."""
    clockwise = shapely.orient_polygons(square(0, 0), exterior_cw=True)
    shell, hole = list(square(0, 0).exterior.coords), list(HOLE.exterior.coords)
    alike = translate(Polygon(shell, [hole]), 1000)
    assert alike.exterior.is_ccw == alike.interiors[0].is_ccw
    return _written(folder / "nguoc.geojson", [clockwise, alike])


def in_the_next_zone(folder: Path) -> Path:
    """Blocks in zone 105°45' under the .prj of zone 105°00'."""
    frame = _frame(GRID).to_crs(9210)
    path = folder / "sai_mui.shp"
    frame.to_file(path)
    path.with_suffix(".prj").write_text(CRS.from_epsg(5897).to_wkt("WKT1_ESRI"), encoding="ascii")
    return path


def northing_first_without_prj(folder: Path) -> Path:
    """Blocks in kilometres of zone 105°45', northing first, the .prj missing."""
    frame = _frame(GRID).to_crs(9210)
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1] / 1000)
    path = folder / "km.shp"
    frame.to_file(path)
    path.with_suffix(".prj").unlink()
    return path


def latitude_first(folder: Path) -> Path:
    """GeoJSON with the latitude before the longitude."""
    turned = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in in_degrees(GRID)]
    frame = _frame(GRID).set_geometry(turned, crs=4326)
    frame.to_file(folder / "vi_do_truoc.geojson")
    return folder / "vi_do_truoc.geojson"


def _frame(shapes: Sequence[Any]) -> gpd.GeoDataFrame:
    codes = [chr(ord("A") + at) for at in range(len(shapes))]
    names = [f"Tổ {code}" for code in codes]
    return gpd.GeoDataFrame({"code": codes, "name": names}, geometry=in_degrees(shapes), crs=4326)


def _written(path: Path, shapes: Sequence[Any]) -> Path:
    _frame(shapes).to_file(path)
    return path


def _table(path: Path, words: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "wkt"])
        writer.writerows([chr(ord("A") + at), f"Tổ {at}", word] for at, word in enumerate(words))
    return path


def _opened(path: Path) -> Path:
    """`path` (GeoParquet) with the second border open, and no CRS: by the standard, degrees."""
    table = pq.read_table(path)
    at = table.schema.get_field_index("geometry")
    wkb = table["geometry"].to_pylist()
    x, y = struct.unpack("<2d", wkb[1][-16:])
    wkb[1] = wkb[1][:-16] + struct.pack("<2d", x - 20 / 104_000, y)
    opened = table.set_column(at, table.schema.field(at), [pa.array(wkb)])
    geo = json.loads(table.schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["crs"]
    pq.write_table(opened.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    return path


FILES: tuple[Callable[[Path], Path], ...] = (
    exact_neighbours,
    self_intersections,
    unclosed_rings,
    unclosed_rings_in_parquet,
    unclosed_rings_in_wkt,
    slivers,
    gaps_and_cracks,
    overlaps,
    islands,
    heights,
    measures,
    wrong_winding,
    in_the_next_zone,
    northing_first_without_prj,
    latitude_first,
)

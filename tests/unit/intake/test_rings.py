"""Single borders with faults of drawing, about 0.01 degree (1.1 km) a side, near Hà Nội.

unclosed ┌───┐   bow-tie ╲ ╱   no area ────   hole  ┌─────┐ drawn the same way round
         │   ╵            ╳                         │ ┌─┐ │
         └───            ╱ ╲                        └─┴─┴─┘
"""

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry import Polygon, box

from geo.domain.kinds import Kind
from geo.intake.reading import Intake, read

SQUARE = box(105.80, 21.00, 105.81, 21.01)
# 0.01 degree of longitude by 0.01 of latitude at 21 N, on the ellipsoid.
SQUARE_M2 = 1_151_000
GOOD = "POLYGON((105.9 21,105.91 21,105.91 21.01,105.9 21.01,105.9 21))"

CsvFile = Callable[..., Path]


def from_wkt(csv_file: CsvFile, *shapes: str) -> Intake:
    rows = "".join(f'{n},"{shape}"\n' for n, shape in enumerate(shapes, start=1))
    return took(csv_file("code,wkt\n" + rows))


def took(path: Path, kind: Kind = Kind.WARDS) -> Intake:
    intake = read(path, kind)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def geojson(path: Path, *rings: list[Any] | None) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code": str(n), "name": str(n)},
            "geometry": ring and {"type": "Polygon", "coordinates": ring},
        }
        for n, ring in enumerate(rings, start=1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def file_of(path: Path, *shapes: Any) -> Path:
    codes = [str(n) for n in range(1, len(shapes) + 1)]
    gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=list(shapes), crs="EPSG:4326").to_file(path)
    return path


def note(intake: Intake, code: str) -> dict[str, Any]:
    return dict(next(note.reason.params for note in intake.notes if note.reason.code == code))


OPEN = "POLYGON((105.8 21,105.81 21,105.81 21.01,105.8 21.01))"


def test_an_unclosed_ring_in_wkt_is_left_out_with_the_area_it_would_have(csv_file: CsvFile) -> None:
    intake = from_wkt(csv_file, OPEN, GOOD, "", OPEN.replace("POLYGON(", "MULTIPOLYGON((") + ")")
    assert intake.reasons == {"unclosed_ring": 2, "missing_geometry_row": 1}
    assert intake.frame["code"].tolist() == ["2"]
    for reject in (intake.rejects[0], intake.rejects[2]):
        assert reject.also == ()
        assert float(reject.reason.params["area_m2"]) == pytest.approx(SQUARE_M2, rel=2e-3)
    assert "khép" in intake.rejects[0].reason.sentence("vi")


def test_an_unclosed_ring_in_geojson_is_not_taken_for_a_missing_one(tmp_path: Path) -> None:
    ring = [[105.8, 21], [105.81, 21], [105.81, 21.01], [105.8, 21.01]]
    closed = [*ring, ring[0]]
    hole = [[105.802, 21.002], [105.804, 21.002], [105.804, 21.004]]
    intake = took(geojson(tmp_path / "w.geojson", [ring], [closed], None, [closed, hole]))
    assert intake.reasons == {"unclosed_ring": 2, "missing_geometry_row": 1}
    assert [reject.row for reject in intake.rejects] == [1, 3, 4]
    assert float(intake.rejects[0].reason.params["area_m2"]) == pytest.approx(SQUARE_M2, rel=2e-3)
    # The hole, a triangle of 0.002 degrees a leg, is not part of it.
    assert float(intake.rejects[2].reason.params["area_m2"]) == pytest.approx(SQUARE_M2 * 0.98, rel=2e-3)


def test_an_unclosed_ring_in_geoparquet_does_not_stop_the_file(tmp_path: Path) -> None:
    path = tmp_path / "w.parquet"
    frame = gpd.GeoDataFrame(
        {"code": ["1", "2", "3"], "name": ["1", "2", "3"]}, geometry=[SQUARE, SQUARE, None]
    )
    frame.set_crs("EPSG:4326").to_parquet(path)
    table = pq.read_table(path)
    # The last point of the first ring, which closes it, is moved.
    first, second, none = table["geometry"].to_pylist()
    first = first[:-16] + struct.pack("<2d", 105.5, 21.5)
    column = pa.array([first, second, none])
    pq.write_table(table.set_column(2, table.schema.field("geometry"), [column]), path)
    intake = took(path)
    assert intake.reasons == {"unclosed_ring": 1, "missing_geometry_row": 1}
    assert intake.frame.geometry[0].equals(SQUARE)
    assert intake.crs.code == "EPSG:4326"


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("POLYGON((0 0,1 x", "unreadable_geometry"),
        ("somewhere", "unreadable_geometry"),
        (
            "CURVEPOLYGON(CIRCULARSTRING(105.8 21,105.81 21,105.81 21.01,105.8 21.01,105.8 21))",
            "unreadable_geometry",
        ),
        ("POLYGON((105.8 21,105.81 nan,105.81 21.01,105.8 21))", "coordinate_not_finite"),
        ("POLYGON((105.8 21,105.81 inf,105.81 21.01,105.8 21))", "coordinate_not_finite"),
        ("POLYGON((105.8 21,105.81 21,105.8 21))", "no_area"),
        ("POLYGON((105.8 21,105.81 21,105.82 21,105.8 21))", "no_area"),
        ("POLYGON EMPTY", "missing_geometry_row"),
    ],
)
def test_one_bad_shape_has_its_reason_and_does_not_stop_the_file(
    csv_file: CsvFile, shape: str, code: str
) -> None:
    intake = from_wkt(csv_file, shape, GOOD)
    assert intake.reasons == {code: 1}
    assert intake.rejects[0].also == ()
    assert intake.frame["code"].tolist() == ["2"]
    for lang in ("vi", "en"):
        assert "nan" not in intake.rejects[0].reason.sentence(lang)


def test_a_bow_tie_names_what_a_repair_would_change(tmp_path: Path) -> None:
    bow_tie = Polygon([(105.8, 21.0), (105.81, 21.01), (105.81, 21.0), (105.8, 21.01)])
    intake = took(file_of(tmp_path / "w.gpkg", bow_tie))
    assert intake.reasons == {"invalid_polygon": 1}
    # Its two triangles are half the square; by direction they cancel, so that all of it would be a guess.
    assert float(intake.rejects[0].reason.params["change_m2"]) == pytest.approx(SQUARE_M2 / 2, rel=2e-3)


def test_heights_are_dropped_and_told_but_zeros_say_nothing(tmp_path: Path) -> None:
    high, flat = (
        Polygon([(x + dx, y, z) for x, y in SQUARE.exterior.coords]) for dx, z in ((0, 7.0), (0.05, 0.0))
    )
    intake = took(file_of(tmp_path / "w.gpkg", high, flat))
    assert not intake.frame.geometry.has_z.any()
    assert intake.warnings == {"dimension_dropped": 1}
    assert [(n.row, n.reason.params["found"]) for n in intake.notes] == [(1, "Z")]


def test_measures_are_dropped_and_told(csv_file: CsvFile) -> None:
    both = "POLYGON ZM((105.8 21 1 5,105.81 21 2 5,105.81 21.01 3 5,105.8 21 1 5))"
    measured = "POLYGON M((105.7 21 5,105.71 21 5,105.71 21.01 5,105.7 21 5))"
    intake = from_wkt(csv_file, both, GOOD, measured)
    assert intake.warnings["dimension_dropped"] == 2
    told = {n.row: n.reason.params["found"] for n in intake.notes if n.reason.code == "dimension_dropped"}
    assert told == {2: "ZM", 4: "M"}
    assert intake.frame.geometry[0].wkb_hex == shapely.force_2d(shapely.from_wkt(both)).wkb_hex


def test_measures_that_gdal_leaves_out_are_told_of_the_file(tmp_path: Path) -> None:
    path = file_of(tmp_path / "w.gpkg", SQUARE)
    assert "measures_dropped" not in took(path).warnings
    measured = shapely.from_wkt("POLYGON M((105.8 21 1,105.81 21 2,105.81 21.01 3,105.8 21 1))")
    blob = b"GP\x00\x01" + struct.pack("<i", 4326) + shapely.to_wkb(measured, flavor="iso")
    database = sqlite3.connect(path)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    database.execute("UPDATE w SET geom = ?", (blob,))
    database.execute("UPDATE gpkg_geometry_columns SET m = 1")
    database.commit()
    database.close()
    assert took(path).warnings == {"measures_dropped": 1}


HOLE = [(105.802, 21.002), (105.804, 21.002), (105.804, 21.004), (105.802, 21.004)]


@pytest.mark.parametrize("shell", [1, -1], ids=["clockwise", "counter-clockwise"])
def test_a_hole_drawn_like_its_shell_is_told_with_its_area(csv_file: CsvFile, shell: int) -> None:
    outer = list(SQUARE.exterior.coords)[::shell]
    turned_left = shapely.is_ccw(shapely.linearrings(outer))
    alike = [*HOLE, HOLE[0]][:: 1 if turned_left else -1]
    intake = from_wkt(csv_file, Polygon(outer, [alike]).wkt, Polygon(outer, [alike[::-1]]).wkt)
    assert intake.warnings["hole_direction"] == 1
    told = note(intake, "hole_direction")
    assert told["holes"] == 1
    assert float(told["area_m2"]) == pytest.approx(SQUARE_M2 * 0.04, rel=2e-3)
    # It is a hole all the same.
    assert intake.frame.geometry[0].area == pytest.approx(0.96e-4)


@pytest.mark.parametrize("step", [1, -1])
def test_the_direction_of_a_shell_alone_says_nothing(csv_file: CsvFile, step: int) -> None:
    intake = from_wkt(csv_file, Polygon(list(SQUARE.exterior.coords)[::step]).wkt)
    assert intake.warnings == {"name_from_code": 1}
    assert intake.frame.geometry[0].area == pytest.approx(1e-4)

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Options, read

WARDS = gpd.GeoDataFrame(
    {"code": ["00004", "00008"], "name": ["Ba Đình", "Ngọc Hà"]},
    geometry=[box(105.8, 21, 105.81, 21.01), box(105.81, 21, 105.82, 21.01)],
    crs="EPSG:4326",
)


def as_geojson(folder: Path) -> Path:
    WARDS.to_file(folder / "w.geojson")
    return folder / "w.geojson"


def as_packed_geojson(folder: Path) -> Path:
    (folder / "w.geojson.gz").write_bytes(gzip.compress(as_geojson(folder).read_bytes()))
    return folder / "w.geojson.gz"


def as_geopackage(folder: Path) -> Path:
    WARDS.to_file(folder / "w.gpkg", layer="phuong")
    return folder / "w.gpkg"


def as_shapefile(folder: Path) -> Path:
    WARDS.to_file(folder / "w.shp", encoding="UTF-8")
    return folder / "w.shp"


def as_zipped_shapefile(folder: Path) -> Path:
    as_shapefile(folder)
    with zipfile.ZipFile(folder / "w.zip", "w") as archive:
        for part in folder.glob("w.*"):
            if part.suffix != ".zip":
                archive.write(part, f"phường xã/{part.name}")
    return folder / "w.zip"


def as_kml(folder: Path) -> Path:
    WARDS.to_file(folder / "w.kml", driver="KML")
    return folder / "w.kml"


def as_geoparquet(folder: Path) -> Path:
    WARDS.to_parquet(folder / "w.parquet")
    return folder / "w.parquet"


def as_csv_with_wkt(folder: Path) -> Path:
    WARDS.drop(columns="geometry").assign(wkt=WARDS.geometry.to_wkt()).to_csv(folder / "w.csv", index=False)
    return folder / "w.csv"


def as_xlsx_with_wkt(folder: Path) -> Path:
    WARDS.drop(columns="geometry").assign(wkt=WARDS.geometry.to_wkt()).to_excel(
        folder / "w.xlsx", index=False
    )
    return folder / "w.xlsx"


WRITERS = [
    as_geojson, as_packed_geojson, as_geopackage, as_shapefile, as_zipped_shapefile, as_kml, as_geoparquet,
    as_csv_with_wkt, as_xlsx_with_wkt,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_wards_come_out_the_same_from_every_format(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    intake = read(write(tmp_path), Kind.WARDS)
    assert intake.rows_read == 2
    assert not intake.rejects
    assert intake.frame["code"].tolist() == ["00004", "00008"]
    assert intake.frame["name"].tolist() == ["Ba Đình", "Ngọc Hà"]
    assert intake.frame.normalize().geom_equals_exact(WARDS.normalize(), 1e-9).all()
    assert intake.crs.code == "EPSG:4326"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_and_utf16(csv_file: Callable[..., Path], delimiter: str) -> None:
    lines = ["code,name,lon,lat", "T1,Trụ sở 1,105.8,21", "T2,Trụ sở 2,105.9,21"]
    text = "\n".join(lines).replace(",", delimiter)
    for content, encoding in [(text.encode(), "UTF-8"), (text.encode("utf-16"), "UTF-16")]:
        intake = read(csv_file(content), Kind.POSTS)
        assert intake.frame["name"].tolist() == ["Trụ sở 1", "Trụ sở 2"]
        assert intake.encoding == encoding


def test_points_of_a_layer_are_places(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"ma": ["T1"], "ten": ["Trụ sở"]}, geometry=[Point(105.8, 21)], crs="EPSG:4326")
    frame.to_crs("EPSG:3405").to_file(tmp_path / "posts.gpkg")
    intake = read(tmp_path / "posts.gpkg", Kind.POSTS)
    assert intake.frame[["lon", "lat"]].iloc[0].tolist() == pytest.approx([105.8, 21], abs=1e-7)


def test_a_layer_is_chosen_by_its_geometry_or_by_name(tmp_path: Path) -> None:
    path = as_geopackage(tmp_path)
    points = gpd.GeoDataFrame({"code": ["T1"]}, geometry=[Point(105.8, 21)], crs="EPSG:4326")
    points.to_file(path, layer="tru_so")
    assert read(path, Kind.WARDS).sheet == "phuong"
    assert read(path, Kind.POSTS).sheet == "tru_so"
    WARDS.to_file(path, layer="phuong_cu")
    with pytest.raises(InputError, match="phuong, phuong_cu"):
        read(path, Kind.WARDS)
    assert read(path, Kind.WARDS, Options(sheet="phuong_cu")).rows_read == 2


def test_the_only_filled_sheet_is_read(xlsx_file: Callable[..., Path]) -> None:
    rows = [["Số hiệu", "Họ tên", "Mã phường", "SĐT"], ["001", "Cán bộ 1", "00004", "0900000000"]]
    intake = read(xlsx_file(trống=[], cán_bộ=rows), Kind.OFFICERS)
    assert intake.sheet == "cán_bộ"
    assert intake.frame["service_number"].tolist() == ["001"]
    assert intake.dropped_columns == ("SĐT",)
    with pytest.raises(InputError) as caught:
        read(xlsx_file(a=rows, b=rows), Kind.OFFICERS)
    assert caught.value.code == "several_sheets"
    assert read(xlsx_file(a=rows, b=rows), Kind.OFFICERS, Options(sheet="b")).rows_read == 1


def test_hidden_sheets_are_passed_over(tmp_path: Path, xlsx_file: Callable[..., Path]) -> None:
    import openpyxl

    rows = [["Số hiệu", "Họ tên", "Mã phường"], ["001", "Cán bộ 1", "00004"]]
    path = xlsx_file(a=rows, b=[*rows, ["002", "Cán bộ 2", "00004"]])
    workbook = openpyxl.load_workbook(path)
    workbook["a"].sheet_state = "hidden"
    workbook.save(path)
    assert read(path, Kind.OFFICERS).rows_read == 2


def test_a_file_that_is_not_what_its_name_says(csv_file: Callable[..., Path], tmp_path: Path) -> None:
    zipped = as_zipped_shapefile(tmp_path).read_bytes()
    geojson = as_geojson(tmp_path).read_bytes()
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "real.xlsx", index=False)
    xlsx = (tmp_path / "real.xlsx").read_bytes()
    claims = {
        "a.xlsx": (b"%PDF-1.7 ...", "not_what_it_says"),
        "b.xlsx": (zipped, "not_what_it_says"),
        "c.xlsx": (xlsx[: len(xlsx) // 2], "damaged_file"),
        "d.zip": (zipped[: len(zipped) // 2], "damaged_file"),
        "e.zip": (xlsx, "not_what_it_says"),
        "f.gpkg": (b"SQLite format 3\x00" + bytes(200), "damaged_file"),
        "g.geojson": (b'{"type": "FeatureCollection", "features": [{', "damaged_file"),
        "h.geojson": (b"<html><body>404</body></html>", "not_what_it_says"),
        "i.geojson.gz": (gzip.compress(geojson)[:-20], "damaged_file"),
        "j.kml": (b"<OGRVRTDataSource></OGRVRTDataSource>", "not_what_it_says"),
        "k.kml": (b'<!DOCTYPE x [<!ENTITY a "b">]><kml></kml>', "unsafe_archive"),
        "l.parquet": (b"PAR1" + bytes(50), "damaged_file"),
        "m.csv": (b"<html></html>", "not_what_it_says"),
        "n.csv": (b"code,name\n1,\x81\xa4\xbf\n2,\xfc\xb1\xd7k\xe5", "unknown_encoding"),
        "o.csv": (b"\n\n", "no_rows"),
        "p.doc": (b"abc", "unsupported_format"),
        "q.csv": (b"", "empty_file"),
        "r.shp": (b"\x00\x00\x27\x0a" + bytes(96), "missing_sibling"),
    }
    for name, (content, code) in claims.items():
        with pytest.raises(InputError) as caught:
            read(csv_file(content, name), Kind.WARDS)
        assert caught.value.code == code, name
        assert str(tmp_path) not in str(caught.value)
    with pytest.raises(InputError, match="no file"):
        read(tmp_path / "absent.csv", Kind.WARDS)


def test_archives_that_reach_outside_or_grow_too_large_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.writestr("../w.shp", b"x")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "slip.zip", Kind.WARDS)
    assert caught.value.code == "unsafe_archive"
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(InputError) as caught:
        read(tmp_path / "bomb.csv.gz", Kind.POSTS, Options(max_bytes=1_000_000))
    assert caught.value.code == "file_too_large"

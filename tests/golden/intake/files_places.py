"""Files of item 6: coordinates as ward offices have them. All are of twelve posts in a made-up town.

      106.600        106.612
  17.472 ┌──────┬──────┐   two wards that share the street between them; posts stand on both river banks,
         │· · · │ · · ·│   some 55 m from the outer borders: a datum shift of 230 m moves several out
         │· · · │ · · ·│
  17.464 └──────┴──────┘

Vector files are written by GDAL, workbooks by openpyxl; a .prj is taken away or replaced afterwards.
"""

import csv
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import openpyxl
from pyproj import CRS, Transformer
from shapely.geometry import Polygon, box

Floats = npt.NDArray[np.float64]

WEST, SOUTH = 106.600, 17.464
WIDTH, HEIGHT = 0.012, 0.008
MARGIN = 0.0005
WARDS = (
    box(WEST, SOUTH, WEST + WIDTH / 2, SOUTH + HEIGHT),
    box(WEST + WIDTH / 2, SOUTH, WEST + WIDTH, SOUTH + HEIGHT),
)
CODES = [f"T{number:02}" for number in range(12)]
LON = WEST + np.tile(np.linspace(MARGIN, WIDTH - MARGIN, 6), 2)
LAT = SOUTH + np.repeat([MARGIN, HEIGHT - MARGIN], 6)

ZONES = (*range(9205, 9219), 5896, 5897, 5898, 5899)
OWN_ZONE, NEXT_ZONE = 9213, 9211  # 106°30', in which the town lies, and 106°00'
WGS84_UTM_48N = 32648


def shift_to(zone: int) -> float:
    """Degrees from the town to a place that lies to the central meridian of `zone` as the town to 106.5."""
    return float(CRS.from_epsg(zone).coordinate_operation.params[1].value) - 106.5


def numbers_in(code: int, lon: Floats = LON, lat: Floats = LAT) -> Floats:
    """(n, 2) easting and northing (or degrees) of the posts in EPSG:`code`."""
    return np.column_stack(Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat))


# --- tables


def northing_first_in_excel(folder: Path) -> Path:
    """X is the northing and Y the easting, as on Vietnamese land certificates; zone 106°30'."""
    east, north = numbers_in(OWN_ZONE).T
    return _workbook(folder / "x_bac_y_dong.xlsx", ["Mã", "Tên", "X", "Y"], north, east)


def kilometres_with_decimal_commas(folder: Path) -> Path:
    """Kilometres in zone 106°30', with decimal commas."""
    return _csv(folder / "km.csv", *_commas(numbers_in(OWN_ZONE).T / 1000))


def degrees_minutes_seconds(folder: Path) -> Path:
    """Latitude and longitude as ``17°28'`` with seconds where they are needed."""
    lon, lat = ([_dms(value) for value in values] for values in (LON, LAT))
    return _csv(folder / "dms.csv", lon, lat, headers=("Kinh độ", "Vĩ độ"))


def degrees_with_decimal_commas(folder: Path) -> Path:
    """``106,6005`` in a file that is cut by semicolons."""
    return _csv(folder / "phay.csv", *_commas((LON, LAT)), headers=("Kinh độ", "Vĩ độ"))


def latitude_in_the_column_of_longitude(folder: Path) -> Path:
    """Latitude and longitude swapped in every row."""
    return _workbook(folder / "dao.xlsx", ["Mã", "Tên", "Kinh độ", "Vĩ độ"], LAT, LON)


def some_rows_swapped(folder: Path) -> Path:
    """Latitude and longitude swapped in rows 3 and 7 only."""
    lon, lat = LON.copy(), LAT.copy()
    lon[[1, 5]], lat[[1, 5]] = LAT[[1, 5]], LON[[1, 5]]
    return _workbook(folder / "dao_vai_dong.xlsx", ["Mã", "Tên", "Kinh độ", "Vĩ độ"], lon, lat)


def zeros_for_nothing(folder: Path) -> Path:
    """(0, 0) in the first two rows."""
    lon, lat = LON.copy(), LAT.copy()
    lon[:2] = lat[:2] = 0
    return _workbook(folder / "khong.xlsx", ["Mã", "Tên", "Kinh độ", "Vĩ độ"], lon, lat)


def stacked_on_the_town_centre(folder: Path) -> Path:
    """Forty households, of which a geocoder put fourteen onto the middle of the town."""
    path = folder / "don_diem.csv"
    spread = np.random.default_rng(6).uniform(MARGIN, HEIGHT - MARGIN, (40, 2))
    spread += np.array([WEST, SOUTH])
    spread[:14] = STACK
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Mã hộ", "Thường trú", "Tạm trú", "Tạm vắng", "Kinh độ", "Vĩ độ"])
        writer.writerows([f"H{at:02}", 4, 0, 0, *place] for at, place in enumerate(spread.tolist()))
    return path


STACK = (106.6061237, 17.4680412)


# --- layers


def unlabelled_in_zone(zone: int, folder: Path) -> Path:
    """Posts around the central meridian of one of the 18 zones, the .prj missing."""
    lon = LON + shift_to(zone)
    return _shapefile(folder / f"mui_{zone}.shp", numbers_in(zone, lon), prj=None)


def unlabelled_degrees(folder: Path) -> Path:
    """Degrees, the .prj missing."""
    return _shapefile(folder / "do_khong_prj.shp", np.column_stack((LON, LAT)), prj=None)


def unlabelled_northing_first_in_km(folder: Path) -> Path:
    """Kilometres, northing first, the .prj missing."""
    return _shapefile(folder / "km_bac_truoc.shp", numbers_in(OWN_ZONE)[:, ::-1] / 1000, prj=None)


def labelled_with_the_next_zone(folder: Path) -> Path:
    """In zone 106°30', under the .prj of zone 106°00'."""
    return _shapefile(folder / "sai_mui.shp", numbers_in(OWN_ZONE), prj=NEXT_ZONE)


def labelled_rightly_northing_first(folder: Path) -> Path:
    """In the zone that the .prj names, but with the northing for x."""
    return _shapefile(folder / "dung_mui_dao_truc.shp", numbers_in(OWN_ZONE)[:, ::-1], prj=OWN_ZONE)


def labelled_with_another_datum(folder: Path) -> Path:
    """In zone 106°30', under a .prj with its projection put on WGS 84: 230 m off."""
    wkt = CRS.from_epsg(OWN_ZONE).to_wkt("WKT1_ESRI").replace("D_Vietnam_2000", "D_WGS_1984")
    wkt = wkt.replace("GCS_VN-2000", "GCS_WGS_1984").replace("VN_2000_TM-3", "WGS_1984_TM-3")
    return _shapefile(folder / "sai_he_quy_chieu.shp", numbers_in(OWN_ZONE), prj=wkt)


def degrees_labelled_with_a_zone(folder: Path) -> Path:
    """Degrees under the .prj of zone 106°30', which is in metres."""
    return _shapefile(folder / "do_ghi_met.shp", np.column_stack((LON, LAT)), prj=OWN_ZONE)


def labelled_with_nothing(folder: Path) -> Path:
    """In zone 106°30', under a .prj that names a local system."""
    local = 'LOCAL_CS["Unknown",UNIT["Meter",1.0]]'
    return _shapefile(folder / "prj_rong.shp", numbers_in(OWN_ZONE), prj=local)


def labelled_with_nonsense(folder: Path) -> Path:
    """In zone 106°30', under a .prj that is no such file."""
    return _shapefile(folder / "prj_hong.shp", numbers_in(OWN_ZONE), prj="VN-2000 mui 3 do")


def swapped_in_geojson(folder: Path) -> Path:
    """Latitude before longitude, as no GeoJSON may have it."""
    return _layer(folder / "dao.geojson", np.column_stack((LAT, LON)))


def zeros_in_kml(folder: Path) -> Path:
    """Two placemarks at (0, 0)."""
    places = np.column_stack((LON, LAT))
    places[:2] = 0
    return _layer(folder / "khong.kml", places, codes="Name", driver="KML")


def two_utm_layers_labelled_wgs84(folder: Path) -> Path:
    """A GeoPackage of posts and blocks in WGS 84 / UTM 48N that both say they are EPSG:4326."""
    path = folder / "utm_ghi_wgs84.gpkg"
    _layer(path, numbers_in(WGS84_UTM_48N), layer="tru_so")
    corners = [np.asarray(ward.exterior.coords) for ward in WARDS]
    blocks = [Polygon(numbers_in(WGS84_UTM_48N, *ring.T)) for ring in corners]
    frame = gpd.GeoDataFrame({"code": ["1", "2"], "name": ["Một", "Hai"]}, geometry=blocks, crs=4326)
    frame.to_file(path, layer="to_dan_pho")
    return path


def _points(xy: Floats, codes: str) -> gpd.GeoDataFrame:
    own = CODES[: len(xy)]
    names = {} if codes == "Name" else {"name": own}
    return gpd.GeoDataFrame({codes: own, **names}, geometry=gpd.points_from_xy(*xy.T))


def _shapefile(path: Path, xy: Floats, *, prj: int | str | None) -> Path:
    _points(xy, "code").set_crs(OWN_ZONE).to_file(path)
    path.with_suffix(".prj").unlink()
    if prj is not None:
        words = prj if isinstance(prj, str) else CRS.from_epsg(prj).to_wkt("WKT1_ESRI")
        path.with_suffix(".prj").write_text(words, encoding="ascii")
    return path


def _layer(path: Path, xy: Floats, *, codes: str = "code", **options: Any) -> Path:
    _points(xy, codes).set_crs(4326).to_file(path, **options)
    return path


def _workbook(path: Path, headers: Sequence[str], x: Floats, y: Floats) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(headers))
    for code, *place in zip(CODES, x.tolist(), y.tolist(), strict=True):
        sheet.append([code, f"Chốt {code}", *place])
    book.save(path)
    return path


def _csv(path: Path, x: Sequence[str], y: Sequence[str], headers: tuple[str, str] = ("X", "Y")) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Mã", "Tên", *headers])
        writer.writerows([code, code, *place] for code, *place in zip(CODES, x, y, strict=True))
    return path


def _commas(numbers: Any) -> list[list[str]]:
    return [[f"{value:.7f}".replace(".", ",") for value in values] for values in numbers]


def _dms(value: float) -> str:
    whole, minutes = divmod(round(value * 3600, 4), 3600)
    minutes, seconds = divmod(minutes, 60)
    return f"{whole:.0f}°{minutes:.0f}'" + (f'{seconds:.4f}"' if seconds > 1e-6 else "")


FILES: tuple[Callable[[Path], Path], ...] = (
    northing_first_in_excel,
    kilometres_with_decimal_commas,
    degrees_minutes_seconds,
    degrees_with_decimal_commas,
    latitude_in_the_column_of_longitude,
    some_rows_swapped,
    zeros_for_nothing,
    stacked_on_the_town_centre,
    *(partial(unlabelled_in_zone, zone) for zone in ZONES),
    unlabelled_degrees,
    unlabelled_northing_first_in_km,
    labelled_with_the_next_zone,
    labelled_rightly_northing_first,
    labelled_with_another_datum,
    degrees_labelled_with_a_zone,
    labelled_with_nothing,
    labelled_with_nonsense,
    swapped_in_geojson,
    zeros_in_kml,
    two_utm_layers_labelled_wgs84,
)

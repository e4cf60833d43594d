"""Item 2: posts whose names are in the encodings that ward offices still have."""

import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import shapely

from tests.golden.intake import old_encodings

Encode = Callable[[str], bytes]

# Every vowel with every tone is in these names at least once.
NAMES = (
    "Công an phường Đồng Hới", "Trụ sở Bắc Từ Liêm", "Chợ Gò Vấp - Huế", "Ngã Ba Ông Tạ", "Đảo Lý Sơn",
    "Xã Hữu Lũng", "Đèo Ngang", "Phường Mỹ Đình", "Khu vực Yên Nghĩa", "Ấp Thạnh Lợi", "Thị trấn Ái Tử",
    "Cầu Giẽ", "Bến Tre", "Mũi Né", "Đường Nguyễn Huệ", "Kỳ Đồng", "Bãi Sậy", "Chùa Thầy", "Hòn Đỏ",
    "Đặng Xá", "Phú Thị", "Vĩnh Tuy", "Bằng Lăng", "Cổ Nhuế", "Gia Thụy", "Bến Thủy", "Hồ Tây", "Nghĩa Đô",
    "Trại Găng", "Rạch Giá", "Đĩnh Bảng", "Kẻ Vẽ", "Ủy ban xã", "Chợ Đệm", "Suối Đờn", "Bản Mở", "Lẫm Lẵng",
)  # fmt: skip
IN_VIETNAMESE_ORDER = ("Dương Nội", "Đa Mai", "Đồng Hới", "Hòa Bình", "Oanh", "Ông Đình", "Ơn", "Ứng Hòa")
CAPITALS = (
    "PHƯỜNG ĐỒNG HỚI",
    "CÔNG AN XÃ MỸ ĐÌNH",
    "Đắk Lắk",
    "Ngọc Hồi",
    "HĐND phường",
    "Xã Đăk Hà",
    "Krông Búk",
)
HEADER = "Mã,Tên,Kinh độ,Vĩ độ"


def _line(at: int, name: str) -> str:
    return f"T{at},{name},106.6,17.4"


def _csv(path: Path, encode: Encode) -> Path:
    lines = [HEADER, *(_line(at, name) for at, name in enumerate(NAMES))]
    path.write_bytes(b"\r\n".join(map(encode, lines)))
    return path


def tcvn3_csv(folder: Path) -> Path:
    """A whole file in TCVN3."""
    return _csv(folder / "tcvn3.csv", old_encodings.tcvn3)


def vni_csv(folder: Path) -> Path:
    """A whole file in VNI."""
    return _csv(folder / "vni.csv", old_encodings.vni)


def cp1258_csv(folder: Path) -> Path:
    """A whole file in CP1258."""
    return _csv(folder / "cp1258.csv", old_encodings.cp1258)


def nfd_csv(folder: Path) -> Path:
    """A whole file in UTF-8 with letters and marks apart."""
    return _csv(folder / "nfd.csv", old_encodings.nfd)


def mixed_csv(folder: Path) -> Path:
    """Rows copied together from files in five encodings."""
    encoders = (
        old_encodings.utf8, old_encodings.tcvn3, old_encodings.vni, old_encodings.cp1258, old_encodings.nfd,
    )  # fmt: skip
    lines = [old_encodings.utf8(HEADER)]
    lines += [encoders[at % 5](_line(at, name)) for at, name in enumerate(NAMES)]
    (folder / "lan.csv").write_bytes(b"\n".join(lines))
    return folder / "lan.csv"


def fonts_xlsx(folder: Path) -> Path:
    """A workbook whose cells are drawn in TCVN3 and VNI fonts, beside Unicode."""
    encoders = (old_encodings.tcvn3, old_encodings.vni)
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    for at, name in enumerate(NAMES):
        shown = name if at % 3 == 2 else encoders[at % 3](name).decode("latin-1")
        book.active.append([f"T{at}", shown, 106.6, 17.4])
    book.save(folder / "phong_chu.xlsx")
    return folder / "phong_chu.xlsx"


def capitals_csv(folder: Path) -> Path:
    """TCVN3 in a font of capitals, and abbreviations and names of the highlands beside it."""
    lines = [HEADER, *(_line(at, name) for at, name in enumerate(CAPITALS))]
    (folder / "chu_hoa.csv").write_bytes(b"\n".join(map(old_encodings.tcvn3, lines)))
    return folder / "chu_hoa.csv"


def spellings_csv(folder: Path) -> Path:
    """One name in the ways that look alike: Ð (eth) for Đ, NBSP, NFD, Hoà and Hòa."""
    names = ["Ðồng\u00a0Hới", "Đồng  Hới ", old_encodings.nfd("Đồng Hới").decode(), "Hoà Bình", "Hòa Bình"]
    lines = [HEADER, *(_line(at, name) for at, name in enumerate(names))]
    (folder / "cach_viet.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "cach_viet.csv"


def _shapefile(folder: Path, name: str, encode: Encode, cpg: str | None) -> Path:
    """A shapefile of posts whose DBF holds the bytes of `encode`: GDAL writes old ones a byte a letter."""
    as_unicode = encode is old_encodings.utf8
    names = list(NAMES) if as_unicode else [encode(one).decode("latin-1") for one in NAMES]
    frame = gpd.GeoDataFrame(
        {"MA_TRU_SO": [f"T{at}" for at in range(len(NAMES))], "TEN_TRU_SO": names},
        geometry=[shapely.Point(106.6, 17.4)] * len(NAMES),
        crs="EPSG:4326",
    )
    path = folder / f"{name}.shp"
    pyogrio.write_dataframe(frame, path, encoding="UTF-8" if as_unicode else "ISO-8859-1")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def utf8_dbf_without_cpg(folder: Path) -> Path:
    """A DBF in UTF-8, its .cpg lost on the way."""
    return _shapefile(folder, "utf8_khong_cpg", old_encodings.utf8, None)


def utf8_dbf_wrong_cpg(folder: Path) -> Path:
    """A DBF in UTF-8 whose .cpg says Latin-1."""
    return _shapefile(folder, "utf8_sai_cpg", old_encodings.utf8, "ISO-8859-1")


def tcvn3_dbf_without_cpg(folder: Path) -> Path:
    """A DBF in TCVN3, as MapInfo and ArcView projects of the 2000s left them."""
    return _shapefile(folder, "tcvn3_khong_cpg", old_encodings.tcvn3, None)


def tcvn3_dbf_wrong_cpg(folder: Path) -> Path:
    """A DBF in TCVN3 whose .cpg says UTF-8."""
    return _shapefile(folder, "tcvn3_sai_cpg", old_encodings.tcvn3, "UTF-8")


def vni_dbf_wrong_cpg(folder: Path) -> Path:
    """A DBF in VNI whose .cpg says CP1258."""
    return _shapefile(folder, "vni_sai_cpg", old_encodings.vni, "CP1258")


def cut_names_dbf(folder: Path) -> Path:
    """Field names cut at ten letters by GDAL."""
    counts = {"SO_THUONG_TRU": [4], "SO_TAM_TRU": [1], "SO_TAM_VANG": [2], "NGAY_RA_SOAT": ["2025-03-05"]}
    frame = gpd.GeoDataFrame(
        {"MA_SO_HO": ["H1"], **counts}, geometry=[shapely.Point(106.6, 17.4)], crs="EPSG:4326"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyogrio says that it cuts the names
        frame.to_file(folder / "ten_cot.shp")
    return folder / "ten_cot.shp"


def wards_geojson(folder: Path) -> Path:
    """Wards whose names Vietnamese sorts otherwise than by code points: Đ after D, Ô and Ơ after O."""
    names = [old_encodings.nfd(name).decode() for name in reversed(IN_VIETNAMESE_ORDER)]
    shapes = [shapely.box(105 + at / 10, 21, 105.05 + at / 10, 21.05) for at in range(len(names))]
    frame = gpd.GeoDataFrame(
        {"code": [f"{at:05d}" for at in range(1, len(names) + 1)], "name": names},
        geometry=shapes,
        crs="EPSG:4326",
    )
    frame.to_file(folder / "phuong.geojson", driver="GeoJSON")
    return folder / "phuong.geojson"


OLD = {
    tcvn3_csv: "TCVN3", vni_csv: "VNI", cp1258_csv: "CP1258", nfd_csv: "UTF-8", utf8_dbf_without_cpg: "UTF-8",
    utf8_dbf_wrong_cpg: "UTF-8", tcvn3_dbf_without_cpg: "TCVN3", tcvn3_dbf_wrong_cpg: "TCVN3",
    vni_dbf_wrong_cpg: "VNI",
}  # fmt: skip
MIXED = (mixed_csv, fonts_xlsx)
FILES = (*OLD, *MIXED, capitals_csv, spellings_csv, cut_names_dbf, wards_geojson)

"""Vector formats: GeoJSON, GeoPackage, Shapefile, KML through GDAL; GeoParquet through Arrow."""

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS
from geo.domain.kinds import Kind
from geo.intake import encodings, rings
from geo.intake.formats import Format, open_zip, unpack
from geo.intake.report import Note, Reason
from geo.intake.source import Options, Shapes, Source, header_names

# GDAL guesses among some sixty drivers, several of which open other files or the network; only these may.
_DRIVERS = {
    Format.GEOJSON: {"GeoJSON"},
    Format.GPKG: {"GPKG"},
    Format.SHAPEFILE: {"ESRI Shapefile"},
    Format.KML: {"LIBKML", "KML"},
}
# RFC 7946 and ESRI's Shapefile rule how outer borders turn; other formats leave it open.
_SHELLS_TURN_LEFT = {Format.GEOJSON: True, Format.SHAPEFILE: False}
_GDAL_FAULTS = (DataSourceError, DataLayerError, FieldError, GeometryError, shapely.GEOSException)
_MEASURED = "Measured (M) geometry types"  # how pyogrio says that it leaves them out
_SIBLINGS = (".dbf", ".shx")


def read(path: Path, form: Format, kind: Kind, options: Options) -> Source:
    """Return the layer of `path` that can hold `kind`: `options.sheet`, or the only one that fits.

    Raises InputError ``damaged_file``, ``not_what_it_says``, ``missing_sibling``, ``unknown_sheet``,
    ``several_sheets``, ``no_rows``.
    """
    if form is Format.PARQUET:
        return _read_parquet(path)
    address = _address(path, form, options)
    try:
        with warnings.catch_warnings(record=True) as said:
            # GDAL warns of fields that it reads as text; they are read from text here anyway.
            warnings.simplefilter("always")
            layer = _layer(address, kind, options)
            driver = pyogrio.read_info(address, layer=layer)["driver"]
            if driver not in _DRIVERS[form]:
                raise InputError("not_what_it_says", file=path.name, claimed=form.value, found=driver)
            # A DBF says its encoding wrongly as often as rightly: its bytes are taken as they are.
            raw = {"encoding": "ISO-8859-1"} if form is Format.SHAPEFILE else {}
            frame = pyogrio.read_dataframe(address, layer=layer, on_invalid="ignore", **raw)
            unread = _unread(frame, address, layer)
    except (*_GDAL_FAULTS, UnicodeDecodeError, ValueError) as fault:
        raise InputError("damaged_file", file=path.name, fault=_without_path(fault, path)) from fault
    source = replace(_source(frame, layer, path, raw_bytes=form is Format.SHAPEFILE), unread=unread)
    measured = any(_MEASURED in str(warning.message) for warning in said)
    return source.telling(
        *[Note(0, Reason("measures_dropped"))] * measured, *_against_the_rule(source.shapes, form)
    )


def _against_the_rule(shapes: Shapes | None, form: Format) -> list[Note]:
    """Say once a file how many of its shapes turn their outer borders against the rule of its format."""
    if shapes is None or form not in _SHELLS_TURN_LEFT:
        return []
    wrong = rings.shells_turning(shapes, left=not _SHELLS_TURN_LEFT[form])
    told = {"areas": wrong, "format": form.value}
    return [Note(0, Reason("shell_direction", told))] if wrong else []


def _read_parquet(path: Path) -> Source:
    unread: dict[int, bytes] = {}
    try:
        geo = (pq.read_schema(path).metadata or {}).get(b"geo")
        if geo is None:
            frame = pq.read_table(path).to_pandas()
        else:
            try:
                frame = gpd.read_parquet(path)
            except shapely.GEOSException:
                # One shape that cannot be made, as an unclosed ring, fails the whole read.
                frame, unread = _read_shape_by_shape(path, json.loads(geo))
    except (pa.ArrowException, OSError, ValueError, KeyError, shapely.GEOSException) as fault:
        raise InputError("damaged_file", file=path.name, fault=_without_path(fault, path)) from fault
    return replace(_source(frame.reset_index(drop=True), None, path), unread=unread)


def _read_shape_by_shape(path: Path, geo: dict[str, Any]) -> tuple[gpd.GeoDataFrame, dict[int, bytes]]:
    """A GeoParquet file with None for each shape that cannot be made, and the WKB of those by position."""
    name = geo["primary_column"]
    frame = pq.read_table(path).to_pandas()
    wkb = frame[name].to_numpy(dtype=object)
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    lost = np.flatnonzero(shapely.is_missing(shapes) & frame[name].notna().to_numpy())
    # The standard takes a missing CRS for degrees, and null for an unknown one.
    crs = geo["columns"][name].get("crs", "OGC:CRS84")
    return gpd.GeoDataFrame(frame.assign(**{name: shapes}), geometry=name, crs=crs), {
        int(at): wkb[at] for at in lost
    }


def _unread(frame: pd.DataFrame, address: str | bytes, layer: str | None) -> dict[int, bytes]:
    """WKB by position of what is drawn but gives no shape: an unclosed ring reads as None, as if missing."""
    if not isinstance(frame, gpd.GeoDataFrame) or not frame.geometry.isna().any():
        return {}
    wkb = pyogrio.raw.read(address, layer=layer, columns=[])[2]
    return {int(at): wkb[at] for at in np.flatnonzero(frame.geometry.isna()) if wkb[at] is not None}


def _source(frame: pd.DataFrame, layer: str | None, path: Path, *, raw_bytes: bool = False) -> Source:
    if not len(frame):
        raise InputError("no_rows", file=path.name)
    geographic = isinstance(frame, gpd.GeoDataFrame)
    cells = pd.DataFrame(frame.drop(columns=frame.geometry.name) if geographic else frame)
    cells, encoding = encodings.mend_frame(cells, raw_bytes=raw_bytes)
    cells.columns = pd.Index(
        header_names(encodings.mend_names(cells.columns, raw_bytes=raw_bytes)), dtype=object
    )
    return Source(
        cells=cells,
        rows=np.arange(1, len(frame) + 1, dtype=np.int64),
        shapes=np.asarray(frame.geometry.array, dtype=object) if geographic else None,
        crs=frame.crs if geographic else None,
        encoding=encoding,
        sheet=layer,
    )


def _address(path: Path, form: Format, options: Options) -> str | bytes:
    """What to hand to GDAL: bytes for text formats, a path into the archive for zipped ones."""
    if form in {Format.GEOJSON, Format.KML}:
        content = unpack(path, options.max_bytes)
        if form is Format.KML and b"<!ENTITY" in content:
            raise InputError("unsafe_archive", file=path.name)
        return content
    if form is Format.SHAPEFILE and path.suffix.lower() == ".zip":
        return f"/vsizip/{path.resolve()}/{_shapefile_in_zip(path, options)}"
    if form is Format.SHAPEFILE:
        names = {sibling.name.lower() for sibling in path.parent.glob(f"{_glob_escape(path.stem)}.*")}
        _check_siblings(path.name, names)
    return str(path.resolve())


def _glob_escape(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _shapefile_in_zip(path: Path, options: Options) -> str:
    with open_zip(path, options.max_bytes) as archive:
        damaged = archive.testzip() if len(archive.infolist()) else None
        names = archive.namelist()
    if damaged:
        raise InputError("damaged_file", file=path.name, fault=damaged)
    shapes = [name for name in names if name.lower().endswith(".shp") and "__MACOSX" not in name]
    if options.sheet is not None:
        shapes = [name for name in shapes if Path(name).stem == options.sheet]
    if not shapes:
        found = ", ".join(names[:5])
        raise InputError("not_what_it_says", file=path.name, claimed=Format.SHAPEFILE.value, found=found)
    if len(shapes) > 1:
        raise InputError("several_sheets", sheets=", ".join(Path(name).stem for name in shapes))
    _check_siblings(Path(shapes[0]).name, {Path(name).name.lower() for name in names})
    return shapes[0]


def _check_siblings(name: str, present: set[str]) -> None:
    missing = [s for s in _SIBLINGS if Path(name).with_suffix(s).name.lower() not in present]
    if missing:
        raise InputError("missing_sibling", file=name, missing=", ".join(missing))


def _layer(address: str | bytes, kind: Kind, options: Options) -> str | None:
    """Name of the layer to read; None for the only one (GDAL makes up a name for bytes, anew each time)."""
    layers = {str(name): str(geometry) for name, geometry in pyogrio.list_layers(address)}
    if options.sheet is not None:
        if options.sheet not in layers:
            raise InputError("unknown_sheet", sheet=options.sheet, sheets=", ".join(layers) or "-")
        return options.sheet
    if len(layers) == 1:
        return None
    fitting = [name for name, geometry in layers.items() if _fits(geometry, kind)]
    if len(fitting) != 1:
        raise InputError("several_sheets", sheets=", ".join(fitting or layers))
    return fitting[0]


def _fits(geometry: str, kind: Kind) -> bool:
    """Whether a layer with this type of geometry can hold `kind`; ``Unknown`` can hold anything."""
    contract = CONTRACTS[kind]
    if contract.geometry or kind is Kind.BEATS:
        wanted = "LineString" if contract.geometry == "line" else "Polygon"
    else:
        wanted = "Point" if "lon" in contract.columns else "None"
    return wanted in geometry or geometry == "Unknown"


def _without_path(fault: Any, path: Path) -> str:
    """The library's words, without the folders of this machine."""
    return str(fault).replace(str(path.resolve()), path.name).replace(str(path.parent), "")[:200]

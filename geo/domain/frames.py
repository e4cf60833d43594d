"""Contracts of the frames that cross layers: columns, types, CRS. A frame that passes `check` can be stored.

Polygons and lines travel as a GeoDataFrame in EPSG:4326; points travel as ``lon`` and ``lat`` columns,
because a million point objects cost more than everything done with them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import geopandas as gpd
import pandas as pd
from pandas.api import types as pdt

from geo.domain.crs import STORAGE_CRS
from geo.domain.errors import InputError
from geo.domain.kinds import Kind

ColumnType = Literal["text", "int", "float", "date", "time"]
Geometry = Literal["polygon", "line"]
Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    type : text (str), int (int64 or Int64), float (float64), date (datetime64 without zone, midnight),
        time (datetime64 in UTC)
    optional : the column may be absent; a column that is present obeys its type all the same
    nullable : a present column may hold missing values
    """

    type: ColumnType
    optional: bool = False
    nullable: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class FrameContract:
    """Columns by name, the column(s) that identify a row, and the geometry if there is one."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    geometry: Geometry | None = None


def _text(*, optional: bool = False, nullable: bool = False, meaning: str = "") -> Column:
    return Column("text", optional, nullable, meaning)


_LON_LAT = {
    "lon": Column("float", meaning="degrees east, EPSG:4326"),
    "lat": Column("float", meaning="degrees north, EPSG:4326"),
}
_UNIT = _text(
    optional=True, nullable=True, meaning="code or name of the ward; found from the location where absent"
)
# Which of several wards of one name is meant; also a district of before 2025.
_ABOVE = {
    "district": _text(optional=True, nullable=True, meaning="what the named ward belongs or belonged to"),
    "province": _text(optional=True, nullable=True, meaning="what the named ward belongs or belonged to"),
}

CONTRACTS: dict[Kind, FrameContract] = {
    Kind.WARDS: FrameContract(
        "wards",
        ("code",),
        {
            "code": _text(meaning="official code, text with its zeros"),
            "name": _text(),
            "full_name": _text(optional=True, nullable=True),
            "parent_code": _text(optional=True, nullable=True),
            "declared_area_km2": Column("float", optional=True, nullable=True),
            "valid_from": Column("date", optional=True, nullable=True),
        },
        "polygon",
    ),
    Kind.BLOCKS: FrameContract(
        "blocks",
        ("code",),
        {
            "code": _text(),
            "name": _text(),
            "kind": _text(optional=True, nullable=True),
            "neighbourhood": _text(
                optional=True, nullable=True, meaning="larger local part of several blocks, e.g. khu phố"
            ),
            "unit_code": _UNIT,
            **_ABOVE,
        },
        "polygon",
    ),
    Kind.HOUSEHOLDS: FrameContract(
        "households",
        ("code",),
        {
            "code": _text(meaning="code of the household's place, not of a person"),
            **_LON_LAT,
            "permanent": Column("int", meaning="residents registered as permanent"),
            "temporary": Column("int", meaning="residents registered as temporary"),
            "absent": Column("int", meaning="residents registered as absent"),
            "block_code": _text(optional=True, nullable=True),
            "unit_code": _UNIT,
            **_ABOVE,
            "reviewed_on": Column("date", optional=True, nullable=True),
        },
    ),
    Kind.INCIDENTS: FrameContract(
        "incidents",
        ("code",),
        {
            "code": _text(meaning="file number; made from the row's content where the file has none"),
            "category_code": _text(),
            "origin": _text(meaning="reported or discovered"),
            "status": _text(),
            "occurred_from": Column("time", nullable=True),
            "occurred_to": Column("time", nullable=True, meaning="equal to occurred_from when exact"),
            "recorded_at": Column("time", optional=True, nullable=True),
            "due_at": Column("time", optional=True, nullable=True),
            "resolved_at": Column("time", optional=True, nullable=True),
            "lon": Column("float", nullable=True),
            "lat": Column("float", nullable=True),
            "precision_m": Column("float", optional=True, nullable=True, meaning="radius of uncertainty"),
            "unit_code": _UNIT,
            **_ABOVE,
        },
    ),
    Kind.OFFICERS: FrameContract(
        "officers",
        ("service_number",),
        {
            "service_number": _text(),
            "display_name": _text(),
            "rank": _text(optional=True, nullable=True),
            "unit_code": _text(),
            **_ABOVE,
            "beat_days_month": Column(
                "int", optional=True, nullable=True, meaning="days a month on the beat"
            ),
        },
    ),
    Kind.BEATS: FrameContract(
        "beats",
        ("code",),
        {
            "code": _text(),
            "name": _text(optional=True, nullable=True),
            "unit_code": _UNIT,
            **_ABOVE,
            "block_codes": _text(optional=True, nullable=True, meaning="codes of its blocks, ';' between"),
            "valid_from": Column("date", optional=True, nullable=True),
        },
        # A beats file may have polygons (blocks are then found by largest overlap) or block codes.
    ),
    Kind.ASSIGNMENTS: FrameContract(
        "assignments",
        ("beat_code", "service_number", "role", "valid_from"),
        {
            "beat_code": _text(),
            "service_number": _text(),
            "role": _text(meaning="primary, concurrent or acting"),
            "valid_from": Column("date"),
            "valid_to": Column("date", optional=True, nullable=True, meaning="first day no longer held"),
            "decision": _text(optional=True, nullable=True, meaning="number of the deciding document"),
        },
    ),
    Kind.POSTS: FrameContract(
        "posts", ("code",), {"code": _text(), "name": _text(), **_LON_LAT, "unit_code": _UNIT, **_ABOVE}
    ),
    Kind.STREETS: FrameContract(
        "streets",
        ("code",),
        {"code": _text(), "name": _text(nullable=True), "kind": _text(optional=True, nullable=True)},
        "line",
    ),
}

_TYPE_TESTS: dict[ColumnType, Callable[[Any], bool]] = {
    "text": pdt.is_string_dtype,
    "int": pdt.is_integer_dtype,
    "float": pdt.is_float_dtype,
    "date": lambda dtype: pdt.is_datetime64_any_dtype(dtype) and not isinstance(dtype, pd.DatetimeTZDtype),
    "time": lambda dtype: isinstance(dtype, pd.DatetimeTZDtype) and str(dtype.tz) == "UTC",
}
_SHAPES = {"polygon": {"Polygon", "MultiPolygon"}, "line": {"LineString", "MultiLineString"}}


def check(frame: Frame, contract: FrameContract) -> Frame:
    """Return `frame` unchanged if it keeps `contract`; else raise InputError listing every fault at once."""
    faults = [*_column_faults(frame, contract), *_geometry_faults(frame, contract)]
    if not faults and frame.duplicated(list(contract.key)).any():
        faults.append(f"key {'+'.join(contract.key)} is not unique")
    if faults:
        raise InputError("frame_contract", frame=contract.name, faults="; ".join(faults))
    return frame


def _column_faults(frame: pd.DataFrame, contract: FrameContract) -> list[str]:
    faults = []
    for name, column in contract.columns.items():
        if name not in frame:
            if not column.optional:
                faults.append(f"column {name} is missing")
            continue
        if not _TYPE_TESTS[column.type](frame[name].dtype):
            faults.append(f"column {name} is {frame[name].dtype}, not {column.type}")
        elif not column.nullable and frame[name].isna().any():
            faults.append(f"column {name} has missing values")
    return faults


def _geometry_faults(frame: pd.DataFrame, contract: FrameContract) -> list[str]:
    if contract.geometry is None:
        return []
    if not isinstance(frame, gpd.GeoDataFrame):
        return ["it has no geometry"]
    faults = []
    if frame.crs is None or frame.crs != STORAGE_CRS:
        faults.append(f"it is in {frame.crs}, not {STORAGE_CRS}")
    odd = set(frame.geom_type.unique()) - _SHAPES[contract.geometry]
    if odd or frame.geometry.isna().any():
        faults.append(f"geometry must be {contract.geometry}, found {sorted(str(kind) for kind in odd)}")
    return faults

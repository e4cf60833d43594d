"""What is wrong with coverage on a day, one by one: where, how much of it, how many live there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geo.analysis.coverage import Fit, pieces
from geo.analysis.membership import points_in_polygons
from geo.domain.crs import STORAGE_CRS, to_lonlat
from geo.store import read_totals

_NOTHING = shapely.MultiPolygon()
_NOISE_M2 = 0.01  # what the last digit of a coordinate makes
Bounds = tuple[float, float, float, float]


class Fault(StrEnum):
    """What can be wrong; in the order in which it is mended."""

    VACANT = "vacant"
    BLOCK = "block"
    HOUSEHOLDS = "households"
    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    code : of the beat (vacant), the block, the ward (households in no block), or a number in the ward
    beats : names of the beats concerned · bounds : west, south, east, north; None where nothing is drawn
    area_m2 : None where the fault has no area
    """

    fault: Fault
    code: str
    name: str
    unit_code: str
    unit_name: str
    beats: tuple[str, ...]
    area_m2: float | None
    households: int
    residents: int
    bounds: Bounds | None

    @property
    def key(self) -> str:
        """The name of the finding in a link."""
        return f"{self.fault.value}.{self.code}"


@dataclass(frozen=True, eq=False)
class Findings:
    """All that is wrong, the most households first, and what is too narrow to be called wrong.

    areas : GeoDataFrame in EPSG:4326: ``code`` (key of the finding), ``name``, area. Never change it.
    sliver_m : what is nowhere wider counts as a sliver · slivers, slivers_m2 : how many and how much, of
        gaps, overlaps and what sticks out
    """

    found: tuple[Finding, ...]
    areas: gpd.GeoDataFrame
    sliver_m: float
    slivers: int
    slivers_m2: float

    def of(self, key: str | None) -> Finding | None:
        """Return the finding with that key, None where there is none."""
        return next((finding for finding in self.found if finding.key == key), None)

    def number(self, fault: Fault) -> int:
        """Return how many findings are of that kind."""
        return sum(finding.fault is fault for finding in self.found)


@dataclass(frozen=True)
class Basis:
    """What findings are made from; areas in one metric CRS.

    beats : on their ids: ``code``, ``name``, ``unit_code``, ``vacant``, ``households``, ``residents``, area
    blocks : those in no beat: ``id``, ``code``, ``name``, ``unit_code``, area
    left_over : ``block_id``, ``unit_code``, ``households``, ``residents`` in no beat
    fits : by code of the ward · wards : name by code · ward_bounds : by code, in degrees
    units : ids of the units looked at, None for all
    """

    beats: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    left_over: pd.DataFrame
    fits: Mapping[str, Fit]
    wards: Mapping[str, str]
    ward_bounds: Mapping[str, Bounds]
    units: list[int] | None
    sliver_m: float


def find(connection: Connection, basis: Basis) -> Findings:
    """Return what is wrong; the households in a piece are those with their point in it."""
    wide, slivers = _pieces(basis)
    rows = [_vacant(basis), _loose_blocks(basis), _peopled(connection, wide, basis.units)]
    made = gpd.GeoDataFrame(pd.concat(rows), geometry="geometry", crs=basis.beats.crs)
    made = to_lonlat(made) if len(made) else made.set_crs(STORAGE_CRS, allow_override=True)
    found = [_finding(row, basis) for row in made.itertuples(index=False)]
    found += _blockless(basis)
    areas = gpd.GeoDataFrame(
        {"code": [f.key for f in found[: len(made)]], "name": [f.name for f in found[: len(made)]]},
        geometry=made.geometry.to_numpy(),
        crs=STORAGE_CRS,
    )
    order = sorted(found, key=lambda f: (-f.households, -(f.area_m2 or 0.0), f.key))
    return Findings(tuple(order), areas[areas.geometry.notna()], basis.sliver_m, len(slivers), sum(slivers))


def _finding(row: Any, basis: Basis) -> Finding:
    drawn = row.geometry is not None
    return Finding(
        Fault(row.fault), row.code, row.name, row.unit_code, basis.wards.get(row.unit_code, ""), row.beats,
        float(row.area_m2) if drawn else None, int(row.households), int(row.residents),
        row.geometry.bounds if drawn else None,
    )  # fmt: skip


_COLUMNS = [
    "fault", "code", "name", "unit_code", "beats", "households", "residents", "area_m2", "geometry"
]  # fmt: skip


def _vacant(basis: Basis) -> pd.DataFrame:
    vacant = basis.beats[basis.beats["vacant"]]
    return _rows(vacant, Fault.VACANT, [(name,) for name in vacant["name"]])


def _loose_blocks(basis: Basis) -> pd.DataFrame:
    counts = basis.left_over.groupby("block_id")[["households", "residents"]].sum()
    blocks = basis.blocks.join(counts, on="id").fillna({"households": 0, "residents": 0})
    return _rows(blocks, Fault.BLOCK, [()] * len(blocks))


def _rows(areas: gpd.GeoDataFrame, fault: Fault, beats: list[tuple[str, ...]]) -> pd.DataFrame:
    made = areas.assign(fault=fault.value, beats=pd.Series(beats, index=areas.index, dtype=object))
    made["area_m2"] = made.geometry.area
    return pd.DataFrame(made)[_COLUMNS]


def _blockless(basis: Basis) -> list[Finding]:
    """Return one finding a ward for the households in no block of the day."""
    rows = basis.left_over[~basis.left_over["block_id"].isin(basis.blocks["id"])]
    sums = rows.groupby("unit_code")[["households", "residents"]].sum()
    found = []
    for code, households, residents in sums[sums["households"] > 0].itertuples(name=None):
        ward, bounds = basis.wards.get(code, ""), basis.ward_bounds.get(code)
        found.append(
            Finding(
                Fault.HOUSEHOLDS, code, ward, code, ward, (), None, int(households), int(residents), bounds
            )
        )
    return found


def _pieces(basis: Basis) -> tuple[gpd.GeoDataFrame, list[float]]:
    """Return every single area of a gap, an overlap or beyond a ward, and the areas in m² of the slivers.

    What a block in no beat explains is no gap besides.
    """
    held = basis.beats[basis.beats.geometry.notna()]
    loose = {code: shapely.union_all(group.geometry) for code, group in basis.blocks.groupby("unit_code")}
    rows: list[tuple[str, str, str, tuple[str, ...], BaseGeometry]] = []
    slivers: list[float] = []
    for unit_code, fit in basis.fits.items():
        parts = {
            Fault.GAP: shapely.difference(fit.gap, loose.get(unit_code, _NOTHING)),
            Fault.OVERLAP: fit.overlap,
            Fault.OUTSIDE: fit.outside,
        }
        for fault, shape in parts.items():
            wide, thin = pieces(shape, basis.sliver_m)
            slivers += [area for area in (piece.area for piece in thin) if area > _NOISE_M2]
            rows += [
                (
                    fault.value,
                    f"{unit_code}.{number}",
                    unit_code,
                    _concerned(held, fault, piece, basis),
                    piece,
                )
                for number, piece in enumerate(wide, start=1)
            ]
    made = pd.DataFrame(rows, columns=["fault", "code", "unit_code", "beats", "geometry"])
    areas = gpd.GeoDataFrame(made, geometry="geometry", crs=basis.beats.crs)
    return areas.assign(name="", households=0, residents=0, area_m2=areas.area)[_COLUMNS], slivers


def _concerned(held: gpd.GeoDataFrame, fault: Fault, piece: BaseGeometry, basis: Basis) -> tuple[str, ...]:
    """Return the names of the beats beside a gap, or that an overlap or what sticks out is part of."""
    near = held.iloc[held.sindex.query(piece, predicate="dwithin", distance=basis.sliver_m)].sort_index()
    if fault is not Fault.GAP:
        near = near[near.geometry.intersection(piece).area > _NOISE_M2]
    return tuple(near["name"])


def _peopled(connection: Connection, areas: gpd.GeoDataFrame, units: list[int] | None) -> gpd.GeoDataFrame:
    """Return `areas` with the households, and their residents, whose point lies in each."""
    if areas.empty:
        return areas
    earth = to_lonlat(areas)
    homes = read_totals.households_around(connection, tuple(earth.total_bounds.tolist()), units)
    counted = []
    for _, kind in earth.groupby("fault"):  # a place may be in one of each kind
        position = points_in_polygons(homes[["lon", "lat"]].to_numpy(), kind)
        inside = position >= 0
        sums = homes.loc[inside, ["households", "residents"]].groupby(position[inside]).sum()
        counted.append(sums.set_axis(kind.index[sums.index]))
    sums = pd.concat(counted).reindex(areas.index).fillna(0).astype("int64")
    return areas.assign(households=sums["households"], residents=sums["residents"])

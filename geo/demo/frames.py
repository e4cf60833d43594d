"""The city's arrays as frames that keep the contracts: codes, names, lon and lat."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.demo.areas import Areas
from geo.demo.columns import days, joined, numbered, picked
from geo.demo.course import STATUSES, Course
from geo.demo.hotspots import Hotspots
from geo.demo.households import Households
from geo.demo.incidents import Events
from geo.demo.network import Network
from geo.demo.parameters import CityParameters
from geo.demo.staffing import Staff
from geo.demo.tables import figures, words
from geo.domain.crs import STORAGE_CRS, lonlat_to_metric_xy, metric_to_lonlat_xy
from geo.domain.kinds import Level, Origin

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]
Text = pd.api.extensions.ExtensionArray

# Rounded so that the last bit of a projection, which differs between machines, is not kept:
# borders to a millimetre, points to a centimetre.
_BORDER_DECIMALS, _POINT_DECIMALS = 8, 7
_FORMER_FROM = 901


class Georeference:
    """Where the city's centre is on earth."""

    def __init__(self, parameters: CityParameters) -> None:
        self._crs = parameters.metric_crs
        self._centre = lonlat_to_metric_xy([parameters.lon], [parameters.lat], self._crs)[0]

    def lonlat(self, xy: Floats) -> Floats:
        """Return (n, 2) degrees from (n, 2) metres from the centre; NaN stays NaN."""
        return self._lonlat(xy).round(_POINT_DECIMALS)

    def geometries(self, flat: Geometries) -> Geometries:
        """Return borders or lines in degrees."""
        bent: Geometries = shapely.transform(flat, lambda xy: self._lonlat(xy).round(_BORDER_DECIMALS))
        return bent

    def _lonlat(self, xy: Floats) -> Floats:
        absolute = xy + self._centre
        return metric_to_lonlat_xy(absolute[:, 0], absolute[:, 1], self._crs)


@dataclass(frozen=True)
class Codes:
    """Codes and names by position."""

    ward: list[str]
    ward_name: list[str]
    block: Text
    beat: Text


def name_areas(areas: Areas) -> Codes:
    """Number and name wards, blocks and beats."""
    province = figures()["place"]["province_code"]
    wards = int(areas.ward.max()) + 1
    stock = words("ward")
    names = [
        stock[k] if k < len(stock) else f"{stock[k % len(stock)]} {k // len(stock) + 1}" for k in range(wards)
    ]
    codes = [f"{province}{k + 1:03d}" for k in range(wards)]
    block = joined(picked(codes, areas.ward), numbered("-T", areas.number, 3))
    beat = joined(picked(codes, areas.beat_ward), numbered("-K", areas.beat_number, 2))
    return Codes(codes, names, block, beat)


def blocks_frame(areas: Areas, codes: Codes, shapes: Geometries, neighbourhoods: Ints) -> gpd.GeoDataFrame:
    """Return blocks (tổ dân phố) by contract; `neighbourhoods` (b,) are numbered within the ward."""
    columns = {
        "code": codes.block,
        "name": numbered("Tổ ", areas.number, 1),
        "kind": picked(["to_dan_pho"], np.zeros(len(shapes), dtype=np.int64)),
        "neighbourhood": numbered("Khu phố ", neighbourhoods, 1),
        "unit_code": picked(codes.ward, areas.ward),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_CRS)


def units_frame() -> pd.DataFrame:
    """Return the one unit above the wards."""
    place = figures()["place"]
    return pd.DataFrame(
        {
            "code": _text([place["province_code"]]),
            "level": _text([Level.PROVINCE.value]),
            "name": _text([place["province_name"]]),
            "full_name": _text([place["province_full_name"]]),
            "parent_code": _text([None]),
            "valid_from": days([place["founded_on"]]),
        }
    )


def wards_frame(areas: Areas, codes: Codes, network: Network, shapes: Geometries) -> gpd.GeoDataFrame:
    """Return wards by contract: unions of their blocks. The first was founded by the merge."""
    place = figures()["place"]
    founded = [place["merged_on"], *[place["founded_on"]] * (len(codes.ward) - 1)]
    frame = _ward_like(codes.ward, codes.ward_name, areas.ward, network, shapes)
    return frame.assign(valid_from=days(founded))


def former_wards_frame(areas: Areas, network: Network, shapes: Geometries) -> gpd.GeoDataFrame:
    """Return the wards that the merge ended, with `valid_to`."""
    place = figures()["place"]
    count = int(areas.former.max()) + 1
    codes = [f"{place['province_code']}{_FORMER_FROM + k}" for k in range(count)]
    inside = np.flatnonzero(areas.former >= 0)
    frame = _ward_like(codes, words("former")[:count], areas.former[inside], network, shapes, blocks=inside)
    return frame.assign(
        valid_from=days([place["founded_on"]] * count), valid_to=days([place["merged_on"]] * count)
    )


def _ward_like(
    codes: list[str],
    names: list[str],
    member: Ints,
    network: Network,
    shapes: Geometries,
    *,
    blocks: Ints | None = None,
) -> gpd.GeoDataFrame:
    chosen = np.arange(len(shapes)) if blocks is None else blocks
    geometry = [_union(shapes[chosen[member == k]]) for k in range(len(codes))]
    area_m2 = np.bincount(member, shapely.area(network.blocks[chosen]), len(codes))
    columns = {
        "code": _text(codes),
        "name": _text(names),
        "full_name": _text([f"Phường {name} (mô phỏng)" for name in names]),
        "parent_code": _text([figures()["place"]["province_code"]] * len(codes)),
        "declared_area_km2": (area_m2 / 1e6).round(3),
    }
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=STORAGE_CRS)


def _union(blocks: Geometries) -> shapely.Geometry:
    """Return the one polygon that a connected set of blocks makes."""
    part: shapely.Geometry = shapely.get_parts(shapely.coverage_union_all(blocks))[0]
    return part


def lineage_frame(former: gpd.GeoDataFrame, codes: Codes, decision: str) -> pd.DataFrame:
    """Return what the former wards became: each went wholly into the first ward."""
    count = len(former)
    return pd.DataFrame(
        {
            "from_code": former["code"].array,
            "to_code": _text([codes.ward[0]] * count),
            "share": np.ones(count),
            "on_date": days([figures()["place"]["merged_on"]] * count),
            "decision": _text([decision] * count),
        }
    )


def beats_frame(areas: Areas, codes: Codes, start: date) -> pd.DataFrame:
    """Return beats (khu vực) by contract, with the codes of the blocks that they have now.

    Beats kept their codes through the merge; `unit_code` is the ward of today.
    """
    members = pd.Series(codes.block).groupby(areas.beat).agg(lambda block: ";".join(sorted(block)))
    return pd.DataFrame(
        {
            "code": codes.beat,
            "name": numbered("Khu vực ", areas.beat_number, 1),
            "unit_code": picked(codes.ward, areas.beat_ward),
            "block_codes": _text(members.tolist()),
            "valid_from": days([start] * len(areas.beat_ward)),
        }
    )


def beat_blocks_frame(areas: Areas, codes: Codes, staff: Staff, start: date) -> pd.DataFrame:
    """Return which block belonged to which beat when; `decision` where a block changed hands."""
    n = len(areas.beat)
    was_moved = np.zeros(n, dtype=bool)
    was_moved[areas.moved[:, 0]] = True
    begin = np.full(n, start, dtype="datetime64[D]")
    begin[was_moved] = staff.moved_on
    moved = len(areas.moved)
    frame = pd.DataFrame(
        {
            "beat_code": codes.beat.take(np.r_[areas.beat, areas.moved[:, 1]]),
            "block_code": codes.block.take(np.r_[np.arange(n), areas.moved[:, 0]]),
            "valid_from": days(np.r_[begin, np.full(moved, start, dtype="datetime64[D]")]),
            "valid_to": days([*[None] * n, *[staff.moved_on] * moved]),
            "decision": picked([staff.move_document], np.r_[np.where(was_moved, 0, -1), np.full(moved, -1)]),
        }
    )
    return frame.sort_values(["block_code", "valid_from"]).reset_index(drop=True)


def posts_frame(posts_xy: Floats, post_ward: Ints, codes: Codes, earth: Georeference) -> pd.DataFrame:
    """Return posts by contract: a ward's station and its duty point."""
    lonlat = earth.lonlat(posts_xy)
    second = pd.Series(post_ward).groupby(post_ward).cumcount().to_numpy()
    labels = ("Trụ sở Công an phường", "Điểm trực phường")
    return pd.DataFrame(
        {
            "code": joined(picked(codes.ward, post_ward), numbered("-P", second + 1, 1)),
            "name": _text(
                [f"{labels[k]} {codes.ward_name[ward]}" for k, ward in zip(second, post_ward, strict=True)]
            ),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "unit_code": picked(codes.ward, post_ward),
        }
    )


def streets_frame(network: Network, names: Geometries, earth: Georeference) -> gpd.GeoDataFrame:
    """Return street segments between junctions, by contract."""
    columns = {
        "code": numbered("DP", np.arange(1, len(names) + 1), 5),
        "name": _text(names),
        "kind": _text(network.kind),
    }
    return gpd.GeoDataFrame(columns, geometry=earth.geometries(network.streets), crs=STORAGE_CRS)


def water_frame(network: Network, earth: Georeference) -> gpd.GeoDataFrame:
    """Return the river."""
    names = _text([figures()["place"]["river_name"]] * len(network.water))
    return gpd.GeoDataFrame({"name": names}, geometry=earth.geometries(network.water), crs=STORAGE_CRS)


def households_frame(settled: Households, areas: Areas, codes: Codes, earth: Georeference) -> pd.DataFrame:
    """Return households by contract."""
    block, lonlat = settled.places.block, earth.lonlat(settled.places.xy)
    return pd.DataFrame(
        {
            "code": numbered("H", np.arange(1, len(block) + 1), 7),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "permanent": settled.permanent,
            "temporary": settled.temporary,
            "absent": settled.absent,
            "block_code": codes.block.take(block),
            "unit_code": picked(codes.ward, areas.ward[block]),
            "reviewed_on": days(settled.reviewed_on),
        }
    )


def incidents_frame(
    events: Events, course: Course, leaf: pd.DataFrame, *, areas: Areas, codes: Codes, earth: Georeference
) -> pd.DataFrame:
    """Return incidents by contract, in the order in which they were recorded."""
    order = np.argsort(course.recorded_at, kind="stable")
    lonlat = earth.lonlat(course.xy[order])
    origins = [Origin.REPORTED.value, Origin.DISCOVERED.value]
    return pd.DataFrame(
        {
            "code": numbered("VV-", np.arange(1, len(order) + 1), 7),
            "category_code": picked(leaf["code"], events.category[order]),
            "origin": picked(origins, events.discovered[order].astype(np.int64)),
            "status": picked(STATUSES, course.status[order]),
            "occurred_from": _instants(course.occurred_from[order]),
            "occurred_to": _instants(course.occurred_to[order]),
            "recorded_at": _instants(course.recorded_at[order]),
            "due_at": _instants(course.due_at[order]),
            "resolved_at": _instants(course.resolved_at[order]),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "precision_m": course.precision_m[order],
            "unit_code": picked(codes.ward, areas.ward[events.places.block[order]]),
        }
    )


def categories_frame(table: pd.DataFrame) -> pd.DataFrame:
    """Return the tree of categories."""
    frame = table[["code", "parent_code", "name_vi", "name_en", "harm_weight"]].copy()
    frame["harm_weight"] = frame["harm_weight"].astype("float64")
    return frame


def hotspots_frame(hotspots: Hotspots, earth: Georeference) -> pd.DataFrame:
    """Return the hotspots as planted."""
    lonlat = earth.lonlat(hotspots.xy)
    return pd.DataFrame(
        {
            "name": _text([spot["name"] for spot in hotspots.table]),
            "life": _text([spot["life"] for spot in hotspots.table]),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "spread_m": [float(spot["spread_m"]) for spot in hotspots.table],
        }
    )


def _instants(minutes: Ints) -> pd.DatetimeIndex:
    """Return instants in UTC from minutes since 1970; the lowest integer gives NaT."""
    return pd.DatetimeIndex(minutes.astype("datetime64[m]").astype("datetime64[us]")).tz_localize("UTC")


def _text(values: Any) -> Text:
    column: Text = pd.array(np.asarray(values, dtype=object), dtype="str")
    return column

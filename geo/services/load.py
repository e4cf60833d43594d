"""Load: what each officer carries, how evenly, and how many officers a unit lacks against its norm.

Places and hands are counted, never what became of incidents: officers are not ranked by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from geo.domain.crs import lonlat_to_metric_xy, to_metric
from geo.domain.roles import Actor, Permission
from geo.services.deployment import metric_crs
from geo.services.targets import FULL_DAYS, HOUSEHOLD_NORM, RESIDENT_NORM, Targets
from geo.services.works import tables
from geo.services.works.board import Board, Place, asked
from geo.services.works.figures import CONCURRENT_SHARE, Figures
from geo.services.works.record import on_day
from geo.store import reads
from geo.store.engine import Database, transaction

Floats = npt.NDArray[np.float64]

# How much of an officer a beat has in each role. One who acts counts whole where there is no primary officer.
_SHARE = {tables.PRIMARY: 1.0, tables.CONCURRENT: CONCURRENT_SHARE, tables.ACTING: CONCURRENT_SHARE}
_CARRIED = ("households", "residents", "incidents", "area_km2")


@dataclass(frozen=True)
class OfficerLoad:
    """What one officer carries on the day, by shares of the beats held.

    beats : how many are held, in any role; primary, concurrent, acting : of these
    full_time : beat days a month against a full month, 1 where they are not recorded
    households, residents, incidents : shares of those of the beats (incidents of the newest period)
    area_km2 : likewise · travel_km : straight line from the unit's post to the middle of each beat, added up
    """

    service_number: str
    beats: int
    primary: int
    concurrent: int
    acting: int
    full_time: float
    households: float
    residents: float
    incidents: float
    area_km2: float
    travel_km: float | None

    @property
    def households_full_time(self) -> float | None:
        """Households for a full month of beat days; None where the officer has none."""
        return self.households / self.full_time if self.full_time else None


@dataclass(frozen=True)
class Spread:
    """How evenly something is shared out among n.

    deviation : largest difference from the mean, as a share of it
    variation : standard deviation (of all, not of a sample) as a share of the mean
    """

    n: int
    mean: float | None
    deviation: float | None
    variation: float | None

    @classmethod
    def of(cls, values: Floats) -> "Spread":
        """Return the spread of `values`; there is none of nothing, or about a mean of 0."""
        if not len(values):
            return cls(0, None, None, None)
        middle = float(values.mean())
        if not middle:
            return cls(len(values), middle, None, None)
        return cls(
            len(values), middle, float(np.abs(values - middle).max() / middle), float(values.std() / middle)
        )


@dataclass(frozen=True)
class Need:
    """Officers that a unit should have by its norm, has, and lacks (negative: has more).

    by_households, by_residents : officers that each norm asks for; the larger counts
    actual : primary officers and half of the concurrent ones
    """

    code: str
    name: str
    by_households: int
    by_residents: int
    actual: float

    @property
    def norm(self) -> int:
        """Officers that the stricter norm asks for."""
        return max(self.by_households, self.by_residents)

    @property
    def need(self) -> float:
        """Norm less actual."""
        return self.norm - self.actual


@dataclass(frozen=True)
class LoadResult:
    """Officers by service number, how evenly households (for a full month) are shared, and the need by place.

    unheld : households in beats that nobody holds in any role, or in no beat
    """

    officers: tuple[OfficerLoad, ...]
    spread: Spread
    unheld: float


def need(place: Place, targets: Targets, units: tuple[str, ...]) -> Need:
    """Return the staffing need of a unit; `units` are the codes from the top down to it."""
    figures: Figures = place.figures
    return Need(
        place.code,
        place.name,
        ceil(figures.households / targets.of(HOUSEHOLD_NORM, units).value),
        ceil(figures.residents / targets.of(RESIDENT_NORM, units).value),
        figures.holders,
    )


def load(database: Database, actor: Actor, board: Board, targets: Targets) -> LoadResult:
    """Return what the officers who hold beats in the wards of `board` carry on its day.

    An officer with a beat in another ward too is counted with what is held here. Areas and ways are measured
    in the deployment's metric CRS.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        request = asked(connection, (database, actor), board.query)
        beats = _beats(connection, request, list(board.wards))
        full = targets.of(FULL_DAYS, tuple(code for code, _, _ in board.path)).value
        officers = _officers(request, beats, _posts(connection), full)
    loads = np.array([o.households_full_time for o in officers if o.households_full_time is not None])
    carried = sum(officer.households for officer in officers)
    return LoadResult(officers, Spread.of(loads), board.total.households - carried)


def _beats(connection: Connection, request: tables.Asked, wards: list[int]) -> pd.DataFrame:
    """Return the beats of the day in `wards` on their ids, with what is in them and where their middle is."""
    held = on_day(request.record.beats, request.placing.day)
    counted = request.placing.beats
    mine = held[held["id"].isin(counted.loc[counted["ward"].isin(wards), "beat"])].set_index("id")
    rows = tables.household_rows(connection, request)
    rows = rows[rows["ward"].isin(wards)]
    weight = rows["weight"]
    sums = pd.DataFrame({
        "households": rows["households"] * weight,
        "residents": (rows["permanent"] + rows["temporary"]) * weight,
    }).groupby(rows["beat"]).sum()  # fmt: skip
    incidents = tables.incident_rows(connection, request)
    newest = incidents[incidents["occurred"] == len(request.periods.starts) - 1]
    counts = newest["weight"].groupby(newest["beat"]).sum()
    shapes = _shapes(connection, request, mine)
    made = mine[["unit_id"]].join(sums).join(shapes)
    return made.assign(incidents=counts.reindex(made.index)).fillna(
        {"households": 0.0, "residents": 0.0, "incidents": 0.0, "area_m2": 0.0}
    )


def _shapes(connection: Connection, request: tables.Asked, beats: pd.DataFrame) -> pd.DataFrame:
    """Return area and middle by beat, of its blocks, else as it is drawn."""
    units = sorted({*beats["unit_id"].tolist()})
    crs = metric_crs(connection)
    blocks = reads.blocks_on(connection, request.day, units)
    drawn = reads.beats_on(connection, request.day, units).rename(columns={"id": "beat_id"})
    parts = pd.concat([
        blocks.loc[blocks["beat_id"].isin(beats.index), ["beat_id", "geometry"]],
        drawn.loc[drawn["drawn"] == 1, ["beat_id", "geometry"]],
    ])  # fmt: skip
    if parts.empty:
        return pd.DataFrame(columns=["area_m2", "x", "y"], dtype=float)
    metric = to_metric(parts, crs)
    area, middle = metric.area, metric.centroid
    sums = pd.DataFrame({"area_m2": area, "x": middle.x * area, "y": middle.y * area})
    found = sums.groupby(metric["beat_id"]).sum()
    return found.assign(x=found["x"] / found["area_m2"], y=found["y"] / found["area_m2"])


def _posts(connection: Connection) -> pd.DataFrame:
    """Return x, y of the first post of each unit."""
    query = """
        SELECT DISTINCT ON (unit_id) unit_id, ST_X(geom) AS lon, ST_Y(geom) AS lat
        FROM diaban.post ORDER BY unit_id, code"""
    posts = reads.table(connection, query, {}, {"unit_id": "int4", "lon": "float8", "lat": "float8"})
    xy = lonlat_to_metric_xy(posts["lon"], posts["lat"], metric_crs(connection))
    return pd.DataFrame({"post_x": xy[:, 0], "post_y": xy[:, 1]}, index=posts["unit_id"])


def _officers(
    request: tables.Asked, beats: pd.DataFrame, posts: pd.DataFrame, full_days: float
) -> tuple[OfficerLoad, ...]:
    duties = on_day(request.record.duties, request.placing.day)
    duties = duties[duties["beat_id"].isin(beats.index)]
    if duties.empty:
        return ()
    has_primary = duties["beat_id"].isin(duties.loc[duties["role"] == tables.PRIMARY, "beat_id"])
    stands_in = (duties["role"] == tables.ACTING) & ~has_primary
    share = duties["role"].map(_SHARE).where(~stands_in, 1.0)
    part = share / share.groupby(duties["beat_id"]).transform("sum")
    held = beats.loc[duties["beat_id"]].join(posts, on="unit_id").reset_index(drop=True)
    way = np.hypot(held["x"] - held["post_x"], held["y"] - held["post_y"]) / 1000.0
    names = ("households", "residents", "incidents", "area_m2")
    carried = held[list(names)].multiply(part.to_numpy(), axis=0).assign(way=way)
    for name, role in (
        ("primary", tables.PRIMARY),
        ("concurrent", tables.CONCURRENT),
        ("acting", tables.ACTING),
    ):
        carried[name] = (duties["role"] == role).to_numpy(dtype=np.int64)
    keys = duties["officer_id"].to_numpy()
    sums = carried.drop(columns="way").groupby(keys).sum()
    sums["way"] = carried["way"].groupby(keys).sum(min_count=1)
    sums["beats"] = carried["way"].groupby(keys).size()
    officers = request.record.officers.set_index("id").reindex(sums.index)
    days = officers["beat_days"].fillna(-1)
    sums["full_time"] = np.where(days < 0, 1.0, np.minimum(days / full_days, 1.0))
    sums["service_number"] = officers["service_number"].fillna("")
    sums["area_km2"] = sums.pop("area_m2") / 1e6
    sums["travel_km"] = sums.pop("way")
    return tuple(_officer(row) for row in sums.sort_values("service_number").to_dict("records"))


def _officer(row: Mapping[Any, Any]) -> OfficerLoad:
    beats, primary, concurrent, acting = (
        int(row[name]) for name in ("beats", "primary", "concurrent", "acting")
    )
    full_time, households, residents, incidents, area_km2 = (
        float(row[name]) for name in ("full_time", *_CARRIED)
    )
    return OfficerLoad(
        service_number=str(row["service_number"]),
        beats=beats,
        primary=primary,
        concurrent=concurrent,
        acting=acting,
        full_time=full_time,
        households=households,
        residents=residents,
        incidents=incidents,
        area_km2=area_km2,
        travel_km=None if np.isnan(row["travel_km"]) else float(row["travel_km"]),
    )

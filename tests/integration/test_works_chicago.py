"""The four works on Chicago's real beats: drawn borders and points, against GeoPandas' own join."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import text

from geo.domain.roles import OPERATOR
from geo.services.works.board import Board, WorksQuery, board
from geo.store import copy
from geo.store.engine import Database, driver

DAY = date(2019, 12, 31)


def _multi(frame: gpd.GeoDataFrame) -> copy.CopyColumn:
    shapes = [s if s.geom_type == "MultiPolygon" else shapely.multipolygons([s]) for s in frame.geometry]
    return copy.wkb_geometry(gpd.GeoSeries(shapes, crs=4326))


@pytest.fixture(scope="module")
def beats(shared_data: Path) -> gpd.GeoDataFrame:
    """277 beats; every third has no officer."""
    found = gpd.read_file(shared_data / "chicago" / "PoliceBeats2019").to_crs(4326)
    return found.assign(code=[f"{n:03d}" for n in range(len(found))], held=np.arange(len(found)) % 3 != 0)


@pytest.fixture(scope="module")
def households(shared_data: Path) -> gpd.GeoDataFrame:
    """Real addresses of the city as households: CensusDataByCA.csv has rates only, no counts of people."""
    rows = pd.read_csv(shared_data / "chicago" / "chicago_aggravated_assaults.csv.gz")
    places = rows[["longitude", "latitude"]].dropna().drop_duplicates().iloc[::8]
    points = gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    lately = np.random.default_rng(7).random(len(points)) < 0.7
    reviewed = np.where(lately, np.datetime64("2019-11-15"), np.datetime64("2019-01-15"))
    return gpd.GeoDataFrame({"reviewed": reviewed}, geometry=points)


@pytest.fixture(scope="module")
def assaults(shared_data: Path) -> gpd.GeoDataFrame:
    """What happened from 4 to 31 December 2019 in local time of the deployment."""
    rows = pd.read_csv(shared_data / "chicago" / "chicago_aggravated_assaults.csv.gz")
    at = pd.to_datetime(rows["date"])
    rows = rows[(at >= "2019-12-04") & (at < "2020-01-01")].dropna(subset=["longitude", "latitude"])
    points = gpd.points_from_xy(rows["longitude"], rows["latitude"], crs=4326)
    return gpd.GeoDataFrame({"at": pd.to_datetime(rows["date"]).to_numpy()}, geometry=points)


@pytest.fixture(scope="module")
def found(
    opened: Database, beats: gpd.GeoDataFrame, households: gpd.GeoDataFrame, assaults: gpd.GeoDataFrame,
    shared_data: Path,
) -> Board:  # fmt: skip
    tracts = gpd.read_file(shared_data / "chicago" / "CensusTracts2010").to_crs(4326)
    city = shapely.box(*beats.total_bounds)
    with opened.owner.begin() as connection:
        connection.execute(
            text("""INSERT INTO diaban.admin_unit (code, level, name, name_folded, geom)
                VALUES ('1', 'ward', 'C', 'c', ST_Multi(ST_GeomFromText(:shape, 4326)))"""),
            {"shape": city.wkt},
        )
        unit = connection.execute(text("SELECT id FROM diaban.admin_unit")).scalar_one()
        connection.execute(
            text("""
            INSERT INTO diaban.officer (service_number, display_name, unit_id)
            SELECT 'O', 'O', id FROM diaban.admin_unit""")
        )
        below = driver(connection)

        def units(rows: int) -> copy.CopyColumn:
            return copy.int4(np.full(rows, unit))

        copy.copy_in(below, "diaban.block", {
            "code": copy.text([f"T{n}" for n in range(len(tracts))]), "unit_id": units(len(tracts)),
            "name": copy.text(["T"] * len(tracts)), "name_folded": copy.text(["t"] * len(tracts)),
            "geom": _multi(tracts),
        })  # fmt: skip
        copy.copy_in(below, "diaban.beat", {
            "code": copy.text(beats["code"]), "unit_id": units(len(beats)), "name": copy.text(beats["code"]),
            "geom": _multi(beats),
        })  # fmt: skip
        connection.execute(
            text("""INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
                SELECT b.id, o.id, 'primary', daterange(NULL, NULL) FROM diaban.beat b, diaban.officer o
                WHERE b.code = ANY(:held)"""),
            {"held": beats.loc[beats["held"], "code"].tolist()},
        )
        n = len(households)
        copy.copy_in(below, "diaban.household", {
            "code": copy.text([f"H{k}" for k in range(n)]), "unit_id": units(n),
            **{name: copy.int2(np.full(n, 1)) for name in ("permanent", "temporary", "absent")},
            "reviewed_on": copy.date(households["reviewed"]),
            "geom": copy.point(households.geometry.x, households.geometry.y),
        })  # fmt: skip
        kind = connection.execute(text("SELECT min(id) FROM diaban.category")).scalar_one()
        n = len(assaults)
        local = pd.DatetimeIndex(assaults["at"]).tz_localize("Asia/Ho_Chi_Minh").tz_convert("UTC")
        copy.copy_in(below, "diaban.incident", {
            "code": copy.text([f"I{k}" for k in range(n)]), "category_id": copy.int2(np.full(n, kind)),
            "origin": copy.text(["reported"] * n), "status": copy.text(["received"] * n),
            "occurred_from": copy.timestamptz(local), "occurred_to": copy.timestamptz(local),
            "unit_id": units(n), "geom": copy.point(assaults.geometry.x, assaults.geometry.y),
        })  # fmt: skip
    return board(opened, OPERATOR, WorksQuery(DAY, "1"))


def _joined(points: gpd.GeoDataFrame, beats: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return points.sjoin(beats[["code", "held", "geometry"]], how="left", predicate="within")


def test_households_of_every_beat_are_those_that_geopandas_finds(
    found: Board, beats: gpd.GeoDataFrame, households: gpd.GeoDataFrame
) -> None:
    joined = _joined(households, beats)
    counts = joined.groupby("code").size()
    assert {p.code: p.figures.households for p in found.places if p.figures.households} == counts.to_dict()
    assert len(found.places) == 277
    assert found.total.covered == joined["held"].eq(True).sum()
    assert found.total.households == len(households)
    assert found.total.vacant == (~beats["held"]).sum()


def test_freshness_of_every_beat(found: Board, beats: gpd.GeoDataFrame, households: gpd.GeoDataFrame) -> None:
    fresh = _joined(households[households["reviewed"] == np.datetime64("2019-11-15")], beats)
    counts = fresh.groupby("code").size()
    assert {p.code: p.figures.fresh for p in found.places if p.figures.fresh} == counts.to_dict()
    assert found.total.fresh == len(fresh)


def test_incidents_of_every_beat(found: Board, beats: gpd.GeoDataFrame, assaults: gpd.GeoDataFrame) -> None:
    counts = _joined(assaults, beats).groupby("code").size()
    assert {
        p.code: p.figures.occurred[-1] for p in found.places if p.figures.occurred[-1]
    } == counts.to_dict()
    assert found.total.occurred[-1] == len(assaults)
    assert len(assaults) > 500

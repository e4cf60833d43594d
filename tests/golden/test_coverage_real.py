"""Real places: Chicago's beats and tracts, Memphis's precincts and people, against GeoPandas on the files.

Chicago: beats as beats, tracts as blocks with one household point each, every seventh beat without an officer,
the city's outline as the ward. The census by community area holds no numbers of people, only shares, so the
people are Memphis's: each of its 10,393 census blocks is a household point with the block's residents.
"""

# ruff: noqa: E501 (an SQL statement is read whole)

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo.domain.roles import OPERATOR
from geo.services.coverage.findings import Fault
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.store.engine import Database

pytestmark = pytest.mark.shared_data
CRS = "EPSG:32616"


@dataclass(frozen=True, eq=False)
class Chicago:
    """beats, tracts in EPSG:4326; tracts with ``people``, ``at`` (a point inside)."""

    beats: gpd.GeoDataFrame
    tracts: gpd.GeoDataFrame
    outline: shapely.Geometry


@pytest.fixture(scope="module")
def chicago(shared_data: Path) -> Chicago:
    folder = shared_data / "chicago"
    beats = gpd.read_file(next((folder / "PoliceBeats2019").glob("*.shp"))).to_crs(4326)
    tracts = gpd.read_file(next((folder / "CensusTracts2010").glob("*.shp"))).to_crs(4326)
    areas = gpd.read_file(next((folder / "CommunityAreaBoundaries").glob("*.shp"))).to_crs(4326)
    tracts["people"] = 1 + np.arange(len(tracts)) % 7
    tracts["at"] = tracts.geometry.representative_point()
    return Chicago(beats, tracts, areas.geometry.union_all())


@pytest.fixture(scope="module")
def found(opened: Database, chicago: Chicago) -> CoverageResult:
    beats, tracts = chicago.beats, chicago.tracts
    with opened.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO setting (key, value) VALUES ('metric_crs', to_jsonb(CAST(:crs AS text)))"),
            {"crs": CRS},
        )
        connection.execute(
            text("INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES (1, 'C', 'ward', 'C', 'c', ST_Multi(ST_GeomFromWKB(:wkb, 4326)))"),
            {"wkb": shapely.to_wkb(chicago.outline)},
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'S1', 1)")
        )
        connection.execute(
            text("INSERT INTO beat (id, code, unit_id, name, geom) VALUES (:id, :code, 1, :code, ST_Multi(ST_GeomFromWKB(:wkb, 4326)))"),
            [{"id": n, "code": f"{row.beat_num}-{n}", "wkb": shapely.to_wkb(row.geometry)} for n, row in enumerate(beats.itertuples(), 1)],
        )  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO assignment (beat_id, officer_id, role, valid) SELECT id, 1, 'primary', '(,)' FROM beat WHERE id % 7 <> 0"
            )
        )
        connection.execute(
            text("INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES (:id, :id, 1, :id, 't', ST_Multi(ST_GeomFromWKB(:wkb, 4326)))"),
            [{"id": n, "wkb": shapely.to_wkb(row.geometry)} for n, row in enumerate(tracts.itertuples(), 1)],
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) VALUES (:id, 1, :id, :people, 0, 0, ST_SetSRID(ST_MakePoint(:x, :y), 4326))"),
            [{"id": n, "people": int(row.people), "x": row.at.x, "y": row.at.y} for n, row in enumerate(tracts.itertuples(), 1)],
        )  # fmt: skip
    return coverage(opened, OPERATOR, date(2019, 6, 1))


def test_households_and_people_by_beat_are_those_of_a_spatial_join(
    found: CoverageResult, chicago: Chicago
) -> None:
    points = gpd.GeoDataFrame(chicago.tracts[["people"]], geometry=chicago.tracts["at"], crs=4326)
    joined = gpd.sjoin(points, chicago.beats[["geometry"]], how="left", predicate="intersects")
    beat = joined.groupby(level=0)["index_right"].min()
    people = (
        points["people"].groupby(beat).agg(["size", "sum"]).reindex(range(len(chicago.beats)), fill_value=0)
    )
    by_position = {
        int(b.code.split("-")[1]) - 1: (b.tally.households, b.tally.residents) for b in found.beats
    }
    assert by_position == {n: (row["size"], row["sum"]) for n, row in people.iterrows()}
    summary = found.summary()
    held = np.array([(n + 1) % 7 != 0 for n in range(len(people))])
    assert (summary.beats, summary.vacant_beats) == (277, 277 // 7)
    assert summary.covered == people.loc[held, "size"].sum()
    assert summary.in_no_beat == int(beat.isna().sum())
    assert summary.households == len(points) == summary.covered + summary.uncovered
    assert summary.residents == points["people"].sum()


def test_gaps_overlaps_and_what_sticks_out_are_those_of_geopandas(
    found: CoverageResult, chicago: Chicago
) -> None:
    """The plain way: every pair of beats, and one union of all."""
    beats = chicago.beats.to_crs(CRS).geometry
    outline = gpd.GeoSeries([chicago.outline], crs=4326).to_crs(CRS).iloc[0]
    together = shapely.union_all(beats.to_numpy())
    left, right = beats.sindex.query(beats, predicate="intersects")
    shared = shapely.intersection(beats.to_numpy()[left[left < right]], beats.to_numpy()[right[left < right]])
    overlap = (
        shapely.union_all(shared[shapely.area(shared) > 0])
        if (shapely.area(shared) > 0).any()
        else shapely.Polygon()
    )
    assert found.gap_m2 == pytest.approx(outline.difference(together).area, rel=1e-6)
    assert found.overlap_m2 == pytest.approx(overlap.intersection(outline).area, rel=1e-6, abs=0.1)
    assert found.outside_m2 == pytest.approx(together.difference(outline).area, rel=1e-6)
    told = sum(
        f.area_m2 or 0 for f in found.findings.found if f.fault in {Fault.GAP, Fault.OVERLAP, Fault.OUTSIDE}
    )
    blocks = sum(f.area_m2 or 0 for f in found.findings.found if f.fault is Fault.BLOCK)
    assert found.findings.slivers > 0  # two agencies drew the lake shore
    assert told + found.findings.slivers_m2 <= found.gap_m2 + found.overlap_m2 + found.outside_m2 + 1.0
    assert told + found.findings.slivers_m2 + blocks >= 0.99 * (
        found.gap_m2 + found.overlap_m2 + found.outside_m2
    )


def test_people_of_memphis_by_precinct(opened: Database, shared_data: Path, found: CoverageResult) -> None:
    """Precincts as they are drawn, one of them mended; 25 blocks lie in none of them."""
    file = shared_data / "memphis" / "derived" / "memphis.gpkg"
    precincts = gpd.read_file(file, layer="precincts").to_crs(4326)
    precincts.geometry = precincts.geometry.make_valid()
    blocks = gpd.read_file(file, layer="population_blocks").to_crs(4326)
    with opened.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES (2, 'M', 'ward', 'M', 'm', ST_Multi(ST_GeomFromWKB(:wkb, 4326)))"),
            {"wkb": shapely.to_wkb(precincts.geometry.union_all())},
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO beat (id, code, unit_id, name, geom) VALUES (:id, :code, 2, :code, ST_Multi(ST_CollectionExtract(ST_GeomFromWKB(:wkb, 4326), 3)))"),
            [{"id": 1000 + n, "code": f"M{n}", "wkb": shapely.to_wkb(shape)} for n, shape in enumerate(precincts.geometry)],
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO household (code, unit_id, permanent, temporary, absent, geom) VALUES (:code, 2, :people, 0, 0, ST_SetSRID(ST_MakePoint(:x, :y), 4326))"),
            [{"code": f"M{n}", "people": int(row.population), "x": row.geometry.x, "y": row.geometry.y} for n, row in enumerate(blocks.itertuples())],
        )  # fmt: skip
    memphis = coverage(opened, OPERATOR, date(2019, 6, 1), "M")
    joined = gpd.sjoin(blocks, precincts[["geometry"]], how="left", predicate="intersects")
    first = joined["index_right"].groupby(level=0).min()
    expected = blocks["population"].groupby(first).agg(["size", "sum"])
    assert {b.code: (b.tally.households, b.tally.residents) for b in memphis.beats} == {
        f"M{int(n)}": (row["size"], row["sum"]) for n, row in expected.iterrows()
    }
    summary = memphis.summary()
    assert (summary.households, summary.residents) == (10_393, 634_612)
    assert summary.uncovered == summary.households  # nobody holds a precinct here
    assert summary.in_no_beat == int(first.isna().sum()) == 25
    assert [f.households for f in memphis.findings.found if f.fault is Fault.HOUSEHOLDS] == [25]

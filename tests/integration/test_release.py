"""What leaves, with everything that left before: marks, memory, printed fingerprints, coarse files."""

import re
import struct
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from PIL import Image
from sqlalchemy import text

from geo.analysis.disclosure import Mark
from geo.briefing.hotspots_out import write_hotspots
from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR, Role
from geo.services import exports
from geo.services.hotspots.review import HotspotQuery, density, review
from geo.services.release.counts import Cell, release_counts
from geo.services.release.points import leaving_density, leaving_points
from tests import hotspots_city

START = date(2026, 3, 2)
WEEK = HotspotQuery(START, START + timedelta(days=6))


@pytest.fixture(scope="module")
def briefer(city, sign_in):
    return sign_in("nguoi-bao-cao", Role.BRIEFER, ("*",))


def _cell(city, days, first=0, unit=None):
    start = START + timedelta(days=first)
    return Cell((unit or city.codes[0],), start, start + timedelta(days=days - 1), None, OriginFilter.ALL)


def _count(opened, cell):
    found = review(opened, OPERATOR, HotspotQuery(cell.start, cell.end, cell.units[0], origin=cell.origin))
    return found.n


def test_a_day_more_and_an_area_less_are_withheld_after_the_first_export(opened, city, briefer):
    week, day_more = _cell(city, 14), _cell(city, 15)
    assert _count(opened, week) >= 5
    assert _count(opened, day_more) - _count(opened, week) < 5
    assert release_counts(opened, briefer, [week]).marks == (Mark.GIVEN,)
    assert release_counts(opened, briefer, [day_more]).marks == (Mark.WITHHELD,)
    assert release_counts(opened, briefer, [week]).marks == (Mark.GIVEN,)  # it is out already
    # All wards but one, and all: the one is large, so both may leave; its single day may not be found.
    all_wards = Cell(("*",), week.start, week.end, None, OriginFilter.ALL)
    rest = Cell(city.codes[1:], week.start, week.end, None, OriginFilter.ALL)
    assert release_counts(opened, briefer, [all_wards, rest]).marks == (Mark.GIVEN, Mark.GIVEN)
    day = _cell(city, 1, first=14)
    nested = [Cell(units, day.start, day.end, None, OriginFilter.ALL) for units in (city.codes[1:], ("*",))]
    assert release_counts(opened, briefer, nested).marks.count(Mark.GIVEN) < 2


def test_memory_holds_cells_and_no_counts(opened, city, briefer):
    with opened.owner.connect() as connection:
        first = connection.execute(
            text(
                "SELECT measure, tokens, first_day, last_day, category, origin, part, mark "
                "FROM diaban.disclosure_cell JOIN diaban.disclosure_area ON key = area ORDER BY id LIMIT 1"
            )
        ).one()
    assert tuple(first) == (
        "incidents", [city.codes[0]], START, START + timedelta(days=13), "", "all", "", "given",
    )  # fmt: skip


def test_a_table_by_ward_leaves_without_small_counts(opened, city, briefer, tmp_path):
    from geo.analysis.disclosure import SMALL

    query = HotspotQuery(date(2025, 6, 2), date(2025, 6, 8))
    full = review(opened, OPERATOR, query).table
    small = full["count"].between(0, SMALL - 1)
    assert small.any()
    write_hotspots(opened, briefer, query, tmp_path / "a.csv", purpose="giao ban")
    import csv

    with (tmp_path / "a.csv").open(encoding="utf-8-sig") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    for code, count in zip(full["code"], full["count"], strict=True):
        said = rows[code]["count"]
        assert said in ({"<5", "…"} if count < SMALL else {str(count), "…"})
        assert said == str(count) or rows[code]["rate"] == ""  # the rate is the count in other words


def test_cells_leave_without_small_counts_and_scores(opened, briefer, tmp_path):
    query = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20))
    write_hotspots(opened, briefer, query, tmp_path / "a.geojson", purpose="giao ban")
    cells = pyogrio.read_dataframe(tmp_path / "a.geojson")
    assert cells[["count", "z", "p", "q"]].isna().all().all()  # each is the rest of a ward in other words
    assert (cells["class"] != "not_significant").any()


@pytest.fixture
def addressed(opened, city):
    """Addresses strewn over the first five wards; the sixth has none. Their points, (n, 2) degrees."""
    with opened.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.household (code, unit_id, permanent, temporary, absent, geom) "
                "SELECT 'A' || u.id || '-' || g, u.id, 2, 0, 0, ST_SetSRID(ST_MakePoint("
                "ST_XMin(u.geom) + (ST_XMax(u.geom) - ST_XMin(u.geom)) * ((g * 37) % 101 + 0.5) / 102, "
                "ST_YMin(u.geom) + (ST_YMax(u.geom) - ST_YMin(u.geom)) * ((g * 53) % 97 + 0.5) / 98), 4326) "
                "FROM diaban.admin_unit u, generate_series(1, 90) g WHERE u.code = ANY(:codes)"
            ),
            {"codes": list(city.codes[:5])},
        )
    yield
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.household WHERE code LIKE 'A%'"))


@pytest.mark.usefixtures("addressed")
def test_every_point_that_leaves_stands_for_eight_addresses(opened, city, briefer, sign_in, tmp_path):
    query = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20))
    commander = sign_in("chi-huy-diem", Role.COMMANDER, ("*",))
    for actor in (briefer, commander):  # who may see points on the screen does not take them along
        write_hotspots(opened, actor, query, tmp_path / "a.gpkg", purpose="giao ban")
        points = gpd.read_file(tmp_path / "a.gpkg", layer="places").to_crs(hotspots_city.CRS)
        homes = gpd.read_postgis(
            text(
                "SELECT h.geom, u.code FROM diaban.household h JOIN diaban.admin_unit u ON u.id = h.unit_id "
                "WHERE h.code LIKE 'A%'"
            ),
            opened.owner, geom_col="geom",
        ).to_crs(hotspots_city.CRS)  # fmt: skip
        wards = gpd.read_file(tmp_path / "a.gpkg", layer="wards").to_crs(hotspots_city.CRS)
        assert len(points) > 5
        assert (points["addresses"] >= 8).all()
        inside = gpd.sjoin(points, wards[["code", "geometry"]], predicate="within")
        assert len(inside) == len(points)
        for code, mine in inside.groupby("code"):  # no ward is said to have more addresses than it has
            assert mine["addresses"].sum() <= (homes["code"] == code).sum() + 1
        assert not (set(inside["code"]) & {city.codes[5]})
        exact = gpd.sjoin_nearest(points, homes, distance_col="metres")["metres"]
        assert (exact > 1.0).mean() > 0.9  # a middle may lie on an address by chance
        for ending in (".gpkg", ".geojson", ".csv", ".png", ".tif"):
            out = tmp_path / f"b{ending}"
            write_hotspots(opened, actor, query, out, purpose="giao ban")
            assert not _exact_places(out.read_bytes(), opened)


def _exact_places(content, opened):
    """Coordinates of incidents that stand in a file, as numbers of a GIS or as text."""
    with opened.owner.connect() as connection:
        places = connection.execute(
            text("SELECT ST_X(geom), ST_Y(geom) FROM diaban.incident WHERE geom IS NOT NULL LIMIT 4000")
        ).all()
    packed = [struct.pack("<2d", *place) for place in places]
    number = rb"-?\d+\.\d{4,}"
    said = {
        (round(float(x), 6), round(float(y), 6))
        for x, y in re.findall(rb"(%b)\s*,\s*(%b)" % (number, number), content)
    }
    exact = {(round(x, 6), round(y, 6)) for x, y in places}
    return [place for place in packed if place in content] + sorted(said & exact)


@pytest.mark.usefixtures("addressed")
def test_the_density_that_leaves_is_of_middles(opened, briefer, tmp_path):
    query = HotspotQuery(date(2025, 11, 21), date(2026, 11, 20))
    write_hotspots(opened, briefer, query, tmp_path / "a.tif", purpose="giao ban")
    found = leaving_points(opened, briefer, query)
    exact = density(opened, OPERATOR, query)
    said = leaving_density(opened, briefer, query)
    assert said.n + said.sparse == exact.n
    assert found.left_out > 0  # of the ward without addresses
    np.testing.assert_array_equal(np.flipud(np.asarray(Image.open(tmp_path / "a.tif"))), said.values)
    assert not np.allclose(said.values, exact.values)


def test_a_printout_is_traced_to_its_query(opened, city, briefer, sign_in, tmp_path):
    write_hotspots(opened, briefer, WEEK, tmp_path / "a.geojson", purpose="họp thứ Hai")
    with opened.owner.connect() as connection:
        printed = connection.execute(
            text("SELECT query ->> 'fingerprint' FROM diaban.export_log ORDER BY id DESC LIMIT 1")
        ).scalar_one()
    found = exports.trace(opened, briefer, printed.lower().replace("-", " "))
    assert [(one.actor, one.kind, one.purpose) for one in found] == [
        ("nguoi-bao-cao", "hotspots.geojson", "họp thứ Hai")
    ]
    assert found[0].query["start"] == "2026-03-02"
    commander = sign_in("chi-huy-so", Role.COMMANDER, ("*",))
    assert len(exports.trace(opened, commander, printed)) == 1
    other = sign_in("nguoi-khac", Role.BRIEFER, ("*",))
    assert exports.trace(opened, other, printed) == []


def test_fingerprint_is_of_the_question():
    one, other = {"unit": "01", "day": date(2026, 1, 1)}, {"day": date(2026, 1, 1), "unit": "01"}
    assert exports.fingerprint(one) == exports.fingerprint(other)
    assert exports.fingerprint(one) != exports.fingerprint({**one, "unit": "02"})
    assert exports.fingerprint({**one, "fingerprint": "x"}) == exports.fingerprint(one)


@pytest.mark.parametrize(("purpose", "code"), [("  ", "purpose_missing"), ("x" * 201, "purpose_too_long")])
def test_nothing_leaves_without_a_purpose(opened, briefer, tmp_path, purpose, code):
    with pytest.raises(InputError) as fault:
        write_hotspots(opened, briefer, WEEK, tmp_path / "a.png", purpose=purpose)
    assert fault.value.code == code
    assert not list(tmp_path.iterdir())


def test_a_mistyped_fingerprint_is_told(opened, briefer):
    with pytest.raises(InputError) as fault:
        exports.trace(opened, briefer, "3F2A-90B1")
    assert fault.value.code == "bad_fingerprint"

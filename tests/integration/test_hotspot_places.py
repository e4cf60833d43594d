"""Concentration on streets, blocks and wards against a plain recount of the same points."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.places import TOP, PlaceKind, concentration
from geo.services.hotspots.review import HotspotQuery, review
from tests import hotspots_city
from tests.hotspots_city import SIDE_M, X0, Y0

QUERY = HotspotQuery(date(2026, 8, 29), date(2026, 11, 20))
BLOCK_M = 400.0  # 25 blocks a ward


@pytest.fixture(scope="module")
def blocks(city, opened):
    """Every ward but the last cut into 25 squares; one more square that was dissolved before the period."""
    with opened.owner.begin() as connection:
        ids = connection.execute(
            text("SELECT id FROM diaban.admin_unit WHERE level = 'ward' ORDER BY code")
        ).scalars().all()  # fmt: skip
        for ward, unit_id in enumerate(ids[:5]):
            for i in range(25):
                _block(connection, f"B{ward}-{i:02d}", unit_id, ward, i, "[2020-01-01,)")
        _block(connection, "B-OLD", ids[5], 5, 0, "[2020-01-01,2026-01-01)")


def _block(connection, code, unit_id, ward, i, valid):
    x = X0 + ward % 3 * SIDE_M + i % 5 * BLOCK_M
    y = Y0 + ward // 3 * SIDE_M + i // 5 * BLOCK_M
    ring = hotspots_city.lonlat([x, x + BLOCK_M, x + BLOCK_M, x], [y, y, y + BLOCK_M, y + BLOCK_M])
    connection.execute(
        text("INSERT INTO diaban.block (code, unit_id, name, name_folded, geom, valid) "
             "VALUES (:code, :unit, :code, :code, ST_SetSRID(CAST(:geom AS geometry), 4326), "
             "CAST(:valid AS daterange))"),
        {"code": code, "unit": unit_id, "valid": valid,
         "geom": shapely.to_wkb(shapely.multipolygons([shapely.polygons(ring)]))},
    )  # fmt: skip


def of_period(city, ward=None):
    day = (city.occurred + np.timedelta64(7, "h")).astype("datetime64[D]")
    chosen = (day >= np.datetime64(QUERY.start)) & (day <= np.datetime64(QUERY.end)) & ~city.discovered
    return city.xy[chosen & (city.ward >= 0 if ward is None else city.ward == ward)]


def plain_streets(xy):
    """Return distances (n, streets) and the names, by the lines as they were drawn."""
    drawn = [(name, shapely.linestrings(line)) for _, name, _, line in hotspots_city._streets()]
    lines = np.array([line for _, line in drawn])
    apart = shapely.distance(shapely.points(xy)[:, None], lines[None, :])
    return apart, [name for name, _ in drawn]


@pytest.mark.parametrize("snap_m", [0, 10, 30])
def test_streets_hold_what_is_nearest_within_the_limit(opened, city, snap_m):
    found = concentration(opened, OPERATOR, QUERY, PlaceKind.STREET, snap_m)
    xy = of_period(city)
    apart, _ = plain_streets(xy)
    near = apart.min(axis=1) <= snap_m
    assert found.places == 118
    assert found.n == len(xy) == review(opened, OPERATOR, QUERY).n
    assert found.used == pytest.approx(near.sum(), abs=1)  # degrees and back move a point by less than a mm
    assert found.used + found.beyond + found.without_point == found.n
    counts = np.bincount(apart[near].argmin(axis=1), minlength=118)
    assert found.empty == pytest.approx((counts == 0).sum(), abs=1)
    held = np.sort(counts)[::-1].cumsum()
    if found.used:
        assert found.half == pytest.approx(np.searchsorted(held, held[-1] / 2) + 1, abs=1)
        assert found.share_half == found.half / 118


def test_the_top_streets_are_those_of_the_plain_count(opened, city):
    found = concentration(opened, OPERATOR, QUERY, PlaceKind.STREET, 30)
    apart, names = plain_streets(of_period(city))
    near = apart.min(axis=1) <= 30
    counts = dict(
        zip(names, np.bincount(apart[near].argmin(axis=1), minlength=len(names)).tolist(), strict=True)
    )
    assert len(found.top) == TOP
    assert found.top["n"].is_monotonic_decreasing
    for row in found.top.itertuples():
        assert row.n == pytest.approx(counts[row.name], abs=1)
        assert row.share == row.n / found.used
        assert row.segments == 1
    assert found.top["n"].iloc[0] == pytest.approx(max(counts.values()), abs=1)


def test_segments_of_one_name_in_one_ward_are_one_street_and_those_without_a_name_are_not(opened, city):
    named = concentration(opened, OPERATOR, QUERY, PlaceKind.STREET, 31)
    with opened.owner.begin() as connection:
        connection.execute(text("UPDATE diaban.street SET name = 'Phố Chung' WHERE code LIKE 'S%'"))
        connection.execute(text("UPDATE diaban.street SET name = NULL WHERE code LIKE 'T%'"))
    found = concentration(opened, OPERATOR, QUERY, PlaceKind.STREET, 31)
    with opened.owner.begin() as connection:
        connection.execute(
            text("UPDATE diaban.street SET name = CASE WHEN code LIKE 'S%' THEN 'Phố Số ' "
                 "ELSE 'Đường Thứ ' END || substr(code, 2)")
        )  # fmt: skip
    assert (found.places, found.used, found.gini) == (named.places, named.used, named.gini)
    common = found.top[found.top["name"] == "Phố Chung"]
    assert common["segments"].sum() == 59
    assert common["ward"].is_unique
    assert (found.top[found.top["name"].fillna("") == ""]["segments"] == 1).all()


def test_blocks_in_force_hold_what_lies_in_them(opened, city, blocks):
    found = concentration(opened, OPERATOR, QUERY, PlaceKind.BLOCK)
    xy = of_period(city)
    place = np.floor((xy - (X0, Y0)) / BLOCK_M).astype(int)
    ward = np.floor((xy - (X0, Y0)) / SIDE_M).astype(int)
    inside = ward[:, 1] * 3 + ward[:, 0] < 5
    counts = np.bincount(place[inside, 1] * 15 + place[inside, 0], minlength=150)
    assert found.places == 125
    assert found.used == pytest.approx(inside.sum(), abs=2)
    assert found.beyond == pytest.approx((~inside).sum(), abs=2)
    assert found.top["n"].iloc[0] == pytest.approx(counts.max(), abs=1)
    assert found.top["code"].iloc[0].startswith("B")


def test_wards_count_those_without_a_point_too(opened, city):
    found = concentration(opened, OPERATOR, QUERY, PlaceKind.WARD)
    table = review(opened, OPERATOR, QUERY).table
    assert (found.places, found.used, found.beyond, found.without_point) == (6, found.n, 0, 0)
    assert found.top["n"].tolist() == sorted(table["count"], reverse=True)


def test_a_street_of_a_unit_is_one_that_touches_it(opened, city):
    unit = replace(QUERY, unit=city.codes[0])  # 0 to 2,000 m both ways
    found = concentration(opened, OPERATOR, unit, PlaceKind.STREET, 30)
    assert found.places == 20 + 30  # every 100 m upright up to 2,000; level every 66.7 m, on the border too
    assert found.n == len(of_period(city, ward=0))
    assert set(found.top["ward_code"]) <= {city.codes[0]}


def test_a_wider_limit_leaves_no_more_beyond(opened, city):
    beyond = [concentration(opened, OPERATOR, QUERY, PlaceKind.STREET, m).beyond for m in (0, 5, 10, 20, 50)]
    assert beyond == sorted(beyond, reverse=True)
    assert beyond[0] > beyond[-1] == 0


def test_streets_and_blocks_with_few_are_not_named_to_who_may_not_see_points(opened, city, blocks, sign_in):
    briefer = sign_in("bao.cao.noi", Role.BRIEFER, ("*",))
    week = HotspotQuery(date(2026, 11, 14), date(2026, 11, 20))
    for kind in (PlaceKind.STREET, PlaceKind.BLOCK):
        seen, all_seen = (concentration(opened, actor, week, kind, 30) for actor in (briefer, OPERATOR))
        assert (all_seen.top["n"] < 5).any()
        assert not all_seen.top_hidden
        assert (seen.top["n"] >= 5).all()
        assert seen.top_hidden
        assert (seen.gini, seen.used) == (all_seen.gini, all_seen.used)
    assert len(concentration(opened, briefer, week, PlaceKind.WARD).top) == 6


def test_a_ward_officer_sees_the_own_ward_only(opened, city, blocks, sign_in):
    officer = sign_in("phuong.noi", Role.WARD_OFFICER, (city.codes[0],))
    found = concentration(opened, officer, QUERY, PlaceKind.BLOCK)
    assert found.n == len(of_period(city, ward=0))
    assert found.places == 25
    with pytest.raises(InputError):
        concentration(opened, officer, replace(QUERY, unit=city.codes[1]))


def test_nothing_one_and_all_at_one_point(opened, city):
    nothing = concentration(opened, OPERATOR, HotspotQuery(date(2001, 1, 1), date(2001, 1, 31)))
    assert (nothing.n, nothing.used, nothing.half, len(nothing.top)) == (0, 0, 0, 0)
    assert np.isnan([nothing.gini, nothing.share_half, nothing.share_even]).all()
    many = """
        INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, unit_id, geom)
        SELECT 'ONE' || g, 7, 'reported', 'resolved', timestamptz '2011-06-01 05:00+00', u.id,
            ST_PointOnSurface(u.geom)
        FROM diaban.admin_unit u, generate_series(1, 40) g WHERE u.code = :code"""
    with opened.owner.begin() as connection:
        connection.execute(text(many), {"code": city.codes[0]})
    one = concentration(opened, OPERATOR, HotspotQuery(date(2011, 6, 1), date(2011, 6, 1)), snap_m=100)
    assert (one.n, one.used, one.half, one.empty) == (40, 40, 1, 117)
    assert one.gini == pytest.approx(1 - 1 / 118)
    assert one.share_even == 20 / 118

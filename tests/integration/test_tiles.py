"""Vector tiles: what is in them, for whom, and what is written to the audit trail."""

from dataclasses import replace
from datetime import date

import mapbox_vector_tile
import numpy as np
import pytest
from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.review import SMALL_N, HotspotQuery
from geo.services.tiles import Tile, base_tile, incident_tile, ward_tile
from geo.store.engine import transaction
from tests import hotspots_city

QUERY = HotspotQuery(date(2024, 11, 1), date(2026, 11, 20), origin=OriginFilter.ALL)
HOT = hotspots_city.lonlat(*hotspots_city._HOT[0][:, None])[0]


def tile_at(z, lon=HOT[0], lat=HOT[1]):
    n = 2**z
    return Tile(z, int((lon + 180) / 360 * n), int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n))


@pytest.fixture(scope="module")
def commander(city, sign_in):
    return sign_in("chi.huy", Role.COMMANDER, ("*",))


@pytest.fixture(scope="module")
def briefer(city, sign_in):
    return sign_in("bao.cao", Role.BRIEFER, ("*",))


@pytest.fixture(scope="module")
def officer(sign_in, city):
    return sign_in("phuong.4", Role.WARD_OFFICER, (city.codes[3],))


def features(tile: bytes, layer: str):
    return mapbox_vector_tile.decode(tile).get(layer, {}).get("features", []) if tile else []


def in_tile(city, tile):
    points = hotspots_city.lonlat(city.xy[:, 0], city.xy[:, 1])
    n = 2**tile.z
    x = (points[:, 0] + 180) / 360 * n
    y = (1 - np.arcsinh(np.tan(np.radians(points[:, 1]))) / np.pi) / 2 * n
    return (x.astype(int) == tile.x) & (y.astype(int) == tile.y) & (city.ward >= 0)


def reads(opened):
    with transaction(opened, OPERATOR) as connection:
        query = text("SELECT count(*) FROM diaban.audit_event WHERE action = 'read_points'")
        return connection.execute(query).scalar_one()


def test_points_close_up_are_the_rows_and_their_reading_is_written_down_once(opened, city, commander):
    n = reads(opened)
    tile = tile_at(16)
    found = features(incident_tile(opened, commander, tile, QUERY), "points")
    assert len(found) == in_tile(city, tile).sum() > 0
    assert reads(opened) == n + 1
    incident_tile(opened, commander, Tile(16, tile.x + 1, tile.y), QUERY)
    incident_tile(opened, commander, tile, QUERY)
    assert reads(opened) == n + 1
    incident_tile(opened, commander, tile, replace(QUERY, end=date(2026, 11, 19)))
    assert reads(opened) == n + 2


def test_far_out_there_are_cells_whose_sum_is_all(opened, city, commander):
    n = reads(opened)
    tile = tile_at(13)
    cells = features(incident_tile(opened, commander, tile, QUERY), "cells")
    assert sum(cell["properties"]["n"] for cell in cells) == in_tile(city, tile).sum()
    assert reads(opened) == n


def test_a_role_without_points_never_gets_one_nor_a_small_cell(opened, city, briefer):
    n = reads(opened)
    for z in (13, 16, 18):
        body = incident_tile(opened, briefer, tile_at(z), QUERY)
        assert not features(body, "points")
        assert all(cell["properties"]["n"] >= SMALL_N for cell in features(body, "cells"))
    assert features(incident_tile(opened, briefer, tile_at(16), QUERY), "cells")
    assert reads(opened) == n


def test_a_reader_of_one_ward_gets_no_tile_of_another(opened, city, officer, commander):
    tile = tile_at(16)  # the middle of ward 1, far from ward 4
    assert incident_tile(opened, commander, tile, QUERY)
    assert incident_tile(opened, officer, tile, QUERY) == b""
    wide = tile_at(10)
    assert len(features(ward_tile(opened, commander, wide), "wards")) == 6
    mine = features(ward_tile(opened, officer, wide), "wards")
    assert [ward["properties"]["code"] for ward in mine] == [city.codes[3]]
    with pytest.raises(InputError):
        incident_tile(opened, officer, tile, replace(QUERY, unit=city.codes[0]))


def test_base_has_streets_water_and_names_in_vietnamese(opened, city, officer):
    tile = mapbox_vector_tile.decode(base_tile(opened, officer, tile_at(14)))
    kinds = {street["properties"]["kind"] for street in tile["streets"]["features"]}
    assert kinds == {"major", "minor", "lane"}
    names = {name["properties"]["name"] for name in tile["street_names"]["features"]}
    assert any(name.startswith("Đường Thứ") for name in names)
    assert tile["water"]["features"]
    far = mapbox_vector_tile.decode(base_tile(opened, officer, tile_at(11)))
    assert {street["properties"]["kind"] for street in far["streets"]["features"]} == {"major"}


def test_a_changed_street_is_seen(opened, city, officer):
    before = base_tile(opened, officer, tile_at(14))
    with transaction(opened, OPERATOR) as connection:
        connection.execute(text("UPDATE diaban.street SET name = 'Đường Mới' WHERE code = 'T20'"))
    assert base_tile(opened, officer, tile_at(14)) != before


@pytest.mark.parametrize("place", [(-1, 0, 0), (3, 8, 0), (3, 0, -1), (40, 0, 0)])
def test_tiles_beyond_the_pyramid_are_refused(place):
    with pytest.raises(InputError) as fault:
        Tile(*place)
    assert fault.value.code == "no_such_tile"

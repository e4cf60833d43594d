"""Files of hotspots, read back by other programs than the one that wrote them."""

import hashlib
import json
from datetime import date

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from PIL import Image
from sqlalchemy import text

from geo.briefing.hotspots_out import write_hotspots
from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR
from geo.services.hotspot_spots import hotspot_spots
from geo.services.hotspots import HotspotQuery, density, review
from tests import hotspots_city


def write(database, query, out):
    return write_hotspots(database, OPERATOR, query, out, purpose="briefing on Monday")


QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20), unit="*")
pytestmark = pytest.mark.usefixtures("city")


def test_cells(opened, tmp_path):
    said = write(opened, QUERY, tmp_path / "cells.geojson")
    cells = pyogrio.read_dataframe(tmp_path / "cells.geojson")
    assert {"count", "z", "p", "q", "class"} <= set(cells.columns)
    assert cells.crs == "EPSG:4326"
    assert cells["count"].sum() == said["n"] == review(opened, OPERATOR, QUERY).n
    assert json.dumps(said)


def test_an_export_is_logged_with_the_hash_of_the_file(opened, tmp_path):
    said = write(opened, QUERY, tmp_path / "cells.geojson")
    with opened.owner.connect() as connection:
        kind, purpose, query = connection.execute(
            text(
                "SELECT kind, purpose, query FROM diaban.export_log "
                "WHERE sha256 = :sha256 ORDER BY id DESC LIMIT 1"
            ),
            {"sha256": hashlib.sha256((tmp_path / "cells.geojson").read_bytes()).hexdigest()},
        ).one()
    assert kind == "hotspots.geojson"
    assert purpose == "briefing on Monday"
    assert query["start"] == "2026-10-24"
    assert said["sha256"]


def test_geotiff_is_in_its_place_with_the_north_up(opened, tmp_path):
    write(opened, QUERY, tmp_path / "density.tif")
    surface = density(opened, OPERATOR, QUERY)
    picture = Image.open(tmp_path / "density.tif")
    np.testing.assert_array_equal(np.flipud(np.asarray(picture)), surface.values)
    tags = picture.tag_v2
    west, _, _, north = surface.grid.bounds
    assert tags[33922][3:5] == (west, north)
    assert tags[33550][:2] == (surface.grid.cell_m, surface.grid.cell_m)
    keys = np.array(tags[34735]).reshape(-1, 4)
    assert keys[keys[:, 0] == 3072, 3].tolist() == [3405]


def test_map(opened, tmp_path):
    write(opened, QUERY, tmp_path / "map.png")
    pixels = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"))
    highest = (pixels == (0x5E, 0x10, 0x24)).all(axis=2)
    assert highest.sum() > 500  # on the map, not only in the key


def test_geopackage_holds_what_the_page_shows(opened, tmp_path):
    out = tmp_path / "hotspots.gpkg"
    said = write(opened, QUERY, out)
    layers = {name: pyogrio.read_dataframe(out, layer=name) for name, _ in pyogrio.list_layers(out)}
    assert set(layers) == {"cells", "hotspots", "wards"}
    assert {str(layer.crs) for layer in layers.values()} == {"EPSG:4326"}
    spots = hotspot_spots(opened, OPERATOR, QUERY, QUERY.before()).spots
    assert layers["hotspots"]["count"].tolist() == [spot.count for spot in spots]
    assert shapely.equals(layers["hotspots"].geometry.array, [spot.shape for spot in spots]).all()
    assert layers["wards"]["count"].sum() == said["n"]
    assert layers["wards"]["name"].tolist() == list(hotspots_city.NAMES)


def test_geopackage_without_a_hotspot(opened, tmp_path):
    out = tmp_path / "hotspots.gpkg"
    said = write(opened, HotspotQuery(date(2020, 1, 1), date(2020, 1, 31)), out)
    assert (said["hotspots"], said["n"]) == (0, 0)
    assert len(pyogrio.read_dataframe(out, layer="hotspots")) == 0


def test_table_is_read_by_a_spreadsheet_with_its_letters(opened, tmp_path):
    out = tmp_path / "wards.csv"
    write(opened, QUERY, out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(out, dtype={"code": str})
    assert table["name"].tolist() == list(hotspots_city.NAMES)
    assert table["count"].tolist() == review(opened, OPERATOR, QUERY).table["count"].tolist()


def test_an_unknown_ending_is_refused_and_nothing_is_written(opened, tmp_path):
    with pytest.raises(InputError) as fault:
        write(opened, QUERY, tmp_path / "map.docx")
    assert fault.value.code == "unknown_out_format"
    assert not list(tmp_path.iterdir())

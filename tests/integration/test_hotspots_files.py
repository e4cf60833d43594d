"""Files of hotspots, read back by other programs than the one that wrote them."""

import hashlib
import json
from datetime import date

import numpy as np
import pyogrio
import pytest
from PIL import Image
from sqlalchemy import text

from geo.cli.analyses import write_hotspots as write
from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR
from geo.services.hotspots import HotspotQuery, density, review

QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20), unit="*")
pytestmark = pytest.mark.usefixtures("city")


def test_cells(opened, tmp_path):
    said = write(opened, OPERATOR, QUERY, tmp_path / "cells.geojson")
    cells = pyogrio.read_dataframe(tmp_path / "cells.geojson")
    assert {"count", "z", "p", "q", "class"} <= set(cells.columns)
    assert cells.crs == "EPSG:4326"
    assert cells["count"].sum() == said["n"] == review(opened, OPERATOR, QUERY).n
    assert json.dumps(said)


def test_an_export_is_logged_with_the_hash_of_the_file(opened, tmp_path):
    said = write(opened, OPERATOR, QUERY, tmp_path / "cells.geojson")
    with opened.owner.connect() as connection:
        kind, query = connection.execute(
            text("SELECT kind, query FROM diaban.export_log WHERE sha256 = :sha256 ORDER BY id DESC LIMIT 1"),
            {"sha256": hashlib.sha256((tmp_path / "cells.geojson").read_bytes()).hexdigest()},
        ).one()
    assert kind == "hotspots.geojson"
    assert query["start"] == "2026-10-24"
    assert said["sha256"]


def test_geotiff_is_in_its_place_with_the_north_up(opened, tmp_path):
    write(opened, OPERATOR, QUERY, tmp_path / "density.tif")
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
    write(opened, OPERATOR, QUERY, tmp_path / "map.png")
    pixels = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"))
    highest = (pixels == (0x5E, 0x10, 0x24)).all(axis=2)
    assert highest.sum() > 500  # on the map, not only in the key


def test_an_unknown_ending_is_refused_and_nothing_is_written(opened, tmp_path):
    with pytest.raises(InputError) as fault:
        write(opened, OPERATOR, QUERY, tmp_path / "map.docx")
    assert fault.value.code == "unknown_out_format"
    assert not list(tmp_path.iterdir())

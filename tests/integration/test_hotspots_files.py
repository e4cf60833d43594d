"""Files of hotspots, read back by other programs than the one that wrote them."""

import hashlib
import json
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import text

from geo import settings
from geo.briefing.hotspots_out import write_hotspots
from geo.cli import main
from geo.domain.errors import InputError
from geo.domain.kinds import CellShape
from geo.domain.roles import OPERATOR
from geo.services.hotspots.cells import hotspot_cells
from geo.services.hotspots.review import HotspotQuery, density, review
from geo.services.hotspots.spots import hotspot_spots
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


@pytest.fixture
def geo_hotspots(database, monkeypatch):
    """``geo_hotspots(shape, out)``: `QUERY` by the command line, its answer."""
    monkeypatch.setenv("DATABASE_URL", database.owner)
    settings.load.cache_clear()

    def run(shape, out):
        days = ["--from", str(QUERY.start), "--to", str(QUERY.end)]
        asked = ["hotspots", "--unit", "*", *days, "--cells", shape, "--out", str(out), "--json"]
        done = CliRunner().invoke(main, asked)
        return json.loads(done.stdout)

    yield run
    settings.load.cache_clear()


@pytest.fixture(scope="module")
def five_beats(opened, city):
    """A beat over each ward but the last."""
    statements = """
        INSERT INTO diaban.block (code, unit_id, name, name_folded, geom, valid)
        SELECT 'T' || code, id, name, name_folded, geom, '[2025-01-01,)'
        FROM diaban.admin_unit WHERE level = 'ward' AND code < '00006';
        INSERT INTO diaban.beat (code, unit_id, name, valid)
        SELECT 'K' || substr(code, 2), unit_id, name, valid FROM diaban.block;
        INSERT INTO diaban.beat_block (beat_id, block_id, valid)
        SELECT b.id, t.id, t.valid FROM diaban.beat b JOIN diaban.block t USING (unit_id)"""
    with opened.owner.begin() as connection:
        for statement in statements.split(";"):
            connection.execute(text(statement))
    return [f"K0000{number}" for number in range(1, 6)]


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
@pytest.mark.parametrize("shape", list(CellShape))
def test_cells_of_any_shape_are_read_back(opened, geo_hotspots, five_beats, tmp_path, shape, ending):
    out = tmp_path / f"cells.{ending}"
    said = geo_hotspots(shape.value, out)
    read = gpd.read_file(out, **({"layer": "cells"} if ending == "gpkg" else {}))
    assert (said["shape"], said["cells"]) == (shape.value, len(read))
    assert read.crs == "EPSG:4326"
    assert read.geometry.is_valid.all()
    shown = hotspot_cells(opened, OPERATOR, QUERY, shape=shape)
    assert read["count"].tolist() == shown.frame["count"].tolist()
    assert read["class"].tolist() == shown.frame["class"].tolist()
    metric = read.to_crs(hotspots_city.CRS)
    if shape.on_grid:
        corners = shapely.get_num_coordinates(read.geometry.array) - 1
        assert set(corners) == {6 if shape is CellShape.HEXAGON else 4}
        assert np.ptp(metric.area) < 0.01 * metric.area.mean()
        assert not metric.union_all().geom_type.startswith("Multi"), "cells lie side by side"
        assert (read["class"] == "very_hot").any()
        return
    figures = review(opened, OPERATOR, QUERY).table
    assert read["cell"].tolist() == (five_beats if shape is CellShape.BEAT else figures["code"].tolist())
    assert read["count"].tolist() == figures["count"].tolist()[: len(read)]
    np.testing.assert_allclose(metric.area, hotspots_city.SIDE_M**2, rtol=1e-3)


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

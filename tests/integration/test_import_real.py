"""Real files through the whole way: Hà Nội's wards, and Chicago's beats, tracts and assaults to the row."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.intake import Options
from geo.services.imports.importing import import_file, undo
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


@pytest.fixture
def db(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.execute(text("TRUNCATE admin_unit, block, incident, setting, import_batch CASCADE"))
    yield engines
    engines.close()


def take(db: Database, path: Path, kind: Kind, **columns: str) -> dict[str, Any]:
    facts = import_file(db, OPERATOR, path, kind, Options(columns=columns)).as_dict()
    parts = [facts[name] for name in ("accepted", "updated", "unchanged", "rejected")]
    assert facts["rows_read"] == sum(parts)
    return facts


def one(db: Database, query: str) -> Any:
    with db.owner.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_ha_noi(db: Database, shared_data: Path) -> None:
    path = shared_data / "vn_wards_2026" / "ha_noi.geojson.gz"
    facts = take(db, path, Kind.WARDS)
    assert (facts["rows_read"], facts["accepted"]) == (126, 126)
    assert facts["metric_crs"]["code"] == "EPSG:3405"
    assert one(db, "SELECT count(*) FROM admin_unit WHERE level = 'ward' AND ST_IsValid(geom)") == 126
    assert one(db, "SELECT name FROM admin_unit WHERE name_folded = 'o cho dua'") == "Ô Chợ Dừa"
    assert take(db, path, Kind.WARDS)["unchanged"] == 126


def test_chicago_to_the_row(db: Database, shared_data: Path, tmp_path: Path) -> None:
    chicago = shared_data / "chicago"
    with zipfile.ZipFile(tmp_path / "beats.zip", "w") as archive:
        for part in (chicago / "PoliceBeats2019").iterdir():
            archive.write(part, part.name)
    beats = take(db, tmp_path / "beats.zip", Kind.WARDS, code="beat_num")
    assert (beats["rows_read"], beats["accepted"], beats["warnings"]["parts_merged"]) == (277, 277, 3)
    assert one(db, "SELECT count(*) FROM admin_unit") == 275
    assert beats["metric_crs"]["code"] == "EPSG:32616"

    assaults = chicago / "chicago_aggravated_assaults.csv.gz"
    first = take(db, assaults, Kind.INCIDENTS)
    assert (first["rows_read"], first["accepted"], first["rejected"]) == (148_636, 148_636, 0)
    assert first["warnings"]["outside_all_wards"] == 91
    assert one(db, "SELECT count(*) FROM incident WHERE unit_id IS NULL") == 91
    # PostGIS agrees with the points-in-polygons of the import, place by place.
    disagree = (
        "SELECT count(*) FROM incident i JOIN admin_unit u ON u.id = i.unit_id "
        "WHERE NOT ST_Intersects(u.geom, i.geom)"
    )
    assert one(db, disagree) == 0

    tracts = take(db, next((chicago / "CensusTracts2010").glob("*.shp")), Kind.BLOCKS)
    assert (tracts["rows_read"], tracts["accepted"], tracts["rejected"]) == (801, 801, 0)
    assert one(db, "SELECT count(*) FROM incident WHERE block_id IS NULL") == 92

    again = take(db, assaults, Kind.INCIDENTS)
    assert (again["unchanged"], again["accepted"], again["updated"]) == (148_636, 0, 0)
    undo(db, OPERATOR, tracts["batch"])
    assert one(db, "SELECT count(*) FROM incident WHERE block_id IS NOT NULL") == 0
    undo(db, OPERATOR, first["batch"])
    undo(db, OPERATOR, beats["batch"])
    assert one(db, "SELECT (SELECT count(*) FROM incident) + (SELECT count(*) FROM admin_unit)") == 0

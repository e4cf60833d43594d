"""Spoiled and hostile files into a real database: all of a file comes in, or nothing of it."""

import random
import string
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from sqlalchemy import text

from geo.domain.errors import DiaBanError, InputError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.intake.source import Options
from geo.services.imports import importing
from geo.services.imports.importing import import_file
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database
from tests.golden.intake import files_hostile
from tests.property.intake.mutations import good_files, mutated
from tests.property.intake.test_fuzz import DEFECTS, LIMITS, OPTIONS, written

# So many spoiled files must have brought rows in, or tried to.
TAKEN = 80
_COUNTED = (
    "admin_unit", "block", "household", "incident", "post", "street", "import_batch",
    "import_reject", "audit_event",
)  # fmt: skip


@pytest.fixture
def db(database: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The module's database with nothing in it but one large ward."""
    monkeypatch.setattr(importing, "limits", lambda: LIMITS)
    engines = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.execute(text("TRUNCATE admin_unit, block, street, post, setting, import_batch CASCADE"))
    ward = gpd.GeoDataFrame(
        {"code": ["00001"], "name": ["Phường Một"]}, geometry=[box(105.7, 20.9, 106.0, 21.2)], crs="EPSG:4326"
    )
    ward.to_file(tmp_path / "ward.geojson", driver="GeoJSON", engine="pyogrio")
    import_file(engines, OPERATOR, tmp_path / "ward.geojson", Kind.WARDS)
    yield engines
    engines.close()


def rows(db: Database) -> dict[str, int]:
    with db.owner.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM diaban.{name}")).scalar_one()
            for name in _COUNTED
        }


def tried(db: Database, path: Path, kind: Kind, options: Options = OPTIONS) -> str:
    """``"taken"``, ``"all_rejected"``, or the code of the refusal; nothing is half done either way."""
    before = rows(db)
    try:
        facts = import_file(db, OPERATOR, path, kind, options).as_dict()
    except DiaBanError as fault:
        assert rows(db) == before
        return fault.code
    assert facts["rows_read"] == sum(facts[n] for n in ("accepted", "updated", "unchanged", "rejected"))
    assert sum(facts["reasons"].values()) == facts["rejected"]
    after = rows(db)
    assert after["import_batch"] == before["import_batch"] + 1
    assert after["import_reject"] == before["import_reject"] + facts["rejected"]
    return "taken" if facts["rejected"] < facts["rows_read"] else "all_rejected"


@pytest.mark.slow
def test_spoiled_files_come_in_whole_or_not_at_all(db: Database, tmp_path: Path) -> None:
    for good in good_files():
        assert tried(db, written(good, tmp_path / good.name.replace(".", "-")), good.kind) == "taken"
    outcomes: list[str] = []
    number = 0
    while outcomes.count("taken") < TAKEN:
        good = mutated(number)
        outcomes.append(tried(db, written(good, tmp_path / str(number)), good.kind))
        assert outcomes[-1] not in DEFECTS, number
        number += 1
        assert number < 6 * TAKEN
    assert len(set(outcomes)) > 5


@pytest.mark.parametrize("make", files_hostile.FILES, ids=lambda make: make.__name__)
def test_hostile_files_leave_nothing_behind(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object
) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setattr(importing, "limits", lambda: importing.confined.Limits(2, 512))
    tried(db, path, Kind.POSTS, Options(max_bytes=256 * 2**20))
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_place_that_is_no_number_is_kept_with_the_batch(db: Database, tmp_path: Path) -> None:
    report = import_file(db, OPERATOR, files_hostile.not_numbers_in_shapes(tmp_path), Kind.POSTS, OPTIONS)
    assert report.batch is not None
    assert len(report.intake.rejects) == 3
    importing.rejects_file(db, OPERATOR, report.batch, tmp_path / "rejects.xlsx")


def test_a_code_longer_than_an_index_holds(db: Database, tmp_path: Path) -> None:
    code = "".join(random.Random(0).choices(string.ascii_letters + string.digits, k=20_000))
    path = tmp_path / "long.csv"
    path.write_text(f"code,name,lon,lat\n{code},a,105.8,21\nSHORT,b,105.8,21.01\n")
    report = import_file(db, OPERATOR, path, Kind.POSTS)
    assert report.intake.reasons == {"text_too_long": 1}
    assert report.merged.accepted == 1


def test_a_fault_on_the_way_takes_everything_back(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise InputError("empty_file", file="x")

    monkeypatch.setattr(importing, "_close_batch", broken)
    path = tmp_path / "late.csv"
    path.write_text("code,name,lon,lat\nLATE,a,105.8,21\n")
    assert tried(db, path, Kind.POSTS) == "empty_file"

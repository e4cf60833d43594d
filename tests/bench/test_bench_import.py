"""A million incidents from a CSV file to checked, indexed rows, beside GeoPandas, in one run.

Both sides read the same file, find the ward of each incident (one on a border is in a ward that it touches),
refuse a repeated number, and leave committed rows in the deployment's table or in one of the same columns,
types and indexes; both build the indexes after the rows. GeoPandas does nothing else. `import_file` also
checks every cell, finds encoding, header, order of dates and CRS by itself, looks up categories, notes the
batch for undoing, and fires the triggers of the store.
Peak memory is that of the process with all its libraries, without the server. Processor seconds are this
process's own: what is left of the time is mostly the server's.
Run with: pytest tests/bench/test_bench_import.py --benchmark-only -s
"""

import ctypes
import gc
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
import shapely
from sqlalchemy import text

from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.intake import Options
from geo.services.imports.importing import import_file
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

ROWS = 1_000_000
WEST, SOUTH, STEP, ACROSS, UP = 105.3, 20.6, 0.06, 12, 10
ZONE = "EPSG:3405"
KINDS = ("trom_cap", "gay_roi", "tai_nan", "chay_no")
_NAMES = {
    "degrees": ("Kinh độ", "Vĩ độ", "%Y-%m-%d %H:%M"),
    "vn2000": ("Tọa độ X", "Tọa độ Y", "%d/%m/%Y %H:%M"),
}
_SAME = (
    "SELECT count(*), count(unit_id), sum(unit_id::bigint), sum(extract(epoch FROM occurred_from)), "
    "round(sum(ST_X(geom))::numeric, 3), round(sum(ST_Y(geom))::numeric, 3) FROM "
)
_taken: dict[tuple[str, str], tuple[float, float, float]] = {}


@pytest.fixture(scope="module")
def wards(database: DatabaseUrls, tmp_path_factory: Any) -> gpd.GeoDataFrame:
    """120 wards of 6 km whose borders wind: some 500 vertices each, with their ids in the store."""
    found = gpd.GeoDataFrame(
        {"code": [f"{at:05d}" for at in range(ACROSS * UP)]},
        geometry=[_ward(at % ACROSS, at // ACROSS) for at in range(ACROSS * UP)],
        crs="EPSG:4326",
    )
    path = tmp_path_factory.mktemp("wards") / "wards.geojson"
    found.assign(name="Phường " + found["code"]).to_file(path, driver="GeoJSON", COORDINATE_PRECISION=15)
    opened = open_database(database.owner, database.app, database.auth)
    assert import_file(opened, OPERATOR, path, Kind.WARDS).merged.accepted == len(found)
    ids = pd.read_sql("SELECT code, id AS unit_id FROM diaban.admin_unit WHERE level = 'ward'", opened.owner)
    opened.close()
    return gpd.GeoDataFrame(found.merge(ids, on="code"), crs=found.crs).drop(columns="code")


@pytest.fixture
def db(database: DatabaseUrls, wards: gpd.GeoDataFrame) -> Iterator[Database]:
    """The module's database with its wards and no incident."""
    opened = open_database(database.owner, database.app, database.auth)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=sorted(_NAMES))
def layout(request: Any) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def file(layout: str, tmp_path_factory: Any) -> Path:
    """Number, day and time, kind, place; one incident in a hundred lies beyond all wards."""
    rng = np.random.default_rng(0)
    lon = rng.uniform(WEST, WEST + STEP * ACROSS * 1.01, ROWS)
    lat = rng.uniform(SOUTH, SOUTH + STEP * UP, ROWS)
    x, y, form = _NAMES[layout]
    places = lonlat_to_metric_xy(lon, lat, ZONE) if layout == "vn2000" else np.column_stack((lon, lat))
    places = np.round(places, 2 if layout == "vn2000" else 6)
    minutes = np.datetime64("2024-01-01T00:00") + rng.integers(0, 730 * 1440, ROWS)
    words, at = np.unique(minutes.astype("datetime64[m]"), return_inverse=True)
    table = pa.table(
        {
            "Số hồ sơ": [f"HS-{number:07d}" for number in rng.permutation(ROWS)],
            "Ngày giờ": pd.Series(words).dt.strftime(form).to_numpy(dtype=object)[at],
            "Loại vụ việc": np.array(KINDS, dtype=object)[rng.integers(0, len(KINDS), ROWS)],
            x: places[:, 0],
            y: places[:, 1],
        }
    )
    path = tmp_path_factory.mktemp("incidents") / f"{layout}.csv"
    pa_csv.write_csv(table, path)
    return path


def _ward(column: int, row: int) -> shapely.Polygon:
    """A cell of a grid whose lines wind; neighbours share every vertex."""
    t = np.linspace(0, 1, 125)
    lower, upper = (np.column_stack((column + t, row + at + _wind(column + t, row + at))) for at in (0, 1))
    left, right = (np.column_stack((column + at + _wind(row + t, column + at), row + t)) for at in (0, 1))
    ring = np.concatenate((lower[:-1], right[:-1], upper[:0:-1], left[:0:-1]))
    return shapely.polygons(ring * STEP + [WEST, SOUTH])


def _wind(along: np.ndarray, line: int) -> np.ndarray:
    """Zero at the corners."""
    return 0.06 * np.sin(np.pi * along) * np.cos(9 * along + line)


def measured(
    benchmark: Any, name: tuple[str, str], run: Callable[[], Any], before: Callable[[], Any]
) -> None:
    """Time `run` and note the peak memory and the processor seconds of this process."""
    peaks, spent = [], []

    def start() -> None:
        before()
        # What the other side has left in the allocators is not this side's.
        gc.collect()
        pa.default_memory_pool().release_unused()
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")

    def timed() -> None:
        began = time.process_time()
        run()
        spent.append(time.process_time() - began)
        peaks.append(_peak_gb())

    benchmark.pedantic(timed, setup=start, rounds=2)
    _taken[name] = benchmark.stats.stats.min, min(spent), max(peaks)


def _peak_gb() -> float:
    """The most memory since the peak was reset, with that of the largest child process that has ended."""
    status = Path("/proc/self/status").read_text()
    own = int(status.split("VmHWM:")[1].split()[0])
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 2**20


def one(db: Database, query: str) -> Any:
    with db.owner.connect() as connection:
        return connection.execute(text(query)).one()


@pytest.mark.benchmark(group="import 1M incidents")
def test_import_file(benchmark: Any, db: Database, layout: str, file: Path) -> None:
    def empty() -> None:
        with db.owner.begin() as connection:
            connection.execute(text("TRUNCATE diaban.incident"))

    def run() -> None:
        options = Options(crs=ZONE if layout == "vn2000" else None)
        report = import_file(db, OPERATOR, file, Kind.INCIDENTS, options)
        assert (report.intake.rows_read, report.merged.accepted) == (ROWS, ROWS)

    measured(benchmark, (layout, "ours"), run, empty)


@pytest.mark.benchmark(group="import 1M incidents")
def test_import_geopandas(
    benchmark: Any, db: Database, layout: str, file: Path, wards: gpd.GeoDataFrame
) -> None:
    x, y, form = _NAMES[layout]

    def drop() -> None:
        with db.owner.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS theirs"))

    def run() -> None:
        table = pd.read_csv(file)
        at = pd.to_datetime(table["Ngày giờ"], format=form).dt.tz_localize("Asia/Ho_Chi_Minh")
        kinds = {code: at for at, code in enumerate(KINDS, start=1)}
        rows = gpd.GeoDataFrame(
            {
                "code": table["Số hồ sơ"],
                "category_id": table["Loại vụ việc"].map(kinds),
                "origin": "reported",
                "status": "received",
                "occurred_from": at,
                "occurred_to": at,
            },
            geometry=gpd.points_from_xy(table[x], table[y]),
            crs=ZONE if layout == "vn2000" else "EPSG:4326",
        )
        rows = rows.to_crs("EPSG:4326").sjoin(wards, how="left").drop(columns="index_right")
        rows = rows[~rows.index.duplicated()].astype({"unit_id": "Int64"})
        rows = rows.assign(block_id=pd.array([None] * len(rows), "Int64"), batch_id=1)
        with db.owner.begin() as connection:
            # Makes the index on places by itself.
            rows.rename_geometry("geom").to_postgis("theirs", connection, index=True, index_label="id")
            connection.execute(text("ALTER TABLE theirs ADD PRIMARY KEY (id)"))
            for columns in ("block_id", "batch_id", "unit_id, occurred_from) INCLUDE (category_id, origin"):
                connection.execute(text(f"CREATE INDEX ON theirs ({columns})"))
            connection.execute(text("CREATE UNIQUE INDEX ON theirs (code)"))

    measured(benchmark, (layout, "theirs"), run, drop)
    assert one(db, _SAME + "theirs") == one(db, _SAME + "diaban.incident")
    (ours_s, ours_cpu, ours_gb), (theirs_s, theirs_cpu, theirs_gb) = (
        _taken[layout, side] for side in ("ours", "theirs")
    )
    print(
        f"\n{layout}: {ours_s:.1f} s ({ours_cpu:.1f} s of processor, {ours_gb:.2f} GB), GeoPandas "
        f"{theirs_s:.1f} s ({theirs_cpu:.1f} s, {theirs_gb:.2f} GB): {theirs_s / ours_s:.1f} times"
    )

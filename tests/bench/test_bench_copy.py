"""A million points into PostGIS and back, beside GeoPandas, from arrays in memory to committed rows.

Both sides empty a table without an index and write the same four columns into it, in one transaction; what
an index adds is timed by itself. Rows are compared by count and checksum. Other work on the machine slows
the server, which is all that `copy_in` waits for, and GeoPandas not to the same degree: quiet runs count.
Run with: pytest tests/bench/test_bench_copy.py --benchmark-only -s
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text

from geo.store import copy

ROWS = 1_000_000
_CHECK = (
    "SELECT count(*), sum(id), sum(kind), sum(extract(epoch FROM ts)), sum(ST_X(geom)), sum(ST_Y(geom)) FROM "
)
_DDL = "CREATE TABLE {} (id bigint, kind smallint, ts timestamptz, geom geometry(Point, 4326))"
_seconds: dict[str, tuple[float, float]] = {}


@dataclass(frozen=True)
class Points:
    ids: np.ndarray
    kinds: np.ndarray
    times: np.ndarray
    lon: np.ndarray
    lat: np.ndarray

    def frame(self) -> gpd.GeoDataFrame:
        times = pd.Series(self.times).dt.tz_localize("UTC")
        columns = {"id": self.ids, "kind": self.kinds, "ts": times}
        return gpd.GeoDataFrame(
            columns, geometry=gpd.points_from_xy(self.lon, self.lat), crs=4326
        ).rename_geometry("geom")


@pytest.fixture(scope="module")
def points() -> Points:
    rng = np.random.default_rng(0)
    start = np.datetime64("2024-01-01", "us")
    times = start + rng.integers(0, 2 * 365 * 86_400, ROWS) * np.timedelta64(1_000_000, "us")
    # Coordinates in whole 2^-20 degrees: their sums are exact in any order of the rows.
    lon, lat = (rng.integers(low << 20, (low + 1) << 20, ROWS) / 2**20 for low in (105, 20))
    return Points(np.arange(ROWS), rng.integers(0, 13, ROWS).astype(np.int16), times, lon, lat)


@pytest.fixture(scope="module")
def url(cluster: Any) -> Iterator[str]:
    cluster.execute("CREATE DATABASE copy_bench TEMPLATE diaban")
    yield cluster.urls("copy_bench").owner
    cluster.execute("DROP DATABASE copy_bench WITH (FORCE)")


@pytest.fixture(scope="module")
def engine(url: str) -> Iterator[Engine]:
    made = create_engine(url)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def connection(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as opened:
        for table in ("ours", "theirs"):
            opened.execute(_DDL.format(table).encode())
        yield opened


def checksum(connection: psycopg.Connection, table: str) -> Any:
    return connection.execute((_CHECK + table).encode()).fetchone()


def expected(points: Points) -> tuple[Any, ...]:
    seconds = int(points.times.astype("datetime64[s]").astype(np.int64).sum())
    kinds = int(points.kinds.sum(dtype=np.int64))
    return ROWS, int(points.ids.sum()), kinds, seconds, float(points.lon.sum()), float(points.lat.sum())


def compared(name: str, ours: str, theirs: str) -> None:
    for figure, our_s, their_s in zip(("median", "best"), _seconds[ours], _seconds[theirs], strict=True):
        print(f"\n{name}, {figure}: {our_s:.2f} s, GeoPandas {their_s:.2f} s, {their_s / our_s:.1f} times")


@pytest.mark.benchmark(group="load 1M points")
def test_load_geopandas(
    benchmark: Any, connection: psycopg.Connection, engine: Engine, points: Points
) -> None:
    frame = points.frame()

    def load() -> None:
        # Into the table that is already there: creating it anew would also build GeoPandas' own index.
        with engine.begin() as theirs:
            theirs.execute(text("TRUNCATE theirs"))
            frame.to_postgis("theirs", theirs, if_exists="append")

    benchmark.pedantic(load, rounds=2)
    _seconds["to_postgis"] = benchmark.stats.stats.median, benchmark.stats.stats.min
    assert checksum(connection, "theirs") == expected(points)


@pytest.mark.benchmark(group="load 1M points")
def test_load_copy(benchmark: Any, connection: psycopg.Connection, points: Points) -> None:
    def load() -> None:
        columns = {
            "id": copy.int8(points.ids),
            "kind": copy.int2(points.kinds),
            "ts": copy.timestamptz(points.times),
            "geom": copy.point(points.lon, points.lat),
        }
        with connection.transaction():
            connection.execute("TRUNCATE ours")
            assert copy.copy_in(connection, "ours", columns) == ROWS

    benchmark.pedantic(load, rounds=5)
    _seconds["copy_in"] = benchmark.stats.stats.median, benchmark.stats.stats.min
    assert checksum(connection, "ours") == expected(points) == checksum(connection, "theirs")
    compared("load", "copy_in", "to_postgis")


@pytest.mark.benchmark(group="read 1M points")
def test_read_geopandas(
    benchmark: Any, connection: psycopg.Connection, engine: Engine, points: Points
) -> None:
    frame = benchmark.pedantic(lambda: gpd.read_postgis("SELECT * FROM ours", engine), rounds=2)
    _seconds["read_postgis"] = benchmark.stats.stats.median, benchmark.stats.stats.min
    assert_same(points, frame["id"], frame["kind"], frame.geometry.x, frame.geometry.y)


@pytest.mark.benchmark(group="read 1M points")
def test_read_copy(benchmark: Any, connection: psycopg.Connection, points: Points) -> None:
    query = "SELECT id, kind, ts, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM ours"
    types = {"id": "int8", "kind": "int2", "ts": "timestamptz", "lon": "float8", "lat": "float8"}
    read = benchmark.pedantic(lambda: copy.read_columns(connection, query, None, types), rounds=5)
    _seconds["read_columns"] = benchmark.stats.stats.median, benchmark.stats.stats.min
    assert_same(points, read["id"], read["kind"], read["lon"], read["lat"])
    assert (np.sort(read["ts"]) == np.sort(points.times)).all()
    compared("read", "read_columns", "read_postgis")


def assert_same(points: Points, ids: Any, kinds: Any, lon: Any, lat: Any) -> None:
    order = np.argsort(ids)
    for got, given in ((ids, points.ids), (kinds, points.kinds), (lon, points.lon), (lat, points.lat)):
        assert (np.asarray(got)[order] == given).all()


@pytest.mark.benchmark(group="index on 1M points")
@pytest.mark.parametrize("index", ["btree (id)", "gist (geom)"])
def test_what_an_index_adds(
    benchmark: Any, connection: psycopg.Connection, points: Points, index: str
) -> None:
    def drop() -> None:
        connection.execute("DROP INDEX IF EXISTS added")

    benchmark.pedantic(
        lambda: connection.execute(f"CREATE INDEX added ON ours USING {index}".encode()), setup=drop, rounds=3
    )
    drop()
    print(
        f"\nindex {index} on rows already there: {benchmark.stats.stats.median:.2f} s more, for either side"
    )
    assert checksum(connection, "ours") == expected(points)

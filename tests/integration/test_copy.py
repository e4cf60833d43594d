"""Bulk loading and reading on a real PostGIS: blocks, transactions, parameters, refusals."""

import datetime as dt
import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import pytest
import shapely
from psycopg import errors, sql
from sqlalchemy import create_engine, text

from geo.domain.errors import InputError, UnavailableError
from geo.store import copy
from geo.store.copy_encode import BLOCK_ROWS


@pytest.fixture(scope="module")
def conninfo(cluster: Any) -> str:
    return cluster.urls().owner.replace("+psycopg", "")


@pytest.fixture
def connection(conninfo: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo) as opened:
        opened.execute(
            "CREATE TEMPORARY TABLE spot (id bigint, name text, kind smallint, geom geometry(Point, 4326))"
        )
        yield opened
        opened.rollback()


@pytest.mark.parametrize("rows", [0, 1, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 1])
@pytest.mark.parametrize("holes", [False, True])
def test_row_counts_around_the_block_size(connection: psycopg.Connection, rows: int, holes: bool) -> None:
    ids = np.arange(rows)
    columns = {"id": copy.int8(ids), "kind": copy.int2(ids % 7, ids % 3 > 0 if holes else None)}
    columns["geom"] = copy.point(100 + ids / rows if rows else [], np.full(rows, 21.0))
    if holes:
        columns["name"] = copy.text([f"Tổ {number}" if number % 5 else None for number in range(rows)])
    assert copy.copy_in(connection, "spot", columns) == rows
    wrong = connection.execute(
        "SELECT count(*) FROM spot WHERE kind IS DISTINCT FROM CASE WHEN %(holes)s AND id %% 3 = 0 THEN NULL "
        "ELSE id %% 7 END OR name IS DISTINCT FROM CASE WHEN %(holes)s AND id %% 5 > 0 THEN 'Tổ ' || id END "
        "OR ST_X(geom) <> 100 + id / %(rows)s::float8 OR ST_SRID(geom) <> 4326",
        {"holes": holes, "rows": max(rows, 1)},
    ).fetchone()
    assert wrong == (0,)
    read = copy.read_columns(connection, "SELECT id, name FROM spot", None, {"id": "int8", "name": "text"})
    assert sorted(read["id"].tolist()) == ids.tolist()
    assert connection.execute("SELECT count(DISTINCT id) FROM spot").fetchone() == (rows,)


def test_failed_copy_leaves_nothing(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE held (id integer CHECK (id <> 40000))")
        connection.execute("BEGIN")
        connection.execute("INSERT INTO held VALUES (-1)")
        with pytest.raises(errors.CheckViolation):
            copy.copy_in(connection, "held", {"id": copy.int4(np.arange(50_000))})
        connection.execute("ROLLBACK")
        assert connection.execute("SELECT count(*) FROM held").fetchone() == (0,)


def test_refused_values_leave_the_transaction_usable(connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO spot (id) VALUES (1)")
    ids = np.arange(50_000)
    with pytest.raises(InputError, match="kind"):
        copy.copy_in(connection, "spot", {"id": copy.int8(ids), "kind": copy.int2(ids)})
    assert connection.execute("SELECT count(*) FROM spot").fetchone() == (1,)


def test_columns_of_different_length_are_a_defect(connection: psycopg.Connection) -> None:
    with pytest.raises(ValueError, match="differ in length"):
        copy.copy_in(connection, "spot", {"id": copy.int8([1, 2]), "kind": copy.int2([1])})
    with pytest.raises(ValueError, match="at least one"):
        copy.copy_in(connection, "spot", {})


def test_type_of_the_table_must_match(connection: psycopg.Connection) -> None:
    with pytest.raises(errors.ProtocolViolation, match="column id"):
        copy.copy_in(connection, "spot", {"id": copy.int4([1])})


def test_names_are_quoted(connection: psycopg.Connection) -> None:
    connection.execute('CREATE TEMPORARY TABLE "a.b; --" ("x "" y" integer)')
    odd = sql.Identifier("pg_temp", "a.b; --")
    assert copy.copy_in(connection, odd, {'x " y': copy.int4([1])}) == 1
    assert copy.copy_in(connection, "pg_temp.spot", {"id": copy.int8([1])}) == 1
    read = copy.read_columns(connection, 'SELECT * FROM "a.b; --"', None, {'x " y': "int4"})
    assert read['x " y'].tolist() == [1]


@pytest.mark.parametrize("hostile", ["'; DROP TABLE spot; --", "\\'; DROP TABLE spot; --", "100%", "Đống Đa"])
def test_parameters_are_values_only(connection: psycopg.Connection, hostile: str) -> None:
    query = "SELECT %s AS given, %s::date AS day, id FROM spot WHERE id = ANY(%s) AND name LIKE 'a%%' -- end"
    copy.copy_in(connection, "spot", {"id": copy.int8([1, 2, 3]), "name": copy.text(["ab", "b", "a"])})
    params = [hostile, dt.date(2026, 7, 1), [2, 3]]
    read = copy.read_columns(connection, query, params, {"given": "text", "day": "date", "id": "int8"})
    assert read["given"].tolist() == [hostile]
    assert read["day"].tolist() == [dt.date(2026, 7, 1)]
    assert read["id"].tolist() == [3]
    by_name = copy.read_columns(connection, "SELECT %(x)s AS x", {"x": hostile}, {"x": "text"})
    assert by_name["x"].tolist() == [hostile]


def test_percent_stands_for_itself_without_parameters(connection: psycopg.Connection) -> None:
    assert copy.read_columns(connection, "SELECT 7 % 4 AS rest", None, {"rest": "int4"})["rest"].tolist() == [
        3
    ]


def test_order_of_the_query_is_kept(connection: psycopg.Connection) -> None:
    query = "SELECT n FROM generate_series(1, 70000) AS n ORDER BY n DESC"
    assert copy.read_columns(connection, query, None, {"n": "int4"})["n"].tolist() == list(
        range(70_000, 0, -1)
    )


def test_server_errors_come_as_they_are(connection: psycopg.Connection) -> None:
    with pytest.raises(errors.UndefinedTable):
        copy.copy_in(connection, "nowhere", {"id": copy.int4([1])})
    connection.rollback()
    # The fault is in row 50,000, when blocks have already been read.
    query = "SELECT 1 / (50000 - n) AS x FROM generate_series(1, 90000) AS n"
    with pytest.raises(errors.DivisionByZero):
        copy.read_columns(connection, query, None, {"x": "int4"})
    connection.rollback()
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_null_refused_in_numpy_leaves_the_transaction_usable(connection: psycopg.Connection) -> None:
    query = "SELECT nullif(n, 3) AS n FROM generate_series(1, 5) AS n"
    with pytest.raises(InputError, match="read_table"):
        copy.read_columns(connection, query, None, {"n": "int4"})
    assert copy.read_table(connection, query, None, {"n": "int4"})["n"].to_pylist() == [1, 2, None, 4, 5]


@pytest.mark.parametrize("types", [{}, {"n": "int4) FROM spot; --"}])
def test_unknown_types_are_a_defect(connection: psycopg.Connection, types: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="columns must map"):
        copy.read_columns(connection, "SELECT 1 AS n", None, types)


def test_infinite_dates_are_refused(connection: psycopg.Connection) -> None:
    for type_ in ("date", "timestamptz"):
        with pytest.raises(InputError, match="NULLIF"):
            copy.read_columns(connection, f"SELECT 'infinity'::{type_} AS due", None, {"due": type_})


def test_instants_do_not_depend_on_the_zone_of_the_connection(connection: psycopg.Connection) -> None:
    connection.execute("SET LOCAL TIME ZONE 'Asia/Ho_Chi_Minh'")
    connection.execute("CREATE TEMPORARY TABLE moment (at timestamptz)")
    noon = np.array(["2026-07-01T12:00"], "datetime64[us]")
    copy.copy_in(connection, "moment", {"at": copy.timestamptz(noon)})
    assert connection.execute("SELECT at::text FROM moment").fetchone() == ("2026-07-01 19:00:00+07",)
    read = copy.read_columns(connection, "TABLE moment", None, {"at": "timestamptz"})
    np.testing.assert_array_equal(read["at"], noon)


def test_other_client_encodings_are_refused(connection: psycopg.Connection) -> None:
    connection.execute("SET client_encoding TO 'LATIN1'")
    with pytest.raises(UnavailableError, match="UTF8"):
        copy.copy_in(connection, "spot", {"name": copy.text(["Đa"])})


def test_works_inside_a_transaction_of_sqlalchemy(cluster: Any) -> None:
    engine = create_engine(cluster.urls().owner)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE spot (id integer)"))
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert copy.copy_in(driver, "spot", {"id": copy.int4([1, 2])}) == 2
        assert connection.execute(text("SELECT sum(id) FROM spot")).scalar() == 3
        connection.rollback()
    engine.dispose()


def test_row_level_security_admits_copy_only_by_way_of_a_temporary_table(
    connection: psycopg.Connection,
) -> None:
    connection.execute("INSERT INTO spot (id) VALUES (9)")
    connection.execute("ALTER TABLE spot ENABLE ROW LEVEL SECURITY")
    connection.execute("CREATE POLICY own ON spot USING (id < 3)")
    connection.execute("CREATE TEMPORARY TABLE incoming (LIKE spot)")
    connection.execute("CREATE ROLE copy_test_reader NOLOGIN")
    connection.execute("GRANT ALL ON spot, incoming TO copy_test_reader")
    connection.execute("SET LOCAL ROLE copy_test_reader")
    connection.execute("SAVEPOINT before")
    with pytest.raises(errors.FeatureNotSupported, match="row-level security"):
        copy.copy_in(connection, "spot", {"id": copy.int8([1])})
    connection.execute("ROLLBACK TO before")
    copy.copy_in(connection, "incoming", {"id": copy.int8([1, 2])})
    connection.execute("INSERT INTO spot SELECT * FROM incoming")
    # Reading obeys the policy: COPY (SELECT ...) is a query like any other.
    assert sorted(copy.read_columns(connection, "TABLE spot", None, {"id": "int8"})["id"].tolist()) == [1, 2]


def test_memory_stays_within_blocks(connection: psycopg.Connection) -> None:
    rows = 600_000
    ids = np.arange(rows)
    columns = {"id": copy.int8(ids), "geom": copy.point(ids / rows, ids / rows)}
    tracemalloc.start()
    try:
        copy.copy_in(connection, "spot", columns)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    sent = rows * (2 + 4 + 8 + 4 + 25)
    assert peak < sent / 2  # 25.8 MB are sent; blocks and masks took 4 MB


@pytest.mark.shared_data
def test_real_wards_come_back_the_same(connection: psycopg.Connection, shared_data: Path) -> None:
    with gzip.open(shared_data / "vn_wards_2026" / "ha_noi.geojson.gz") as file:
        wards = gpd.read_file(file)
    connection.execute("CREATE TEMPORARY TABLE ward (place integer, geom geometry(Geometry, 4326))")
    columns = {"place": copy.int4(np.arange(len(wards))), "geom": copy.wkb_geometry(wards.geometry)}
    assert copy.copy_in(connection, "ward", columns) == 126
    query = "SELECT geom FROM ward ORDER BY place"
    read = copy.read_columns(connection, query, None, {"geom": "geometry"})["geom"]
    assert shapely.equals_exact(read, wards.geometry.to_numpy(), 0).all()
    same = connection.execute("SELECT sum(ST_NPoints(geom)) FROM ward").fetchone()
    assert same == (int(shapely.get_num_coordinates(wards.geometry.to_numpy()).sum()),)

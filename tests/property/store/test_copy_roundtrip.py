"""Whatever can be given comes back the same: by our reader, and by the server's own account of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.store import copy
from geo.store.copy import CopyColumn

_COLUMNS = (
    "flag boolean, small smallint, whole integer, large bigint, single real, double float8, day date, "
    "instant timestamptz, words text, spot geometry(Point, 4326), shape geometry(Geometry, 4326), "
    "valid daterange"
)
_FIRST_DAY, _LAST_DAY = -2_451_545 + 10_957, 2_145_031_948 + 10_957
_FIRST_US = -211_813_488_000_000_000 + 946_684_800_000_000
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def connection(cluster: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.urls().owner.replace("+psycopg", "")) as opened:
        opened.execute(f"CREATE TEMPORARY TABLE trip ({_COLUMNS})".encode())
        opened.commit()
        yield opened
        opened.rollback()


def start_empty(connection: psycopg.Connection) -> None:
    # TRUNCATE gives the table a new file; rows rolled back leave holes that later rows fill out of order.
    connection.rollback()
    connection.execute("TRUNCATE trip")


def stored(connection: psycopg.Connection, column: str, values: CopyColumn, shown: str) -> list[Any]:
    """Write `values` to `column` alone and return what the server shows, read row by row by psycopg."""
    start_empty(connection)
    written = copy.copy_in(connection, "trip", {column: values})
    rows = connection.execute(f"SELECT {shown} FROM trip".encode()).fetchall()
    assert written == len(rows)
    return [row[0] for row in rows]


def missing_some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | values, max_size=40)


def split(given_values: list[Any], blank: Any, dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    filled = [blank if value is None else value for value in given_values]
    return np.array(filled, dtype), np.array([value is not None for value in given_values], bool)


@given(missing_some(st.booleans()))
@few
def test_booleans(connection: psycopg.Connection, values: list[bool | None]) -> None:
    assert stored(connection, "flag", copy.boolean(*split(values, False, bool)), "flag") == values
    assert copy.read_table(connection, "TABLE trip", None, {"flag": "boolean"})["flag"].to_pylist() == values


@pytest.mark.parametrize(("column", "bits"), [("small", 16), ("whole", 32), ("large", 64)])
@given(source=st.data())
@few
def test_integers(connection: psycopg.Connection, column: str, bits: int, source: st.DataObject) -> None:
    edge = 2 ** (bits - 1)
    values = source.draw(missing_some(st.integers(-edge, edge - 1)))
    make = {16: copy.int2, 32: copy.int4, 64: copy.int8}[bits]
    assert stored(connection, column, make(*split(values, 0, "i8")), column) == values
    table = copy.read_table(connection, "TABLE trip", None, {column: f"int{bits // 8}"})
    assert table[column].to_pylist() == values


@pytest.mark.parametrize(("column", "bits"), [("single", 32), ("double", 64)])
@given(source=st.data())
@few
def test_floats(connection: psycopg.Connection, column: str, bits: int, source: st.DataObject) -> None:
    values = source.draw(missing_some(st.floats(width=bits)))
    make, type_ = (copy.float4, "float4") if bits == 32 else (copy.float8, "float8")
    plain, valid = split(values, 0.0, f"f{bits // 8}")
    got = stored(connection, column, make(plain, valid, nan_is_null=False), f"{column}::float8")
    assert [value is None for value in got] == (~valid).tolist()
    expected = np.where(valid, plain, np.nan)
    np.testing.assert_array_equal(np.array(got, float), expected.astype(float))
    read = copy.read_columns(connection, "TABLE trip", None, {column: type_})[column]
    np.testing.assert_array_equal(read, expected.astype(plain.dtype))
    kept = copy.read_table(connection, "TABLE trip", None, {column: type_})[column]
    assert kept.is_valid().to_pylist() == valid.tolist()


@given(missing_some(st.integers(_FIRST_DAY, _LAST_DAY)))
@few
def test_dates(connection: psycopg.Connection, values: list[int | None]) -> None:
    days, _ = split(values, np.datetime64("NaT"), "datetime64[D]")
    assert stored(connection, "day", copy.date(days), "day - date '1970-01-01'") == values
    read = copy.read_columns(connection, "TABLE trip", None, {"day": "date"})["day"]
    np.testing.assert_array_equal(read, days)


@given(missing_some(st.integers(_FIRST_US, 2**63 - 1)))
@few
def test_instants(connection: psycopg.Connection, values: list[int | None]) -> None:
    instants, _ = split(values, np.datetime64("NaT"), "datetime64[us]")
    # extract(epoch) loses the last digit at the far end; the server's own bits are microseconds from 2000.
    shown = "('x' || encode(timestamptz_send(instant), 'hex'))::bit(64)::bigint"
    got = stored(connection, "instant", copy.timestamptz(instants), shown)
    assert [None if us is None else us + 946_684_800_000_000 for us in got] == values
    read = copy.read_columns(connection, "TABLE trip", None, {"instant": "timestamptz"})["instant"]
    np.testing.assert_array_equal(read, instants)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
_VIETNAMESE = st.text("aăâđeêioôơuưyÀẢÃÁẠẰẲẴẮẶỶỸÝỴ ̣̉̀́̃;'\"%\\\n\t", max_size=60)


@given(missing_some(_TEXTS | _VIETNAMESE))
@few
def test_texts(connection: psycopg.Connection, values: list[str | None]) -> None:
    assert stored(connection, "words", copy.text(np.array(values, dtype=object)), "words") == values
    read = copy.read_columns(connection, "TABLE trip", None, {"words": "text"})["words"]
    assert read.tolist() == values


_COORDINATE = st.floats(allow_nan=False, allow_infinity=False)


@given(missing_some(st.tuples(_COORDINATE, _COORDINATE)))
@few
def test_points(connection: psycopg.Connection, values: list[tuple[float, float] | None]) -> None:
    blank = (np.nan, np.nan)
    lon, lat = np.array([blank if value is None else value for value in values]).reshape(-1, 2).T
    got = stored(connection, "spot", copy.point(lon, lat), "ARRAY[ST_X(spot), ST_Y(spot), ST_SRID(spot)]")
    assert got == [[None] * 3 if value is None else [*value, 4326] for value in values]
    query = "SELECT ST_X(spot) AS lon, ST_Y(spot) AS lat FROM trip"
    read = copy.read_columns(connection, query, None, {"lon": "float8", "lat": "float8"})
    np.testing.assert_array_equal(read["lon"], lon)
    np.testing.assert_array_equal(read["lat"], lat)


_PAIRS = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
_LINES = st.lists(_PAIRS, min_size=2, max_size=30).map(shapely.LineString)
_BOXES = st.tuples(_PAIRS, _PAIRS).map(lambda corners: shapely.box(*corners[0], *corners[1]))
_SHAPES = _PAIRS.map(shapely.Point) | _LINES | _BOXES | st.lists(_BOXES).map(shapely.MultiPolygon)


@given(missing_some(_SHAPES))
@few
def test_geometries(connection: psycopg.Connection, values: list[Any]) -> None:
    shapes = np.array([*values, None], dtype=object)[:-1]
    got = stored(connection, "shape", copy.wkb_geometry(shapes), "ST_AsBinary(shape)")
    assert got == [None if value is None else shapely.to_wkb(value) for value in values]
    read = copy.read_columns(connection, "TABLE trip", None, {"shape": "geometry"})["shape"]
    assert shapely.to_wkb(read, include_srid=False).tolist() == got
    assert set(shapely.get_srid(read[~shapely.is_missing(read)]).tolist()) <= {4326}


_DAYS = st.integers(_FIRST_DAY, _LAST_DAY)
_RANGES = st.tuples(st.none() | _DAYS, st.none() | _DAYS).filter(lambda r: None in r or r[0] < r[1])


@given(missing_some(_RANGES))
@few
def test_date_ranges(
    connection: psycopg.Connection, values: list[tuple[int | None, int | None] | None]
) -> None:
    bounds = [(None, None) if value is None else value for value in values]
    lower, _ = split([bound[0] for bound in bounds], np.datetime64("NaT"), "datetime64[D]")
    upper, _ = split([bound[1] for bound in bounds], np.datetime64("NaT"), "datetime64[D]")
    shown = (
        "CASE WHEN valid IS NULL THEN NULL ELSE ARRAY[lower(valid) - date '1970-01-01', "
        "upper(valid) - date '1970-01-01', (lower_inc(valid) OR lower_inf(valid))::int] END"
    )
    present = np.array([value is not None for value in values], bool)
    got = stored(connection, "valid", copy.daterange(lower, upper, present), shown)
    assert got == [None if value is None else [*value, 1] for value in values]


_ROWS = st.lists(
    st.tuples(st.none() | st.integers(-9, 9), st.none() | _VIETNAMESE, st.booleans()), max_size=40
)


@given(_ROWS, st.integers(1, 12), st.integers(1, 400))
@few
def test_block_sizes_do_not_matter(
    connection: psycopg.Connection, rows: list[tuple[int | None, str | None, bool]], block: int, octets: int
) -> None:
    numbers, words, flags = zip(*rows, strict=True) if rows else ((), (), ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.store.copy_encode.BLOCK_ROWS", block)
        patch.setattr("geo.store.copy_encode.BLOCK_BYTES", octets)
        patch.setattr("geo.store.copy_decode.BLOCK_BYTES", octets)
        start_empty(connection)
        columns = {"words": copy.text(words), "whole": copy.int4(numbers), "flag": copy.boolean(flags)}
        assert copy.copy_in(connection, "trip", columns) == len(rows)
        types = {"whole": "int4", "words": "text", "flag": "boolean"}
        table = copy.read_table(connection, "TABLE trip", None, types)
    assert list(zip(*(table[name].to_pylist() for name in types), strict=True)) == rows

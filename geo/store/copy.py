"""Bulk loading and reading by binary COPY: arrays in, arrays out, no object a row.

`copy_in` writes columns made by the constructors below; `read_columns` and `read_table` read a query.
Both work on a psycopg connection inside whatever transaction it has: they neither commit nor roll back,
so a COPY that fails leaves nothing behind once the caller rolls back. Errors of the server are raised
as they are (`psycopg.Error`). From SQLAlchemy the connection is ``connection.connection.driver_connection``.

COPY FROM is refused by the server on a table with row-level security for a role that is subject to it:
load into a temporary table and INSERT from there.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import psycopg
import pyarrow as pa
from psycopg import errors, sql
from psycopg.pq import ExecStatus

from geo.domain.errors import UnavailableError
from geo.store.copy_columns import (
    CopyColumn,
    boolean,
    date,
    daterange,
    float4,
    float8,
    int2,
    int4,
    int8,
    point,
    text,
    timestamptz,
    wkb_geometry,
)
from geo.store.copy_decode import Array, Decoded, ReadType, gathered_columns, row_blocks, to_arrow, to_numpy
from geo.store.copy_encode import HEADER, TRAILER, CellSource, blocks, encode_rows

__all__ = [
    "CopyColumn",
    "ReadType",
    "boolean",
    "copy_in",
    "date",
    "daterange",
    "float4",
    "float8",
    "int2",
    "int4",
    "int8",
    "point",
    "read_columns",
    "read_table",
    "text",
    "timestamptz",
    "wkb_geometry",
]

Params = Sequence[Any] | Mapping[str, Any] | None


def copy_in(
    connection: psycopg.Connection[Any], table: str | sql.Identifier, columns: Mapping[str, CopyColumn]
) -> int:
    """Append the rows made of `columns` (n,) each to `table`; return n.

    table : ``"name"`` or ``"schema.name"``; a name that itself holds a dot goes in as sql.Identifier
    columns : column name -> values, each of exactly the type of the table's column; others get their default

    All columns are checked before anything is sent. Rows then go in blocks, so that memory stays within
    a few blocks beside the given arrays.
    Raises InputError naming the column (see `geo.store.copy_columns`), ValueError where lengths differ,
    psycopg.Error from the server: the transaction must then be rolled back.
    """
    sources = _checked(columns)
    _require_utf8(connection)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(*table.split(".")) if isinstance(table, str) else table,
        sql.SQL(", ").join(sql.Identifier(name) for name in columns),
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for chunk in _stream(sources):
                copy.write(chunk)
        return cursor.rowcount


def read_columns(
    connection: psycopg.Connection[Any], query: str, params: Params, columns: Mapping[str, ReadType]
) -> dict[str, Array]:
    """Return the rows of `query` as one NumPy array (n,) a column, in the order of `columns`.

    query : a SELECT in our own words, never a user's, with %s or %(name)s for `params`; without
        parameters (None) a % stands for itself
    columns : name of an output column of the query -> type that the server casts it to

    int2 .. int8, float4, float8, boolean: the NumPy type of that size. date: datetime64[D].
    timestamptz: datetime64[us] in UTC. text: object array of str. geometry: object array of shapely
    geometries. Points in bulk are better read as ST_X and ST_Y in two float8 columns.
    NULL is NaN, NaT or None, so a missing point is NaN, NaN. NULL among integers and booleans raises
    InputError ``copy_null`` (`read_table` keeps it); an infinite date or time raises ``copy_infinite``.
    """
    decoded = _read(connection, query, params, columns)
    return {name: to_numpy(decoded[name], type_, name) for name, type_ in columns.items()}


def read_table(
    connection: psycopg.Connection[Any], query: str, params: Params, columns: Mapping[str, ReadType]
) -> pa.Table:
    """Return the rows of `query` as an Arrow table that keeps NULL apart from every value.

    As `read_columns`, but date is date32, timestamptz is timestamp[us, UTC], text is large_string and
    geometry is EWKB in large_binary.
    """
    decoded = _read(connection, query, params, columns)
    return pa.table({name: to_arrow(decoded[name], type_, name) for name, type_ in columns.items()})


def _checked(columns: Mapping[str, CopyColumn]) -> list[CellSource]:
    if not columns:
        raise ValueError("copy_in needs at least one column")
    sources = {name: column.checked(name) for name, column in columns.items()}
    lengths = {name: source.rows for name, source in sources.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns differ in length: {lengths}")
    return list(sources.values())


def _stream(sources: Sequence[CellSource]) -> Iterator[bytes | memoryview]:
    yield HEADER
    for start, stop in blocks(sources):
        yield encode_rows([source.cells(start, stop) for source in sources])
    yield TRAILER


def _read(
    connection: psycopg.Connection[Any], query: str, params: Params, columns: Mapping[str, ReadType]
) -> dict[str, Decoded]:
    _require_utf8(connection)
    if not columns or not set(columns.values()) <= set(get_args(ReadType)):
        raise ValueError(f"columns must map names to types of {get_args(ReadType)}, not {dict(columns)}")
    # COPY is no planned statement, so the server cannot bind parameters in it. Given parameters,
    # psycopg's copy() merges them on the client as quoted literals by the type of each Python value,
    # with the quoting rules of this connection: the same as ClientCursor.mogrify, never string formatting.
    with connection.cursor() as cursor, cursor.copy(_copy_query(query, columns), params) as copy:
        decoded = gathered_columns(row_blocks(_messages(copy)), list(columns.values()))
    return dict(zip(columns, decoded, strict=True))


def _messages(copy: psycopg.Copy) -> Iterator[bytes | bytearray | memoryview]:
    """Yield the messages of a COPY TO STDOUT and end it; raises the server's error if it stops half-way."""
    # psycopg waits for the first message, so that a long query can be interrupted. The others come straight
    # from libpq: going through psycopg's event loop once a row takes as long again as all the rest.
    yield copy.read()
    connection = copy.connection.pgconn
    size, message = connection.get_copy_data(0)
    while size > 0:
        yield message
        size, message = connection.get_copy_data(0)
    results = list(iter(connection.get_result, None))
    if results[0].status != ExecStatus.COMMAND_OK:
        raise errors.error_from_result(results[0])


def _copy_query(query: str, columns: Mapping[str, ReadType]) -> sql.Composed:
    # The outer SELECT picks the columns by name and makes the server answer for their types, which
    # the binary stream does not tell. It costs nothing: the planner pulls it up. The line break ends
    # a comment on the query's last line.
    casts = sql.SQL(", ").join(
        sql.SQL("{}::{}").format(sql.Identifier(name), sql.SQL(type_)) for name, type_ in columns.items()
    )
    return sql.SQL("COPY (SELECT {} FROM ({}\n) AS rows) TO STDOUT (FORMAT binary)").format(
        casts, sql.SQL(query)
    )


def _require_utf8(connection: psycopg.Connection[Any]) -> None:
    # Text travels in the client's encoding, and Arrow's text is UTF-8.
    if connection.info.encoding != "utf-8":
        raise UnavailableError("copy_not_utf8", encoding=connection.info.encoding)

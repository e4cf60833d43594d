"""Rows of a file into a table by sets: staged by COPY, compared, changed with their image kept, added.

SQL in this module is put together from names of our own tables and columns only; values are bound or
copied.
"""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

from geo.store import copy
from geo.store.copy import CopyColumn
from geo.store.engine import driver

Counts = npt.NDArray[np.int64]
# Called with the share done, 0 to 1.
Share = Callable[[float], None]

SCHEMA = "diaban"
# Tables whose rows count their own changes, so that an edit by hand can be told from an import.
VERSIONED = frozenset({"household", "incident", "beat", "assignment"})
_POINTS = frozenset({"household", "incident"})
_BULK_ROWS = 50_000
# Building an index of a row takes about a third of the time of adding the row to it.
_STORED_PER_NEW = 3
# How far a merge is when the changed rows and the added ones are in the table, as a million rows showed.
_CHANGED, _ADDED = 0.3, 0.65
# Rows wait in it for the check of their references, and are sorted in it for the indexes.
_BULK_MEMORY = "256MB"


@dataclass(frozen=True)
class Load:
    """What to put into a table.

    columns : column -> its values, (n,) each, of the table's own types
    given : the columns that the file itself says; only these are compared and changed in rows that are
        there already, so that a default never overwrites what somebody has entered since
    match : SQL condition under which row ``s`` of the file is row ``t`` of the table; at most one is
    """

    table: str
    columns: Mapping[str, CopyColumn]
    given: frozenset[str]
    match: str


@dataclass(frozen=True)
class Merged:
    """How many source rows were added, changed, or there already."""

    accepted: int
    updated: int
    unchanged: int


def _silent(_share: float) -> None:
    return


def merge(
    connection: Connection, load: Load, source_counts: Counts, batch_id: int, tell: Share = _silent
) -> None:
    """Bring the table to what `load` says, noting in ``import_change`` how each changed row was before.

    source_counts : (n,) how many rows of the file each row stands for
    The stage stays as temporary table ``stage_<table>`` until the transaction ends: ``row`` (position),
    ``id`` of the table's row (NULL for added rows, see `find_added`), ``state`` (NULL for added rows).
    Raises sqlalchemy.exc.IntegrityError where a constraint of the table is broken: nothing is kept.
    """
    stage = _stage(connection, load, source_counts)
    tell(0.15)
    _compare(connection, load, stage)
    tell(0.25)
    _change(connection, load, stage, batch_id)
    tell(_CHANGED)
    _add(connection, load, stage, batch_id, tell)
    tell(1.0)


def tally(connection: Connection, table: str) -> Merged:
    """Return what became of the source rows staged for `table`."""
    rows = connection.execute(text(f"SELECT state, sum(n) FROM pg_temp.stage_{table} GROUP BY state"))
    counts = {state: int(source_rows) for state, source_rows in rows}
    return Merged(*(counts.get(state, 0) for state in (None, "updated", "unchanged")))


def find_added(connection: Connection, load: Load) -> None:
    """Fill in the stage's ``id`` of the rows that were added; their ``state`` stays NULL."""
    connection.execute(
        text(
            f"UPDATE pg_temp.stage_{load.table} s SET id = t.id FROM {SCHEMA}.{load.table} t "
            f"WHERE s.id IS NULL AND {load.match}"
        )
    )


def image(alias: str, columns: list[str], geometry: frozenset[str] = frozenset({"geom"})) -> str:
    """Return the SQL of a jsonb image of `columns`; geometry as hexadecimal EWKB, which loses nothing."""
    parts = [f"'{name}', {alias}.{name}{'::text' if name in geometry else ''}" for name in columns]
    return f"jsonb_build_object({', '.join(parts)})"


def _stage(connection: Connection, load: Load, source_counts: Counts) -> str:
    stage = f"stage_{load.table}"
    columns = ", ".join(f"{name} {column.type}" for name, column in load.columns.items())
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{stage}"))
    connection.execute(
        text(f"CREATE TEMP TABLE {stage} (row int4, n int4, id int4, state text, {columns}) ON COMMIT DROP")
    )
    rows = np.arange(len(source_counts), dtype=np.int32)
    staged = {"row": copy.int4(rows), "n": copy.int4(source_counts), **load.columns}
    copy.copy_in(driver(connection), f"pg_temp.{stage}", staged)
    connection.execute(text(f"ANALYZE pg_temp.{stage}"))
    return f"pg_temp.{stage}"


def _compare(connection: Connection, load: Load, stage: str) -> None:
    # An empty table has nothing to compare with; a million rows need not be joined to find that out.
    if not connection.execute(text(f"SELECT EXISTS (SELECT FROM {SCHEMA}.{load.table})")).scalar():
        return
    given = sorted(load.given)
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM s.{name}" for name in given) or "true"
    connection.execute(
        text(
            f"UPDATE {stage} s SET id = t.id, state = CASE WHEN {same} THEN 'unchanged' ELSE 'updated' END "
            f"FROM {SCHEMA}.{load.table} t WHERE {load.match}"
        )
    )


def _change(connection: Connection, load: Load, stage: str, batch_id: int) -> None:
    given = sorted(load.given)
    bump = ["version"] if load.table in VERSIONED else []
    kept = image("t", [*given, "batch_id", *bump])
    sets = [f"{name} = s.{name}" for name in given]
    sets += ["batch_id = :batch", *(f"{name} = t.{name} + 1" for name in bump)]
    changed = f"FROM {stage} s WHERE s.id = t.id AND s.state = 'updated'"
    params = {"batch": batch_id, "table": load.table}
    noted = connection.execute(
        text(
            f"INSERT INTO {SCHEMA}.import_change (batch_id, table_name, row_id, before, after) "
            f"SELECT :batch, :table, t.id, {kept}, '{{}}' FROM {SCHEMA}.{load.table} t "
            f"JOIN {stage} s ON s.id = t.id WHERE s.state = 'updated'"
        ),
        params,
    )
    if not noted.rowcount:
        return
    connection.execute(text(f"UPDATE {SCHEMA}.{load.table} t SET {', '.join(sets)} {changed}"), params)
    connection.execute(
        text(
            f"UPDATE {SCHEMA}.import_change c SET after = {kept} FROM {SCHEMA}.{load.table} t "
            "WHERE c.batch_id = :batch AND c.table_name = :table AND c.row_id = t.id"
        ),
        params,
    )


def _add(connection: Connection, load: Load, stage: str, batch_id: int, tell: Share) -> None:
    names = ", ".join(load.columns)
    bulk = _is_bulk(connection, load.table, stage)
    # Points in the order of the Hilbert curve (how PostGIS sorts them) find their index page still in
    # memory; where indexes are built afterwards, no order is worth its sorting.
    order = "" if bulk else f"ORDER BY {'geom' if load.table in _POINTS else 'row'}"
    with _indexes_built_after(connection, load.table, tell) if bulk else nullcontext():
        connection.execute(
            text(
                f"INSERT INTO {SCHEMA}.{load.table} (batch_id, {names}) "
                f"SELECT :batch, {names} FROM {stage} WHERE id IS NULL {order}"
            ),
            {"batch": batch_id},
        )


@contextmanager
def _indexes_built_after(connection: Connection, table: str, tell: Share) -> Iterator[None]:
    """Build the indexes of `table`, but for its primary key, after the block instead of row by row.

    Readers of the table wait until the transaction ends. A key that is there twice is found at the end, and
    raises the same IntegrityError.
    """
    connection.execute(text(f"SET LOCAL work_mem = '{_BULK_MEMORY}'"))
    indexes = _indexes(connection, table)
    for name in indexes:
        connection.execute(text(f"DROP INDEX {SCHEMA}.{name}"))
    yield
    for place, definition in enumerate(indexes.values()):
        tell(_ADDED + (1 - _ADDED) * place / len(indexes))
        connection.execute(text(definition))


def _is_bulk(connection: Connection, table: str, stage: str) -> bool:
    """Say whether many rows come in beside few, and the actor owns the table and so may rebuild indexes."""
    new = int(connection.execute(text(f"SELECT count(*) FROM {stage} WHERE id IS NULL")).scalar_one())
    if new < _BULK_ROWS:
        return False
    owned, stored = connection.execute(
        text(
            "SELECT pg_has_role(c.relowner, 'USAGE'), c.reltuples FROM pg_class c "
            f"WHERE c.oid = '{SCHEMA}.{table}'::regclass"
        )
    ).one()
    return bool(owned) and _STORED_PER_NEW * new > stored


def _indexes(connection: Connection, table: str) -> dict[str, str]:
    """Name -> definition of the indexes of `table` that are no constraint."""
    found = connection.execute(
        text(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid "
            f"WHERE i.indrelid = '{SCHEMA}.{table}'::regclass "
            "AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
        )
    )
    return {row[0]: row[1] for row in found}

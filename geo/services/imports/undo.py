"""Taking a batch back: every row it changed as it was before, every row it added gone, or nothing at all."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo.domain.errors import ConflictError
from geo.services.imports.merge import SCHEMA, VERSIONED

# What names others comes first, so that a row is gone before the row it names.
_TABLES = (
    "assignment", "beat_block", "beat", "incident", "household", "post", "officer", "street", "block",
    "legal_document", "admin_unit",
)  # fmt: skip
_WITH_GEOMETRY = frozenset({"beat", "incident", "household", "post", "street", "block", "admin_unit"})


def take_back(connection: Connection, batch_id: int, added: dict[str, int]) -> dict[str, int]:
    """Undo what batch `batch_id` did; return how many rows were put back or removed, by table.

    added : table -> how many rows the batch added
    Raises ConflictError ``batch_touched`` where a later batch or an edit changed one of its rows,
    ``batch_in_use`` where a later row names one of them. The caller's transaction must then end.
    """
    for table in _TABLES:
        _check_untouched(connection, table, batch_id, added.get(table, 0))
    try:
        return {
            table: rows
            for table in _TABLES
            if (rows := _remove(connection, table, batch_id) + _restore(connection, table, batch_id))
        }
    except IntegrityError as fault:
        raise ConflictError("batch_in_use", batch=batch_id) from fault


def count_added(connection: Connection, batch_id: int) -> dict[str, int]:
    """Return table -> how many rows the batch added, to be kept with it."""
    counts = {table: _added_rows(connection, table, batch_id) for table in _TABLES}
    return {table: count for table, count in counts.items() if count}


def _own(table: str) -> str:
    """SQL condition: row ``t`` was added by the batch, and is not one that it changed."""
    return (
        "t.batch_id = :batch AND NOT EXISTS (SELECT FROM diaban.import_change c "
        f"WHERE c.batch_id = :batch AND c.table_name = '{table}' AND c.row_id = t.id)"
    )


def _added_rows(connection: Connection, table: str, batch_id: int, also: str = "true") -> int:
    found = connection.execute(
        text(f"SELECT count(*) FROM {SCHEMA}.{table} t WHERE {_own(table)} AND {also}"),
        {"batch": batch_id},
    )
    return int(found.scalar_one())


def _check_untouched(connection: Connection, table: str, batch_id: int, added: int) -> None:
    untouched = "t.version = 1" if table in VERSIONED else "true"
    lost = added - _added_rows(connection, table, batch_id, untouched)
    changed = connection.execute(
        text(
            f"SELECT count(*) FROM diaban.import_change c LEFT JOIN {SCHEMA}.{table} t ON t.id = c.row_id "
            "WHERE c.batch_id = :batch AND c.table_name = :table AND CASE WHEN c.after = '{}' "
            f"THEN t.id IS NOT NULL ELSE NOT coalesce({_image(table)} @> c.after, false) END"
        ),
        {"batch": batch_id, "table": table},
    ).scalar_one()
    if lost or changed:
        raise ConflictError("batch_touched", batch=batch_id, rows=lost + int(changed), table=table)


def _image(table: str) -> str:
    whole = "to_jsonb(t)"
    return f"{whole} || jsonb_build_object('geom', t.geom::text)" if table in _WITH_GEOMETRY else whole


def _restore(connection: Connection, table: str, batch_id: int) -> int:
    params = {"batch": batch_id, "table": table}
    where = "c.batch_id = :batch AND c.table_name = :table"
    names = list(
        connection.execute(
            text(
                "SELECT DISTINCT jsonb_object_keys(before) FROM diaban.import_change c "
                f"WHERE {where} AND after <> '{{}}' ORDER BY 1"
            ),
            params,
        ).scalars()
    )
    restored = 0
    if names:
        sets = ", ".join(f"{name} = r.{name}" for name in names)
        restored = connection.execute(
            text(
                f"UPDATE {SCHEMA}.{table} t SET {sets} FROM diaban.import_change c, "
                f"jsonb_populate_record(NULL::{SCHEMA}.{table}, c.before) r "
                f"WHERE {where} AND c.after <> '{{}}' AND t.id = c.row_id"
            ),
            params,
        ).rowcount
    put_back = connection.execute(
        text(
            f"INSERT INTO {SCHEMA}.{table} SELECT r.* FROM diaban.import_change c, "
            f"jsonb_populate_record(NULL::{SCHEMA}.{table}, c.before) r WHERE {where} AND c.after = '{{}}'"
        ),
        params,
    ).rowcount
    return restored + put_back


def _remove(connection: Connection, table: str, batch_id: int) -> int:
    # Where a later batch only found the ward or block of these rows, its note goes with them.
    connection.execute(
        text(
            "DELETE FROM diaban.import_change c WHERE c.table_name = :table AND c.batch_id <> :batch "
            f"AND c.row_id IN (SELECT t.id FROM {SCHEMA}.{table} t WHERE {_own(table)})"
        ),
        {"batch": batch_id, "table": table},
    )
    return connection.execute(
        text(f"DELETE FROM {SCHEMA}.{table} t WHERE {_own(table)}"),
        {"batch": batch_id},
    ).rowcount

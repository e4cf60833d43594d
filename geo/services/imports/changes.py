"""What a batch changes in rows that are stored: before and after, field by field, in words not numbers."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.kinds import Kind

TABLES: dict[Kind, str] = {
    Kind.WARDS: "admin_unit",
    Kind.BLOCKS: "block",
    Kind.HOUSEHOLDS: "household",
    Kind.INCIDENTS: "incident",
    Kind.OFFICERS: "officer",
    Kind.BEATS: "beat",
    Kind.ASSIGNMENTS: "assignment",
    Kind.POSTS: "post",
    Kind.STREETS: "street",
}
MOST_CHANGES = 300
_AREAS = frozenset({Kind.WARDS, Kind.BLOCKS, Kind.BEATS})

# What identifies a row to a reader.
_KEYS = {
    Kind.OFFICERS: "t.service_number",
    Kind.ASSIGNMENTS: (
        "(SELECT b.code FROM diaban.beat b WHERE b.id = t.beat_id) || ' · ' || "
        "(SELECT o.service_number FROM diaban.officer o WHERE o.id = t.officer_id)"
    ),
}
# Kept for the machine, not for a reader.
_INNER = frozenset({"batch_id", "version", "name_folded", "geom"})
# column -> (table, what its rows are called)
_NAMED_BY = {
    "unit_id": ("admin_unit", "code"),
    "parent_id": ("admin_unit", "code"),
    "block_id": ("block", "code"),
    "beat_id": ("beat", "code"),
    "officer_id": ("officer", "service_number"),
    "category_id": ("category", "code"),
    "document_id": ("legal_document", "number"),
}


@dataclass(frozen=True)
class Change:
    """One field of one stored row: what stands there, and what the file says.

    key : code of the row; field : column of the table, ``geom`` for the place or the border
    before, after : None where there is nothing
    moved : for ``geom`` how far a point moves (m) or how much of an area changes (m²)
    """

    key: str
    field: str
    before: Any = None
    after: Any = None
    moved: float | None = None


def changes(connection: Connection, kind: Kind, batch: int) -> tuple[Change, ...]:
    """Return the changes of the first MOST_CHANGES rows that `batch` changed, by key."""
    rows = connection.execute(
        text(
            f"SELECT {_KEYS.get(kind, 't.code')} AS key, c.before, c.after, {_moved(kind)} AS moved "
            f"FROM diaban.import_change c JOIN diaban.{TABLES[kind]} t ON t.id = c.row_id "
            "WHERE c.batch_id = :batch AND c.table_name = :table ORDER BY 1 LIMIT :most"
        ),
        {"batch": batch, "table": TABLES[kind], "most": MOST_CHANGES},
    ).all()
    names = _names(connection, [image for row in rows for image in (row.before, row.after)])
    found: list[Change] = []
    for key, before, after, moved in rows:
        fields = sorted(name for name in after if name not in _INNER and before.get(name) != after[name])
        found += [Change(key, name, *_told(names, name, before, after)) for name in fields]
        if before.get("geom") != after.get("geom"):
            found.append(Change(key, "geom", moved=moved))
    return tuple(found)


def follow_ups(connection: Connection, kind: Kind, batch: int) -> dict[str, int]:
    """Return table -> rows of other tables that `batch` would give their ward, block or beat."""
    rows = connection.execute(
        text(
            "SELECT table_name, count(*) FROM diaban.import_change "
            "WHERE batch_id = :batch AND table_name <> :table GROUP BY 1 ORDER BY 1"
        ),
        {"batch": batch, "table": TABLES[kind]},
    )
    return {table: int(count) for table, count in rows}


def _moved(kind: Kind) -> str:
    if kind in {Kind.OFFICERS, Kind.ASSIGNMENTS, Kind.STREETS}:
        return "NULL::float8"
    before, after = ("(c.before ->> 'geom')::geometry", "(c.after ->> 'geom')::geometry")
    measure = (
        f"ST_Area(ST_SymDifference({before}, {after})::geography)"
        if kind in _AREAS
        else f"ST_Distance({before}::geography, {after}::geography)"
    )
    return f"CASE WHEN c.before ->> 'geom' IS DISTINCT FROM c.after ->> 'geom' THEN {measure} END"


def _names(connection: Connection, images: list[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """(column, id) -> code of what the id stands for."""
    named: dict[tuple[str, int], str] = {}
    for column, (table, name) in _NAMED_BY.items():
        ids = sorted({image[column] for image in images if image.get(column) is not None})
        if not ids:
            continue
        rows = connection.execute(
            text(f"SELECT id, {name} FROM diaban.{table} WHERE id = ANY(:ids)"), {"ids": ids}
        )
        named |= {(column, number): str(code) for number, code in rows}
    return named


def _told(
    names: Mapping[tuple[str, int], str], field: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Any, Any]:
    values = (before.get(field), after.get(field))
    if field not in _NAMED_BY:
        return values
    old, new = (None if value is None else names.get((field, value), str(value)) for value in values)
    return old, new

"""How tables in code and in the database are compared: one place for env.py and the test."""

from typing import Any

from geoalchemy2 import alembic_helpers

from geo.store.tables import SCHEMA


def ours(obj: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
    """Leave PostGIS's own tables, Alembic's version and everything outside our schema alone."""
    if type_ == "table" and (getattr(obj, "schema", None) != SCHEMA or name == "alembic_version"):
        return False
    return bool(alembic_helpers.include_object(obj, name, type_, reflected, compare_to))  # type: ignore[no-untyped-call]


OPTIONS: dict[str, Any] = {
    "version_table_schema": SCHEMA,
    "include_schemas": True,
    "include_object": ours,
}

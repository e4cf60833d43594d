"""The tree of incident categories."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.domain.errors import InputError


@dataclass(frozen=True)
class Category:
    """One kind of incident; depth 0 has no parent."""

    id: int
    code: str
    parent_id: int | None
    name_vi: str
    name_en: str
    depth: int


def read_categories(connection: Connection) -> tuple[Category, ...]:
    """Return all categories, each after its parent, as a reader unfolds the tree."""
    rows = connection.execute(
        text("""
            WITH RECURSIVE tree AS (
                SELECT id, code, parent_id, name_vi, name_en, 0 AS depth, ARRAY[id::int] AS path
                FROM diaban.category WHERE parent_id IS NULL
                UNION ALL
                SELECT c.id, c.code, c.parent_id, c.name_vi, c.name_en, t.depth + 1, t.path || c.id::int
                FROM diaban.category c JOIN tree t ON c.parent_id = t.id
            )
            SELECT id, code, parent_id, name_vi, name_en, depth FROM tree ORDER BY path""")
    )
    return tuple(Category(*row) for row in rows)


def with_those_below(categories: tuple[Category, ...], code: str) -> frozenset[int]:
    """Return the ids of category `code` and of all below it. Raises InputError ``unknown_category``."""
    found = {category.id for category in categories if category.code == code}
    if not found:
        raise InputError("unknown_category", code=code)
    for category in categories:  # parents stand before their children
        if category.parent_id in found:
            found.add(category.id)
    return frozenset(found)

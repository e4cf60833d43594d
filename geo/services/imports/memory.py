"""What was named by hand for earlier files, by the shape of their headers."""

from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import Actor
from geo.intake.memory import Remembered
from geo.store.engine import Database, transaction

# Kept in the report of a batch: the shape of the file, and the columns that were named for it.
SHAPE, NAMED = "shape", "named_columns"
# So many shapes of one kind are remembered, the latest.
_MOST = 200


def remembered(database: Database, actor: Actor, kind: Kind) -> dict[str, Remembered]:
    """Return by shape what was named for the newest import of `kind` that `actor` may see and that stands.

    An account sees its own imports; who sees everything sees all. An import for which nothing was named ends
    what was remembered before.
    """
    with transaction(database, actor) as connection:
        found = connection.execute(
            text(
                "SELECT shape, id, day, named FROM ("
                "SELECT DISTINCT ON (report ->> :shape) report ->> :shape AS shape, id, "
                "committed_at::date AS day, report -> :named AS named FROM diaban.import_batch "
                "WHERE kind = :kind AND undone_at IS NULL AND report ? :shape "
                "ORDER BY report ->> :shape, id DESC) AS newest "
                "WHERE named <> '{}'::jsonb ORDER BY id DESC LIMIT :most"
            ),
            {"shape": SHAPE, "named": NAMED, "kind": kind.value, "most": _MOST},
        ).all()
    return {row.shape: Remembered(row.id, row.day, dict(row.named)) for row in found}

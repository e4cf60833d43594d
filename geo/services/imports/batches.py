"""The imports so far: what came in, by whom, whether it was taken back; and the rows that were left out."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.services import exports
from geo.services.imports.importing import SENT_BY, UNDONE_BY, rejects_file
from geo.store.engine import Database, transaction

_SELECT = """
SELECT id, kind, file_name, synthetic, committed_at, undone_at, report ->> :sent_by AS sent_by,
    report ->> :undone_by AS undone_by, rows_read, accepted, updated, unchanged, rejected
FROM diaban.import_batch
"""


@dataclass(frozen=True)
class Batch:
    """One import. `sent_by` and `undone_by` are names of accounts; None where it was not noted."""

    id: int
    kind: Kind
    file_name: str
    synthetic: bool
    committed_at: datetime
    undone_at: datetime | None
    sent_by: str | None
    undone_by: str | None
    rows_read: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int


def batches(database: Database, actor: Actor, limit: int = 50) -> list[Batch]:
    """Return the newest `limit` imports that `actor` may see, newest first: the own ones, or all."""
    actor.require(Permission.IMPORT)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text(f"{_SELECT} WHERE kind = ANY(:kinds) ORDER BY id DESC LIMIT :limit"),
            {
                "sent_by": SENT_BY,
                "undone_by": UNDONE_BY,
                "kinds": [kind.value for kind in Kind],
                "limit": limit,
            },
        ).all()
    return [Batch(row.id, Kind(row.kind), *row[2:]) for row in rows]


def export_rejects(database: Database, actor: Actor, batch: int, lang: Lang = "vi") -> bytes:
    """Return the workbook of the rows that `batch` left out; that it leaves the system is logged first.

    Raises InputError ``unknown_batch``.
    """
    actor.require(Permission.EXPORT)
    with tempfile.TemporaryDirectory(prefix="diaban-rejects-") as folder:
        file = Path(folder) / f"rejects-{batch}.xlsx"
        rows = rejects_file(database, actor, batch, file, lang)
        exports.log(
            database,
            actor,
            "import.rejects.xlsx",
            file,
            purpose="mend the rows that were left out",
            query={"batch": batch, "lang": lang},
            rows=rows,
        )
        return file.read_bytes()

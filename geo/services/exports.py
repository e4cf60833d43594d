"""What leaves the system is logged with its purpose, its query and the hash of the file."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from geo.domain.roles import Actor, Permission
from geo.services import audit
from geo.store.engine import Database, transaction


def log(
    database: Database,
    actor: Actor,
    kind: str,
    file: Path,
    *,
    purpose: str,
    query: Mapping[str, Any],
    rows: int | None = None,
) -> str:
    """Log that `file` is handed out and return its SHA-256 in hexadecimal.

    kind : what it is, e.g. ``"hotspots.geojson"``
    query : what it shows, in JSON's types, so that the same file can be asked for again
    Call it before the file is handed out: what cannot be logged does not leave.
    """
    actor.require(Permission.EXPORT)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    entry = {
        "kind": kind,
        "purpose": purpose,
        "query": json.dumps(dict(query), ensure_ascii=False, default=str),
        "rows": rows,
        "sha256": sha256,
    }
    with transaction(database, actor) as connection:
        if actor.operator:
            number = connection.execute(
                text("""
                    INSERT INTO diaban.export_log (actor, kind, purpose, query, rows, sha256)
                    VALUES (:actor, :kind, :purpose, CAST(:query AS jsonb), :rows, :sha256) RETURNING id"""),
                {**entry, "actor": actor.name},
            ).scalar_one()
            audit.record(
                connection, actor, "export", kind, str(number), {"purpose": purpose, "sha256": sha256}
            )
        else:
            connection.execute(
                text("SELECT diaban.log_export(:kind, :purpose, CAST(:query AS jsonb), :rows, :sha256)"),
                entry,
            )
    return sha256

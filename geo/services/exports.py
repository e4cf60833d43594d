"""What leaves the system is logged with its purpose, its query and the hash of the file.

A fingerprint of the query stands on the page, so that a printout can be traced to what was asked, by whom,
when and what for.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services import audit
from geo.store.engine import Database, transaction

LONGEST_PURPOSE = 200
_DIGITS = 16
_MOST_TRACED = 50


@dataclass(frozen=True)
class Export:
    """One file that left: `query` is what it showed, `fingerprint` what was printed on it."""

    id: int
    at: datetime
    actor: str
    kind: str
    purpose: str
    query: Mapping[str, Any]
    sha256: str
    fingerprint: str


def fingerprint(query: Mapping[str, Any]) -> str:
    """Return what is printed on the page for `query`: 16 hexadecimal digits.

    The same question has the same fingerprint, whoever asks and whenever; the order of its parts is nothing.
    """
    asked = {name: value for name, value in query.items() if name != "fingerprint"}
    return hashlib.sha256(_json(asked, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def _json(query: Mapping[str, Any], *, sort_keys: bool = False) -> str:
    return json.dumps(dict(query), ensure_ascii=False, default=str, sort_keys=sort_keys)


def require_purpose(purpose: str) -> str:
    """Return `purpose` trimmed. Raises InputError ``purpose_missing``, ``purpose_too_long``."""
    said = purpose.strip()
    if not said:
        raise InputError("purpose_missing")
    if len(said) > LONGEST_PURPOSE:
        raise InputError("purpose_too_long", length=len(said), most=LONGEST_PURPOSE)
    return said


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
    query : what it shows, in JSON's types, so that the same file can be asked for again; its fingerprint
        is kept with it
    Call it before the file is handed out: what cannot be logged does not leave.
    Raises InputError ``purpose_missing``, ``purpose_too_long``.
    """
    actor.require(Permission.EXPORT)
    purpose = require_purpose(purpose)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    entry = {
        "kind": kind,
        "purpose": purpose,
        "query": _json({**query, "fingerprint": fingerprint(query)}),
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


def trace(database: Database, actor: Actor, printed: str) -> list[Export]:
    """Return the exports that bear a printed fingerprint and `actor` may know of, newest first.

    printed : as it stands on the page, in any case, with or without hyphens and spaces
    Whoever sees everything and reads the audit trail finds all of them, anybody else the own ones.
    Raises InputError ``bad_fingerprint``.
    """
    asked = re.sub(r"[\s\-–—]", "", printed).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_DIGITS}}}", asked):
        raise InputError("bad_fingerprint", given=printed.strip()[:40])
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT id, at, actor, kind, purpose, query, sha256, query ->> 'fingerprint'
                FROM diaban.export_log WHERE query ->> 'fingerprint' = :asked
                ORDER BY id DESC LIMIT :most"""),
            {"asked": asked, "most": _MOST_TRACED},
        ).all()
    return [Export(*row) for row in rows]

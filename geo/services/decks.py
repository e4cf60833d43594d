"""Decks as they were made, by the fingerprint of their question: made again, it is the same deck.

History is not kept of everything that a deck shows (households are those stored now, an assignment may be
entered late for an earlier day), so the answer is. It holds what left, nothing that was withheld.
"""

from sqlalchemy import text

from geo.domain.roles import Actor, Permission
from geo.store.engine import Database, transaction


def kept(database: Database, actor: Actor, fingerprint: str) -> bytes | None:
    """Return the deck that was made first for the same question in the same scope, None where none was."""
    actor.require(Permission.EXPORT)
    with transaction(database, actor) as connection:
        found = connection.execute(
            text("""
                SELECT content FROM diaban.deck WHERE question = :fingerprint AND scope = :scope
                ORDER BY id LIMIT 1"""),
            {"fingerprint": fingerprint, "scope": actor.scope_key},
        ).scalar_one_or_none()
    return None if found is None else bytes(found)


def keep(database: Database, actor: Actor, fingerprint: str, content: bytes) -> None:
    """Keep a deck for whoever asks the same; the first one stays."""
    actor.require(Permission.EXPORT)
    with transaction(database, actor) as connection:
        connection.execute(
            text("""
                INSERT INTO diaban.deck (account_id, scope, question, content)
                VALUES (:account, :scope, :fingerprint, :content) ON CONFLICT DO NOTHING"""),
            {
                "account": actor.account_id, "scope": actor.scope_key, "fingerprint": fingerprint,
                "content": content,
            },
        )  # fmt: skip

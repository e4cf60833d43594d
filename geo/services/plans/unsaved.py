"""Strokes on a draft that are not stored yet: found again by who made them after the window is gone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from geo.domain.roles import Actor, Permission
from geo.services.plans.records import Draft
from geo.store.engine import Database, transaction


@dataclass(frozen=True)
class Unsaved:
    """What was kept. version : of the plan that the strokes were made on."""

    version: int
    strokes: Mapping[str, Any]
    kept_at: datetime


def keep(database: Database, actor: Actor, draft: Draft, strokes: Mapping[str, Any] | None) -> None:
    """Keep the strokes of the actor on a draft in the place of those before; None forgets them."""
    actor.require(Permission.PLAN)
    if actor.account_id is None:
        return
    with transaction(database, actor) as connection:
        if strokes is None:
            connection.execute(text(_FORGET), {"plan": draft.id, "account": actor.account_id})
            return
        connection.execute(
            text(_KEEP),
            {
                "plan": draft.id,
                "account": actor.account_id,
                "version": draft.version,
                "strokes": json.dumps(dict(strokes)),
            },
        )


def found(database: Database, actor: Actor, draft: Draft) -> Unsaved | None:
    """Return what the actor has not stored of a draft; None where there is nothing."""
    if actor.account_id is None or not actor.may(Permission.PLAN):
        return None
    with transaction(database, actor) as connection:
        row = connection.execute(text(_FOUND), {"plan": draft.id, "account": actor.account_id}).first()
    return None if row is None else Unsaved(*row)


_FORGET = "DELETE FROM diaban.plan_unsaved WHERE plan_id = :plan AND account_id = :account"
_FOUND = """
SELECT version, strokes, kept_at FROM diaban.plan_unsaved WHERE plan_id = :plan AND account_id = :account"""
_KEEP = """
INSERT INTO diaban.plan_unsaved (plan_id, account_id, version, strokes)
VALUES (:plan, :account, :version, CAST(:strokes AS jsonb))
ON CONFLICT (plan_id, account_id) DO UPDATE
SET version = excluded.version, strokes = excluded.strokes, kept_at = now()"""

"""Whose beats a signed-in officer keeps: those that the officer of the account holds on the day.

An account that is tied to no officer, a chief's, and every role but the ward officer's, save wherever their
scope reaches. The database holds the same line (policies ``own_beats``), a day wider either way.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, text

from geo.domain.errors import ForbiddenError
from geo.domain.roles import Actor, Permission
from geo.store.engine import Database, transaction

_SAID_BEATS = 6


@dataclass(frozen=True)
class OwnBeats:
    """The beats of the account's officer on a day.

    linked : the account is tied to an officer · confined : it saves for `codes` and nothing else
    """

    linked: bool
    confined: bool
    codes: frozenset[str]

    def keeps(self, beat: str) -> bool:
        """Say whether the account saves for the beat with that code."""
        return not self.confined or beat in self.codes


def own_beats(database: Database, actor: Actor, day: date) -> OwnBeats:
    """Return which beats the account's officer holds on `day`, as primary, concurrent or acting."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        row = connection.execute(text("SELECT diaban.tied() AS linked, diaban.confined() AS confined")).one()
        return OwnBeats(row.linked, row.confined, frozenset(_codes(connection, day)))


def _codes(connection: Connection, day: date) -> list[str]:
    return list(
        connection.execute(
            text("""
                SELECT code FROM diaban.beat WHERE valid @> CAST(:day AS date)
                    AND id = ANY (diaban.own_beats(daterange(:day, :day, '[]'))) ORDER BY code"""),
            {"day": day},
        ).scalars()
    )


def require_beat(connection: Connection, day: date, beat: str | None) -> None:
    """Raise ForbiddenError ``not_your_beat`` where the account is confined and `beat` is not its officer's.

    beat : code; None is what lies in no beat, which anybody keeps who has it in scope
    """
    if beat is None or not connection.execute(text("SELECT diaban.confined()")).scalar_one():
        return
    own = _codes(connection, day)
    if beat not in own:
        mine = ", ".join(own[:_SAID_BEATS]) or "–"
        raise ForbiddenError("not_your_beat", beat=beat, mine=mine, day=day)


def require_row(
    connection: Connection, day: date, table: Literal["household", "incident"], code: str
) -> None:
    """The same for the beat that has the household or incident with that code on `day`."""
    block = connection.execute(
        text(f"""
            SELECT b.code FROM diaban.{table} t JOIN diaban.block b ON b.id = t.block_id
            WHERE t.code = :code"""),  # noqa: S608 (one of two tables of ours)
        {"code": code},
    ).scalar()
    require_block(connection, day, block)


def require_block(connection: Connection, day: date, block: str | None) -> None:
    """The same for the beat that has the block with code `block` on `day`."""
    beat = connection.execute(
        text("""
            SELECT b.code FROM diaban.block k JOIN diaban.beat_block x ON x.block_id = k.id
                AND x.valid @> CAST(:day AS date) JOIN diaban.beat b ON b.id = x.beat_id
            WHERE k.code = :block AND k.valid @> CAST(:day AS date)"""),
        {"block": block, "day": day},
    ).scalar()
    require_beat(connection, day, beat)

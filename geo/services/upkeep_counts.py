"""Households of a beat, their counts kept true by those who know them: confirmed or changed, many at once.

A save is one transaction: every row is as its writer saw it, or nothing is written and the writer is told
what the others saved. Rows are locked in one order, so writers of the same beat queue and never block each
other for good.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.domain.roles import Actor, Permission
from geo.services import own_beats
from geo.services.row_audit import RowChange, record_rows
from geo.store.engine import Database, transaction

MOST_PEOPLE = 200
_SAID_ROWS = 3
_FIELDS = ("permanent", "temporary", "absent")


@dataclass(frozen=True)
class BeatChoice:
    """A beat that its reader may keep, with how much of it waits for review."""

    id: int
    code: str
    name: str
    unit_code: str
    unit_name: str
    households: int
    stale: int


@dataclass(frozen=True)
class HouseholdRow:
    """A household's stored counts; `version` is what a save of it must name."""

    code: str
    block: str
    permanent: int
    temporary: int
    absent: int
    reviewed_on: date | None
    misplaced: bool
    version: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """Permanent, temporary, absent."""
        return self.permanent, self.temporary, self.absent


@dataclass(frozen=True)
class CountChange:
    """What somebody says a household's counts are, having seen `version`; equal counts confirm them."""

    code: str
    permanent: int
    temporary: int
    absent: int
    version: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """Permanent, temporary, absent."""
        return self.permanent, self.temporary, self.absent


@dataclass(frozen=True)
class Saved:
    """What a save did: rows whose counts are others now, and rows found right."""

    changed: int
    confirmed: int


class CountsConflictError(ConflictError):
    """Some rows were saved by somebody else; nothing was written.

    typed : all that was to be saved, nothing of it lost · stored : code -> the row as it is now, for those
    that are in the way
    """

    def __init__(self, typed: Sequence[CountChange], stored: Mapping[str, HouseholdRow]) -> None:
        self.typed = tuple(typed)
        self.stored = dict(stored)
        said = "; ".join(
            f"{row.code} {row.permanent}/{row.temporary}/{row.absent}"
            for row in list(stored.values())[:_SAID_ROWS]
        )
        super().__init__("counts_changed_since", n=len(stored), said=said)


def beats(database: Database, actor: Actor, day: date, fresh_days: int = 90) -> list[BeatChoice]:
    """Return the beats of the actor's scope on `day` by ward and code.

    stale : households not reviewed within `fresh_days` before `day`, or never
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT b.id, b.code, b.name, u.code AS unit_code, u.name AS unit_name,
                    count(h.id) AS households,
                    count(h.id) FILTER (WHERE h.reviewed_on IS NULL
                        OR h.reviewed_on <= CAST(:day AS date) - CAST(:fresh AS int)) AS stale
                FROM diaban.beat b JOIN diaban.admin_unit u ON u.id = b.unit_id
                LEFT JOIN diaban.beat_block x ON x.beat_id = b.id AND x.valid @> CAST(:day AS date)
                LEFT JOIN diaban.household h ON h.block_id = x.block_id
                WHERE b.valid @> CAST(:day AS date) GROUP BY b.id, u.id ORDER BY u.code, b.code"""),
            {"day": day, "fresh": fresh_days},
        )
        return [BeatChoice(*row) for row in rows]


def households(database: Database, actor: Actor, day: date, beat: str) -> list[HouseholdRow]:
    """Return the households of `beat` as stored, those longest without review first.

    Raises InputError ``no_such_beat``.
    """
    actor.require(Permission.VIEW_POINTS)
    with transaction(database, actor) as connection:
        return _rows(connection, beat_id(connection, beat, day), day)


def beat_id(connection: Connection, code: str, day: date) -> int:
    """Return the id of a beat in scope. Raises InputError ``no_such_beat``."""
    found = connection.execute(
        text("SELECT id FROM diaban.beat WHERE code = :code AND valid @> CAST(:day AS date)"),
        {"code": code, "day": day},
    ).scalar()
    if found is None:
        raise InputError("no_such_beat", code=code, day=day)
    return int(found)


def _rows(connection: Connection, beat: int, day: date) -> list[HouseholdRow]:
    rows = connection.execute(
        text("""
            SELECT h.code, b.name, h.permanent, h.temporary, h.absent, h.reviewed_on, h.misplaced, h.version
            FROM diaban.household h JOIN diaban.beat_block x ON x.block_id = h.block_id
            JOIN diaban.block b ON b.id = h.block_id
            WHERE x.beat_id = :beat AND x.valid @> CAST(:day AS date)
            ORDER BY h.reviewed_on NULLS FIRST, h.code"""),
        {"beat": beat, "day": day},
    )
    return [HouseholdRow(*row) for row in rows]


def save(database: Database, actor: Actor, day: date, beat: str, changes: Sequence[CountChange]) -> Saved:
    """Store the counts of households of `beat` as reviewed on `day`: all of them or none.

    Raises InputError ``no_such_beat``, ``counts_negative``, ``counts_too_large``, ``household_twice``,
    ``household_not_in_beat``; ForbiddenError ``not_your_beat``; CountsConflictError where a row is not as
    it was seen.
    """
    actor.require(Permission.EDIT_COUNTS)
    _check(changes)
    if not changes:
        return Saved(0, 0)
    with transaction(database, actor) as connection:
        own_beats.require_beat(connection, day, beat)
        stored = _locked(connection, beat_id(connection, beat, day), day, [each.code for each in changes])
        strangers = sorted({each.code for each in changes} - stored.keys())
        if strangers:
            raise InputError("household_not_in_beat", codes=", ".join(strangers[:_SAID_ROWS]), beat=beat)
        others = {
            each.code: stored[each.code] for each in changes if stored[each.code].version != each.version
        }
        if others:
            raise CountsConflictError(changes, others)
        _write(connection, changes, day)
        rows = [_row_change(stored[each.code], each, day) for each in changes]
        record_rows(connection, actor, "counts_save", "household", rows, beat=beat)
    changed = sum(stored[each.code].counts != each.counts for each in changes)
    return Saved(changed, len(changes) - changed)


def _check(changes: Sequence[CountChange]) -> None:
    for code, times in Counter(each.code for each in changes).items():
        if times > 1:
            raise InputError("household_twice", code=code)
    for each in changes:
        for value in each.counts:
            if value < 0:
                raise InputError("counts_negative", code=each.code, value=value)
            if value > MOST_PEOPLE:
                raise InputError("counts_too_large", code=each.code, value=value, most=MOST_PEOPLE)


def _locked(connection: Connection, beat: int, day: date, codes: Sequence[str]) -> dict[str, HouseholdRow]:
    """Return the rows of `codes` that are in the beat, held until the transaction ends; locked by id."""
    rows = connection.execute(
        text("""
            SELECT h.code, '' AS block, h.permanent, h.temporary, h.absent, h.reviewed_on, h.misplaced,
                h.version
            FROM diaban.household h
            WHERE h.code = ANY(:codes) AND h.block_id IN (SELECT x.block_id FROM diaban.beat_block x
                WHERE x.beat_id = :beat AND x.valid @> CAST(:day AS date))
            ORDER BY h.id FOR UPDATE OF h"""),
        {"codes": list(codes), "beat": beat, "day": day},
    )
    return {row.code: HouseholdRow(*row) for row in rows}


def _write(connection: Connection, changes: Sequence[CountChange], day: date) -> None:
    columns = {name: [getattr(each, name) for each in changes] for name in ("code", *_FIELDS)}
    connection.execute(
        text("""
            UPDATE diaban.household h SET permanent = c.permanent, temporary = c.temporary,
                absent = c.absent, reviewed_on = :day, version = h.version + 1
            FROM unnest(CAST(:code AS text[]), CAST(:permanent AS smallint[]),
                CAST(:temporary AS smallint[]), CAST(:absent AS smallint[]))
                AS c(code, permanent, temporary, absent)
            WHERE h.code = c.code"""),
        {**columns, "day": day},
    )


def _row_change(stored: HouseholdRow, change: CountChange, day: date) -> RowChange:
    def fields(row: Any, reviewed_on: date | None) -> dict[str, Any]:
        return {**{name: getattr(row, name) for name in _FIELDS}, "reviewed_on": reviewed_on}

    return RowChange(change.code, stored.version + 1, fields(stored, stored.reviewed_on), fields(change, day))

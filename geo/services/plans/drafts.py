"""Drafts of plans: make, branch, open, save, delete; two planners on one draft are told of each other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.domain.kinds import PlanState
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.planning import NOBODY, Move
from geo.services import audit, days
from geo.services.plans.covers import covers_of, require_officers, write_covers
from geo.services.plans.ground import Ints, ground
from geo.services.plans.options import PlanOptions
from geo.services.plans.problem import Desk, arranged
from geo.services.plans.records import (
    Draft,
    OpenDraft,
    document_id,
    draft_of,
    inserted,
    listed,
    moves_of,
    opened,
    write_moves,
)
from geo.services.plans.splits import splits_of, with_splits, write_sides
from geo.services.plans.wishes import logged
from geo.store.engine import Database, transaction

__all__ = [
    "Draft", "DraftConflictError", "OpenDraft", "Reapplied", "branch", "create", "delete", "drafts",
    "explained", "load", "reapply", "save",
]  # fmt: skip


class DraftConflictError(ConflictError):
    """Another planner saved the draft since it was opened; `theirs` is what is stored now.

    differing : codes of the blocks that the two have with different beats
    """

    def __init__(self, theirs: OpenDraft, differing: tuple[str, ...]) -> None:
        self.theirs = theirs
        self.differing = differing
        super().__init__(
            "plan_changed_meanwhile", plan=theirs.draft.code, n=len(differing), blocks=_listed(differing)
        )


@dataclass(frozen=True, eq=False)
class Reapplied:
    """One's own moves on top of another's: `both` are the units that both moved, each elsewhere."""

    owner: Ints
    both: tuple[int, ...]


def create(
    database: Database,
    actor: Actor,
    unit_code: str,
    *,
    title: str,
    effective_on: date,
    options: PlanOptions | None = None,
    document: str | None = None,
    today: date | None = None,
) -> OpenDraft:
    """Make an empty draft: everything as it stands on `effective_on`.

    document : number of the legal document that the plan rests on; kept if it is not known yet
    today : for the refusal of days past; None asks the clock
    Raises InputError ``plan_date_past``, ``plan_no_title`` and what `desk` raises.
    """
    actor.require(Permission.PLAN)
    chosen = options or PlanOptions()
    _check(title, effective_on, today)
    with transaction(database, actor) as connection:
        found = ground(connection, database, actor, unit_code, effective_on, chosen.merge_with)
        made = arranged(found, chosen)
        require_officers(connection, chosen)
        code = inserted(
            connection,
            actor,
            {
                "title": title.strip(),
                "day": effective_on,
                "document": document_id(connection, document),
                "options": json.dumps(chosen.as_json()),
                "parent": None,
            },
            unit_code,
        )
        write_covers(connection, draft_of(connection, actor, code).id, covers_of(made, made.problem.owner))
        audit.record(connection, actor, "draft", "plan", code, {"unit": unit_code, "from": str(effective_on)})
        return opened(connection, database, actor, code)


def branch(database: Database, actor: Actor, code: str, title: str | None = None) -> OpenDraft:
    """Make a draft that begins as another plan stands, whatever that one's state."""
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        parent = draft_of(connection, actor, code)
        made = inserted(
            connection,
            actor,
            {
                "title": (title or parent.title).strip(),
                "day": parent.effective_on,
                "document": document_id(connection, parent.document),
                "options": json.dumps(parent.options.as_json()),
                "parent": parent.id,
            },
            parent.unit_code,
        )
        for table, columns in (
            ("plan_move", "ordinal, block_id, from_beat_id, to_beat_id, reason"),
            ("plan_cover", "beat_id, officer_id, valid"),
            ("plan_split", "block_id, line, to_beat_id"),
        ):
            connection.execute(
                text(
                    f"INSERT INTO diaban.{table} (plan_id, {columns}) "  # noqa: S608 (our own names)
                    f"SELECT p.id, {columns} FROM diaban.{table} t "
                    "JOIN diaban.plan p ON p.code = :made WHERE t.plan_id = :parent"
                ),
                {"made": made, "parent": parent.id},
            )
        audit.record(connection, actor, "branch", "plan", made, {"parent": code})
        return opened(connection, database, actor, made)


def drafts(
    database: Database, actor: Actor, unit_code: str | None = None, states: Sequence[PlanState] = ()
) -> tuple[Draft, ...]:
    """Return the plans in the actor's scope, newest first; of one unit, in some states, or all."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        return listed(connection, actor, unit_code, states)


def load(database: Database, actor: Actor, code: str) -> OpenDraft:
    """Return a plan on its desk; raises InputError ``plan_unknown``."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        return opened(connection, database, actor, code)


def save(
    database: Database,
    actor: Actor,
    open_draft: OpenDraft,
    owner: Any,
    *,
    options: PlanOptions | None = None,
    proposal: Mapping[str, Any] | None = None,
    title: str | None = None,
    effective_on: date | None = None,
    document: str | None = None,
    today: date | None = None,
) -> OpenDraft:
    """Store who has what in a draft, (n,) parts of the desk opened, and return it as stored.

    options : new settings; where they change the beats (an event), `owner` is still in the numbers of the
        desk that was opened, and blocks of beats that are gone are nobody's · the others: None leaves as is
    Balance and contiguity are not asked here, only at submission. Raises DraftConflictError where another
    planner saved first, ConflictError ``plan_not_editable``, InputError ``plan_bad_owner``.
    """
    actor.require(Permission.PLAN)
    before = open_draft.draft
    wanted = options or before.options
    day = effective_on or before.effective_on
    _check(before.title if title is None else title, day, today)
    open_draft.desk.problem.replaced(owner=owner, locked=None)  # refuses what is no owner vector
    with transaction(database, actor) as connection:
        found = ground(connection, database, actor, before.unit_code, day, wanted.merge_with)
        found = with_splits(connection, found, splits_of(connection, before.id))
        desk = arranged(found, wanted)
        require_officers(connection, wanted)
        placed = carried(open_draft.desk, owner, desk)
        changed = connection.execute(
            text(_UPDATE),
            {
                "id": before.id,
                "version": before.version,
                "title": None if title is None else title.strip(),
                "day": day,
                "document": document_id(connection, document),
                "options": json.dumps(_with_new_blocks(desk, placed).as_json()),
                "proposal": None if proposal is None else json.dumps(dict(proposal)),
            },
        ).scalar_one_or_none()
        if changed is None:
            raise _conflict(connection, database, actor, open_draft, owner)
        write_moves(connection, before.id, desk, placed)
        write_sides(connection, found, desk.ids_of(placed))
        write_covers(connection, before.id, covers_of(desk, placed))
        detail = {"version": changed, **({} if logged(wanted) == logged(before.options) else logged(wanted))}
        audit.record(connection, actor, "save", "plan", before.code, detail)
        return opened(connection, database, actor, before.code)


def carried(before: Desk, owner: Any, desk: Desk) -> Ints:
    """Return an owner vector of one desk in the parts of another, by the codes of blocks and beats.

    Blocks that the first does not have, and those of a beat that it lacked (an officer who is back), stay
    with whom they are today; blocks of a beat that is gone are nobody's.
    """
    given = _by_code(before, owner)
    parts = {beat.code: part for part, beat in enumerate(desk.beats)}
    found = desk.problem.owner.copy()
    lacking = {beat.code for beat in desk.beats} - {beat.code for beat in before.beats}
    for unit, code in enumerate(desk.codes):
        if code in given and not (given[code] is None and _today(desk, unit) in lacking):
            found[unit] = parts.get(given[code] or "", NOBODY)
    return found


def reapply(base: OpenDraft, mine: Any, theirs: OpenDraft) -> Reapplied:
    """Return one's own moves since `base` on top of what another stored meanwhile.

    base : the draft as it was opened · mine : (n,) parts of its desk · theirs : `DraftConflictError.theirs`
    The answer is in the parts of `theirs.desk`; where both moved a block, one's own move stands and the
    block is named. Blocks and beats that are no longer there are left as the other has them.
    """
    beats = {beat.code: part for part, beat in enumerate(theirs.desk.beats)}
    before, wanted = _by_code(base.desk, base.owner), _by_code(base.desk, mine)
    owner, both = theirs.owner.copy(), []
    stored = _by_code(theirs.desk, theirs.owner)
    for unit, code in enumerate(theirs.desk.codes):
        own = wanted.get(code)
        if code not in before or own == before[code] or (own is not None and own not in beats):
            continue
        if stored[code] not in {before[code], own}:
            both.append(unit)
        owner[unit] = -1 if own is None else beats[own]
    return Reapplied(owner, tuple(both))


def delete(database: Database, actor: Actor, draft: Draft) -> None:
    """Delete a draft with all that belongs to it; one that was submitted stays."""
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        gone = connection.execute(
            text(
                "DELETE FROM diaban.plan WHERE id = :id AND version = :version "
                "AND state IN ('draft', 'rejected') RETURNING id"
            ),
            {"id": draft.id, "version": draft.version},
        ).scalar_one_or_none()
        if gone is None:
            now = draft_of(connection, actor, draft.code)
            code = "plan_changed" if now.editable else "plan_not_editable"
            raise ConflictError(code, plan=draft.code, plan_state=str(now.state))
        audit.record(connection, actor, "delete", "plan", draft.code)


def explained(desk: Desk, owner: Any, lang: Lang, start: Any = None) -> tuple[tuple[Move, str], ...]:
    """Return the moves from `start`, else from today, to `owner` in an order that tears no beat, in words."""
    begins = None if start is None else np.asarray(start, dtype=np.int64)
    moves = moves_of(desk, np.asarray(owner, dtype=np.int64), begins)
    return tuple((move, desk.labels.move(move, lang)) for move in moves)


_UPDATE = """
UPDATE diaban.plan SET title = coalesce(:title, title), effective_on = :day,
    document_id = coalesce(:document, document_id), options = CAST(:options AS jsonb),
    proposal = CAST(:proposal AS jsonb), state = 'draft', version = version + 1
WHERE id = :id AND version = :version AND state IN ('draft', 'rejected')
RETURNING version"""


def _check(title: str, effective_on: date, today: date | None) -> None:
    if not title.strip():
        raise InputError("plan_no_title")
    now = today or days.today()
    if effective_on < now:
        raise InputError("plan_date_past", day=effective_on, today=now)


def _by_code(desk: Desk, owner: Any) -> dict[str, str | None]:
    """Return the code of the beat of each block by the block's code; None for nobody's."""
    given = np.asarray(owner, dtype=np.int64)
    return {
        code: None if part == NOBODY else desk.beats[part].code
        for code, part in zip(desk.codes, given, strict=True)
    }


def _today(desk: Desk, unit: int) -> str | None:
    part = desk.problem.owner[unit]
    return None if part == NOBODY else desk.beats[part].code


def _with_new_blocks(desk: Desk, owner: Ints) -> PlanOptions:
    """Return the desk's options with the blocks that beats founded by the plan get."""
    held = _by_code(desk, owner)
    new = tuple(
        replace(beat, blocks=tuple(code for code, holder in held.items() if holder == beat.code))
        for beat in desk.options.new_beats
    )
    return replace(desk.options, new_beats=new)


def _conflict(
    connection: Connection, database: Database, actor: Actor, base: OpenDraft, mine: Any
) -> ConflictError:
    theirs = opened(connection, database, actor, base.draft.code)
    if not theirs.draft.editable:
        return ConflictError("plan_not_editable", plan=base.draft.code, plan_state=str(theirs.draft.state))
    own, stored = _by_code(base.desk, mine), _by_code(theirs.desk, theirs.owner)
    differing = tuple(code for code, beat in stored.items() if own.get(code) != beat)
    return DraftConflictError(theirs, differing)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:5]) + (" …" if len(codes) > 5 else "")

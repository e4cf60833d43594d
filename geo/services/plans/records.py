"""Plans as they are stored: the row, its moves, and the desk that they stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, text

from geo.domain.errors import InputError
from geo.domain.kinds import PlanState
from geo.domain.messages import Lang
from geo.domain.roles import Actor
from geo.planning import NOBODY, Move
from geo.planning.ordering import ordered_moves
from geo.services.plans.covers import Cover, covers_of
from geo.services.plans.ground import Ground, Ints, ground
from geo.services.plans.options import PlanOptions, from_json
from geo.services.plans.problem import Desk, arranged
from geo.services.plans.splits import SUFFIX, Split, splits_of, with_splits
from geo.store.engine import Database

LANGS: Final[tuple[Lang, Lang]] = ("vi", "en")
EDITABLE = (PlanState.DRAFT, PlanState.REJECTED)


@dataclass(frozen=True)
class Draft:
    """A plan as a list shows it, whatever its state.

    mine : made by the actor · author : account name of who made it, None for the operator
    parent : code of the draft that it branched off · moved : blocks that change hands
    """

    id: int
    code: str
    unit_code: str
    unit_name: str
    title: str
    state: PlanState
    effective_on: date
    document: str | None
    version: int
    author: str | None
    mine: bool
    created_at: datetime
    parent: str | None
    moved: int
    options: PlanOptions
    proposal: Mapping[str, Any] | None

    @property
    def editable(self) -> bool:
        """Whether it may still be worked on."""
        return self.state in EDITABLE


@dataclass(frozen=True, eq=False)
class OpenDraft:
    """A draft on its desk.

    owner : (n,) part of each unit of ``desk.problem``
    """

    draft: Draft
    desk: Desk
    owner: Ints
    splits: tuple[Split, ...]

    @property
    def covers(self) -> tuple[Cover, ...]:
        """Who stands in for whom until when."""
        return covers_of(self.desk, self.owner)


_PLANS = """
SELECT p.id, p.code, u.code AS unit_code, u.name AS unit_name, p.title, p.state, p.effective_on,
    d.number AS document, p.version, p.created_by, diaban.name_in_plan(p.id, p.created_by) AS author,
    p.created_at, q.code AS parent, p.options, p.proposal,
    (SELECT count(*) FROM diaban.plan_move m WHERE m.plan_id = p.id) AS moved
FROM diaban.plan p
JOIN diaban.admin_unit u ON u.id = p.unit_id
LEFT JOIN diaban.legal_document d ON d.id = p.document_id
LEFT JOIN diaban.plan q ON q.id = p.parent_id
WHERE {where}
ORDER BY p.created_at DESC, p.id DESC"""
_WHERE_LISTED = """
    (CAST(:unit AS text) IS NULL OR u.code = :unit)
    AND (CAST(:states AS text[]) IS NULL OR p.state = ANY(CAST(:states AS text[])))"""


def listed(
    connection: Connection, actor: Actor, unit_code: str | None, states: Sequence[PlanState]
) -> tuple[Draft, ...]:
    """Return the plans in the actor's scope, newest first; of one unit, in some states, or all."""
    rows = connection.execute(
        text(_PLANS.format(where=_WHERE_LISTED)),
        {"unit": unit_code, "states": [str(state) for state in states] or None},
    ).all()
    return tuple(_draft(row, actor) for row in rows)


def opened(connection: Connection, database: Database, actor: Actor, code: str) -> OpenDraft:
    """Return a plan on its desk, within the caller's transaction.

    One in force is shown on the day before it came into force, where its moves are still moves.
    """
    draft = draft_of(connection, actor, code)
    applied = draft.state is PlanState.IN_FORCE
    day = draft.effective_on - timedelta(days=1) if applied else draft.effective_on
    found = ground(connection, database, actor, draft.unit_code, day, draft.options.merge_with)
    splits = splits_of(connection, draft.id)
    if applied:  # the halves are blocks of their own by now
        splits = tuple(replace(split, id=-_half_of(found, split)) for split in splits)
    else:
        found = with_splits(connection, found, splits)
    desk = arranged(found, draft.options)
    return OpenDraft(draft, desk, _stored_owner(connection, draft, desk, splits), splits)


def moves_of(desk: Desk, owner: Ints, start: Ints | None = None) -> tuple[Move, ...]:
    """Return the moves from `start`, else from today, to `owner`, (n,) each, in order.

    Blocks that are left to nobody go last.
    """
    problem = desk.problem if start is None else desk.problem.replaced(owner=start, locked=None)
    left = np.flatnonzero((owner == NOBODY) & (problem.owner != NOBODY))
    goal = owner.copy()
    goal[left] = problem.owner[left]
    moves = list(ordered_moves(problem, goal))
    load = np.bincount(goal[goal >= 0], problem.workload[goal >= 0], minlength=problem.k)
    for unit in left:
        source, workload = int(goal[unit]), float(problem.workload[unit])
        before, after = ((load[source] - gone) / problem.target[source] - 1 for gone in (0.0, workload))
        load[source] -= workload
        moves.append(
            Move(
                number=len(moves) + 1,
                unit=int(unit),
                workload=workload,
                source=source,
                target=NOBODY,
                source_before=before,
                source_after=after,
                target_before=before,
                target_after=after,
                reason="plan_move_left",
                contiguous=True,
            )
        )
    return tuple(moves)


def _half_of(found: Ground, split: Split) -> int:
    whole = found.codes[int(np.flatnonzero(found.ids == split.block_id)[0])]
    return int(found.ids[found.codes.index(whole + SUFFIX)])


def draft_of(connection: Connection, actor: Actor, code: str) -> Draft:
    """Return a plan by its code; raises InputError ``plan_unknown`` where none is in scope."""
    row = connection.execute(text(_PLANS.format(where="p.code = :code")), {"code": code}).first()
    if row is None:
        raise InputError("plan_unknown", plan=code)
    return _draft(row, actor)


def document_id(connection: Connection, number: str | None) -> int | None:
    """Return the id of a legal document by its number, kept now if it is new; None for none."""
    if not number or not number.strip():
        return None
    params = {"number": number.strip()}
    connection.execute(
        text("INSERT INTO diaban.legal_document (number) VALUES (:number) ON CONFLICT (number) DO NOTHING"),
        params,
    )
    found: int = connection.execute(
        text("SELECT id FROM diaban.legal_document WHERE number = :number"), params
    ).scalar_one()
    return found


def inserted(connection: Connection, actor: Actor, row: Mapping[str, Any], unit_code: str) -> str:
    """Insert a draft and return its code, which carries its number: never given twice."""
    number = connection.execute(text("SELECT nextval('diaban.plan_id_seq')")).scalar_one()
    code = f"PA-{unit_code}-{number:04d}"
    connection.execute(
        text(
            "INSERT INTO diaban.plan (id, code, unit_id, title, effective_on, document_id, created_by, "
            "parent_id, options) VALUES (:id, :code, :unit, :title, :day, :document, :by, :parent, "
            "CAST(:options AS jsonb))"
        ),
        {**row, "id": number, "code": code, "by": actor.account_id, "unit": _unit_id(connection, unit_code)},
    )
    return code


def write_moves(connection: Connection, plan_id: int, desk: Desk, owner: Ints) -> None:
    """Store who changes hands, in an order that tears no beat, each with its reason in both languages."""
    connection.execute(text("DELETE FROM diaban.plan_move WHERE plan_id = :plan"), {"plan": plan_id})
    ids = desk.ids_of(owner)
    rows: list[dict[str, Any]] = []
    for move in moves_of(desk, owner):
        block, held = int(desk.ground.ids[move.unit]), int(desk.ground.held_by[move.unit])
        if block > 0:
            rows.append(
                {
                    "plan": plan_id,
                    "number": len(rows) + 1,
                    "block": block,
                    "from": held or None,
                    "to": max(0, int(ids[move.unit])) or None,
                    "reason": "\n".join(desk.labels.move(move, lang) for lang in LANGS),
                }
            )
    if rows:
        connection.execute(
            text(
                "INSERT INTO diaban.plan_move (plan_id, ordinal, block_id, from_beat_id, to_beat_id, reason) "
                "VALUES (:plan, :number, :block, :from, :to, :reason)"
            ),
            rows,
        )


def _unit_id(connection: Connection, code: str) -> int:
    found: int = connection.execute(
        text("SELECT id FROM diaban.admin_unit WHERE code = :code ORDER BY upper(valid) DESC LIMIT 1"),
        {"code": code},
    ).scalar_one()
    return found


def _draft(row: Any, actor: Actor) -> Draft:
    return Draft(
        id=row.id,
        code=row.code,
        unit_code=row.unit_code,
        unit_name=row.unit_name,
        title=row.title,
        state=PlanState(row.state),
        effective_on=row.effective_on,
        document=row.document,
        version=row.version,
        author=row.author,
        mine=row.created_by == actor.account_id,
        created_at=row.created_at,
        parent=row.parent,
        moved=row.moved,
        options=from_json(row.options),
        proposal=row.proposal,
    )


def _stored_owner(connection: Connection, draft: Draft, desk: Desk, splits: Sequence[Split]) -> Ints:
    rows = connection.execute(
        text("SELECT block_id, coalesce(to_beat_id, 0) FROM diaban.plan_move WHERE plan_id = :plan"),
        {"plan": draft.id},
    )
    moved = {int(block): int(beat) for block, beat in rows}
    moved |= {-split.id: split.to_beat_id for split in splits if split.to_beat_id}
    founded = {code: beat.code for beat in draft.options.new_beats for code in beat.blocks}
    parts = {beat.id: part for part, beat in enumerate(desk.beats)}
    owner = desk.problem.owner.copy()
    for unit, (block, code) in enumerate(zip(desk.ground.ids, desk.codes, strict=True)):
        if code in founded:
            owner[unit] = desk.part_of(founded[code])
        elif int(block) in moved:
            owner[unit] = parts.get(moved[int(block)], NOBODY)
    for split in splits:  # what is cut off goes with its block until it is given to somebody
        off, code = np.flatnonzero(desk.ground.ids == -split.id)[0], desk.ground.ids == split.block_id
        if split.to_beat_id is None and desk.codes[off] not in founded:
            owner[off] = owner[code][0]
    return owner

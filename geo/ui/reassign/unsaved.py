"""Strokes that are not stored yet outlive the window: kept at each stroke, taken up again with their undo."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import streamlit as st

from geo.domain.roles import Actor, Permission
from geo.planning import NOBODY
from geo.services.plans import unsaved as plan_unsaved
from geo.services.plans.problem import Desk
from geo.services.plans.records import OpenDraft
from geo.ui import guard
from geo.ui.reassign.work import Ints, Work, rebased, work_on

_KEPT = "reassign.kept"

Change = dict[str, list[str | None]]


@dataclass(frozen=True)
class Back:
    """What came back with a draft: how many strokes, kept when, and what stands in their way.

    changed : another planner has stored the draft since · both : names of blocks that both moved
    gone : codes of blocks whose move does not fit any more
    """

    strokes: int
    kept_at: datetime
    changed: bool = False
    both: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def log_of(work: Work) -> dict[str, Any]:
    """Return the strokes in JSON's types, by codes of blocks and beats: [from, to] of each block moved.

    first : from the stored draft to the first step · steps : one after the other · net : from the stored
    draft to where the work stands · ack, marks : of the last strokes of the browser that are in it
    """
    owners = [plan.owner for plan in work.steps]
    return {
        "first": _change(work.desk, work.opened.owner, owners[0]),
        "steps": [_change(work.desk, before, after) for before, after in pairwise(owners)],
        "net": _change(work.desk, work.opened.owner, work.owner),
        "at": work.at,
        "saved": work.saved,
        "locks": list(work.locks),
        "ack": work.ack,
        "marks": list(work.marks),
        "answers": {str(step): dict(answer) for step, answer in work.answers.items()},
    }


def relived(opened: OpenDraft, log: Mapping[str, Any], ack: int = 0) -> Work:
    """Return the work as it was, every stroke to be undone; `opened` must be what it was done on.

    Raises InputError where a block or a beat is not known.
    """
    start = replace(opened, owner=_after(opened.desk, opened.owner, log["first"]))
    work = work_on(start, ack)
    for step in log["steps"]:
        work = work.given(_after(opened.desk, work.owner, step))
    answers = {int(step): answer for step, answer in log["answers"].items()}
    return replace(
        work, opened=opened, at=log["at"], saved=log["saved"], locks=tuple(log["locks"]), answers=answers
    )


def brought_over(
    opened: OpenDraft, log: Mapping[str, Any], ack: int = 0
) -> tuple[Work, tuple[int, ...], tuple[str, ...]]:
    """Return the strokes on top of a draft that another has stored since, as one stroke.

    Also the units that both moved, each elsewhere, where one's own move stands; and codes of blocks whose
    move does not fit any more.
    """
    desk, owner, both, gone = opened.desk, opened.owner.copy(), list[int](), list[str]()
    units = {code: unit for unit, code in enumerate(desk.codes)}
    parts: dict[str | None, int] = {beat.code: part for part, beat in enumerate(desk.beats)} | {None: NOBODY}
    for block, (was, to) in log["net"].items():
        if block not in units or to not in parts:
            gone.append(block)
            continue
        unit = units[block]
        if _beat(desk, int(owner[unit])) not in {was, to}:
            both.append(unit)
        owner[unit] = parts[to]
    return rebased(opened, owner, ack), tuple(both), tuple(gone)


def recalled(actor: Actor, opened: OpenDraft, ack: int) -> tuple[Work, Back | None]:
    """Return a draft with what the actor had not stored of it, and what is to be said of that."""
    fresh = work_on(opened, ack)
    if not opened.draft.editable:
        return fresh, None
    kept = plan_unsaved.found(guard.database(), actor, opened.draft)
    if kept is None:
        return fresh, None
    log = kept.strokes
    # A browser whose server was started anew sends its last strokes again: those in the log are taken in.
    ack = max(ack, int(log.get("ack", 0)))
    marks = tuple(log.get("marks", ()))
    fresh = replace(fresh, ack=ack, marks=marks)
    if kept.version == opened.draft.version:
        work = replace(relived(opened, log, ack), marks=marks)
        _mark(work)
        return work, Back(work.at, kept.kept_at) if work.dirty else None
    if not log["net"]:
        return fresh, None
    work, both, gone = brought_over(opened, log, ack)
    names = tuple(opened.desk.names[unit] for unit in both)
    return replace(work, marks=marks), Back(
        len(log["net"]), kept.kept_at, changed=True, both=names, gone=gone
    )


def remember(actor: Actor, work: Work) -> None:
    """Keep the work as it stands, once for each change; nothing of a draft in which nothing is done."""
    if not work.editable or not actor.may(Permission.PLAN):
        return
    draft, steps, *place = st.session_state.get(_KEPT, (None, None))
    if (draft, place) == (_draft(work), _place(work)) and steps is work.steps:
        return
    done = len(work.steps) > 1 or work.dirty
    if done or draft is not None:
        plan_unsaved.keep(guard.database(), actor, work.opened.draft, log_of(work) if done else None)
    _mark(work)


def _mark(work: Work) -> None:
    st.session_state[_KEPT] = (_draft(work), work.steps, *_place(work))


def _draft(work: Work) -> tuple[str, int]:
    return work.opened.draft.code, work.opened.draft.version


def _place(work: Work) -> list[Any]:
    return [work.at, work.saved, work.locks]


def _change(desk: Desk, before: Ints, after: Ints) -> Change:
    return {
        desk.codes[unit]: [_beat(desk, int(before[unit])), _beat(desk, int(after[unit]))]
        for unit in np.flatnonzero(before != after)
    }


def _after(desk: Desk, owner: Ints, change: Mapping[str, Any]) -> Ints:
    after = owner.copy()
    for block, (_, to) in change.items():
        after[desk.unit_of(block)] = NOBODY if to is None else desk.part_of(to)
    return after


def _beat(desk: Desk, part: int) -> str | None:
    return None if part == NOBODY else desk.beats[part].code

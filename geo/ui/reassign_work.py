"""What a planner has done to a draft since it was opened: strokes taken in, undone to the start, held beats.

Nothing here is stored: `geo.services.plan_drafts.save` does that. Immutable, so that a stroke that fails
leaves everything as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.domain.errors import InputError
from geo.planning import NOBODY, Plan, plan_of
from geo.services.plan_options import PlanOptions
from geo.services.plan_problem import Desk, arranged
from geo.services.plan_records import OpenDraft

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ask:
    """A stroke that asks for something beyond the plan: ``save``, or ``cut`` of `unit` along `line`."""

    op: str
    unit: int = NOBODY
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Work:
    """A draft in a planner's hands.

    opened : the draft as stored · key : names the desk: its draft, blocks and beats
    steps : plans from the first to the last stroke, `at` is the current one
    saved : which of the steps is stored; None where none is any more
    answers : what the solver said of a step taken from it as a whole, by the step's number
    locks : codes of beats that are held · ack : number of the last stroke of the browser taken in
    """

    opened: OpenDraft
    key: str
    steps: tuple[Plan, ...]
    locks: tuple[str, ...]
    at: int = 0
    saved: int | None = 0
    ack: int = 0
    answers: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        """The desk that the draft lies on."""
        return self.opened.desk

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        return self.steps[self.at]

    @property
    def owner(self) -> Ints:
        """Part of each unit, (n,)."""
        return self.plan.owner

    @property
    def editable(self) -> bool:
        """Whether the draft may still be worked on."""
        return self.opened.draft.editable

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a stroke that was taken back."""
        return self.at + 1 < len(self.steps)

    @property
    def dirty(self) -> bool:
        """Whether anything is not stored."""
        return self.saved != self.at or self.locks != self.opened.draft.options.locked_beats

    @property
    def options(self) -> PlanOptions:
        """The draft's settings with the beats that are held now."""
        return replace(self.opened.draft.options, locked_beats=self.locks)

    @cached_property
    def held(self) -> Flags:
        """Which blocks may not move, whoever has them, (n,)."""
        return np.isin(self.desk.codes, self.opened.draft.options.locked_blocks)

    def locked(self, part: int) -> bool:
        """Say whether a beat is held."""
        return part != NOBODY and self.desk.beats[part].code in self.locks

    def arranged(self) -> Desk:
        """Return the desk with the beats that are held now, for the solver."""
        return arranged(self.desk.ground, self.options)

    def moved(self, units: Any, part: int) -> "Work":
        """Return the work after a stroke that gives `units` to `part`; what is held stays where it is.

        Raises InputError ``plan_unknown_unit``, ``plan_unknown_part``.
        """
        wanted = np.unique(np.atleast_1d(np.asarray(units, dtype=np.int64)))
        inside = (wanted >= 0) & (wanted < len(self.owner))
        if inside.all() and NOBODY <= part < len(self.desk.beats):
            from_held = np.array([self.locked(int(self.owner[unit])) for unit in wanted], dtype=bool)
            wanted = wanted[~(from_held | self.held[wanted] | self.locked(part))]
        return self._followed(self.plan.move(wanted, part))

    def given(self, owner: Any, answer: Mapping[str, Any] | None = None) -> "Work":
        """Return the work after a stroke that sets every unit's part, (n,).

        answer : what the solver says of it, kept with the draft while nothing else is moved
        """
        if np.array_equal(self.owner, owner):
            return self
        after = self._followed(plan_of(self.plan.problem, owner))
        return after if answer is None else replace(after, answers={**after.answers, after.at: answer})

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """What the solver said of the plan as it stands; None for one made by hand."""
        return self.opened.draft.proposal if self.at == 0 else self.answers.get(self.at)

    def undone(self) -> "Work":
        """Return the work before its last stroke."""
        return replace(self, at=max(0, self.at - 1))

    def redone(self) -> "Work":
        """Return the work with the stroke that was taken back."""
        return replace(self, at=min(len(self.steps) - 1, self.at + 1))

    def turned(self, part: int) -> "Work":
        """Return the work with a beat held, or let go."""
        code = self.desk.beats[part].code
        without = tuple(each for each in self.locks if each != code)
        return replace(self, locks=without if code in self.locks else (*self.locks, code))

    def stored(self, opened: OpenDraft) -> "Work":
        """Return the work after `opened` was stored; on the same desk strokes can still be taken back."""
        if opened.desk.codes == self.desk.codes and opened.desk.beats == self.desk.beats:
            kept = replace(self, opened=opened, locks=opened.draft.options.locked_beats, saved=self.at)
            if np.array_equal(opened.owner, self.owner):
                return kept
        return work_on(opened, self.ack)

    def taken(self, strokes: Sequence[Mapping[str, Any]]) -> tuple["Work", list[Ask], list[InputError]]:
        """Return the work after the browser's strokes, what they ask for, and why some were refused.

        Strokes made on another desk are passed over: its numbers mean other blocks and beats.
        """
        work, asks, refused = self, list[Ask](), list[InputError]()
        for stroke in sorted(strokes, key=lambda stroke: int(stroke["number"])):
            if int(stroke["number"]) <= work.ack:
                continue
            if stroke["desk"] == self.key and self.editable:
                try:
                    work = work._one(stroke, asks)
                except InputError as fault:
                    refused.append(fault)
            work = replace(work, ack=int(stroke["number"]))
        return work, asks, refused

    def _one(self, stroke: Mapping[str, Any], asks: list[Ask]) -> "Work":
        match stroke["op"]:
            case "move":
                return self.moved(stroke["units"], int(stroke["part"]))
            case "undo":
                return self.undone()
            case "redo":
                return self.redone()
            case "lock":
                return self.turned(int(stroke["part"]))
            case "cut":
                line = tuple((float(x), float(y)) for x, y in stroke["line"])
                asks.append(Ask("cut", int(stroke["unit"]), line))
            case "save":
                asks.append(Ask("save"))
        return self

    def _followed(self, plan: Plan) -> "Work":
        if plan is self.plan:
            return self
        saved = self.saved if self.saved is not None and self.saved <= self.at else None
        answers = {number: answer for number, answer in self.answers.items() if number <= self.at}
        steps = (*self.steps[: self.at + 1], plan)
        return replace(self, steps=steps, at=self.at + 1, saved=saved, answers=answers)


def work_on(opened: OpenDraft, ack: int = 0) -> Work:
    """Return a draft as it is opened, nothing done yet."""
    # Locks are asked in `Work.moved`, so that one can be set and lifted without a new problem.
    free = opened.desk.problem.replaced(locked=None)
    named = "\0".join((opened.draft.code, *opened.desk.codes, *(beat.code for beat in opened.desk.beats)))
    key = sha256(named.encode()).hexdigest()[:16]
    return Work(opened, key, (plan_of(free, opened.owner),), opened.draft.options.locked_beats, ack=ack)


def rebased(opened: OpenDraft, owner: Any, ack: int) -> Work:
    """Return a draft as another stored it with one's own strokes on top, as one stroke that can be undone."""
    return work_on(opened, ack).given(owner)


def in_parts_of(desk: Desk, other: Desk, its_owner: Any) -> list[int]:
    """Return the beats of another plan in the parts of `desk`, (n,); a beat that it lacks is nobody's."""
    parts = {beat.code: part for part, beat in enumerate(desk.beats)}
    held = {
        code: NOBODY if part == NOBODY else parts.get(other.beats[part].code, NOBODY)
        for code, part in zip(other.codes, its_owner, strict=True)
    }
    return [held.get(code, held.get(code.rsplit(".", 1)[0], NOBODY)) for code in desk.codes]

"""What a planner has done to a draft since it was opened: strokes taken in, undone to the start, held beats.

Nothing here is stored: `geo.services.plans.drafts.save` does that. Immutable, so that a stroke that fails
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
from geo.services.plans.options import PlanOptions
from geo.services.plans.problem import Desk, arranged
from geo.services.plans.records import OpenDraft

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_MOST_ELDERS = 8
_MOST_MARKS = 100


@dataclass(frozen=True)
class Ask:
    """A stroke that asks for something beyond the plan: ``save``, or ``cut`` of `unit` along `line`."""

    number: int
    op: str
    unit: int = NOBODY
    line: tuple[tuple[float, float], ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Elder:
    """A desk that the draft lay on before an event or a cut; strokes made on it may still be on their way."""

    key: str
    blocks: tuple[str, ...]
    beats: tuple[str, ...]

    def translated(self, stroke: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
        """Return a stroke in the numbers of `desk`; blocks that are gone are left out.

        Raises InputError ``plan_no_such_beat``, ``plan_no_such_block``, and ``plan_undo_gone``: steps do not
        outlive their desk.
        """
        if stroke["op"] in {"undo", "redo"}:
            raise InputError("plan_undo_gone")
        now = dict(stroke)
        if (part := int(stroke.get("part", NOBODY))) != NOBODY:
            now["part"] = desk.part_of(self.beats[part])
        if "units" in stroke:
            wanted, known = [self.blocks[int(unit)] for unit in stroke["units"]], set(desk.codes)
            now["units"] = [desk.unit_of(code) for code in wanted if code in known]
            if not now["units"]:
                desk.unit_of(wanted[0])
        if "unit" in stroke:
            now["unit"] = desk.unit_of(self.blocks[int(stroke["unit"])])
        return now


@dataclass(frozen=True, eq=False)
class Work:
    """A draft in a planner's hands.

    opened : the draft as stored · key : names the desk: its draft, blocks and beats
    steps : plans from the first to the last stroke, `at` is the current one
    saved : which of the steps is stored; None where none is any more
    answers : what the solver said of a step taken from it as a whole, by the step's number
    locks : codes of beats that are held · ack : number of the last stroke of the browser taken in
    marks : of the last strokes taken in; a browser that left before it was answered sends them again under
        new numbers
    elders : desks that the draft lay on before in this visit, the last one last
    """

    opened: OpenDraft
    key: str
    steps: tuple[Plan, ...]
    locks: tuple[str, ...]
    at: int = 0
    saved: int | None = 0
    ack: int = 0
    marks: tuple[str, ...] = ()
    answers: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    elders: tuple[Elder, ...] = ()

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
        return self.succeeded(opened)

    def succeeded(self, opened: OpenDraft) -> "Work":
        """Return the draft as it is stored now, nothing done yet; strokes made on this desk still count."""
        fresh = replace(work_on(opened, self.ack), marks=self.marks)
        if opened.draft.code != self.opened.draft.code:
            return fresh
        own = Elder(self.key, self.desk.codes, tuple(beat.code for beat in self.desk.beats))
        elders = [each for each in (*self.elders, own) if each.key != fresh.key]
        return replace(fresh, elders=tuple(elders[-_MOST_ELDERS:]))

    def taken(self, strokes: Sequence[Mapping[str, Any]]) -> tuple["Work", Ask | None, list[InputError]]:
        """Return the work after the browser's strokes, each once and in order, and why some were refused.

        It goes as far as the first stroke that asks for something, and returns what that is: `answered` says
        that it was done, and those after it are taken then. Strokes made on a desk before are put in this
        one's numbers; those on another draft are passed over.
        """
        work, refused = self, list[InputError]()
        for stroke in sorted(strokes, key=lambda stroke: int(stroke["number"])):
            number, mark = int(stroke["number"]), str(stroke.get("mark", ""))
            if number <= work.ack:
                continue
            try:
                here = work._here(stroke) if self.editable and mark not in work.marks else None
                ask = None if here is None else _asked(here)
                if ask is not None:
                    return work, ask, refused
                work = work if here is None else work._one(here)
            except InputError as fault:
                refused.append(fault)
            work = replace(work, ack=number, marks=_marked(work.marks, mark))
        return work, None, refused

    def answered(self, ask: Ask) -> "Work":
        """Return the work after what a stroke asked for was done."""
        return replace(self, ack=max(self.ack, ask.number), marks=_marked(self.marks, ask.mark))

    def _here(self, stroke: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if stroke["desk"] == self.key:
            return stroke
        elder = next((each for each in self.elders if each.key == stroke["desk"]), None)
        return None if elder is None else elder.translated(stroke, self.desk)

    def _one(self, stroke: Mapping[str, Any]) -> "Work":
        match stroke["op"]:
            case "move":
                return self.moved(stroke["units"], int(stroke["part"]))
            case "undo":
                return self.undone()
            case "redo":
                return self.redone()
            case "lock":
                return self.turned(int(stroke["part"]))
        return self

    def _followed(self, plan: Plan) -> "Work":
        if plan is self.plan:
            return self
        saved = self.saved if self.saved is not None and self.saved <= self.at else None
        answers = {number: answer for number, answer in self.answers.items() if number <= self.at}
        steps = (*self.steps[: self.at + 1], plan)
        return replace(self, steps=steps, at=self.at + 1, saved=saved, answers=answers)


def _marked(marks: tuple[str, ...], mark: str) -> tuple[str, ...]:
    return marks if not mark or mark in marks else (*marks, mark)[-_MOST_MARKS:]


def _asked(stroke: Mapping[str, Any]) -> Ask | None:
    number, mark = int(stroke["number"]), str(stroke.get("mark", ""))
    match stroke["op"]:
        case "cut":
            line = tuple((float(x), float(y)) for x, y in stroke["line"])
            return Ask(number, "cut", int(stroke["unit"]), line, mark)
        case "save":
            return Ask(number, "save", mark=mark)
    return None


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

"""What the Reassign page works with: the view that is a link, the work in hand, a conflict that waits."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import monotonic
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor, Permission
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.drafts import DraftConflictError
from geo.services.plans.options import PlanOptions
from geo.services.plans.records import OpenDraft
from geo.ui import clock, guard
from geo.ui.i18n import current_lang
from geo.ui.reassign.unsaved import Back, recalled
from geo.ui.reassign.work import Ask, Work, rebased, work_on

TODAY = "today"
_HAND, _CONFLICT = "reassign.hand", "reassign.conflict"
_BACK = "reassign.back"
_NOTE_S, _BAD_NOTE_S = 1.5, 6.0


class Part(StrEnum):
    """What stands beside the map."""

    CHANGES = "changes"
    SUGGEST = "suggest"
    EVENTS = "events"
    BALANCE = "balance"
    DECIDE = "decide"


@dataclass(frozen=True)
class ReassignView:
    """Every field stands in the address where it differs from the default.

    unit : code of the ward · draft : code of the plan that is open
    compare : what stands beside it: "" nothing, `TODAY`, or the code of another plan
    sort : column that the list of plans is sorted by, with a minus downwards; "" is the newest first
    """

    unit: str | None = None
    draft: str | None = None
    compare: str = ""
    part: Part = Part.CHANGES
    sort: str = ""


@dataclass(frozen=True)
class Page:
    """What one run of a part works with."""

    actor: Actor
    view: ReassignView
    work: Work

    @property
    def may_edit(self) -> bool:
        """Whether the reader may move blocks of this draft."""
        return self.actor.may(Permission.PLAN) and self.work.editable


@dataclass
class Note:
    """Something to be said; since : when it was first said, None while it was not."""

    sentence: str
    bad: bool
    since: float | None = None

    def passed(self, now: float) -> bool:
        """Say whether it has been there long enough to be read."""
        return self.since is not None and now - self.since > (_BAD_NOTE_S if self.bad else _NOTE_S)


@dataclass
class _Hand:
    """What is held through the visit: one object, so that what was stored is known to be stored at once.

    Streamlit may end a run at any look at the session's state, and begin another with what was pressed since.
    """

    work: Work | None = None
    notes: list[Note] = field(default_factory=list)


def work_for(actor: Actor, code: str) -> Work:
    """Return the work on a draft: as it was left in this visit, unless nothing is lost by reading it anew."""
    held = _held()
    if held is not None and held.opened.draft.code == code and held.dirty:
        return held
    opened = plan_drafts.load(guard.database(), actor, code)
    if held is not None and held.opened.draft.code == code and held.opened.draft == opened.draft:
        return held
    work, back = recalled(actor, opened, ack())
    st.session_state[_BACK] = back
    return keep(work if held is None else replace(work, elders=held.succeeded(opened).elders))


def held_other(code: str | None) -> Work | None:
    """Return the work in hand where it is on another draft than `code`, which the reader turns to now."""
    held = _held()
    return None if held is None or held.opened.draft.code == code else held


def back(page: Page) -> Back | None:
    """Return what came back with the draft, while it is not stored."""
    found = st.session_state.get(_BACK)
    if not page.work.dirty:
        st.session_state.pop(_BACK, None)
        return None
    return found if isinstance(found, Back) else None


def dropped(page: Page) -> None:
    """Forget what is not stored."""
    st.session_state.pop(_BACK, None)
    reopened(plan_drafts.load(guard.database(), page.actor, page.work.opened.draft.code))


def current(page: Page) -> Work:
    """Return the newest work on the page's draft; a fragment runs with the page of the last whole run."""
    held = _held()
    same = held is not None and held.opened.draft.code == page.work.opened.draft.code
    return held if held is not None and same else page.work


def keep(work: Work) -> Work:
    """Remember the work in hand, and return it."""
    _hand().work = work
    return work


def ack() -> int:
    """Return the number of the last stroke of the browser that was taken in, whatever the draft."""
    held = _held()
    return 0 if held is None else held.ack


def store(page: Page, options: PlanOptions | None = None, ask: Ask | None = None) -> Work | None:
    """Store the work in hand with its settings; None where another planner saved first, or it was refused.

    ask : the stroke that asked for it
    """
    hand, work = _hand(), current(page)
    if ask is not None:
        work = work.answered(ask)
    try:
        opened = plan_drafts.save(
            guard.database(), page.actor, work.opened, work.owner,
            options=options or work.options, proposal=work.answer, today=clock.today(),
        )  # fmt: skip
    except DraftConflictError as fault:
        hand.work = work
        st.session_state[_CONFLICT] = fault
        return None
    except DiaBanError as fault:
        hand.work = work
        note(fault.message(current_lang()), bad=True)
        return None
    hand.work = work.stored(opened)
    return hand.work


def conflict(page: Page) -> DraftConflictError | None:
    """Return what another planner stored meanwhile, while it is not settled."""
    found = st.session_state.get(_CONFLICT)
    same = isinstance(found, DraftConflictError) and found.theirs.draft.code == page.work.opened.draft.code
    return found if same else None


def reapply(page: Page, fault: DraftConflictError) -> tuple[int, ...]:
    """Put one's own moves on top of what is stored; return the units that both moved."""
    work = current(page)
    mine = plan_drafts.reapply(work.opened, work.owner, fault.theirs)
    again = rebased(fault.theirs, mine.owner, work.ack)
    _settled(replace(again, locks=work.locks, marks=work.marks, elders=work.succeeded(fault.theirs).elders))
    return mine.both


def give_way(page: Page, fault: DraftConflictError) -> None:
    """Take the draft as another stored it."""
    _settled(current(page).succeeded(fault.theirs))


def reopened(opened: OpenDraft) -> Work:
    """Take a draft as it is stored now."""
    held = _held()
    return keep(work_on(opened) if held is None else held.succeeded(opened))


def note(sentence: str, *, bad: bool = False) -> None:
    """Say something at the next run and at those that follow at once: each stroke is one."""
    hand = _hand()
    hand.notes = [*(each for each in hand.notes if each.sentence != sentence), Note(sentence, bad)]


def notes() -> list[Note]:
    """Return what is to be said."""
    hand, now = _hand(), monotonic()
    hand.notes = [each for each in hand.notes if not each.passed(now)]
    for each in hand.notes:
        each.since = each.since or now
    return hand.notes


def again() -> NoReturn:
    """Run the desk anew with the work as it now is, and nothing else of the page where that can be."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # the whole page was running
        st.rerun()


def _settled(work: Work) -> None:
    st.session_state.pop(_CONFLICT, None)
    keep(work)


def _held() -> Work | None:
    return _hand().work


def _hand() -> _Hand:
    found = st.session_state.get(_HAND)
    if not isinstance(found, _Hand):
        found = st.session_state[_HAND] = _Hand()
    return found

"""The Reassign page: which ward and draft, the sentence, the desk, and what stands beside it."""

from dataclasses import replace
from html import escape

import shapely
import streamlit as st

from geo.domain.errors import DiaBanError, InputError
from geo.domain.roles import Actor, Permission
from geo.services import tiles
from geo.services.plans import drafts as plan_drafts
from geo.services.plans import splits as plan_splits
from geo.services.plans.records import Draft
from geo.services.wards import wards
from geo.ui import context_bar, formats, guard, state
from geo.ui.briefing import add as briefing_add
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import balance as reassign_balance
from geo.ui.reassign import changes as reassign_changes
from geo.ui.reassign import decide as reassign_decide
from geo.ui.reassign import events as reassign_events
from geo.ui.reassign import map as reassign_map
from geo.ui.reassign import start as reassign_start
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign import suggest as reassign_suggest
from geo.ui.reassign.map import Compared
from geo.ui.reassign.state import TODAY, Page, Part, ReassignView
from geo.ui.reassign.unsaved import remember
from geo.ui.reassign.words import muted, verdict
from geo.ui.reassign.work import Ask, in_parts_of

_TOP = (2.1, 3.6, 2.6, 0.95, 1.1)
_PANEL_PX = 284
_UNIT, _DRAFT, _COMPARE, _PART = "reassign.unit", "reassign.draft", "reassign.compare", "reassign.part"
_NONE = ""
_CUT = "reassign.cut"
_PARTS = {
    Part.CHANGES: reassign_changes.show,
    Part.SUGGEST: reassign_suggest.show,
    Part.EVENTS: reassign_events.show,
    Part.BALANCE: reassign_balance.show,
    Part.DECIDE: reassign_decide.show,
}
STYLE = """<style>
.stMainBlockContainer { padding-bottom: 6px !important; }
.db-verdict.rs { font-size: 1.02rem; margin: 0; max-width: none; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.st-key-reassign_desk { gap: .6rem; flex-wrap: nowrap; }
.st-key-reassign_desk > :first-child { min-width: 0; flex: 1 1 0; }
/* The desk's own button puts the panel away. */
.st-key-reassign_desk:has(.rd-wide) > :last-child { display: none; }
.st-key-reassign_panel { max-height: calc(100dvh - 214px); overflow: hidden auto; gap: .5rem; }
/* Where all of it does not fit, it scrolls: a text area would give way to nothing. */
.st-key-reassign_panel > * { flex-shrink: 0; }
.st-key-reassign_said:empty { display: none; }
.st-key-reassign_panel p, .rs-list { font-size: .87rem; line-height: 1.4; }
.rs-list { margin: 0; padding: 0 0 0 1.3rem; }
.rs-list li { padding: .1rem 0; }
.rs-place { font: inherit; color: var(--db-link); background: none; border: 0; padding: 0; cursor: pointer;
  text-decoration: underline; text-underline-offset: 2px; }
.rs-muted { color: var(--db-muted); font-size: .84rem; margin: 0; line-height: 1.4; }
.st-key-reassign_panel [data-testid="stButtonGroup"] button { padding: 2px 3px; min-width: 0;
  flex: 1 1 auto; }
.st-key-reassign_panel [data-testid="stButtonGroup"] button p { font-size: .8rem; }
.st-key-reassign_panel [data-testid="stButtonGroup"] > div { flex-wrap: nowrap; }
.st-key-reassign_solving { border: 1px solid var(--db-rule); border-radius: 6px; padding: .5rem .6rem; }
.rs-solving { margin: 0; padding: 0 0 0 1.1rem; font-size: .84rem; line-height: 1.4;
  font-variant-numeric: tabular-nums; }
.rs-figures { width: 100%; font-size: .82rem; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.rs-figures th { font-weight: 500; color: var(--db-muted); text-align: left; }
.rs-figures td, .rs-figures th { padding: 2px 4px 2px 0; border-bottom: 1px solid var(--db-rule); }
.rs-figures :is(td, th):not(:first-child) { text-align: right; white-space: nowrap; }
.rs-plans { max-height: 46dvh; overflow: auto; max-width: 75rem; }
.rs-plans thead th { position: sticky; top: 0; z-index: 1; background: var(--db-paper); }
.rs-plans .db-table :is(th, td):not(:nth-child(5)) { text-align: left; }
/* The whole row is the link. */
.rs-plans tbody tr { position: relative; }
.rs-plans a { color: var(--db-link); font-weight: 500; }
.rs-plans thead a { color: inherit; font-weight: inherit; }
.rs-plans tbody a::after { content: ""; position: absolute; inset: 0; }
.rs-head { font-weight: 600; font-size: .92rem; margin: .3rem 0 0; }
</style>"""


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    st.html(STYLE)
    view, faults = state.current(ReassignView())
    for fault in faults:
        st.warning(fault.message(current_lang()))
    names = {unit.code: unit.name for unit in wards(guard.database(), actor).units if unit.level == "ward"}
    if not names:
        st.info(t("reassign.no_wards"))
        return
    view = _chosen(actor, view, names)
    state.keep(view, ReassignView())
    left = reassign_state.held_other(view.draft)
    if left is not None:  # what was pressed just before turning to another draft
        _taken(Page(actor, view, left))
    if view.draft is None:
        context_bar.say(unit=names.get(view.unit or ""))
        reassign_start.show(actor, view, names)
        return
    try:
        work = reassign_state.work_for(actor, view.draft)
    except DiaBanError as fault:
        context_bar.say(unit=names.get(view.unit or ""))
        st.error(fault.message(current_lang()))
        return
    context_bar.say(unit=work.desk.unit_name, as_of=formats.day(work.opened.draft.effective_on))
    asked = {"day": work.desk.day, "unit": view.unit, "plan": view.draft}
    briefing_add.offer(actor, "reassign", verdict(work), asked, state.to_query(view, ReassignView()))
    _desk(Page(actor, view, work))


def _chosen(actor: Actor, view: ReassignView, names: dict[str, str]) -> ReassignView:
    """Draw the row above the map and return the view as the reader has it now."""
    drafts = plan_drafts.drafts(guard.database(), actor)
    asked = st.session_state.pop(reassign_start.OPEN, None)
    shown = next((draft for draft in drafts if draft.code == (asked or view.draft)), None)
    if shown is not None and (asked or _UNIT not in st.session_state):
        st.session_state[_UNIT], st.session_state[_DRAFT] = shown.unit_code, shown.code
    unit, draft, compare, branch, new = st.columns(_TOP, gap="small", vertical_alignment="bottom")
    with unit:
        code = _pick(_UNIT, t("reassign.unit"), names, view.unit)
    here = [each for each in drafts if code in {_NONE, each.unit_code}]
    with draft:
        open_code = _pick(_DRAFT, t("reassign.draft"), _labels(here), view.draft)
    with compare:
        others = {TODAY: t("reassign.compare_today"), **_labels([d for d in here if d.code != open_code])}
        beside = _pick(_COMPARE, t("reassign.compare"), others, view.compare, none=t("reassign.compare_none"))
    if open_code and actor.may(Permission.PLAN):
        with branch:
            _branch(actor, open_code)
    if actor.may(Permission.PLAN):
        with new, st.popover(t("reassign.new"), width="stretch"):
            reassign_start.create(actor, code or None, names)
    return replace(view, unit=code or None, draft=open_code or None, compare=beside if open_code else "")


def _pick(key: str, label: str, names: dict[str, str], start: str | None, *, none: str | None = None) -> str:
    if start and start not in names and key not in st.session_state:
        names = {**names, start: start}  # of a mistyped link: the answer will tell
    if st.session_state.get(key) not in {None, _NONE, *names}:
        del st.session_state[key]
    chosen = st.selectbox(
        label,
        [_NONE, *names],
        key=state.seeded(key, start or _NONE),
        format_func=lambda code: names.get(code, code) if code else none or t("reassign.all"),
    )
    return chosen or _NONE


def _labels(drafts: list[Draft]) -> dict[str, str]:
    # Not their states: the browser keeps the label of what is chosen although it changes.
    return {draft.code: f"{draft.title} · {draft.code}" for draft in drafts}


def _branch(actor: Actor, code: str) -> None:
    if st.button(t("reassign.branch"), help=t("reassign.branch_help"), width="stretch"):
        parent = plan_drafts.load(guard.database(), actor, code).draft.title
        made = plan_drafts.branch(guard.database(), actor, code, t("reassign.branch_title", title=parent))
        reassign_start.open_next(made.draft.code)


@st.fragment
def _desk(page: Page) -> None:
    """The map and what stands beside it: a stroke runs this alone, and the map stays."""
    page = _taken(page)
    sentence = escape(verdict(page.work))
    st.html(f'<p class="db-verdict rs" title="{sentence}">{sentence}</p>')
    with st.container(horizontal=True, gap="small", key="reassign_desk"):
        with st.container(width="stretch"):
            ground = tiles.base_version(guard.database(), page.actor)
            reassign_map.show(page.actor.name, page.work, _compared(page), ground, editable=page.may_edit)
        with st.container(key="reassign_panel", width=_PANEL_PX):
            _panel(page)


def _taken(page: Page) -> Page:
    """Take in what the browser has sent since, each stroke once and in order, and keep it for the planner."""
    strokes, ask = reassign_map.strokes(), None
    while True:
        work, ask, refused = reassign_state.current(page).taken(strokes)
        page = replace(page, work=reassign_state.keep(work))
        for fault in refused:
            reassign_state.note(fault.message(current_lang()), bad=True)
        if ask is None:
            break
        page = _asked(page, ask)
    remember(page.actor, page.work)
    return page


def _asked(page: Page, ask: Ask) -> Page:
    if ask.op == "save":
        reassign_state.store(page, ask=ask)
        return replace(page, work=reassign_state.current(page))
    st.session_state[_CUT] = (page.work.key, ask)
    return replace(page, work=reassign_state.keep(page.work.answered(ask)))


def _panel(page: Page) -> None:
    # In one box, whatever there is to say: what stands below keeps its place, and what is typed there stays.
    with st.container(key="reassign_said", gap="small"):
        for each in reassign_state.notes():
            (st.error if each.bad else st.success)(each.sentence)
        if page.may_edit:
            _save(page)
            _back(page)
            _conflict(page)
            _cut(page)
    part = st.segmented_control(
        t("reassign.part"),
        list(Part),
        key=state.seeded(_PART, page.view.part),
        format_func=lambda part: t(f"reassign.part.{part.value}"),
        label_visibility="collapsed",
        width="stretch",
        required=True,
    )
    part = Part(part or page.view.part)
    _PARTS[part](page)
    kept, _ = state.current(ReassignView())
    state.keep(replace(kept, part=part), ReassignView())


def _save(page: Page) -> None:
    said, button = st.columns((2.1, 1), vertical_alignment="center", gap="small")
    dirty = page.work.dirty
    said.html(muted(t("reassign.unsaved" if dirty else "reassign.saved")))
    if button.button(
        t("reassign.save"), type="primary" if dirty else "secondary", disabled=not dirty, width="stretch"
    ):
        if reassign_state.store(page):
            reassign_state.note(t("reassign.stored"))
        st.rerun(scope="app")


def _conflict(page: Page) -> None:
    """Another planner saved first: say what differs, and let one's own moves be put on top."""
    fault = reassign_state.conflict(page)
    if fault is None:
        return
    st.warning(fault.message(current_lang()))
    if st.button(t("reassign.reapply"), width="stretch"):
        both = reassign_state.reapply(page, fault)
        names = ", ".join(fault.theirs.desk.names[unit] for unit in both)
        said = t("reassign.reapplied_both", names=names) if both else t("reassign.reapplied")
        reassign_state.note(said)
        st.rerun(scope="app")
    if st.button(t("reassign.give_way"), width="stretch"):
        reassign_state.give_way(page, fault)
        st.rerun(scope="app")


def _back(page: Page) -> None:
    """Say what came back after the window was gone, and offer to drop it."""
    found = reassign_state.back(page)
    if found is None:
        return
    at = formats.moment(found.kept_at)
    said = t("reassign.back", n=formats.counted(found.strokes), at=at)
    if found.changed:
        said = t("reassign.back_changed", n=formats.counted(found.strokes), at=at)
    if found.both:
        said += " " + t("reassign.back_both", names=", ".join(found.both))
    if found.gone:
        said += " " + t("reassign.back_gone", blocks=", ".join(found.gone))
    (st.warning if found.changed else st.info)(said)
    if st.button(t("reassign.back_drop"), width="stretch"):
        reassign_state.dropped(page)
        reassign_state.again()


def _cut(page: Page) -> None:
    """A line was drawn across a block: count both sides, and cut it if the planner says so."""
    desk, ask = st.session_state.get(_CUT, (None, None))
    if desk != page.work.key or ask is None or not 0 <= ask.unit < len(page.work.desk.codes):
        return
    draft, block, name = (
        page.work.opened.draft,
        page.work.desk.codes[ask.unit],
        page.work.desk.names[ask.unit],
    )
    line = shapely.LineString(ask.line)
    try:
        halves = plan_splits.look_at_split(guard.database(), page.actor, draft.code, block, line)
    except InputError as fault:
        del st.session_state[_CUT]
        st.error(fault.message(current_lang()))
        return
    one, other = (formats.counted(count) for count in halves.households)
    st.info(t("reassign.cut", block=name, one=one, other=other))
    yes, no = st.columns(2, gap="small")
    if yes.button(t("reassign.cut_yes"), width="stretch", type="primary"):
        del st.session_state[_CUT]
        _cut_now(page, block, line)
    if no.button(t("reassign.cut_no"), width="stretch"):
        del st.session_state[_CUT]
        reassign_state.again()


def _cut_now(page: Page, block: str, line: shapely.LineString) -> None:
    # What is not stored would be lost: the cut makes another desk.
    if page.work.dirty and reassign_state.store(page) is None:
        st.rerun(scope="app")
    code = page.work.opened.draft.code
    try:
        plan_splits.add_split(guard.database(), page.actor, code, block, line)
    except DiaBanError as fault:
        reassign_state.note(fault.message(current_lang()), bad=True)
    reassign_state.reopened(plan_drafts.load(guard.database(), page.actor, code))
    st.rerun(scope="app")


def _compared(page: Page) -> Compared | None:
    beside = page.view.compare
    if not beside:
        return None
    if beside == TODAY:
        return Compared(t("reassign.compare_today"), page.work.plan.problem.owner.tolist())
    try:
        other = plan_drafts.load(guard.database(), page.actor, beside)
    except DiaBanError as fault:
        reassign_state.note(fault.message(current_lang()), bad=True)
        return None
    return Compared(other.draft.title, in_parts_of(page.work.desk, other.desk, other.owner))

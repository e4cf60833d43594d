"""Before a draft is open: the plans there are, and a form for a new one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.kinds import PlanState
from geo.domain.roles import Actor, Permission
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.records import Draft
from geo.ui import clock, formats, guard, state
from geo.ui.i18n import current_lang, t
from geo.ui.reassign.state import Part, ReassignView

OPEN = "reassign.open"
# What each column of the list is sorted by.
_COLUMNS: dict[str, Callable[[Draft], Any]] = {
    "title": lambda draft: formats.alphabetical(draft.title),
    "ward": lambda draft: formats.alphabetical(draft.unit_name),
    "state": lambda draft: list(PlanState).index(draft.state),
    "from": lambda draft: draft.effective_on,
    "moved": lambda draft: draft.moved,
    "by": lambda draft: draft.author or "",
    "code": lambda draft: draft.code,
}
_DAYS_AHEAD = 7


def open_next(code: str) -> None:
    """Open a draft with the next run of the page, which begins now."""
    st.session_state[OPEN] = code
    st.rerun(scope="app")


def show(actor: Actor, view: ReassignView, names: dict[str, str]) -> None:
    """Show the plans of a ward, or of all, and how to begin one."""
    unit, found = view.unit, plan_drafts.drafts(guard.database(), actor, view.unit)
    waiting = sum(draft.state is PlanState.SUBMITTED for draft in found)
    if found:
        said = t("reassign.plans", n=formats.counted(len(found)), waiting=formats.number(waiting))
        st.html(f'<p class="db-verdict">{said}</p>')
        _table(actor, view, _sorted(found, view.sort))
    elif actor.may(Permission.PLAN):
        st.html(f'<p class="db-verdict">{t("reassign.no_plans")}</p>')
    if actor.may(Permission.PLAN):
        with st.container(border=True, width=520):
            st.html(f'<p class="rs-head">{t("reassign.new_head")}</p>')
            create(actor, unit, names, key="start")
    elif not found:
        st.info(t("reassign.none_for_commander"))


def create(actor: Actor, unit: str | None, names: dict[str, str], *, key: str = "top") -> None:
    """Draw the form of a new draft; it is opened at once."""
    first = clock.today() + timedelta(days=_DAYS_AHEAD)
    with st.form(f"reassign.new.{key}", border=False):
        ward = unit or st.selectbox(t("reassign.unit"), list(names), format_func=names.__getitem__)
        title = st.text_input(t("reassign.title"), value=t("reassign.title_default"))
        day = st.date_input(
            t("reassign.effective"), value=first, min_value=clock.today(), format="DD/MM/YYYY",
            help=t("reassign.effective_help"),
        )  # fmt: skip
        document = st.text_input(t("reassign.document"), help=t("reassign.document_help"))
        if not st.form_submit_button(t("reassign.create"), type="primary"):
            return
    try:
        made = plan_drafts.create(
            guard.database(),
            actor,
            ward,
            title=title,
            effective_on=day,
            document=document or None,
            today=clock.today(),
        )
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    open_next(made.draft.code)


def _sorted(found: Sequence[Draft], sort: str) -> Sequence[Draft]:
    column = _COLUMNS.get(sort.removeprefix("-"))
    return sorted(found, key=column, reverse=sort.startswith("-")) if column else found


def _table(actor: Actor, view: ReassignView, found: Sequence[Draft]) -> None:
    # Not a grid of Streamlit's: there the keyboard opens what it only passes by.
    head = "".join(_heading(view, name) for name in _COLUMNS)
    st.html(
        f'<div class="rs-plans"><table class="db-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_row(actor, draft) for draft in found)}</tbody></table></div>"
    )


def _heading(view: ReassignView, name: str) -> str:
    """A column's name; pressed it sorts by the column, again the other way round, then as at first."""
    sorted_by = {name: (f"-{name}", "▲", "ascending"), f"-{name}": ("", "▼", "descending")}
    following, mark, order = sorted_by.get(view.sort, (name, "", "none"))
    words = f"{t(f'reassign.col.{name}')} {mark}".rstrip()
    return f'<th aria-sort="{order}">{_link(replace(view, sort=following), words)}</th>'


def _link(view: ReassignView, words: str) -> str:
    query = urlencode(state.to_query(view, ReassignView()))
    return f'<a href="?{escape(query)}" target="_self">{escape(words)}</a>'


def _row(actor: Actor, draft: Draft) -> str:
    part = Part.DECIDE if _waits_for(actor, draft) else Part.CHANGES
    link = _link(ReassignView(unit=draft.unit_code, draft=draft.code, part=part), draft.title)
    cells = (
        draft.unit_name, t(f"reassign.state.{draft.state.value}"), formats.day(draft.effective_on),
        formats.number(draft.moved), draft.author or formats.NOTHING, draft.code,
    )  # fmt: skip
    return f"<tr><th>{link}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _waits_for(actor: Actor, draft: Draft) -> bool:
    """Whether the plan's next step is the reader's."""
    if draft.state is PlanState.SUBMITTED:
        return actor.may(Permission.APPROVE) and not draft.mine
    return draft.state is PlanState.APPROVED and actor.may(Permission.PLAN)

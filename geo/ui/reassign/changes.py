"""Beside the desk: what moved from whom and why, what the gate would refuse, moves by keyboard, the CSV."""

import numpy as np
import streamlit as st

from geo.planning import NOBODY
from geo.services.plans import decisions as plan_decisions
from geo.services.plans.drafts import explained
from geo.services.plans.groups import split_groups
from geo.ui import formats
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import csv as reassign_csv
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign.state import Page
from geo.ui.reassign.words import listed, muted, places

_MOST_MOVES = 200
_MOST_FAULTS = 8
_MOST_GROUPS = 12
_SOURCE = "reassign.source"


def show(page: Page) -> None:
    """Draw the part."""
    _faults(page)
    if page.may_edit:
        with st.expander(t("reassign.by_keyboard")):
            _by_keyboard(page)
    _moves(page)
    _groups(page)
    reassign_csv.show(page)


def _faults(page: Page) -> None:
    found, lang = plan_decisions.report(page.work.opened, page.work.owner), current_lang()
    if found.ok:
        st.html(muted(f"✓ {t('reassign.ok')}"))
        return
    lines = [page.work.desk.labels.violation(fault, lang) for fault in found.violations]
    more = len(lines) - _MOST_FAULTS
    if more > 0:
        lines = [*lines[:_MOST_FAULTS], t("reassign.more", n=formats.number(more))]
    st.html(listed(t("reassign.faults", n=formats.counted(len(found.violations))), lines))


def _moves(page: Page) -> None:
    work = page.work
    if not work.plan.moved_units:
        st.html(muted(t("reassign.no_moves" if page.may_edit else "reassign.no_moves_read")))
        return
    if work.plan.moved_units > _MOST_MOVES:
        st.html(muted(t("reassign.many_moves", n=formats.number(work.plan.moved_units))))
        return
    moves = explained(work.desk, work.owner, current_lang())
    st.html(listed(t("reassign.moves"), [said if move.contiguous else f"{said} ✂" for move, said in moves]))


def _groups(page: Page) -> None:
    """Name the khu phố that the plan parts."""
    if page.work.desk.problem.group is None:
        return
    found = split_groups(page.work.desk, page.work.owner)
    if not found:
        st.html(muted(f"✓ {t('reassign.groups_whole')}"))
        return
    more = (
        t("reassign.more", n=formats.number(len(found) - _MOST_GROUPS)) if len(found) > _MOST_GROUPS else ""
    )
    lines = [
        (f"data-desk-group={group.number}", group.name, group.said(current_lang()))
        for group in found[:_MOST_GROUPS]
    ]
    head = t("reassign.groups_split", n=formats.number(len(found)))
    st.html(places(head, lines, t("reassign.show_on_map"), more))


def _by_keyboard(page: Page) -> None:
    """Choose a block and a beat without the mouse; blocks of one beat: a ward can have thousands."""
    work = page.work
    names, beats = work.desk.names, work.desk.beats
    holders = [int(part) for part in np.unique(work.owner)]
    if st.session_state.get(_SOURCE) not in holders:
        st.session_state.pop(_SOURCE, None)
    source = st.selectbox(
        t("reassign.from_beat"),
        holders,
        key=_SOURCE,
        format_func=lambda part: t("reassign.map.nobody") if part == NOBODY else beats[part].name,
    )
    with st.form("reassign.keyboard", border=False):
        block = st.selectbox(
            t("reassign.block"),
            [int(unit) for unit in np.flatnonzero(work.owner == source)],
            format_func=lambda unit: names[unit],
        )
        beat = st.selectbox(
            t("reassign.to_beat"), range(len(beats)), format_func=lambda part: beats[part].name
        )
        if st.form_submit_button(t("reassign.move"), width="stretch"):
            after = work.moved(block, beat)
            if after.at == work.at:
                reassign_state.note(t("reassign.not_moved"), bad=True)
            reassign_state.keep(after)
            reassign_state.again()

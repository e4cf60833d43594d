"""One's briefings: their title, and their views in order with title and notes; stored when saved."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor
from geo.services import briefings
from geo.services.briefings import LONGEST_NOTES, LONGEST_TITLE, Briefing, View
from geo.ui import formats, guard
from geo.ui.briefing import present as briefing_present
from geo.ui.briefing.add import labels
from geo.ui.i18n import current_lang, t

_PICK = "briefing.pick"
_SAVED = "briefing.saved"


def show(actor: Actor, known: list[Briefing]) -> None:
    """Offer one briefing at a time to be edited."""
    st.subheader(t("briefing.mine"))
    if st.session_state.pop(_SAVED, None):
        st.success(t("briefing.saved"))
    by_code = {one.code: one for one in known}
    if st.session_state.get(_PICK) not in by_code:
        st.session_state.pop(_PICK, None)
    if known:
        names = labels(known)
        code = st.selectbox(t("briefing.which"), list(names), key=_PICK, format_func=names.__getitem__)
        _edit(actor, by_code[code])
    with st.popover(t("briefing.new")), st.form("briefing.create", border=False, clear_on_submit=True):
        title = st.text_input(t("briefing.title"), max_chars=LONGEST_TITLE)
        if st.form_submit_button(t("briefing.create"), type="primary"):
            _done(lambda: briefings.create(guard.database(), actor, title))


def _edit(actor: Actor, found: Briefing) -> None:
    st.caption(
        t("briefing.facts", views=len(found.views), cutoff=formats.moment(found.cutoff), code=found.code)
    )
    if found.views:
        link = f"/briefing?{briefing_present.ASKED}={found.code}"
        st.html(f'<a class="db-button" href="{link}" target="_self">{t("briefing.present")}</a>')
    else:
        st.info(t("briefing.no_views"))
    prefix = f"briefing.{found.code}.{found.version}"
    title = st.text_input(
        t("briefing.title"), found.title, max_chars=LONGEST_TITLE, disabled=not found.mine, key=prefix
    )
    views = [_view(found, i, view, f"{prefix}.{i}") for i, view in enumerate(found.views)]
    if not found.mine:
        return
    moved = _moved(found, views, prefix)
    if moved is not None or st.button(t("briefing.save"), type="primary", key=f"{prefix}.save"):
        _done(
            lambda: briefings.change(
                guard.database(), actor, found, title=title, views=views if moved is None else moved
            )
        )
    with st.popover(t("briefing.delete")):
        if st.button(t("briefing.sure", title=found.title), key=f"{prefix}.delete"):
            _done(lambda: briefings.delete(guard.database(), actor, found))


def _view(found: Briefing, position: int, view: View, key: str) -> View:
    with st.container(border=True):
        title = st.text_input(
            f"{position + 1}. {t('briefing.view_title')}", view.title, max_chars=LONGEST_TITLE,
            key=f"{key}.title", disabled=not found.mine,
        )  # fmt: skip
        with st.expander(t("briefing.notes"), expanded=bool(view.notes)):
            notes = st.text_area(
                t("briefing.notes"), view.notes, max_chars=LONGEST_NOTES, key=f"{key}.notes",
                label_visibility="collapsed", disabled=not found.mine,
            )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            if found.mine:
                st.button(t("briefing.up"), key=f"{key}.up", disabled=position == 0)
                st.button(t("briefing.down"), key=f"{key}.down", disabled=position == len(found.views) - 1)
                st.button(t("briefing.remove"), key=f"{key}.remove")
            st.link_button(t("briefing.open_view"), view.link)
    return replace(view, title=title, notes=notes)


def _moved(found: Briefing, views: list[View], prefix: str) -> list[View] | None:
    """Return the views in the order that a button asks for; None where none was pressed."""
    for i in range(len(found.views)):
        pressed = {name: st.session_state.get(f"{prefix}.{i}.{name}") for name in ("up", "down", "remove")}
        rest = views[:i] + views[i + 1 :]
        if pressed["remove"]:
            return rest
        if pressed["up"] or pressed["down"]:
            place = i + (1 if pressed["down"] else -1)
            return [*rest[:place], views[i], *rest[place:]]
    return None


def _done(change: Callable[[], object]) -> None:
    try:
        change()
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
    else:
        st.session_state[_SAVED] = True
        st.rerun()

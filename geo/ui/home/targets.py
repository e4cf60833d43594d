"""Targets and norms below the map of Home: what holds, by which document, and the form that sets one."""

from collections.abc import Sequence

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor, Permission
from geo.services.targets import SETTABLE, NewTarget, Targets, set_target
from geo.services.works.board import Board
from geo.ui import clock, formats, guard, table_box, works_words
from geo.ui.i18n import current_lang, t


def show(board: Board, targets: Targets, actor: Actor) -> None:
    """Show the targets and norms that hold for the place of `board`, and the form for who may set them."""
    codes = works_words.unit_codes(board)
    held = {measure: targets.of(measure, codes) for measure in SETTABLE}
    table_box.show(
        [t(f"home.target.{name}") for name in ("measure", "value", "whose", "document", "since")],
        [
            [t(f"works.measure.{measure}"), works_words.value(measure, target.value),
             target.unit_code or t("home.target.everybody"),
             t("works.default") if target.is_default else target.document or formats.NOTHING,
             formats.day(target.since)]
            for measure, target in held.items()
        ],
        t("home.target.caption", day=formats.day(board.query.day)),
    )  # fmt: skip
    form(board, targets, actor, key="home.target", measures=SETTABLE)


def form(board: Board, targets: Targets, actor: Actor, *, key: str, measures: Sequence[str]) -> None:
    """Offer to set one of `measures` to who may; somebody else's newer value is told, not overwritten.

    key : of the form and of the words that it is labelled with
    """
    if not actor.may(Permission.SET_TARGETS):
        return
    codes = works_words.unit_codes(board)
    own = codes[-1] if codes else None
    whose: dict[str | None, str] = {own: works_words.place_name(board) or own} if own else {}
    if actor.scope_key == "*":
        whose[None] = t("home.target.everybody")
    if not whose:  # of several units: each has its own
        st.caption(t("home.target.pick_unit"))
        return
    # A submit reads anew before it saves: what counts is what stood on the screen when it was sent.
    on_screen = st.session_state.get(f"{key}.seen", targets)
    st.session_state[f"{key}.seen"] = targets
    with st.form(key, border=True):
        st.markdown(f"**{t(f'{key}.set')}**")
        first, second = st.columns(2), st.columns(3)
        measure = first[0].selectbox(
            t(f"{key}.measure"), list(measures), format_func=lambda name: t(f"works.measure.{name}"),
            key=f"{key}.of",
        )  # fmt: skip
        unit = first[1].selectbox(
            t("home.target.whose"), list(whose), format_func=whose.__getitem__, key=f"{key}.whose"
        )
        number = second[0].number_input(t(f"{key}.value_help"), value=1.0, min_value=0.0, key=f"{key}.value")
        since = second[1].date_input(
            t("home.target.since"), value=clock.today(), format="DD/MM/YYYY", key=f"{key}.since"
        )
        document = second[2].text_input(t("home.target.document"), key=f"{key}.document")
        if st.form_submit_button(t(f"{key}.save")):
            wanted = NewTarget(measure, _stored(measure, number), document, since, unit)
            _save(actor, wanted, on_screen)


def _stored(measure: str, number: float) -> float:
    """Return a target as it is kept: shares are typed in percent."""
    return number / 100 if works_words.is_share(measure) else number


def _save(actor: Actor, wanted: NewTarget, on_screen: Targets) -> None:
    seen = on_screen.of(wanted.measure, (wanted.unit_code,) if wanted.unit_code else ())
    try:
        set_target(guard.database(), actor, wanted, seen)
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    st.toast(t("home.target.saved"))
    st.rerun()

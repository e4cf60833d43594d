"""The Briefing page: make a file, edit one's briefings, trace a printout; or one view a screen."""

import streamlit as st

from geo.domain.roles import Actor
from geo.services.briefings import Briefing, briefings
from geo.ui import guard
from geo.ui.briefing import items as briefing_items
from geo.ui.briefing import make as briefing_make
from geo.ui.briefing import present as briefing_present
from geo.ui.briefing import trace as briefing_trace
from geo.ui.i18n import t


def show(actor: Actor) -> None:
    """Draw the page for `actor`, or the presentation that the link asks for."""
    code = st.query_params.get(briefing_present.ASKED)
    if code:
        briefing_present.show(actor, code)
        return
    known = briefings(guard.database(), actor)
    st.html(f'<p class="db-verdict">{_verdict(known)}</p>')
    make, edit = st.columns((5, 6), gap="large")
    with make:
        briefing_make.show(actor, known)
        with st.expander(t("briefing.trace")):
            briefing_trace.show(actor)
    with edit:
        briefing_items.show(actor, known)


def _verdict(known: list[Briefing]) -> str:
    mine = [one for one in known if one.mine]
    if not mine:
        return t("briefing.verdict_none")
    return t("briefing.verdict", mine=len(mine), views=sum(len(one.views) for one in mine))

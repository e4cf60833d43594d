"""From the code at the foot of a printout to what was asked, by whom, when and what for."""

import json

import pandas as pd
import streamlit as st

from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.services import exports
from geo.ui import formats, guard
from geo.ui.i18n import current_lang, t


def show(actor: Actor) -> None:
    """Ask for the code and show what bears it."""
    with st.form("briefing.trace", border=False):
        printed = st.text_input(t("briefing.trace_code"), max_chars=40)
        sent = st.form_submit_button(t("briefing.trace_go"))
    if not sent:
        return
    try:
        found = exports.trace(guard.database(), actor, printed.lstrip("# "))
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return
    if not found:
        st.info(t("briefing.trace_none"))
        return
    rows = [
        {
            t("briefing.when"): formats.moment(one.at),
            t("briefing.who"): one.actor,
            t("briefing.purpose_said"): one.purpose,
            t("briefing.kind"): one.kind,
            t("briefing.query"): json.dumps(dict(one.query), ensure_ascii=False),
            t("briefing.hash"): one.sha256,
        }
        for one in found
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content")

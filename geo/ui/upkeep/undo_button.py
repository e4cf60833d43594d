"""The button that takes back the reader's own last change, wherever it was made."""

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor
from geo.services import edits
from geo.services.edits import Change
from geo.ui import formats, guard
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep import households as upkeep_households
from geo.ui.upkeep.page import tell


def show(actor: Actor) -> None:
    """Draw the button; what it would take back stands in its hint."""
    change = edits.last_change(guard.database(), actor)
    hint = f"{_done(change)} · {formats.moment(change.at)}" if change else t("upkeep.undo.nothing")
    if not st.button(t("upkeep.undo"), disabled=change is None, help=hint, width="stretch", key="undo"):
        return
    try:
        undone = edits.undo_last(guard.database(), actor)
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        tell(t("upkeep.undone", what=_done(undone)))
        upkeep_households.reread()
    st.rerun()


def _done(change: Change) -> str:
    n = formats.number(len(change.keys))
    return t(f"upkeep.done.{change.action}", n=n, row=change.keys[0])

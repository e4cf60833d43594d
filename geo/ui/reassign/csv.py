"""The assignments of the draft as a CSV file, out (logged, with its purpose) and in."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Permission
from geo.services.plans import assignment_csv as plan_csv
from geo.ui import formats, guard
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign.state import Page

_LONGEST_PURPOSE = 200
_MOST_FAULTS = 6


def show(page: Page) -> None:
    """Draw what takes the list along and what brings one in."""
    if not page.actor.may(Permission.EXPORT):
        return
    with st.expander(t("reassign.csv")):
        _out(page)
        if page.may_edit:
            _in(page)


def purpose_field(key: str) -> str:
    """Ask what a file is for; without an answer nothing is handed out."""
    return st.text_input(
        t("reassign.purpose"), key=key, max_chars=_LONGEST_PURPOSE, help=t("reassign.purpose_help")
    ).strip()


def _out(page: Page) -> None:
    purpose = purpose_field("reassign.csv.purpose")
    database, actor, shown = guard.database(), page.actor, replace(page.work.opened, owner=page.work.owner)
    name = f"{shown.draft.code}.csv"

    def made() -> bytes:
        with TemporaryDirectory() as folder:
            out = Path(folder, name)
            plan_csv.write_csv(database, actor, shown, out, purpose=purpose)
            return out.read_bytes()

    st.download_button(
        t("reassign.csv_out"), made, file_name=name, mime="text/csv", disabled=not purpose,
        on_click="ignore", width="stretch",
    )  # fmt: skip


def _in(page: Page) -> None:
    """Read a file into the draft as one stroke; rows that cannot be taken are named with their reason."""
    given = st.file_uploader(
        t("reassign.csv_in"), type="csv", key="reassign.csv.file", help=t("reassign.csv_in_help")
    )
    if given is None or not st.button(t("reassign.csv_take"), width="stretch"):
        return
    lang, work = current_lang(), page.work
    try:
        with TemporaryDirectory() as folder:
            file = Path(folder, "assignments.csv")
            file.write_bytes(given.getvalue())
            found = plan_csv.read_csv(page.actor, replace(work.opened, owner=work.owner), file)
    except DiaBanError as fault:
        st.error(fault.message(lang))
        return
    for wrong in found.faults[:_MOST_FAULTS]:
        reassign_state.note(
            t("reassign.csv_row", row=wrong.row, reason=wrong.reason.sentence(lang)), bad=True
        )
    changed, faults = formats.counted(found.changed), formats.counted(len(found.faults))
    reassign_state.note(t("reassign.csv_taken", changed=changed, faults=faults))
    reassign_state.keep(work.given(found.owner))
    reassign_state.again()

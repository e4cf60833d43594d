"""The assignments of the draft as a CSV file, out (logged, with its purpose) and in."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Permission
from geo.services import exports, plan_csv
from geo.ui import guard, reassign_state
from geo.ui.i18n import current_lang, t
from geo.ui.reassign_state import Page

_LONGEST_PURPOSE = 200


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
    database, actor, work = guard.database(), page.actor, page.work
    name = f"{work.opened.draft.code}.csv"

    def made() -> bytes:
        with TemporaryDirectory() as folder:
            out = Path(folder, name)
            out.write_bytes(plan_csv.written(work.desk, work.owner))
            exports.log(
                database, actor, "assignments.csv", out, purpose=purpose,
                query={"plan": work.opened.draft.code}, rows=len(work.owner),
            )  # fmt: skip
            return out.read_bytes()

    st.download_button(
        t("reassign.csv_out"), made, file_name=name, mime="text/csv", disabled=not purpose,
        on_click="ignore", width="stretch",
    )  # fmt: skip


def _in(page: Page) -> None:
    given = st.file_uploader(
        t("reassign.csv_in"), type="csv", key="reassign.csv.file", help=t("reassign.csv_in_help")
    )
    if given is None or not st.button(t("reassign.csv_take"), width="stretch"):
        return
    try:
        owner = plan_csv.read(page.work.desk, given.getvalue())
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    reassign_state.keep(page.work.given(owner))
    st.rerun(scope="fragment")

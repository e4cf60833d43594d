"""Reports of the month: which beats have sent their counts, and what is stored today beside them."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Permission
from geo.services import beat_reports
from geo.services.beat_reports import MonthReport
from geo.ui import formats, guard
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep.page import Page, tell

_TABLE_PX = 500
_MANY = 14


def show(page: Page) -> None:
    """Draw the beats with what they reported for the month."""
    this = page.day.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    choose, send = st.columns((2, 3), gap="small", vertical_alignment="bottom")
    month = choose.selectbox(
        t("upkeep.month"),
        [this, last],
        format_func=lambda day: f"{day:%m/%Y}",
        key="upkeep.report.month",
        label_visibility="collapsed",
    )
    found = beat_reports.reports(guard.database(), page.actor, month, page.day)
    own = next((each for each in found if each.beat == page.beat.code), None)
    if own and page.may(Permission.EDIT_COUNTS):
        words = t("upkeep.report.send", beat=own.beat_name, month=f"{month:%m/%Y}")
        if send.button(words, type="primary", width="stretch"):
            _send(page, own)
    sent = sum(each.reported is not None for each in found)
    st.caption(
        t(
            "upkeep.report.verdict",
            month=f"{month:%m/%Y}",
            n=formats.number(sent),
            all=formats.number(len(found)),
        )
    )
    st.dataframe(
        _table(found), hide_index=True, width="stretch", height="content" if len(found) < _MANY else _TABLE_PX
    )


def _table(found: list[MonthReport]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("upkeep.report.state"): [_state(each) for each in found],
            t("upkeep.beat"): [f"{each.beat_name} · {each.unit_name}" for each in found],
            t("upkeep.report.households"): [formats.number(each.stored[0]) for each in found],
            t("upkeep.report.reported"): [_people(each.reported) for each in found],
            t("upkeep.report.stored"): [_people(each.stored) for each in found],
        }
    )


def _state(each: MonthReport) -> str:
    if each.reported is None:
        return t("upkeep.report.due")
    return t("upkeep.report.sent", moment=formats.moment(each.reported_at))


def _people(counts: tuple[int, int, int, int] | None) -> str:
    return " / ".join(formats.number(value) for value in counts[1:]) if counts else formats.NOTHING


def _send(page: Page, own: MonthReport) -> None:
    try:
        beat_reports.send(guard.database(), page.actor, own.beat, own.month, page.day, version=own.version)
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        tell(t("upkeep.report.done", beat=own.beat_name))
    st.rerun()

"""Incidents of a beat, those due longest ago first, moved on step by step."""

from datetime import date, datetime, time

import pandas as pd
import streamlit as st

from geo import settings
from geo.domain.errors import DiaBanError
from geo.domain.kinds import IncidentStatus
from geo.domain.roles import Permission
from geo.services import incident_desk
from geo.services.incident_desk import IncidentRow
from geo.ui import clock, formats, guard, map_frame
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep.page import Page, tell

_TABLE_AND_CARD = (7.4, 2.8)
_TABLE = "upkeep.incidents.table"
_TABLE_PX = 500
_MANY = 14


def show(page: Page) -> None:
    """Draw the list and the incident that is picked."""
    resolved = st.segmented_control(
        t("upkeep.status"),
        [False, True],
        default=False,
        required=True,
        format_func=lambda each: t(f"upkeep.incidents.{'resolved' if each else 'open'}"),
        label_visibility="collapsed",
        key="upkeep.incidents.which",
    )
    found = incident_desk.incidents(
        guard.database(), page.actor, clock.now(), page.beat.code, resolved=bool(resolved)
    )
    if not found:
        st.info(t("upkeep.incidents.none"))
        return
    if not resolved:
        late = sum(each.days_late > 0 for each in found)
        st.caption(t("upkeep.incidents.verdict", n=formats.number(len(found)), late=formats.number(late)))
    table, card = st.columns(_TABLE_AND_CARD, gap="small")
    with table:
        _show_table(found)
    position = map_frame.picked_position(_TABLE, len(found))
    with card:
        if position is None:
            st.caption(t("upkeep.pick_incident"))
        else:
            _card(page, found[position])


def _show_table(found: list[IncidentRow]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                t("upkeep.late"): [late_words(each.days_late) for each in found],
                t("upkeep.due"): [formats.moment(each.due_at) for each in found],
                t("upkeep.kind"): [_kind(each) for each in found],
                t("upkeep.status"): [t(f"upkeep.status.{each.status}") for each in found],
                t("upkeep.block"): [each.block_name or formats.NOTHING for each in found],
                t("upkeep.incident"): [each.code for each in found],
            }
        ),
        hide_index=True,
        width="stretch",
        height="content" if len(found) < _MANY else _TABLE_PX,
        column_config={t("upkeep.kind"): st.column_config.TextColumn(width=152)},
        key=_TABLE,
        on_select="rerun",
        selection_mode="single-cell",
    )


def late_words(days: int) -> str:
    """Return how late something is: a sign besides the words, and nothing where it is in time."""
    return t("upkeep.late_days", n=formats.number(days)) if days else ""


def _kind(each: IncidentRow) -> str:
    return each.category_en if current_lang() == "en" else each.category_vi


def _card(page: Page, each: IncidentRow) -> None:
    st.markdown(f"**{each.code}** · {t(f'upkeep.status.{each.status}')}")
    facts = (
        ("upkeep.kind", _kind(each)),
        ("upkeep.origin", t(f"upkeep.origin.{each.origin}")),
        ("upkeep.occurred", formats.moment(each.occurred_from)),
        ("upkeep.recorded", formats.moment(each.recorded_at)),
        ("upkeep.due", formats.moment(each.due_at)),
    )
    st.caption("  \n".join(f"{t(key)}: {value}" for key, value in facts))
    step = each.next_step
    if step is None or not page.may(Permission.EDIT_INCIDENTS):
        return
    due = each.due_at.astimezone(settings.load().timezone).date() if each.due_at else None
    wanted = st.date_input(t("upkeep.new_due"), value=due, format="DD/MM/YYYY", key=f"upkeep.due.{each.code}")
    if st.button(t(f"upkeep.step.{step.value}"), type="primary", width="stretch"):
        _move(page, each, step, wanted if isinstance(wanted, date) and wanted != due else None)


def _move(page: Page, each: IncidentRow, step: IncidentStatus, due: date | None) -> None:
    try:
        incident_desk.move(
            guard.database(), page.actor, each.code, each.version, step, clock.now(),
            due_at=end_of(due) if due else None,
        )  # fmt: skip
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        tell(t("upkeep.moved", code=each.code, status=t(f"upkeep.status.{step.value}").lower()))
    st.rerun()


def end_of(day: date) -> datetime:
    """Return the last minute of `day` where the deployment is: what is due on a day is due by then."""
    return datetime.combine(day, time(23, 59), settings.load().timezone)

"""A new incident: where by a click on the map, what and when beside it."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from geo import settings
from geo.domain.errors import DiaBanError
from geo.domain.kinds import Origin
from geo.maps import upkeep_layers as layers
from geo.maps.areas import bounds_latlon
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay, Paint
from geo.maps.palettes import ACCENT, OUTLINE
from geo.services import incident_desk
from geo.services.incident_desk import NewIncident
from geo.ui import clock, formats, guard, map_frame
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep.incidents import end_of
from geo.ui.upkeep.page import Ground, Page, ground, lonlat, newest_click, show_map, tell

_MAP_AND_PANEL = (6.6, 3.8)
_ABOVE_MAP_PX = 190
_KEY, _AT = "upkeep.record.map", "upkeep.record.at"
_PRECISIONS_M = (10, 50, 150, 500)
_USUAL_DAYS = 3


def show(page: Page) -> None:
    """Draw the map and the form."""
    map_frame.fill_height(_ABOVE_MAP_PX)
    _map_and_form(page)


@st.fragment
def _map_and_form(page: Page) -> None:
    on = ground(page)
    click = newest_click(on, _KEY)
    if click and click.code and click.layer == layers.GROUND:
        st.session_state[_AT] = click.code.replace(",", ", ")
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with panel:
        at = st.text_input(t("upkeep.at"), key=_AT, help=t("upkeep.click_place"))
        _form(page, at)
    with map_side:
        show_map(on, _overlay(page, on, at), _KEY)


def _form(page: Page, at: str) -> None:
    every = incident_desk.categories(guard.database(), page.actor)
    names = {each.code: each.name_en if current_lang() == "en" else each.name_vi for each in every}
    now = clock.now()
    with st.form("upkeep.record", border=False):
        category = st.selectbox(t("upkeep.kind"), list(names), format_func=lambda code: names[code])
        left, right = st.columns(2, gap="small")
        origin = left.selectbox(
            t("upkeep.origin"),
            [each.value for each in Origin],
            format_func=lambda each: t(f"upkeep.origin.{each}"),
        )
        precision = right.selectbox(
            t("upkeep.precision"), _PRECISIONS_M, index=1, format_func=lambda m: t("upkeep.metres", n=m)
        )
        start = _moment(t("upkeep.from"), "from", now - timedelta(hours=1))
        stop = _moment(t("upkeep.to"), "to", now)
        due = st.date_input(
            t("upkeep.new_due"), value=now.date() + timedelta(days=_USUAL_DAYS), format="DD/MM/YYYY"
        )
        if not st.form_submit_button(t("upkeep.record"), type="primary", width="stretch"):
            return
    try:
        lon, lat = lonlat(at)
    except ValueError:
        st.error(t("upkeep.click_place"))
        return
    new = NewIncident(
        category, origin, start, stop, lon, lat, float(precision),
        due_at=end_of(due) if isinstance(due, date) else None,
    )  # fmt: skip
    try:
        code = incident_desk.record(guard.database(), page.actor, new, clock.now())
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    st.session_state.pop(_AT, None)
    tell(t("upkeep.recorded_as", code=code))
    st.rerun()


def _moment(label: str, name: str, start: datetime) -> datetime:
    """Draw a day and an hour; return the moment where the deployment is."""
    left, right = st.columns((1.2, 1), gap="small")
    day = left.date_input(label, value=start.date(), format="DD/MM/YYYY", key=f"upkeep.record.{name}.day")
    hour = right.time_input(
        label, value=time(start.hour, start.minute), step=300, key=f"upkeep.record.{name}.hour",
        label_visibility="hidden",
    )  # fmt: skip
    assert isinstance(day, date)
    return datetime.combine(day, hour, settings.load().timezone)


def _overlay(page: Page, on: Ground, at: str) -> Overlay:
    try:
        lon, lat = lonlat(at)
    except ValueError:
        point = None
    else:
        point = layers.dots([at], [lon], [lat], on.theme, key=at, clicks=False)
    accent = ACCENT[on.theme]
    own = on.blocks[on.blocks["in_beat"]]
    return Overlay(
        shapes={layers.DRAWN: point},
        areas={layers.DRAWN: {at: Paint(accent, 1.0, outline=accent, weight=11.0)}} if point else {},
        legend=Legend(
            t("upkeep.legend.place"),
            t("upkeep.legend.unit", beat=page.beat.code),
            (
                LegendEntry(accent, t("upkeep.legend.point")),
                LegendEntry(OUTLINE[on.theme], t("upkeep.legend.blocks")),
            ),
            (t("upkeep.click_place"),) if not point else (formats.NOTHING,),
        ),
        fit_key=page.beat.code,
        fit_bounds=bounds_latlon(list(own.geometry)),
    )

"""The Hotspots page: settings, the sentence, the map that stays, and what stands beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from typing import TypeVar

import folium
import streamlit as st

from geo.domain.errors import DiaBanError, InputError
from geo.domain.roles import Actor
from geo.maps.areas import Areas
from geo.maps.basemap import Basemap
from geo.maps.furniture import framed_map
from geo.maps.palettes import Theme
from geo.services import tiles
from geo.services.hotspots.change import density_change
from geo.services.hotspots.clusters import Method, clusters
from geo.services.hotspots.emerging import emerging_hotspots
from geo.services.hotspots.review import (
    BANDWIDTHS_M,
    SMALL_N,
    Choices,
    HotspotQuery,
    Review,
    by_category,
    choices,
    density,
    review,
)
from geo.services.hotspots.risk import risk
from geo.services.hotspots.spots import Spots, hotspot_spots
from geo.services.wards import Wards
from geo.ui import clock, context_bar, folium_map, formats, guard, map_frame, state
from geo.ui.briefing import add as briefing_add
from geo.ui.folium_map import AreaClick, MapArguments
from geo.ui.hotspots import card as hotspots_card
from geo.ui.hotspots import clusters as hotspots_clusters
from geo.ui.hotspots import effect as hotspots_effect
from geo.ui.hotspots import emerging as hotspots_emerging
from geo.ui.hotspots import export as hotspots_export
from geo.ui.hotspots import map as hotspots_map
from geo.ui.hotspots import places as hotspots_places
from geo.ui.hotspots import repeat as hotspots_repeat
from geo.ui.hotspots import spots as hotspots_spots
from geo.ui.hotspots import trust as hotspots_trust
from geo.ui.hotspots import when as hotspots_when
from geo.ui.hotspots.choice import chosen
from geo.ui.hotspots.map import Shown, Surfaces
from geo.ui.hotspots.page import MODE_KEY, Page
from geo.ui.hotspots.panel import STYLE, picked_row, ward_figures, ward_table
from geo.ui.hotspots.settings import Offered, fitting_radius, settings
from geo.ui.hotspots.state import HotspotsView, Layer, Listed, Mode, Preset, compared, question, usable
from geo.ui.hotspots.verdict import verdict
from geo.ui.i18n import current_lang, t

_COLUMNS = (1.72, 11.0)
_MAP_AND_PANEL = (8.1, 3.05)
_ABOVE_MAP_PX = 292
_TABLE_PX = 470
_TABLE_BESIDE_PX = 170
_MAP = "hotspots.map"
_TABLE = "hotspots.table"
_SPOT_LIST = "hotspots.spot_list"
_LISTED = "hotspots.listed"
_METHOD = "hotspots.method"
_LAYER = "hotspots.layer"

Value = TypeVar("Value")


# Each shows its part of the answer for a page and its view, and returns the view as its own settings left it.
_PARTS: dict[Mode, Callable[[Page, HotspotsView], HotspotsView]] = {
    Mode.WHEN: hotspots_when.show,
    Mode.PLACES: hotspots_places.show,
    Mode.REPEAT: hotspots_repeat.show,
    Mode.TRUST: hotspots_trust.show,
    Mode.EFFECT: hotspots_effect.show,
}


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    st.html(STYLE)
    with st.spinner(t("hotspots.reading_first")):
        found = choices(guard.database(), actor)
    if not len(found.wards):
        _show_empty()
        return
    offered = Offered(found, newest_day(found, clock.today()), fitting_radius(found))
    left, right = st.columns(_COLUMNS, gap="small")
    with left:
        view = settings(_asked(offered), offered, actor)
    state.keep(view, HotspotsView())
    with right:
        page = _show_answer(actor, offered, view)
    if page is not None:
        with left:
            hotspots_export.offer(page)
            _offer_briefing(page)


# Settings that a slide of the view needs, besides the question.
_KEPT = (
    "layer", "mode", "method", "cells", "calendar", "places", "snap", "share", "learned", "step_m",
    "step_days", "distance", "span", "began", "lasted", "area", "treated", "control",
)  # fmt: skip


def _offer_briefing(page: Page) -> None:
    """Offer to keep the view, its period written out: it shows the same a month later."""
    query = page.query
    pinned = replace(page.view, period=Preset.CUSTOM, first=query.start, last=query.end, back=0)
    asked = {
        "start": query.start,
        "end": query.end,
        "unit": query.unit,
        "category": query.category,
        "origin": query.origin.value,
        "bandwidth_m": query.bandwidth_m,
        "compare": page.view.compare.value,
        **{name: getattr(page.view, name) for name in _KEPT},
    }
    # Titles leave with the deck: a small count is not put into one.
    enough = min(page.review.n, page.review.n_before) >= SMALL_N
    period = formats.period(query.start, query.end)
    title = verdict(page.view, page.review, page.spots) if enough else period
    link = state.to_query(pinned, HotspotsView())
    briefing_add.offer(page.actor, "hotspots", title, asked, link)


def _asked(offered: Offered) -> HotspotsView:
    asked, faults = state.current(HotspotsView())
    for fault in faults:
        st.warning(fault.message(current_lang()))
    units = frozenset(unit.code for unit in offered.choices.wards.units)
    categories = frozenset(category.code for category in offered.choices.categories)
    view = usable(asked, units, categories)
    for name, code in (("unknown_unit", asked.unit), ("unknown_category", asked.category)):
        if code and code not in units | categories:
            st.warning(InputError(name, code=code).message(current_lang()))
    if asked.h and asked.h not in BANDWIDTHS_M:
        radii = ", ".join(formats.number(h) for h in BANDWIDTHS_M)
        fault = InputError("radius_not_offered", h=asked.h, offered=radii, used=offered.radius_m)
        st.warning(fault.message(current_lang()))
    if asked.period is Preset.CUSTOM and not (asked.first and asked.last):
        st.warning(InputError("period_without_days").message(current_lang()))
    return view


def _show_empty() -> None:
    st.subheader(t("hotspots.no_wards"))
    st.info(t("hotspots.no_wards_what"))


def _show_answer(actor: Actor, offered: Offered, view: HotspotsView) -> Page | None:
    try:
        query = question(replace(view, h=view.h or offered.radius_m), offered.newest)
        with st.spinner(t("hotspots.reading", n=formats.number(offered.choices.incidents))):
            held = compared(view, query)
            answer = review(guard.database(), actor, query, held)
            spots = hotspot_spots(guard.database(), actor, query, held, view.cells)
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return None
    _say_context(offered, view, query)
    st.html(f'<p class="db-verdict">{_sentence(offered, view, answer, spots)}</p>')
    map_frame.fill_height(_ABOVE_MAP_PX)
    page = Page(actor, offered, view, query, answer, spots)
    _answer(page)
    return page


def _say_context(offered: Offered, view: HotspotsView, query: HotspotQuery) -> None:
    units = {unit.code: unit.name for unit in offered.choices.wards.units}
    names = {
        category.code: category.name_vi if current_lang() == "vi" else category.name_en
        for category in offered.choices.categories
    }
    context_bar.say(
        unit=units.get(view.unit) if view.unit else None,
        period=formats.period(query.start, query.end),
        category=names[view.category] if view.category else t("hotspots.all_categories"),
    )


def _sentence(offered: Offered, view: HotspotsView, answer: Review, spots: Spots) -> str:
    if not offered.choices.incidents:
        return escape(t("hotspots.no_incidents"))
    said = escape(verdict(view, answer, spots))
    if offered.newest < clock.today() and offered.choices.last_day is not None:
        until = t("hotspots.data_until", day=formats.day(offered.newest))
        said += f' <span class="hs-hint">{escape(until)}</span>'
    return said


@st.fragment
def _answer(page: Page) -> None:
    """The part of the answer that is chosen: another part, another layer or a click runs this alone."""
    kept, _ = state.current(HotspotsView())
    with st.container(horizontal=True, gap="medium"):
        mode = chosen(MODE_KEY, [Mode.MAP, *_PARTS], kept.mode)
        layer = chosen(_LAYER, list(Layer), kept.layer) if mode is Mode.MAP else kept.layer
    # not the page's: a part that ran alone since then may have changed its own settings
    view = replace(kept, mode=mode, layer=layer)
    view = _map_and_panel(page, view) if mode is Mode.MAP else _PARTS[mode](page, view)
    state.keep(view, HotspotsView())


def _map_and_panel(page: Page, view: HotspotsView) -> HotspotsView:
    """The map, which stays where it is, and what stands beside it."""
    theme, wards = map_frame.theme(), page.offered.choices.wards
    ground = tiles.base_version(guard.database(), page.actor)
    arguments = _base(wards, page.actor.scope_key, wards.version, ground, theme, current_lang())
    view = _picked(page, view, folium_map.last_click(arguments, key=_MAP))
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    if view.layer is Layer.CLUSTERS:
        with panel:
            view = replace(view, method=chosen(_METHOD, list(Method), view.method))
    with map_side:
        surfaces = _surfaces(page, view)
        shown = Shown(view, page.review, wards, page.actor, theme, page.offered.choices.version)
        overlay = hotspots_map.overlay(shown, surfaces, page.spots)
        folium_map.show(arguments, key=_MAP, overlay=overlay)
    with panel:
        return _panel(page, view, surfaces)


def _picked(page: Page, view: HotspotsView, click: AreaClick | None) -> HotspotsView:
    """The view with what is open beside the map: a ward or a hotspot, by a click, a list or the link."""
    kept, _ = state.current(HotspotsView())
    ward = kept.pick if kept.pick in set(page.review.table["code"]) else None
    spot = kept.spot if page.spots.spot(kept.spot) else None
    on_ward = click if click and click.layer == hotspots_map.AREAS else None
    on_spot = click if click and click.layer == hotspots_spots.SPOTS else None
    ward_row = picked_row(page.review, _TABLE)
    spot_row = hotspots_spots.picked_row(page.spots, _SPOT_LIST)
    ward_now = map_frame.newest_pick(ward, ward_row, on_ward, page="hotspots")
    spot_now = map_frame.newest_pick(spot, spot_row, on_spot, page="hotspots.spots")
    if spot_now != spot:
        return replace(view, spot=spot_now, pick=None if spot_now else ward_now)
    return replace(view, pick=ward_now, spot=spot_now if ward_now == ward else None)


def _panel(page: Page, view: HotspotsView, surfaces: Surfaces) -> HotspotsView:
    spot = page.spots.spot(view.spot)
    if spot is not None:
        hotspots_card.show(page, spot)
    elif view.pick:
        kinds = by_category(guard.database(), page.actor, replace(page.query, unit=view.pick))
        ward_figures(page.review, view.pick, kinds)
    elif surfaces.emerging is not None:
        hotspots_emerging.meanings(surfaces.emerging)
    elif surfaces.clusters is not None:
        hotspots_clusters.listed(surfaces.clusters)
    else:
        st.html(f'<p class="hs-hint">{escape(t("hotspots.pick_hint"))}</p>')
    most_px = _TABLE_BESIDE_PX if spot or view.pick else _TABLE_PX
    listed = chosen(_LISTED, list(Listed), view.listed)
    if listed is Listed.SPOTS:
        hotspots_spots.spot_list(page.spots, _SPOT_LIST, most_px)
    else:
        ward_table(page.review, _TABLE, most_px)
    return replace(view, listed=listed)


def _surfaces(page: Page, view: HotspotsView) -> Surfaces:
    database, actor = guard.database(), page.actor
    if view.layer is Layer.DELTA:
        return Surfaces(change=density_change(database, actor, page.query, page.review.compared))
    if view.layer is Layer.RISK:
        return Surfaces(risk=risk(database, actor, page.query))
    if view.layer is Layer.EMERGING:
        return Surfaces(emerging=_or_said(lambda: emerging_hotspots(database, actor, page.query)))
    if view.layer is Layer.CLUSTERS:
        return Surfaces(clusters=_or_said(lambda: clusters(database, actor, page.query, view.method)))
    if view.layer is not Layer.DENSITY:
        return Surfaces()
    before = density(database, actor, page.review.compared) if view.swipe else None
    return Surfaces(density(database, actor, page.query), before)


def _or_said(make: Callable[[], Value]) -> Value | None:
    """What `make` returns; where it cannot, the page says why and there is None."""
    try:
        with st.spinner(t("hotspots.working")):
            return make()
    except DiaBanError as fault:
        st.warning(fault.message(current_lang()))
        return None


@st.cache_data(max_entries=40, show_spinner=False)
def _base(_wards: Wards, scope: str, version: str, ground: str, theme: Theme, lang: str) -> MapArguments:
    """Return the map below the overlay; scope, versions, theme and language are the key."""

    def build() -> folium.Map:
        made = framed_map(map_frame.words(), theme)
        made.add_child(Basemap(theme, ground))
        made.add_child(Areas(hotspots_map.AREAS, _wards.frame, theme))
        return made

    return folium_map.capture(build)


def newest_day(found: Choices, today: date) -> date:
    """Return the day that periods count back from: the newest with data, but none to come."""
    return min(found.last_day or today, today)

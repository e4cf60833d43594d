"""The Hotspots page: settings, the sentence, the map that stays, and what stands beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape

import folium
import streamlit as st

from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.maps.areas import Areas
from geo.maps.basemap import Basemap
from geo.maps.furniture import framed_map
from geo.maps.palettes import Theme
from geo.services import tiles
from geo.services.hotspots import (
    Choices,
    DensitySurface,
    HotspotQuery,
    Review,
    by_category,
    choices,
    density,
    review,
)
from geo.services.wards import Wards
from geo.ui import (
    clock,
    context_bar,
    folium_map,
    formats,
    guard,
    hotspots_effect,
    hotspots_map,
    hotspots_repeat,
    hotspots_trust,
    map_frame,
    state,
)
from geo.ui.folium_map import MapArguments
from geo.ui.hotspots_map import Shown
from geo.ui.hotspots_page import Page
from geo.ui.hotspots_panel import STYLE, picked_row, ward_figures, ward_table
from geo.ui.hotspots_settings import Offered, Word, fitting_radius, settings
from geo.ui.hotspots_state import HotspotsView, Layer, Mode, compared, question, usable
from geo.ui.hotspots_verdict import verdict
from geo.ui.i18n import current_lang, t

_COLUMNS = (1.72, 11.0)
_MAP_AND_PANEL = (8.3, 2.85)
_ABOVE_MAP_PX = 292
_TABLE_PX = 470
_TABLE_BESIDE_PX = 170
_MAP = "hotspots.map"
_TABLE = "hotspots.table"
_LAYER = "hotspots.layer"
_MODE = "hotspots.mode"


# Each shows its part of the answer for a page and its view, and returns the view as its own settings left it.
_PARTS: dict[Mode, Callable[[Page, HotspotsView], HotspotsView]] = {
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
        _show_answer(actor, offered, view)


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
    return view


def _show_empty() -> None:
    st.subheader(t("hotspots.no_wards"))
    st.info(t("hotspots.no_wards_what"))


def _show_answer(actor: Actor, offered: Offered, view: HotspotsView) -> None:
    try:
        query = question(replace(view, h=view.h or offered.radius_m), offered.newest)
        with st.spinner(t("hotspots.reading", n=formats.number(offered.choices.incidents))):
            answer = review(guard.database(), actor, query, compared(view, query))
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return
    _say_context(offered, view, query)
    st.html(f'<p class="db-verdict">{_sentence(offered, view, answer)}</p>')
    map_frame.fill_height(_ABOVE_MAP_PX)
    _answer(Page(actor, offered, view, query, answer))


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


def _sentence(offered: Offered, view: HotspotsView, answer: Review) -> str:
    if not offered.choices.incidents:
        return escape(t("hotspots.no_incidents"))
    said = escape(verdict(view, answer))
    if offered.newest < clock.today() and offered.choices.last_day is not None:
        until = t("hotspots.data_until", day=formats.day(offered.newest))
        said += f' <span class="hs-hint">{escape(until)}</span>'
    return said


@st.fragment
def _answer(page: Page) -> None:
    """The part of the answer that is chosen: another part, another layer or a click runs this alone."""
    kept, _ = state.current(HotspotsView())
    with st.container(horizontal=True, gap="medium"):
        mode = _chosen(_MODE, [Mode.MAP, *_PARTS], kept.mode)
        layer = _chosen(_LAYER, list(Layer), kept.layer) if mode is Mode.MAP else kept.layer
    if mode is Mode.MAP:
        view = _map_and_panel(page, replace(kept, mode=mode, layer=layer))
    else:
        view = _PARTS[mode](page, replace(kept, mode=mode, layer=layer))
    state.keep(view, HotspotsView())


def _map_and_panel(page: Page, view: HotspotsView) -> HotspotsView:
    """The map, which stays where it is, and what stands beside it."""
    theme, wards = map_frame.theme(), page.offered.choices.wards
    ground = tiles.base_version(guard.database(), page.actor)
    arguments = _base(wards, page.actor.scope_key, wards.version, ground, theme, current_lang())
    view = replace(view, pick=_picked(page, arguments))
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with map_side:
        shown = Shown(view, page.review, wards, page.actor, theme, page.offered.choices.version)
        overlay = hotspots_map.overlay(shown, _surface(page, view))
        folium_map.show(arguments, key=_MAP, overlay=overlay)
    with panel:
        _panel(page, view)
    return view


def _picked(page: Page, arguments: MapArguments) -> str | None:
    """Return the ward that is open: the newest of a click on the map, a cell of the table, the link."""
    kept, _ = state.current(HotspotsView())
    code = kept.pick if kept.pick in set(page.review.table["code"]) else None
    click = folium_map.last_click(arguments, key=_MAP)
    return map_frame.newest_pick(code, picked_row(page.review, _TABLE), click, page="hotspots")


def _chosen(key: str, options: list[Word], asked: Word) -> Word:
    """Offer `options` beside each other, the one of the link first time; none chosen is the one before."""
    chosen = st.segmented_control(
        t(key),
        options,
        key=state.seeded(key, asked if asked in options else options[0]),
        format_func=lambda word: t(f"{key}.{word.value}"),
        label_visibility="collapsed",
    )
    return chosen or asked


def _panel(page: Page, view: HotspotsView) -> None:
    if view.pick:
        kinds = by_category(guard.database(), page.actor, replace(page.query, unit=view.pick))
        ward_figures(page.review, view.pick, kinds)
    else:
        st.html(f'<p class="hs-hint">{escape(t("hotspots.pick_hint"))}</p>')
    most_px = _TABLE_BESIDE_PX if view.pick else _TABLE_PX
    ward_table(page.review, _TABLE, most_px)


def _surface(page: Page, view: HotspotsView) -> DensitySurface | None:
    if view.layer is not Layer.DENSITY:
        return None
    return density(guard.database(), page.actor, page.query)


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

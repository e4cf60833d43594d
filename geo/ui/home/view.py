"""The Home page: how the four works stand, where, and what needs attention first."""

from dataclasses import dataclass, replace
from datetime import date
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.services import tiles
from geo.services.attention import attention, contradictions
from geo.services.targets import Targets, targets_on
from geo.services.works.board import Board, Place, WorksQuery, board
from geo.services.works.figures import Measure, Work
from geo.services.works.periods import Span
from geo.services.works.rows import shapes, units_on
from geo.ui import clock, context_bar, folium_map, formats, guard, map_frame, state, works_words
from geo.ui.briefing import add as briefing_add
from geo.ui.folium_map import MapArguments
from geo.ui.home import map as home_map
from geo.ui.home import tables as home_tables
from geo.ui.home.panel import STYLE as PANEL_STYLE
from geo.ui.home.panel import attention_list, place_card
from geo.ui.home.tiles import STYLE as TILE_STYLE
from geo.ui.home.tiles import tile
from geo.ui.home.words import verdict
from geo.ui.i18n import current_lang, t

_COLUMNS = (1.72, 11.0)
_MAP_AND_PANEL = (7.3, 3.85)
_ABOVE_MAP_PX = 388
_DAY, _UNIT, _BEAT, _SPAN, _BY = (f"home.set.{name}" for name in ("day", "unit", "beat", "span", "by"))
_GO = "home.go"
_ALL = ""  # None would be "nothing chosen" to Streamlit, which then shows its own words
_MAP = "home.map"
# Beside the map and as high as it is, whatever the window's height.
_PANEL_HEIGHT = (
    f"<style>.st-key-home_panel {{ height: calc(100dvh - {_ABOVE_MAP_PX}px) !important;"
    " min-height: 360px; gap: .35rem; }</style>"
)
_EARLIEST = date(1976, 1, 1)
_INDENT = {"province": "", "district": "\u2003", "ward": "\u2003\u2003"}
# Up to so many households every point is looked at without being asked: well under a second.
_LOOKED_AT = 150_000


@dataclass(frozen=True)
class HomeView:
    """Every field stands in the address where it differs from the default, so that a link shows the same.

    day : None is today · unit : code, None is everything in scope · beat : code of a beat of that ward
    span : what the newest period is · by : figure that colours the map · pick : code of the place picked
    """

    day: date | None = None
    unit: str | None = None
    beat: str | None = None
    span: Span = Span.DAYS
    by: Measure = Measure.COVERAGE
    pick: str | None = None


@dataclass(frozen=True)
class Page:
    """What one run of the page works with."""

    actor: Actor
    view: HomeView
    board: Board
    targets: Targets


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    st.html(TILE_STYLE + PANEL_STYLE + _PANEL_HEIGHT)
    left, right = st.columns(_COLUMNS, gap="small")
    asked, faults = state.current(HomeView())
    for fault in faults:
        right.warning(fault.message(current_lang()))
    asked = _gone_to(asked)
    with left:
        view = _settings(asked, actor)
        note = st.container()
    state.keep(view, HomeView())
    with right:
        _show_answer(actor, view, note)


def _gone_to(view: HomeView) -> HomeView:
    """Return `view` at the place that a button led to; the fields of the settings follow."""
    goal = st.session_state.pop(_GO, None)
    if goal is None:
        return view
    unit, beat = goal
    st.session_state[_UNIT], st.session_state[_BEAT] = unit or _ALL, beat or _ALL
    return replace(view, unit=unit, beat=beat, pick=None)


def _go(unit: str | None, beat: str | None = None) -> None:
    st.session_state[_GO] = (unit, beat)
    st.rerun()


def _settings(view: HomeView, actor: Actor) -> HomeView:
    """Draw the settings as `view` has them and return what the reader made of them."""
    today = clock.today()
    chosen = st.date_input(
        t("home.as_of"),
        key=state.seeded(_DAY, view.day or today),
        min_value=_EARLIEST,
        max_value=today.replace(year=today.year + 1, day=1),
        format="DD/MM/YYYY",
        help=t("home.as_of_help"),
    )
    day = chosen if isinstance(chosen, date) else today
    unit = _unit(view, actor, day)
    beat = _beat(view, actor, WorksQuery(day, unit))
    span = st.selectbox(
        t("home.span"), list(Span), key=state.seeded(_SPAN, view.span),
        format_func=lambda kind: t(f"works.span.{kind.value}"),
    )  # fmt: skip
    by = st.selectbox(
        t("home.by"), list(Measure), key=state.seeded(_BY, view.by),
        format_func=lambda measure: t(f"works.short.{measure.value}"),
    )  # fmt: skip
    pick = view.pick if (unit, beat) == (view.unit, view.beat) else None
    shown = None if day == today else day
    return HomeView(shown, unit, beat, span or view.span, by or view.by, pick)


def _unit(view: HomeView, actor: Actor, day: date) -> str | None:
    units = units_on(guard.database(), actor, day)
    names = {unit.code: _INDENT[unit.level] + unit.name for unit in units}
    if view.unit and view.unit not in names:  # of another time, or of a mistyped link: the answer will tell
        names[view.unit] = view.unit
    if st.session_state.get(_UNIT) not in {None, _ALL, *names}:
        del st.session_state[_UNIT]
    chosen = st.selectbox(
        t("home.unit"), [_ALL, *names], key=state.seeded(_UNIT, view.unit or _ALL),
        format_func=lambda code: names[code] if code else t("home.all_units"),
    )  # fmt: skip
    return chosen or None


def _beat(view: HomeView, actor: Actor, query: WorksQuery) -> str | None:
    """Offer the beats where one ward is looked at; a beat of another ward falls away."""
    try:
        found = board(guard.database(), actor, query)
    except InputError:  # the answer says what is wrong with the unit
        return None
    names = {place.code: place.name for place in found.places if place.level == "beat"}
    if not names:
        return None
    if st.session_state.get(_BEAT) not in {None, _ALL, *names}:
        del st.session_state[_BEAT]
    start = view.beat if view.beat in names else _ALL
    chosen = st.selectbox(
        t("home.beat"), [_ALL, *names], key=state.seeded(_BEAT, start),
        format_func=lambda code: names[code] if code else t("home.all_beats"),
    )  # fmt: skip
    return chosen or None


def _show_answer(actor: Actor, view: HomeView, note: DeltaGenerator) -> None:
    day = view.day or clock.today()
    try:
        found = board(guard.database(), actor, WorksQuery(day, view.unit, view.beat, view.span))
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return
    context_bar.say(
        unit=found.path[-1][1] if found.path else None,
        as_of=formats.day(day),
        period=formats.period(found.periods.first, found.periods.last),
    )
    if not found.wards:
        _show_empty(found, actor)
        return
    targets = targets_on(guard.database(), actor, day)
    st.html(f'<p class="db-verdict">{escape(verdict(found, targets))}</p>')
    for work, column in zip(Work, st.columns(4, gap="small"), strict=True):
        with column:
            st.html(tile(found, targets, work))
            if st.button(t("home.rows"), key=f"home_rows_{work.value}", type="tertiary"):
                home_tables.show_rows(found, actor, work)
    with note:
        st.caption(t("home.before", period=works_words.before_words(found)))
        link = state.to_query(replace(view, day=day), HomeView())
        asked = {"day": day, "unit": view.unit, "beat": view.beat, "by": view.by, "span": view.span}
        briefing_add.offer(actor, "home", verdict(found, targets), asked, link)
    map_frame.fill_height(_ABOVE_MAP_PX)
    page = Page(actor, view, found, targets)
    _map_and_panel(page)
    home_tables.show_below(found, targets, actor)


def _show_empty(found: Board, actor: Actor) -> None:
    """Say why there is nothing and what to do."""
    day = formats.day(found.query.day)
    if found.total.households or units_on(guard.database(), actor, clock.today()):
        st.subheader(t("home.no_day", day=day))
        st.info(t("home.no_day_what"))
    else:
        st.subheader(t("home.empty"))
        st.info(t("home.empty_what"))


@st.fragment
def _map_and_panel(page: Page) -> None:
    """The map and what stands beside it: a click runs this alone, and the map stays."""
    theme = map_frame.theme()
    areas = shapes(guard.database(), page.actor, page.board)
    ground = tiles.base_version(guard.database(), page.actor)
    arguments = home_map.base(areas.frame, areas.key, ground, theme, current_lang())
    picked = _picked(page, arguments)
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with map_side:
        painter = home_map.Painter(page.board, page.targets, page.view.by, theme)
        over = home_map.overlay(painter, picked=picked, scope=page.actor.scope_key, shapes=areas.frame)
        folium_map.show(arguments, key=_MAP, overlay=over)
    with panel, st.container(height=360, border=False, key="home_panel"):
        _panel(page, picked)
    state.keep(replace(page.view, pick=picked), HomeView())


def _panel(page: Page, picked: str | None) -> None:
    place = page.board.place(picked)
    if place:
        place_card(page.board, place, page.targets)
        if place.level != "block" and st.button(t(f"home.into.{place.level}"), key="home.into"):
            _go(*_inside(page, place))
    if page.view.unit and st.button(t("home.up"), key="home.up"):
        _go(*_above(page))
    st.html(f"<h3 class='hm-head'>{escape(t('home.attention'))}</h3>")
    attention_list(attention(guard.database(), page.actor, page.board), page.board.query.day, page.actor)
    _contradictions(page)


def _inside(page: Page, place: Place) -> tuple[str | None, str | None]:
    """Return unit and beat of a place of the map, to look into it."""
    if place.level == "ward":
        return place.code, None
    return page.board.path[-1][0] if page.board.path else page.view.unit, place.code


def _above(page: Page) -> tuple[str | None, str | None]:
    """Return unit and beat one level up from what is looked at."""
    if page.view.beat:
        return page.view.unit, None
    return (page.board.path[-2][0] if len(page.board.path) > 1 else None), None


def _contradictions(page: Page) -> None:
    """Show where data are at odds; for many households only when asked, because every point is looked at."""
    many = page.board.total.households > _LOOKED_AT
    if many and not st.button(t("home.attention.look"), key="home.look"):
        return
    found = contradictions(guard.database(), page.actor, page.board, page.targets)
    if found.groups:
        attention_list(found, page.board.query.day, page.actor)
    else:
        st.html(f"<p class='hm-quiet'>{escape(t('home.attention.sound'))}</p>")


def _picked(page: Page, arguments: MapArguments) -> str | None:
    """Return the place that is picked: the newest of a click on the map and the link."""
    kept, _ = state.current(HomeView())
    click = folium_map.last_click(arguments, key=_MAP)
    code = map_frame.newest_pick(kept.pick, None, click, page="home")
    return code if page.board.place(code) else None

"""The Coverage page: the day and the unit, the sentence, the map that stays, and what stands beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import escape

import streamlit as st

from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.maps import coverage_layers as layers
from geo.maps.overlay import Overlay
from geo.maps.palettes import Theme
from geo.services import tiles
from geo.services.coverage.on_a_day import change_days, coverage
from geo.services.coverage.result import CoverageAreas, CoverageResult
from geo.services.wards import present_units
from geo.ui import clock, context_bar, folium_map, formats, guard, map_frame, state
from geo.ui.briefing import add as briefing_add
from geo.ui.coverage import access as coverage_access
from geo.ui.coverage import changes as coverage_changes
from geo.ui.coverage import faults as coverage_faults
from geo.ui.coverage import map as coverage_map
from geo.ui.coverage import wards as coverage_wards
from geo.ui.coverage.panel import STYLE, beat_card, beat_table, picked_row, verdict, whole_card
from geo.ui.coverage.state import EARLIEST, GO_UNIT, JUMP, YEARS_AHEAD, CoverageView, Mode, Page
from geo.ui.folium_map import MapArguments
from geo.ui.i18n import current_lang, t

_COLUMNS = (1.72, 11.0)
_MAP_AND_PANEL = (7.5, 3.65)
_ABOVE_MAP_PX = 226
_TABLE_PX = 444
_TABLE_BESIDE_PX = 258
_DAY, _UNIT = "coverage.set.day", "coverage.set.unit"
_ALL = ""  # None would be "nothing chosen" to Streamlit, which then shows its own words
_MAP = "coverage.map"
_TABLE = "coverage.table"
_INDENT = "\u2003"
_MODE = "coverage.mode"
_LAYERS = (coverage_faults.LAYER, *coverage_changes.LAYERS, coverage_access.LAYER, coverage_access.POST)


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    st.html(STYLE)
    left, right = st.columns(_COLUMNS, gap="small")
    asked, faults = state.current(CoverageView())
    for fault in faults:
        right.warning(fault.message(current_lang()))
    with left:
        view = _settings(asked, actor)
    state.keep(view, CoverageView())
    with right:
        found = _show_answer(actor, view)
    if found is not None:
        with left:
            asked_for = {"day": found.as_of, "unit": view.unit, "mode": view.mode}
            link = state.to_query(replace(view, day=found.as_of), CoverageView())
            briefing_add.offer(actor, "coverage", verdict(found), asked_for, link)


def _settings(view: CoverageView, actor: Actor) -> CoverageView:
    """Draw the settings as `view` has them and return what the reader made of them."""
    today = clock.today()
    # The buttons move the day, so they are drawn first and the field below shows where they led.
    field, buttons = st.container(), st.container()
    before = st.session_state[state.seeded(_DAY, view.day or today)]
    before = st.session_state.pop(JUMP, before)
    with buttons:
        moved = _moved_day(replace(view, day=before), actor, today)
    st.session_state[_DAY] = moved
    chosen = field.date_input(
        t("coverage.as_of"),
        key=_DAY,
        min_value=EARLIEST,
        max_value=today.replace(year=today.year + YEARS_AHEAD, day=1),
        format="DD/MM/YYYY",
        help=t("coverage.as_of_help"),
    )
    day = chosen if isinstance(chosen, date) else moved
    return replace(view, day=None if day == today else day, unit=_unit(view, actor))


def _moved_day(view: CoverageView, actor: Actor, today: date) -> date:
    day = view.day or today
    try:
        near = change_days(guard.database(), actor, day, view.unit)
    except InputError:  # the answer says which unit is not known
        return day
    if st.button(t("coverage.before"), disabled=near.before is None, width="stretch") and near.before:
        return near.before
    if st.button(t("coverage.after"), disabled=near.after is None, width="stretch") and near.after:
        return near.after
    if st.button(t("coverage.today"), disabled=day == today, width="stretch"):
        return today
    return day


def _unit(view: CoverageView, actor: Actor) -> str | None:
    goal = st.session_state.pop(GO_UNIT, None)
    if goal is not None:
        st.session_state[_UNIT], view = goal, replace(view, unit=goal)
    units = present_units(guard.database(), actor)
    names = {unit.code: (_INDENT if unit.level == "ward" else "") + unit.name for unit in units}
    if view.unit and view.unit not in names:  # of another time, or of a mistyped link: the answer will tell
        names[view.unit] = view.unit
    if st.session_state.get(_UNIT) not in {None, _ALL, *names}:  # gone from the scope since it was chosen
        del st.session_state[_UNIT]
    chosen = st.selectbox(
        t("coverage.unit"),
        [_ALL, *names],
        key=state.seeded(_UNIT, view.unit or _ALL),
        format_func=lambda code: names[code] if code else t("coverage.all_units"),
    )
    return chosen or None


def _show_answer(actor: Actor, view: CoverageView) -> CoverageResult | None:
    day = view.day or clock.today()
    if coverage_wards.is_wide(actor, view.unit):
        context_bar.say(unit=_unit_name(actor, view), as_of=formats.day(day))
        coverage_wards.show(actor, day, view.unit)
        return None
    try:
        with st.spinner(t("coverage.reading", day=formats.day(day))):
            found = coverage(guard.database(), actor, day, view.unit)
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return None
    context_bar.say(unit=_unit_name(actor, view), as_of=formats.day(day))
    st.html(f'<p class="db-verdict">{escape(verdict(found))}</p>')
    if not len(found.areas.wards) and not found.beats:
        st.info(t("coverage.no_unit_what"))
        return None
    if not found.beats:
        st.info(t("coverage.no_beats_what"))
    map_frame.fill_height(_ABOVE_MAP_PX)
    _map_and_panel(Page(actor, view, found))
    return found


def _unit_name(actor: Actor, view: CoverageView) -> str | None:
    units = present_units(guard.database(), actor)
    return next((unit.name for unit in units if unit.code == view.unit), view.unit)


@st.fragment
def _map_and_panel(page: Page) -> None:
    """The map and what stands beside it: a click runs this alone, and the map stays."""
    kept, _ = state.current(CoverageView())
    page = replace(page, view=replace(kept, day=page.view.day, unit=page.view.unit))
    theme, areas = map_frame.theme(), page.found.areas
    ground = tiles.base_version(guard.database(), page.actor)
    arguments = _base(areas, layers.shape_key(areas), ground, theme, current_lang())
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with panel:
        page = replace(page, view=replace(page.view, mode=_mode(page)))
        page = replace(page, view=replace(page.view, beat=_picked(page, arguments)))
        beside = _BESIDE[page.view.mode](page, theme)
    with map_side:
        folium_map.show(arguments, key=_MAP, overlay=beside.overlay)
    state.keep(beside.view, CoverageView())


def _mode(page: Page) -> Mode:
    asked, faults = page.view.mode, formats.number(len(page.found.findings.found))
    chosen = st.segmented_control(
        t("coverage.mode"),
        list(Mode),
        key=state.seeded(_MODE, asked),
        format_func=lambda mode: t(f"coverage.mode.{mode.value}", n=faults),
        label_visibility="collapsed",
        width="stretch",
    )
    return chosen or asked


@dataclass(frozen=True)
class _Beside:
    """What a part of the page answers: the view as the reader left it, and what the map shows."""

    view: CoverageView
    overlay: Overlay


def _overlay(page: Page, theme: Theme) -> Overlay:
    made = coverage_map.overlay(page.found, page.view.beat, page.actor.scope_key, theme)
    return replace(made, shapes=dict.fromkeys(_LAYERS))


def _who(page: Page, theme: Theme) -> _Beside:
    beat = page.found.beat(page.view.beat)
    if beat:
        beat_card(beat)
    else:
        whole_card(page.found)
    beat_table(page.found, page.view.beat, _TABLE, _TABLE_BESIDE_PX if beat else _TABLE_PX)
    return _Beside(page.view, _overlay(page, theme))


def _faults(page: Page, theme: Theme) -> _Beside:
    row = coverage_faults.picked(page.found.findings)
    key = map_frame.newest_pick(page.view.fault, row, None, page="coverage.faults")
    finding = page.found.findings.of(key)
    coverage_faults.show(page.found, key)
    overlay = _overlay(page, theme)
    if finding:
        fit_key, bounds = coverage_faults.look_at(overlay, finding)
        outline = coverage_faults.outline(page.found.findings, key, theme)
        shapes = {**overlay.shapes, coverage_faults.LAYER: outline}
        overlay = replace(overlay, shapes=shapes, fit_key=fit_key, fit_bounds=bounds)
    return _Beside(replace(page.view, fault=key if finding else None), overlay)


def _changes(page: Page, theme: Theme) -> _Beside:
    told = coverage_changes.of_two_years(page)
    view = coverage_changes.show(page, told)
    return _Beside(view, coverage_changes.on_map(_overlay(page, theme), page, told, theme))


def _access(page: Page, theme: Theme) -> _Beside:
    ways = coverage_access.found_for(page)
    if ways is None:
        return _Beside(page.view, _overlay(page, theme))
    view, reached = coverage_access.choose(page, ways)
    coverage_access.show(ways, reached, view.beat)
    overlay = _overlay(page, theme)
    return _Beside(view, coverage_access.on_map(overlay, reached, theme) if reached else overlay)


_BESIDE: Mapping[Mode, Callable[[Page, Theme], _Beside]] = {
    Mode.WHO: _who, Mode.FAULTS: _faults, Mode.CHANGES: _changes, Mode.ACCESS: _access
}  # fmt: skip


def _picked(page: Page, arguments: MapArguments) -> str | None:
    """Return the beat that is open: the newest of a click on the map, a cell of the table, the link."""
    click = folium_map.last_click(arguments, key=_MAP)
    code = map_frame.newest_pick(page.view.beat, picked_row(page.found, _TABLE), click, page="coverage")
    return code if page.found.beat(code) else None


@st.cache_data(max_entries=40, show_spinner=False)
def _base(_areas: CoverageAreas, shapes: str, ground: str, theme: Theme, lang: str) -> MapArguments:
    """Return the map below the overlay. What is drawn is the key, and so no reader gets another's areas."""
    return folium_map.capture(lambda: layers.base_map(_areas, map_frame.words(), theme, ground))

"""Coverage of so many wards that beats would be dust on the map: counted by ward, and the way into each."""

from datetime import date
from html import escape

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.domain.errors import InputError
from geo.domain.kinds import Level
from geo.domain.roles import Actor
from geo.maps.areas import bounds_latlon
from geo.maps.classes import Classes
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import AREA_OPACITY, Overlay, Paint
from geo.maps.palettes import NO_DATA, Theme, sequential
from geo.maps.popups import card
from geo.services import tiles
from geo.services.coverage.wards import WardCoverage, WardsCoverage, wards_coverage
from geo.services.wards import present_units, within
from geo.services.works.rows import shapes
from geo.ui import folium_map, formats, guard, map_frame
from geo.ui.coverage.panel import number_cell, pick_table
from geo.ui.coverage.state import GO_UNIT
from geo.ui.home import map as home_map
from geo.ui.i18n import current_lang, t

# From here on the borders of all beats take longer to make and to draw than a reader waits.
_MOST_WARDS = 200
_MAP_AND_PANEL = (7.5, 3.65)
_ABOVE_MAP_PX = 226
_TABLE_PX = 330
_SHOWN = 300
_BORDERS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
_MAP, _TABLE, _WARD = "coverage.wards.map", "coverage.wards.table", "coverage.wards.picked"
_COLUMNS = ("ward", "vacant", "loose", "uncovered")
_WIDTHS_PX = (128, 72, 62, 76)


def is_wide(actor: Actor, unit_code: str | None) -> bool:
    """Say whether a unit (None: the whole scope) holds more wards than are shown beat by beat."""
    units = present_units(guard.database(), actor)
    inside = {unit.id for unit in units} if unit_code is None else within(units, unit_code)
    return sum(unit.id in inside and unit.level == Level.WARD for unit in units) > _MOST_WARDS


def show(actor: Actor, day: date, unit_code: str | None) -> None:
    """Draw the sentence, the map of wards and the list of those that need attention."""
    try:
        with st.spinner(t("coverage.reading", day=formats.day(day))):
            found = wards_coverage(guard.database(), actor, day, unit_code)
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return
    st.html(f'<p class="db-verdict">{escape(verdict(found))}</p>')
    if not found.wards:
        st.info(t("coverage.no_unit_what"))
        return
    map_frame.fill_height(_ABOVE_MAP_PX)
    _map_and_panel(actor, found)


def verdict(found: WardsCoverage) -> str:
    """Return the sentence that stands above the map."""
    total, number = found.total, formats.number
    return t(
        "coverage.wards.verdict",
        covered=number(total.beats - total.vacant), beats=number(total.beats),
        households=number(total.covered), all=number(total.households), share=formats.percent(total.share),
        wards=number(len(found.wards)), vacant=number(total.vacant), in_vacant=number(total.in_vacant),
        loose=number(total.loose_blocks), nowhere=number(total.in_no_beat),
    )  # fmt: skip


@st.fragment
def _map_and_panel(actor: Actor, found: WardsCoverage) -> None:
    """The map and the list: a click runs this alone, and the map stays."""
    theme = map_frame.theme()
    areas = shapes(guard.database(), actor, found.board)
    ground = tiles.base_version(guard.database(), actor)
    arguments = home_map.base(areas.frame, areas.key, ground, theme, current_lang())
    listed = found.worst[:_SHOWN]
    row = map_frame.picked_position(_TABLE, len(listed))
    picked = found.ward(
        map_frame.newest_pick(
            st.session_state.get(_WARD),
            None if row is None else listed[row].code,
            folium_map.last_click(arguments, key=_MAP),
            page="coverage.wards",
        )
    )
    st.session_state[_WARD] = picked.code if picked else None
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with map_side:
        over = _overlay(found, areas.frame, picked, theme, actor.scope_key)
        folium_map.show(arguments, key=_MAP, overlay=over)
    with panel:
        _card(picked or found.total, picked)
        _table(listed, len(found.wards), picked)


def _card(ward: WardCoverage, picked: WardCoverage | None) -> None:
    title = f"<h3>{escape(ward.name)} <small>{escape(ward.code)}</small></h3>" if picked else ""
    lines = "".join(
        f"<div class='cv-line'><span>{escape(t(f'coverage.wards.{name}'))}</span><b>{escape(said)}</b></div>"
        for name, said in _said(ward).items()
    )
    hint = "" if picked else f"<p class='cv-hint'>{escape(t('coverage.wards.hint'))}</p>"
    st.html(f"<div class='cv-card'>{title}{lines}{hint}</div>")
    if picked and st.button(t("coverage.wards.open"), key="coverage.wards.open", width="stretch"):
        st.session_state[GO_UNIT] = picked.code
        st.rerun()


def _said(ward: WardCoverage) -> dict[str, str]:
    number = formats.number
    return {
        "vacant": f"{number(ward.vacant)} / {number(ward.beats)}",
        "loose": f"{number(ward.loose_blocks)} / {number(ward.blocks)}",
        "uncovered": f"{number(ward.uncovered)} / {number(ward.households)}",
        "share": formats.percent(ward.share),
    }


def _table(listed: tuple[WardCoverage, ...], wards: int, picked: WardCoverage | None) -> None:
    names = [t(f"coverage.wards.col.{name}") for name in _COLUMNS]
    rows = [(ward.name, ward.vacant, ward.loose_blocks, ward.uncovered) for ward in listed]
    styled = pd.DataFrame(rows, columns=names).style.format(dict.fromkeys(names[1:], number_cell))
    at = listed.index(picked) if picked in listed else -1
    styled = styled.apply(lambda row: ["font-weight: 600" if row.name == at else ""] * len(_COLUMNS), axis=1)
    st.caption(t("coverage.wards.table", shown=formats.number(len(listed)), n=formats.number(wards)))
    pick_table(styled, dict(zip(names, _WIDTHS_PX, strict=True)), len(listed), _TABLE, _TABLE_PX)


def _overlay(
    found: WardsCoverage, drawn: gpd.GeoDataFrame, picked: WardCoverage | None, theme: Theme, scope: str
) -> Overlay:
    classes = Classes(_BORDERS)
    ramp = tuple(reversed(sequential(len(_BORDERS), theme)))
    labels = {name: t(f"coverage.wards.{name}") for name in ("vacant", "loose", "uncovered", "share")}
    codes, paints = {*drawn["code"]}, {}
    shares = [float("nan") if ward.share is None else ward.share for ward in found.wards]
    for ward, at in zip(found.wards, classes.of(shares).tolist(), strict=True):
        if ward.code in codes:
            lines = [(labels[name], said) for name, said in _said(ward).items()]
            fill = NO_DATA[theme] if at < 0 else ramp[at]
            paints[ward.code] = Paint(fill, AREA_OPACITY, card=card(ward.name, lines))
    return Overlay(
        areas={home_map.PLACES: paints},
        picked={home_map.PLACES: picked.code if picked else None},
        legend=_legend(found, classes, ramp, theme),
        fit_key=f"{scope}/{found.unit_code}/{len(codes)}",
        fit_bounds=bounds_latlon(drawn.geometry.to_list()) if len(drawn) else None,
    )


def _legend(found: WardsCoverage, classes: Classes, ramp: tuple[str, ...], theme: Theme) -> Legend:
    said = classes.labels(lambda share: formats.percent(share, 0))
    entries = [
        LegendEntry(colour, label, opacity=AREA_OPACITY) for colour, label in zip(ramp, said, strict=True)
    ]
    if any(ward.share is None for ward in found.wards):
        entries.append(LegendEntry(NO_DATA[theme], t("coverage.wards.none"), opacity=AREA_OPACITY))
    notes = [t(
        "coverage.wards.n",
        wards=formats.number(len(found.wards)), households=formats.number(found.total.households),
    )]  # fmt: skip
    beyond = found.total.households - sum(ward.households for ward in found.wards)
    if round(beyond):
        notes.append(t("coverage.wards.elsewhere", n=formats.number(beyond)))
    return Legend(
        t("coverage.wards.share"),
        t("coverage.wards.day", day=formats.day(found.as_of)),
        tuple(entries),
        tuple(notes),
    )

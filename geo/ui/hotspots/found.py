"""A map of what a part of the Hotspots page found: areas of its own above the outlines of the wards."""

from dataclasses import dataclass

import folium
import geopandas as gpd
import streamlit as st

from geo.domain.crs import STORAGE_CRS
from geo.maps.areas import Areas, AreaStyle, area_options, bounds_latlon, shapes_request
from geo.maps.basemap import Basemap
from geo.maps.furniture import framed_map
from geo.maps.legend import Legend
from geo.maps.overlay import Overlay, Paint
from geo.maps.palettes import OUTLINE, Theme
from geo.services import tiles
from geo.services.wards import Wards
from geo.ui import folium_map, guard, map_frame
from geo.ui.folium_map import MapArguments
from geo.ui.hotspots.page import Page
from geo.ui.i18n import current_lang

_WARDS, _FOUND = "wards", "found"


@dataclass(frozen=True)
class Found:
    """Areas that were found.

    frame : GeoDataFrame of areas in any CRS: code, name, optionally label; paints : by code
    """

    frame: gpd.GeoDataFrame
    paints: dict[str, Paint]
    legend: Legend


def show(page: Page, found: Found, name: str) -> None:
    """Show the areas on the map `name`, which moves to them when they are others than before."""
    wards, theme = page.offered.choices.wards, map_frame.theme()
    areas = found.frame.to_crs(STORAGE_CRS)
    ground = tiles.base_version(guard.database(), page.actor)
    scope = f"{page.actor.scope_key}/{wards.version}"
    style = AreaStyle(OUTLINE[theme], 1.0)
    shapes = shapes_request(areas, area_options(theme, style, labels="label" in areas))
    nearby = areas if shapes else wards.frame.iloc[wards.positions(page.query.unit)]
    folium_map.show(
        _base(wards, scope, ground, theme, current_lang()),
        key=name,
        overlay=Overlay(
            shapes={_FOUND: shapes},
            areas={_WARDS: {code: Paint() for code in wards.frame["code"]}, _FOUND: found.paints},
            legend=found.legend,
            fit_key=f"{scope}/{shapes.key if shapes else page.query.unit}",
            fit_bounds=bounds_latlon(list(nearby.geometry)),
        ),
    )


@st.cache_data(max_entries=20, show_spinner=False)
def _base(_wards: Wards, scope: str, ground: str, theme: Theme, lang: str) -> MapArguments:
    """Return the map with its wards, not yet painted; scope, ground, theme and language decide it."""

    def build() -> folium.Map:
        made = framed_map(map_frame.words(), theme)
        made.add_child(Basemap(theme, ground))
        made.add_child(Areas(_WARDS, _wards.frame, theme, clicks=False))
        return made

    return folium_map.capture(build)

"""What every part of the Upkeep page works with: the view, and the map that tells where it was clicked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import geopandas as gpd
import streamlit as st

from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.maps import upkeep_layers as layers
from geo.maps.overlay import Overlay
from geo.maps.palettes import Theme
from geo.services import tiles
from geo.services.borders import proposals as border_proposals
from geo.services.upkeep_counts import BeatChoice
from geo.ui import folium_map, guard, map_frame
from geo.ui.folium_map import AreaClick, MapArguments
from geo.ui.i18n import current_lang

_SAID = "upkeep.said"
_SAVING = frozenset({Permission.EDIT_COUNTS, Permission.EDIT_INCIDENTS})


class Mode(StrEnum):
    """The parts of the page."""

    HOUSEHOLDS = "households"
    MAP = "map"
    INCIDENTS = "incidents"
    RECORD = "record"
    BORDERS = "borders"
    REPORTS = "reports"


@dataclass(frozen=True)
class UpkeepView:
    """Every field stands in the address where it differs from the default.

    beat, block : codes, None is the first beat, and all of its blocks
    """

    mode: Mode | None = None
    beat: str | None = None
    block: str | None = None


@dataclass(frozen=True)
class Page:
    """One run of the page: who asks, on which day, about which beat, and whether the account saves for it."""

    actor: Actor
    day: date
    view: UpkeepView
    beat: BeatChoice
    keeps: bool = True

    def may(self, permission: Permission) -> bool:
        """Say whether the reader may do that here."""
        return self.actor.may(permission) and (self.keeps or permission not in _SAVING)


def modes(actor: Actor) -> list[Mode]:
    """Return the parts that `actor` may open: exact places are for those who may see them."""
    exact = [Mode.HOUSEHOLDS, Mode.MAP, Mode.INCIDENTS] if actor.may(Permission.VIEW_POINTS) else []
    record = [Mode.RECORD] if actor.may(Permission.EDIT_INCIDENTS) else []
    return [*exact, *record, Mode.BORDERS, Mode.REPORTS]


def tell(words: str, *, fault: bool = False) -> None:
    """Keep what was done, or why not, for the next run to say above the page."""
    st.session_state[_SAID] = (words, fault)


def show_told() -> None:
    """Say once what the last click did."""
    words, fault = st.session_state.pop(_SAID, (None, False))
    if words:
        (st.error if fault else st.success)(words)


@dataclass(frozen=True)
class Ground:
    """The map of a beat's ward, and the blocks drawn on it."""

    arguments: MapArguments
    blocks: gpd.GeoDataFrame
    theme: Theme


def ground(page: Page) -> Ground:
    """Return the map below what the part draws."""
    database, theme = guard.database(), map_frame.theme()
    blocks = border_proposals.blocks_of(database, page.actor, page.day, page.beat.code)
    shape = str(blocks.geometry.to_wkb().map(hash).sum())
    base = tiles.base_version(database, page.actor)
    return Ground(_base(blocks, page.beat.unit_code, shape, base, theme, current_lang()), blocks, theme)


@st.cache_data(max_entries=40, show_spinner=False)
def _base(
    _blocks: gpd.GeoDataFrame, unit: str, shape: str, base: str, theme: Theme, lang: Lang
) -> MapArguments:
    return folium_map.capture(lambda: layers.base_map(_blocks, map_frame.words(), theme, base))


def newest_click(on: Ground, key: str) -> AreaClick | None:
    """Return the click on the map that no run has answered yet."""
    click = folium_map.last_click(on.arguments, key=key)
    if click is None or click.at == st.session_state.get(f"{key}.seen"):
        return None
    st.session_state[f"{key}.seen"] = click.at
    return click


def show_map(on: Ground, overlay: Overlay, key: str) -> None:
    """Mount the map with what the part draws."""
    folium_map.show(on.arguments, key=key, overlay=overlay)


def lonlat(code: str) -> tuple[float, float]:
    """Return (lon, lat) of a ground click's code."""
    lat, lon = code.split(",")
    return float(lon), float(lat)

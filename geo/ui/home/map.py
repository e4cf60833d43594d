"""The map of Home: wards, beats or blocks coloured by one figure; darker needs more attention."""

import folium
import geopandas as gpd
import streamlit as st

from geo.maps.areas import Areas, AreaStyle, bounds_latlon
from geo.maps.basemap import Basemap
from geo.maps.classes import Classes, rate_classes
from geo.maps.coverage_layers import short_name
from geo.maps.furniture import FrameWords, framed_map
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import AREA_OPACITY, Overlay, Paint
from geo.maps.palettes import ACCENT, NO_DATA, OUTLINE, Theme, sequential
from geo.maps.popups import Card, card
from geo.services.targets import Targets
from geo.services.works.board import Board, Place
from geo.services.works.figures import SHARES, Measure
from geo.ui import folium_map, formats, map_frame, works_words
from geo.ui.folium_map import MapArguments
from geo.ui.i18n import current_lang, t

PLACES = "places"
# Borders of so many places would hide their colours.
_MANY = 400
_MISSED_PX, _FINE_PX = 2.4, 0.6
# Fixed, so that maps of two days can be compared: what is nearly all right is told apart, the rest is dark.
_SHARE_BORDERS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


def base_map(shapes: gpd.GeoDataFrame, words: FrameWords, theme: Theme, ground: str) -> folium.Map:
    """Return the map below the colours; `ground` is the version of the basemap."""
    made = framed_map(words, theme)
    made.add_child(Basemap(theme, ground))
    if len(shapes):
        weight = 1.0 if len(shapes) <= _MANY else 0.3
        labelled = shapes.assign(label=[short_name(name) for name in shapes["name"]])
        style = AreaStyle(OUTLINE[theme], weight, 0.9)
        made.add_child(Areas(PLACES, labelled, theme, style=style, canvas=len(shapes) > _MANY))
    return made


@st.cache_data(max_entries=40, show_spinner=False)
def base(_areas: gpd.GeoDataFrame, key: str, ground: str, theme: Theme, lang: str) -> MapArguments:
    """Return the map below the overlay. What is drawn is the key, and so no reader gets another's areas."""
    return folium_map.capture(lambda: base_map(_areas, map_frame.words(), theme, ground))


def overlay(painter: "Painter", *, picked: str | None, scope: str, shapes: gpd.GeoDataFrame) -> Overlay:
    """Return the overlay that paints the places of a board by one figure and outlines the one picked.

    scope : scope of the reader, so that the view moves when somebody else looks
    """
    drawn = set(shapes["code"])
    query = painter.board.query
    return Overlay(
        areas={PLACES: {p.code: painter.paint(p) for p in painter.board.places if p.code in drawn}},
        picked={PLACES: picked},
        legend=painter.legend(len(drawn)),
        fit_key=f"{scope}/{query.unit}/{query.beat}/{len(drawn)}",
        fit_bounds=bounds_latlon(shapes.geometry.to_list()) if len(shapes) else None,
    )


class Painter:
    """Colours, cards and key of one figure of a board."""

    def __init__(self, board: Board, targets: Targets, by: Measure, theme: Theme) -> None:
        self.board, self.targets, self.by, self.theme = board, targets, by, theme
        self.lang = current_lang()
        self.labels = [
            t(f"works.short.{by.value}"),
            *(t(f"home.card.{name}") for name in ("of", "households", "vacant")),
        ]
        self.missed_px = _MISSED_PX if len(board.places) <= _MANY else _FINE_PX
        numbers = [place.figures.value(by) for place in board.places]
        self.classes = (
            Classes(_SHARE_BORDERS) if by in SHARES else rate_classes([n for n in numbers if n is not None])
        )
        ramp = sequential(max(1, len(self.classes.borders)), self.theme)
        self.ramp = tuple(reversed(ramp)) if by in SHARES else ramp

    def _missed(self, place: Place) -> bool:
        target = works_words.targets_of_place(self.board, self.targets, self.by, place.code)
        return works_words.meets(self.by, place.figures.value(self.by), target) is False

    def paint(self, place: Place) -> Paint:
        """Return how a place is painted; one that misses its target has the outline of what needs action."""
        number = place.figures.value(self.by)
        at = -1 if number is None else int(self.classes.of([number])[0])
        said = self._card(place)
        if at < 0:
            return Paint(NO_DATA[self.theme], AREA_OPACITY, card=said)
        if self._missed(place):
            return Paint(
                self.ramp[at], AREA_OPACITY, outline=ACCENT[self.theme], weight=self.missed_px, card=said
            )
        return Paint(self.ramp[at], AREA_OPACITY, card=said)

    def _card(self, place: Place) -> Card:
        figures, lang = place.figures, self.lang
        said = (
            works_words.value(self.by, figures.value(self.by), lang),
            works_words.made_of(figures, self.by, lang),
            formats.number(figures.households, lang=lang),
            formats.number(figures.vacant, lang=lang),
        )
        return card(place.name, list(zip(self.labels, said, strict=True)))

    def legend(self, drawn: int) -> Legend:
        """Return the key; `drawn` places have a border."""
        labels = self.classes.labels(lambda number: works_words.value(self.by, number))
        entries = [
            LegendEntry(colour, label, opacity=AREA_OPACITY)
            for colour, label in zip(self.ramp, labels, strict=False)
        ]
        places = self.board.places
        if any(self._missed(place) for place in places):
            entries.append(LegendEntry(ACCENT[self.theme], t("home.legend.missed"), "outline"))
        without = sum(place.figures.value(self.by) is None for place in places)
        if without:
            entries.append(LegendEntry(NO_DATA[self.theme], t("home.legend.none"), opacity=AREA_OPACITY))
        notes = [t("home.legend.n", n=formats.number(len(places)), day=formats.day(self.board.query.day))]
        if len(places) > drawn:
            notes.append(t("home.legend.undrawn", n=formats.number(len(places) - drawn)))
        return Legend(
            t(f"works.measure.{self.by.value}"), t("home.legend.unit"), tuple(entries), tuple(notes)
        )
